/** Rows of the commands on Bloom filters, which no server here knows. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["bfAdd", () => c.bfAdd("k", 0), ["BF.ADD", "k", 0]],
  ["bfCard", () => c.bfCard("k"), ["BF.CARD", "k"]],
  ["bfExists", () => c.bfExists("k", bytes("i")), ["BF.EXISTS", "k", bytes("i")]],
  ["bfInfo", () => c.bfInfo("k"), ["BF.INFO", "k"]],
  ["bfInfo of one fact", () => c.bfInfo("k", "items"), ["BF.INFO", "k", "ITEMS"]],
  ["bfInsert", () => c.bfInsert("k", ["a", "b"]), ["BF.INSERT", "k", "ITEMS", "a", "b"]],
  [
    "bfInsert with all that goes together",
    () => c.bfInsert("k", ["a"], { capacity: 0, error: 0.1, expansion: 0 }),
    ["BF.INSERT", "k", "CAPACITY", 0, "ERROR", 0.1, "EXPANSION", 0, "ITEMS", "a"],
  ],
  ["bfInsert noCreate", () => c.bfInsert("k", ["a"], { noCreate: true }), ["BF.INSERT", "k", "NOCREATE", "ITEMS", "a"]],
  [
    "bfInsert of valkey-bloom",
    () => c.bfInsert("k", ["a"], { tightening: 0.5, seed: bytes("s"), validateScaleTo: 9 }),
    ["BF.INSERT", "k", "TIGHTENING", 0.5, "SEED", bytes("s"), "VALIDATESCALETO", 9, "ITEMS", "a"],
  ],
  ["bfInsert nonScaling", () => c.bfInsert("k", ["a"], { nonScaling: true }), [
    ...["BF.INSERT", "k", "NONSCALING", "ITEMS", "a"],
  ]],
  ["bfInsert of nothing", () => c.bfInsert("k", [], { capacity: 9 }), ["BF.INSERT", "k", "CAPACITY", 9]],
  ["bfLoad", () => c.bfLoad("k", bytes("d")), ["BF.LOAD", "k", bytes("d")]],
  ["bfLoadchunk", () => c.bfLoadchunk("k", "1", bytes("d")), ["BF.LOADCHUNK", "k", "1", bytes("d")]],
  ["bfMadd", () => c.bfMadd("k", "a", 1), ["BF.MADD", "k", "a", 1]],
  ["bfMexists", () => c.bfMexists("k", "a", "b"), ["BF.MEXISTS", "k", "a", "b"]],
  ["bfReserve", () => c.bfReserve("k", 0.01, 100), ["BF.RESERVE", "k", 0.01, 100]],
  [
    "bfReserve expansion",
    () => c.bfReserve("k", 0.01, 100, { expansion: 0 }),
    ["BF.RESERVE", "k", 0.01, 100, "EXPANSION", 0],
  ],
  [
    "bfReserve nonScaling",
    () => c.bfReserve("k", 0.01, 100, { nonScaling: true }),
    ["BF.RESERVE", "k", 0.01, 100, "NONSCALING"],
  ],
  ["bfScandump", () => c.bfScandump("k", 0), ["BF.SCANDUMP", "k", 0]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "bfInsert noCreate and capacity",
    () => c.bfInsert("k", ["a"], { noCreate: true, capacity: 1 }),
    "Cannot send BF.INSERT: the options capacity and noCreate exclude each other",
  ],
  [
    "bfInsert noCreate and error",
    () => c.bfInsert("k", ["a"], { noCreate: true, error: 0.1 }),
    "Cannot send BF.INSERT: the options error and noCreate exclude each other",
  ],
  [
    "bfInsert expansion and nonScaling",
    () => c.bfInsert("k", ["a"], { expansion: 0, nonScaling: true }),
    "Cannot send BF.INSERT: the options expansion and nonScaling exclude each other",
  ],
  [
    "bfInsert nonScaling and validateScaleTo",
    () => c.bfInsert("k", ["a"], { nonScaling: true, validateScaleTo: 9 }),
    "Cannot send BF.INSERT: the options nonScaling and validateScaleTo exclude each other",
  ],
  ["bfMadd of nothing", () => c.bfMadd("k"), "Cannot send BF.MADD: at least one item is wanted"],
  ["bfMexists of nothing", () => c.bfMexists("k"), "Cannot send BF.MEXISTS: at least one item is wanted"],
  [
    "bfReserve expansion and nonScaling",
    () => c.bfReserve("k", 0.01, 1, { expansion: 2, nonScaling: true }),
    "Cannot send BF.RESERVE: the options expansion and nonScaling exclude each other",
  ],
];

export const server: readonly ServerRow[] = [];
