/** The readers of the modules Bloom and TimeSeries: what each protocol gives comes out as one shape. */
import assert from "node:assert/strict";
import { ReplyError } from "../../src/errors.ts";
import type { Command } from "../../src/commands/command.ts";
import * as c from "../../src/commands/mod.ts";
import { BIGINTS, BYTES, type DecodeMode, PLAIN, type Value } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { bytes } from "./rows.ts";

/** What the decoder gives under each protocol in a mode, and what the command is to make of both. */
type Row = readonly [command: Command<unknown>, mode: DecodeMode, resp2: Value, resp3: Value, expected: unknown];

const full = new ReplyError("ERR non scaling filter is full");
const rule = ["hourly", 3600000, "AVG", 0];

const rows: readonly Row[] = [
  [c.bfAdd("k", "i"), PLAIN, 1, true, 1],
  [c.bfExists("k", "i"), PLAIN, 0, false, 0],
  [c.bfExists("k", "i"), BIGINTS, 1n, true, 1n],
  [c.bfMexists("k", "i"), PLAIN, [1, 0], [true, false], [1, 0]],
  [c.bfMadd("k", "i"), PLAIN, [1, full], [true, full], [1, full]],
  [c.bfInfo("k", "items"), PLAIN, [3], ["Number of items inserted", 3], 3],
  [c.bfInfo("k", "expansion"), PLAIN, [null], ["Expansion rate", null], null],
  [c.bfInfo("k", "error"), PLAIN, "0.01", 0.01, 0.01],
  [
    c.bfInfo("k"),
    PLAIN,
    ["Capacity", 100, "Size", 240, "Number of filters", 1, "Number of items inserted", 2, "Expansion rate", null],
    ["Capacity", 100, "Size", 240, "Number of filters", 1, "Number of items inserted", 2, "Expansion rate", null],
    { capacity: 100, size: 240, numberOfFilters: 1, numberOfItemsInserted: 2, expansionRate: null },
  ],
  [c.bfScandump("k", 0), BYTES, [1n, bytes("d")], [1n, bytes("d")], { iterator: "1", data: bytes("d") }],
  [c.bfScandump("k", 1), BYTES, [0, bytes("")], [0, null], { iterator: "0", data: null }],
  [c.cfInsert("k", ["a", "b"]), PLAIN, [1, -1], [true, -1], [1, -1]],
  [c.topkQuery("k", "a"), PLAIN, [1], [true], [1]],
  [c.topkList("k", { withCount: true }), PLAIN, ["a", 2, "b", 1], ["a", 2, "b", 1], [{ item: "a", count: 2 }, {
    item: "b",
    count: 1,
  }]],
  [
    c.topkInfo("k"),
    PLAIN,
    ["k", 3, "width", 8, "depth", 7, "decay", "0.9"],
    ["k", 3, "width", 8, "depth", 7, "decay", 0.9],
    { k: 3, width: 8, depth: 7, decay: 0.9 },
  ],
  [c.tdigestQuantile("k", 0.5), PLAIN, ["nan", "1.5"], [NaN, 1.5], [NaN, 1.5]],
  [c.tdigestByrank("k", 9), PLAIN, ["inf"], [Infinity], [Infinity]],
  [c.tdigestMax("k"), PLAIN, "-inf", -Infinity, -Infinity],
  [c.tsGet("k"), PLAIN, [1000, "21.5"], [1000, 21.5], { timestamp: 1000, value: 21.5 }],
  [c.tsGet("k"), BIGINTS, [1000n, "21.5"], [1000n, 21.5], { timestamp: 1000n, value: 21.5 }],
  [c.tsGet("k"), PLAIN, [], [], null],
  [c.tsRange("k", "-", "+"), PLAIN, [[1, "2"]], [[1, 2]], [{ timestamp: 1, value: 2 }]],
  [c.tsMadd(["k", 1, 2]), PLAIN, [1, full], [1, full], [1, full]],
  [
    c.tsMget("a=b"),
    PLAIN,
    [["k", [["a", "b"], ["x", null]], [1, "2"]], ["l", [], []]],
    ["k", [["a", "b", "x", null], [1, 2]], "l", [[], []]],
    [{ key: "k", labels: { a: "b", x: null }, sample: { timestamp: 1, value: 2 } }, {
      key: "l",
      labels: {},
      sample: null,
    }],
  ],
  [
    c.tsMrange("-", "+", "a=b", { groupBy: { label: "a", reduce: "max" } }),
    PLAIN,
    [["a=b", [["a", "b"], ["__reducer__", "max"], ["__source__", "k,l"]], [[1, "2"]]]],
    ["a=b", [["a", "b"], ["reducers", ["max"]], ["sources", ["k", "l"]], [[1, 2]]]],
    [{ key: "a=b", labels: { a: "b" }, samples: [{ timestamp: 1, value: 2 }] }],
  ],
  [
    c.tsMrange("-", "+", "a=b"),
    BYTES,
    [[bytes("k"), [[bytes("a"), bytes("b")]], []]],
    [bytes("k"), [[bytes("a"), bytes("b")], [bytes("aggregators"), []], []]],
    [{ key: bytes("k"), labels: { a: bytes("b") }, samples: [] }],
  ],
  [
    c.tsInfo("k"),
    PLAIN,
    [
      ...["totalSamples", 2, "chunkType", "compressed", "duplicatePolicy", null, "labels", [["a", "b"]]],
      ...["sourceKey", null, "rules", [rule], "ignoreMaxValDiff", "0.5"],
    ],
    [
      ...["totalSamples", 2, "chunkType", "compressed", "duplicatePolicy", null, "labels", ["a", "b"]],
      ...["sourceKey", null, "rules", [rule[0]!, rule.slice(1)], "ignoreMaxValDiff", 0.5],
    ],
    {
      totalSamples: 2,
      chunkType: "compressed",
      duplicatePolicy: null,
      labels: { a: "b" },
      sourceKey: null,
      rules: [{ key: "hourly", bucketDuration: 3600000, aggregator: "AVG", alignTimestamp: 0 }],
      ignoreMaxValDiff: 0.5,
    },
  ],
];

for (const [index, [command, mode, resp2, resp3, expected]] of rows.entries()) {
  test(`${command.words.join(" ")} in mode ${mode} gives one shape for both protocols (${index})`, () => {
    assert.deepEqual(command.reader.read(resp2, mode), expected, "RESP2");
    assert.deepEqual(command.reader.read(resp3, mode), expected, "RESP3");
  });
}
