/**
 * Clusters all of whose nodes are started again: one after the other, all at once, on other ports, or elsewhere.
 *
 * One after the other is done as operators do it: replicas first, and each primary when it has handed over, so that no
 * call need fail. All at once is by SIGKILL: what was with a node when it died fails where it writes, and says that it
 * may have been applied; all else waits. Nodes that come back on other ports are found by the seeds alone, so a seed
 * has to be an address that stays: that of a load balancer, or a name.
 *
 * The servers keep what they acknowledge (their logs are written before they answer), so nothing at all may be lost.
 */
import assert from "node:assert/strict";
import { detectPlatform } from "../../adapters/auto.ts";
import { connectCluster } from "../../mod.ts";
import { Forwarder } from "../support/forwarder.ts";
import { type Context, test } from "../support/harness.ts";
import { type RealCluster, startCluster } from "../support/real_cluster.ts";
import type { Server, ServerKind } from "../support/server.ts";
import { until } from "../support/until.ts";
import { assertSound, BadDay, type DayReport } from "./bad_day.ts";

const TIME = { timeoutMs: 60_000 };
const CALL_MS = 20_000;
const BACK_MS = 5_000;

/** A cluster behind a load balancer, which is all that its callers are told. */
async function begin(t: Context, kind: ServerKind): Promise<BadDay> {
  const servers = { kind, persistent: true, args: ["--appendfsync", "no"] };
  return await BadDay.begin(t, servers, async (cluster) => {
    const balancer = await Forwarder.start(() => cluster.running[0]);
    t.defer(() => balancer.stop());
    // It is their time that ends calls here, and not how often they were refused.
    return { seeds: [balancer.address], timeoutMs: CALL_MS, retry: { attempts: 1_000 } };
  });
}

/** Waits until writes to all shards are acknowledged since a moment, and gives how long after it that was. */
async function backAfter(day: BadDay, sinceMs: number): Promise<number> {
  await Promise.all(day.shards.map((shard) => day.untilWritten(shard, sinceMs)));
  return Math.round(performance.now() - sinceMs);
}

/** What went wrong for those who write; nothing is wrong in what they were told, and nothing is lost at all. */
function errorsOf(report: DayReport): (Error & { maybeApplied?: boolean })[] {
  const { writers, pushes } = report;
  assertSound(report, []);
  assert.deepEqual([writers.differences, pushes.lost], [[], []]);
  return [...writers.errors, ...pushes.errors].map(({ error }) => error);
}

for (const kind of ["redis7", "valkey8"] as const) {
  test(`${kind}: all nodes are started again one after the other: no call fails`, TIME, async (t) => {
    const day = await begin(t, kind);
    const { cluster } = day;
    for (const node of await cluster.replicas()) await cluster.restart(node);
    for (const primary of await cluster.primaries()) {
      const replica = await cluster.replicaOf(primary);
      await cluster.failover(replica);
      await cluster.untilPrimary(replica);
      await cluster.untilSettled();
      await cluster.restart(primary);
    }
    const backMs = await backAfter(day, performance.now());
    const report = await day.end();
    const calls = [report.writers, ...report.readers.values()].reduce((sum, { samples }) => sum + samples.count(), 0);
    console.log(`${kind}, all nodes restarted one after the other: ${calls} calls; writes everywhere in ${backMs} ms`);
    assert.deepEqual(errorsOf(report).map(({ message }) => message), []);
  });

  test(
    `${kind}: all nodes die and come back on new ports, and again: the client comes back by itself`,
    TIME,
    async (t) => {
      const day = await begin(t, kind);
      const tookMs: number[] = [];
      for (let count = 0; count < 2; count++) {
        const before = new Set(day.redis.nodes().map(({ name }) => name));
        await backAfter(day, performance.now());
        await day.cluster.restartAll({ newPorts: true });
        tookMs.push(await backAfter(day, performance.now()));
        for (const shard of day.shards) {
          const { name } = day.redis.nodeOf(day.keyOf(shard))!;
          assert.ok(!before.has(name), `${name} was there before`);
        }
      }
      const report = await day.end();
      const errors = errorsOf(report);
      console.log(
        `${kind}, all nodes on new ports at once: writes to all shards ${tookMs.join(", ")} ms after they serve; ` +
          `${errors.length} writes in doubt`,
      );
      for (const { message, maybeApplied } of errors) {
        assert.match(message, /^Lost the connection to /);
        assert.equal(maybeApplied, true);
      }
      assert.ok(Math.max(...tookMs) < BACK_MS);
    },
  );
}

test("a name that comes to mean another cluster is followed when the one that it meant is gone", TIME, async (t) => {
  const start = async (kind: ServerKind): Promise<RealCluster> => {
    const cluster = await startCluster({ kind, replicas: 0 });
    t.defer(() => cluster.stop());
    return cluster;
  };
  const [blue, green] = await Promise.all([start("redis7"), start("valkey8")]);
  const platform = await detectPlatform();
  let record: Server = blue.nodes[0].server;
  const asked: string[] = [];
  const redis = await connectCluster({
    seeds: ["cluster.test:7000"],
    timeoutMs: CALL_MS,
    platform: {
      ...platform,
      dial: (target, signal) => {
        if (target.host !== "cluster.test") return platform.dial(target, signal);
        asked.push(`${record.kind}`);
        return platform.dial({ ...target, host: record.host, port: record.port }, signal);
      },
    },
  });
  t.defer(() => redis.destroy());
  const names = Array.from({ length: 30 }, (_, i) => `name ${i}`);
  for (const name of names) await redis.set(name, "blue");
  record = green.nodes[0].server;
  await redis.refreshTopology();
  assert.deepEqual(new Set(await redis.mget(...names)), new Set(["blue"]));

  const atMs = performance.now();
  await blue.stop();
  // The client may not have been told yet that its connections have ended, so a write may be with a dead node.
  for (const name of names) await redis.with({ idempotent: true }).set(name, "green");
  const tookMs = Math.round(performance.now() - atMs);
  console.log(`a name means another cluster: ${names.length} writes there ${tookMs} ms after the first one's death`);
  assert.deepEqual([asked[0], asked.at(-1)], ["redis7", "valkey8"]);
  assert.deepEqual(
    redis.nodes().map(({ name }) => name).sort(),
    green.nodes.map(({ name }) => name).sort(),
  );
  await until(async () => {
    const counts = await Promise.all(green.nodes.map((node) => node.command("DBSIZE") as Promise<number>));
    return counts.reduce((sum, count) => sum + count) === names.length ? undefined : `the keys are ${counts}`;
  }, BACK_MS);
  assert.ok(tookMs < BACK_MS);
});
