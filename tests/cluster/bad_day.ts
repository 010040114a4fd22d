/**
 * A real cluster with two hundred callers at work, and what a bad moment of one of its shards did to them.
 *
 * Half of the callers do everything, by a client that reads from primaries. The others only read, twenty by each mode,
 * so that no write that waits keeps them from reading. Some more do nothing but push to lists (`pushers.ts`), which
 * tells exactly what was applied. Shards are called by the primary that they had at first.
 *
 * Moments are those of `performance.now()`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type ClusterClient, connectCluster, type ConnectOptions, type ReadFrom } from "../../mod.ts";
import type { Context } from "../support/harness.ts";
import { type ClusterOptions, type RealCluster, startCluster } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import { until } from "../support/until.ts";
import { Load, type LoadReport } from "./load.ts";
import { Pushers, type PushReport } from "./pushers.ts";

/** Which nodes the callers read from who only read. */
export const MODES: readonly ReadFrom[] = ["primary", "primaryPreferred", "replica", "replicaPreferred", "any"];

const WRITERS = 100;
const READERS = 100 / MODES.length;
const LISTS = 4;
const KEYS = 1_000;
// They leave the servers and the runner room on two cores, so that times are the client's and not the machine's.
const PAUSE_MS = 40;
const LIMIT_MS = 15_000;
const ENOUGH = 50;
// What was acknowledged may be read a little later, by a runner that has much to do.
const LATE_MS = 250;
/** How long before a bad moment calls are looked at, to compare. */
export const BEFORE_MS = 300;

/** What the end of the day tells. */
export interface DayReport {
  /** Of those who do everything. */
  readonly writers: LoadReport;
  /** Of those who only read, by their modes. */
  readonly readers: ReadonlyMap<ReadFrom, LoadReport>;
  /** Of those who push. */
  readonly pushes: PushReport;
}

/** A bad moment of a shard. */
export interface Moment {
  /** The shard. */
  readonly shard: string;
  /** When it began. */
  readonly atMs: number;
  /** When the old primary took no write any more. */
  readonly refusedMs: number;
  /** When the new primary itself took a write. */
  readonly takenMs: number;
  /** When all was well again. */
  readonly endMs: number;
}

/** Which calls are meant. */
export interface Wanted {
  /** The shard. */
  shard: string;
  /** Those of the callers who only read by this mode; those who do everything when absent. */
  mode?: ReadFrom;
  /** Those that ended from then on. */
  fromMs: number;
  /** Those that ended until then. */
  toMs: number;
}

/** A cluster, a client, and all callers. */
export class BadDay {
  /** The servers. */
  readonly cluster: RealCluster;
  /** The client of those who write. */
  readonly redis: ClusterClient;
  /** Those who push to lists. */
  readonly pushers: Pushers;
  readonly #tags: ReadonlyMap<string, string>;
  readonly #writers: Load;
  readonly #readers: ReadonlyMap<ReadFrom, Load>;

  private constructor(
    cluster: RealCluster,
    redis: ClusterClient,
    tags: ReadonlyMap<string, string>,
    writers: Load,
    readers: ReadonlyMap<ReadFrom, Load>,
  ) {
    this.cluster = cluster;
    this.redis = redis;
    this.#tags = tags;
    this.#writers = writers;
    this.#readers = readers;
    const lists = this.shards.flatMap((shard) =>
      Array.from({ length: LISTS }, (_, list) => [`${this.keyOf(shard)}:list:${list}`, shard] as const)
    );
    this.pushers = new Pushers(redis, new Map(lists));
  }

  /** Starts a cluster and the callers; `optionsFor` gives what their clients are told beyond all nodes as seeds. */
  static async begin(
    t: Context,
    servers: ClusterOptions,
    optionsFor: (cluster: RealCluster) => ConnectOptions | Promise<ConnectOptions> = () => ({}),
  ): Promise<BadDay> {
    const cluster = await startCluster(servers);
    t.defer(() => cluster.stop());
    const options = await optionsFor(cluster);
    const client = async (readFrom: ReadFrom): Promise<ClusterClient> => {
      const redis = await connectCluster({ seeds: cluster.seeds, readFrom, ...options });
      t.defer(() => redis.destroy());
      return redis;
    };
    const redis = await client("primary");
    const common = { keys: KEYS, pauseMs: PAUSE_MS, shardOf: namerOf(redis) };
    const writers = await Load.start(redis, { ...common, callers: WRITERS, prefix: "all" });
    const readers = new Map<ReadFrom, Load>();
    for (const mode of MODES) {
      const reading = { ...common, callers: READERS, prefix: mode, mix: { get: 3, mget: 1 } };
      readers.set(mode, await Load.start(redis, { ...reading, reader: await client(mode) }));
    }
    return new BadDay(cluster, redis, tagsOf(redis), writers, readers);
  }

