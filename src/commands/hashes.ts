/**
 * Commands on hashes: fields with values under one key.
 *
 * What concerns the time to live of fields is in `hash_expiry.ts`.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { countedFields, type PerField } from "./hash_fields.ts";
import { type Double, double, integer, ok, pairs, record, type Status, stringOrNull } from "./readers.ts";
import { strings, stringsOrNulls } from "./readers.ts";
import { type EntriesPage, entriesPage, type FieldsPage, fieldsPage } from "./record_readers.ts";
import { entriesOf, flag, type RecordOrEntries, type ScanOptions, scanOptions, wantOne } from "./words.ts";

/** What a {@linkcode hrandfield} gives. */
export interface HrandfieldOptions {
  /** Gives each field with its value. */
  withValues?: boolean;
}

/** Which fields one call of {@linkcode hscan} looks at, and what it gives. */
export interface HscanOptions extends ScanOptions {
  /** Gives the fields without their values. */
  noValues?: boolean;
}

/**
 * Deletes fields of a hash and gives how many of them existed.
 *
 * Complexity: O(n) in the count of fields. Since 2.0.0.
 */
export function hdel(key: Key, ...fields: Key[]): Command<number> {
  wantOne("HDEL", "field", fields);
  return command(["HDEL", key, ...fields], integer);
}

/**
 * Gives 1 when a hash has a field, 0 when it has not.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function hexists(key: Key, field: Key): Command<number> {
  return command(["HEXISTS", key, field], integer);
}

/**
 * Gives the value of a field, or null when there is none.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function hget(key: Key, field: Key): Command<string | null> {
  return command(["HGET", key, field], stringOrNull);
}

/**
 * Gives all fields of a hash with their values; an empty record when there is no such key.
 *
 * Field names are text in every view. Complexity: O(n) in the size of the hash. Since 2.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.hset("user:7", { name: "ada", year: 1815 });
 * const user = await redis.hgetall("user:7"); // { name: "ada", year: "1815" }
 * console.log(user.name);
 * await redis.close();
 * ```
 */
export function hgetall(key: Key): Command<Record<Status, string>> {
  return command(["HGETALL", key], record);
}

/**
 * Gives the values of fields in their order, null for each that does not exist, and deletes the fields.
 *
 * Complexity: O(n) in the count of fields. Since 8.0.0 and Valkey 9.1.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.hset("login:7", { token: "abc", name: "ada" });
 * const [token, town] = await redis.hgetdel("login:7", ["token", "town"]); // "abc", null
 * console.log(token, town);
 * await redis.close();
 * ```
 */
export function hgetdel<const Fields extends Key | readonly Key[]>(
  key: Key,
  fields: Fields,
): Command<PerField<Fields, string | null>> {
  return command(["HGETDEL", key, ...countedFields("HGETDEL", fields)], stringsOrNulls as ReplyReader<never>);
}

/**
 * Adds to the integer in a field, which counts as 0 when it does not exist, and gives the sum.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function hincrby(key: Key, field: Key, increment: number | bigint): Command<number> {
  return command(["HINCRBY", key, field, increment], integer);
}

/**
 * Adds to the number in a field, which counts as 0 when it does not exist, and gives the sum.
 *
 * Complexity: O(1). Since 2.6.0.
 */
export function hincrbyfloat(key: Key, field: Key, increment: number): Command<Double> {
  return command(["HINCRBYFLOAT", key, field, increment], double);
}

/**
 * Gives the names of all fields of a hash.
 *
 * Complexity: O(n) in the size of the hash. Since 2.0.0.
 */
export function hkeys(key: Key): Command<string[]> {
  return command(["HKEYS", key], strings);
}

/**
 * Gives how many fields a hash has, 0 when there is no such key.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function hlen(key: Key): Command<number> {
  return command(["HLEN", key], integer);
}

/**
 * Gives the values of several fields in their order, null for each that does not exist.
 *
 * Complexity: O(n) in the count of fields. Since 2.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.hset("user:7", { name: "ada", year: 1815 });
 * const [name, town] = await redis.hmget("user:7", "name", "town"); // "ada", null
 * await redis.close();
 * ```
 */
export function hmget<Fields extends readonly Key[]>(
  key: Key,
  ...fields: Fields
): Command<{ -readonly [I in keyof Fields]: string | null }> {
  wantOne("HMGET", "field", fields);
  return command(["HMGET", key, ...fields], stringsOrNulls as ReplyReader<never>);
}

