/** The readers of what a search index tells of itself, and of the profile of a query. */
import * as c from "../../src/commands/mod.ts";
import { BIGINTS, BYTES, PLAIN, type Value } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { found, type Reading, sameUnderBoth } from "./readings.ts";

const indexErrors = ["indexing failures", 0, "last indexing error", "N/A", "last indexing error key", "N/A"];
const noErrors = { indexingFailures: 0, lastIndexingError: "N/A", lastIndexingErrorKey: "N/A" };

const infos: readonly Reading[] = [
  [
    "the state of an index",
    c.ftInfo("i"),
    BYTES | BIGINTS,
    // deno-fmt-ignore
    [
      "index_name", "i", "index_options", ["NOHL"],
      "index_definition", ["key_type", "HASH", "prefixes", ["a:"], "default_score", "1", "indexes_all", "false"],
      "attributes", [
        ["identifier", "t", "attribute", "SORTABLE", "type", "TEXT", "WEIGHT", "2", "SORTABLE", "UNF", "NOSTEM"],
        ["identifier", "g", "attribute", "g", "type", "TAG", "SEPARATOR", ","],
        ["identifier", "v", "attribute", "v", "type", "VECTOR", "algorithm", "FLAT", "data_type", "FLOAT32", "dim", 2],
      ],
      "num_docs", "3", "num_records", 9, "inverted_sz_mb", "0.5", "bytes_per_record_avg", "-nan", "indexing", "0",
      "percent_indexed", "1", "cleaning", 1, "gc_stats", ["bytes_collected", "0", "average_cycle_time_ms", "nan"],
      "cursor_stats", ["global_idle", 0], "dialect_stats", ["dialect_1", 0], "stopwords_list", ["le"],
      "Index Errors", indexErrors,
      "field statistics", [["identifier", "t", "attribute", "t", "Index Errors", indexErrors]],
      "something_new", "x",
    ],
    // deno-fmt-ignore
    [
      "index_name", "i", "index_options", ["NOHL"],
      "index_definition", ["key_type", "HASH", "prefixes", ["a:"], "default_score", 1, "indexes_all", "false"],
      "attributes", [
        ["identifier", "t", "attribute", "SORTABLE", "type", "TEXT", "WEIGHT", 2, "flags", ["SORTABLE", "UNF", "NOSTEM"]],
        ["identifier", "g", "attribute", "g", "type", "TAG", "SEPARATOR", ",", "flags", []],
        [
          "identifier", "v", "attribute", "v", "type", "VECTOR", "algorithm", "FLAT", "data_type", "FLOAT32", "dim", 2,
          "flags", [],
        ],
      ],
      "num_docs", 3, "num_records", 9, "inverted_sz_mb", 0.5, "bytes_per_record_avg", NaN, "indexing", 0,
      "percent_indexed", 1, "cleaning", 1, "gc_stats", ["bytes_collected", 0, "average_cycle_time_ms", NaN],
      "cursor_stats", ["global_idle", 0], "dialect_stats", ["dialect_1", 0], "stopwords_list", ["le"],
      "Index Errors", indexErrors,
      "field statistics", [["identifier", "t", "attribute", "t", "Index Errors", indexErrors]],
      "something_new", "x",
    ],
    {
      indexName: "i",
      indexOptions: ["NOHL"],
      indexDefinition: { keyType: "HASH", prefixes: ["a:"], defaultScore: 1, indexesAll: false },
      attributes: [
        { identifier: "t", attribute: "SORTABLE", type: "TEXT", weight: 2, flags: ["SORTABLE", "UNF", "NOSTEM"] },
        { identifier: "g", attribute: "g", type: "TAG", separator: ",", flags: [] },
        { identifier: "v", attribute: "v", type: "VECTOR", algorithm: "FLAT", dataType: "FLOAT32", dim: 2, flags: [] },
      ],
      numDocs: 3,
      numRecords: 9,
      invertedSzMb: 0.5,
      bytesPerRecordAvg: NaN,
      indexing: false,
      percentIndexed: 1,
      cleaning: true,
      gcStats: { bytesCollected: 0, averageCycleTimeMs: NaN },
      cursorStats: { globalIdle: 0 },
      dialectStats: { dialect1: 0 },
      stopwordsList: ["le"],
      indexErrors: noErrors,
      fieldStatistics: [{ identifier: "t", attribute: "t", indexErrors: noErrors }],
      somethingNew: "x",
    },
  ],
  [
    "the state of a Valkey index",
    c.ftInfo("i"),
    PLAIN,
    // deno-fmt-ignore
    [
      "index_name", "i", "index_definition", ["key_type", "HASH", "prefixes", [], "default_score", "1"],
      "attributes", [[
        "identifier", "v", "attribute", "v", "type", "VECTOR",
        "index", ["capacity", 10, "dimensions", 2, "algorithm", ["name", "HNSW", "m", 16]],
      ]],
      "num_docs", 0, "hash_indexing_failures", "0", "state", "ready",
    ],
    // deno-fmt-ignore
    [
      "index_name", "i", "index_definition", ["key_type", "HASH", "prefixes", [], "default_score", "1"],
      "attributes", [[
        "identifier", "v", "attribute", "v", "type", "VECTOR",
        "index", ["capacity", 10, "dimensions", 2, "algorithm", ["name", "HNSW", "m", 16]],
      ]],
      "num_docs", 0, "hash_indexing_failures", "0", "state", "ready",
    ],
    {
      indexName: "i",
      indexDefinition: { keyType: "HASH", prefixes: [], defaultScore: 1 },
      attributes: [{
        identifier: "v",
        attribute: "v",
        type: "VECTOR",
        index: { capacity: 10, dimensions: 2, algorithm: { name: "HNSW", m: 16 } },
        flags: [],
      }],
      numDocs: 0,
      hashIndexingFailures: 0,
      state: "ready",
    },
  ],
];

