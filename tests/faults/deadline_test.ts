/**
 * Deadlines through faults: each says what it waited for and how many were before it, is met in its time, and leaves
 * nothing behind that another caller could be given.
 */
import assert from "node:assert/strict";
import { ConnectionError, ReplyError, TimeoutError } from "../../mod.ts";
import { MIB, proxied, SEED } from "../support/fault_fixture.ts";
import { turn } from "../support/fake_clock.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { type Server, startServer } from "../support/server.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { behindProxy, settled, straightTo, throughLater } from "./behind_proxy.ts";

/** What a deadline may be late: the grain of its timer, and what settling many takes on a busy machine. */
const LATE_MS = 150;
const MANY = 10_000;

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Waits for a call's deadline. */
async function timeoutOf(call: Promise<unknown>): Promise<TimeoutError> {
  const error = await failureOf(call);
  assert.ok(error instanceof TimeoutError, String(error));
  assert.equal(error.name, "TimeoutError");
  return error;
}

/** Waits for a call's deadline, and gives what is told of it. */
async function toldOf(call: Promise<unknown>): Promise<[waitedFor: string, ahead: number, maybeApplied: boolean]> {
  const { waitedFor, ahead, maybeApplied } = await timeoutOf(call);
  return [waitedFor, ahead, maybeApplied];
}

/**
 * Begins to measure a call that has so many milliseconds, and gives by how many it ended later than a timer of its own
 * that was set for the same time: what else the machine does holds up both. Less than 0 where it ended too early.
 */
function stopwatch(ms: number): () => Promise<number> {
  const start = performance.now();
  const timer = new Promise<number>((done) => setTimeout(() => done(performance.now() - start - ms), ms));
  return async () => {
    const lateMs = performance.now() - start - ms;
    const heldUpMs = Math.max(0, await timer);
    return lateMs <= 0 ? lateMs : Math.max(0, lateMs - heldUpMs);
  };
}

/** Keeps the process from doing anything else. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("deadline: a call that waits to be connected says so, why there is no connection, and is never sent", async (t) => {
  const proxy = await proxied(t, server);
  await proxy.refuse();
  const redis = throughLater(t, proxy, { reconnect: { capMs: 50 } });
  const key = freshKey();
  const patient = [redis.get(key), redis.pipeline().get(key).strlen(key).exec()];
  const { waitedFor, ahead, maybeApplied, cause, message } = await timeoutOf(redis.with({ timeoutMs: 200 }).incr(key));
  assert.deepEqual([waitedFor, ahead, maybeApplied], ["connection", 2, false]);
  assert.ok(cause instanceof ConnectionError && cause.message.includes("ECONNREFUSED"), String(cause));
  assert.match(message, /^Cannot finish INCR at "127\.0\.0\.1:\d+" in its time: it waited to be connected/);
  await proxy.accept();
  assert.deepEqual(await Promise.all(patient), [null, [null, 0]]);
  assert.equal(proxy.seen("INCR"), 0);
});

test("deadline: a peer that accepts and says nothing counts as no connection", async (t) => {
  const proxy = await proxied(t, server);
  await proxy.refuse({ how: "silent" });
  const redis = throughLater(t, proxy, { timeoutMs: 100 });
  assert.deepEqual(await toldOf(redis.incr(freshKey())), ["connection", 0, false]);
});

test("deadline: a call behind what the server does not take says so, and is never sent", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server);
  const key = freshKey(), large = freshKey();
  proxy.stall({ direction: "toServer", reads: false });
  const first = settled(redis.set(large, new Uint8Array(32 * MIB)));
  await turn();
  const patient = settled(redis.get(key));
  assert.deepEqual(await toldOf(redis.with({ timeoutMs: 100 }).incr(key)), ["write", 1, false]);
  proxy.flow();
  assert.deepEqual(await Promise.all([first, patient]), ["OK", null]);
  assert.equal(proxy.seen("INCR"), 0);
  assert.equal(await straight.strlen(large), 32 * MIB);
});

test("deadline: a call that was written may have been applied, and its late reply is dropped", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server);
  const key = freshKey();
  proxy.stall({ direction: "toClient" });
  const before = settled(redis.echo("before"));
  const hasty = redis.with({ timeoutMs: 100 });
  const [call, pipeline, transaction] = await Promise.all([
    toldOf(hasty.incr(key)),
    toldOf(hasty.pipeline().incr(key).incr(key).exec()),
    toldOf(hasty.transaction().incr(key).exec()),
  ]);
  assert.deepEqual([call, pipeline, transaction], [["reply", 1, true], ["reply", 2, true], ["reply", 3, true]]);
  await proxy.until(() => proxy.seen("EXEC") === 1);
  const after = settled(redis.echo("after"));
  proxy.flow();
  assert.deepEqual([await before, await after, await redis.echo("next")], ["before", "after", "next"]);
  assert.equal(await straight.get(key), "4");
  assert.equal(proxy.accepted, 1);
});

test("deadline: a call that waits for a connection of the pool says so", async (t) => {
  const { redis } = await behindProxy(t, server, { pool: { max: 1 } });
  const lease = await redis.lease();
  const hasty = redis.with({ timeoutMs: 100 });
  const calls = [
    hasty.blpop(freshKey(), 5),
    hasty.pipeline().blpop(freshKey(), 5).exec(),
    redis.lease({ timeoutMs: 100 }),
  ];
  const told = await Promise.all(calls.map(toldOf));
  assert.deepEqual(told, [["lease", 0, false], ["lease", 1, false], ["lease", 2, false]]);
  await lease.release();
  assert.equal(redis.poolStats().timeouts, 3);
  const again = await redis.lease();
  assert.equal(await again.echo("again"), "again");
  await again.release();
});

test("deadline: a call that is refused again and again tells of the refusal when its time is over", async (t) => {
  const replica = await startServer();
  t.defer(() => replica.stop());
  const redis = await straightTo(t, replica);
  await redis.call("REPLICAOF", "127.0.0.1", replica.port);
  const took = stopwatch(300);
  const refused = await failureOf(redis.with({ timeoutMs: 300 }).set("k", "v"));
  assert.ok(refused instanceof ReplyError && refused.code === "READONLY", String(refused));
  const lateMs = await took();
  assert.ok(lateMs < LATE_MS, `${lateMs} ms late`);
  const patient = redis.set("k", "v");
  await redis.call("REPLICAOF", "NO", "ONE");
  assert.equal(await patient, "OK");
});

test("deadline: a reply that comes byte by byte and too late is dropped as a whole", async (t) => {
  const { proxy, redis } = await behindProxy(t, server);
  proxy.drip({ bytes: 1, everyMs: 5 }, { direction: "toClient" });
  const late = toldOf(redis.with({ timeoutMs: 60 }).echo("x".repeat(40)));
  const next = settled(redis.echo("next"));
  assert.deepEqual(await late, ["reply", 0, true]);
  assert.equal(await next, "next");
});

test("deadline: one call's 50 ms are met among a thousand that have 5 s", async (t) => {
  const { proxy, redis } = await behindProxy(t, server);
  proxy.stall({ direction: "toClient" });
  const others = settled(Promise.all(Array.from({ length: 1_000 }, (_, index) => redis.echo(index))));
  const took = stopwatch(50);
  assert.deepEqual(await toldOf(redis.with({ timeoutMs: 50 }).echo("hasty")), ["reply", 1_000, true]);
  const lateMs = await took();
  assert.ok(lateMs > -2 && lateMs < LATE_MS, `${lateMs} ms late`);
  proxy.flow();
  assert.deepEqual(await others, Array.from({ length: 1_000 }, (_, index) => String(index)));
});

/** What the calls wait for when their time is over. */
const places = ["connection", "write", "reply"] as const;

