/** The coarse clock: one timer for all, the earliest moment, what happens when it rings late, and that nothing is left. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Deadlines, type Timed } from "../../src/connection/deadlines.ts";
import type { Clock } from "../../src/stream.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";

/** Has moments to be asked at, and notes when it is. */
class Holder implements Timed {
  readonly asked: number[] = [];
  moments: number[] = [];

  expire(now: number): number {
    this.asked.push(now);
    this.moments = this.moments.filter((at) => at > now);
    return Math.min(...this.moments, Infinity) === Infinity ? 0 : Math.min(...this.moments);
  }
}

/** A coarse clock with holders, on a clock that stands still. Its time begins at 1. */
function scene(count = 1): { clock: FakeClock; deadlines: Deadlines; holders: Holder[] } {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const holders = Array.from({ length: count }, () => new Holder());
  for (const holder of holders) deadlines.add(holder);
  return { clock, deadlines, holders };
}

/** A clock whose timer the test lets ring when it wants. */
class LateClock implements Clock {
  time = 0;
  readonly alarms: { delayMs: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm = { delayMs, callback };
    this.alarms.push(alarm);
    return () => void this.alarms.splice(this.alarms.indexOf(alarm), 1);
  }

  ringAt(time: number): void {
    this.time = time;
    this.alarms.shift()!.callback();
  }
}

test("deadlines: time is whole milliseconds since the start, never 0, and stands still until it is read", async () => {
  const { clock, deadlines } = scene();
  assert.equal(deadlines.now, 1);
  assert.equal(deadlines.read(), 1);
  await clock.advance(2.7);
  assert.equal(deadlines.now, 1);
  assert.equal(deadlines.read(), 3);
  assert.equal(deadlines.now, 3);
});

test("deadlines: there is one timer however many moments are wanted, and it rings at the earliest", async () => {
  const { clock, deadlines, holders: [one, other] } = scene(2);
  for (const at of [500, 300, 400, 301, 300]) {
    deadlines.want(at);
    one.moments.push(at);
  }
  assert.equal(clock.pending, 1);
  await clock.advance(298);
  assert.deepEqual(one.asked, []);
  await clock.advance(1);
  assert.deepEqual([one.asked, other.asked], [[300], [300]]);
  await clock.advance(1_000);
  // 301 is close behind 300, and is met a little later with what else is due then.
  assert.deepEqual(one.asked, [300, 304, 400, 500]);
  assert.equal(clock.pending, 0);
});

test("deadlines: a moment in the past rings at once, but not within the call", async () => {
  const { clock, deadlines, holders: [holder] } = scene();
  await clock.advance(100);
  deadlines.want(5);
  assert.deepEqual(holder.asked, []);
  await clock.advance(0);
  // So late as that it was kept from ringing, as far as it knows: the runtime has a turn first.
  await clock.advance(1);
  assert.equal(holder.asked.length, 1);
  assert.equal(clock.pending, 0);
});

test("deadlines: what a holder wants while it is asked counts", async () => {
  const { clock, deadlines, holders: [holder] } = scene();
  const asked: number[] = [];
  const other: Timed = {
    expire(now) {
      asked.push(now);
      if (asked.length === 1) deadlines.want(now + 20);
      return 0;
    },
  };
  deadlines.add(other);
  holder.moments = [10, 80];
  deadlines.want(10);
  await clock.advance(100);
  assert.deepEqual(asked, [10, 30, 80]);
  assert.equal(clock.pending, 0);
});

test("deadlines: a holder that was removed is not asked, and the last one takes the timer with it", async () => {
  const { clock, deadlines, holders: [one, other] } = scene(2);
  deadlines.want(10);
  deadlines.remove(one);
  assert.equal(clock.pending, 1);
  await clock.advance(10);
  assert.deepEqual([one.asked, other.asked], [[], [10]]);
  deadlines.want(50);
  deadlines.remove(other);
  assert.equal(clock.pending, 0);
  deadlines.remove(other);
});

test("deadlines: a holder that leaves while it is asked leaves no timer", async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const leaving: Timed = {
    expire(now) {
      deadlines.remove(leaving);
      return now + 1_000;
    },
  };
  deadlines.add(leaving);
  deadlines.want(10);
  await clock.advance(10);
  assert.equal(clock.pending, 0);
});

