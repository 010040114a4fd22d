/** Rows of the commands on time series, which no server here knows. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["tsAdd", () => c.tsAdd("k", "*", 0), ["TS.ADD", "k", "*", 0]],
  [
    "tsAdd with options",
    () =>
      c.tsAdd("k", 5, 1.5, {
        retention: 0,
        encoding: "uncompressed",
        chunkSize: 128,
        duplicatePolicy: "last",
        onDuplicate: "sum",
        ignore: { maxTimeDiff: 0, maxValDiff: 0.5 },
        labels: { room: "kitchen", floor: 0 },
      }),
    [
      ...["TS.ADD", "k", 5, 1.5, "RETENTION", 0, "ENCODING", "UNCOMPRESSED", "CHUNK_SIZE", 128],
      ...["DUPLICATE_POLICY", "LAST", "ON_DUPLICATE", "SUM", "IGNORE", 0, 0.5],
      ...["LABELS", "room", "kitchen", "floor", 0],
    ],
  ],
  ["tsAdd NaN", () => c.tsAdd("k", 5, NaN), ["TS.ADD", "k", 5, "NaN"]],
  ["tsAlter", () => c.tsAlter("k", { retention: 9 }), ["TS.ALTER", "k", "RETENTION", 9]],
  [
    "tsAlter with options",
    () => c.tsAlter("k", { chunkSize: 8, duplicatePolicy: "min", labels: [["a", bytes("b")]] }),
    ["TS.ALTER", "k", "CHUNK_SIZE", 8, "DUPLICATE_POLICY", "MIN", "LABELS", "a", bytes("b")],
  ],
  ["tsAlter that takes all labels away", () => c.tsAlter("k", { labels: {} }), ["TS.ALTER", "k", "LABELS"]],
  ["tsAlter labels of no entries", () => c.tsAlter("k", { labels: [] }), ["TS.ALTER", "k", "LABELS"]],
  ["tsCreate", () => c.tsCreate("k"), ["TS.CREATE", "k"]],
  [
    "tsCreate with options",
    () => c.tsCreate("k", { encoding: "compressed", ignore: { maxTimeDiff: 1, maxValDiff: 0 } }),
    ["TS.CREATE", "k", "ENCODING", "COMPRESSED", "IGNORE", 1, 0],
  ],
  [
    "tsCreaterule",
    () => c.tsCreaterule("a", "b", "std.p", 60000),
    ["TS.CREATERULE", "a", "b", "AGGREGATION", "STD.P", 60000],
  ],
  [
    "tsCreaterule alignTimestamp",
    () => c.tsCreaterule("a", "b", "avg", 60000n, { alignTimestamp: 0 }),
    ["TS.CREATERULE", "a", "b", "AGGREGATION", "AVG", 60000n, 0],
  ],
  ["tsDecrby", () => c.tsDecrby("k", 2), ["TS.DECRBY", "k", 2]],
  ["tsDel", () => c.tsDel("k", 0, 5), ["TS.DEL", "k", 0, 5]],
  ["tsDeleterule", () => c.tsDeleterule("a", "b"), ["TS.DELETERULE", "a", "b"]],
  ["tsIncrby", () => c.tsIncrby("k", 0), ["TS.INCRBY", "k", 0]],
  [
    "tsIncrby with options",
    () => c.tsIncrby("k", 1, { timestamp: 0, retention: 5, labels: { a: "b" } }),
    ["TS.INCRBY", "k", 1, "TIMESTAMP", 0, "RETENTION", 5, "LABELS", "a", "b"],
  ],
  ["tsInfo", () => c.tsInfo("k"), ["TS.INFO", "k"]],
  ["tsInfo debug", () => c.tsInfo("k", { debug: true }), ["TS.INFO", "k", "DEBUG"]],
  ["tsMadd", () => c.tsMadd(["a", 0, 1], [bytes("b"), "*", 2]), ["TS.MADD", "a", 0, 1, bytes("b"), "*", 2]],
  ["tsMadd NaN", () => c.tsMadd(["a", 0, NaN]), ["TS.MADD", "a", 0, "NaN"]],
  ["tsGet", () => c.tsGet("k"), ["TS.GET", "k"]],
  ["tsGet latest", () => c.tsGet("k", { latest: true }), ["TS.GET", "k", "LATEST"]],
  ["tsMget", () => c.tsMget("a=b"), ["TS.MGET", "FILTER", "a=b"]],
  [
    "tsMget with options",
    () => c.tsMget(["a=b", "c!="], { latest: true, withLabels: true }),
    ["TS.MGET", "LATEST", "WITHLABELS", "FILTER", "a=b", "c!="],
  ],
  [
    "tsMget selectedLabels",
    () => c.tsMget("a=b", { selectedLabels: ["x", "y"] }),
    ["TS.MGET", "SELECTED_LABELS", "x", "y", "FILTER", "a=b"],
  ],
  ["tsMrange", () => c.tsMrange("-", "+", "a=b"), ["TS.MRANGE", "-", "+", "FILTER", "a=b"]],
  [
    "tsMrange with options",
    () =>
      c.tsMrange(0, 9, ["a=b"], {
        latest: true,
        filterByTs: [1, 2],
        filterByValue: { min: 0, max: 5 },
        selectedLabels: "x",
        count: 0,
        aggregation: { aggregator: "twa", bucketDuration: 10, align: "-", bucketTimestamp: "~", empty: true },
        groupBy: { label: "room", reduce: "max" },
      }),
    [
      ...["TS.MRANGE", 0, 9, "LATEST", "FILTER_BY_TS", 1, 2, "FILTER_BY_VALUE", 0, 5, "COUNT", 0],
      ...["ALIGN", "-", "AGGREGATION", "TWA", 10, "BUCKETTIMESTAMP", "~", "EMPTY"],
      ...["SELECTED_LABELS", "x", "FILTER", "a=b", "GROUPBY", "room", "REDUCE", "MAX"],
    ],
  ],
  [
    "tsMrevrange",
    () => c.tsMrevrange("-", "+", "a=b", { withLabels: true }),
    ["TS.MREVRANGE", "-", "+", "WITHLABELS", "FILTER", "a=b"],
  ],
  ["tsQueryindex", () => c.tsQueryindex("a=b", "c="), ["TS.QUERYINDEX", "a=b", "c="]],
  ["tsRange", () => c.tsRange("k", "-", "+"), ["TS.RANGE", "k", "-", "+"]],
  [
    "tsRange with options",
    () =>
      c.tsRange("k", 0, 9, {
        filterByTs: 0,
        count: 3,
        aggregation: { aggregator: "countnan", bucketDuration: 5, align: 0 },
      }),
    ["TS.RANGE", "k", 0, 9, "FILTER_BY_TS", 0, "COUNT", 3, "ALIGN", 0, "AGGREGATION", "COUNTNAN", 5],
  ],
  [
    "tsRange with values of one side",
    () => c.tsRange("k", "-", "+", { filterByValue: { min: -Infinity, max: Infinity } }),
    ["TS.RANGE", "k", "-", "+", "FILTER_BY_VALUE", "-inf", "+inf"],
  ],
  ["tsRevrange", () => c.tsRevrange("k", "-", "+", { latest: false }), ["TS.REVRANGE", "k", "-", "+"]],
];

export const refusals: readonly RefusalRow[] = [
  ["tsMadd of nothing", () => c.tsMadd(), "Cannot send TS.MADD: at least one sample is wanted"],
  ["tsMget without a filter", () => c.tsMget([]), "Cannot send TS.MGET: at least one filter is wanted"],
  [
    "tsMget withLabels and selectedLabels",
    () => c.tsMget("a=b", { withLabels: true, selectedLabels: "x" }),
    "Cannot send TS.MGET: the options withLabels and selectedLabels exclude each other",
  ],
  [
    "tsMget with an empty list of labels",
    () => c.tsMget("a=b", { selectedLabels: [] }),
    "Cannot send TS.MGET: at least one label is wanted",
  ],
  ["tsMrange without a filter", () => c.tsMrange("-", "+", []), "Cannot send TS.MRANGE: at least one filter is wanted"],
  ["tsQueryindex without a filter", () => c.tsQueryindex(), "Cannot send TS.QUERYINDEX: at least one filter is wanted"],
  [
    "tsRange with an empty list of moments",
    () => c.tsRange("k", 0, 1, { filterByTs: [] }),
    "Cannot send TS.RANGE: at least one timestamp to filter by is wanted",
  ],
];

export const server: readonly ServerRow[] = [];
