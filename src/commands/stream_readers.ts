/**
 * Readers of replies that hold entries of streams, or say which of them are pending.
 *
 * Ids are text in every view, as are the names of fields. The values of fields, keys, and the names of groups
 * and consumers follow the view.
 *
 * @module
 */
import { BYTES, type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { listPart, orNullPart, textOrNullPart } from "./field_readers.ts";
import { integerOf, pairsOf, reader, record, type Status, textOf, toInteger } from "./readers.ts";

/** An entry of a stream. */
export interface StreamEntry<Text = string> {
  /** The id, as `milliseconds-number`. */
  id: Status;
  /** The fields with their values. Of a field that the entry has more than once, this is the last value. */
  fields: Record<Status, Text>;
}

/** An entry that came to a consumer together with how often it did so before. */
export interface ClaimedEntry<Text = string, Integer = number> extends StreamEntry<Text> {
  /** Milliseconds since it was last delivered, 0 when it is new. */
  millisecondsSinceLastDelivery: Integer;
  /** How often it was delivered before, 0 when it is new. */
  deliveriesCounter: Integer;
}

/** An entry as it comes to a consumer, new or once more. */
export interface DeliveredEntry<Text = string, Integer = number> {
  /** The id, as `milliseconds-number`. */
  id: Status;
  /** The fields with their values, the last value of each; null when the stream no longer has the entry. */
  fields: Record<Status, Text> | null;
  /** Milliseconds since it was last delivered; only where the option `claim` applies. */
  millisecondsSinceLastDelivery?: Integer;
  /** How often it was delivered before; only where the option `claim` applies. */
  deliveriesCounter?: Integer;
}

/** Some of the entries of a stream. */
export interface StreamEntries<Text = string> {
  /** The key of the stream. */
  key: Text;
  /** The entries, in the order of their ids. */
  entries: StreamEntry<Text>[];
}

/** What came to a consumer from a stream, claimed entries first. */
export interface ClaimedEntries<Text = string, Integer = number> {
  /** The key of the stream. */
  key: Text;
  /** The entries. */
  entries: ClaimedEntry<Text, Integer>[];
}

/** What came to a consumer from a stream, new or once more. */
export interface DeliveredEntries<Text = string, Integer = number> {
  /** The key of the stream. */
  key: Text;
  /** The entries. */
  entries: DeliveredEntry<Text, Integer>[];
}

/** What one step through the pending entries of a group claimed. */
export interface AutoclaimPage<Text = string> {
  /** Where the next call goes on; `"0-0"` when none is left. */
  cursor: Status;
  /** The entries that the consumer has now. */
  entries: StreamEntry<Text>[];
  /** Ids of entries that the stream no longer has and that are pending no more; empty before Redis 7.0. */
  deleted: Status[];
}

/** What one step through the pending entries of a group claimed, without the fields. */
export interface AutoclaimIdsPage {
  /** Where the next call goes on; `"0-0"` when none is left. */
  cursor: Status;
  /** Ids of the entries that the consumer has now. */
  ids: Status[];
  /** Ids of entries that the stream no longer has and that are pending no more; empty before Redis 7.0. */
  deleted: Status[];
}

/** How many entries of a group are pending. */
export interface PendingSummary<Text = string, Integer = number> {
  /** The count of all. */
  count: Integer;
  /** The lowest id, or null when none is pending. */
  min: Status | null;
  /** The highest id, or null when none is pending. */
  max: Status | null;
  /** The consumers that have any. */
  consumers: PendingConsumer<Text, Integer>[];
}

/** How many entries are pending for a consumer. */
export interface PendingConsumer<Text = string, Integer = number> {
  /** The name of the consumer. */
  name: Text;
  /** The count of its entries. */
  count: Integer;
}

/** An entry that was delivered and is not acknowledged. */
export interface PendingEntry<Text = string, Integer = number> {
  /** The id. */
  id: Status;
  /** The name of the consumer that has it. */
  consumer: Text;
  /** Milliseconds since it was last delivered. */
  millisecondsSinceLastDelivery: Integer;
  /** How often it was delivered. */
  deliveriesCounter: Integer;
}

// Written out, as a bundler takes an operator between imported names for an effect and keeps it.
const BYTES_AND_BIGINTS: DecodeMode = 3;

function toIds(value: Value): Status[] {
  return (value as Value[] | null ?? []).map(textOf);
}

/** An entry from its id and its fields. */
export function toEntry(value: Value, mode: DecodeMode): StreamEntry {
  const [id, fields] = value as [Value, Value];
  return { id: textOf(id), fields: record.read(fields, mode) };
}

/** Entries; none where the server says null, and without the nulls that old servers give for deleted ones. */
export function toEntries(value: Value, mode: DecodeMode): StreamEntry[] {
  const entries: StreamEntry[] = [];
  for (const item of value as Value[] | null ?? []) if (item !== null) entries.push(toEntry(item, mode));
  return entries;
}

/** Entries of one stream. */
export const entries: ReplyReader<StreamEntry[]> = /* @__PURE__ */ reader(BYTES, toEntries);

function toEntriesByKey(value: Value, mode: DecodeMode): StreamEntries[] {
  return pairsOf(value).map(([key, items]) => ({ key: key as string, entries: toEntries(items, mode) }));
}

/** Entries of several streams, or null. */
export const entriesByKey: ReplyReader<StreamEntries[] | null> = /* @__PURE__ */ reader(
  BYTES,
  /* @__PURE__ */ orNullPart(toEntriesByKey),
);

function toDelivered(value: Value, mode: DecodeMode): DeliveredEntry {
  const [id, fields, idle, deliveries] = value as [Value, Value, Value?, Value?];
  const entry: DeliveredEntry = { id: textOf(id), fields: fields === null ? null : record.read(fields, mode) };
  if (idle === undefined || deliveries === undefined) return entry;
  entry.millisecondsSinceLastDelivery = toInteger(idle, mode);
  entry.deliveriesCounter = toInteger(deliveries, mode);
  return entry;
}

function toDeliveredByKey(value: Value, mode: DecodeMode): DeliveredEntries[] {
  return pairsOf(value).map(([key, items]) => ({
    key: key as string,
    entries: (items as Value[]).map((item) => toDelivered(item, mode)),
  }));
}

/** Entries of several streams as they come to a consumer, or null. */
export const deliveredByKey: ReplyReader<DeliveredEntries[] | null> = /* @__PURE__ */ reader(
  BYTES_AND_BIGINTS,
  /* @__PURE__ */ orNullPart(toDeliveredByKey),
);

/** A page of claimed entries. */
export const autoclaimPage: ReplyReader<AutoclaimPage> = /* @__PURE__ */ reader(BYTES, (value, mode) => {
  const [cursor, items, deleted] = value as [Value, Value, Value?];
  return { cursor: textOf(cursor), entries: toEntries(items, mode), deleted: toIds(deleted ?? null) };
});

/** A page of the ids of claimed entries. */
export const autoclaimIdsPage: ReplyReader<AutoclaimIdsPage> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const [cursor, items, deleted] = value as [Value, Value, Value?];
  return { cursor: textOf(cursor), ids: toIds(items), deleted: toIds(deleted ?? null) };
});

function toPendingConsumer(value: Value, mode: DecodeMode): PendingConsumer {
  const [name, digits] = value as [string, Value];
  return { name, count: integerOf(digits, mode) };
}

/** How many entries are pending. */
export const pendingSummary: ReplyReader<PendingSummary> = /* @__PURE__ */ reader(BYTES_AND_BIGINTS, (value, mode) => {
  const [count, min, max, consumers] = value as [Value, Value, Value, Value[] | null];
  return {
    count: toInteger(count, mode),
    min: textOrNullPart(min),
    max: textOrNullPart(max),
    consumers: (consumers ?? []).map((item) => toPendingConsumer(item, mode)),
  };
});

function toPendingEntry(value: Value, mode: DecodeMode): PendingEntry {
  const [id, consumer, idle, deliveries] = value as [Value, string, Value, Value];
  return {
    id: textOf(id),
    consumer,
    millisecondsSinceLastDelivery: toInteger(idle, mode),
    deliveriesCounter: toInteger(deliveries, mode),
  };
}

/** The pending entries. */
export const pendingEntries: ReplyReader<PendingEntry[]> = /* @__PURE__ */ reader(
  BYTES_AND_BIGINTS,
  /* @__PURE__ */ listPart(toPendingEntry),
);
