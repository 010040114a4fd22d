/** Rows of the commands on the server and on connections, and of raw ones. */
import { ConnectionError } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { Server } from "../support/server.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["call", () => c.call("JSON.GET", "k", "$", 0, 1n, bytes("x")), ["JSON.GET", "k", "$", 0, 1n, bytes("x")]],
  ["call of a name alone", () => c.call("time"), ["time"]],
  ["call of what only looks refused", () => c.call("SELECTED"), ["SELECTED"]],
  ["call of another CLIENT command", () => c.call("CLIENT", "ID"), ["CLIENT", "ID"]],
  ["call of CLIENT alone", () => c.call("client"), ["client"]],
  ["clientGetname", () => c.clientGetname(), ["CLIENT", "GETNAME"]],
  ["clientId", () => c.clientId(), ["CLIENT", "ID"]],
  ["clientInfo", () => c.clientInfo(), ["CLIENT", "INFO"]],
  ["clientKill id", () => c.clientKill({ id: 0 }), ["CLIENT", "KILL", "ID", 0]],
  ["clientKill type", () => c.clientKill({ type: "pubsub" }), ["CLIENT", "KILL", "TYPE", "pubsub"]],
  ["clientKill user", () => c.clientKill({ user: "u" }), ["CLIENT", "KILL", "USER", "u"]],
  ["clientKill addr", () => c.clientKill({ addr: "h:1" }), ["CLIENT", "KILL", "ADDR", "h:1"]],
  ["clientKill laddr", () => c.clientKill({ laddr: "h:1" }), ["CLIENT", "KILL", "LADDR", "h:1"]],
  ["clientKill skipMe", () => c.clientKill({ skipMe: "no" }), ["CLIENT", "KILL", "SKIPME", "no"]],
  ["clientKill maxAge", () => c.clientKill({ maxAge: 0 }), ["CLIENT", "KILL", "MAXAGE", 0]],
  ["clientList", () => c.clientList(), ["CLIENT", "LIST"]],
  ["clientList with no option", () => c.clientList({}), ["CLIENT", "LIST"]],
  ["clientList type", () => c.clientList({ type: "replica" }), ["CLIENT", "LIST", "TYPE", "replica"]],
  ["clientList id", () => c.clientList({ id: 7 }), ["CLIENT", "LIST", "ID", 7]],
  ["clientList ids", () => c.clientList({ id: [7, 8n] }), ["CLIENT", "LIST", "ID", 7, 8n]],
  ["clientNoEvict", () => c.clientNoEvict("on"), ["CLIENT", "NO-EVICT", "on"]],
  ["clientNoTouch", () => c.clientNoTouch("off"), ["CLIENT", "NO-TOUCH", "off"]],
  ["clientSetname", () => c.clientSetname("n"), ["CLIENT", "SETNAME", "n"]],
  ["configGet", () => c.configGet("a*", "b"), ["CONFIG", "GET", "a*", "b"]],
  ["configHelp", () => c.configHelp(), ["CONFIG", "HELP"]],
  ["configResetstat", () => c.configResetstat(), ["CONFIG", "RESETSTAT"]],
  ["configRewrite", () => c.configRewrite(), ["CONFIG", "REWRITE"]],
  ["configSet of a record", () => c.configSet({ a: 0, b: "c" }), ["CONFIG", "SET", "a", 0, "b", "c"]],
  ["configSet of entries", () => c.configSet([["a", 0]]), ["CONFIG", "SET", "a", 0]],
  ["dbsize", () => c.dbsize(), ["DBSIZE"]],
  ["echo", () => c.echo(0), ["ECHO", 0]],
  ["flushall", () => c.flushall(), ["FLUSHALL"]],
  ["flushall async", () => c.flushall({ async: true }), ["FLUSHALL", "ASYNC"]],
  ["flushall sync", () => c.flushall({ sync: true, async: false }), ["FLUSHALL", "SYNC"]],
  ["flushdb", () => c.flushdb({}), ["FLUSHDB"]],
  ["flushdb async", () => c.flushdb({ async: true }), ["FLUSHDB", "ASYNC"]],
  ["flushdb sync", () => c.flushdb({ sync: true }), ["FLUSHDB", "SYNC"]],
  ["info", () => c.info(), ["INFO"]],
  ["info of sections", () => c.info("server", "memory"), ["INFO", "server", "memory"]],
  ["info parse", () => c.info({ parse: true }), ["INFO"]],
  ["info parse of a section", () => c.info({ sections: "server", parse: true }), ["INFO", "server"]],
  ["info parse of sections", () => c.info({ sections: ["a", ""], parse: true }), ["INFO", "a", ""]],
  ["lolwut", () => c.lolwut(), ["LOLWUT"]],
  ["lolwut version", () => c.lolwut({ version: 0 }), ["LOLWUT", "VERSION", 0]],
  ["lolwut version and args", () => c.lolwut({ version: 5, args: [1, 0] }), ["LOLWUT", "VERSION", 5, 1, 0]],
  ["lolwut args", () => c.lolwut({ args: [40] }), ["LOLWUT", 40]],
  ["memoryUsage", () => c.memoryUsage("k"), ["MEMORY", "USAGE", "k"]],
  ["memoryUsage samples 0", () => c.memoryUsage("k", { samples: 0 }), ["MEMORY", "USAGE", "k", "SAMPLES", 0]],
  ["ping", () => c.ping(), ["PING"]],
  ["ping of a message", () => c.ping(""), ["PING", ""]],
  ["shutdown", () => c.shutdown(), ["SHUTDOWN"]],
  ["shutdown nosave", () => c.shutdown({ nosave: true, save: false }), ["SHUTDOWN", "NOSAVE"]],
  ["shutdown save", () => c.shutdown({ save: true, abort: false }), ["SHUTDOWN", "SAVE"]],
  ["shutdown now and force", () => c.shutdown({ now: true, force: true }), ["SHUTDOWN", "NOW", "FORCE"]],
  ["shutdown safe and failover", () => c.shutdown({ safe: true, failover: true }), ["SHUTDOWN", "SAFE", "FAILOVER"]],
  ["shutdown abort", () => c.shutdown({ abort: true }), ["SHUTDOWN", "ABORT"]],
  ["swapdb", () => c.swapdb(0, 1), ["SWAPDB", 0, 1]],
  ["time", () => c.time(), ["TIME"]],
];

