/** Rows of the commands on when the fields of hashes expire. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["hexpire", () => c.hexpire("k", 0, ["f", bytes("g")]), ["HEXPIRE", "k", 0, "FIELDS", 2, "f", bytes("g")]],
  ["hexpire of one field", () => c.hexpire("k", 1, "f", {}), ["HEXPIRE", "k", 1, "FIELDS", 1, "f"]],
  ["hexpire of a field without a name", () => c.hexpire("k", 1, ""), ["HEXPIRE", "k", 1, "FIELDS", 1, ""]],
  ["hexpire nx", () => c.hexpire("k", 1, "f", { nx: true }), ["HEXPIRE", "k", 1, "NX", "FIELDS", 1, "f"]],
  ["hexpire xx", () => c.hexpire("k", 1, "f", { xx: true }), ["HEXPIRE", "k", 1, "XX", "FIELDS", 1, "f"]],
  ["hexpire gt", () => c.hexpire("k", 1, "f", { gt: true }), ["HEXPIRE", "k", 1, "GT", "FIELDS", 1, "f"]],
  ["hexpire lt", () => c.hexpire("k", 1, "f", { lt: true, nx: false }), ["HEXPIRE", "k", 1, "LT", "FIELDS", 1, "f"]],
  ["hexpireat", () => c.hexpireat("k", 1, "f", { gt: true }), ["HEXPIREAT", "k", 1, "GT", "FIELDS", 1, "f"]],
  ["hexpiretime", () => c.hexpiretime("k", ["f", "g"]), ["HEXPIRETIME", "k", "FIELDS", 2, "f", "g"]],
  ["hgetex", () => c.hgetex("k", ["f", "g"]), ["HGETEX", "k", "FIELDS", 2, "f", "g"]],
  ["hgetex with no option", () => c.hgetex("k", "f", {}), ["HGETEX", "k", "FIELDS", 1, "f"]],
  ["hgetex ex", () => c.hgetex("k", "f", { ex: 0 }), ["HGETEX", "k", "EX", 0, "FIELDS", 1, "f"]],
  ["hgetex px", () => c.hgetex("k", "f", { px: 1 }), ["HGETEX", "k", "PX", 1, "FIELDS", 1, "f"]],
  ["hgetex exat", () => c.hgetex("k", "f", { exat: 1 }), ["HGETEX", "k", "EXAT", 1, "FIELDS", 1, "f"]],
  ["hgetex pxat", () => c.hgetex("k", "f", { pxat: 1 }), ["HGETEX", "k", "PXAT", 1, "FIELDS", 1, "f"]],
  ["hgetex persist", () => c.hgetex("k", "f", { persist: true }), ["HGETEX", "k", "PERSIST", "FIELDS", 1, "f"]],
  ["hpersist", () => c.hpersist("k", "f"), ["HPERSIST", "k", "FIELDS", 1, "f"]],
  ["hpexpire", () => c.hpexpire("k", 1, "f", { lt: true }), ["HPEXPIRE", "k", 1, "LT", "FIELDS", 1, "f"]],
  ["hpexpireat", () => c.hpexpireat("k", 1, "f", { nx: true }), ["HPEXPIREAT", "k", 1, "NX", "FIELDS", 1, "f"]],
  ["hpexpiretime", () => c.hpexpiretime("k", "f"), ["HPEXPIRETIME", "k", "FIELDS", 1, "f"]],
  ["hpttl", () => c.hpttl("k", "f"), ["HPTTL", "k", "FIELDS", 1, "f"]],
  ["hsetex of a record", () => c.hsetex("k", { f: 0, g: "" }), ["HSETEX", "k", "FIELDS", 2, "f", 0, "g", ""]],
  ["hsetex of entries", () => c.hsetex("k", [[bytes("f"), 1n]]), ["HSETEX", "k", "FIELDS", 1, bytes("f"), 1n]],
  ["hsetex nx", () => c.hsetex("k", { f: 1 }, { nx: true }), ["HSETEX", "k", "NX", "FIELDS", 1, "f", 1]],
  [
    "hsetex xx fxx ex",
    () => c.hsetex("k", { f: 1 }, { ex: 0, xx: true, fxx: true }),
    ["HSETEX", "k", "XX", "FXX", "EX", 0, "FIELDS", 1, "f", 1],
  ],
  [
    "hsetex fnx px",
    () => c.hsetex("k", { f: 1 }, { px: 5, fnx: true }),
    ["HSETEX", "k", "FNX", "PX", 5, "FIELDS", 1, "f", 1],
  ],
  ["hsetex exat", () => c.hsetex("k", { f: 1 }, { exat: 5 }), ["HSETEX", "k", "EXAT", 5, "FIELDS", 1, "f", 1]],
  ["hsetex pxat", () => c.hsetex("k", { f: 1 }, { pxat: 5 }), ["HSETEX", "k", "PXAT", 5, "FIELDS", 1, "f", 1]],
  ["hsetex keepTtl", () => c.hsetex("k", { f: 1 }, { keepTtl: true }), ["HSETEX", "k", "KEEPTTL", "FIELDS", 1, "f", 1]],
  ["httl", () => c.httl("k", ["f"]), ["HTTL", "k", "FIELDS", 1, "f"]],
];

export const refusals: readonly RefusalRow[] = [
  ["hexpire of no field", () => c.hexpire("k", 1, []), "Cannot send HEXPIRE: at least one field is wanted"],
  [
    "hexpire nx and xx",
    () => c.hexpire("k", 1, "f", { nx: true, xx: true }),
    "Cannot send HEXPIRE: the options nx and xx exclude each other",
  ],
  [
    "hexpireat gt and lt",
    () => c.hexpireat("k", 1, "f", { gt: true, lt: true }),
    "Cannot send HEXPIREAT: the options gt and lt exclude each other",
  ],
  ["hexpiretime of no field", () => c.hexpiretime("k", []), "Cannot send HEXPIRETIME: at least one field is wanted"],
  ["hgetex of no field", () => c.hgetex("k", []), "Cannot send HGETEX: at least one field is wanted"],
  [
    "hgetex ex and persist",
    () => c.hgetex("k", "f", { ex: 0, persist: true }),
    "Cannot send HGETEX: the options ex and persist exclude each other",
  ],
  ["hpersist of no field", () => c.hpersist("k", []), "Cannot send HPERSIST: at least one field is wanted"],
  [
    "hpexpire nx and gt",
    () => c.hpexpire("k", 1, "f", { nx: true, gt: true }),
    "Cannot send HPEXPIRE: the options nx and gt exclude each other",
  ],
  ["hsetex of an empty record", () => c.hsetex("k", {}), "Cannot send HSETEX: the record or the entries are empty"],
  [
    "hsetex nx and xx",
    () => c.hsetex("k", { f: 1 }, { nx: true, xx: true }),
    "Cannot send HSETEX: the options nx and xx exclude each other",
  ],
  [
    "hsetex fnx and fxx",
    () => c.hsetex("k", { f: 1 }, { fnx: true, fxx: true }),
    "Cannot send HSETEX: the options fnx and fxx exclude each other",
  ],
  [
    "hsetex px and keepTtl",
    () => c.hsetex("k", { f: 1 }, { px: 1, keepTtl: true }),
    "Cannot send HSETEX: the options px and keepTtl exclude each other",
  ],
];

const SINCE = { redis: "7.4.0", valkey: "9.0.0" };
const SINCE_EX = { redis: "8.0.0", valkey: "9.0.0" };
const FUTURE_SECONDS = 4102444800;

export const server: readonly ServerRow[] = [
  {
    name: "hexpire",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1, g: 2 });
      return [
        await r.hexpire("h", 100, ["f", "none"]),
        await r.hexpire("h", 100, "f", { nx: true }),
        await r.hexpire("h", 50, "f", { gt: true }),
        await r.hexpire("h", 50, "f", { lt: true }),
        await r.hexpire("h", 50, "g", { xx: true }),
        await r.bigints.hexpire("h", 0, "g"),
        await r.hexpire("none", 100, ["f", "g"]),
        await r.hkeys("h"),
      ];
    },
    expect: [[1, -2], [0], [0], [1], [0], [2n], [-2, -2], ["f"]],
  },
  {
    name: "hexpireat",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1 });
      return [
        await r.hexpireat("h", FUTURE_SECONDS, ["f", "none"]),
        await r.hexpiretime("h", "f"),
        await r.hexpireat("h", 1, "f", { gt: true }),
        await r.hexpireat("h", 1, "f"),
        await r.exists("h"),
      ];
    },
    expect: [[1, -2], [FUTURE_SECONDS], [0], [2], 0],
  },
  {
    name: "hexpiretime",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1 });
      return [await r.hexpiretime("h", ["f", "none"]), await r.hexpiretime("none", ["f", "g"])];
    },
    expect: [[-1, -2], [-2, -2]],
  },
  {
    name: "hgetex",
    since: SINCE_EX,
    run: async (r) => {
      await r.hset("h", { f: "v" });
      return [
        await r.hgetex("h", ["f", "none"]),
        await r.httl("h", "f"),
        await r.hgetex("h", "f", { exat: FUTURE_SECONDS }),
        await r.hpexpiretime("h", "f"),
        await r.bytes.hgetex("h", "f", { pxat: 1000 * FUTURE_SECONDS + 1 }),
        await r.hpexpiretime("h", "f"),
        await r.hgetex("h", "f", { persist: true }),
        await r.httl("h", "f"),
        await r.hgetex("h", "f", { ex: 100 }),
        (await r.httl("h", "f"))[0] > 90,
        await r.hgetex("h", "f", { px: 900_000 }),
        (await r.httl("h", "f"))[0] > 800,
        await r.hgetex("none", ["f", "g"]),
      ];
    },
    expect: [
      ["v", null],
      [-1],
      ["v"],
      [1000 * FUTURE_SECONDS],
      [bytes("v")],
      [1000 * FUTURE_SECONDS + 1],
      ["v"],
      [-1],
      ["v"],
      true,
      ["v"],
      true,
      [null, null],
    ],
  },
  {
    name: "hpersist",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1 });
      await r.hexpire("h", 100, "f");
      return [await r.hpersist("h", ["f", "none"]), await r.hpersist("h", "f"), await r.hpersist("none", ["f"])];
    },
    expect: [[1, -2], [-1], [-2]],
  },
  {
    name: "hpexpire",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1 });
      return [
        await r.hpexpire("h", 900_000, "f"),
        (await r.hpttl("h", "f"))[0] > 800_000,
        await r.hpexpire("h", 1_000_000, "f", { lt: true }),
        await r.hpexpire("h", 0, "f"),
      ];
    },
    expect: [[1], true, [0], [2]],
  },
  {
    name: "hpexpireat",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1 });
      return [
        await r.hpexpireat("h", FUTURE_SECONDS * 1000, "f", { nx: true }),
        await r.hpexpiretime("h", "f"),
        await r.hpexpireat("h", FUTURE_SECONDS * 1000, "f", { nx: true }),
      ];
    },
    expect: [[1], [FUTURE_SECONDS * 1000], [0]],
  },
  {
    name: "hpexpiretime",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1 });
      return [await r.hpexpiretime("h", ["f", "none"]), await r.hpexpiretime("none", "f")];
    },
    expect: [[-1, -2], [-2]],
  },
  {
    name: "hpttl",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1 });
      return [await r.hpttl("h", ["f", "none"]), await r.hpttl("none", "f")];
    },
    expect: [[-1, -2], [-2]],
  },
  {
    name: "hsetex",
    since: SINCE_EX,
    run: async (r) => [
      await r.hsetex("h", { f: 1, g: 2 }, { fnx: true, exat: FUTURE_SECONDS }),
      await r.hsetex("h", { f: 2 }, { fnx: true, px: 1000 }),
      await r.hsetex("h", { f: 3, none: 3 }, { fxx: true }),
      await r.hsetex("h", [["f", 4]], { fxx: true, keepTtl: true }),
      await r.hexpiretime("h", ["f", "g"]),
      await r.hsetex("h", { f: 5 }, { pxat: FUTURE_SECONDS * 1000 + 5 }),
      await r.hpexpiretime("h", "f"),
      await r.hsetex("h", { f: 6 }),
      await r.httl("h", "f"),
      await r.hsetex("h", { g: 7 }, { ex: 100 }),
      (await r.httl("h", "g"))[0] > 90,
      await r.hgetall("h"),
    ],
    expect: [
      1,
      0,
      0,
      1,
      [FUTURE_SECONDS, FUTURE_SECONDS],
      1,
      [FUTURE_SECONDS * 1000 + 5],
      1,
      [-1],
      1,
      true,
      { f: "6", g: "7" },
    ],
  },
  {
    name: "hsetex nx, xx",
    since: { valkey: "9.0.0" },
    run: async (r) => [
      await r.hsetex("h", { f: 1 }, { xx: true }),
      await r.hsetex("h", { f: 1 }, { nx: true, fnx: true }),
      await r.hsetex("h", { f: 1 }, { nx: true }),
      await r.hsetex("h", { f: 1 }, { xx: true, fxx: true }),
    ],
    expect: [0, 1, 0, 1],
  },
  {
    name: "httl",
    since: SINCE,
    run: async (r) => {
      await r.hset("h", { f: 1, g: 1 });
      await r.hexpire("h", 100, "g");
      return [await r.httl("h", ["f", "none"]), (await r.httl("h", "g"))[0] > 90, await r.httl("none", "f")];
    },
    expect: [[-1, -2], true, [-2]],
  },
];
