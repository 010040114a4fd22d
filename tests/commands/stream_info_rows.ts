/** Rows of the commands that tell of streams. */
import type { Client } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["xinfoConsumers", () => c.xinfoConsumers("k", bytes("g")), ["XINFO", "CONSUMERS", "k", bytes("g")]],
  ["xinfoGroups", () => c.xinfoGroups("k"), ["XINFO", "GROUPS", "k"]],
  ["xinfoHelp", () => c.xinfoHelp(), ["XINFO", "HELP"]],
  ["xinfoStream", () => c.xinfoStream("k"), ["XINFO", "STREAM", "k"]],
  ["xinfoStream full false", () => c.xinfoStream("k", { full: false }), ["XINFO", "STREAM", "k"]],
  ["xinfoStream full", () => c.xinfoStream("k", { full: true }), ["XINFO", "STREAM", "k", "FULL"]],
  [
    "xinfoStream full with a count",
    () => c.xinfoStream("k", { full: true, count: 0 }),
    ["XINFO", "STREAM", "k", "FULL", "COUNT", 0],
  ],
];

export const refusals: readonly RefusalRow[] = [
  [
    "xinfoStream count alone",
    () => c.xinfoStream("k", { count: 0 }),
    "Cannot send XINFO STREAM: the option count is only for full",
  ],
];

/** Makes a stream of two entries with a group in which ada has read both, and bob none. */
async function readByAda(redis: Client, key: string): Promise<void> {
  for (const id of ["1-1", "2-1"]) await redis.xadd(key, id, { f: id });
  await redis.xgroupCreate(key, "g", "0");
  await redis.xgroupCreateconsumer(key, "g", "bob");
  await redis.xreadgroup("g", "ada", { [key]: ">" });
}

/** Whether a number is a Unix time, in milliseconds, of the last minutes. */
function isNow(time: number): boolean {
  return Math.abs(Date.now() - time) < 600_000;
}

