/** Commands over several nodes of a cluster: one write a node, side by side, in the order called, and what is refused unsent. */
import assert from "node:assert/strict";
import { type ClusterClient, ConnectionError, CrossSlotError, PartialError } from "../../mod.ts";
import { ReplyError } from "../../src/errors.ts";
import { wire } from "../../src/resp/reply_encoder.ts";
import { type ClusterScene, clusterScene, failed, settled } from "../support/cluster_scene.ts";
import { slotOfKey } from "../support/crc16.ts";
import { test } from "../support/harness.ts";
import { CLOSE_AFTER, type ScriptedNode } from "../support/scripted_cluster.ts";

const KEYS = Array.from({ length: 300 }, (_, index) => `key:${index}`);
const LATENCY_MS = 100;

/** How many chunks of bytes these commands came in to a node. */
function writes({ log }: ScriptedNode, ...names: string[]): number {
  const wanted = log.filter(({ words }) => names.includes(words[0]));
  return new Set(wanted.map(({ link, chunk }) => `${link} ${chunk}`)).size;
}

function primaries({ cluster }: ClusterScene): ScriptedNode[] {
  return cluster.nodes.slice(0, 3);
}

/** A scene in which all primaries are connected, know no commands yet, and take their time. */
async function slowScene(...given: Parameters<typeof clusterScene>): Promise<ClusterScene> {
  const scene = await clusterScene(...given);
  await settled(scene.clock, scene.redis.mget(...KEYS));
  for (const node of scene.cluster.nodes) {
    node.log.length = 0;
    node.latencyMs = LATENCY_MS;
  }
  return scene;
}

const TOGETHER: readonly (readonly [name: string, call: (redis: ClusterClient) => Promise<unknown>, reply: unknown])[] =
  [
    ["SET", (redis) => chained(redis, (key) => [key, `${key}!`]), KEYS.map(() => "OK")],
    ["SET", (redis) => Promise.all(KEYS.map((key) => redis.set(key, key))), KEYS.map(() => "OK")],
    ["MGET", (redis) => redis.mget(...KEYS.toReversed()), KEYS.map(() => null)],
    ["MSET", (redis) => redis.mset(Object.fromEntries(KEYS.map((key) => [key, key]))), "OK"],
    ["DEL", (redis) => redis.del(...KEYS), 0],
    ["UNLINK", (redis) => redis.unlink(...KEYS), 0],
    ["EXISTS", (redis) => redis.exists(...KEYS), 0],
    ["TOUCH", (redis) => redis.touch(...KEYS), 0],
  ];

function chained(redis: ClusterClient, pairOf: (key: string) => [string, string]): Promise<unknown> {
  const pipeline = redis.pipeline();
  for (const key of KEYS) pipeline.set(...pairOf(key));
  return pipeline.exec();
}

for (const [index, [name, call, reply]] of TOGETHER.entries()) {
  const how = index === 0 ? "a pipeline of " : index === 1 ? "calls of one turn of " : "";
  test(`${how}${name} over ${KEYS.length} keys is one write to each node, and takes one round trip`, async (t) => {
    const scene = await slowScene(t);
    const started = scene.clock.now();
    assert.deepEqual(await settled(scene.clock, call(scene.redis)), reply);
    assert.ok(scene.clock.now() - started < 1.5 * LATENCY_MS, `it took ${scene.clock.now() - started} ms`);
    assert.deepEqual(primaries(scene).map((node) => writes(node, name)), [1, 1, 1]);
    for (const node of primaries(scene)) {
      const keys = node.log.flatMap(({ words }) => words.filter((word) => word.startsWith("key:") && !/!$/.test(word)));
      assert.ok(keys.every((key) => scene.cluster.primaryOf(key) === node), `${node.name} was sent what is not its`);
    }
  });
}

