/** When a lost connection is dialled again, and when that ends. */
import assert from "node:assert/strict";
import { type ReconnectSettings, Redial } from "../../src/connection/redial.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";

const USUAL: ReconnectSettings = {
  baseMs: 50,
  factor: 2,
  capMs: 400,
  jitter: 0,
  attempts: Infinity,
  delayMs: undefined,
};

/** A redial on a clock that stands still, and how often it dialled. */
class Scene {
  readonly clock = new FakeClock();
  readonly redial: Redial;
  dials = 0;

  constructor(settings: Partial<ReconnectSettings> | false = {}) {
    this.redial = new Redial(settings === false ? false : { ...USUAL, ...settings }, this.clock, () => 0.5);
  }

  /** Fails so many times in a row: the delays. */
  async fails(times: number): Promise<(number | undefined)[]> {
    const delays: (number | undefined)[] = [];
    for (let i = 0; i < times; i++) {
      const delay = this.redial.schedule(() => this.dials++);
      delays.push(delay);
      await this.clock.advance(delay ?? 0);
    }
    return delays;
  }
}

test("redial: each try that fails makes the next wait longer, up to the cap, and it never ends", async () => {
  const scene = new Scene();
  assert.deepEqual(await scene.fails(6), [50, 100, 200, 400, 400, 400]);
  assert.equal(scene.dials, 6);
  assert.equal(scene.redial.attempt, 6);
  const jittered = new Scene({ jitter: 1 });
  assert.deepEqual(await jittered.fails(4), [25, 50, 100, 200]);
});

test("redial: it dials once, when the delay is over", async () => {
  const { redial, clock } = new Scene();
  let dials = 0;
  assert.equal(redial.schedule(() => dials++), 50);
  assert.equal(redial.waiting, true);
  await clock.advance(49);
  assert.equal(dials, 0);
  await clock.advance(1);
  assert.deepEqual([dials, redial.waiting, clock.pending], [1, false, 0]);
});

test("redial: it gives up after its attempts, and begins anew with the next call", async () => {
  const scene = new Scene({ attempts: 2 });
  assert.deepEqual(await scene.fails(3), [50, 100, undefined]);
  assert.deepEqual([scene.dials, scene.redial.waiting, scene.clock.pending], [2, false, 0]);
  assert.deepEqual(await scene.fails(3), [50, 100, undefined]);
});

test("redial: where it is off nothing is dialled", async () => {
  const scene = new Scene(false);
  assert.deepEqual(await scene.fails(2), [undefined, undefined]);
  assert.deepEqual([scene.dials, scene.clock.pending], [0, 0]);
});

test("redial: a connection that lasted longer than the wait that would follow begins anew, a shorter one does not", async () => {
  // After three failures the next bound is 400.
  for (const [lastedMs, next] of [[0, 400], [399, 400], [400, 50], [10_000, 50]]) {
    const scene = new Scene();
    await scene.fails(3);
    scene.redial.ready();
    await scene.clock.advance(lastedMs);
    assert.deepEqual(await scene.fails(1), [next], `${lastedMs} ms`);
  }
});

test("redial: one that is lost as soon as it is made is dialled ever more slowly", async () => {
  const scene = new Scene();
  const delays: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    delays.push(...await scene.fails(1));
    scene.redial.ready();
  }
  assert.deepEqual(delays, [50, 100, 200, 400, 400]);
});

test("redial: a connection over which the server answered begins anew, however short it lasted", async () => {
  const scene = new Scene();
  await scene.fails(3);
  scene.redial.ready();
  scene.redial.answered = true;
  assert.deepEqual(await scene.fails(2), [50, 100]);
  // The answer was one of the connection before.
  scene.redial.ready();
  assert.deepEqual(await scene.fails(1), [200]);
  // So was this: there has been no connection since.
  scene.redial.answered = true;
  assert.deepEqual(await scene.fails(1), [400]);
});

test("redial: only the failure right after a connection counts how long it lasted", async () => {
  const scene = new Scene();
  scene.redial.ready();
  await scene.clock.advance(10_000);
  assert.deepEqual(await scene.fails(3), [50, 100, 200]);
});

test("redial: a stop calls the try off, and is safe to repeat", async () => {
  const scene = new Scene();
  scene.redial.schedule(() => scene.dials++);
  scene.redial.stop();
  scene.redial.stop();
  assert.deepEqual([scene.redial.waiting, scene.clock.pending], [false, 0]);
  await scene.clock.advance(1_000);
  assert.equal(scene.dials, 0);
});

test("redial: the user's own delay counts in place of the backoff, undefined gives up", async () => {
  const seen: number[] = [];
  const scene = new Scene({
    delayMs: (attempt) => {
      seen.push(attempt);
      return attempt < 4 ? attempt * 7 : undefined;
    },
  });
  assert.deepEqual(await scene.fails(5), [7, 14, 21, undefined, 7]);
  assert.deepEqual(seen, [1, 2, 3, 4, 1]);
  const never = new Scene({ attempts: 1, delayMs: () => 0 });
  assert.deepEqual(await never.fails(2), [0, undefined]);
});

test("redial: a delay of the user's that is none, or a function that throws, is replaced by the backoff's", async () => {
  const wrong: unknown[] = [NaN, -1, "soon", null, {}, 5n];
  for (const value of wrong) {
    const scene = new Scene({ delayMs: () => value as number });
    assert.deepEqual(await scene.fails(3), [50, 100, 200], String(value));
  }
  const throws = new Scene({
    delayMs: () => {
      throw new Error("no delay");
    },
  });
  assert.deepEqual(await throws.fails(3), [50, 100, 200]);
  // Longer than any timer keeps, it would ring at once.
  assert.deepEqual(new Scene({ delayMs: () => Infinity }).redial.schedule(() => {}), 2_147_483_647);
});
