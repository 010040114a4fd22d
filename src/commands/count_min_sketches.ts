/**
 * Commands on count-min sketches, of the module Bloom: about how often did an item come, never too low?
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { fields } from "./field_readers.ts";
import { integers, ok } from "./readers.ts";
import { bitsOrErrors } from "./sketch_readers.ts";
import { countedKeys, entriesOf, listOf, type RecordOrEntries, wantOne } from "./words.ts";

/** How a {@linkcode cmsMerge} adds up. */
export interface CmsMergeOptions {
  /** What each source's counts are multiplied by, as many as there are sources; 1 when absent. */
  weights?: readonly number[];
}

/** What is known of a count-min sketch. */
export interface CmsInfo {
  /** Counters in a row. */
  width: number;
  /** Rows. */
  depth: number;
  /** The sum of all that was counted. */
  count: number;
}

const cmsFacts = /* @__PURE__ */ fields<CmsInfo>();

/**
 * Adds to the counts of items and gives about how often each has come by now, or an error where that is too often.
 *
 * Complexity: O(n) in the count of items. Since Bloom 2.0.0.
 *
 * @param increments The items with what to add, as a record or as entries.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.cmsInitbydim("visits", 2000, 5);
 * await redis.cmsIncrby("visits", { home: 2, about: 1 });
 * console.log(await redis.cmsQuery("visits", "home")); // [2]
 * await redis.close();
 * ```
 */
export function cmsIncrby(
  key: Key,
  increments: RecordOrEntries<Data, number | bigint>,
): Command<(number | RedisError)[]> {
  return command(
    ["CMS.INCRBY", key, ...entriesOf("CMS.INCRBY", increments)],
    bitsOrErrors,
  );
}

/**
 * Gives what is known of a count-min sketch.
 *
 * Complexity: O(1). Since Bloom 2.0.0.
 */
export function cmsInfo(key: Key): Command<CmsInfo> {
  return command(["CMS.INFO", key], cmsFacts);
}

/**
 * Makes a count-min sketch of so many counters in so many rows.
 *
 * Complexity: O(1). Since Bloom 2.0.0.
 */
export function cmsInitbydim(key: Key, width: number, depth: number): Command<"OK"> {
  return command(["CMS.INITBYDIM", key, width, depth], ok);
}

/**
 * Makes a count-min sketch that is off by more than `error` of the total only with this probability.
 *
 * Complexity: O(1). Since Bloom 2.0.0.
 */
export function cmsInitbyprob(key: Key, error: number, probability: number): Command<"OK"> {
  return command(["CMS.INITBYPROB", key, error, probability], ok);
}

/**
 * Sets a count-min sketch to the sum of others of the same width and depth.
 *
 * Complexity: O(n) in the count of sketches. Since Bloom 2.0.0.
 */
export function cmsMerge(destination: Key, sources: Key | readonly Key[], options?: CmsMergeOptions): Command<"OK"> {
  const words: Word[] = ["CMS.MERGE", destination, ...countedKeys("CMS.MERGE", sources)];
  if (options?.weights !== undefined) {
    if (options.weights.length !== listOf(sources).length) {
      throw new TypeError("Cannot send CMS.MERGE: as many weights as sources are wanted");
    }
    words.push("WEIGHTS", ...options.weights);
  }
  return command(words, ok);
}

/**
 * Gives about how often each of the items has come.
 *
 * Complexity: O(n) in the count of items. Since Bloom 2.0.0.
 */
export function cmsQuery(key: Key, ...items: Data[]): Command<number[]> {
  wantOne("CMS.QUERY", "item", items);
  return command(["CMS.QUERY", key, ...items], integers);
}
