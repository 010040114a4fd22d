/**
 * Writes that leave the same data when they are executed twice in a row.
 *
 * The list is by hand, since no server says this of its commands: what sets, adds to a set or deletes by name does;
 * what counts, appends, pops, moves, or depends on what was there does not. Where it depends on options, those that
 * make it so are looked for among the words.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";

type Judge = (words: readonly Word[]) => boolean;

const always: Judge = () => true;

/** True when none of these options stands behind the place `from`. */
function without(from: number, ...options: readonly string[]): Judge {
  return (words) => !words.slice(from).some((word) => options.includes(String(word).toUpperCase()));
}

// Not BITOP, ZUNIONSTORE and the like: their destination may be one of their sources. Not JSON.DEL: a path may say
// "the first element".
const ALWAYS = "BF.ADD BF.MADD COPY DEL FLUSHALL FLUSHDB HDEL HMSET HSET JSON.MSET JSON.SET LSET MSET PERSIST PFADD " +
  "PFMERGE PSETEX RESTORE SADD SDIFFSTORE SETBIT SETEX SETRANGE SINTERSTORE SREM SUNIONSTORE UNLINK XACK XDEL ZREM " +
  "ZREMRANGEBYLEX ZREMRANGEBYSCORE";

/** By name: whether a command with these words is one. */
export const REPEATABLE_WRITES: ReadonlyMap<string, Judge> = /* @__PURE__ */ new Map<string, Judge>([
  .../* @__PURE__ */ ALWAYS.split(" ").map((name): [string, Judge] => [name, always]),
  ["SET", /* @__PURE__ */ without(3, "NX", "XX", "GET", "IFEQ", "IFNE", "IFDEQ", "IFDNE")],
  ["EXPIRE", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["PEXPIRE", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["EXPIREAT", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["PEXPIREAT", /* @__PURE__ */ without(3, "NX", "XX", "GT", "LT")],
  ["ZADD", /* @__PURE__ */ without(2, "INCR", "NX", "XX", "GT", "LT")],
  ["GEOADD", /* @__PURE__ */ without(2, "NX", "XX")],
]);
