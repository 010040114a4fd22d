/** The life of a pool's connections: minimum, idle eviction, lifetime, checks. */
import assert from "node:assert/strict";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { stateOf } from "../support/outcome.ts";
import { ids, PoolScene } from "../support/pool_scene.ts";

test("pool life: the ones that idled longest are ended, down to min", async () => {
  const scene = new PoolScene({ min: 2, idleTimeoutMs: 1_000 });
  const items = await scene.take(4);
  for (const item of items) {
    scene.pool.release(item, true);
    await scene.clock.advance(100);
  }
  await scene.clock.advance(599);
  assert.equal(scene.pool.stats().idle, 4);
  await scene.clock.advance(1);
  assert.equal(scene.pool.stats().idle, 3);
  assert.equal(items[0].ended, "closed");
  await scene.clock.advance(10_000);
  assert.equal(scene.pool.stats().idle, 2);
  assert.deepEqual(ids(items.filter(({ ended }) => ended === undefined)), [3, 4]);
  assert.equal(scene.clock.pending, 0);
});

test("pool life: one that is used again and again lets the others go", async () => {
  const scene = new PoolScene({ min: 1, idleTimeoutMs: 1_000 });
  const items = await scene.fill(3);
  for (let i = 0; i < 10; i++) {
    const [item] = await scene.take(1);
    assert.equal(item, items[2]);
    await scene.clock.advance(300);
    scene.pool.release(item, true);
  }
  assert.deepEqual(ids(items.filter(({ ended }) => ended === undefined)), [3]);
});

test("pool life: one that was kept for min is evicted when another makes up for it", async () => {
  const scene = new PoolScene({ min: 1, max: 2, idleTimeoutMs: 1_000, validateAfterMs: 1_000 });
  const [first] = await scene.fill(1);
  await scene.clock.advance(5_000);
  const waits = [scene.pool.acquire(), scene.pool.acquire()];
  const second = await waits[0];
  assert.equal(second.id, 2);
  first.checks[0].resolve();
  scene.pool.release(await waits[1], true);
  assert.equal(scene.clock.pending, 1);
  await scene.clock.advance(1_000);
  assert.equal(first.ended, "closed");
  assert.equal(scene.clock.pending, 0);
});

test("pool life: min is filled by the first call, and again whenever one ends", async () => {
  const scene = new PoolScene({ min: 3 });
  await scene.take(1);
  assert.equal(scene.items.length, 3);
  await scene.clock.advance(2_000);
  scene.items[1].loses();
  await turn();
  assert.equal(scene.items.length, 4);
  const { total, idle, leased, created, closed } = scene.pool.stats();
  assert.deepEqual({ total, idle, leased, created, closed }, { total: 3, idle: 2, leased: 1, created: 4, closed: 1 });
});

test("pool life: a lifetime is shortened by chance, by up to a tenth", async () => {
  const scene = new PoolScene({ maxLifetimeMs: 10_000 });
  await scene.take(1);
  scene.random = () => 0.5;
  await scene.take(1);
  scene.random = () => 0.999_999;
  await scene.take(1);
  for (const item of scene.items) scene.pool.release(item, true);
  await scene.clock.advance(9_000);
  assert.deepEqual(ids(scene.items.filter(({ ended }) => ended === undefined)), [1, 2, 3]);
  await scene.clock.advance(1);
  assert.deepEqual(ids(scene.items.filter(({ ended }) => ended === undefined)), [1, 2]);
  await scene.clock.advance(499);
  assert.deepEqual(ids(scene.items.filter(({ ended }) => ended === undefined)), [1]);
  await scene.clock.advance(499);
  assert.equal(scene.pool.stats().total, 1);
  await scene.clock.advance(1);
  assert.equal(scene.pool.stats().total, 0);
  assert.equal(scene.items[0].ended, "closed");
  assert.equal(scene.clock.pending, 0);
});

test("pool life: one whose lifetime ends while it is lent is ended when it is returned", async () => {
  const scene = new PoolScene({ max: 1, maxLifetimeMs: 10_000 });
  const [item] = await scene.take(1);
  await scene.clock.advance(20_000);
  assert.equal(item.ended, undefined);
  const wait = scene.pool.acquire();
  scene.pool.release(item, true);
  assert.equal(item.ended, "closed");
  const next = await wait;
  assert.equal(next.id, 2);
  await scene.clock.advance(20_000);
  scene.pool.release(next, true);
  assert.equal(next.ended, "closed");
  assert.equal(scene.clock.pending, 0);
});

test("pool life: one whose lifetime is over is not lent when the timer is late", async () => {
  const scene = new PoolScene({ maxLifetimeMs: 10_000 });
  scene.clock.after = () => () => {};
  const [item] = await scene.fill(1);
  await scene.clock.advance(10_000);
  assert.equal(item.ended, undefined);
  assert.deepEqual(ids(await scene.take(1)), [2]);
  assert.equal(item.ended, "closed");
});

