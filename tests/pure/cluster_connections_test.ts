/** Connections to the nodes of a cluster: when they are made, what they carry, and when they end. */
import assert from "node:assert/strict";
import { ConnectionError } from "../../mod.ts";
import { type ClusterScene, clusterScene, settled } from "../support/cluster_scene.ts";
import { test } from "../support/harness.ts";
import { HOLD } from "../support/scripted_cluster.ts";

// n1, n2 and n3 are primaries, n4, n5 and n6 their replicas. `bar` is of n1, `hello` of n1, `foo` of n3, `baz` of n1.
const NODES = ["n1", "n2", "n3", "n4", "n5", "n6"];

/** A key of each primary, in order. */
function keysOf({ cluster }: ClusterScene): string[] {
  return cluster.nodes.slice(0, 3).map((node) => {
    for (let i = 0;; i++) if (cluster.primaryOf(`key ${i}`) === node) return `key ${i}`;
  });
}

/** How many connections have been made to each node. */
function made({ cluster }: ClusterScene): number[] {
  return NODES.map((name) => cluster.node(name).connectionsMade);
}

test("a node is connected to when something is sent there first", async (t) => {
  const scene = await clusterScene(t);
  const { clock, redis } = scene;
  const keys = keysOf(scene);
  assert.deepEqual(made(scene), [1, 0, 0, 0, 0, 0]);
  await settled(clock, redis.get(keys[1]));
  assert.deepEqual(made(scene), [1, 1, 0, 0, 0, 0]);
  await settled(clock, redis.mget(...keys));
  assert.deepEqual(made(scene), [1, 1, 1, 0, 0, 0]);
  await settled(clock, redis.with({ readFrom: "replica" }).get(keys[2]));
  assert.deepEqual(made(scene), [1, 1, 1, 0, 0, 1]);
});

test("all nodes are connected to at start where that is wanted", async (t) => {
  const scene = await clusterScene(t, {}, { connectAllNodes: true });
  assert.deepEqual(made(scene), [1, 1, 1, 1, 1, 1]);
  const { redis } = scene;
  assert.deepEqual(redis.nodes().map(({ state }) => state), NODES.map(() => "ready"));
});

test("a thousand calls at once share one connection to each node, and what is lent has another of that node", async (t) => {
  const scene = await clusterScene(t);
  const { clock, redis, cluster } = scene;
  const [first, second, third] = keysOf(scene);
  await settled(clock, Promise.all(Array.from({ length: 999 }, (_, i) => redis.get([first, second, third][i % 3]))));
  assert.deepEqual(made(scene), [1, 1, 1, 0, 0, 0]);
  const lease = await settled(clock, redis.lease({ key: second }));
  assert.deepEqual(made(scene), [1, 2, 1, 0, 0, 0]);
  await settled(clock, lease.get(second));
  assert.equal(cluster.node("n2").log.at(-1)?.words[0], "GET");
  assert.equal(redis.poolStats().leased, 1);
  await lease.release();
  await settled(clock, redis.lease({ key: second }).then((again) => again.release()));
  assert.deepEqual([made(scene), redis.poolStats().leased], [[1, 2, 1, 0, 0, 0], 0]);
});

test("a lease is waited for as long as its caller says, and as the pool says where that is not said", async (t) => {
  const scene = await clusterScene(t, {}, { pool: { max: 1, acquireTimeoutMs: 3_000 } });
  const { clock, redis } = scene;
  const [first] = keysOf(scene);
  const held = await settled(clock, redis.lease({ key: first }));
  for (const [timeoutMs, expected] of [[100, 100], [700, 700], [undefined, 3_000]] as const) {
    const start = clock.now();
    const refused = redis.lease({ key: first, timeoutMs }).then(() => "lent", ({ name }: Error) => name);
    assert.equal(await settled(clock, refused), "TimeoutError");
    const tookMs = clock.now() - start;
    assert.ok(tookMs >= expected && tookMs < expected + 200, `${timeoutMs}: ${tookMs} ms`);
  }
  await held.release();
});

test("a node that leaves keeps its connection until its calls have their replies", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  const [, key] = keysOf(scene);
  await settled(clock, Promise.all([redis.set(key, "old"), redis.get(keysOf(scene)[0])]));
  const leaving = cluster.node("n2");
  const heldReply = leaving.reply("INCR", HOLD);
  const call = redis.incr(`{${key}}:count`);
  await clock.advance(10);
  cluster.moveSlots(5_461, 10_922, cluster.node("n1"));
  cluster.view.forget(leaving);
  await settled(clock, redis.refreshTopology());
  assert.deepEqual([leaving.links.size, redis.nodes().some(({ name }) => name === leaving.address)], [1, false]);
  assert.equal(await settled(clock, redis.get(key)), "old");
  heldReply();
  leaving.release();
  assert.equal(await settled(clock, call), 1);
  await clock.advance(100);
  assert.equal(leaving.links.size, 0);
});

test("calls that wait to be connected to a node that leaves go to whoever has its slots then", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  const [, key] = keysOf(scene);
  await settled(clock, redis.get(key));
  cluster.node("n2").down();
  const call = redis.incr(key);
  await clock.advance(20);
  cluster.moveSlots(5_461, 10_922, cluster.node("n1"));
  cluster.view.forget(cluster.node("n2"));
  assert.equal(await settled(clock, call), 1);
  assert.equal(cluster.node("n1").heardOf("INCR").length, 1);
});

test("a node's death fails its own calls alone, of all that are on their way", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  const keys = keysOf(scene);
  await settled(clock, redis.mget(...keys));
  const before = made(scene);
  const released = cluster.nodes.map((node) => node.reply("INCR", HOLD));
  const calls = keys.map((key) => redis.incr(key).catch((error: unknown) => error));
  await clock.advance(10);
  cluster.node("n2").down();
  const dead = await settled(clock, calls[1]);
  assert.ok(dead instanceof ConnectionError && dead.maybeApplied, String(dead));
  for (const release of released) release();
  for (const node of cluster.nodes) node.release();
  assert.deepEqual(await settled(clock, Promise.all([calls[0], calls[2]])), [1, 1]);
  assert.deepEqual(made(scene).filter((_, i) => i === 0 || i === 2), [before[0], before[2]]);
  // A pipeline over all of them has the replies of those that live.
  const pipeline = redis.with({ timeoutMs: 300 }).pipeline();
  for (const key of keys) pipeline.get(key);
  const [one, two, three] = await settled(clock, pipeline.exec());
  assert.deepEqual([one, three], ["1", "1"]);
  assert.ok(two instanceof Error);
});

test("a node that hangs takes no time from calls to others", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  const keys = keysOf(scene);
  await settled(clock, redis.mget(...keys));
  cluster.node("n2").freeze();
  const hanging = redis.get(keys[1]).catch(() => {});
  const started = clock.now();
  for (let round = 0; round < 20; round++) await settled(clock, redis.mget(keys[0], keys[2]));
  assert.ok(clock.now() - started < 50, `it took ${clock.now() - started} ms`);
  cluster.node("n2").thaw();
  await settled(clock, hanging);
});

test("the end of a client ends the connections to all nodes", async (t) => {
  const scene = await clusterScene(t, {}, { connectAllNodes: true });
  const { cluster, clock, redis } = scene;
  await settled(clock, redis.close());
  await clock.advance(10);
  assert.deepEqual(cluster.nodes.map(({ links }) => links.size), NODES.map(() => 0));
});
