/**
 * Commands by which the consumers of a group read a stream: each entry goes to one of them.
 *
 * A delivered entry is pending until it is acknowledged, so that none is lost with its consumer: another one can
 * claim it. Times are milliseconds. Groups are made in `stream_groups.ts`.
 *
 * @module
 */
import { type Command, command, type Key, specialCommand, type Word } from "./command.ts";
import { specialOf } from "./special.ts";
import { integer, integers, type Status, statuses } from "./readers.ts";
import { type AutoclaimIdsPage, autoclaimIdsPage, type AutoclaimPage, autoclaimPage } from "./stream_readers.ts";
import { type ClaimedEntries, deliveredByKey, type DeliveredEntries, entries } from "./stream_readers.ts";
import { pendingEntries, type PendingEntry, type PendingSummary, pendingSummary } from "./stream_readers.ts";
import type { StreamEntries, StreamEntry } from "./stream_readers.ts";
import { type DeletionOptions, deletionWords, type StreamIds, streamWords } from "./stream_words.ts";
import type { XreadOptions } from "./streams.ts";
import { flag, listOf, oneOf, option, wantOne } from "./words.ts";

/** How much a {@linkcode xautoclaim} takes, and what it gives. */
export interface XautoclaimOptions {
  /** At most so many entries; 100 when absent. */
  count?: number;
  /** Gives ids in place of entries, and does not count as a delivery. */
  justId?: boolean;
}

/** What becomes of the entries of a {@linkcode xclaim}, and what it gives. */
export interface XclaimOptions {
  /** Milliseconds since the last delivery that are to count from now on; 0 when absent. */
  idle?: number;
  /** The Unix time, in milliseconds, that is to count as that of the last delivery. */
  time?: number;
  /** How often each entry is to count as delivered; once more than before when absent. */
  retryCount?: number;
  /** Claims entries also when they are not pending. */
  force?: boolean;
  /** Gives ids in place of entries, and does not count as a delivery. */
  justId?: boolean;
  /** The id up to which the group is to count as having read, when that is more than it has. */
  lastId?: string;
}

/** Which pending entries a {@linkcode xpending} gives. */
export interface XpendingRange {
  /** The lowest id, `"-"` for the first one there is; after `(` it is left out. */
  start: string;
  /** The highest id, `"+"` for the last one there is; after `(` it is left out. */
  end: string;
  /** At most so many entries. */
  count: number;
  /** Only those whose last delivery is at least so many milliseconds ago. */
  idle?: number;
  /** Only those of this consumer. */
  consumer?: Key;
}

/** How much a {@linkcode xreadgroup} gives, how long it waits, and what is pending after it. */
export interface XreadgroupOptions extends XreadOptions {
  /** Takes first the entries of all consumers whose last delivery is at least so many milliseconds ago. */
  claim?: number;
  /** Counts new entries as acknowledged. */
  noAck?: boolean;
}

/**
 * Acknowledges entries, which then are no longer pending, and gives how many of them were.
 *
 * Complexity: O(1) an entry. Since 5.0.0.
 */
export function xack(key: Key, group: Key, ...ids: string[]): Command<number> {
  wantOne("XACK", "id", ids);
  return command(["XACK", key, group, ...ids], integer);
}

/**
 * Acknowledges entries and deletes them from the stream, and gives how it went for each.
 *
 * That is 1 for a deleted entry, -1 for an id that it does not find, and 2 for an entry that is acknowledged but
 * stays, as with the policy `"acked"` one does that another group has not acknowledged.
 * Complexity: O(1) an entry. Since Redis 8.2.0.
 */
export function xackdel(
  key: Key,
  group: Key,
  ids: string | readonly string[],
  options?: DeletionOptions,
): Command<number[]> {
  return command(["XACKDEL", key, group, ...deletionWords("XACKDEL", ids, options)], integers);
}

/**
 * Claims for a consumer pending entries that were delivered long ago, and gives them with the cursor to go on from.
 *
 * With `justId` it gives their ids alone. Complexity: O(1) a call with a small count. Since 6.2.0; `deleted` is
 * empty before 7.0.0.
 *
 * @param minIdleTime Milliseconds that the last delivery must be ago.
 * @param start The id to start from: `"0-0"`, then the cursor of the call before.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xgroupCreate("jobs:stalled", "workers", "0", { mkStream: true });
 * let cursor = "0-0";
 * do {
 *   const page = await redis.xautoclaim("jobs:stalled", "workers", "ada", 60_000, cursor, { count: 10 });
 *   for (const { id, fields } of page.entries) console.log(id, fields);
 *   cursor = page.cursor;
 * } while (cursor !== "0-0");
 * await redis.close();
 * ```
 */
export function xautoclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  start: string,
  options: XautoclaimOptions & { justId: true },
): Command<AutoclaimIdsPage>;
/** Gives the entries themselves. */
export function xautoclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  start: string,
  options?: XautoclaimOptions & { justId?: false },
): Command<AutoclaimPage<string>>;
/** Gives what the options, known only when it runs, ask for. */
export function xautoclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  start: string,
  options?: XautoclaimOptions,
): Command<AutoclaimPage<string> | AutoclaimIdsPage>;
export function xautoclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  start: string,
  options?: XautoclaimOptions,
): Command<unknown> {
  const words: Word[] = ["XAUTOCLAIM", key, group, consumer, minIdleTime, start];
  if (options !== undefined) {
    option(words, "COUNT", options.count);
    flag(words, "JUSTID", options.justId);
  }
  return command<unknown>(words, options?.justId ? autoclaimIdsPage : autoclaimPage);
}

