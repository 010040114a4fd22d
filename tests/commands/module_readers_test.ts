/** The readers of module commands, which no test server has: what each protocol gives comes out the same. */
import assert from "node:assert/strict";
import { IntegerRangeError, RedisError, ReplyError } from "../../src/errors.ts";
import * as c from "../../src/commands/mod.ts";
import { BIGINTS, BYTES, PLAIN } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { found, type Reading, sameUnderBoth } from "./readings.ts";
import { bytes } from "./rows.ts";

const json: readonly Reading[] = [
  ["a document", c.jsonGet("k"), PLAIN, '{"a":[1,null]}', '{"a":[1,null]}', { a: [1, null] }],
  ["a document in bytes", c.jsonGet("k"), BYTES | BIGINTS, '{"a":1}', '{"a":1}', { a: 1 }],
  ["no document", c.jsonGet("k"), PLAIN, null, null, null],
  ["the value null", c.jsonGet("k", "."), PLAIN, "null", "null", null],
  ["JSON text", c.jsonGet("k", "$", { raw: true }), PLAIN, "[1]", "[1]", "[1]"],
  ["JSON text in bytes", c.jsonGet("k", "$", { raw: true }), BYTES, bytes("[1]"), bytes("[1]"), bytes("[1]")],
  ["values of documents", c.jsonMget(["k", "l"], "$.a"), PLAIN, ["[1]", null], ["[1]", null], [[1], null]],
  ["texts of documents", c.jsonMget(["k", "l"], "$", { raw: true }), PLAIN, ["1", null], ["1", null], ["1", null]],
  ["set", c.jsonSet("k", "$", 1), PLAIN, "OK", "OK", "OK"],
  ["not set", c.jsonSet("k", "$", 1, { nx: true }), PLAIN, null, null, null],
  ["a type", c.jsonType("k"), PLAIN, "object", ["object"], "object"],
  ["no type", c.jsonType("k", ".a"), PLAIN, null, [null], null],
  ["types", c.jsonType("k", "$..a"), PLAIN, ["integer", "null"], [["integer", "null"]], ["integer", "null"]],
  ["no types", c.jsonType("k", "$.a"), PLAIN, [], [[]], []],
  ["types where there is no key", c.jsonType("k", "$.a"), PLAIN, null, [null], null],
  ["types that are not nested", c.jsonType("k", "$.a"), PLAIN, ["string"], ["string"], ["string"]],
  ["a length", c.jsonArrlen("k"), PLAIN, 3, 3, 3],
  ["lengths", c.jsonArrlen("k", "$..a"), PLAIN, [3, null], [3, null], [3, null]],
  ["lengths in bigints", c.jsonArrlen("k", "$..a"), BIGINTS, [3n, null], [3n, null], [3n, null]],
  ["no length", c.jsonArrlen("k"), PLAIN, null, null, null],
  ["a popped element", c.jsonArrpop("k"), PLAIN, '"a"', '"a"', "a"],
  ["popped elements", c.jsonArrpop("k", "$..a"), PLAIN, ['{"b":1}', null], ['{"b":1}', null], [{ b: 1 }, null]],
  ["popped texts", c.jsonArrpop("k", "$", { raw: true }), PLAIN, ["null", null], ["null", null], ["null", null]],
  ["a number", c.jsonNumincrby("k", ".a", 1), PLAIN, "2.5", [2.5], 2.5],
  ["the last number of an older path", c.jsonNumincrby("k", "..a", 1), PLAIN, "5", [4, 5, null], 5],
  ["numbers", c.jsonNummultby("k", "$..a", 1), PLAIN, "[4,4.2,null]", [4, 4.2, null], [4, 4.2, null]],
  ["numbers in bytes", c.jsonNummultby("k", "$", 1), BYTES | BIGINTS, "[4]", [4], [4]],
  ["a number beyond 2^53", c.jsonNumpowby("k", "$", 1), PLAIN, "[9007199254740993]", [9007199254740993n], [2 ** 53]],
  ["names", c.jsonObjkeys("k"), PLAIN, ["a", "b"], ["a", "b"], ["a", "b"]],
  ["lists of names", c.jsonObjkeys("k", "$..a"), BYTES, [[bytes("a")], null], [[bytes("a")], null], [
    [bytes("a")],
    null,
  ]],
  ["a boolean", c.jsonToggle("k", ".a"), PLAIN, "false", "false", false],
  ["booleans", c.jsonToggle("k", "$..a"), PLAIN, [1, 0, null], [1, 0, null], [true, false, null]],
  ["lines of help", c.jsonDebugHelp(), BYTES, ["MEMORY"], ["MEMORY"], ["MEMORY"]],
];

