/** Rows of the commands on streams. */
import { connect } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["xadd", () => c.xadd("k", "*", { f: 1, g: "" }), ["XADD", "k", "*", "f", 1, "g", ""]],
  ["xadd of entries", () => c.xadd("k", "1-*", [[bytes("f"), 0n]]), ["XADD", "k", "1-*", bytes("f"), 0n]],
  [
    "xadd of a field that comes twice",
    () => c.xadd("k", "*", [["f", 1], ["f", 2]]),
    ["XADD", "k", "*", "f", 1, "f", 2],
  ],
  ["xadd with no option", () => c.xadd("k", "*", { f: 1 }, {}), ["XADD", "k", "*", "f", 1]],
  ["xadd noMkStream", () => c.xadd("k", "*", { f: 1 }, { noMkStream: true }), ["XADD", "k", "NOMKSTREAM", "*", "f", 1]],
  ["xadd noMkStream false", () => c.xadd("k", "*", { f: 1 }, { noMkStream: false }), ["XADD", "k", "*", "f", 1]],
  ["xadd maxLen 0", () => c.xadd("k", "*", { f: 1 }, { maxLen: 0 }), ["XADD", "k", "MAXLEN", 0, "*", "f", 1]],
  [
    "xadd maxLen exact",
    () => c.xadd("k", "*", { f: 1 }, { maxLen: 7n, exact: true, approximate: false }),
    ["XADD", "k", "MAXLEN", "=", 7n, "*", "f", 1],
  ],
  ["xadd minId", () => c.xadd("k", "*", { f: 1 }, { minId: "" }), ["XADD", "k", "MINID", "", "*", "f", 1]],
  [
    "xadd of all options",
    () => c.xadd("k", "*", { f: 1 }, { noMkStream: true, policy: "acked", minId: "5-1", approximate: true, limit: 0 }),
    ["XADD", "k", "NOMKSTREAM", "acked", "MINID", "~", "5-1", "LIMIT", 0, "*", "f", 1],
  ],
  ["xadd policy alone", () => c.xadd("k", "*", { f: 1 }, { policy: "delref" }), ["XADD", "k", "delref", "*", "f", 1]],
  ["xdel", () => c.xdel("k", "1-1", "2"), ["XDEL", "k", "1-1", "2"]],
  ["xdelex", () => c.xdelex("k", "1-1"), ["XDELEX", "k", "IDS", 1, "1-1"]],
  ["xdelex with no option", () => c.xdelex("k", ["1-1"], {}), ["XDELEX", "k", "IDS", 1, "1-1"]],
  [
    "xdelex policy",
    () => c.xdelex("k", ["1-1", "2-1"], { policy: "keepref" }),
    ["XDELEX", "k", "keepref", "IDS", 2, "1-1", "2-1"],
  ],
  ["xlen", () => c.xlen("k"), ["XLEN", "k"]],
  ["xrange", () => c.xrange("k", "-", "+"), ["XRANGE", "k", "-", "+"]],
  ["xrange count 0", () => c.xrange("k", "(1-1", "2", { count: 0 }), ["XRANGE", "k", "(1-1", "2", "COUNT", 0]],
  ["xread", () => c.xread({ a: "0", b: "$" }), ["XREAD", "STREAMS", "a", "b", "0", "$"]],
  ["xread of entries", () => c.xread([[bytes("a"), "+"]]), ["XREAD", "STREAMS", bytes("a"), "+"]],
  ["xread of a Map", () => c.xread(new Map([["a", "0"]]), {}), ["XREAD", "STREAMS", "a", "0"]],
  [
    "xread count 0 and block 0",
    () => c.xread({ a: "0" }, { count: 0, block: 0 }),
    ["XREAD", "COUNT", 0, "BLOCK", 0, "STREAMS", "a", "0"],
  ],
  ["xrevrange", () => c.xrevrange("k", "+", "-"), ["XREVRANGE", "k", "+", "-"]],
  ["xrevrange count", () => c.xrevrange("k", "+", "-", { count: 1 }), ["XREVRANGE", "k", "+", "-", "COUNT", 1]],
  ["xsetid", () => c.xsetid("k", "1-1"), ["XSETID", "k", "1-1"]],
  [
    "xsetid with its options",
    () => c.xsetid("k", "1-1", { entriesAdded: 0, maxDeletedId: "0-0" }),
    ["XSETID", "k", "1-1", "ENTRIESADDED", 0, "MAXDELETEDID", "0-0"],
  ],
  ["xtrim maxLen 0", () => c.xtrim("k", { maxLen: 0 }), ["XTRIM", "k", "MAXLEN", 0]],
  ["xtrim minId exact", () => c.xtrim("k", { minId: "5", exact: true }), ["XTRIM", "k", "MINID", "=", "5"]],
  [
    "xtrim approximate, limit, policy",
    () => c.xtrim("k", { maxLen: 1, approximate: true, limit: 0, policy: "acked" }),
    ["XTRIM", "k", "MAXLEN", "~", 1, "LIMIT", 0, "acked"],
  ],
];

