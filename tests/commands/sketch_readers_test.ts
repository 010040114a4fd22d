/** The readers of the modules Bloom and TimeSeries: what each protocol gives comes out as one shape. */
import assert from "node:assert/strict";
import { IntegerRangeError, ReplyError } from "../../src/errors.ts";
import * as c from "../../src/commands/mod.ts";
import { BIGINTS, BYTES, PLAIN } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { type Reading, sameUnderBoth } from "./readings.ts";
import { bytes } from "./rows.ts";

const full = new ReplyError("ERR non scaling filter is full");

const filters: readonly Reading[] = [
  ["added", c.bfAdd("k", "i"), PLAIN, 1, true, 1],
  ["not there", c.bfExists("k", "i"), PLAIN, 0, false, 0],
  ["there, in bigints", c.bfExists("k", "i"), BIGINTS, 1n, true, 1n],
  ["some there", c.bfMexists("k", "i"), PLAIN, [1, 0], [true, false], [1, 0]],
  ["added until it was full", c.bfMadd("k", "i"), PLAIN, [1, full], [true, full], [1, full]],
  ["no items added", c.bfInsert("k", []), PLAIN, [], [], []],
  ["a fact", c.bfInfo("k", "items"), PLAIN, [3], ["Number of items inserted", 3], 3],
  ["no such fact", c.bfInfo("k", "expansion"), PLAIN, [null], ["Expansion rate", null], null],
  ["no such fact of Valkey", c.bfInfo("k", "expansion"), PLAIN, null, null, null],
  ["a fact of Valkey", c.bfInfo("k", "error"), PLAIN, "0.01", 0.01, 0.01],
  [
    "all facts",
    c.bfInfo("k"),
    BIGINTS,
    ["Capacity", 100, "Size", 240, "Number of filters", 1, "Number of items inserted", 2, "Expansion rate", null],
    ["Capacity", 100, "Size", 240, "Number of filters", 1, "Number of items inserted", 2, "Expansion rate", null],
    { capacity: 100, size: 240, numberOfFilters: 1, numberOfItemsInserted: 2, expansionRate: null },
  ],
  [
    "all facts of Valkey",
    c.bfInfo("k"),
    PLAIN,
    ["Capacity", 100, "Error rate", "0.01", "Tightening ratio", "0.5", "Max scaled capacity", 26214300],
    ["Capacity", 100, "Error rate", 0.01, "Tightening ratio", 0.5, "Max scaled capacity", 26214300],
    { capacity: 100, errorRate: 0.01, tighteningRatio: 0.5, maxScaledCapacity: 26214300 },
  ],
  ["a part", c.bfScandump("k", 0), PLAIN, [1, bytes("d")], [1, bytes("d")], { iterator: "1", data: bytes("d") }],
  ["the end", c.bfScandump("k", 1), BIGINTS, [0, bytes("")], [0, null], { iterator: "0", data: null }],
  ["inserted until it was full", c.cfInsert("k", ["a", "b"]), PLAIN, [1, -1], [true, -1], [1, -1]],
  ["inserted until it was full, as false", c.cfInsert("k", ["a", "b"]), BIGINTS, [1n, -1n], [true, false], [1n, -1n]],
  ["inserted without memory", c.cfInsert("k", ["a", "b"]), PLAIN, [1, full], [true, full], [1, full]],
  ["inserted anew", c.cfInsertnx("k", ["a", "b", "c"]), PLAIN, [1, 0, -1], [1, 0, -1], [1, 0, -1]],
];

const sketches: readonly Reading[] = [
  ["counts", c.cmsIncrby("k", { a: 1, b: 1 }), BIGINTS, [1n, full], [1n, full], [1n, full]],
  [
    "the facts of a count-min sketch",
    c.cmsInfo("k"),
    PLAIN,
    ["width", 2000, "depth", 7, "count", 5],
    ["width", 2000, "depth", 7, "count", 5],
    { width: 2000, depth: 7, count: 5 },
  ],
  ["in the top", c.topkQuery("k", "a"), PLAIN, [1], [true], [1]],
  ["driven out", c.topkAdd("k", "a", "b"), BYTES, [null, bytes("c")], [null, bytes("c")], [null, bytes("c")]],
  [
    "the top with counts",
    c.topkList("k", { withCount: true }),
    BYTES,
    [bytes("a"), 2, bytes("b"), 1],
    [bytes("a"), 2, bytes("b"), 1],
    [{ item: bytes("a"), count: 2 }, { item: bytes("b"), count: 1 }],
  ],
  [
    "the facts of a top",
    c.topkInfo("k"),
    PLAIN,
    ["k", 3, "width", 8, "depth", 7, "decay", "0.9"],
    ["k", 3, "width", 8, "depth", 7, "decay", 0.9],
    { k: 3, width: 8, depth: 7, decay: 0.9 },
  ],
  ["quantiles", c.tdigestQuantile("k", 0, 0.5), PLAIN, ["nan", "1.5"], [NaN, 1.5], [NaN, 1.5]],
  ["beyond the last", c.tdigestByrank("k", 9), PLAIN, ["inf"], [Infinity], [Infinity]],
  ["beyond the first", c.tdigestByrevrank("k", 9), PLAIN, ["-inf"], [-Infinity], [-Infinity]],
  ["no highest", c.tdigestMax("k"), PLAIN, "nan", NaN, NaN],
  ["no mean", c.tdigestTrimmedMean("k", 0, 1), PLAIN, "-nan", NaN, NaN],
  ["ranks", c.tdigestRank("k", 1), BIGINTS, [-2n, 3n], [-2n, 3n], [-2n, 3n]],
  [
    "the facts of a t-digest",
    c.tdigestInfo("k"),
    PLAIN,
    ["Compression", 100, "Merged nodes", 51, "Total compressions", 17, "Memory usage", 9840],
    ["Compression", 100, "Merged nodes", 51, "Total compressions", 17, "Memory usage", 9840],
    { compression: 100, mergedNodes: 51, totalCompressions: 17, memoryUsage: 9840 },
  ],
];

