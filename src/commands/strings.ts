/**
 * Commands on strings and counters.
 *
 * Lengths and offsets are bytes, not characters, as the server has no notion of text. What compares strings is in
 * `string_comparison.ts`.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { type Double, double, integer, ok, okOrNull, string, stringOrNull, stringsOrNulls } from "./readers.ts";
import { entriesOf, flag, oneOf, type RecordOrEntries, wantOne } from "./words.ts";

/** How long a value lives; no two of these go together. */
export interface LifetimeOptions {
  /** Seconds to live. */
  ex?: number;
  /** Milliseconds to live. */
  px?: number;
  /** The Unix time, in seconds, at which the key expires. */
  exat?: number;
  /** The Unix time, in milliseconds, at which the key expires. */
  pxat?: number;
}

/** What a {@linkcode getex} does to the time to live; nothing when it is empty. */
export interface GetexOptions extends LifetimeOptions {
  /** Ends the time to live. */
  persist?: boolean;
}

/** When a {@linkcode msetex} takes effect and how long the values live. */
export interface MsetexOptions extends LifetimeOptions {
  /** Keeps the time to live that each key has. */
  keepTtl?: boolean;
  /** Sets only when none of the keys exists. */
  nx?: boolean;
  /** Sets only when all of the keys exist. */
  xx?: boolean;
}

/** When a {@linkcode set} takes effect, how long the value lives, and what it gives. */
export interface SetOptions extends LifetimeOptions {
  /** Keeps the time to live that the key has. */
  keepTtl?: boolean;
  /** Sets only when the key does not exist. */
  nx?: boolean;
  /** Sets only when the key exists. */
  xx?: boolean;
  /** Sets only when the key holds this value. */
  ifEq?: Data;
  /** Sets only when the key does not exist or holds another value. */
  ifNe?: Data;
  /** Sets only when the value that the key holds has this digest, as `digest` gives it. */
  ifDeq?: string;
  /** Sets only when the key does not exist or its value has another digest. */
  ifDne?: string;
  /** Gives the value that the key had, in place of `"OK"`. */
  get?: boolean;
}

/**
 * Appends to the string at a key, which counts as empty when it does not exist, and gives its length in bytes.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function append(key: Key, value: Data): Command<number> {
  return command(["APPEND", key, value], integer);
}

/**
 * Subtracts 1 from the integer at a key, which counts as 0 when it does not exist, and gives the difference.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function decr(key: Key): Command<number> {
  return command(["DECR", key], integer);
}

/**
 * Subtracts from the integer at a key, which counts as 0 when it does not exist, and gives the difference.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function decrby(key: Key, decrement: number | bigint): Command<number> {
  return command(["DECRBY", key, decrement], integer);
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
 * Gives the value of a key, or null when there is none, and deletes the key.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function getdel(key: Key): Command<string | null> {
  return command(["GETDEL", key], stringOrNull);
}

/**
 * Gives the value of a key, or null when there is none, and changes how long the key lives.
 *
 * Complexity: O(1). Since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.set("session:7", "ada", { ex: 60 });
 * await redis.getex("session:7", { ex: 600 }); // "ada", and ten minutes from now on
 * await redis.close();
 * ```
 */
export function getex(key: Key, options?: GetexOptions): Command<string | null> {
  const words: Word[] = ["GETEX", key];
  if (options !== undefined) oneOf("GETEX", words, options, ["ex", "px", "exat", "pxat", "persist"]);
  return command(words, stringOrNull);
}

/**
 * Gives the part of a string from byte `start` to byte `end`, both included; negative counts from the end.
 *
 * Complexity: O(n) in the length of the part. Since 2.4.0.
 */
export function getrange(key: Key, start: number, end: number): Command<string> {
  return command(["GETRANGE", key, start, end], string);
}

/**
 * Sets a key and gives the value that it had, or null; {@linkcode set} with `get` does the same and more.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function getset(key: Key, value: Data): Command<string | null> {
  return command(["GETSET", key, value], stringOrNull);
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
 * Adds to the integer at a key, which counts as 0 when it does not exist, and gives the sum.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function incrby(key: Key, increment: number | bigint): Command<number> {
  return command(["INCRBY", key, increment], integer);
}

/**
 * Adds to the number at a key, which counts as 0 when it does not exist, and gives the sum.
 *
 * The server counts with more digits than a JavaScript number has; {@linkcode get} gives them all as text.
 * Complexity: O(1). Since 2.6.0.
 */
export function incrbyfloat(key: Key, increment: number): Command<Double> {
  return command(["INCRBYFLOAT", key, increment], double);
}

/**
 * Gives the values of several keys in their order, null for each that does not exist or is no string.
 *
 * Complexity: O(n) in the count of keys. Since 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.mset({ name: "ada", year: 1815 });
 * const [name, year] = await redis.mget("name", "year"); // "ada", "1815"
 * await redis.close();
 * ```
 */
export function mget<Keys extends readonly Key[]>(
  ...keys: Keys
): Command<{ -readonly [I in keyof Keys]: string | null }> {
  wantOne("MGET", "key", keys);
  return command(["MGET", ...keys], stringsOrNulls as ReplyReader<never>);
}

