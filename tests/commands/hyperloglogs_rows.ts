/** Rows of the commands on HyperLogLogs. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["pfadd", () => c.pfadd("k", "a", 0, bytes("b")), ["PFADD", "k", "a", 0, bytes("b")]],
  ["pfadd of nothing", () => c.pfadd("k"), ["PFADD", "k"]],
  ["pfcount", () => c.pfcount("a", "b"), ["PFCOUNT", "a", "b"]],
  ["pfdebug DECODE", () => c.pfdebug("decode", "k"), ["PFDEBUG", "decode", "k"]],
  ["pfdebug ENCODING", () => c.pfdebug("encoding", bytes("k")), ["PFDEBUG", "encoding", bytes("k")]],
  ["pfdebug GETREG", () => c.pfdebug("getreg", "k"), ["PFDEBUG", "getreg", "k"]],
  ["pfdebug SIMD", () => c.pfdebug("simd", "on"), ["PFDEBUG", "simd", "on"]],
  ["pfdebug TODENSE", () => c.pfdebug("todense", "k"), ["PFDEBUG", "todense", "k"]],
  ["pfmerge", () => c.pfmerge("d", "a", "b"), ["PFMERGE", "d", "a", "b"]],
  ["pfmerge of nothing", () => c.pfmerge("d"), ["PFMERGE", "d"]],
  ["pfselftest", () => c.pfselftest(), ["PFSELFTEST"]],
];

export const refusals: readonly RefusalRow[] = [
  ["pfcount of nothing", () => c.pfcount(), "Cannot send PFCOUNT: at least one key is wanted"],
];

export const server: readonly ServerRow[] = [
  {
    name: "pfadd",
    run: async (r) => [
      await r.pfadd("pfadd", "a", "b"),
      await r.pfadd("pfadd", "a"),
      await r.pfadd("pfadd:new"),
      await r.pfadd("pfadd:new"),
    ],
    expect: [1, 0, 1, 0],
  },
  {
    name: "pfcount, pfmerge",
    run: async (r) => {
      await r.pfadd("a{pf}", "a", "b");
      await r.pfadd("b{pf}", "b", "c");
      return [
        await r.pfcount("a{pf}"),
        await r.pfcount("a{pf}", "b{pf}", "none{pf}"),
        await r.pfmerge("d{pf}", "a{pf}", "b{pf}"),
        await r.bigints.pfcount("d{pf}"),
        await r.pfmerge("d{pf}"),
      ];
    },
    expect: [2, 3, "OK", 3n, "OK"],
  },
  {
    name: "pfdebug",
    run: async (r) => {
      await r.pfadd("pfdebug", "a", "b", "c");
      return [
        await r.pfdebug("decode", "pfdebug"),
        await r.bytes.pfdebug("encoding", "pfdebug"),
        await r.pfdebug("todense", "pfdebug"),
        await r.pfdebug("todense", "pfdebug"),
        await r.pfdebug("encoding", "pfdebug"),
        (await r.pfdebug("getreg", "pfdebug")).length,
        (await r.bigints.pfdebug("getreg", "pfdebug")).filter((register) => register > 0n),
      ];
    },
    expect: ["Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603", "sparse", 1, 0, "dense", 16384, [1n, 2n, 1n]],
  },
  {
    name: "pfdebug SIMD",
    since: { redis: "8.0.0", valkey: "8.1.0" },
    // Where the processor has none, they stay disabled.
    run: async (r) => [await r.pfdebug("simd", "off"), /^(en|dis)abled$/.test(await r.pfdebug("simd", "on"))],
    expect: ["disabled", true],
  },
  { name: "pfselftest", run: (r) => r.pfselftest(), expect: "OK" },
];
