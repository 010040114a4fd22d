/** What has a client ask its cluster for the topology, what does not, and how often it asks at most. */
import assert from "node:assert/strict";
import { ReplyError } from "../../src/errors.ts";
import { type ClusterScene, clusterScene, failed, settled } from "../support/cluster_scene.ts";
import { slotOfKey, SLOTS } from "../support/crc16.ts";
import { test } from "../support/harness.ts";
import { HOLD, type ScriptedNode } from "../support/scripted_cluster.ts";

// n1, n2 and n3 are primaries, n4, n5 and n6 their replicas. The slot of `bar` is of n1.
const SLOT = slotOfKey("bar");

/** The moments at which nodes were asked for the topology, in order. */
function asked(nodes: readonly ScriptedNode[]): number[] {
  return nodes.flatMap(({ log }) => log.filter(({ words }) => words[0] === "CLUSTER").map(({ at }) => at))
    .sort((a, b) => a - b);
}

/** Has the nodes forget what they were sent. */
function clear({ cluster }: ClusterScene): void {
  for (const node of cluster.nodes) node.log.length = 0;
}

/** A node says this to the next GET. */
function says(words: string): Cause["happens"] {
  return async ({ cluster, clock, redis }) => {
    cluster.node("n1").reply("GET", new ReplyError(words), 1);
    await settled(clock, redis.get("bar"));
  };
}

interface Cause {
  readonly name: string;
  happens(scene: ClusterScene): Promise<unknown>;
  /** Milliseconds within which it asks; absent where it does not ask. */
  readonly withinMs?: number;
}

const CAUSES: readonly Cause[] = [
  {
    name: "MOVED",
    async happens({ cluster, clock, redis }) {
      cluster.moveSlot(SLOT, cluster.node("n2"));
      await settled(clock, redis.get("bar"));
    },
    withinMs: 2_000,
  },
  { name: "CLUSTERDOWN", happens: says("CLUSTERDOWN The cluster is down"), withinMs: 200 },
  { name: "READONLY", happens: says("READONLY You can't write against a read only replica."), withinMs: 200 },
  { name: "LOADING", happens: says("LOADING Redis is loading the dataset in memory"), withinMs: 200 },
  { name: "MASTERDOWN", happens: says("MASTERDOWN Link with MASTER is down"), withinMs: 200 },
  {
    name: "a call of a slot that nobody is known to serve",
    async happens(scene) {
      const { cluster, clock, redis } = scene;
      cluster.view.requireFullCoverage = false;
      cluster.view.assign(SLOT, SLOT, undefined);
      await settled(clock, redis.refreshTopology());
      await clock.advance(500);
      clear(scene);
      await failed(clock, redis.with({ timeoutMs: 150 }).get("bar"));
    },
    withinMs: 800,
  },
  {
    name: "a connection that is lost",
    happens: ({ cluster, clock }) => {
      cluster.node("n1").disconnect();
      return clock.advance(0);
    },
    withinMs: 200,
  },
  {
    name: "a connection that is lost, at an idle node that cannot be reached again",
    happens: ({ cluster, clock }) => {
      cluster.primaryOf("foo").down();
      return clock.advance(0);
    },
    withinMs: 200,
  },
  {
    name: "a redirect that names nobody",
    async happens({ cluster, clock, redis }) {
      cluster.node("n1").reply("GET", new ReplyError(`MOVED ${SLOT} ?:1`), 1);
      await settled(clock, redis.get("bar"));
    },
    withinMs: 200,
  },
  { name: "TRYAGAIN", happens: says("TRYAGAIN Multiple keys request during rehashing of slot") },
  {
    name: "ASK",
    async happens({ cluster, clock, redis }) {
      cluster.startMigrating(SLOT, cluster.node("n2"));
      await settled(clock, redis.get("bar"));
    },
  },
  {
    name: "an error that is the caller's",
    async happens({ cluster, clock, redis }) {
      cluster.node("n1").reply("GET", new ReplyError("WRONGTYPE Operation against a key"), 1);
      await failed(clock, redis.get("bar"));
    },
  },
  { name: "calls that are answered", happens: ({ clock, redis }) => settled(clock, redis.mget("foo", "bar", "baz")) },
];

for (const { name, happens, withinMs } of CAUSES) {
  test(`${withinMs === undefined ? "no topology is asked for" : "the topology is asked for"} after ${name}`, async (t) => {
    const scene = await clusterScene(t);
    const { cluster, clock, redis } = scene;
    await settled(clock, Promise.all(["bar", "foo", "baz"].map((key) => redis.get(key))));
    clear(scene);
    const started = clock.now();
    await happens(scene);
    await clock.advance(5_000);
    const [first = Infinity] = asked(cluster.nodes);
    assert.equal(first - started <= (withinMs ?? 0), withinMs !== undefined, `first asked ${first - started} ms later`);
  });
}

