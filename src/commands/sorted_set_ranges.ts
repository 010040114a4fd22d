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
import { flag, oneOf, scoreOf } from "./words.ts";

/** A part of what lies between the bounds. */
export interface RangeLimit {
  /** How many members are left out first. */
  offset: number;
  /** At most so many members; all when it is negative. */
  count: number;
}

/** How a {@linkcode zrangestore} reads its bounds. */
export interface ZrangestoreOptions {
  /** Takes the bounds as scores, not as positions. */
  byScore?: boolean;
  /** Takes the bounds as members, not as positions; all scores are to be equal. */
  byLex?: boolean;
  /** Goes from the highest to the lowest; bounds by score or member then come highest first. */
  rev?: boolean;
  /** Gives a part alone, with `byScore` or `byLex`. */
  limit?: RangeLimit;
}

/** How a {@linkcode zrange} reads its bounds, and what it gives. */
export interface ZrangeOptions extends ZrangestoreOptions {
  /** Gives each member with its score. */
  withScores?: boolean;
}

/** How much a {@linkcode zrangebylex} or a {@linkcode zrevrangebylex} gives. */
export interface ZrangebylexOptions {
  /** Gives a part alone. */
  limit?: RangeLimit;
}

/** What a {@linkcode zrangebyscore} or a {@linkcode zrevrangebyscore} gives. */
export interface ZrangebyscoreOptions {
  /** Gives each member with its score. */
  withScores?: boolean;
  /** Gives a part alone. */
  limit?: RangeLimit;
}

/** What a {@linkcode zrevrange} gives. */
export interface ZrevrangeOptions {
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
  oneOf(name, words, options, ["byScore", "byLex"]);
  flag(words, "REV", options.rev);
  limited(words, options.limit);
}

function limited(words: Word[], limit: RangeLimit | undefined): void {
  if (limit) words.push("LIMIT", limit.offset, limit.count);
}

function betweenMembers(name: string, key: Key, from: Key, to: Key, options?: ZrangebylexOptions): Command<string[]> {
  const words: Word[] = [name, key, from, to];
  limited(words, options?.limit);
  return command(words, strings);
}

function betweenScores(
  name: string,
  key: Key,
  from: number | string,
  to: number | string,
  options: ZrangebyscoreOptions | undefined,
): Command<unknown> {
  const words: Word[] = [name, key, scoreOf(from), scoreOf(to)];
  flag(words, "WITHSCORES", options?.withScores);
  limited(words, options?.limit);
  return command<unknown>(words, options?.withScores ? scored : strings);
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
 * Gives the members that lie from `min` to `max` by their bytes; all scores are to be equal.
 *
 * {@linkcode zrange} with `byLex` does the same.
 * Complexity: O(log n + m) in the members given. Since 2.8.9.
 */
export function zrangebylex(key: Key, min: Key, max: Key, options?: ZrangebylexOptions): Command<string[]> {
  return betweenMembers("ZRANGEBYLEX", key, min, max, options);
}

/**
 * Gives the members that have a score from `min` to `max`, lowest first.
 *
 * {@linkcode zrange} with `byScore` does the same.
 * Complexity: O(log n + m) in the members given. Since 1.0.5; `withScores` since 2.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.zadd("points", { ada: 10, bob: 7, cyd: 3 });
 * await redis.zrangebyscore("points", "(3", Infinity); // ["bob", "ada"]
 * await redis.zrangebyscore("points", 0, 9, { limit: { offset: 1, count: 1 } }); // ["bob"]
 * await redis.close();
 * ```
 */
export function zrangebyscore(
  key: Key,
  min: number | string,
  max: number | string,
  options: ZrangebyscoreOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives the members alone. */
export function zrangebyscore(
  key: Key,
  min: number | string,
  max: number | string,
  options?: ZrangebyscoreOptions & { withScores?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zrangebyscore(
  key: Key,
  min: number | string,
  max: number | string,
  options?: ZrangebyscoreOptions,
): Command<string[] | Scored<string>[]>;
export function zrangebyscore(
  key: Key,
  min: number | string,
  max: number | string,
  options?: ZrangebyscoreOptions,
): Command<unknown> {
  return betweenScores("ZRANGEBYSCORE", key, min, max, options);
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

/**
 * Gives the members from position `start` to position `stop`, both included, highest score first.
 *
 * {@linkcode zrange} with `rev` does the same.
 * Complexity: O(log n + m) in the members given. Since 1.2.0.
 */
export function zrevrange(
  key: Key,
  start: number,
  stop: number,
  options: ZrevrangeOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives the members alone. */
export function zrevrange(
  key: Key,
  start: number,
  stop: number,
  options?: ZrevrangeOptions & { withScores?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zrevrange(
  key: Key,
  start: number,
  stop: number,
  options?: ZrevrangeOptions,
): Command<string[] | Scored<string>[]>;
export function zrevrange(key: Key, start: number, stop: number, options?: ZrevrangeOptions): Command<unknown> {
  const words: Word[] = ["ZREVRANGE", key, start, stop];
  flag(words, "WITHSCORES", options?.withScores);
  return command<unknown>(words, options?.withScores ? scored : strings);
}

/**
 * Gives the members that lie from `max` down to `min` by their bytes; all scores are to be equal.
 *
 * {@linkcode zrange} with `byLex` and `rev` does the same.
 * Complexity: O(log n + m) in the members given. Since 2.8.9.
 */
export function zrevrangebylex(key: Key, max: Key, min: Key, options?: ZrangebylexOptions): Command<string[]> {
  return betweenMembers("ZREVRANGEBYLEX", key, max, min, options);
}

/**
 * Gives the members that have a score from `max` down to `min`, highest first.
 *
 * {@linkcode zrange} with `byScore` and `rev` does the same.
 * Complexity: O(log n + m) in the members given. Since 2.2.0.
 */
export function zrevrangebyscore(
  key: Key,
  max: number | string,
  min: number | string,
  options: ZrangebyscoreOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives the members alone. */
export function zrevrangebyscore(
  key: Key,
  max: number | string,
  min: number | string,
  options?: ZrangebyscoreOptions & { withScores?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zrevrangebyscore(
  key: Key,
  max: number | string,
  min: number | string,
  options?: ZrangebyscoreOptions,
): Command<string[] | Scored<string>[]>;
export function zrevrangebyscore(
  key: Key,
  max: number | string,
  min: number | string,
  options?: ZrangebyscoreOptions,
): Command<unknown> {
  return betweenScores("ZREVRANGEBYSCORE", key, max, min, options);
}
