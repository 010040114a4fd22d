/** Rows of the commands on groups of consumers, and of those by which consumers read. */
import { type Client, connect } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["xack", () => c.xack("k", "g", "1-1", "2"), ["XACK", "k", "g", "1-1", "2"]],
  ["xackdel", () => c.xackdel("k", "g", "1-1"), ["XACKDEL", "k", "g", "IDS", 1, "1-1"]],
  ["xackdel with no option", () => c.xackdel("k", "g", ["1-1"], {}), ["XACKDEL", "k", "g", "IDS", 1, "1-1"]],
  [
    "xackdel policy",
    () => c.xackdel("k", bytes("g"), ["1-1", "2-1"], { policy: "acked" }),
    ["XACKDEL", "k", bytes("g"), "acked", "IDS", 2, "1-1", "2-1"],
  ],
  ["xautoclaim", () => c.xautoclaim("k", "g", "c", 0, "0-0"), ["XAUTOCLAIM", "k", "g", "c", 0, "0-0"]],
  [
    "xautoclaim with its options",
    () => c.xautoclaim("k", "g", "c", 5, "(1-1", { count: 0, justId: true }),
    ["XAUTOCLAIM", "k", "g", "c", 5, "(1-1", "COUNT", 0, "JUSTID"],
  ],
  [
    "xautoclaim justId false",
    () => c.xautoclaim("k", "g", "c", 0, "0", { justId: false }),
    ["XAUTOCLAIM", "k", "g", "c", 0, "0"],
  ],
  ["xclaim", () => c.xclaim("k", "g", "c", 0, "1-1"), ["XCLAIM", "k", "g", "c", 0, "1-1"]],
  ["xclaim with no option", () => c.xclaim("k", "g", "c", 0, ["1", "2"], {}), ["XCLAIM", "k", "g", "c", 0, "1", "2"]],
  ["xclaim idle 0", () => c.xclaim("k", "g", "c", 0, "1-1", { idle: 0 }), [
    "XCLAIM",
    "k",
    "g",
    "c",
    0,
    "1-1",
    "IDLE",
    0,
  ]],
  ["xclaim time 0", () => c.xclaim("k", "g", "c", 0, "1-1", { time: 0 }), [
    "XCLAIM",
    "k",
    "g",
    "c",
    0,
    "1-1",
    "TIME",
    0,
  ]],
  [
    "xclaim with its other options",
    () => c.xclaim("k", "g", "c", 0, "1-1", { retryCount: 0, force: true, justId: true, lastId: "2-1" }),
    ["XCLAIM", "k", "g", "c", 0, "1-1", "RETRYCOUNT", 0, "FORCE", "JUSTID", "LASTID", "2-1"],
  ],
  ["xgroupCreate", () => c.xgroupCreate("k", "g", "$"), ["XGROUP", "CREATE", "k", "g", "$"]],
  [
    "xgroupCreate with its options",
    () => c.xgroupCreate("k", "g", "0", { mkStream: true, entriesRead: 0 }),
    ["XGROUP", "CREATE", "k", "g", "0", "MKSTREAM", "ENTRIESREAD", 0],
  ],
  [
    "xgroupCreateconsumer",
    () => c.xgroupCreateconsumer("k", "g", bytes("c")),
    ["XGROUP", "CREATECONSUMER", "k", "g", bytes("c")],
  ],
  ["xgroupDelconsumer", () => c.xgroupDelconsumer("k", "g", "c"), ["XGROUP", "DELCONSUMER", "k", "g", "c"]],
  ["xgroupDestroy", () => c.xgroupDestroy("k", "g"), ["XGROUP", "DESTROY", "k", "g"]],
  ["xgroupHelp", () => c.xgroupHelp(), ["XGROUP", "HELP"]],
  ["xgroupSetid", () => c.xgroupSetid("k", "g", "$"), ["XGROUP", "SETID", "k", "g", "$"]],
  [
    "xgroupSetid entriesRead",
    () => c.xgroupSetid("k", "g", "0", { entriesRead: 3n }),
    ["XGROUP", "SETID", "k", "g", "0", "ENTRIESREAD", 3n],
  ],
  ["xpending", () => c.xpending("k", "g"), ["XPENDING", "k", "g"]],
  [
    "xpending of a range",
    () => c.xpending("k", "g", { start: "-", end: "+", count: 0 }),
    ["XPENDING", "k", "g", "-", "+", 0],
  ],
  [
    "xpending of a range with its options",
    () => c.xpending("k", "g", { start: "(1-1", end: "+", count: 5, idle: 0, consumer: "" }),
    ["XPENDING", "k", "g", "IDLE", 0, "(1-1", "+", 5, ""],
  ],
  [
    "xreadgroup",
    () => c.xreadgroup("g", "c", { a: ">", b: "0" }),
    ["XREADGROUP", "GROUP", "g", "c", "STREAMS", "a", "b", ">", "0"],
  ],
  [
    "xreadgroup of entries, with its options",
    () => c.xreadgroup("g", bytes("c"), [[bytes("a"), ">"]], { count: 0, block: 0, claim: 0, noAck: true }),
    [
      ...["XREADGROUP", "GROUP", "g", bytes("c"), "COUNT", 0, "BLOCK", 0, "CLAIM", 0, "NOACK"],
      ...["STREAMS", bytes("a"), ">"],
    ],
  ],
  [
    "xreadgroup noAck false",
    () => c.xreadgroup("g", "c", { a: ">" }, { noAck: false }),
    ["XREADGROUP", "GROUP", "g", "c", "STREAMS", "a", ">"],
  ],
];

