/**
 * Replies that are lost: what only reads is asked again and answered, what writes is told of and never sent twice,
 * what was never written is sent once.
 */
import assert from "node:assert/strict";
import { type Client, ConnectionError } from "../../mod.ts";
import { proxied } from "../support/fault_fixture.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, startServer } from "../support/server.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { behindProxy, straightTo, through, throughLater, told } from "./behind_proxy.ts";

const kinds: readonly ServerKind[] = ["redis7", "valkey9"];
const servers = new Map<ServerKind, Server>();
const CALLS = 100;

beforeAll(async () => {
  for (const kind of kinds) servers.set(kind, await startServer({ kind }));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** A call whose connection was lost behind its bytes. */
async function lost(call: Promise<unknown>): Promise<void> {
  isLoss(await failureOf(call));
}

function isLoss(error: unknown): void {
  assert.ok(error instanceof ConnectionError, String(error));
  assert.deepEqual({ name: error.name, maybeApplied: error.maybeApplied }, {
    name: "ConnectionError",
    maybeApplied: true,
  });
  assert.match(error.message, /^Lost the connection to "127\.0\.0\.1:\d+": /);
}

for (const kind of kinds) {
  const server = (): Server => servers.get(kind)!;

  for (const how of ["end", "reset"] as const) {
    test(`lost reply: ${kind}, INCR was executed, the link ends by ${how}: told, and counted once`, async (t) => {
      const { proxy, redis, straight } = await behindProxy(t, server());
      const key = freshKey();
      proxy.swallow({ command: "INCR", thenCut: true, how });
      await lost(redis.incr(key));
      assert.equal(await redis.get(key), "1");
      assert.equal(await straight.get(key), "1");
      assert.deepEqual([proxy.seen("INCR"), proxy.accepted], [1, 2]);
    });

    test(`lost reply: ${kind}, GET, the link ends by ${how}: asked again and answered`, async (t) => {
      const { proxy, redis, straight } = await behindProxy(t, server());
      const key = freshKey();
      await straight.set(key, "value");
      proxy.swallow({ command: "GET", thenCut: true, how });
      assert.equal(await redis.get(key), "value");
      assert.deepEqual([proxy.seen("GET"), proxy.accepted], [2, 2]);
    });
  }

  test(`lost reply: ${kind}, the link ends before the server gets INCR: told, and never counted`, async (t) => {
    const { proxy, redis, straight } = await behindProxy(t, server());
    const key = freshKey();
    const trap = proxy.holdBefore({ command: "INCR" });
    await lost(redis.incr(key));
    assert.equal(await redis.ping(), "PONG");
    assert.equal(await straight.get(key), null);
    assert.deepEqual([trap.hits, proxy.seen("INCR")], [1, 0]);
  });

  test(`lost reply: ${kind}, a transaction: told, and executed once or not at all`, async (t) => {
    const { proxy, redis, straight } = await behindProxy(t, server());
    const [a, b] = [freshKey(), freshKey()];
    proxy.swallow({ command: "EXEC", thenCut: true });
    await lost(redis.transaction().incr(a).incr(b).exec());
    await lostBefore("EXEC");
    await lostBefore("MULTI");
    assert.equal(await redis.ping(), "PONG");
    assert.deepEqual(await straight.mget(a, b), ["1", "1"]);
    assert.deepEqual([proxy.seen("MULTI"), proxy.seen("EXEC")], [2, 1]);

    async function lostBefore(command: string): Promise<void> {
      proxy.holdBefore({ command });
      await lost(redis.transaction().incr(a).incr(b).exec());
    }
  });
}

const server = (): Server => servers.get("redis7")!;

test("lost reply: a GET whose reply is lost five times is answered at the sixth", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server(), { reconnect: { capMs: 20 } });
  const key = freshKey();
  await straight.set(key, "value");
  proxy.swallow({ command: "GET", times: 5, thenCut: true });
  assert.equal(await redis.get(key), "value");
  assert.deepEqual([proxy.seen("GET"), proxy.accepted], [6, 6]);
});

test("lost reply: a call is sent no more often than its attempts say", async (t) => {
  const { proxy, redis } = await behindProxy(t, server(), { retry: { attempts: 3 }, reconnect: { capMs: 20 } });
  proxy.swallow({ command: "GET", times: Infinity, thenCut: true });
  await lost(redis.get(freshKey()));
  assert.equal(proxy.seen("GET"), 3);
  await lost(redis.with({ retry: { attempts: 1 } }).get(freshKey()));
  assert.equal(proxy.seen("GET"), 4);
});

