/** Rows of the commands on top-k sketches, which no server here knows. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["topkAdd", () => c.topkAdd("k", "a", 1), ["TOPK.ADD", "k", "a", 1]],
  ["topkCount", () => c.topkCount("k", "a"), ["TOPK.COUNT", "k", "a"]],
  ["topkIncrby", () => c.topkIncrby("k", { a: 0 }), ["TOPK.INCRBY", "k", "a", 0]],
  ["topkIncrby of entries", () => c.topkIncrby("k", [[bytes("a"), 2]]), ["TOPK.INCRBY", "k", bytes("a"), 2]],
  ["topkInfo", () => c.topkInfo("k"), ["TOPK.INFO", "k"]],
  ["topkList", () => c.topkList("k"), ["TOPK.LIST", "k"]],
  ["topkList withCount", () => c.topkList("k", { withCount: true }), ["TOPK.LIST", "k", "WITHCOUNT"]],
  ["topkList withCount false", () => c.topkList("k", { withCount: false }), ["TOPK.LIST", "k"]],
  ["topkQuery", () => c.topkQuery("k", "a", "b"), ["TOPK.QUERY", "k", "a", "b"]],
  ["topkReserve", () => c.topkReserve("k", 3), ["TOPK.RESERVE", "k", 3]],
  [
    "topkReserve with options",
    () => c.topkReserve("k", 3, { width: 8, depth: 7, decay: 0 }),
    ["TOPK.RESERVE", "k", 3, 8, 7, 0],
  ],
];

const TOO_MUCH = "Cannot send TOPK.INCRBY: an increment is a whole number from 0 to 100,000";

export const refusals: readonly RefusalRow[] = [
  ["topkAdd of nothing", () => c.topkAdd("k"), "Cannot send TOPK.ADD: at least one item is wanted"],
  ["topkCount of nothing", () => c.topkCount("k"), "Cannot send TOPK.COUNT: at least one item is wanted"],
  [
    "topkIncrby of nothing",
    () => c.topkIncrby("k", {}),
    "Cannot send TOPK.INCRBY: the record or the entries are empty",
  ],
  ["topkIncrby of too much", () => c.topkIncrby("k", { a: 1, b: 100_001 }), TOO_MUCH],
  ["topkIncrby of less than nothing", () => c.topkIncrby("k", [["a", -1]]), TOO_MUCH],
  ["topkIncrby of a fraction", () => c.topkIncrby("k", { a: 0.5 }), TOO_MUCH],
  ["topkQuery of nothing", () => c.topkQuery("k"), "Cannot send TOPK.QUERY: at least one item is wanted"],
];

export const server: readonly ServerRow[] = [];
