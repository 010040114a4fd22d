/** Many clients of a large cluster when one of its nodes dies: what they ask, when they dial, and what waits meanwhile. */
import assert from "node:assert/strict";
import { ConnectionError } from "../../mod.ts";
import { Refresh } from "../../src/cluster/refresh.ts";
import { ReplyError } from "../../src/errors.ts";
import { clientOf, clusterScene, settled } from "../support/cluster_scene.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { scriptedCluster } from "../support/scripted_cluster.ts";
import { seededRandom } from "../support/seeded_random.ts";

const CLIENTS = 200;
const QUEUED = 20;
const OUTAGE_MS = 1_000;
/** What the chi-square of ten counts exceeds once in a thousand times, where chance alone is at work. */
const EXCEEDED_ONCE_IN_1000 = 27.9;

/** How far counts are from being alike: the sum of squares of what is too much or too few, each by what was to be. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

test("200 clients of 100 nodes, one of which dies: few questions, dials that are spread, queues within their bounds", {
  timeoutMs: 120_000,
}, async (t) => {
  const scene = scriptedCluster(t, { primaries: 50, replicas: 50 });
  const { cluster, clock } = scene;
  const seeds = cluster.nodes.slice(0, 5).map(({ ip, port }) => ({ host: ip, port }));
  const firstDials = new Map<number, number>();
  let started = Infinity;
  const dead = cluster.primaryOf("bar");
  const clients = await Promise.all(Array.from({ length: CLIENTS }, async (_, index) => {
    const dial: typeof cluster.platform.dial = (target, signal) => {
      if (clock.now() >= started && target.host === dead.ip && !firstDials.has(index)) {
        firstDials.set(index, clock.now() - started);
      }
      return cluster.platform.dial(target, signal);
    };
    const own = { random: seededRandom(index), platform: { ...cluster.platform, dial } };
    return (await clientOf(t, scene, { ...own, seeds, maxQueued: QUEUED })).redis;
  }));
  await settled(clock, Promise.all(clients.map((redis) => redis.get("bar"))));
  for (const node of cluster.nodes) node.log.length = 0;
  started = clock.now();
  dead.down();
  await clock.advance(0);
  const calls = clients.flatMap((redis) =>
    Array.from({ length: QUEUED + 10 }, () => redis.incr("bar").catch((error: Error) => error))
  );
  await clock.advance(OUTAGE_MS);
  cluster.promote(cluster.view.replicasOf(dead)[0]);
  const outcomes = await settled(clock, Promise.all(calls));
  assert.ok(clock.now() - started < OUTAGE_MS + 1_000, `it took ${clock.now() - started} ms`);
  // What exceeds the queue fails at once, surely unexecuted; the rest is executed, once each.
  const refused = outcomes.filter((outcome) => outcome instanceof Error);
  assert.equal(refused.length, CLIENTS * 10);
  assert.ok(refused.every((error) => error instanceof ConnectionError && !error.maybeApplied), String(refused[0]));
  const numbers = outcomes.filter((outcome) => typeof outcome === "number").sort((a, b) => a - b);
  assert.deepEqual(numbers, Array.from({ length: CLIENTS * QUEUED }, (_, i) => i + 1));
  // The seeds are the nodes that all clients are connected to: each is asked by one client three times a second at most.
  const most = Math.max(...cluster.nodes.map((node) => cluster.requestsPerSecond(node, "CLUSTER")));
  assert.ok(most <= 3 * CLIENTS, `a node was asked ${most} times in one second`);
  const dials = cluster.dials.filter(({ host, at }) => host === dead.ip && at >= started && at < started + 1_000);
  assert.ok(dials.length <= 10 * CLIENTS, `it was dialled ${dials.length} times in one second`);
  // All dial again within 50 ms, and are spread over them as by chance.
  const counts = new Array<number>(10).fill(0);
  for (const at of firstDials.values()) counts[Math.min(9, Math.floor(at / 5))]++;
  assert.equal(firstDials.size, CLIENTS);
  assert.ok(chiSquare(counts) < EXCEEDED_ONCE_IN_1000, `${counts}`);
});

test("the larger the cluster, the longer all wait before they ask", async () => {
  for (const [size, mostMs] of [[6, 1_000], [100, 1_000], [1_000, 10_000], [10_000, 30_000]]) {
    const moments: number[] = [];
    for (let index = 0; index < CLIENTS; index++) {
      const clock = new FakeClock();
      const owner = {
        size,
        trouble: "none" as const,
        refresh: () => {
          moments.push(clock.now());
          return Promise.resolve();
        },
      };
      const refresh = new Refresh({ topologyRefreshMs: 0, clock, random: seededRandom(index) }, owner);
      // Many MOVEDs, one after the other.
      for (let moved = 0; moved < 20; moved++) refresh.soon();
      await clock.advance(60_000);
      refresh.stop();
    }
    assert.equal(moments.length, CLIENTS);
    assert.ok(Math.max(...moments) <= mostMs + 1, `${Math.max(...moments)} ms of ${size} nodes`);
    const counts = new Array<number>(10).fill(0);
    for (const at of moments) counts[Math.min(9, Math.floor(10 * at / mostMs))]++;
    assert.ok(chiSquare(counts) < EXCEEDED_ONCE_IN_1000, `${size} nodes: ${counts}`);
  }
});

test("a call that is refused goes again after delays that are as long as its settings say", async (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const { cluster, clock, redis } = await clusterScene(t, {}, {
      random: seededRandom(seed),
      retry: { attempts: 10, baseMs: 100, factor: 2, capMs: 1_000, jitter: 0.5 },
    });
    const node = cluster.primaryOf("bar");
    node.reply("INCR", new ReplyError("TRYAGAIN wait"), 5);
    assert.equal(await settled(clock, redis.incr("bar")), 1);
    const moments = node.log.filter(({ words }) => words[0] === "INCR").map(({ at }) => at);
    assert.equal(moments.length, 6);
    for (const [i, longest] of [100, 200, 400, 800, 1_000].entries()) {
      const delay = moments[i + 1] - moments[i];
      assert.ok(delay >= longest / 2 - 1 && delay <= longest * 1.5 + 6, `delay ${i} was ${delay} ms`);
    }
  }
});
