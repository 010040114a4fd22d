/** What a review of the cluster found: calls that move from node to node, their errors, and the end of a client. */
import assert from "node:assert/strict";
import {
  AbortError,
  type Caller,
  ClosedError,
  ConnectionError,
  type PartialError,
  type TimeoutError,
} from "../../mod.ts";
import { command } from "../../src/commands/command.ts";
import { status } from "../../src/commands/readers.ts";
import { ReplyError } from "../../src/errors.ts";
import { Events } from "../../src/events.ts";
import { LateSender } from "../../src/late_sender.ts";
import { wire } from "../../src/resp/reply_encoder.ts";
import type { ClientSender } from "../../src/sender.ts";
import { type ClusterScene, clusterScene, failed, settled } from "../support/cluster_scene.ts";
import { slotOfKey } from "../support/crc16.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { CLOSE, CLOSE_AFTER, DROP, HOLD } from "../support/scripted_cluster.ts";

// n1, n2 and n3 are primaries, n4, n5 and n6 their replicas. The slot of `bar` is of n1.
const SLOT = slotOfKey("bar");

/** What came of a promise, or that nothing has. */
async function now(promise: Promise<unknown>): Promise<unknown> {
  return await Promise.race([promise.catch((error: unknown) => error), turn().then(() => "nothing yet")]);
}

/** n4 takes the place of n1, which nobody knows any more. */
async function replaceFirst({ cluster, clock, redis }: ClusterScene): Promise<void> {
  cluster.promote(cluster.node("n4"));
  cluster.view.forget(cluster.node("n1"));
  await settled(clock, redis.refreshTopology());
}

// ---- calls that move

test("a plain command in a pipeline with one for all nodes goes on to the node that takes over", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  await settled(clock, redis.get("bar"));
  cluster.node("n1").down();
  await clock.advance(1);
  const pipeline = redis.with({ timeoutMs: 8_000 }).pipeline().set("bar", "1").pubsubNumpat().exec();
  await clock.advance(100);
  cluster.promote(cluster.node("n4"));
  const [set] = await settled(clock, pipeline) as unknown[];
  assert.equal(set, "OK");
});

test("what all primaries are asked goes to who takes over, also where it was lost with the answer", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  await settled(clock, redis.mset({ bar: "1", foo: "2" }));
  const n1 = cluster.node("n1");
  n1.reply("DBSIZE", CLOSE_AFTER, 1);
  const size = redis.with({ timeoutMs: 8_000 }).dbsize();
  n1.down();
  await clock.advance(100);
  await replaceFirst({ cluster, clock, redis });
  assert.equal(await settled(clock, size), 2);
});

test("where reads go to replicas, calls survive a MOVED that names the node that said it", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t, {}, { readFrom: "replicaPreferred" });
  const node = cluster.node("n1");
  await settled(clock, redis.set("bar", "1"));
  node.latencyMs = 20;
  node.reply("SET", new ReplyError(`MOVED ${SLOT} ${node.address}`), 1);
  const calls = [redis.set("bar", "2")];
  await clock.advance(5);
  calls.push(redis.set("{bar}1", "3"));
  await clock.advance(5);
  calls.push(redis.set("{bar}2", "4"));
  assert.deepEqual(await settled(clock, Promise.all(calls)), ["OK", "OK", "OK"]);
});

test("what a client sends by itself does no harm when its connection is lost", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t, {}, { retry: { ceiling: "any" } });
  await settled(clock, redis.set("bar", "1"));
  const n1 = cluster.node("n1");
  n1.reply("BLPOP", DROP);
  const aborting = new AbortController();
  const blocked = failed(clock, redis.with({ signal: aborting.signal }).blpop("bar", 30));
  await clock.advance(20);
  n1.freeze();
  // It says CLIENT UNBLOCK now, over the connection that callers share.
  aborting.abort();
  const call = redis.set("{bar}2", "1");
  await clock.advance(20);
  cluster.promote(cluster.node("n4"));
  n1.down();
  assert.equal(await settled(clock, call), "OK");
  assert.ok(await blocked instanceof AbortError);
});

test("a read that is lost behind ASK is not taken for one that is sent in circles", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.startMigrating(SLOT, cluster.node("n2"));
  await settled(clock, redis.set("{bar}new", "1"));
  const off = cluster.node("n2").reply("GET", CLOSE);
  const reads = Promise.all(
    Array.from({ length: 3 }, () => redis.with({ timeoutMs: 20_000, retry: { attempts: 1_000 } }).get("{bar}new")),
  );
  const outcome = reads.catch((error: unknown) => error);
  await clock.advance(1_500);
  off();
  assert.deepEqual(await settled(clock, outcome), ["1", "1", "1"]);
});

