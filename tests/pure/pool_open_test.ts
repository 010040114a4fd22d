/** How a pool opens connections, and holds back while that fails. */
import assert from "node:assert/strict";
import { ClosedError, TimeoutError } from "../../src/errors.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { PoolScene } from "../support/pool_scene.ts";

const REFUSED = new Error("refused");

/** A pool whose openings are in the test's hand. */
function held(...args: ConstructorParameters<typeof PoolScene>): PoolScene {
  const scene = new PoolScene(...args);
  scene.opensAtOnce = false;
  return scene;
}

/** All openings under way fail. */
async function refuseAll(scene: PoolScene, error: unknown = REFUSED): Promise<void> {
  for (const opening of [...scene.openings]) await opening.refuse(error);
}

test("pool opening: warmUp opens min and waits for them", async () => {
  const scene = held({ min: 2 });
  const warm = scene.pool.warmUp();
  assert.equal(scene.openings.length, 2);
  await scene.openings[0].accept();
  assert.equal(await stateOf(warm), "waiting");
  await scene.openings[0].accept();
  await warm;
  await scene.pool.warmUp();
  assert.equal(scene.pool.stats().idle, 2);
  assert.equal(scene.clock.pending, 0);
  await new PoolScene().pool.warmUp();
});

test("pool opening: warmUp rejects with the first failure, and min is tried for in the background", async () => {
  const scene = held({ min: 2 });
  const warm = scene.pool.warmUp();
  await scene.openings[1].refuse(REFUSED);
  assert.equal(await errorOf(warm), REFUSED);
  await scene.openings[0].accept();
  assert.equal(scene.openings.length, 1);
  await scene.openings[0].accept();
  assert.equal(scene.pool.stats().idle, 2);
  assert.deepEqual(scene.told, [{ failed: REFUSED }]);
});

test("pool opening: warmUp is refused when the pool is closed, also meanwhile", async () => {
  const scene = held({ min: 1 });
  const warm = scene.pool.warmUp();
  scene.pool.destroy();
  await assert.rejects(warm, ClosedError);
  await assert.rejects(scene.pool.warmUp(), ClosedError);
});

test("pool opening: a failure is tried again after the delay while somebody waits", async () => {
  const scene = held({ max: 1 });
  const wait = scene.pool.acquire();
  await scene.openings[0].refuse(REFUSED);
  assert.equal(scene.openings.length, 0);
  await scene.clock.advance(99);
  assert.equal(scene.openings.length, 0);
  await scene.clock.advance(1);
  await scene.openings[0].refuse(REFUSED);
  await scene.clock.advance(100);
  const item = await scene.openings[0].accept();
  assert.equal(await wait, item);
  assert.deepEqual(scene.failures, [1, 2]);
});

test("pool opening: whoever times out over it is given the last failure as the cause", async () => {
  const scene = held({ max: 3 });
  const early = scene.pool.acquire({ timeoutMs: 150 });
  const caught = errorOf.bind(undefined, early);
  early.catch(() => {});
  await scene.openings[0].refuse(new Error("first"));
  await scene.clock.advance(100);
  await scene.openings[0].refuse(REFUSED);
  await scene.clock.advance(50);
  const error = await caught() as TimeoutError;
  assert.ok(error instanceof TimeoutError);
  assert.equal(
    error.message,
    'Cannot lease a connection to "host:6379": none could be opened within 150 ms (0 of 3 leased, 0 waited before)',
  );
  assert.equal(error.cause, REFUSED);
  assert.equal(error.waitedFor, "lease");
  assert.equal(scene.clock.pending, 0);
  await scene.clock.advance(10_000);
  assert.equal(scene.openings.length, 0);
});

test("pool opening: a failure from before the wait is not its cause", async () => {
  const scene = held({ max: 1 });
  const first = assert.rejects(scene.pool.acquire({ timeoutMs: 10 }), TimeoutError);
  await scene.openings[0].refuse(REFUSED);
  await scene.clock.advance(10);
  await first;
  await scene.clock.advance(100);
  const second = scene.pool.acquire({ timeoutMs: 10 });
  second.catch(() => {});
  await scene.clock.advance(10);
  assert.equal((await errorOf(second)).cause, undefined);
});

