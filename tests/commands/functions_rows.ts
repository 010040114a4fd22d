/** Rows of the commands on functions. */
import * as c from "../../src/commands/mod.ts";
import type { Client } from "../../mod.ts";
import { Link } from "../support/link.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

const PAYLOAD = new Uint8Array([0, 255]);

export const words: readonly WordsRow[] = [
  ["fcall", () => c.fcall("f"), ["FCALL", "f", 0]],
  [
    "fcall keys and arguments",
    () => c.fcall("f", { keys: ["k", bytes("l")], arguments: ["", 0] }),
    ["FCALL", "f", 2, "k", bytes("l"), "", 0],
  ],
  ["fcall one key and one argument", () => c.fcall("f", { keys: "key", arguments: 1n }), ["FCALL", "f", 1, "key", 1n]],
  ["fcallRo", () => c.fcallRo("f", { arguments: [bytes("a")] }), ["FCALL_RO", "f", 0, bytes("a")]],
  ["functionDelete", () => c.functionDelete("l"), ["FUNCTION", "DELETE", "l"]],
  ["functionDump", () => c.functionDump(), ["FUNCTION", "DUMP"]],
  ["functionFlush", () => c.functionFlush(), ["FUNCTION", "FLUSH"]],
  ["functionFlush async", () => c.functionFlush({ async: true }), ["FUNCTION", "FLUSH", "ASYNC"]],
  ["functionFlush sync", () => c.functionFlush({ sync: true }), ["FUNCTION", "FLUSH", "SYNC"]],
  ["functionHelp", () => c.functionHelp(), ["FUNCTION", "HELP"]],
  ["functionKill", () => c.functionKill(), ["FUNCTION", "KILL"]],
  ["functionList", () => c.functionList(), ["FUNCTION", "LIST"]],
  ["functionList with no option", () => c.functionList({ withCode: false }), ["FUNCTION", "LIST"]],
  ["functionList libraryName", () => c.functionList({ libraryName: "" }), ["FUNCTION", "LIST", "LIBRARYNAME", ""]],
  ["functionList withCode", () => c.functionList({ withCode: true }), ["FUNCTION", "LIST", "WITHCODE"]],
  ["functionLoad", () => c.functionLoad("code"), ["FUNCTION", "LOAD", "code"]],
  [
    "functionLoad replace",
    () => c.functionLoad(bytes("code"), { replace: true }),
    ["FUNCTION", "LOAD", "REPLACE", bytes("code")],
  ],
  ["functionRestore", () => c.functionRestore(PAYLOAD), ["FUNCTION", "RESTORE", PAYLOAD]],
  [
    "functionRestore policy",
    () => c.functionRestore(PAYLOAD, { policy: "flush" }),
    ["FUNCTION", "RESTORE", PAYLOAD, "flush"],
  ],
  ["functionStats", () => c.functionStats(), ["FUNCTION", "STATS"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "functionFlush async and sync",
    () => c.functionFlush({ async: true, sync: true }),
    "Cannot send FUNCTION FLUSH: the options async and sync exclude each other",
  ],
];

const CODE = `#!lua name=rows
redis.register_function{
  function_name='rows_all',
  callback=function(keys, args) return {keys, args} end,
  flags={'no-writes'},
  description='Gives what it is given',
}
redis.register_function('rows_spin', function() while true do end end)`;

/** Runs with a library and leaves no library behind. */
async function withLibrary<T>(r: Client, run: () => Promise<T>): Promise<T> {
  try {
    await r.functionLoad(CODE, { replace: true });
    return await run();
  } finally {
    await r.functionFlush();
  }
}

export const server: readonly ServerRow[] = [
  {
    name: "fcall, fcallRo",
    run: (r) =>
      withLibrary(r, async () => [
        await r.fcall("rows_all", { keys: ["k"], arguments: ["", 0] }),
        await r.fcall("rows_all"),
        await r.bytes.fcall("rows_all", { arguments: PAYLOAD }),
        await r.fcallRo("rows_all", { keys: "key", arguments: 1n }),
        await r.fcallRo("rows_spin").catch((error) => error.code),
      ]),
    expect: [[["k"], ["", "0"]], [[], []], [[], [PAYLOAD]], [["key"], ["1"]], "ERR"],
  },
  {
    name: "functionDelete, functionFlush, functionLoad",
    run: async (r) => {
      const replies = [
        await r.functionLoad(CODE),
        await r.functionLoad(CODE).catch((error) => error.code),
        await r.bytes.functionLoad(bytes(CODE), { replace: true }),
        await r.functionDelete("rows"),
        await r.functionDelete("rows").catch((error) => error.code),
        await r.functionLoad(CODE),
        await r.functionFlush(),
        await r.functionFlush({ async: true }),
        await r.functionFlush({ sync: true }),
      ];
      return [...replies, await r.functionList()];
    },
    expect: ["rows", "ERR", "rows", "OK", "ERR", "rows", "OK", "OK", "OK", []],
  },
  {
    name: "functionDump, functionRestore",
    run: (r) =>
      withLibrary(r, async () => {
        const dump = await r.functionDump();
        const replies: unknown[] = [
          dump instanceof Uint8Array,
          await r.functionRestore(dump).catch(({ code }) => code),
        ];
        for (const policy of ["replace", "flush"] as const) replies.push(await r.functionRestore(dump, { policy }));
        await r.functionFlush();
        replies.push(
          await r.functionRestore(dump, { policy: "append" }),
          await r.fcall("rows_all", { arguments: "a" }),
        );
        return replies;
      }),
    expect: [true, "ERR", "OK", "OK", "OK", [[], ["a"]]],
  },
  {
    name: "functionHelp",
    run: async (r) => [(await r.functionHelp())[0], (await r.bytes.functionHelp()).includes("DUMP")],
    expect: ["FUNCTION <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", true],
  },
  {
    name: "functionKill of none",
    run: (r) => r.functionKill().catch((error) => error.code),
    expect: "NOTBUSY",
  },
  {
    name: "functionKill, functionStats",
    run: (r, where) =>
      withLibrary(r, async () => {
        const link = await Link.open(where, 2);
        // Until then a server takes no other command.
        const before = await r.configGet("busy-reply-threshold");
        await r.configSet({ "busy-reply-threshold": 1 });
        try {
          link.write(c.fcall("rows_spin", { keys: ["k"] }));
          let stats = await r.functionStats();
          while (stats.runningScript === null) stats = await r.bytes.bigints.functionStats();
          const { durationMs, ...running } = stats.runningScript;
          const killed = await r.functionKill();
          return [typeof durationMs, running, killed, String(await link.next()).includes("Script killed by user")];
        } finally {
          await r.configSet(before);
          await link.close();
        }
      }),
    expect: ["number", { name: "rows_spin", command: ["FCALL", "rows_spin", "1", "k"] }, "OK", true],
  },
  {
    name: "functionList",
    run: (r) =>
      withLibrary(r, async () => {
        const [library] = await r.functionList({ libraryName: "r*", withCode: true });
        library!.functions.sort((a, b) => a.name < b.name ? -1 : 1);
        const without = await r.bytes.functionList();
        return [library, Object.keys(without[0]!), await r.functionList({ libraryName: "s*" })];
      }),
    expect: [
      {
        libraryName: "rows",
        engine: "LUA",
        functions: [
          { name: "rows_all", description: "Gives what it is given", flags: ["no-writes"] },
          { name: "rows_spin", description: null, flags: [] },
        ],
        libraryCode: CODE,
      },
      ["libraryName", "engine", "functions"],
      [],
    ],
  },
  {
    name: "functionStats",
    run: (r) => withLibrary(r, async () => [await r.functionStats(), await r.bigints.functionStats()]),
    expect: Array(2).fill({ runningScript: null, engines: { LUA: { librariesCount: 1, functionsCount: 2 } } }),
  },
];