test("as long as a node cannot be connected to, the topology is asked for about once a second, and not afterwards", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  await settled(clock, redis.get("bar"));
  clear(scene);
  cluster.node("n1").down();
  await clock.advance(60_000);
  const moments = asked(cluster.nodes);
  assert.ok(moments.length >= 12 && moments.length <= 90, `asked ${moments.length} times in a minute`);
  const most = Math.max(...moments.map((at) => moments.filter((other) => other >= at && other < at + 1_000).length));
  assert.ok(most <= 8, `asked ${most} times in one second`);
  cluster.node("n1").up();
  await clock.advance(10_000);
  clear(scene);
  await clock.advance(60_000);
  assert.deepEqual(asked(cluster.nodes), []);
});

for (const topologyRefreshMs of [undefined, 1_000, 30_000]) {
  const everyMs = topologyRefreshMs ?? 30_000;
  const how = topologyRefreshMs === undefined ? "30,000 ms where no number is given" : `${everyMs} ms`;
  test(`the topology is asked for every ${how}, each time a little earlier or later`, async (t) => {
    const scene = await clusterScene(t, {}, { topologyRefreshMs });
    const { cluster, clock } = scene;
    clear(scene);
    await clock.advance(20 * everyMs);
    // Several nodes are asked at once.
    const moments = asked(cluster.nodes).filter((at, i, all) => i === 0 || at - all[i - 1] > everyMs / 4);
    const gaps = moments.map((at, i) => at - (moments[i - 1] ?? 0)).slice(1);
    assert.ok(gaps.length >= 15, `asked ${moments.length} times`);
    assert.ok(gaps.every((gap) => gap >= 0.75 * everyMs && gap <= 1.25 * everyMs), `${gaps}`);
    assert.ok(new Set(gaps.map(Math.round)).size > 10, `${gaps}`);
  });
}

test("without an interval nobody is asked as long as nothing happens", async (t) => {
  const scene = await clusterScene(t, {}, { topologyRefreshMs: 0 });
  clear(scene);
  await scene.clock.advance(3_600_000);
  assert.deepEqual(asked(scene.cluster.nodes), []);
});

test("a topology is asked for once at a time, whatever happens meanwhile", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  await settled(clock, Promise.all(["bar", "foo", "baz"].map((key) => redis.get(key))));
  clear(scene);
  for (const node of cluster.nodes) node.reply("CLUSTER", HOLD);
  const waiting = redis.refreshTopology();
  await clock.advance(10);
  const first = asked(cluster.nodes).length;
  assert.ok(first > 0 && first <= cluster.nodes.length);
  cluster.moveSlots(0, SLOTS / 3 - 100, cluster.node("n2"));
  cluster.node("n3").disconnect();
  await clock.advance(1_000);
  // A node whose connection was lost is asked again over the next.
  assert.ok(asked(cluster.nodes).length <= first + 1, `asked ${asked(cluster.nodes).length} times`);
  for (const node of cluster.nodes) node.reply("CLUSTER", () => undefined);
  for (const node of cluster.nodes) node.release();
  await settled(clock, waiting.catch(() => {}));
});

test("a hundred calls that wait for a dead node ask for the topology no oftener than one", async (t) => {
  const counts: number[] = [];
  for (const calls of [1, 100]) {
    const scene = await clusterScene(t);
    const { cluster, clock, redis } = scene;
    await settled(clock, redis.get("bar"));
    clear(scene);
    cluster.node("n1").down();
    const waiting = Array.from({ length: calls }, () => redis.with({ timeoutMs: 5_000 }).incr("bar"));
    await settled(clock, Promise.allSettled(waiting));
    counts.push(asked(cluster.nodes).length);
  }
  const [one, hundred] = counts;
  assert.ok(one >= 10 && one <= 60, `asked ${one} times in five seconds`);
  assert.ok(hundred <= one * 1.3, `asked ${hundred} times, and ${one} times for one call`);
});

test("what has changed is told by a topology event, and what has not is not told", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const told: unknown[] = [];
  redis.on("topology", (event) => void told.push(event));
  await settled(clock, redis.refreshTopology());
  assert.deepEqual(told, []);
  const added = cluster.add();
  cluster.moveSlots(0, 99, added);
  cluster.promote(cluster.node("n5"));
  cluster.view.forget(cluster.node("n6"));
  await settled(clock, redis.refreshTopology());
  const [{ movedSlots, added: came, removed: left, promoted, covered }] = told as unknown as [Record<string, unknown>];
  assert.deepEqual([came, left, promoted, covered, told.length], [
    [added.address],
    [cluster.node("n6").address],
    [cluster.node("n5").address],
    SLOTS,
    1,
  ]);
  assert.ok(Number(movedSlots) >= 100);
});
