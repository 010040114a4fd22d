/**
 * Bytes that no server sends: the one table of what must end a connection.
 *
 * @module
 */
import type { Limits } from "../../src/resp/value.ts";

/** One piece of nonsense. */
export interface MalformedRow {
  /** What is wrong; unique in the table. */
  name: string;
  /** The bytes. */
  wire: string;
  /** Limits that differ from the default ones. */
  limits?: Partial<Limits>;
  /** The end of the error's message, where it is to be a certain one. */
  why?: string;
}

const types: MalformedRow[] = [
  ..."0123456789abcXYZ @/?&\x00\x7f\x80\xff".split("").map((first) => ({
    name: `a reply that starts with the character ${first.charCodeAt(0)}`,
    wire: `${first}1\r\n`,
    why: "a reply starts with a byte that no type has",
  })),
  { name: "an answer in HTTP", wire: "HTTP/1.1 400 Bad Request\r\n\r\n" },
  { name: "an empty line", wire: "\r\n" },
  { name: "a line feed alone", wire: "\n" },
  { name: "a carriage return before a line feed and no more", wire: "\r\r\n" },
];

const lineEnds: MalformedRow[] = [
  { name: "a simple string that ends with a line feed alone", wire: "+OK\n" },
  { name: "a line feed inside a simple string", wire: "+a\nb\r\n" },
  { name: "an error that ends with a line feed alone", wire: "-ERR\n" },
  { name: "an integer that ends with a line feed alone", wire: ":1\n" },
  { name: "an integer with a carriage return too many", wire: ":1\r\r\n" },
  { name: "an integer whose carriage return is followed by another byte", wire: ":1\rx\r\n" },
  { name: "a length that ends with a line feed alone", wire: "$1\na\r\n" },
  { name: "a length whose carriage return is followed by another byte", wire: "$1\rXa\r\n" },
  { name: "an array's length that ends with a line feed alone", wire: "*1\n:1\r\n" },
  {
    name: "a blob string that is longer than announced",
    wire: "$1\r\nab\r\n",
    why: "a string does not end where it should",
  },
  {
    name: "a blob string that is shorter than announced",
    wire: "$3\r\na\r\n+a\r\n",
    why: "a string does not end where it should",
  },
  { name: "a blob string that ends with a line feed alone", wire: "$1\r\na\n+b\r\n" },
  { name: "a blob string that ends with two carriage returns", wire: "$1\r\na\r\r\n" },
  { name: "a blob string that ends with line feed and carriage return", wire: "$1\r\na\n\r" },
  { name: "an empty blob string without its line end", wire: "$0\r\n:1\r\n" },
  { name: "a blob error that is longer than announced", wire: "!1\r\nab\r\n" },
  { name: "a verbatim string that is longer than announced", wire: "=4\r\ntxt:ab\r\n" },
];

const numbers: MalformedRow[] = [
  ...[
    "",
    "+",
    "-",
    "1.5",
    "1e3",
    "abc",
    "1a",
    "a1",
    " 1",
    "1 ",
    "--1",
    "+-1",
    "0x10",
    "∞",
    "1_000",
    "9".repeat(21),
    "9".repeat(60),
    `-${"9".repeat(20)}`,
  ]
    .map((text) => ({ name: `an integer ":${text}"`, wire: `:${text}\r\n`, why: "an integer is not one" })),
  ...[
    "",
    "+",
    "-",
    ".",
    "-.",
    "e5",
    ".e5",
    "1e",
    "1e+",
    "abc",
    "1.2.3",
    "1,5",
    "0x10",
    "0b1",
    " 1",
    "1 ",
    "infinity",
    "in",
    "inf1",
    "na",
    "--1",
    "1_0",
    "1e5.5",
    "1n",
  ]
    .map((text) => ({ name: `a double ",${text}"`, wire: `,${text}\r\n`, why: "a double is not one" })),
  ...["", "+", "-", "1.5", "abc", "1n", "0x10", " 1", "1 ", "--1", "1e3"]
    .map((text) => ({ name: `a big number "(${text}"`, wire: `(${text}\r\n`, why: "a big number is not one" })),
  ...["", "x", "T", "F", "true", "tt", "1", " t"]
    .map((text) => ({ name: `a boolean "#${text}"`, wire: `#${text}\r\n`, why: "a boolean is neither t nor f" })),
  ...["x", "-1", " ", "null"].map((text) => ({
    name: `a null "_${text}"`,
    wire: `_${text}\r\n`,
    why: "a null has content",
  })),
];

