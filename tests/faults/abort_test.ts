/**
 * Signals through faults: wherever a call is when its signal aborts, it ends at once with the reason as the cause,
 * says truly whether it may have been applied, and leaves neither a listener nor a reply for somebody else.
 */
import assert from "node:assert/strict";
import { detectPlatform } from "../../adapters/auto.ts";
import { AbortError, type Client, connect, type Platform } from "../../mod.ts";
import { MIB, proxied, turns } from "../support/fault_fixture.ts";
import { turn } from "../support/fake_clock.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { textOf } from "../support/wire.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { behindProxy, settled, straightTo, through, throughLater, told } from "./behind_proxy.ts";

const MANY = 10_000;
const reason = new Error("the caller's own");

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** A controller whose signal counts who listens. */
class Counted extends AbortController {
  /** How many listeners there are. */
  listeners = 0;
  /** How many there were in all. */
  added = 0;

  constructor() {
    super();
    const { signal } = this;
    const add = signal.addEventListener.bind(signal), remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>): void => {
      this.listeners++;
      this.added++;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>): void => {
      this.listeners--;
      remove(...given);
    };
  }
}

/** Waits for a call's end by its signal, and gives what it waited for and whether it may have been applied. */
async function abortOf(call: Promise<unknown>, cause: unknown = reason): Promise<[string, boolean]> {
  const error = await failureOf(call);
  assert.ok(error instanceof AbortError, String(error));
  assert.equal(error.name, "AbortError");
  assert.equal(error.cause, cause);
  return [error.waitedFor, error.maybeApplied];
}

/** Ways to make one call that counts a key up. */
const ways: readonly (readonly [string, (view: ReturnType<Client["with"]>, key: string) => Promise<unknown>])[] = [
  ["a call", (view, key) => view.incr(key)],
  ["a pipeline", (view, key) => view.pipeline().incr(key).exec()],
  ["a transaction", (view, key) => view.transaction().incr(key).exec()],
];

for (const [name, make] of ways) {
  test(`abort: ${name} whose signal has aborted is not sent`, async (t) => {
    const { proxy, redis } = await behindProxy(t, server);
    const counted = new Counted();
    counted.abort(reason);
    assert.deepEqual(await abortOf(make(redis.with({ signal: counted.signal }), freshKey())), ["connection", false]);
    assert.equal(await redis.ping(), "PONG");
    assert.deepEqual([proxy.seen("INCR"), counted.added], [0, 0]);
  });

  test(`abort: ${name} that waits for a connection is not sent`, async (t) => {
    const proxy = await proxied(t, server);
    await proxy.refuse();
    const redis = throughLater(t, proxy);
    const counted = new Counted();
    const patient = redis.ping();
    const call = make(redis.with({ signal: counted.signal }), freshKey());
    await told(redis, "reconnecting");
    counted.abort(reason);
    assert.deepEqual(await abortOf(call), ["connection", false]);
    await proxy.accept();
    assert.equal(await patient, "PONG");
    assert.deepEqual([proxy.seen("INCR"), counted.listeners], [0, 0]);
  });

  test(`abort: ${name} behind what the server does not take is not sent`, async (t) => {
    const { proxy, redis } = await behindProxy(t, server);
    const counted = new Counted();
    proxy.stall({ direction: "toServer", reads: false });
    const large = settled(redis.set(freshKey(), new Uint8Array(32 * MIB)));
    await turn();
    const call = make(redis.with({ signal: counted.signal }), freshKey());
    counted.abort(reason);
    assert.deepEqual(await abortOf(call), ["write", false]);
    proxy.flow();
    assert.deepEqual([await large, await redis.ping()], ["OK", "PONG"]);
    assert.deepEqual([proxy.seen("INCR"), counted.listeners], [0, 0]);
  });

  test(`abort: ${name} that ends in the turn in which it was made says truly whether it is sent`, async (t) => {
    const { redis, straight } = await behindProxy(t, server);
    const counted = new Counted(), key = freshKey();
    const call = make(redis.with({ signal: counted.signal }), key);
    counted.abort(reason);
    const [, maybeApplied] = await abortOf(call);
    assert.equal(await redis.echo("next"), "next");
    assert.equal(await straight.get(key), maybeApplied ? "1" : null);
    assert.equal(counted.listeners, 0);
  });

  test(`abort: ${name} that was written may have been applied, and its late reply is dropped`, async (t) => {
    const { proxy, redis, straight } = await behindProxy(t, server);
    const counted = new Counted(), key = freshKey();
    proxy.stall({ direction: "toClient" });
    const before = settled(redis.echo("before"));
    const call = settled(make(redis.with({ signal: counted.signal }), key));
    await proxy.until(() => proxy.seen("INCR") === 1);
    counted.abort(reason);
    assert.deepEqual(await abortOf(Promise.reject(await call)), ["reply", true]);
    const after = settled(redis.echo("after"));
    proxy.flow();
    assert.deepEqual([await before, await after, await redis.echo("next")], ["before", "after", "next"]);
    assert.equal(await straight.get(key), "1");
    assert.deepEqual([proxy.accepted, counted.listeners], [1, 0]);
  });

  test(`abort: ${name} that has been answered has nothing to do with its signal any more`, async (t) => {
    const { redis } = await behindProxy(t, server);
    const counted = new Counted();
    const call = make(redis.with({ signal: counted.signal }), freshKey());
    await call;
    assert.deepEqual([counted.added, counted.listeners], [1, 0]);
    counted.abort(reason);
    await call;
    assert.equal(await redis.echo("next"), "next");
  });

  test(`abort: ${name} whose link is lost says that it may have been applied, however it ends`, async (t) => {
    const { proxy, redis, straight } = await behindProxy(t, server);
    const counted = new Counted(), key = freshKey();
    proxy.swallow({ when: ({ name }) => name === "INCR" || name === "EXEC", thenCut: true });
    const idempotent = redis.with({ signal: counted.signal, idempotent: true });
    redis.on("disconnect", () => counted.abort(reason));
    const gone = told(redis, "disconnect");
    const [, maybeApplied] = await abortOf(make(idempotent, key));
    await gone;
    assert.equal(maybeApplied, true);
    assert.equal(await redis.echo("next"), "next");
    assert.equal(await straight.get(key), "1");
    assert.equal(counted.listeners, 0);
  });
}

