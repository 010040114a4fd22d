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
  ["getex ex 0, which the server is to judge", () => c.getex("k", { ex: 0 }), ["GETEX", "k", "EX", 0]],
  ["getex persist", () => c.getex("k", { persist: true }), ["GETEX", "k", "PERSIST"]],
  ["getex persist false", () => c.getex("k", { persist: false, ex: 1 }), ["GETEX", "k", "EX", 1]],
  ["getrange", () => c.getrange("k", 0, -1), ["GETRANGE", "k", 0, -1]],
  ["getset", () => c.getset("k", "v"), ["GETSET", "k", "v"]],
  ["incr", () => c.incr("k"), ["INCR", "k"]],
  ["incrby", () => c.incrby("k", 2), ["INCRBY", "k", 2]],
  ["incrby a bigint", () => c.incrby("k", 2n ** 60n), ["INCRBY", "k", 2n ** 60n]],
  ["incrbyfloat", () => c.incrbyfloat("k", 0.5), ["INCRBYFLOAT", "k", 0.5]],
  ["delex", () => c.delex("k"), ["DELEX", "k"]],
  ["delex with no option", () => c.delex("k", {}), ["DELEX", "k"]],
  ["delex ifEq an empty text", () => c.delex("k", { ifEq: "" }), ["DELEX", "k", "IFEQ", ""]],
  ["delex ifNe 0", () => c.delex("k", { ifNe: 0 }), ["DELEX", "k", "IFNE", 0]],
  ["delex ifDeq", () => c.delex("k", { ifDeq: "00ff" }), ["DELEX", "k", "IFDEQ", "00ff"]],
  ["delex ifDne", () => c.delex("k", { ifDne: "00ff" }), ["DELEX", "k", "IFDNE", "00ff"]],
  ["delifeq", () => c.delifeq("k", bytes("v")), ["DELIFEQ", "k", bytes("v")]],
  ["digest", () => c.digest("k"), ["DIGEST", "k"]],
  ["lcs", () => c.lcs("a", bytes("b")), ["LCS", "a", bytes("b")]],
  ["lcs with options of false", () => c.lcs("a", "b", { len: false, idx: false }), ["LCS", "a", "b"]],
  ["lcs len", () => c.lcs("a", "b", { len: true }), ["LCS", "a", "b", "LEN"]],
  ["lcs idx", () => c.lcs("a", "b", { idx: true }), ["LCS", "a", "b", "IDX"]],
  [
    "lcs minMatchLen 0, withMatchLen",
    () => c.lcs("a", "b", { idx: true, minMatchLen: 0, withMatchLen: true }),
    ["LCS", "a", "b", "IDX", "MINMATCHLEN", 0, "WITHMATCHLEN"],
  ],
  ["mget", () => c.mget("a", "b"), ["MGET", "a", "b"]],
  ["mset of a record", () => c.mset({ a: 1, b: "2" }), ["MSET", "a", 1, "b", "2"]],
  ["mset of entries", () => c.mset([[bytes("a"), 1], ["b", "2"]]), ["MSET", bytes("a"), 1, "b", "2"]],
  ["mset of a Map", () => c.mset(new Map([["a", 1], ["b", 2]])), ["MSET", "a", 1, "b", 2]],
  ["msetex of a record", () => c.msetex({ a: 1, b: "" }), ["MSETEX", 2, "a", 1, "b", ""]],
  ["msetex of entries, nx, ex", () => c.msetex([["a", 1]], { nx: true, ex: 0 }), ["MSETEX", 1, "a", 1, "NX", "EX", 0]],
  ["msetex xx, px", () => c.msetex({ a: 1 }, { xx: true, px: 1 }), ["MSETEX", 1, "a", 1, "XX", "PX", 1]],
  ["msetex exat", () => c.msetex({ a: 1 }, { exat: 1 }), ["MSETEX", 1, "a", 1, "EXAT", 1]],
  ["msetex pxat", () => c.msetex({ a: 1 }, { pxat: 1 }), ["MSETEX", 1, "a", 1, "PXAT", 1]],
  ["msetex keepTtl", () => c.msetex({ a: 1 }, { keepTtl: true, nx: false }), ["MSETEX", 1, "a", 1, "KEEPTTL"]],
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
  ["set ifNe 0", () => c.set("k", "v", { ifNe: 0 }), ["SET", "k", "v", "IFNE", 0]],
  ["set ifDeq", () => c.set("k", "v", { ifDeq: "00ff" }), ["SET", "k", "v", "IFDEQ", "00ff"]],
  [
    "set ifDne get ex",
    () => c.set("k", "v", { ifDne: "00ff", get: true, ex: 1 }),
    ["SET", "k", "v", "IFDNE", "00ff", "GET", "EX", 1],
  ],
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
  ["substr", () => c.substr("k", 0, -1), ["SUBSTR", "k", 0, -1]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "delex ifEq and ifNe",
    () => c.delex("k", { ifEq: "", ifNe: "v" }),
    "Cannot send DELEX: the options ifEq and ifNe exclude each other",
  ],
  [
    "delex ifDeq and ifDne",
    () => c.delex("k", { ifDeq: "00ff", ifDne: "00ff" }),
    "Cannot send DELEX: the options ifDeq and ifDne exclude each other",
  ],
  [
    "lcs len and idx",
    () => c.lcs("a", "b", { len: true, idx: true }),
    "Cannot send LCS: the options len and idx exclude each other",
  ],
  ["msetex of nothing", () => c.msetex({}), "Cannot send MSETEX: the record or the entries are empty"],
  [
    "msetex nx and xx",
    () => c.msetex({ a: 1 }, { nx: true, xx: true }),
    "Cannot send MSETEX: the options nx and xx exclude each other",
  ],
  [
    "msetex px and keepTtl",
    () => c.msetex({ a: 1 }, { px: 0, keepTtl: true }),
    "Cannot send MSETEX: the options px and keepTtl exclude each other",
  ],
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
    "set ifNe and ifDeq",
    () => c.set("k", "v", { ifNe: "", ifDeq: "00ff" }),
    "Cannot send SET: the options ifNe and ifDeq exclude each other",
  ],
  [
    "set nx and ifDne",
    () => c.set("k", "v", { nx: true, ifDne: "00ff" }),
    "Cannot send SET: the options nx and ifDne exclude each other",
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
    name: "delex",
    since: { redis: "8.4.0" },
    run: async (r) => {
      await r.mset({ "a{delex}": "v", "b{delex}": "v" });
      const digest = await r.digest("b{delex}") ?? "";
      return [
        await r.delex("a{delex}", { ifEq: "w" }),
        await r.delex("a{delex}", { ifNe: "v" }),
        await r.delex("a{delex}", { ifEq: "v" }),
        await r.delex("a{delex}"),
        await r.delex("b{delex}", { ifDne: digest }),
        await r.delex("b{delex}", { ifDeq: digest }),
      ];
    },
    expect: [0, 0, 1, 0, 0, 1],
  },
  {
    name: "delifeq",
    since: { valkey: "9.0.0" },
    run: async (r) => {
      await r.set("delifeq", "v");
      return [
        await r.delifeq("delifeq", "w"),
        await r.delifeq("delifeq", bytes("v")),
        await r.delifeq("delifeq", "v"),
      ];
    },
    expect: [0, 1, 0],
  },
  {
    name: "digest",
    since: { redis: "8.4.0" },
    run: async (r) => {
      await r.set("digest", "Hello world");
      return [await r.digest("digest"), await r.bytes.digest("digest"), await r.digest("digest:none")];
    },
    expect: ["b6acb9d84a38ff74", "b6acb9d84a38ff74", null],
  },
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
    name: "lcs",
    run: async (r) => {
      await r.mset({ "a{lcs}": "ohmytext", "b{lcs}": "mynewtext" });
      return [
        await r.lcs("a{lcs}", "b{lcs}"),
        await r.bytes.lcs("a{lcs}", "b{lcs}"),
        await r.lcs("a{lcs}", "none{lcs}"),
        await r.lcs("a{lcs}", "b{lcs}", { len: true }),
        await r.bigints.lcs("a{lcs}", "b{lcs}", { len: true }),
      ];
    },
    expect: ["mytext", bytes("mytext"), "", 6, 6n],
  },
  {
    name: "lcs idx, minMatchLen, withMatchLen",
    run: async (r) => {
      await r.mset({ "a{lcs}": "ohmytext", "b{lcs}": "mynewtext" });
      return [
        await r.lcs("a{lcs}", "b{lcs}", { idx: true }),
        await r.lcs("a{lcs}", "b{lcs}", { idx: true, minMatchLen: 4, withMatchLen: true }),
        await r.bigints.lcs("a{lcs}", "b{lcs}", { idx: true, minMatchLen: 4, withMatchLen: true }),
        await r.lcs("a{lcs}", "none{lcs}", { idx: true }),
      ];
    },
    expect: [
      { matches: [{ first: [4, 7], second: [5, 8] }, { first: [2, 3], second: [0, 1] }], len: 6 },
      { matches: [{ first: [4, 7], second: [5, 8], matchLen: 4 }], len: 6 },
      { matches: [{ first: [4n, 7n], second: [5n, 8n], matchLen: 4n }], len: 6n },
      { matches: [], len: 0 },
    ],
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
    name: "msetex",
    since: { redis: "8.4.0", valkey: "9.1.0" },
    run: async (r) => [
      await r.msetex({ "a{msetex}": 1, "b{msetex}": "2" }),
      await r.msetex([["a{msetex}", 3], ["c{msetex}", 3]], { nx: true }),
      await r.msetex([["a{msetex}", 3], ["c{msetex}", 3]], { xx: true }),
      await r.mget("a{msetex}", "b{msetex}", "c{msetex}"),
    ],
    expect: [1, 0, 0, ["1", "2", null]],
  },
  {
    name: "msetex ex, px, exat, pxat, keepTtl",
    since: { redis: "8.4.0", valkey: "9.1.0" },
    run: async (r) => {
      await r.msetex({ "msetex:times": "v" }, { nx: true, ex: 100 });
      const left = [await r.pttl("msetex:times") > 90_000];
      await r.msetex({ "msetex:times": "v" }, { px: 900_000 });
      left.push(await r.pttl("msetex:times") > 800_000);
      await r.msetex({ "msetex:times": "v" }, { exat: FUTURE_SECONDS });
      left.push(await r.expiretime("msetex:times") === FUTURE_SECONDS);
      await r.msetex({ "msetex:times": "v" }, { pxat: FUTURE_SECONDS * 1000 + 1000 });
      await r.msetex({ "msetex:times": "w" }, { xx: true, keepTtl: true });
      left.push(await r.expiretime("msetex:times") === FUTURE_SECONDS + 1);
      return left;
    },
    expect: [true, true, true, true],
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
    name: "set ifNe, ifDeq, ifDne",
    since: { redis: "8.4.0" },
    run: async (r) => {
      const made = await r.set("set:ifne", "a", { ifNe: "a" });
      const digest = await r.digest("set:ifne") ?? "";
      return [
        made,
        await r.set("set:ifne", "b", { ifNe: "a" }),
        await r.set("set:ifne", "b", { ifDne: digest }),
        await r.set("set:ifne", "b", { ifDeq: digest }),
      ];
    },
    expect: ["OK", null, null, "OK"],
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
  {
    name: "substr",
    run: async (r) => {
      await r.set("substr", "hello");
      return [
        await r.substr("substr", 1, -2),
        await r.bytes.substr("substr", 0, 0),
        await r.substr("substr:none", 0, 1),
      ];
    },
    expect: ["ell", bytes("h"), ""],
  },
];
