/**
 * Commands on streams: logs of entries, each with an id that only grows, and with fields.
 *
 * Ids are text, `milliseconds-number` or the milliseconds alone. Groups of consumers are in
 * `stream_groups.ts` and `stream_consumers.ts`, what a server knows of a stream is in `stream_info.ts`.
 *
 * @module
 */
import { type Command, command, type Data, type Key, specialCommand, type Word } from "./command.ts";
import { specialOf } from "./special.ts";
import { integer, integers, ok, type Status, status, statusOrNull } from "./readers.ts";
import { entries, entriesByKey, type StreamEntries, type StreamEntry } from "./stream_readers.ts";
import { type DeletionOptions, deletionWords, type StreamIds, type StreamTrimOptions } from "./stream_words.ts";
import { streamWords, trimWords, wantThreshold } from "./stream_words.ts";
import { entriesOf, flag, option, type RecordOrEntries, wantOne } from "./words.ts";

/** What a {@linkcode xadd} does besides: whether it makes the stream, and which entries it lets go. */
export interface XaddOptions extends StreamTrimOptions {
  /** Adds nothing, and gives null, when there is no such stream. */
  noMkStream?: boolean;
}

/** How much a {@linkcode xrange} or a {@linkcode xrevrange} gives. */
export interface XrangeOptions {
  /** At most so many entries; all when absent. */
  count?: number;
}

/** How much a {@linkcode xread} gives, and how long it waits. */
export interface XreadOptions {
  /** At most so many entries of each stream; all when absent or 0. */
  count?: number;
  /** Milliseconds to wait for an entry, 0 for ever; does not wait when absent. */
  block?: number;
}

/** What a {@linkcode xsetid} sets besides. */
export interface XsetidOptions {
  /** How many entries were ever added. */
  entriesAdded?: number | bigint;
  /** The highest id that was deleted. */
  maxDeletedId?: string;
}

/**
 * Adds an entry to a stream, made when there is none, and gives the id of the entry.
 *
 * Complexity: O(1), and O(n) in the entries it deletes. Since 5.0.0; `noMkStream`, `minId` and `limit` since 6.2.0,
 * ids like `"1700000000000-*"` since 7.0.0, `policy` since Redis 8.2.0.
 *
 * @param id `"*"` for an id that the server makes from its clock, or one that is above all others of the stream.
 * @param fields The fields with their values, as a record or as entries.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const id = await redis.xadd("jobs", "*", { task: "mail", to: "ada" }, { maxLen: 1000, approximate: true });
 * console.log(await redis.xrange("jobs", id, "+")); // [{ id, fields: { task: "mail", to: "ada" } }]
 * await redis.close();
 * ```
 */
export function xadd(
  key: Key,
  id: string,
  fields: RecordOrEntries<Key, Data>,
  options: XaddOptions & { noMkStream: true },
): Command<Status | null>;
/** Adds an entry to a stream that it makes when there is none, and gives the id of the entry. */
export function xadd(
  key: Key,
  id: string,
  fields: RecordOrEntries<Key, Data>,
  options?: XaddOptions & { noMkStream?: false },
): Command<Status>;
/** Gives what the options, known only when it runs, ask for. */
export function xadd(
  key: Key,
  id: string,
  fields: RecordOrEntries<Key, Data>,
  options?: XaddOptions,
): Command<Status | null>;
export function xadd(
  key: Key,
  id: string,
  fields: RecordOrEntries<Key, Data>,
  options?: XaddOptions,
): Command<unknown> {
  const words: Word[] = ["XADD", key];
  if (options !== undefined) {
    flag(words, "NOMKSTREAM", options.noMkStream);
    if (options.policy !== undefined) words.push(options.policy);
    words.push(...trimWords("XADD", options));
  }
  words.push(id, ...entriesOf("XADD", fields));
  return command<unknown>(words, options?.noMkStream ? statusOrNull : status);
}

/**
 * Deletes entries of a stream and gives how many of them it had.
 *
 * Complexity: O(1) an entry. Since 5.0.0.
 */
export function xdel(key: Key, ...ids: string[]): Command<number> {
  wantOne("XDEL", "id", ids);
  return command(["XDEL", key, ...ids], integer);
}

/**
 * Deletes entries of a stream with regard to the groups that refer to them, and gives how it went for each.
 *
 * That is 1 for a deleted entry, -1 for an id that the stream does not have, and 2 for an entry that stays, as
 * with the policy `"acked"` one does that some group has not acknowledged.
 * Complexity: O(1) an entry. Since Redis 8.2.0.
 */
