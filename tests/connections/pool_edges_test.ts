/** Where the pool meets the rest: silence over what is lent, no server, warm-up without connect(). */
import assert from "node:assert/strict";
import { ConnectionError, createClient } from "../../mod.ts";
import { behindProxy } from "../faults/behind_proxy.ts";
import { created, failureOf } from "../server/opened.ts";
import { proxied } from "../support/fault_fixture.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { client, until } from "./scene.ts";

const WATCHDOG_MS = 150;

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test("half-open: a lease's call without a deadline ends when nothing comes, and its connection is not lent again", async (t) => {
  const { proxy, redis } = await behindProxy(t, server, { timeoutMs: 0, watchdogMs: WATCHDOG_MS });
  const lease = await redis.lease();
  const id = await lease.clientId();
  proxy.stall({ direction: "toClient" });
  const error = await failureOf(lease.incr("n"));
  assert.ok(error instanceof ConnectionError && error.maybeApplied, String(error));
  assert.match(error.message, /no byte came for \d+ ms while replies were due/);
  proxy.flow();
  await lease.release();
  const next = await redis.lease();
  assert.notEqual(await next.clientId(), id);
  await next.release();
});

test("half-open: what a lease waits for at the server is no silence, nor a monitor that hears nothing", async (t) => {
  const redis = await client(t, server, { watchdogMs: WATCHDOG_MS });
  let lost = 0;
  redis.on("disconnect", () => lost++);
  const [lease, monitor] = await Promise.all([redis.lease(), redis.monitor()]);
  const seconds = 3 * WATCHDOG_MS / 1_000;
  assert.equal(await lease.blpop("nothing", seconds), null);
  assert.equal(await lease.wait(1, 3 * WATCHDOG_MS), 0);
  assert.deepEqual(await lease.pipeline().ping().blpop("nothing", seconds).exec(), ["PONG", null]);
  assert.equal(await redis.blpop("nothing", seconds), null);
  assert.equal(lost, 0);
  await lease.release();
  await monitor.close();
});

test("offline: with enableOfflineQueue off what goes over the pool fails at once, too", async (t) => {
  const proxy = await proxied(t, server);
  await proxy.refuse();
  const redis = created(t, { url: proxy.url, enableOfflineQueue: false, pool: { acquireTimeoutMs: 0 } });
  const calls = [redis.lease(), redis.blpop("k", 0), redis.monitor(), redis.watch("k", () => 1)];
  for (const error of await Promise.all(calls.map(failureOf))) {
    assert.ok(error instanceof ConnectionError && error.name === "ConnectionError", String(error));
    assert.match(error.message, /ECONNREFUSED/);
  }
  await proxy.accept();
  const lease = await redis.lease();
  assert.equal(await lease.ping(), "PONG");
  await lease.release();
});

test("offline: with enableOfflineQueue off who waits for a lease that others hold still waits", async (t) => {
  const redis = await client(t, server, { enableOfflineQueue: false, pool: { max: 1 } });
  const lease = await redis.lease();
  const waiting = redis.lease();
  await until(() => redis.poolStats().waiting === 1);
  await lease.release();
  const next = await waiting;
  assert.equal(await next.ping(), "PONG");
  await next.release();
});

test("pool: a client that was only created opens min with its first call", async (t) => {
  const redis = createClient({ url: server.url, pool: { min: 2 } });
  t.defer(() => redis.close());
  assert.equal(redis.poolStats().total, 0);
  await redis.ping();
  await until(() => redis.poolStats().idle === 2);
});
