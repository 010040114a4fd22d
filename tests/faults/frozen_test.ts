/** A server that stands still with its connections open: who is told what, and when; and what is only slow is no silence. */
import assert from "node:assert/strict";
import { type ClientEvents, TimeoutError } from "../../mod.ts";
import type { Client } from "../../mod.ts";
import { startFaultProxy } from "../support/fault_proxy.ts";
import { test } from "../support/harness.ts";
import { connected, failureOf } from "../server/opened.ts";
import { until } from "./conditions.ts";
import { beside, freeze, serverOf, thaw } from "./servers.ts";

const WATCHDOG_MS = 300;
// Silence is noticed after one and a half times the span at the latest; the rest is for a busy machine.
const NOTICED_MS = 2 * WATCHDOG_MS + 400;

function next<Name extends keyof ClientEvents>(redis: Client, name: Name): Promise<ClientEvents[Name]> {
  return new Promise((done) => {
    const off = redis.on(name, (event) => {
      off();
      done(event);
    });
  });
}

test("a frozen server, calls wait: the link is given up, writes are in doubt, reads are answered when it goes on", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, { url: server.url, watchdogMs: WATCHDOG_MS, timeoutMs: 8_000 });
  await redis.set("k", "v");
  const disconnect = next(redis, "disconnect");
  freeze(server);
  const frozenAt = performance.now();
  const incr = failureOf(redis.incr("n"));
  const set = failureOf(redis.set("k", "new"));
  const read = redis.get("k");
  const marked = redis.with({ idempotent: true }).sadd("s", "member");
  const mixed = redis.pipeline().get("k").incr("m").exec().catch((error: unknown) => error);

  const { reason, reconnects } = await disconnect;
  assert.ok(performance.now() - frozenAt < NOTICED_MS, `noticed after ${performance.now() - frozenAt} ms`);
  assert.equal(reconnects, true);
  assert.match(reason.message, /^Lost the connection to ".*": no byte came for \d+ ms while replies were due$/);
  for (const error of [await incr, await set, await mixed] as (Error & { maybeApplied: boolean })[]) {
    assert.equal(error.name, "ConnectionError");
    assert.equal(error.maybeApplied, true);
    assert.match(error.message, /no byte came for \d+ ms while replies were due/);
  }
  // The system takes the new connection for the server, which says nothing yet.
  assert.equal(await redis.healthy({ timeoutMs: 50 }), false);

  const back = next(redis, "reconnect");
  thaw(server);
  const { attempts, downMs } = await back;
  assert.ok(attempts >= 1 && downMs > 0);
  assert.ok(["v", "new"].includes(await read ?? ""));
  assert.ok([0, 1].includes(await marked));
  assert.deepEqual(await redis.smembers("s"), ["member"]);
  // What the server had received is executed when it goes on, and nothing else: none of it was sent twice.
  for (const counter of ["n", "m"]) assert.ok(["1", null].includes(await redis.get(counter)), counter);
  assert.equal(await redis.healthy(), true);
});

test("a frozen server, deadlines before the watchdog: TimeoutErrors name the cause, late replies are nobody's", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, { url: server.url, watchdogMs: 8_000, timeoutMs: 8_000 });
  freeze(server);
  const hurried = redis.with({ timeoutMs: 150 });
  const errors = await Promise.all([failureOf(hurried.incr("n")), failureOf(hurried.incr("n"))]);
  for (const [index, error] of errors.entries()) {
    assert.ok(error instanceof TimeoutError);
    const { waitedFor, ahead, maybeApplied } = error;
    assert.deepEqual({ waitedFor, ahead, maybeApplied }, { waitedFor: "reply", ahead: index, maybeApplied: true });
    assert.match(
      error.message,
      /^Cannot finish INCR at ".*" in its time: it was written and not answered \(\d before it\)$/,
    );
  }
  // Behind the two, over the same connection: its reply is its own, and tells that each was executed once.
  const third = redis.incr("n");
  const lost = next(redis, "disconnect");
  thaw(server);
  assert.equal(await third, 3);
  assert.equal(await redis.get("n"), "3");
  assert.equal(await Promise.race([lost, "none"]), "none");
});

