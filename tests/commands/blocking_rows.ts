/** Rows of the commands that wait. */
import { connect } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["blmove", () => c.blmove("a", bytes("b"), "left", "right", 0), ["BLMOVE", "a", bytes("b"), "left", "right", 0]],
  ["blmpop", () => c.blmpop(["a", "b"], "left", 0.5), ["BLMPOP", 0.5, 2, "a", "b", "left"]],
  ["blmpop of one key, count", () => c.blmpop("a", "right", 0, { count: 0 }), [
    "BLMPOP",
    0,
    1,
    "a",
    "right",
    "COUNT",
    0,
  ]],
  ["blpop", () => c.blpop("k", 0), ["BLPOP", "k", 0]],
  ["blpop of several keys", () => c.blpop(["a", bytes("b")], 1.5), ["BLPOP", "a", bytes("b"), 1.5]],
  ["brpop", () => c.brpop(bytes("k"), 0), ["BRPOP", bytes("k"), 0]],
  ["brpop of several keys", () => c.brpop(["a", "b"], 1.5), ["BRPOP", "a", "b", 1.5]],
  ["brpoplpush", () => c.brpoplpush("a", "b", 0), ["BRPOPLPUSH", "a", "b", 0]],
  ["bzmpop", () => c.bzmpop(["a", "b"], "min", 0.5), ["BZMPOP", 0.5, 2, "a", "b", "min"]],
  ["bzmpop of one key, count", () => c.bzmpop("a", "max", 0, { count: 0 }), ["BZMPOP", 0, 1, "a", "max", "COUNT", 0]],
  ["bzpopmax", () => c.bzpopmax("k", 0), ["BZPOPMAX", "k", 0]],
  ["bzpopmax of several keys", () => c.bzpopmax(["a", "b"], 1.5), ["BZPOPMAX", "a", "b", 1.5]],
  ["bzpopmin", () => c.bzpopmin("k", 0), ["BZPOPMIN", "k", 0]],
  ["bzpopmin of several keys", () => c.bzpopmin(["a", "b"], 1.5), ["BZPOPMIN", "a", "b", 1.5]],
  ["wait", () => c.wait(0, 0), ["WAIT", 0, 0]],
  ["waitaof", () => c.waitaof(0, 1, 0), ["WAITAOF", 0, 1, 0]],
];

export const refusals: readonly RefusalRow[] = [
  ["blmpop of no key", () => c.blmpop([], "left", 0), "Cannot send BLMPOP: at least one key is wanted"],
  ["blpop of no key", () => c.blpop([], 0), "Cannot send BLPOP: at least one key is wanted"],
  ["brpop of no key", () => c.brpop([], 0), "Cannot send BRPOP: at least one key is wanted"],
  ["bzmpop of no key", () => c.bzmpop([], "min", 0), "Cannot send BZMPOP: at least one key is wanted"],
  ["bzpopmax of no key", () => c.bzpopmax([], 0), "Cannot send BZPOPMAX: at least one key is wanted"],
  ["bzpopmin of no key", () => c.bzpopmin([], 0), "Cannot send BZPOPMIN: at least one key is wanted"],
];

const SHORT = 0.01;

