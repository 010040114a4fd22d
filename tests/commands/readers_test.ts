/** The readers: what RESP2 and RESP3 give differently comes out the same, in every view. */
import assert from "node:assert/strict";
import { IntegerRangeError, RedisError } from "../../src/errors.ts";
import type { ReplyReader } from "../../src/commands/command.ts";
import * as r from "../../src/commands/readers.ts";
import * as named from "../../src/commands/record_readers.ts";
import { BIGINTS, BYTES, COLLECTIONS, type DecodeMode, PLAIN, type Value } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { bytes } from "./rows.ts";

/** What the decoder gives under each protocol in a mode, and what the reader is to make of both. */
type Row = readonly [
  name: string,
  reader: ReplyReader<unknown>,
  mode: DecodeMode,
  resp2: Value,
  resp3: Value,
  expected: unknown,
];

const rows: readonly Row[] = [
  ["a status", r.status, PLAIN, "OK", "OK", "OK"],
  ["a string", r.string, PLAIN, "v", "v", "v"],
  ["bytes", r.string, BYTES, bytes("v"), bytes("v"), bytes("v")],
  ["null", r.stringOrNull, PLAIN, null, null, null],
  ["strings", r.strings, PLAIN, ["a"], ["a"], ["a"]],
  ["strings where there are none", r.strings, PLAIN, null, [], []],
  ["an integer", r.integer, PLAIN, 7, 7, 7],
  ["a bigint in its view", r.integer, BIGINTS, 7n, 7n, 7n],
  ["an integer or null", r.integerOrNull, PLAIN, null, null, null],
  ["a list of integers", r.integers, PLAIN, [1, 0], [1, 0], [1, 0]],
  ["a list of bigints", r.integers, BIGINTS, [1n], [1n], [1n]],
  ["a double", r.double, PLAIN, "1.5", 1.5, 1.5],
  ["a whole double", r.double, PLAIN, "3", 3, 3],
  ["a double with an exponent", r.double, PLAIN, "1e+21", 1e21, 1e21],
  ["infinity", r.double, PLAIN, "inf", Infinity, Infinity],
  ["minus infinity", r.double, PLAIN, "-inf", -Infinity, -Infinity],
  ["no number", r.double, PLAIN, "nan", NaN, NaN],
  ["a double or null", r.doubleOrNull, PLAIN, null, null, null],
  ["doubles and nulls", r.doublesOrNulls, PLAIN, ["1.5", null], [1.5, null], [1.5, null]],
  ["a record", r.record, PLAIN, ["f", "1", "g", "2"], ["f", "1", "g", "2"], { f: "1", g: "2" }],
  ["a record of bytes", r.record, BYTES, [bytes("f"), bytes("1")], [bytes("f"), bytes("1")], { f: bytes("1") }],
  ["an empty record", r.record, PLAIN, [], [], {}],
  ["pairs", r.pairs, PLAIN, ["f", "1", "g", "2"], [["f", "1"], ["g", "2"]], [["f", "1"], ["g", "2"]]],
  ["no pairs", r.pairs, PLAIN, [], [], []],
  ["members with scores", r.scored, PLAIN, ["a", "1.5"], [["a", 1.5]], [{ member: "a", score: 1.5 }]],
  [
    "members with scores as bytes",
    r.scored,
    BYTES,
    [bytes("a"), bytes("-inf")],
    [[bytes("a"), -Infinity]],
    [{ member: bytes("a"), score: -Infinity }],
  ],
  ["one member with its score", r.scoredOrNull, PLAIN, ["a", "2"], ["a", 2], { member: "a", score: 2 }],
  ["no member", r.scoredOrNull, PLAIN, [], [], null],
  ["a page of keys", named.keysPage, PLAIN, ["0", ["a"]], ["0", ["a"]], { cursor: "0", keys: ["a"] }],
  [
    "a page of keys as bytes",
    named.keysPage,
    BYTES,
    [bytes("18446744073709551615"), [bytes("a")]],
    [bytes("18446744073709551615"), [bytes("a")]],
    { cursor: "18446744073709551615", keys: [bytes("a")] },
  ],
  ["a page of members", named.membersPage, PLAIN, ["5", []], ["5", []], { cursor: "5", members: [] }],
  [
    "a page of entries",
    named.entriesPage,
    PLAIN,
    ["0", ["f", "1"]],
    ["0", [["f", "1"]]],
    { cursor: "0", entries: [["f", "1"]] },
  ],
  [
    "a page of members with scores",
    named.scoredPage,
    BYTES,
    [bytes("0"), [bytes("a"), bytes("1")]],
    [bytes("0"), [[bytes("a"), 1]]],
    { cursor: "0", members: [{ member: bytes("a"), score: 1 }] },
  ],
  ["popped elements", named.poppedElements, PLAIN, ["k", ["a"]], ["k", ["a"]], { key: "k", elements: ["a"] }],
  ["no popped elements", named.poppedElements, PLAIN, null, null, null],
  [
    "popped members",
    named.poppedMembers,
    PLAIN,
    ["k", [["a", "1"]]],
    ["k", [["a", 1]]],
    { key: "k", members: [{ member: "a", score: 1 }] },
  ],
  ["no popped members", named.poppedMembers, PLAIN, null, null, null],
  ["a rank with its score", named.rankedOrNull, PLAIN, [1, "2.5"], [1, 2.5], { rank: 1, score: 2.5 }],
  ["a rank as a bigint", named.rankedOrNull, BIGINTS, [1n, "2"], [1n, 2], { rank: 1n, score: 2 }],
  ["no rank", named.rankedOrNull, PLAIN, null, null, null],
  ["a time", named.serverTime, PLAIN, ["17", "5"], ["17", "5"], { seconds: 17, microseconds: 5 }],
  ["a time in bigints", named.serverTime, BIGINTS, ["17", "5"], ["17", "5"], { seconds: 17n, microseconds: 5n }],
  ["settings", named.settings, PLAIN, ["hz", "10"], ["hz", "10"], { hz: "10" }],
  [
    "a client",
    named.clientRecord,
    PLAIN,
    "id=3 addr=/tmp/a b.sock:0 name= lib-ver=\n",
    "id=3 addr=/tmp/a b.sock:0 name= lib-ver=\n",
    { id: "3", addr: "/tmp/a b.sock:0", name: "", "lib-ver": "" },
  ],
  ["clients", named.clientRecords, PLAIN, "id=3 db=0\nid=4 db=1\n", "id=3 db=0\nid=4 db=1\n", [
    { id: "3", db: "0" },
    { id: "4", db: "1" },
  ]],
  ["no clients", named.clientRecords, PLAIN, "", "", []],
];

