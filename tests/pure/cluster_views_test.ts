/** Nodes that disagree, lie, know of holes or die: which view of the cluster counts, and how often it is asked for. */
import assert from "node:assert/strict";
import { RedirectError, TimeoutError } from "../../mod.ts";
import { ReplyError } from "../../src/errors.ts";
import { wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { clientOf, type ClusterScene, clusterScene, failed, settled } from "../support/cluster_scene.ts";
import { slotOfKey, SLOTS } from "../support/crc16.ts";
import { type Context, test } from "../support/harness.ts";
import { type Hooked, type ScriptedCluster, scriptedCluster, type ScriptedView } from "../support/scripted_cluster.ts";
import { seededRandom } from "../support/seeded_random.ts";

const SLOT = slotOfKey("bar");
const CLIENTS = 200;

/** A client of primaries that know each other, all of which are seeds. */
async function sceneOf(
  t: Context,
  primaries: number,
  prepare: (cluster: ScriptedCluster) => void,
): Promise<ClusterScene> {
  const scene = scriptedCluster(t, { primaries, replicas: 0 });
  prepare(scene.cluster);
  const seeds = scene.cluster.nodes.map(({ ip, port }) => ({ host: ip, port }));
  const client = await clientOf(t, scene, { seeds });
  await settled(scene.clock, client.redis.refreshTopology());
  return client;
}

/** A view in which some slots are of somebody else, or of nobody where there is no name. */
function otherwise(cluster: ScriptedCluster, first: number, last: number, name: string | undefined): ScriptedView {
  return cluster.view.copy().assign(first, last, name === undefined ? undefined : cluster.node(name));
}

interface ViewRow {
  readonly name: string;
  readonly primaries: number;
  /** Gives nodes views of their own. */
  split(cluster: ScriptedCluster): void;
  /** Who serves `bar`, as the client sees it. */
  readonly owner: string;
  /** How many slots it knows a primary of. */
  readonly covered: number;
}

// The truth is that `bar` is of n1 where there are two or three primaries, and of n2 where there are five.
const VIEWS: readonly ViewRow[] = [
  { name: "all agree", primaries: 5, split: () => {}, owner: "n2", covered: SLOTS },
  {
    name: "two of five have an old map",
    primaries: 5,
    split(cluster) {
      for (const name of ["n4", "n5"]) cluster.node(name).view = otherwise(cluster, SLOT, SLOT, "n3");
    },
    owner: "n2",
    covered: SLOTS,
  },
  {
    name: "three of five have a new map",
    primaries: 5,
    split(cluster) {
      for (const name of ["n1", "n3", "n5"]) cluster.node(name).view = otherwise(cluster, SLOT, SLOT, "n3");
    },
    owner: "n3",
    covered: SLOTS,
  },
  {
    name: "two agree, and three say something else each",
    primaries: 5,
    split(cluster) {
      for (const name of ["n1", "n4", "n5"]) cluster.node(name).view = otherwise(cluster, SLOT, SLOT, name);
    },
    owner: "n2",
    covered: SLOTS,
  },
  {
    name: "one of two knows of a hole",
    primaries: 2,
    split: (cluster) =>
      cluster.node("n1").view = otherwise(cluster, 0, 99, undefined).assign(SLOT, SLOT, cluster.node("n2")),
    owner: "n1",
    covered: SLOTS,
  },
  {
    name: "one of two knows of a hole, the other of a greater one",
    primaries: 2,
    split(cluster) {
      cluster.node("n1").view = otherwise(cluster, 0, 99, undefined).assign(SLOT, SLOT, cluster.node("n2"));
      cluster.node("n2").view = otherwise(cluster, 0, 999, undefined);
    },
    owner: "n2",
    covered: SLOTS - 100,
  },
  {
    name: "most know of a hole, which is then believed",
    primaries: 3,
    split(cluster) {
      for (const name of ["n2", "n3"]) cluster.node(name).view = otherwise(cluster, 0, 99, undefined);
    },
    owner: "n1",
    covered: SLOTS - 100,
  },
];

for (const { name, primaries, split, owner, covered } of VIEWS) {
  test(`of split views that of most nodes counts, of equal ones that with more slots: ${name}`, async (t) => {
    const { cluster, clock, redis } = await sceneOf(t, primaries, split);
    for (let times = 0; times < 3; times++) {
      assert.equal(redis.nodeOf("bar")?.name, cluster.node(owner).address);
      const known = redis.nodes().flatMap(({ role, slots }) => role === "primary" ? slots : []);
      assert.equal(known.reduce((sum, { start, end }) => sum + end - start + 1, 0), covered);
      await settled(clock, redis.refreshTopology());
    }
  });
}

interface StaleRow {
  readonly name: string;
  /** Milliseconds from the first topology to the fail-over. */
  readonly after: number;
  /** What all nodes but the two say after a fail-over from n1 to n4. */
  view(cluster: ScriptedCluster): ScriptedView;
}

const STALE: readonly StaleRow[] = [
  { name: "nothing of it", after: 0, view: ({ view }) => view.copy() },
  { name: "nothing of it, long after the client was told the same", after: 20_000, view: ({ view }) => view.copy() },
  {
    name: "nothing of it, and of something else that is new",
    after: 0,
    view: (cluster) => otherwise(cluster, SLOTS - 1, SLOTS - 1, "n2"),
  },
  {
    name: "half of it: that the new primary is none's replica, and the old one has the slots",
    after: 0,
    view(cluster) {
      const half = cluster.view.copy();
      half.follow(cluster.node("n4"), undefined);
      return half;
    },
  },
];

for (const { name, after, view } of STALE) {
  test(`a fail-over that one call was told of holds for all slots, while the other nodes say ${name}`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t);
    const [old, heir] = [cluster.node("n1"), cluster.node("n4")];
    const keys = ["bar", ...Array.from({ length: 40 }, (_, key) => `key:${key}`)]
      .filter((key) => redis.nodeOf(key)?.name === old.address);
    await settled(clock, Promise.all(["foo", "baz", ...keys].map((key) => redis.get(key))));
    await clock.advance(after);
    const others = ["n2", "n3", "n5", "n6"].map((other) => cluster.node(other));
    const stale = view(cluster);
    for (const node of others) node.view = stale;
    cluster.promote(heir);
    const before = old.heardOf("GET").length;
    await settled(clock, redis.get("bar"));
    for (let times = 0; times < 8; times++) {
      await settled(clock, redis.refreshTopology());
      for (const key of keys) await settled(clock, redis.get(key));
    }
    assert.equal(old.heardOf("GET").length - before, 1, "only the first call went to the old primary");
    for (const node of others) node.view = cluster.view;
    await clock.advance(5_000);
    assert.deepEqual(
      redis.nodes().flatMap(({ name, role, slots }) => role === "primary" && slots.length > 0 ? [name] : []).sort(),
      ["n2", "n3", "n4"].map((primary) => cluster.node(primary).address).sort(),
    );
    assert.equal(redis.nodeOf("bar")?.name, heir.address);
  });
}

