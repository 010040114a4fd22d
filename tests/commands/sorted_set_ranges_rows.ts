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
  ["zrangebylex", () => c.zrangebylex("k", "-", bytes("[b")), ["ZRANGEBYLEX", "k", "-", bytes("[b")]],
  [
    "zrangebylex limit",
    () => c.zrangebylex("k", "-", "+", { limit: { offset: 0, count: 0 } }),
    ["ZRANGEBYLEX", "k", "-", "+", "LIMIT", 0, 0],
  ],
  ["zrangebyscore", () => c.zrangebyscore("k", "(0", Infinity, {}), ["ZRANGEBYSCORE", "k", "(0", "+inf"]],
  [
    "zrangebyscore withScores limit",
    () => c.zrangebyscore("k", 0, 1, { limit: { offset: 0, count: -1 }, withScores: true }),
    ["ZRANGEBYSCORE", "k", 0, 1, "WITHSCORES", "LIMIT", 0, -1],
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
  ["zrevrange", () => c.zrevrange("k", 0, -1), ["ZREVRANGE", "k", 0, -1]],
  ["zrevrange withScores", () => c.zrevrange("k", 0, 0, { withScores: true }), ["ZREVRANGE", "k", 0, 0, "WITHSCORES"]],
  ["zrevrange withScores false", () => c.zrevrange("k", 0, 0, { withScores: false }), ["ZREVRANGE", "k", 0, 0]],
  ["zrevrangebylex", () => c.zrevrangebylex("k", "+", "-"), ["ZREVRANGEBYLEX", "k", "+", "-"]],
  [
    "zrevrangebylex limit",
    () => c.zrevrangebylex("k", "+", "-", { limit: { offset: 1, count: 2 } }),
    ["ZREVRANGEBYLEX", "k", "+", "-", "LIMIT", 1, 2],
  ],
  ["zrevrangebyscore", () => c.zrevrangebyscore("k", 1, -Infinity), ["ZREVRANGEBYSCORE", "k", 1, "-inf"]],
  [
    "zrevrangebyscore withScores limit",
    () => c.zrevrangebyscore("k", "(1", 0, { withScores: true, limit: { offset: 0, count: 1 } }),
    ["ZREVRANGEBYSCORE", "k", "(1", 0, "WITHSCORES", "LIMIT", 0, 1],
  ],
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
  {
    name: "zrangebylex",
    run: async (r) => {
      await r.zadd("zrangebylex", { a: 0, b: 0, c: 0 });
      return [
        await r.zrangebylex("zrangebylex", "(a", "+"),
        await r.zrangebylex("zrangebylex", "-", "+", { limit: { offset: 1, count: 1 } }),
        await r.zrangebylex("zrangebylex:none", "-", "+"),
      ];
    },
    expect: [["b", "c"], ["b"], []],
  },
  {
    name: "zrangebyscore",
    run: async (r) => {
      await r.zadd("zrangebyscore", { a: 1, b: 2.5, c: Infinity });
      return [
        await r.zrangebyscore("zrangebyscore", "(1", Infinity),
        await r.zrangebyscore("zrangebyscore", -Infinity, Infinity, {
          withScores: true,
          limit: { offset: 1, count: 5 },
        }),
        await r.bytes.zrangebyscore("zrangebyscore", 1, "(2.5", { withScores: true }),
        await r.zrangebyscore("zrangebyscore:none", 0, 1, { withScores: true }),
      ];
    },
    expect: [
      ["b", "c"],
      [{ member: "b", score: 2.5 }, { member: "c", score: Infinity }],
      [{ member: bytes("a"), score: 1 }],
      [],
    ],
  },
  {
    name: "zrevrange",
    run: async (r) => {
      await r.zadd("zrevrange", { a: 1, b: 2.5 });
      return [
        await r.zrevrange("zrevrange", 0, -1),
        await r.zrevrange("zrevrange", 0, 0, { withScores: true }),
        await r.zrevrange("zrevrange:none", 0, -1, { withScores: true }),
      ];
    },
    expect: [["b", "a"], [{ member: "b", score: 2.5 }], []],
  },
  {
    name: "zrevrangebylex",
    run: async (r) => {
      await r.zadd("zrevrangebylex", { a: 0, b: 0, c: 0 });
      return [
        await r.zrevrangebylex("zrevrangebylex", "[b", "-"),
        await r.zrevrangebylex("zrevrangebylex", "+", "-", { limit: { offset: 0, count: 1 } }),
      ];
    },
    expect: [["b", "a"], ["c"]],
  },
  {
    name: "zrevrangebyscore",
    run: async (r) => {
      await r.zadd("zrevrangebyscore", { a: -Infinity, b: 2.5, c: 3 });
      return [
        await r.zrevrangebyscore("zrevrangebyscore", "(3", -Infinity),
        await r.zrevrangebyscore("zrevrangebyscore", 3, -Infinity, {
          withScores: true,
          limit: { offset: 1, count: 5 },
        }),
      ];
    },
    expect: [["b", "a"], [{ member: "b", score: 2.5 }, { member: "a", score: -Infinity }]],
  },
];
