/** Commands that block: each goes over a connection of the pool by itself, within its own time. */
import assert from "node:assert/strict";
import {
  AbortError,
  type Client,
  ClosedError,
  ConnectionError,
  ReplyError,
  type TimeoutError,
  type View,
} from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { startServer } from "../support/server.ts";
import { blocked, client, next, plainWay, serversOfEachKind, until, ways } from "./scene.ts";

const serverOf = serversOfEachKind();
const plain = () => serverOf(plainWay.kind);

type Sort = "list" | "sorted set";

/** Each blocking command, that waits for ever: over which data, and what it gives when "a" comes (with the score 1). */
const blocking: readonly (readonly [string, Sort, (redis: View, key: string) => Promise<unknown>, unknown])[] = [
  ["blpop", "list", (redis, key) => redis.blpop(key, 0), { key: "K", element: "a" }],
  ["blpop of several keys", "list", (redis, key) => redis.blpop(["x", key], 0), { key: "K", element: "a" }],
  ["brpop", "list", (redis, key) => redis.brpop(key, 0), { key: "K", element: "a" }],
  ["blmove", "list", (redis, key) => redis.blmove(key, "moved", "left", "right", 0), "a"],
  ["brpoplpush", "list", (redis, key) => redis.brpoplpush(key, "moved", 0), "a"],
  ["blmpop", "list", (redis, key) => redis.blmpop(key, "left", 0), { key: "K", elements: ["a"] }],
  ["bzpopmin", "sorted set", (redis, key) => redis.bzpopmin(key, 0), { key: "K", member: "a", score: 1 }],
  ["bzpopmax", "sorted set", (redis, key) => redis.bzpopmax(key, 0), { key: "K", member: "a", score: 1 }],
  [
    "bzmpop",
    "sorted set",
    (redis, key) => redis.bzmpop(key, "min", 0),
    { key: "K", members: [{ member: "a", score: 1 }] },
  ],
  ["call blpop", "list", (redis, key) => redis.call("blpop", key, 0), ["K", "a"]],
  ["send blpop", "list", (redis, key) => (redis as Client).send(c.blpop(key, 0)), { key: "K", element: "a" }],
  ["call BRPOP with its timeout as text", "list", (redis, key) => redis.call("BRPOP", key, "0"), ["K", "a"]],
];

const feeds: Readonly<Record<Sort, (redis: Client, key: string) => Promise<unknown>>> = {
  "list": (redis, key) => redis.rpush(key, "a"),
  "sorted set": (redis, key) => redis.zadd(key, { a: 1 }),
};