export const refusals: readonly RefusalRow[] = [
  ["xadd of no field", () => c.xadd("k", "*", {}), "Cannot send XADD: the record or the entries are empty"],
  [
    "xadd of a flat list",
    () => c.xadd("k", "*", ["f", "v"] as never),
    "Cannot send XADD: each entry is to be a pair in a list",
  ],
  [
    "xadd maxLen and minId",
    () => c.xadd("k", "*", { f: 1 }, { maxLen: 0, minId: "1" }),
    "Cannot send XADD: the options maxLen and minId exclude each other",
  ],
  [
    "xadd approximate and exact",
    () => c.xadd("k", "*", { f: 1 }, { maxLen: 1, approximate: true, exact: true }),
    "Cannot send XADD: the options approximate and exact exclude each other",
  ],
  [
    "xadd approximate alone",
    () => c.xadd("k", "*", { f: 1 }, { approximate: true }),
    "Cannot send XADD: the option maxLen or minId is wanted",
  ],
  [
    "xadd limit alone",
    () => c.xadd("k", "*", { f: 1 }, { limit: 0 }),
    "Cannot send XADD: the option maxLen or minId is wanted",
  ],
  ["xdel of no id", () => c.xdel("k"), "Cannot send XDEL: at least one id is wanted"],
  ["xdelex of no id", () => c.xdelex("k", []), "Cannot send XDELEX: at least one id is wanted"],
  ["xread of nothing", () => c.xread({}), "Cannot send XREAD: the record or the entries are empty"],
  ["xread of text", () => c.xread("k" as never), "Cannot send XREAD: a record or entries are wanted, got string"],
  ["xtrim to nowhere", () => c.xtrim("k", {}), "Cannot send XTRIM: the option maxLen or minId is wanted"],
  [
    "xtrim by a policy alone",
    () => c.xtrim("k", { policy: "acked" }),
    "Cannot send XTRIM: the option maxLen or minId is wanted",
  ],
  [
    "xtrim exact alone",
    () => c.xtrim("k", { exact: true }),
    "Cannot send XTRIM: the option maxLen or minId is wanted",
  ],
  [
    "xtrim exact and limit",
    () => c.xtrim("k", { maxLen: 1, exact: true, limit: 1 }),
    "Cannot send XTRIM: the options exact and limit exclude each other",
  ],
];

