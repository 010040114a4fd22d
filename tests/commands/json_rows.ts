/** Rows of the commands on JSON documents. No test server has the module, so replies are in module_readers_test.ts. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["jsonClear", () => c.jsonClear("k"), ["JSON.CLEAR", "k"]],
  ["jsonClear path", () => c.jsonClear("k", "$.a"), ["JSON.CLEAR", "k", "$.a"]],
  ["jsonDebugDepth", () => c.jsonDebugDepth("k"), ["JSON.DEBUG", "DEPTH", "k"]],
  ["jsonDebugFields", () => c.jsonDebugFields("k"), ["JSON.DEBUG", "FIELDS", "k"]],
  ["jsonDebugFields path", () => c.jsonDebugFields("k", "$.a"), ["JSON.DEBUG", "FIELDS", "k", "$.a"]],
  ["jsonDebugHelp", () => c.jsonDebugHelp(), ["JSON.DEBUG", "HELP"]],
  ["jsonDebugMemory", () => c.jsonDebugMemory("k"), ["JSON.DEBUG", "MEMORY", "k"]],
  ["jsonDebugMemory path", () => c.jsonDebugMemory("k", ".a"), ["JSON.DEBUG", "MEMORY", "k", ".a"]],
  ["jsonDel", () => c.jsonDel(bytes("k")), ["JSON.DEL", bytes("k")]],
  ["jsonDel path", () => c.jsonDel("k", "$.a"), ["JSON.DEL", "k", "$.a"]],
  ["jsonForget", () => c.jsonForget("k"), ["JSON.FORGET", "k"]],
  ["jsonForget path", () => c.jsonForget("k", "$.a"), ["JSON.FORGET", "k", "$.a"]],
  ["jsonGet", () => c.jsonGet("k"), ["JSON.GET", "k"]],
  ["jsonGet paths", () => c.jsonGet("k", "$.a", "$.b"), ["JSON.GET", "k", "$.a", "$.b"]],
  ["jsonGet a list of paths", () => c.jsonGet("k", ["$.a", "$.b"]), ["JSON.GET", "k", "$.a", "$.b"]],
  ["jsonGet raw", () => c.jsonGet("k", "$", { raw: true }), ["JSON.GET", "k", "$"]],
  ["jsonGet raw without a path", () => c.jsonGet("k", [], { raw: true }), ["JSON.GET", "k"]],
  ["jsonGet undefined", () => c.jsonGet("k", undefined as never), ["JSON.GET", "k", undefined as never]],
  ["jsonGet options undefined", () => c.jsonGet("k", "$", undefined), ["JSON.GET", "k", "$"]],
  [
    "jsonGet layout",
    () => c.jsonGet("k", "$", { raw: true, indent: "\t", newline: "\n", space: "", noEscape: true }),
    ["JSON.GET", "k", "INDENT", "\t", "NEWLINE", "\n", "SPACE", "", "NOESCAPE", "$"],
  ],
  ["jsonMerge", () => c.jsonMerge("k", "$", { a: null }), ["JSON.MERGE", "k", "$", '{"a":null}']],
  ["jsonMget", () => c.jsonMget(["k", bytes("l")], "$.a"), ["JSON.MGET", "k", bytes("l"), "$.a"]],
  ["jsonMget raw", () => c.jsonMget(["k"], "$", { raw: true }), ["JSON.MGET", "k", "$"]],
  [
    "jsonMset",
    () => c.jsonMset([{ key: "k", path: "$", value: [] }, { key: "l", path: "$.a", value: "" }]),
    ["JSON.MSET", "k", "$", "[]", "l", "$.a", '""'],
  ],
  ["jsonResp", () => c.jsonResp("k"), ["JSON.RESP", "k"]],
  ["jsonResp path", () => c.jsonResp("k", "$.a"), ["JSON.RESP", "k", "$.a"]],
  ["jsonSet an object", () => c.jsonSet("k", "$", { a: [1, "é", true] }), ["JSON.SET", "k", "$", '{"a":[1,"é",true]}']],
  ["jsonSet null", () => c.jsonSet("k", "$.a", null), ["JSON.SET", "k", "$.a", "null"]],
  ["jsonSet zero", () => c.jsonSet("k", "$.a", 0), ["JSON.SET", "k", "$.a", "0"]],
  ["jsonSet false", () => c.jsonSet("k", "$.a", false), ["JSON.SET", "k", "$.a", "false"]],
  ["jsonSet empty text", () => c.jsonSet("k", "$.a", ""), ["JSON.SET", "k", "$.a", '""']],
  [
    "jsonSet an own field __proto__",
    () => c.jsonSet("k", "$", JSON.parse('{"__proto__":1}')),
    ["JSON.SET", "k", "$", '{"__proto__":1}'],
  ],
  ["jsonSet nx", () => c.jsonSet("k", "$", 1, { nx: true }), ["JSON.SET", "k", "$", "1", "NX"]],
  ["jsonSet xx", () => c.jsonSet("k", "$", 1, { xx: true, nx: false }), ["JSON.SET", "k", "$", "1", "XX"]],
  ["jsonSet fpha", () => c.jsonSet("k", "$", [0.5], { fpha: "bf16" }), ["JSON.SET", "k", "$", "[0.5]", "FPHA", "BF16"]],
  ["jsonType", () => c.jsonType("k"), ["JSON.TYPE", "k"]],
  ["jsonType path", () => c.jsonType("k", "$.a"), ["JSON.TYPE", "k", "$.a"]],
];

const noForm = (name: string) => `Cannot send ${name}: the value has no JSON form`;

export const refusals: readonly RefusalRow[] = [
  ["jsonMerge of undefined", () => c.jsonMerge("k", "$", undefined as never), noForm("JSON.MERGE")],
  ["jsonMget of no key", () => c.jsonMget([], "$"), "Cannot send JSON.MGET: at least one key is wanted"],
  ["jsonMset of no entry", () => c.jsonMset([]), "Cannot send JSON.MSET: at least one entry is wanted"],
  [
    "jsonMset of a function",
    () => c.jsonMset([{ key: "k", path: "$", value: (() => 1) as never }]),
    noForm("JSON.MSET"),
  ],
  ["jsonSet of undefined", () => c.jsonSet("k", "$", undefined as never), noForm("JSON.SET")],
  [
    "jsonSet nx and xx",
    () => c.jsonSet("k", "$", 1, { nx: true, xx: true }),
    "Cannot send JSON.SET: the options nx and xx exclude each other",
  ],
];

export const server: readonly ServerRow[] = [];
