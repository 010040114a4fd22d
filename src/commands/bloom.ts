/**
 * Commands on Bloom filters, of the module Bloom and of valkey-bloom: has an item been added, probably?
 *
 * A filter that says no is right; one that says yes is wrong as often as its error rate.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { doublePart, fields } from "./field_readers.ts";
import { bit, type Double, integer, ok } from "./readers.ts";
import { bits, bitsOrErrors, fact, type FilterChunk, filterChunk } from "./sketch_readers.ts";
import { exclude, flag, option, wantOne } from "./words.ts";

/** How a filter grows. */
export interface BfReserveOptions {
  /** How many times larger each further filter is; 2 when absent. */
  expansion?: number;
  /** Refuses items when the filter is full, in place of growing. */
  nonScaling?: boolean;
}

/** How a {@linkcode bfInsert} makes a filter that does not exist. */
export interface BfInsertOptions extends BfReserveOptions {
  /** How many items it is made for. */
  capacity?: number;
  /** How often it may be wrong, above 0 and below 1. */
  error?: number;
  /** How much the error rate shrinks with each further filter; valkey-bloom alone. */
  tightening?: number;
  /** 32 bytes that the hash function starts from; valkey-bloom alone. */
  seed?: Uint8Array;
  /** Refuses a filter that could not grow to this capacity; valkey-bloom alone, not with `nonScaling`. */
  validateScaleTo?: number;
  /** Refuses to make a filter. */
  noCreate?: boolean;
}

/** One fact of a filter, as {@linkcode bfInfo} can be asked for. */
export type BfFact =
  | "capacity"
  | "size"
  | "filters"
  | "items"
  | "expansion"
  | "error"
  | "tightening"
  | "maxscaledcapacity";

/** What is known of a Bloom filter. */
export interface BfInfo {
  /** How many items it can take before it grows. */
  capacity: number;
  /** Bytes of memory. */
  size: number;
  /** How many filters it consists of. */
  numberOfFilters: number;
  /** How many different items were added. */
  numberOfItemsInserted: number;
  /** How many times larger each further filter is; null when it does not grow. */
  expansionRate: number | null;
  /** How often it may be wrong; valkey-bloom alone. */
  errorRate?: number;
  /** How much the error rate shrinks with each further filter; valkey-bloom alone. */
  tighteningRatio?: number;
  /** How many items it can take at most; valkey-bloom alone. */
  maxScaledCapacity?: number;
}

const bfFacts = /* @__PURE__ */ fields<BfInfo>({ errorRate: doublePart, tighteningRatio: doublePart });

/**
 * Adds an item to a Bloom filter, which is made when it does not exist, and gives 1, or 0 when it was there.
 *
 * Complexity: O(k) in the count of hash functions. Since Bloom 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.bfAdd("seen", "ada");
 * console.log(await redis.bfExists("seen", "ada")); // 1
 * await redis.close();
 * ```
 */
export function bfAdd(key: Key, item: Data): Command<number> {
  return command(["BF.ADD", key, item], bit);
}

/**
 * Gives how many different items were added to a Bloom filter, 0 when there is none.
 *
 * Complexity: O(1). Since Bloom 2.4.4.
 */
export function bfCard(key: Key): Command<number> {
  return command(["BF.CARD", key], integer);
}

/**
 * Gives 1 when an item was probably added to a Bloom filter, 0 when it certainly was not.
 *
 * Complexity: O(k) in the count of hash functions. Since Bloom 1.0.0.
 */
export function bfExists(key: Key, item: Data): Command<number> {
  return command(["BF.EXISTS", key, item], bit);
}

/**
 * Gives what is known of a Bloom filter, or one fact of it.
 *
 * Complexity: O(1). Since Bloom 1.0.0.
 */
export function bfInfo(key: Key): Command<BfInfo>;
/** Gives one fact, null when the filter has none of it. */
export function bfInfo(key: Key, fact: BfFact): Command<Double | null>;
export function bfInfo(key: Key, wanted?: BfFact): Command<unknown> {
  if (wanted === undefined) return command<unknown>(["BF.INFO", key], bfFacts);
  return command<unknown>(["BF.INFO", key, wanted.toUpperCase()], fact);
}