const everyPart = { withScores: true, withPayloads: true, withSortKeys: true } as const;

const searches: readonly Reading[] = [
  [
    "documents",
    c.ftSearch("i", "q"),
    PLAIN,
    [2, "a", ["t", "x", "n", "1"], "b", []],
    found(2, [["id", "a", "extra_attributes", ["t", "x", "n", "1"], "values", []], [
      "id",
      "b",
      "extra_attributes",
      [],
    ]]),
    { total: 2, documents: [{ id: "a", fields: { t: "x", n: "1" } }, { id: "b", fields: {} }], warnings: [] },
  ],
  [
    "documents in bytes and bigints",
    c.ftSearch("i", "q"),
    BYTES | BIGINTS,
    [1n, bytes("a"), [bytes("t"), bytes("x")]],
    found(1n, [["id", bytes("a"), "extra_attributes", [bytes("t"), bytes("x")], "values", []]]),
    { total: 1n, documents: [{ id: bytes("a"), fields: { t: bytes("x") } }], warnings: [] },
  ],
  [
    "names of RESP3 in bytes",
    c.ftSearch("i", "q"),
    BYTES,
    [0],
    [bytes("total_results"), 0, bytes("results"), []],
    { total: 0, documents: [], warnings: [] },
  ],
  [
    "a document that is gone",
    c.ftSearch("i", "q"),
    PLAIN,
    [1, "a", null],
    found(1, [["id", "a", "extra_attributes", null]]),
    { total: 1, documents: [{ id: "a", fields: {} }], warnings: [] },
  ],
  [
    "keys alone",
    c.ftSearch("i", "q", { noContent: true }),
    PLAIN,
    [2, "a", "b"],
    found(2, [["id", "a", "values", []], ["id", "b", "values", []]]),
    { total: 2, documents: [{ id: "a" }, { id: "b" }], warnings: [] },
  ],
  [
    "every part",
    c.ftSearch("i", "q", everyPart),
    PLAIN,
    [1, "a", "0.5", "p", "$x", ["t", "x"]],
    found(1, [[
      "id",
      "a",
      "score",
      0.5,
      "payload",
      "p",
      "sortkey",
      "$x",
      "extra_attributes",
      ["t", "x"],
      "values",
      [],
    ]]),
    { total: 1, documents: [{ id: "a", score: 0.5, payload: "p", sortKey: "$x", fields: { t: "x" } }], warnings: [] },
  ],
  [
    "parts that are null, and no fields",
    c.ftSearch("i", "q", { ...everyPart, noContent: true }),
    PLAIN,
    [1, "a", "1", null, null],
    found(1, [["id", "a", "score", 1, "payload", null, "sortkey", null, "values", []]]),
    { total: 1, documents: [{ id: "a", score: 1, payload: null, sortKey: null }], warnings: [] },
  ],
  [
    "an explained score",
    c.ftSearch("i", "q", { withScores: true, explainScore: true }),
    BYTES,
    [1, bytes("a"), [bytes("2"), ["sum", ["part"]]], []],
    found(1, [["id", bytes("a"), "score", [2, [bytes("sum"), [bytes("part")]]], "extra_attributes", []]]),
    { total: 1, documents: [{ id: bytes("a"), score: 2, explanation: ["sum", ["part"]], fields: {} }], warnings: [] },
  ],
  [
    "a field named __proto__",
    c.ftSearch("i", "q", { return: "__proto__" }),
    PLAIN,
    [1, "a", ["__proto__", "x"]],
    found(1, [["id", "a", "extra_attributes", ["__proto__", "x"]]]),
    { total: 1, documents: [{ id: "a", fields: JSON.parse('{"__proto__":"x"}') }], warnings: [] },
  ],
  [
    "rows",
    c.ftAggregate("i", "q"),
    PLAIN,
    [2, ["g", "a", "n", "3"], ["g", null, "l", ["x", "y"]]],
    found(2, [["extra_attributes", ["g", "a", "n", "3"], "values", []], ["extra_attributes", ["g", null, "l", [
      "x",
      "y",
    ]]]]),
    { total: 2, results: [{ g: "a", n: "3" }, { g: null, l: ["x", "y"] }], warnings: [] },
  ],
  [
    "rows with a cursor",
    c.ftAggregate("i", "q", { withCursor: true }),
    BIGINTS,
    [[1n, []], 18446744073709551615n],
    [found(1n, [["extra_attributes", []]]), 18446744073709551615n],
    { total: 1n, results: [{}], warnings: [], cursor: "18446744073709551615" },
  ],
  [
    "the last rows of a cursor",
    c.ftCursorRead("i", "7"),
    PLAIN,
    [[0], 0],
    [found(0, []), 0],
    { total: 0, results: [], warnings: [], cursor: "0" },
  ],
  [
    "rows of a hybrid query",
    c.ftHybrid("i", { query: "q" }, { field: "@v", vector: "$v" }, { params: { v: "" } }),
    PLAIN,
    ["total_results", 1, "results", [["__key", "a", "__score", "0.5"]], "warnings", ["w"], "execution_time", "0.25"],
    ["total_results", 1, "results", [["__key", "a", "__score", "0.5"]], "warnings", ["w"], "execution_time", 0.25],
    { total: 1, results: [{ __key: "a", __score: "0.5" }], warnings: ["w"], executionTime: 0.25 },
  ],
  [
    "rows of a hybrid query of Valkey",
    c.ftHybrid("i", { query: "q" }, { field: "@v", vector: "$v" }, { params: { v: "" } }),
    PLAIN,
    [1, ["__key", "a"]],
    [1, ["__key", "a"]],
    { total: 1, results: [{ __key: "a" }], warnings: [], executionTime: null },
  ],
  [
    "cursors of a hybrid query",
    c.ftHybrid("i", { query: "q" }, { field: "@v", vector: "$v" }, { params: { v: "" }, withCursor: true }),
    BYTES | BIGINTS,
    ["SEARCH", 5, "VSIM", 6, "warnings", []],
    ["SEARCH", 5, "VSIM", 6, "warnings", []],
    { searchCursor: "5", vsimCursor: "6", warnings: [] },
  ],
  ["names of indexes", c.ftList(), BYTES, ["a"], ["a"], ["a"]],
  ["lines of a query", c.ftExplaincli("i", "q"), BYTES, ["a", ""], ["a", ""], ["a", ""]],
  ["a query explained", c.ftExplain("i", "q"), BYTES, "UNION {}\n", "UNION {}\n", "UNION {}\n"],
  ["tags", c.ftTagvals("i", "t"), BYTES, [bytes("a")], [bytes("a")], [bytes("a")]],
];