const text = (term: string, time: Value): Value => ["Type", "TEXT", "Term", term, "Time", time, "Counter", 1];
const node = (term: string) => ({ type: "TEXT", term, time: 0.5, counter: 1 });
const shard = {
  totalProfileTime: 0.5,
  warning: "None",
  iteratorsProfile: { type: "UNION", time: 0.5, childIterators: [node("a"), node("b")] },
  resultProcessorsProfile: [{ type: "Index", time: 0.5 }],
};
const shardOfLists = (time: Value): Value[] => [
  ["Total profile time", time],
  ["Warning", "None"],
  ["Iterators profile", ["Type", "UNION", "Time", time, "Child iterators", text("a", time), text("b", time)]],
  ["Result processors profile", ["Type", "Index", "Time", time]],
];
// deno-fmt-ignore
const shardOfMap = (time: Value): Value[] => [
  "Total profile time", time, "Warning", "None",
  "Iterators profile", ["Type", "UNION", "Time", time, "Child iterators", [text("a", time), text("b", time)]],
  "Result processors profile", [["Type", "Index", "Time", time]],
];
const noDocuments = { total: 0, documents: [], warnings: [] };

const profiles: readonly Reading[] = [
  [
    "a profile",
    c.ftProfile("i", "search", "q"),
    PLAIN,
    [[0], ["Shards", [shardOfMap("0.5")], "Coordinator", []]],
    ["Results", found(0, []), "Profile", ["Shards", [shardOfMap(0.5)], "Coordinator", []]],
    { results: noDocuments, profile: { shards: [shard], coordinator: {} } },
  ],
  [
    "a profile of a server before Redis 8",
    c.ftProfile("i", "search", "q"),
    BYTES,
    [[0], shardOfLists("0.5")],
    [...found(0, []), "profile", shardOfMap(0.5)],
    { results: noDocuments, profile: { shards: [shard], coordinator: {} } },
  ],
  [
    "a profile of rows, and of a coordinator",
    c.ftProfile("i", "aggregate", "q", { limited: true }),
    PLAIN,
    // deno-fmt-ignore
    [[1, ["g", "a"]], [
      "Shards", [["Iterators profile", ["Type", "UNION", "Child iterators", "3 of them"], "Warning", ["late"]]],
      "Coordinator", ["Total Coordinator time", "0.5"],
    ]],
    // deno-fmt-ignore
    ["Results", found(1, [["extra_attributes", ["g", "a"], "values", []]]), "Profile", [
      "Shards", [["Iterators profile", ["Type", "UNION", "Child iterators", "3 of them"], "Warning", ["late"]]],
      "Coordinator", ["Total Coordinator time", 0.5],
    ]],
    {
      results: { total: 1, results: [{ g: "a" }], warnings: [] },
      profile: {
        shards: [{ iteratorsProfile: { type: "UNION", childIterators: "3 of them" }, warning: ["late"] }],
        coordinator: { totalCoordinatorTime: 0.5 },
      },
    },
  ],
];

test("the state of an index is one shape for both protocols", () => sameUnderBoth(infos));

test("a profile is one shape for both protocols, and for servers before Redis 8", () => sameUnderBoth(profiles));
