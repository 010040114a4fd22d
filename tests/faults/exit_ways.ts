/**
 * Ways to use a client and to be done with it, after each of which a program has to end by itself.
 *
 * @module
 */
import process from "node:process";
import { type Client, connect, createClient, type Credentials } from "../../mod.ts";
import { collect, turns } from "./tallies.ts";

/** Where a way finds what it wants. */
export interface Places {
  /** The server's plain URL. */
  url: string;
  /** Its URL of TLS; the runtime trusts its certificate. */
  tlsUrl: string;
  /** The path of its unix socket. */
  path: string;
  /** Its process, which is this way's alone where it says `own`. */
  pid: number;
  /** The address of a listener that never says a word. */
  silent: string;
}

/** One way. */
export interface Way {
  /** Whether it wants a server of its own, which it kills. */
  own?: boolean;
  /** Uses a client, and ends it. */
  run(places: Places): Promise<unknown>;
}

const FAR_MS = 60_000;
const NEVER = { baseMs: FAR_MS, capMs: FAR_MS, jitter: 0 };

/** The first credentials, and others some time; it holds the process until it is returned. */
function credentials(): AsyncIterable<Credentials> {
  return {
    [Symbol.asyncIterator]() {
      const timer = setInterval(() => {}, FAR_MS);
      let given = false;
      return {
        next() {
          if (given) return new Promise(() => {});
          given = true;
          return Promise.resolve({ done: false, value: { username: "worker", password: "secret" } });
        },
        return() {
          clearInterval(timer);
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
}

/** What a promise that has to fail fails with; observed from now on. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail");
}

async function readAll(lines: AsyncIterable<string>): Promise<void> {
  for await (const _ of lines) { /* the next */ }
}

/** A client whose server has been killed, and that dials again in a minute. */
async function bereft({ url, pid }: Places): Promise<Client> {
  const redis = await connect({ url, reconnect: NEVER, pool: { min: 1 } });
  const roles = new Set<string>();
  const lost = new Promise<void>((done) => {
    redis.on("disconnect", ({ role }) => {
      if (roles.add(role).size === 2) done();
    });
  });
  process.kill(pid, "SIGKILL");
  await lost;
  return redis;
}

/** The ways, by what is left when they are done. */
export const ways: Readonly<Record<string, Way>> = {
  "TLS without checks is closed": {
    async run({ tlsUrl }) {
      const redis = await connect(`${tlsUrl}?insecureSkipVerify=true`);
      await redis.ping();
      await redis.close();
    },
  },
  "TLS by the system's authorities is closed": {
    async run({ tlsUrl }) {
      const redis = await connect(tlsUrl);
      await redis.ping();
      await redis.close();
    },
  },
  "TLS is destroyed": {
    async run({ tlsUrl }) {
      const redis = await connect(tlsUrl);
      const call = failure(redis.blpop("nothing", 0));
      await redis.ping();
      redis.destroy();
      await call;
    },
  },
  "a unix socket is closed": {
    async run({ path }) {
      const redis = await connect({ path });
      await redis.ping();
      await redis.close();
    },
  },
  "several connections and a warm pool are closed": {
    async run({ url }) {
      const redis = await connect({ url, connections: 3, pool: { min: 2 } });
      await redis.ping();
      await redis.close();
    },
  },
  "leases are returned, and the client closed": {
    async run({ url }) {
      const redis = await connect(url);
      const leases = await Promise.all([redis.lease(), redis.lease()]);
      await leases[0].watch("k");
      await Promise.all(leases.map((lease) => lease.release()));
      await redis.close();
    },
  },
  "a lease is out, and close() gives up waiting for it": {
    async run({ url }) {
      const redis = await connect({ url, closeTimeoutMs: 100 });
      const lease = await redis.lease();
      const popped = failure(lease.blpop("nothing", 0));
      await redis.close();
      await popped;
    },
  },
  "a lease is out, a monitor open and a pop blocked, and the client destroyed": {
    async run({ url }) {
      const redis = await connect({ url, pool: { leakAfterMs: FAR_MS } });
      await redis.lease();
      const lines = failure(readAll(await redis.monitor()));
      const popped = failure(redis.with({ timeoutMs: FAR_MS }).blpop("nothing", 0));
      await redis.ping();
      redis.destroy();
      await Promise.all([lines, popped]);
    },
  },
  "a monitor is closed": {
    async run({ url }) {
      const redis = await connect(url);
      const monitor = await redis.monitor();
      await redis.ping();
      await monitor.close();
      await redis.close();
    },
  },
  "events are listened to, and signals never abort": {
    async run({ url }) {
      const { signal } = new AbortController();
      const redis = await connect({ url, signal, onConnect() {}, onDisconnect() {} });
      for (const name of ["ready", "reconnecting", "error", "warning"] as const) redis.on(name, () => {});
      await redis.with({ signal: AbortSignal.timeout(FAR_MS) }).ping();
      await redis.close();
    },
  },
  "deadlines are armed": {
    async run({ url }) {
      const redis = await connect({ url, timeoutMs: FAR_MS });
      await redis.ping();
      await redis.healthy({ timeoutMs: FAR_MS });
      await redis.rpush("list", "v");
      await redis.blpop("list", 60);
      await redis.close();
    },
  },
  "credentials are waited for, and the client closed": {
    async run({ url }) {
      const redis = await connect({ url, credentials: credentials() });
      await redis.ping();
      await redis.close();
    },
  },
  "credentials were to come, and the client was destroyed": {
    async run({ url }) {
      const redis = createClient({ url, credentials: credentials() });
      const call = failure(redis.ping());
      redis.destroy();
      await call;
    },
  },
  "it was never used, and is closed": {
    async run({ url }) {
      await createClient({ url, credentials: credentials(), pool: { min: 2 } }).close();
    },
  },
  "the server is gone, and close() ends the wait to dial again": {
    own: true,
    run: async (places) => await (await bereft(places)).close(),
  },
  "the server is gone, calls wait, and the client is destroyed": {
    own: true,
    async run(places) {
      const redis = await bereft(places);
      const calls = [redis.get("k"), redis.pipeline().set("k", "v").exec(), redis.lease(), redis.blpop("k", 0)].map(
        failure,
      );
      await turns();
      redis.destroy();
      await Promise.all(calls);
    },
  },
  "the server is killed while the client closes": {
    own: true,
    async run({ url, pid }) {
      const redis = await connect(url);
      process.kill(pid, "SIGSTOP");
      const call = failure(redis.set("k", "v"));
      await turns();
      const closed = redis.close();
      process.kill(pid, "SIGKILL");
      await Promise.all([call, closed]);
    },
  },
  "the server says nothing, and the client is destroyed": {
    async run({ silent }) {
      for (const url of [`redis://${silent}`, `rediss://${silent}`]) {
        const redis = createClient(url);
        const call = failure(redis.ping());
        await turns();
        redis.destroy();
        await call;
      }
    },
  },
  "the server says nothing, and connecting is given up": {
    async run({ silent }) {
      for (const url of [`redis://${silent}`, `rediss://${silent}`]) {
        const controller = new AbortController();
        const aborted = failure(connect({ url, signal: controller.signal, pool: { min: 1 } }));
        await turns();
        controller.abort();
        await Promise.all([aborted, failure(connect({ url, connectTimeoutMs: 50 }))]);
      }
    },
  },
  "an open client is thrown away, and its server ends it": {
    async run({ url }) {
      await (await connect({ url, reconnect: false })).ping();
      await collect();
      const admin = await connect(url);
      await admin.clientKill({ type: "normal" });
      await admin.close();
    },
  },
  "an open client is thrown away, and the program ended": {
    async run({ url }) {
      const redis = await connect({ url, pool: { min: 1 } });
      redis.blpop("nothing", 0).catch(() => {});
      await redis.ping();
      process.on("beforeExit", () => process.exit(1));
      setTimeout(() => process.exit(0), 100);
    },
  },
};
