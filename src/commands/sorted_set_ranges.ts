/**
 * Commands on the part of a sorted set that lies between two bounds: positions, scores or members.
 *
 * Bounds of scores are numbers, or text where they are exclusive (`"(5"`); bounds of members are text:
 * `"[a"` with the member itself, `"(a"` without it, `"-"` and `"+"` for the ends.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer, type Scored, scored, strings } from "./readers.ts";
import { exclude, flag, scoreOf } from "./words.ts";

/** How a {@linkcode zrangestore} reads its bounds. */
export interface ZrangestoreOptions {
  /** Takes the bounds as scores, not as positions. */
  byScore?: boolean;
  /** Takes the bounds as members, not as positions; all scores are to be equal. */
  byLex?: boolean;
  /** Goes from the highest to the lowest; bounds by score or member then come highest first. */
  rev?: boolean;
  /** Gives at most `count` after leaving out `offset`, with `byScore` or `byLex`; a negative count gives all. */
  limit?: { offset: number; count: number };
}

/** How a {@linkcode zrange} reads its bounds, and what it gives. */
export interface ZrangeOptions extends ZrangestoreOptions {
  /** Gives each member with its score. */
  withScores?: boolean;
}

/**
 * Gives how many members have a score from `min` to `max`.
 *
 * Complexity: O(log n). Since 2.0.0.
 */
export function zcount(key: Key, min: number | string, max: number | string): Command<number> {
  return command(["ZCOUNT", key, scoreOf(min), scoreOf(max)], integer);
}

/**
 * Gives how many members lie from `min` to `max` by their bytes; all scores are to be equal.
 *
 * Complexity: O(log n). Since 2.8.9.
 */
export function zlexcount(key: Key, min: Key, max: Key): Command<number> {
  return command(["ZLEXCOUNT", key, min, max], integer);
}

function range(name: string, words: Word[], options: ZrangestoreOptions): void {
  exclude(name, options, ["byScore", "byLex"]);
  flag(words, "BYSCORE", options.byScore);
  flag(words, "BYLEX", options.byLex);
  flag(words, "REV", options.rev);
  if (options.limit) words.push("LIMIT", options.limit.offset, options.limit.count);
}

/**
 * Gives the members from one bound to another, both included, by position, score or member.
 *
 * Complexity: O(log n + m) in the members given. Since 1.2.0; all options but `withScores` since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.zadd("points", { ada: 10, bob: 7, cyd: 3 });
 * await redis.zrange("points", 0, 1, { rev: true }); // ["ada", "bob"]
 * await redis.zrange("points", "(3", Infinity, { byScore: true, limit: { offset: 0, count: 1 } }); // ["bob"]
 * await redis.zrange("points", 0, 0, { withScores: true }); // [{ member: "cyd", score: 3 }]
 * await redis.close();
 * ```
 */
export function zrange(
  key: Key,
  start: number | Key,
  stop: number | Key,
  options: ZrangeOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives the members alone. */
export function zrange(
  key: Key,
  start: number | Key,
  stop: number | Key,
  options?: ZrangeOptions & { withScores?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zrange(
  key: Key,
  start: number | Key,
  stop: number | Key,
  options?: ZrangeOptions,
): Command<string[] | Scored<string>[]>;
export function zrange(
  key: Key,
  start: number | Key,
  stop: number | Key,
  options?: ZrangeOptions,
): Command<unknown> {
  const words: Word[] = ["ZRANGE", key, scoreOf(start), scoreOf(stop)];
  if (options === undefined) return command(words, strings);
  range("ZRANGE", words, options);
  flag(words, "WITHSCORES", options.withScores);
  return command<unknown>(words, options.withScores ? scored : strings);
}

/**
 * Stores what {@linkcode zrange} would give, with the scores, and gives how many members that is.
 *
 * Complexity: O(log n + m) in the members stored. Since 6.2.0.
 */
export function zrangestore(
  destination: Key,
  source: Key,
  start: number | Key,
  stop: number | Key,
  options?: ZrangestoreOptions,
): Command<number> {
  const words: Word[] = ["ZRANGESTORE", destination, source, scoreOf(start), scoreOf(stop)];
  if (options !== undefined) range("ZRANGESTORE", words, options);
  return command(words, integer);
}

/**
 * Removes the members that lie from `min` to `max` by their bytes, and gives how many; all scores are to be equal.
 *
 * Complexity: O(log n + m) in the members removed. Since 2.8.9.
 */
export function zremrangebylex(key: Key, min: Key, max: Key): Command<number> {
  return command(["ZREMRANGEBYLEX", key, min, max], integer);
}

/**
 * Removes the members from position `start` to position `stop`, both included, and gives how many.
 *
 * Complexity: O(log n + m) in the members removed. Since 2.0.0.
 */
export function zremrangebyrank(key: Key, start: number, stop: number): Command<number> {
  return command(["ZREMRANGEBYRANK", key, start, stop], integer);
}

/**
 * Removes the members that have a score from `min` to `max`, and gives how many.
 *
 * Complexity: O(log n + m) in the members removed. Since 1.2.0.
 */
export function zremrangebyscore(key: Key, min: number | string, max: number | string): Command<number> {
  return command(["ZREMRANGEBYSCORE", key, scoreOf(min), scoreOf(max)], integer);
}