const lengths: MalformedRow[] = "$*%~|>!=;".split("").flatMap((type) =>
  ["", "-", "-2", "-10", "1.5", "a", "1a", " 1", "1 ", "0x1", "??", "1?", "99999999999999999999", "9007199254740993"]
    .map((text) => ({ name: `a length "${type}${text}"`, wire: `${type}${text}\r\n` }))
    .concat(["+5", "+1", "+0", "-0", "+", "+?"].map((text) => ({
      name: `a length with a sign "${type}${text}"`,
      wire: `${type}${text}\r\nhello\r\n`,
      why: "a length is not one",
    })))
);

const structure: MalformedRow[] = [
  ...["%-1", "~-1", "|-1", ">-1", "!-1", "=-1", ";-1", "!?", "=?", ";?"]
    .map((text) => ({ name: `a length "${text}", which that type has not`, wire: `${text}\r\n` })),
  {
    name: "a verbatim string too short for its format",
    wire: "=3\r\ntxt\r\n",
    why: "a verbatim string names no format",
  },
  { name: "an empty verbatim string without its format", wire: "=0\r\n\r\n", why: "a verbatim string names no format" },
  { name: "a verbatim string without the colon", wire: "=5\r\nabcde\r\n", why: "a verbatim string names no format" },
  { name: "a part outside of a streamed string", wire: ";1\r\na\r\n", why: "a part belongs to no streamed string" },
  { name: "a last part outside of a streamed string", wire: ";0\r\n", why: "a part belongs to no streamed string" },
  { name: "a part inside of an array", wire: "*1\r\n;1\r\na\r\n", why: "a part belongs to no streamed string" },
  { name: "a part inside of a streamed array", wire: "*?\r\n;1\r\na\r\n", why: "a part belongs to no streamed string" },
  {
    name: "a string inside of a streamed string",
    wire: "$?\r\n$1\r\na\r\n",
    why: "a streamed string is cut by something else",
  },
  {
    name: "an integer inside of a streamed string",
    wire: "$?\r\n;1\r\na\r\n:1\r\n",
    why: "a streamed string is cut by something else",
  },
  {
    name: "a push inside of a streamed string",
    wire: "$?\r\n>1\r\n:1\r\n",
    why: "a streamed string is cut by something else",
  },
  { name: "OK inside of a streamed string", wire: "$?\r\n+OK\r\n", why: "a streamed string is cut by something else" },
  {
    name: "an end inside of a streamed string",
    wire: "$?\r\n.\r\n",
    why: "a streamed string is cut by something else",
  },
  {
    name: "a streamed string inside of a streamed string",
    wire: "$?\r\n$?\r\n",
    why: "a streamed string is cut by something else",
  },
  {
    name: "a part that is longer than announced",
    wire: "$?\r\n;1\r\nab\r\n",
    why: "a string does not end where it should",
  },
  { name: "an end outside of everything", wire: ".\r\n", why: "an end belongs to no streamed aggregate" },
  {
    name: "an end inside of a counted array",
    wire: "*2\r\n:1\r\n.\r\n",
    why: "an end belongs to no streamed aggregate",
  },
  {
    name: "an end inside of a counted array inside of a streamed one",
    wire: "*?\r\n*1\r\n.\r\n",
    why: "an end belongs to no streamed aggregate",
  },
  { name: "an end with content", wire: "*?\r\n.x\r\n", why: "an end has content" },
  { name: "a streamed map with a key and no value", wire: "%?\r\n+a\r\n.\r\n", why: "a map lacks a value" },
  { name: "a streamed map with three parts", wire: "%?\r\n+a\r\n+b\r\n+c\r\n.\r\n", why: "a map lacks a value" },
];

const nested = (depth: number): string => "*1\r\n".repeat(depth);

