/**
 * What an outage of a cluster's node costs in memory: no more than what may wait, however long it lasts.
 *
 * Limits: measured on all runtimes between the half and the end, when engines have compiled what they will.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "../support/harness.ts";
import { runProgram } from "./programs.ts";

const ROUNDS = 60;
const CALLS = 800;
/** Bytes that may come on; the calls of half the rounds would take 24,000 times what one does. */
const GROWTH = 512 * 1024;
const LIMIT_MS = 120_000;

test(
  "while a node is down for long, and more is called than may wait, memory is flat",
  { timeoutMs: LIMIT_MS },
  async () => {
    const { code, signal, output } = await runProgram("outage_program", [String(ROUNDS)], { limitMs: LIMIT_MS });
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, output);
    console.log(`outage_program: ${output.trim()}`);
    const { bytes: [half, end], outcomes } = JSON.parse(output);
    const total = Object.values(outcomes as Record<string, number>).reduce((sum, count) => sum + count, 0);
    assert.equal(total, (ROUNDS + 1) * CALLS);
    // In the first round the calls were with the node before its death was told.
    assert.ok(outcomes.TimeoutError > 0 && outcomes.ConnectionError >= ROUNDS * CALLS / 2, output);
    assert.ok(end - half < GROWTH, `the heap grew from ${half} bytes to ${end}`);
  },
);
