/** The end of a pool: what it waits for, how long, and what is left. */
import assert from "node:assert/strict";
import { AbortError, ClosedError, PoolError } from "../../src/errors.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { PoolScene } from "../support/pool_scene.ts";

const EVERYTHING = {
  min: 1,
  max: 4,
  idleTimeoutMs: 10_000,
  maxLifetimeMs: 60_000,
  validateAfterMs: 1_000,
  leakAfterMs: 30_000,
};

test("pool close: one that never opened anything is closed at once", async () => {
  const { pool, clock, items } = new PoolScene(EVERYTHING);
  await pool.close(1_000);
  await pool.close(1_000);
  pool.destroy();
  assert.equal(items.length, 0);
  assert.equal(clock.pending, 0);
});

test("pool close: idle ones are closed, and nothing is lent any more", async () => {
  const scene = new PoolScene(EVERYTHING);
  const items = await scene.fill(3);
  const closing = scene.pool.close(1_000);
  const refused = await errorOf(scene.pool.acquire());
  assert.ok(refused instanceof ClosedError);
  assert.equal(refused.message, 'Cannot lease a connection to "host:6379": the client is closed');
  assert.equal(refused.maybeApplied, false);
  await closing;
  assert.deepEqual(items.map(({ ended }) => ended), ["closed", "closed", "closed"]);
  assert.equal(scene.clock.pending, 0);
});

test("pool close: those that wait are refused at once, also when what is lent comes back", async () => {
  const scene = new PoolScene({ max: 1 });
  const [item] = await scene.take(1);
  const wait = scene.pool.acquire();
  const closing = scene.pool.close(1_000);
  assert.ok(await errorOf(wait) instanceof ClosedError);
  scene.pool.release(item, true);
  await closing;
});

test("pool close: what is lent is waited for, and closed when it is returned", async () => {
  const scene = new PoolScene(EVERYTHING);
  const [fit, unfit] = await scene.take(2);
  const closing = scene.pool.close(1_000);
  assert.equal(scene.clock.pending, 1);
  scene.pool.release(fit, true);
  assert.equal(await stateOf(closing), "waiting");
  assert.equal(fit.ended, "closed");
  scene.pool.release(unfit, false);
  await closing;
  assert.equal(unfit.ended, "destroyed");
  assert.equal(scene.clock.pending, 0);
  assert.equal(scene.pool.stats().total, 0);
});

test("pool close: at its limit what is lent is ended, and may still be returned once", async () => {
  const scene = new PoolScene(EVERYTHING);
  const [item] = await scene.take(1);
  const closing = scene.pool.close(1_000);
  await scene.clock.advance(999);
  assert.equal(await stateOf(closing), "waiting");
  assert.equal(item.ended, undefined);
  await scene.clock.advance(1);
  await closing;
  assert.equal(item.ended, "destroyed");
  assert.equal(scene.clock.pending, 0);
  scene.pool.release(item, true);
  assert.throws(() => scene.pool.release(item, true), PoolError);
});

test("pool close: one that is lost while it is waited for is waited for no more", async () => {
  const scene = new PoolScene(EVERYTHING);
  const [item] = await scene.take(1);
  const closing = scene.pool.close(1_000);
  item.loses();
  await closing;
  assert.equal(scene.items.length, 1);
  assert.equal(scene.clock.pending, 0);
});

test("pool close: it waits until the sockets are gone, also of what was ended before", async () => {
  const scene = new PoolScene({ idleTimeoutMs: 1_000 });
  const [evicted, idle] = await scene.take(2);
  evicted.lingers = idle.lingers = true;
  scene.pool.release(evicted, true);
  await scene.clock.advance(1_000);
  assert.equal(evicted.ended, "closed");
  scene.pool.release(idle, true);
  const closing = scene.pool.close(5_000);
  idle.goes();
  assert.equal(await stateOf(closing), "waiting");
  evicted.goes();
  await closing;
  assert.equal(scene.clock.pending, 0);
});

