/** Reads from replicas: which nodes are sent what by each mode and selector, and who is passed over. */
import assert from "node:assert/strict";
import type { ConnectOptions, ReadFrom, Selector } from "../../mod.ts";
import { ReplyError } from "../../src/errors.ts";
import { type ClusterScene, clusterScene, settled } from "../support/cluster_scene.ts";
import { type Context, test } from "../support/harness.ts";
import type { ScriptedClusterOptions, ScriptedNode } from "../support/scripted_cluster.ts";

// One shard: n1 is the primary, n2, n3 and n4 are its replicas.
const ONE_SHARD: ScriptedClusterOptions = { primaries: 1, replicas: 3 };
const MODES: readonly ReadFrom[] = ["primary", "primaryPreferred", "replica", "replicaPreferred", "any"];
const READS = 24;

/** A shard, all of whose nodes are connected. */
async function shard(t: Context, options: ConnectOptions, nodes: ScriptedClusterOptions = {}): Promise<ClusterScene> {
  const scene = await clusterScene(t, { ...ONE_SHARD, ...nodes }, { connectAllNodes: true, ...options });
  scene.cluster.node("n1").store.set(0, "bar", "here");
  return scene;
}

/** How many reads each node was sent, of so many. */
async function shares({ clock, redis, cluster }: ClusterScene, reads: number = READS): Promise<number[]> {
  const before = cluster.nodes.map((node) => node.heardOf("GET").length);
  for (let read = 0; read < reads; read++) assert.equal(await settled(clock, redis.get("bar")), "here");
  return cluster.nodes.map((node, i) => node.heardOf("GET").length - before[i]);
}

const BY_MODE: Record<ReadFrom, number[]> = {
  primary: [24, 0, 0, 0],
  primaryPreferred: [24, 0, 0, 0],
  replica: [0, 8, 8, 8],
  replicaPreferred: [0, 8, 8, 8],
  any: [6, 6, 6, 6],
};

for (const readFrom of MODES) {
  test(`${readFrom}: reads go to whom the mode says, replicas are told READONLY first, writes go to the primary`, async (t) => {
    const scene = await shard(t, { readFrom });
    const { cluster, clock, redis } = scene;
    assert.deepEqual(await shares(scene), BY_MODE[readFrom]);
    await settled(clock, redis.set("{bar}1", "1"));
    await settled(clock, redis.pipeline().incr("{bar}1").get("{bar}1").mset({ "{bar}1": "5", "{bar}2": "2" }).exec());
    await settled(clock, redis.transaction().get("{bar}1").incr("{bar}1").exec());
    await settled(clock, redis.transaction().get("{bar}1").exec());
    await settled(clock, redis.eval("return 1", { keys: ["bar"] }));
    await settled(clock, redis.del("{bar}1", "{bar}2"));
    await settled(clock, redis.watch(["bar"], (lease) => lease.transaction().get("bar").exec()));
    const [, ...replicas] = cluster.nodes;
    const writes = ["SET", "INCR", "MSET", "DEL", "EVAL", "MULTI", "EXEC", "WATCH"];
    for (const replica of replicas) {
      assert.deepEqual(replica.heardOf(...writes), []);
      const words = replica.log.map(({ words }) => words[0]);
      const first = words.indexOf("GET");
      if (first >= 0) assert.ok(words.indexOf("READONLY") >= 0 && words.indexOf("READONLY") < first, `${words}`);
      assert.equal(words.filter((word) => word === "READONLY").length, readFrom === "primary" ? 0 : 1);
    }
  });
}

