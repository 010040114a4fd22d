/** Reads from the replicas of real clusters: who serves them, by each mode and selector, as the servers count them. */
import assert from "node:assert/strict";
import { type ClusterClient, connectCluster, type ConnectOptions, type ReadFrom, type Selector } from "../../mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type RealCluster, sharedCluster, startCluster } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import type { ServerKind } from "../support/server.ts";
import { until } from "../support/until.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 10_000;
const READS = 300;
const KEYS = Array.from({ length: READS }, (_, index) => `key:${index}`);
const VALUES = KEYS.map((key) => `value of ${key}`);

async function clientOf(t: Context, cluster: RealCluster, options: ConnectOptions): Promise<ClusterClient> {
  const redis = await connectCluster({ seeds: cluster.seeds, connectAllNodes: true, ...options });
  t.defer(() => redis.destroy());
  await redis.mset(Object.fromEntries(KEYS.map((key, index) => [key, VALUES[index]])));
  for (const node of await cluster.primaries()) await node.command("WAIT", 1, LIMIT_MS);
  return redis;
}

/** How often a node has executed a command, and of its calls those that it refused. */
async function count(node: RealNode, command: string): Promise<number> {
  const calls = /:calls=(\d+).*?(?:rejected_calls=(\d+))/.exec(
    new RegExp(`^cmdstat_${command}:.*$`, "m").exec(await node.command("INFO", "commandstats") as string)?.[0] ?? "",
  );
  return Number(calls?.[1] ?? 0) + Number(calls?.[2] ?? 0);
}

/** How often nodes said that another is to do something, or that they take no writes. */
async function refusals(cluster: RealCluster): Promise<string[]> {
  const stats = await Promise.all(cluster.running.map((node) => node.command("INFO", "errorstats")));
  return stats.map((text) => String((text as string).match(/^errorstat_(MOVED|ASK|READONLY):.*$/gm)));
}

/** How many of these reads each node served, as the client names them. */
async function served(cluster: RealCluster, redis: ClusterClient): Promise<Map<string, number>> {
  const before = await Promise.all(cluster.running.map((node) => count(node, "get")));
  assert.deepEqual(await Promise.all(KEYS.map((key) => redis.get(key))), VALUES);
  const after = await Promise.all(cluster.running.map((node) => count(node, "get")));
  return new Map(cluster.running.map(({ name }, i) => [name, after[i] - before[i]]));
}

/** How many reads were served by primaries, and by replicas; and the least that one of the latter served. */
async function shares(cluster: RealCluster, redis: ClusterClient) {
  const by = await served(cluster, redis);
  const of = async (nodes: Promise<RealNode[]>): Promise<number[]> => (await nodes).map(({ name }) => by.get(name)!);
  const [primaries, replicas] = [await of(cluster.primaries()), await of(cluster.replicas())];
  const sum = (list: number[]): number => list.reduce((all, one) => all + one, 0);
  return { primaries: sum(primaries), replicas: sum(replicas), least: Math.min(...primaries, ...replicas) };
}

const ZONES = ["a", "b"];