/**
 * Claims for a consumer those of some pending entries that were delivered long ago, and gives them.
 *
 * With `justId` it gives their ids alone. Complexity: O(log n) an entry, in the entries pending. Since 5.0.0.
 *
 * @param minIdleTime Milliseconds that the last delivery must be ago.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xgroupCreate("jobs:idle", "workers", "0", { mkStream: true });
 * const late = await redis.xpending("jobs:idle", "workers", { idle: 60_000, start: "-", end: "+", count: 10 });
 * for (const { id } of late) await redis.xclaim("jobs:idle", "workers", "ada", 60_000, id);
 * await redis.close();
 * ```
 */
export function xclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  ids: string | readonly string[],
  options: XclaimOptions & { justId: true },
): Command<Status[]>;
/** Gives the entries themselves. */
export function xclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  ids: string | readonly string[],
  options?: XclaimOptions & { justId?: false },
): Command<StreamEntry<string>[]>;
/** Gives what the options, known only when it runs, ask for. */
export function xclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  ids: string | readonly string[],
  options?: XclaimOptions,
): Command<StreamEntry<string>[] | Status[]>;
export function xclaim(
  key: Key,
  group: Key,
  consumer: Key,
  minIdleTime: number,
  ids: string | readonly string[],
  options?: XclaimOptions,
): Command<unknown> {
  const list = listOf(ids);
  wantOne("XCLAIM", "id", list);
  const words: Word[] = ["XCLAIM", key, group, consumer, minIdleTime, ...list];
  if (options !== undefined) {
    oneOf("XCLAIM", words, options, ["idle", "time"]);
    option(words, "RETRYCOUNT", options.retryCount);
    flag(words, "FORCE", options.force);
    flag(words, "JUSTID", options.justId);
    option(words, "LASTID", options.lastId);
  }
  return command<unknown>(words, options?.justId ? statuses : entries);
}

/**
 * Gives how many entries of a group are pending, in all and for each consumer; with a range gives the entries.
 *
 * Complexity: O(n) in the consumers, with a range O(n) in the entries given, with `idle` in those looked at.
 * Since 5.0.0; `idle` and ids with `(` since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xgroupCreate("jobs:open", "workers", "0", { mkStream: true });
 * const { count, consumers } = await redis.xpending("jobs:open", "workers");
 * console.log(count, consumers); // 0 []
 * await redis.close();
 * ```
 */
export function xpending(key: Key, group: Key): Command<PendingSummary<string, number>>;
/** Gives the pending entries of a range. */
export function xpending(key: Key, group: Key, range: XpendingRange): Command<PendingEntry<string, number>[]>;
/** Gives what the range, known only when it runs, asks for. */
export function xpending(
  key: Key,
  group: Key,
  range?: XpendingRange,
): Command<PendingSummary<string, number> | PendingEntry<string, number>[]>;
export function xpending(key: Key, group: Key, range?: XpendingRange): Command<unknown> {
  const words: Word[] = ["XPENDING", key, group];
  if (range === undefined) return command<unknown>(words, pendingSummary);
  option(words, "IDLE", range.idle);
  words.push(range.start, range.end, range.count);
  if (range.consumer !== undefined) words.push(range.consumer);
  return command<unknown>(words, pendingEntries);
}

/**
 * Gives a consumer the next entries of its group, or those pending for it, of each of several streams, or null.
 *
 * The id `">"` asks for new entries, with `claim` also for those that other consumers left behind. Any other id
 * asks for what is pending after it for this consumer; there a deleted entry has null for its fields.
 * With `block` it waits for an entry, and null says that the time was over; a client has a connection of its pool
 * wait, and no other call.
 * Complexity: O(n) in the entries given. Since 5.0.0; `claim` since Redis 8.4.0.
 *
 * @param streams The id for each stream: `">"`, or `"0"` for all that is pending.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.xgroupCreate("jobs", "workers", "0", { mkStream: true });
 * await redis.xadd("jobs", "*", { task: "mail" });
 * for (const { key, entries } of await redis.xreadgroup("workers", "ada", { jobs: ">" }, { count: 10 }) ?? []) {
 *   for (const { id, fields } of entries) {
 *     console.log(fields.task);
 *     await redis.xack(key, "workers", id);
 *   }
 * }
 * await redis.close();
 * ```
 */
export function xreadgroup(
  group: Key,
  consumer: Key,
  streams: StreamIds<">">,
  options: XreadgroupOptions & { claim: number },
): Command<ClaimedEntries<string, number>[] | null>;
/** Gives the consumer new entries. */
export function xreadgroup(
  group: Key,
  consumer: Key,
  streams: StreamIds<">">,
  options?: XreadgroupOptions & { claim?: undefined },
): Command<StreamEntries<string>[] | null>;
/** Gives what the ids and the options, known only when it runs, ask for. */
export function xreadgroup(
  group: Key,
  consumer: Key,
  streams: StreamIds,
  options?: XreadgroupOptions,
): Command<DeliveredEntries<string, number>[] | null>;
export function xreadgroup(
  group: Key,
  consumer: Key,
  streams: StreamIds,
  options?: XreadgroupOptions,
): Command<unknown> {
  const words: Word[] = ["XREADGROUP", "GROUP", group, consumer];
  if (options !== undefined) {
    option(words, "COUNT", options.count);
    option(words, "BLOCK", options.block);
    option(words, "CLAIM", options.claim);
    flag(words, "NOACK", options.noAck);
  }
  words.push(...streamWords("XREADGROUP", streams));
  return specialCommand<unknown>(words, deliveredByKey, options?.block === undefined ? undefined : specialOf(words));
}
