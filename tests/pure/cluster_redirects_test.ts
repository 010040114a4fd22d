/** Where a cluster sends calls on: MOVED and ASK in all their forms, loops, and refusals that are waited out. */
import assert from "node:assert/strict";
import { RedirectError } from "../../mod.ts";
import { ReplyError } from "../../src/errors.ts";
import { clientOf, clusterScene, failed, settled } from "../support/cluster_scene.ts";
import { slotOfKey } from "../support/crc16.ts";
import { test } from "../support/harness.ts";
import { type ScriptedCluster, scriptedCluster, type ScriptedNode } from "../support/scripted_cluster.ts";
import { ScriptedStore } from "../support/scripted_store.ts";

// n1, n2 and n3 are primaries, n4, n5 and n6 their replicas. The slot of `bar` is of n1.
const SLOT = slotOfKey("bar");

/** How often a node has heard a command since. */
function heard(node: ScriptedNode, name: string, since = 0): number {
  return node.heardOf(name).length - since;
}

interface MovedRow {
  /** Who has the slot now. */
  readonly to: string;
  /** What happens, and gives the new primary. */
  change(cluster: ScriptedCluster): ScriptedNode;
}

const MOVED: readonly MovedRow[] = [
  {
    to: "a replica of the shard, which was promoted",
    change(cluster) {
      cluster.promote(cluster.node("n4"));
      return cluster.node("n4");
    },
  },
  {
    to: "the primary of another shard",
    change(cluster) {
      cluster.moveSlot(SLOT, cluster.node("n2"));
      return cluster.node("n2");
    },
  },
  {
    to: "what was a replica of another shard",
    change(cluster) {
      const node = cluster.node("n5");
      cluster.view.follow(node, undefined);
      node.store = new ScriptedStore();
      cluster.moveSlot(SLOT, node);
      return node;
    },
  },
  {
    to: "a node that nobody knew",
    change(cluster) {
      const node = cluster.add();
      cluster.moveSlot(SLOT, node);
      return node;
    },
  },
];

for (const { to, change } of MOVED) {
  test(`MOVED to ${to} is followed, and known from then on`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t);
    await settled(clock, redis.set("bar", "here"));
    const old = cluster.primaryOf("bar");
    const before = heard(old, "GET");
    const primary = change(cluster);
    // No topology is asked for until the call is over: the redirect alone says where it goes.
    const asked = cluster.nodes.map((node) => heard(node, "CLUSTER"));
    const started = clock.now();
    assert.equal(await settled(clock, redis.get("bar")), "here");
    assert.equal(clock.now() - started < 50, true, "a redirect waits for nothing");
    assert.equal(redis.nodeOf("bar")?.name, primary.address);
    assert.deepEqual(cluster.nodes.slice(0, asked.length).map((node) => heard(node, "CLUSTER")), asked);
    assert.deepEqual([heard(old, "GET", before), heard(primary, "GET")], [1, 1]);
    await settled(clock, redis.get("bar"));
    assert.deepEqual([heard(old, "GET", before), heard(primary, "GET")], [1, 2]);
  });
}

test("a shard channel goes to the replica that took over as soon as any call is told of that", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const told: string[] = [];
  await settled(clock, redis.ssubscribe("bar", ({ message }) => void told.push(message)));
  const heir = cluster.node("n4");
  cluster.promote(heir);
  const asked = cluster.nodes.map((node) => heard(node, "CLUSTER"));
  await settled(clock, redis.get("bar"));
  assert.deepEqual([heard(heir, "SSUBSCRIBE"), cluster.nodes.map((node) => heard(node, "CLUSTER"))], [1, asked]);
  await settled(clock, redis.spublish("bar", "here"));
  assert.deepEqual(told, ["here"]);
});

test("after MOVED the topology is asked for, by few and not at once by all", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const told: number[] = [];
  redis.on("topology", ({ movedSlots }) => void told.push(movedSlots));
  cluster.moveSlots(5_000, 5_400, cluster.node("n2"));
  const before = cluster.nodes.reduce((sum, node) => sum + heard(node, "CLUSTER"), 0);
  await settled(clock, redis.get("bar"));
  await clock.advance(5_000);
  const after = cluster.nodes.reduce((sum, node) => sum + heard(node, "CLUSTER"), 0);
  assert.ok(after > before && after <= before + cluster.nodes.length, `asked ${after - before} times`);
  assert.equal(redis.slotOf("bar"), SLOT);
  assert.ok(
    redis.nodes().find(({ name }) => name === cluster.node("n2").address)?.slots.some(({ end }) => end === 5_400),
  );
  assert.equal(told.reduce((sum, moved) => sum + moved, 0), 401);
});