export const server: readonly ServerRow[] = [
  {
    name: "xinfoConsumers",
    run: async (r) => {
      await readByAda(r, "info");
      const [ada, bob] = await r.xinfoConsumers("info", "g");
      const [exact] = await r.bytes.bigints.xinfoConsumers("info", "g");
      await r.xgroupCreate("info", "h", "0");
      return [
        [ada?.name, ada?.pending, ada !== undefined && ada.idle < 600_000],
        [bob?.name, bob?.pending],
        [exact?.name, exact?.pending],
        await r.xinfoConsumers("info", "h"),
      ];
    },
    expect: [["ada", 2, true], ["bob", 0], [bytes("ada"), 2], []],
  },
  {
    name: "xinfoConsumers inactive",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => {
      await readByAda(r, "info");
      const [ada, bob] = await r.xinfoConsumers("info", "g");
      return [ada?.inactive !== undefined && ada.inactive >= 0, bob?.inactive];
    },
    expect: [true, -1],
  },
  {
    name: "xinfoGroups",
    run: async (r) => {
      await readByAda(r, "info");
      await r.xgroupCreate("info", "h", "1-5");
      await r.xadd("none", "1-1", { f: 1 });
      const [, { name, ...rest }] = await r.bytes.bigints.xinfoGroups("info") as [
        unknown,
        c.StreamGroupInfo<Uint8Array>,
      ];
      return [await r.xinfoGroups("info"), name, rest.lastDeliveredId, await r.xinfoGroups("none")];
    },
    expect: [
      [
        { name: "g", consumers: 2, pending: 2, lastDeliveredId: "2-1", entriesRead: 2, lag: 0 },
        { name: "h", consumers: 0, pending: 0, lastDeliveredId: "1-5", entriesRead: null, lag: null },
      ],
      bytes("h"),
      "1-5",
      [],
    ],
  },
  {
    name: "xinfoHelp",
    run: async (r) => {
      const lines = await r.bytes.xinfoHelp();
      return [lines[0], lines.includes("HELP"), lines.every((line) => typeof line === "string")];
    },
    expect: ["XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", true, true],
  },
  {
    name: "xinfoStream",
    run: async (r) => {
      await readByAda(r, "info");
      const { radixTreeKeys, radixTreeNodes, ...rest } = await r.xinfoStream("info");
      const exact = await r.bytes.bigints.xinfoStream("info");
      return [rest, radixTreeKeys > 0, radixTreeNodes > 0, exact.firstEntry, exact.lastGeneratedId, exact.length];
    },
    expect: [
      {
        length: 2,
        lastGeneratedId: "2-1",
        maxDeletedEntryId: "0-0",
        entriesAdded: 2,
        recordedFirstEntryId: "1-1",
        groups: 1,
        firstEntry: { id: "1-1", fields: { f: "1-1" } },
        lastEntry: { id: "2-1", fields: { f: "2-1" } },
      },
      true,
      true,
      { id: "1-1", fields: { f: bytes("1-1") } },
      "2-1",
      2,
    ],
  },
  {
    name: "xinfoStream of an empty stream, and of none",
    run: async (r) => {
      await r.xgroupCreate("info", "g", "$", { mkStream: true });
      const { length, firstEntry, lastEntry, recordedFirstEntryId } = await r.xinfoStream("info");
      const { entries, groups } = await r.xinfoStream("info", { full: true });
      return [
        [length, firstEntry, lastEntry, recordedFirstEntryId],
        [entries, groups[0]?.consumers, groups[0]?.pending],
        await r.xinfoStream("none").catch((error) => error.name),
      ];
    },
    expect: [[0, null, null, "0-0"], [[], [], []], "ReplyError"],
  },
  {
    name: "xinfoStream full",
    run: async (r) => {
      await readByAda(r, "info");
      const { radixTreeKeys, radixTreeNodes, groups, ...rest } = await r.xinfoStream("info", { full: true, count: 1 });
      const [{ consumers, pending, ...group }] = groups as [c.FullStreamGroup];
      return [
        rest,
        [radixTreeKeys > 0, radixTreeNodes > 0],
        group,
        pending.map((entry) => ({ ...entry, deliveryTime: isNow(entry.deliveryTime) })),
        consumers.map(({ name, pelCount, seenTime, pending }) => ({
          name,
          pelCount,
          seen: isNow(seenTime),
          pending: pending.map((entry) => ({ ...entry, deliveryTime: isNow(entry.deliveryTime) })),
        })),
      ];
    },
    expect: [
      {
        length: 2,
        lastGeneratedId: "2-1",
        maxDeletedEntryId: "0-0",
        entriesAdded: 2,
        recordedFirstEntryId: "1-1",
        entries: [{ id: "1-1", fields: { f: "1-1" } }],
      },
      [true, true],
      { name: "g", lastDeliveredId: "2-1", entriesRead: 2, lag: 0, pelCount: 2 },
      [{ id: "1-1", consumer: "ada", deliveryTime: true, deliveriesCounter: 1 }],
      [
        {
          name: "ada",
          pelCount: 2,
          seen: true,
          pending: [{ id: "1-1", deliveryTime: true, deliveriesCounter: 1 }],
        },
        { name: "bob", pelCount: 0, seen: true, pending: [] },
      ],
    ],
  },
  {
    name: "xinfoStream full as bytes",
    run: async (r) => {
      await readByAda(r, "info");
      const { lastGeneratedId, entries, groups } = await r.bytes.bigints.xinfoStream("info", { full: true, count: 0 });
      const [group] = groups;
      return [
        [lastGeneratedId, entries[1]],
        [group?.name, group?.lastDeliveredId, group?.lag],
        [group?.pending[1]?.id, group?.pending[1]?.consumer, group?.pending[1]?.deliveriesCounter],
        [group?.consumers[0]?.name, group?.consumers[0]?.pending[1]?.id],
      ];
    },
    expect: [
      ["2-1", { id: "2-1", fields: { f: bytes("2-1") } }],
      [bytes("g"), "2-1", 0],
      ["2-1", bytes("ada"), 1],
      [bytes("ada"), "2-1"],
    ],
  },
  {
    name: "xinfoStream activeTime",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => {
      await readByAda(r, "info");
      const { groups } = await r.xinfoStream("info", { full: true });
      return groups[0]?.consumers.map(({ activeTime }) => activeTime === undefined ? null : isNow(activeTime));
    },
    expect: [true, false],
  },
];
