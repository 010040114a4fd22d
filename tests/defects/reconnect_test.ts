/**
 * Connections that come back: defects of other clients, done right.
 *
 * Dials are answered by the test and time is moved by it, so that five hundred tries take no time. Delays are those of
 * the defaults: before try n a random part of min(2,000 ms, 50 ms · 2^(n-1)).
 *
 * @module
 */
import assert from "node:assert/strict";
import { ClosedError, ConnectionError, TimeoutError } from "../../mod.ts";
import { connected as clientTo } from "../server/opened.ts";
import { turn } from "../support/fake_clock.ts";
import { proxied } from "../support/fault_fixture.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { type Server, startServer } from "../support/server.ts";
import { commandText } from "../support/wire.ts";
import { BASE_MS, CAP_MS, connected, lost, refuse, REFUSED, scene, welcome } from "./scene.ts";

// χ² of ten bins is beyond this once in a thousand; the seeds here make it the same in every run.
const UNEVEN = 27.9;

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** How far the counts of values in ten equal bins are from equal ones: χ². */
function unevenness(values: readonly number[], bound: number): number {
  const counts = new Array<number>(10).fill(0);
  // Delays are whole milliseconds, half of whose range the first and the last have.
  for (const value of values) counts[Math.min(9, Math.floor(value / bound * 10))]++;
  const mean = values.length / 10;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

// Bun 1.4.5 stops after 20 tries and is dead from then on (#19131, #24019, #29925); @db/redis 0.41.2 and redis-py 8.0.0
// stop after 10.
test("a server that is away for 500 tries is found when it is back, and the call that waited is answered", async (t) => {
  const all = await lost(t, { timeoutMs: 0 });
  const tries: number[] = [];
  all.redis.on("reconnect", ({ attempts }) => tries.push(attempts));
  const call = all.redis.get("key");
  await refuse(all, 500);
  await all.clock.advance(CAP_MS);
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, [commandText("GET", "key")]);
  stream.send("+value\r\n");
  assert.equal(await call, "value");
  assert.deepEqual(tries, [501]);
});

// node-redis 6.3.1 gives up for ever when its socket times out, which is what a server that is frozen brings about.
test("a server that accepts and does not greet is tried again after each connectTimeoutMs", async (t) => {
  const all = await lost(t, { connectTimeoutMs: 1_000, random: () => 0 });
  const ready = new Promise((done) => all.redis.on("reconnect", done));
  for (let tries = 1; tries <= 10; tries++) {
    await all.clock.advance(Math.min(CAP_MS, BASE_MS * 2 ** (tries - 1)));
    assert.equal(all.platform.dials.length, 1 + tries);
    const { stream, accept } = all.platform.last;
    accept();
    await all.clock.advance(1_000);
    assert.equal(stream.closed, true);
  }
  await all.clock.advance(CAP_MS);
  await welcome(all);
  await ready;
});

// node-redis 6.3.1 and ioredis 6.0.0 add 0 to 200 ms to a delay that all share, so that a whole fleet dials within those
// 200 ms, however long the delay has become. lettuce 7 adds nothing by default, valkey-glide 2.5.2 nothing once its delay
// has come to 3,200 ms.
test("of 200 clients that lose their server at once no tenth of the span gets a crowd", async (t) => {
  const random = seededRandom(200);
  const clients = await Promise.all(Array.from({ length: 200 }, () => lost(t, { random })));
  for (let tries = 1; tries <= 9; tries++) {
    const bound = Math.min(CAP_MS, BASE_MS * 2 ** (tries - 1));
    const delays = clients.map((all) => all.delays.at(-1)!);
    assert.ok(delays.every((delayMs) => delayMs <= bound));
    assert.ok(unevenness(delays, bound) < UNEVEN, `before try ${tries}`);
    await Promise.all(clients.map((all) => refuse(all, 1)));
  }
});

// StackExchange.Redis 3.1.31 waits 2.5 s before its first try, fred 10.1 one second.
test("the first try comes within 50 ms", async (t) => {
  const all = await lost(t);
  await all.clock.advance(BASE_MS);
  assert.equal(all.platform.dials.length, 2);
});

// ioredis 6.0.0 fails a call after 20 tries to connect, however soon that is, with an error of its own
// (MaxRetriesPerRequestError: #1146, #1344, #1351).
test("a call waits for a connection until its own deadline, and is told why there was none", async (t) => {
  const all = await lost(t, { reconnect: { capMs: 50, jitter: 0 } });
  const call = all.redis.incr("key");
  for (let tries = 0; tries < 90; tries++) {
    await all.clock.advance(50);
    all.platform.last.refuse(REFUSED);
    await turn();
  }
  assert.equal(await stateOf(call), "waiting");
  await all.clock.advance(600);
  const error = await errorOf(call) as TimeoutError;
  assert.ok(error instanceof TimeoutError);
  assert.deepEqual([error.waitedFor, error.maybeApplied], ["connection", false]);
  assert.match(String(error.cause), /ECONNREFUSED/);
});

// ioredis 6.0.0, lettuce 7 and StackExchange.Redis 3.1.31 keep what waits for a connection without a bound.
test("what waits for a connection is bounded in count and in bytes; beyond, a call fails at once", async (t) => {
  const { redis } = await lost(t, { maxQueued: 100, maxQueuedBytes: 10_000 });
  const large = await errorOf(redis.set("key", "x".repeat(10_000))) as ConnectionError;
  const calls = Array.from({ length: 100 }, () => redis.incr("key"));
  const many = await errorOf(redis.incr("key")) as ConnectionError;
  for (const error of [large, many]) {
    assert.ok(error instanceof ConnectionError && !error.maybeApplied);
    assert.match(error.message, /maxQueued/);
  }
  redis.destroy();
  for (const call of calls) assert.ok(await errorOf(call) instanceof ClosedError);
});

// ioredis 6.0.0 with autoResendUnfulfilledCommands off never settles what was under way when the connection is lost
// (#2193, #2194).
test("without reconnects every call under way is settled at the loss", async (t) => {
  const { redis, stream } = await connected(t, { reconnect: false, timeoutMs: 0 });
  const calls = [redis.get("key"), redis.incr("key"), redis.pipeline().get("key").exec()];
  await turn();
  stream.end();
  for (const call of calls) assert.ok(await errorOf(call) instanceof ConnectionError);
});

// node-redis 6.3.1 ends the process when a connection fails and no `error` listener is there (#2302, #2624, #1993).
test("nothing happens to the process when a connection fails and nobody listens, or a listener throws", async (t) => {
  const all = scene(t, { timeoutMs: 0 });
  const call = all.redis.get("key");
  await turn();
  all.platform.last.refuse(REFUSED);
  await turn();
  all.redis.on("error", () => Promise.reject(new Error("a listener's own")));
  all.redis.on("error", () => {
    throw new Error("a listener's own");
  });
  await refuse(all, 1);
  await all.clock.advance(CAP_MS);
  (await welcome(all)).send("+value\r\n");
  assert.equal(await call, "value");
});

// valkey-glide 2.5.2 gives up whatever takes 250 ms, connecting too (#4959, #5177, #5743).
test("a server 300 ms away is connected to and used with the defaults", async (t) => {
  const proxy = await proxied(t, server);
  proxy.delay({ minMs: 300, maxMs: 310 }, { direction: "toClient" });
  const redis = await clientTo(t, proxy.url);
  assert.equal(await redis.ping(), "PONG");
});
