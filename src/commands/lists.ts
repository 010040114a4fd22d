/**
 * Commands on lists, none of which waits for an element to come: those are in `blocking.ts`.
 *
 * Positions count from 0 at the left end; negative ones count from -1 at the right end.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { integer, integerOrNull, integers, ok, stringOrNull, strings, stringsOrNull } from "./readers.ts";
import { type PoppedElements, poppedElements } from "./record_readers.ts";
import { countedKeys, option, wantOne } from "./words.ts";

/** An end of a list. */
export type Side = "left" | "right";

/** What a {@linkcode lpos} looks for. */
export interface LposOptions {
  /** Which match comes first: 1 the first from the left, -1 the first from the right. */
  rank?: number;
  /** Gives a list of at most so many positions, 0 for all of them. */
  count?: number;
  /** Compares at most so many elements, 0 for all of them. */
  maxLen?: number;
}

/** How much a {@linkcode lmpop} takes. */
export interface LmpopOptions {
  /** At most so many elements; 1 when absent. */
  count?: number;
}

/**
 * Gives the element at a position, or null when there is none.
 *
 * Complexity: O(n) in the elements to be passed, O(1) at the ends. Since 1.0.0.
 */
export function lindex(key: Key, index: number): Command<string | null> {
  return command(["LINDEX", key, index], stringOrNull);
}

/**
 * Inserts an element next to the first that equals `pivot`.
 *
 * Gives the length of the list, -1 when no element equals `pivot`, 0 when there is no such key.
 * Complexity: O(n) in the elements to be passed. Since 2.2.0.
 */
export function linsert(key: Key, where: "before" | "after", pivot: Data, element: Data): Command<number> {
  return command(["LINSERT", key, where, pivot, element], integer);
}

/**
 * Gives the length of a list, 0 when there is no such key.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function llen(key: Key): Command<number> {
  return command(["LLEN", key], integer);
}

/**
 * Moves an element from an end of one list to an end of another and gives it, or null when there is none.
 *
 * Complexity: O(1). Since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.rpush("queue", "a", "b");
 * await redis.lmove("queue", "queue:taken", "left", "right"); // "a"
 * await redis.close();
 * ```
 */
export function lmove(source: Key, destination: Key, from: Side, to: Side): Command<string | null> {
  return command(["LMOVE", source, destination, from, to], stringOrNull);
}

/**
 * Takes elements from an end of the first list that has any, and gives them with its key, or null.
 *
 * Complexity: O(n + m) in the count of keys and of elements taken. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.rpush("jobs:late", "a", "b");
 * await redis.lmpop(["jobs:soon", "jobs:late"], "left", { count: 10 }); // { key: "jobs:late", elements: ["a", "b"] }
 * await redis.close();
 * ```
 */
export function lmpop(
  keys: Key | readonly Key[],
  side: Side,
  options?: LmpopOptions,
): Command<PoppedElements<string> | null> {
  const words: Word[] = ["LMPOP", ...countedKeys("LMPOP", keys), side];
  if (options !== undefined) option(words, "COUNT", options.count);
  return command(words, poppedElements);
}

/**
 * Takes the leftmost element of a list and gives it, or null; with a count takes a list of at most so many.
 *
 * Complexity: O(n) in the elements taken. Since 1.0.0; the count since 6.2.0.
 */
export function lpop(key: Key): Command<string | null>;
/** Takes at most so many elements; null when there is no such key. */
export function lpop(key: Key, count: number): Command<string[] | null>;
/** Gives what the count, known only when it runs, asks for. */
export function lpop(key: Key, count?: number): Command<string | string[] | null>;
export function lpop(key: Key, count?: number): Command<unknown> {
  return count === undefined ? command(["LPOP", key], stringOrNull) : command(["LPOP", key, count], stringsOrNull);
}

/**
 * Gives the position of an element in a list, or null; with `count` a list of positions.
 *
 * Complexity: O(n) in the elements compared. Since 6.0.6.
 */