function refused(name: string, instead = ""): string {
  return `Cannot send ${name} as a raw command: it would change a connection that all callers share${instead}`;
}

const reader = c.get("k").reader;

const NO_NAME = "Cannot send a command: its name is to be text that is not empty";

export const refusals: readonly RefusalRow[] = [
  ["call of no name", () => c.call(""), NO_NAME],
  ["call of undefined", () => c.call(undefined as never), NO_NAME],
  ["call of bytes", () => c.call(bytes("SELECT") as never), NO_NAME],
  ["call of SELECT", () => c.call("SELECT", 1), refused("SELECT", ", use the option database, or lease()")],
  [
    "call of select in small letters",
    () => c.call("sElect", 1),
    refused("SELECT", ", use the option database, or lease()"),
  ],
  ...["MULTI", "EXEC", "DISCARD"].map((name): RefusalRow => [
    `call of ${name}`,
    () => c.call(name.toLowerCase()),
    refused(name, ", use transaction()"),
  ]),
  ...[
    ["SUBSCRIBE", ", use subscribe()"],
    ["PSUBSCRIBE", ", use psubscribe()"],
    ["SSUBSCRIBE", ", use ssubscribe()"],
    ["UNSUBSCRIBE", ""],
    ["PUNSUBSCRIBE", ""],
    ["SUNSUBSCRIBE", ""],
    ["MONITOR", ", use monitor()"],
    ["SYNC", ""],
    ["PSYNC", ""],
    ["WATCH", ", use watch()"],
    ["UNWATCH", ", use watch()"],
    ["REPLCONF", ""],
    ["RESET", ""],
  ].map(([name, instead]): RefusalRow => [`call of ${name}`, () => c.call(name!), refused(name!, instead)]),
  ["call of HELLO", () => c.call("hello", 3), refused("HELLO", ", use the options of connect()")],
  ["call of QUIT", () => c.call("Quit"), refused("QUIT", ", use close()")],
  ["call of CLIENT REPLY", () => c.call("Client", "reply", "OFF"), refused("CLIENT REPLY")],
  ["call of SCRIPT DEBUG", () => c.call("SCRIPT", "debug", "YES"), refused("SCRIPT DEBUG")],
  [
    "call of SELECT by way of a command of one's own",
    () => c.command(["SELECT", 1], reader),
    refused("SELECT", ", use the option database, or lease()"),
  ],
  ["call without words by way of a command of one's own", () => c.command([], reader), NO_NAME],
  ["call of CLIENT REPLY in bytes", () => c.call("CLIENT", bytes("Reply"), "OFF"), refused("CLIENT REPLY")],
  ["clientKill of no option", () => c.clientKill({}), "Cannot send CLIENT KILL: at least one option is wanted"],
  ["clientList of no id", () => c.clientList({ id: [] }), "Cannot send CLIENT LIST: at least one id is wanted"],
  ["configGet of nothing", () => c.configGet(), "Cannot send CONFIG GET: at least one pattern is wanted"],
  ["configSet of nothing", () => c.configSet({}), "Cannot send CONFIG SET: the record or the entries are empty"],
  [
    "flushall async and sync",
    () => c.flushall({ async: true, sync: true }),
    "Cannot send FLUSHALL: the options async and sync exclude each other",
  ],
  [
    "flushdb async and sync",
    () => c.flushdb({ async: true, sync: true }),
    "Cannot send FLUSHDB: the options async and sync exclude each other",
  ],
  [
    "shutdown nosave and save",
    () => c.shutdown({ nosave: true, save: true }),
    "Cannot send SHUTDOWN: the options nosave and save exclude each other",
  ],
  ...(["nosave", "save", "now", "force", "safe", "failover"] as const).map((other): RefusalRow => [
    `shutdown abort and ${other}`,
    () => c.shutdown({ abort: true, [other]: true }),
    `Cannot send SHUTDOWN: the options abort and ${other} exclude each other`,
  ]),
];