test("a frozen server, the deadline after the loss: a read that waits to be sent again says so", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, { url: server.url, watchdogMs: WATCHDOG_MS, timeoutMs: 1_200 });
  freeze(server);
  const error = await failureOf(redis.get("k"));
  assert.ok(error instanceof TimeoutError);
  assert.equal(error.waitedFor, "connection");
  assert.match(
    error.message,
    /^Cannot finish GET at ".*" in its time: it was written, its connection was lost, and it waited to be sent again/,
  );
  thaw(server);
  assert.equal(await redis.with({ timeoutMs: 8_000 }).get("k"), null);
});

test("a frozen server is given up by a handshake that takes too long, and dialled again until it goes on", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, {
    url: server.url,
    watchdogMs: WATCHDOG_MS,
    connectTimeoutMs: 200,
    timeoutMs: 8_000,
  });
  const tries: string[] = [];
  redis.on("error", ({ error }) => tries.push(error.message));
  const enough = new Promise<void>((done) => redis.on("reconnecting", ({ attempt }) => attempt >= 3 && done()));
  freeze(server);
  const read = redis.get("k");
  await enough;
  const back = next(redis, "reconnect");
  thaw(server);
  assert.equal(await read, null);
  assert.ok((await back).attempts >= 3);
  for (const message of tries) assert.match(message, /^Cannot connect to ".*": no answer within 200 ms$/);
  assert.ok(tries.length >= 2);
});

test("a frozen server that nobody calls: the idle PING notices, and the connection is there again when it goes on", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, { url: server.url, watchdogMs: WATCHDOG_MS, pingIntervalMs: 100 });
  const admin = await beside(t, server.port);
  const idleSince = performance.now();
  await until("the server has been asked 3 times", async () => (await admin.calls("ping")).executed >= 3);
  assert.ok(performance.now() - idleSince > 250, "no more than a PING in each span");

  const disconnect = next(redis, "disconnect");
  freeze(server);
  const frozenAt = performance.now();
  assert.match((await disconnect).reason.message, /no byte came for \d+ ms while replies were due/);
  assert.ok(performance.now() - frozenAt < NOTICED_MS + 150);
  const back = next(redis, "reconnect");
  thaw(server);
  await back;
  assert.equal(await redis.healthy(), true);
});

test("a server that is busy for less than the watchdog allows is not given up", async (t) => {
  const server = await serverOf(t, ["--enable-debug-command", "yes"]);
  const redis = await connected(t, { url: server.url, watchdogMs: 600 });
  const admin = await beside(t, server.port);
  const disconnects: unknown[] = [];
  redis.on("disconnect", (event) => disconnects.push(event));
  for (let i = 1; i <= 3; i++) {
    admin.write("DEBUG", "SLEEP", "0.35");
    assert.equal(await redis.incr("n"), i);
  }
  assert.deepEqual(disconnects, []);
});

test("a reply that takes longer than the watchdog allows is no silence as long as bytes of it come", {
  timeoutMs: 25_000,
}, async (t) => {
  const server = await serverOf(t);
  const proxy = await startFaultProxy({ port: server.port });
  t.defer(() => proxy.stop());
  const bytes = 64 * 1_048_576;
  const direct = await connected(t, server.url);
  await direct.setrange("big", bytes - 1, "x");
  const redis = await connected(t, { url: proxy.url, watchdogMs: WATCHDOG_MS, timeoutMs: 20_000 });
  const disconnects: unknown[] = [];
  redis.on("disconnect", (event) => disconnects.push(event));
  // 256 pieces, 5 ms between two: four times as long as the watchdog allows.
  proxy.drip({ bytes: 262_144, everyMs: 5 }, { direction: "toClient" });
  const startedAt = performance.now();
  const value = await redis.bytes.get("big");
  assert.equal(value?.length, bytes);
  assert.ok(performance.now() - startedAt > 3 * WATCHDOG_MS);
  assert.deepEqual(disconnects, []);
});