test("an addressMap that throws ends no connection", async (t) => {
  let isBroken = false;
  const addressMap = (): undefined => {
    if (isBroken) throw new Error("no such address");
  };
  const { cluster, clock, redis } = await clusterScene(t, {}, { addressMap });
  await settled(clock, redis.get("bar"));
  const n1 = cluster.node("n1");
  cluster.moveSlot(SLOT, cluster.add());
  isBroken = true;
  const made = n1.connectionsMade;
  const calls = ["bar", "{bar}2"].map((key) => redis.with({ timeoutMs: 500 }).set(key, "1").catch(() => undefined));
  await settled(clock, Promise.all(calls));
  assert.equal(n1.connectionsMade, made);
});

// ---- what errors say

test("what was sent, lost and cannot be placed any more may have been applied", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  const n1 = cluster.node("n1");
  const node = redis.node(n1.address).with({ idempotent: true });
  await settled(clock, node.get("bar"));
  n1.reply("INCR", CLOSE_AFTER, 1);
  const call = failed(clock, node.incr("bar"));
  await clock.advance(0);
  n1.down();
  await replaceFirst(scene);
  const error = await call;
  assert.ok(error instanceof ConnectionError && error.maybeApplied, error.message);
  assert.equal(cluster.node("n4").store.get(0, "bar"), "1");
});

test("what failed at one node and was done by the others has been applied", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  await settled(clock, redis.dbsize());
  cluster.node("n2").down();
  await clock.advance(10);
  for (const node of cluster.nodes) node.reply("FLUSHALL", wire.simple("OK"));
  const error = await failed(clock, redis.flushall());
  assert.equal((error as PartialError | TimeoutError).maybeApplied, true, error.message);
});

test("a wrong argument is a TypeError, and nothing of the command is sent", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  const wrong = undefined as unknown as string;
  for (const call of [redis.mget("bar", wrong), redis.del("bar", wrong), redis.mset({ bar: "1", foo: wrong })]) {
    assert.ok(await failed(clock, call) instanceof TypeError);
  }
  assert.deepEqual(cluster.nodes.flatMap((node) => node.heardOf("MGET", "DEL", "MSET")), []);
});

const TRYAGAIN = new ReplyError("TRYAGAIN Multiple keys request during rehashing of slot");
const ENDS: readonly [string, (scene: ClusterScene) => void][] = [
  ["refused", ({ cluster }) => {
    for (const name of ["GET", "EXEC"]) cluster.node("n1").reply(name, TRYAGAIN);
  }],
  ["sent in circles", ({ cluster }) => {
    const [one, other] = [cluster.node("n1"), cluster.node("n2")];
    one.reply("GET", new ReplyError(`MOVED ${SLOT} ${other.address}`));
    other.reply("GET", new ReplyError(`MOVED ${SLOT} ${one.address}`));
  }],
];
for (const [how, setUp] of ENDS) {
  for (const kind of ["a pipeline", "a transaction"]) {
    test(`${kind} that is aborted while it is ${how} fails with an AbortError`, async (t) => {
      const scene = await clusterScene(t);
      const { clock, redis } = scene;
      setUp(scene);
      const aborting = new AbortController();
      const view = redis.with({ signal: aborting.signal, timeoutMs: 20_000 });
      const chain = kind === "a pipeline" ? view.pipeline() : view.transaction();
      const call = chain.get("bar").get("{bar}2").exec().then(
        (replies: unknown) => replies,
        (error: unknown) => [error],
      );
      await clock.advance(100);
      aborting.abort();
      const [first] = await settled(clock, call) as unknown[];
      assert.ok(first instanceof AbortError, String(first));
    });
  }
}

test("what a transaction waited for a node is none of its tries", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.view.assign(SLOT, SLOT, undefined);
  await settled(clock, redis.refreshTopology());
  const call = redis.with({ timeoutMs: 30_000 }).transaction().set("bar", "1").exec();
  await clock.advance(7_000);
  cluster.node("n1").reply("SET", new ReplyError("CLUSTERDOWN The cluster is down"), 1);
  cluster.view.assign(SLOT, SLOT, cluster.node("n1"));
  assert.deepEqual(await settled(clock, call), ["OK"]);
});

const TIMED: readonly [string, (redis: Caller) => Promise<unknown>][] = [
  ["a call", (redis) => redis.get("bar")],
  ["a call of several keys", (redis) => redis.mget("bar", "foo")],
  ["a pipeline", (redis) => redis.pipeline().get("bar").exec()],
  ["a transaction", (redis) => redis.transaction().get("bar").exec()],
];
for (const [what, call] of TIMED) {
  test(`the time that ${what} waits for a node is part of its own`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t);
    await settled(clock, redis.get("bar"));
    cluster.view.assign(0, 5_460, undefined);
    await settled(clock, redis.refreshTopology());
    for (const node of cluster.nodes) for (const name of ["GET", "MGET", "EXEC"]) node.reply(name, HOLD);
    const since = clock.now();
    const error = failed(clock, call(redis.with({ timeoutMs: 4_000 })));
    await clock.advance(3_500);
    cluster.view.assign(0, 5_460, cluster.node("n1"));
    assert.match((await error).message, /in its time/);
    assert.ok(clock.now() - since < 4_100, `it took ${clock.now() - since} ms`);
  });
}

