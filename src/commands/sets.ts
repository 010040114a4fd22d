/**
 * Commands on sets.
 *
 * Members come in no order, and not in the same one twice.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { integer, integers, stringOrNull, strings } from "./readers.ts";
import { type MembersPage, membersPage } from "./record_readers.ts";
import { countedKeys, option, type ScanOptions, scanOptions, wantOne } from "./words.ts";

/** How far a {@linkcode sintercard} counts. */
export interface SintercardOptions {
  /** Stops at this count; 0 has no limit. */
  limit?: number;
}

/**
 * Adds members to a set and gives how many of them are new.
 *
 * Complexity: O(n) in the count of members. Since 1.0.0.
 */
export function sadd(key: Key, ...members: Data[]): Command<number> {
  wantOne("SADD", "member", members);
  return command(["SADD", key, ...members], integer);
}

/**
 * Gives how many members a set has, 0 when there is no such key.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function scard(key: Key): Command<number> {
  return command(["SCARD", key], integer);
}

/**
 * Gives the members of the first set that are in none of the others.
 *
 * Complexity: O(n) in the members of all sets. Since 1.0.0.
 */
export function sdiff(...keys: Key[]): Command<string[]> {
  wantOne("SDIFF", "key", keys);
  return command(["SDIFF", ...keys], strings);
}

/**
 * Stores the members of the first set that are in none of the others, and gives how many there are.
 *
 * Complexity: O(n) in the members of all sets. Since 1.0.0.
 */
export function sdiffstore(destination: Key, ...keys: Key[]): Command<number> {
  wantOne("SDIFFSTORE", "key", keys);
  return command(["SDIFFSTORE", destination, ...keys], integer);
}

/**
 * Gives the members that are in every set.
 *
 * Complexity: O(n * m) in the members of the smallest set and the count of sets. Since 1.0.0.
 */
export function sinter(...keys: Key[]): Command<string[]> {
  wantOne("SINTER", "key", keys);
  return command(["SINTER", ...keys], strings);
}

/**
 * Gives how many members are in every set.
 *
 * Complexity: O(n * m) in the members of the smallest set and the count of sets. Since 7.0.0.
 */
export function sintercard(keys: Key | readonly Key[], options?: SintercardOptions): Command<number> {
  const words: Word[] = ["SINTERCARD", ...countedKeys("SINTERCARD", keys)];
  if (options !== undefined) option(words, "LIMIT", options.limit);
  return command(words, integer);
}

/**
 * Stores the members that are in every set, and gives how many there are.
 *
 * Complexity: O(n * m) in the members of the smallest set and the count of sets. Since 1.0.0.
 */
export function sinterstore(destination: Key, ...keys: Key[]): Command<number> {
  wantOne("SINTERSTORE", "key", keys);
  return command(["SINTERSTORE", destination, ...keys], integer);
}

/**
 * Gives 1 when a set has a member, 0 when it has not.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function sismember(key: Key, member: Data): Command<number> {
  return command(["SISMEMBER", key, member], integer);
}

/**
 * Gives all members of a set.
 *
 * Complexity: O(n) in the size of the set. Since 1.0.0.
 */
export function smembers(key: Key): Command<string[]> {
  return command(["SMEMBERS", key], strings);
}

/**
 * Gives, for each of several members in their order, 1 when a set has it, 0 when it has not.
 *
 * Complexity: O(n) in the count of members. Since 6.2.0.
 */
export function smismember<Members extends readonly Data[]>(
  key: Key,
  ...members: Members
): Command<{ -readonly [I in keyof Members]: number }> {
  wantOne("SMISMEMBER", "member", members);
  return command(["SMISMEMBER", key, ...members], integers as ReplyReader<never>);
}

/**
 * Moves a member from one set to another and gives 1, or gives 0 when the first has it not.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function smove(source: Key, destination: Key, member: Data): Command<number> {
  return command(["SMOVE", source, destination, member], integer);
}

/**
 * Takes a member at random and gives it, or null; with a count takes a list of at most so many.
 *
 * Complexity: O(n) in the members taken. Since 1.0.0; the count since 3.2.0.
 */
export function spop(key: Key): Command<string | null>;
/** Takes at most so many members. */
export function spop(key: Key, count: number): Command<string[]>;
/** Gives what the count, known only when it runs, asks for. */
export function spop(key: Key, count?: number): Command<string | string[] | null>;
export function spop(key: Key, count?: number): Command<unknown> {
  return count === undefined ? command(["SPOP", key], stringOrNull) : command(["SPOP", key, count], strings);
}

/**
 * Gives members of a set at random.
 *
 * Without a count one member, or null when there is no such key. With a count at most so many different
 * ones; with a negative count exactly so many, where the same may come again.
 * Complexity: O(n) in the members given. Since 1.0.0; the count since 2.6.0.
 */
export function srandmember(key: Key): Command<string | null>;
/** Gives members at random. */
export function srandmember(key: Key, count: number): Command<string[]>;
/** Gives what the count, known only when it runs, asks for. */
export function srandmember(key: Key, count?: number): Command<string | string[] | null>;
export function srandmember(key: Key, count?: number): Command<unknown> {
  return count === undefined
    ? command(["SRANDMEMBER", key], stringOrNull)
    : command(["SRANDMEMBER", key, count], strings);
}

/**
 * Removes members from a set and gives how many of them it had.
 *
 * Complexity: O(n) in the count of members. Since 1.0.0.
 */
export function srem(key: Key, ...members: Data[]): Command<number> {
  wantOne("SREM", "member", members);
  return command(["SREM", key, ...members], integer);
}

/**
 * Gives some of the members of a set and the cursor at which the next call goes on.
 *
 * Complexity: O(1) a call, O(n) for a whole scan. Since 2.8.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.sadd("tags", "red", "green");
 * const { cursor, members } = await redis.sscan("tags", "0", { match: "r*" });
 * console.log(cursor, members); // "0" ["red"]
 * await redis.close();
 * ```
 */
export function sscan(
  key: Key,
  cursor: string | number | bigint,
  options?: ScanOptions,
): Command<MembersPage<string>> {
  const words: Word[] = ["SSCAN", key, cursor];
  if (options !== undefined) scanOptions(words, options);
  return command(words, membersPage);
}

/**
 * Gives the members that are in any of the sets.
 *
 * Complexity: O(n) in the members of all sets. Since 1.0.0.
 */
export function sunion(...keys: Key[]): Command<string[]> {
  wantOne("SUNION", "key", keys);
  return command(["SUNION", ...keys], strings);
}

/**
 * Stores the members that are in any of the sets, and gives how many there are.
 *
 * Complexity: O(n) in the members of all sets. Since 1.0.0.
 */
export function sunionstore(destination: Key, ...keys: Key[]): Command<number> {
  wantOne("SUNIONSTORE", "key", keys);
  return command(["SUNIONSTORE", destination, ...keys], integer);
}
