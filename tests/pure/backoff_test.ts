/** Delays that grow: their bounds, and how chance spreads them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Backoff, delayBefore, delayBound } from "../../src/connection/backoff.ts";
import { test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";

const USUAL: Backoff = { baseMs: 50, factor: 2, capMs: 2_000, jitter: 1 };

test("backoff: the bound grows by the factor up to the cap", () => {
  const rows: [backoff: Partial<Backoff>, bounds: number[]][] = [
    [{}, [50, 100, 200, 400, 800, 1_600, 2_000, 2_000]],
    [{ factor: 1 }, [50, 50, 50]],
    [{ factor: 1.5, baseMs: 100 }, [100, 150, 225]],
    [{ baseMs: 3_000 }, [2_000, 2_000]],
    [{ capMs: 50 }, [50, 50]],
    [{ factor: 1_000 }, [50, 2_000, 2_000]],
    [{ baseMs: 1, capMs: 1 }, [1, 1]],
  ];
  for (const [given, bounds] of rows) {
    const backoff = { ...USUAL, ...given };
    assert.deepEqual(bounds.map((_, i) => delayBound(backoff, i + 1)), bounds, JSON.stringify(given));
  }
});

test("backoff: no count of tries is too large", () => {
  for (const attempt of [1_001, 1_000_000, Number.MAX_SAFE_INTEGER, Infinity]) {
    for (const factor of [1, 1.001, 2, 1_000]) {
      const bound = delayBound({ ...USUAL, factor }, attempt);
      assert.ok(bound > 0 && bound <= 2_000, `${factor}, ${attempt}: ${bound}`);
    }
    assert.equal(delayBound(USUAL, attempt), 2_000);
    assert.equal(delayBefore({ ...USUAL, jitter: 0 }, attempt, () => 0), 2_000);
  }
});

test("backoff: without jitter chance does not count, with some it takes off at most that part", () => {
  for (const chance of [0, 0.5, 1 - 2 ** -32]) {
    assert.equal(delayBefore({ ...USUAL, jitter: 0 }, 3, () => chance), 200);
    assert.equal(delayBefore({ ...USUAL, jitter: 0.5 }, 3, () => chance), Math.round(200 - 100 * chance));
    assert.equal(delayBefore({ ...USUAL, jitter: 1 }, 3, () => chance), Math.round(200 - 200 * chance));
  }
});

test("backoff: every delay is a whole number of milliseconds between the part that is sure and the bound", () => {
  const anyBackoff = fc.record({
    baseMs: fc.integer({ min: 1, max: 100_000 }),
    factor: fc.double({ min: 1, max: 1_000, noNaN: true }),
    capMs: fc.integer({ min: 1, max: 2_147_483_647 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(anyBackoff, fc.integer({ min: 1, max: 5_000 }), fc.integer(), (backoff, attempt, seed) => {
      const bound = delayBound(backoff, attempt);
      assert.ok(bound <= backoff.capMs && bound >= Math.min(backoff.baseMs, backoff.capMs));
      assert.ok(delayBound(backoff, attempt + 1) >= bound);
      const delay = delayBefore(backoff, attempt, seededRandom(seed));
      assert.ok(Number.isInteger(delay) && delay <= Math.round(bound), `${delay} of ${bound}`);
      assert.ok(delay >= Math.floor(bound * (1 - backoff.jitter)), `${delay} of ${bound}`);
    }),
    { seed: 41, numRuns: 500 },
  );
});

test("backoff: full jitter spreads clients evenly over the whole span", () => {
  const random = seededRandom(7);
  const tenths = new Array<number>(10).fill(0);
  const count = 10_000;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const delay = delayBefore(USUAL, 6, random);
    sum += delay;
    tenths[Math.min(9, Math.floor(delay / 160))]++;
  }
  for (const found of tenths) assert.ok(found > 900 && found < 1_100, `${tenths}`);
  assert.ok(Math.abs(sum / count - 800) < 20, `${sum / count}`);
});