const rule = ["hourly", 3600000, "AVG", 0];
const chunk = ["startTimestamp", 0, "endTimestamp", 0, "samples", 0, "size", 4096, "bytesPerSample"];

const series: readonly Reading[] = [
  ["a sample", c.tsGet("k"), PLAIN, [1000, "21.5"], [1000, 21.5], { timestamp: 1000, value: 21.5 }],
  ["a sample in bigints", c.tsGet("k"), BIGINTS, [1000n, "21.5"], [1000n, 21.5], { timestamp: 1000n, value: 21.5 }],
  ["a sample of a large number", c.tsGet("k"), PLAIN, [1, "-1.5E+300"], [1, -1.5e300], {
    timestamp: 1,
    value: -1.5e300,
  }],
  ["no sample", c.tsGet("k"), PLAIN, [], [], null],
  ["samples", c.tsRange("k", "-", "+"), PLAIN, [[1, "2"]], [[1, 2]], [{ timestamp: 1, value: 2 }]],
  [
    "samples that are no finite numbers",
    c.tsRange("k", "-", "+"),
    PLAIN,
    [[1, "NaN"], [2, "Infinity"], [3, "-Infinity"], [4, "inf"]],
    [[1, NaN], [2, Infinity], [3, -Infinity], [4, Infinity]],
    [
      { timestamp: 1, value: NaN },
      { timestamp: 2, value: Infinity },
      { timestamp: 3, value: -Infinity },
      { timestamp: 4, value: Infinity },
    ],
  ],
  ["samples added and refused", c.tsMadd(["k", 1, 2]), PLAIN, [1, full], [1, full], [1, full]],
  [
    "the last samples of several series",
    c.tsMget("a=b"),
    PLAIN,
    [["k", [["a", "b"], ["x", null]], [1, "2"]], ["l", [], []]],
    ["k", [["a", "b", "x", null], [1, 2]], "l", [[], []]],
    [
      { key: "k", labels: { a: "b", x: null }, sample: { timestamp: 1, value: 2 } },
      { key: "l", labels: {}, sample: null },
    ],
  ],
  ["no series", c.tsMget("a=b"), PLAIN, [], [], []],
  [
    "a group",
    c.tsMrange("-", "+", "a=b", { groupBy: { label: "a", reduce: "max" } }),
    PLAIN,
    [["a=b", [["a", "b"], ["__reducer__", "max"], ["__source__", "k,l"]], [[1, "2"]]]],
    ["a=b", [["a", "b"], ["reducers", ["max"]], ["sources", ["k", "l"]], [[1, 2]]]],
    [{ key: "a=b", labels: { a: "b" }, samples: [{ timestamp: 1, value: 2 }] }],
  ],
  [
    "a series without samples, in bytes",
    c.tsMrange("-", "+", "a=b"),
    BYTES,
    [[bytes("k"), [[bytes("a"), bytes("b")]], []]],
    [bytes("k"), [[bytes("a"), bytes("b")], [bytes("aggregators"), []], []]],
    [{ key: bytes("k"), labels: { a: bytes("b") }, samples: [] }],
  ],
  [
    "the facts of a series",
    c.tsInfo("k", { debug: true }),
    BIGINTS,
    [
      ...["totalSamples", 2, "chunkType", "compressed", "duplicatePolicy", null, "labels", [["a", "b"]]],
      ...["sourceKey", null, "rules", [rule], "ignoreMaxTimeDiff", 0, "ignoreMaxValDiff", "0.5"],
      ...["keySelfName", "k", "Chunks", [[...chunk, "inf"]]],
    ],
    [
      ...["totalSamples", 2, "chunkType", "compressed", "duplicatePolicy", null, "labels", ["a", "b"]],
      ...["sourceKey", null, "rules", [rule[0]!, rule.slice(1)], "ignoreMaxTimeDiff", 0, "ignoreMaxValDiff", 0.5],
      ...["keySelfName", "k", "Chunks", [[...chunk, Infinity]]],
    ],
    {
      totalSamples: 2,
      chunkType: "compressed",
      duplicatePolicy: null,
      labels: { a: "b" },
      sourceKey: null,
      rules: [{ key: "hourly", bucketDuration: 3600000, aggregator: "AVG", alignTimestamp: 0 }],
      ignoreMaxTimeDiff: 0,
      ignoreMaxValDiff: 0.5,
      keySelfName: "k",
      chunks: [{ startTimestamp: 0, endTimestamp: 0, samples: 0, size: 4096, bytesPerSample: Infinity }],
    },
  ],
];

test("filters, sketches and series have one shape under both protocols", () => {
  sameUnderBoth([...filters, ...sketches, ...series]);
});

test("a fact of a filter beyond 2^53 is an error, not a rounded number", () => {
  const value = 2n ** 60n;
  assert.throws(() => c.bfInfo("k", "capacity").reader.read([value], PLAIN), (error) => {
    return error instanceof IntegerRangeError && error.value === value;
  });
});
