/** Rows of the commands on bitmaps. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["bitcount", () => c.bitcount("k"), ["BITCOUNT", "k"]],
  ["bitcount start 0", () => c.bitcount("k", 0), ["BITCOUNT", "k", 0]],
  ["bitcount start, end", () => c.bitcount("k", 0, 0), ["BITCOUNT", "k", 0, 0]],
  ["bitcount unit", () => c.bitcount("k", 0, -1, "bit"), ["BITCOUNT", "k", 0, -1, "bit"]],
  ["bitfield", () => c.bitfield("k"), ["BITFIELD", "k"]],
  ["bitfield get", () => c.bitfield("k", { get: "u8", offset: 0 }), ["BITFIELD", "k", "GET", "u8", 0]],
  [
    "bitfield set 0",
    () => c.bitfield("k", { set: "i64", offset: "#0", value: 0 }),
    ["BITFIELD", "k", "SET", "i64", "#0", 0],
  ],
  [
    "bitfield incrBy a bigint",
    () => c.bitfield("k", { incrBy: "u63", offset: 2n, increment: -1n }),
    ["BITFIELD", "k", "INCRBY", "u63", 2n, -1n],
  ],
  [
    "bitfield of several operations, in their order",
    () =>
      c.bitfield(
        "k",
        { get: "u8", offset: 0, set: undefined },
        { overflow: "sat" },
        { set: "u8", offset: 8, value: 1 },
        { overflow: "fail" },
        { incrBy: "u8", offset: 8, increment: 0 },
        { overflow: "wrap" },
      ),
    [
      ...["BITFIELD", "k", "GET", "u8", 0, "OVERFLOW", "sat", "SET", "u8", 8, 1],
      ...["OVERFLOW", "fail", "INCRBY", "u8", 8, 0, "OVERFLOW", "wrap"],
    ],
  ],
  ["bitfieldRo", () => c.bitfieldRo("k"), ["BITFIELD_RO", "k"]],
  [
    "bitfieldRo of two",
    () => c.bitfieldRo("k", { get: "u8", offset: 0 }, { get: "i5", offset: "#1" }),
    ["BITFIELD_RO", "k", "GET", "u8", 0, "GET", "i5", "#1"],
  ],
  ["bitop", () => c.bitop("and", "d", "a", bytes("b")), ["BITOP", "and", "d", "a", bytes("b")]],
  ["bitop NOT", () => c.bitop("not", "d", "a"), ["BITOP", "not", "d", "a"]],
  ["bitop DIFF1", () => c.bitop("diff1", "d", "a", "b"), ["BITOP", "diff1", "d", "a", "b"]],
  ["bitpos", () => c.bitpos("k", 0), ["BITPOS", "k", 0]],
  ["bitpos start", () => c.bitpos("k", 1, 0), ["BITPOS", "k", 1, 0]],
  ["bitpos start, end", () => c.bitpos("k", 1, 0, 0), ["BITPOS", "k", 1, 0, 0]],
  ["bitpos unit", () => c.bitpos("k", 1, 0, -1, "byte"), ["BITPOS", "k", 1, 0, -1, "byte"]],
  ["getbit", () => c.getbit("k", 0), ["GETBIT", "k", 0]],
  ["setbit", () => c.setbit("k", 0, 0), ["SETBIT", "k", 0, 0]],
];

export const refusals: readonly RefusalRow[] = [
  ["bitcount end without start", () => c.bitcount("k", undefined, 0), "Cannot send BITCOUNT: end wants a start"],
  ["bitcount unit without end", () => c.bitcount("k", 0, undefined, "bit"), "Cannot send BITCOUNT: unit wants an end"],
  [
    "bitfield of an operation of no kind",
    () => c.bitfield("k", {} as never),
    "Cannot send BITFIELD: each operation wants one of get, set, incrBy and overflow",
  ],
  [
    "bitfield of an operation of two kinds",
    () => c.bitfield("k", { get: "u8", set: "u8", offset: 0, value: 0 }),
    "Cannot send BITFIELD: the options get and set exclude each other",
  ],
  ["bitop of no key", () => c.bitop("or", "d"), "Cannot send BITOP: at least one key is wanted"],
  ["bitpos end without start", () => c.bitpos("k", 1, undefined, 0), "Cannot send BITPOS: end wants a start"],
  ["bitpos unit without end", () => c.bitpos("k", 1, 0, undefined, "bit"), "Cannot send BITPOS: unit wants an end"],
];

export const server: readonly ServerRow[] = [
  {
    name: "bitcount",
    run: async (r) => {
      await r.set("bitcount", bytes("ab"));
      return [
        await r.bitcount("bitcount"),
        await r.bitcount("bitcount", 1, -1),
        await r.bitcount("bitcount", 0, 0, "byte"),
        await r.bitcount("bitcount", 0, 1, "bit"),
        await r.bitcount("bitcount:none"),
      ];
    },
    expect: [6, 3, 3, 1, 0],
  },
  {
    name: "bitcount of a start alone",
    since: { valkey: "8.0.0" },
    run: async (r) => {
      await r.set("bitcount", "abc");
      return await r.bitcount("bitcount", 1);
    },
    expect: 7,
  },
  {
    name: "bitfield",
    run: async (r) => [
      await r.bitfield("bitfield"),
      await r.bitfield(
        "bitfield",
        { set: "u8", offset: 0, value: 250 },
        { incrBy: "u8", offset: "#0", increment: 10n },
        { overflow: "sat" },
        { incrBy: "i8", offset: "#1", increment: 200 },
        { overflow: "fail" },
        { incrBy: "i8", offset: 8, increment: 1 },
        { set: "i8", offset: 8, value: 128 },
        { overflow: "wrap" },
        { get: "u8", offset: 0 },
      ),
    ],
    expect: [[], [0, 4, 127, null, null, 4]],
  },
  {
    name: "bitfield of integers as bigints",
    run: async (r) => {
      await r.bitfield("bitfield", { set: "i64", offset: 0, value: 2n ** 62n });
      const refused = await r.bitfield("bitfield", { get: "i64", offset: 0 }).catch((error: Error) => error.name);
      return [
        refused,
        await r.bigints.bitfield("bitfield", { overflow: "fail" }, { incrBy: "u2", offset: 0, increment: 9 }),
        await r.bigints.bitfield("bitfield", { get: "i64", offset: 0 }),
      ];
    },
    expect: ["IntegerRangeError", [null], [2n ** 62n]],
  },
  {
    name: "bitfieldRo",
    run: async (r) => {
      await r.set("bitfield", "ab");
      return [
        await r.bitfieldRo("bitfield", { get: "u8", offset: 0 }, { get: "u8", offset: "#1" }),
        await r.bigints.bitfieldRo("bitfield", { get: "i16", offset: 0 }),
        await r.bitfieldRo("bitfield"),
      ];
    },
    expect: [[97, 98], [24930n], []],
  },
  {
    name: "bitop",
    run: async (r) => {
      await r.mset({ "a{bitop}": "ab", "b{bitop}": "b" });
      const results: unknown[] = [];
      for (const operation of ["and", "or", "xor"] as const) {
        results.push(await r.bitop(operation, "d{bitop}", "a{bitop}", "b{bitop}"), await r.get("d{bitop}"));
      }
      results.push(await r.bitop("not", "d{bitop}", "b{bitop}"), await r.bytes.get("d{bitop}"));
      return [...results, await r.bitop("or", "d{bitop}", "none{bitop}")];
    },
    expect: [2, "\x60\0", 2, "cb", 2, "\x03b", 1, new Uint8Array([157]), 0],
  },
  {
    name: "bitop DIFF, DIFF1, ANDOR, ONE",
    since: { redis: "8.2.0" },
    run: async (r) => {
      await r.mset({ "a{bitop}": "a", "b{bitop}": "b" });
      const results: unknown[] = [];
      for (const operation of ["diff", "diff1", "andor", "one"] as const) {
        await r.bitop(operation, "d{bitop}", "a{bitop}", "b{bitop}");
        results.push(await r.get("d{bitop}"));
      }
      return results;
    },
    expect: ["\x01", "\x02", "\x60", "\x03"],
  },
  {
    name: "bitpos",
    run: async (r) => {
      await r.set("bitpos", new Uint8Array([255, 240, 0]));
      await r.set("bitpos:ones", new Uint8Array([255]));
      return [
        await r.bitpos("bitpos", 0),
        await r.bitpos("bitpos", 1, 2),
        await r.bitpos("bitpos", 1, 1, -1, "byte"),
        await r.bitpos("bitpos", 1, 9, 11, "bit"),
        await r.bitpos("bitpos:ones", 0),
        await r.bitpos("bitpos:ones", 0, 0, -1),
      ];
    },
    expect: [12, -1, 8, 9, 8, -1],
  },
  {
    name: "getbit, setbit",
    run: async (r) => [
      await r.setbit("setbit", 7, 1),
      await r.getbit("setbit", 7),
      await r.setbit("setbit", 7, 0),
      await r.getbit("setbit", 100),
      await r.bigints.getbit("setbit", 7),
    ],
    expect: [0, 1, 1, 0, 0n],
  },
];
