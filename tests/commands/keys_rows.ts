/** Rows of the commands on keys of any type. */
import { connect } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { startServer } from "../support/server.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["copy", () => c.copy("a", "b"), ["COPY", "a", "b"]],
  ["copy db 0", () => c.copy("a", "b", { db: 0 }), ["COPY", "a", "b", "DB", 0]],
  ["copy replace", () => c.copy("a", "b", { replace: true }), ["COPY", "a", "b", "REPLACE"]],
  ["copy with options of false", () => c.copy("a", "b", { replace: false }), ["COPY", "a", "b"]],
  ["del", () => c.del("a", bytes("b")), ["DEL", "a", bytes("b")]],
  ["dump", () => c.dump("k"), ["DUMP", "k"]],
  ["exists", () => c.exists("a", "a"), ["EXISTS", "a", "a"]],
  ["keys", () => c.keys("a*"), ["KEYS", "a*"]],
  ["migrate", () => c.migrate("h", 6379, "k", 0, 100), ["MIGRATE", "h", 6379, "k", 0, 100]],
  ["migrate of bytes", () => c.migrate("h", 6379, bytes("k"), 1, 0), ["MIGRATE", "h", 6379, bytes("k"), 1, 0]],
  ["migrate of a list of one", () => c.migrate("h", 6379, ["k"], 0, 100), ["MIGRATE", "h", 6379, "k", 0, 100]],
  [
    "migrate of several keys",
    () => c.migrate("h", 6379, ["a", bytes("b")], 0, 100),
    ["MIGRATE", "h", 6379, "", 0, 100, "KEYS", "a", bytes("b")],
  ],
  [
    "migrate of the empty key",
    () => c.migrate("h", 6379, "", 0, 100),
    ["MIGRATE", "h", 6379, "", 0, 100, "KEYS", ""],
  ],
  [
    "migrate copy, replace",
    () => c.migrate("h", 6379, ["a", "b"], 0, 100, { copy: true, replace: true }),
    ["MIGRATE", "h", 6379, "", 0, 100, "COPY", "REPLACE", "KEYS", "a", "b"],
  ],
  [
    "migrate password",
    () => c.migrate("h", 6379, "k", 0, 100, { password: "", copy: false }),
    ["MIGRATE", "h", 6379, "k", 0, 100, "AUTH", ""],
  ],
  [
    "migrate username",
    () => c.migrate("h", 6379, "k", 0, 100, { username: "u", password: "p" }),
    ["MIGRATE", "h", 6379, "k", 0, 100, "AUTH2", "u", "p"],
  ],
  ["move", () => c.move("k", 0), ["MOVE", "k", 0]],
  ["objectEncoding", () => c.objectEncoding("k"), ["OBJECT", "ENCODING", "k"]],
  ["objectFreq", () => c.objectFreq("k"), ["OBJECT", "FREQ", "k"]],
  ["objectHelp", () => c.objectHelp(), ["OBJECT", "HELP"]],
  ["objectIdletime", () => c.objectIdletime("k"), ["OBJECT", "IDLETIME", "k"]],
  ["objectRefcount", () => c.objectRefcount("k"), ["OBJECT", "REFCOUNT", "k"]],
  ["randomkey", () => c.randomkey(), ["RANDOMKEY"]],
  ["rename", () => c.rename("a", "b"), ["RENAME", "a", "b"]],
  ["renamenx", () => c.renamenx("a", "b"), ["RENAMENX", "a", "b"]],
  ["restore", () => c.restore("k", 0, bytes("x")), ["RESTORE", "k", 0, bytes("x")]],
  [
    "restore replace",
    () => c.restore("k", 0, bytes("x"), { replace: true }),
    ["RESTORE", "k", 0, bytes("x"), "REPLACE"],
  ],
  ["restore absTtl", () => c.restore("k", 9, bytes("x"), { absTtl: true }), ["RESTORE", "k", 9, bytes("x"), "ABSTTL"]],
  [
    "restore idleTime 0",
    () => c.restore("k", 0, bytes("x"), { idleTime: 0 }),
    ["RESTORE", "k", 0, bytes("x"), "IDLETIME", 0],
  ],
  ["restore freq 0", () => c.restore("k", 0, bytes("x"), { freq: 0 }), ["RESTORE", "k", 0, bytes("x"), "FREQ", 0]],
  ["restoreAsking", () => c.restoreAsking("k", 0, bytes("x")), ["RESTORE-ASKING", "k", 0, bytes("x")]],
  [
    "restoreAsking with options",
    () => c.restoreAsking("k", 9, bytes("x"), { replace: true, absTtl: true, freq: 0 }),
    ["RESTORE-ASKING", "k", 9, bytes("x"), "REPLACE", "ABSTTL", "FREQ", 0],
  ],
  ["scan", () => c.scan("0"), ["SCAN", "0"]],
  ["scan from a number", () => c.scan(0), ["SCAN", 0]],
  ["scan match", () => c.scan("0", { match: "a*" }), ["SCAN", "0", "MATCH", "a*"]],
  ["scan count 0", () => c.scan("0", { count: 0 }), ["SCAN", "0", "COUNT", 0]],
  ["scan type", () => c.scan("0", { type: "hash" }), ["SCAN", "0", "TYPE", "hash"]],
  ["touch", () => c.touch("a", "b"), ["TOUCH", "a", "b"]],
  ["type", () => c.type("k"), ["TYPE", "k"]],
  ["unlink", () => c.unlink("a", "b"), ["UNLINK", "a", "b"]],
];