for (const kind of ["redis7", "valkey8"] as ServerKind[]) {
  const shared = sharedCluster(kind);

  for (const readFrom of ["primary", "primaryPreferred", "replica", "replicaPreferred", "any"] as ReadFrom[]) {
    test(
      `${kind}: ${readFrom}: reads are served by whom the mode says, and writes by primaries alone`,
      TIME,
      async (t) => {
        const cluster = shared();
        const redis = await clientOf(t, cluster, { readFrom });
        const { primaries, replicas, least } = await shares(cluster, redis);
        assert.equal(primaries + replicas, READS);
        if (readFrom.startsWith("primary")) assert.equal(primaries, READS);
        else if (readFrom === "any") assert.ok(least > 20, `${least}`);
        else assert.equal(replicas, READS);
        const before = await refusals(cluster);
        await redis.pipeline().set("a", "1").incr("a").mget("a", "b", "c").del("a", "b").exec();
        await redis.transaction().set("b", "1").get("b").exec();
        await redis.eval("return redis.call('set', KEYS[1], 1)", { keys: ["c"] });
        await redis.watch(["d"], (lease) => lease.transaction().incr("d").exec());
        await redis.del("b", "c", "d");
        // No node refused anything, so no write went to a replica, nor a read to one that had not been told READONLY.
        assert.deepEqual(await refusals(cluster), before);
      },
    );
  }

  test(
    `${kind}: by chance all nodes serve, by a function the one that it gives, by latency who was measured`,
    TIME,
    async (t) => {
      const cluster = shared();
      const random = await shares(cluster, await clientOf(t, cluster, { readFrom: "any", selector: "random" }));
      assert.ok(random.least > 10 && random.primaries + random.replicas === READS, JSON.stringify(random));
      const seen = new Set<number>();
      const selector: Selector = (nodes, slot) => {
        seen.add(slot);
        return nodes.find(({ role }) => role === "primary");
      };
      assert.equal((await shares(cluster, await clientOf(t, cluster, { readFrom: "any", selector }))).primaries, READS);
      assert.ok(seen.size > READS / 2);
      const quick = await clientOf(t, cluster, { readFrom: "any", selector: "lowestLatency" });
      await until(() => {
        const missing = quick.nodes().find(({ latencyMs }) => latencyMs === undefined);
        return Promise.resolve(missing && `${missing.name} was not measured`);
      }, LIMIT_MS);
      const { primaries, replicas } = await shares(cluster, quick);
      assert.equal(primaries + replicas, READS);
    },
  );

  test(
    `${kind}: while a replica is dead its shard's reads are served by others, and by it once it is back`,
    TIME,
    async (t) => {
      const cluster = await startCluster({ kind, nodeTimeoutMs: 600, args: ["--cluster-require-full-coverage", "no"] });
      t.defer(() => cluster.stop());
      const redis = await clientOf(t, cluster, { readFrom: "replicaPreferred" });
      const [replica] = await cluster.replicas();
      await replica.kill();
      assert.equal((await served(cluster, redis)).size, 5);
      await until(async () => {
        await redis.refreshTopology();
        const node = redis.nodes().find(({ name }) => name === replica.name);
        return node === undefined || node.health === "fail" || node.state === "down"
          ? undefined
          : `${replica.name} is well`;
      }, LIMIT_MS);
      await served(cluster, redis);
      await cluster.restart(replica);
      await until(async () => {
        const by = await served(cluster, redis);
        return by.get(replica.name)! > 20 ? undefined : `${replica.name} served ${by.get(replica.name)} reads`;
      }, LIMIT_MS);
    },
  );
}

for (const kind of ["valkey8", "valkey9"] as ServerKind[]) {
  test(`${kind}: nodes of a zone serve reads where there are any`, TIME, async (t) => {
    const cluster = await startCluster({ kind });
    t.defer(() => cluster.stop());
    // A primary and its replica are in different zones.
    const zoneOf = new Map<string, string>();
    for (const [at, primary] of (await cluster.primaries()).entries()) {
      for (const [i, node] of [primary, await cluster.replicaOf(primary)].entries()) {
        zoneOf.set(node.name, ZONES[(at + i) % 2]);
        await node.command("CONFIG", "SET", "availability-zone", zoneOf.get(node.name)!);
      }
    }
    for (const zone of ZONES) {
      const redis = await clientOf(t, cluster, { readFrom: "any", selector: { zone } });
      await until(async () => {
        await redis.refreshTopology();
        const unknown = redis.nodes().find((node) => node.zone !== zoneOf.get(node.name));
        return unknown && `${unknown.name} is in ${unknown.zone}`;
      }, LIMIT_MS);
      const by = await served(cluster, redis);
      for (const [name, count] of by) assert.equal(count > 0, zoneOf.get(name) === zone, `${name} served ${count}`);
    }
  });
}
