/** Rows of the commands on arrays of JSON documents. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  [
    "jsonArrappend",
    () => c.jsonArrappend("k", "$.a", null, 0, "", { b: [] }),
    ["JSON.ARRAPPEND", "k", "$.a", "null", "0", '""', '{"b":[]}'],
  ],
  ["jsonArrindex", () => c.jsonArrindex("k", "$.a", "b"), ["JSON.ARRINDEX", "k", "$.a", '"b"']],
  ["jsonArrindex start", () => c.jsonArrindex("k", "$.a", 1, 0), ["JSON.ARRINDEX", "k", "$.a", "1", 0]],
  ["jsonArrindex start and stop", () => c.jsonArrindex("k", "$.a", 1, 2, -1), [
    "JSON.ARRINDEX",
    "k",
    "$.a",
    "1",
    2,
    -1,
  ]],
  [
    "jsonArrindex stop alone",
    () => c.jsonArrindex("k", "$.a", 1, undefined, 0),
    ["JSON.ARRINDEX", "k", "$.a", "1", 0, 0],
  ],
  ["jsonArrinsert", () => c.jsonArrinsert("k", ".a", 0, 1, [2]), ["JSON.ARRINSERT", "k", ".a", 0, "1", "[2]"]],
  ["jsonArrlen", () => c.jsonArrlen("k"), ["JSON.ARRLEN", "k"]],
  ["jsonArrlen path", () => c.jsonArrlen("k", "$.a"), ["JSON.ARRLEN", "k", "$.a"]],
  ["jsonArrpop", () => c.jsonArrpop("k"), ["JSON.ARRPOP", "k"]],
  ["jsonArrpop path", () => c.jsonArrpop("k", "$.a"), ["JSON.ARRPOP", "k", "$.a"]],
  ["jsonArrpop index", () => c.jsonArrpop("k", "$.a", { index: 0 }), ["JSON.ARRPOP", "k", "$.a", 0]],
  ["jsonArrpop index of the root", () => c.jsonArrpop("k", undefined, { index: 0 }), ["JSON.ARRPOP", "k", ".", 0]],
  ["jsonArrpop raw", () => c.jsonArrpop("k", "$.a", { raw: true }), ["JSON.ARRPOP", "k", "$.a"]],
  ["jsonArrtrim", () => c.jsonArrtrim("k", "$.a", 0, -1), ["JSON.ARRTRIM", "k", "$.a", 0, -1]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "jsonArrappend of no value",
    () => c.jsonArrappend("k", "$.a"),
    "Cannot send JSON.ARRAPPEND: at least one value is wanted",
  ],
  [
    "jsonArrappend of undefined",
    () => c.jsonArrappend("k", "$.a", undefined as never),
    "Cannot send JSON.ARRAPPEND: the value has no JSON form",
  ],
  [
    "jsonArrindex of undefined",
    () => c.jsonArrindex("k", "$.a", undefined as never),
    "Cannot send JSON.ARRINDEX: the value has no JSON form",
  ],
  [
    "jsonArrinsert of no value",
    () => c.jsonArrinsert("k", "$.a", 0),
    "Cannot send JSON.ARRINSERT: at least one value is wanted",
  ],
  [
    "jsonArrinsert of undefined",
    () => c.jsonArrinsert("k", "$.a", 0, undefined as never),
    "Cannot send JSON.ARRINSERT: the value has no JSON form",
  ],
];

export const server: readonly ServerRow[] = [];
