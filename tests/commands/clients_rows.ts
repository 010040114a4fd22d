/** Rows of the commands on clients; those of the commands that came first are with the rows on the server. */
import * as c from "../../src/commands/mod.ts";
import { Link } from "../support/link.ts";
import type { Server } from "../support/server.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

/** A filter of each sort that takes one value, with its word. */
const FILTERS: readonly [c.ClientKillOptions & c.ClientListOptions, string, string | number][] = [
  [{ id: 0 }, "ID", 0],
  [{ type: "primary" }, "TYPE", "primary"],
  [{ user: "" }, "USER", ""],
  [{ addr: "h:1" }, "ADDR", "h:1"],
  [{ laddr: "h:1" }, "LADDR", "h:1"],
  [{ skipMe: "no" }, "SKIPME", "no"],
  [{ maxAge: 0 }, "MAXAGE", 0],
  [{ name: "" }, "NAME", ""],
  [{ idle: 0 }, "IDLE", 0],
  [{ flags: "N" }, "FLAGS", "N"],
  [{ libName: "l" }, "LIB-NAME", "l"],
  [{ libVer: "1" }, "LIB-VER", "1"],
  [{ db: 0 }, "DB", 0],
  [{ capa: "r" }, "CAPA", "r"],
  [{ ip: "::1" }, "IP", "::1"],
  [{ notId: 0 }, "NOT-ID", 0],
  [{ notType: "slave" }, "NOT-TYPE", "slave"],
  [{ notUser: "u" }, "NOT-USER", "u"],
  [{ notAddr: "h:1" }, "NOT-ADDR", "h:1"],
  [{ notLaddr: "h:1" }, "NOT-LADDR", "h:1"],
  [{ notName: "" }, "NOT-NAME", ""],
  [{ notFlags: "N" }, "NOT-FLAGS", "N"],
  [{ notLibName: "" }, "NOT-LIB-NAME", ""],
  [{ notLibVer: "1" }, "NOT-LIB-VER", "1"],
  [{ notDb: 0 }, "NOT-DB", 0],
  [{ notCapa: "r" }, "NOT-CAPA", "r"],
  [{ notIp: "::1" }, "NOT-IP", "::1"],
];

export const words: readonly WordsRow[] = [
  ...FILTERS.flatMap(([filter, name, value]): WordsRow[] => [
    [`clientKill ${name}`, () => c.clientKill(filter), ["CLIENT", "KILL", name, value]],
    [`clientList ${name}`, () => c.clientList(filter), ["CLIENT", "LIST", name, value]],
  ]),
  ["clientHelp", () => c.clientHelp(), ["CLIENT", "HELP"]],
  ["clientKill of an address", () => c.clientKill("h:1"), ["CLIENT", "KILL", "h:1"]],
  ["clientKill ids", () => c.clientKill({ id: [0, 7n] }), ["CLIENT", "KILL", "ID", 0, 7n]],
  [
    "clientKill of several filters",
    () => c.clientKill({ db: 0, type: undefined, notId: [1, 2], id: 3 }),
    ["CLIENT", "KILL", "ID", 3, "DB", 0, "NOT-ID", 1, 2],
  ],
  ["clientPause", () => c.clientPause(0), ["CLIENT", "PAUSE", 0]],
  ["clientPause all", () => c.clientPause(5, { mode: "all" }), ["CLIENT", "PAUSE", 5, "all"]],
  ["clientPause write", () => c.clientPause(5, { mode: "write" }), ["CLIENT", "PAUSE", 5, "write"]],
  ["clientSetinfo", () => c.clientSetinfo("lib-name", ""), ["CLIENT", "SETINFO", "lib-name", ""]],
  ["clientUnblock", () => c.clientUnblock(0), ["CLIENT", "UNBLOCK", 0]],
  ["clientUnblock timeout", () => c.clientUnblock(7, { reason: "timeout" }), ["CLIENT", "UNBLOCK", 7, "timeout"]],
  ["clientUnblock error", () => c.clientUnblock(7n, { reason: "error" }), ["CLIENT", "UNBLOCK", 7n, "error"]],
  ["clientUnpause", () => c.clientUnpause(), ["CLIENT", "UNPAUSE"]],
];

export const refusals: readonly RefusalRow[] = [
  ["clientKill of no id", () => c.clientKill({ id: [] }), "Cannot send CLIENT KILL: at least one id is wanted"],
  ["clientList of no notId", () => c.clientList({ notId: [] }), "Cannot send CLIENT LIST: at least one id is wanted"],
];

/** Runs with a connection beside the client's; what it is says CLIENT INFO. */
async function withLink<T>(where: Server, run: (link: Link, info: Record<string, string>) => Promise<T>): Promise<T> {
  const link = await Link.open(where, 2);
  try {
    return await run(link, await link.send(c.clientInfo()));
  } finally {
    await link.close();
  }
}

