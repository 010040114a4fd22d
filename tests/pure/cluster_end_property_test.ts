/**
 * A cluster's client is ended in whatever state it is: all that waits is told, no timer is left, and nothing is dialled
 * once it was destroyed.
 *
 * Each run is a walk by chance: nodes die, hang, come back and change their parts while a client calls, listens, lends
 * and asks for the topology. What fails is told with its seed and its steps.
 */
import assert from "node:assert/strict";
import type { ClusterClient } from "../../mod.ts";
import { clientOf } from "../support/cluster_scene.ts";
import { type Context, test } from "../support/harness.ts";
import { type ScriptedCluster, scriptedCluster, type ScriptedNode } from "../support/scripted_cluster.ts";
import { seededRandom } from "../support/seeded_random.ts";

const RUNS = 120;
const STEPS = 25;
// Longer than the client takes for it, whatever it waits for.
const CLOSE_MS = 20_000;

/** What a walk is made of. */
interface Walk {
  readonly cluster: ScriptedCluster;
  readonly redis: ClusterClient;
  readonly random: () => number;
  /** What gives up listening. */
  readonly leaving: Promise<() => Promise<void>>[];
  /** Keeps a promise that has to be settled in the end, well or not. */
  wait<T>(promise: Promise<T>): Promise<T>;
}

type Step = (walk: Walk, node: ScriptedNode) => unknown;

const STEPS_BY_NAME: Readonly<Record<string, Step>> = {
  get: ({ redis, wait }, { name }) => wait(redis.get(name)),
  set: ({ redis, wait }, { name }) => wait(redis.set(name, "v")),
  pipeline: ({ redis, wait }) => wait(redis.pipeline().get("a").get("b").get("c").set("d", "v").exec()),
  fanOut: ({ redis, wait }) => wait(redis.dbsize()),
  ofNode: ({ redis, wait }, { address }) => wait(redis.node(address).ping()),
  refresh: ({ redis, wait }) => wait(redis.refreshTopology()),
  lease: ({ redis, wait }) => wait(redis.lease({ key: "k" }).then((lease) => lease.release())),
  block: ({ redis, wait }) => wait(redis.blpop("list", 1)),
  listenShard: ({ redis, leaving, wait }, { name }) => leaving.push(wait(redis.ssubscribe([name, "all"], () => {}))),
  listen: ({ redis, leaving, wait }) => leaving.push(wait(redis.subscribe("news", () => {}))),
  listenKeys: ({ redis, leaving, wait }) => leaving.push(wait(redis.subscribe("__keyevent@0__:set", () => {}))),
  leave: ({ leaving, wait }) => leaving.length > 0 && wait(leaving.pop()!.then((leave) => leave())),
  down: (_, node) => node.down(),
  vanish: (_, node) => node.vanish(),
  freeze: (_, node) => node.freeze(),
  up: (_, node) => node.up(),
  failed: ({ cluster }, node) => cluster.view.mark(node, "fail"),
  online: ({ cluster }, node) => cluster.view.mark(node, "online"),
  promote: ({ cluster }, node) => cluster.view.primaryOf(node) !== undefined && cluster.promote(node),
  move: ({ cluster, random }, node) => {
    const first = Math.floor(random() * 16_000);
    if (cluster.view.primaryOf(node) === undefined) cluster.moveSlots(first, first + 300, node);
  },
};
const NAMES = Object.keys(STEPS_BY_NAME);

async function walked(t: Context, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)];
  const scene = scriptedCluster(t);
  const { cluster, clock } = scene;
  const { redis } = await clientOf(t, scene, {
    random,
    connectTimeoutMs: 700,
    timeoutMs: 2_000,
    topologyRefreshMs: pick([0, 1_000]),
    readFrom: pick(["primary", "any"]),
    connections: pick([1, 2]),
  });
  const open = new Set<string>();
  const steps: string[] = [];
  const wait: Walk["wait"] = (promise) => {
    const name = `${steps.length} ${steps.at(-1)}`;
    open.add(name);
    const settled = (): void => void open.delete(name);
    promise.then(settled, settled);
    return promise;
  };
  const walk: Walk = { cluster, redis, random, leaving: [], wait };
  for (let step = 0; step < STEPS; step++) {
    const [name, node] = [pick(NAMES), pick(cluster.nodes)];
    steps.push(`${name} ${node.name}`);
    STEPS_BY_NAME[name](walk, node);
    if (random() < 0.5) await clock.advance(Math.floor(random() * 1_500));
  }
  // What waits may still be sent while it closes.
  if (seed % 2 === 1) {
    steps.push("close");
    void wait(redis.close());
    await clock.advance(CLOSE_MS);
  } else redis.destroy();
  const { length } = cluster.dials;
  await clock.advance(0);
  const { pending } = clock;
  await clock.advance(10_000);
  const told = { pending, dials: cluster.dials.slice(length), open: [...open] };
  assert.deepEqual(told, { pending: 0, dials: [], open: [] }, `seed ${seed}: ${steps.join(", ")}`);
}

for (let run = 0; run < RUNS; run += 20) {
  test(`a client is ended in whatever state it is, and leaves nothing behind: from seed ${run}`, async (t) => {
    for (let seed = run; seed < run + 20; seed++) await walked(t, seed);
  });
}