const terms: readonly Reading[] = [
  ["suggestions", c.ftSugget("k", "a"), PLAIN, ["ab", "ac"], ["ab", "ac"], ["ab", "ac"]],
  ["no suggestions", c.ftSugget("k", "a"), PLAIN, null, [], []],
  ["no suggestions with scores", c.ftSugget("k", "a", { withScores: true }), PLAIN, null, [], []],
  [
    "suggestions with scores",
    c.ftSugget("k", "a", { withScores: true }),
    BYTES,
    [bytes("ab"), bytes("0.5")],
    [bytes("ab"), 0.5],
    [{ suggestion: bytes("ab"), score: 0.5 }],
  ],
  [
    "suggestions with payloads",
    c.ftSugget("k", "a", { withPayloads: true }),
    PLAIN,
    ["ab", "p", "ac", null],
    ["ab", "p", "ac", null],
    [{ suggestion: "ab", payload: "p" }, { suggestion: "ac", payload: null }],
  ],
  [
    "suggestions with scores and payloads",
    c.ftSugget("k", "a", { withScores: true, withPayloads: true }),
    PLAIN,
    ["ab", "1", null],
    ["ab", 1, null],
    [{ suggestion: "ab", score: 1, payload: null }],
  ],
  [
    "corrections",
    c.ftSpellcheck("i", "q"),
    PLAIN,
    [["TERM", "tooni", [["0.5", "toonie"], ["0", "tony"]]], ["TERM", "x", []]],
    ["results", ["tooni", [["toonie", 0.5], ["tony", 0]], "x", []]],
    [
      { term: "tooni", suggestions: [{ suggestion: "toonie", score: 0.5 }, { suggestion: "tony", score: 0 }] },
      { term: "x", suggestions: [] },
    ],
  ],
  ["no corrections", c.ftSpellcheck("i", "q"), PLAIN, [], ["results", []], []],
  [
    "synonyms",
    c.ftSyndump("i"),
    PLAIN,
    ["boy", ["g1", "g2"], "girl", ["g1"]],
    ["boy", ["g1", "g2"], "girl", ["g1"]],
    { boy: ["g1", "g2"], girl: ["g1"] },
  ],
  [
    "settings",
    c.ftConfigGet("*"),
    PLAIN,
    [["TIMEOUT", "500"], ["EXTLOAD", null]],
    ["TIMEOUT", "500", "EXTLOAD", null],
    { TIMEOUT: "500", EXTLOAD: null },
  ],
  [
    "settings with help",
    c.ftConfigHelp("*"),
    PLAIN,
    [["TIMEOUT", "Description", "how long", "Value", "500"], ["EXTLOAD", "Description", "what", "Value", null]],
    ["TIMEOUT", ["Description", "how long", "Value", "500"], "EXTLOAD", ["Description", "what", "Value", null]],
    { TIMEOUT: { description: "how long", value: "500" }, EXTLOAD: { description: "what", value: null } },
  ],
];

