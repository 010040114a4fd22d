/** Rows of the commands on search indexes. No test server has the module: replies are in module_readers_test.ts. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

const created = ["FT.CREATE", "i", "SCHEMA"];
const vector = { type: "vector", dataType: "float32", dim: 2, distanceMetric: "l2" } as const;
const vectorWords = ["TYPE", "FLOAT32", "DIM", 2, "DISTANCE_METRIC", "L2"];

export const words: readonly WordsRow[] = [
  ["ftAliasadd", () => c.ftAliasadd("a", "i"), ["FT.ALIASADD", "a", "i"]],
  ["ftAliasdel", () => c.ftAliasdel("a"), ["FT.ALIASDEL", "a"]],
  ["ftAliasupdate", () => c.ftAliasupdate("a", "i"), ["FT.ALIASUPDATE", "a", "i"]],
  ["ftAlter", () => c.ftAlter("i", { a: "tag" }), ["FT.ALTER", "i", "SCHEMA", "ADD", "a", "TAG"]],
  [
    "ftAlter skipInitialScan",
    () => c.ftAlter("i", { a: "tag" }, { skipInitialScan: true }),
    ["FT.ALTER", "i", "SKIPINITIALSCAN", "SCHEMA", "ADD", "a", "TAG"],
  ],
  ["ftConfigGet", () => c.ftConfigGet("*"), ["FT.CONFIG", "GET", "*"]],
  ["ftConfigHelp", () => c.ftConfigHelp("TIMEOUT"), ["FT.CONFIG", "HELP", "TIMEOUT"]],
  ["ftConfigSet", () => c.ftConfigSet("TIMEOUT", 0), ["FT.CONFIG", "SET", "TIMEOUT", 0]],
  [
    "ftCreate types alone",
    () => c.ftCreate("i", { a: "text", b: "tag", c: "numeric", d: "geo", e: "geoshape" }),
    [...created, "a", "TEXT", "b", "TAG", "c", "NUMERIC", "d", "GEO", "e", "GEOSHAPE"],
  ],
  [
    "ftCreate index options",
    () =>
      c.ftCreate("i", { "$.a": { type: "text", as: "a" } }, {
        on: "json",
        prefix: ["a:", "b:"],
        filter: "@a=='b'",
        language: "french",
        languageField: "l",
        score: 0,
        scoreField: "s",
        payloadField: "p",
        maxTextFields: true,
        temporary: 60,
        noOffsets: true,
        noHl: true,
        noFields: true,
        noFreqs: true,
        stopwords: ["le", "la"],
        skipInitialScan: true,
        indexAll: "enable",
      }),
    // deno-fmt-ignore
    [
      "FT.CREATE", "i", "ON", "JSON", "PREFIX", 2, "a:", "b:", "FILTER", "@a=='b'", "LANGUAGE", "french",
      "LANGUAGE_FIELD", "l", "SCORE", 0, "SCORE_FIELD", "s", "PAYLOAD_FIELD", "p", "MAXTEXTFIELDS", "TEMPORARY", 60,
      "NOOFFSETS", "NOHL", "NOFIELDS", "NOFREQS", "STOPWORDS", 2, "le", "la", "SKIPINITIALSCAN", "INDEXALL", "ENABLE",
      "SCHEMA", "$.a", "AS", "a", "TEXT",
    ],
  ],
  [
    "ftCreate one prefix and no stopwords",
    () => c.ftCreate("i", { a: "tag" }, { prefix: "", stopwords: [] }),
    ["FT.CREATE", "i", "PREFIX", 1, "", "STOPWORDS", 0, "SCHEMA", "a", "TAG"],
  ],
  [
    "ftCreate Valkey's options",
    () =>
      c.ftCreate("i", { a: { type: "text", noSuffixTrie: true } }, {
        withOffsets: true,
        noStopwords: true,
        minStemSize: 0,
        punctuation: ",.",
      }),
    // deno-fmt-ignore
    [
      "FT.CREATE", "i", "WITHOFFSETS", "NOSTOPWORDS", "MINSTEMSIZE", 0, "PUNCTUATION", ",.",
      "SCHEMA", "a", "TEXT", "NOSUFFIXTRIE",
    ],
  ],
  [
    "ftCreate text",
    () =>
      c.ftCreate("i", {
        a: {
          type: "text",
          noStem: true,
          weight: 0,
          phonetic: "dm:en",
          withSuffixTrie: true,
          indexEmpty: true,
          indexMissing: true,
          sortable: true,
          noIndex: true,
        },
      }),
    // deno-fmt-ignore
    [
      ...created, "a", "TEXT", "NOSTEM", "WEIGHT", 0, "PHONETIC", "dm:en", "WITHSUFFIXTRIE", "INDEXEMPTY",
      "INDEXMISSING", "SORTABLE", "NOINDEX",
    ],
  ],
  [
    "ftCreate tag",
    () =>
      c.ftCreate("i", {
        a: {
          type: "tag",
          separator: ";",
          caseSensitive: true,
          withSuffixTrie: true,
          indexEmpty: true,
          sortable: "unf",
        },
      }),
    // deno-fmt-ignore
    [...created, "a", "TAG", "SEPARATOR", ";", "CASESENSITIVE", "WITHSUFFIXTRIE", "INDEXEMPTY", "SORTABLE", "UNF"],
  ],
  [
    "ftCreate numbers, places and shapes",
    () =>
      c.ftCreate("i", {
        a: { type: "numeric", sortable: false },
        b: { type: "geo", noIndex: true },
        c: { type: "geoshape", coordSystem: "flat", indexMissing: true },
      }),
    [...created, "a", "NUMERIC", "b", "GEO", "NOINDEX", "c", "GEOSHAPE", "COORD_SYSTEM", "FLAT", "INDEXMISSING"],
  ],
  [
    "ftCreate one field in two ways",
    () => c.ftCreate("i", { a: [{ type: "text", as: "words" }, { type: "tag", as: "whole" }] }),
    [...created, "a", "AS", "words", "TEXT", "a", "AS", "whole", "TAG"],
  ],
  [
    "ftCreate flat vectors",
    () => c.ftCreate("i", { v: { ...vector, algorithm: "flat", initialCap: 0, blockSize: 8, indexMissing: true } }),
    [...created, "v", "VECTOR", "FLAT", 10, ...vectorWords, "INITIAL_CAP", 0, "BLOCK_SIZE", 8, "INDEXMISSING"],
  ],
  [
    "ftCreate vectors in a graph",
    () =>
      c.ftCreate("i", {
        "$.v": { ...vector, as: "v", algorithm: "hnsw", m: 16, efConstruction: 200, efRuntime: 10, epsilon: 0.01 },
      }),
    // deno-fmt-ignore
    [
      ...created, "$.v", "AS", "v", "VECTOR", "HNSW", 14, ...vectorWords, "M", 16, "EF_CONSTRUCTION", 200,
      "EF_RUNTIME", 10, "EPSILON", 0.01,
    ],
  ],
  [
    "ftCreate vectors in a compressed graph",
    () =>
      c.ftCreate("i", {
        v: {
          ...vector,
          algorithm: "svs-vamana",
          compression: "LeanVec4x8",
          constructionWindowSize: 200,
          graphMaxDegree: 32,
          searchWindowSize: 10,
          trainingThreshold: 1024,
          reduce: 1,
        },
      }),
    // deno-fmt-ignore
    [
      ...created, "v", "VECTOR", "SVS-VAMANA", 18, ...vectorWords, "COMPRESSION", "LeanVec4x8",
      "CONSTRUCTION_WINDOW_SIZE", 200, "GRAPH_MAX_DEGREE", 32, "SEARCH_WINDOW_SIZE", 10, "TRAINING_THRESHOLD", 1024,
      "REDUCE", 1,
    ],
  ],
  ["ftDropindex", () => c.ftDropindex("i"), ["FT.DROPINDEX", "i"]],
  ["ftDropindex dd", () => c.ftDropindex("i", { dd: true }), ["FT.DROPINDEX", "i", "DD"]],
  ["ftInfo", () => c.ftInfo("i"), ["FT.INFO", "i"]],
  [
    "ftInfo Valkey's options",
    () => c.ftInfo("i", { scope: "cluster", shards: "some", consistency: "inconsistent" }),
    ["FT.INFO", "i", "CLUSTER", "SOMESHARDS", "INCONSISTENT"],
  ],
  ["ftList", () => c.ftList(), ["FT._LIST"]],
  ["ftList regex", () => c.ftList({ regex: "" }), ["FT._LIST", "REGEX", ""]],
];

export const refusals: readonly RefusalRow[] = [
  ["ftAlter of no field", () => c.ftAlter("i", {}), "Cannot send FT.ALTER: at least one field is wanted"],
  ["ftCreate of no field", () => c.ftCreate("i", {}), "Cannot send FT.CREATE: at least one field is wanted"],
  [
    "ftCreate of no prefix",
    () => c.ftCreate("i", { a: "tag" }, { prefix: [] }),
    "Cannot send FT.CREATE: at least one prefix is wanted",
  ],
  [
    "ftCreate noOffsets and withOffsets",
    () => c.ftCreate("i", { a: "tag" }, { noOffsets: true, withOffsets: true }),
    "Cannot send FT.CREATE: the options noOffsets and withOffsets exclude each other",
  ],
  [
    "ftCreate stopwords and noStopwords",
    () => c.ftCreate("i", { a: "tag" }, { stopwords: [], noStopwords: true }),
    "Cannot send FT.CREATE: the options stopwords and noStopwords exclude each other",
  ],
  [
    "ftCreate withSuffixTrie and noSuffixTrie",
    () => c.ftCreate("i", { a: { type: "text", withSuffixTrie: true, noSuffixTrie: true } }),
    "Cannot send FT.CREATE: the options withSuffixTrie and noSuffixTrie exclude each other",
  ],
];

export const server: readonly ServerRow[] = [];