test("pool life: one that the pool has ended is listened to no more", async () => {
  const scene = new PoolScene();
  const [item] = await scene.take(1);
  assert.notEqual(item.onEnd, undefined);
  scene.pool.release(item, false);
  assert.equal(item.onEnd, undefined);
});

test("pool life: one whose lifetime is over is replaced when there are less than min", async () => {
  const scene = new PoolScene({ min: 1, maxLifetimeMs: 10_000 });
  await scene.fill(1);
  await scene.clock.advance(10_000);
  assert.equal(scene.items[0].ended, "closed");
  assert.equal(scene.items.length, 2);
  assert.equal(scene.pool.stats().idle, 1);
});

test("pool life: one that idled for long is lent after a check, which counts as use", async () => {
  const scene = new PoolScene({ validateAfterMs: 1_000 });
  const [item] = await scene.fill(1);
  await scene.clock.advance(999);
  scene.pool.release((await scene.take(1))[0], true);
  assert.equal(item.checks.length, 0);
  await scene.clock.advance(1_000);
  const wait = scene.pool.acquire();
  const { idle, leased, total } = scene.pool.stats();
  assert.deepEqual({ idle, leased, total }, { idle: 1, leased: 0, total: 1 });
  assert.equal(await stateOf(wait), "waiting");
  item.checks[0].resolve();
  assert.equal(await wait, item);
  assert.equal(scene.items.length, 1);
});

test("pool life: one that fails its check is ended, and the next is tried, then one is opened", async () => {
  const scene = new PoolScene({ validateAfterMs: 1_000 });
  const [first, second] = await scene.fill(2);
  await scene.clock.advance(1_000);
  const wait = scene.pool.acquire();
  const error = new Error("no sign of life");
  second.checks[0].reject(error);
  await turn();
  assert.equal(second.ended, "destroyed");
  first.checks[0].reject(error);
  assert.equal((await wait).id, 3);
  assert.deepEqual(scene.told, [{ failed: error }, { failed: error }]);
  assert.equal(scene.pool.stats().closed, 2);
});

test("pool life: one that ends while it is being checked is not lent, whatever the check gives", async () => {
  const scene = new PoolScene({ max: 1, validateAfterMs: 1_000 });
  const [item] = await scene.fill(1);
  await scene.clock.advance(1_000);
  const wait = scene.pool.acquire();
  item.loses();
  assert.equal((await wait).id, 2);
  item.checks[0].resolve();
  await turn();
  const { total, leased, idle } = scene.pool.stats();
  assert.deepEqual({ total, leased, idle }, { total: 1, leased: 1, idle: 0 });
});

test("pool life: one whose lifetime ends during its check is not lent", async () => {
  const scene = new PoolScene({ max: 1, validateAfterMs: 1_000, maxLifetimeMs: 2_000 });
  const [item] = await scene.fill(1);
  await scene.clock.advance(1_500);
  const wait = scene.pool.acquire();
  await scene.clock.advance(500);
  item.checks[0].resolve();
  assert.equal((await wait).id, 2);
  assert.equal(item.ended, "closed");
});

test("pool life: a check that throws counts as failed", async () => {
  const scene = new PoolScene({ validateAfterMs: 1_000 });
  const [item] = await scene.fill(1);
  item.check = () => {
    throw new Error("at once");
  };
  await scene.clock.advance(1_000);
  assert.deepEqual(ids(await scene.take(1)), [2]);
  assert.equal(item.ended, "destroyed");
});

test("pool life: an idle one that ends is forgotten, and the timer with the last of them", async () => {
  const scene = new PoolScene({ maxLifetimeMs: 10_000, idleTimeoutMs: 5_000 });
  const [first, second] = await scene.fill(2);
  assert.equal(scene.clock.pending, 1);
  await scene.clock.advance(2_000);
  second.loses();
  assert.equal(scene.clock.pending, 1);
  first.loses();
  assert.equal(scene.clock.pending, 0);
  assert.equal(scene.pool.stats().total, 0);
});

test("pool life: lending and returning at once does not move the timer", async () => {
  const scene = new PoolScene({ maxLifetimeMs: 10_000, idleTimeoutMs: 5_000, leakAfterMs: 20_000 });
  const [item] = await scene.fill(1);
  let set = 0;
  const after = scene.clock.after.bind(scene.clock);
  scene.clock.after = (...args) => (set++, after(...args));
  for (let i = 0; i < 100; i++) {
    const lent = scene.pool.acquire();
    scene.pool.release(item, true);
    await lent;
  }
  assert.equal(set, 0);
  await scene.take(1);
  await scene.clock.advance(20_000);
  assert.equal(scene.clock.pending, 0);
  assert.ok(set <= 3);
});