test("what a MOVED said and no node says for long was not so", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const liar = new ReplyError(`MOVED ${SLOT} ${cluster.node("n2").address}`);
  cluster.node("n1").reply("GET", liar, 1);
  cluster.node("n2").reply("GET", "of n2", 1);
  assert.equal(await settled(clock, redis.get("bar")), "of n2");
  await clock.advance(4_000);
  assert.equal(redis.nodeOf("bar")?.name, cluster.node("n2").address);
  await clock.advance(4_000);
  assert.equal(redis.nodeOf("bar")?.name, cluster.node("n1").address);
});

test("a node that was named by a MOVED, and that cannot be reached, is not believed in against the others", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const [old, heir] = [cluster.node("n1"), cluster.node("n4")];
  cluster.promote(heir);
  await settled(clock, redis.get("bar"));
  cluster.promote(old);
  heir.down();
  const started = clock.now();
  await settled(clock, redis.get("bar"));
  assert.ok(clock.now() - started < 1_000, `answered after ${clock.now() - started} ms`);
});

test("what a minority says is never installed, however often it is asked", async (t) => {
  const scene = scriptedCluster(t, { primaries: 5, replicas: 0 });
  const { cluster, clock } = scene;
  const { redis } = await clientOf(t, scene, {
    seeds: cluster.nodes.map(({ ip, port }) => ({ host: ip, port })),
    topologyRefreshMs: 1_000,
  });
  await settled(clock, redis.refreshTopology());
  const told: unknown[] = [];
  redis.on("topology", (event) => void told.push(event));
  for (const name of ["n4", "n5"]) cluster.node(name).view = otherwise(cluster, 0, SLOTS - 1, "n5");
  for (let second = 0; second < 30; second++) {
    await clock.advance(1_000);
    assert.equal(redis.nodeOf("bar")?.name, cluster.primaryOf("bar").address);
  }
  assert.deepEqual(told, []);
});