/** What a signal can have for its reason. */
const reasons: readonly (readonly [string, () => AbortSignal, (cause: unknown) => boolean])[] = [
  ["none of its own", () => AbortSignal.abort(), (cause) => (cause as Error).name === "AbortError"],
  ["a text", () => AbortSignal.abort("enough"), (cause) => cause === "enough"],
  ["its time", () => AbortSignal.timeout(20), (cause) => (cause as Error).name === "TimeoutError"],
  [
    "that of another signal",
    () => AbortSignal.any([new AbortController().signal, AbortSignal.abort(reason)]),
    (cause) => cause === reason,
  ],
];

for (const [name, make, holds] of reasons) {
  test(`abort: the cause is the signal's reason: ${name}`, async (t) => {
    const { proxy, redis } = await behindProxy(t, server);
    proxy.stall();
    const error = await failureOf(redis.with({ signal: make() }).get(freshKey()));
    assert.ok(error instanceof AbortError && holds(error.cause), String(error.cause));
  });
}

test("abort: connect() ends with its signal and leaves no link", async (t) => {
  const proxy = await proxied(t, server);
  await proxy.refuse({ how: "silent" });
  const counted = new Counted();
  const call = settled(connect({ url: proxy.url, signal: counted.signal }));
  await proxy.connected(1);
  counted.abort(reason);
  await abortOf(Promise.reject(await call));
  await proxy.until(() => proxy.connections === 0);
  assert.equal(counted.listeners, 0);
});

test("abort: connect() with a signal that has aborted dials nobody", async (t) => {
  const proxy = await proxied(t, server);
  await abortOf(connect({ url: proxy.url, signal: AbortSignal.abort(reason) }));
  assert.equal(proxy.accepted, 0);
});

test("abort: the signal of a whole client ends what it does, and all that it is asked from then on", async (t) => {
  const counted = new Counted();
  const { proxy, redis } = await behindProxy(t, server, { signal: counted.signal, pool: { max: 1 } });
  assert.equal(await redis.ping(), "PONG");
  assert.equal(counted.listeners, 0);
  proxy.stall({ direction: "toClient" });
  const calls = [...ways.map(([, make]) => make(redis, freshKey())), redis.blpop(freshKey(), 5)].map(settled);
  await proxy.until(() => proxy.seen("EXEC") === 1);
  counted.abort(reason);
  for (const error of await Promise.all(calls)) await abortOf(Promise.reject(error));
  assert.deepEqual(await abortOf(redis.get(freshKey())), ["connection", false]);
  assert.equal(counted.listeners, 0);
});

test(`abort: one signal for ${MANY} calls has one listener, and none when they are over`, async (t) => {
  const { proxy, redis } = await behindProxy(t, server);
  const counted = new Counted();
  const view = redis.with({ signal: counted.signal });
  const all = (): Promise<unknown>[] => Array.from({ length: MANY }, (_, index) => settled(view.echo(index)));
  const texts = Array.from({ length: MANY }, (_, index) => String(index));
  const answered = all();
  assert.equal(counted.listeners, 1);
  assert.deepEqual(await Promise.all(answered), texts);
  assert.deepEqual([counted.added, counted.listeners], [1, 0]);
  proxy.stall({ direction: "toClient" });
  const ended = all();
  counted.abort(reason);
  for (const error of await Promise.all(ended)) assert.ok(error instanceof AbortError && error.cause === reason);
  assert.deepEqual([counted.added, counted.listeners], [2, 0]);
  proxy.flow();
  assert.equal(await redis.echo("next"), "next");
});

