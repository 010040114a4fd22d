/**
 * Commands on whole JSON documents and on any value in them.
 *
 * A value goes in and comes out as a JavaScript value; `raw` asks for the JSON text instead, which no number is
 * rounded in. A path that starts with `$` is a JSONPath and gives a list of all its matches; an older path such as
 * `.name` gives one value. What concerns arrays is in `json_arrays.ts`, what concerns numbers, strings, booleans and
 * objects in `json_values.ts`.
 *
 * @module
 */
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { type ByPath, countByPath, isJsonPath, type Json, jsonOrNull, jsonsOrNulls } from "./json_readers.ts";
import { jsonTypeName, jsonTypes, jsonWord } from "./json_readers.ts";
import { integer, okOrNull, type Raw, raw, type Report, type Status } from "./readers.ts";
import { statuses, stringOrNull, stringsOrNulls } from "./readers.ts";
import { exclude, flag, listOf, option, wantOne } from "./words.ts";

/** When a {@linkcode jsonSet} takes effect and how it keeps numbers. */
export interface JsonSetOptions {
  /** Sets only where the path has no value yet. */
  nx?: boolean;
  /** Sets only where the path has a value. */
  xx?: boolean;
  /** The type that arrays of floating point numbers are kept in; the server chooses when absent. */
  fpha?: "bf16" | "fp16" | "fp32" | "fp64";
}

/** How a {@linkcode jsonGet} gives its reply. */
export interface JsonGetOptions {
  /** Gives the JSON text in place of the value. */
  raw?: boolean;
  /** The text that each level is indented with; none when absent. */
  indent?: string;
  /** The text that ends each line; none when absent. */
  newline?: string;
  /** The text between a name's colon and its value; none when absent. */
  space?: string;
  /** Does not escape characters; servers take it for compatibility, and most ignore it. */
  noEscape?: boolean;
}

/** How a {@linkcode jsonMget} gives its reply. */
export interface JsonMgetOptions {
  /** Gives the JSON texts in place of the values. */
  raw?: boolean;
}

/** One value that {@linkcode jsonMset} sets. */
export interface JsonEntry {
  /** The key of the document. */
  key: Key;
  /** Where in the document; `$` for all of it. */
  path: string;
  /** The value. */
  value: Json;
}

/**
 * Empties arrays and objects and sets numbers to 0, and gives how many values it changed.
 *
 * Complexity: O(n) in the size of the values. Since JSON 2.0.0.
 */
export function jsonClear(key: Key, path?: string): Command<number> {
  return command(at("JSON.CLEAR", key, path), integer);
}

/**
 * Gives how deep a document is nested.
 *
 * Only Valkey has it. Complexity: O(n) in the size of the document. Since JSON 1.0.0.
 */
export function jsonDebugDepth(key: Key): Command<number | null> {
  return command(["JSON.DEBUG", "DEPTH", key], countByPath as ReplyReader<never>);
}

/**
 * Gives how many fields the values at a path have, those of nested values included.
 *
 * Only Valkey has it. Complexity: O(n) in the size of the values. Since JSON 1.0.0.
 */
export function jsonDebugFields<Path extends string = ".">(
  key: Key,
  path?: Path,
): Command<ByPath<Path, number | null>> {
  return command(debugAt("FIELDS", key, path), countByPath as ReplyReader<never>);
}

/**
 * Gives the server's lines on what `JSON.DEBUG` can do.
 *
 * Complexity: O(1). Since JSON 1.0.0.
 */
export function jsonDebugHelp(): Command<Report[]> {
  return command(["JSON.DEBUG", "HELP"], statuses);
}

/**
 * Gives how many bytes of memory the values at a path take.
 *
 * Complexity: O(n) in the size of the values. Since JSON 1.0.0.
 */
export function jsonDebugMemory<Path extends string = ".">(
  key: Key,
  path?: Path,
): Command<ByPath<Path, number | null>> {
  return command(debugAt("MEMORY", key, path), countByPath as ReplyReader<never>);
}

