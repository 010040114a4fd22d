/** Rows of the commands that ask a search index: for documents, for rows, for text and a vector at once. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

const searched = ["FT.SEARCH", "i", "q"];
const aggregated = ["FT.AGGREGATE", "i", "q"];
const hybrid = ["FT.HYBRID", "i", "SEARCH", "q", "VSIM", "@v", "$v"];
const params = ["PARAMS", 2, "v", bytes("v")];
const vsim = { field: "@v", vector: "$v" };
const given = { params: { v: bytes("v") } };

export const words: readonly WordsRow[] = [
  ["ftExplain", () => c.ftExplain("i", "q"), ["FT.EXPLAIN", "i", "q"]],
  ["ftExplain dialect", () => c.ftExplain("i", "q", { dialect: 2 }), ["FT.EXPLAIN", "i", "q", "DIALECT", 2]],
  ["ftExplaincli", () => c.ftExplaincli("i", "q", { dialect: 1 }), ["FT.EXPLAINCLI", "i", "q", "DIALECT", 1]],
  ["ftProfile search", () => c.ftProfile("i", "search", "q"), ["FT.PROFILE", "i", "SEARCH", "QUERY", "q"]],
  [
    "ftProfile search options",
    () => c.ftProfile("i", "search", "q", { limited: true, noContent: true, dialect: 2 }),
    ["FT.PROFILE", "i", "SEARCH", "LIMITED", "QUERY", "q", "NOCONTENT", "DIALECT", 2],
  ],
  [
    "ftProfile aggregate",
    () => c.ftProfile("i", "aggregate", "q", { limited: false, steps: [{ load: "*" }] }),
    ["FT.PROFILE", "i", "AGGREGATE", "QUERY", "q", "LOAD", "*"],
  ],
  [
    "ftProfile search with every part",
    () => c.ftProfile("i", "search", "q", { withScores: true, params: { a: 0 } }),
    ["FT.PROFILE", "i", "SEARCH", "QUERY", "q", "WITHSCORES", "PARAMS", 2, "a", 0],
  ],
  ["ftSearch", () => c.ftSearch("i", "q"), searched],
  ["ftSearch empty options", () => c.ftSearch("i", "q", { noContent: undefined, filter: [] }), searched],
  [
    "ftSearch flags",
    () =>
      c.ftSearch("i", "q", {
        noContent: true,
        verbatim: true,
        noStopwords: true,
        withScores: true,
        withPayloads: true,
        withSortKeys: true,
        inOrder: true,
        explainScore: true,
      }),
    // deno-fmt-ignore
    [
      ...searched, "NOCONTENT", "VERBATIM", "NOSTOPWORDS", "WITHSCORES", "WITHPAYLOADS", "WITHSORTKEYS", "INORDER",
      "EXPLAINSCORE",
    ],
  ],
  [
    "ftSearch filter",
    () => c.ftSearch("i", "q", { filter: { field: "n", min: 0, max: Infinity } }),
    [...searched, "FILTER", "n", 0, "+inf"],
  ],
  [
    "ftSearch filters",
    () => c.ftSearch("i", "q", { filter: [{ field: "n", min: "(1", max: 2 }, { field: "m", min: -Infinity, max: 0 }] }),
    [...searched, "FILTER", "n", "(1", 2, "FILTER", "m", "-inf", 0],
  ],
  [
    "ftSearch geoFilter",
    () => c.ftSearch("i", "q", { geoFilter: { field: "g", longitude: 0, latitude: 0, radius: 1.5, unit: "km" } }),
    [...searched, "GEOFILTER", "g", 0, 0, 1.5, "km"],
  ],
  [
    "ftSearch inKeys and inFields",
    () => c.ftSearch("i", "q", { inKeys: ["a", bytes("b")], inFields: "t" }),
    [...searched, "INKEYS", 2, "a", bytes("b"), "INFIELDS", 1, "t"],
  ],
  ["ftSearch return", () => c.ftSearch("i", "q", { return: "a" }), [...searched, "RETURN", 1, "a"]],
  [
    "ftSearch return with names",
    () => c.ftSearch("i", "q", { return: [{ field: "$.a", as: "a" }, "b"] }),
    [...searched, "RETURN", 4, "$.a", "AS", "a", "b"],
  ],
  [
    "ftSearch summarize and highlight",
    () => c.ftSearch("i", "q", { summarize: true, highlight: true }),
    [...searched, "SUMMARIZE", "HIGHLIGHT"],
  ],
  [
    "ftSearch summarize and highlight with options",
    () =>
      c.ftSearch("i", "q", {
        summarize: { fields: ["a", "b"], frags: 1, len: 5, separator: "" },
        highlight: { fields: "a", tags: ["<i>", ""] },
      }),
    // deno-fmt-ignore
    [
      ...searched, "SUMMARIZE", "FIELDS", 2, "a", "b", "FRAGS", 1, "LEN", 5, "SEPARATOR", "",
      "HIGHLIGHT", "FIELDS", 1, "a", "TAGS", "<i>", "",
    ],
  ],
  ["ftSearch highlight false", () => c.ftSearch("i", "q", { summarize: false, highlight: false }), searched],
  [
    "ftSearch values",
    () =>
      c.ftSearch("i", "q", {
        slop: 0,
        timeout: 0,
        language: "french",
        expander: "e",
        scorer: "BM25STD",
        payload: "",
        sortBy: "n",
        withCount: true,
        limit: { offset: 0, count: 0 },
        params: { a: 1, b: "c" },
        dialect: 2,
      }),
    // deno-fmt-ignore
    [
      ...searched, "SLOP", 0, "TIMEOUT", 0, "LANGUAGE", "french", "EXPANDER", "e", "SCORER", "BM25STD", "PAYLOAD", "",
      "SORTBY", "n", "WITHCOUNT", "LIMIT", 0, 0, "PARAMS", 4, "a", 1, "b", "c", "DIALECT", 2,
    ],
  ],
  [
    "ftSearch sortBy direction",
    () => c.ftSearch("i", "q", { sortBy: { field: "n", direction: "desc" }, withCount: false }),
    [...searched, "SORTBY", "n", "DESC", "WITHOUTCOUNT"],
  ],
  [
    "ftSearch Valkey's options",
    () => c.ftSearch("i", "q", { shards: "all", consistency: "consistent" }),
    [...searched, "ALLSHARDS", "CONSISTENT"],
  ],
  ["ftAggregate", () => c.ftAggregate("i", "q"), aggregated],
  [
    "ftAggregate steps in their order",
    () =>
      c.ftAggregate("i", "q", {
        steps: [
          { load: ["@a", { field: "$.b", as: "b" }] },
          { filter: "@a > 1" },
          { apply: "@a * 2", as: "c" },
          { groupBy: ["@c", "@b"], reduce: [{ function: "count" }, { function: "sum", args: ["@a"], as: "s" }] },
          { sortBy: [{ field: "@s", direction: "desc" }, "@c"], max: 0 },
          { limit: { offset: 0, count: 5 } },
          { load: "*" },
        ],
      }),
    // deno-fmt-ignore
    [
      ...aggregated, "LOAD", 4, "@a", "$.b", "AS", "b", "FILTER", "@a > 1", "APPLY", "@a * 2", "AS", "c",
      "GROUPBY", 2, "@c", "@b", "REDUCE", "COUNT", 0, "REDUCE", "SUM", 1, "@a", "AS", "s",
      "SORTBY", 3, "@s", "DESC", "@c", "MAX", 0, "LIMIT", 0, 5, "LOAD", "*",
    ],
  ],
  [
    "ftAggregate one group, one reducer, one order",
    () =>
      c.ftAggregate("i", "q", {
        steps: [
          { groupBy: [], reduce: { function: "quantile", args: ["@a", 0.5] } },
          { groupBy: "@b" },
          { sortBy: "@b", withCount: true },
          { sortBy: { field: "@b", direction: "asc" }, withCount: false },
        ],
      }),
    // deno-fmt-ignore
    [
      ...aggregated, "GROUPBY", 0, "REDUCE", "QUANTILE", 2, "@a", 0.5, "GROUPBY", 1, "@b",
      "SORTBY", 1, "@b", "WITHCOUNT", "SORTBY", 2, "@b", "ASC", "WITHOUTCOUNT",
    ],
  ],
  [
    "ftAggregate options",
    () =>
      c.ftAggregate("i", "q", {
        verbatim: true,
        slop: 0,
        inOrder: true,
        timeout: 0,
        scorer: "BM25STD",
        addScores: true,
        params: [["a", 0]],
        dialect: 3,
      }),
    // deno-fmt-ignore
    [
      ...aggregated, "VERBATIM", "SLOP", 0, "INORDER", "TIMEOUT", 0, "SCORER", "BM25STD", "ADDSCORES",
      "PARAMS", 2, "a", 0, "DIALECT", 3,
    ],
  ],
  ["ftAggregate withCursor", () => c.ftAggregate("i", "q", { withCursor: true }), [...aggregated, "WITHCURSOR"]],
  ["ftAggregate withCursor false", () => c.ftAggregate("i", "q", { withCursor: false }), aggregated],
  [
    "ftAggregate withCursor count and maxIdle",
    () => c.ftAggregate("i", "q", { withCursor: { count: 10, maxIdle: 0 } }),
    [...aggregated, "WITHCURSOR", "COUNT", 10, "MAXIDLE", 0],
  ],
  ["ftCursorDel", () => c.ftCursorDel("i", 7n), ["FT.CURSOR", "DEL", "i", 7n]],
  ["ftCursorGc", () => c.ftCursorGc("i"), ["FT.CURSOR", "GC", "i", 0]],
  ["ftCursorRead", () => c.ftCursorRead("i", "7"), ["FT.CURSOR", "READ", "i", "7"]],
  ["ftCursorRead count", () => c.ftCursorRead("i", 7, { count: 0 }), ["FT.CURSOR", "READ", "i", 7, "COUNT", 0]],
  ["ftHybrid", () => c.ftHybrid("i", { query: "q" }, vsim, given), [...hybrid, ...params]],
  [
    "ftHybrid of both halves' options",
    () =>
      c.ftHybrid(
        "i",
        { query: "q", scorer: "TFIDF", yieldScoreAs: "s" },
        { ...vsim, knn: { k: 5, efRuntime: 50, shardKRatio: 0.5 }, filter: "@n:[1 2]", yieldScoreAs: "d" },
        given,
      ),
    // deno-fmt-ignore
    [
      "FT.HYBRID", "i", "SEARCH", "q", "SCORER", "TFIDF", "YIELD_SCORE_AS", "s", "VSIM", "@v", "$v",
      "KNN", 6, "K", 5, "EF_RUNTIME", 50, "SHARD_K_RATIO", 0.5, "FILTER", "@n:[1 2]", "YIELD_SCORE_AS", "d", ...params,
    ],
  ],
  [
    "ftHybrid range, filter with a policy",
    () =>
      c.ftHybrid("i", { query: "q" }, {
        ...vsim,
        range: { radius: 0, epsilon: 0.1 },
        filter: "@n:[1 2]",
        policy: "batches",
        batchSize: 10,
      }, given),
    // deno-fmt-ignore
    [
      ...hybrid, "RANGE", 4, "RADIUS", 0, "EPSILON", 0.1,
      "FILTER", 5, "@n:[1 2]", "POLICY", "BATCHES", "BATCH_SIZE", 10, ...params,
    ],
  ],
  [
    "ftHybrid by ranks",
    () =>
      c.ftHybrid("i", { query: "q" }, vsim, {
        ...given,
        combine: { method: "rrf", constant: 0, window: 20, yieldScoreAs: "r" },
      }),
    [...hybrid, "COMBINE", "RRF", 6, "CONSTANT", 0, "WINDOW", 20, "YIELD_SCORE_AS", "r", ...params],
  ],
  [
    "ftHybrid by scores",
    () =>
      c.ftHybrid("i", { query: "q" }, vsim, { ...given, combine: { method: "linear", alpha: 0, beta: 1, window: 5 } }),
    [...hybrid, "COMBINE", "LINEAR", 6, "ALPHA", 0, "BETA", 1, "WINDOW", 5, ...params],
  ],
  [
    "ftHybrid steps and options",
    () =>
      c.ftHybrid("i", { query: "q" }, vsim, {
        ...given,
        steps: [{ load: ["@a"] }, { sortBy: "@a" }],
        noSort: true,
        explainScore: true,
        timeout: 0,
        withCursor: { count: 1 },
      }),
    // deno-fmt-ignore
    [
      ...hybrid, "LOAD", 1, "@a", "SORTBY", 1, "@a", "NOSORT", ...params, "EXPLAINSCORE", "TIMEOUT", 0,
      "WITHCURSOR", "COUNT", 1,
    ],
  ],
];

export const refusals: readonly RefusalRow[] = [
  [
    "ftSearch in no key",
    () => c.ftSearch("i", "q", { inKeys: [] }),
    "Cannot send FT.SEARCH: at least one key is wanted",
  ],
  [
    "ftSearch return of no field",
    () => c.ftSearch("i", "q", { return: [] }),
    "Cannot send FT.SEARCH: at least one field to return is wanted",
  ],
  [
    "ftSearch noContent and return",
    () => c.ftSearch("i", "q", { noContent: true, return: ["a"] }),
    "Cannot send FT.SEARCH: the options noContent and return exclude each other",
  ],
  [
    "ftSearch empty params",
    () => c.ftSearch("i", "q", { params: {} }),
    "Cannot send FT.SEARCH: the record or the entries are empty",
  ],
  [
    "ftAggregate load of no field",
    () => c.ftAggregate("i", "q", { steps: [{ load: [] }] }),
    "Cannot send FT.AGGREGATE: at least one field to load is wanted",
  ],
  [
    "ftAggregate sortBy of no field",
    () => c.ftAggregate("i", "q", { steps: [{ sortBy: [] }] }),
    "Cannot send FT.AGGREGATE: at least one field to sort by is wanted",
  ],
  [
    "ftHybrid knn and range",
    () => c.ftHybrid("i", { query: "q" }, { ...vsim, knn: { k: 1 }, range: { radius: 1 } }, given),
    "Cannot send FT.HYBRID: the options knn and range exclude each other",
  ],
  [
    "ftHybrid a policy without a filter",
    () => c.ftHybrid("i", { query: "q" }, { ...vsim, policy: "adhoc" }, given),
    "Cannot send FT.HYBRID: a policy or a batch size goes with a filter only",
  ],
];

export const server: readonly ServerRow[] = [];
