/** What a review of the cluster found: calls before the nodes are known, calls that move, and the end of a client. */
import assert from "node:assert/strict";
import { type ClusterClient, type ConnectOptions, createCluster } from "../../mod.ts";
import { begun, clientOf, type ClusterScene, clusterScene, failed, settled } from "../support/cluster_scene.ts";
import { type Context, test } from "../support/harness.ts";
import { scriptedCluster, type ScriptedNode } from "../support/scripted_cluster.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { wire } from "../../src/resp/reply_encoder.ts";

// n1, n2 and n3 are primaries, n4, n5 and n6 their replicas. The slot of `bar` is of n1.

type Call = (redis: ClusterClient) => Promise<unknown>;

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

const FOR_ALL: readonly [string, string, Call][] = [
  ["DBSIZE", "DBSIZE", (redis) => redis.dbsize()],
  ["DBSIZE in a pipeline", "DBSIZE", (redis) => redis.pipeline().get("bar").dbsize().exec()],
  ["FLUSHALL", "FLUSHALL", (redis) => redis.flushall()],
  ["SCRIPT LOAD", "SCRIPT", (redis) => redis.scriptLoad("return 1")],
];
for (const [what, name, call] of FOR_ALL) {
  test(`the very first call of a client goes to all nodes that it is for: ${what}`, async (t) => {
    const { cluster, clock, redis } = lateScene(t);
    for (const node of cluster.nodes) {
      node.reply("FLUSHALL", wire.simple("OK"));
      node.reply("SCRIPT", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    }
    const first = call(redis);
    await begun({ cluster, clock }, first);
    await settled(clock, first);
    assert.deepEqual(cluster.nodes.slice(0, 3).map((node) => node.heardOf(name).length), [1, 1, 1]);
  });
}

const FIRST: readonly [string, Call][] = [
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
      const { cluster, clock, redis } = lateScene(t, options, password);
      const first = call(redis);
      await begun({ cluster, clock }, first);
      const error = await failed(clock, first, 10_000);
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

// ---- options

const OPTIONS: readonly ConnectOptions[] = [
  { enableOfflineQueue: false },
  { maxQueued: 0 },
  { protocol: 2 },
  { connections: 3 },
  { pool: { min: 2 } },
  { reconnect: false },
  { retry: { attempts: 1 } },
  { timeoutMs: 0 },
];
for (const options of OPTIONS) {
  test(`a client with ${JSON.stringify(options)} connects, follows its slot, and leaves nothing behind`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t, {}, options);
    const all = Promise.all(["bar", "foo", "a"].map((key) => redis.set(key, key)));
    assert.deepEqual(await settled(clock, all), ["OK", "OK", "OK"]);
    cluster.moveSlot(redis.slotOf("bar"), cluster.primaryOf("foo"));
    assert.deepEqual(await settled(clock, redis.pipeline().get("bar").get("foo").exec()), ["bar", "foo"]);
    await settled(clock, redis.close());
    assert.equal(clock.pending, 0);
  });
}

const ALL: readonly ConnectOptions[] = [{ connectAllNodes: true }, { enableOfflineQueue: false }];
for (const options of ALL) {
  test(`a client with ${JSON.stringify(options)} connects while a replica is down`, async (t) => {
    const scripted = scriptedCluster(t);
    scripted.cluster.node("n5").down();
    const { clock, redis } = await clientOf(t, scripted, options);
    assert.equal(await settled(clock, redis.set("bar", "1")), "OK");
  });
}

// ---- a client that connects at its first call

test("a client that was destroyed before it was loaded dials nobody, whatever is asked of it", async (t) => {
  const { cluster, clock, redis } = lateScene(t);
  const node = redis.node(cluster.nodes[0].address);
  const calls: (() => Promise<unknown>)[] = [
    () => redis.get("bar"),
    () => redis.subscribe("news", () => {}),
    () => redis.lease(),
    () => redis.refreshTopology(),
    () => redis.scanIterator().next(),
    () => node.get("bar"),
  ];
  const before = calls.map((call) => call().then(() => "done", (error: Error) => error.name));
  redis.destroy();
  const after = calls.map((call) => call().then(() => "done", (error: Error) => error.name));
  const all = await Promise.all([...before, ...after]);
  assert.deepEqual(all, all.map(() => "ClosedError"));
  await clock.advance(1_000);
  assert.deepEqual([cluster.dials.length, clock.pending], [0, 0]);
});

test("the first call of a client may be to one node", async (t) => {
  const { cluster, clock, redis } = lateScene(t);
  const first = redis.node(cluster.nodes[0].address).set("bar", "1");
  await begun({ cluster, clock }, first);
  assert.equal(await settled(clock, first), "OK");
});