const NONSENSE: readonly [name: string, said: Hooked][] = [
  ["an empty list", []],
  ["a word", wire.simple("OK")],
  ["a number", 7],
  ["null", null],
  ["a refusal", new ReplyError("ERR not now")],
  ["lists of nothing", [[], [[]]]],
  ["shards without nodes", [new Map<WireValue, WireValue>([["slots", [0, SLOTS - 1]], ["nodes", []]])]],
  ["slots that are none", [new Map<WireValue, WireValue>([["slots", [-5, 99_999]], ["nodes", []]])]],
];

for (const [name, said] of NONSENSE) {
  test(`a node that says nonsense of its cluster is passed over: ${name}`, async (t) => {
    const scene = scriptedCluster(t);
    const { cluster, clock } = scene;
    for (const command of ["CLUSTER SHARDS", "CLUSTER SLOTS"]) cluster.node("n1").reply(command, said);
    const seeds = cluster.nodes.map(({ ip, port }) => ({ host: ip, port }));
    const { redis } = await clientOf(t, scene, { seeds });
    await settled(clock, redis.refreshTopology());
    assert.equal(redis.nodes().length, 6);
    assert.equal(await settled(clock, redis.set("bar", "1")), "OK");
    assert.equal(redis.nodeOf("bar")?.name, cluster.node("n1").address);
  });
}

test("a node that claims all slots is outvoted at the next refresh, though it was the only seed", async (t) => {
  const scene = scriptedCluster(t);
  const { cluster, clock } = scene;
  const [liar] = cluster.nodes;
  liar.view = otherwise(cluster, 0, SLOTS - 1, "n1");
  const { redis } = await clientOf(t, scene);
  assert.equal(redis.nodeOf("foo")?.name, liar.address);
  await settled(clock, redis.refreshTopology());
  assert.equal(redis.nodeOf("foo")?.name, cluster.primaryOf("foo").address);
});

test("two nodes that each say that the other has a slot cost that slot's calls alone", async (t) => {
  const scene = scriptedCluster(t);
  const { cluster, clock } = scene;
  cluster.node("n1").view = otherwise(cluster, SLOT, SLOT, "n3");
  const { redis } = await clientOf(t, scene);
  const error = await failed(clock, redis.get("bar"));
  assert.ok(error instanceof RedirectError, String(error));
  assert.equal(await settled(clock, redis.set("b", "1")), "OK");
  cluster.node("n1").view = cluster.view;
  assert.equal(await settled(clock, redis.set("bar", "1")), "OK");
});

test("a server that knows no CLUSTER SHARDS is asked for CLUSTER SLOTS", async (t) => {
  const scene = scriptedCluster(t);
  for (const node of scene.cluster.nodes) {
    node.reply("CLUSTER SHARDS", new ReplyError("ERR unknown subcommand 'SHARDS'. Try CLUSTER HELP."));
  }
  const { cluster, redis } = await clientOf(t, scene);
  assert.equal(redis.nodes().filter(({ role }) => role === "replica").length, 3);
  assert.equal(redis.nodeOf("bar")?.name, cluster.node("n1").address);
});

