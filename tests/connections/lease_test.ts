/** A lease: a connection of one's own, that goes back as it came or ends. */
import assert from "node:assert/strict";
import { ClosedError, ConnectionError, PoolError, ReplyError, TimeoutError, WatchError } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { ExclusiveCommand } from "../../src/commands/command.ts";
import * as own from "../../src/commands/own_connection.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { blocked, client, gone, plainWay, serversOfEachKind, turnOfEvents, ways } from "./scene.ts";

const serverOf = serversOfEachKind();
const plain = () => serverOf(plainWay.kind);

for (const { kind, protocol, name } of ways) {
  test(`lease: it is another connection than the shared one, and is lent again (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const shared = await redis.clientId();
    const first = await redis.lease();
    const second = await redis.lease();
    const ids = [await first.clientId(), await second.clientId()];
    assert.equal(new Set([shared, ...ids]).size, 3);
    await first.release();
    const third = await redis.lease();
    assert.equal(await third.clientId(), ids[0]);
    await Promise.all([second.release(), third.release()]);
    assert.equal(await redis.clientId(), shared);
    assert.equal(redis.poolStats().created, 2);
  });

  test(`lease: what it selected is undone when it goes back (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol, database: 1 });
    const key = freshKey();
    const lease = await redis.lease();
    const id = await lease.clientId();
    assert.equal((await lease.clientInfo()).db, "1");
    await lease.send(own.select(2));
    await lease.set(key, "in 2");
    assert.equal(await redis.get(key), null);
    await lease.release();
    const again = await redis.lease();
    assert.equal(await again.clientId(), id);
    assert.equal((await again.clientInfo()).db, "1");
    assert.equal(await again.get(key), null);
    await again.release();
  });

  test(`lease: what it watched is not watched by who has it next (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const key = freshKey();
    const lease = await redis.lease();
    const id = await lease.clientId();
    assert.equal(await lease.watch(key), "OK");
    await lease.release();
    await redis.set(key, "changed");
    const again = await redis.lease();
    assert.equal(await again.clientId(), id);
    assert.deepEqual(await again.transaction().get(key).exec(), ["changed"]);
    await again.release();
  });

  test(`lease: one that is left in MULTI is ended, and nothing that was queued is executed (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const key = freshKey();
    const lease = await redis.lease();
    const id = await lease.clientId();
    await lease.send(own.multi());
    assert.equal(await lease.call("SET", key, "queued"), "QUEUED");
    await lease.release();
    await gone(redis, id);
    const again = await redis.lease();
    assert.notEqual(await again.clientId(), id);
    await again.release();
    assert.equal(await redis.get(key), null);
    const { created, closed } = redis.poolStats();
    assert.deepEqual({ created, closed }, { created: 2, closed: 1 });
  });

  test(`lease: what was given up before it left changes nothing of its state (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol, pool: { max: 1 } });
    const key = freshKey();
    const given = { signal: AbortSignal.abort() };
    // EXEC did not leave, so MULTI is open still: the connection is not lent again.
    const open = await redis.lease();
    await open.send(own.multi());
    await assert.rejects(open.with(given).transaction([c.get(key)]), { name: "AbortError" });
    for (const end of [own.exec(), own.discard()] as ExclusiveCommand<unknown>[]) {
      await assert.rejects((open.with(given) as typeof open).send(end), { name: "AbortError" });
    }
    await open.release();
    const next = await redis.lease();
    assert.equal(await next.get(key), null);
    // Neither did EXEC behind a word that cannot be sent: what is watched is undone at the release.
    await next.watch(key);
    await assert.rejects(next.transaction([c.set(key, undefined as never)]), TypeError);
    await next.release();
    await redis.set(key, "changed");
    const last = await redis.lease();
    assert.deepEqual(await last.transaction().get(key).exec(), ["changed"]);
    await last.release();
    assert.equal(redis.poolStats().created, 2);
  });

  test(`lease: one whose MULTI was executed or discarded goes back (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const key = freshKey();
    for (const end of [own.exec(), own.discard()] as ExclusiveCommand<unknown>[]) {
      const lease = await redis.lease();
      await lease.watch(key);
      await lease.send(own.multi());
      await lease.call("INCR", key);
      await lease.send(end);
      await lease.release();
    }
    assert.equal(await redis.get(key), "1");
    assert.equal(redis.poolStats().created, 1);
  });

  test(`lease: one that was killed fails its calls, and the pool makes another (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const lease = await redis.lease();
    const id = await lease.clientId();
    const underWay = failureOf(lease.blpop(freshKey(), 0));
    await blocked(redis, 1);
    assert.equal(await redis.clientKill({ id }), 1);
    const lost = await underWay;
    assert.ok(lost instanceof ConnectionError && lost.maybeApplied);
    assert.equal(lost.name, "ConnectionError");
    const later = await failureOf(lease.ping());
    assert.ok(later instanceof ConnectionError && !later.maybeApplied);
    assert.equal(later.name, "ConnectionError", "its owner did not close it");
    await lease.release();
    assert.ok(await failureOf(lease.ping()) instanceof PoolError);
    const again = await redis.lease();
    assert.equal(await again.ping(), "PONG");
    await again.release();
    const { created, closed, leased, idle } = redis.poolStats();
    assert.deepEqual({ created, closed, leased, idle }, { created: 2, closed: 1, leased: 0, idle: 1 });
  });
}

test("lease: calls under way at its release fail, and the connection is ended", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  const lease = await redis.lease();
  const underWay = failureOf(lease.blpop(key, 0));
  const [id] = await blocked(redis, 1);
  const behind = failureOf(lease.pipeline().get(key).incr(key).exec());
  await lease.release();
  for (const error of [await underWay, await behind]) assert.ok(error instanceof ClosedError && error.maybeApplied);
  await gone(redis, id);
  await redis.rpush(key, "kept");
  assert.equal(await redis.lpop(key), "kept");
});

test("lease: every call after its release is a PoolError, and surely not applied", async (t) => {
  const redis = await client(t, plain());
  const lease = await redis.lease();
  const bytes = lease.bytes;
  const timed = lease.with({ timeoutMs: 1_000 });
  const chain = lease.pipeline().get("k");
  await lease.release();
  const calls: [string, () => Promise<unknown>][] = [
    ["a method", () => lease.get("k")],
    ["a method of a view", () => bytes.get("k")],
    ["a method of with()", () => timed.get("k")],
    ["call()", () => lease.call("GET", "k")],
    ["send()", () => lease.send(c.get("k"))],
    ["send() of its own", () => lease.send(own.select(1))],
    ["pipeline()", () => chain.exec()],
    ["pipeline([…])", () => lease.pipeline([c.get("k")])],
    ["transaction()", () => lease.transaction().get("k").exec()],
    ["watch()", () => lease.watch("k")],
    ["unwatch()", () => lease.unwatch()],
  ];
  for (const [what, call] of calls) {
    const error = await failureOf(call());
    assert.ok(error instanceof PoolError && !error.maybeApplied, what);
    assert.match(error.message, /^Cannot send [A-Z]+: the lease was returned$/, what);
  }
  assert.equal(redis.poolStats().idle, 1);
});

test("lease: returning it twice, and in either way, returns it once", async (t) => {
  const redis = await client(t, plain());
  const lease = await redis.lease();
  await Promise.all([lease.release(), lease.release(), lease[Symbol.asyncDispose]()]);
  await lease.release();
  const two = await Promise.all([redis.lease(), redis.lease()]);
  const ids = await Promise.all(two.map((each) => each.clientId()));
  assert.equal(new Set(ids).size, 2);
  // The first owner has no more say in what is another's now.
  await lease.release();
  assert.equal(await two[0].ping(), "PONG");
  await Promise.all(two.map((each) => each.release()));
  const { idle, leased } = redis.poolStats();
  assert.deepEqual({ idle, leased }, { idle: 2, leased: 0 });
});

test("lease: `await using` returns it, by Symbol.asyncDispose", async (t) => {
  const redis = await client(t, plain());
  const lease = await redis.lease();
  assert.equal(redis.poolStats().leased, 1);
  await lease[Symbol.asyncDispose]();
  assert.deepEqual([redis.poolStats().leased, redis.poolStats().idle], [0, 1]);
});

test("lease: a command without exactly one reply is a TypeError, and the connection stays as it was", async (t) => {
  const redis = await client(t, plain());
  const lease = await redis.lease();
  const commands: ExclusiveCommand<unknown>[] = [
    own.subscribe("a"),
    own.psubscribe("a"),
    own.ssubscribe("a"),
    own.unsubscribe(),
    own.punsubscribe(),
    own.sunsubscribe(),
    own.monitor(),
    own.sync(),
    own.psync("?", -1),
    own.replconf("ACK", 0),
    own.clientReply("off"),
    own.clientReply("skip"),
    own.hello(2),
    own.reset(),
    own.quit(),
    own.scriptDebug("yes"),
  ];
  for (const command of commands) {
    await assert.rejects(lease.send(command), { name: "TypeError", message: /^Cannot send [A-Z ]+: / });
  }
  await assert.rejects(lease.call("SELECT", 1), { name: "TypeError" });
  assert.equal(await lease.ping(), "PONG");
  await lease.release();
  assert.equal(redis.poolStats().idle, 1);
});

test("lease: what CLIENT sets of its connection, or a login, does not go back to the pool", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  await redis.aclSetuser("leaser", "on", ">secret", "+@all", "~*");
  const changes = [
    c.clientNoEvict("on"),
    c.clientTracking("on"),
    c.clientSetname("mine"),
    own.auth("leaser", "secret"),
    own.clientCaching("yes"),
  ];
  for (const change of changes) {
    const lease = await redis.lease();
    const id = await lease.clientId();
    const outcome = await lease.send(change).catch((error) => error);
    assert.ok(outcome === "OK" || outcome instanceof ReplyError);
    await lease.release();
    await gone(redis, id);
    assert.equal(redis.poolStats().total, 0, String(change.words));
  }
  // Nor does it hold anywhere else.
  assert.equal(await redis.clientGetname(), null);
  assert.equal((await redis.clientTrackinginfo()).flags.includes("off"), true);
  await redis.set(key, "v");
});

test("lease: commands that block and that wait for writes go over its own connection", async (t) => {
  const clock = new FakeClock();
  const redis = await client(t, plain(), { timeoutMs: 100, clock });
  // Its close() would wait for a clock that stands.
  t.defer(() => redis.destroy());
  const key = freshKey();
  const lease = await redis.lease();
  const id = await lease.clientId();
  const popped = lease.blpop(key, 5);
  assert.deepEqual(await blocked(redis, 1), [id]);
  // Longer than timeoutMs, which is for the way there and back alone.
  await clock.advance(5_000);
  await redis.rpush(key, "element");
  assert.deepEqual(await popped, { key, element: "element" });
  assert.equal(await lease.call("BLPOP", key, 0.05), null);
  await lease.set(key, "v");
  assert.equal(await lease.wait(0, 0), 0);
  await lease.release();
  assert.equal(redis.poolStats().created, 1);
});

test("lease: a watched key that changed fails its transaction once, and the lease lives on", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  const lease = await redis.lease();
  await lease.watch(key);
  await redis.set(key, "theirs");
  assert.ok(await failureOf(lease.transaction().set(key, "mine").exec()) instanceof WatchError);
  assert.deepEqual(await lease.transaction().get(key).exec(), ["theirs"]);
  await lease.watch(key);
  await redis.set(key, "theirs again");
  await lease.unwatch();
  assert.deepEqual(await lease.transaction().set(key, "mine").exec(), ["OK"]);
  await lease.release();
});

test("lease: a pipeline over it may change the connection, and views share the lease", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  const lease = await redis.lease();
  await lease.pipeline([c.set(key, "in 0"), own.select(3) as never, c.set(key, "in 3")]);
  assert.deepEqual(await lease.bytes.get(key), new TextEncoder().encode("in 3"));
  assert.equal(await lease.bigints.strlen(key), 4n);
  await lease.release();
  const again = await redis.lease();
  assert.equal(await again.get(key), "in 0");
  await again.release();
  assert.equal(redis.poolStats().created, 1);
});

test("lease: a call that was given up leaves a reply behind, so that its connection is not lent again", async (t) => {
  const redis = await client(t, plain());
  for (const way of ["timeout", "abort"]) {
    const lease = await redis.lease();
    const id = await lease.clientId();
    const controller = new AbortController();
    const given = way === "timeout" ? { timeoutMs: 50 } : { signal: controller.signal };
    const call = failureOf(lease.with(given).blpop(freshKey(), 0));
    await blocked(redis, 1);
    if (way === "abort") controller.abort();
    const error = await call;
    assert.equal(error.name, way === "timeout" ? "TimeoutError" : "AbortError");
    assert.ok(error instanceof ConnectionError && error.maybeApplied);
    await lease.release();
    await gone(redis, id);
    assert.equal(redis.poolStats().total, 0);
  }
});

test("lease: a release waits for nothing but what undoes the lease's own", async (t) => {
  const redis = await client(t, plain());
  const lease = await redis.lease();
  await lease.send(own.select(1));
  // One that comes while it goes back is served when it is back.
  const released = lease.release();
  const again = await redis.lease();
  await released;
  assert.equal((await again.clientInfo()).db, "0");
  await again.release();
});

test("lease: its calls are not sent again by themselves when the server refuses them for now", async (t) => {
  const redis = await client(t, plain());
  await redis.replicaof("127.0.0.1", 1);
  t.defer(() => redis.replicaof("NO", "ONE"));
  const lease = await redis.lease();
  const error = await failureOf(lease.set(freshKey(), "v"));
  assert.ok(error instanceof ReplyError && error.code === "READONLY");
  await lease.release();
});

test("lease: those of a destroyed client fail at once, and can still be returned", async (t) => {
  const redis = await client(t, plain());
  const lease = await redis.lease();
  const call = failureOf(lease.blpop(freshKey(), 0));
  await turnOfEvents();
  redis.destroy();
  assert.ok(await call instanceof ClosedError);
  assert.ok(await failureOf(lease.ping()) instanceof ConnectionError);
  await lease.release();
  const error = await failureOf(redis.lease());
  assert.ok(error instanceof ClosedError && !(error instanceof TimeoutError));
});