test("a pipeline of all sorts of commands has its replies in the order called", async (t) => {
  const { clock, redis, cluster } = await slowScene(t);
  const [first] = cluster.nodes;
  first.reply("GET", new ReplyError("WRONGTYPE Operation against a key"), 1);
  const [bad] = KEYS.filter((key) => cluster.primaryOf(key) === first);
  const pipeline = redis.pipeline().set("a", "1").mset({ b: "2", c: "3" }).get(bad).mget("c", "a", "none", "b").dbsize()
    .msetnx({ a: "4", b: "5" }).incr("a").exists("a", "b", "c", "d").eval("return KEYS[1]", { keys: ["b"] });
  const replies = await settled(clock, pipeline.exec());
  assert.ok(replies[2] instanceof ReplyError && replies[5] instanceof CrossSlotError);
  assert.deepEqual(replies.filter((_, i) => i !== 2 && i !== 5), ["OK", "OK", ["3", "1", null, "2"], 3, 2, 3, "b"]);
});

test("of a pipeline over slots that have moved, each command is executed once, and what stayed is sent once", async (t) => {
  const scene = await slowScene(t);
  const { clock, redis, cluster } = scene;
  cluster.moveSlots(0, 3_000, cluster.node("n2"));
  const pipeline = redis.pipeline();
  for (const key of KEYS) pipeline.incr(key);
  const started = clock.now();
  assert.deepEqual(await settled(clock, pipeline.exec()), KEYS.map(() => 1));
  assert.ok(clock.now() - started < 2.5 * LATENCY_MS, `it took ${clock.now() - started} ms`);
  const moved = KEYS.filter((key) => slotOfKey(key) <= 3_000);
  assert.ok(moved.length > 20);
  for (const key of KEYS) {
    const sent = primaries(scene).reduce(
      (sum, node) => sum + node.heardOf("INCR").filter((one) => one === `INCR ${key}`).length,
      0,
    );
    assert.equal(sent, moved.includes(key) ? 2 : 1, key);
  }
  // What was sent on left in one write too.
  assert.deepEqual(primaries(scene).map((node) => writes(node, "INCR")), [1, 2, 1]);
});

test("when a node dies under a pipeline, each of its commands says whether it may have been executed", async (t) => {
  const scene = await slowScene(t);
  const { clock, redis, cluster } = scene;
  const dying = cluster.node("n2");
  dying.reply("INCR", CLOSE_AFTER, 1);
  const pipeline = redis.pipeline();
  for (const key of KEYS) pipeline.incr(key);
  const replies = await settled(clock, pipeline.exec());
  for (const [i, key] of KEYS.entries()) {
    const reply = replies[i] as unknown;
    if (cluster.primaryOf(key) !== dying) assert.equal(reply, 1);
    else assert.ok(reply instanceof ConnectionError && reply.maybeApplied, `${key}: ${reply}`);
  }
});

test("reads of a pipeline whose node lost its connection are sent again", async (t) => {
  const scene = await slowScene(t);
  const { clock, redis, cluster } = scene;
  const lost = cluster.node("n2");
  lost.reply("GET", CLOSE_AFTER, 1);
  await settled(clock, redis.mset(Object.fromEntries(KEYS.map((key) => [key, `${key}!`]))));
  const made = cluster.nodes.map(({ connectionsMade }) => connectionsMade);
  const pipeline = redis.pipeline();
  for (const key of KEYS) pipeline.get(key);
  assert.deepEqual(await settled(clock, pipeline.exec()), KEYS.map((key) => `${key}!`));
  assert.deepEqual(cluster.nodes.slice(0, 3).map(({ connectionsMade }, i) => connectionsMade - made[i]), [0, 1, 0]);
});

