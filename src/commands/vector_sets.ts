/**
 * Commands on vector sets: elements that each have a vector, and may have attributes.
 *
 * Redis alone has them. What looks for elements is in `vector_search.ts`.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { bit, type Double, integer, stringOrNull } from "./readers.ts";
import { attributesWord, type RawEmbedding, rawEmbeddingOrNull, type Vector } from "./vectors.ts";
import {
  type VectorAttributes,
  vectorOrNull,
  type VectorSetInfo,
  vectorSetInfoOrNull,
  vectorWords,
} from "./vectors.ts";
import { flag, option } from "./words.ts";

/** How a {@linkcode vadd} stores a vector. The first element of a set decides for those that follow. */
export interface VaddOptions {
  /** Projects the vectors at random onto so many numbers. */
  reduce?: number;
  /** Looks for neighbours in a thread, and adds the element when no other command has come between. */
  cas?: boolean;
  /** Stores the numbers in full, in eight bits (when absent), or in one bit each. */
  quantization?: "noquant" | "q8" | "bin";
  /** How many candidates are looked at for neighbours; 200 when absent. */
  ef?: number;
  /** The attributes of the element, which a search can filter by. */
  setAttr?: VectorAttributes;
  /** How many links an element has at most on each level, on the lowest twice as many; 16 when absent. */
  m?: number;
}

/** What a {@linkcode vemb} gives. */
export interface VembOptions {
  /** Gives what is stored, in place of the numbers. */
  raw?: boolean;
}

/**
 * Adds an element with its vector to a vector set and gives 1, or changes the vector of one that is there and gives 0.
 *
 * Complexity: O(log n). Since 8.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.vadd("films", [0.1, 0.9, 0.3], "metropolis", { setAttr: { year: 1927 } });
 * await redis.vadd("films", new Float32Array([0.2, 0.8, 0.4]), "m");
 * await redis.close();
 * ```
 */
export function vadd(key: Key, vector: Vector, element: Data, options: VaddOptions = {}): Command<number> {
  const words: Word[] = ["VADD", key];
  option(words, "REDUCE", options.reduce);
  words.push(...vectorWords("VADD", vector), element);
  flag(words, "CAS", options.cas);
  if (options.quantization !== undefined) words.push(options.quantization);
  option(words, "EF", options.ef);
  if (options.setAttr !== undefined) words.push("SETATTR", attributesWord(options.setAttr));
  option(words, "M", options.m);
  return command(words, bit);
}

/**
 * Gives how many elements a vector set has, 0 when there is no such key.
 *
 * Complexity: O(1). Since 8.0.0.
 */
export function vcard(key: Key): Command<number> {
  return command(["VCARD", key], integer);
}

/**
 * Gives how many numbers the vectors of a set have, after they were reduced.
 *
 * The server gives an error when there is no such key.
 * Complexity: O(1). Since 8.0.0.
 */
export function vdim(key: Key): Command<number> {
  return command(["VDIM", key], integer);
}

/**
 * Gives the vector of an element, or null; it is near the one that was added, as what is stored has less detail.
 *
 * Complexity: O(1). Since 8.0.0.
 */
export function vemb(key: Key, element: Data, options: VembOptions & { raw: true }): Command<RawEmbedding | null>;
/** Gives the numbers. */
export function vemb(key: Key, element: Data, options?: VembOptions & { raw?: false }): Command<Double[] | null>;
/** Gives what the options, known only when it runs, ask for. */
export function vemb(key: Key, element: Data, options?: VembOptions): Command<RawEmbedding | Double[] | null>;
export function vemb(key: Key, element: Data, options?: VembOptions): Command<unknown> {
  const words: Word[] = ["VEMB", key, element];
  flag(words, "RAW", options?.raw);
  return command<unknown>(words, options?.raw ? rawEmbeddingOrNull : vectorOrNull);
}

/**
 * Gives the attributes of an element as JSON text, or null when it has none or is not there.
 *
 * Complexity: O(1). Since 8.0.0.
 */
export function vgetattr(key: Key, element: Data): Command<string | null> {
  return command(["VGETATTR", key, element], stringOrNull);
}

/**
 * Gives facts about a vector set, such as its size, or null when there is no such key.
 *
 * Complexity: O(1). Since 8.0.0.
 */
export function vinfo(key: Key): Command<VectorSetInfo | null> {
  return command(["VINFO", key], vectorSetInfoOrNull);
}

/**
 * Gives 1 when a vector set has an element, 0 when it has not.
 *
 * Complexity: O(1). Since 8.0.0.
 */
export function vismember(key: Key, element: Data): Command<number> {
  return command(["VISMEMBER", key, element], bit);
}

/**
 * Removes an element from a vector set and gives 1, or gives 0 when it was not there.
 *
 * Complexity: O(log n). Since 8.0.0.
 */
export function vrem(key: Key, element: Data): Command<number> {
  return command(["VREM", key, element], bit);
}

/**
 * Sets the attributes of an element and gives 1, or gives 0 when it is not there; empty text removes them.
 *
 * Complexity: O(1). Since 8.0.0.
 */
export function vsetattr(key: Key, element: Data, attributes: VectorAttributes): Command<number> {
  return command(["VSETATTR", key, element, attributesWord(attributes)], bit);
}
