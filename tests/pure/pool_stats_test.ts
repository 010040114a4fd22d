/** The percentiles of waits. */
import assert from "node:assert/strict";
import { WaitTimes } from "../../src/connection/pool_stats.ts";
import { test } from "../support/harness.ts";

function after(...times: number[]): WaitTimes {
  const waits = new WaitTimes();
  for (const time of times) waits.add(time);
  return waits;
}

test("wait times: before the first all are 0, after one all are that", () => {
  assert.deepEqual(after().percentiles(), { p50: 0, p90: 0, p99: 0, max: 0 });
  assert.deepEqual(after(7).percentiles(), { p50: 7, p90: 7, p99: 7, max: 7 });
});

test("wait times: they are the nearest ranks, by number and not by text", () => {
  const times = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(after(...times).percentiles(), { p50: 50, p90: 90, p99: 99, max: 100 });
  assert.deepEqual(after(10, 9).percentiles(), { p50: 9, p90: 10, p99: 10, max: 10 });
});

test("wait times: the last 1,024 count, and asking changes nothing", () => {
  const waits = after(5_000, ...new Array<number>(1_023).fill(1));
  assert.equal(waits.percentiles().max, 5_000);
  assert.equal(waits.percentiles().max, 5_000);
  waits.add(2);
  assert.deepEqual(waits.percentiles(), { p50: 1, p90: 1, p99: 1, max: 2 });
});
