/**
 * Commands on the slots of a cluster: which slot a key has, what is in a slot, whose it is, and its way to another node.
 *
 * @module
 */
import { type ClusterMigrationTask, migrationTasksReader, type SlotRange } from "./cluster_slot_readers.ts";
import { type ClusterSlotMigration, slotMigrationsReader } from "./cluster_slot_readers.ts";
import { type SlotStats, slotStatsReader } from "./cluster_slot_readers.ts";
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer, ok, type Status, status, strings } from "./readers.ts";
import { type KeysPage, keysPage } from "./record_readers.ts";
import type { FlushOptions } from "./server.ts";
import { exclude, oneOf, option, type ScanOptions, scanOptions, wantOne } from "./words.ts";

/** Slots that follow one another, both ends included, as a record or as a pair. */
export type Slots = SlotRange | readonly [start: number, end: number];

/** Which keys a {@linkcode clusterscan} gives. */
export interface ClusterscanOptions extends ScanOptions {
  /** Gives only keys of this type. */
  type?: string;
  /** Goes through this slot alone. */
  slot?: number;
}

/** Slots that are to go to one node. */
export interface SlotsToMigrate {
  /** The slots. */
  slots: readonly Slots[];
  /** The id of the node. */
  node: string;
}

/** Which migration is meant: one, or all. */
export type ClusterMigrationFilter = {
  /** The id that {@linkcode clusterMigrationImport} gave. */
  id: string;
  all?: false;
} | {
  id?: undefined;
  /** Every one. */
  all: true;
};

/** What a {@linkcode clusterSetslot} makes of a slot: one of these. */
export interface SlotState {
  /** It comes from the node with this id. */
  importing?: string;
  /** It goes to the node with this id. */
  migrating?: string;
  /** It belongs to the node with this id. */
  node?: string;
  /** It neither comes nor goes. */
  stable?: boolean;
}

/** How long a {@linkcode clusterSetslot} may take. */
export interface ClusterSetslotOptions {
  /** Milliseconds until it fails if a replica has not done the same; since Valkey 8.0. */
  timeout?: number;
}

/** What is counted of a slot. */
export type SlotMetric = "key-count" | "cpu-usec" | "memory-bytes" | "network-bytes-in" | "network-bytes-out";

/** The slots that a {@linkcode clusterSlotStats} looks at: those of a range, or the first by a metric. */
export type ClusterSlotStatsOptions = {
  /** The slots; those that the node does not serve are left out. */
  slotsRange: Slots;
  orderBy?: undefined;
  limit?: undefined;
  order?: undefined;
} | {
  slotsRange?: undefined;
  /** What to sort by. */
  orderBy: SlotMetric;
  /** How many to give at most. */
  limit?: number;
  /** Where to begin: at the least, or at the most, which it does when absent. */
  order?: "asc" | "desc";
};

function rangeWords(name: string, ranges: readonly Slots[]): number[] {
  wantOne(name, "range", ranges);
  return ranges.flatMap((range) => "start" in range ? [range.start, range.end] : range);
}

/**
 * Gives slots that have no node to this one.
 *
 * Complexity: O(n) in the count of slots. Since 3.0.0.
 */
export function clusterAddslots(...slots: number[]): Command<"OK"> {
  wantOne("CLUSTER ADDSLOTS", "slot", slots);
  return command(["CLUSTER", "ADDSLOTS", ...slots], ok);
}

/**
 * Gives ranges of slots that have no node to this one.
 *
 * Complexity: O(n) in the count of slots. Since 7.0.0.
 */
export function clusterAddslotsrange(...ranges: Slots[]): Command<"OK"> {
  return command(["CLUSTER", "ADDSLOTSRANGE", ...rangeWords("CLUSTER ADDSLOTSRANGE", ranges)], ok);
}

/**
 * Ends every migration of slots that began on this node; an error when there is none.
 *
 * Complexity: O(n) in the count of migrations. Since Valkey 9.0.0.
 */
export function clusterCancelslotmigrations(): Command<"OK"> {
  return command(["CLUSTER", "CANCELSLOTMIGRATIONS"], ok);
}

/**
 * Gives how many keys of a slot the node has.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterCountkeysinslot(slot: number): Command<number> {
  return command(["CLUSTER", "COUNTKEYSINSLOT", slot], integer);
}

/**
 * Makes the node forget which nodes have these slots.
 *
 * Complexity: O(n) in the count of slots. Since 3.0.0.
 */
export function clusterDelslots(...slots: number[]): Command<"OK"> {
  wantOne("CLUSTER DELSLOTS", "slot", slots);
  return command(["CLUSTER", "DELSLOTS", ...slots], ok);
}

/**
 * Makes the node forget which nodes have the slots of these ranges.
 *
 * Complexity: O(n) in the count of slots. Since 7.0.0.
 */
export function clusterDelslotsrange(...ranges: Slots[]): Command<"OK"> {
  return command(["CLUSTER", "DELSLOTSRANGE", ...rangeWords("CLUSTER DELSLOTSRANGE", ranges)], ok);
}

/**
 * Deletes all keys of a slot from the node.
 *
 * Complexity: O(n) in the count of keys. Since Valkey 9.0.0.
 */
export function clusterFlushslot(slot: number, options?: FlushOptions): Command<"OK"> {
  const words: Word[] = ["CLUSTER", "FLUSHSLOT", slot];
  if (options !== undefined) oneOf("CLUSTER FLUSHSLOT", words, options, ["async", "sync"]);
  return command(words, ok);
}

/**
 * Takes all slots from a node that has no keys.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterFlushslots(): Command<"OK"> {
  return command(["CLUSTER", "FLUSHSLOTS"], ok);
}

/**
 * Gives some of the keys of a slot, at most `count`.
 *
 * Complexity: O(n) in the count of keys given. Since 3.0.0.
 */
