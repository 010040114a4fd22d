/**
 * The states that a client can be in when it is ended, and what its calls are due then.
 *
 * @module
 */
import type { Client, ConnectOptions } from "../../mod.ts";
import { WatchError } from "../../mod.ts";
import type { Context } from "../support/harness.ts";
import type { Server } from "../support/server.ts";
import { startPeer, startScripted } from "../server/peers.ts";
import { until } from "./conditions.ts";
import { turns } from "./tallies.ts";

/** Milliseconds that `close()` waits here. */
export const CLOSE_MS = 400;
/** More than any test lasts. */
const FAR_MS = 60_000;
const FAR = { baseMs: FAR_MS, capMs: FAR_MS, jitter: 0 };

/** What a call is due: its reply, or a `ClosedError` that says whether it may have been applied. */
export type Due = "reply" | "applied" | "notApplied";

/** A call that waits in a state. */
export interface Waiting {
  call: Promise<unknown>;
  /** What it is due when the client is closed, and when it is destroyed. */
  due: [onClose: Due, onDestroy: Due];
}

/** What a state is made from. */
export interface Scene {
  t: Context;
  server: Server;
  /** Speaks to the server beside the client. */
  admin: Client;
  /** Makes a client that dials at its first call. */
  create(options: ConnectOptions): Client;
}

/** A client in a state. */
export interface Entered {
  redis: Client;
  /** The calls that wait. */
  calls: Waiting[];
  /** Makes more of them, in the turn in which the client is ended. */
  last?: () => Waiting[];
}

/** A state. */
export type State = (scene: Scene) => Promise<Entered>;

/** A call whose due is the same whichever way it ends. */
function always(due: Due, call: Promise<unknown>): Waiting {
  return { call, due: [due, due] };
}

/** A call that is answered while the client closes. */
function answered(call: Promise<unknown>, onDestroy: Due = "applied"): Waiting {
  return { call, due: ["reply", onDestroy] };
}

async function readAll(lines: AsyncIterable<string>): Promise<void> {
  for await (const _ of lines) { /* the next */ }
}