test("pool opening: a failure is not the cause when one has been opened since", async () => {
  const scene = held({ max: 1 });
  const served = scene.pool.acquire();
  const late = scene.pool.acquire({ timeoutMs: 500 });
  late.catch(() => {});
  await scene.openings[0].refuse(REFUSED);
  await scene.clock.advance(100);
  await scene.openings[0].accept();
  await served;
  await scene.clock.advance(400);
  const error = await errorOf(late);
  assert.match(error.message, /none became free within 500 ms \(1 of 1 leased, 1 waited before\)/);
  assert.equal(error.cause, undefined);
});

test("pool opening: a delay is no sign that all are lent", async () => {
  const scene = held({ max: 1 });
  const waits = [scene.pool.acquire()];
  await scene.openings[0].refuse(REFUSED);
  waits.push(scene.pool.acquire());
  assert.deepEqual(scene.told, [{ failed: REFUSED }]);
  scene.pool.destroy();
  for (const wait of waits) await assert.rejects(wait, ClosedError);
});

test("pool opening: who comes during the delay waits for its end", async () => {
  const scene = held({ max: 2 });
  const waits = [scene.pool.acquire()];
  await scene.openings[0].refuse(REFUSED);
  waits.push(scene.pool.acquire());
  assert.equal(scene.openings.length, 0);
  await scene.clock.advance(100);
  assert.equal(scene.openings.length, 1);
  scene.opensAtOnce = true;
  await scene.openings[0].accept();
  assert.deepEqual((await Promise.all(waits)).map(({ id }) => id), [1, 2]);
});

test("pool opening: tries that fail together count as one, and then one is tried at a time", async () => {
  const scene = held({ max: 5 });
  const waits = [1, 2, 3, 4, 5].map(() => scene.pool.acquire());
  assert.equal(scene.openings.length, 5);
  await refuseAll(scene);
  assert.deepEqual(scene.failures, [1]);
  await scene.clock.advance(100);
  assert.equal(scene.openings.length, 1);
  await refuseAll(scene);
  assert.deepEqual(scene.failures, [1, 2]);
  await scene.clock.advance(100);
  await scene.openings[0].accept();
  assert.equal(scene.openings.length, 4);
  for (const opening of [...scene.openings]) await opening.accept();
  await Promise.all(waits);
});

test("pool opening: one that hangs does not keep the next from being tried", async () => {
  const scene = held({ max: 2 });
  const waits = [scene.pool.acquire(), scene.pool.acquire()];
  await scene.openings[1].refuse(REFUSED);
  await scene.clock.advance(100);
  assert.equal(scene.openings.length, 2);
  await scene.openings[1].accept();
  assert.equal((await waits[0]).id, 1);
  await scene.openings[0].refuse(REFUSED);
  assert.deepEqual(scene.failures, [1]);
  assert.equal(scene.openings.length, 1);
  await scene.openings[0].accept();
  assert.equal((await waits[1]).id, 2);
});

test("pool opening: those of an earlier round that fail do not make room for more tries", async () => {
  const scene = held({ max: 4 });
  scene.pool.acquire().catch(() => {});
  scene.pool.acquire().catch(() => {});
  scene.pool.acquire().catch(() => {});
  await scene.openings[0].refuse(REFUSED);
  await scene.clock.advance(100);
  assert.equal(scene.openings.length, 3);
  await scene.openings[0].refuse(REFUSED);
  assert.equal(scene.openings.length, 2);
  await scene.openings[0].refuse(REFUSED);
  assert.equal(scene.openings.length, 1);
  assert.deepEqual(scene.failures, [1]);
  scene.pool.destroy();
});

test("pool opening: failures are forgotten when connections have held, not before", async () => {
  const scene = held({ min: 1 });
  scene.pool.warmUp().catch(() => {});
  await refuseAll(scene);
  await scene.clock.advance(100);
  const item = await scene.openings[0].accept();
  await scene.clock.advance(999);
  item.loses();
  assert.deepEqual(scene.failures, [1, 2]);
  assert.equal(scene.openings.length, 0);
  await scene.clock.advance(100);
  const other = await scene.openings[0].accept();
  await scene.clock.advance(1_000);
  other.loses();
  assert.equal(scene.openings.length, 1);
  await refuseAll(scene);
  await scene.clock.advance(100);
  await refuseAll(scene);
  assert.deepEqual(scene.failures, [1, 2, 1, 2]);
});