test("a module command gives one shape for both protocols", () => sameUnderBoth([...json, ...searches, ...terms]));

test("a query tells under RESP3 why its reply may be incomplete", () => {
  const late = found(0, [], ["Timeout limit was reached"]);
  const warnings = ["Timeout limit was reached"];
  assert.deepEqual(c.ftSearch("i", "q").reader.read(late, PLAIN), { total: 0, documents: [], warnings });
  assert.deepEqual(c.ftAggregate("i", "q").reader.read(late, PLAIN), { total: 0, results: [], warnings });
});

test("a JSON reply in the types of the protocol comes as it came", () => {
  const { reader } = c.jsonResp("k");
  assert.deepEqual(reader.read(["{", "a", ["[", 1, null]], PLAIN), ["{", "a", ["[", 1, null]]);
});

test("a field named __proto__ in JSON is the value's own", () => {
  const value = c.jsonGet("k").reader.read('{"__proto__":{"a":1}}', PLAIN) as Record<string, unknown>;
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

test("a reply that is no JSON is an error, and so is an error in its place", () => {
  assert.throws(() => c.jsonGet("k").reader.read("{", PLAIN), (error) => {
    return error instanceof RedisError && error.cause instanceof SyntaxError;
  });
  const refused = new ReplyError("ERR no");
  assert.throws(() => c.jsonMget(["k"], "$").reader.read([refused], PLAIN), (error) => error === refused);
});

test("counts of a module beyond 2^53 are an error, not a rounded number", () => {
  const value = 2n ** 60n;
  for (
    const read of [
      () => c.jsonArrlen("k").reader.read(value, PLAIN),
      () => c.jsonArrlen("k", "$").reader.read([1, value], PLAIN),
      () => c.ftSearch("i", "q").reader.read([value], PLAIN),
      () => c.ftAggregate("i", "q").reader.read(found(value, []), PLAIN),
    ]
  ) assert.throws(read, (error) => error instanceof IntegerRangeError && error.value === value);
});