for (const place of places) {
  test(
    `deadline: ${MANY} calls at once that wait for ever, for ${place}, are each told in time`,
    { timeoutMs: 40_000 },
    async (t) => {
      const proxy = await proxied(t, server);
      const redis = throughLater(t, proxy, { watchdogMs: 0, pingIntervalMs: 0 });
      if (place === "connection") await proxy.refuse({ how: "silent" });
      else await redis.ping();
      if (place === "write") {
        proxy.stall({ reads: false });
        void settled(redis.with({ timeoutMs: 0 }).set(freshKey(), new Uint8Array(32 * MIB)));
        await turn();
      }
      if (place === "reply") proxy.stall({ direction: "toClient" });
      const random = seededRandom(SEED);
      const views = Array.from({ length: 50 }, () => {
        const timeoutMs = 500 + Math.floor(random() * 300);
        return { timeoutMs, view: redis.with({ timeoutMs }) };
      });
      // How late it may be is for a machine that does nothing else, so the best round counts, and what else is done beside
      // this is given time to pass.
      let late = Infinity;
      for (let round = 0; round < 12 && late > LATE_MS; round++) {
        // As little as can be between an error and its time: whatever is done for one delays the next.
        const times = await Promise.all(Array.from({ length: MANY }, (_, index) => {
          const { timeoutMs, view } = views[index % views.length];
          const start = performance.now();
          return view.get("k").then(() => Infinity, (error) => {
            if (!(error instanceof TimeoutError) || error.waitedFor !== place) throw error;
            return performance.now() - start - timeoutMs;
          });
        }));
        assert.ok(Math.min(...times) > -2, `${-Math.min(...times)} ms too early`);
        late = Math.max(...times);
      }
      assert.ok(late < LATE_MS, `${late} ms late`);
    },
  );
}

test("deadline: a process that was busy does not give up what has been answered meanwhile", async (t) => {
  const redis = await straightTo(t, server, { timeoutMs: 200 });
  for (let round = 0; round < 4; round++) {
    const calls = [redis.echo("a"), redis.pipeline().echo("b").echo("c").exec()];
    await turn();
    busy(300);
    assert.deepEqual(await Promise.all(calls), ["a", ["b", "c"]]);
  }
});

test("deadline: a process that is busy again and again still gives up what is not answered", async (t) => {
  const { proxy, redis } = await behindProxy(t, server);
  proxy.stall({ direction: "toClient" });
  let over = false;
  const told = toldOf(redis.with({ timeoutMs: 200 }).echo("a")).finally(() => over = true);
  const start = performance.now();
  while (!over && performance.now() - start < 2_000) {
    busy(80);
    await new Promise((done) => setTimeout(done, 0));
  }
  assert.deepEqual(await told, ["reply", 0, true]);
  assert.ok(performance.now() - start < 1_000);
});

test("deadline: a call that is made in one turn with one long before it has its whole time", async (t) => {
  const redis = await straightTo(t, server, { timeoutMs: 200 });
  const first = redis.echo("first");
  busy(300);
  assert.deepEqual(await Promise.all([first, redis.echo("second")]), ["first", "second"]);
});