test("parts that fail name their keys and what they may have done; the others are done", async (t) => {
  const { clock, redis, cluster } = await slowScene(t);
  const bad = cluster.node("n2");
  bad.reply("MSET", new ReplyError("OOM command not allowed"));
  bad.reply("MGET", new ReplyError("NOPERM no access"));
  const own = KEYS.filter((key) => cluster.primaryOf(key) === bad);
  const calls = [
    [redis.mset(Object.fromEntries(KEYS.map((key) => [key, "v"]))), true],
    [redis.mget(...KEYS), false],
  ] as const;
  for (const [call, maybeApplied] of calls) {
    const error = await failed(clock, call);
    assert.ok(error instanceof PartialError, String(error));
    assert.deepEqual(error.parts.flatMap(({ keys }) => keys).sort(), own.toSorted());
    assert.equal(error.maybeApplied, maybeApplied);
    assert.match(error.message, /^Cannot complete M[SG]ET: \d+ of \d+ parts failed \(keys "key:/);
  }
  const others = KEYS.filter((key) => !own.includes(key));
  assert.equal(await settled(clock, redis.exists(...others)), others.length);
});

test("documents of several slots are read and written in parts, in the order asked", async (t) => {
  const { clock, redis, cluster } = await slowScene(t);
  for (const node of primaries({ cluster } as ClusterScene)) {
    node.reply("JSON.MGET", (words) => words.slice(1, -1).map((key) => `"${key}"`));
    node.reply("JSON.MSET", wire.simple("OK"));
  }
  const keys = KEYS.slice(0, 20);
  assert.deepEqual(await settled(clock, redis.jsonMget(keys, ".")), keys);
  assert.equal(await settled(clock, redis.jsonMset(keys.map((key) => ({ key, path: "$", value: 1 })))), "OK");
  for (const node of primaries({ cluster } as ClusterScene)) {
    for (const { words } of node.log.filter(({ words }) => words[0].startsWith("JSON"))) {
      const slots = new Set(words.filter((word) => word.startsWith("key:")).map(slotOfKey));
      assert.equal(slots.size, 1, `${words}`);
      assert.equal(cluster.view.ownerOf([...slots][0]), node);
    }
  }
});

const CROSSING: readonly (readonly [name: string, keys: number, call: (redis: ClusterClient) => Promise<unknown>])[] = [
  ["MSETNX", 2, (redis) => redis.msetnx({ a: "1", b: "2" })],
  ["EVAL", 2, (redis) => redis.eval("return 1", { keys: ["a", "b"] })],
  ["EVALSHA", 2, (redis) => redis.evalsha("0".repeat(40), { keys: ["a", "b"] })],
  ["FCALL", 2, (redis) => redis.fcall("f", { keys: ["a", "b"] })],
  ["RENAME", 2, (redis) => redis.rename("a", "b")],
  ["COPY", 2, (redis) => redis.copy("a", "b")],
  ["SINTERSTORE", 3, (redis) => redis.sinterstore("a", "b", "c")],
  ["SMOVE", 2, (redis) => redis.smove("a", "b", "m")],
  ["LMOVE", 2, (redis) => redis.lmove("a", "b", "left", "right")],
  ["PFMERGE", 2, (redis) => redis.pfmerge("a", "b")],
  ["BLPOP", 2, (redis) => redis.blpop(["a", "b"], 1)],
  ["a transaction", 2, (redis) => redis.transaction().set("a", "1").get("{a}b").set("b", "2").exec()],
  ["WATCH", 2, (redis) => redis.watch(["a", "b"], () => Promise.resolve(1))],
  ["a pipeline of nothing else", 2, async (redis) => {
    const [reply] = await redis.pipeline().rename("a", "b").exec();
    throw reply;
  }],
];

for (const [name, keys, call] of CROSSING) {
  test(`keys of several slots are refused before anything is sent: ${name}`, async (t) => {
    const { clock, redis, cluster } = await clusterScene(t);
    for (const node of cluster.nodes) node.log.length = 0;
    const error = await failed(clock, call(redis));
    assert.ok(error instanceof CrossSlotError, String(error));
    assert.ok(error.keys.length >= keys && new Set(error.slots).size > 1, `${error.keys}`);
    assert.deepEqual(error.slots, error.keys.map(slotOfKey));
    assert.match(error.message, /key "a": slot 15495.*key "b": slot 3300/);
    await clock.advance(1_000);
    const sent = cluster.nodes.flatMap(({ log }) => log.map(({ words }) => words[0]));
    assert.deepEqual(sent.filter((word) => word !== "HELLO" && word !== "CLIENT"), []);
  });
}
