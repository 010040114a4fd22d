/**
 * Commands that tell what a server knows of a stream, of its groups and of their consumers.
 *
 * Records have the server's names in camelCase, with further ones where a newer server gives more. What callers
 * made up follows the view: names of groups and consumers, and the values in entries. Ids stay text, and numbers
 * numbers.
 *
 * @module
 */
import { BYTES, type DecodeMode, type Value } from "../resp/value.ts";
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { fields, fieldsPart, listOfFields, listPart, orNullPart, textPart } from "./field_readers.ts";
import { type Report, type Status, statuses, textOf, toInteger } from "./readers.ts";
import { type StreamEntry, toEntries, toEntry } from "./stream_readers.ts";
import { option } from "./words.ts";

/** What a {@linkcode xinfoStream} gives. */
export interface XinfoStreamOptions {
  /** Gives also the entries, the groups, and what is pending. */
  full?: boolean;
  /** At most so many entries, and pending ones of each, 0 for all; 10 when absent. Only with `full`. */
  count?: number;
}

/** A consumer of a group. */
export interface StreamConsumerInfo<Text = string> {
  /** Its name. */
  name: Text;
  /** How many entries are pending for it. */
  pending: number;
  /** Milliseconds since it last tried to read, claim or the like. */
  idle: number;
  /** Milliseconds since it last got an entry, -1 when it never did. Since 7.2. */
  inactive?: number;
}

/** A group of a stream. */
export interface StreamGroupInfo<Text = string> {
  /** Its name. */
  name: Text;
  /** How many consumers it has. */
  consumers: number;
  /** How many entries are pending. */
  pending: number;
  /** The id up to which it has read. */
  lastDeliveredId: Status;
  /** How many entries it has read, or null where the server cannot tell. */
  entriesRead: number | null;
  /** How many entries it has not read yet, or null where the server cannot tell. */
  lag: number | null;
}

/** What short and full information have in common. */
export interface StreamCounts {
  /** How many entries the stream has. */
  length: number;
  /** How many keys its radix tree has. */
  radixTreeKeys: number;
  /** How many nodes its radix tree has. */
  radixTreeNodes: number;
  /** The id of the entry that was added last. */
  lastGeneratedId: Status;
  /** The highest id that was deleted, `"0-0"` when none was. */
  maxDeletedEntryId: Status;
  /** How many entries were ever added. */
  entriesAdded: number;
  /** The id of the first entry, `"0-0"` when there is none. */
  recordedFirstEntryId: Status;
}

/** A stream. */
export interface StreamInfo<Text = string> extends StreamCounts {
  /** How many groups read it. */
  groups: number;
  /** The first entry, or null when there is none. */
  firstEntry: StreamEntry<Text> | null;
  /** The last entry, or null when there is none. */
  lastEntry: StreamEntry<Text> | null;
}

/** A stream with its entries and groups. */
export interface FullStreamInfo<Text = string> extends StreamCounts {
  /** The first entries. */
  entries: StreamEntry<Text>[];
  /** The groups that read it. */
  groups: FullStreamGroup<Text>[];
}

/** A group with its consumers and what is pending. */
export interface FullStreamGroup<Text = string> {
  /** Its name. */
  name: Text;
  /** The id up to which it has read. */
  lastDeliveredId: Status;
  /** How many entries it has read, or null where the server cannot tell. */
  entriesRead: number | null;
  /** How many entries it has not read yet, or null where the server cannot tell. */
  lag: number | null;
  /** How many entries are pending. */
  pelCount: number;
  /** The first of the pending entries. */
  pending: GroupPendingEntry<Text>[];
  /** The consumers. */
  consumers: FullStreamConsumer<Text>[];
}

/** A consumer with what is pending for it. */
export interface FullStreamConsumer<Text = string> {
  /** Its name. */
  name: Text;
  /** When it last tried to read, claim or the like: a Unix time in milliseconds. */
  seenTime: number;
  /** When it last got an entry: a Unix time in milliseconds, -1 when it never did. Since 7.2. */
  activeTime?: number;
  /** How many entries are pending for it. */
  pelCount: number;
  /** The first of these. */
  pending: ConsumerPendingEntry[];
}

/** An entry that is pending for a consumer. */
export interface ConsumerPendingEntry {
  /** The id. */
  id: Status;
  /** When it was last delivered: a Unix time in milliseconds. */
  deliveryTime: number;
  /** How often it was delivered. */
  deliveriesCounter: number;
}