test("a call's own mode counts for it alone, and has replicas told READONLY then", async (t) => {
  const scene = await shard(t, {});
  const { cluster, clock, redis } = scene;
  assert.deepEqual(await shares(scene), [24, 0, 0, 0]);
  assert.deepEqual(cluster.nodes.flatMap((node) => node.heardOf("READONLY")), []);
  const reading = redis.with({ readFrom: "replica" });
  for (let read = 0; read < 6; read++) assert.equal(await settled(clock, reading.get("bar")), "here");
  assert.deepEqual(cluster.nodes.slice(1).map((node) => node.heardOf("READONLY", "GET")), [
    ["READONLY", "GET bar", "GET bar"],
    ["READONLY", "GET bar", "GET bar"],
    ["READONLY", "GET bar", "GET bar"],
  ]);
  assert.deepEqual(await shares(scene), [24, 0, 0, 0]);
});

test("reads in a pipeline, and MGET, go to replicas by the mode, what writes beside them to the primary", async (t) => {
  const scene = await shard(t, { readFrom: "replica" });
  const { cluster, clock, redis } = scene;
  const replies = await settled(clock, redis.pipeline().set("{bar}x", "1").get("bar").mget("bar", "none").exec());
  assert.deepEqual(replies, ["OK", "here", ["here", null]]);
  assert.deepEqual(cluster.node("n1").heardOf("GET", "MGET"), []);
});

interface Unfit {
  readonly name: string;
  /** Makes n2 unfit. */
  readonly happens: (node: ScriptedNode, scene: ClusterScene) => void;
  /** Whether the topology tells, so that it has to be asked for. */
  readonly told?: boolean;
}

const UNFIT: readonly Unfit[] = [
  { name: "is down", happens: (node) => node.down() },
  {
    name: "says LOADING",
    happens: (node) => void node.reply("GET", new ReplyError("LOADING Redis is loading the dataset in memory")),
  },
  {
    name: "says MASTERDOWN",
    happens: (node) => void node.reply("GET", new ReplyError("MASTERDOWN Link with MASTER is down")),
  },
  { name: "is said to load", happens: (node) => void node.view.mark(node, "loading"), told: true },
  { name: "is said to have failed", happens: (node) => void node.view.mark(node, "fail"), told: true },
  { name: "is too far behind", happens: (node) => void (node.offset = 400), told: true },
];

for (const { name, happens, told } of UNFIT) {
  test(`a replica that ${name} is passed over, and its reads wait for nothing`, async (t) => {
    const scene = await shard(t, { readFrom: "replica", maxReplicaLagBytes: 500 });
    const { cluster, clock, redis } = scene;
    await shares(scene, 3);
    happens(cluster.node("n2"), scene);
    if (told) await settled(clock, redis.refreshTopology());
    await clock.advance(0);
    const started = clock.now();
    const [, unfit, ...fit] = await shares(scene, 40);
    assert.ok(clock.now() - started < 1_000, `it took ${clock.now() - started} ms`);
    assert.ok(unfit <= (told ? 0 : 12) && fit.every((share) => share >= 15), `${[unfit, ...fit]}`);
  });
}

test("a replica that is behind serves again once it has caught up", async (t) => {
  const scene = await shard(t, { readFrom: "replica", maxReplicaLagBytes: 500, topologyRefreshMs: 1_000 });
  const { cluster, clock } = scene;
  cluster.node("n2").offset = 499;
  await clock.advance(3_000);
  assert.deepEqual(await shares(scene), [0, 0, 12, 12]);
  cluster.node("n2").offset = 500;
  await clock.advance(3_000);
  assert.deepEqual(await shares(scene), [0, 8, 8, 8]);
});

/** Who serves when all replicas, or the primary, are down. */
const DOWN: readonly [mode: ReadFrom, down: "replicas" | "primary", served: readonly number[] | undefined][] = [
  ["replicaPreferred", "replicas", [24, 0, 0, 0]],
  ["any", "replicas", [24, 0, 0, 0]],
  ["primaryPreferred", "replicas", [24, 0, 0, 0]],
  ["primaryPreferred", "primary", [0, 8, 8, 8]],
  ["replica", "primary", [0, 8, 8, 8]],
  ["replicaPreferred", "primary", [0, 8, 8, 8]],
  ["any", "primary", [0, 8, 8, 8]],
];

