/**
 * `close()` and `destroy()` in every state that a client can be in: every call is settled as it is due, in time, and
 * nothing is left.
 *
 * Strategy: real sockets, and the system's clock with a count of its timers; Deno's sanitizers are on.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Client, ClosedError, connect, type ConnectOptions, createClient } from "../../mod.ts";
import { blpop, get } from "../../src/commands/mod.ts";
import type { ClientEvents } from "../../src/events.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { stateOf } from "../support/outcome.ts";
import { type Server, startServer } from "../support/server.ts";
import { CLOSE_MS, type Due, states } from "./close_states.ts";
import { until } from "./conditions.ts";
import { TallyClock, turns } from "./tallies.ts";

/** Milliseconds for what is to come at once. */
const SOON_MS = 250;

let server: Server;

beforeAll(async () => {
  server = await startServer({ args: ["--enable-debug-command", "yes"] });
});
afterAll(() => server.stop());

/** The ways to end a client: how, and how long that may take. */
const ends: readonly (readonly [name: string, forced: boolean, end: (redis: Client) => Promise<void>])[] = [
  ["close()", false, (redis) => redis.close()],
  ["destroy()", true, (redis) => {
    redis.destroy();
    return redis.close();
  }],
  ["close() and destroy()", true, (redis) => {
    const closed = redis.close();
    redis.destroy();
    return closed;
  }],
];

/** A call of each sort; none of them may wait for anything. */
const lateCalls: readonly (readonly [name: string, call: (redis: Client) => Promise<unknown>])[] = [
  ["a command", (redis) => redis.get("k")],
  ["a command of a view", (redis) => redis.with({ timeoutMs: 60_000 }).bytes.get("k")],
  ["a command value", (redis) => redis.send(get("k"))],
  ["a pipeline", (redis) => redis.pipeline().get("k").exec()],
  ["a transaction", (redis) => redis.transaction().set("k", "v").exec()],
  ["a command that blocks", (redis) => redis.blpop("k", 0)],
  ["a pipeline that blocks", (redis) => redis.pipeline([blpop("k", 0)])],
  ["a command for every connection", (redis) => redis.clientNoEvict("on")],
  ["a lease", (redis) => redis.lease()],
  ["a watch", (redis) => redis.watch("k", () => {})],
  ["a monitor", (redis) => redis.monitor()],
  ["a subscription", (redis) => redis.subscribe("channel", () => {})],
];

const EVENTS = ["connect", "ready", "disconnect", "reconnecting", "reconnect", "error", "poolexhausted", "warning"];

interface Watched {
  clock: TallyClock;
  /** The names of the events so far. */
  told: string[];
  /** How many pushes there were. */
  pushes: () => number;
  create(options: ConnectOptions): Client;
}

function watched(t: Context): Watched {
  const clock = new TallyClock();
  const told: string[] = [];
  let pushes = 0;
  const more: ConnectOptions = { clock, closeTimeoutMs: CLOSE_MS, clientName: "ended", onPush: () => pushes++ };
  return {
    clock,
    told,
    pushes: () => pushes,
    create(options) {
      const redis = createClient({ ...options, ...more });
      t.defer(() => redis.destroy());
      for (const name of EVENTS as (keyof ClientEvents)[]) redis.on(name, () => told.push(name));
      return redis;
    },
  };
}

/** What has become of a call, in the words of what it was due. */
async function outcome(call: Promise<unknown>): Promise<Due> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof ClosedError, String(error));
    return error.maybeApplied ? "applied" : "notApplied";
  }
  return "reply";
}

for (const [state, enter] of Object.entries(states)) {
  for (const [name, forced, end] of ends) {
    test(`${name} of a client that ${state}`, async (t) => {
      const admin = await connect(server.url);
      t.defer(() => admin.close());
      const { clock, told, pushes, create } = watched(t);
      const { redis, calls, last } = await enter({ t, server, admin, create });
      calls.push(...last?.() ?? []);
      const outcomes = Promise.all(calls.map(({ call }) => outcome(call)));

      const start = performance.now();
      const ended = end(redis);
      const toldByThen = told.length;
      const late = lateCalls.map(([what, call]) => [what, call(redis)] as const);
      for (const [what, call] of late) {
        const { error } = await stateOf(call) as { error?: unknown };
        assert.ok(error instanceof ClosedError, `${what}: ${error}`);
        assert.equal(error.maybeApplied, false, what);
      }
      assert.equal(await redis.healthy(), false);
      assert.deepEqual(await outcomes, calls.map(({ due: [onClose, onDestroy] }) => forced ? onDestroy : onClose));
      const took = performance.now() - start;
      assert.ok(took < SOON_MS + (forced ? 0 : CLOSE_MS), `calls were settled after ${took} ms`);
      // Also after destroy() that may take its time: it waits for sockets, and for credentials that were asked for.
      await ended;
      assert.ok(performance.now() - start < SOON_MS + CLOSE_MS, `it ended after ${performance.now() - start} ms`);

      assert.equal(clock.pending, 0);
      const toldAtEnd = told.length;
      if (forced) assert.deepEqual(told.slice(toldByThen), []);
      const pushed = pushes();
      await admin.publish("channel", "late");
      await until("the server has none", async () => !(await admin.clientList()).some(({ name }) => name === "ended"));
      await turns();
      assert.deepEqual(told.slice(toldAtEnd), []);
      assert.equal(pushes(), pushed);
      assert.equal(clock.pending, 0);
    });
  }
}