export const server: readonly ServerRow[] = [
  {
    name: "clientHelp",
    run: async (r) => [(await r.clientHelp())[0], (await r.bytes.clientHelp()).includes("GETNAME")],
    expect: ["CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", true],
  },
  {
    name: "clientKill",
    run: (r, where) =>
      withLink(where, async (link, { id, addr, laddr }) => [
        await r.clientKill({ id: Number(id), type: "normal", user: "default", addr, laddr, skipMe: "yes" }),
        await link.ended(),
        await r.bigints.clientKill({ id: BigInt(id!) }),
      ]),
    expect: [1, true, 0n],
  },
  {
    name: "clientKill of an address",
    run: (r, where) =>
      withLink(where, async (link, { addr }) => [
        await r.clientKill(addr!),
        await link.ended(),
        await r.clientKill(addr!).catch((error) => error.code),
      ]),
    expect: ["OK", true, "ERR"],
  },
  {
    name: "clientKill of several ids",
    since: { valkey: "8.1.0" },
    run: (r, where) =>
      withLink(where, async (link, { id }) => [
        await r.clientKill({ id: [Number(id), 999999999], type: "normal" }),
        await link.ended(),
      ]),
    expect: [1, true],
  },
  {
    name: "clientList of kinds",
    run: async (r, where) => {
      const self = String(await r.clientId());
      return await withLink(where, async (link) => {
        await link.send(c.subscribe("rows"));
        const [subscriber] = await r.clientList({ type: "pubsub" });
        return [
          subscriber?.sub,
          (await r.clientList({ type: "normal" })).some(({ id }) => id === self),
          await r.clientList({ type: "replica" }),
          await r.clientList({ type: "slave" }),
          await r.clientList({ type: "master" }),
        ];
      });
    },
    expect: ["1", true, [], [], []],
  },
  {
    name: "clientKill, clientList of a primary",
    since: { valkey: "8.0.0" },
    run: async (r) => [await r.clientKill({ type: "primary" }), await r.clientList({ type: "primary" })],
    expect: [0, []],
  },
  {
    name: "clientList of several filters",
    since: { valkey: "8.1.0" },
    run: (r, where) =>
      withLink(where, async (_, { id, addr, laddr }) => {
        const filter = { id: [Number(id), 999999999], type: "normal", user: "default", addr, laddr } as const;
        const found = await r.clientList({ ...filter, skipMe: "yes" });
        return [found.map((client) => client.id === id), await r.clientList({ ...filter, maxAge: 1_000_000 })];
      }),
    expect: [[true], []],
  },
  {
    name: "clientKill, clientList of every filter",
    since: { valkey: "9.0.0" },
    run: (r, where) =>
      withLink(where, async (link, { id, addr, laddr }) => {
        await link.send(c.clientSetname("rows"));
        await link.send(c.clientSetinfo("lib-name", "lib"));
        await link.send(c.clientSetinfo("lib-ver", "1.0"));
        await link.send(c.clientCapa("redirect"));
        const is = {
          name: "rows",
          flags: "N",
          libName: "lib",
          libVer: "1.0",
          db: 0,
          capa: "r",
          ip: "127.0.0.1",
        };
        const notNear = { notId: [999999998, 999999999], notType: "replica", notAddr: "h:1", notLaddr: "h:1" } as const;
        const notSaid = { notName: "n", notFlags: "S", notLibName: "n", notLibVer: "2", notDb: 9, notIp: "127.0.0.9" };
        const not = { ...notNear, ...notSaid };
        const none = [{ idle: 1_000_000 }, { notId: Number(id) }, { notUser: "default" }, { notAddr: addr }, {
          notCapa: "r",
        }];
        const counts: number[] = [];
        for (const filter of [is, not, { ...is, ...not }, ...none]) {
          counts.push((await r.clientList(filter)).filter((client) => client.id === id).length);
        }
        return [counts, await r.clientKill({ ...is, ...not, laddr }), await link.ended()];
      }),
    expect: [[1, 1, 1, 0, 0, 0, 0, 0], 1, true],
  },
  {
    name: "clientPause, clientUnpause",
    run: async (r, where) => {
      const replies: unknown[] = [await r.clientPause(60_000, { mode: "write" }), await r.get("pause")];
      await withLink(where, async (link) => {
        link.write(c.set("pause", "v"));
        replies.push(await r.get("pause"), await r.clientUnpause(), await link.next(), await r.get("pause"));
      });
      return [...replies, await r.clientPause(1), await r.clientPause(1, { mode: "all" }), await r.clientUnpause()];
    },
    expect: ["OK", null, null, "OK", "OK", "v", "OK", "OK", "OK"],
  },
  {
    name: "clientSetinfo",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => {
      const before = await r.clientInfo();
      const replies = [await r.clientSetinfo("lib-name", "rows"), await r.clientSetinfo("lib-ver", "1")];
      const now = await r.clientInfo();
      await r.clientSetinfo("lib-name", before["lib-name"]!);
      await r.clientSetinfo("lib-ver", before["lib-ver"]!);
      return [replies, before["lib-name"], now["lib-name"], now["lib-ver"]];
    },
    expect: [["OK", "OK"], "respwire", "rows", "1"],
  },
  {
    name: "clientUnblock",
    run: (r, where) =>
      withLink(where, async (link, { id }) => {
        const replies: unknown[] = [await r.clientUnblock(Number(id)), await r.bigints.clientUnblock(999999999n)];
        for (const reason of [undefined, "timeout", "error"] as const) {
          link.write(c.call("BLPOP", "unblock", 0));
          while (await r.clientUnblock(Number(id), { reason }) !== 1);
          const reply = await link.next();
          replies.push(reply instanceof Error ? reply.message.split(" ")[0] : reply);
        }
        return replies;
      }),
    expect: [0, 0n, null, null, "UNBLOCKED"],
  },
];