export const refusals: readonly RefusalRow[] = [
  ["xack of no id", () => c.xack("k", "g"), "Cannot send XACK: at least one id is wanted"],
  ["xackdel of no id", () => c.xackdel("k", "g", []), "Cannot send XACKDEL: at least one id is wanted"],
  ["xclaim of no id", () => c.xclaim("k", "g", "c", 0, []), "Cannot send XCLAIM: at least one id is wanted"],
  [
    "xclaim idle and time",
    () => c.xclaim("k", "g", "c", 0, "1-1", { idle: 0, time: 0 }),
    "Cannot send XCLAIM: the options idle and time exclude each other",
  ],
  [
    "xreadgroup of nothing",
    () => c.xreadgroup("g", "c", []),
    "Cannot send XREADGROUP: the record or the entries are empty",
  ],
];

/** Makes a stream of three entries with a group in which ada has read the first two. */
async function readByAda(redis: Client, key: string): Promise<void> {
  for (const id of ["1-1", "2-1", "3-1"]) await redis.xadd(key, id, { f: id });
  await redis.xgroupCreate(key, "g", "0");
  await redis.xreadgroup("g", "ada", { [key]: ">" }, { count: 2 });
}

export const server: readonly ServerRow[] = [
  {
    name: "xack",
    run: async (r) => {
      await readByAda(r, "xack");
      return [await r.xack("xack", "g", "1-1", "2-1", "3-1"), await r.xack("xack:none", "g", "1-1")];
    },
    expect: [2, 0],
  },
  {
    name: "xackdel",
    since: { redis: "8.2.0" },
    run: async (r) => {
      await readByAda(r, "xackdel");
      await r.xgroupCreate("xackdel", "h", "0");
      return [
        await r.xackdel("xackdel", "g", ["1-1", "7-7"], { policy: "acked" }),
        await r.bigints.xackdel("xackdel", "g", "2-1"),
        await r.xlen("xackdel"),
      ];
    },
    expect: [[2, -1], [1n], 2],
  },
  {
    name: "xautoclaim",
    run: async (r) => {
      await readByAda(r, "xautoclaim");
      const first = await r.xautoclaim("xautoclaim", "g", "bob", 0, "0-0", { justId: true, count: 1 });
      await r.xdel("xautoclaim", "1-1");
      return [
        first,
        await r.xautoclaim("xautoclaim", "g", "bob", 1_000_000, first.cursor),
        await r.bytes.xautoclaim("xautoclaim", "g", "bob", 0, "0-0", { count: 5 }),
        await r.xautoclaim("xautoclaim", "g", "bob", 0, "(2-1"),
      ];
    },
    expect: [
      { cursor: "2-1", ids: ["1-1"], deleted: [] },
      { cursor: "0-0", entries: [], deleted: [] },
      { cursor: "0-0", entries: [{ id: "2-1", fields: { f: bytes("2-1") } }], deleted: ["1-1"] },
      { cursor: "0-0", entries: [], deleted: [] },
    ],
  },
  {
    name: "xclaim",
    run: async (r) => {
      await readByAda(r, "xclaim");
      const claimed = [
        await r.xclaim("xclaim", "g", "bob", 1_000_000, "1-1"),
        await r.xclaim("xclaim", "g", "bob", 0, ["1-1", "2-1", "3-1", "7-7"], { justId: true }),
        await r.xclaim("xclaim", "g", "bob", 0, "1-1", { idle: 60_000, retryCount: 9 }),
        await r.bytes.xclaim("xclaim", "g", "bob", 0, ["2-1", "3-1"], { time: 1, force: true, lastId: "3-1" }),
      ];
      const late = await r.xpending("xclaim", "g", { start: "-", end: "+", count: 9, idle: 60_000 });
      await r.xdel("xclaim", "1-1");
      return [
        ...claimed,
        late.map((entry) => [entry.id, entry.deliveriesCounter]),
        await r.xclaim("xclaim", "g", "bob", 0, "1-1"),
      ];
    },
    expect: [
      [],
      ["1-1", "2-1"],
      [{ id: "1-1", fields: { f: "1-1" } }],
      [{ id: "2-1", fields: { f: bytes("2-1") } }, { id: "3-1", fields: { f: bytes("3-1") } }],
      [["1-1", 9], ["2-1", 2], ["3-1", 2]],
      [],
    ],
  },
  {
    name: "xgroupCreate",
    run: async (r) => [
      await r.xgroupCreate("xgroupCreate", "g", "$", { mkStream: true }),
      await r.xgroupCreate("xgroupCreate", "h", "0", { entriesRead: 0 }),
      await r.xgroupCreate("xgroupCreate", "g", "0").catch((error) => error.code),
    ],
    expect: ["OK", "OK", "BUSYGROUP"],
  },
  {
    name: "xgroupCreateconsumer, xgroupDelconsumer",
    run: async (r) => {
      await readByAda(r, "consumers");
      return [
        await r.xgroupCreateconsumer("consumers", "g", "bob"),
        await r.xgroupCreateconsumer("consumers", "g", "bob"),
        await r.xgroupDelconsumer("consumers", "g", "bob"),
        await r.bigints.xgroupDelconsumer("consumers", "g", "ada"),
      ];
    },
    expect: [1, 0, 0, 2n],
  },
  {
    name: "xgroupDestroy",
    run: async (r) => {
      await readByAda(r, "xgroupDestroy");
      return [await r.xgroupDestroy("xgroupDestroy", "g"), await r.xgroupDestroy("xgroupDestroy", "g")];
    },
    expect: [1, 0],
  },
  {
    name: "xgroupHelp",
    run: async (r) => {
      const lines = await r.bytes.xgroupHelp();
      return [lines[0], lines.includes("HELP"), lines.every((line) => typeof line === "string")];
    },
    expect: ["XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", true, true],
  },
  {
    name: "xgroupSetid",
    run: async (r) => {
      await readByAda(r, "xgroupSetid");
      const set = await r.xgroupSetid("xgroupSetid", "g", "0", { entriesRead: 0 });
      const again = await r.xreadgroup("g", "bob", { xgroupSetid: ">" }, { count: 1 });
      return [set, again, await r.xgroupSetid("xgroupSetid", "g", "$")];
    },
    expect: ["OK", [{ key: "xgroupSetid", entries: [{ id: "1-1", fields: { f: "1-1" } }] }], "OK"],
  },
  {
    name: "xpending",
    run: async (r) => {
      await readByAda(r, "xpending");
      await r.xgroupCreate("xpending", "h", "0");
      return [
        await r.xpending("xpending", "g"),
        await r.bytes.bigints.xpending("xpending", "g"),
        await r.xpending("xpending", "h"),
        await r.xpending("xpending", "none").catch((error) => error.code),
      ];
    },
    expect: [
      { count: 2, min: "1-1", max: "2-1", consumers: [{ name: "ada", count: 2 }] },
      { count: 2n, min: "1-1", max: "2-1", consumers: [{ name: bytes("ada"), count: 2n }] },
      { count: 0, min: null, max: null, consumers: [] },
      "NOGROUP",
    ],
  },
  {
    name: "xpending of a range",
    run: async (r) => {
      await readByAda(r, "xpending");
      await r.xclaim("xpending", "g", "bob", 0, "2-1", { idle: 60_000, retryCount: 3 });
      const all = { start: "-", end: "+", count: 9 };
      const [bob] = await r.xpending("xpending", "g", { ...all, start: "(1-1", idle: 1000, consumer: "bob" });
      const [exact] = await r.bytes.bigints.xpending("xpending", "g", { ...all, count: 1 });
      return [
        { ...bob!, millisecondsSinceLastDelivery: bob!.millisecondsSinceLastDelivery >= 60_000 },
        { ...exact!, millisecondsSinceLastDelivery: typeof exact!.millisecondsSinceLastDelivery },
        (await r.xpending("xpending", "g", all)).length,
        await r.xpending("xpending", "g", { ...all, count: 0 }),
        await r.xpending("xpending", "g", { ...all, consumer: "none" }),
      ];
    },
    expect: [
      { id: "2-1", consumer: "bob", millisecondsSinceLastDelivery: true, deliveriesCounter: 3 },
      { id: "1-1", consumer: bytes("ada"), millisecondsSinceLastDelivery: "bigint", deliveriesCounter: 1n },
      2,
      [],
      [],
    ],
  },
  {
    name: "xreadgroup",
    run: async (r) => {
      for (const key of ["read{a}", "read{b}"]) {
        await r.xgroupCreate(key, "g", "0", { mkStream: true });
        await r.xadd(key, "1-1", { f: 1 });
      }
      await r.xadd("read{a}", "2-1", { f: 2 });
      return [
        await r.xreadgroup("g", "ada", { "read{a}": ">", "read{b}": ">" }, { count: 1, block: 0 }),
        await r.bytes.bigints.xreadgroup("g", "ada", [["read{a}", ">"]], { count: 0, noAck: true }),
        await r.xreadgroup("g", "ada", { "read{a}": ">", "read{b}": ">" }),
        await r.xreadgroup("g", "ada", { "read{a}": ">" }, { block: 1 }),
        (await r.xpending("read{a}", "g")).count,
      ];
    },
    expect: [
      [
        { key: "read{a}", entries: [{ id: "1-1", fields: { f: "1" } }] },
        { key: "read{b}", entries: [{ id: "1-1", fields: { f: "1" } }] },
      ],
      [{ key: bytes("read{a}"), entries: [{ id: "2-1", fields: { f: bytes("2") } }] }],
      null,
      null,
      1,
    ],
  },
  {
    name: "xreadgroup of what is pending",
    run: async (r) => {
      await readByAda(r, "pending");
      await r.xdel("pending", "1-1");
      return [
        await r.xreadgroup("g", "ada", { pending: "0" }, { block: 0 }),
        await r.xreadgroup("g", "bob", { pending: "0" }),
        await r.bytes.xreadgroup("g", "ada", { pending: "1-1" }, { count: 1 }),
      ];
    },
    expect: [
      [{ key: "pending", entries: [{ id: "1-1", fields: null }, { id: "2-1", fields: { f: "2-1" } }] }],
      [{ key: "pending", entries: [] }],
      [{ key: bytes("pending"), entries: [{ id: "2-1", fields: { f: bytes("2-1") } }] }],
    ],
  },
  {
    name: "xreadgroup of what comes while it waits",
    run: async (r, { host, port }) => {
      await r.xgroupCreate("wait", "g", "0", { mkStream: true });
      const other = await connect({ host, port });
      try {
        const reading = r.xreadgroup("g", "ada", { wait: ">" }, { block: 10_000 });
        await other.xadd("wait", "1-1", { f: 1 });
        return await reading;
      } finally {
        await other.close();
      }
    },
    expect: [{ key: "wait", entries: [{ id: "1-1", fields: { f: "1" } }] }],
  },
  {
    name: "xreadgroup claim",
    since: { redis: "8.4.0" },
    run: async (r) => {
      await readByAda(r, "claim");
      await r.xclaim("claim", "g", "ada", 0, "1-1", { idle: 60_000, retryCount: 4 });
      const [claimed] = await r.xreadgroup("g", "bob", { claim: ">" }, { claim: 30_000 }) ?? [];
      const [exact] = await r.bigints.xreadgroup("g", "cyd", { claim: ">" }, { claim: 0 }) ?? [];
      return [
        claimed?.entries.map((entry) => [entry.id, entry.millisecondsSinceLastDelivery >= 60_000, entry.fields]),
        claimed?.entries.map((entry) => entry.deliveriesCounter),
        exact?.entries.map((entry) => [typeof entry.millisecondsSinceLastDelivery, typeof entry.deliveriesCounter])[0],
        await r.xreadgroup("g", "ada", { claim: "0" }, { claim: 0 }),
      ];
    },
    expect: [
      [["1-1", true, { f: "1-1" }], ["3-1", false, { f: "3-1" }]],
      [4, 0],
      ["bigint", "bigint"],
      [{ key: "claim", entries: [] }],
    ],
  },
];
