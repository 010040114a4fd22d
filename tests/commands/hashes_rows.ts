/** Rows of the commands on hashes. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["hdel", () => c.hdel("k", "f", "g"), ["HDEL", "k", "f", "g"]],
  ["hexists", () => c.hexists("k", "f"), ["HEXISTS", "k", "f"]],
  ["hget", () => c.hget("k", "f"), ["HGET", "k", "f"]],
  ["hgetall", () => c.hgetall("k"), ["HGETALL", "k"]],
  ["hgetdel", () => c.hgetdel("k", ["f", bytes("g")]), ["HGETDEL", "k", "FIELDS", 2, "f", bytes("g")]],
  ["hgetdel of one field", () => c.hgetdel("k", ""), ["HGETDEL", "k", "FIELDS", 1, ""]],
  ["hincrby", () => c.hincrby("k", "f", 0), ["HINCRBY", "k", "f", 0]],
  ["hincrby a bigint", () => c.hincrby("k", "f", -2n), ["HINCRBY", "k", "f", -2n]],
  ["hincrbyfloat", () => c.hincrbyfloat("k", "f", 0.5), ["HINCRBYFLOAT", "k", "f", 0.5]],
  ["hkeys", () => c.hkeys("k"), ["HKEYS", "k"]],
  ["hlen", () => c.hlen("k"), ["HLEN", "k"]],
  ["hmget", () => c.hmget("k", "f", bytes("g")), ["HMGET", "k", "f", bytes("g")]],
  ["hmset of a record", () => c.hmset("k", { f: 0, g: "" }), ["HMSET", "k", "f", 0, "g", ""]],
  ["hmset of entries", () => c.hmset("k", [[bytes("f"), 1n]]), ["HMSET", "k", bytes("f"), 1n]],
  ["hrandfield", () => c.hrandfield("k"), ["HRANDFIELD", "k"]],
  ["hrandfield count", () => c.hrandfield("k", -2), ["HRANDFIELD", "k", -2]],
  ["hrandfield count 0", () => c.hrandfield("k", 0), ["HRANDFIELD", "k", 0]],
  ["hrandfield withValues", () => c.hrandfield("k", 2, { withValues: true }), ["HRANDFIELD", "k", 2, "WITHVALUES"]],
  ["hrandfield withValues false", () => c.hrandfield("k", 2, { withValues: false }), ["HRANDFIELD", "k", 2]],
  ["hscan", () => c.hscan("k", "0"), ["HSCAN", "k", "0"]],
  ["hscan match", () => c.hscan("k", 0, { match: "a*" }), ["HSCAN", "k", 0, "MATCH", "a*"]],
  ["hscan count", () => c.hscan("k", "0", { count: 0 }), ["HSCAN", "k", "0", "COUNT", 0]],
  ["hscan noValues", () => c.hscan("k", "0", { noValues: true, match: "" }), [
    "HSCAN",
    "k",
    "0",
    "MATCH",
    "",
    "NOVALUES",
  ]],
  ["hscan noValues false", () => c.hscan("k", "0", { noValues: false }), ["HSCAN", "k", "0"]],
  ["hset of a record", () => c.hset("k", { f: 1, g: "2" }), ["HSET", "k", "f", 1, "g", "2"]],
  ["hset of entries", () => c.hset("k", [[bytes("f"), 1n]]), ["HSET", "k", bytes("f"), 1n]],
  ["hset of a Map", () => c.hset("k", new Map([["f", 1]])), ["HSET", "k", "f", 1]],
  ["hsetnx", () => c.hsetnx("k", "f", "v"), ["HSETNX", "k", "f", "v"]],
  ["hstrlen", () => c.hstrlen("k", "f"), ["HSTRLEN", "k", "f"]],
  ["hvals", () => c.hvals("k"), ["HVALS", "k"]],
];

export const refusals: readonly RefusalRow[] = [
  ["hdel of no field", () => c.hdel("k"), "Cannot send HDEL: at least one field is wanted"],
  ["hmget of no field", () => c.hmget("k"), "Cannot send HMGET: at least one field is wanted"],
  ["hgetdel of no field", () => c.hgetdel("k", []), "Cannot send HGETDEL: at least one field is wanted"],
  ["hmset of an empty record", () => c.hmset("k", {}), "Cannot send HMSET: the record or the entries are empty"],
  ["hset of an empty record", () => c.hset("k", {}), "Cannot send HSET: the record or the entries are empty"],
  ["hset of text", () => c.hset("k", "f" as never), "Cannot send HSET: a record or entries are wanted, got string"],
  [
    "hset of a flat list",
    () => c.hset("k", ["field", "value"] as never),
    "Cannot send HSET: each entry is to be a pair in a list",
  ],
];

export const server: readonly ServerRow[] = [
  {
    name: "hdel",
    run: async (r) => {
      await r.hset("hdel", { f: 1, g: 2 });
      return await r.hdel("hdel", "f", "g", "h");
    },
    expect: 2,
  },
  {
    name: "hexists",
    run: async (r) => {
      await r.hset("hexists", { f: 1 });
      return [await r.hexists("hexists", "f"), await r.hexists("hexists", "g")];
    },
    expect: [1, 0],
  },
  {
    name: "hget",
    run: async (r) => {
      await r.hset("hget", { f: "v" });
      return [await r.hget("hget", "f"), await r.hget("hget", "g"), await r.hget("hget:none", "f")];
    },
    expect: ["v", null, null],
  },
  {
    name: "hgetall",
    run: async (r) => {
      await r.hset("hgetall", { f: 1, "": "é" });
      return [await r.hgetall("hgetall"), await r.hgetall("hgetall:none")];
    },
    expect: [{ f: "1", "": "é" }, {}],
  },
  {
    name: "hgetall of a field named __proto__",
    run: async (r) => {
      await r.hset("hgetall:proto", [["__proto__", "v"]]);
      const record = await r.hgetall("hgetall:proto");
      return [Object.entries(record), Object.getPrototypeOf(record) === Object.prototype];
    },
    expect: [[["__proto__", "v"]], true],
  },
  {
    name: "hgetall as bytes",
    run: async (r) => {
      await r.hset("hgetall:bytes", { f: new Uint8Array([255, 0]) });
      return await r.bytes.hgetall("hgetall:bytes");
    },
    expect: { f: new Uint8Array([255, 0]) },
  },
  {
    name: "hgetdel",
    since: { redis: "8.0.0", valkey: "9.1.0" },
    run: async (r) => {
      await r.hset("hgetdel", { f: 1, g: 2 });
      return [
        await r.hgetdel("hgetdel", ["f", "none"]),
        await r.bytes.hgetdel("hgetdel", "g"),
        await r.exists("hgetdel"),
        await r.hgetdel("hgetdel", ["f", "g"]),
      ];
    },
    expect: [["1", null], [bytes("2")], 0, [null, null]],
  },
  {
    name: "hincrby",
    run: async (r) => [await r.hincrby("h", "f", 2), await r.hincrby("h", "f", -5n)],
    expect: [2, -3],
  },
  {
    name: "hincrbyfloat",
    run: async (r) => [await r.hincrbyfloat("hf", "f", 10.5), await r.hincrbyfloat("hf", "f", -0.25)],
    expect: [10.5, 10.25],
  },
  {
    name: "hkeys",
    run: async (r) => {
      await r.hset("hkeys", { f: 1, g: 2 });
      return [(await r.hkeys("hkeys")).sort(), await r.hkeys("hkeys:none")];
    },
    expect: [["f", "g"], []],
  },
  {
    name: "hlen",
    run: async (r) => {
      await r.hset("hlen", { f: 1, g: 2 });
      return [await r.hlen("hlen"), await r.hlen("hlen:none")];
    },
    expect: [2, 0],
  },
  {
    name: "hmget",
    run: async (r) => {
      await r.hset("hmget", { f: 1, g: 2 });
      return [await r.hmget("hmget", "g", "none", "f"), await r.hmget("hmget:none", "f")];
    },
    expect: [["2", null, "1"], [null]],
  },
  {
    name: "hmset",
    run: async (r) => [await r.hmset("hmset", { f: 1, g: "" }), await r.hgetall("hmset")],
    expect: ["OK", { f: "1", g: "" }],
  },
  {
    name: "hrandfield",
    run: async (r) => {
      await r.hset("hrandfield", { f: 1 });
      return [
        await r.hrandfield("hrandfield"),
        await r.hrandfield("hrandfield:none"),
        await r.hrandfield("hrandfield", 2),
        await r.hrandfield("hrandfield", -2),
        await r.hrandfield("hrandfield", 0),
        await r.hrandfield("hrandfield:none", 2),
        await r.hrandfield("hrandfield", -2, { withValues: true }),
        await r.hrandfield("hrandfield:none", 2, { withValues: true }),
      ];
    },
    expect: ["f", null, ["f"], ["f", "f"], [], [], [["f", "1"], ["f", "1"]], []],
  },
  {
    name: "hscan",
    run: async (r) => {
      await r.hset("hscan", { f: 1, g: 2 });
      return [
        await r.hscan("hscan", 0, { match: "f*", count: 100 }),
        await r.hscan("hscan:none", "0"),
        await r.bytes.hscan("hscan", "0", { match: "g" }),
      ];
    },
    expect: [
      { cursor: "0", entries: [["f", "1"]] },
      { cursor: "0", entries: [] },
      { cursor: "0", entries: [[bytes("g"), bytes("2")]] },
    ],
  },
  {
    name: "hscan noValues",
    since: { redis: "7.4.0", valkey: "8.0.0" },
    run: async (r) => {
      await r.hset("hscan:fields", { f: 1, g: 2 });
      return [
        await r.hscan("hscan:fields", "0", { noValues: true, match: "f", count: 100 }),
        await r.bytes.hscan("hscan:fields", "0", { noValues: true, match: "g" }),
        await r.hscan("hscan:none", "0", { noValues: true }),
      ];
    },
    expect: [{ cursor: "0", fields: ["f"] }, { cursor: "0", fields: [bytes("g")] }, { cursor: "0", fields: [] }],
  },
  {
    name: "hset",
    run: async (r) => [await r.hset("hset", { f: 1, g: 2 }), await r.hset("hset", [["f", 3]])],
    expect: [2, 0],
  },
  {
    name: "hsetnx",
    run: async (r) => [await r.hsetnx("hsetnx", "f", 1), await r.hsetnx("hsetnx", "f", 2)],
    expect: [1, 0],
  },
  {
    name: "hstrlen",
    run: async (r) => {
      await r.hset("hstrlen", { f: "é" });
      return [await r.hstrlen("hstrlen", "f"), await r.hstrlen("hstrlen", "g")];
    },
    expect: [2, 0],
  },
  {
    name: "hvals",
    run: async (r) => {
      await r.hset("hvals", { f: 1, g: 2 });
      return [(await r.hvals("hvals")).sort(), await r.hvals("hvals:none")];
    },
    expect: [["1", "2"], []],
  },
];
