/** Slots that move while hundreds of callers use them: nobody notices, nothing is lost, and the nodes are not pestered. */
import assert from "node:assert/strict";
import { type ClusterClient, connectCluster, type TopologyEvent } from "../../mod.ts";
import { exists, get, incr, mget, set } from "../../src/commands/mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type RealCluster, sharedCluster } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import type { ServerKind } from "../support/server.ts";
import {
  finishMigrating,
  firstSlotsOf,
  migrateKeys,
  moveSlots,
  moveSlotsAtomically,
  startMigrating,
} from "../support/slot_moves.ts";
import { until } from "../support/until.ts";
import { CheckingCallers } from "./checking_callers.ts";
import { Load } from "./load.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 10_000;

type Move = (cluster: RealCluster, slots: readonly number[], from: RealNode, to: RealNode) => Promise<void>;

const keyByKey: Move = (cluster, slots, from, to) =>
  moveSlots(cluster, slots, from, to, { sideBySide: 100, keysPerMigrate: 1 });
const atOnce: Move = (_, slots, from, to) => moveSlotsAtomically(slots, from, to);

interface Scene {
  readonly cluster: RealCluster;
  readonly redis: ClusterClient;
  /** What the client told of the topology since it was connected. */
  readonly told: readonly TopologyEvent[];
}

async function sceneOf(t: Context, cluster: RealCluster): Promise<Scene> {
  await cluster.untilSettled();
  const redis = await connectCluster({ seeds: cluster.seeds });
  t.defer(() => redis.destroy());
  const told: TopologyEvent[] = [];
  redis.on("topology", (event) => void told.push(event));
  return { cluster, redis, told };
}

/** How often the nodes executed one of these commands, or gave one of these errors. */
async function counted({ nodes }: RealCluster, ...names: string[]): Promise<number> {
  const sections = await Promise.all(
    nodes.flatMap((node) => ["commandstats", "errorstats"].map((section) => node.command("INFO", section))),
  );
  const lines = sections.join("\n").matchAll(/^(?:cmdstat|errorstat)_(.*?):(?:calls|count)=(\d+)/gm);
  return [...lines].reduce((sum, [, name, count]) => sum + (names.includes(name) ? Number(count) : 0), 0);
}

/** How often the client asked nodes who has which slots; the tests themselves ask for CLUSTER SLOTS. */
function asked(cluster: RealCluster): Promise<number> {
  return counted(cluster, "cluster|shards");
}

/** Waits until the client says that a node has all of these slots. */
async function untilKnown(redis: ClusterClient, slots: readonly number[], { name }: RealNode): Promise<void> {
  await until(() => {
    const ranges = redis.nodes().find((node) => node.name === name)?.slots ?? [];
    const missing = slots.find((slot) => !ranges.some(({ start, end }) => start <= slot && slot <= end));
    return Promise.resolve(missing === undefined ? undefined : `slot ${missing} is not known to be of ${name}`);
  }, LIMIT_MS);
}

/** Moves slots there, and some of them back, under a load that is to see nothing of it. */
async function moveUnderLoad({ cluster, redis, told }: Scene, move: Move): Promise<void> {
  const [from, to] = await cluster.primaries();
  const load = await Load.start(redis);
  const others = new CheckingCallers(redis);
  const startMs = load.nowMs;
  const before = await asked(cluster);
  const slots = await firstSlotsOf(from, 2_000);
  await move(cluster, slots, from, to);
  await untilKnown(redis, slots, to);
  // A node that lags behind may have a slot told to be back, and moved once more; the last ones wait for an asking.
  await until(() => {
    const toldSlots = told.reduce((sum, { movedSlots }) => sum + movedSlots, 0);
    return Promise.resolve(toldSlots >= slots.length ? undefined : `only ${toldSlots} slots were told to have moved`);
  }, LIMIT_MS);
  // A node that takes a slot back before it has heard of the other's epoch would make one that is the same.
  await cluster.untilSettled();
  const back = slots.slice(0, 300);
  await move(cluster, back, to, from);
  await untilKnown(redis, back, from);
  const seconds = (load.nowMs - startMs) / 1_000;
  const looks = await asked(cluster) - before;
  const rounds = await others.stop();
  const { errors, wrong, differences } = await load.stop();
  assert.deepEqual([errors, wrong, differences], [[], [], []]);
  // About one look a second: at one node, and at all where that one tells news.
  const most = (seconds + 2) * (cluster.nodes.length + 1);
  assert.ok(looks > 0 && looks <= most, `the nodes were asked ${looks} times in ${seconds} s`);
  assert.ok(rounds.several > 100 && rounds.watched > 100, `the callers did only ${JSON.stringify(rounds)}`);
}

