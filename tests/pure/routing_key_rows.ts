/**
 * Commands and the places of their keys, for `routing_keys_test.ts`, and for `tests/commands/keys_test.ts`, which asks
 * servers the same.
 *
 * Words are parted by spaces; `""` is the empty word.
 *
 * @module
 */

/** Words, the places of their keys, and why `COMMAND GETKEYS` says otherwise where it does. */
export type KeyRow = readonly [words: string, positions: readonly number[], serverDiffers?: string];

const SPEC_FINDS_OPTION = "the spec looks for the keyword and takes an argument for it; routing does not go by it";
const NOT_STRICT = "it takes what it can find; the command itself is refused";

/** Each form of a key spec. */
export const specRows: readonly KeyRow[] = [
  ["GET k", [1]],
  ["get k", [1]],
  ["PING", []],
  ["CONFIG GET k", []],
  ["DEL a b c", [1, 2, 3]],
  ["BLPOP a b 0", [1, 2]],
  ["BZPOPMIN a 0", [1]],
  ["MSET a 1 b 2", [1, 3]],
  ["MSETNX a 1 b 2", [1, 3]],
  ["MSET a 1 b", [1, 3]],
  ["LCS a b", [1, 2]],
  ["COPY a b", [1, 2]],
  ["SMOVE a b m", [1, 2]],
  ["BITOP AND d a b", [2, 3, 4]],
  ["PFCOUNT a b", [1, 2]],
  ["PFMERGE d a b", [1, 2, 3]],
  ["SINTERSTORE d a b", [1, 2, 3]],
  ["OBJECT ENCODING k", [2]],
  ["OBJECT HELP", []],
  ["MEMORY USAGE k", [2]],
  ["XINFO STREAM k FULL", [2]],
  ["XGROUP CREATE k g $", [2]],
  ["SINTERCARD 2 a b LIMIT 1", [2, 3]],
  ["ZUNION 2 a b WITHSCORES", [2, 3]],
  ["ZUNION 0 a", []],
  ["ZUNION 3 a b", []],
  ["ZUNION 99999999999 a", []],
  ["ZUNION 1e9 a", [], NOT_STRICT],
  ["ZUNIONSTORE d 2 a b WEIGHTS 1 2", [1, 3, 4]],
  ["ZUNIONSTORE d 5 a b", []],
  ["ZRANGESTORE d a 0 1", [1, 2]],
  ["LMPOP 2 a b LEFT", [2, 3]],
  ["BLMPOP 0 2 a b LEFT", [3, 4]],
  ["BZMPOP 0 3 a b MIN", [3, 4, 5]],
  ["EVAL s 0 a b", []],
  ["EVAL s 2 a b c", [3, 4]],
  ["EVAL s 5 a", []],
  ["EVAL s -1 a", []],
  ["EVAL s x a", []],
  ["EVAL s +1 a", [], NOT_STRICT],
  ["EVALSHA_RO s 1 a", [3]],
  ["FCALL f 1 a", [3]],
  ["WATCH a b", [1, 2]],
  ["MSETEX 2 a 1 b 2 EX 5", [2, 4]],
  ["MSETEX 3 a 1 b 2", []],
  ["SUBSCRIBE a", []],
  ["SPUBLISH c m", []],
  ["SSUBSCRIBE a b", []],
  ["CLUSTER KEYSLOT k", []],
  ["DEBUG OBJECT k", []],
];