/** Ends a server by a command, and gives the name of the command's error and the exit code of the server. */
async function endOf(server: Server, end: () => Promise<unknown>): Promise<unknown> {
  const exited = new Promise((done) => server.process.once("exit", done));
  try {
    return await end();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return [error.name, await exited];
  }
}

export const server: readonly ServerRow[] = [
  {
    name: "call",
    run: async (r) => [
      await r.call("SET", "call", 1),
      await r.call("incrby", "call", 2n),
      await r.call("GET", "call"),
      await r.call("GET", "call:none"),
      await r.call("LRANGE", "call:none", 0, -1),
      await r.bytes.call("GET", "call"),
    ],
    expect: ["OK", 3, "3", null, [], bytes("3")],
  },
  {
    name: "clientGetname, clientSetname",
    run: async (r) => {
      await r.clientSetname("rows");
      const name = await r.clientGetname();
      return [name, await r.clientSetname(""), await r.clientGetname()];
    },
    expect: ["rows", "OK", null],
  },
  { name: "clientSetname", run: (r) => r.clientSetname(""), expect: "OK" },
  { name: "clientId", run: async (r) => Number.isInteger(await r.clientId()), expect: true },
  {
    name: "clientInfo",
    run: async (r) => {
      const { id, db, cmd } = await r.clientInfo();
      return [Number(id) > 0, db, cmd];
    },
    expect: [true, "0", "client|info"],
  },
  {
    name: "clientKill of nobody",
    run: (r) =>
      r.clientKill({ id: 999999999, type: "normal", user: "default", addr: "h:1", laddr: "h:1", skipMe: "yes" }),
    expect: 0,
  },
  {
    name: "clientKill maxAge",
    since: { redis: "7.4.0", valkey: "8.0.0" },
    run: (r) => r.clientKill({ maxAge: 1_000_000 }),
    expect: 0,
  },
  {
    name: "clientList",
    run: async (r) => {
      const id = await r.clientId();
      const all = await r.clientList({ type: "normal" });
      const some = await r.clientList({ id: [id, 999999999] });
      return [
        all.some((client) => client.id === String(id)),
        some.length,
        some[0]?.db,
        await r.clientList({ id: 999999999 }),
      ];
    },
    expect: [true, 1, "0", []],
  },
  {
    name: "clientNoEvict",
    run: async (r) => [await r.clientNoEvict("on"), await r.clientNoEvict("off")],
    expect: ["OK", "OK"],
  },
  {
    name: "clientNoTouch",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => [await r.clientNoTouch("on"), await r.clientNoTouch("off")],
    expect: ["OK", "OK"],
  },
  {
    name: "configGet",
    run: async (r) => {
      const settings = await r.configGet("maxmemory-policy", "hz");
      return [Object.keys(settings).sort(), settings["maxmemory-policy"], await r.configGet("none")];
    },
    expect: [["hz", "maxmemory-policy"], "noeviction", {}],
  },
  {
    name: "configHelp",
    run: async (r) => [(await r.configHelp())[0], typeof (await r.bytes.configHelp())[0]],
    expect: ["CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "string"],
  },
  { name: "configResetstat", run: (r) => r.configResetstat(), expect: "OK" },
  {
    name: "configRewrite, which a server without a file refuses",
    run: (r) => r.configRewrite().catch((error) => [error.name, error.reply]),
    expect: ["ReplyError", "ERR The server is running without a config file"],
  },
  {
    name: "configSet",
    run: async (r) => {
      const before = await r.configGet("slowlog-max-len");
      const set = await r.configSet({ "slowlog-max-len": 77 });
      const { "slowlog-max-len": now } = await r.bytes.configGet("slowlog-max-len");
      return [set, now, await r.configSet(before)];
    },
    expect: ["OK", "77", "OK"],
  },
  {
    name: "dbsize",
    run: async (r) => {
      await r.mset({ "a{dbsize}": 1, "b{dbsize}": 2 });
      return await r.dbsize();
    },
    expect: 2,
  },
  { name: "echo", run: async (r) => [await r.echo("é"), await r.bytes.echo("x")], expect: ["é", bytes("x")] },
  {
    name: "flushall",
    run: async (r) => {
      await r.set("flushall", 1);
      return [
        await r.flushall(),
        await r.flushall({ async: true }),
        await r.flushall({ sync: true }),
        await r.dbsize(),
      ];
    },
    expect: ["OK", "OK", "OK", 0],
  },
  {
    name: "flushdb",
    run: async (r) => {
      await r.set("flushdb", 1);
      return [await r.flushdb(), await r.flushdb({ async: true }), await r.flushdb({ sync: true }), await r.dbsize()];
    },
    expect: ["OK", "OK", "OK", 0],
  },
  {
    name: "info",
    run: async (r) => {
      const [all, some, bytes] = [await r.info(), await r.info("server", "memory"), await r.bytes.info("server")];
      return [all, some, bytes].map((text) => [/^redis_version:\d/m.test(text), /^used_memory:\d/m.test(text)]);
    },
    expect: [[true, true], [true, true], [true, false]],
  },
  {
    name: "info parse",
    run: async (r) => {
      await r.set("info", 1, { ex: 100 });
      const all = await r.info({ parse: true });
      const some = await r.bytes.info({ sections: ["keyspace", "clients"], parse: true });
      return [
        ["server", "memory", "replication"].every((name) => name in all),
        [/^\d+\.\d+\.\d+$/.test(all.server!.redis_version!), all.server!.executable?.startsWith("/")],
        [Object.keys(some).sort(), some.keyspace!.db0!.split(",")[0], Number(some.clients!.connected_clients) > 0],
        await r.info({ sections: "none", parse: true }),
      ];
    },
    expect: [true, [true, true], [["clients", "keyspace"], "keys=1", true], {}],
  },
  {
    name: "lolwut",
    run: async (r) => {
      const { server } = await r.info({ sections: "server", parse: true });
      const version = server!.valkey_version ?? server!.redis_version!;
      const [any, small, bytes] = [
        await r.lolwut(),
        await r.lolwut({ version: 5, args: [1, 1, 1] }),
        await r.bytes.lolwut({ version: 6, args: [10, 2] }),
      ];
      return [any, small, bytes].map((text) => [text.includes(`ver. ${version}`), small.includes("Georg Nees")]);
    },
    expect: [[true, true], [true, true], [true, true]],
  },
  {
    name: "memoryUsage",
    run: async (r) => {
      await r.rpush("memoryUsage", "a", "b");
      const usage = await r.memoryUsage("memoryUsage", { samples: 0 });
      return [usage !== null && usage > 0, await r.memoryUsage("memoryUsage:none")];
    },
    expect: [true, null],
  },
  {
    name: "ping",
    run: async (r) => [await r.ping(), await r.ping("é"), await r.bytes.ping(), await r.bytes.ping("x")],
    expect: ["PONG", "é", "PONG", bytes("x")],
  },
  {
    name: "shutdown, which ends the connection without a reply",
    on: "fresh",
    run: (r, server) => endOf(server, () => r.shutdown({ nosave: true, now: true, force: true })),
    expect: ["ConnectionError", 0],
  },
  {
    name: "shutdown save and safe",
    since: { valkey: "9.0.0" },
    on: "fresh",
    run: (r, server) => endOf(server, () => r.shutdown({ save: true, safe: true })),
    expect: ["ConnectionError", 0],
  },
  {
    name: "shutdown failover of what is no cluster",
    since: { valkey: "9.0.0" },
    run: (r) => r.shutdown({ failover: true }).catch((error) => error.reply),
    expect: "ERR SHUTDOWN FAILOVER is only supported in cluster mode.",
  },
  {
    name: "shutdown abort",
    run: (r) => r.shutdown({ abort: true }).catch((error) => [error.name, error.reply]),
    expect: ["ReplyError", "ERR No shutdown in progress."],
  },
  {
    name: "swapdb",
    run: async (r) => {
      await r.set("swapdb", 1);
      const swapped = [await r.swapdb(0, 1), await r.get("swapdb")];
      return [swapped, await r.swapdb(1, 0), await r.get("swapdb")];
    },
    expect: [["OK", null], "OK", "1"],
  },
  {
    name: "time",
    run: async (r) => {
      const { seconds, microseconds } = await r.time();
      const exact = await r.bigints.time();
      const near = Math.abs(seconds - Date.now() / 1000) < 3600;
      return [near, Number.isInteger(microseconds), typeof exact.seconds, typeof exact.microseconds];
    },
    expect: [true, true, "bigint", "bigint"],
  },
  {
    name: "incr beyond 2^53, which no view rounds",
    run: async (r) => {
      await r.set("beyond", 9007199254740993n);
      return [
        await r.incr("beyond").catch((error) => [error.name, error.value]),
        await r.bigints.incr("beyond"),
        await r.get("beyond"),
      ];
    },
    expect: [["IntegerRangeError", 9007199254740994n], 9007199254740995n, "9007199254740995"],
  },
];
