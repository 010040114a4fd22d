/** Rows of the commands on own connection, which go over a link: no client carries them. */
import assert from "node:assert/strict";
import * as c from "../../src/commands/mod.ts";
import { Link } from "../support/link.ts";
import type { Server } from "../support/server.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["asking", () => c.asking(), ["ASKING"]],
  ["auth", () => c.auth(""), ["AUTH", ""]],
  ["auth of a user", () => c.auth("u", "p"), ["AUTH", "u", "p"]],
  ["clientCaching", () => c.clientCaching("yes"), ["CLIENT", "CACHING", "yes"]],
  ["clientCapa", () => c.clientCapa("redirect", "x"), ["CLIENT", "CAPA", "redirect", "x"]],
  ["clientImportSource", () => c.clientImportSource("on"), ["CLIENT", "IMPORT-SOURCE", "on"]],
  ["clientReply", () => c.clientReply("skip"), ["CLIENT", "REPLY", "skip"]],
  ["discard", () => c.discard(), ["DISCARD"]],
  ["exec", () => c.exec(), ["EXEC"]],
  ["hello", () => c.hello(), ["HELLO"]],
  ["hello of a protocol", () => c.hello(3, {}), ["HELLO", 3]],
  [
    "hello with all options",
    () => c.hello(2, { auth: { username: "u", password: "" }, setName: "" }),
    ["HELLO", 2, "AUTH", "u", "", "SETNAME", ""],
  ],
  ["monitor", () => c.monitor(), ["MONITOR"]],
  ["multi", () => c.multi(), ["MULTI"]],
  ["psubscribe", () => c.psubscribe("a*", bytes("b")), ["PSUBSCRIBE", "a*", bytes("b")]],
  ["psync", () => c.psync("?", -1), ["PSYNC", "?", -1]],
  ["psync of an offset", () => c.psync("id", 0n), ["PSYNC", "id", 0n]],
  ["punsubscribe", () => c.punsubscribe(), ["PUNSUBSCRIBE"]],
  ["punsubscribe of patterns", () => c.punsubscribe("a", "b"), ["PUNSUBSCRIBE", "a", "b"]],
  ["quit", () => c.quit(), ["QUIT"]],
  ["readonly", () => c.readonly(), ["READONLY"]],
  ["readwrite", () => c.readwrite(), ["READWRITE"]],
  ["replconf", () => c.replconf("listening-port", 0), ["REPLCONF", "listening-port", 0]],
  ["reset", () => c.reset(), ["RESET"]],
  ["scriptDebug", () => c.scriptDebug("sync"), ["SCRIPT", "DEBUG", "sync"]],
  ["scriptDebug engine", () => c.scriptDebug("no", { engine: "lua" }), ["SCRIPT", "DEBUG", "no", "lua"]],
  ["select", () => c.select(0), ["SELECT", 0]],
  ["ssubscribe", () => c.ssubscribe("a", "b"), ["SSUBSCRIBE", "a", "b"]],
  ["subscribe", () => c.subscribe("a", "b"), ["SUBSCRIBE", "a", "b"]],
  ["sunsubscribe", () => c.sunsubscribe("a"), ["SUNSUBSCRIBE", "a"]],
  ["sunsubscribe of all", () => c.sunsubscribe(), ["SUNSUBSCRIBE"]],
  ["sync", () => c.sync(), ["SYNC"]],
  ["unsubscribe", () => c.unsubscribe(), ["UNSUBSCRIBE"]],
  ["unsubscribe of channels", () => c.unsubscribe("a", bytes("b")), ["UNSUBSCRIBE", "a", bytes("b")]],
  ["unwatch", () => c.unwatch(), ["UNWATCH"]],
  ["watch", () => c.watch("k", bytes("l")), ["WATCH", "k", bytes("l")]],
];

export const refusals: readonly RefusalRow[] = [
  ["clientCapa of none", () => c.clientCapa(), "Cannot send CLIENT CAPA: at least one capability is wanted"],
  ["psubscribe of none", () => c.psubscribe(), "Cannot send PSUBSCRIBE: at least one pattern is wanted"],
  ["ssubscribe of none", () => c.ssubscribe(), "Cannot send SSUBSCRIBE: at least one channel is wanted"],
  ["subscribe of none", () => c.subscribe(), "Cannot send SUBSCRIBE: at least one channel is wanted"],
  ["watch of none", () => c.watch(), "Cannot send WATCH: at least one key is wanted"],
];

