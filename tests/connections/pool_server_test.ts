/** The pool of connections against a server: how many there are, who waits, and what it tells. */
import assert from "node:assert/strict";
import { AbortError, type Client, ClosedError, ConnectionError, type LeasedClient, TimeoutError } from "../../mod.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { startServer } from "../support/server.ts";
import { blocked, client, gone, next, plainWay, serversOfEachKind, until } from "./scene.ts";

const serverOf = serversOfEachKind();
const plain = () => serverOf(plainWay.kind);

test("pool: who waits for longer than acquireTimeoutMs is told who had the connections", async (t) => {
  const redis = await client(t, plain(), { pool: { min: 2, max: 2, acquireTimeoutMs: 30 } });
  const leases = await Promise.all([redis.lease(), redis.lease()]);
  const [first, second] = await Promise.all([failureOf(redis.lease()), failureOf(redis.lease({ timeoutMs: 20 }))]);
  assert.ok(first instanceof TimeoutError && second instanceof TimeoutError);
  assert.deepEqual([first.waitedFor, first.ahead, first.maybeApplied], ["lease", 0, false]);
  assert.deepEqual([second.waitedFor, second.ahead, second.maybeApplied], ["lease", 1, false]);
  assert.match(
    first.message,
    /^Cannot lease a connection to "127.0.0.1:\d+": none became free within 30 ms \(2 of 2 le/,
  );
  assert.equal(redis.poolStats().timeouts, 2);
  await Promise.all(leases.map((lease) => lease.release()));
  await (await redis.lease()).release();
});

test("pool: a signal ends the wait, and the place in the line goes to the next", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 1 } });
  const lease = await redis.lease();
  const controller = new AbortController();
  const aborted = failureOf(redis.lease({ signal: controller.signal }));
  const next = redis.lease();
  controller.abort("enough");
  const error = await aborted;
  assert.ok(error instanceof AbortError);
  assert.deepEqual([error.waitedFor, error.cause, error.maybeApplied], ["lease", "enough", false]);
  await lease.release();
  await (await next).release();
  assert.ok(await failureOf(redis.lease({ signal: controller.signal })) instanceof AbortError);
  assert.deepEqual([redis.poolStats().created, redis.poolStats().timeouts], [1, 0]);
});

test("pool: 50 leases on 10 connections are served in the order they were asked for", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 10 } });
  const served: number[] = [];
  const held: LeasedClient[] = [];
  const asked = Array.from({ length: 50 }, async (_, index) => {
    const lease = await redis.lease();
    served.push(index);
    held.push(lease);
  });
  for (let count = 0; count < 50; count++) {
    await until(() => held.length > 0);
    await held.shift()!.release();
  }
  await Promise.all(asked);
  assert.deepEqual(served, Array.from({ length: 50 }, (_, index) => index));
  // Those that were begun for who was served by a returned one meanwhile.
  await until(() => redis.poolStats().opening === 0);
  const { created, total, idle, leased, waiting } = redis.poolStats();
  assert.deepEqual([total, idle, leased, waiting], [created, created, 0, 0]);
  assert.ok(created >= 1 && created <= 10);
});

test("pool: that all are leased while somebody waits is told once, until nobody waits", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 2 } });
  const events: { total: number; waiting: number }[] = [];
  redis.on("poolexhausted", ({ node, total, waiting }) => {
    assert.equal(node, `127.0.0.1:${plain().port}`);
    events.push({ total, waiting });
  });
  for (let round = 1; round <= 2; round++) {
    const leases = await Promise.all([redis.lease(), redis.lease()]);
    assert.equal(events.length, round - 1);
    const waiting = [redis.lease(), redis.lease()];
    assert.deepEqual(events.at(-1), { total: 2, waiting: 1 });
    for (const lease of leases) await lease.release();
    for (const lease of await Promise.all(waiting)) await lease.release();
    assert.equal(events.length, round);
  }
});

test("pool: a lease that is held too long is reported once, with where it was taken", async (t) => {
  const redis = await client(t, plain(), { pool: { leakAfterMs: 20 } });
  const warned = next(redis, "warning");
  let count = 0;
  redis.on("warning", () => void count++);
  const lease = await forgetfulBorrower(redis);
  const { code, node, message, stack } = await warned;
  assert.equal(code, "leakedLease");
  assert.equal(node, `127.0.0.1:${plain().port}`);
  assert.match(message, /^A connection leased from "127\.0\.0\.1:\d+" has not been returned for \d+ ms/);
  assert.match(stack ?? "", /pool_server_test/);
  assert.match(stack ?? "", /forgetfulBorrower/);
  // Another that is held for as long comes after it: no second report of the first in between.
  const second = await redis.lease();
  await next(redis, "warning");
  assert.equal(count, 2);
  await Promise.all([lease.release(), second.release()]);
});

