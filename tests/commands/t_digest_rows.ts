/** Rows of the commands on t-digests, which no server here knows. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["tdigestAdd", () => c.tdigestAdd("k", 0, 1.5, -2), ["TDIGEST.ADD", "k", 0, 1.5, -2]],
  ["tdigestByrank", () => c.tdigestByrank("k", 0, 1), ["TDIGEST.BYRANK", "k", 0, 1]],
  ["tdigestByrevrank", () => c.tdigestByrevrank("k", 0), ["TDIGEST.BYREVRANK", "k", 0]],
  ["tdigestCdf", () => c.tdigestCdf("k", 1), ["TDIGEST.CDF", "k", 1]],
  ["tdigestCreate", () => c.tdigestCreate("k"), ["TDIGEST.CREATE", "k"]],
  ["tdigestCreate compression", () => c.tdigestCreate("k", { compression: 50 }), [
    "TDIGEST.CREATE",
    "k",
    "COMPRESSION",
    50,
  ]],
  ["tdigestInfo", () => c.tdigestInfo("k"), ["TDIGEST.INFO", "k"]],
  ["tdigestMax", () => c.tdigestMax("k"), ["TDIGEST.MAX", "k"]],
  ["tdigestMerge", () => c.tdigestMerge("d", "a"), ["TDIGEST.MERGE", "d", 1, "a"]],
  [
    "tdigestMerge with options",
    () => c.tdigestMerge("d", ["a", bytes("b")], { compression: 9, override: true }),
    ["TDIGEST.MERGE", "d", 2, "a", bytes("b"), "COMPRESSION", 9, "OVERRIDE"],
  ],
  ["tdigestMin", () => c.tdigestMin("k"), ["TDIGEST.MIN", "k"]],
  ["tdigestQuantile", () => c.tdigestQuantile("k", 0, 0.5), ["TDIGEST.QUANTILE", "k", 0, 0.5]],
  ["tdigestRank", () => c.tdigestRank("k", Infinity), ["TDIGEST.RANK", "k", "+inf"]],
  ["tdigestReset", () => c.tdigestReset("k"), ["TDIGEST.RESET", "k"]],
  ["tdigestRevrank", () => c.tdigestRevrank("k", 1), ["TDIGEST.REVRANK", "k", 1]],
  ["tdigestTrimmedMean", () => c.tdigestTrimmedMean("k", 0, 0.5), ["TDIGEST.TRIMMED_MEAN", "k", 0, 0.5]],
];

export const refusals: readonly RefusalRow[] = [
  ["tdigestAdd of nothing", () => c.tdigestAdd("k"), "Cannot send TDIGEST.ADD: at least one value is wanted"],
  ["tdigestByrank of nothing", () => c.tdigestByrank("k"), "Cannot send TDIGEST.BYRANK: at least one rank is wanted"],
  [
    "tdigestByrevrank of nothing",
    () => c.tdigestByrevrank("k"),
    "Cannot send TDIGEST.BYREVRANK: at least one rank is wanted",
  ],
  ["tdigestCdf of nothing", () => c.tdigestCdf("k"), "Cannot send TDIGEST.CDF: at least one value is wanted"],
  ["tdigestMerge of nothing", () => c.tdigestMerge("d", []), "Cannot send TDIGEST.MERGE: at least one key is wanted"],
  [
    "tdigestQuantile of nothing",
    () => c.tdigestQuantile("k"),
    "Cannot send TDIGEST.QUANTILE: at least one quantile is wanted",
  ],
  ["tdigestRank of nothing", () => c.tdigestRank("k"), "Cannot send TDIGEST.RANK: at least one value is wanted"],
  [
    "tdigestRevrank of nothing",
    () => c.tdigestRevrank("k"),
    "Cannot send TDIGEST.REVRANK: at least one value is wanted",
  ],
];

export const server: readonly ServerRow[] = [];