/**
 * Deletes the values at a path, or the whole document, and gives how many values it deleted.
 *
 * Complexity: O(n) in the size of the values. Since JSON 1.0.0.
 */
export function jsonDel(key: Key, path?: string): Command<number> {
  return command(at("JSON.DEL", key, path), integer);
}

/**
 * Deletes as {@linkcode jsonDel} does.
 *
 * Complexity: O(n) in the size of the values. Since JSON 1.0.0.
 */
export function jsonForget(key: Key, path?: string): Command<number> {
  return command(at("JSON.FORGET", key, path), integer);
}

/**
 * Gives the values at paths of a document, or null when there is no such key.
 *
 * Without a path it gives the document; with a JSONPath the list of its matches; with several paths an object that
 * has a field for each of them. Complexity: O(n) in the size of the values. Since JSON 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { name: "ada", tags: ["math"] });
 * await redis.jsonGet("user:7"); // { name: "ada", tags: ["math"] }
 * await redis.jsonGet("user:7", "$.name"); // ["ada"]
 * await redis.jsonGet("user:7", "$.name", { raw: true }); // '["ada"]'
 * await redis.close();
 * ```
 */
export function jsonGet(key: Key, ...paths: string[]): Command<Json>;
/** Gives the JSON text, laid out as the options say. */
export function jsonGet(
  key: Key,
  paths: string | readonly string[],
  options: JsonGetOptions & { raw: true },
): Command<string | null>;
/** Gives the values at one or several paths. */
export function jsonGet(
  key: Key,
  paths: string | readonly string[],
  options?: JsonGetOptions & { raw?: false },
): Command<Json>;
/** Gives what the options, known only when it runs, ask for. */
export function jsonGet(
  key: Key,
  paths: string | readonly string[],
  options?: JsonGetOptions,
): Command<Json | string>;
export function jsonGet(
  key: Key,
  ...rest: readonly (string | readonly string[] | JsonGetOptions | undefined)[]
): Command<unknown> {
  const words: Word[] = ["JSON.GET", key];
  const last = rest[1];
  const options = typeof last === "object" && !Array.isArray(last) ? last as JsonGetOptions : undefined;
  if (options !== undefined) {
    option(words, "INDENT", options.indent);
    option(words, "NEWLINE", options.newline);
    option(words, "SPACE", options.space);
    flag(words, "NOESCAPE", options.noEscape);
  }
  // An undefined is for absent options only; in place of a path it is a mistake that must not ask for all.
  const paths = rest.length === 2 && (last === undefined || options !== undefined) ? rest.slice(0, 1) : rest;
  for (const path of paths) words.push(...listOf(path as string | readonly string[]));
  return command<unknown>(words, options?.raw ? stringOrNull : jsonOrNull);
}

/**
 * Merges a value into the values at a path, where a null in it deletes, and gives `"OK"`, or null when nothing changed.
 *
 * Complexity: O(m + n) in the sizes of the old value and of the new one. Since JSON 2.6.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { name: "ada", town: "paris" });
 * await redis.jsonMerge("user:7", "$", { town: null, year: 1815 });
 * await redis.jsonGet("user:7"); // { name: "ada", year: 1815 }
 * await redis.close();
 * ```
 */
export function jsonMerge(key: Key, path: string, value: Json): Command<"OK" | null> {
  return command(["JSON.MERGE", key, path, jsonWord("JSON.MERGE", value)], okOrNull);
}

/**
 * Gives the value at one path of several documents in their order, null for each that has none.
 *
 * Complexity: O(n) in the sizes of the values. Since JSON 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { name: "ada" });
 * const [ada, bob] = await redis.jsonMget(["user:7", "user:8"], "$.name"); // ["ada"], null
 * await redis.close();
 * ```
 */