export const refusals: readonly RefusalRow[] = [
  ["del of nothing", () => c.del(), "Cannot send DEL: at least one key is wanted"],
  ["exists of nothing", () => c.exists(), "Cannot send EXISTS: at least one key is wanted"],
  ["migrate of nothing", () => c.migrate("h", 6379, [], 0, 100), "Cannot send MIGRATE: at least one key is wanted"],
  [
    "migrate username without password",
    () => c.migrate("h", 6379, "k", 0, 100, { username: "u" }),
    "Cannot send MIGRATE: the option username wants a password",
  ],
  ["touch of nothing", () => c.touch(), "Cannot send TOUCH: at least one key is wanted"],
  ["unlink of nothing", () => c.unlink(), "Cannot send UNLINK: at least one key is wanted"],
  [
    "restore idleTime and freq",
    () => c.restore("k", 0, bytes("x"), { idleTime: 0, freq: 0 }),
    "Cannot send RESTORE: the options idleTime and freq exclude each other",
  ],
  [
    "restoreAsking idleTime and freq",
    () => c.restoreAsking("k", 0, bytes("x"), { idleTime: 0, freq: 0 }),
    "Cannot send RESTORE-ASKING: the options idleTime and freq exclude each other",
  ],
];

const FUTURE_MS = 4102444800000;