test("ASK is followed by ASKING and the command in one write, and leaves the map as it is", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const [from, to] = [cluster.node("n1"), cluster.node("n2")];
  cluster.startMigrating(SLOT, to);
  for (let times = 1; times <= 3; times++) {
    await settled(clock, redis.set("{bar}new", String(times)));
    assert.equal(redis.nodeOf("bar")?.name, from.address);
    assert.deepEqual([heard(from, "SET"), heard(to, "SET"), heard(to, "ASKING")], [times, times, times]);
  }
  const pairs = to.log.filter(({ words }) => ["ASKING", "SET"].includes(words[0]));
  assert.deepEqual(pairs.map(({ words }) => words[0]), ["ASKING", "SET", "ASKING", "SET", "ASKING", "SET"]);
  for (let at = 0; at < pairs.length; at += 2) {
    assert.deepEqual([pairs[at].link, pairs[at].chunk], [pairs[at + 1].link, pairs[at + 1].chunk]);
  }
  assert.equal(to.store.get(0, "{bar}new"), "3");
});

test("of a pipeline only what is asked for elsewhere goes elsewhere, and replies keep their order", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.node("n1").store.set(0, "{bar}old", "old");
  cluster.startMigrating(SLOT, cluster.node("n2"));
  const pipeline = redis.pipeline().get("{bar}old").set("{bar}new", "new").get("foo").get("{bar}old");
  assert.deepEqual(await settled(clock, pipeline.exec()), ["old", "OK", null, "old"]);
  assert.deepEqual(cluster.node("n2").heardOf("ASKING", "GET", "SET"), ["ASKING", "SET {bar}new new"]);
});

for (const kind of ["redis7", "valkey9"] as const) {
  test(`a transaction that ${kind} asks for elsewhere goes there whole, ASKING before it, in one write`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t, { kind });
    const to = cluster.node("n2");
    cluster.startMigrating(SLOT, to);
    const transaction = redis.transaction().set("{bar}new", "1").incr("{bar}new");
    assert.deepEqual(await settled(clock, transaction.exec()), ["OK", 2]);
    const block = to.log.filter(({ words }) => ["ASKING", "MULTI", "SET", "INCR", "EXEC"].includes(words[0]));
    assert.deepEqual(block.map(({ words }) => words[0]), ["ASKING", "MULTI", "SET", "INCR", "EXEC"]);
    assert.equal(new Set(block.map(({ link, chunk }) => `${link} ${chunk}`)).size, 1);
    assert.equal(redis.nodeOf("bar")?.name, cluster.node("n1").address);
  });

  test(`a transaction over keys of which ${kind} has given some away waits until all are there`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t, { kind });
    cluster.node("n1").store.set(0, "{bar}old", "1");
    cluster.startMigrating(SLOT, cluster.node("n2"));
    clock.after(200, () => cluster.moveSlot(SLOT, cluster.node("n2")));
    const transaction = redis.transaction().incr("{bar}old").incr("{bar}new");
    assert.deepEqual(await settled(clock, transaction.exec()), [2, 1]);
    assert.deepEqual([clock.now() >= 200, cluster.node("n2").store.get(0, "{bar}old")], [true, "2"]);
  });
}

test("a transaction goes on where its slot has gone, and is executed once", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  await settled(clock, redis.set("bar", "1"));
  cluster.moveSlot(SLOT, cluster.node("n2"));
  assert.deepEqual(await settled(clock, redis.transaction().incr("bar").get("bar").exec()), [2, "2"]);
  assert.equal(redis.nodeOf("bar")?.name, cluster.node("n2").address);
});

test("MOVED to the node that says so has the client connect to it anew", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const [node] = cluster.nodes;
  await settled(clock, redis.get("bar"));
  const [made, old] = [node.connectionsMade, node.log.at(-1)!.link];
  // As where something before the node sends its connections to another one.
  node.on((words, link) =>
    words[0] === "GET" && link.id === old ? new ReplyError(`MOVED ${SLOT} ${node.address}`) : undefined
  );
  node.store.set(0, "bar", "here");
  assert.equal(await settled(clock, redis.get("bar")), "here");
  assert.equal(node.connectionsMade, made + 1);
});

for (const maxRedirects of [0, 1, 5, undefined]) {
  const how = maxRedirects === undefined ? "16 redirects where no number is given" : `${maxRedirects} redirects`;
  test(`a loop of redirects ends after ${how}`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t, {}, { maxRedirects });
    const [first, second] = cluster.nodes;
    first.reply("GET", new ReplyError(`MOVED ${SLOT} ${second.address}`));
    second.reply("GET", new ReplyError(`MOVED ${SLOT} ${first.address}`));
    const error = await failed(clock, redis.with({ timeoutMs: 20_000 }).get("bar"));
    assert.ok(error instanceof RedirectError, String(error));
    const asked = (maxRedirects ?? 16) + 1;
    assert.equal(error.path.length, asked);
    assert.deepEqual(error.path.slice(0, 3), [first, second, first].slice(0, asked).map(({ address }) => address));
    assert.equal(heard(first, "GET") + heard(second, "GET"), asked);
    assert.equal(error.maybeApplied, false);
    assert.match(error.message, /^Cannot send GET: redirected /);
  });
}