const SEEDS: readonly [name: string, prepare: (cluster: ScriptedCluster) => void][] = [
  ["is down", (cluster) => cluster.node("n1").down()],
  ["has vanished", (cluster) => cluster.node("n1").vanish()],
  ["says nothing", (cluster) => cluster.node("n1").freeze()],
  ["has no slots and knows nobody", (cluster) => {
    const [first] = cluster.nodes;
    cluster.promote(cluster.node("n4"));
    first.view = cluster.view.copy().assign(0, SLOTS - 1, undefined);
    for (const node of cluster.nodes) if (node !== first) first.view.forget(node);
  }],
];

for (const [name, prepare] of SEEDS) {
  test(`a client starts with another seed where the first ${name}`, async (t) => {
    const scene = scriptedCluster(t);
    prepare(scene.cluster);
    const seeds = scene.cluster.nodes.slice(0, 3).map(({ ip, port }) => ({ host: ip, port }));
    const { clock, redis } = await clientOf(t, scene, { seeds });
    assert.equal(await settled(clock, redis.set("foo", "1")), "OK");
  });
}

test("a key that nobody serves fails in its time and says so, while others are served", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.view.requireFullCoverage = false;
  cluster.view.assign(SLOT, SLOT, undefined);
  await settled(clock, redis.refreshTopology());
  assert.equal(redis.nodeOf("bar"), undefined);
  const started = clock.now();
  const waiting = failed(clock, redis.with({ timeoutMs: 2_000 }).get("bar"));
  assert.equal(await settled(clock, redis.set("foo", "1")), "OK");
  const error = await waiting;
  assert.ok(error instanceof TimeoutError && !error.maybeApplied, String(error));
  assert.match(error.message, /^Cannot finish GET at /);
  assert.ok(clock.now() - started <= 2_300);
});

test("a call that nobody serves goes on once somebody does", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.view.requireFullCoverage = false;
  cluster.view.assign(SLOT, SLOT, undefined);
  await settled(clock, redis.refreshTopology());
  clock.after(1_000, () => cluster.view.assign(SLOT, SLOT, cluster.node("n2")));
  const started = clock.now();
  assert.equal(await settled(clock, redis.incr("bar")), 1);
  assert.ok(clock.now() - started < 2_000, `it took ${clock.now() - started} ms`);
});

// How often each client may ask one node within a second: the only seed is known to all of them from the start.
const STORMS = [{ seeds: "one seed", times: 2.5 }, { seeds: "all nodes as seeds", times: 1 }] as const;

for (const { seeds, times } of STORMS) {
  test(`two hundred clients with ${seeds} make no storm when a node dies`, { timeoutMs: 60_000 }, async (t) => {
    const scene = scriptedCluster(t, { primaries: 10, replicas: 10 });
    const { cluster, clock } = scene;
    const all = cluster.nodes.map(({ ip, port }) => ({ host: ip, port }));
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, index) => {
        const random = seededRandom(index);
        const { redis } = await clientOf(t, scene, { random, seeds: seeds === "one seed" ? cluster.seeds : all });
        return redis;
      }),
    );
    await settled(clock, Promise.all(clients.map((redis) => redis.get("bar"))));
    for (const node of cluster.nodes) node.log.length = 0;
    const dead = cluster.primaryOf("bar");
    dead.down();
    const calls = Promise.all(clients.map((redis) => redis.with({ timeoutMs: 10_000 }).get("bar")));
    clock.after(2_000, () => cluster.promote(cluster.view.replicasOf(dead)[0]));
    const started = clock.now();
    await settled(clock, calls);
    assert.ok(clock.now() - started < 2_000 + 1_000, `it took ${clock.now() - started} ms`);
    for (const node of cluster.nodes) {
      const most = cluster.requestsPerSecond(node, "CLUSTER");
      assert.ok(most <= times * CLIENTS, `${node.name} was asked ${most} times in one second`);
    }
    const dialled = cluster.dials.filter(({ host, at }) => host === dead.ip && at >= started && at < started + 1_000);
    assert.ok(dialled.length <= 10 * CLIENTS, `the dead node was dialled ${dialled.length} times in one second`);
  });
}