/**
 * Sets several keys at once.
 *
 * Complexity: O(n) in the count of keys. Since 1.0.1.
 *
 * @param values The keys with their values, as a record or as entries.
 */
export function mset(values: RecordOrEntries<Key, Data>): Command<"OK"> {
  return command(["MSET", ...entriesOf("MSET", values)], ok);
}

/**
 * Sets several keys that live equally long, and gives 1, or gives 0 when an option kept all of them from being set.
 *
 * Complexity: O(n) in the count of keys. Since Redis 8.4.0 and Valkey 9.1.0.
 *
 * @param values The keys with their values, as a record or as entries.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.msetex({ "session:7": "ada", "session:8": "joan" }, { ex: 60, nx: true }); // 1
 * await redis.close();
 * ```
 */
export function msetex(
  values: RecordOrEntries<Key, Data>,
  options?: MsetexOptions,
): Command<number> {
  const entries = entriesOf("MSETEX", values);
  const words: Word[] = ["MSETEX", entries.length / 2, ...entries];
  if (options !== undefined) {
    oneOf("MSETEX", words, options, ["nx", "xx"]);
    oneOf("MSETEX", words, options, ["ex", "px", "exat", "pxat", "keepTtl"]);
  }
  return command(words, integer);
}

/**
 * Sets several keys when none of them exists, and gives 1; otherwise sets none and gives 0.
 *
 * Complexity: O(n) in the count of keys. Since 1.0.1.
 *
 * @param values The keys with their values, as a record or as entries.
 */
export function msetnx(values: RecordOrEntries<Key, Data>): Command<number> {
  return command(["MSETNX", ...entriesOf("MSETNX", values)], integer);
}

/**
 * Sets a key that lives for so many milliseconds; {@linkcode set} with `px` does the same.
 *
 * Complexity: O(1). Since 2.6.0.
 */
export function psetex(key: Key, milliseconds: number, value: Data): Command<"OK"> {
  return command(["PSETEX", key, milliseconds, value], ok);
}

/**
 * Sets a key to a value, and ends a time to live that it had, unless the options say otherwise.
 *
 * Gives `"OK"`, or null when `nx`, `xx` or an `if…` kept it from being set. With `get` it gives the value the
 * key had, or null. Complexity: O(1), O(n) in the length of the value where a digest is compared. Since 1.0.0;
 * `ex`, `px`, `nx` and `xx` since 2.6.12, `keepTtl` since 6.0.0, `get`, `exat` and `pxat` since 6.2.0, `get` with
 * `nx` since 7.0.0, `ifEq` since Valkey 8.1.0 and Redis 8.4.0, the other `if…` since Redis 8.4.0.
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
/** Gives the value that the key had, or null. */
export function set(key: Key, value: Data, options: SetOptions & { get: true }): Command<string | null>;
/** Gives null when an option kept the key from being set. */
export function set(key: Key, value: Data, options: SetOptions & { get?: false }): Command<"OK" | null>;
/** Gives what the options, known only when it runs, ask for. */
export function set(key: Key, value: Data, options?: SetOptions): Command<"OK" | string | null>;
export function set(key: Key, value: Data, options?: SetOptions): Command<unknown> {
  if (options === undefined) return command(["SET", key, value], ok);
  const words: Word[] = ["SET", key, value];
  oneOf("SET", words, options, ["nx", "xx", "ifEq", "ifNe", "ifDeq", "ifDne"]);
  flag(words, "GET", options.get);
  oneOf("SET", words, options, ["ex", "px", "exat", "pxat", "keepTtl"]);
  return command<unknown>(words, options.get ? stringOrNull : okOrNull);
}

/**
 * Sets a key that lives for so many seconds; {@linkcode set} with `ex` does the same.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function setex(key: Key, seconds: number, value: Data): Command<"OK"> {
  return command(["SETEX", key, seconds, value], ok);
}

/**
 * Sets a key that does not exist yet and gives 1, or gives 0; {@linkcode set} with `nx` does the same and more.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function setnx(key: Key, value: Data): Command<number> {
  return command(["SETNX", key, value], integer);
}

/**
 * Writes over a string from byte `offset` on, filled up with zero bytes where it is shorter, and gives its length.
 *
 * Complexity: O(n) in the length of the value. Since 2.2.0.
 */
export function setrange(key: Key, offset: number, value: Data): Command<number> {
  return command(["SETRANGE", key, offset, value], integer);
}

/**
 * Gives the length of a string in bytes, 0 when the key does not exist.
 *
 * Complexity: O(1). Since 2.2.0.
 */
export function strlen(key: Key): Command<number> {
  return command(["STRLEN", key], integer);
}

/**
 * Gives the part of a string from byte `start` to byte `end`, as {@linkcode getrange}, its newer name, does.
 *
 * Complexity: O(n) in the length of the part. Since 1.0.0.
 */
export function substr(key: Key, start: number, end: number): Command<string> {
  return command(["SUBSTR", key, start, end], string);
}
