/**
 * Primaries that hand over to a replica, by hand and by force, under two hundred callers.
 *
 * With CLUSTER FAILOVER the primary itself waits until its replica has everything, so nothing may be lost and no call
 * may fail. With TAKEOVER the primary is not asked: until it hears of it, a few milliseconds later, it acknowledges
 * writes that nobody will ever see again. Those are the servers' loss, told from one of the client by its moment.
 */
import assert from "node:assert/strict";
import { test } from "../support/harness.ts";
import {
  addedMs,
  assertSound,
  BadDay,
  BEFORE_MS,
  type DayReport,
  figures,
  inWords,
  median,
  type Moment,
} from "./bad_day.ts";
import { untilRefused, untilTaken } from "./pushers.ts";

const TIME = { timeoutMs: 60_000 };
const MOMENTS = 5;
const ADDED_MS = 500;

/** How the shards' replicas take over, one after the other. */
async function failOver(day: BadDay, mode?: "TAKEOVER"): Promise<Moment[]> {
  const moments: Moment[] = [];
  for (let count = 0; count < MOMENTS; count++) {
    const shard = day.shards[count % day.shards.length];
    await day.untilWritten(shard, performance.now());
    await new Promise((done) => setTimeout(done, BEFORE_MS));
    const primary = await day.primaryOf(shard);
    const replica = await day.cluster.replicaOf(primary);
    const atMs = performance.now();
    await day.cluster.failover(replica, mode);
    const [takenMs, refusedMs] = await Promise.all([
      untilTaken(replica, day.keyOf(shard)),
      untilRefused(primary, day.keyOf(shard)),
    ]);
    await day.untilWritten(shard, takenMs);
    await day.cluster.untilSettled();
    moments.push({ shard, atMs, takenMs, refusedMs, endMs: performance.now() });
  }
  return moments;
}

/** What went wrong for any caller. */
function errorsOf({ writers, readers, pushes }: DayReport): string[] {
  return [writers, ...readers.values(), pushes].flatMap(({ errors }) => inWords(errors));
}

for (const kind of ["redis7", "valkey8"] as const) {
  test(`${kind}: primaries hand over by CLUSTER FAILOVER: no call fails and nothing is lost`, TIME, async (t) => {
    const day = await BadDay.begin(t, { kind });
    const moments = await failOver(day);
    const report = await day.end();
    console.log(`${kind}, CLUSTER FAILOVER: ${figures(day, report, moments)}`);
    assert.deepEqual(errorsOf(report), []);
    for (const { wrong, differences } of [report.writers, ...report.readers.values()]) {
      assert.deepEqual([wrong, differences], [[], []]);
    }
    assert.deepEqual([report.pushes.lost, report.pushes.wrong], [[], []]);
    assert.ok(median(addedMs(report.pushes, moments)) < ADDED_MS);
  });

  test(`${kind}: replicas take over by TAKEOVER: no call fails, servers alone lose writes`, TIME, async (t) => {
    const day = await BadDay.begin(t, { kind });
    const moments = await failOver(day, "TAKEOVER");
    const report = await day.end();
    console.log(`${kind}, CLUSTER FAILOVER TAKEOVER: ${figures(day, report, moments)}`);
    assert.deepEqual(errorsOf(report), []);
    assertSound(report, moments);
    assert.ok(median(addedMs(report.pushes, moments)) < ADDED_MS);
  });
}
