/** Rows of the commands on modules. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["moduleHelp", () => c.moduleHelp(), ["MODULE", "HELP"]],
  ["moduleList", () => c.moduleList(), ["MODULE", "LIST"]],
  ["moduleLoad", () => c.moduleLoad("/m.so"), ["MODULE", "LOAD", "/m.so"]],
  ["moduleLoad of arguments", () => c.moduleLoad("/m.so", 0, ""), ["MODULE", "LOAD", "/m.so", 0, ""]],
  ["moduleLoadex", () => c.moduleLoadex("/m.so", {}), ["MODULE", "LOADEX", "/m.so"]],
  [
    "moduleLoadex of a record",
    () => c.moduleLoadex("/m.so", { config: { "m.a": 0, "m.b": "" }, args: [] }),
    ["MODULE", "LOADEX", "/m.so", "CONFIG", "m.a", 0, "CONFIG", "m.b", ""],
  ],
  [
    "moduleLoadex of entries and arguments",
    () => c.moduleLoadex("/m.so", { config: [["m.a", 1]], args: [0, ""] }),
    ["MODULE", "LOADEX", "/m.so", "CONFIG", "m.a", 1, "ARGS", 0, ""],
  ],
  ["moduleUnload", () => c.moduleUnload("m"), ["MODULE", "UNLOAD", "m"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "moduleLoadex of an empty record",
    () => c.moduleLoadex("/m.so", { config: {} }),
    "Cannot send MODULE LOADEX: the record or the entries are empty",
  ],
];

export const server: readonly ServerRow[] = [
  {
    name: "moduleHelp",
    run: async (r) => [(await r.moduleHelp())[0], typeof (await r.bytes.moduleHelp())[0]],
    expect: ["MODULE <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "string"],
  },
  { name: "moduleList", run: async (r) => Array.isArray(await r.moduleList()), expect: true },
  {
    name: "moduleList of what is part of the server",
    since: { redis: "8.0.0", valkey: "9.1.0" },
    run: async (r) =>
      (await r.bytes.moduleList()).map(({ name, ver, path, args }) => [
        ["vectorset", "lua"].includes(name),
        ver,
        typeof path,
        args,
      ]),
    expect: [[true, 1, "string", []]],
  },
  {
    name: "moduleLoad, moduleLoadex of a file that there is not",
    run: (r) =>
      Promise.all([
        r.moduleLoad("/none", "a", 1),
        r.moduleLoadex("/none", {}),
        r.moduleLoadex("/none", { config: { "m.a": 1, "m.b": 2 }, args: ["a", "b"] }),
      ].map((reply) => reply.catch((error) => error.reply))),
    expect: [1, 2, 3].map(() => "ERR Error loading the extension. Please check the server logs."),
  },
  {
    name: "moduleUnload of what is not loaded",
    run: (r) => r.moduleUnload("none").catch((error) => error.reply),
    expect: "ERR Error unloading module: no such module with that name",
  },
  {
    name: "moduleUnload",
    since: { valkey: "9.1.0" },
    on: "fresh",
    run: async (r) => [await r.moduleUnload("lua"), await r.moduleList()],
    expect: ["OK", []],
  },
];
