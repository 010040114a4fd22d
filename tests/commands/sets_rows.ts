/** Rows of the commands on sets. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["sadd", () => c.sadd("k", "a", 1, bytes("b")), ["SADD", "k", "a", 1, bytes("b")]],
  ["scard", () => c.scard("k"), ["SCARD", "k"]],
  ["sdiff", () => c.sdiff("a", "b"), ["SDIFF", "a", "b"]],
  ["sdiffstore", () => c.sdiffstore("d", "a", "b"), ["SDIFFSTORE", "d", "a", "b"]],
  ["sinter", () => c.sinter("a", "b"), ["SINTER", "a", "b"]],
  ["sintercard", () => c.sintercard(["a", "b"]), ["SINTERCARD", 2, "a", "b"]],
  ["sintercard of one key", () => c.sintercard("a"), ["SINTERCARD", 1, "a"]],
  ["sintercard limit 0", () => c.sintercard(["a"], { limit: 0 }), ["SINTERCARD", 1, "a", "LIMIT", 0]],
  ["sinterstore", () => c.sinterstore("d", "a", "b"), ["SINTERSTORE", "d", "a", "b"]],
  ["sismember", () => c.sismember("k", "m"), ["SISMEMBER", "k", "m"]],
  ["smembers", () => c.smembers("k"), ["SMEMBERS", "k"]],
  ["smismember", () => c.smismember("k", "m", 0), ["SMISMEMBER", "k", "m", 0]],
  ["smove", () => c.smove("a", "b", "m"), ["SMOVE", "a", "b", "m"]],
  ["spop", () => c.spop("k"), ["SPOP", "k"]],
  ["spop count 0", () => c.spop("k", 0), ["SPOP", "k", 0]],
  ["srandmember", () => c.srandmember("k"), ["SRANDMEMBER", "k"]],
  ["srandmember count", () => c.srandmember("k", -2), ["SRANDMEMBER", "k", -2]],
  ["srem", () => c.srem("k", "a", "b"), ["SREM", "k", "a", "b"]],
  ["sscan", () => c.sscan("k", "0"), ["SSCAN", "k", "0"]],
  ["sscan match count", () => c.sscan("k", 0, { match: "a*", count: 5 }), ["SSCAN", "k", 0, "MATCH", "a*", "COUNT", 5]],
  ["sunion", () => c.sunion("a", "b"), ["SUNION", "a", "b"]],
  ["sunionstore", () => c.sunionstore("d", "a", "b"), ["SUNIONSTORE", "d", "a", "b"]],
];

export const refusals: readonly RefusalRow[] = [
  ["sadd of nothing", () => c.sadd("k"), "Cannot send SADD: at least one member is wanted"],
  ["sdiff of nothing", () => c.sdiff(), "Cannot send SDIFF: at least one key is wanted"],
  ["sdiffstore of nothing", () => c.sdiffstore("d"), "Cannot send SDIFFSTORE: at least one key is wanted"],
  ["sinter of nothing", () => c.sinter(), "Cannot send SINTER: at least one key is wanted"],
  ["sintercard of nothing", () => c.sintercard([]), "Cannot send SINTERCARD: at least one key is wanted"],
  ["sinterstore of nothing", () => c.sinterstore("d"), "Cannot send SINTERSTORE: at least one key is wanted"],
  ["smismember of nothing", () => c.smismember("k"), "Cannot send SMISMEMBER: at least one member is wanted"],
  ["srem of nothing", () => c.srem("k"), "Cannot send SREM: at least one member is wanted"],
  ["sunion of nothing", () => c.sunion(), "Cannot send SUNION: at least one key is wanted"],
  ["sunionstore of nothing", () => c.sunionstore("d"), "Cannot send SUNIONSTORE: at least one key is wanted"],
];

export const server: readonly ServerRow[] = [
  { name: "sadd", run: async (r) => [await r.sadd("sadd", "a", "b"), await r.sadd("sadd", "b", 1)], expect: [2, 1] },
  {
    name: "scard",
    run: async (r) => {
      await r.sadd("scard", "a", "b");
      return [await r.scard("scard"), await r.scard("scard:none")];
    },
    expect: [2, 0],
  },
  {
    name: "sdiff",
    run: async (r) => {
      await r.sadd("a{sdiff}", "x", "y");
      await r.sadd("b{sdiff}", "y");
      return [await r.sdiff("a{sdiff}", "b{sdiff}"), await r.sdiff("b{sdiff}", "a{sdiff}")];
    },
    expect: [["x"], []],
  },
  {
    name: "sdiffstore",
    run: async (r) => {
      await r.sadd("a{sdiffstore}", "x", "y");
      await r.sadd("b{sdiffstore}", "y");
      return [await r.sdiffstore("d{sdiffstore}", "a{sdiffstore}", "b{sdiffstore}"), await r.smembers("d{sdiffstore}")];
    },
    expect: [1, ["x"]],
  },
  {
    name: "sinter",
    run: async (r) => {
      await r.sadd("a{sinter}", "x", "y");
      await r.sadd("b{sinter}", "y");
      return [await r.sinter("a{sinter}", "b{sinter}"), await r.sinter("a{sinter}", "c{sinter}")];
    },
    expect: [["y"], []],
  },
  {
    name: "sintercard",
    run: async (r) => {
      await r.sadd("a{sintercard}", "x", "y", "z");
      await r.sadd("b{sintercard}", "x", "y", "z");
      const keys = ["a{sintercard}", "b{sintercard}"];
      return [await r.sintercard(keys), await r.sintercard(keys, { limit: 2 }), await r.sintercard("c{sintercard}")];
    },
    expect: [3, 2, 0],
  },
  {
    name: "sinterstore",
    run: async (r) => {
      await r.sadd("a{sinterstore}", "x", "y");
      await r.sadd("b{sinterstore}", "y");
      return await r.sinterstore("d{sinterstore}", "a{sinterstore}", "b{sinterstore}");
    },
    expect: 1,
  },
  {
    name: "sismember",
    run: async (r) => {
      await r.sadd("sismember", "a");
      return [await r.sismember("sismember", "a"), await r.sismember("sismember", "b")];
    },
    expect: [1, 0],
  },
  {
    name: "smembers",
    run: async (r) => {
      await r.sadd("smembers", "a", 1);
      return [(await r.smembers("smembers")).sort(), await r.smembers("smembers:none")];
    },
    expect: [["1", "a"], []],
  },
  {
    name: "smismember",
    run: async (r) => {
      await r.sadd("smismember", "a");
      return [await r.smismember("smismember", "b", "a"), await r.smismember("smismember:none", "a")];
    },
    expect: [[0, 1], [0]],
  },
  {
    name: "smove",
    run: async (r) => {
      await r.sadd("a{smove}", "x");
      return [await r.smove("a{smove}", "b{smove}", "x"), await r.smove("a{smove}", "b{smove}", "x")];
    },
    expect: [1, 0],
  },
  {
    name: "spop",
    run: async (r) => {
      await r.sadd("a{spop}", "x");
      await r.sadd("b{spop}", "x", "y");
      return [
        await r.spop("a{spop}"),
        await r.spop("a{spop}"),
        await r.spop("b{spop}", 0),
        (await r.spop("b{spop}", 5)).sort(),
        await r.spop("b{spop}", 5),
      ];
    },
    expect: ["x", null, [], ["x", "y"], []],
  },
  {
    name: "srandmember",
    run: async (r) => {
      await r.sadd("srandmember", "x");
      return [
        await r.srandmember("srandmember"),
        await r.srandmember("srandmember:none"),
        await r.srandmember("srandmember", 5),
        await r.srandmember("srandmember", -2),
        await r.srandmember("srandmember", 0),
        await r.srandmember("srandmember:none", 2),
      ];
    },
    expect: ["x", null, ["x"], ["x", "x"], [], []],
  },
  {
    name: "srem",
    run: async (r) => {
      await r.sadd("srem", "a", "b");
      return await r.srem("srem", "a", "c");
    },
    expect: 1,
  },
  {
    name: "sscan",
    run: async (r) => {
      await r.sadd("sscan", "red", "green");
      return [await r.sscan("sscan", "0", { match: "r*", count: 100 }), await r.sscan("sscan:none", 0)];
    },
    expect: [{ cursor: "0", members: ["red"] }, { cursor: "0", members: [] }],
  },
  {
    name: "sunion",
    run: async (r) => {
      await r.sadd("a{sunion}", "x");
      await r.sadd("b{sunion}", "y");
      return (await r.sunion("a{sunion}", "b{sunion}", "c{sunion}")).sort();
    },
    expect: ["x", "y"],
  },
  {
    name: "sunionstore",
    run: async (r) => {
      await r.sadd("a{sunionstore}", "x");
      await r.sadd("b{sunionstore}", "y");
      return await r.sunionstore("d{sunionstore}", "a{sunionstore}", "b{sunionstore}");
    },
    expect: 2,
  },
];
