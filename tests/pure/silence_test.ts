/** Silence: when a link is given up, when it is asked for a sign of life, and never while it need not be. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Silence } from "../../src/connection/silence.ts";
import { test } from "../support/harness.ts";

/** What a look finds, and what is to come of it: 0 nothing, -1 a ping, more: so many milliseconds of silence. */
type Look = [at: number, found: { heard?: boolean; due?: boolean }, outcome: number];

const HEARD = { heard: true };
const DUE = { due: true };
const IDLE = {};

const tables: [name: string, dueMs: number, idleMs: number, looks: Look[]][] = [
  ["nothing is due and nothing is heard, no bound for that", 1_000, 0, [[1e6, IDLE, 0], [2e6, IDLE, 0]]],
  ["replies are due and none comes", 1_000, 0, [
    [250, DUE, 0],
    [500, DUE, 0],
    [1_249, DUE, 0],
    [1_250, DUE, 1_000],
  ]],
  ["silence counts from the first look that finds replies due, not from the start", 1_000, 0, [
    [90_000, IDLE, 0],
    [90_250, DUE, 0],
    [91_249, DUE, 0],
    [91_300, DUE, 1_050],
  ]],
  ["a byte begins it anew, also one that is no reply", 1_000, 0, [
    [250, DUE, 0],
    [1_000, { ...HEARD, ...DUE }, 0],
    [1_999, DUE, 0],
    [2_000, DUE, 1_000],
  ]],
  ["all replies came: what is due later counts from then", 1_000, 0, [
    [250, DUE, 0],
    [500, HEARD, 0],
    [5_000, DUE, 0],
    [5_999, DUE, 0],
    [6_000, DUE, 1_000],
  ]],
  ["what was due was given up: what is due later counts from then", 1_000, 0, [
    [250, DUE, 0],
    [1_000, IDLE, 0],
    [1_250, DUE, 0],
    [2_250, DUE, 1_000],
  ]],
  ["no bound at all", 0, 0, [[1, DUE, 0], [1e9, DUE, 0], [2e9, IDLE, 0]]],
  ["idle for long: a sign of life is asked for, once in the span", 1_000, 4_000, [
    [3_999, IDLE, 0],
    [4_000, IDLE, -1],
    [4_001, IDLE, 0],
    [7_999, IDLE, 0],
    [8_000, IDLE, -1],
  ]],
  ["bytes put the question off", 1_000, 4_000, [[3_000, HEARD, 0], [6_999, IDLE, 0], [7_000, IDLE, -1]]],
  ["the sign of life does not come", 1_000, 4_000, [
    [4_000, IDLE, -1],
    [4_250, { due: true }, 0],
    [5_250, { due: true }, 1_000],
  ]],
  ["the sign of life comes", 1_000, 4_000, [
    [4_000, IDLE, -1],
    [4_250, HEARD, 0],
    [8_249, IDLE, 0],
    [8_250, IDLE, -1],
  ]],
  ["it has ten seconds where replies have no bound", 0, 4_000, [
    [4_000, IDLE, -1],
    [4_100, { due: true }, 0],
    [14_099, { due: true }, 0],
    [14_100, { due: true }, 10_000],
  ]],
  ["and once it has come, replies have no bound again", 0, 4_000, [
    [4_000, IDLE, -1],
    [4_100, HEARD, 0],
    [5_000, DUE, 0],
    [1e6, DUE, 0],
  ]],
  ["replies without a bound may take for ever where nothing was asked", 0, 4_000, [[100, DUE, 0], [1e9, DUE, 0]]],
];

for (const [name, dueMs, idleMs, looks] of tables) {
  test(`silence: ${name}`, () => {
    const silence = new Silence(dueMs, idleMs);
    // A coarse clock is never at 0.
    silence.start(1);
    const outcomes = looks.map(([at, { heard = false, due = false }]) => {
      const link = { heard, due };
      const outcome = silence.check(link, at + 1);
      assert.equal(link.heard, false);
      return outcome;
    });
    assert.deepEqual(outcomes, looks.map(([, , outcome]) => outcome));
  });
}

test("silence: what was before a new link does not count for it", () => {
  const silence = new Silence(1_000, 4_000);
  silence.start(1);
  assert.equal(silence.check({ heard: false, due: true }, 10), 0);
  assert.equal(silence.check({ heard: false, due: false }, 5_000), -1);
  silence.start(9_000);
  assert.equal(silence.check({ heard: false, due: true }, 9_001), 0);
  assert.equal(silence.check({ heard: false, due: true }, 10_000), 0);
  assert.equal(silence.check({ heard: false, due: true }, 10_001), 1_000);
});

test("silence: it looks four times in the shorter span, never without one", () => {
  const rows: [dueMs: number, idleMs: number, next: number][] = [
    [0, 0, 0],
    [1_000, 0, 250],
    [0, 1_000, 250],
    [1_000, 400, 100],
    [400, 1_000, 100],
    [1, 0, 1],
    [10, 0, 3],
  ];
  for (const [dueMs, idleMs, next] of rows) {
    assert.equal(new Silence(dueMs, idleMs).next(7), next === 0 ? 0 : 7 + next, `${dueMs}, ${idleMs}`);
  }
  const asked = new Silence(0, 60_000);
  asked.start(1);
  assert.equal(asked.check({ heard: false, due: false }, 60_001), -1);
  assert.equal(asked.next(60_001), 62_501);
});

test("silence: a link is never given up within the span after a byte, and always soon after it", () => {
  const anyEvent = fc.record({
    inMs: fc.integer({ min: 0, max: 1_500 }),
    kind: fc.constantFrom("byte" as const, "call" as const, "answered" as const),
  });
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      const span = 1_000;
      const silence = new Silence(span, 0);
      const link = {
        heard: false,
        waiting: 0,
        get due(): boolean {
          return this.waiting > 0;
        },
      };
      silence.start(1);
      let now = 1;
      let look = silence.next(now);
      // Since when replies are due and no byte has come.
      let silentSince: number | undefined;
      let ended = false;
      const lookUntil = (end: number): void => {
        while (!ended && look <= end) {
          const silentMs = silence.check(link, look);
          const silent = silentSince === undefined ? 0 : look - silentSince;
          if (silentMs !== 0) {
            assert.ok(silentMs >= span && silent >= span, `given up after ${silent} ms`);
            ended = true;
          } else assert.ok(silent < 1.5 * span, `kept for ${silent} ms`);
          look = silence.next(look);
        }
      };
      for (const { inMs, kind } of events) {
        now += inMs;
        lookUntil(now);
        if (ended) return;
        if (kind === "call") {
          link.waiting++;
          silentSince ??= now;
        } else {
          link.heard = true;
          if (kind === "answered") link.waiting = 0;
          silentSince = link.waiting > 0 ? now : undefined;
        }
      }
      lookUntil(now + 5_000);
      assert.equal(ended, silentSince !== undefined);
    }),
    { seed: 43, numRuns: 500 },
  );
});
