/** The callers of the cluster's tests: they find nothing on a server that is well, and all that is wrong on one that is not. */
import assert from "node:assert/strict";
import { connect } from "../../mod.ts";
import { startFaultProxy } from "../support/fault_proxy.ts";
import { test } from "../support/harness.ts";
import { startServer } from "../support/server.ts";
import { Load } from "./load.ts";
import { CounterKey, TextKey } from "./load_ledger.ts";
import { Samples } from "./load_samples.ts";

const TIME = { timeoutMs: 40_000 };

test("a load on a server that is well has no error, no wrong answer and no difference", TIME, async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const redis = await connect(server.url);
  t.defer(() => redis.close());
  const load = await Load.start(redis, {
    callers: 50,
    keys: 500,
    shardOf: (key) => key.includes("text") ? "texts" : "counts",
  });
  while (load.samples.count() < 5_000) await new Promise((done) => setTimeout(done, 10));
  const { samples, errors, wrong, differences } = await load.stop();
  assert.deepEqual([errors, wrong, differences], [[], [], []]);
  for (const shard of ["texts", "counts", "several"]) assert.ok(samples.count({ shard, kind: "write" }) > 100, shard);
});

test("the callers of a load that are apart wait for no other shard", TIME, async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const redis = await connect(server.url);
  t.defer(() => redis.close());
  const shardOf = (key: string) => String([...key].reduce((sum, character) => sum + character.charCodeAt(0), 0) % 3);
  const load = await Load.start(redis, { callers: 20, keys: 300, shardOf, apart: true });
  while (load.samples.count() < 2_000) await new Promise((done) => setTimeout(done, 10));
  const { samples, errors, wrong, differences } = await load.stop();
  assert.deepEqual([errors, wrong, differences, samples.count({ shard: "several" })], [[], [], [], 0]);
  for (const shard of ["0", "1", "2"]) assert.ok(samples.count({ shard, kind: "write" }) > 100, shard);
});

test("a load whose connections are cut keeps every error, and no write is lost or applied twice", TIME, async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const proxy = await startFaultProxy({ port: server.port, seed: 1 });
  t.defer(() => proxy.stop());
  const redis = await connect({ host: proxy.host, port: proxy.port });
  t.defer(() => redis.close());
  const load = await Load.start(redis, { callers: 50, keys: 500 });
  for (let cut = 0; cut < 10; cut++) {
    const before = load.samples.count();
    while (load.samples.count() < before + 500) await new Promise((done) => setTimeout(done, 10));
    proxy.cut();
  }
  const { errors, wrong, differences } = await load.stop();
  assert.deepEqual([wrong, differences], [[], []]);
  assert.ok(errors.some(({ maybeApplied }) => maybeApplied), "no write was in doubt");
});

test("a load on a server that loses and changes what it holds tells of it", TIME, async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const redis = await connect(server.url);
  t.defer(() => redis.close());
  const load = await Load.start(redis, { callers: 2, keys: 4, mix: { get: 1, mget: 1, incr: 1 } });
  const more = async () => {
    for (const before = load.samples.count(); load.samples.count() < before + 100;) {
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  await more();
  await redis.set("load:text:0", "load:text:1=1");
  await redis.set("load:text:1", "load:text:1=2");
  await redis.incrby("{load:0:0}:counter", 1_000);
  await more();
  await redis.del("load:text:2", "{load:1:0}:counter");
  const { wrong, differences } = await load.stop();
  assert.deepEqual(new Set(wrong.map(({ key }) => key)), new Set(["load:text:0", "load:text:1", "{load:0:0}:counter"]));
  assert.deepEqual(differences.map(({ key, what }) => [key, what]).sort(), [
    ["load:text:1", "never written"],
    ["load:text:2", "lost"],
    ["{load:0:0}:counter", "applied too often"],
    ["{load:1:0}:counter", "lost"],
  ]);
});

test("a text key may hold what was acknowledged last, or what was in doubt since", () => {
  const text = new TextKey("a", "0");
  text.next(); // 1: acknowledged
  text.acknowledge(10);
  text.next(); // 2: in doubt
  text.doubt();
  text.next(); // 3: acknowledged
  text.acknowledge(30);
  text.next(); // 4: in doubt
  text.doubt();
  text.next(); // 5: surely not applied
  const found = ["a=0", "a=1", "a=2", "a=3", "a=4", "a=5", null].map((held) => [held, text.check(held)?.what]);
  assert.deepEqual(found, [
    ["a=0", "lost"],
    ["a=1", "lost"],
    ["a=2", "late"],
    ["a=3", undefined],
    ["a=4", undefined],
    ["a=5", "never written"],
    [null, "lost"],
  ]);
  assert.deepEqual(["a=5", "a=6", "b=1", "", null].map((answer) => text.owns(answer)), [
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("a counter may hold no less than what was acknowledged, and no more than that and what was in doubt", () => {
  const counter = new CounterKey("a", "0");
  for (const count of [1, 2, 3]) counter.acknowledge(count, count * 10);
  counter.doubt();
  assert.deepEqual([null, "2", "3", "4", "5"].map((held) => counter.check(held)?.what), [
    "lost",
    "lost",
    undefined,
    undefined,
    "applied too often",
  ]);
});

test("a counter that fell back tells when the increment before that was acknowledged", () => {
  const counter = new CounterKey("a", "0");
  [1, 2, 3, 3, 4].forEach((count, index) => counter.acknowledge(count, index * 10));
  assert.deepEqual(counter.check("4"), {
    key: "a",
    shard: "0",
    what: "lost",
    found: 4,
    acknowledged: 5,
    acknowledgedMs: 20,
    maybe: 0,
  });
});

test("samples tell counts, percentiles, a histogram and the longest gap, by shard, kind and time", () => {
  const samples = new Samples();
  for (let ms = 1; ms <= 100; ms++) samples.add("a", ms % 2 === 0 ? "read" : "write", ms * 10 - ms, ms * 10);
  samples.add("b", "write", 1_500, 2_000);
  assert.deepEqual([samples.count(), samples.count({ shard: "a" }), samples.count({ kind: "write" })], [101, 100, 51]);
  assert.deepEqual([samples.percentile(0.5, { shard: "a" }), samples.percentile(0.99, { shard: "a" })], [50, 99]);
  assert.equal(samples.percentile(1, { shard: "a", fromMs: 100, toMs: 200 }), 20);
  assert.equal(Number.isNaN(samples.percentile(0.5, { shard: "c" })), true);
  assert.deepEqual([...samples.histogram({ shard: "a", toMs: 50 })], [[1, 1], [2, 1], [4, 2], [8, 1]]);
  assert.deepEqual(samples.longestGap({ kind: "write" }), { startMs: 990, endMs: 2_000, ms: 1_010 });
  assert.throws(() => samples.longestGap({ shard: "b" }), { message: "Cannot tell a gap: 1 calls succeeded" });
});