/** A slot with a key that has gone, one that is still here, and one that is about to be made. */
interface HalfWay extends Scene {
  readonly from: RealNode;
  readonly to: RealNode;
  readonly gone: string;
  readonly here: string;
  readonly fresh: string;
  /** Keys of other slots, with their values. */
  readonly others: readonly (readonly [key: string, value: string])[];
  finish(): Promise<void>;
}

async function halfWay(scene: Scene, tag: string): Promise<HalfWay> {
  const { cluster, redis } = scene;
  const [gone, here, fresh] = ["gone", "here", "fresh"].map((name) => `{${tag}}${name}`);
  const others = Array.from({ length: 5 }, (_, index) => [`${tag} ${index}`, String(index)] as const);
  await redis.mset({ [gone]: "1", [here]: "2", ...Object.fromEntries(others) });
  const slot = redis.slotOf(gone);
  const from = await cluster.primaryOf(slot);
  const to = (await cluster.primaries()).find((node) => node !== from)!;
  await startMigrating(slot, from, to);
  await migrateKeys([gone], from, to);
  const finish = () => finishMigrating(cluster, slot, from, to);
  return { ...scene, from, to, gone, here, fresh, others, finish };
}

/** What is asked of the other node, with the reply. */
const ASKED: readonly (readonly [name: string, call: (half: HalfWay) => Promise<unknown>, reply: unknown])[] = [
  ["GET of a key that has gone", ({ redis, gone }) => redis.get(gone), "1"],
  ["GET of a key that is here", ({ redis, here }) => redis.get(here), "2"],
  ["SET of a key that is not there yet", ({ redis, fresh }) => redis.set(fresh, 3), "OK"],
  ["EXISTS", ({ redis, fresh, gone }) => redis.exists(fresh, gone), 2],
  ["MGET of keys in many slots", ({ redis, gone, others }) => {
    const keys = others.map(([key]) => key);
    return redis.mget(keys[0], gone, ...keys.slice(1), gone);
  }, ["0", "1", "1", "2", "3", "4", "1"]],
  [
    "a pipeline over both nodes and others",
    ({ redis, here, gone, fresh, others }) =>
      redis.pipeline([here, others[1][0], gone, fresh, here].map((key) => get(key))),
    ["2", "1", "1", "3", "2"],
  ],
  ["a transaction over keys that have gone", ({ redis, gone, fresh }) => redis.transaction([get(gone), incr(fresh)]), [
    "1",
    4,
  ]],
  ["a section that watches what has gone", ({ redis, gone, fresh }) =>
    redis.watch([gone, fresh], async (lease) => {
      const value = await lease.get(fresh);
      return [value, ...await lease.transaction().get(gone).incr(fresh).exec()];
    }), ["4", "1", 5]],
  ["a lease", async ({ redis, gone }) => {
    // The first is told where the slot has gone, the second is there.
    const refused = await redis.lease({ key: gone });
    await refused.get(gone).then(() => assert.fail("it was told nothing"), () => {}).finally(() => refused.release());
    const lease = await redis.lease({ key: gone });
    return lease.get(gone).finally(() => lease.release());
  }, "1"],
];

/** What nobody can answer as long as some keys have gone and others have not. */
const SPLIT: readonly (readonly [name: string, call: (half: HalfWay) => Promise<unknown>, reply: unknown])[] = [
  ["MGET", ({ redis, gone, here }) => redis.mget(here, gone, here), ["2", "1", "2"]],
  ["MGET with keys of other slots", ({ redis, gone, here, others }) => redis.mget(gone, others[3][0], here), [
    "1",
    "3",
    "2",
  ]],
  ["EXISTS", ({ redis, gone, here }) => redis.exists(gone, here, gone), 3],
  ["COPY", ({ redis, gone, here }) => redis.copy(here, `${gone} copy`), 1],
  [
    "MSET of keys that are not there yet",
    ({ redis, fresh }) => redis.mset({ [fresh]: "3", [`${fresh} too`]: "4" }),
    "OK",
  ],
  [
    "a pipeline",
    ({ redis, gone, here, others }) =>
      redis.pipeline([get(here), mget(gone, here), get(others[4][0]), exists(here, gone)]),
    ["2", ["1", "2"], "4", 2],
  ],
  ["a transaction", ({ redis, gone, here }) => redis.transaction([get(gone), get(here), set(`${here} too`, 1)]), [
    "1",
    "2",
    "OK",
  ]],
  ["a transaction with MGET", ({ redis, gone, here }) => redis.transaction([mget(gone, here)]), [["1", "2"]]],
  [
    "a section that watches both",
    ({ redis, gone, here }) =>
      redis.watch(
        [gone, here],
        async (lease) => [await lease.mget(gone, here), await lease.transaction().get(gone).exec()],
      ),
    [["1", "2"], ["1"]],
  ],
];