/** Is named in the report. */
async function forgetfulBorrower(redis: Client): Promise<LeasedClient> {
  return await redis.lease();
}

test("pool: a command that blocks for long is no lease that somebody forgot", async (t) => {
  const redis = await client(t, plain(), { pool: { leakAfterMs: 20 } });
  const stacks: (string | undefined)[] = [];
  redis.on("warning", ({ stack }) => stacks.push(stack));
  const key = freshKey();
  const calls: Promise<unknown>[] = [redis.blpop(key, 0), redis.pipeline().blpop(key, 0).exec()];
  const popped = Promise.allSettled(calls);
  await blocked(redis, 2);
  const lease = await forgetfulBorrower(redis);
  await until(() => stacks.some((stack) => stack?.includes("forgetfulBorrower")));
  assert.equal(stacks.length, 1);
  await redis.rpush(key, "a", "b");
  await Promise.all([popped, lease.release()]);
});

test("pool: its numbers add up, waits included", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 2, min: 1 } });
  const none = { p50: 0, p90: 0, p99: 0, max: 0 };
  const counts = { total: 1, idle: 1, leased: 0, opening: 0, waiting: 0, created: 1, closed: 0, timeouts: 0 };
  assert.deepEqual(redis.poolStats(), { ...counts, waitMs: none });
  const first = await redis.lease();
  assert.deepEqual(redis.poolStats(), { ...counts, idle: 0, leased: 1, waitMs: none });
  const opening = redis.lease();
  const waiting = redis.lease();
  const { waitMs: _, ...midway } = redis.poolStats();
  assert.deepEqual(midway, { ...counts, total: 2, idle: 0, leased: 1, opening: 1, waiting: 2, created: 1 });
  const second = await opening;
  await until(() => redis.poolStats().waiting === 1);
  const start = performance.now();
  await until(() => performance.now() - start > 10);
  await second.release();
  const third = await waiting;
  const { waitMs } = redis.poolStats();
  assert.ok(waitMs.max > 9 && waitMs.max < 5_000 && waitMs.p99 === waitMs.max, JSON.stringify(waitMs));
  assert.ok(waitMs.p50 >= 0 && waitMs.p50 < waitMs.max && waitMs.p90 >= waitMs.p50);
  await Promise.all([first.release(), third.release()]);
  const { created, idle, total, leased } = redis.poolStats();
  assert.deepEqual({ created, idle, total, leased }, { created: 2, idle: 2, total: 2, leased: 0 });
});

test("pool: min are open when connect() is done, as the server knows", async (t) => {
  const redis = await client(t, plain(), { clientName: "warm", pool: { min: 3, max: 5 } });
  const named = (await redis.clientList()).filter(({ name }) => name === "warm");
  assert.equal(named.length, 4);
  const { total, idle, created } = redis.poolStats();
  assert.deepEqual({ total, idle, created }, { total: 3, idle: 3, created: 3 });
  // One that is lost is made again, though nobody asks.
  const shared = await redis.clientId();
  const victim = Number(named.find(({ id }) => Number(id) !== shared)!.id);
  await redis.clientKill({ id: victim });
  await until(() => redis.poolStats().created >= 4 && redis.poolStats().idle === 3);
  assert.equal((await redis.clientList()).filter(({ name }) => name === "warm").length, 4);
});

test("pool: an idle connection that was killed meanwhile is not lent", async (t) => {
  for (const validateAfterMs of [0, 1]) {
    const redis = await client(t, plain(), { pool: { validateAfterMs } });
    const lease = await redis.lease();
    const id = await lease.clientId();
    await lease.release();
    await redis.clientKill({ id });
    await until(() => redis.poolStats().closed === 1);
    const again = await redis.lease();
    assert.notEqual(await again.clientId(), id);
    await again.release();
  }
});

test("pool: one that idled for validateAfterMs is asked before it is lent, so that a dead one is found out", async (t) => {
  // Connections that end soon after they were made count as failures, which make the next one wait.
  const redis = await client(t, plain(), { pool: { validateAfterMs: 1 }, reconnect: { baseMs: 1, capMs: 5 } });
  const admin = await client(t, plain());
  for (let round = 0; round < 20; round++) {
    const lease = await redis.lease();
    const id = await lease.clientId();
    await lease.release();
    const start = performance.now();
    await until(() => performance.now() - start > 2);
    // That it was killed is told before the end of the connection is.
    await admin.clientKill({ id });
    const again = await redis.lease();
    assert.equal(await again.ping(), "PONG");
    await again.release();
  }
});