/** A view, what it does, what the caller gets, and how often the server sees it. */
const ceilings: readonly (readonly [string, (redis: Client, key: string) => Promise<unknown>, "lost" | "answered"])[] =
  [
    ["GET, by default", (redis, key) => redis.get(key), "answered"],
    ["GET in bytes", (redis, key) => redis.bytes.get(key), "answered"],
    ["GET, nothing is", (redis, key) => redis.with({ retry: { ceiling: "none" } }).get(key), "lost"],
    ["PING", (redis) => redis.ping(), "answered"],
    ["EVAL_RO", (redis) => redis.evalRo("return 1"), "answered"],
    ["EVAL that reads", (redis, key) => redis.eval("return redis.call('GET', KEYS[1])", { keys: [key] }), "lost"],
    ["EVALSHA", (redis) => redis.evalsha("0".repeat(40)), "lost"],
    ["FCALL", (redis) => redis.call("FCALL", "f", 0), "lost"],
    [
      "EVAL, idempotent writes are",
      (redis) => redis.with({ retry: { ceiling: "idempotent" } }).eval("return 1"),
      "lost",
    ],
    ["SET, by default", (redis, key) => redis.set(key, "v"), "lost"],
    [
      "SET, idempotent writes are",
      (redis, key) => redis.with({ retry: { ceiling: "idempotent" } }).set(key, "v"),
      "answered",
    ],
    ["SET marked as idempotent", (redis, key) => redis.with({ idempotent: true }).set(key, "v"), "answered"],
    [
      "SET that wants the old value, idempotent writes are",
      (redis, key) => redis.with({ retry: { ceiling: "idempotent" } }).set(key, "v", { get: true }),
      "lost",
    ],
    ["INCR, idempotent writes are", (redis, key) => redis.with({ retry: { ceiling: "idempotent" } }).incr(key), "lost"],
    ["a command that nobody knows", (redis) => redis.call("NO.SUCH"), "lost"],
  ];

for (const [name, call, outcome] of ceilings) {
  test(`lost reply: what is sent again: ${name}: ${outcome}`, async (t) => {
    const { proxy, redis } = await behindProxy(t, server());
    proxy.swallow({ when: ({ name }) => name !== "HELLO" && name !== "CLIENT", thenCut: true });
    const seen = (): number => proxy.requests.filter((name) => name !== "HELLO" && name !== "CLIENT").length;
    if (outcome === "lost") await lost(call(redis, freshKey()));
    else await call(redis, freshKey());
    assert.equal(seen(), outcome === "lost" ? 1 : 2);
    assert.equal(await redis.echo("next"), "next");
  });
}

test("lost reply: an increment that its caller marks as idempotent is executed twice", async (t) => {
  const { proxy, redis } = await behindProxy(t, server());
  proxy.swallow({ command: "INCR", thenCut: true });
  assert.equal(await redis.with({ idempotent: true }).incr(freshKey()), 2);
});

test("lost reply: calls that were made while nobody listened are sent once it does, each once", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server());
  const key = freshKey();
  await proxy.refuse();
  const gone = told(redis, "disconnect");
  proxy.cut();
  await gone;
  const calls = Array.from({ length: CALLS }, () => redis.incr(key));
  const pipeline = redis.pipeline().incr(key).get(key).exec();
  await told(redis, "reconnecting");
  await proxy.accept();
  assert.deepEqual(await Promise.all(calls), Array.from({ length: CALLS }, (_, index) => index + 1));
  assert.deepEqual(await pipeline, [CALLS + 1, String(CALLS + 1)]);
  assert.equal(await straight.get(key), String(CALLS + 1));
  assert.equal(proxy.seen("INCR"), CALLS + 1);
});

test("lost reply: a client that nobody listens to at first sends its calls once somebody does", async (t) => {
  const proxy = await proxied(t, server());
  await proxy.refuse();
  const redis = throughLater(t, proxy);
  const key = freshKey();
  const calls = [redis.incr(key), redis.incr(key), redis.get(key)];
  await told(redis, "reconnecting");
  await proxy.accept();
  assert.deepEqual(await Promise.all(calls), [1, 2, "2"]);
  assert.equal(proxy.seen("INCR"), 2);
});