test("a replica that is being dialled when reads from replicas are first wanted serves them too", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  await settled(clock, redis.set("bar", "1"));
  const [n1, n4] = [cluster.node("n1"), cluster.node("n4")];
  n4.latencyMs = 20;
  const ping = redis.node(n4.address).ping();
  await clock.advance(5);
  const view = redis.with({ readFrom: "replica" });
  await settled(clock, Promise.all([ping, view.get("bar")]));
  await clock.advance(200);
  n4.latencyMs = 0;
  const before = n1.heardOf("GET").length;
  for (let times = 0; times < 3; times++) assert.equal(await settled(clock, view.get("bar")), "1");
  assert.equal(n1.heardOf("GET").length, before);
});

// ---- what ends

test("a call that was aborted is no reason to go on asking, nor to keep a client from closing", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t);
  cluster.view.assign(SLOT, SLOT, undefined);
  await settled(clock, redis.refreshTopology());
  const aborting = new AbortController();
  const call = failed(clock, redis.with({ timeoutMs: 0, signal: aborting.signal }).get("bar"));
  await clock.advance(100);
  aborting.abort();
  await call;
  await clock.advance(1_000);
  const asked = (): number => cluster.nodes.reduce((sum, node) => sum + node.heardOf("CLUSTER").length, 0);
  const before = asked();
  await clock.advance(30_000);
  assert.ok(asked() - before <= 40, `asked ${asked() - before} times`);
  const since = clock.now();
  await settled(clock, redis.close());
  assert.ok(clock.now() - since < 1_000, `closing took ${clock.now() - since} ms`);
});

test("destroy() ends the calls and the connections of a node that is leaving", async (t) => {
  const scene = await clusterScene(t);
  const { cluster, clock, redis } = scene;
  await settled(clock, redis.get("bar"));
  cluster.node("n1").reply("GET", HOLD, 1);
  const call = redis.with({ timeoutMs: 60_000 }).get("bar").catch((error: unknown) => error);
  await clock.advance(10);
  await replaceFirst(scene);
  redis.destroy();
  assert.ok(await now(call) instanceof ClosedError);
  assert.deepEqual([cluster.node("n1").links.size, clock.pending], [0, 0]);
});

for (const known of [true, false]) {
  test(`close() waits for a call that is sent on to a node ${known ? "" : "not "}known, and leaves nothing`, async (t) => {
    const { cluster, clock, redis } = await clusterScene(t);
    await settled(clock, Promise.all([redis.get("bar"), redis.get("foo")]));
    cluster.node("n1").latencyMs = 100;
    cluster.moveSlot(SLOT, known ? cluster.primaryOf("foo") : cluster.add());
    const call = redis.set("bar", "1");
    await clock.advance(10);
    await settled(clock, redis.close());
    assert.equal(await now(call), "OK");
    assert.deepEqual(cluster.nodes.map((node) => node.links.size).filter((size) => size > 0), []);
    assert.equal(clock.pending, 0);
  });
}

test("close() takes closeTimeoutMs and no longer", async (t) => {
  const { cluster, clock, redis } = await clusterScene(t, {}, { closeTimeoutMs: 2_000, timeoutMs: 60_000 });
  await settled(clock, redis.get("bar"));
  for (const node of cluster.nodes) node.vanish();
  const calls = [redis.get("bar"), redis.pipeline().get("bar").get("foo").exec()].map((call) => call.catch(() => {}));
  await clock.advance(50);
  const since = clock.now();
  await settled(clock, redis.close());
  assert.ok(clock.now() - since <= 2_100, `closing took ${clock.now() - since} ms`);
  await Promise.all(calls);
});

test("calls made while the code is loaded are sent in their order", async () => {
  for (const depth of [0, 1, 2, 5]) {
    const seen: unknown[] = [];
    const send: ClientSender["send"] = (made) => {
      seen.push(made.words[1]);
      return Promise.resolve() as Promise<never>;
    };
    const late = new LateSender(async () => {
      for (let round = 0; round < depth; round++) await undefined;
      return { events: new Events(), send } as unknown as ClientSender;
    });
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < 20; i++) {
      calls.push(late.send(command(["SET", i], status)));
      await undefined;
    }
    await Promise.all(calls);
    assert.deepEqual(seen, Array.from({ length: 20 }, (_, i) => i));
  }
});
