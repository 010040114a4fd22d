/**
 * Commands on when the fields of a hash expire, and those that read or set fields and say so at once.
 *
 * Each takes one field or a list of them and gives one item for each: -2 where there is no such field, or no such
 * key. What sets a time gives 1 where it did, 0 where a condition forbade it, and 2 where the time has passed, which
 * deletes the field.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { countedFields, type PerField } from "./hash_fields.ts";
import { integer, integers, stringsOrNulls } from "./readers.ts";
import { conditions, entriesOf, oneOf, type RecordOrEntries } from "./words.ts";

/** When a field's time to live changes. On Valkey `xx` goes with `gt` or `lt`, otherwise each stands alone. */
export interface HexpireOptions {
  /** Only where the field has no time to live. */
  nx?: boolean;
  /** Only where the field has a time to live. */
  xx?: boolean;
  /** Only where the field would live longer than it does. */
  gt?: boolean;
  /** Only where the field would live shorter than it does. */
  lt?: boolean;
}

/** What a {@linkcode hgetex} does to the time to live of the fields; nothing when it is empty. */
export interface HgetexOptions {
  /** Seconds to live. */
  ex?: number;
  /** Milliseconds to live. */
  px?: number;
  /** The Unix time, in seconds, at which the fields expire. */
  exat?: number;
  /** The Unix time, in milliseconds, at which the fields expire. */
  pxat?: number;
  /** Ends the time to live. */
  persist?: boolean;
}

/** When a {@linkcode hsetex} takes effect and how long the fields live. */
export interface HsetexOptions {
  /** Sets only when the key does not exist; since Valkey 9.0.0. */
  nx?: boolean;
  /** Sets only when the key exists; since Valkey 9.0.0. */
  xx?: boolean;
  /** Sets only when none of the fields exists. */
  fnx?: boolean;
  /** Sets only when all of the fields exist. */
  fxx?: boolean;
  /** Seconds to live. */
  ex?: number;
  /** Milliseconds to live. */
  px?: number;
  /** The Unix time, in seconds, at which the fields expire. */
  exat?: number;
  /** The Unix time, in milliseconds, at which the fields expire. */
  pxat?: number;
  /** Keeps the time to live that each field has. */
  keepTtl?: boolean;
}

function expiring(
  name: string,
  key: Key,
  when: number,
  fields: Key | readonly Key[],
  options: HexpireOptions | undefined,
): Command<never> {
  const words: Word[] = [name, key, when];
  if (options !== undefined) conditions(name, words, options);
  words.push(...countedFields(name, fields));
  return command(words, integers as ReplyReader<never>);
}

function asking(name: string, key: Key, fields: Key | readonly Key[]): Command<never> {
  return command([name, key, ...countedFields(name, fields)], integers as ReplyReader<never>);
}

/**
 * Lets fields live for so many seconds more, and gives for each 1, 0 when an option forbids, or -2.
 *
 * -2 stands for no such field. With 0 seconds the fields are deleted at once, and it gives 2 for each.
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.hset("login:7", { token: "abc", name: "ada" });
 * const [token] = await redis.hexpire("login:7", 60, ["token"]); // 1
 * await redis.hexpire("login:7", 30, ["token", "town"], { gt: true }); // [0, -2]: it would live shorter
 * console.log(token);
 * await redis.close();
 * ```
 */
export function hexpire<const Fields extends Key | readonly Key[]>(
  key: Key,
  seconds: number,
  fields: Fields,
  options?: HexpireOptions,
): Command<PerField<Fields, number>> {
  return expiring("HEXPIRE", key, seconds, fields, options);
}

/**
 * Lets fields live until a Unix time in seconds, and gives for each 1, 0 when an option forbids, or -2.
 *
 * -2 stands for no such field. With a time that has passed the fields are deleted, and it gives 2 for each.
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function hexpireat<const Fields extends Key | readonly Key[]>(
  key: Key,
  unixSeconds: number,
  fields: Fields,
  options?: HexpireOptions,
): Command<PerField<Fields, number>> {
  return expiring("HEXPIREAT", key, unixSeconds, fields, options);
}

/**
 * Gives the Unix time, in seconds, at which each field expires, -1 when it never does, -2 when there is no such field.
 *
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function hexpiretime<const Fields extends Key | readonly Key[]>(
  key: Key,
  fields: Fields,
): Command<PerField<Fields, number>> {
  return asking("HEXPIRETIME", key, fields);
}

/**
 * Gives the values of fields in their order, null for each that does not exist, and changes how long they live.
 *
 * Complexity: O(n) in the count of fields. Since 8.0.0 and Valkey 9.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.hsetex("login:7", { token: "abc" }, { ex: 60 });
 * const [token] = await redis.hgetex("login:7", ["token"], { ex: 600 }); // "abc", and ten minutes from now on
 * console.log(token);
 * await redis.close();
 * ```
 */
