/** Rows of the commands on lists. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["lindex", () => c.lindex("k", 0), ["LINDEX", "k", 0]],
  ["linsert before", () => c.linsert("k", "before", "p", "e"), ["LINSERT", "k", "before", "p", "e"]],
  ["linsert after", () => c.linsert("k", "after", 0, 1), ["LINSERT", "k", "after", 0, 1]],
  ["llen", () => c.llen("k"), ["LLEN", "k"]],
  ["lmove", () => c.lmove("a", "b", "left", "right"), ["LMOVE", "a", "b", "left", "right"]],
  ["lmpop", () => c.lmpop(["a", "b"], "left"), ["LMPOP", 2, "a", "b", "left"]],
  ["lmpop of one key", () => c.lmpop(bytes("a"), "right"), ["LMPOP", 1, bytes("a"), "right"]],
  ["lmpop count", () => c.lmpop("a", "left", { count: 0 }), ["LMPOP", 1, "a", "left", "COUNT", 0]],
  ["lpop", () => c.lpop("k"), ["LPOP", "k"]],
  ["lpop count", () => c.lpop("k", 2), ["LPOP", "k", 2]],
  ["lpop count 0", () => c.lpop("k", 0), ["LPOP", "k", 0]],
  ["lpos", () => c.lpos("k", "e"), ["LPOS", "k", "e"]],
  ["lpos with no option", () => c.lpos("k", "e", {}), ["LPOS", "k", "e"]],
  ["lpos rank", () => c.lpos("k", "e", { rank: -1 }), ["LPOS", "k", "e", "RANK", -1]],
  ["lpos count 0", () => c.lpos("k", "e", { count: 0 }), ["LPOS", "k", "e", "COUNT", 0]],
  ["lpos maxLen 0", () => c.lpos("k", "e", { maxLen: 0 }), ["LPOS", "k", "e", "MAXLEN", 0]],
  ["lpush", () => c.lpush("k", "a", 1, 2n), ["LPUSH", "k", "a", 1, 2n]],
  ["lpushx", () => c.lpushx("k", "a", "b"), ["LPUSHX", "k", "a", "b"]],
  ["lrange", () => c.lrange("k", 0, -1), ["LRANGE", "k", 0, -1]],
  ["lrem", () => c.lrem("k", 0, "e"), ["LREM", "k", 0, "e"]],
  ["lset", () => c.lset("k", 0, "e"), ["LSET", "k", 0, "e"]],
  ["ltrim", () => c.ltrim("k", 0, -1), ["LTRIM", "k", 0, -1]],
  ["rpop", () => c.rpop("k"), ["RPOP", "k"]],
  ["rpop count", () => c.rpop("k", 0), ["RPOP", "k", 0]],
  ["rpoplpush", () => c.rpoplpush("a", bytes("b")), ["RPOPLPUSH", "a", bytes("b")]],
  ["rpush", () => c.rpush("k", "a", "b"), ["RPUSH", "k", "a", "b"]],
  ["rpushx", () => c.rpushx("k", "a", "b"), ["RPUSHX", "k", "a", "b"]],
];

export const refusals: readonly RefusalRow[] = [
  ["lmpop of no key", () => c.lmpop([], "left"), "Cannot send LMPOP: at least one key is wanted"],
  ["lpush of nothing", () => c.lpush("k"), "Cannot send LPUSH: at least one element is wanted"],
  ["lpushx of nothing", () => c.lpushx("k"), "Cannot send LPUSHX: at least one element is wanted"],
  ["rpush of nothing", () => c.rpush("k"), "Cannot send RPUSH: at least one element is wanted"],
  ["rpushx of nothing", () => c.rpushx("k"), "Cannot send RPUSHX: at least one element is wanted"],
];

export const server: readonly ServerRow[] = [
  {
    name: "lindex",
    run: async (r) => {
      await r.rpush("lindex", "a", "b");
      return [await r.lindex("lindex", -1), await r.lindex("lindex", 5), await r.lindex("lindex:none", 0)];
    },
    expect: ["b", null, null],
  },
  {
    name: "linsert",
    run: async (r) => {
      await r.rpush("linsert", "a");
      return [
        await r.linsert("linsert", "before", "a", "x"),
        await r.linsert("linsert", "after", "a", "y"),
        await r.linsert("linsert", "after", "none", "z"),
        await r.linsert("linsert:none", "after", "a", "z"),
        await r.lrange("linsert", 0, -1),
      ];
    },
    expect: [2, 3, -1, 0, ["x", "a", "y"]],
  },
  {
    name: "llen",
    run: async (r) => {
      await r.rpush("llen", "a", "b");
      return [await r.llen("llen"), await r.llen("llen:none")];
    },
    expect: [2, 0],
  },
  {
    name: "lmove",
    run: async (r) => {
      await r.rpush("a{lmove}", "a", "b");
      return [
        await r.lmove("a{lmove}", "b{lmove}", "right", "left"),
        await r.lmove("none{lmove}", "b{lmove}", "left", "left"),
        await r.lrange("b{lmove}", 0, -1),
      ];
    },
    expect: ["b", null, ["b"]],
  },
  {
    name: "lmpop",
    run: async (r) => {
      await r.rpush("b{lmpop}", "a", "b", "c");
      return [
        await r.lmpop(["a{lmpop}", "b{lmpop}"], "left", { count: 2 }),
        await r.lmpop("b{lmpop}", "right"),
        await r.lmpop("b{lmpop}", "right"),
      ];
    },
    expect: [{ key: "b{lmpop}", elements: ["a", "b"] }, { key: "b{lmpop}", elements: ["c"] }, null],
  },
  {
    name: "lpop",
    run: async (r) => {
      await r.rpush("lpop", "a", "b", "c");
      return [
        await r.lpop("lpop"),
        await r.lpop("lpop", 0),
        await r.lpop("lpop", 5),
        await r.lpop("lpop"),
        await r.lpop("lpop", 1),
      ];
    },
    expect: ["a", [], ["b", "c"], null, null],
  },
  {
    name: "lpos",
    run: async (r) => {
      await r.rpush("lpos", "a", "b", "a");
      return [
        await r.lpos("lpos", "a"),
        await r.lpos("lpos", "a", { rank: -1 }),
        await r.lpos("lpos", "a", { count: 0 }),
        await r.lpos("lpos", "b", { maxLen: 1 }),
        await r.lpos("lpos", "z", { count: 2 }),
        await r.lpos("lpos:none", "a", { count: 0 }),
      ];
    },
    expect: [0, 2, [0, 2], null, [], []],
  },
  {
    name: "lpush",
    run: async (r) => [await r.lpush("lpush", "a", "b"), await r.lrange("lpush", 0, -1)],
    expect: [2, ["b", "a"]],
  },
  {
    name: "lpushx",
    run: async (r) => {
      await r.rpush("lpushx", "a");
      return [await r.lpushx("lpushx", "b", "c"), await r.lpushx("lpushx:none", "b")];
    },
    expect: [3, 0],
  },
  {
    name: "lrange",
    run: async (r) => {
      await r.rpush("lrange", "a", "b", "c");
      return [
        await r.lrange("lrange", 1, -1),
        await r.lrange("lrange:none", 0, -1),
        await r.bytes.lrange("lrange", 0, 0),
      ];
    },
    expect: [["b", "c"], [], [bytes("a")]],
  },
  {
    name: "lrem",
    run: async (r) => {
      await r.rpush("lrem", "a", "b", "a", "a");
      return [await r.lrem("lrem", -1, "a"), await r.lrem("lrem", 0, "a")];
    },
    expect: [1, 2],
  },
  {
    name: "lset",
    run: async (r) => {
      await r.rpush("lset", "a");
      return [await r.lset("lset", 0, "b"), await r.lindex("lset", 0)];
    },
    expect: ["OK", "b"],
  },
  {
    name: "ltrim",
    run: async (r) => {
      await r.rpush("ltrim", "a", "b", "c");
      return [await r.ltrim("ltrim", 1, 1), await r.lrange("ltrim", 0, -1)];
    },
    expect: ["OK", ["b"]],
  },
  {
    name: "rpop",
    run: async (r) => {
      await r.rpush("rpop", "a", "b", "c");
      return [await r.rpop("rpop"), await r.rpop("rpop", 5), await r.rpop("rpop"), await r.rpop("rpop", 1)];
    },
    expect: ["c", ["b", "a"], null, null],
  },
  {
    name: "rpoplpush",
    run: async (r) => {
      await r.rpush("a{rpoplpush}", "a", "b");
      return [
        await r.rpoplpush("a{rpoplpush}", "b{rpoplpush}"),
        await r.bytes.rpoplpush("a{rpoplpush}", "b{rpoplpush}"),
        await r.rpoplpush("a{rpoplpush}", "b{rpoplpush}"),
        await r.lrange("b{rpoplpush}", 0, -1),
      ];
    },
    expect: ["b", bytes("a"), null, ["a", "b"]],
  },
  { name: "rpush", run: (r) => r.rpush("rpush", "a", 1, 2n, bytes("b")), expect: 4 },
  {
    name: "rpushx",
    run: async (r) => {
      await r.rpush("rpushx", "a");
      return [await r.rpushx("rpushx", "b"), await r.rpushx("rpushx:none", "b")];
    },
    expect: [2, 0],
  },
];