export const server: readonly ServerRow[] = [
  {
    name: "copy",
    run: async (r) => {
      await r.set("a{copy}", "v");
      return [
        await r.copy("a{copy}", "b{copy}"),
        await r.copy("a{copy}", "b{copy}"),
        await r.copy("a{copy}", "b{copy}", { replace: true }),
        await r.copy("a{copy}", "a{copy}", { db: 1 }),
        await r.get("b{copy}"),
      ];
    },
    expect: [1, 0, 1, 1, "v"],
  },
  {
    name: "del",
    run: async (r) => {
      await r.mset({ "a{del}": 1, "b{del}": 2 });
      return await r.del("a{del}", "b{del}", "c{del}");
    },
    expect: 2,
  },
  {
    name: "dump of a missing key",
    run: (r) => r.dump("dump:none"),
    expect: null,
  },
  {
    name: "exists",
    run: async (r) => {
      await r.set("a{exists}", 1);
      return await r.exists("a{exists}", "a{exists}", "b{exists}");
    },
    expect: 2,
  },
  {
    name: "keys",
    run: async (r) => {
      await r.mset({ "a{keys}": 1, "b{keys}": 2, "other": 3 });
      return [(await r.keys("*{keys}")).sort(), await r.keys("none*")];
    },
    expect: [["a{keys}", "b{keys}"], []],
  },
  {
    name: "migrate of keys that are not there",
    run: (r, { host, port }) => r.migrate(host, port, ["a{migrate}", "b{migrate}"], 0, 1000),
    expect: "NOKEY",
  },
  {
    name: "migrate to another server",
    run: async (r, { kind }) => {
      const target = await startServer({ kind });
      const there = await connect({ host: target.host, port: target.port });
      try {
        await r.mset({ "a{migrate}": 1, "b{migrate}": 2 });
        return [
          await r.migrate(target.host, target.port, "a{migrate}", 1, 5000, { copy: true }),
          await r.migrate(target.host, target.port, "a{migrate}", 0, 5000),
          await r.migrate(target.host, target.port, ["b{migrate}", "a{migrate}"], 0, 5000, { replace: true }),
          await r.exists("a{migrate}", "b{migrate}"),
          await there.mget("a{migrate}", "b{migrate}"),
        ];
      } finally {
        await there.close();
        await target.stop();
      }
    },
    expect: ["OK", "OK", "OK", 0, ["1", "2"]],
  },
  {
    name: "migrate with a password",
    run: async (r, { kind }) => {
      const target = await startServer({ kind, password: "secret" });
      const there = await connect({ host: target.host, port: target.port, password: "secret" });
      try {
        await r.mset({ "a{migrate}": 1, "b{migrate}": 2 });
        const login = { username: "default", password: "secret" };
        return [
          await r.migrate(target.host, target.port, "a{migrate}", 0, 5000, { password: "secret" }),
          await r.migrate(target.host, target.port, "b{migrate}", 0, 5000, login),
          await there.mget("a{migrate}", "b{migrate}"),
        ];
      } finally {
        await there.close();
        await target.stop();
      }
    },
    expect: ["OK", "OK", ["1", "2"]],
  },
  {
    name: "move",
    run: async (r) => {
      await r.set("move", "v");
      return [await r.move("move", 1), await r.move("move", 1), await r.exists("move")];
    },
    expect: [1, 0, 0],
  },
  {
    name: "objectEncoding",
    run: async (r) => {
      await r.set("objectEncoding", 1);
      return [await r.objectEncoding("objectEncoding"), await r.objectEncoding("objectEncoding:none")];
    },
    expect: ["int", null],
  },
  {
    name: "objectFreq",
    run: async (r) => {
      await r.configSet({ "maxmemory-policy": "allkeys-lfu" });
      try {
        await r.set("objectFreq", "v");
        return [Number.isInteger(await r.objectFreq("objectFreq")), await r.objectFreq("objectFreq:none")];
      } finally {
        await r.configSet({ "maxmemory-policy": "noeviction" });
      }
    },
    expect: [true, null],
  },
  {
    name: "objectHelp",
    run: async (r) => {
      const [first] = await r.objectHelp();
      return [first, (await r.bytes.objectHelp())[0] === first];
    },
    expect: ["OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", true],
  },
  {
    name: "objectIdletime",
    run: async (r) => {
      await r.set("objectIdletime", "v");
      const seconds = await r.objectIdletime("objectIdletime");
      return [seconds !== null && seconds >= 0 && seconds < 60, await r.objectIdletime("objectIdletime:none")];
    },
    expect: [true, null],
  },
  {
    name: "objectRefcount",
    run: async (r) => {
      await r.lpush("objectRefcount", "v");
      return [await r.objectRefcount("objectRefcount"), await r.objectRefcount("objectRefcount:none")];
    },
    expect: [1, null],
  },
  {
    name: "randomkey",
    run: async (r) => {
      const none = await r.randomkey();
      await r.set("randomkey", "v");
      return [none, await r.randomkey()];
    },
    expect: [null, "randomkey"],
  },
  {
    name: "rename",
    run: async (r) => {
      await r.set("a{rename}", "v");
      return [await r.rename("a{rename}", "b{rename}"), await r.get("b{rename}")];
    },
    expect: ["OK", "v"],
  },
  {
    name: "renamenx",
    run: async (r) => {
      await r.mset({ "a{renamenx}": 1, "b{renamenx}": 2 });
      return [await r.renamenx("a{renamenx}", "b{renamenx}"), await r.renamenx("a{renamenx}", "c{renamenx}")];
    },
    expect: [0, 1],
  },
  {
    name: "restore of what dump gave",
    run: async (r) => {
      await r.set("a{restore}", "é\u0000v");
      const saved = await r.dump("a{restore}");
      if (!(saved instanceof Uint8Array)) return saved;
      return [
        await r.restore("b{restore}", 0, saved),
        await r.get("b{restore}"),
        await r.restore("b{restore}", FUTURE_MS, saved, { replace: true, absTtl: true }),
        await r.pexpiretime("b{restore}"),
        await r.restore("b{restore}", 0, saved, { replace: true, idleTime: 1000 }),
        await r.restore("b{restore}", 0, saved, { replace: true, freq: 0 }),
      ];
    },
    expect: ["OK", "é\u0000v", "OK", FUTURE_MS, "OK", "OK"],
  },
  {
    name: "restoreAsking of what dump gave",
    run: async (r) => {
      await r.set("a{restore}", "v");
      const saved = await r.dump("a{restore}");
      if (!(saved instanceof Uint8Array)) return saved;
      return [
        await r.restoreAsking("b{restore}", 0, saved),
        await r.restoreAsking("b{restore}", FUTURE_MS, saved, { replace: true, absTtl: true, idleTime: 1 }),
        await r.get("b{restore}"),
        await r.pexpiretime("b{restore}"),
      ];
    },
    expect: ["OK", "OK", "v", FUTURE_MS],
  },
  {
    name: "dump is bytes in every view",
    run: async (r) => {
      await r.set("dump", "v");
      return [(await r.dump("dump")) instanceof Uint8Array, (await r.bytes.dump("dump")) instanceof Uint8Array];
    },
    expect: [true, true],
  },
  {
    name: "scan",
    run: async (r) => {
      await r.mset({ "a{scan}": 1, "b{scan}": 2, "other": 3 });
      await r.lpush("l{scan}", "x");
      const all = await r.scan(0, { match: "*{scan}", count: 1000 });
      const lists = await r.scan("0", { type: "list", count: 1000 });
      return [all.cursor, all.keys.sort(), lists];
    },
    expect: ["0", ["a{scan}", "b{scan}", "l{scan}"], { cursor: "0", keys: ["l{scan}"] }],
  },
  {
    name: "scan by pages",
    run: async (r) => {
      for (let i = 0; i < 50; i++) await r.set(`scan:${i}`, i);
      const seen = new Set<string>();
      let cursor = "0", pages = 0;
      do {
        const page = await r.scan(cursor, { count: 5 });
        for (const key of page.keys) seen.add(key);
        cursor = page.cursor;
        pages++;
      } while (cursor !== "0");
      return [seen.size, pages > 1];
    },
    expect: [50, true],
  },
  {
    name: "touch",
    run: async (r) => {
      await r.set("a{touch}", 1);
      return await r.touch("a{touch}", "b{touch}");
    },
    expect: 1,
  },
  {
    name: "type",
    run: async (r) => {
      await r.set("type:s", 1);
      await r.zadd("type:z", { a: 1 });
      return [await r.type("type:s"), await r.type("type:z"), await r.type("type:none")];
    },
    expect: ["string", "zset", "none"],
  },
  {
    name: "unlink",
    run: async (r) => {
      await r.set("a{unlink}", 1);
      return await r.unlink("a{unlink}", "b{unlink}");
    },
    expect: 1,
  },
];