test("abort: a call that is made while the signal aborts ends too", async (t) => {
  const { proxy, redis } = await behindProxy(t, server);
  const counted = new Counted();
  const view = redis.with({ signal: counted.signal });
  const inner: Promise<unknown>[] = [];
  counted.signal.addEventListener("abort", () => inner.push(settled(view.incr(freshKey()))));
  proxy.stall({ direction: "toClient" });
  await abortOf(Promise.all([
    view.echo("a").catch((error) => {
      inner.push(settled(view.incr(freshKey())));
      throw error;
    }),
    Promise.resolve().then(() => counted.abort(reason)),
  ]));
  assert.equal(inner.length, 2);
  for (const error of await Promise.all(inner)) {
    assert.deepEqual(await abortOf(Promise.reject(error)), ["connection", false]);
  }
  assert.equal(counted.listeners, 1);
});

test("abort: whoever waits for a connection of the pool leaves the line", async (t) => {
  const { redis } = await behindProxy(t, server, { pool: { max: 1 } });
  const lease = await redis.lease();
  const counted = new Counted(), { signal } = counted;
  const calls = [
    redis.lease({ signal }),
    redis.watch([freshKey()], () => {}, { signal }),
    redis.with({ signal }).blpop(freshKey(), 5),
  ].map(settled);
  await turn();
  assert.equal(redis.poolStats().waiting, 3);
  counted.abort(reason);
  for (const error of await Promise.all(calls)) {
    assert.deepEqual(await abortOf(Promise.reject(error)), ["lease", false]);
  }
  assert.deepEqual([redis.poolStats().waiting, counted.listeners], [0, 0]);
  await lease.release();
});

test("abort: a pop that blocks takes nothing that comes later, and no connection is lost over it", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server);
  const counted = new Counted(), key = freshKey();
  const call = settled(redis.with({ signal: counted.signal }).blpop(key, 5));
  await proxy.until(() => proxy.seen("BLPOP") === 1);
  counted.abort(reason);
  assert.deepEqual(await abortOf(Promise.reject(await call)), ["reply", false]);
  await straight.rpush(key, "kept");
  assert.deepEqual(await redis.blpop(key, 1), { key, element: "kept" });
  assert.deepEqual([proxy.accepted, counted.listeners], [2, 0]);
});

test("abort: a pop that ends by itself while the server is asked to end it costs no later pop its wait", async (t) => {
  const proxy = await proxied(t, server);
  const held: (() => void)[] = [];
  const redis = await through(t, proxy, { pool: { max: 1 }, platform: await holding("UNBLOCK", held) });
  const straight = await straightTo(t, server);
  const [first, second] = [freshKey(), freshKey()];
  const counted = new Counted();
  const call = redis.with({ signal: counted.signal }).blpop(first, 5);
  await proxy.until(() => proxy.seen("BLPOP") === 1);
  counted.abort(reason);
  await straight.rpush(first, "came after all");
  const next = redis.blpop(second, 5);
  await turns();
  assert.equal(held.length, 1);
  held[0]();
  await proxy.until(() => proxy.seen("CLIENT") > 0 && proxy.seen("BLPOP") === 2);
  await turns();
  await straight.rpush(second, "own");
  assert.deepEqual(await call, { key: first, element: "came after all" });
  assert.deepEqual(await next, { key: second, element: "own" });
});

/** A platform whose streams hold back what has a word in it, until that is let go. */
async function holding(word: string, held: (() => void)[]): Promise<Platform> {
  const platform = await detectPlatform();
  return {
    ...platform,
    async dial(target, signal) {
      const stream = await platform.dial(target, signal);
      return {
        open: (sink) => stream.open(sink),
        write(bytes) {
          if (!textOf(bytes).includes(word)) return stream.write(bytes);
          const copy = bytes.slice();
          held.push(() => void stream.write(copy));
          return true;
        },
        pause: () => stream.pause(),
        resume: () => stream.resume(),
        close: () => stream.close(),
      };
    },
  };
}

test("abort: a call that waits to be sent again after a refusal is not sent again", async (t) => {
  const replica = await startServer();
  t.defer(() => replica.stop());
  const redis = await straightTo(t, replica, { retry: { baseMs: 1_000, jitter: 0 } });
  await redis.call("REPLICAOF", "127.0.0.1", replica.port);
  const counted = new Counted(), key = freshKey();
  const call = settled(redis.with({ signal: counted.signal }).incr(key));
  await redis.ping();
  counted.abort(reason);
  assert.deepEqual(await abortOf(Promise.reject(await call)), ["retry", false]);
  await redis.call("REPLICAOF", "NO", "ONE");
  assert.equal(await redis.with({ timeoutMs: 5_000 }).incr(key), 1);
  assert.equal(counted.listeners, 0);
});
