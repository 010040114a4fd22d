/** Rows of the commands on the members of sorted sets. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["zadd of a record", () => c.zadd("k", { a: 1, b: 0 }), ["ZADD", "k", 1, "a", 0, "b"]],
  ["zadd of pairs", () => c.zadd("k", [["a", 1], [bytes("b"), 2]]), ["ZADD", "k", 1, "a", 2, bytes("b")]],
  ["zadd of members with scores", () => c.zadd("k", [{ member: 7, score: 1.5 }]), ["ZADD", "k", 1.5, 7]],
  ["zadd of a Map", () => c.zadd("k", new Map([["a", 1]])), ["ZADD", "k", 1, "a"]],
  [
    "zadd of infinite scores",
    () => c.zadd("k", [["a", Infinity], { member: "b", score: -Infinity }]),
    ["ZADD", "k", "+inf", "a", "-inf", "b"],
  ],
  ["zadd of an infinite score in a record", () => c.zadd("k", { a: Infinity }), ["ZADD", "k", "+inf", "a"]],
  ["zadd with no option", () => c.zadd("k", { a: 1 }, {}), ["ZADD", "k", 1, "a"]],
  ["zadd nx", () => c.zadd("k", { a: 1 }, { nx: true }), ["ZADD", "k", "NX", 1, "a"]],
  ["zadd xx", () => c.zadd("k", { a: 1 }, { xx: true }), ["ZADD", "k", "XX", 1, "a"]],
  ["zadd gt", () => c.zadd("k", { a: 1 }, { gt: true }), ["ZADD", "k", "GT", 1, "a"]],
  ["zadd lt", () => c.zadd("k", { a: 1 }, { lt: true }), ["ZADD", "k", "LT", 1, "a"]],
  ["zadd ch", () => c.zadd("k", { a: 1 }, { ch: true }), ["ZADD", "k", "CH", 1, "a"]],
  ["zadd incr", () => c.zadd("k", { a: 1 }, { incr: true }), ["ZADD", "k", "INCR", 1, "a"]],
  [
    "zadd xx gt ch",
    () => c.zadd("k", { a: 1 }, { ch: true, gt: true, xx: true, incr: false }),
    ["ZADD", "k", "XX", "GT", "CH", 1, "a"],
  ],
  ["zcard", () => c.zcard("k"), ["ZCARD", "k"]],
  ["zincrby", () => c.zincrby("k", 0, "m"), ["ZINCRBY", "k", 0, "m"]],
  ["zincrby by Infinity", () => c.zincrby("k", -Infinity, "m"), ["ZINCRBY", "k", "-inf", "m"]],
  ["zmpop", () => c.zmpop(["a", "b"], "min"), ["ZMPOP", 2, "a", "b", "min"]],
  ["zmpop count", () => c.zmpop("a", "max", { count: 0 }), ["ZMPOP", 1, "a", "max", "COUNT", 0]],
  ["zmscore", () => c.zmscore("k", "a", 1), ["ZMSCORE", "k", "a", 1]],
  ["zpopmax", () => c.zpopmax("k"), ["ZPOPMAX", "k"]],
  ["zpopmax count", () => c.zpopmax("k", 0), ["ZPOPMAX", "k", 0]],
  ["zpopmin", () => c.zpopmin("k"), ["ZPOPMIN", "k"]],
  ["zpopmin count", () => c.zpopmin("k", 2), ["ZPOPMIN", "k", 2]],
  ["zrandmember", () => c.zrandmember("k"), ["ZRANDMEMBER", "k"]],
  ["zrandmember count", () => c.zrandmember("k", 0), ["ZRANDMEMBER", "k", 0]],
  ["zrandmember withScores", () => c.zrandmember("k", -2, { withScores: true }), [
    "ZRANDMEMBER",
    "k",
    -2,
    "WITHSCORES",
  ]],
  ["zrandmember withScores false", () => c.zrandmember("k", 2, { withScores: false }), ["ZRANDMEMBER", "k", 2]],
  ["zrank", () => c.zrank("k", "m"), ["ZRANK", "k", "m"]],
  ["zrank withScore", () => c.zrank("k", "m", { withScore: true }), ["ZRANK", "k", "m", "WITHSCORE"]],
  ["zrank withScore false", () => c.zrank("k", "m", { withScore: false }), ["ZRANK", "k", "m"]],
  ["zrem", () => c.zrem("k", "a", 0), ["ZREM", "k", "a", 0]],
  ["zrevrank", () => c.zrevrank("k", "m"), ["ZREVRANK", "k", "m"]],
  ["zrevrank withScore", () => c.zrevrank("k", "m", { withScore: true }), ["ZREVRANK", "k", "m", "WITHSCORE"]],
  ["zscan", () => c.zscan("k", "0"), ["ZSCAN", "k", "0"]],
  ["zscan match count", () => c.zscan("k", 0, { match: "a*", count: 5 }), ["ZSCAN", "k", 0, "MATCH", "a*", "COUNT", 5]],
  ["zscan noScores", () => c.zscan("k", "0", { noScores: true }), ["ZSCAN", "k", "0", "NOSCORES"]],
  ["zscan noScores false", () => c.zscan("k", "0", { noScores: false, match: "" }), ["ZSCAN", "k", "0", "MATCH", ""]],
  ["zscore", () => c.zscore("k", "m"), ["ZSCORE", "k", "m"]],
];

export const refusals: readonly RefusalRow[] = [
  ["zadd of an empty record", () => c.zadd("k", {}), "Cannot send ZADD: the record or the entries are empty"],
  ["zadd of no entries", () => c.zadd("k", []), "Cannot send ZADD: the record or the entries are empty"],
  ["zadd of a number", () => c.zadd("k", 1 as never), "Cannot send ZADD: a record or entries are wanted, got number"],
  [
    "zadd of a flat list",
    () => c.zadd("k", [1, "a"] as never),
    "Cannot send ZADD: each entry is to be a pair in a list, or a member with its score",
  ],
  [
    "zadd nx and xx",
    () => c.zadd("k", { a: 1 }, { nx: true, xx: true }),
    "Cannot send ZADD: the options nx and xx exclude each other",
  ],
  [
    "zadd nx and gt",
    () => c.zadd("k", { a: 1 }, { nx: true, gt: true }),
    "Cannot send ZADD: the options nx and gt exclude each other",
  ],
  [
    "zadd gt and lt",
    () => c.zadd("k", { a: 1 }, { gt: true, lt: true }),
    "Cannot send ZADD: the options gt and lt exclude each other",
  ],
  ["zmpop of no key", () => c.zmpop([], "min"), "Cannot send ZMPOP: at least one key is wanted"],
  ["zmscore of nothing", () => c.zmscore("k"), "Cannot send ZMSCORE: at least one member is wanted"],
  ["zrem of nothing", () => c.zrem("k"), "Cannot send ZREM: at least one member is wanted"],
];

export const server: readonly ServerRow[] = [
  {
    name: "zadd",
    run: async (r) => [
      await r.zadd("zadd", { a: 1, b: 2.5 }),
      await r.zadd("zadd", [["b", 3], ["c", 4]]),
      await r.zadd("zadd", await r.zrange("zadd", 0, -1, { withScores: true })),
      await r.zadd("zadd", { a: 9, d: 5 }, { ch: true }),
      await r.zadd("zadd", { a: 1, e: 5 }, { nx: true }),
      await r.zadd("zadd", { a: 8 }, { gt: true, ch: true }),
      await r.zadd("zadd", { a: 8 }, { lt: true, xx: true, ch: true }),
    ],
    expect: [2, 1, 0, 2, 1, 0, 1],
  },
  {
    name: "zadd incr",
    run: async (r) => [
      await r.zadd("zadd:incr", { a: 1.5 }, { incr: true }),
      await r.zadd("zadd:incr", { a: 2 }, { incr: true }),
      await r.zadd("zadd:incr", { a: 2 }, { incr: true, nx: true }),
      await r.zadd("zadd:incr", { b: 2 }, { incr: true, xx: true }),
    ],
    expect: [1.5, 3.5, null, null],
  },
  {
    name: "zadd of infinite scores and of zeros",
    run: async (r) => {
      await r.zadd("zadd:ends", { a: -Infinity, b: Infinity, c: -0, d: 1e-7 });
      return [
        await r.zmscore("zadd:ends", "a", "b", "c", "d"),
        await r.zrange("zadd:ends", "(-inf", "(0", { byScore: true }),
        await r.zcount("zadd:ends", -0, 0),
      ];
    },
    expect: [[-Infinity, Infinity, 0, 1e-7], [], 1],
  },
  {
    name: "zcard",
    run: async (r) => {
      await r.zadd("zcard", { a: 1, b: 2 });
      return [await r.zcard("zcard"), await r.zcard("zcard:none")];
    },
    expect: [2, 0],
  },
  {
    name: "zincrby",
    run: async (r) => [
      await r.zincrby("zincrby", 0.5, "a"),
      await r.zincrby("zincrby", 1, "a"),
      await r.zincrby("zincrby", Infinity, "a"),
    ],
    expect: [0.5, 1.5, Infinity],
  },
  {
    name: "zmpop",
    run: async (r) => {
      await r.zadd("b{zmpop}", { a: 1, b: 2.5, c: -Infinity });
      return [
        await r.zmpop(["a{zmpop}", "b{zmpop}"], "min"),
        await r.zmpop("b{zmpop}", "max", { count: 5 }),
        await r.zmpop("b{zmpop}", "max"),
      ];
    },
    expect: [
      { key: "b{zmpop}", members: [{ member: "c", score: -Infinity }] },
      { key: "b{zmpop}", members: [{ member: "b", score: 2.5 }, { member: "a", score: 1 }] },
      null,
    ],
  },
  {
    name: "zmscore",
    run: async (r) => {
      await r.zadd("zmscore", { a: 1.5, b: Infinity });
      return [await r.zmscore("zmscore", "b", "none", "a"), await r.zmscore("zmscore:none", "a")];
    },
    expect: [[Infinity, null, 1.5], [null]],
  },
  {
    name: "zpopmax",
    run: async (r) => {
      await r.zadd("zpopmax", { a: 1, b: 2.5, c: 3 });
      return [
        await r.zpopmax("zpopmax"),
        await r.zpopmax("zpopmax", 0),
        await r.zpopmax("zpopmax", 5),
        await r.zpopmax("zpopmax"),
        await r.zpopmax("zpopmax", 5),
      ];
    },
    expect: [{ member: "c", score: 3 }, [], [{ member: "b", score: 2.5 }, { member: "a", score: 1 }], null, []],
  },
  {
    name: "zpopmin",
    run: async (r) => {
      await r.zadd("zpopmin", { a: 1, b: 2.5 });
      return [
        await r.zpopmin("zpopmin"),
        await r.zpopmin("zpopmin", 1),
        await r.zpopmin("zpopmin"),
        await r.zpopmin("zpopmin", 1),
      ];
    },
    expect: [{ member: "a", score: 1 }, [{ member: "b", score: 2.5 }], null, []],
  },
  {
    name: "zrandmember",
    run: async (r) => {
      await r.zadd("zrandmember", { a: 1.5 });
      return [
        await r.zrandmember("zrandmember"),
        await r.zrandmember("zrandmember:none"),
        await r.zrandmember("zrandmember", 5),
        await r.zrandmember("zrandmember", -2),
        await r.zrandmember("zrandmember", -2, { withScores: true }),
        await r.zrandmember("zrandmember:none", 2, { withScores: true }),
      ];
    },
    expect: ["a", null, ["a"], ["a", "a"], [{ member: "a", score: 1.5 }, { member: "a", score: 1.5 }], []],
  },
  {
    name: "zrank",
    run: async (r) => {
      await r.zadd("zrank", { a: 1, b: 2 });
      return [await r.zrank("zrank", "b"), await r.zrank("zrank", "none"), await r.zrank("zrank:none", "b")];
    },
    expect: [1, null, null],
  },
  {
    name: "zrank withScore",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => {
      await r.zadd("zrank:score", { a: 1, b: 2.5 });
      return [
        await r.zrank("zrank:score", "b", { withScore: true }),
        await r.zrank("zrank:score", "none", { withScore: true }),
        await r.bigints.zrank("zrank:score", "b", { withScore: true }),
      ];
    },
    expect: [{ rank: 1, score: 2.5 }, null, { rank: 1n, score: 2.5 }],
  },
  {
    name: "zrem",
    run: async (r) => {
      await r.zadd("zrem", { a: 1, b: 2 });
      return await r.zrem("zrem", "a", "none");
    },
    expect: 1,
  },
  {
    name: "zrevrank",
    run: async (r) => {
      await r.zadd("zrevrank", { a: 1, b: 2 });
      return [await r.zrevrank("zrevrank", "b"), await r.zrevrank("zrevrank", "none")];
    },
    expect: [0, null],
  },
  {
    name: "zrevrank withScore",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => {
      await r.zadd("zrevrank:score", { a: 1, b: 2 });
      return await r.zrevrank("zrevrank:score", "a", { withScore: true });
    },
    expect: { rank: 1, score: 1 },
  },
  {
    name: "zscan",
    run: async (r) => {
      await r.zadd("zscan", { a: 1.5, b: Infinity });
      return [
        await r.zscan("zscan", "0"),
        await r.zscan("zscan", 0, { match: "b*", count: 100 }),
        await r.zscan("zscan:none", 0),
        await r.bytes.zscan("zscan", "0", { match: "a" }),
      ];
    },
    expect: [
      { cursor: "0", members: [{ member: "a", score: 1.5 }, { member: "b", score: Infinity }] },
      { cursor: "0", members: [{ member: "b", score: Infinity }] },
      { cursor: "0", members: [] },
      { cursor: "0", members: [{ member: bytes("a"), score: 1.5 }] },
    ],
  },
  {
    name: "zscan noScores",
    since: { valkey: "8.0.0" },
    run: async (r) => {
      await r.zadd("zscan:members", { a: 1, b: 2 });
      return [
        await r.zscan("zscan:members", "0", { noScores: true }),
        await r.bytes.zscan("zscan:members", "0", { noScores: true, match: "b" }),
      ];
    },
    expect: [{ cursor: "0", members: ["a", "b"] }, { cursor: "0", members: [bytes("b")] }],
  },
  {
    name: "zscore",
    run: async (r) => {
      await r.zadd("zscore", { a: 0.1, b: -Infinity });
      return [await r.zscore("zscore", "a"), await r.zscore("zscore", "b"), await r.zscore("zscore", "none")];
    },
    expect: [0.1, -Infinity, null],
  },
];
