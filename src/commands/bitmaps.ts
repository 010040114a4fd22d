/**
 * Commands on the bits of strings.
 *
 * Bit 0 is the most significant one of the first byte. Bits beyond the end of a string, and all those of a key that
 * does not exist, are 0.
 *
 * @module
 */
import { BIGINTS, type Value } from "../resp/value.ts";
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { integer, integers, reader, toInteger } from "./readers.ts";
import { exclude, wantOne } from "./words.ts";

/** An integer's sign and its width in bits: `i1` to `i64` with a sign, `u1` to `u63` without. */
export type BitfieldEncoding = `i${number}` | `u${number}`;

/** A position in bits; behind a `#` it is multiplied by the width of the integer. */
export type BitfieldOffset = number | bigint | `#${number}`;

/** Gives an integer. */
export interface BitfieldGet {
  /** Which integer this is. */
  get: BitfieldEncoding;
  /** Where it is. */
  offset: BitfieldOffset;
}

/** Sets an integer and gives the old one, or null when an overflow kept it from being set. */
export interface BitfieldSet {
  /** Which integer this is. */
  set: BitfieldEncoding;
  /** Where it is. */
  offset: BitfieldOffset;
  /** What to set it to. */
  value: number | bigint;
}

/** Adds to an integer and gives the sum, or null when an overflow kept it from being changed. */
export interface BitfieldIncrby {
  /** Which integer this is. */
  incrBy: BitfieldEncoding;
  /** Where it is. */
  offset: BitfieldOffset;
  /** What to add to it. */
  increment: number | bigint;
}

/** Says what the operations after it do where an integer is too narrow. */
export interface BitfieldOverflow {
  /** Drops the bits that are too many, as at first; takes the nearest integer that fits; or does nothing. */
  overflow: "wrap" | "sat" | "fail";
}

/** One step of a {@linkcode bitfield}. */
export type BitfieldOperation = BitfieldGet | BitfieldSet | BitfieldIncrby | BitfieldOverflow;

/** How a {@linkcode bitop} combines strings. */
export type BitOperation = "and" | "or" | "xor" | "not" | "diff" | "diff1" | "andor" | "one";

/** What the start and the end of a range count. */
export type BitUnit = "byte" | "bit";

const integersOrNulls: ReplyReader<(number | null)[]> = /* @__PURE__ */ reader(
  BIGINTS,
  (value, mode) => (value as Value[]).map((item) => item === null ? null : toInteger(item, mode)),
);

/**
 * Gives how many bits of a string are 1.
 *
 * Complexity: O(n) in the length of the range. Since 2.6.0; `unit` since 7.0.0, `start` without `end` since
 * Valkey 8.0.0.
 *
 * @param start Where the range begins; negative counts from the end.
 * @param end Where it ends, which is included.
 * @param unit What `start` and `end` count; bytes when absent.
 */
export function bitcount(key: Key, start?: number, end?: number, unit?: BitUnit): Command<number> {
  return command(["BITCOUNT", key, ...range("BITCOUNT", start, end, unit)], integer);
}

/**
 * Reads and changes integers of any width in a string, one operation after the other, and gives a reply to each.
 *
 * An operation with `overflow` has no reply; it is about those after it.
 * Complexity: O(1) an operation. Since 3.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const [old, sum, failed] = await redis.bitfield(
 *   "counters",
 *   { set: "u8", offset: 0, value: 250 },
 *   { incrBy: "u8", offset: 0, increment: 5 },
 *   { overflow: "fail" },
 *   { incrBy: "u8", offset: "#0", increment: 5 },
 * );
 * console.log(old, sum, failed); // 0 255 null
 * await redis.close();
 * ```
 */
export function bitfield(key: Key, ...operations: BitfieldOperation[]): Command<(number | null)[]> {
  const words: Word[] = ["BITFIELD", key];
  for (const operation of operations) addOperation(words, operation);
  return command(words, integersOrNulls);
}

