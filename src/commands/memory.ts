/**
 * Commands on the memory that a server takes.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { camelCase, toFields } from "./field_readers.ts";
import { type Double, doubleOf, integerOrNull, ok, pairsOf, reader, type Report, report } from "./readers.ts";
import { setField, type Status, statuses, textOf, toInteger } from "./readers.ts";
import { option } from "./words.ts";

/** How thoroughly a {@linkcode memoryUsage} looks. */
export interface MemoryUsageOptions {
  /** How many nested items to look at; 5 when absent, 0 for all. */
  samples?: number;
}

/** What the tables of one database take, in bytes. */
export interface DatabaseMemory {
  /** The table of the keys. */
  overheadHashtableMain: number;
  /** The table of the times at which keys expire. */
  overheadHashtableExpires: number;
  /** The table of the keys by slot; before Redis 7.4 and Valkey 8. */
  overheadHashtableSlotToKeys?: number;
}

/** What a {@linkcode memoryStats} gives, in bytes where nothing else is said. */
export interface MemoryStats {
  /** The most that the server has ever taken. */
  peakAllocated: number;
  /** What it takes now. */
  totalAllocated: number;
  /** What it took when it had started. */
  startupAllocated: number;
  /** The backlog for replicas that come back. */
  replicationBacklog: number;
  /** What replicas are being sent; Valkey 9. */
  replicasReplBuffer?: number;
  /** What a replica keeps while it copies everything; Redis 8. */
  replicaFullsyncBuffer?: number;
  /** The connections of replicas. */
  clientsSlaves: number;
  /** All other connections. */
  clientsNormal: number;
  /** The connections to other nodes of a cluster. */
  clusterLinks: number;
  /** Slots that come from another node; Valkey 9. */
  clusterSlotImport?: number;
  /** Slots that go to another node; Valkey 9. */
  clusterSlotExport?: number;
  /** The buffers of the append only file. */
  aofBuffer: number;
  /** The cached scripts. */
  luaCaches: number;
  /** The functions. */
  functionsCaches: number;
  /** What runs scripts; Redis 8. */
  scriptVMs?: number;
  /** The databases that have keys, by their index; in Valkey 9 those that have had some, too. */
  databases: Record<Status, DatabaseMemory>;
  /** The buckets of the tables of all databases; Redis 7.4 and Valkey 8. */
  overheadDbHashtableLut?: number;
  /** The buckets of the tables that are being resized; Redis 7.4 and Valkey 8. */
  overheadDbHashtableRehashing?: number;
  /** All that is no data. */
  overheadTotal: number;
  /** How many tables are being resized; Redis 7.4 and Valkey 8. */
  dbDictRehashingCount?: number;
  /** How many keys all databases have. */
  keysCount: number;
  /** The bytes for each key. */
  keysBytesPerKey: number;
  /** The data. */
  datasetBytes: number;
  /** The data's share of what was taken since the start, in percent. */
  datasetPercentage: Double;
  /** What is taken now as a share of the peak, in percent. */
  peakPercentage: Double;
  /** What the allocator has given out. */
  allocatorAllocated: number;
  /** The pages of which the allocator has given out some part. */
  allocatorActive: number;
  /** The pages that the allocator holds. */
  allocatorResident: number;
  /** The pages that the allocator has offered to the system; Redis 7.4 and Valkey 8. */
  allocatorMuzzy?: number;
  /** `allocatorActive` by `allocatorAllocated`. */
  allocatorFragmentationRatio: Double;
  /** Their difference. */
  allocatorFragmentationBytes: number;
  /** `allocatorResident` by `allocatorActive`. */
  allocatorRssRatio: Double;
  /** Their difference. */
  allocatorRssBytes: number;
  /** What the process holds by `allocatorResident`. */
  rssOverheadRatio: Double;
  /** Their difference. */
  rssOverheadBytes: number;
  /** What the process holds by what is taken now. */
  fragmentation: Double;
  /** Their difference. */
  fragmentationBytes: number;
}

// A double is a string under RESP2, and what a newer server adds may be one too.
function toStat(value: Value): number {
  return typeof value === "string" ? doubleOf(value) : toInteger(value, PLAIN);
}

function toStats(value: Value): MemoryStats {
  const databases: Record<Status, DatabaseMemory> = {};
  const stats: Record<Status, unknown> = { databases };
  for (const [name, stat] of pairsOf(value)) {
    const text = textOf(name);
    const index = /^db\.(\d+)$/.exec(text)?.[1];
    if (index === undefined) setField(stats, camelCase(text), toStat(stat));
    else databases[index] = toFields<DatabaseMemory>(stat, PLAIN, {});
  }
  return stats as unknown as MemoryStats;
}

const statsReader: ReplyReader<MemoryStats> = /* @__PURE__ */ reader(PLAIN, toStats);

/**
 * Gives advice, for people, on how the server uses its memory.
 *
 * Complexity: O(1). Since 4.0.0.
 */
export function memoryDoctor(): Command<Report> {
  return command(["MEMORY", "DOCTOR"], report);
}

/**
 * Gives lines, for people, on the subcommands of MEMORY.
 *
 * Complexity: O(1). Since 4.0.0.
 */
export function memoryHelp(): Command<Status[]> {
  return command(["MEMORY", "HELP"], statuses);
}

/**
 * Gives what the allocator says of itself, as text for people.
 *
 * Complexity: O(n) in the memory that is allocated. Since 4.0.0.
 */
export function memoryMallocStats(): Command<Report> {
  return command(["MEMORY", "MALLOC-STATS"], report);
}

/**
 * Gives memory that the allocator holds and does not need back to the system.
 *
 * Complexity: O(n) in the memory that is allocated. Since 4.0.0.
 */
export function memoryPurge(): Command<"OK"> {
  return command(["MEMORY", "PURGE"], ok);
}

/**
 * Gives what takes how much of the server's memory.
 *
 * Complexity: O(1). Since 4.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const { keysCount, datasetBytes, databases } = await redis.memoryStats();
 * console.log(keysCount, datasetBytes, databases["0"]?.overheadHashtableMain);
 * await redis.close();
 * ```
 */
export function memoryStats(): Command<MemoryStats> {
  return command(["MEMORY", "STATS"], statsReader);
}

/**
 * Gives about how many bytes of memory a key takes, or null when there is no such key.
 *
 * Complexity: O(n) in the count of samples. Since 4.0.0.
 */
export function memoryUsage(key: Key, options?: MemoryUsageOptions): Command<number | null> {
  const words: Word[] = ["MEMORY", "USAGE", key];
  if (options !== undefined) option(words, "SAMPLES", options.samples);
  return command(words, integerOrNull);
}
