/** What a pool lends, to whom, and what it takes back. */
import assert from "node:assert/strict";
import { ClosedError, PoolError, TimeoutError } from "../../src/errors.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { stateOf } from "../support/outcome.ts";
import { FakeItem, ids, PoolScene } from "../support/pool_scene.ts";

test("pool: nothing is opened before the first is asked for", async () => {
  const { pool, items, clock } = new PoolScene({ min: 2, maxLifetimeMs: 1_000, idleTimeoutMs: 1_000 });
  await clock.advance(10_000);
  assert.equal(items.length, 0);
  assert.equal(clock.pending, 0);
  assert.deepEqual(pool.stats(), {
    total: 0,
    idle: 0,
    leased: 0,
    opening: 0,
    waiting: 0,
    created: 0,
    closed: 0,
    timeouts: 0,
    waitMs: { p50: 0, p90: 0, p99: 0, max: 0 },
  });
});

test("pool: what was returned last is lent first, and without a turn", async () => {
  const scene = new PoolScene();
  await scene.fill(3);
  const third = scene.pool.acquire();
  const second = scene.pool.acquire();
  assert.deepEqual(scene.pool.stats().leased, 2);
  assert.deepEqual(ids(await Promise.all([third, second])), [3, 2]);
  assert.equal(scene.items.length, 3);
});

test("pool: no more than max are opened, also while they are being opened", async () => {
  const scene = new PoolScene({ max: 2 });
  scene.opensAtOnce = false;
  const wanted = Array.from({ length: 5 }, () => scene.pool.acquire());
  await turn();
  assert.equal(scene.openings.length, 2);
  const { total, opening, waiting } = scene.pool.stats();
  assert.deepEqual({ total, opening, waiting }, { total: 2, opening: 2, waiting: 5 });
  for (const opening of [...scene.openings]) await opening.accept();
  assert.equal(scene.openings.length, 0);
  for (let i = 0; i < wanted.length; i++) scene.pool.release(await wanted[i], true);
  assert.equal(scene.items.length, 2);
});

test("pool: one that is lost while it is lent no longer counts, and may be returned once", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const next = scene.pool.acquire();
  item.loses();
  await scene.clock.advance(100);
  assert.equal((await next).id, 2);
  scene.pool.release(item, false);
  assert.throws(() => scene.pool.release(item, false), PoolError);
  const { total, leased, closed } = scene.pool.stats();
  assert.deepEqual({ total, leased, closed }, { total: 1, leased: 1, closed: 1 });
});

test("pool: one that is not fit is ended at once, and replaced for who waits", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const next = scene.pool.acquire();
  scene.pool.release(item, false);
  assert.equal(item.ended, "destroyed");
  assert.equal((await next).id, 2);
});

test("pool: one that is returned as fit but can no longer be used is not lent again", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  await scene.clock.advance(2_000);
  item.usable = false;
  scene.pool.release(item, true);
  assert.equal(item.ended, "destroyed");
  assert.deepEqual(ids(await scene.take(1)), [2]);
});

test("pool: an idle one that can no longer be used is not lent, though it did not say so", async () => {
  const scene = new PoolScene();
  const [, second] = await scene.fill(2);
  second.usable = false;
  assert.deepEqual(ids(await scene.take(1)), [1]);
  assert.equal(second.ended, "destroyed");
});

test("pool: what is not lent, or is returned twice, is refused as misuse", async () => {
  const { pool } = new PoolScene();
  const item = await pool.acquire();
  const misuse = {
    name: "PoolError",
    message: 'Cannot return a connection to "host:6379": it is not leased from this pool',
    maybeApplied: false,
  };
  assert.throws(() => pool.release(new FakeItem(99), true), misuse);
  pool.release(item, true);
  assert.throws(() => pool.release(item, true), misuse);
  assert.equal(pool.stats().idle, 1);
});

test("pool: a lease that is held for too long is reported once, with where it was taken, unless nobody took it by hand", async () => {
  const scene = new PoolScene({ leakAfterMs: 1_000 });
  const [first] = await scene.take(1, { takenAt: "a.ts:1" });
  await scene.clock.advance(400);
  const [second] = await scene.take(1, { takenAt: "b.ts:2" });
  await scene.take(1);
  await scene.clock.advance(400);
  scene.pool.release(second, true);
  await scene.clock.advance(10_000);
  assert.deepEqual(scene.told, [
    { leaked: { takenAt: "a.ts:1", heldMs: 1_000 } },
  ]);
  assert.equal(scene.clock.pending, 0);
  scene.pool.release(first, true);
  const [again] = await scene.take(1, { takenAt: "c.ts:3" });
  assert.equal(again, first);
  await scene.clock.advance(1_000);
  assert.deepEqual(scene.told.slice(1), [{ leaked: { takenAt: "c.ts:3", heldMs: 1_000 } }]);
});

test("pool: a lease that is returned in time leaves no timer", async () => {
  const scene = new PoolScene({ leakAfterMs: 1_000 });
  const [item] = await scene.take(1);
  assert.equal(scene.clock.pending, 1);
  scene.pool.release(item, true);
  assert.equal(scene.clock.pending, 0);
});

test("pool: callers that wait are told of when all are lent, once until nobody waits", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const waits = [scene.pool.acquire(), scene.pool.acquire()];
  assert.deepEqual(scene.told, [{ exhausted: { total: 1, waiting: 1 } }]);
  for (const wait of [undefined, ...waits]) {
    await wait;
    scene.pool.release(item, true);
  }
  await scene.take(1);
  const late = scene.pool.acquire();
  assert.equal(scene.told.length, 2);
  scene.pool.destroy();
  await assert.rejects(late, ClosedError);
});

test("pool: a caller whose connection is being opened or checked is no sign of exhaustion", async () => {
  const scene = new PoolScene({ max: 1, validateAfterMs: 1_000 });
  const [item] = await scene.fill(1);
  await scene.clock.advance(1_000);
  const wait = scene.pool.acquire();
  assert.equal(await stateOf(wait), "waiting");
  item.checks[0].resolve();
  assert.equal(await wait, item);
  assert.deepEqual(scene.told, []);
});

test("pool: waits are counted in the percentiles, those served at once as 0", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const wait = scene.pool.acquire();
  await scene.clock.advance(30);
  scene.pool.release(item, true);
  scene.pool.release(await wait, true);
  await scene.take(1);
  const late = assert.rejects(scene.pool.acquire({ timeoutMs: 70 }), TimeoutError);
  await scene.clock.advance(70);
  await late;
  assert.deepEqual(scene.pool.stats().waitMs, { p50: 0, p90: 70, p99: 70, max: 70 });
  assert.equal(scene.pool.stats().timeouts, 1);
});
