/**
 * Commands on t-digests, of the module Bloom: quantiles, ranks and means of many numbers in little memory.
 *
 * Of an empty digest every quantile is NaN.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { fields } from "./field_readers.ts";
import { type Double, double, integers, ok } from "./readers.ts";
import { doubles } from "./sketch_readers.ts";
import { countedKeys, flag, option, scoreOf, wantOne } from "./words.ts";

/** How a {@linkcode tdigestCreate} trades memory for exactness. */
export interface TdigestCreateOptions {
  /** More is more exact; 100 when absent. */
  compression?: number;
}

/** How a {@linkcode tdigestMerge} makes its destination. */
export interface TdigestMergeOptions {
  /** More is more exact; when absent that of the destination, or the highest of the sources' where it is made anew. */
  compression?: number;
  /** Replaces the destination, in place of adding to it. */
  override?: boolean;
}

/** What is known of a t-digest. */
export interface TdigestInfo {
  /** The compression that it was made with. */
  compression: number;
  /** How many centroids it has room for. */
  capacity: number;
  /** Centroids that are merged. */
  mergedNodes: number;
  /** Observations that are not merged yet. */
  unmergedNodes: number;
  /** The weight of what is merged. */
  mergedWeight: number;
  /** The weight of what is not. */
  unmergedWeight: number;
  /** How many numbers were added. */
  observations: number;
  /** How often it was compressed. */
  totalCompressions: number;
  /** Bytes of memory. */
  memoryUsage: number;
}

const tdigestFacts = /* @__PURE__ */ fields<TdigestInfo>();

function numbersOf(name: string, key: Key, what: string, numbers: readonly number[]): Word[] {
  wantOne(name, what, numbers);
  return [name, key, ...numbers.map(scoreOf)];
}

/**
 * Adds numbers to a t-digest.
 *
 * Complexity: O(n) in the count of numbers. Since Bloom 2.4.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.tdigestCreate("latency", { compression: 500 });
 * await redis.tdigestAdd("latency", 12, 15, 170);
 * console.log(await redis.tdigestQuantile("latency", 0.5)); // [15]
 * await redis.close();
 * ```
 */
export function tdigestAdd(key: Key, ...values: number[]): Command<"OK"> {
  return command(numbersOf("TDIGEST.ADD", key, "value", values), ok);
}

/**
 * Gives for each rank, 0 the lowest, about the number at it; `Infinity` beyond the last, NaN when the digest is empty.
 *
 * Complexity: O(n) in the count of ranks. Since Bloom 2.4.0.
 */
export function tdigestByrank(key: Key, ...ranks: number[]): Command<Double[]> {
  return command(numbersOf("TDIGEST.BYRANK", key, "rank", ranks), doubles);
}

/**
 * Gives for each rank, 0 the highest, about the number at it; `-Infinity` beyond the last, NaN when it is empty.
 *
 * Complexity: O(n) in the count of ranks. Since Bloom 2.4.0.
 */
export function tdigestByrevrank(key: Key, ...ranks: number[]): Command<Double[]> {
  return command(numbersOf("TDIGEST.BYREVRANK", key, "rank", ranks), doubles);
}

/**
 * Gives for each number about which part of all, 0 to 1, is at most that; NaN when the digest is empty.
 *
 * Complexity: O(n) in the count of numbers. Since Bloom 2.4.0.
 */
export function tdigestCdf(key: Key, ...values: number[]): Command<Double[]> {
  return command(numbersOf("TDIGEST.CDF", key, "value", values), doubles);
}

/**
 * Makes an empty t-digest.
 *
 * Complexity: O(1). Since Bloom 2.4.0.
 */
export function tdigestCreate(key: Key, options?: TdigestCreateOptions): Command<"OK"> {
  const words: Word[] = ["TDIGEST.CREATE", key];
  option(words, "COMPRESSION", options?.compression);
  return command(words, ok);
}

/**
 * Gives what is known of a t-digest.
 *
 * Complexity: O(1). Since Bloom 2.4.0.
 */
export function tdigestInfo(key: Key): Command<TdigestInfo> {
  return command(["TDIGEST.INFO", key], tdigestFacts);
}

/**
 * Gives the highest number in a t-digest, NaN when it is empty.
 *
 * Complexity: O(1). Since Bloom 2.4.0.
 */
export function tdigestMax(key: Key): Command<Double> {
  return command(["TDIGEST.MAX", key], double);
}

/**
 * Adds what t-digests hold to another, which is made when it does not exist.
 *
 * Complexity: O(n) in the centroids of the sources. Since Bloom 2.4.0.
 */
export function tdigestMerge(
  destination: Key,
  sources: Key | readonly Key[],
  options?: TdigestMergeOptions,
): Command<"OK"> {
  const words: Word[] = ["TDIGEST.MERGE", destination, ...countedKeys("TDIGEST.MERGE", sources)];
  option(words, "COMPRESSION", options?.compression);
  flag(words, "OVERRIDE", options?.override);
  return command(words, ok);
}

/**
 * Gives the lowest number in a t-digest, NaN when it is empty.
 *
 * Complexity: O(1). Since Bloom 2.4.0.
 */
export function tdigestMin(key: Key): Command<Double> {
  return command(["TDIGEST.MIN", key], double);
}

/**
 * Gives for each quantile, 0 to 1, about the number below which that part of all lies; NaN when the digest is empty.
 *
 * Complexity: O(n) in the count of quantiles. Since Bloom 2.4.0.
 */
export function tdigestQuantile(key: Key, ...quantiles: number[]): Command<Double[]> {
  return command(numbersOf("TDIGEST.QUANTILE", key, "quantile", quantiles), doubles);
}

/**
 * Gives for each number about how many are below it; -1 below the lowest, -2 when the digest is empty.
 *
 * Complexity: O(n) in the count of numbers. Since Bloom 2.4.0.
 */
export function tdigestRank(key: Key, ...values: number[]): Command<number[]> {
  return command(numbersOf("TDIGEST.RANK", key, "value", values), integers);
}

/**
 * Empties a t-digest.
 *
 * Complexity: O(1). Since Bloom 2.4.0.
 */
export function tdigestReset(key: Key): Command<"OK"> {
  return command(["TDIGEST.RESET", key], ok);
}

/**
 * Gives for each number about how many are above it; -1 above the highest, -2 when the digest is empty.
 *
 * Complexity: O(n) in the count of numbers. Since Bloom 2.4.0.
 */
export function tdigestRevrank(key: Key, ...values: number[]): Command<number[]> {
  return command(numbersOf("TDIGEST.REVRANK", key, "value", values), integers);
}

/**
 * Gives about the mean of the numbers between two quantiles, each 0 to 1; NaN when the digest is empty.
 *
 * Complexity: O(n) in the count of centroids. Since Bloom 2.4.0.
 */
export function tdigestTrimmedMean(key: Key, lowQuantile: number, highQuantile: number): Command<Double> {
  return command(["TDIGEST.TRIMMED_MEAN", key, lowQuantile, highQuantile], double);
}
