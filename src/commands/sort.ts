/**
 * SORT in its two forms: the elements of a list, a set or a sorted set, in another order.
 *
 * @module
 */
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { integer, strings, stringsOrNulls } from "./readers.ts";
import { flag, listOf, option, wantOne } from "./words.ts";

/** Some of what is given: so many, from a position on. */
export interface SortLimit {
  /** How many to leave out at the beginning. */
  offset: number;
  /** At most so many; negative for all the rest. */
  count: number;
}

/** How a {@linkcode sortRo} orders, and what it gives. */
export interface SortRoOptions {
  /** Orders by the values of these keys, `*` being the element; one without `*` leaves the order as it is. */
  by?: Key;
  /** Gives only some. */
  limit?: SortLimit;
  /** Gives, in place of each element, the values of these keys, `*` being the element; `#` is the element itself. */
  get?: Key | readonly Key[];
  /** `"asc"` when absent. */
  order?: "asc" | "desc";
  /** Compares as text; as numbers when absent. */
  alpha?: boolean;
}

/** How a {@linkcode sort} orders, and what it gives or stores. */
export interface SortOptions extends SortRoOptions {
  /** Stores what it would give as a list at this key, and gives its length. */
  store?: Key;
}

/**
 * Gives the elements of a list, a set or a sorted set in order, as numbers unless `alpha` is given.
 *
 * With `by` and `get` it goes to keys, or with `->` in a pattern to the fields of hashes, that have the element in
 * their names. Complexity: O(n + m log m) in the elements there are and those given. Since 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.rpush("ids", 3, 1, 2);
 * await redis.hset("user:1", { name: "ada", born: 1815 });
 * await redis.hset("user:3", { name: "joan", born: 1917 });
 * await redis.sort("ids", { order: "desc", limit: { offset: 0, count: 2 } }); // ["3", "2"]
 * await redis.sort("ids", { by: "user:*->born", get: ["#", "user:*->name"] }); // ["2", null, "1", "ada", "3", "joan"]
 * await redis.close();
 * ```
 */
export function sort(key: Key, options?: SortOptions & { get?: undefined; store?: undefined }): Command<string[]>;
/** Gives what `get` names, null for each that does not exist. */
export function sort(
  key: Key,
  options: SortOptions & { get: Key | readonly Key[]; store?: undefined },
): Command<(string | null)[]>;
/** Stores the elements, or what `get` names, and gives how many these are. */
export function sort(key: Key, options: SortOptions & { store: Key }): Command<number>;
/** Gives what the options, known only when it runs, ask for. */
export function sort(key: Key, options?: SortOptions): Command<(string | null)[] | number>;
export function sort(key: Key, options?: SortOptions): Command<unknown> {
  const words = sorting("SORT", key, options);
  option(words, "STORE", options?.store);
  return command<unknown>(words, options?.store === undefined ? sorted(options) : integer);
}

/**
 * Gives the elements of a list, a set or a sorted set in order; unlike {@linkcode sort} it never stores.
 *
 * So a replica may do it. Complexity: O(n + m log m) in the elements there are and those given. Since 7.0.0.
 */
export function sortRo(key: Key, options?: SortRoOptions & { get?: undefined }): Command<string[]>;
/** Gives what `get` names, null for each that does not exist. */
export function sortRo(
  key: Key,
  options: SortRoOptions & { get: Key | readonly Key[] },
): Command<(string | null)[]>;
/** Gives what the options, known only when it runs, ask for. */
export function sortRo(key: Key, options?: SortRoOptions): Command<(string | null)[]>;
export function sortRo(key: Key, options?: SortRoOptions): Command<unknown> {
  return command<unknown>(sorting("SORT_RO", key, options), sorted(options));
}

function sorting(name: string, key: Key, options: SortRoOptions | undefined): Word[] {
  const words: Word[] = [name, key];
  if (options === undefined) return words;
  option(words, "BY", options.by);
  if (options.limit !== undefined) words.push("LIMIT", options.limit.offset, options.limit.count);
  if (options.get !== undefined) {
    const patterns = listOf(options.get);
    wantOne(name, "pattern", patterns);
    for (const pattern of patterns) words.push("GET", pattern);
  }
  if (options.order !== undefined) words.push(options.order);
  flag(words, "ALPHA", options.alpha);
  return words;
}

function sorted(options: SortRoOptions | undefined): ReplyReader<unknown> {
  return options?.get === undefined ? strings : stringsOrNulls;
}