/**
 * Adds items to a Bloom filter, made as the options say when it does not exist, and gives 1 or 0 for each.
 *
 * A filter that is full and may not grow gives an error in place of the first item that it has no room for. Without
 * items valkey-bloom makes the filter alone; Redis wants one at least.
 * Complexity: O(k * n) in hash functions and items. Since Bloom 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.bfInsert("seen", ["ada", "joan"], { capacity: 1000, error: 0.01 });
 * await redis.close();
 * ```
 */
export function bfInsert(
  key: Key,
  items: readonly Data[],
  options?: BfInsertOptions,
): Command<(number | RedisError)[]> {
  const words: Word[] = ["BF.INSERT", key];
  if (options !== undefined) {
    exclude("BF.INSERT", options, ["expansion", "nonScaling"]);
    exclude("BF.INSERT", options, ["capacity", "noCreate"]);
    exclude("BF.INSERT", options, ["error", "noCreate"]);
    exclude("BF.INSERT", options, ["nonScaling", "validateScaleTo"]);
    option(words, "CAPACITY", options.capacity);
    option(words, "ERROR", options.error);
    option(words, "EXPANSION", options.expansion);
    flag(words, "NOCREATE", options.noCreate);
    option(words, "TIGHTENING", options.tightening);
    option(words, "SEED", options.seed);
    flag(words, "NONSCALING", options.nonScaling);
    option(words, "VALIDATESCALETO", options.validateScaleTo);
  }
  if (items.length > 0) words.push("ITEMS", ...items);
  return command(words, bitsOrErrors);
}

/**
 * Makes a Bloom filter from its whole saved form; valkey-bloom writes this into its append-only file.
 *
 * Complexity: O(n) in the size of the filter. Since valkey-bloom 1.0.0.
 */
export function bfLoad(key: Key, data: Uint8Array): Command<"OK"> {
  return command(["BF.LOAD", key, data], ok);
}

/**
 * Restores a part of a Bloom filter that {@linkcode bfScandump} gave together with this iterator.
 *
 * Complexity: O(n) in the size of the part. Since Bloom 1.0.0.
 */
export function bfLoadchunk(key: Key, iterator: string | number | bigint, data: Uint8Array): Command<"OK"> {
  return command(["BF.LOADCHUNK", key, iterator, data], ok);
}

/**
 * Adds items to a Bloom filter, which is made when it does not exist, and gives 1 or 0 for each.
 *
 * A filter that is full and may not grow gives an error in place of the first item that it has no room for.
 * Complexity: O(k * n) in hash functions and items. Since Bloom 1.0.0.
 */
export function bfMadd(key: Key, ...items: Data[]): Command<(number | RedisError)[]> {
  wantOne("BF.MADD", "item", items);
  return command(["BF.MADD", key, ...items], bitsOrErrors);
}

/**
 * Gives 1 for each item that was probably added to a Bloom filter, 0 for each that certainly was not.
 *
 * Complexity: O(k * n) in hash functions and items. Since Bloom 1.0.0.
 */
export function bfMexists(key: Key, ...items: Data[]): Command<number[]> {
  wantOne("BF.MEXISTS", "item", items);
  return command(["BF.MEXISTS", key, ...items], bits);
}

/**
 * Makes a Bloom filter for so many items that is wrong at most so often.
 *
 * Complexity: O(1). Since Bloom 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.bfReserve("seen", 0.001, 10_000, { expansion: 4 });
 * await redis.close();
 * ```
 */
export function bfReserve(key: Key, errorRate: number, capacity: number, options?: BfReserveOptions): Command<"OK"> {
  const words: Word[] = ["BF.RESERVE", key, errorRate, capacity];
  if (options !== undefined) {
    exclude("BF.RESERVE", options, ["expansion", "nonScaling"]);
    option(words, "EXPANSION", options.expansion);
    flag(words, "NONSCALING", options.nonScaling);
  }
  return command(words, ok);
}

/**
 * Gives a part of a Bloom filter to be saved, and the iterator of the next; 0 starts.
 *
 * Complexity: O(n) in the size of the part. Since Bloom 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.bfAdd("seen", "ada");
 * let chunk = await redis.bfScandump("seen", 0);
 * while (chunk.data !== null) {
 *   await redis.bfLoadchunk("copy", chunk.iterator, chunk.data);
 *   chunk = await redis.bfScandump("seen", chunk.iterator);
 * }
 * await redis.close();
 * ```
 */
export function bfScandump(key: Key, iterator: string | number | bigint): Command<FilterChunk> {
  return command(["BF.SCANDUMP", key, iterator], filterChunk);
}
