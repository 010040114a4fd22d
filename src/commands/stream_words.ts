/**
 * The steps from arguments to words that the commands on streams share: which streams, what to trim, which entries.
 *
 * @module
 */
import type { Key, Word } from "./command.ts";
import { entriesOf, exclude, flag, listOf, option, type RecordOrEntries, wantOne } from "./words.ts";

/** Streams with the id after which each is to be read: a record, or entries. */
export type StreamIds<Id extends string = string> = RecordOrEntries<Key, Id>;

/**
 * What becomes of the references that groups hold to a deleted entry: `"keepref"` leaves them, as servers before
 * Redis 8.2 do, `"delref"` deletes them too, `"acked"` deletes only entries that every group has acknowledged.
 */
export type DeletionPolicy = "keepref" | "delref" | "acked";

/** Which entries are to stay in a stream; those that came first go first. */
export interface StreamTrimOptions {
  /** The newest entries, so many. */
  maxLen?: number | bigint;
  /** The entries from this id on. */
  minId?: string;
  /** Lets the server keep some more where that is cheaper. */
  approximate?: boolean;
  /** Keeps not one more, as the server does without being told. */
  exact?: boolean;
  /** Deletes at most so many at once, 0 for no limit; only with `approximate`. */
  limit?: number | bigint;
  /** What becomes of references to the deleted entries; `"keepref"` when absent. Since Redis 8.2. */
  policy?: DeletionPolicy;
}

/** Which entries a {@linkcode xackdel} or a {@linkcode xdelex} deletes. */
export interface DeletionOptions {
  /** What becomes of references to the deleted entries; `"keepref"` when absent. */
  policy?: DeletionPolicy;
}

/** The keys, then the id for each. */
export function streamWords(name: string, streams: StreamIds): Word[] {
  const pairs = entriesOf(name, streams);
  const keys = pairs.filter((_, i) => i % 2 === 0);
  return ["STREAMS", ...keys, ...pairs.filter((_, i) => i % 2 === 1)];
}

/**
 * The threshold with what belongs to it, without the policy; none when there is no threshold.
 *
 * @throws {TypeError} When two options exclude each other, or the threshold of one is missing.
 */
export function trimWords(name: string, options: StreamTrimOptions): Word[] {
  exclude(name, options, ["maxLen", "minId"]);
  exclude(name, options, ["approximate", "exact"]);
  exclude(name, options, ["exact", "limit"]);
  const { maxLen, minId } = options;
  const threshold = maxLen ?? minId;
  const rest: Word[] = [];
  option(rest, "LIMIT", options.limit);
  if (threshold === undefined) {
    if (options.approximate || options.exact || rest.length > 0) wantThreshold(name);
    return rest;
  }
  const words: Word[] = [maxLen === undefined ? "MINID" : "MAXLEN"];
  flag(words, "~", options.approximate);
  flag(words, "=", options.exact);
  return [...words, threshold, ...rest];
}

/** Refuses to trim to nowhere. */
export function wantThreshold(name: string): never {
  throw new TypeError(`Cannot send ${name}: the option maxLen or minId is wanted`);
}

/** The policy, the count of ids, then the ids: one, or several, never none. */
export function deletionWords(
  name: string,
  ids: string | readonly string[],
  options: DeletionOptions | undefined,
): Word[] {
  const list = listOf(ids);
  wantOne(name, "id", list);
  const policy = options?.policy;
  return [...policy === undefined ? [] : [policy], "IDS", list.length, ...list];
}
