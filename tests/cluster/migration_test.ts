/** Slots that move while hundreds of callers use them: nobody notices, nothing is lost, and the nodes are not pestered. */
import assert from "node:assert/strict";
import { type ClusterClient, connectCluster, type TopologyEvent } from "../../mod.ts";
import { get, set } from "../../src/commands/mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type RealCluster, sharedCluster, SLOTS } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import type { ServerKind } from "../support/server.ts";
import {
  finishMigrating,
  migrateKeys,
  moveSlots,
  moveSlotsAtomically,
  slotsOf,
  startMigrating,
} from "../support/slot_moves.ts";
import { until } from "../support/until.ts";
import { CheckingCallers } from "./checking_callers.ts";
import { Load, type LoadOptions } from "./load.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 10_000;
// A few a second, each of one node or, where that one tells news, of all.
const ASKED_PER_SECOND = 10;

interface Scene {
  readonly cluster: RealCluster;
  readonly redis: ClusterClient;
  /** What the client told of the topology since it was connected. */
  readonly told: readonly TopologyEvent[];
}

async function sceneOf(t: Context, cluster: RealCluster): Promise<Scene> {
  const redis = await connectCluster({ seeds: cluster.seeds });
  t.defer(() => redis.destroy());
  const told: TopologyEvent[] = [];
  redis.on("topology", (event) => void told.push(event));
  return { cluster, redis, told };
}

/** How often nodes executed a command, such as `cluster|shards`, or gave an error. */
async function counted(nodes: readonly RealNode[], ...names: string[]): Promise<number> {
  const sections = await Promise.all(
    nodes.flatMap((node) => ["commandstats", "errorstats"].map((section) => node.command("INFO", section))),
  );
  const lines = sections.join("\n").matchAll(/^(?:cmdstat|errorstat)_(.*?):(?:calls|count)=(\d+)/gm);
  return [...lines].reduce((sum, [, name, count]) => sum + (names.includes(name) ? Number(count) : 0), 0);
}

/** How often the nodes were asked who has which slots. */
function asked({ nodes }: RealCluster): Promise<number> {
  return counted(nodes, "cluster|shards", "cluster|slots");
}

/** Moves slots under a load, which is to see nothing of it. */
async function moveUnderLoad(
  { cluster, redis, told }: Scene,
  move: (slots: readonly number[], from: RealNode, to: RealNode) => Promise<void>,
  options?: LoadOptions,
): Promise<void> {
  const [from, to] = await cluster.primaries();
  const [first] = (await from.self()).slots[0];
  const slots = slotsOf(first, first + 1_999);
  const load = await Load.start(redis, options);
  const others = new CheckingCallers(redis);
  const before = await asked(cluster);
  const startMs = load.nowMs;
  await move(slots, from, to);
  const seconds = (load.nowMs - startMs) / 1_000;
  const refreshes = await asked(cluster) - before;
  // The last of them are learned of too.
  await until(async () => {
    const slot = slots.find((slot) => redis.nodes().find(({ slots }) => slots.some(({ start, end }) => start <= slot && slot <= end))?.name !== to.name);
    return slot === undefined ? undefined : `slot ${slot} is not known to be at ${to.name}`;
  }, LIMIT_MS);
  const rounds = await others.stop();
  const { samples, errors, wrong, differences } = await load.stop();
  console.log(seconds, samples.count(), rounds, refreshes, await counted(cluster.nodes, "asking"), await counted(cluster.nodes, "MOVED"), await counted(cluster.nodes, "TRYAGAIN"), await counted(cluster.nodes, "ASK"));
  assert.deepEqual([errors, wrong, differences], [[], [], []]);
  assert.ok(refreshes <= Math.ceil(seconds) * ASKED_PER_SECOND, `asked ${refreshes} times in ${seconds} s`);
  assert.equal(told.reduce((sum, { movedSlots }) => sum + movedSlots, 0), slots.length);
}

for (const kind of ["redis7", "valkey8"] as ServerKind[]) {
  const shared = sharedCluster(kind);

  test(`${kind}: 2,000 slots move under 200 callers, who see no error and no wrong answer`, TIME, async (t) => {
    const scene = await sceneOf(t, shared());
    await moveUnderLoad(scene, (slots, from, to) => moveSlots(scene.cluster, slots, from, to, { sideBySide: 100, keysPerMigrate: 1 }));
    assert.ok(await counted(scene.cluster.nodes, "asking") > 100, "hardly a call was sent on by ASK");
  });
}
