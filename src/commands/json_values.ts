/**
 * Commands on the numbers, strings, booleans and objects of JSON documents.
 *
 * With a path that starts with `$` each gives a list, with null for each match of another type; with an older path it
 * gives one reply.
 *
 * @module
 */
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { booleanByPath, type ByPath, countByPath, isJsonPath, jsonNumber, jsonNumbers } from "./json_readers.ts";
import { jsonWord, namesByPath } from "./json_readers.ts";
import type { Double } from "./readers.ts";

/**
 * Adds to the numbers at a path, and gives each sum.
 *
 * A sum beyond 2^53 is rounded, as `JSON.parse` does; {@linkcode jsonGet} with `raw` gives it exactly.
 * Complexity: O(n) in the count of matches. Since JSON 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { visits: 1, name: "ada" });
 * await redis.jsonNumincrby("user:7", "$.*", 2); // [3, null]
 * await redis.jsonNumincrby("user:7", ".visits", 0.5); // 3.5
 * await redis.close();
 * ```
 */
export function jsonNumincrby<Path extends string>(
  key: Key,
  path: Path,
  increment: number | bigint,
): Command<ByPath<Path, Double | null>> {
  return numbers("JSON.NUMINCRBY", key, path, increment);
}

/**
 * Multiplies the numbers at a path, and gives each product.
 *
 * Complexity: O(n) in the count of matches. Since JSON 1.0.0.
 */
export function jsonNummultby<Path extends string>(
  key: Key,
  path: Path,
  factor: number | bigint,
): Command<ByPath<Path, Double | null>> {
  return numbers("JSON.NUMMULTBY", key, path, factor);
}

/**
 * Raises the numbers at a path to a power, and gives each result.
 *
 * Complexity: O(n) in the count of matches. Since JSON 2.0.0.
 */
export function jsonNumpowby<Path extends string>(
  key: Key,
  path: Path,
  exponent: number | bigint,
): Command<ByPath<Path, Double | null>> {
  return numbers("JSON.NUMPOWBY", key, path, exponent);
}

/**
 * Gives the names of the fields of the objects at a path, or null when there is no such key.
 *
 * Complexity: O(n) in the count of fields. Since JSON 1.0.0.
 */
export function jsonObjkeys<Path extends string = ".">(
  key: Key,
  path?: Path,
): Command<ByPath<Path, string[]> | null> {
  return command(at("JSON.OBJKEYS", key, path), namesByPath as ReplyReader<never>);
}

/**
 * Gives how many fields the objects at a path have, or null when there is no such key.
 *
 * Complexity: O(1) for each object. Since JSON 1.0.0.
 */
export function jsonObjlen<Path extends string = ".">(
  key: Key,
  path?: Path,
): Command<ByPath<Path, number> | null> {
  return command(at("JSON.OBJLEN", key, path), countByPath as ReplyReader<never>);
}

/**
 * Appends to the strings at a path, and gives how long each is then.
 *
 * Complexity: O(n) in the count of matches. Since JSON 1.0.0.
 *
 * @param path Where the strings are; `.` when the document is a string itself.
 */
export function jsonStrappend<Path extends string>(
  key: Key,
  path: Path,
  value: string,
): Command<ByPath<Path, number>> {
  return command(
    ["JSON.STRAPPEND", key, path, jsonWord("JSON.STRAPPEND", value)],
    countByPath as ReplyReader<never>,
  );
}

/**
 * Gives how long the strings at a path are, or null when there is no such key.
 *
 * Complexity: O(1) for each string. Since JSON 1.0.0.
 */
export function jsonStrlen<Path extends string = ".">(
  key: Key,
  path?: Path,
): Command<ByPath<Path, number> | null> {
  return command(at("JSON.STRLEN", key, path), countByPath as ReplyReader<never>);
}

/**
 * Turns the booleans at a path over, and gives what each is then.
 *
 * Complexity: O(n) in the count of matches. Since JSON 2.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.jsonSet("user:7", "$", { admin: false });
 * await redis.jsonToggle("user:7", "$.admin"); // [true]
 * await redis.close();
 * ```
 */
export function jsonToggle<Path extends string>(key: Key, path: Path): Command<ByPath<Path, boolean>> {
  return command(["JSON.TOGGLE", key, path], booleanByPath as ReplyReader<never>);
}

function at(name: string, key: Key, path: string | undefined): Word[] {
  return path === undefined ? [name, key] : [name, key, path];
}

function numbers(name: string, key: Key, path: string, operand: number | bigint): Command<never> {
  return command([name, key, path, operand], (isJsonPath(path) ? jsonNumbers : jsonNumber) as ReplyReader<never>);
}