for (const kind of ["redis7", "valkey8", "valkey9"] as ServerKind[]) {
  const shared = sharedCluster(kind);

  for (const [how, move] of [["key by key", keyByKey], ["at once", atOnce]] as const) {
    if ((how === "at once") !== (kind === "valkey9")) continue;
    test(
      `${kind}: 2,000 slots move ${how} under 200 callers, who see no error and no wrong answer`,
      TIME,
      async (t) => {
        const scene = await sceneOf(t, shared());
        await moveUnderLoad(scene, move);
        const sentOn = await counted(scene.cluster, "asking");
        if (how === "key by key") assert.ok(sentOn > 20, `only ${sentOn} calls were sent on by ASK`);
      },
    );
  }

  test(
    `${kind}: calls of a slot that is half-way are answered, and the map and the nodes are left alone`,
    TIME,
    async (t) => {
      const half = await halfWay(await sceneOf(t, shared()), "asked");
      const { cluster, redis, told, from, to, gone } = half;
      const before = redis.nodes().map(({ name, slots }) => [name, slots]);
      const askedBefore = await asked(cluster);
      for (const [name, call, reply] of ASKED) {
        assert.deepEqual(await call(half), reply, name);
        assert.equal(redis.nodeOf(gone)?.name, from.name, name);
      }
      assert.deepEqual(redis.nodes().map(({ name, slots }) => [name, slots]), before);
      assert.deepEqual([told, await asked(cluster)], [[], askedBefore]);
      await half.finish();
      assert.deepEqual([await redis.get(gone), redis.nodeOf(gone)?.name], ["1", to.name]);
    },
  );

  test(`${kind}: calls whose keys are split between two nodes wait until the slot has moved`, TIME, async (t) => {
    const half = await halfWay(await sceneOf(t, shared()), "split");
    const { cluster } = half;
    const refused = await counted(cluster, "TRYAGAIN", "ASK");
    let answered = 0;
    const calls = Promise.all(SPLIT.map(async ([name, call, reply]) => {
      assert.deepEqual(await call(half), reply, name);
      answered++;
    }));
    await until(async () => {
      const count = await counted(cluster, "TRYAGAIN", "ASK") - refused;
      return count < SPLIT.length * 3 ? `they were refused only ${count} times` : undefined;
    }, LIMIT_MS);
    assert.equal(answered, 0);
    await half.finish();
    await calls;
    assert.equal(await half.redis.del(half.gone, half.here), 2);
  });

  test(`${kind}: who waits for an element goes on waiting where its slot has gone`, TIME, async (t) => {
    const { cluster, redis } = await sceneOf(t, shared());
    const [from, to] = await cluster.primaries();
    const queues = Array.from({ length: 30 }, (_, index) => `queue:${index}`)
      .filter((queue) => redis.nodeOf(queue)?.name === from.name);
    const waiting = Promise.all(queues.map((queue) => redis.blpop(queue, 20)));
    await until(async () => {
      const blocked = Number(await from.field("blocked_clients", "INFO", "clients"));
      return blocked < queues.length ? `only ${blocked} of ${queues.length} wait` : undefined;
    }, LIMIT_MS);
    await moveSlots(cluster, [...new Set(queues.map((queue) => redis.slotOf(queue)))], from, to);
    for (const queue of queues) await redis.rpush(queue, `of ${queue}`);
    assert.deepEqual(await waiting, queues.map((queue) => ({ key: queue, element: `of ${queue}` })));
    for (const queue of queues) assert.equal(redis.nodeOf(queue)?.name, to.name);
  });
}