/** Runs with a second link. */
async function withLink<T>(where: Server, run: (other: Link) => Promise<T>, protocol: 2 | 3 = 2): Promise<T> {
  const other = await Link.open(where, protocol);
  try {
    return await run(other);
  } finally {
    await other.close();
  }
}

/** What a call gives, or the code of its error. */
function codeOr(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error) => error.code);
}

/** What each of the calls, made one after another, gives. */
async function inTurn(link: Link, commands: readonly c.AnyCommand[]): Promise<unknown[]> {
  const replies: unknown[] = [];
  for (const command of commands) replies.push(await codeOr(link.send(command)));
  return replies;
}

export const server: readonly ServerRow[] = [
  {
    name: "asking, readonly, readwrite",
    on: "cluster",
    link: (link) => inTurn(link, [c.asking(), c.readonly(), c.readwrite()]),
    expect: ["OK", "OK", "OK"],
  },
  {
    name: "auth",
    link: async (link) => {
      await link.send(c.configSet({ requirepass: "secret" }));
      try {
        return await inTurn(link, [c.auth("secret"), c.auth("default", "secret"), c.auth("wrong"), c.auth("u", "p")]);
      } finally {
        await link.send(c.configSet({ requirepass: "" }));
      }
    },
    expect: ["OK", "OK", "WRONGPASS", "WRONGPASS"],
  },
  {
    name: "clientCaching, clientTracking",
    link: (link) =>
      inTurn(link, [
        c.clientCaching("yes"),
        c.clientTracking("on", { optIn: true }),
        c.clientCaching("yes"),
        c.clientTracking("off"),
        c.clientTracking("on", { optOut: true }),
        c.clientCaching("no"),
      ]),
    expect: ["ERR", "OK", "OK", "OK", "OK", "OK"],
  },
  {
    name: "clientCapa",
    since: { valkey: "8.0.0" },
    link: (link) => link.send(c.clientCapa("redirect", "unknown")),
    expect: "OK",
  },
  {
    name: "clientImportSource",
    since: { valkey: "8.1.0" },
    link: async (link) => {
      const refused = await codeOr(link.send(c.clientImportSource("on")));
      await link.send(c.configSet({ "import-mode": "yes" }));
      try {
        return [refused, ...await inTurn(link, [c.clientImportSource("on"), c.clientImportSource("off")])];
      } finally {
        await link.send(c.configSet({ "import-mode": "no" }));
      }
    },
    expect: ["ERR", "OK", "OK"],
  },
  {
    name: "clientReply",
    link: async (link) => {
      link.write(c.clientReply("skip"));
      link.write(c.echo("skipped"));
      const afterSkip = await link.send(c.echo("a"));
      link.write(c.clientReply("off"));
      link.write(c.echo("off"));
      return [afterSkip, await link.send(c.clientReply("on")), await link.send(c.echo("b"))];
    },
    expect: ["a", "OK", "b"],
  },
  {
    name: "clientTracking of prefixes",
    link: (link, protocol, where) =>
      withLink(where, async (other) => {
        // Under RESP2 a subscription brings the news of another connection; under RESP3 each has its own.
        const id = await other.send(c.clientId());
        if (protocol === 2) await other.send(c.subscribe("__redis__:invalidate"));
        const options = { prefix: ["a:", "b:"], bcast: true, noLoop: true };
        await link.send(c.clientTracking("on", protocol === 2 ? { ...options, redirect: id } : options));
        await link.send(c.set("a:1", 1));
        await withLink(where, (third) => third.send(c.mset({ "b:1": 1, "c:1": 1 })));
        const news = await (protocol === 2 ? other : link).next() as unknown[];
        return news.at(-1);
      }),
    expect: ["b:1"],
  },
  {
    name: "discard, exec, multi, unwatch, watch",
    link: async (link, _, where) => {
      const replies = await inTurn(link, [
        ...[c.exec(), c.discard(), c.multi(), c.multi(), c.discard()],
        ...[c.watch("k", bytes("l")), c.unwatch(), c.watch("k"), c.multi()],
      ]);
      await withLink(where, (other) => other.send(c.set("k", 1)));
      return [...replies, await link.send(c.call("INCR", "k")), await link.send(c.exec())];
    },
    expect: ["ERR", "ERR", "OK", "ERR", "OK", "OK", "OK", "OK", "OK", "QUEUED", null],
  },
  {
    name: "exec",
    link: async (link) => {
      await link.send(c.multi());
      for (const command of [c.set("k", "v"), c.incr("k"), c.get("k"), c.call("HGETALL", "h"), c.strlen("k")]) {
        link.write(command);
        await link.next();
      }
      const replies = await link.send(c.exec(), 3);
      return replies!.map((reply) => reply instanceof Error ? reply.message.split(" ")[0] : reply).toSpliced(3, 1);
    },
    expect: ["OK", "ERR", bytes("v"), 1n],
  },
  {
    name: "hello",
    link: async (link, protocol) => {
      const now = await link.send(c.hello());
      const auth = { username: "default", password: "" };
      const other = await link.send(c.hello(protocol === 2 ? 3 : 2, { auth, setName: "rows" }));
      const { server, version, id, mode, role, modules } = other;
      return [
        [now.proto === protocol, other.proto + now.proto, now.id === id],
        [/^(redis|valkey)$/.test(server), /^\d+\./.test(version), Number.isInteger(id), mode, role],
        modules.every(({ name, ver, path, args }) =>
          `${typeof name} ${typeof ver} ${typeof path} ${Array.isArray(args)}` === "string number string true"
        ),
        await link.send(c.clientGetname()),
        ...await inTurn(link, [c.hello(4 as never), c.hello(2, { auth: { username: "u", password: "p" } })]),
      ];
    },
    expect: [[true, 5, true], [true, true, true, "standalone", "master"], true, "rows", "NOPROTO", "WRONGPASS"],
  },
  {
    name: "hello with modules",
    since: { redis: "8.0.0", valkey: "9.1.0" },
    link: async (link, _, { kind }) => {
      const { modules } = await link.send(c.hello());
      const name = kind === "redis8" ? "vectorset" : "lua";
      const found = modules.find((module) => module.name === name);
      return { ...found, name: found?.name === name, path: typeof found?.path };
    },
    expect: { name: true, ver: 1, path: "string", args: [] },
  },
  {
    name: "monitor",
    link: (link, protocol, where) =>
      withLink(where, async (other) => {
        const reply = await link.send(c.monitor());
        await other.send(c.echo("watched"));
        return [reply, /^\d+\.\d+ \[0 127\.0\.0\.1:\d+\] "ECHO" "watched"$/.test(String(await link.next()))];
      }, protocol),
    expect: ["OK", true],
  },
  {
    name: "psubscribe, punsubscribe",
    link: async (link, _, where) => {
      const replies: unknown[] = [await link.send(c.psubscribe("r*", "s*")), await link.next()];
      await withLink(where, (other) => other.send(c.publish("rows", "m")));
      replies.push(await link.next(), await link.send(c.punsubscribe("s*")), await link.send(c.punsubscribe()));
      return replies;
    },
    expect: [
      { kind: "psubscribe", channel: "r*", count: 1 },
      ["psubscribe", "s*", 2],
      ["pmessage", "r*", "rows", "m"],
      { kind: "punsubscribe", channel: "s*", count: 1 },
      { kind: "punsubscribe", channel: "r*", count: 0 },
    ],
  },
  {
    name: "psync",
    on: "fresh",
    link: async (link) => /^FULLRESYNC [0-9a-f]{40} \d+$/.test(await link.send(c.psync("?", -1))),
    expect: true,
  },
  {
    name: "quit",
    link: async (link) => [await link.send(c.quit()), await link.ended()],
    expect: ["OK", true],
  },
  {
    name: "replconf",
    link: async (link) => {
      const replies = await inTurn(link, [
        c.replconf("listening-port", 1),
        c.replconf("capa", "eof", "capa", "psync2"),
      ]);
      link.write(c.replconf("GETACK", "*"));
      return [...replies, await link.send(c.echo("no reply before"))];
    },
    expect: ["OK", "OK", "no reply before"],
  },
  {
    name: "reset",
    link: async (link) => {
      await link.send(c.clientSetname("rows"));
      await link.send(c.multi());
      const replies = await inTurn(link, [c.reset(), c.exec(), c.clientGetname()]);
      return [...replies, (await link.send(c.hello())).proto];
    },
    expect: ["RESET", "ERR", null, 2],
  },
  {
    name: "scriptDebug",
    link: (link) =>
      inTurn(link, [c.scriptDebug("yes"), c.scriptDebug("sync"), c.scriptDebug("no"), c.eval("return 1")]),
    expect: ["OK", "OK", "OK", 1],
  },
  {
    name: "scriptDebug engine",
    since: { valkey: "9.1.0" },
    link: (link) =>
      inTurn(link, [
        c.scriptDebug("yes", { engine: "lua" }),
        c.scriptDebug("no", { engine: "lua" }),
        c.eval("return 1"),
      ]),
    expect: ["OK", "OK", 1],
  },
  {
    name: "select",
    link: async (link) => {
      await link.send(c.set("k", "of 0"));
      return await inTurn(link, [c.select(9), c.get("k"), c.select(0), c.get("k"), c.select(999999)]);
    },
    expect: ["OK", null, "OK", "of 0", "ERR"],
  },
  {
    name: "ssubscribe, sunsubscribe",
    link: async (link, _, where) => {
      const replies: unknown[] = [await link.send(c.ssubscribe("rows", "none")), await link.next()];
      await withLink(where, (other) => other.send(c.spublish("rows", "m")));
      replies.push(await link.next(), await link.send(c.sunsubscribe("none")), await link.send(c.sunsubscribe()));
      return replies;
    },
    expect: [
      { kind: "ssubscribe", channel: "rows", count: 1 },
      ["ssubscribe", "none", 2],
      ["smessage", "rows", "m"],
      { kind: "sunsubscribe", channel: "none", count: 1 },
      { kind: "sunsubscribe", channel: "rows", count: 0 },
    ],
  },
  {
    name: "subscribe, unsubscribe",
    link: async (link, _, where) => {
      const replies: unknown[] = [await link.send(c.subscribe("rows", "none")), await link.next()];
      await withLink(where, (other) => other.send(c.publish("rows", "m")));
      replies.push(await link.next(), await link.send(c.unsubscribe("none")), await link.send(c.unsubscribe()));
      return [...replies, await link.send(c.echo("as before"))];
    },
    expect: [
      { kind: "subscribe", channel: "rows", count: 1 },
      ["subscribe", "none", 2],
      ["message", "rows", "m"],
      { kind: "unsubscribe", channel: "none", count: 1 },
      { kind: "unsubscribe", channel: "rows", count: 0 },
      "as before",
    ],
  },
  {
    name: "punsubscribe, sunsubscribe, unsubscribe without a subscription, which Valkey 8.0 alone refuses",
    link: async (link, _, { kind }) => {
      const replies = await inTurn(link, [c.punsubscribe(), c.sunsubscribe(), c.unsubscribe()]);
      const kinds = ["punsubscribe", "sunsubscribe", "unsubscribe"];
      const expected = kinds.map((kind) => ({ kind, channel: null, count: 0 }));
      assert.deepEqual(replies, kind === "valkey8" ? kinds.map(() => "NOSUB") : expected);
    },
    expect: undefined,
  },
  {
    name: "sync, whose payload is no frame",
    on: "fresh",
    link: (link, _, where) =>
      withLink(where, async (other) => {
        link.write(c.sync());
        while (!(await other.send(c.info("replication"))).includes("state=online"));
        // What the server sends now stands where the line end of a string would.
        await other.send(c.set("k", "v"));
        return await link.next().then(() => "a frame", (error) => error.name);
      }),
    expect: "ProtocolError",
  },
];