export function lpos(key: Key, element: Data, options: LposOptions & { count: number }): Command<number[]>;
/** Gives the first position, or null. */
export function lpos(key: Key, element: Data, options?: LposOptions & { count?: undefined }): Command<number | null>;
/** Gives what the options, known only when it runs, ask for. */
export function lpos(key: Key, element: Data, options?: LposOptions): Command<number[] | number | null>;
export function lpos(key: Key, element: Data, options?: LposOptions): Command<unknown> {
  const words: Word[] = ["LPOS", key, element];
  if (options === undefined) return command(words, integerOrNull);
  option(words, "RANK", options.rank);
  option(words, "COUNT", options.count);
  option(words, "MAXLEN", options.maxLen);
  return command<unknown>(words, options.count === undefined ? integerOrNull : integers);
}

/**
 * Puts elements at the left end of a list, each left of the one before, and gives its length.
 *
 * Complexity: O(n) in the count of elements. Since 1.0.0.
 */
export function lpush(key: Key, ...elements: Data[]): Command<number> {
  wantOne("LPUSH", "element", elements);
  return command(["LPUSH", key, ...elements], integer);
}

/**
 * Puts elements at the left end of a list that exists, and gives its length, or 0.
 *
 * Complexity: O(n) in the count of elements. Since 2.2.0.
 */
export function lpushx(key: Key, ...elements: Data[]): Command<number> {
  wantOne("LPUSHX", "element", elements);
  return command(["LPUSHX", key, ...elements], integer);
}

/**
 * Gives the elements from position `start` to position `stop`, both included.
 *
 * Complexity: O(s + n) in the elements to be passed and those given. Since 1.0.0.
 */
export function lrange(key: Key, start: number, stop: number): Command<string[]> {
  return command(["LRANGE", key, start, stop], strings);
}

/**
 * Removes elements that equal `element` and gives how many it removed.
 *
 * Complexity: O(n) in the length of the list. Since 1.0.0.
 *
 * @param count At most so many from the left, from the right when negative, all when 0.
 */
export function lrem(key: Key, count: number, element: Data): Command<number> {
  return command(["LREM", key, count, element], integer);
}

/**
 * Replaces the element at a position; the server refuses a position beyond the list.
 *
 * Complexity: O(n) in the length of the list, O(1) at the ends. Since 1.0.0.
 */
export function lset(key: Key, index: number, element: Data): Command<"OK"> {
  return command(["LSET", key, index, element], ok);
}

/**
 * Keeps of a list only what lies from position `start` to position `stop`, both included.
 *
 * Complexity: O(n) in the elements removed. Since 1.0.0.
 */
export function ltrim(key: Key, start: number, stop: number): Command<"OK"> {
  return command(["LTRIM", key, start, stop], ok);
}

/**
 * Takes the rightmost element of a list and gives it, or null; with a count takes a list of at most so many.
 *
 * Complexity: O(n) in the elements taken. Since 1.0.0; the count since 6.2.0.
 */
export function rpop(key: Key): Command<string | null>;
/** Takes at most so many elements; null when there is no such key. */
export function rpop(key: Key, count: number): Command<string[] | null>;
/** Gives what the count, known only when it runs, asks for. */
export function rpop(key: Key, count?: number): Command<string | string[] | null>;
export function rpop(key: Key, count?: number): Command<unknown> {
  return count === undefined ? command(["RPOP", key], stringOrNull) : command(["RPOP", key, count], stringsOrNull);
}

/**
 * Moves the rightmost element of one list to the left end of another and gives it, or null when there is none.
 *
 * {@linkcode lmove} does the same and more. Complexity: O(1). Since 1.2.0.
 */
export function rpoplpush(source: Key, destination: Key): Command<string | null> {
  return command(["RPOPLPUSH", source, destination], stringOrNull);
}

/**
 * Puts elements at the right end of a list, each right of the one before, and gives its length.
 *
 * Complexity: O(n) in the count of elements. Since 1.0.0.
 */
export function rpush(key: Key, ...elements: Data[]): Command<number> {
  wantOne("RPUSH", "element", elements);
  return command(["RPUSH", key, ...elements], integer);
}

/**
 * Puts elements at the right end of a list that exists, and gives its length, or 0.
 *
 * Complexity: O(n) in the count of elements. Since 2.2.0.
 */
export function rpushx(key: Key, ...elements: Data[]): Command<number> {
  wantOne("RPUSHX", "element", elements);
  return command(["RPUSHX", key, ...elements], integer);
}
