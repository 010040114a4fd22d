/**
 * Commands on top-k sketches, of the module Bloom: which items come most often?
 *
 * @module
 */
import { BYTES } from "../resp/value.ts";
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { doublePart, fields } from "./field_readers.ts";
import { integers, ok, pairsOf, reader, strings, stringsOrNulls, toInteger } from "./readers.ts";
import { bits } from "./sketch_readers.ts";
import { entriesOf, type RecordOrEntries, wantOne } from "./words.ts";

/** The table behind a sketch; 8 by 7 with a decay of 0.9 when it is not given. */
export interface TopkReserveOptions {
  /** Counters in a row. */
  width: number;
  /** Rows. */
  depth: number;
  /** How likely a counter in the way of another item goes down, above 0 and at most 1. */
  decay: number;
}

/** How a {@linkcode topkList} is given. */
export interface TopkListOptions {
  /** Gives each item with about how often it came. */
  withCount?: boolean;
}

/** An item with about how often it came. */
export interface Counted<Text = string> {
  /** The item. */
  item: Text;
  /** About how often it came. */
  count: number;
}

/** What is known of a top-k sketch. */
export interface TopkInfo {
  /** How many items it keeps. */
  k: number;
  /** Counters in a row. */
  width: number;
  /** Rows. */
  depth: number;
  /** How likely a counter in the way of another item goes down. */
  decay: number;
}

const topkFacts = /* @__PURE__ */ fields<TopkInfo>({ decay: doublePart });

const counted: ReplyReader<Counted[]> = /* @__PURE__ */ reader(
  BYTES,
  (value, mode) => pairsOf(value).map(([item, count]) => ({ item: item as string, count: toInteger(count, mode) })),
);

/**
 * Counts each of the items once more, and gives for each the item that it drove out of the top, or null.
 *
 * Complexity: O(n * k) in items and rows. Since Bloom 2.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.topkReserve("pages", 3);
 * await redis.topkAdd("pages", "home", "home", "about");
 * console.log(await redis.topkList("pages")); // ["home", "about"]
 * await redis.close();
 * ```
 */
export function topkAdd(key: Key, ...items: Data[]): Command<(string | null)[]> {
  wantOne("TOPK.ADD", "item", items);
  return command(["TOPK.ADD", key, ...items], stringsOrNulls);
}

/**
 * Gives about how often each of the items came; the server advises against it in favour of {@linkcode topkList}.
 *
 * Complexity: O(n) in the count of items. Since Bloom 2.0.0.
 */
export function topkCount(key: Key, ...items: Data[]): Command<number[]> {
  wantOne("TOPK.COUNT", "item", items);
  return command(["TOPK.COUNT", key, ...items], integers);
}

/**
 * Adds to the counts of items, and gives for each the item that it drove out of the top, or null.
 *
 * Complexity: O(n * k * i) in items, rows and increments. Since Bloom 2.0.0.
 *
 * @param increments The items with what to add, 0 to 100,000, as a record or as entries.
 * @throws {TypeError} When an increment is none that the server takes.
 */
export function topkIncrby(
  key: Key,
  increments: RecordOrEntries<Data, number>,
): Command<(string | null)[]> {
  const words = entriesOf("TOPK.INCRBY", increments);
  // Servers end the list of their reply at the first of these, short of what they announced: on a shared connection
  // the replies to other commands would fill it up.
  for (let at = 1; at < words.length; at += 2) {
    const increment = words[at] as number;
    if (!Number.isInteger(increment) || increment < 0 || increment > 100_000) {
      throw new TypeError("Cannot send TOPK.INCRBY: an increment is a whole number from 0 to 100,000");
    }
  }
  return command(["TOPK.INCRBY", key, ...words], stringsOrNulls);
}

/**
 * Gives what is known of a top-k sketch.
 *
 * Complexity: O(1). Since Bloom 2.0.0.
 */
export function topkInfo(key: Key): Command<TopkInfo> {
  return command(["TOPK.INFO", key], topkFacts);
}

/**
 * Gives the items that came most often, the most frequent first.
 *
 * Complexity: O(k) in kept items. Since Bloom 2.0.0.
 */
export function topkList(key: Key, options: TopkListOptions & { withCount: true }): Command<Counted<string>[]>;
/** Gives the items alone. */
export function topkList(key: Key, options?: TopkListOptions & { withCount?: false }): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function topkList(key: Key, options?: TopkListOptions): Command<string[] | Counted<string>[]>;
export function topkList(key: Key, options?: TopkListOptions): Command<unknown> {
  return options?.withCount
    ? command<unknown>(["TOPK.LIST", key, "WITHCOUNT"], counted)
    : command(["TOPK.LIST", key], strings);
}

/**
 * Gives 1 for each item that is among those that came most often, 0 for each other.
 *
 * Complexity: O(n) in the count of items. Since Bloom 2.0.0.
 */
export function topkQuery(key: Key, ...items: Data[]): Command<number[]> {
  wantOne("TOPK.QUERY", "item", items);
  return command(["TOPK.QUERY", key, ...items], bits);
}

/**
 * Makes a top-k sketch that keeps so many items.
 *
 * Complexity: O(1). Since Bloom 2.0.0.
 */
export function topkReserve(key: Key, k: number, options?: TopkReserveOptions): Command<"OK"> {
  const words: Word[] = ["TOPK.RESERVE", key, k];
  if (options !== undefined) words.push(options.width, options.depth, options.decay);
  return command(words, ok);
}
