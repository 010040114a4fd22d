/** Rows of the commands that combine sorted sets. */
import type { Client } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["zdiff", () => c.zdiff(["a", "b"]), ["ZDIFF", 2, "a", "b"]],
  ["zdiff of one key", () => c.zdiff("a"), ["ZDIFF", 1, "a"]],
  ["zdiff withScores", () => c.zdiff(["a", "b"], { withScores: true }), ["ZDIFF", 2, "a", "b", "WITHSCORES"]],
  ["zdiffstore", () => c.zdiffstore("d", ["a", "b"]), ["ZDIFFSTORE", "d", 2, "a", "b"]],
  ["zinter", () => c.zinter(["a", "b"]), ["ZINTER", 2, "a", "b"]],
  ["zinter with no option", () => c.zinter(["a", "b"], {}), ["ZINTER", 2, "a", "b"]],
  [
    "zinter weights",
    () => c.zinter(["a", "b"], { weights: [0, -Infinity] }),
    ["ZINTER", 2, "a", "b", "WEIGHTS", 0, "-inf"],
  ],
  ["zinter aggregate", () => c.zinter(["a", "b"], { aggregate: "min" }), ["ZINTER", 2, "a", "b", "AGGREGATE", "min"]],
  ["zinter withScores", () => c.zinter(["a"], { withScores: true }), ["ZINTER", 1, "a", "WITHSCORES"]],
  [
    "zinter of all options",
    () => c.zinter(["a", "b"], { withScores: true, aggregate: "sum", weights: [1, 2] }),
    ["ZINTER", 2, "a", "b", "WEIGHTS", 1, 2, "AGGREGATE", "sum", "WITHSCORES"],
  ],
  ["zintercard", () => c.zintercard(["a", "b"]), ["ZINTERCARD", 2, "a", "b"]],
  ["zintercard limit 0", () => c.zintercard("a", { limit: 0 }), ["ZINTERCARD", 1, "a", "LIMIT", 0]],
  ["zinterstore", () => c.zinterstore("d", ["a", "b"]), ["ZINTERSTORE", "d", 2, "a", "b"]],
  [
    "zinterstore weights aggregate",
    () => c.zinterstore("d", ["a", "b"], { weights: [1, 2], aggregate: "max" }),
    ["ZINTERSTORE", "d", 2, "a", "b", "WEIGHTS", 1, 2, "AGGREGATE", "max"],
  ],
  ["zunion", () => c.zunion(["a", "b"]), ["ZUNION", 2, "a", "b"]],
  [
    "zunion of all options",
    () => c.zunion(["a", "b"], { withScores: true, aggregate: "max", weights: [1, 2] }),
    ["ZUNION", 2, "a", "b", "WEIGHTS", 1, 2, "AGGREGATE", "max", "WITHSCORES"],
  ],
  ["zunion aggregate count", () => c.zunion("a", { aggregate: "count" }), ["ZUNION", 1, "a", "AGGREGATE", "count"]],
  ["zunionstore", () => c.zunionstore("d", ["a", "b"]), ["ZUNIONSTORE", "d", 2, "a", "b"]],
  [
    "zunionstore weights aggregate",
    () => c.zunionstore("d", "a", { weights: [2], aggregate: "min" }),
    ["ZUNIONSTORE", "d", 1, "a", "WEIGHTS", 2, "AGGREGATE", "min"],
  ],
];

export const refusals: readonly RefusalRow[] = [
  ["zdiff of no key", () => c.zdiff([]), "Cannot send ZDIFF: at least one key is wanted"],
  ["zdiffstore of no key", () => c.zdiffstore("d", []), "Cannot send ZDIFFSTORE: at least one key is wanted"],
  ["zinter of no key", () => c.zinter([]), "Cannot send ZINTER: at least one key is wanted"],
  ["zinter of no weight", () => c.zinter("a", { weights: [] }), "Cannot send ZINTER: at least one weight is wanted"],
  ["zintercard of no key", () => c.zintercard([]), "Cannot send ZINTERCARD: at least one key is wanted"],
  ["zinterstore of no key", () => c.zinterstore("d", []), "Cannot send ZINTERSTORE: at least one key is wanted"],
  ["zunion of no key", () => c.zunion([]), "Cannot send ZUNION: at least one key is wanted"],
  ["zunionstore of no key", () => c.zunionstore("d", []), "Cannot send ZUNIONSTORE: at least one key is wanted"],
];

/** Two sorted sets with one member in common; gives their keys. */
async function twoSets(redis: Client, tag: string): Promise<[string, string]> {
  const keys: [string, string] = [`a{${tag}}`, `b{${tag}}`];
  await redis.zadd(keys[0], { x: 1, y: 2.5 });
  await redis.zadd(keys[1], { y: 3, z: 10 });
  return keys;
}

export const server: readonly ServerRow[] = [
  {
    name: "zdiff",
    run: async (r) => {
      const keys = await twoSets(r, "zdiff");
      return [await r.zdiff(keys), await r.zdiff(keys, { withScores: true }), await r.zdiff("none{zdiff}")];
    },
    expect: [["x"], [{ member: "x", score: 1 }], []],
  },
  {
    name: "zdiffstore",
    run: async (r) => await r.zdiffstore("d{zdiffstore}", await twoSets(r, "zdiffstore")),
    expect: 1,
  },
  {
    name: "zinter",
    run: async (r) => {
      const keys = await twoSets(r, "zinter");
      return [
        await r.zinter(keys),
        await r.zinter(keys, { withScores: true }),
        await r.zinter(keys, { withScores: true, weights: [1, 2] }),
        await r.zinter(keys, { withScores: true, aggregate: "min" }),
        await r.zinter([...keys, "none{zinter}"], { withScores: true }),
      ];
    },
    expect: [
      ["y"],
      [{ member: "y", score: 5.5 }],
      [{ member: "y", score: 8.5 }],
      [{ member: "y", score: 2.5 }],
      [],
    ],
  },
  {
    name: "zintercard",
    run: async (r) => {
      const keys = await twoSets(r, "zintercard");
      return [await r.zintercard(keys), await r.zintercard(keys[0], { limit: 1 })];
    },
    expect: [1, 1],
  },
  {
    name: "zinterstore",
    run: async (r) => {
      const keys = await twoSets(r, "zinterstore");
      return [
        await r.zinterstore("d{zinterstore}", keys, { weights: [2, 1], aggregate: "max" }),
        await r.zrange("d{zinterstore}", 0, -1, { withScores: true }),
      ];
    },
    expect: [1, [{ member: "y", score: 5 }]],
  },
  {
    name: "zunion",
    run: async (r) => {
      const keys = await twoSets(r, "zunion");
      return [await r.zunion(keys), await r.zunion(keys, { withScores: true, aggregate: "max" })];
    },
    expect: [
      ["x", "y", "z"],
      [{ member: "x", score: 1 }, { member: "y", score: 3 }, { member: "z", score: 10 }],
    ],
  },
  {
    name: "zunion aggregate count",
    since: { redis: "8.8.0" },
    run: async (r) => {
      const keys = await twoSets(r, "zunion:count");
      return await r.zunion(keys, { withScores: true, aggregate: "count" });
    },
    expect: [{ member: "x", score: 1 }, { member: "z", score: 1 }, { member: "y", score: 2 }],
  },
  {
    name: "zunionstore",
    run: async (r) => {
      const keys = await twoSets(r, "zunionstore");
      return [
        await r.zunionstore("d{zunionstore}", keys, { weights: [Infinity, 1] }),
        await r.zscore("d{zunionstore}", "y"),
      ];
    },
    expect: [3, Infinity],
  },
];