test("a reader gives one shape for both protocols", () => {
  for (const [name, reader, mode, resp2, resp3, expected] of rows) {
    assert.deepEqual(reader.read(resp2, mode), expected, `${name} under RESP2`);
    assert.deepEqual(reader.read(resp3, mode), expected, `${name} under RESP3`);
  }
});

test("an integer beyond 2^53 is an error with its exact value, not a rounded number", () => {
  const value = 2n ** 63n - 1n;
  for (
    const read of [
      () => r.integer.read(value, PLAIN),
      () => r.integerOrNull.read(value, PLAIN),
      () => r.integers.read([1, value], PLAIN),
      () => named.rankedOrNull.read([value, "1"], PLAIN),
    ]
  ) assert.throws(read, (error) => error instanceof IntegerRangeError && error.value === value);
});

test("what is no number is an error where a number is wanted", () => {
  for (const value of ["", "abc", true]) assert.throws(() => r.double.read(value, PLAIN), RedisError);
});

test("a field named __proto__ is the record's own", () => {
  for (const reader of [r.record, named.settings] as ReplyReader<object>[]) {
    const record = reader.read(["__proto__", "v"], PLAIN);
    assert.deepEqual(Object.entries(record), [["__proto__", "v"]]);
    assert.equal(Object.getPrototypeOf(record), Object.prototype);
  }
});

test("views reach only the replies that follow them", () => {
  const modes: readonly (readonly [string, ReplyReader<unknown>, DecodeMode, DecodeMode])[] = [
    ["raw", r.raw, BYTES | BIGINTS, COLLECTIONS],
    ["status", r.status, PLAIN, PLAIN],
    ["report", r.report, PLAIN, PLAIN],
    ["string", r.string, BYTES, PLAIN],
    ["integer", r.integer, BIGINTS, PLAIN],
    ["double", r.double, PLAIN, PLAIN],
    ["bytesOrNull", r.bytesOrNull, PLAIN, BYTES],
    ["settings", named.settings, PLAIN, PLAIN],
    ["clientRecord", named.clientRecord, PLAIN, PLAIN],
  ];
  for (const [name, reader, allowed, always] of modes) {
    assert.deepEqual([reader.allowed, reader.always], [allowed, always], name);
  }
});