const limits: MalformedRow[] = [
  {
    name: "a line that is too long",
    wire: `+${"x".repeat(20)}\r\n`,
    limits: { lineLength: 20 },
    why: "a line is longer than the limit",
  },
  {
    name: "a line that is one byte too long",
    wire: "+1234567\r\n",
    limits: { lineLength: 9 },
    why: "a line is longer than the limit",
  },
  { name: "a line that never ends", wire: "+".padEnd(70_000, "x"), why: "a line is longer than the limit" },
  { name: "an integer that never ends", wire: ":".padEnd(70_000, "1"), why: "a line is longer than the limit" },
  { name: "a length that never ends", wire: "$".padEnd(70_000, "1"), why: "a line is longer than the limit" },
  {
    name: "a blob string that is one byte too long",
    wire: "$11\r\n",
    limits: { bulkLength: 10 },
    why: "a string is longer than the limit",
  },
  {
    name: "a whole blob string that is too long",
    wire: "$11\r\nhello world\r\n",
    limits: { bulkLength: 10 },
    why: "a string is longer than the limit",
  },
  {
    name: "a blob error that is too long",
    wire: "!11\r\n",
    limits: { bulkLength: 10 },
    why: "a string is longer than the limit",
  },
  {
    name: "a verbatim string that is too long",
    wire: "=11\r\n",
    limits: { bulkLength: 10 },
    why: "a string is longer than the limit",
  },
  { name: "a blob string beyond the default limit", wire: "$536870913\r\n", why: "a string is longer than the limit" },
  {
    name: "a part that is too long",
    wire: "$?\r\n;11\r\n",
    limits: { bulkLength: 10 },
    why: "a string is longer than the limit",
  },
  {
    name: "parts that together are too long",
    wire: "$?\r\n;6\r\nabcdef\r\n;5\r\n",
    limits: { bulkLength: 10 },
    why: "a string is longer than the limit",
  },
  {
    name: "parts of one byte that together are too long",
    wire: `$?\r\n${";1\r\nx\r\n".repeat(11)}`,
    limits: { bulkLength: 10 },
    why: "a string is longer than the limit",
  },
  {
    name: "a part for which there is no room",
    wire: "$?\r\n;1\r\nx\r\n;9007199254740990\r\n",
    limits: { bulkLength: Number.MAX_SAFE_INTEGER },
    why: "a string is longer than there is room for",
  },
  {
    name: "a blob string for which there is no room",
    wire: "$9007199254740991\r\n",
    limits: { bulkLength: Number.MAX_SAFE_INTEGER },
    why: "a string is longer than there is room for",
  },
  {
    name: "an array that is one element too long",
    wire: "*11\r\n",
    limits: { aggregateLength: 10 },
    why: "an aggregate is longer than the limit",
  },
  {
    name: "a map that is one pair too long",
    wire: "%6\r\n",
    limits: { aggregateLength: 10 },
    why: "an aggregate is longer than the limit",
  },
  {
    name: "an attribute that is too long",
    wire: "|6\r\n",
    limits: { aggregateLength: 10 },
    why: "an aggregate is longer than the limit",
  },
  {
    name: "a push that is too long",
    wire: ">11\r\n",
    limits: { aggregateLength: 10 },
    why: "an aggregate is longer than the limit",
  },
  { name: "an array beyond the default limit", wire: "*2147483649\r\n", why: "an aggregate is longer than the limit" },
  {
    name: "a streamed array that is too long",
    wire: `*?\r\n${":1\r\n".repeat(11)}`,
    limits: { aggregateLength: 10 },
    why: "an aggregate is longer than the limit",
  },
  {
    name: "arrays nested one too deep",
    wire: nested(11),
    limits: { depth: 10 },
    why: "aggregates are nested deeper than the limit",
  },
  {
    name: "an empty array one too deep",
    wire: `${nested(10)}*0\r\n`,
    limits: { depth: 10 },
    why: "aggregates are nested deeper than the limit",
  },
  { name: "arrays nested 100,000 deep", wire: nested(100_000), why: "aggregates are nested deeper than the limit" },
  {
    name: "streamed arrays nested 100,000 deep",
    wire: "*?\r\n".repeat(100_000),
    why: "aggregates are nested deeper than the limit",
  },
  {
    name: "attributes nested 100,000 deep",
    wire: "|1\r\n".repeat(100_000),
    why: "aggregates are nested deeper than the limit",
  },
  {
    name: "pushes nested 100,000 deep",
    wire: ">1\r\n".repeat(100_000),
    why: "aggregates are nested deeper than the limit",
  },
];

/** The table. */
export const malformedRows: readonly MalformedRow[] = [
  ...types,
  ...lineEnds,
  ...numbers,
  ...lengths,
  ...structure,
  ...limits,
];