/** An entry that is pending for one of the consumers of a group. */
export interface GroupPendingEntry<Text = string> extends ConsumerPendingEntry {
  /** The name of the consumer. */
  consumer: Text;
}

function toConsumerPending(value: Value, mode: DecodeMode): ConsumerPendingEntry {
  const [id, time, deliveries] = value as [Value, Value, Value];
  return { id: textOf(id), deliveryTime: toInteger(time, mode), deliveriesCounter: toInteger(deliveries, mode) };
}

function toGroupPending(value: Value, mode: DecodeMode): GroupPendingEntry {
  const [id, consumer, ...rest] = value as [Value, string, Value, Value];
  return { ...toConsumerPending([id, ...rest], mode), consumer };
}

const consumerInfos: ReplyReader<StreamConsumerInfo[]> = /* @__PURE__ */ listOfFields({}, BYTES);

const groupInfos: ReplyReader<StreamGroupInfo[]> = /* @__PURE__ */ listOfFields({ lastDeliveredId: textPart }, BYTES);

const streamInfo: ReplyReader<StreamInfo> = /* @__PURE__ */ fields({
  lastGeneratedId: textPart,
  maxDeletedEntryId: textPart,
  recordedFirstEntryId: textPart,
  firstEntry: /* @__PURE__ */ orNullPart(toEntry),
  lastEntry: /* @__PURE__ */ orNullPart(toEntry),
}, BYTES);

const fullStreamInfo: ReplyReader<FullStreamInfo> = /* @__PURE__ */ fields({
  lastGeneratedId: textPart,
  maxDeletedEntryId: textPart,
  recordedFirstEntryId: textPart,
  entries: toEntries,
  groups: /* @__PURE__ */ listPart(/* @__PURE__ */ fieldsPart({
    lastDeliveredId: textPart,
    pending: /* @__PURE__ */ listPart(toGroupPending),
    consumers: /* @__PURE__ */ listPart(
      /* @__PURE__ */ fieldsPart({ pending: /* @__PURE__ */ listPart(toConsumerPending) }),
    ),
  })),
}, BYTES);

/**
 * Gives the consumers of a group with how much is pending for each, and how long it has done nothing.
 *
 * Complexity: O(n) in the consumers. Since 5.0.0; `inactive` since 7.2.0.
 */
export function xinfoConsumers(key: Key, group: Key): Command<StreamConsumerInfo<string>[]> {
  return command(["XINFO", "CONSUMERS", key, group], consumerInfos);
}

/**
 * Gives the groups of a stream with how far each has read.
 *
 * Complexity: O(n) in the groups. Since 5.0.0; `entriesRead` and `lag` since 7.0.0.
 */
export function xinfoGroups(key: Key): Command<StreamGroupInfo<string>[]> {
  return command(["XINFO", "GROUPS", key], groupInfos);
}

/**
 * Gives the server's help on its commands for information on streams, line by line.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function xinfoHelp(): Command<Report[]> {
  return command(["XINFO", "HELP"], statuses);
}

/**
 * Gives what the server knows of a stream: its length, its ids, its first and last entry.
 *
 * Complexity: O(1), with `full` O(n) in the entries given. Since 5.0.0; `full` since 6.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xadd("log:known", "1-1", { level: "info" });
 * const { length, lastEntry } = await redis.xinfoStream("log:known"); // 1, { id: "1-1", fields: { level: "info" } }
 * console.log(length, lastEntry);
 * const { groups } = await redis.xinfoStream("log:known", { full: true, count: 5 });
 * for (const { name, lag } of groups) console.log(name, lag);
 * await redis.close();
 * ```
 */
export function xinfoStream(
  key: Key,
  options: XinfoStreamOptions & { full: true },
): Command<FullStreamInfo<string>>;
/** Gives the counts, the ids, and the first and the last entry. */
export function xinfoStream(
  key: Key,
  options?: XinfoStreamOptions & { full?: false; count?: undefined },
): Command<StreamInfo<string>>;
/** Gives what the options, known only when it runs, ask for. */
export function xinfoStream(
  key: Key,
  options?: XinfoStreamOptions,
): Command<StreamInfo<string> | FullStreamInfo<string>>;
export function xinfoStream(key: Key, options?: XinfoStreamOptions): Command<unknown> {
  const words: Word[] = ["XINFO", "STREAM", key];
  if (options?.full) {
    words.push("FULL");
    option(words, "COUNT", options.count);
    return command<unknown>(words, fullStreamInfo);
  }
  if (options?.count !== undefined) throw new TypeError("Cannot send XINFO STREAM: the option count is only for full");
  return command<unknown>(words, streamInfo);
}