export function hgetex<const Fields extends Key | readonly Key[]>(
  key: Key,
  fields: Fields,
  options?: HgetexOptions,
): Command<PerField<Fields, string | null>> {
  const words: Word[] = ["HGETEX", key];
  if (options !== undefined) oneOf("HGETEX", words, options, ["ex", "px", "exat", "pxat", "persist"]);
  words.push(...countedFields("HGETEX", fields));
  return command(words, stringsOrNulls as ReplyReader<never>);
}

/**
 * Lets fields live for ever, and gives for each 1, -1 when it had no time to live, -2 when there is no such field.
 *
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function hpersist<const Fields extends Key | readonly Key[]>(
  key: Key,
  fields: Fields,
): Command<PerField<Fields, number>> {
  return asking("HPERSIST", key, fields);
}

/**
 * Lets fields live for so many milliseconds more, and gives for each 1, 0 when an option forbids, or -2.
 *
 * -2 stands for no such field. With 0 milliseconds the fields are deleted at once, and it gives 2 for each.
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function hpexpire<const Fields extends Key | readonly Key[]>(
  key: Key,
  milliseconds: number,
  fields: Fields,
  options?: HexpireOptions,
): Command<PerField<Fields, number>> {
  return expiring("HPEXPIRE", key, milliseconds, fields, options);
}

/**
 * Lets fields live until a Unix time in milliseconds, and gives for each 1, 0 when an option forbids, or -2.
 *
 * -2 stands for no such field. With a time that has passed the fields are deleted, and it gives 2 for each.
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function hpexpireat<const Fields extends Key | readonly Key[]>(
  key: Key,
  unixMilliseconds: number,
  fields: Fields,
  options?: HexpireOptions,
): Command<PerField<Fields, number>> {
  return expiring("HPEXPIREAT", key, unixMilliseconds, fields, options);
}

/**
 * Gives the Unix time, in milliseconds, at which each field expires, -1 when it never does, -2 when there is none.
 *
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function hpexpiretime<const Fields extends Key | readonly Key[]>(
  key: Key,
  fields: Fields,
): Command<PerField<Fields, number>> {
  return asking("HPEXPIRETIME", key, fields);
}

/**
 * Gives the milliseconds that each field has to live, -1 when it lives for ever, -2 when there is no such field.
 *
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function hpttl<const Fields extends Key | readonly Key[]>(
  key: Key,
  fields: Fields,
): Command<PerField<Fields, number>> {
  return asking("HPTTL", key, fields);
}

/**
 * Sets fields, and how long they live, and gives 1, or gives 0 when an option forbade it and none was set.
 *
 * Complexity: O(n) in the count of fields. Since 8.0.0 and Valkey 9.0.0; `nx` and `xx` since Valkey 9.0.0.
 *
 * @param fields The fields with their values, as a record or as entries.
 */
export function hsetex(
  key: Key,
  fields: RecordOrEntries<Key, Data>,
  options?: HsetexOptions,
): Command<number> {
  const words: Word[] = ["HSETEX", key];
  if (options !== undefined) {
    oneOf("HSETEX", words, options, ["nx", "xx"]);
    oneOf("HSETEX", words, options, ["fnx", "fxx"]);
    oneOf("HSETEX", words, options, ["ex", "px", "exat", "pxat", "keepTtl"]);
  }
  const entries = entriesOf("HSETEX", fields);
  return command([...words, "FIELDS", entries.length / 2, ...entries], integer);
}

/**
 * Gives the seconds that each field has to live, -1 when it lives for ever, -2 when there is no such field.
 *
 * Complexity: O(n) in the count of fields. Since 7.4.0 and Valkey 9.0.0.
 */
export function httl<const Fields extends Key | readonly Key[]>(
  key: Key,
  fields: Fields,
): Command<PerField<Fields, number>> {
  return asking("HTTL", key, fields);
}
