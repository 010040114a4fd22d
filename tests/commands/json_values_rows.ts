/** Rows of the commands on values in JSON documents. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["jsonNumincrby", () => c.jsonNumincrby("k", "$.a", 0), ["JSON.NUMINCRBY", "k", "$.a", 0]],
  ["jsonNumincrby an older path", () => c.jsonNumincrby("k", ".a", -2n), ["JSON.NUMINCRBY", "k", ".a", -2n]],
  ["jsonNummultby", () => c.jsonNummultby("k", "$.a", 0.5), ["JSON.NUMMULTBY", "k", "$.a", 0.5]],
  ["jsonNumpowby", () => c.jsonNumpowby("k", "$.a", 2), ["JSON.NUMPOWBY", "k", "$.a", 2]],
  ["jsonObjkeys", () => c.jsonObjkeys("k"), ["JSON.OBJKEYS", "k"]],
  ["jsonObjkeys path", () => c.jsonObjkeys("k", "$.a"), ["JSON.OBJKEYS", "k", "$.a"]],
  ["jsonObjlen", () => c.jsonObjlen("k"), ["JSON.OBJLEN", "k"]],
  ["jsonObjlen path", () => c.jsonObjlen("k", "$.a"), ["JSON.OBJLEN", "k", "$.a"]],
  ["jsonStrappend", () => c.jsonStrappend("k", "$.a", "b"), ["JSON.STRAPPEND", "k", "$.a", '"b"']],
  ["jsonStrappend empty text", () => c.jsonStrappend("k", ".", ""), ["JSON.STRAPPEND", "k", ".", '""']],
  ["jsonStrlen", () => c.jsonStrlen("k"), ["JSON.STRLEN", "k"]],
  ["jsonStrlen path", () => c.jsonStrlen("k", "$.a"), ["JSON.STRLEN", "k", "$.a"]],
  ["jsonToggle", () => c.jsonToggle("k", "$.a"), ["JSON.TOGGLE", "k", "$.a"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "jsonStrappend of undefined",
    () => c.jsonStrappend("k", "$.a", undefined as never),
    "Cannot send JSON.STRAPPEND: the value has no JSON form",
  ],
];

export const server: readonly ServerRow[] = [];