/** What no key spec can say. */
export const handRows: readonly KeyRow[] = [
  ["SORT k", [1]],
  ["SORT k BY STORE GET STORE STORE d", [1, 7]],
  ["SORT k STORE a STORE b", [1, 5]],
  ["SORT k LIMIT 0 STORE STORE d", [1, 6]],
  ["SORT k STORE", [1]],
  ["sort k get # store d desc", [1, 5]],
  ["SORT_RO k BY w_* GET #", [1]],
  ["XREAD STREAMS a b 0 0", [2, 3]],
  ["XREAD COUNT 1 BLOCK 0 STREAMS a 0", [6]],
  ["xread streams streams $", [2]],
  ["XREAD STREAMS a b 0", [], NOT_STRICT],
  ["XREAD COUNT 1 KEYS a 0", []],
  ["XREAD COUNT STREAMS STREAMS a 0", [4], SPEC_FINDS_OPTION],
  ["XREADGROUP GROUP STREAMS STREAMS STREAMS a >", [5]],
  ["XREADGROUP GROUP g STREAMS NOACK STREAMS a b > >", [6, 7]],
  ["XREADGROUP COUNT 1 GROUP STREAMS c STREAMS a >", [7], SPEC_FINDS_OPTION],
  ["XREADGROUP GROUP g c NOACK COUNT 2 STREAMS STREAMS >", [8]],
  ["XREADGROUP NOACK GROUP g c BLOCK 1 STREAMS a b > >", [8, 9]],
  ["MIGRATE h 1 k 0 5000", [3]],
  ["MIGRATE h 1 k 0 5000 COPY REPLACE AUTH KEYS", [3]],
  ["MIGRATE h 1 k 0 5000 AUTH2 KEYS KEYS", [3]],
  ['MIGRATE h 1 "" 0 5000 KEYS a b', [7, 8]],
  ['MIGRATE h 1 "" 0 5000 COPY keys KEYS', [8]],
  ['MIGRATE h 1 "" 0 5000 AUTH KEYS KEYS a b', [9, 10]],
  ['MIGRATE h 1 "" 0 5000 AUTH2 u KEYS KEYS KEYS b', [10, 11]],
  ["MIGRATE h 1 k 0 5000 KEYS a", []],
  ["GEORADIUS k 0 0 1 m WITHDIST", [1]],
  ["GEORADIUS k 0 0 1 m STORE d", [1, 7]],
  ["GEORADIUS k 0 0 1 m STOREDIST d", [1, 7]],
  ["GEORADIUS k 0 0 1 m STORE STORE", [1, 7]],
  ["GEORADIUS k 0 0 1 m COUNT 1 ANY store d", [1, 10]],
  ["GEORADIUS k 0 0 1 m STORE STOREDIST ASC", [1, 7], SPEC_FINDS_OPTION],
  ["GEORADIUS k 0 0 1 m STORE a STOREDIST b", [1, 9], "older servers count both, though only the last is written"],
  ["GEORADIUSBYMEMBER k STORE 1 m STORE d", [1, 6]],
  ["GEORADIUSBYMEMBER k m 1 STORE WITHDIST", [1]],
];

/** Commands that no server of the tests knows. */
export const otherRows: readonly KeyRow[] = [
  ["XREADGROUP GROUP g c CLAIM 5 STREAMS a >", [7]],
  ["JSON.MSET a $ 1 b $ 2", [1, 4]],
  ["JSON.MGET a b $", [1, 2]],
  ["JSON.DEBUG MEMORY k", [2]],
  ["JSON.DEBUG HELP", []],
  ["TS.MADD a 1 1 b 1 2", [1, 4]],
  ["TS.CREATERULE a b AGGREGATION avg 60", [1, 2]],
  ["TS.MRANGE - + FILTER a=b", []],
  ["CMS.MERGE d 2 a b WEIGHTS 1 2", [1, 3, 4]],
  ["TDIGEST.MERGE d 1 a COMPRESSION 100", [1, 3]],
  ["FT.SEARCH i *", []],
  ["FT.CURSOR READ i 1", []],
  ["FT.SUGADD k s 1", [1]],
  ["BF.ADD k i", [1]],
  ["DELEX k IFEQ v", [1]],
  ["NOSUCH.COMMAND k", []],
  ["CLIENT NOSUCH k", []],
];

/** The words of a row. */
export function wordsOfRow([words]: KeyRow): string[] {
  return words.split(" ").map((word) => word === '""' ? "" : word);
}
