/** The line of a pool: who waits, in which order they are served, and how they leave. */
import assert from "node:assert/strict";
import { AbortError, ClosedError, TimeoutError } from "../../src/errors.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { type FakeItem, PoolScene } from "../support/pool_scene.ts";

/** Asks for connections by name; the names are noted in the order in which they are served. */
function callers(scene: PoolScene): { asks(...names: string[]): Promise<FakeItem>[]; served: string[] } {
  const served: string[] = [];
  const ask = async (name: string) => {
    const item = await scene.pool.acquire();
    served.push(name);
    return item;
  };
  return { served, asks: (...names) => names.map(ask) };
}

test("pool line: callers are served in the order in which they came", async () => {
  const scene = new PoolScene({ max: 2 });
  const [first, second] = await scene.take(2);
  const { asks, served } = callers(scene);
  asks("a", "b", "c");
  scene.pool.release(second, true);
  scene.pool.release(first, true);
  await turn();
  scene.pool.release(first, true);
  asks("d");
  await turn();
  assert.deepEqual(served, ["a", "b", "c"]);
  assert.equal(scene.pool.stats().waiting, 1);
  scene.pool.release(second, true);
  await turn();
  assert.deepEqual(served, ["a", "b", "c", "d"]);
});

test("pool line: who comes while one is being opened for another does not overtake", async () => {
  const scene = new PoolScene({ max: 2 });
  const [item] = await scene.take(1);
  scene.opensAtOnce = false;
  const { asks, served } = callers(scene);
  asks("a");
  assert.equal(scene.openings.length, 1);
  scene.pool.release(item, true);
  asks("b");
  await turn();
  assert.deepEqual(served, ["a"]);
  await scene.openings[0].accept();
  assert.deepEqual(served, ["a", "b"]);
});

test("pool line: who comes while one is being checked for another does not overtake", async () => {
  const scene = new PoolScene({ max: 2, validateAfterMs: 1_000 });
  const [checked, other] = await scene.fill(2);
  await scene.clock.advance(1_000);
  const { asks, served } = callers(scene);
  asks("a");
  asks("b");
  other.checks[0].resolve();
  await turn();
  assert.deepEqual(served, ["a"]);
  scene.pool.release(other, true);
  asks("c");
  await turn();
  assert.deepEqual(served, ["a", "b"]);
  checked.checks[0].resolve();
  await turn();
  assert.deepEqual(served, ["a", "b", "c"]);
});

test("pool line: a wait that takes too long says how many were lent and waited before", async () => {
  const scene = new PoolScene({ max: 2, acquireTimeoutMs: 0 });
  const [item] = await scene.take(2);
  const before = [scene.pool.acquire(), scene.pool.acquire(), scene.pool.acquire()];
  const late = scene.pool.acquire({ timeoutMs: 50 });
  await scene.clock.advance(49);
  assert.equal(await stateOf(late), "waiting");
  await scene.clock.advance(1);
  const error = await errorOf(late) as TimeoutError;
  assert.ok(error instanceof TimeoutError);
  assert.equal(
    error.message,
    'Cannot lease a connection to "host:6379": none became free within 50 ms (2 of 2 leased, 3 waited before)',
  );
  assert.equal(error.waitedFor, "lease");
  assert.equal(error.ahead, 3);
  assert.equal(error.maybeApplied, false);
  assert.equal("cause" in error, false);
  scene.pool.release(item, true);
  assert.equal(await before[0], item);
  assert.equal(scene.pool.stats().waiting, 2);
});

test("pool line: many waits share one timer, which goes with the last of them", async () => {
  const scene = new PoolScene({ max: 1, acquireTimeoutMs: 1_000 });
  const [item] = await scene.take(1);
  const late = [];
  for (let i = 0; i < 20; i++) {
    late.push(assert.rejects(scene.pool.acquire({ timeoutMs: 100 + 10 * (i % 7) }), TimeoutError));
  }
  const served = scene.pool.acquire();
  assert.equal(scene.clock.pending, 1);
  await scene.clock.advance(160);
  await Promise.all(late);
  assert.equal(scene.pool.stats().waiting, 1);
  assert.equal(scene.clock.pending, 1);
  scene.pool.release(item, true);
  await served;
  assert.equal(scene.clock.pending, 0);
});

test("pool line: without a limit of time a caller waits on", async () => {
  const scene = new PoolScene({ max: 1, acquireTimeoutMs: 50 });
  const [item] = await scene.take(1);
  const wait = scene.pool.acquire({ timeoutMs: 0 });
  await scene.clock.advance(1e9);
  assert.equal(await stateOf(wait), "waiting");
  assert.equal(scene.clock.pending, 0);
  scene.pool.release(item, true);
  assert.equal(await wait, item);
});