/**
 * Sets fields of a hash; {@linkcode hset} does the same and gives how many of them are new.
 *
 * Complexity: O(n) in the count of fields. Since 2.0.0.
 *
 * @param fields The fields with their values, as a record or as entries.
 */
export function hmset(key: Key, fields: RecordOrEntries<Key, Data>): Command<"OK"> {
  return command(["HMSET", key, ...entriesOf("HMSET", fields)], ok);
}

/**
 * Gives fields of a hash at random.
 *
 * Without a count one field, or null when there is no such key. With a count at most so many different
 * ones; with a negative count exactly so many, where the same may come again.
 * Complexity: O(n) in the count of fields given. Since 6.2.0.
 */
export function hrandfield(key: Key): Command<string | null>;
/** Gives fields at random with their values. */
export function hrandfield(
  key: Key,
  count: number,
  options: HrandfieldOptions & { withValues: true },
): Command<[string, string][]>;
/** Gives the names of fields at random. */
export function hrandfield(
  key: Key,
  count: number,
  options?: HrandfieldOptions & { withValues?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function hrandfield(
  key: Key,
  count?: number,
  options?: HrandfieldOptions,
): Command<string | string[] | [string, string][] | null>;
export function hrandfield(key: Key, count?: number, options?: HrandfieldOptions): Command<unknown> {
  if (count === undefined) return command(["HRANDFIELD", key], stringOrNull);
  const words: Word[] = ["HRANDFIELD", key, count];
  flag(words, "WITHVALUES", options?.withValues);
  return command<unknown>(words, options?.withValues ? pairs : strings);
}

/**
 * Gives some of the fields of a hash with their values, and the cursor at which the next call goes on.
 *
 * Complexity: O(1) a call, O(n) for a whole scan. Since 2.8.0; `noValues` since 7.4.0 and Valkey 8.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.hset("user:7", { name: "ada", year: 1815 });
 * const { cursor, entries } = await redis.hscan("user:7", "0", { match: "n*" });
 * console.log(cursor, entries); // "0" [["name", "ada"]]
 * await redis.close();
 * ```
 */
export function hscan(
  key: Key,
  cursor: string | number | bigint,
  options: HscanOptions & { noValues: true },
): Command<FieldsPage<string>>;
/** Gives fields with their values. */
export function hscan(
  key: Key,
  cursor: string | number | bigint,
  options?: HscanOptions & { noValues?: false },
): Command<EntriesPage<string>>;
/** Gives what the options, known only when it runs, ask for. */
export function hscan(
  key: Key,
  cursor: string | number | bigint,
  options?: HscanOptions,
): Command<EntriesPage<string> | FieldsPage<string>>;
export function hscan(key: Key, cursor: string | number | bigint, options?: HscanOptions): Command<unknown> {
  const words: Word[] = ["HSCAN", key, cursor];
  if (options === undefined) return command(words, entriesPage);
  scanOptions(words, options);
  flag(words, "NOVALUES", options.noValues);
  return command<unknown>(words, options.noValues ? fieldsPage : entriesPage);
}

/**
 * Sets fields of a hash and gives how many of them are new.
 *
 * Complexity: O(n) in the count of fields. Since 2.0.0; more than one field since 4.0.0.
 *
 * @param fields The fields with their values, as a record or as entries.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.hset("user:7", { name: "ada", year: 1815 });
 * await redis.hset("user:7", [["town", "london"]]);
 * await redis.close();
 * ```
 */
export function hset(key: Key, fields: RecordOrEntries<Key, Data>): Command<number> {
  return command(["HSET", key, ...entriesOf("HSET", fields)], integer);
}

/**
 * Sets a field that does not exist yet and gives 1, or gives 0.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function hsetnx(key: Key, field: Key, value: Data): Command<number> {
  return command(["HSETNX", key, field, value], integer);
}

/**
 * Gives the length of a field's value in bytes, 0 when there is none.
 *
 * Complexity: O(1). Since 3.2.0.
 */
export function hstrlen(key: Key, field: Key): Command<number> {
  return command(["HSTRLEN", key, field], integer);
}

/**
 * Gives the values of all fields of a hash.
 *
 * Complexity: O(n) in the size of the hash. Since 2.0.0.
 */
export function hvals(key: Key): Command<string[]> {
  return command(["HVALS", key], strings);
}
