/**
 * Commands on the arrays of JSON documents.
 *
 * With a path that starts with `$` each gives a list, with null for each match that is no array; with an older path
 * it gives one reply. Indexes count from 0, negative ones from the end.
 *
 * @module
 */
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { type ByPath, countByPath, type Json, jsonByPath, jsonWord, textByPath } from "./json_readers.ts";
import { wantOne } from "./words.ts";

/** Which element a {@linkcode jsonArrpop} takes, and how it gives it. */
export interface JsonArrpopOptions {
  /** The index of the element; -1, the last, when absent. */
  index?: number;
  /** Gives the JSON text in place of the value, so that null means that there was none. */
  raw?: boolean;
}

/**
 * Appends values to the arrays at a path, and gives how many elements each has then.
 *
 * Complexity: O(1) a value for each array. Since JSON 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { tags: ["math"] });
 * await redis.jsonArrappend("user:7", "$.tags", "logic", "poetry"); // [3]
 * await redis.jsonArrappend("user:7", ".tags", "music"); // 4
 * await redis.close();
 * ```
 */
export function jsonArrappend<Path extends string>(
  key: Key,
  path: Path,
  ...values: Json[]
): Command<ByPath<Path, number>> {
  wantOne("JSON.ARRAPPEND", "value", values);
  return command(["JSON.ARRAPPEND", key, path, ...wordsOf("JSON.ARRAPPEND", values)], count());
}

/**
 * Gives the index of the first element that equals a value, -1 where none does.
 *
 * Complexity: O(n) in the length of each array. Since JSON 1.0.0.
 *
 * @param start The first index to look at; 0 when absent.
 * @param stop The index before which to stop; 0, the end of the array, when absent.
 */
export function jsonArrindex<Path extends string>(
  key: Key,
  path: Path,
  value: Json,
  start?: number,
  stop?: number,
): Command<ByPath<Path, number>> {
  const words: Word[] = ["JSON.ARRINDEX", key, path, jsonWord("JSON.ARRINDEX", value)];
  if (start !== undefined || stop !== undefined) words.push(start ?? 0);
  if (stop !== undefined) words.push(stop);
  return command(words, count());
}

/**
 * Inserts values into the arrays at a path before an index, and gives how many elements each has then.
 *
 * Complexity: O(n) in the length of each array. Since JSON 1.0.0.
 */
export function jsonArrinsert<Path extends string>(
  key: Key,
  path: Path,
  index: number,
  ...values: Json[]
): Command<ByPath<Path, number>> {
  wantOne("JSON.ARRINSERT", "value", values);
  return command(["JSON.ARRINSERT", key, path, index, ...wordsOf("JSON.ARRINSERT", values)], count());
}

/**
 * Gives how many elements the arrays at a path have, or null when there is no such key.
 *
 * Complexity: O(1) for each array. Since JSON 1.0.0.
 */
export function jsonArrlen<Path extends string = ".">(
  key: Key,
  path?: Path,
): Command<ByPath<Path, number> | null> {
  return command(path === undefined ? ["JSON.ARRLEN", key] : ["JSON.ARRLEN", key, path], count());
}

/**
 * Takes an element off the arrays at a path and gives it, or null where the array was empty.
 *
 * Complexity: O(n) in the length of each array, O(1) for the last element. Since JSON 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { tags: ["math", "logic"] });
 * await redis.jsonArrpop("user:7", "$.tags"); // ["logic"]
 * await redis.jsonArrpop("user:7", ".tags", { index: 0 }); // "math"
 * await redis.close();
 * ```
 */
export function jsonArrpop<Path extends string = ".">(
  key: Key,
  path: Path | undefined,
  options: JsonArrpopOptions & { raw: true },
): Command<ByPath<Path, string | null>>;
/** Gives the elements as values. */
export function jsonArrpop<Path extends string = ".">(
  key: Key,
  path?: Path,
  options?: JsonArrpopOptions & { raw?: false },
): Command<ByPath<Path, Json>>;
/** Gives what the options, known only when it runs, ask for. */
export function jsonArrpop<Path extends string = ".">(
  key: Key,
  path?: Path,
  options?: JsonArrpopOptions,
): Command<ByPath<Path, Json | string>>;
export function jsonArrpop(key: Key, path?: string, options?: JsonArrpopOptions): Command<unknown> {
  const words: Word[] = ["JSON.ARRPOP", key];
  // The index comes after the path, so the root has to be named for it.
  if (path !== undefined || options?.index !== undefined) words.push(path ?? ".");
  if (options?.index !== undefined) words.push(options.index);
  return command<unknown>(words, options?.raw ? textByPath : jsonByPath);
}

/**
 * Cuts the arrays at a path down to the elements from `start` to `stop`, both included, and gives how many are left.
 *
 * Complexity: O(n) in the length of each array. Since JSON 1.0.0.
 */
export function jsonArrtrim<Path extends string>(
  key: Key,
  path: Path,
  start: number,
  stop: number,
): Command<ByPath<Path, number>> {
  return command(["JSON.ARRTRIM", key, path, start, stop], count());
}

function wordsOf(name: string, values: readonly Json[]): Word[] {
  return values.map((value) => jsonWord(name, value));
}

// The wire's shape is the path's, which the types know and the reader need not.
function count(): ReplyReader<never> {
  return countByPath as ReplyReader<never>;
}
