/** Rows of the commands on count-min sketches, which no server here knows. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["cmsIncrby", () => c.cmsIncrby("k", { a: 1, b: 0 }), ["CMS.INCRBY", "k", "a", 1, "b", 0]],
  ["cmsIncrby of entries", () => c.cmsIncrby("k", [[bytes("a"), 1]]), ["CMS.INCRBY", "k", bytes("a"), 1]],
  ["cmsIncrby bigint", () => c.cmsIncrby("k", { a: 1n }), ["CMS.INCRBY", "k", "a", 1n]],
  ["cmsInfo", () => c.cmsInfo("k"), ["CMS.INFO", "k"]],
  ["cmsInitbydim", () => c.cmsInitbydim("k", 100, 5), ["CMS.INITBYDIM", "k", 100, 5]],
  ["cmsInitbyprob", () => c.cmsInitbyprob("k", 0.01, 0.1), ["CMS.INITBYPROB", "k", 0.01, 0.1]],
  ["cmsMerge", () => c.cmsMerge("d", "a"), ["CMS.MERGE", "d", 1, "a"]],
  [
    "cmsMerge with weights",
    () => c.cmsMerge("d", ["a", "b"], { weights: [0, 2] }),
    ["CMS.MERGE", "d", 2, "a", "b", "WEIGHTS", 0, 2],
  ],
  ["cmsQuery", () => c.cmsQuery("k", "a", 1), ["CMS.QUERY", "k", "a", 1]],
];

export const refusals: readonly RefusalRow[] = [
  ["cmsIncrby of nothing", () => c.cmsIncrby("k", {}), "Cannot send CMS.INCRBY: the record or the entries are empty"],
  ["cmsMerge of nothing", () => c.cmsMerge("d", []), "Cannot send CMS.MERGE: at least one key is wanted"],
  [
    "cmsMerge with a weight too few",
    () => c.cmsMerge("d", ["a", "b"], { weights: [1] }),
    "Cannot send CMS.MERGE: as many weights as sources are wanted",
  ],
  ["cmsQuery of nothing", () => c.cmsQuery("k"), "Cannot send CMS.QUERY: at least one item is wanted"],
];

export const server: readonly ServerRow[] = [];
