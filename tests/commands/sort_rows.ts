/** Rows of the commands SORT and SORT_RO. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["sort", () => c.sort("k"), ["SORT", "k"]],
  ["sort with no option", () => c.sort("k", {}), ["SORT", "k"]],
  ["sort by", () => c.sort("k", { by: "w_*" }), ["SORT", "k", "BY", "w_*"]],
  ["sort limit", () => c.sort("k", { limit: { offset: 0, count: 0 } }), ["SORT", "k", "LIMIT", 0, 0]],
  ["sort get", () => c.sort("k", { get: "" }), ["SORT", "k", "GET", ""]],
  ["sort get several", () => c.sort("k", { get: ["#", bytes("v_*")] }), ["SORT", "k", "GET", "#", "GET", bytes("v_*")]],
  ["sort order", () => c.sort("k", { order: "asc" }), ["SORT", "k", "asc"]],
  ["sort alpha", () => c.sort("k", { alpha: true }), ["SORT", "k", "ALPHA"]],
  ["sort store", () => c.sort("k", { store: "d", alpha: false }), ["SORT", "k", "STORE", "d"]],
  [
    "sort with every option",
    () =>
      c.sort("k", {
        by: "w",
        limit: { offset: 1, count: -1 },
        get: "#",
        order: "desc",
        alpha: true,
        store: bytes("d"),
      }),
    ["SORT", "k", "BY", "w", "LIMIT", 1, -1, "GET", "#", "desc", "ALPHA", "STORE", bytes("d")],
  ],
  ["sortRo", () => c.sortRo("k"), ["SORT_RO", "k"]],
  [
    "sortRo with every option",
    () => c.sortRo("k", { by: "w", limit: { offset: 0, count: 2 }, get: ["#", "v_*"], order: "desc", alpha: true }),
    ["SORT_RO", "k", "BY", "w", "LIMIT", 0, 2, "GET", "#", "GET", "v_*", "desc", "ALPHA"],
  ],
];

export const refusals: readonly RefusalRow[] = [
  ["sort get no pattern", () => c.sort("k", { get: [] }), "Cannot send SORT: at least one pattern is wanted"],
  ["sortRo get no pattern", () => c.sortRo("k", { get: [] }), "Cannot send SORT_RO: at least one pattern is wanted"],
];

export const server: readonly ServerRow[] = [
  {
    name: "sort",
    run: async (r) => {
      await r.rpush("sort", 10, 9, 1);
      return [
        await r.sort("sort"),
        await r.sort("sort", { order: "desc", limit: { offset: 1, count: 1 } }),
        await r.sort("sort", { alpha: true, order: "asc" }),
        await r.sort("sort", { by: "nosort" }),
        await r.sort("sort:none"),
        await r.bytes.sort("sort", { limit: { offset: 0, count: 1 } }),
      ];
    },
    expect: [["1", "9", "10"], ["9"], ["1", "10", "9"], ["10", "9", "1"], [], [bytes("1")]],
  },
  {
    name: "sort by, get, store",
    run: async (r) => {
      await r.rpush("sort", 1, 2);
      await r.mset({ "weight:1": 5, "weight:2": 3, "name:1": "ada" });
      const options = { by: "weight:*", get: ["#", "name:*"] };
      return [
        await r.sort("sort", options),
        await r.bytes.sort("sort", { get: "name:*" }),
        await r.sort("sort", { ...options, store: "sort:stored" }),
        await r.bigints.sort("sort", { by: "weight:*", store: "sort:stored" }),
        await r.lrange("sort:stored", 0, -1),
        await r.sort("sort:none", { store: "sort:stored" }),
      ];
    },
    expect: [["2", null, "1", "ada"], [bytes("ada"), null], 4, 2n, ["2", "1"], 0],
  },
  {
    name: "sortRo",
    run: async (r) => {
      await r.sadd("sort", 10, 9, 1);
      await r.mset({ "weight:1": 5, "name:1": "ada" });
      return [
        await r.sortRo("sort"),
        await r.sortRo("sort", { alpha: true, order: "desc", limit: { offset: 0, count: 2 } }),
        await r.sortRo("sort", { by: "weight:*", order: "desc", get: ["#", "name:*"], limit: { offset: 0, count: 1 } }),
        await r.bytes.sortRo("sort", { get: "name:*", limit: { offset: 0, count: 2 } }),
        await r.sortRo("sort:none"),
      ];
    },
    expect: [["1", "9", "10"], ["9", "10"], ["1", "ada"], [bytes("ada"), null], []],
  },
];