/** The states by name. */
export const states: Readonly<Record<string, State>> = {
  "was never used": ({ server, create }) => Promise.resolve({ redis: create({ url: server.url }), calls: [] }),

  async "is idle"({ server, create }) {
    const redis = create({ url: server.url, connections: 3, pool: { min: 1 }, timeoutMs: FAR_MS });
    await Promise.all([redis.ping(), (await redis.lease()).release()]);
    return { redis, calls: [] };
  },

  "begins to dial": ({ server, create }) => {
    const redis = create({ url: server.url });
    return Promise.resolve({
      redis,
      calls: [],
      last: () => [redis.ping(), redis.pipeline().get("k").exec()].map((call) => answered(call, "notApplied")),
    });
  },

  async "waits for its credentials"({ server, create }) {
    const redis = create({ url: server.url, credentials: () => new Promise(() => {}) });
    const calls = [always("notApplied", redis.ping())];
    await turns();
    return { redis, calls };
  },

  async "shakes hands"({ t, create }) {
    const peer = await startPeer(t, () => {});
    const redis = create({ url: peer.url });
    const accepted = peer.accepted();
    const calls = [redis.ping(), redis.set("k", "v"), redis.blpop("k", 0), redis.lease()];
    await accepted;
    return {
      redis,
      // No more are lent once it closes, so those need not wait for the end.
      calls: calls.map((call) => always("notApplied", call)),
    };
  },

  async "waits for replies that come"({ server, create }) {
    const redis = create({ url: server.url });
    await redis.ping();
    const written = [redis.call("DEBUG", "SLEEP", "0.1"), redis.incr("n"), redis.pipeline().incr("n").get("k").exec()];
    await turns(1);
    return {
      redis,
      calls: written.map((call) => answered(call)),
      last: () => [answered(redis.get("k"), "notApplied")],
    };
  },

  async "waits for replies that never come"({ t, create }) {
    const peer = await startScripted(t, () => undefined);
    const redis = create({ url: peer.url, connections: 2 });
    await redis.ping();
    const written = [redis.echo("a"), redis.set("k", "v"), redis.pipeline().set("k", "v").get("k").exec()];
    await until("they are written", () => peer.commands.some(([name]) => name === "GET"));
    return { redis, calls: written.map((call) => always("applied", call)) };
  },

  async "is offline, and waits to dial again"({ t, create }) {
    const peer = await startScripted(t, () => undefined);
    const redis = create({ url: peer.url, reconnect: FAR, timeoutMs: 0 });
    await redis.ping();
    // Sent, lost, and to be sent again.
    const lost = redis.get("k");
    await until("it is written", () => peer.commands.some(([name]) => name === "GET"));
    const waits = new Promise((done) => redis.on("reconnecting", done));
    await peer.close();
    await waits;
    const unsent = [redis.get("k"), redis.set("k", "v"), redis.pipeline().set("k", "v").exec()];
    return { redis, calls: [always("applied", lost), ...unsent.map((call) => always("notApplied", call))] };
  },

  async "waits to send again what was refused"({ t, create }) {
    const peer = await startScripted(t, ([name], socket) => {
      // Or a second reply is kept until the first has been acknowledged, which may take 40 ms.
      socket.setNoDelay(true);
      return /GET|BLPOP/.test(name) ? "-LOADING soon\r\n" : undefined;
    });
    const redis = create({ url: peer.url, retry: FAR, timeoutMs: 0 });
    await redis.ping();
    const calls = [redis.get("k"), redis.pipeline().get("k").exec(), redis.blpop("k", 0)];
    await until("they are refused", () => peer.commands.filter(([name]) => /GET|BLPOP/.test(name)).length === 3);
    await turns();
    return { redis, calls: calls.map((call) => always("notApplied", call)) };
  },

  async "sends again what was refused"({ t, create }) {
    let refusals = 3;
    const peer = await startScripted(t, ([name]) => {
      if (name !== "GET") return undefined;
      return refusals-- > 0 ? "-LOADING soon\r\n" : "$-1\r\n";
    });
    const redis = create({ url: peer.url, retry: { baseMs: 20, capMs: 20, jitter: 0 } });
    await redis.ping();
    const call = redis.get("k");
    await until("it is refused", () => refusals < 3);
    await turns(1);
    return { redis, calls: [answered(call, "notApplied")] };
  },

  async "has leases out"({ server, create }) {
    const redis = create({ url: server.url });
    const [idle, busy] = await Promise.all([redis.lease(), redis.lease()]);
    await idle.watch("k");
    const popped = busy.blpop("nothing", 0);
    await turns(1);
    return { redis, calls: [always("applied", popped)] };
  },

  async "has callers who wait for a lease"({ server, create }) {
    const redis = create({ url: server.url, pool: { max: 1, acquireTimeoutMs: 0 } });
    await redis.lease();
    const calls = [redis.lease(), redis.blpop("k", 0), redis.watch("k", () => {}), redis.monitor()];
    return { redis, calls: calls.map((call) => always("notApplied", call)) };
  },

  async "has pops that block"({ server, create }) {
    const redis = create({ url: server.url });
    const calls = [redis.blpop("nothing", 0), redis.with({ timeoutMs: FAR_MS }).xread({ nothing: "$" }, { block: 0 })];
    await until("they block", () => redis.poolStats().leased === 2);
    await redis.ping();
    await turns();
    return { redis, calls: calls.map((call) => always("applied", call)) };
  },

  async "has a watch that tries again later"({ server, create }) {
    const redis = create({ url: server.url, retry: FAR });
    let tries = 0;
    const watched = redis.watch("k", () => {
      tries++;
      throw new WatchError("it was changed");
    }, { attempts: 1_000 });
    await until("it waits", () => tries === 1);
    await turns();
    return { redis, calls: [always("notApplied", watched)] };
  },

  async "has a monitor open"({ server, create }) {
    const redis = create({ url: server.url });
    const lines = readAll(await redis.monitor());
    return { redis, calls: [always("notApplied", lines)] };
  },

  async "is told what is published"({ server, admin, create }) {
    const redis = create({ url: server.url });
    await redis.subscribe("channel", () => {});
    await admin.publish("channel", "m");
    return { redis, calls: [] };
  },

  async "is held back by a server that does not read"({ t, create }) {
    const peer = await startScripted(t, ([name], socket) => {
      if (name === "PING") socket.pause();
      return undefined;
    });
    const redis = create({ url: peer.url, timeoutMs: 0 });
    await redis.ping();
    const written = redis.set("k", new Uint8Array(32 << 20));
    await turns();
    return { redis, calls: [always("applied", written), always("notApplied", redis.get("k"))] };
  },
};