  /** The shards, by their first primaries. */
  get shards(): readonly string[] {
    return [...this.#tags.keys()];
  }

  /** A key of a shard. */
  keyOf(shard: string): string {
    return `{${this.#tags.get(shard)}}`;
  }

  /** The primary of a shard now. */
  async primaryOf(shard: string): Promise<RealNode> {
    return await this.cluster.primaryOf(this.redis.slotOf(this.keyOf(shard)));
  }

  /** Waits until many writes to a shard have been acknowledged since a moment. */
  async untilWritten(shard: string, sinceMs: number): Promise<void> {
    await until(() => {
      const enough = this.pushers.acknowledgedSince(shard, sinceMs) >= ENOUGH;
      return Promise.resolve(enough ? undefined : `no writes of the shard ${shard} are acknowledged`);
    }, LIMIT_MS);
  }

  /** How many milliseconds the given share of some calls did not exceed; NaN where there were none. */
  percentile(share: number, { shard, mode, fromMs, toMs }: Wanted): number {
    const load = mode === undefined ? this.#writers : this.#readers.get(mode)!;
    const startMs = performance.now() - load.nowMs;
    return load.samples.percentile(share, { shard, fromMs: fromMs - startMs, toMs: toMs - startMs });
  }

  /** Has all callers finish what they do. */
  async end(): Promise<DayReport> {
    const readers = new Map<ReadFrom, LoadReport>();
    for (const [mode, load] of this.#readers) readers.set(mode, await load.stop());
    return { writers: await this.#writers.stop(), readers, pushes: await this.pushers.stop() };
  }
}

/** What the moments did to callers, for people: one line. */
export function figures(day: BadDay, { writers, readers, pushes }: DayReport, moments: readonly Moment[]): string {
  const added = addedMs(pushes, moments);
  const ms = (numbers: readonly number[]): string => `${Math.round(Math.max(...numbers.filter((one) => one >= 0)))} ms`;
  const others = (from: (moment: Moment) => number, to: (moment: Moment) => number): string =>
    ms(moments.flatMap((moment) =>
      day.shards.filter((shard) => shard !== moment.shard)
        .map((shard) => day.pushers.percentile(0.99, shard, from(moment), to(moment)))
    ));
  const reads = MODES.map((mode) =>
    `${mode} ${
      ms(moments.map(({ shard, atMs: fromMs, endMs: toMs }) => day.percentile(1, { shard, mode, fromMs, toMs })))
    }`
  );
  const reports = [writers, ...readers.values()];
  const calls = reports.reduce((sum, { samples }) => sum + samples.count(), 0);
  const errors = reports.reduce((sum, report) => sum + report.errors.length, pushes.errors.length);
  return [
    `the client adds ${added.map(Math.round).join(", ")} ms, median ${Math.round(median(added))}`,
    `no primary for ${ms(moments.map(({ atMs, takenMs }) => takenMs - atMs))} at most`,
    `${errors} errors in ${calls} calls, ${pushes.lost.length} pushes lost by servers`,
    `p99 of the other shards ${others(({ atMs }) => atMs - BEFORE_MS, ({ atMs }) => atMs)} before, ${
      others(({ atMs }) => atMs, ({ takenMs }) => takenMs)
    } meanwhile`,
    `slowest read by ${reads.join(", ")}`,
  ].join("; ");
}

/**
 * Holds a report to what has to be so in any case: who only reads sees no error, no answer is another call's, nothing is
 * applied twice or though its error says that it was not. What is lost is an old primary's: it was acknowledged just
 * before that took no writes any more.
 */
export function assertSound({ writers, readers, pushes }: DayReport, moments: readonly Moment[]): void {
  for (const { errors, wrong, differences } of readers.values()) {
    assert.deepEqual([inWords(errors), wrong, differences], [[], [], []]);
  }
  assert.deepEqual([writers.wrong, writers.differences.filter(({ what }) => what !== "lost")], [[], []]);
  assert.deepEqual(pushes.wrong, []);
  const lost = pushes.lost.filter(({ atMs }) =>
    !moments.some((moment) => moment.atMs - LATE_MS <= atMs && atMs <= moment.refusedMs + LATE_MS)
  );
  assert.deepEqual(lost, []);
}

/** Errors in few words. */
export function inWords(errors: readonly { readonly deed?: string; readonly error: Error }[]): string[] {
  return errors.map(({ deed = "push", error }) => `${deed}: ${error.name}: ${error.message}`);
}

/** How long after the new primary itself took writes the first of the client's was acknowledged, by moment. */
export function addedMs(pushes: PushReport, moments: readonly Moment[]): number[] {
  return moments.map(({ shard, takenMs }) => pushes.firstAfter(shard, takenMs) - takenMs);
}

/** Gives what the shard of a key is called: by its primary of now. */
function namerOf(redis: ClusterClient): (key: string) => string {
  const primaries = redis.nodes().filter(({ role }) => role === "primary");
  return (key) => {
    const slot = redis.slotOf(key);
    return primaries.find(({ slots }) => slots.some(({ start, end }) => start <= slot && slot <= end))!.name;
  };
}

/** A hash tag of each shard. */
function tagsOf(redis: ClusterClient): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  const shards = redis.nodes().filter(({ role, slots }) => role === "primary" && slots.length > 0);
  for (let tag = 0; tags.size < shards.length; tag++) {
    const { name } = redis.nodeOf(`{${tag}}`)!;
    if (!tags.has(name)) tags.set(name, String(tag));
  }
  return tags;
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