export const server: readonly ServerRow[] = [
  {
    name: "xadd",
    run: async (r) => [
      await r.xadd("xadd", "1-1", { f: 1 }),
      await r.xadd("xadd", "1-*", [["f", 2]], { maxLen: 5, exact: true }),
      await r.bytes.xadd("xadd", "2-1", { f: 3 }, { minId: "1-2", noMkStream: true }),
      /^\d+-\d+$/.test(await r.xadd("xadd", "*", { f: 4 }, { maxLen: 3, approximate: true, limit: 0 })),
      await r.xadd("xadd:none", "*", { f: 1 }, { noMkStream: true }),
      await r.xrange("xadd", "-", "2-1"),
      await r.xadd("xadd", "1-1", { f: 1 }).catch((error) => error.name),
    ],
    expect: [
      "1-1",
      "1-2",
      "2-1",
      true,
      null,
      [{ id: "1-2", fields: { f: "2" } }, { id: "2-1", fields: { f: "3" } }],
      "ReplyError",
    ],
  },
  {
    name: "xadd policy",
    since: { redis: "8.2.0" },
    run: async (r) => {
      await r.xadd("xadd:policy", "1-1", { f: 1 });
      await r.xgroupCreate("xadd:policy", "g", "0");
      await r.xreadgroup("g", "ada", { "xadd:policy": ">" });
      await r.xadd("xadd:policy", "2-1", { f: 1 }, { maxLen: 1, policy: "acked" });
      const kept = await r.xlen("xadd:policy");
      await r.xadd("xadd:policy", "3-1", { f: 1 }, { maxLen: 1, policy: "delref" });
      return [kept, await r.xlen("xadd:policy"), (await r.xpending("xadd:policy", "g")).count];
    },
    expect: [2, 1, 0],
  },
  {
    name: "xdel",
    run: async (r) => {
      for (const id of ["1-1", "2-1", "3-1"]) await r.xadd("xdel", id, { f: 1 });
      return [await r.xdel("xdel", "1-1", "2", "3-1"), await r.xlen("xdel"), await r.xdel("xdel:none", "1-1")];
    },
    expect: [2, 1, 0],
  },
  {
    name: "xdelex",
    since: { redis: "8.2.0" },
    run: async (r) => {
      for (const id of ["1-1", "2-1"]) await r.xadd("xdelex", id, { f: 1 });
      await r.xgroupCreate("xdelex", "g", "0");
      return [
        await r.xdelex("xdelex", ["1-1", "7-7"], { policy: "acked" }),
        await r.xdelex("xdelex", "1-1"),
        await r.bigints.xdelex("xdelex", "2-1", { policy: "delref" }),
      ];
    },
    expect: [[2, -1], [1], [1n]],
  },
  {
    name: "xlen",
    run: async (r) => {
      await r.xadd("xlen", "*", { f: 1 });
      return [await r.xlen("xlen"), await r.bigints.xlen("xlen"), await r.xlen("xlen:none")];
    },
    expect: [1, 1n, 0],
  },
  {
    name: "xrange",
    run: async (r) => {
      await r.xadd("xrange", "1-1", { f: 1, "": "é" });
      await r.xadd("xrange", "2-1", [["f", 1], ["f", 2]]);
      await r.xadd("xrange", "3-1", [["__proto__", "v"]]);
      const [third] = await r.xrange("xrange", "3", "3");
      return [
        await r.xrange("xrange", "-", "2-1"),
        await r.xrange("xrange", "(1-1", "(3-1"),
        await r.xrange("xrange", "1", "+", { count: 1 }),
        await r.xrange("xrange", "-", "+", { count: 0 }),
        await r.xrange("xrange:none", "-", "+"),
        Object.entries(third!.fields),
        Object.getPrototypeOf(third!.fields) === Object.prototype,
      ];
    },
    expect: [
      [{ id: "1-1", fields: { f: "1", "": "é" } }, { id: "2-1", fields: { f: "2" } }],
      [{ id: "2-1", fields: { f: "2" } }],
      [{ id: "1-1", fields: { f: "1", "": "é" } }],
      [],
      [],
      [["__proto__", "v"]],
      true,
    ],
  },
  {
    name: "xrange as bytes",
    run: async (r) => {
      await r.xadd("xrange:bytes", "1-1", { f: new Uint8Array([255, 0]) });
      return await r.bytes.bigints.xrange("xrange:bytes", "-", "+");
    },
    expect: [{ id: "1-1", fields: { f: new Uint8Array([255, 0]) } }],
  },
  {
    name: "xread",
    run: async (r) => {
      await r.xadd("xread{a}", "1-1", { f: 1 });
      await r.xadd("xread{a}", "2-1", { f: 2 });
      await r.xadd("xread{b}", "1-1", { f: 3 });
      return [
        await r.xread({ "xread{a}": "0", "xread{none}": "0", "xread{b}": "0" }, { count: 1, block: 0 }),
        await r.xread([["xread{a}", "1-1"]], { count: 0 }),
        await r.xread({ "xread{a}": "2-1", "xread{b}": "$" }),
        await r.xread({ "xread{none}": "$" }, { block: 1 }),
        await r.bytes.xread({ "xread{b}": "0" }),
      ];
    },
    expect: [
      [
        { key: "xread{a}", entries: [{ id: "1-1", fields: { f: "1" } }] },
        { key: "xread{b}", entries: [{ id: "1-1", fields: { f: "3" } }] },
      ],
      [{ key: "xread{a}", entries: [{ id: "2-1", fields: { f: "2" } }] }],
      null,
      null,
      [{ key: bytes("xread{b}"), entries: [{ id: "1-1", fields: { f: bytes("3") } }] }],
    ],
  },
  {
    name: "xread of the last entry",
    since: { redis: "7.4.0", valkey: "8.0.0" },
    run: async (r) => {
      await r.xadd("xread", "1-1", { f: 1 });
      await r.xadd("xread", "2-1", { f: 2 });
      return await r.xread({ xread: "+" });
    },
    expect: [{ key: "xread", entries: [{ id: "2-1", fields: { f: "2" } }] }],
  },
  {
    name: "xread of what comes while it waits",
    run: async (r, { host, port }) => {
      const other = await connect({ host, port });
      try {
        const reading = r.xread({ "xread:wait": "0" }, { block: 10_000 });
        await other.xadd("xread:wait", "1-1", { f: 1 });
        return await reading;
      } finally {
        await other.close();
      }
    },
    expect: [{ key: "xread:wait", entries: [{ id: "1-1", fields: { f: "1" } }] }],
  },
  {
    name: "xrevrange",
    run: async (r) => {
      for (const id of ["1-1", "2-1", "3-1"]) await r.xadd("xrevrange", id, { f: id });
      return [
        (await r.xrevrange("xrevrange", "+", "-")).map((entry) => entry.id),
        await r.xrevrange("xrevrange", "(3-1", "-", { count: 1 }),
        await r.xrevrange("xrevrange", "+", "-", { count: 0 }),
        await r.bytes.xrevrange("xrevrange", "1", "-"),
      ];
    },
    expect: [
      ["3-1", "2-1", "1-1"],
      [{ id: "2-1", fields: { f: "2-1" } }],
      [],
      [{ id: "1-1", fields: { f: bytes("1-1") } }],
    ],
  },
  {
    name: "xsetid",
    run: async (r) => {
      await r.xadd("xsetid", "1-1", { f: 1 });
      const set = await r.xsetid("xsetid", "5-0", { entriesAdded: 9, maxDeletedId: "4-0" });
      const { lastGeneratedId, entriesAdded, maxDeletedEntryId } = await r.xinfoStream("xsetid");
      return [set, lastGeneratedId, entriesAdded, maxDeletedEntryId, await r.xsetid("xsetid", "6-0")];
    },
    expect: ["OK", "5-0", 9, "4-0", "OK"],
  },
  {
    name: "xtrim",
    run: async (r) => {
      for (const id of ["1-1", "2-1", "3-1", "4-1"]) await r.xadd("xtrim", id, { f: 1 });
      return [
        await r.xtrim("xtrim", { minId: "2" }),
        await r.xtrim("xtrim", { maxLen: 2, exact: true }),
        await r.xtrim("xtrim", { maxLen: 1, approximate: true, limit: 10 }),
        await r.bigints.xtrim("xtrim", { maxLen: 0 }),
        await r.xtrim("xtrim:none", { maxLen: 0 }),
      ];
    },
    expect: [1, 1, 0, 2n, 0],
  },
  {
    name: "xtrim policy",
    since: { redis: "8.2.0" },
    run: async (r) => {
      await r.xadd("xtrim:policy", "1-1", { f: 1 });
      await r.xgroupCreate("xtrim:policy", "g", "0");
      return [
        await r.xtrim("xtrim:policy", { maxLen: 0, policy: "acked" }),
        await r.xtrim("xtrim:policy", { maxLen: 0, policy: "keepref" }),
      ];
    },
    expect: [0, 1],
  },
];