interface HostRow {
  readonly name: string;
  /** What n1 says of n2, which has the slot. */
  said(second: ScriptedNode): string;
  /** How often n1 says so; as long as it is asked where absent. */
  readonly times?: number;
  prepare?(cluster: ScriptedCluster): void;
  /** Hosts that are not to be dialled. */
  readonly never?: readonly string[];
}

const HOSTS: readonly HostRow[] = [
  { name: "an address", said: ({ address }) => address },
  {
    name: "a host name of a node that is known by its IP address",
    said: ({ port }) => `n2.example:${port}`,
    prepare: (cluster) => cluster.node("n2").announce({ hostname: "n2.example" }),
    never: ["n2.example"],
  },
  {
    name: "an IP address of a node that is known by its host name",
    said: ({ address }) => address,
    prepare: (cluster) => cluster.node("n2").announce({ endpoint: "n2.example", hostname: "n2.example" }),
    never: ["10.0.0.2"],
  },
  {
    name: "a port alone, at the host of who says so",
    said: ({ port }) => `:${port}`,
    prepare(cluster) {
      for (const node of cluster.nodes) {
        node.listen({ ip: "10.0.0.1" });
        node.announce({ endpoint: null });
      }
    },
    never: [""],
  },
  { name: "no host, which is not dialled", said: ({ port }) => `?:${port}`, never: ["?", ""] },
  { name: "a node that does not answer there", said: () => "10.9.9.9:1", times: 1 },
  {
    name: "an IPv6 address without brackets",
    said: ({ port }) => `fd00::2:${port}`,
    prepare: (cluster) => cluster.node("n2").listen({ ip: "fd00::2" }),
  },
];

for (const { name, said, times, prepare, never = [] } of HOSTS) {
  test(`MOVED to ${name}`, async (t) => {
    const scene = scriptedCluster(t);
    const [first, second] = scene.cluster.nodes;
    prepare?.(scene.cluster);
    const { cluster, clock, redis } = await clientOf(t, scene);
    cluster.moveSlot(SLOT, second);
    second.store.set(0, "bar", "here");
    first.reply("GET", () => new ReplyError(`MOVED ${SLOT} ${said(second)}`), times);
    assert.equal(await settled(clock, redis.get("bar")), "here");
    assert.equal(redis.nodeOf("bar")?.port, second.port);
    for (const host of never) assert.ok(cluster.dials.every((dial) => dial.host !== host), `${host} was dialled`);
  });
}

const PASSING = [
  "TRYAGAIN Multiple keys request during rehashing of slot",
  "CLUSTERDOWN The cluster is down",
  "CLUSTERDOWN The cluster is down and only accepts read commands",
  "CLUSTERDOWN Hash slot not served",
  "LOADING Redis is loading the dataset in memory",
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  "READONLY You can't write against a read only replica.",
];

for (const refusal of PASSING) {
  test(`a write that is refused with "${refusal}" waits, goes again, and is executed once`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t);
    for (const node of cluster.nodes) node.reply("INCR", new ReplyError(refusal), 3);
    const started = clock.now();
    assert.equal(await settled(clock, redis.incr("bar")), 1);
    assert.ok(clock.now() > started, "it went again at once");
    assert.equal(heard(cluster.node("n1"), "INCR"), 4);
  });

  test(`a write that is refused with "${refusal}" for ever fails within its time, with that error`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t);
    cluster.node("n1").reply("INCR", new ReplyError(refusal));
    const started = clock.now();
    const error = await failed(clock, redis.with({ timeoutMs: 1_000 }).incr("bar"));
    assert.ok(clock.now() - started <= 1_100, `it took ${clock.now() - started} ms`);
    assert.ok([error, error.cause].some((one) => one instanceof ReplyError && one.reply === refusal), String(error));
    assert.ok(heard(cluster.node("n1"), "INCR") < 30, "it went again too often");
  });
}

test("a part of MGET that is refused for a while keeps its place", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.node("n1").store.set(0, "bar", "1");
  cluster.primaryOf("foo").store.set(0, "foo", "2");
  cluster.node("n1").refuse("TRYAGAIN wait", 2);
  assert.deepEqual(await settled(clock, redis.mget("foo", "bar", "foo", "none")), ["2", "1", "2", null]);
  assert.equal(heard(cluster.primaryOf("foo"), "MGET"), 1);
});

test("a script that was refused in its midst is not run again", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.node("n1").reply("EVAL", new ReplyError("READONLY You can't write against a read only replica."), 1);
  const error = await failed(clock, redis.eval("return 1", { keys: ["bar"] }));
  assert.ok(error instanceof ReplyError && error.code === "READONLY");
  assert.equal(cluster.nodes.reduce((sum, node) => sum + heard(node, "EVAL"), 0), 1);
});
