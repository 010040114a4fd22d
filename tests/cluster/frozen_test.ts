/**
 * Primaries that stand still (SIGSTOP) under two hundred callers: their sockets stay open, and nothing is answered.
 *
 * A connection on which nothing comes is given up by the client's watchdog, or where that is slow, when the cluster says
 * that the node has failed; the replica is promoted; what goes to other shards is never held up, by whatever way it
 * goes. When the old primary wakes up it still takes itself for one, for a moment, and finds nobody who believes it.
 */
import assert from "node:assert/strict";
import type { ClusterClient } from "../../mod.ts";
import { get, set } from "../../src/commands/mod.ts";
import { test } from "../support/harness.ts";
import { addedMs, assertSound, BadDay, BEFORE_MS, figures, median, MODES, type Moment } from "./bad_day.ts";
import { untilTaken } from "./pushers.ts";

const TIME = { timeoutMs: 60_000 };
const MOMENTS = 2;
const WATCHDOG_MS = 500;
/** How a client comes to know: with a watchdog that is quick, or by the cluster while its watchdog has the default. */
const WAYS = [["the watchdog", { watchdogMs: WATCHDOG_MS }], ["the cluster", {}]] as const;
const REFRESH_EACH_MS = 1_000;
// An answer of most nodes, without the one that stands still.
const REFRESHED_MS = 1_000;
const LATE_MS = 250;
const ADDED_MS = 500;
const CALL_MS = 20_000;
// Less than the watchdog's span, which is what a call would take at least that waited for the node that stands still.
const UNDISTURBED_MS = 400;

/** What calls took that have nothing to do with a shard, and topologies that were asked for, in milliseconds. */
interface Bystanders {
  readonly calls: number[];
  readonly refreshes: number[];
}

/** Reads and writes keys of other shards together, again and again, until told to stop. */
async function standBy(day: BadDay, shard: string, signal: AbortSignal): Promise<Bystanders> {
  const { redis } = day;
  const keys = day.shards.filter((other) => other !== shard).map((other) => day.keyOf(other));
  const calls: number[] = [];
  const refreshes: number[] = [];
  const again = async (
    into: number[],
    run: (client: ClusterClient) => Promise<unknown>,
    pauseMs = 10,
  ): Promise<void> => {
    while (!signal.aborted) {
      const startMs = performance.now();
      await run(redis);
      into.push(performance.now() - startMs);
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  };
  await Promise.all([
    again(calls, (client) => client.mget(...keys)),
    again(calls, (client) => client.mset(Object.fromEntries(keys.map((key) => [key, "value"])))),
    again(calls, (client) => client.transaction([get(keys[0]), set(keys[0], "value")])),
    again(calls, async (client) => {
      const replies = await client.pipeline(keys.flatMap((key) => [set(key, "value"), get(key)]));
      for (const reply of replies) if (reply instanceof Error) throw reply;
    }),
    // The first while the one that stands still seems to be there, the others when it has been given up.
    again(refreshes, (client) => client.refreshTopology(), REFRESH_EACH_MS),
  ]);
  return { calls, refreshes };
}

/** Has the primary of a shard stand still until its replica has taken over. */
async function freeze(day: BadDay, shard: string): Promise<Moment & { bystanders: Bystanders }> {
  await day.untilWritten(shard, performance.now());
  await new Promise((done) => setTimeout(done, BEFORE_MS));
  const primary = await day.primaryOf(shard);
  const replica = await day.cluster.replicaOf(primary);
  const stop = new AbortController();
  const standing = standBy(day, shard, stop.signal);
  const atMs = performance.now();
  primary.freeze();
  const refusedMs = performance.now();
  const takenMs = await untilTaken(replica, day.keyOf(shard)).finally(() => stop.abort());
  const bystanders = await standing;
  await day.untilWritten(shard, takenMs);
  primary.thaw();
  await day.cluster.untilSettled();
  assert.equal(await primary.role(), "replica");
  return { shard, atMs, refusedMs, takenMs, endMs: performance.now(), bystanders };
}

for (const kind of ["redis7", "valkey8"] as const) {
  for (const [who, watch] of WAYS) {
    test(`${kind}: primaries stand still: ${who} tells, the other shards keep their latency`, TIME, async (t) => {
      // With full coverage the servers themselves would refuse calls to the other shards for a while.
      const args = ["--cluster-require-full-coverage", "no"];
      const options = { ...watch, timeoutMs: CALL_MS };
      const day = await BadDay.begin(t, { kind, args, nodeTimeoutMs: 600 }, () => options);
      const moments: (Moment & { bystanders: Bystanders })[] = [];
      for (let count = 0; count < MOMENTS; count++) moments.push(await freeze(day, day.shards[count]));
      const report = await day.end();
      const calls = moments.flatMap(({ bystanders }) => bystanders.calls);
      const refreshes = moments.flatMap(({ bystanders }) => bystanders.refreshes);
      console.log(
        `${kind}, SIGSTOP, ${who} tells: ${figures(day, report, moments)}; slowest of ${calls.length} calls over the ` +
          `other shards ${Math.round(Math.max(...calls))} ms, of ${refreshes.length} refreshes ${
            Math.round(Math.max(...refreshes))
          } ms`,
      );

      const downMs = Math.max(...moments.map(({ atMs, takenMs }) => takenMs - atMs));
      // The watchdog looks four times in its span.
      const noticedMs = "watchdogMs" in watch ? 1.5 * WATCHDOG_MS + LATE_MS : downMs + ADDED_MS + LATE_MS;
      assertSound(report, moments);
      const { writers, pushes } = report;
      for (const { error } of [...writers.errors, ...pushes.errors]) {
        const silentMs = /^Lost the connection to .*: no byte came for (\d+) ms/.exec(error.message)?.[1];
        assert.ok(Number(silentMs) >= WATCHDOG_MS && Number(silentMs) < noticedMs, error.message);
        assert.equal((error as { maybeApplied?: boolean }).maybeApplied, true);
      }
      assert.ok(median(addedMs(pushes, moments)) < ADDED_MS);
      assert.ok(Math.max(...calls) < UNDISTURBED_MS, `a call over the other shards took ${Math.max(...calls)} ms`);
      assert.ok(Math.max(...refreshes) < REFRESHED_MS, `a refresh took ${Math.max(...refreshes)} ms`);
      for (const { shard, atMs: fromMs, takenMs, endMs: toMs } of moments) {
        for (const other of day.shards) {
          const ms = day.pushers.percentile(1, other, fromMs, takenMs);
          if (other !== shard) assert.ok(ms < UNDISTURBED_MS, `a write to another shard took ${ms} ms`);
        }
        for (const mode of MODES) {
          // Those that were with it when it stood still went to another when it had been given up.
          const ms = day.percentile(1, { shard, mode, fromMs, toMs });
          if (mode !== "primary") assert.ok(ms < noticedMs + LATE_MS, `a read by ${mode} took ${ms} ms`);
        }
      }
    });
  }
}