test("pool line: a limit that no timer of the runtime can hold is waited for in parts", async () => {
  const scene = new PoolScene({ max: 1 });
  const after = scene.clock.after.bind(scene.clock);
  scene.clock.after = (delayMs, ring) => {
    assert.ok(delayMs < 2 ** 31);
    return after(delayMs, ring);
  };
  await scene.take(1);
  const late = scene.pool.acquire({ timeoutMs: 2 ** 33 });
  late.catch(() => {});
  await scene.clock.advance(2 ** 33 - 1);
  assert.equal(await stateOf(late), "waiting");
  await scene.clock.advance(1);
  assert.ok(await errorOf(late) instanceof TimeoutError);
});

test("pool line: an aborted caller is told at once and leaves no trace", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const controller = new AbortController();
  const { signal } = controller;
  const waits = [scene.pool.acquire(), scene.pool.acquire({ signal }), scene.pool.acquire()];
  const reason = new Error("enough");
  controller.abort(reason);
  const error = await errorOf(waits[1]) as AbortError;
  assert.ok(error instanceof AbortError);
  assert.equal(error.message, 'Cannot lease a connection to "host:6379": the caller\'s signal aborted');
  assert.equal(error.cause, reason);
  assert.equal(error.waitedFor, "lease");
  assert.equal(error.maybeApplied, false);
  for (const wait of [waits[0], waits[2]]) {
    scene.pool.release(item, true);
    assert.equal(await wait, item);
  }
  assert.equal(scene.clock.pending, 0);
  assert.equal(scene.pool.stats().waiting, 0);
});

test("pool line: who has aborted before gets nothing, and nothing is opened", async () => {
  const scene = new PoolScene();
  assert.ok(await errorOf(scene.pool.acquire({ signal: AbortSignal.abort() })) instanceof AbortError);
  assert.equal(scene.items.length, 0);
});

test("pool line: an abort after the connection was lent changes nothing, and the signal is let go", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  const served = scene.pool.acquire({ signal });
  const late = scene.pool.acquire({ signal, timeoutMs: 10 });
  assert.equal(listeners, 2);
  scene.pool.release(item, true);
  assert.equal(listeners, 1);
  controller.abort();
  assert.equal(listeners, 0);
  assert.equal(await served, item);
  await assert.rejects(late, AbortError);
  assert.equal(scene.pool.stats().leased, 1);
});

test("pool line: what is being opened for one who gave up goes to the next, or becomes idle", async () => {
  const scene = new PoolScene({ max: 1 });
  scene.opensAtOnce = false;
  const controller = new AbortController();
  const gone = [scene.pool.acquire({ signal: controller.signal }), scene.pool.acquire({ timeoutMs: 10 })];
  const wait = scene.pool.acquire();
  const failed = Promise.all(gone.map((one) => assert.rejects(one)));
  controller.abort();
  await scene.clock.advance(10);
  await failed;
  assert.equal(scene.openings[0].signal.aborted, false);
  const item = await scene.openings[0].accept();
  assert.equal(await wait, item);
  scene.pool.release(item, true);

  const other = new PoolScene();
  other.opensAtOnce = false;
  const late = assert.rejects(other.pool.acquire({ timeoutMs: 10 }), TimeoutError);
  await other.clock.advance(10);
  await late;
  await other.openings[0].accept();
  assert.equal(other.pool.stats().idle, 1);
});

test("pool line: what is being checked for one who gave up goes to the next", async () => {
  const scene = new PoolScene({ max: 1, validateAfterMs: 1 });
  const [item] = await scene.fill(1);
  await scene.clock.advance(1);
  const late = assert.rejects(scene.pool.acquire({ timeoutMs: 10 }), TimeoutError);
  await scene.clock.advance(10);
  await late;
  assert.equal(scene.pool.stats().idle, 1);
  const wait = scene.pool.acquire();
  assert.equal(item.checks.length, 1);
  item.checks[0].resolve();
  assert.equal(await wait, item);
});

test("pool line: ten thousand waits are left one by one without a search", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const controllers = Array.from({ length: 10_000 }, () => new AbortController());
  const gone = controllers.map(({ signal }) => assert.rejects(scene.pool.acquire({ signal }), AbortError));
  const wait = scene.pool.acquire();
  for (const controller of controllers.reverse()) controller.abort();
  await Promise.all(gone);
  scene.pool.release(item, true);
  assert.equal(await wait, item);
});

test("pool line: all who wait are refused when the pool is destroyed", async () => {
  const scene = new PoolScene({ max: 1 });
  await scene.take(1);
  const waits = [scene.pool.acquire(), scene.pool.acquire()];
  scene.pool.destroy();
  for (const wait of waits) {
    const error = await errorOf(wait) as ClosedError;
    assert.ok(error instanceof ClosedError);
    assert.equal(error.message, 'Cannot lease a connection to "host:6379": the client is closed');
    assert.equal(error.maybeApplied, false);
  }
  assert.equal(scene.clock.pending, 0);
});