export function xdelex(key: Key, ids: string | readonly string[], options?: DeletionOptions): Command<number[]> {
  return command(["XDELEX", key, ...deletionWords("XDELEX", ids, options)], integers);
}

/**
 * Gives how many entries a stream has, 0 when there is no such key.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function xlen(key: Key): Command<number> {
  return command(["XLEN", key], integer);
}

/**
 * Gives the entries of a stream whose ids are between two, these included.
 *
 * Complexity: O(n) in the entries given. Since 5.0.0; ids with `(` since 6.2.0.
 *
 * @param start The lowest id, `"-"` for the first one there is; after `(` it is left out.
 * @param end The highest id, `"+"` for the last one there is; after `(` it is left out.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xadd("log:levels", "1-1", { level: "info" });
 * await redis.xadd("log:levels", "2-1", { level: "warn" });
 * const [first] = await redis.xrange("log:levels", "-", "+", { count: 1 }); // { id: "1-1", fields: { level: "info" } }
 * if (first) await redis.xrange("log:levels", `(${first.id}`, "+"); // those after it
 * await redis.close();
 * ```
 */
export function xrange(key: Key, start: string, end: string, options?: XrangeOptions): Command<StreamEntry<string>[]> {
  const words: Word[] = ["XRANGE", key, start, end];
  if (options !== undefined) option(words, "COUNT", options.count);
  return command(words, entries);
}

/**
 * Gives the entries that come after an id, of each of several streams that has any, or null when none has.
 *
 * With `block` it waits for an entry, and null says that the time was over; a client has a connection of its pool
 * wait, and no other call.
 * Complexity: O(n) in the entries given. Since 5.0.0; `"+"` since Redis 7.4.0 and Valkey 8.0.0.
 *
 * @param streams The id for each stream: `"$"` for what comes from now on, `"+"` for the last entry there is.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xadd("log:new", "1-1", { level: "info" });
 * for (const { key, entries } of await redis.xread({ "log:new": "0", audit: "0" }, { block: 100 }) ?? []) {
 *   for (const { id, fields } of entries) console.log(key, id, fields.level);
 * }
 * await redis.close();
 * ```
 */
export function xread(streams: StreamIds, options?: XreadOptions): Command<StreamEntries<string>[] | null> {
  const words: Word[] = ["XREAD"];
  if (options !== undefined) {
    option(words, "COUNT", options.count);
    option(words, "BLOCK", options.block);
  }
  words.push(...streamWords("XREAD", streams));
  return specialCommand(words, entriesByKey, options?.block === undefined ? undefined : specialOf(words));
}

/**
 * Gives the entries of a stream whose ids are between two, these included, the newest first.
 *
 * Complexity: O(n) in the entries given. Since 5.0.0; ids with `(` since 6.2.0.
 *
 * @param end The highest id, `"+"` for the last one there is; after `(` it is left out.
 * @param start The lowest id, `"-"` for the first one there is; after `(` it is left out.
 */
export function xrevrange(
  key: Key,
  end: string,
  start: string,
  options?: XrangeOptions,
): Command<StreamEntry<string>[]> {
  const words: Word[] = ["XREVRANGE", key, end, start];
  if (options !== undefined) option(words, "COUNT", options.count);
  return command(words, entries);
}

/**
 * Sets the id that the next entry of a stream must be above.
 *
 * Servers use it to make copies of a stream. Complexity: O(1). Since 5.0.0; the options since 7.0.0.
 */
export function xsetid(key: Key, lastId: string, options?: XsetidOptions): Command<"OK"> {
  const words: Word[] = ["XSETID", key, lastId];
  if (options !== undefined) {
    option(words, "ENTRIESADDED", options.entriesAdded);
    option(words, "MAXDELETEDID", options.maxDeletedId);
  }
  return command(words, ok);
}

/**
 * Deletes the oldest entries of a stream and gives how many these were.
 *
 * Complexity: O(n) in the entries deleted. Since 5.0.0; `minId` and `limit` since 6.2.0, `policy` since Redis 8.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xadd("log:short", "*", { level: "info" });
 * await redis.xtrim("log:short", { maxLen: 1000 });
 * await redis.xtrim("log:short", { minId: String(Date.now() - 86_400_000), approximate: true }); // older than a day
 * await redis.close();
 * ```
 */
export function xtrim(key: Key, options: StreamTrimOptions): Command<number> {
  const words = trimWords("XTRIM", options);
  if (words.length === 0) wantThreshold("XTRIM");
  if (options.policy !== undefined) words.push(options.policy);
  return command(["XTRIM", key, ...words], integer);
}