test("pool opening: a server that accepts and hangs up is not dialled in a loop", async () => {
  const scene = held({ min: 1 });
  scene.pool.warmUp().catch(() => {});
  for (let i = 1; i <= 5; i++) {
    assert.equal(scene.openings.length, 1);
    const item = await scene.openings[0].accept();
    await scene.clock.advance(7);
    item.loses();
    await turn();
    assert.equal(scene.openings.length, 0);
    assert.equal(scene.failures.at(-1), i);
    await scene.clock.advance(100);
  }
  scene.pool.destroy();
  assert.equal(scene.clock.pending, 0);
});

test("pool opening: a caller that waits is told that what was opened ended at once", async () => {
  const scene = held({ min: 1, max: 1 });
  scene.delayMs = undefined;
  const item = await Promise.all([scene.pool.acquire(), scene.openings[0].accept()]).then(([item]) => item);
  const wait = scene.pool.acquire();
  await scene.clock.advance(3);
  item.loses();
  const error = await errorOf(wait);
  assert.equal(error.message, 'Cannot keep a connection to "host:6379": it ended 3 ms after it was made');
  assert.equal(error.maybeApplied, false);
});

test("pool opening: one that is unusable when it is opened counts as ended early", async () => {
  const scene = held({ max: 1 });
  const wait = scene.pool.acquire({ timeoutMs: 50 });
  wait.catch(() => {});
  const accepted = scene.openings[0].accept();
  scene.items[0].usable = false;
  await accepted;
  assert.equal(scene.items[0].ended, "destroyed");
  assert.deepEqual(scene.failures, [1]);
  await scene.clock.advance(50);
  assert.match(String((await errorOf(wait)).cause), /it ended 0 ms after it was made/);
});

test("pool opening: when it is given up, those for whom nothing is under way fail with the reason", async () => {
  const scene = held({ max: 2 });
  scene.delayMs = undefined;
  const waits = [scene.pool.acquire(), scene.pool.acquire(), scene.pool.acquire()];
  await scene.openings[0].refuse(REFUSED);
  assert.equal(await errorOf(waits[2]), REFUSED);
  assert.equal(await errorOf(waits[1]), REFUSED);
  assert.equal(await stateOf(waits[0]), "waiting");
  const second = new Error("refused too");
  await scene.openings[0].refuse(second);
  assert.equal(await errorOf(waits[0]), second);
  assert.equal(scene.clock.pending, 0);
});

test("pool opening: after it was given up the next call tries anew, and counts from one", async () => {
  const scene = held({ min: 1 });
  scene.delayMs = undefined;
  await Promise.all([assert.rejects(scene.pool.warmUp(), REFUSED), refuseAll(scene)]);
  await scene.clock.advance(10_000);
  assert.equal(scene.openings.length, 0);
  const wait = scene.pool.acquire();
  await refuseAll(scene);
  assert.equal(await errorOf(wait), REFUSED);
  assert.deepEqual(scene.failures, [1, 1]);
  const again = scene.pool.acquire();
  const item = await scene.openings[0].accept();
  assert.equal(await again, item);
});

test("pool opening: a call that is served at once has min tried for again", async () => {
  const scene = held({ min: 2 });
  scene.delayMs = undefined;
  const warm = assert.rejects(scene.pool.warmUp(), REFUSED);
  const item = await scene.openings[0].accept();
  await refuseAll(scene);
  await warm;
  assert.equal(scene.openings.length, 0);
  assert.equal(await scene.pool.acquire(), item);
  assert.equal(scene.openings.length, 1);
});

test("pool opening: a success after it was given up has min tried for again", async () => {
  const scene = held({ min: 2 });
  scene.delayMs = undefined;
  const warm = assert.rejects(scene.pool.warmUp(), REFUSED);
  await scene.openings[0].refuse(REFUSED);
  await warm;
  assert.equal(scene.openings.length, 1);
  await scene.openings[0].accept();
  assert.equal(scene.openings.length, 1);
});

test("pool opening: who waits for a check fails too when that fails after it was given up", async () => {
  const scene = new PoolScene({ max: 2, validateAfterMs: 1_000 });
  const [item] = await scene.fill(1);
  await scene.clock.advance(1_000);
  scene.opensAtOnce = false;
  scene.delayMs = undefined;
  const waits = [scene.pool.acquire(), scene.pool.acquire()];
  await refuseAll(scene);
  assert.equal(await errorOf(waits[1]), REFUSED);
  item.checks[0].reject(new Error("no sign of life"));
  assert.equal(await errorOf(waits[0]), REFUSED);
});
