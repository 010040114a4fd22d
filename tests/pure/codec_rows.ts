/**
 * What is on the wire and what it is in JavaScript: the one table of the codec.
 *
 * @module
 */
import { ReplyError } from "../../src/errors.ts";
import { wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { BIGINTS, BYTES, COLLECTIONS, type DecodeMode, type Value } from "../../src/resp/value.ts";
import { joined, latin1, utf8 } from "../support/wire.ts";

/** One reply. */
export interface CodecRow {
  /** What it shows; unique in the table. */
  name: string;
  /** The bytes; text stands for its UTF-8. */
  wire: string | Uint8Array;
  /** What they are. */
  value: Value;
  /** The mode to decode in; plain when absent. */
  mode?: DecodeMode;
  /** What is encoded to exactly these bytes, where something is. */
  encode?: WireValue;
  /** The protocol to encode in; 3 when absent. */
  protocol?: 2 | 3;
  /** The pushes that come before the reply is whole. */
  pushes?: Value[][];
}

const long = "x".repeat(300);
const MIXED = "aé€😀z";

const strings: CodecRow[] = [
  { name: "a simple string", wire: "+PONG\r\n", value: "PONG", encode: wire.simple("PONG") },
  { name: "the simple string OK", wire: "+OK\r\n", value: "OK", encode: wire.simple("OK") },
  { name: "a simple string that starts with OK", wire: "+OKAY\r\n", value: "OKAY", encode: wire.simple("OKAY") },
  { name: "an empty simple string", wire: "+\r\n", value: "", encode: wire.simple("") },
  { name: "a simple string of UTF-8", wire: `+${MIXED}\r\n`, value: MIXED, encode: wire.simple(MIXED) },
  { name: "a simple string in bytes mode stays text", wire: "+OK\r\n", value: "OK", mode: BYTES },
  { name: "a long simple string", wire: `+${long}\r\n`, value: long, encode: wire.simple(long) },
  { name: "a simple string of a type's byte", wire: "+$5\r\n", value: "$5", encode: wire.simple("$5") },
  { name: "a blob string", wire: "$5\r\nhello\r\n", value: "hello", encode: "hello" },
  { name: "a blob string in RESP2", wire: "$5\r\nhello\r\n", value: "hello", encode: "hello", protocol: 2 },
  { name: "an empty blob string", wire: "$0\r\n\r\n", value: "", encode: "" },
  { name: "a blob string of a line end", wire: "$2\r\n\r\n\r\n", value: "\r\n", encode: "\r\n" },
  {
    name: "a blob string with line ends inside",
    wire: "$7\r\na\r\nb\r\nc\r\n",
    value: "a\r\nb\r\nc",
    encode: "a\r\nb\r\nc",
  },
  { name: "a blob string that looks like a reply", wire: "$4\r\n:1\r\n\r\n", value: ":1\r\n", encode: ":1\r\n" },
  { name: "a blob string of a zero byte", wire: "$1\r\n\0\r\n", value: "\0", encode: "\0" },
  { name: "a blob string of 300 bytes", wire: `$300\r\n${long}\r\n`, value: long, encode: long },
  { name: "a blob string whose length has leading zeros", wire: "$0005\r\nhello\r\n", value: "hello" },
  { name: "a blob string whose length has very many zeros", wire: `$${"0".repeat(18)}5\r\nhello\r\n`, value: "hello" },
  { name: "a blob string as bytes", wire: "$3\r\nabc\r\n", value: utf8("abc"), mode: BYTES, encode: utf8("abc") },
  {
    name: "an empty blob string as bytes",
    wire: "$0\r\n\r\n",
    value: new Uint8Array(0),
    mode: BYTES,
    encode: new Uint8Array(0),
  },
  {
    name: "bytes that are not UTF-8, as bytes",
    wire: joined("$4\r\n", latin1("\x00\xff\xfe\x80"), "\r\n"),
    value: latin1("\x00\xff\xfe\x80"),
    mode: BYTES,
    encode: latin1("\x00\xff\xfe\x80"),
  },
  { name: "UTF-8 of two bytes", wire: "$2\r\né\r\n", value: "é", encode: "é" },
  { name: "UTF-8 of three bytes", wire: "$3\r\n€\r\n", value: "€", encode: "€" },
  { name: "UTF-8 of four bytes", wire: "$4\r\n😀\r\n", value: "😀", encode: "😀" },
  { name: "UTF-8 of every width", wire: `$11\r\n${MIXED}\r\n`, value: MIXED, encode: MIXED },
  { name: "the highest code point", wire: "$4\r\n\u{10ffff}\r\n", value: "\u{10ffff}", encode: "\u{10ffff}" },
  { name: "a byte order mark, which is kept", wire: "$5\r\n\ufeffhi\r\n", value: "\ufeffhi", encode: "\ufeffhi" },
  { name: "a byte order mark in a simple string, which is kept", wire: "+\ufeffhi\r\n", value: "\ufeffhi" },
  { name: "a byte that starts nothing", wire: joined("$3\r\n", latin1("a\xffb"), "\r\n"), value: "a\ufffdb" },
  { name: "UTF-8 cut short", wire: joined("$3\r\n", latin1("a\xe2\x82"), "\r\n"), value: "a\ufffd" },
  { name: "UTF-8 cut short before ASCII", wire: joined("$4\r\n", latin1("\xf0\x9f\x98a"), "\r\n"), value: "\ufffda" },
  { name: "a lone continuation byte", wire: joined("$1\r\n", latin1("\x80"), "\r\n"), value: "\ufffd" },
  { name: "an overlong form", wire: joined("$2\r\n", latin1("\xc0\x80"), "\r\n"), value: "\ufffd\ufffd" },
  {
    name: "half of a pair, encoded",
    wire: joined("$3\r\n", latin1("\xed\xa0\x80"), "\r\n"),
    value: "\ufffd\ufffd\ufffd",
  },
  { name: "malformed UTF-8 in a simple string", wire: joined("+", latin1("\xff"), "\r\n"), value: "\ufffd" },
  { name: "a verbatim string", wire: "=9\r\ntxt:hello\r\n", value: "hello", encode: wire.verbatim("hello") },
  { name: "a verbatim string in Markdown", wire: "=6\r\nmkd:**\r\n", value: "**", encode: wire.verbatim("**", "mkd") },
  { name: "an empty verbatim string", wire: "=4\r\ntxt:\r\n", value: "", encode: wire.verbatim("") },
  { name: "a verbatim string with a colon", wire: "=7\r\ntxt:a:b\r\n", value: "a:b", encode: wire.verbatim("a:b") },
  {
    name: "a verbatim string as bytes",
    wire: "=7\r\ntxt:abc\r\n",
    value: utf8("abc"),
    mode: BYTES,
    encode: wire.verbatim("abc"),
  },
  {
    name: "a verbatim string in RESP2",
    wire: "$5\r\nhello\r\n",
    value: "hello",
    encode: wire.verbatim("hello"),
    protocol: 2,
  },
];

const errors: CodecRow[] = [
  { name: "an error", wire: "-ERR no\r\n", value: new ReplyError("ERR no"), encode: new ReplyError("ERR no") },
  {
    name: "an error of a code alone",
    wire: "-NOAUTH\r\n",
    value: new ReplyError("NOAUTH"),
    encode: new ReplyError("NOAUTH"),
  },
  { name: "an empty error", wire: "-\r\n", value: new ReplyError(""), encode: new ReplyError("") },
  {
    name: "an error of UTF-8",
    wire: `-ERR ${MIXED}\r\n`,
    value: new ReplyError(`ERR ${MIXED}`),
    encode: new ReplyError(`ERR ${MIXED}`),
  },
  { name: "an error in bytes mode stays text", wire: "-ERR no\r\n", value: new ReplyError("ERR no"), mode: BYTES },
  {
    name: "a blob error",
    wire: "!21\r\nSYNTAX invalid syntax\r\n",
    value: new ReplyError("SYNTAX invalid syntax"),
    encode: wire.blobError("SYNTAX invalid syntax"),
  },
  {
    name: "a blob error with a line end",
    wire: "!8\r\nERR a\r\nb\r\n",
    value: new ReplyError("ERR a\r\nb"),
    encode: new ReplyError("ERR a\r\nb"),
  },
  {
    name: "an error with a line end in RESP2",
    wire: "-ERR a b\r\n",
    value: new ReplyError("ERR a b"),
    encode: new ReplyError("ERR a\r\nb"),
    protocol: 2,
  },
  { name: "an empty blob error", wire: "!0\r\n\r\n", value: new ReplyError(""), encode: wire.blobError("") },
  {
    name: "a blob error in RESP2",
    wire: "-ERR a b\r\n",
    value: new ReplyError("ERR a b"),
    encode: wire.blobError("ERR a\nb"),
    protocol: 2,
  },
];

const numbers: CodecRow[] = [
  { name: "an integer", wire: ":1000\r\n", value: 1000, encode: 1000 },
  { name: "an integer of one digit", wire: ":7\r\n", value: 7, encode: 7 },
  { name: "the integer zero", wire: ":0\r\n", value: 0, encode: 0 },
  { name: "a negative integer", wire: ":-42\r\n", value: -42, encode: -42 },
  { name: "an integer with a plus", wire: ":+42\r\n", value: 42 },
  { name: "an integer zero with a minus, which is 0", wire: ":-0\r\n", value: 0 },
  { name: "an integer with leading zeros", wire: ":007\r\n", value: 7 },
  { name: "an integer with very many leading zeros", wire: ":00000000000000000007\r\n", value: 7 },
  { name: "a negative integer with leading zeros", wire: ":-007\r\n", value: -7 },
  { name: "an integer of 14 digits", wire: ":12345678901234\r\n", value: 12345678901234, encode: 12345678901234 },
  { name: "an integer of 15 digits", wire: ":123456789012345\r\n", value: 123456789012345, encode: 123456789012345 },
  { name: "2^53 - 1", wire: ":9007199254740991\r\n", value: 9007199254740991, encode: 9007199254740991 },
  {
    name: "2^53, no longer exact as a number",
    wire: ":9007199254740992\r\n",
    value: 9007199254740992n,
    encode: 9007199254740992n,
  },
  { name: "2^53 + 1", wire: ":9007199254740993\r\n", value: 9007199254740993n, encode: 9007199254740993n },
  { name: "-(2^53 - 1)", wire: ":-9007199254740991\r\n", value: -9007199254740991, encode: -9007199254740991 },
  { name: "-2^53", wire: ":-9007199254740992\r\n", value: -9007199254740992n, encode: -9007199254740992n },
  { name: "-(2^53 + 1)", wire: ":-9007199254740993\r\n", value: -9007199254740993n, encode: -9007199254740993n },
  {
    name: "the highest integer",
    wire: ":9223372036854775807\r\n",
    value: 9223372036854775807n,
    encode: 9223372036854775807n,
  },
  { name: "the highest integer with a plus", wire: ":+9223372036854775807\r\n", value: 9223372036854775807n },
  {
    name: "the lowest integer",
    wire: ":-9223372036854775808\r\n",
    value: -9223372036854775808n,
    encode: -9223372036854775808n,
  },
  { name: "an integer as bigint", wire: ":5\r\n", value: 5n, mode: BIGINTS, encode: 5n },
  { name: "the integer zero as bigint", wire: ":0\r\n", value: 0n, mode: BIGINTS, encode: 0n },
  { name: "a negative zero as bigint", wire: ":-0\r\n", value: 0n, mode: BIGINTS },
  { name: "a negative integer as bigint", wire: ":-5\r\n", value: -5n, mode: BIGINTS, encode: -5n },
  {
    name: "the highest integer as bigint",
    wire: ":9223372036854775807\r\n",
    value: 9223372036854775807n,
    mode: BIGINTS,
  },
  { name: "a double", wire: ",1.25\r\n", value: 1.25, encode: 1.25 },
  { name: "a negative double", wire: ",-1.25\r\n", value: -1.25, encode: -1.25 },
  { name: "a double with a plus", wire: ",+1.25\r\n", value: 1.25 },
  { name: "a double without a fraction", wire: ",10\r\n", value: 10, encode: wire.double(10) },
  { name: "a double that ends with its point", wire: ",10.\r\n", value: 10 },
  { name: "a double that starts with its point", wire: ",.5\r\n", value: 0.5 },
  { name: "a negative double that starts with its point", wire: ",-.5\r\n", value: -0.5 },
  { name: "a double with an exponent", wire: ",1e+300\r\n", value: 1e300, encode: 1e300 },
  { name: "a double with a bare exponent", wire: ",1e300\r\n", value: 1e300 },
  { name: "a double with a capital exponent", wire: ",1.5E-7\r\n", value: 1.5e-7 },
  { name: "a double of 17 digits", wire: ",0.30000000000000004\r\n", value: 0.1 + 0.2, encode: 0.1 + 0.2 },
  { name: "a double of 15 digits", wire: ",0.12345678901234\r\n", value: 0.12345678901234, encode: 0.12345678901234 },
  { name: "the least double", wire: ",5e-324\r\n", value: 5e-324, encode: 5e-324 },
  { name: "a double beyond the greatest", wire: ",1e400\r\n", value: Infinity },
  { name: "a double of many digits", wire: `,${"9".repeat(40)}.5\r\n`, value: 1e40 },
  { name: "a double zero with a minus", wire: ",-0\r\n", value: -0, encode: wire.double(-0) },
  { name: "a double zero", wire: ",0\r\n", value: 0, encode: wire.double(0) },
  { name: "infinity", wire: ",inf\r\n", value: Infinity, encode: Infinity },
  { name: "negative infinity", wire: ",-inf\r\n", value: -Infinity, encode: -Infinity },
  { name: "not a number", wire: ",nan\r\n", value: NaN, encode: NaN },
  { name: "not a number with a minus, as some C libraries write it", wire: ",-nan\r\n", value: NaN },
  { name: "a double in bigints mode stays a number", wire: ",10\r\n", value: 10, mode: BIGINTS },
  { name: "a double in RESP2", wire: "$4\r\n1.25\r\n", value: "1.25", encode: 1.25, protocol: 2 },
  { name: "infinity in RESP2", wire: "$3\r\ninf\r\n", value: "inf", encode: Infinity, protocol: 2 },
  {
    name: "a big number",
    wire: "(3492890328409238509324850943850943825024385\r\n",
    value: 3492890328409238509324850943850943825024385n,
    encode: 3492890328409238509324850943850943825024385n,
  },
  {
    name: "a negative big number",
    wire: "(-9223372036854775809\r\n",
    value: -9223372036854775809n,
    encode: -9223372036854775809n,
  },
  { name: "a small big number stays a bigint", wire: "(7\r\n", value: 7n, encode: wire.bigNumber(7n) },
  { name: "a big number with a plus", wire: "(+7\r\n", value: 7n },
  { name: "a big number in RESP2", wire: "$1\r\n7\r\n", value: "7", encode: wire.bigNumber(7n), protocol: 2 },
  { name: "true", wire: "#t\r\n", value: true, encode: true },
  { name: "false", wire: "#f\r\n", value: false, encode: false },
  { name: "true in RESP2", wire: ":1\r\n", value: 1, encode: true, protocol: 2 },
  { name: "false in RESP2", wire: ":0\r\n", value: 0, encode: false, protocol: 2 },
  { name: "null", wire: "_\r\n", value: null, encode: null },
  { name: "null as RESP2's string", wire: "$-1\r\n", value: null, encode: wire.nullBlob() },
  { name: "null as RESP2's array", wire: "*-1\r\n", value: null, encode: wire.nullArray() },
  { name: "null in RESP2", wire: "$-1\r\n", value: null, encode: null, protocol: 2 },
  { name: "null in bytes mode", wire: "$-1\r\n", value: null, mode: BYTES },
];

const map = new Map<WireValue, WireValue>([["a", 1], ["b", 2]]);
const MAP = "%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:2\r\n";
const ATTRIBUTE = "|1\r\n+ttl\r\n:3600\r\n";

const aggregates: CodecRow[] = [
  { name: "an array", wire: "*2\r\n$1\r\na\r\n:1\r\n", value: ["a", 1], encode: ["a", 1] },
  { name: "an empty array", wire: "*0\r\n", value: [], encode: [] },
  {
    name: "an array of nulls",
    wire: "*3\r\n$-1\r\n*-1\r\n_\r\n",
    value: [null, null, null],
    encode: [wire.nullBlob(), wire.nullArray(), null],
  },
  {
    name: "an array with an error inside",
    wire: "*2\r\n-ERR no\r\n:1\r\n",
    value: [new ReplyError("ERR no"), 1],
    encode: [new ReplyError("ERR no"), 1],
  },
  {
    name: "arrays inside arrays",
    wire: "*2\r\n*2\r\n:1\r\n*1\r\n:2\r\n*0\r\n",
    value: [[1, [2]], []],
    encode: [[1, [2]], []],
  },
  { name: "an array at the end of arrays", wire: "*1\r\n*1\r\n*1\r\n*0\r\n", value: [[[[]]]], encode: [[[[]]]] },
  {
    name: "an array of everything that is a line",
    wire: "*8\r\n+a\r\n-b\r\n:1\r\n,1.5\r\n#t\r\n_\r\n(99999999999999999999\r\n$1\r\nc\r\n",
    value: ["a", new ReplyError("b"), 1, 1.5, true, null, 99999999999999999999n, "c"],
    encode: [wire.simple("a"), new ReplyError("b"), 1, 1.5, true, null, 99999999999999999999n, "c"],
  },
  { name: "an array as bytes", wire: "*2\r\n$1\r\na\r\n+b\r\n", value: [utf8("a"), "b"], mode: BYTES },
  {
    name: "an array as bytes and bigints",
    wire: "*2\r\n$1\r\na\r\n:1\r\n",
    value: [utf8("a"), 1n],
    mode: BYTES | BIGINTS,
  },
  {
    name: "an array of 200 integers",
    wire: `*200\r\n${":1\r\n".repeat(200)}`,
    value: new Array(200).fill(1),
    encode: new Array(200).fill(1),
  },
  { name: "a map, flat", wire: MAP, value: ["a", 1, "b", 2], encode: map },
  {
    name: "a map as Map",
    wire: MAP,
    value: new Map<Value, Value>([["a", 1], ["b", 2]]),
    mode: COLLECTIONS,
    encode: map,
  },
  {
    name: "a map in RESP2",
    wire: "*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:2\r\n",
    value: ["a", 1, "b", 2],
    encode: map,
    protocol: 2,
  },
  { name: "an empty map, flat", wire: "%0\r\n", value: [], encode: new Map() },
  { name: "an empty map as Map", wire: "%0\r\n", value: new Map(), mode: COLLECTIONS, encode: new Map() },
  {
    name: "a map with a field __proto__, flat",
    wire: "%1\r\n$9\r\n__proto__\r\n$1\r\nx\r\n",
    value: ["__proto__", "x"],
    encode: new Map([["__proto__", "x"]]),
  },
  {
    name: "a map with a field __proto__ as Map",
    wire: "%1\r\n$9\r\n__proto__\r\n$1\r\nx\r\n",
    value: new Map([["__proto__", "x"]]),
    mode: COLLECTIONS,
  },
  {
    name: "a map with keys of many kinds",
    wire: "%3\r\n:1\r\n+a\r\n#t\r\n+b\r\n*1\r\n:2\r\n+c\r\n",
    value: new Map<Value, Value>([[1, "a"], [true, "b"], [[2], "c"]]),
    mode: COLLECTIONS,
  },
  {
    name: "a map as bytes",
    wire: "%1\r\n$1\r\na\r\n$1\r\nb\r\n",
    value: new Map<Value, Value>([[utf8("a"), utf8("b")]]),
    mode: BYTES | COLLECTIONS,
  },
  { name: "maps inside a map, flat", wire: "%1\r\n+a\r\n%1\r\n+b\r\n%0\r\n", value: ["a", ["b", []]] },
  {
    name: "maps inside a map as Map",
    wire: "%1\r\n+a\r\n%1\r\n+b\r\n%0\r\n",
    value: new Map<Value, Value>([["a", new Map<Value, Value>([["b", new Map()]])]]),
    mode: COLLECTIONS,
  },
  { name: "a map whose key comes twice, flat", wire: "%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n", value: ["a", 1, "a", 2] },
  { name: "a set, as a list", wire: "~2\r\n$1\r\na\r\n:1\r\n", value: ["a", 1], encode: new Set<WireValue>(["a", 1]) },
  {
    name: "a set as Set",
    wire: "~2\r\n$1\r\na\r\n:1\r\n",
    value: new Set<Value>(["a", 1]),
    mode: COLLECTIONS,
    encode: new Set<WireValue>(["a", 1]),
  },
  {
    name: "a set in RESP2",
    wire: "*2\r\n$1\r\na\r\n:1\r\n",
    value: ["a", 1],
    encode: new Set<WireValue>(["a", 1]),
    protocol: 2,
  },
  { name: "an empty set as Set", wire: "~0\r\n", value: new Set(), mode: COLLECTIONS, encode: new Set() },
  {
    name: "a set inside an array inside a map",
    wire: "%1\r\n+a\r\n*1\r\n~1\r\n:1\r\n",
    value: new Map<Value, Value>([["a", [new Set([1])]]]),
    mode: COLLECTIONS,
  },
];

const attributed: CodecRow[] = [
  {
    name: "an attribute before a string",
    wire: `${ATTRIBUTE}$1\r\na\r\n`,
    value: "a",
    encode: wire.attributed(new Map([[wire.simple("ttl"), 3600]]), "a"),
  },
  {
    name: "an attribute in RESP2, where there is none",
    wire: "$1\r\na\r\n",
    value: "a",
    encode: wire.attributed(new Map([["ttl", 3600]]), "a"),
    protocol: 2,
  },
  { name: "an empty attribute", wire: "|0\r\n:1\r\n", value: 1, encode: wire.attributed(new Map(), 1) },
  { name: "two attributes before one reply", wire: `${ATTRIBUTE}${ATTRIBUTE}:1\r\n`, value: 1 },
  { name: "an attribute before an array", wire: `${ATTRIBUTE}*1\r\n:1\r\n`, value: [1] },
  { name: "an attribute before an error", wire: `${ATTRIBUTE}-ERR no\r\n`, value: new ReplyError("ERR no") },
  {
    name: "an attribute inside an array",
    wire: `*2\r\n:1\r\n${ATTRIBUTE}:2\r\n`,
    value: [1, 2],
    encode: [1, wire.attributed(new Map([[wire.simple("ttl"), 3600]]), 2)],
  },
  {
    name: "attributes before a map's key and value",
    wire: `%1\r\n${ATTRIBUTE}+a\r\n${ATTRIBUTE}+b\r\n`,
    value: ["a", "b"],
  },
  { name: "an attribute inside an attribute", wire: `|1\r\n+a\r\n${ATTRIBUTE}+b\r\n:1\r\n`, value: 1 },
  { name: "an attribute that holds aggregates", wire: "|1\r\n*1\r\n+k\r\n%1\r\n+a\r\n~1\r\n:1\r\n:9\r\n", value: 9 },
  {
    name: "an attribute in bytes and bigints mode",
    wire: `${ATTRIBUTE}$1\r\na\r\n`,
    value: utf8("a"),
    mode: BYTES | BIGINTS,
  },
  {
    name: "an attribute deep inside, in bigints mode",
    wire: `*1\r\n*2\r\n${ATTRIBUTE}:1\r\n:2\r\n`,
    value: [[1n, 2n]],
    mode: BIGINTS,
  },
  { name: "an attribute inside a streamed array", wire: `*?\r\n${ATTRIBUTE}:1\r\n.\r\n`, value: [1] },
  { name: "an attribute before a streamed string", wire: `${ATTRIBUTE}$?\r\n;1\r\na\r\n;0\r\n`, value: "a" },
];

const PUSHED = ">2\r\n+message\r\n$1\r\nx\r\n";
const push = ["message", "x"];
const pushed = wire.push([wire.simple("message"), "x"]);

const pushes: CodecRow[] = [
  { name: "a push before a reply", wire: `${PUSHED}:1\r\n`, value: 1, pushes: [push] },
  { name: "two pushes before a reply", wire: `${PUSHED}>1\r\n:5\r\n:1\r\n`, value: 1, pushes: [push, [5]] },
  { name: "an empty push", wire: ">0\r\n:1\r\n", value: 1, pushes: [[]] },
  {
    name: "a push inside an array",
    wire: `*2\r\n:1\r\n${PUSHED}:2\r\n`,
    value: [1, 2],
    pushes: [push],
    encode: [1, pushed, 2],
  },
  {
    name: "a push inside an array in RESP2, where there is none",
    wire: "*2\r\n:1\r\n:2\r\n",
    value: [1, 2],
    encode: [1, pushed, 2],
    protocol: 2,
  },
  {
    name: "an empty push inside an array",
    wire: "*1\r\n>0\r\n:2\r\n",
    value: [2],
    pushes: [[]],
    encode: [wire.push([]), 2],
  },
  {
    name: "pushes before every element",
    wire: `*2\r\n${PUSHED}:1\r\n${PUSHED}:2\r\n`,
    value: [1, 2],
    pushes: [push, push],
    encode: [pushed, 1, pushed, 2],
  },
  {
    name: "a push before an array inside of an array",
    wire: `*1\r\n${PUSHED}*1\r\n${PUSHED}:1\r\n`,
    value: [[1]],
    pushes: [push, push],
    encode: [pushed, [pushed, 1]],
  },
  {
    name: "a push inside nested aggregates",
    wire: `*1\r\n%1\r\n+a\r\n~1\r\n${PUSHED}:1\r\n`,
    value: [["a", [1]]],
    pushes: [push],
  },
  {
    name: "a push between a map's key and its value",
    wire: `%1\r\n+a\r\n${PUSHED}+b\r\n`,
    value: new Map([["a", "b"]]),
    mode: COLLECTIONS,
    pushes: [push],
  },
  { name: "a push inside an attribute", wire: `|1\r\n+a\r\n${PUSHED}+b\r\n:1\r\n`, value: 1, pushes: [push] },
  { name: "a push between an attribute and its reply", wire: `${ATTRIBUTE}${PUSHED}:1\r\n`, value: 1, pushes: [push] },
  { name: "a push with an attribute", wire: `${ATTRIBUTE}${PUSHED}:1\r\n`, value: 1, pushes: [push] },
  {
    name: "a push inside an array that has an attribute",
    wire: `*2\r\n${ATTRIBUTE}:1\r\n${PUSHED}:2\r\n`,
    value: [1, 2],
    pushes: [push],
  },
  { name: "a push inside a push", wire: `>2\r\n:1\r\n${PUSHED}:2\r\n:3\r\n`, value: 3, pushes: [push, [1, 2]] },
  {
    name: "a push that holds aggregates",
    wire: ">2\r\n+invalidate\r\n*2\r\n$1\r\na\r\n%1\r\n+k\r\n:1\r\n:3\r\n",
    value: 3,
    pushes: [["invalidate", ["a", ["k", 1]]]],
  },
  { name: "a push that holds an attribute", wire: `>1\r\n${ATTRIBUTE}:1\r\n:3\r\n`, value: 3, pushes: [[1]] },
  {
    name: "a push that holds null",
    wire: ">2\r\n+invalidate\r\n_\r\n:3\r\n",
    value: 3,
    pushes: [["invalidate", null]],
  },
  {
    name: "a push stays plain in every mode",
    wire: "*2\r\n$1\r\na\r\n>3\r\n$1\r\nx\r\n:1\r\n%0\r\n:2\r\n",
    value: [utf8("a"), 2n],
    mode: BYTES | BIGINTS | COLLECTIONS,
    pushes: [["x", 1, []]],
  },
  { name: "a push inside a streamed array", wire: `*?\r\n:1\r\n${PUSHED}.\r\n`, value: [1], pushes: [push] },
];

const streamed: CodecRow[] = [
  {
    name: "a streamed string",
    wire: "$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;1\r\nd\r\n;0\r\n",
    value: "Hello word",
    encode: wire.streamedString(["Hell", "o wor", "d"]),
  },
  {
    name: "a streamed string of one part",
    wire: "$?\r\n;1\r\na\r\n;0\r\n",
    value: "a",
    encode: wire.streamedString(["a"]),
  },
  { name: "an empty streamed string", wire: "$?\r\n;0\r\n", value: "", encode: wire.streamedString([]) },
  {
    name: "a streamed string in RESP2",
    wire: "$2\r\nab\r\n",
    value: "ab",
    encode: wire.streamedString(["a", "b"]),
    protocol: 2,
  },
  { name: "a streamed string as bytes", wire: "$?\r\n;1\r\na\r\n;2\r\nbc\r\n;0\r\n", value: utf8("abc"), mode: BYTES },
  { name: "an empty streamed string as bytes", wire: "$?\r\n;0\r\n", value: new Uint8Array(0), mode: BYTES },
  {
    name: "a streamed string with line ends in it",
    wire: "$?\r\n;2\r\n\r\n\r\n;2\r\n;0\r\n;0\r\n",
    value: "\r\n;0",
    encode: wire.streamedString(["\r\n", ";0"]),
  },
  {
    name: "a streamed string whose parts cut a character",
    wire: joined("$?\r\n;2\r\n", latin1("\xf0\x9f"), "\r\n;2\r\n", latin1("\x98\x80"), "\r\n;0\r\n"),
    value: "😀",
  },
  { name: "a streamed array", wire: "*?\r\n:1\r\n$1\r\na\r\n.\r\n", value: [1, "a"], encode: wire.streamed([1, "a"]) },
  { name: "an empty streamed array", wire: "*?\r\n.\r\n", value: [], encode: wire.streamed([]) },
  { name: "a streamed array in RESP2", wire: "*1\r\n:1\r\n", value: [1], encode: wire.streamed([1]), protocol: 2 },
  {
    name: "a streamed map, flat",
    wire: "%?\r\n$1\r\na\r\n:1\r\n.\r\n",
    value: ["a", 1],
    encode: wire.streamed(new Map([["a", 1]])),
  },
  {
    name: "a streamed map as Map",
    wire: "%?\r\n$1\r\na\r\n:1\r\n.\r\n",
    value: new Map([["a", 1]]),
    mode: COLLECTIONS,
  },
  {
    name: "an empty streamed map as Map",
    wire: "%?\r\n.\r\n",
    value: new Map(),
    mode: COLLECTIONS,
    encode: wire.streamed(new Map()),
  },
  {
    name: "a streamed set as Set",
    wire: "~?\r\n:1\r\n:2\r\n.\r\n",
    value: new Set([1, 2]),
    mode: COLLECTIONS,
    encode: wire.streamed(new Set([1, 2])),
  },
  { name: "an empty streamed set", wire: "~?\r\n.\r\n", value: [], encode: wire.streamed(new Set()) },
  {
    name: "streamed inside streamed",
    wire: "*?\r\n*?\r\n.\r\n%?\r\n+a\r\n$?\r\n;1\r\nb\r\n;0\r\n.\r\n.\r\n",
    value: [[], ["a", "b"]],
  },
  {
    name: "streamed inside counted inside streamed",
    wire: "*?\r\n*2\r\n*?\r\n:1\r\n.\r\n:2\r\n:3\r\n.\r\n",
    value: [[[1], 2], 3],
  },
  { name: "counted at the end of streamed", wire: "*?\r\n*1\r\n:1\r\n.\r\n", value: [[1]] },
  {
    name: "a streamed array of 100 elements",
    wire: `*?\r\n${":1\r\n".repeat(100)}.\r\n`,
    value: new Array(100).fill(1),
  },
];

/** The table. */
export const codecRows: readonly CodecRow[] = [
  ...strings,
  ...errors,
  ...numbers,
  ...aggregates,
  ...attributed,
  ...pushes,
  ...streamed,
];