/**
 * Gives integers of any width in a string; unlike {@linkcode bitfield} it only reads, so that a replica may do it.
 *
 * Complexity: O(1) an operation. Since 6.0.0.
 */
export function bitfieldRo(key: Key, ...operations: BitfieldGet[]): Command<number[]> {
  const words: Word[] = ["BITFIELD_RO", key];
  for (const { get, offset } of operations) words.push("GET", get, offset);
  return command(words, integers);
}

/**
 * Combines the bits of strings into another, and gives its length in bytes, which is that of the longest.
 *
 * `"not"` takes one key and inverts it. `"diff"` keeps the bits of the first string that no other has, `"diff1"` the
 * bits of the others that the first has not, `"andor"` the bits of the first that any other has, `"one"` the bits that
 * exactly one has. Complexity: O(n) in the length of the strings. Since 2.6.0; those four since Redis 8.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.setbit("{seen}:monday", 7, 1);
 * await redis.setbit("{seen}:tuesday", 9, 1);
 * await redis.bitop("or", "{seen}:both", "{seen}:monday", "{seen}:tuesday"); // 2
 * await redis.bitcount("{seen}:both"); // 2
 * await redis.close();
 * ```
 */
export function bitop(operation: BitOperation, destination: Key, ...keys: Key[]): Command<number> {
  wantOne("BITOP", "key", keys);
  return command(["BITOP", operation, destination, ...keys], integer);
}

/**
 * Gives the position of the first bit that is 1, or that is 0, counted from the start of the string; -1 for none.
 *
 * A string of ones has its first 0 just behind its end, unless `end` is given.
 * Complexity: O(n) in the length of the range. Since 2.8.7; `unit` since 7.0.0.
 *
 * @param start Where the range begins; negative counts from the end.
 * @param end Where it ends, which is included.
 * @param unit What `start` and `end` count; bytes when absent.
 */
export function bitpos(key: Key, bit: 0 | 1, start?: number, end?: number, unit?: BitUnit): Command<number> {
  return command(["BITPOS", key, bit, ...range("BITPOS", start, end, unit)], integer);
}

/**
 * Gives the bit at a position, 0 when there is none.
 *
 * Complexity: O(1). Since 2.2.0.
 */
export function getbit(key: Key, offset: number): Command<number> {
  return command(["GETBIT", key, offset], integer);
}

/**
 * Sets the bit at a position, the string made longer where it is too short, and gives what it was.
 *
 * Complexity: O(1). Since 2.2.0.
 */
export function setbit(key: Key, offset: number, bit: 0 | 1): Command<number> {
  return command(["SETBIT", key, offset, bit], integer);
}

/** The parts of a range that were given, which the server knows by their places alone. */
function range(name: string, start: number | undefined, end: number | undefined, unit: BitUnit | undefined): Word[] {
  if ((start === undefined && end !== undefined) || (end === undefined && unit !== undefined)) {
    throw new TypeError(`Cannot send ${name}: ${end === undefined ? "unit wants an end" : "end wants a start"}`);
  }
  return [start, end, unit].filter((part) => part !== undefined);
}

/** Adds an operation of one kind; types alone do not tell apart a record that is of two. */
function addOperation(
  words: Word[],
  operation: Partial<BitfieldGet & BitfieldSet & BitfieldIncrby & BitfieldOverflow>,
): void {
  exclude("BITFIELD", operation, ["get", "set", "incrBy", "overflow"]);
  const { get, set, incrBy, overflow, offset, value, increment } = operation;
  if (get !== undefined) words.push("GET", get, offset!);
  else if (set !== undefined) words.push("SET", set, offset!, value!);
  else if (incrBy !== undefined) words.push("INCRBY", incrBy, offset!, increment!);
  else if (overflow !== undefined) words.push("OVERFLOW", overflow);
  else throw new TypeError("Cannot send BITFIELD: each operation wants one of get, set, incrBy and overflow");
}
