/**
 * A real cluster with callers of every kind at work, and what each shard's bad moment did to them.
 *
 * Two hundred callers read by all modes, forty by each, and write; some more do nothing but push to lists
 * (`pushers.ts`), which tells exactly what was applied. Shards are called by the primary that they had at first.
 *
 * Moments are those of `performance.now()`.
 *
 * @module
 */
import { type ClusterClient, connectCluster, type ConnectOptions } from "../../mod.ts";
import type { Context } from "../support/harness.ts";
import { type ClusterOptions, type RealCluster, startCluster } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import { until } from "../support/until.ts";
import { Load, type LoadReport } from "./load.ts";
import { Pushers, type PushReport } from "./pushers.ts";

/** Which nodes the callers read from. */
export const MODES = ["primary", "primaryPreferred", "replica", "replicaPreferred", "any"] as const;
/** One of them. */
export type Mode = typeof MODES[number];

const CALLERS = 200;
const PUSHERS = 4;
const KEYS = 2_000;
// They leave the servers and the runner room on two cores, so that times are the client's and not the machine's.
const PAUSE_MS = 40;
const LIMIT_MS = 15_000;

/** What the end of the day tells. */
export interface DayReport {
  readonly loads: ReadonlyMap<Mode, LoadReport>;
  readonly pushes: PushReport;
}

/** A cluster, a client, and its callers. */
export class BadDay {
  readonly cluster: RealCluster;
  readonly redis: ClusterClient;
  readonly #readers: ReadonlyMap<Mode, ClusterClient>;
  readonly #shards: ReadonlyMap<string, string>;
  readonly #loads = new Map<Mode, Load>();
  #pushers: Pushers | undefined;

  private constructor(cluster: RealCluster, redis: ClusterClient, readers: ReadonlyMap<Mode, ClusterClient>) {
    this.cluster = cluster;
    this.redis = redis;
    this.#readers = readers;
    this.#shards = keysOfShards(redis);
  }

  /** Starts a cluster and the callers, and waits until all of them are at work. */
  static async begin(t: Context, cluster: ClusterOptions, options: ConnectOptions = {}): Promise<BadDay> {
    const servers = await startCluster(cluster);
    t.defer(() => servers.stop());
    const client = async (readFrom: Mode): Promise<ClusterClient> => {
      const redis = await connectCluster({ seeds: servers.seeds, readFrom, ...options });
      t.defer(() => redis.destroy());
      return redis;
    };
    const readers = new Map<Mode, ClusterClient>();
    for (const mode of MODES) readers.set(mode, await client(mode));
    const day = new BadDay(servers, await client("primary"), readers);
    t.defer(() => day.#stop());
    await day.#start();
    return day;
  }

  /** A key of a shard. */
  keyOf(shard: string): string {
    return `{${this.#shards.get(shard)}}`;
  }

  /** The shards, by their first primaries. */
  get shards(): readonly string[] {
    return [...this.#shards.keys()];
  }

  /** The primary of a shard now. */
  async primaryOf(shard: string): Promise<RealNode> {
    return await this.cluster.primaryOf(this.redis.slotOf(this.keyOf(shard)));
  }

  async #start(): Promise<void> {
    const shardOf = this.#namer();
    for (const mode of MODES) {
      const options = { callers: CALLERS / MODES.length, keys: KEYS / MODES.length, pauseMs: PAUSE_MS, shardOf };
      const reader = this.#readers.get(mode)!;
      this.#loads.set(mode, await Load.start(this.redis, { ...options, prefix: mode, reader }));
    }
    const lists = this.shards.flatMap((shard) =>
      Array.from({ length: PUSHERS }, (_, list) => [`${this.keyOf(shard)}:list:${list}`, shard] as const)
    );
    this.#pushers = new Pushers(this.redis, new Map(lists));
  }

  /** What the callers call a key's shard: by its first primary. */
  #namer(): (key: string) => string {
    const names = new Map(this.redis.nodes().flatMap(({ role, slots, name }) =>
      role === "primary" ? slots.map((range) => [range, name] as const) : []
    ));
    return (key) => {
      const slot = this.redis.slotOf(key);
      for (const [{ start, end }, name] of names) if (start <= slot && slot <= end) return name;
      throw new Error(`Cannot name the shard of slot ${slot}`);
    };
  }

  /** Waits until a shard's writes are acknowledged again after a moment. */
  async untilWritten(shard: string, atMs: number): Promise<void> {
    await until(
      () => Promise.resolve(this.#pushers!.acknowledgedSince(shard, atMs) < 50 ? `${shard} takes no writes` : undefined),
      LIMIT_MS,
    );
  }

  /** What a moment is called by the callers of a mode. */
  #since(mode: Mode, atMs: number): number {
    const load = this.#loads.get(mode)!;
    return atMs - (performance.now() - load.nowMs);
  }

  /** The share's percentile of calls to one shard, of all modes, between two moments. */
  percentile(share: number, shard: string, fromMs: number, toMs: number): number {
    const times = MODES.map((mode) =>
      this.#loads.get(mode)!.samples.percentile(share, {
        shard,
        fromMs: this.#since(mode, fromMs),
        toMs: this.#since(mode, toMs),
      })
    );
    return Math.max(...times.filter((ms) => !Number.isNaN(ms)));
  }

  /** The longest that a shard's callers of a mode went without a read, between two moments. */
  longestWithoutRead(mode: Mode, shard: string, fromMs: number, toMs: number): number {
    const window = { fromMs: this.#since(mode, fromMs), toMs: this.#since(mode, toMs) };
    return this.#loads.get(mode)!.samples.longestGap({ shard, kind: "read", ...window }).ms;
  }

  /** Has all callers finish what they do. */
  async end(): Promise<DayReport> {
    const pushes = await this.#pushers!.stop();
    const loads = new Map<Mode, LoadReport>();
    for (const [mode, load] of this.#loads) loads.set(mode, await load.stop());
    return { loads, pushes };
  }

  async #stop(): Promise<void> {
    // Those that are told that the client is closed end by themselves.
    this.redis.destroy();
    await Promise.allSettled([this.#pushers?.stop(), ...[...this.#loads.values()].map((load) => load.stop())]);
  }
}

/** By each shard the text of a hash tag of it. */
function keysOfShards(redis: ClusterClient): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const count = redis.nodes().filter(({ role, slots }) => role === "primary" && slots.length > 0).length;
  for (let tag = 0; found.size < count; tag++) {
    const { name } = redis.nodeOf(`{${tag}}`)!;
    if (!found.has(name)) found.set(name, String(tag));
  }
  return found;
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
}
