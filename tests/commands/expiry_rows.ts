/** Rows of the commands on when keys expire. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["expire", () => c.expire("k", 0), ["EXPIRE", "k", 0]],
  ["expire with no option", () => c.expire("k", 1, {}), ["EXPIRE", "k", 1]],
  ["expire nx", () => c.expire("k", 1, { nx: true }), ["EXPIRE", "k", 1, "NX"]],
  ["expire xx", () => c.expire("k", 1, { xx: true }), ["EXPIRE", "k", 1, "XX"]],
  ["expire gt", () => c.expire("k", 1, { gt: true }), ["EXPIRE", "k", 1, "GT"]],
  ["expire lt", () => c.expire("k", 1, { lt: true }), ["EXPIRE", "k", 1, "LT"]],
  ["expire xx gt", () => c.expire("k", 1, { gt: true, xx: true }), ["EXPIRE", "k", 1, "XX", "GT"]],
  ["expire nx, gt false", () => c.expire("k", 1, { nx: true, gt: false }), ["EXPIRE", "k", 1, "NX"]],
  ["expireat", () => c.expireat("k", 1), ["EXPIREAT", "k", 1]],
  ["expireat nx", () => c.expireat("k", 1, { nx: true }), ["EXPIREAT", "k", 1, "NX"]],
  ["expiretime", () => c.expiretime("k"), ["EXPIRETIME", "k"]],
  ["persist", () => c.persist("k"), ["PERSIST", "k"]],
  ["pexpire", () => c.pexpire("k", 1), ["PEXPIRE", "k", 1]],
  ["pexpire lt", () => c.pexpire("k", 1, { lt: true }), ["PEXPIRE", "k", 1, "LT"]],
  ["pexpireat", () => c.pexpireat("k", 4102444800000), ["PEXPIREAT", "k", 4102444800000]],
  ["pexpireat gt", () => c.pexpireat("k", 1, { gt: true }), ["PEXPIREAT", "k", 1, "GT"]],
  ["pexpiretime", () => c.pexpiretime("k"), ["PEXPIRETIME", "k"]],
  ["pttl", () => c.pttl("k"), ["PTTL", "k"]],
  ["ttl", () => c.ttl("k"), ["TTL", "k"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "expire nx and xx",
    () => c.expire("k", 1, { nx: true, xx: true }),
    "Cannot send EXPIRE: the options nx and xx exclude each other",
  ],
  [
    "expireat nx and gt",
    () => c.expireat("k", 1, { nx: true, gt: true }),
    "Cannot send EXPIREAT: the options nx and gt exclude each other",
  ],
  [
    "pexpire nx and lt",
    () => c.pexpire("k", 1, { nx: true, lt: true }),
    "Cannot send PEXPIRE: the options nx and lt exclude each other",
  ],
  [
    "pexpireat gt and lt",
    () => c.pexpireat("k", 1, { gt: true, lt: true }),
    "Cannot send PEXPIREAT: the options gt and lt exclude each other",
  ],
];

const FUTURE_SECONDS = 4102444800;

export const server: readonly ServerRow[] = [
  {
    name: "expire",
    run: async (r) => {
      await r.set("expire", "v");
      return [await r.expire("expire", 100), await r.ttl("expire") > 90, await r.expire("expire:none", 100)];
    },
    expect: [1, true, 0],
  },
  {
    name: "expire nx, xx, gt, lt",
    run: async (r) => {
      await r.set("expire:if", "v");
      return [
        await r.expire("expire:if", 100, { xx: true }),
        await r.expire("expire:if", 100, { nx: true }),
        await r.expire("expire:if", 50, { gt: true }),
        await r.expire("expire:if", 50, { lt: true }),
        await r.expire("expire:if", 200, { xx: true, gt: true }),
      ];
    },
    expect: [0, 1, 0, 1, 1],
  },
  {
    name: "expire 0 deletes",
    run: async (r) => {
      await r.set("expire:0", "v");
      return [await r.expire("expire:0", 0), await r.exists("expire:0")];
    },
    expect: [1, 0],
  },
  {
    name: "expireat",
    run: async (r) => {
      await r.set("expireat", "v");
      return [await r.expireat("expireat", FUTURE_SECONDS), await r.expireat("expireat", 1, { nx: true })];
    },
    expect: [1, 0],
  },
  {
    name: "expiretime",
    run: async (r) => {
      await r.set("expiretime", "v");
      const never = await r.expiretime("expiretime");
      await r.expireat("expiretime", FUTURE_SECONDS);
      return [never, await r.expiretime("expiretime"), await r.expiretime("expiretime:none")];
    },
    expect: [-1, FUTURE_SECONDS, -2],
  },
  {
    name: "persist",
    run: async (r) => {
      await r.set("persist", "v", { ex: 100 });
      return [await r.persist("persist"), await r.persist("persist")];
    },
    expect: [1, 0],
  },
  {
    name: "pexpire",
    run: async (r) => {
      await r.set("pexpire", "v");
      return [await r.pexpire("pexpire", 900_000), await r.pttl("pexpire") > 800_000];
    },
    expect: [1, true],
  },
  {
    name: "pexpireat",
    run: async (r) => {
      await r.set("pexpireat", "v");
      return [await r.pexpireat("pexpireat", FUTURE_SECONDS * 1000), await r.pexpiretime("pexpireat")];
    },
    expect: [1, FUTURE_SECONDS * 1000],
  },
  {
    name: "pexpiretime",
    run: async (r) => {
      await r.set("pexpiretime", "v");
      return [await r.pexpiretime("pexpiretime"), await r.pexpiretime("pexpiretime:none")];
    },
    expect: [-1, -2],
  },
  {
    name: "pttl",
    run: async (r) => {
      await r.set("pttl", "v");
      return [await r.pttl("pttl"), await r.pttl("pttl:none")];
    },
    expect: [-1, -2],
  },
  {
    name: "ttl",
    run: async (r) => {
      await r.set("ttl", "v");
      return [await r.ttl("ttl"), await r.ttl("ttl:none")];
    },
    expect: [-1, -2],
  },
];
