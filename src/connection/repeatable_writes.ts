/**
 * Writes that leave the same data when they are executed twice in a row.
 *
 * The list is by hand, since no server says this of its commands: what sets, adds to a set or deletes by name does;
 * what counts, appends, pops, moves, or depends on what was there does not. Where it depends on options, those that
 * make it so are looked for among the words.
 *
 * Limits: this is said of one command, twice in a row; it is not true of several that are executed twice together.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import { wordText } from "../command_name.ts";

type Judge = (words: readonly Word[]) => boolean;

const always: Judge = () => true;

/** True when none of these options stands behind the place `from`. */
function without(from: number, ...options: readonly string[]): Judge {
  return (words) => !words.slice(from).some((word) => options.includes(wordText(word).toUpperCase()));
}

/** True when REPLACE stands behind the place `from`: without it the second execution is refused. */
const replacing = (from: number): Judge => (words) =>
  words.slice(from).some((word) => wordText(word).toUpperCase() === "REPLACE");

/** True when the destination, which is replaced, is none of those that are taken away. */
const toOther: Judge = (words) => !words.slice(3).some((word) => wordText(word) === wordText(words[1]));

/** True when a path names the same places after it was set: what is set may have places of its own, or pass a filter. */
function isPlain(path: Word): boolean {
  // Of long bytes only the beginning is looked at, which would not do here.
  return !(path instanceof Uint8Array && path.length > 64) && !/\.\.|\?/.test(wordText(path));
}

const plainSet: Judge = (words) => isPlain(words[2]) && without(4, "NX", "XX")(words);

const plainSets: Judge = (words) => words.every((word, i) => i % 3 !== 2 || isPlain(word));

// Not BITOP, ZUNIONSTORE and the like: their destination may be one of their sources, which makes no difference to a
// union or an intersection of sets alone. Not JSON.DEL: a path may say "the first element".
const ALWAYS = "BF.ADD BF.MADD DEL FLUSHALL FLUSHDB HDEL HMSET HSET LSET MSET PERSIST PFADD PFMERGE PSETEX SADD " +
  "SETBIT SETEX SETRANGE SINTERSTORE SREM SUNIONSTORE UNLINK XACK XDEL ZREM ZREMRANGEBYLEX ZREMRANGEBYSCORE";

/** By name: whether a command with these words is one. */
export const REPEATABLE_WRITES: ReadonlyMap<string, Judge> = /* @__PURE__ */ new Map<string, Judge>([
  .../* @__PURE__ */ ALWAYS.split(" ").map((name): [string, Judge] => [name, always]),
  ["COPY", /* @__PURE__ */ replacing(3)],
  ["RESTORE", /* @__PURE__ */ replacing(4)],
  ["SDIFFSTORE", toOther],
  ["JSON.SET", plainSet],
  ["JSON.MSET", plainSets],
  ["SET", /* @__PURE__ */ without(3, "NX", "XX", "GET", "IFEQ", "IFNE", "IFDEQ", "IFDNE")],
  ["EXPIRE", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["PEXPIRE", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["EXPIREAT", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["PEXPIREAT", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["ZADD", /* @__PURE__ */ without(2, "INCR", "NX", "XX", "GT", "LT")],
  ["GEOADD", /* @__PURE__ */ without(2, "NX", "XX")],
]);