for (const [readFrom, down, served] of DOWN) {
  test(`${readFrom}: with the ${down} down, reads go on and wait for nothing`, async (t) => {
    const scene = await shard(t, { readFrom });
    const { cluster, clock } = scene;
    const [primary, ...replicas] = cluster.nodes;
    for (const node of down === "primary" ? [primary] : replicas) node.down();
    await clock.advance(0);
    const started = clock.now();
    assert.deepEqual(await shares(scene), served);
    assert.ok(clock.now() - started < 500, `it took ${clock.now() - started} ms`);
  });
}

test("reads that were on their way to a replica that dies are made at another", async (t) => {
  const scene = await shard(t, { readFrom: "replica" });
  const { cluster, clock, redis } = scene;
  for (const node of cluster.nodes) node.latencyMs = 50;
  const reads = Array.from({ length: 30 }, () => redis.get("bar"));
  await clock.advance(10);
  cluster.node("n3").down();
  assert.deepEqual(await settled(clock, Promise.all(reads)), reads.map(() => "here"));
  assert.deepEqual(cluster.node("n1").heardOf("GET"), []);
});

const ZONES = ["a", "b", "c"];
const SELECTORS: readonly [name: string, selector: Selector, served: readonly number[]][] = [
  ["in turn", "roundRobin", [6, 6, 6, 6]],
  ["one of its zone, where the topology tells it", { zone: "b" }, [0, 24, 0, 0]],
  ["a replica of its zone before the primary of it", { zone: "a" }, [0, 0, 0, 24]],
  ["in turn where nobody is of its zone", { zone: "z" }, [6, 6, 6, 6]],
  ["whom a function gives", (nodes) => nodes.find(({ role, zone }) => role === "replica" && zone === "c"), [
    0,
    0,
    24,
    0,
  ]],
  ["in turn where a function gives nobody", () => undefined, [6, 6, 6, 6]],
];

for (const [name, selector, served] of SELECTORS) {
  test(`a selector chooses ${name}`, async (t) => {
    const scene = await shard(t, { readFrom: "any", selector }, { zones: ZONES });
    assert.deepEqual(await shares(scene), served);
  });
}

test("a selector by chance chooses all about as often", async (t) => {
  const scene = await shard(t, { readFrom: "any", selector: "random" });
  for (const share of await shares(scene, 400)) assert.ok(share > 60 && share < 140, `${share} of 400`);
});

test("a selector of the lowest latency measures the nodes, and follows when another becomes the quickest", async (t) => {
  const scene = await shard(t, { readFrom: "any", selector: "lowestLatency", connectAllNodes: false });
  const { cluster, clock, redis } = scene;
  for (const [i, node] of cluster.nodes.entries()) node.latencyMs = 10 * (4 - i);
  await clock.advance(30_000);
  assert.deepEqual(await shares(scene), [0, 0, 0, 24]);
  assert.ok(redis.nodes().every(({ latencyMs }) => latencyMs !== undefined));
  cluster.node("n4").latencyMs = 200;
  await clock.advance(60_000);
  assert.deepEqual(await shares(scene), [0, 0, 24, 0]);
});

test("a zone that nodes tell of themselves alone is known too", async (t) => {
  const scene = await clusterScene(t, { ...ONE_SHARD, kind: "valkey8" }, {
    readFrom: "any",
    selector: { zone: "b" },
    connectAllNodes: true,
  });
  const { cluster, clock, redis } = scene;
  cluster.node("n1").store.set(0, "bar", "here");
  assert.deepEqual(redis.nodes().map(({ zone }) => zone), [undefined, undefined, undefined, undefined]);
  // As of Valkey 8, which tells it by INFO and not in the topology.
  cluster.node("n3").reply("INFO", "# Server\r\navailability_zone:b\r\n");
  cluster.node("n3").disconnect();
  await clock.advance(1_000);
  assert.equal(redis.nodes()[2].zone, "b");
  assert.deepEqual(await shares(scene), [0, 0, 24, 0]);
});