test("deadlines: after the timer was called off, a later moment is met", async () => {
  const { clock, deadlines, holders: [holder] } = scene();
  deadlines.want(10);
  deadlines.remove(holder);
  deadlines.add(holder);
  deadlines.want(500);
  await clock.advance(500);
  assert.deepEqual(holder.asked, [500]);
});

test("deadlines: when it rings late, the runtime has a turn before anybody is asked", () => {
  for (const [lateMs, turns] of [[0, 0], [50, 0], [51, 1], [100_000, 1]]) {
    const clock = new LateClock();
    const deadlines = new Deadlines(clock);
    const holder = new Holder();
    deadlines.add(holder);
    deadlines.want(101);
    assert.equal(clock.alarms[0].delayMs, 100);
    clock.ringAt(100 + lateMs);
    assert.equal(holder.asked.length, 1 - turns, `${lateMs} ms late`);
    if (turns === 0) continue;
    assert.deepEqual(clock.alarms.map(({ delayMs }) => delayMs), [1]);
    clock.ringAt(clock.time + 1);
    assert.deepEqual(holder.asked, [102 + lateMs]);
    assert.equal(clock.alarms.length, 0);
  }
});

test("deadlines: when it rings late again and again, what has had its turn is met, and only that", () => {
  const clock = new LateClock();
  const deadlines = new Deadlines(clock);
  const holder = new Holder();
  deadlines.add(holder);
  deadlines.want(11);
  for (let i = 1; i <= 4; i++) {
    clock.ringAt(1_000 * i);
    // What was due at the ring before, whose turn is over.
    assert.deepEqual(holder.asked, [1_001, 2_001, 3_001].slice(0, i - 1));
    assert.equal(clock.alarms.length, 1);
  }
  clock.ringAt(4_001);
  assert.deepEqual(holder.asked, [1_001, 2_001, 3_001, 4_002]);
  assert.equal(clock.alarms.length, 0);
});

test("deadlines: where it takes long to look through all, that is done the less often", () => {
  const clock = new LateClock();
  const deadlines = new Deadlines(clock);
  deadlines.add({
    expire(now) {
      clock.time += 3;
      return now + 1;
    },
  });
  deadlines.want(11);
  for (let i = 0; i < 3; i++) {
    clock.ringAt(clock.time + clock.alarms[0].delayMs);
    assert.deepEqual(clock.alarms.map(({ delayMs }) => delayMs), [13]);
  }
});

test("deadlines: a moment that no timer keeps is waited for in steps, each as long as a timer keeps", () => {
  const clock = new LateClock();
  const deadlines = new Deadlines(clock);
  const holder = new Holder();
  holder.moments.push(1e12);
  deadlines.add(holder);
  deadlines.want(1e12);
  for (let i = 1; i <= 3; i++) {
    assert.deepEqual(clock.alarms.map(({ delayMs }) => delayMs), [2 ** 31 - 1]);
    clock.ringAt(i * (2 ** 31 - 1));
  }
  assert.equal(holder.asked.length, 3);
});

test("deadlines: a timer that rang late and then has nobody to ask is not set again", () => {
  const clock = new LateClock();
  const deadlines = new Deadlines(clock);
  const holder = new Holder();
  deadlines.add(holder);
  deadlines.want(11);
  clock.ringAt(1_000);
  deadlines.remove(holder);
  assert.equal(clock.alarms.length, 0);
});

test("deadlines: every moment is met in its time, within the grain, with never more than one timer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 300 }), fc.nat(40)), { maxLength: 40 }),
      async (wishes) => {
        const { clock, deadlines, holders } = scene(4);
        const due: [holder: Holder, at: number][] = [];
        for (const [nth, inMs, waitMs] of wishes) {
          const at = deadlines.read() + inMs;
          holders[nth].moments.push(at);
          due.push([holders[nth], at]);
          deadlines.want(at);
          assert.ok(clock.pending <= 1);
          await clock.advance(waitMs);
        }
        await clock.advance(1_000);
        assert.equal(clock.pending, 0);
        for (const [holder, at] of due) {
          assert.ok(holder.asked.some((asked) => asked >= at && asked <= at + 4), `${at}: ${holder.asked}`);
        }
      },
    ),
    { seed: 42, numRuns: 60 },
  );
});
