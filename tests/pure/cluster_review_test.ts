/** What a review of the cluster found: calls before the nodes are known, calls that move, and the end of a client. */
import assert from "node:assert/strict";
import { ClosedError, ConnectionError, createCluster, type ConnectOptions } from "../../mod.ts";
import { ReplyError } from "../../src/errors.ts";
import { type ClusterScene, clusterScene, failed, settled } from "../support/cluster_scene.ts";
import { slotOfKey } from "../support/crc16.ts";
import { type Context, test } from "../support/harness.ts";
import { CLOSE_AFTER, HOLD, scriptedCluster, type ScriptedNode } from "../support/scripted_cluster.ts";
import { seededRandom } from "../support/seeded_random.ts";

// n1, n2 and n3 are primaries, n4, n5 and n6 their replicas. The slot of `bar` is of n1.
const SLOT = slotOfKey("bar");

/** A client that connects at its first call. */
function lateScene(t: Context, options: ConnectOptions = {}, password?: string): ClusterScene {
  const { cluster, clock } = scriptedCluster(t, password === undefined ? {} : { password });
  const { platform, seeds } = cluster;
  const random = seededRandom(1);
  const redis = createCluster({ seeds, platform, clock, random, topologyRefreshMs: 0, ...options });
  t.defer(() => redis.destroy());
  return { cluster, clock, redis };
}

function heard(nodes: readonly ScriptedNode[], name: string): number {
  return nodes.reduce((sum, node) => sum + node.heardOf(name).length, 0);
}

// ---- before the nodes are known

for (
  const [name, call, count] of [
    ["FLUSHALL", (redis: ClusterScene["redis"]) => redis.flushall(), 3],
    ["DBSIZE", (redis: ClusterScene["redis"]) => redis.dbsize(), 3],
    ["DBSIZE", (redis: ClusterScene["redis"]) => redis.pipeline().dbsize().exec(), 3],
  ] as const
) {
  test(`the very first call of a client goes to all nodes that it is for: ${name}`, async (t) => {
    const { cluster, clock, redis } = lateScene(t);
    await settled(clock, call(redis) as Promise<unknown>);
    assert.equal(heard(cluster.nodes, name), count);
  });
}

const FIRST: readonly [string, (redis: ClusterScene["redis"]) => Promise<unknown>][] = [
  ["a call with one key", (redis) => redis.get("bar")],
  ["a call with several keys", (redis) => redis.mget("bar", "foo")],
  ["a call without keys", (redis) => redis.ping()],
  ["a pipeline", (redis) => redis.pipeline().get("bar").exec()],
  ["a transaction", (redis) => redis.transaction().get("bar").exec()],
  ["a lease", (redis) => redis.lease()],
];
const HOPELESS: readonly [string, ConnectOptions, string?][] = [
  ["the password is wrong", { password: "wrong", timeoutMs: 0 }, "right"],
  ["nothing is dialled again", { reconnect: false, seeds: ["10.9.9.9:1"], timeoutMs: 0 }],
];
for (const [why, options, password] of HOPELESS) {
  for (const [what, call] of FIRST) {
    test(`${what} fails at once where ${why}, and does not wait for ever`, async (t) => {
      const { clock, redis } = lateScene(t, options, password);
      const error = await failed(clock, call(redis), 10_000);
      assert.ok(clock.now() < 3_000, `it took ${clock.now()} ms: ${error.message}`);
    });
  }
}

// ---- many who want the same

test("a hundred who want the topology at once share one asking, or two", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const before = heard(cluster.nodes, "CLUSTER");
  await settled(clock, Promise.all(Array.from({ length: 100 }, () => redis.refreshTopology())));
  const asked = heard(cluster.nodes, "CLUSTER") - before;
  assert.ok(asked <= 2 * cluster.nodes.length, `asked ${asked} times`);
});

test("a call that was aborted is no reason to go on asking", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.view.unassign?.(SLOT, SLOT);
  await settled(clock, redis.refreshTopology());
  const aborting = new AbortController();
  const call = failed(clock, redis.with({ timeoutMs: 0, signal: aborting.signal }).get("bar"));
  await clock.advance(100);
  aborting.abort();
  await call;
  await clock.advance(1_000);
  const before = heard(cluster.nodes, "CLUSTER");
  await clock.advance(30_000);
  assert.ok(heard(cluster.nodes, "CLUSTER") - before <= 40, `asked ${heard(cluster.nodes, "CLUSTER") - before} times`);
  const since = clock.now();
  await settled(clock, redis.close());
  assert.ok(clock.now() - since < 1_000, `closing took ${clock.now() - since} ms`);
});
