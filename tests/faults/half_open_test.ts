/**
 * Links that are open and dead: silence while replies are due ends them in its time, an idle link is asked for a sign of
 * life, and whatever says anything at all, however slowly, lives on.
 */
import assert from "node:assert/strict";
import { ConnectionError, type ConnectOptions, type DisconnectEvent, TimeoutError } from "../../mod.ts";
import { proxied } from "../support/fault_fixture.ts";
import { turn } from "../support/fake_clock.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, startServer } from "../support/server.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { behindProxy, settled, straightTo, throughLater, told } from "./behind_proxy.ts";

const WATCHDOG_MS = 200;
/** What a link may be given up late: the grain of the timer, and a busy machine. */
const LATE_MS = 150;
const watched: ConnectOptions = {
  watchdogMs: WATCHDOG_MS,
  pingIntervalMs: 0,
  timeoutMs: 10_000,
  reconnect: { capMs: 50 },
};

const kinds: readonly ServerKind[] = ["redis7", "valkey9"];
const servers = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of kinds) servers.set(kind, await startServer({ kind }));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

const redis7 = (): Server => servers.get("redis7")!;

for (const kind of kinds) {
  for (const direction of [undefined, "toServer", "toClient"] as const) {
    test(`half-open: ${kind}, nothing comes through ${direction ?? "either way"}: dropped and redialled`, async (t) => {
      const { proxy, redis, straight } = await behindProxy(t, servers.get(kind)!, watched);
      const key = freshKey(), read = freshKey();
      await straight.set(read, "value");
      proxy.stall({ direction });
      const start = performance.now();
      const gone = told(redis, "disconnect");
      const calls = [redis.incr(key), redis.get(read), redis.pipeline().get(read).strlen(read).exec()].map(settled);
      const { reason, reconnects } = await gone as DisconnectEvent;
      const silentMs = performance.now() - start;
      assert.ok(silentMs >= WATCHDOG_MS - 2 && silentMs < 1.5 * WATCHDOG_MS + LATE_MS, `${silentMs} ms`);
      assert.match(reason.message, /: no byte came for \d+ ms while replies were due$/);
      assert.equal(reconnects, true);
      proxy.flow();
      const [counted, ...answered] = await Promise.all(calls);
      assert.ok(counted instanceof ConnectionError && counted.maybeApplied, String(counted));
      assert.equal(counted.message, `${reason.message} (INCR)`);
      assert.deepEqual(answered, ["value", ["value", 5]]);
      assert.ok(Number(await straight.get(key)) <= 1);
      assert.equal(proxy.accepted, 2);
    });
  }
}

test("half-open: a link that is idle is asked for a sign of life, and stays", async (t) => {
  const { proxy, redis } = await behindProxy(t, redis7(), { pingIntervalMs: 100 });
  await proxy.until(() => proxy.seen("PING") >= 3);
  assert.equal(await redis.echo("a"), "a");
  assert.equal(proxy.accepted, 1);
});

test("half-open: a link that is idle and dead is found out before the next call needs it", async (t) => {
  const { proxy, redis } = await behindProxy(t, redis7(), { ...watched, pingIntervalMs: 100 });
  proxy.stall();
  const back = told(redis, "reconnect");
  const { reason } = await told(redis, "disconnect") as DisconnectEvent;
  assert.match(reason.message, /no byte came for \d+ ms/);
  proxy.flow();
  await back;
  assert.equal(await redis.with({ timeoutMs: 1_000 }).echo("a"), "a");
});

test("half-open: a link that is used is not asked", async (t) => {
  const { proxy, redis } = await behindProxy(t, redis7(), { pingIntervalMs: 200 });
  const end = performance.now() + 600;
  while (performance.now() < end) {
    await redis.echo("a");
    await new Promise((done) => setTimeout(done, 5));
  }
  assert.equal(proxy.seen("PING"), 0);
});

test("half-open: with neither bound a silent link stays, and its calls end by their deadlines", async (t) => {
  const { proxy, redis } = await behindProxy(t, redis7(), { watchdogMs: 0, pingIntervalMs: 0 });
  proxy.stall();
  const late = await failureOf(redis.with({ timeoutMs: 300 }).get(freshKey()));
  assert.ok(late instanceof TimeoutError && late.waitedFor === "reply");
  proxy.flow();
  assert.equal(await redis.echo("a"), "a");
  assert.equal(proxy.accepted, 1);
});

for (const protocol of [2, 3] as const) {
  test(`half-open: a reply that comes byte by byte is no silence, protocol ${protocol}`, async (t) => {
    const { proxy, redis } = await behindProxy(t, redis7(), { ...watched, protocol });
    proxy.drip({ bytes: 1, everyMs: 20 }, { direction: "toClient" });
    const text = "x".repeat(30);
    const start = performance.now();
    assert.equal(await redis.echo(text), text);
    assert.ok(performance.now() - start > 2 * WATCHDOG_MS);
    assert.equal(proxy.accepted, 1);
  });
}

test("half-open: a peer that accepts and says nothing is given up, and the calls go to the next", async (t) => {
  const proxy = await proxied(t, redis7());
  await proxy.refuse({ how: "silent" });
  const redis = throughLater(t, proxy, { ...watched, connectTimeoutMs: 200 });
  const key = freshKey();
  const call = redis.incr(key);
  await proxy.connected(2);
  await proxy.accept();
  assert.equal(await call, 1);
  assert.equal(proxy.seen("INCR"), 1);
});

test("half-open: every call of a link that is given up is settled, and the next ones are served", async (t) => {
  const { proxy, redis } = await behindProxy(t, redis7(), { ...watched, connections: 3 });
  const key = freshKey();
  for (let round = 0; round < 3; round++) {
    proxy.stall();
    const gone = told(redis, "disconnect");
    const calls = Array.from({ length: 300 }, async (_, index) => {
      // Another tick is another connection's turn.
      for (let ticks = index % 10; ticks > 0; ticks--) await turn();
      return await settled(index % 2 ? redis.incr(key) : redis.echo(index));
    });
    await gone;
    proxy.flow();
    for (const [index, outcome] of (await Promise.all(calls)).entries()) {
      if (outcome instanceof ConnectionError) assert.ok(index % 2 && outcome.maybeApplied, outcome.message);
      else if (index % 2) assert.equal(typeof outcome, "number");
      else assert.equal(outcome, String(index));
    }
  }
  assert.equal(await redis.echo("a"), "a");
});

test("half-open: a process that was busy does not give up a link whose replies are here", async (t) => {
  const redis = await straightTo(t, redis7(), watched);
  let lost = 0;
  redis.on("disconnect", () => lost++);
  for (let round = 0; round < 3; round++) {
    const call = redis.echo("a");
    await turn();
    const end = performance.now() + 2 * WATCHDOG_MS;
    while (performance.now() < end);
    assert.equal(await call, "a");
  }
  assert.equal(lost, 0);
});
