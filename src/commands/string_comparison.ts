/**
 * Commands that compare strings: with each other, with a value, or by a digest of the value.
 *
 * Positions and lengths are bytes, not characters.
 *
 * @module
 */
import { BIGINTS, type DecodeMode, type Value } from "../resp/value.ts";
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { pairsOf, reader, toInteger } from "./readers.ts";
import { integer, type Status, statusOrNull, string } from "./readers.ts";
import { flag, oneOf, option } from "./words.ts";

/** When a {@linkcode delex} deletes; always, when it is empty. No two of these go together. */
export interface DelexOptions {
  /** Deletes only when the key holds this value. */
  ifEq?: Data;
  /** Deletes only when the key holds another value. */
  ifNe?: Data;
  /** Deletes only when the value has this digest, as {@linkcode digest} gives it. */
  ifDeq?: string;
  /** Deletes only when the value has another digest. */
  ifDne?: string;
}

/** What a {@linkcode lcs} gives. */
export interface LcsOptions {
  /** Gives the length in bytes alone. */
  len?: boolean;
  /** Gives where the parts in common are, and the length. */
  idx?: boolean;
  /** With `idx`, leaves out parts that are shorter; 0 when absent. */
  minMatchLen?: number;
  /** With `idx`, gives the length of each part. */
  withMatchLen?: boolean;
}

/** Where a part that two strings have in common is in each: its first and its last byte, counted from 0. */
export interface LcsMatch<Integer = number> {
  /** The place in the string of the first key. */
  first: [start: Integer, end: Integer];
  /** The place in the string of the second key. */
  second: [start: Integer, end: Integer];
}

/** A part that two strings have in common, with its length. */
export interface LcsMeasuredMatch<Integer = number> extends LcsMatch<Integer> {
  /** The length in bytes. */
  matchLen: Integer;
}

/** The parts that two strings have in common. */
export interface LcsMatches<Integer = number> {
  /** The parts, the last in the strings first. */
  matches: LcsMatch<Integer>[];
  /** The length in bytes of the whole common subsequence. */
  len: Integer;
}

/** The parts that two strings have in common, each with its length. */
export interface LcsMeasuredMatches<Integer = number> {
  /** The parts, the last in the strings first. */
  matches: LcsMeasuredMatch<Integer>[];
  /** The length in bytes of the whole common subsequence. */
  len: Integer;
}

function toMatch(value: Value, mode: DecodeMode): LcsMatch | LcsMeasuredMatch {
  const [first, second, matchLen] = value as [Value[], Value[], Value?];
  const match: LcsMatch = { first: toRange(first, mode), second: toRange(second, mode) };
  return matchLen === undefined ? match : { ...match, matchLen: toInteger(matchLen, mode) };
}

function toRange([start, end]: Value[], mode: DecodeMode): [number, number] {
  return [toInteger(start!, mode), toInteger(end!, mode)];
}

const lcsMatches: ReplyReader<LcsMatches | LcsMeasuredMatches> = /* @__PURE__ */ reader(BIGINTS, (value, mode) => {
  const [[, matches], [, len]] = pairsOf(value) as [[Value, Value[]], [Value, Value]];
  return { matches: matches.map((match) => toMatch(match, mode)), len: toInteger(len, mode) };
});

/**
 * Deletes a key on a condition, and gives 1, or gives 0 when there was no such key or the condition was not met.
 *
 * Complexity: O(1), O(n) in the length of the value where a digest is compared. Since Redis 8.4.0.
 */
export function delex(key: Key, options?: DelexOptions): Command<number> {
  const words: Word[] = ["DELEX", key];
  if (options !== undefined) oneOf("DELEX", words, options, ["ifEq", "ifNe", "ifDeq", "ifDne"]);
  return command(words, integer);
}

/**
 * Deletes a key that holds this value, and gives 1, or gives 0.
 *
 * Complexity: O(1). Since Valkey 9.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.set("lock", "mine", { nx: true, ex: 60 });
 * await redis.delifeq("lock", "mine"); // 1, and 0 when somebody else has the lock by now
 * await redis.close();
 * ```
 */
export function delifeq(key: Key, value: Data): Command<number> {
  return command(["DELIFEQ", key, value], integer);
}

/**
 * Gives the digest of a string, 16 hexadecimal digits by XXH3, or null when the key does not exist.
 *
 * {@linkcode delex} and `set` compare it with that of a value. Complexity: O(n) in the length of the value. Since
 * Redis 8.4.0.
 */
export function digest(key: Key): Command<Status | null> {
  return command(["DIGEST", key], statusOrNull);
}

/**
 * Gives the longest common subsequence of two strings: the bytes that both have in the same order.
 *
 * These need not be next to each other. A key that does not exist counts as empty.
 * Complexity: O(n m) in the lengths of the strings. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.mset({ "{text}:a": "ohmytext", "{text}:b": "mynewtext" });
 * await redis.lcs("{text}:a", "{text}:b"); // "mytext"
 * const { matches } = await redis.lcs("{text}:a", "{text}:b", { idx: true, minMatchLen: 4 });
 * console.log(matches); // [{ first: [4, 7], second: [5, 8] }]
 * await redis.close();
 * ```
 */
export function lcs(
  key1: Key,
  key2: Key,
  options?: LcsOptions & { len?: false; idx?: false },
): Command<string>;
/** Gives the length of the longest common subsequence in bytes. */
export function lcs(key1: Key, key2: Key, options: LcsOptions & { len: true; idx?: false }): Command<number>;
/** Gives where the parts of the longest common subsequence are, and how long each is. */
export function lcs(
  key1: Key,
  key2: Key,
  options: LcsOptions & { len?: false; idx: true; withMatchLen: true },
): Command<LcsMeasuredMatches<number>>;
/** Gives where the parts of the longest common subsequence are. */
export function lcs(
  key1: Key,
  key2: Key,
  options: LcsOptions & { len?: false; idx: true; withMatchLen?: false },
): Command<LcsMatches<number>>;
/** Gives what the options, known only when it runs, ask for. */
export function lcs(
  key1: Key,
  key2: Key,
  options?: LcsOptions,
): Command<string | number | LcsMatches<number> | LcsMeasuredMatches<number>>;
export function lcs(key1: Key, key2: Key, options?: LcsOptions): Command<unknown> {
  const words: Word[] = ["LCS", key1, key2];
  if (options === undefined) return command(words, string);
  oneOf("LCS", words, options, ["len", "idx"]);
  option(words, "MINMATCHLEN", options.minMatchLen);
  flag(words, "WITHMATCHLEN", options.withMatchLen);
  return command<unknown>(words, options.idx ? lcsMatches : options.len ? integer : string);
}
