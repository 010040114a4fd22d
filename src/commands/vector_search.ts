/**
 * Commands that look for elements of vector sets: the most similar, neighbours, random ones, those in a range.
 *
 * A score is a similarity: 1 for vectors of the same direction, 0 for opposite ones.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { type Scored, scored, stringOrNull, strings } from "./readers.ts";
import { type Attributed, attributed, layersOrNull, type ScoredAttributed, scoredAttributed } from "./vectors.ts";
import { scoredLayersOrNull, type Vector, vectorWords } from "./vectors.ts";
import { flag, option } from "./words.ts";

/** What a {@linkcode vlinks} gives. */
export interface VlinksOptions {
  /** Gives each neighbour with its similarity. */
  withScores?: boolean;
}

/** How a {@linkcode vsim} searches, and what it gives. */
export interface VsimOptions {
  /** Gives each element with its similarity. */
  withScores?: boolean;
  /** Gives each element with its attributes; since Redis 8.2.0. */
  withAttribs?: boolean;
  /** At most so many elements; 10 when absent. */
  count?: number;
  /** Only elements whose distance is at most this: 1 minus the similarity, in Redis 8.0 twice that. */
  epsilon?: number;
  /** How many candidates are looked at: more find better ones, and take longer. */
  ef?: number;
  /** Only elements for whose attributes this expression is true, such as `.year > 1950`. */
  filter?: Key;
  /** How many candidates are held against the filter at most; 100 times the count when absent. */
  filterEf?: number;
  /** Looks at every element, so that the result is exact and takes O(n). */
  truth?: boolean;
  /** Searches in the server's main thread, which serves nobody else meanwhile. */
  noThread?: boolean;
}

/**
 * Gives the neighbours of an element in the graph, a list for each of its levels, the highest first, or null.
 *
 * Complexity: O(1). Since 8.0.0.
 */
export function vlinks(
  key: Key,
  element: Data,
  options: VlinksOptions & { withScores: true },
): Command<Scored<string>[][] | null>;
/** Gives the neighbours alone. */
export function vlinks(
  key: Key,
  element: Data,
  options?: VlinksOptions & { withScores?: false },
): Command<string[][] | null>;
/** Gives what the options, known only when it runs, ask for. */
export function vlinks(
  key: Key,
  element: Data,
  options?: VlinksOptions,
): Command<Scored<string>[][] | string[][] | null>;
export function vlinks(key: Key, element: Data, options?: VlinksOptions): Command<unknown> {
  const words: Word[] = ["VLINKS", key, element];
  flag(words, "WITHSCORES", options?.withScores);
  return command<unknown>(words, options?.withScores ? scoredLayersOrNull : layersOrNull);
}

/**
 * Gives elements of a vector set at random.
 *
 * Without a count one element, or null when there is no such key. With a count at most so many different
 * ones; with a negative count exactly so many, where the same may come again.
 * Complexity: O(n) in the elements given. Since 8.0.0.
 */
export function vrandmember(key: Key): Command<string | null>;
/** Gives elements at random. */
export function vrandmember(key: Key, count: number): Command<string[]>;
/** Gives what the count, known only when it runs, asks for. */
export function vrandmember(key: Key, count?: number): Command<string | string[] | null>;
export function vrandmember(key: Key, count?: number): Command<unknown> {
  return count === undefined
    ? command(["VRANDMEMBER", key], stringOrNull)
    : command(["VRANDMEMBER", key, count], strings);
}

/**
 * Gives the elements that lie from `start` to `end` by their bytes, at most so many when there is a count.
 *
 * Bounds are text: `"[a"` with the element itself, `"(a"` without it, `"-"` and `"+"` for the ends. To go through a
 * whole set, start the next call behind the last element, with `(`.
 * Complexity: O(log k + m) in the elements before and those given. Since 8.4.0.
 */
export function vrange(key: Key, start: Key, end: Key, count?: number): Command<string[]> {
  const words: Word[] = ["VRANGE", key, start, end];
  if (count !== undefined) words.push(count);
  return command(words, strings);
}

/**
 * Gives the elements whose vectors are most similar to a vector, or to that of an element, the most similar first.
 *
 * Complexity: O(log n). Since 8.0.0; `withAttribs` since 8.2.0.
 *
 * @param query A vector, or an element of the set for its vector.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.vadd("films", [0, 1, 0], "metropolis", { setAttr: { year: 1927 } });
 * await redis.vadd("films", [0, 1, 1], "brazil", { setAttr: { year: 1985 } });
 * await redis.vsim("films", { element: "brazil" }); // ["brazil", "metropolis"]
 * await redis.vsim("films", [0, 1, 0], { count: 1, withScores: true }); // [{ member: "metropolis", score: 1 }]
 * await redis.vsim("films", [0, 1, 0], { filter: ".year > 1950" }); // ["brazil"]
 * await redis.close();
 * ```
 */
export function vsim(
  key: Key,
  query: Vector | { element: Data },
  options: VsimOptions & { withScores: true; withAttribs: true },
): Command<ScoredAttributed<string>[]>;
/** Gives the elements with their similarity. */
export function vsim(
  key: Key,
  query: Vector | { element: Data },
  options: VsimOptions & { withScores: true; withAttribs?: false },
): Command<Scored<string>[]>;
/** Gives the elements with their attributes. */
export function vsim(
  key: Key,
  query: Vector | { element: Data },
  options: VsimOptions & { withScores?: false; withAttribs: true },
): Command<Attributed<string>[]>;
/** Gives the elements alone. */
export function vsim(
  key: Key,
  query: Vector | { element: Data },
  options?: VsimOptions & { withScores?: false; withAttribs?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function vsim(
  key: Key,
  query: Vector | { element: Data },
  options?: VsimOptions,
): Command<string[] | (Scored<string> | Attributed<string>)[]>;
export function vsim(key: Key, query: Vector | { element: Data }, options: VsimOptions = {}): Command<unknown> {
  const words: Word[] = ["VSIM", key];
  if ("element" in query) words.push("ELE", query.element);
  else words.push(...vectorWords("VSIM", query));
  flag(words, "WITHSCORES", options.withScores);
  flag(words, "WITHATTRIBS", options.withAttribs);
  option(words, "COUNT", options.count);
  option(words, "EPSILON", options.epsilon);
  option(words, "EF", options.ef);
  option(words, "FILTER", options.filter);
  option(words, "FILTER-EF", options.filterEf);
  flag(words, "TRUTH", options.truth);
  flag(words, "NOTHREAD", options.noThread);
  if (options.withAttribs) return command<unknown>(words, options.withScores ? scoredAttributed : attributed);
  return command<unknown>(words, options.withScores ? scored : strings);
}
