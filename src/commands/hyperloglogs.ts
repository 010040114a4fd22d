/**
 * Commands on HyperLogLogs: strings of fixed size that estimate how many different elements they were given.
 *
 * An estimate is off by 0.81 percent on the average.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader } from "./command.ts";
import { integer, integers, ok, type Report, report, status } from "./readers.ts";
import { wantOne } from "./words.ts";

/** What a {@linkcode pfdebug} looks at, or does. */
export type PfdebugSubcommand = "decode" | "encoding" | "getreg" | "todense";

const READERS: Readonly<Record<PfdebugSubcommand | "simd", ReplyReader<unknown>>> = {
  decode: report,
  encoding: status,
  getreg: integers,
  simd: status,
  todense: integer,
};

/**
 * Adds elements to a HyperLogLog, and gives 1 when the key is new or the estimate may have changed, otherwise 0.
 *
 * Complexity: O(1) an element. Since 2.8.9.
 *
 * @param elements What to add; without any, it only makes the key.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.pfadd("visitors:monday", "ada", "joan", "ada"); // 1
 * await redis.pfcount("visitors:monday"); // 2
 * await redis.close();
 * ```
 */
export function pfadd(key: Key, ...elements: Data[]): Command<number> {
  return command(["PFADD", key, ...elements], integer);
}

/**
 * Gives about how many different elements were added to a HyperLogLog, or to any of several.
 *
 * Complexity: O(1), O(n) in the count of keys where there are several. Since 2.8.9.
 */
export function pfcount(...keys: Key[]): Command<number> {
  wantOne("PFCOUNT", "key", keys);
  return command(["PFCOUNT", ...keys], integer);
}

/**
 * Gives the text of the opcodes that a HyperLogLog in the sparse encoding is made of; for those who debug a server.
 *
 * The other subcommands give other things, each said at its overload. Complexity: O(n) in the size of the
 * HyperLogLog. Since 2.8.9; `"simd"` since Redis 8.0.0 and Valkey 8.1.0.
 */
export function pfdebug(subcommand: "decode", key: Key): Command<Report>;
/** Gives how a HyperLogLog is kept. */
export function pfdebug(subcommand: "encoding", key: Key): Command<"sparse" | "dense">;
/** Gives the registers of a HyperLogLog, which it changes to the dense encoding. */
export function pfdebug(subcommand: "getreg", key: Key): Command<number[]>;
/** Changes a HyperLogLog to the dense encoding and gives 1, or gives 0 when it has that already. */
export function pfdebug(subcommand: "todense", key: Key): Command<number>;
/** Lets the server use, or not use, vector instructions for all HyperLogLogs. */
export function pfdebug(subcommand: "simd", mode: "on" | "off"): Command<"enabled" | "disabled">;
/** Gives what the subcommand, known only when it runs, gives. */
export function pfdebug(subcommand: PfdebugSubcommand, key: Key): Command<Report | number[] | number>;
export function pfdebug(subcommand: PfdebugSubcommand | "simd", argument: Key): Command<unknown> {
  return command<unknown>(["PFDEBUG", subcommand, argument], READERS[subcommand]);
}

/**
 * Makes a HyperLogLog, or adds to one, of the elements of several.
 *
 * Complexity: O(n) in the count of keys. Since 2.8.9.
 */
export function pfmerge(destination: Key, ...sources: Key[]): Command<"OK"> {
  return command(["PFMERGE", destination, ...sources], ok);
}

/**
 * Tests the server's implementation of HyperLogLogs, which may take seconds that other clients wait.
 *
 * Complexity: not depending on the data. Since 2.8.9.
 */
export function pfselftest(): Command<"OK"> {
  return command(["PFSELFTEST"], ok);
}