test("pool: after maxLifetimeMs a connection is replaced, in the pool or when it is returned", async (t) => {
  const clock = new FakeClock();
  const redis = await client(t, plain(), { clock, pool: { maxLifetimeMs: 60_000, idleTimeoutMs: 0, leakAfterMs: 0 } });
  // Its close() would wait for a clock that stands.
  t.defer(() => redis.destroy());
  const admin = await client(t, plain());
  const lease = await redis.lease();
  const other = await redis.lease();
  const ids = [await lease.clientId(), await other.clientId()];
  await other.release();
  await clock.advance(53_000);
  assert.equal(redis.poolStats().closed, 0);
  await clock.advance(8_000);
  await gone(admin, ids[1]);
  assert.equal(await lease.ping(), "PONG", "who has it keeps it");
  await lease.release();
  await gone(admin, ids[0]);
  const { created, closed, total } = redis.poolStats();
  assert.deepEqual({ created, closed, total }, { created: 2, closed: 2, total: 0 });
});

test("pool: what is idle for idleTimeoutMs is ended, down to min", async (t) => {
  const clock = new FakeClock();
  const redis = await client(t, plain(), { clock, pool: { min: 1, idleTimeoutMs: 1_000, leakAfterMs: 0 } });
  // Its close() would wait for a clock that stands.
  t.defer(() => redis.destroy());
  const leases = await Promise.all(Array.from({ length: 4 }, () => redis.lease()));
  for (const lease of leases) await lease.release();
  assert.equal(redis.poolStats().idle, 4);
  await clock.advance(999);
  assert.equal(redis.poolStats().idle, 4);
  await clock.advance(2);
  assert.equal(redis.poolStats().idle, 1);
});

test("pool: close() waits for a lease until it is returned, and takes no new ones", async (t) => {
  const redis = await client(t, plain(), { closeTimeoutMs: 5_000 });
  const lease = await redis.lease();
  let closed = false;
  const closing = redis.close().then(() => closed = true);
  assert.ok(await failureOf(redis.lease()) instanceof ClosedError);
  assert.equal(await lease.echo("still mine"), "still mine");
  assert.equal(closed, false);
  await lease.release();
  await closing;
  assert.equal(redis.poolStats().total, 0);
});

test("pool: close() ends a lease that is not returned within closeTimeoutMs", async (t) => {
  const redis = await client(t, plain(), { closeTimeoutMs: 50 });
  const lease = await redis.lease();
  const call = failureOf(lease.blpop(freshKey(), 0));
  const start = performance.now();
  await redis.close();
  const took = performance.now() - start;
  assert.ok(took > 45 && took < 2_000, `it took ${took} ms`);
  assert.ok(await call instanceof ClosedError);
  await lease.release();
});

test("pool: destroy() ends what is lent, idle, being opened, and who waits", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 3 } });
  const lease = await redis.lease();
  const idle = await redis.lease();
  await idle.release();
  const calls = [failureOf(lease.blpop(freshKey(), 0))];
  const taken = await redis.lease();
  calls.push(failureOf(redis.lease()), failureOf(redis.lease()));
  assert.deepEqual([redis.poolStats().opening, redis.poolStats().waiting], [1, 2]);
  redis.destroy();
  for (const error of await Promise.all(calls)) assert.ok(error instanceof ClosedError);
  await Promise.all([lease.release(), taken.release()]);
  assert.equal(redis.poolStats().total, 0);
});

test("pool: while the server is away who waits is told why; it lends again as soon as that is back", async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const redis = await client(t, server, { pool: { acquireTimeoutMs: 500 }, reconnect: { capMs: 20 } });
  await (await redis.lease()).release();
  await server.stop();
  await until(() => redis.poolStats().total === 0);
  const error = await failureOf(redis.lease());
  assert.ok(error instanceof TimeoutError && error.cause instanceof ConnectionError);
  assert.match(error.message, /none could be opened within 500 ms/);
  const again = await startServer({ port: server.port });
  t.defer(() => again.stop());
  let lease: LeasedClient | undefined;
  await until(async () => lease = await redis.lease().catch(() => undefined));
  assert.ok(lease !== undefined);
  assert.equal(await lease.ping(), "PONG");
  await lease.release();
});

test("pool: every connection is announced and its end told, with its role", async (t) => {
  const redis = await client(t, plain());
  const told: string[] = [];
  for (const name of ["connect", "ready", "disconnect"] as const) {
    redis.on(name, ({ role }) => role === "pooled" && told.push(name));
  }
  const lease = await redis.lease();
  await redis.clientKill({ id: await lease.clientId() });
  await until(() => told.length === 3);
  assert.deepEqual(told, ["connect", "ready", "disconnect"]);
  await lease.release();
});