test("lost reply: of the calls behind a lost one those that read are answered, those that write are told", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server());
  const key = freshKey(), read = freshKey();
  await straight.set(read, "value");
  proxy.swallow({ command: "INCR", thenCut: true });
  const calls = Array.from({ length: CALLS }, (_, index) => index % 2 ? redis.get(read) : failureOf(redis.incr(key)));
  for (const [index, outcome] of (await Promise.all(calls)).entries()) {
    if (index % 2) assert.equal(outcome, "value");
    else isLoss(outcome);
  }
  assert.ok(Number(await straight.get(key)) <= CALLS / 2);
  assert.ok(proxy.seen("INCR") <= CALLS / 2);
});

test("lost reply: a pipeline keeps the entries that were answered, and does not write again", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server());
  const [a, b, c] = [freshKey(), freshKey(), freshKey()];
  const trap = proxy.swallow({ when: ({ words }) => words[1] === b, thenCut: true, how: "end" });
  const [first, ...others] = await redis.pipeline().incr(a).incr(b).incr(c).get(a).exec();
  assert.equal(first, 1);
  for (const error of others) isLoss(error);
  assert.equal(await redis.ping(), "PONG");
  assert.equal(trap.hits, 1);
  assert.deepEqual(await straight.mget(a, b, c), ["1", "1", "1"]);
  assert.deepEqual([proxy.seen("INCR"), proxy.seen("GET")], [3, 1]);
});

test("lost reply: of a pipeline only what has not been answered is asked again", async (t) => {
  const { proxy, redis } = await behindProxy(t, server());
  const key = freshKey();
  proxy.swallow({ command: "STRLEN", thenCut: true, how: "end" });
  assert.deepEqual(await redis.pipeline().incr(key).get(key).strlen(key).type(key).exec(), [1, "1", 1, "string"]);
  assert.deepEqual(["INCR", "GET", "STRLEN", "TYPE"].map((name) => proxy.seen(name)), [1, 1, 2, 2]);
});

test("lost reply: a pipeline that ends before the server gets all of it counts nothing twice", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server());
  const keys = Array.from({ length: 5 }, freshKey);
  for (const held of keys) {
    proxy.holdBefore({ when: ({ words }) => words[1] === held, how: "end" });
    const chain = keys.reduce<Chain>((chain, key) => chain.incr(key), redis.pipeline() as Chain);
    const entries: unknown = await chain.exec().catch((error: unknown) => error);
    for (const entry of Array.isArray(entries) ? entries : [entries]) if (typeof entry !== "number") isLoss(entry);
  }
  assert.equal(await redis.ping(), "PONG");
  // The one at place i was sent whenever one behind it was held.
  assert.deepEqual(await straight.mget(...keys), ["4", "3", "2", "1", null]);
});

interface Chain {
  incr(key: string): Chain;
  exec(): Promise<unknown[]>;
}

test("lost reply: a transaction that only reads is asked again as a whole", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server());
  const key = freshKey();
  await straight.set(key, "value");
  proxy.swallow({ command: "EXEC", thenCut: true });
  assert.deepEqual(await redis.transaction().get(key).strlen(key).exec(), ["value", 5]);
  assert.deepEqual([proxy.seen("MULTI"), proxy.seen("GET"), proxy.seen("EXEC")], [2, 2, 2]);
});

test("lost reply: an element that a blocking pop was given is told of, and no other is taken", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server());
  const key = freshKey();
  await straight.rpush(key, "a", "b");
  proxy.swallow({ command: "BLPOP", thenCut: true });
  await lost(redis.blpop(key, 1));
  assert.deepEqual(await straight.lrange(key, 0, -1), ["b"]);
});

test("lost reply: over a lease nothing is sent again, reads neither", async (t) => {
  const { proxy, redis } = await behindProxy(t, server());
  const lease = await redis.lease();
  t.defer(() => lease.release());
  proxy.swallow({ command: "GET", thenCut: true });
  await lost(lease.get(freshKey()));
  assert.equal(proxy.seen("GET"), 1);
  assert.equal(await redis.get(freshKey()), null);
});

test("lost reply: with `reconnect: false` GET is asked again all the same where a call wants the connection", async (t) => {
  const proxy = await proxied(t, server());
  const redis = await through(t, proxy, { reconnect: false });
  const straight = await straightTo(t, server());
  const key = freshKey();
  proxy.swallow({ command: "INCR", thenCut: true });
  await lost(redis.incr(key));
  assert.equal(await redis.get(key), "1");
  assert.equal(await straight.get(key), "1");
});
