/**
 * Commands that combine several sorted sets: differences, intersections and unions.
 *
 * The sources are one key or a list of keys, as options may follow them.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer, type Scored, scored, strings } from "./readers.ts";
import { countedKeys, flag, option, scoreOf, wantOne } from "./words.ts";

/** What a {@linkcode zdiff} gives. */
export interface ZdiffOptions {
  /** Gives each member with its score. */
  withScores?: boolean;
}

/** How scores are combined in {@linkcode zinterstore} and {@linkcode zunionstore}. */
export interface ZcombineStoreOptions {
  /** A factor for the scores of each source, in their order; 1 when absent. */
  weights?: readonly number[];
  /** What becomes of the scores a member has in several sources; `"sum"` when absent, `"count"` adds up the weights. */
  aggregate?: "sum" | "min" | "max" | "count";
}

/** How scores are combined in {@linkcode zinter} and {@linkcode zunion}, and what they give. */
export interface ZcombineOptions extends ZcombineStoreOptions {
  /** Gives each member with its score. */
  withScores?: boolean;
}

/** How far a {@linkcode zintercard} counts. */
export interface ZintercardOptions {
  /** Stops at this count; 0 has no limit. */
  limit?: number;
}

function combined(name: string, words: Word[], options: ZcombineStoreOptions): void {
  if (options.weights) {
    wantOne(name, "weight", options.weights);
    words.push("WEIGHTS", ...options.weights.map(scoreOf));
  }
  option(words, "AGGREGATE", options.aggregate);
}

function members(name: string, keys: Key | readonly Key[], options: ZcombineOptions | undefined): Command<unknown> {
  const words: Word[] = [name, ...countedKeys(name, keys)];
  if (options === undefined) return command(words, strings);
  combined(name, words, options);
  flag(words, "WITHSCORES", options.withScores);
  return command<unknown>(words, options.withScores ? scored : strings);
}

function stored(
  name: string,
  destination: Key,
  keys: Key | readonly Key[],
  options: ZcombineStoreOptions | undefined,
): Command<number> {
  const words: Word[] = [name, destination, ...countedKeys(name, keys)];
  if (options !== undefined) combined(name, words, options);
  return command(words, integer);
}

/**
 * Gives the members of the first sorted set that are in none of the others.
 *
 * Complexity: O(l + (n - k) log n) in the members of all, of the first, and of the result. Since 6.2.0.
 */
export function zdiff(
  keys: Key | readonly Key[],
  options: ZdiffOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives the members alone. */
export function zdiff(keys: Key | readonly Key[], options?: ZdiffOptions & { withScores?: false }): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zdiff(keys: Key | readonly Key[], options?: ZdiffOptions): Command<string[] | Scored<string>[]>;
export function zdiff(keys: Key | readonly Key[], options?: ZdiffOptions): Command<unknown> {
  const words: Word[] = ["ZDIFF", ...countedKeys("ZDIFF", keys)];
  flag(words, "WITHSCORES", options?.withScores);
  return command<unknown>(words, options?.withScores ? scored : strings);
}

/**
 * Stores the members of the first sorted set that are in none of the others, and gives how many there are.
 *
 * Complexity: O(l + (n - k) log n) in the members of all, of the first, and of the result. Since 6.2.0.
 */
export function zdiffstore(destination: Key, keys: Key | readonly Key[]): Command<number> {
  return command(["ZDIFFSTORE", destination, ...countedKeys("ZDIFFSTORE", keys)], integer);
}

/**
 * Gives the members that are in every sorted set, lowest combined score first.
 *
 * Complexity: O(n * k) + O(m log m) in the members of the smallest, the count of keys, and the result.
 * Since 6.2.0; aggregate `"count"` since Redis 8.8.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.zadd("may", { ada: 10, bob: 7 });
 * await redis.zadd("june", { ada: 4 });
 * await redis.zinter(["may", "june"], { weights: [1, 2], withScores: true }); // [{ member: "ada", score: 18 }]
 * await redis.close();
 * ```
 */
export function zinter(
  keys: Key | readonly Key[],
  options: ZcombineOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives the members alone. */
export function zinter(
  keys: Key | readonly Key[],
  options?: ZcombineOptions & { withScores?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zinter(keys: Key | readonly Key[], options?: ZcombineOptions): Command<string[] | Scored<string>[]>;
export function zinter(keys: Key | readonly Key[], options?: ZcombineOptions): Command<unknown> {
  return members("ZINTER", keys, options);
}

/**
 * Gives how many members are in every sorted set.
 *
 * Complexity: O(n * k) in the members of the smallest and the count of keys. Since 7.0.0.
 */
export function zintercard(keys: Key | readonly Key[], options?: ZintercardOptions): Command<number> {
  const words: Word[] = ["ZINTERCARD", ...countedKeys("ZINTERCARD", keys)];
  if (options !== undefined) option(words, "LIMIT", options.limit);
  return command(words, integer);
}

/**
 * Stores the members that are in every sorted set, with their combined scores, and gives how many there are.
 *
 * Complexity: O(n * k) + O(m log m) in the members of the smallest, the count of keys, and the result.
 * Since 2.0.0; aggregate `"count"` since Redis 8.8.0.
 */
export function zinterstore(
  destination: Key,
  keys: Key | readonly Key[],
  options?: ZcombineStoreOptions,
): Command<number> {
  return stored("ZINTERSTORE", destination, keys, options);
}

/**
 * Gives the members that are in any of the sorted sets, lowest combined score first.
 *
 * Complexity: O(n) + O(m log m) in the members of all and the result. Since 6.2.0; aggregate `"count"` since
 * Redis 8.8.0.
 */
export function zunion(
  keys: Key | readonly Key[],
  options: ZcombineOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives the members alone. */
export function zunion(
  keys: Key | readonly Key[],
  options?: ZcombineOptions & { withScores?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zunion(keys: Key | readonly Key[], options?: ZcombineOptions): Command<string[] | Scored<string>[]>;
export function zunion(keys: Key | readonly Key[], options?: ZcombineOptions): Command<unknown> {
  return members("ZUNION", keys, options);
}

/**
 * Stores the members that are in any of the sorted sets, with their combined scores, and gives how many there are.
 *
 * Complexity: O(n) + O(m log m) in the members of all and the result. Since 2.0.0; aggregate `"count"` since
 * Redis 8.8.0.
 */
export function zunionstore(
  destination: Key,
  keys: Key | readonly Key[],
  options?: ZcombineStoreOptions,
): Command<number> {
  return stored("ZUNIONSTORE", destination, keys, options);
}
