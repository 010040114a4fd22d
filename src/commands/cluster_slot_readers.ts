/**
 * Readers of what a cluster says of its slots: ranges, how busy they are, migrations.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { fieldsPart, listOfFields, type Part, type Parts } from "./field_readers.ts";
import { pairsOf, reader, type Report, type Status, textOf, toInteger } from "./readers.ts";

/** Slots that follow one another, both ends included. */
export interface SlotRange {
  /** The first slot. */
  start: number;
  /** The last slot. */
  end: number;
}

/** How busy a slot is. All but the keys only where the setting `cluster-slot-stats-enabled` is on. */
export interface SlotStats {
  /** The slot. */
  slot: number;
  /** How many keys it has. */
  keyCount: number;
  /** Processor time spent on it, in microseconds. */
  cpuUsec?: number;
  /** The memory that it takes, in bytes; newer servers of Redis say so. */
  memoryBytes?: number;
  /** Bytes received for it. */
  networkBytesIn?: number;
  /** Bytes sent for it. */
  networkBytesOut?: number;
}

/** A migration of slots between nodes of Valkey. Times are in seconds since the Unix epoch. */
export interface ClusterSlotMigration {
  /** Its name. */
  name: Status;
  /** What this node does: `"EXPORT"` or `"IMPORT"`. */
  operation: Status;
  /** The slots. */
  slotRanges: SlotRange[];
  /** The id of the node they go to. */
  targetNode: Status;
  /** The id of the node they come from. */
  sourceNode: Status;
  /** When it began. */
  createTime: number;
  /** When its state last changed. */
  lastUpdateTime: number;
  /** When the other node was last heard of. */
  lastAckTime: number;
  /** How far it is, such as `"success"`, `"failed"` or `"cancelled"`. */
  state: Status;
  /** What there is to say of it, such as why it failed. */
  message: Report;
  /** How much memory the snapshot made the server copy, in bytes. */
  cowSize: number;
  /** What is still to be sent, in bytes. */
  remainingReplSize: number;
}

/** A migration of slots between nodes of Redis. Times are in milliseconds since the Unix epoch. */
export interface ClusterMigrationTask {
  /** Its id. */
  id: Status;
  /** The slots. */
  slots: SlotRange[];
  /** The id of the node they come from. */
  source: Status;
  /** The id of the node they go to. */
  dest: Status;
  /** What this node does: `"import"` or `"migrate"`. */
  operation: Status;
  /** How far it is, such as `"completed"`, `"failed"` or `"canceled"`. */
  state: Status;
  /** Why it last failed; `""` when it did not. */
  lastError: Report;
  /** How often it was tried again. */
  retries: number;
  /** When it was asked for. */
  createTime: number;
  /** When it began. */
  startTime: number;
  /** When it ended. */
  endTime: number;
  /** How long writes had to wait, in milliseconds. */
  writePauseMs: number;
}

/** A range in text: `0-5460`, or `7` alone. */
export function toRange(text: string): SlotRange {
  const [start, end = start] = text.split("-");
  return { start: Number(start), end: Number(end) };
}

/** Ranges in text, a space between them. */
function toRanges(value: Value): SlotRange[] {
  const text = textOf(value);
  return text === "" ? [] : text.split(" ").map(toRange);
}

/** Ranges as flat or nested pairs. */
export const rangePairs: Part<SlotRange[]> = (value, mode) =>
  pairsOf(value).map(([start, end]) => ({ start: toInteger(start, mode), end: toInteger(end, mode) }));

const toStats: Part<Omit<SlotStats, "slot">> = /* @__PURE__ */ fieldsPart();

/** Slots with how busy they are. */
export const slotStatsReader: ReplyReader<SlotStats[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value, mode) =>
    (value as [Value, Value][]).map(([slot, stats]) => ({ slot: toInteger(slot, mode), ...toStats(stats, mode) })),
);

const RANGES: Parts = { slotRanges: toRanges, slots: toRanges };

/** Migrations of Valkey. */
export const slotMigrationsReader: ReplyReader<ClusterSlotMigration[]> = /* @__PURE__ */ listOfFields(RANGES);

/** Migrations of Redis. */
export const migrationTasksReader: ReplyReader<ClusterMigrationTask[]> = /* @__PURE__ */ listOfFields(RANGES);