test("pool close: at its limit what lingers is ended at once", async () => {
  const scene = new PoolScene();
  const [item] = await scene.fill(1);
  item.lingers = true;
  const closing = scene.pool.close(100);
  await scene.clock.advance(100);
  await closing;
  assert.equal(item.ended, "destroyed");
});

test("pool close: a close that rejects counts as gone", async () => {
  const scene = new PoolScene();
  const [item] = await scene.fill(1);
  item.close = () => Promise.reject(new Error("already gone"));
  await scene.pool.close(100);
  assert.equal(scene.clock.pending, 0);
});

test("pool close: what is being opened is called off; what comes all the same is ended and waited for", async () => {
  const scene = new PoolScene({ max: 2 });
  scene.opensAtOnce = false;
  const waits = [scene.pool.acquire(), scene.pool.acquire()];
  const refused = waits.map((wait) => assert.rejects(wait, ClosedError));
  const closing = scene.pool.close(1_000);
  await Promise.all(refused);
  assert.deepEqual(scene.openings.map(({ signal }) => signal.aborted), [true, true]);
  await scene.openings[0].refuse(new AbortError("called off"));
  assert.equal(await stateOf(closing), "waiting");
  const item = await scene.openings[0].accept();
  assert.equal(item.ended, "destroyed");
  await closing;
  assert.deepEqual(scene.told, []);
  const { created, closed, total } = scene.pool.stats();
  assert.deepEqual({ created, closed, total }, { created: 1, closed: 1, total: 0 });
});

test("pool close: an opening that does not heed the call is not waited for beyond the limit", async () => {
  const scene = new PoolScene({ max: 1 });
  scene.opensAtOnce = false;
  const refused = assert.rejects(scene.pool.acquire(), ClosedError);
  const closing = scene.pool.close(1_000);
  await refused;
  await scene.clock.advance(1_000);
  await closing;
  const item = await scene.openings[0].accept();
  assert.equal(item.ended, "destroyed");
  assert.equal(scene.pool.stats().total, 0);
  assert.equal(scene.clock.pending, 0);
});

test("pool close: one that is being checked is closed, whatever its check gives", async () => {
  const scene = new PoolScene({ validateAfterMs: 1_000 });
  const [item] = await scene.fill(1);
  await scene.clock.advance(1_000);
  const refused = assert.rejects(scene.pool.acquire(), ClosedError);
  await scene.pool.close(100);
  await refused;
  assert.equal(item.ended, "closed");
  item.checks[0].reject(new Error("closed"));
  await turn();
  assert.deepEqual(scene.told, []);
  assert.equal(scene.pool.stats().total, 0);
});

test("pool close: during the delay after a failure nothing is opened any more", async () => {
  const scene = new PoolScene({ min: 1 });
  scene.opensAtOnce = false;
  const warm = assert.rejects(scene.pool.warmUp());
  await scene.openings[0].refuse(new Error("refused"));
  await warm;
  assert.equal(scene.clock.pending, 1);
  await scene.pool.close(1_000);
  assert.equal(scene.clock.pending, 0);
  await scene.clock.advance(10_000);
  assert.equal(scene.openings.length, 0);
});

test("pool destroy: all end at once, and the close that waited is over", async () => {
  const scene = new PoolScene(EVERYTHING);
  const [lent, idle] = await scene.take(2);
  idle.lingers = true;
  scene.pool.release(idle, true);
  const closing = scene.pool.close(1_000);
  scene.pool.destroy();
  assert.equal(lent.ended, "destroyed");
  assert.equal(idle.ended, "destroyed");
  await closing;
  await scene.pool.close(1_000);
  assert.equal(scene.clock.pending, 0);
});

test("pool destroy: no leak is reported and nothing is replaced afterwards", async () => {
  const scene = new PoolScene(EVERYTHING);
  await scene.take(2);
  scene.pool.destroy();
  await scene.clock.advance(100_000);
  assert.deepEqual(scene.told, []);
  assert.equal(scene.items.length, 2);
  assert.equal(scene.clock.pending, 0);
});
