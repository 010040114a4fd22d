/** Rows of the commands on strings. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["append", () => c.append("k", "v"), ["APPEND", "k", "v"]],
  ["append a number", () => c.append("k", 0), ["APPEND", "k", 0]],
  ["decr", () => c.decr("k"), ["DECR", "k"]],
  ["decrby", () => c.decrby("k", 2), ["DECRBY", "k", 2]],
  ["decrby a bigint", () => c.decrby("k", 2n), ["DECRBY", "k", 2n]],
  ["get", () => c.get("k"), ["GET", "k"]],
  ["get a key of bytes", () => c.get(bytes("k")), ["GET", bytes("k")]],
  ["getdel", () => c.getdel("k"), ["GETDEL", "k"]],
  ["getex", () => c.getex("k"), ["GETEX", "k"]],
  ["getex with no option", () => c.getex("k", {}), ["GETEX", "k"]],
  ["getex ex", () => c.getex("k", { ex: 1 }), ["GETEX", "k", "EX", 1]],
  ["getex px", () => c.getex("k", { px: 1 }), ["GETEX", "k", "PX", 1]],
  ["getex exat", () => c.getex("k", { exat: 1 }), ["GETEX", "k", "EXAT", 1]],
  ["getex pxat", () => c.getex("k", { pxat: 1 }), ["GETEX", "k", "PXAT", 1]],
  ["getex persist", () => c.getex("k", { persist: true }), ["GETEX", "k", "PERSIST"]],
  ["getex persist false", () => c.getex("k", { persist: false, ex: 1 }), ["GETEX", "k", "EX", 1]],
  ["getrange", () => c.getrange("k", 0, -1), ["GETRANGE", "k", 0, -1]],
  ["getset", () => c.getset("k", "v"), ["GETSET", "k", "v"]],
  ["incr", () => c.incr("k"), ["INCR", "k"]],
  ["incrby", () => c.incrby("k", 2), ["INCRBY", "k", 2]],
  ["incrby a bigint", () => c.incrby("k", 2n ** 60n), ["INCRBY", "k", 2n ** 60n]],
  ["incrbyfloat", () => c.incrbyfloat("k", 0.5), ["INCRBYFLOAT", "k", 0.5]],
  ["mget", () => c.mget("a", "b"), ["MGET", "a", "b"]],
  ["mset of a record", () => c.mset({ a: 1, b: "2" }), ["MSET", "a", 1, "b", "2"]],
  ["mset of entries", () => c.mset([[bytes("a"), 1], ["b", "2"]]), ["MSET", bytes("a"), 1, "b", "2"]],
  ["mset of a Map", () => c.mset(new Map([["a", 1], ["b", 2]])), ["MSET", "a", 1, "b", 2]],
  ["msetnx", () => c.msetnx({ a: 1 }), ["MSETNX", "a", 1]],
  ["msetnx of entries", () => c.msetnx([["a", 1]]), ["MSETNX", "a", 1]],
  ["psetex", () => c.psetex("k", 5, "v"), ["PSETEX", "k", 5, "v"]],
  ["set", () => c.set("k", "v"), ["SET", "k", "v"]],
  ["set bytes", () => c.set("k", bytes("v")), ["SET", "k", bytes("v")]],
  ["set with no option", () => c.set("k", "v", {}), ["SET", "k", "v"]],
  ["set ex", () => c.set("k", "v", { ex: 1 }), ["SET", "k", "v", "EX", 1]],
  ["set ex 0, which the server is to judge", () => c.set("k", "v", { ex: 0 }), ["SET", "k", "v", "EX", 0]],
  ["set px", () => c.set("k", "v", { px: 1 }), ["SET", "k", "v", "PX", 1]],
  ["set exat", () => c.set("k", "v", { exat: 1 }), ["SET", "k", "v", "EXAT", 1]],
  ["set pxat", () => c.set("k", "v", { pxat: 1 }), ["SET", "k", "v", "PXAT", 1]],
  ["set keepTtl", () => c.set("k", "v", { keepTtl: true }), ["SET", "k", "v", "KEEPTTL"]],
  ["set nx", () => c.set("k", "v", { nx: true }), ["SET", "k", "v", "NX"]],
  ["set xx", () => c.set("k", "v", { xx: true }), ["SET", "k", "v", "XX"]],
  ["set ifEq", () => c.set("k", "v", { ifEq: "old" }), ["SET", "k", "v", "IFEQ", "old"]],
  ["set ifEq an empty text", () => c.set("k", "v", { ifEq: "" }), ["SET", "k", "v", "IFEQ", ""]],
  ["set get", () => c.set("k", "v", { get: true }), ["SET", "k", "v", "GET"]],
  ["set nx get px", () => c.set("k", "v", { px: 9, get: true, nx: true }), ["SET", "k", "v", "NX", "GET", "PX", 9]],
  [
    "set with options of false and undefined",
    () => c.set("k", "v", { nx: true, xx: false, ex: undefined, get: false }),
    ["SET", "k", "v", "NX"],
  ],
  ["setex", () => c.setex("k", 5, "v"), ["SETEX", "k", 5, "v"]],
  ["setnx", () => c.setnx("k", "v"), ["SETNX", "k", "v"]],
  ["setrange", () => c.setrange("k", 0, "v"), ["SETRANGE", "k", 0, "v"]],
  ["strlen", () => c.strlen("k"), ["STRLEN", "k"]],
];

export const refusals: readonly RefusalRow[] = [
  ["mget of nothing", () => c.mget(), "Cannot send MGET: at least one key is wanted"],
  ["mset of an empty record", () => c.mset({}), "Cannot send MSET: the record or the entries are empty"],
  ["mset of text", () => c.mset("ab" as never), "Cannot send MSET: a record or entries are wanted, got string"],
  ["mset of null", () => c.mset(null as never), "Cannot send MSET: a record or entries are wanted, got null"],
  [
    "mset of a flat list",
    () => c.mset(["a1", "b2"] as never),
    "Cannot send MSET: each entry is to be a pair in a list",
  ],
  ["msetnx of no entries", () => c.msetnx([]), "Cannot send MSETNX: the record or the entries are empty"],
  [
    "getex ex and persist",
    () => c.getex("k", { ex: 1, persist: true }),
    "Cannot send GETEX: the options ex and persist exclude each other",
  ],
  [
    "set nx and xx",
    () => c.set("k", "v", { nx: true, xx: true }),
    "Cannot send SET: the options nx and xx exclude each other",
  ],
  [
    "set xx and ifEq",
    () => c.set("k", "v", { xx: true, ifEq: "old" }),
    "Cannot send SET: the options xx and ifEq exclude each other",
  ],
  [
    "set ex and px, also where one is 0",
    () => c.set("k", "v", { ex: 0, px: 1 }),
    "Cannot send SET: the options ex and px exclude each other",
  ],
  [
    "set pxat and keepTtl",
    () => c.set("k", "v", { pxat: 1, keepTtl: true }),
    "Cannot send SET: the options pxat and keepTtl exclude each other",
  ],
];

const FUTURE_SECONDS = 4102444800;

export const server: readonly ServerRow[] = [
  { name: "append", run: async (r) => [await r.append("append", "ab"), await r.append("append", "é")], expect: [2, 4] },
  { name: "decr", run: (r) => r.decr("decr"), expect: -1 },
  { name: "decrby", run: (r) => r.decrby("decrby", 5), expect: -5 },
  {
    name: "get",
    run: async (r) => {
      await r.set("get", "é\u0000\r\n🦕");
      return [await r.get("get"), await r.get("get:none")];
    },
    expect: ["é\u0000\r\n🦕", null],
  },
  {
    name: "getdel",
    run: async (r) => {
      await r.set("getdel", "v");
      return [await r.getdel("getdel"), await r.getdel("getdel")];
    },
    expect: ["v", null],
  },
  {
    name: "getex",
    run: async (r) => {
      await r.set("getex", "v");
      return [
        await r.getex("getex", { exat: FUTURE_SECONDS }),
        await r.expiretime("getex"),
        await r.getex("getex", { persist: true }),
        await r.ttl("getex"),
        await r.getex("getex:none"),
      ];
    },
    expect: ["v", FUTURE_SECONDS, "v", -1, null],
  },
  {
    name: "getex ex, px, pxat",
    run: async (r) => {
      await r.set("getex:times", "v");
      const left: boolean[] = [];
      await r.getex("getex:times", { ex: 100 });
      left.push(await r.pttl("getex:times") > 90_000);
      await r.getex("getex:times", { px: 900_000 });
      left.push(await r.pttl("getex:times") > 800_000);
      await r.getex("getex:times", { pxat: FUTURE_SECONDS * 1000 });
      return [...left, await r.pexpiretime("getex:times")];
    },
    expect: [true, true, FUTURE_SECONDS * 1000],
  },
  {
    name: "getrange",
    run: async (r) => {
      await r.set("getrange", "hello");
      return [await r.getrange("getrange", 1, -2), await r.getrange("getrange:none", 0, 1)];
    },
    expect: ["ell", ""],
  },
  {
    name: "getset",
    run: async (r) => [await r.getset("getset", "a"), await r.getset("getset", 1)],
    expect: [null, "a"],
  },
  { name: "incr", run: async (r) => [await r.incr("incr"), await r.incr("incr")], expect: [1, 2] },
  {
    name: "incrby",
    run: async (r) => [await r.incrby("incrby", 5), await r.incrby("incrby", 2n ** 40n)],
    expect: [5, 2 ** 40 + 5],
  },
  {
    name: "incrbyfloat",
    run: async (r) => [await r.incrbyfloat("incrbyfloat", 10.5), await r.incrbyfloat("incrbyfloat", -0.25)],
    expect: [10.5, 10.25],
  },
  {
    name: "mget",
    run: async (r) => {
      await r.set("a{mget}", "1");
      await r.lpush("l{mget}", "x");
      return await r.mget("a{mget}", "none{mget}", "l{mget}");
    },
    expect: ["1", null, null],
  },
  {
    name: "mset",
    run: async (r) => [
      await r.mset({ "a{mset}": 1, "b{mset}": "2" }),
      await r.mset([["c{mset}", "3"]]),
      await r.mget("a{mset}", "b{mset}", "c{mset}"),
    ],
    expect: ["OK", "OK", ["1", "2", "3"]],
  },
  {
    name: "msetnx",
    run: async (r) => [
      await r.msetnx({ "a{msetnx}": 1 }),
      await r.msetnx({ "a{msetnx}": 2, "b{msetnx}": 2 }),
      await r.mget("a{msetnx}", "b{msetnx}"),
    ],
    expect: [1, 0, ["1", null]],
  },
  {
    name: "psetex",
    run: async (r) => [await r.psetex("psetex", 900_000, "v"), await r.pttl("psetex") > 800_000],
    expect: ["OK", true],
  },
  { name: "set", run: async (r) => [await r.set("set", "v"), await r.get("set")], expect: ["OK", "v"] },
  {
    name: "set nx, xx",
    run: async (r) => [
      await r.set("set:if", "a", { xx: true }),
      await r.set("set:if", "b", { nx: true }),
      await r.set("set:if", "c", { nx: true }),
      await r.set("set:if", "d", { xx: true }),
      await r.get("set:if"),
    ],
    expect: [null, "OK", null, "OK", "d"],
  },
  {
    name: "set get",
    run: async (
      r,
    ) => [await r.set("set:get", "a", { get: true }), await r.set("set:get", "b", { get: true, xx: true })],
    expect: [null, "a"],
  },
  {
    name: "set as bytes",
    run: async (r) => [
      await r.bytes.set("set:bytes", "a", { nx: true }),
      await r.bytes.set("set:bytes", "b", { get: true }),
      await r.bytes.get("set:bytes"),
    ],
    expect: ["OK", bytes("a"), bytes("b")],
  },
  {
    name: "set ex, px, exat, pxat, keepTtl",
    run: async (r) => {
      await r.set("set:times", "v", { ex: 100 });
      const left = [await r.pttl("set:times") > 90_000];
      await r.set("set:times", "v", { px: 900_000 });
      left.push(await r.pttl("set:times") > 800_000);
      await r.set("set:times", "v", { exat: FUTURE_SECONDS });
      left.push(await r.expiretime("set:times") === FUTURE_SECONDS);
      await r.set("set:times", "v", { pxat: FUTURE_SECONDS * 1000 });
      await r.set("set:times", "w", { keepTtl: true });
      left.push(await r.expiretime("set:times") === FUTURE_SECONDS);
      return left;
    },
    expect: [true, true, true, true],
  },
  {
    name: "set ifEq",
    since: { redis: "8.4.0", valkey: "8.1.0" },
    run: async (r) => {
      await r.set("set:ifeq", "a");
      return [
        await r.set("set:ifeq", "b", { ifEq: "z" }),
        await r.set("set:ifeq", "b", { ifEq: "a" }),
        await r.set("set:ifeq", "c", { ifEq: "b", get: true }),
      ];
    },
    expect: [null, "OK", "b"],
  },
  {
    name: "setex",
    run: async (r) => [await r.setex("setex", 100, "v"), await r.ttl("setex") > 90],
    expect: ["OK", true],
  },
  { name: "setnx", run: async (r) => [await r.setnx("setnx", "a"), await r.setnx("setnx", "b")], expect: [1, 0] },
  {
    name: "setrange",
    run: async (r) => [await r.setrange("setrange", 2, "ab"), await r.get("setrange")],
    expect: [4, "\u0000\u0000ab"],
  },
  {
    name: "strlen",
    run: async (r) => {
      await r.set("strlen", "é");
      return [await r.strlen("strlen"), await r.strlen("strlen:none")];
    },
    expect: [2, 0],
  },
];