for (const { kind, protocol, name } of ways) {
  test(`blocking: every command that blocks leases by itself, the shared connection goes on (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const shared = await redis.clientId();
    for (const [what, sort, call, expected] of blocking) {
      const key = freshKey();
      const reply = call(redis, key);
      const [id] = await blocked(redis, 1);
      assert.notEqual(id, shared, what);
      await feeds[sort](redis, key);
      const text = JSON.stringify(await reply).replace(key, "K");
      assert.deepEqual(JSON.parse(text), expected, what);
    }
    const { created, closed, leased } = redis.poolStats();
    assert.deepEqual({ created, closed, leased }, { created: 1, closed: 0, leased: 0 });
  });

  test(`blocking: XREAD and XREADGROUP lease when they block, and only then (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const key = freshKey();
    await redis.xgroupCreate(key, "block", "$", { mkStream: true });
    assert.equal(await redis.xread({ [key]: "0" }), null);
    assert.equal(await redis.xreadgroup("block", "block", { [key]: ">" }), null);
    assert.equal(await redis.call("XREADGROUP", "GROUP", "block", "BLOCK", "STREAMS", key, ">"), null);
    assert.equal(redis.poolStats().created, 0);
    const waits = [
      () => redis.xreadgroup("block", "me", { [key]: ">" }, { block: 0, count: 1 }),
      () => redis.xread({ [key]: "$" }, { block: 0 }),
      () => redis.call("xread", "count", 1, "block", 0, "streams", key, "$"),
    ];
    for (const [index, wait] of waits.entries()) {
      const reply = wait();
      await blocked(redis, 1);
      await redis.xadd(key, `${index + 1}-1`, { field: "value" });
      const flat = JSON.stringify(await reply, (_, value) => value instanceof Map ? [...value] : value);
      assert.match(flat, new RegExp(`"${index + 1}-1"`));
    }
    assert.equal(redis.poolStats().created, 1);
  });

  test(`blocking: -UNBLOCKED, as at a failover, is a ReplyError, a time that is over is null (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const ended = failureOf(redis.blpop(freshKey(), 0));
    const [id] = await blocked(redis, 1);
    await redis.clientUnblock(id, { reason: "error" });
    const error = await ended;
    assert.ok(error instanceof ReplyError && error.code === "UNBLOCKED");
    assert.equal(error.command, "BLPOP");
    const over = redis.blpop(freshKey(), 0);
    await redis.clientUnblock((await blocked(redis, 1))[0]);
    assert.equal(await over, null);
    assert.equal(redis.poolStats().created, 1);
    const primary = failureOf(redis.blpop(freshKey(), 0));
    await blocked(redis, 1);
    t.defer(() => redis.replicaof("NO", "ONE"));
    await redis.replicaof("127.0.0.1", 1);
    const demoted = await primary;
    assert.ok(demoted instanceof ReplyError && demoted.code === "UNBLOCKED", String(demoted));
  });
}

test("blocking: ordinary calls go on as if nothing blocked", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  const waiting = Array.from({ length: 5 }, () => redis.blpop(key, 0));
  await blocked(redis, 5);
  const counter = freshKey();
  const counts = await Promise.all(Array.from({ length: 1_000 }, () => redis.incr(counter)));
  assert.deepEqual(counts, Array.from({ length: 1_000 }, (_, index) => index + 1));
  await redis.rpush(key, "a", "b", "c", "d", "e");
  const elements = (await Promise.all(waiting)).map((popped) => popped?.element);
  assert.deepEqual(elements.sort(), ["a", "b", "c", "d", "e"]);
});

test("blocking: 50 BLPOP on a pool of 10 are served in the order of the calls", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 10, acquireTimeoutMs: 0 } });
  const key = freshKey();
  const served: number[] = [];
  const calls = Array.from({ length: 50 }, async (_, index) => {
    await redis.blpop(key, 0);
    served.push(index);
  });
  for (let push = 1; push <= 50; push++) {
    await blocked(redis, Math.min(10, 51 - push));
    await redis.rpush(key, push);
    await until(() => served.length === push);
  }
  await Promise.all(calls);
  // The first ten begin together, each over its own connection; who follows takes what is returned.
  assert.deepEqual(served.slice(0, 10).sort((one, other) => one - other), Array.from({ length: 10 }, (_, i) => i));
  assert.deepEqual(served.slice(10), Array.from({ length: 40 }, (_, i) => i + 10));
  const { created, waiting, leased, idle } = redis.poolStats();
  assert.deepEqual({ created, waiting, leased, idle }, { created: 10, waiting: 0, leased: 0, idle: 10 });
});

test("blocking: a pipeline with a command that blocks goes over a connection of its own as a whole", async (t) => {
  const redis = await client(t, plain());
  const [key, counter] = [freshKey(), freshKey()];
  const replies = redis.pipeline().incr(counter).blpop(key, 0).incr(counter).call("brpop", key, 0.01).exec();
  await blocked(redis, 1);
  assert.equal(await redis.get(counter), "1");
  await redis.rpush(key, "a");
  assert.deepEqual(await replies, [1, { key, element: "a" }, 2, null]);
  const { created, idle } = redis.poolStats();
  assert.deepEqual({ created, idle }, { created: 1, idle: 1 });
});

test("blocking: nothing blocks inside of a transaction, so nothing is leased", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  assert.deepEqual(await redis.transaction().blpop(key, 0).rpush(key, "a").blpop(key, 0).exec(), [
    null,
    1,
    { key, element: "a" },
  ]);
  assert.deepEqual(await redis.transaction([c.brpop(key, 0)]), [null]);
  assert.equal(redis.poolStats().created, 0);
});

test("blocking: WAIT goes over the shared connection and has its own time; over several it is a TypeError", async (t) => {
  const clock = new FakeClock();
  const redis = await client(t, plain(), { timeoutMs: 50, clock });
  // Its close() would wait for a clock that stands.
  t.defer(() => redis.destroy());
  await redis.set(freshKey(), "v");
  const waited = redis.wait(1, 100);
  await clock.advance(140);
  assert.equal(await waited, 0);
  const cut = failureOf(redis.wait(1, 100));
  await clock.advance(170);
  assert.equal((await cut).name, "TimeoutError");
  assert.deepEqual(await redis.pipeline().set("k", "v").wait(0, 10).exec(), ["OK", 0]);
  assert.equal(redis.poolStats().created, 0);
  const several = await client(t, plain(), { connections: 2 });
  for (const call of [several.wait(0, 10), several.waitaof(0, 0, 10), several.call("wait", 0, 10)]) {
    const error = await failureOf(call);
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /^Cannot send WAIT(AOF)?: it waits for the writes of one connection, so lease one/);
  }
  // A pipeline goes over one of them as a whole.
  assert.deepEqual(await several.pipeline().set("k", "v").wait(0, 10).exec(), ["OK", 0]);
});

test("blocking: the wait for a connection is part of the time that with() gives", async (t) => {
  const clock = new FakeClock();
  const redis = await client(t, plain(), { clock, watchdogMs: 0, pingIntervalMs: 0, pool: { max: 1 } });
  // Its close() would wait for a clock that stands.
  t.defer(() => redis.destroy());
  const lease = await redis.lease();
  const call = failureOf(redis.with({ timeoutMs: 1_000 }).blpop(freshKey(), 0));
  await clock.advance(800);
  await lease.release();
  await blocked(redis, 1);
  await clock.advance(200);
  const error = await call;
  assert.deepEqual([error.name, (error as TimeoutError).maybeApplied], ["TimeoutError", false]);
});

test("blocking: a call may take its own time and the client's on top, 0 is for ever, with() wins", async (t) => {
  const clock = new FakeClock();
  // The server's own time runs meanwhile, so its timeouts are long.
  const still = { watchdogMs: 0, pingIntervalMs: 0, pool: { leakAfterMs: 0 } };
  const redis = await client(t, plain(), { timeoutMs: 200, clock, ...still });
  // Its close() would wait for a clock that stands.
  t.defer(() => redis.destroy());
  const short = failureOf(redis.blpop(freshKey(), 100));
  const pipelined = failureOf(redis.pipeline().blpop(freshKey(), 100).blpop(freshKey(), 100).exec());
  const unblocked = failureOf(redis.with({ timeoutMs: 100 }).blpop(freshKey(), 0));
  const key = freshKey();
  const forEver = redis.blpop(key, 0);
  const patient = redis.with({ timeoutMs: 0 }).blpop(key, 100_000);
  const states = new Map<string, unknown>();
  for (const [what, call] of Object.entries({ short, pipelined, unblocked, forEver, patient })) {
    void call.then((outcome) => states.set(what, outcome), (error) => states.set(what, error));
  }
  await blocked(redis, 5);
  await clock.advance(150);
  const cut = await unblocked as TimeoutError;
  assert.deepEqual([cut.name, cut.waitedFor, cut.maybeApplied], ["TimeoutError", "reply", false]);
  await clock.advance(99_950);
  assert.deepEqual([...states.keys()], ["unblocked"]);
  await clock.advance(200);
  assert.equal((await short as TimeoutError).maybeApplied, true);
  await clock.advance(99_800);
  assert.deepEqual([...states.keys()], ["unblocked", "short"]);
  await clock.advance(200);
  assert.equal((await pipelined).name, "TimeoutError");
  await clock.advance(86_400_000);
  assert.equal(states.size, 3);
  await blocked(redis, 2);
  await redis.rpush(key, "a", "b");
  await Promise.all([forEver, patient]);
});

test("blocking: a call cut at the pool's own limit says that it waited for a lease", async (t) => {
  const redis = await client(t, plain(), { pool: { min: 1, max: 1, acquireTimeoutMs: 50 } });
  const lease = await redis.lease();
  const errors = [
    await failureOf(redis.blpop("k", 0)) as TimeoutError,
    await failureOf(redis.with({ timeoutMs: 20 }).blpop("k", 0)) as TimeoutError,
  ];
  for (const error of errors) {
    assert.deepEqual([error.name, error.waitedFor, error.maybeApplied], ["TimeoutError", "lease", false]);
  }
  await lease.release();
});

test("blocking: close() lets it wait for closeTimeoutMs and then fails it, destroy() at once", async (t) => {
  for (const way of ["close", "destroy"] as const) {
    const redis = await client(t, plain(), {
      closeTimeoutMs: way === "close" ? 100 : 60_000,
      pool: { max: 1, acquireTimeoutMs: 0 },
    });
    const written = failureOf(redis.blpop(freshKey(), 0));
    await blocked(redis, 1);
    const waiting = failureOf(redis.blpop(freshKey(), 0));
    const start = performance.now();
    await redis[way]();
    const error = await written;
    assert.ok(error instanceof ClosedError && error.maybeApplied);
    const unsent = await waiting;
    assert.ok(unsent instanceof ClosedError && !unsent.maybeApplied);
    const took = performance.now() - start;
    assert.ok(took < 5_000 && (way === "destroy" || took > 90), `${way} took ${took} ms`);
  }
});

test("blocking: close() waits for one that is answered in time", async (t) => {
  const redis = await client(t, plain(), { closeTimeoutMs: 5_000 });
  const admin = await client(t, plain());
  const key = freshKey();
  const call = redis.blpop(key, 0);
  await blocked(admin, 1);
  const closed = redis.close();
  await admin.rpush(key, "a");
  assert.deepEqual(await call, { key, element: "a" });
  await closed;
});

test("blocking: when its server or its connection is killed it is not known whether it popped", async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const redis = await client(t, server);
  const killed = failureOf(redis.blpop(freshKey(), 0));
  const [id] = await blocked(redis, 1);
  await redis.clientKill({ id });
  const lost = failureOf(redis.blpop(freshKey(), 0));
  for (const [index, call] of [killed, lost].entries()) {
    if (index === 1) {
      await blocked(redis, 1);
      const down = next(redis, "disconnect");
      server.process.kill("SIGKILL");
      await down;
    }
    const error = await call;
    assert.ok(error instanceof ConnectionError && error.maybeApplied);
    assert.equal(error.name, "ConnectionError");
  }
});

test("blocking: a signal that aborted before, or while it waits for a connection, leaves nothing behind", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 1 } });
  const before = await failureOf(redis.with({ signal: AbortSignal.abort("before") }).blpop("k", 0));
  assert.equal(redis.poolStats().created, 0);
  const lease = await redis.lease();
  const controller = new AbortController();
  const waiting = failureOf(redis.with({ signal: controller.signal }).blpop("k", 0));
  assert.equal(redis.poolStats().waiting, 1);
  controller.abort("while");
  for (const [error, reason] of [[before, "before"], [await waiting, "while"]] as const) {
    assert.ok(error instanceof AbortError);
    assert.deepEqual([error.waitedFor, error.maybeApplied, error.cause], ["lease", false, reason]);
  }
  assert.equal(redis.poolStats().waiting, 0);
  await lease.release();
});