export function jsonMget<const Keys extends readonly Key[]>(
  keys: Keys,
  path: string,
  options: JsonMgetOptions & { raw: true },
): Command<{ -readonly [I in keyof Keys]: string | null }>;
/** Gives the values. */
export function jsonMget<const Keys extends readonly Key[]>(
  keys: Keys,
  path: string,
  options?: JsonMgetOptions & { raw?: false },
): Command<{ -readonly [I in keyof Keys]: Json }>;
/** Gives what the options, known only when it runs, ask for. */
export function jsonMget<const Keys extends readonly Key[]>(
  keys: Keys,
  path: string,
  options?: JsonMgetOptions,
): Command<{ -readonly [I in keyof Keys]: Json | string }>;
export function jsonMget(keys: readonly Key[], path: string, options?: JsonMgetOptions): Command<unknown> {
  wantOne("JSON.MGET", "key", keys);
  return command<unknown>(["JSON.MGET", ...keys, path], options?.raw ? stringsOrNulls : jsonsOrNulls);
}

/**
 * Sets values of several documents at once, and gives `"OK"`, or null when one of them could not be set.
 *
 * Complexity: O(k (m + n)) in the count of values and their sizes, old and new. Since JSON 2.6.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonMset([
 *   { key: "user:7", path: "$", value: { name: "ada" } },
 *   { key: "user:8", path: "$", value: { name: "bob" } },
 * ]);
 * await redis.close();
 * ```
 */
export function jsonMset(entries: readonly JsonEntry[]): Command<"OK" | null> {
  wantOne("JSON.MSET", "entry", entries);
  const words: Word[] = ["JSON.MSET"];
  for (const { key, path, value } of entries) words.push(key, path, jsonWord("JSON.MSET", value));
  return command(words, okOrNull);
}

/**
 * Gives the value at a path in the types of the protocol, as it came.
 *
 * Objects are lists that start with `"{"`, arrays lists that start with `"["`. A fraction is text under RESP2 and a
 * number under RESP3. {@linkcode jsonGet} gives JavaScript values.
 * Complexity: O(n) in the size of the value. Since JSON 1.0.0.
 */
export function jsonResp(key: Key, path?: string): Command<Raw> {
  return command(at("JSON.RESP", key, path), raw);
}

/**
 * Sets the values at a path, and gives `"OK"`, or null when an option or the path kept one from being set.
 *
 * A new document is set at the path `$`. What JSON has no word for, such as `NaN`, becomes null.
 * Complexity: O(m + n) in the sizes of the old value and of the new one. Since JSON 1.0.0; `fpha` since Redis 8.8.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { name: "ada", tags: [] });
 * await redis.jsonSet("user:7", "$.town", "london", { nx: true });
 * await redis.close();
 * ```
 */
export function jsonSet(key: Key, path: string, value: Json, options?: JsonSetOptions): Command<"OK" | null> {
  const words: Word[] = ["JSON.SET", key, path, jsonWord("JSON.SET", value)];
  if (options !== undefined) {
    exclude("JSON.SET", options, ["nx", "xx"]);
    flag(words, "NX", options.nx);
    flag(words, "XX", options.xx);
    option(words, "FPHA", options.fpha?.toUpperCase());
  }
  return command(words, okOrNull);
}

/**
 * Gives the types of the values at a path, such as `"object"` or `"integer"`, or null when there are none.
 *
 * Complexity: O(n) in the count of matches. Since JSON 1.0.0.
 */
export function jsonType<Path extends string = ".">(
  key: Key,
  path?: Path,
): Command<ByPath<Path, Status, Status[]> | null> {
  return command(at("JSON.TYPE", key, path), (isJsonPath(path) ? jsonTypes : jsonTypeName) as ReplyReader<never>);
}

function at(name: string, key: Key, path: string | undefined): Word[] {
  return path === undefined ? [name, key] : [name, key, path];
}

function debugAt(name: string, key: Key, path: string | undefined): Word[] {
  return path === undefined ? ["JSON.DEBUG", name, key] : ["JSON.DEBUG", name, key, path];
}
