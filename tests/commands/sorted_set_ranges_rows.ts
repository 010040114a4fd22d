/** Rows of the commands on what lies between two bounds of a sorted set. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["zcount", () => c.zcount("k", 0, "(5"), ["ZCOUNT", "k", 0, "(5"]],
  ["zcount of infinite bounds", () => c.zcount("k", -Infinity, Infinity), ["ZCOUNT", "k", "-inf", "+inf"]],
  ["zlexcount", () => c.zlexcount("k", "-", bytes("[b")), ["ZLEXCOUNT", "k", "-", bytes("[b")]],
  ["zrange", () => c.zrange("k", 0, -1), ["ZRANGE", "k", 0, -1]],
  ["zrange with no option", () => c.zrange("k", 0, -1, {}), ["ZRANGE", "k", 0, -1]],
  [
    "zrange byScore",
    () => c.zrange("k", "(1", Infinity, { byScore: true }),
    ["ZRANGE", "k", "(1", "+inf", "BYSCORE"],
  ],
  [
    "zrange byScore from minus infinity",
    () => c.zrange("k", -Infinity, 1, { byScore: true }),
    ["ZRANGE", "k", "-inf", 1, "BYSCORE"],
  ],
  ["zrange byLex", () => c.zrange("k", "-", bytes("[b"), { byLex: true }), ["ZRANGE", "k", "-", bytes("[b"), "BYLEX"]],
  ["zrange rev", () => c.zrange("k", 0, 1, { rev: true }), ["ZRANGE", "k", 0, 1, "REV"]],
  [
    "zrange limit",
    () => c.zrange("k", 0, 1, { byScore: true, limit: { offset: 0, count: 0 } }),
    ["ZRANGE", "k", 0, 1, "BYSCORE", "LIMIT", 0, 0],
  ],
  ["zrange withScores", () => c.zrange("k", 0, 1, { withScores: true }), ["ZRANGE", "k", 0, 1, "WITHSCORES"]],
  [
    "zrange of all options",
    () => c.zrange("k", 9, 0, { withScores: true, limit: { offset: 1, count: 2 }, rev: true, byScore: true }),
    ["ZRANGE", "k", 9, 0, "BYSCORE", "REV", "LIMIT", 1, 2, "WITHSCORES"],
  ],
  ["zrangestore", () => c.zrangestore("d", "s", 0, -1), ["ZRANGESTORE", "d", "s", 0, -1]],
  [
    "zrangestore byScore rev limit",
    () => c.zrangestore("d", "s", Infinity, 0, { byScore: true, rev: true, limit: { offset: 0, count: 1 } }),
    ["ZRANGESTORE", "d", "s", "+inf", 0, "BYSCORE", "REV", "LIMIT", 0, 1],
  ],
  ["zrangestore byLex", () => c.zrangestore("d", "s", "-", "+", { byLex: true }), [
    "ZRANGESTORE",
    "d",
    "s",
    "-",
    "+",
    "BYLEX",
  ]],
  ["zremrangebylex", () => c.zremrangebylex("k", "-", "+"), ["ZREMRANGEBYLEX", "k", "-", "+"]],
  ["zremrangebyrank", () => c.zremrangebyrank("k", 0, -1), ["ZREMRANGEBYRANK", "k", 0, -1]],
  ["zremrangebyscore", () => c.zremrangebyscore("k", -Infinity, "(5"), ["ZREMRANGEBYSCORE", "k", "-inf", "(5"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "zrange byScore and byLex",
    () => c.zrange("k", 0, 1, { byScore: true, byLex: true }),
    "Cannot send ZRANGE: the options byScore and byLex exclude each other",
  ],
  [
    "zrangestore byScore and byLex",
    () => c.zrangestore("d", "s", 0, 1, { byScore: true, byLex: true }),
    "Cannot send ZRANGESTORE: the options byScore and byLex exclude each other",
  ],
];

export const server: readonly ServerRow[] = [
  {
    name: "zcount",
    run: async (r) => {
      await r.zadd("zcount", { a: 1, b: 2, c: Infinity });
      return [await r.zcount("zcount", -Infinity, Infinity), await r.zcount("zcount", "(1", 2)];
    },
    expect: [3, 1],
  },
  {
    name: "zlexcount",
    run: async (r) => {
      await r.zadd("zlexcount", { a: 0, b: 0, c: 0 });
      return [await r.zlexcount("zlexcount", "-", "+"), await r.zlexcount("zlexcount", "(a", "[b")];
    },
    expect: [3, 1],
  },
  {
    name: "zrange",
    run: async (r) => {
      await r.zadd("zrange", { a: 1, b: 2, c: 3 });
      return [
        await r.zrange("zrange", 0, 1),
        await r.zrange("zrange", 0, 0, { rev: true }),
        await r.zrange("zrange:none", 0, -1),
        await r.zrange("zrange:none", 0, -1, { withScores: true }),
      ];
    },
    expect: [["a", "b"], ["c"], [], []],
  },
  {
    name: "zrange withScores",
    run: async (r) => {
      await r.zadd("zrange:scores", { a: 1.5, b: Infinity });
      return [
        await r.zrange("zrange:scores", 0, -1, { withScores: true }),
        await r.bytes.zrange("zrange:scores", 0, 0, { withScores: true }),
        await r.bigints.zrange("zrange:scores", 0, 0, { withScores: true }),
      ];
    },
    expect: [
      [{ member: "a", score: 1.5 }, { member: "b", score: Infinity }],
      [{ member: bytes("a"), score: 1.5 }],
      [{ member: "a", score: 1.5 }],
    ],
  },
  {
    name: "zrange byScore",
    run: async (r) => {
      await r.zadd("zrange:by", { a: 1, b: 2, c: 3 });
      const limit = { offset: 1, count: 1 };
      return [
        await r.zrange("zrange:by", "(1", Infinity, { byScore: true }),
        await r.zrange("zrange:by", -Infinity, Infinity, { byScore: true, limit }),
        await r.zrange("zrange:by", Infinity, 2, { byScore: true, rev: true, withScores: true }),
      ];
    },
    expect: [["b", "c"], ["b"], [{ member: "c", score: 3 }, { member: "b", score: 2 }]],
  },
  {
    name: "zrange byLex",
    run: async (r) => {
      await r.zadd("zrange:lex", { a: 0, b: 0, c: 0 });
      return await r.zrange("zrange:lex", "[b", "+", { byLex: true, limit: { offset: 0, count: -1 } });
    },
    expect: ["b", "c"],
  },
  {
    name: "zrangestore",
    run: async (r) => {
      await r.zadd("s{zrangestore}", { a: 1, b: 2, c: 3 });
      return [
        await r.zrangestore("d{zrangestore}", "s{zrangestore}", 0, 1),
        await r.zrangestore("d{zrangestore}", "s{zrangestore}", "(1", Infinity, {
          byScore: true,
          limit: { offset: 0, count: 1 },
        }),
        await r.zrange("d{zrangestore}", 0, -1),
      ];
    },
    expect: [2, 1, ["b"]],
  },
  {
    name: "zremrangebylex",
    run: async (r) => {
      await r.zadd("zremrangebylex", { a: 0, b: 0, c: 0 });
      return await r.zremrangebylex("zremrangebylex", "-", "(c");
    },
    expect: 2,
  },
  {
    name: "zremrangebyrank",
    run: async (r) => {
      await r.zadd("zremrangebyrank", { a: 1, b: 2, c: 3 });
      return await r.zremrangebyrank("zremrangebyrank", 0, -2);
    },
    expect: 2,
  },
  {
    name: "zremrangebyscore",
    run: async (r) => {
      await r.zadd("zremrangebyscore", { a: 1, b: 2, c: 3 });
      return await r.zremrangebyscore("zremrangebyscore", -Infinity, "(3");
    },
    expect: 2,
  },
];
