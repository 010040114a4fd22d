/**
 * Commands on strings, counters and bits of text.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { integer, ok, okOrNull, string, stringOrNull, stringsOrNulls } from "./readers.ts";
import { entriesOf, flag, option } from "./words.ts";

/** When a {@linkcode set} takes effect and how long the value lives. */
export interface SetOptions {
  /** Seconds to live. */
  ex?: number;
  /** Milliseconds to live. */
  px?: number;
  /** The Unix time, in seconds, at which the key expires. */
  exat?: number;
  /** The Unix time, in milliseconds, at which the key expires. */
  pxat?: number;
  /** Keeps the time to live that the key has. */
  keepTtl?: boolean;
  /** Sets only when the key does not exist. */
  nx?: boolean;
  /** Sets only when the key exists. */
  xx?: boolean;
  /** Gives the value that the key had, in place of `"OK"`. */
  get?: boolean;
}

/**
 * Gives the value of a key, or null when there is none.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function get(key: Key): Command<string | null> {
  return command(["GET", key], stringOrNull);
}

/**
 * Sets a key to a value, and ends a time to live that it had, unless the options say otherwise.
 *
 * Gives `"OK"`, or null when `nx` or `xx` kept it from being set. With `get` it gives the value the key
 * had, or null. Complexity: O(1). Since 1.0.0; `keepTtl` since 6.0.0, `get`, `exat` and `pxat` since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.set("session:7", "ada", { ex: 60, nx: true });
 * await redis.close();
 * ```
 */
export function set(key: Key, value: Data): Command<"OK">;
export function set(key: Key, value: Data, options: SetOptions & { get: true }): Command<string | null>;
export function set(key: Key, value: Data, options: SetOptions & { get?: false }): Command<"OK" | null>;
export function set(key: Key, value: Data, options?: SetOptions): Command<string | null> {
  if (options === undefined) return command(["SET", key, value], ok as typeof stringOrNull);
  const words: Word[] = ["SET", key, value];
  flag(words, "NX", options.nx);
  flag(words, "XX", options.xx);
  flag(words, "GET", options.get);
  option(words, "EX", options.ex);
  option(words, "PX", options.px);
  option(words, "EXAT", options.exat);
  option(words, "PXAT", options.pxat);
  flag(words, "KEEPTTL", options.keepTtl);
  return command(words, options.get ? stringOrNull : okOrNull as typeof stringOrNull);
}

/**
 * Gives the values of several keys in their order, null for each that does not exist or is no string.
 *
 * Complexity: O(n). Since 1.0.0.
 */
export function mget(...keys: Key[]): Command<(string | null)[]> {
  return command(["MGET", ...keys], stringsOrNulls);
}

/**
 * Sets several keys at once.
 *
 * Complexity: O(n). Since 1.0.1.
 *
 * @param values The keys with their values, as a record or as entries.
 */
export function mset(values: Record<string, Data> | Iterable<readonly [Key, Data]>): Command<"OK"> {
  return command(["MSET", ...entriesOf("MSET", values)], ok);
}

/**
 * Adds 1 to the integer at a key, which counts as 0 when it does not exist, and gives the sum.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function incr(key: Key): Command<number> {
  return command(["INCR", key], integer);
}

/**
 * Appends to the string at a key and gives its length in bytes.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function append(key: Key, value: Data): Command<number> {
  return command(["APPEND", key, value], integer);
}

/**
 * Gives the part of a string from byte `start` to byte `end`, both included; negative counts from the end.
 *
 * Complexity: O(n). Since 2.4.0.
 */
export function getrange(key: Key, start: number, end: number): Command<string> {
  return command(["GETRANGE", key, start, end], string);
}
