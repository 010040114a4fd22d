/**
 * Primaries that are killed under two hundred callers, and come back as replicas.
 *
 * Where servers want all slots covered, which is their default, all of them refuse all calls from when they hold the
 * primary for dead until its replica has taken over: callers see latency, and no error. Where they do not, nobody
 * notices but who writes to the shard, or reads from its primary alone; who reads from replicas alone waits for one
 * from the promotion until the killed one is back.
 *
 * A write that was with the primary when it died fails, and says that it may have been applied. One that the primary
 * had acknowledged and not passed on is the servers' loss: it was acknowledged before the promotion.
 */
import assert from "node:assert/strict";
import { test } from "../support/harness.ts";
import { addedMs, assertSound, BadDay, BEFORE_MS, figures, median, MODES, type Moment } from "./bad_day.ts";
import { untilTaken } from "./pushers.ts";

const TIME = { timeoutMs: 60_000 };
/** Whether the servers want all slots covered when a primary is killed, by turns. */
const COVERED = ["yes", "no", "yes", "no"] as const;
const ADDED_MS = 500;
// Long enough for an election that has to be held twice.
const CALL_MS = 20_000;
// Far below the time for which the shard has no primary, far above what callers of a busy runner wait.
const UNDISTURBED_MS = 500;

/** Kills the primary of a shard, and has it come back when its replica has taken over. */
async function kill(day: BadDay, shard: string): Promise<Moment> {
  await day.untilWritten(shard, performance.now());
  await new Promise((done) => setTimeout(done, BEFORE_MS));
  const primary = await day.primaryOf(shard);
  const replica = await day.cluster.replicaOf(primary);
  const atMs = performance.now();
  await primary.kill();
  const refusedMs = performance.now();
  const takenMs = await untilTaken(replica, day.keyOf(shard));
  await day.untilWritten(shard, takenMs);
  await day.cluster.restart(primary);
  return { shard, atMs, refusedMs, takenMs, endMs: performance.now() };
}

/** While a shard has no primary, its replica is read as ever, and the other shards are as they were. */
function assertUndisturbed(day: BadDay, { shard, atMs: fromMs, takenMs: toMs }: Moment): void {
  for (const mode of MODES) {
    const ms = day.percentile(1, { shard, mode, fromMs, toMs });
    if (mode !== "primary") assert.ok(ms < UNDISTURBED_MS, `a read by ${mode} took ${ms} ms`);
  }
  for (const other of day.shards) {
    const ms = day.pushers.percentile(1, other, fromMs, toMs);
    if (other !== shard) assert.ok(ms < UNDISTURBED_MS, `a write to another shard took ${ms} ms`);
  }
}

/** Whatever waited goes on soon after the new primary serves, whatever the servers had refused meanwhile. */
function assertResumed(day: BadDay, { shard, takenMs, endMs: toMs }: Moment): void {
  const fromMs = takenMs + ADDED_MS;
  for (const mode of MODES) {
    // There is no replica until the killed one is back.
    if (mode === "replica") continue;
    const ms = day.percentile(1, { shard, mode, fromMs, toMs });
    assert.ok(!(ms > ADDED_MS), `a read by ${mode} that took ${ms} ms went on late`);
  }
  for (const each of day.shards) {
    const ms = day.pushers.percentile(1, each, fromMs, toMs);
    assert.ok(!(ms > ADDED_MS), `a write that took ${ms} ms went on late`);
  }
}

for (const kind of ["redis7", "valkey8"] as const) {
  test(`${kind}: primaries die: reads never fail, writes go on, no write is lost or applied twice`, TIME, async (t) => {
    const day = await BadDay.begin(t, { kind, nodeTimeoutMs: 600 }, () => ({ timeoutMs: CALL_MS }));
    const moments: Moment[] = [];
    for (const [count, covered] of COVERED.entries()) {
      await day.cluster.everywhere("CONFIG", "SET", "cluster-require-full-coverage", covered);
      moments.push(await kill(day, day.shards[count % day.shards.length]));
    }
    const report = await day.end();
    for (const covered of ["yes", "no"] as const) {
      const of = moments.filter((_, count) => COVERED[count] === covered);
      console.log(`${kind}, SIGKILL, full coverage wanted: ${covered}: ${figures(day, report, of)}`);
    }

    assertSound(report, moments);
    const { writers, pushes } = report;
    for (const { error } of [...writers.errors, ...pushes.errors]) {
      assert.match(error.message, /^Lost the connection to /);
      assert.equal((error as { maybeApplied?: boolean }).maybeApplied, true);
    }
    assert.ok(median(addedMs(pushes, moments)) < ADDED_MS);
    for (const [count, moment] of moments.entries()) {
      assertResumed(day, moment);
      if (COVERED[count] === "no") assertUndisturbed(day, moment);
    }
  });
}
