/**
 * Commands on cuckoo filters, of the module Bloom: as Bloom filters, but items can be deleted and counted.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { fields } from "./field_readers.ts";
import { bit, integer, ok } from "./readers.ts";
import { bits, bitsOrErrors, type FilterChunk, filterChunk, insertedOrErrors } from "./sketch_readers.ts";
import { exclude, flag, option, wantOne } from "./words.ts";

/** How a {@linkcode cfReserve} makes a filter. */
export interface CfReserveOptions {
  /** Items in a bucket, 1 to 255; 2 when absent. */
  bucketSize?: number;
  /** How often items are moved before the filter counts as full; 20 when absent. */
  maxIterations?: number;
  /** How many times larger each further filter is; 1 when absent, 0 when it is not to grow. */
  expansion?: number;
}

/** How a {@linkcode cfInsert} or {@linkcode cfInsertnx} makes a filter that does not exist. */
export interface CfInsertOptions {
  /** How many items it is made for; 1024 when absent. */
  capacity?: number;
  /** Refuses to make a filter. */
  noCreate?: boolean;
}

/** What is known of a cuckoo filter. */
export interface CfInfo {
  /** Bytes of memory. */
  size: number;
  /** How many buckets it has. */
  numberOfBuckets: number;
  /** How many filters it consists of. */
  numberOfFilters: number;
  /** How many items were added. */
  numberOfItemsInserted: number;
  /** How many items were deleted. */
  numberOfItemsDeleted: number;
  /** Items in a bucket. */
  bucketSize: number;
  /** How many times larger each further filter is. */
  expansionRate: number;
  /** How often items are moved before the filter counts as full. */
  maxIterations: number;
}

const cfFacts = /* @__PURE__ */ fields<CfInfo>();

/**
 * Adds an item to a cuckoo filter, which is made when it does not exist, and gives 1; an item may be added again.
 *
 * Complexity: O(k + i) in filters and moves. Since Bloom 1.0.0.
 */
export function cfAdd(key: Key, item: Data): Command<number> {
  return command(["CF.ADD", key, item], bit);
}

/**
 * Adds an item to a cuckoo filter unless it is probably there, and gives 1 or 0.
 *
 * Complexity: O(k + i) in filters and moves. Since Bloom 1.0.0.
 */
export function cfAddnx(key: Key, item: Data): Command<number> {
  return command(["CF.ADDNX", key, item], bit);
}

/**
 * Moves the items of a cuckoo filter into as few filters as they fit in.
 *
 * Complexity: O(n) in the size of the filter. Since Bloom 1.0.0.
 */
export function cfCompact(key: Key): Command<"OK"> {
  return command(["CF.COMPACT", key], ok);
}

/**
 * Gives about how often an item was added to a cuckoo filter.
 *
 * Complexity: O(k) in the count of filters. Since Bloom 1.0.0.
 */
export function cfCount(key: Key, item: Data): Command<number> {
  return command(["CF.COUNT", key, item], integer);
}

/**
 * Deletes an item from a cuckoo filter once and gives 1, or gives 0 when it is not there.
 *
 * To delete an item that was never added may take away another's trace.
 * Complexity: O(k) in the count of filters. Since Bloom 1.0.0.
 */
export function cfDel(key: Key, item: Data): Command<number> {
  return command(["CF.DEL", key, item], bit);
}

/**
 * Gives 1 when an item was probably added to a cuckoo filter, 0 when it certainly was not.
 *
 * Complexity: O(k) in the count of filters. Since Bloom 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.cfAdd("seen", "ada");
 * console.log(await redis.cfExists("seen", "ada")); // 1
 * await redis.close();
 * ```
 */
export function cfExists(key: Key, item: Data): Command<number> {
  return command(["CF.EXISTS", key, item], bit);
}

/**
 * Gives what is known of a cuckoo filter.
 *
 * Complexity: O(1). Since Bloom 1.0.0.
 */
export function cfInfo(key: Key): Command<CfInfo> {
  return command(["CF.INFO", key], cfFacts);
}

function inserting(name: string, key: Key, items: readonly Data[], options: CfInsertOptions | undefined): Word[] {
  wantOne(name, "item", items);
  const words: Word[] = [name, key];
  if (options !== undefined) {
    exclude(name, options, ["capacity", "noCreate"]);
    option(words, "CAPACITY", options.capacity);
    flag(words, "NOCREATE", options.noCreate);
  }
  words.push("ITEMS", ...items);
  return words;
}

/**
 * Adds items to a cuckoo filter, made as the options say, and gives 1 for each, or -1 where the filter is full.
 *
 * An error stands in the place of an item for which the server had no memory.
 * Complexity: O(n * (k + i)) in items, filters and moves. Since Bloom 1.0.0.
 */
export function cfInsert(
  key: Key,
  items: readonly Data[],
  options?: CfInsertOptions,
): Command<(number | RedisError)[]> {
  return command(inserting("CF.INSERT", key, items, options), insertedOrErrors);
}

/**
 * Adds those of the items that are not yet in a cuckoo filter, and gives 1, 0 or, where it is full, -1 for each.
 *
 * An error stands in the place of an item for which the server had no memory.
 * Complexity: O(n * (k + i)) in items, filters and moves. Since Bloom 1.0.0.
 */
export function cfInsertnx(
  key: Key,
  items: readonly Data[],
  options?: CfInsertOptions,
): Command<(number | RedisError)[]> {
  return command(inserting("CF.INSERTNX", key, items, options), bitsOrErrors);
}

/**
 * Restores a part of a cuckoo filter that {@linkcode cfScandump} gave together with this iterator.
 *
 * Complexity: O(n) in the size of the part. Since Bloom 1.0.0.
 */
export function cfLoadchunk(key: Key, iterator: string | number | bigint, data: Uint8Array): Command<"OK"> {
  return command(["CF.LOADCHUNK", key, iterator, data], ok);
}

/**
 * Gives 1 for each item that was probably added to a cuckoo filter, 0 for each that certainly was not.
 *
 * Complexity: O(k * n) in filters and items. Since Bloom 1.0.0.
 */
export function cfMexists(key: Key, ...items: Data[]): Command<number[]> {
  wantOne("CF.MEXISTS", "item", items);
  return command(["CF.MEXISTS", key, ...items], bits);
}

/**
 * Makes a cuckoo filter for so many items.
 *
 * Complexity: O(1). Since Bloom 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.cfReserve("seen", 10_000, { bucketSize: 4 });
 * await redis.close();
 * ```
 */
export function cfReserve(key: Key, capacity: number, options?: CfReserveOptions): Command<"OK"> {
  const words: Word[] = ["CF.RESERVE", key, capacity];
  if (options !== undefined) {
    option(words, "BUCKETSIZE", options.bucketSize);
    option(words, "MAXITERATIONS", options.maxIterations);
    option(words, "EXPANSION", options.expansion);
  }
  return command(words, ok);
}

/**
 * Gives a part of a cuckoo filter to be saved, and the iterator of the next; 0 starts.
 *
 * Complexity: O(n) in the size of the part. Since Bloom 1.0.0.
 */
export function cfScandump(key: Key, iterator: string | number | bigint): Command<FilterChunk> {
  return command(["CF.SCANDUMP", key, iterator], filterChunk);
}