export function clusterGetkeysinslot(slot: number, count: number): Command<string[]> {
  return command(["CLUSTER", "GETKEYSINSLOT", slot, count], strings);
}

/**
 * Gives the migrations of slots that the node takes part in, and those that ended not long ago.
 *
 * Complexity: O(n) in the count of migrations. Since Valkey 9.0.0.
 */
export function clusterGetslotmigrations(): Command<ClusterSlotMigration[]> {
  return command(["CLUSTER", "GETSLOTMIGRATIONS"], slotMigrationsReader);
}

/**
 * Gives the slot of a key, whichever node has it.
 *
 * Complexity: O(n) in the length of the key. Since 3.0.0.
 */
export function clusterKeyslot(key: Key): Command<number> {
  return command(["CLUSTER", "KEYSLOT", key], integer);
}

/**
 * Begins to move slots, with their keys, from this node to others; {@linkcode clusterGetslotmigrations} tells how far it is.
 *
 * Complexity: O(n) in the count of slots. Since Valkey 9.0.0.
 *
 * @param groups The slots that go to one node, or a list of such.
 */
export function clusterMigrateslots(groups: SlotsToMigrate | readonly SlotsToMigrate[]): Command<"OK"> {
  const words: Word[] = ["CLUSTER", "MIGRATESLOTS"];
  const list: readonly SlotsToMigrate[] = "slots" in groups ? [groups] : groups;
  wantOne("CLUSTER MIGRATESLOTS", "group of slots", list);
  for (const { slots, node } of list) {
    words.push("SLOTSRANGE", ...rangeWords("CLUSTER MIGRATESLOTS", slots), "NODE", node);
  }
  return command(words, ok);
}

function migrationWords(subcommand: string, filter: ClusterMigrationFilter): Word[] {
  const name = `CLUSTER MIGRATION ${subcommand}`;
  const words: Word[] = [];
  oneOf<{ id?: string; all?: boolean }>(name, words, filter, ["id", "all"]);
  wantOne(name, "option", words);
  return ["CLUSTER", "MIGRATION", subcommand, ...words];
}

/**
 * Ends migrations of slots on this node and gives how many these were.
 *
 * Complexity: O(n) in the count of migrations. Since 8.4.0.
 */
export function clusterMigrationCancel(filter: ClusterMigrationFilter): Command<number> {
  return command(migrationWords("CANCEL", filter), integer);
}

/**
 * Begins to move slots, with their keys, from other nodes to this one, and gives the id of this migration.
 *
 * Complexity: O(n) in the count of slots. Since 8.4.0.
 */
export function clusterMigrationImport(...ranges: Slots[]): Command<Status> {
  return command(["CLUSTER", "MIGRATION", "IMPORT", ...rangeWords("CLUSTER MIGRATION IMPORT", ranges)], status);
}

/**
 * Gives how far migrations of slots are, also of those that have ended; an empty list where there is none.
 *
 * Complexity: O(n) in the count of migrations. Since 8.4.0.
 */
export function clusterMigrationStatus(filter: ClusterMigrationFilter): Command<ClusterMigrationTask[]> {
  return command(migrationWords("STATUS", filter), migrationTasksReader);
}

/**
 * Says of a slot that it comes to this node, goes from it, does neither, or which node it belongs to.
 *
 * Complexity: O(1). Since 3.0.0; `timeout` since Valkey 8.0.0.
 */
export function clusterSetslot(slot: number, state: SlotState, options?: ClusterSetslotOptions): Command<"OK"> {
  const words: Word[] = [];
  oneOf("CLUSTER SETSLOT", words, state, ["importing", "migrating", "node", "stable"]);
  wantOne("CLUSTER SETSLOT", "state", words);
  option(words, "TIMEOUT", options?.timeout);
  return command(["CLUSTER", "SETSLOT", slot, ...words], ok);
}

/**
 * Gives how many keys slots of this node have and how busy they are.
 *
 * Complexity: O(n) in the count of slots, O(n log n) with `orderBy`. Since 8.2.0; Valkey since 8.0.0.
 */
export function clusterSlotStats(options: ClusterSlotStatsOptions): Command<SlotStats[]> {
  const words: Word[] = [];
  exclude("CLUSTER SLOT-STATS", options, ["slotsRange", "orderBy"]);
  exclude("CLUSTER SLOT-STATS", options, ["slotsRange", "limit"]);
  exclude("CLUSTER SLOT-STATS", options, ["slotsRange", "order"]);
  const { slotsRange, orderBy, limit, order } = options;
  if (slotsRange !== undefined) words.push("SLOTSRANGE", ...rangeWords("CLUSTER SLOT-STATS", [slotsRange]));
  option(words, "ORDERBY", orderBy);
  wantOne("CLUSTER SLOT-STATS", "option", words);
  option(words, "LIMIT", limit);
  if (order !== undefined) words.push(order.toUpperCase());
  return command(["CLUSTER", "SLOT-STATS", ...words], slotStatsReader);
}

/**
 * Gives some of the keys of the whole cluster, slot by slot, and the cursor at which the next call goes on.
 *
 * `"0"` starts, and ends, a scan. The node to ask is the one that has the slot of the cursor, taken as a key.
 * Complexity: O(n) in the count of keys given. Since Valkey 9.1.0.
 */
export function clusterscan(cursor: string | number, options?: ClusterscanOptions): Command<KeysPage<string>> {
  const words: Word[] = ["CLUSTERSCAN", cursor];
  if (options !== undefined) {
    scanOptions(words, options);
    option(words, "TYPE", options.type);
    option(words, "SLOT", options.slot);
  }
  return command(words, keysPage);
}