export const server: readonly ServerRow[] = [
  {
    name: "blmove",
    run: async (r) => {
      await r.rpush("a{blmove}", "a", "b");
      return [
        await r.blmove("a{blmove}", "b{blmove}", "right", "left", 0),
        await r.bytes.blmove("a{blmove}", "b{blmove}", "left", "right", 1.5),
        await r.blmove("a{blmove}", "b{blmove}", "left", "right", SHORT),
        await r.lrange("b{blmove}", 0, -1),
      ];
    },
    expect: ["b", bytes("a"), null, ["b", "a"]],
  },
  {
    name: "blmpop",
    run: async (r) => {
      await r.rpush("b{blmpop}", "a", "b", "c");
      return [
        await r.blmpop(["a{blmpop}", "b{blmpop}"], "left", 0, { count: 2 }),
        await r.bytes.blmpop("b{blmpop}", "right", 1.5),
        await r.blmpop("b{blmpop}", "right", SHORT),
      ];
    },
    expect: [
      { key: "b{blmpop}", elements: ["a", "b"] },
      { key: bytes("b{blmpop}"), elements: [bytes("c")] },
      null,
    ],
  },
  {
    name: "blpop, brpop",
    run: async (r) => {
      await r.rpush("b{bpop}", "a", "b", "c");
      return [
        await r.blpop(["a{bpop}", "b{bpop}"], 0),
        await r.brpop(["a{bpop}", "b{bpop}"], 1.5),
        await r.bytes.blpop("b{bpop}", 1),
        await r.blpop("b{bpop}", SHORT),
        await r.brpop("b{bpop}", SHORT),
      ];
    },
    expect: [
      { key: "b{bpop}", element: "a" },
      { key: "b{bpop}", element: "c" },
      { key: bytes("b{bpop}"), element: bytes("b") },
      null,
      null,
    ],
  },
  {
    name: "blpop of what comes while it waits",
    run: async (r, { host, port }) => {
      const other = await connect({ host, port });
      try {
        const popped = r.blpop("blpop:later", 10);
        while (!(await other.info("clients")).includes("blocked_clients:1")) continue;
        await other.rpush("blpop:later", "a");
        return await popped;
      } finally {
        await other.close();
      }
    },
    expect: { key: "blpop:later", element: "a" },
  },
  {
    name: "brpoplpush",
    run: async (r) => {
      await r.rpush("a{brpoplpush}", "a", "b");
      return [
        await r.brpoplpush("a{brpoplpush}", "b{brpoplpush}", 0),
        await r.bytes.brpoplpush("a{brpoplpush}", "b{brpoplpush}", 1.5),
        await r.brpoplpush("a{brpoplpush}", "b{brpoplpush}", SHORT),
      ];
    },
    expect: ["b", bytes("a"), null],
  },
  {
    name: "bzmpop",
    run: async (r) => {
      await r.zadd("b{bzmpop}", { a: 1, b: 2.5, c: Infinity });
      return [
        await r.bzmpop(["a{bzmpop}", "b{bzmpop}"], "min", 0, { count: 2 }),
        await r.bytes.bzmpop("b{bzmpop}", "max", 1.5),
        await r.bzmpop("b{bzmpop}", "max", SHORT),
      ];
    },
    expect: [
      { key: "b{bzmpop}", members: [{ member: "a", score: 1 }, { member: "b", score: 2.5 }] },
      { key: bytes("b{bzmpop}"), members: [{ member: bytes("c"), score: Infinity }] },
      null,
    ],
  },
  {
    name: "bzpopmax, bzpopmin",
    run: async (r) => {
      await r.zadd("b{bzpop}", { a: 1, b: 2.5, c: Infinity });
      return [
        await r.bzpopmax(["a{bzpop}", "b{bzpop}"], 0),
        await r.bzpopmin(["a{bzpop}", "b{bzpop}"], 1.5),
        await r.bytes.bzpopmin("b{bzpop}", 1),
        await r.bzpopmax("b{bzpop}", SHORT),
        await r.bzpopmin("b{bzpop}", SHORT),
      ];
    },
    expect: [
      { key: "b{bzpop}", member: "c", score: Infinity },
      { key: "b{bzpop}", member: "a", score: 1 },
      { key: bytes("b{bzpop}"), member: bytes("b"), score: 2.5 },
      null,
      null,
    ],
  },
  { name: "wait", run: async (r) => [await r.wait(0, 0), await r.bigints.wait(1, 10)], expect: [0, 0n] },
  {
    name: "waitaof without a file",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => [await r.waitaof(0, 0, 0), await r.bigints.waitaof(0, 1, 10)],
    expect: [{ local: 0, replicas: 0 }, { local: 0n, replicas: 0n }],
  },
  {
    name: "waitaof of the server's own file",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    on: "fresh",
    run: async (r) => {
      await r.configSet({ appendonly: "yes" });
      await r.set("waitaof", "v");
      return await r.waitaof(1, 0, 5000);
    },
    expect: { local: 1, replicas: 0 },
  },
];
