/**
 * A program whose cluster clients make more calls to a dead node than may wait, for as many rounds as it is told.
 *
 * Run by outage_test.ts. Nothing is real but the clients: the cluster is scripted and time is the program's own. It
 * prints the bytes that are in use after a collection, before the second half of the rounds and behind it.
 *
 * @module
 */
import process from "node:process";
import { clientOf, settled } from "../support/cluster_scene.ts";
import { scriptedCluster } from "../support/scripted_cluster.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { liveBytes } from "./tallies.ts";

const CLIENTS = 20;
const QUEUED = 20;
const CALLS = 2 * QUEUED;
const TIMEOUT_MS = 500;
const ROUND_MS = 1_000;

const rounds = Number(process.argv[2]);
const ends: (() => unknown)[] = [];
const context = { defer: (end: () => unknown) => void ends.push(end) } as Parameters<typeof scriptedCluster>[0];
const scene = scriptedCluster(context, { primaries: 10, replicas: 10 });
const { cluster, clock } = scene;
const seeds = cluster.nodes.slice(0, 5).map(({ ip, port }) => ({ host: ip, port }));
const clients = await Promise.all(Array.from({ length: CLIENTS }, async (_, index) => {
  const options = { random: seededRandom(index), seeds, maxQueued: QUEUED, timeoutMs: TIMEOUT_MS };
  return (await clientOf(context, scene, options)).redis;
}));
await settled(clock, Promise.all(clients.map((redis) => redis.get("bar"))));
cluster.primaryOf("bar").down();

const bytes: number[] = [];
const outcomes = new Map<string, number>();
for (let round = 0; round <= rounds; round++) {
  if (round === rounds / 2 || round === rounds) bytes.push(await liveBytes());
  const calls = clients.flatMap((redis) =>
    Array.from(
      { length: CALLS },
      () => redis.incr("bar").catch(({ name }: Error) => void outcomes.set(name, (outcomes.get(name) ?? 0) + 1)),
    )
  );
  await clock.advance(ROUND_MS);
  await Promise.all(calls);
  for (const node of cluster.nodes) node.log.length = 0;
  cluster.dials.length = 0;
}
for (const end of ends.reverse()) await end();
console.log(JSON.stringify({ bytes, outcomes: Object.fromEntries(outcomes) }));
