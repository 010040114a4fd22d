/** Rows of the commands on cuckoo filters, which no server here knows. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["cfAdd", () => c.cfAdd("k", 0), ["CF.ADD", "k", 0]],
  ["cfAddnx", () => c.cfAddnx("k", "i"), ["CF.ADDNX", "k", "i"]],
  ["cfCompact", () => c.cfCompact("k"), ["CF.COMPACT", "k"]],
  ["cfCount", () => c.cfCount("k", "i"), ["CF.COUNT", "k", "i"]],
  ["cfDel", () => c.cfDel("k", "i"), ["CF.DEL", "k", "i"]],
  ["cfExists", () => c.cfExists("k", "i"), ["CF.EXISTS", "k", "i"]],
  ["cfInfo", () => c.cfInfo("k"), ["CF.INFO", "k"]],
  ["cfInsert", () => c.cfInsert("k", ["a", "b"]), ["CF.INSERT", "k", "ITEMS", "a", "b"]],
  ["cfInsert noCreate", () => c.cfInsert("k", ["a"], { noCreate: true }), ["CF.INSERT", "k", "NOCREATE", "ITEMS", "a"]],
  ["cfInsertnx", () => c.cfInsertnx("k", ["a"], { noCreate: false }), ["CF.INSERTNX", "k", "ITEMS", "a"]],
  ["cfInsertnx capacity", () => c.cfInsertnx("k", ["a"], { capacity: 9 }), [
    "CF.INSERTNX",
    "k",
    "CAPACITY",
    9,
    "ITEMS",
    "a",
  ]],
  ["cfLoadchunk", () => c.cfLoadchunk("k", 1n, bytes("d")), ["CF.LOADCHUNK", "k", 1n, bytes("d")]],
  ["cfMexists", () => c.cfMexists("k", "a", "b"), ["CF.MEXISTS", "k", "a", "b"]],
  ["cfReserve", () => c.cfReserve("k", 100), ["CF.RESERVE", "k", 100]],
  [
    "cfReserve with options",
    () => c.cfReserve("k", 100, { bucketSize: 4, maxIterations: 0, expansion: 0 }),
    ["CF.RESERVE", "k", 100, "BUCKETSIZE", 4, "MAXITERATIONS", 0, "EXPANSION", 0],
  ],
  ["cfScandump", () => c.cfScandump("k", "0"), ["CF.SCANDUMP", "k", "0"]],
];

export const refusals: readonly RefusalRow[] = [
  ["cfInsert of nothing", () => c.cfInsert("k", []), "Cannot send CF.INSERT: at least one item is wanted"],
  [
    "cfInsert capacity and noCreate",
    () => c.cfInsert("k", ["a"], { capacity: 0, noCreate: true }),
    "Cannot send CF.INSERT: the options capacity and noCreate exclude each other",
  ],
  ["cfInsertnx of nothing", () => c.cfInsertnx("k", []), "Cannot send CF.INSERTNX: at least one item is wanted"],
  ["cfMexists of nothing", () => c.cfMexists("k"), "Cannot send CF.MEXISTS: at least one item is wanted"],
];

export const server: readonly ServerRow[] = [];
