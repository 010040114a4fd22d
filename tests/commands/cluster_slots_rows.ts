/** Rows of the commands on the slots of a cluster. */
import * as c from "../../src/commands/mod.ts";
import { join, until, withNodes } from "./cluster_servers.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

const RANGE = { start: 0, end: 1 };
const STATS = ["CLUSTER", "SLOT-STATS"];

export const words: readonly WordsRow[] = [
  ["clusterAddslots", () => c.clusterAddslots(0, 7), ["CLUSTER", "ADDSLOTS", 0, 7]],
  ["clusterAddslotsrange", () => c.clusterAddslotsrange(RANGE, [5, 5]), ["CLUSTER", "ADDSLOTSRANGE", 0, 1, 5, 5]],
  ["clusterCancelslotmigrations", () => c.clusterCancelslotmigrations(), ["CLUSTER", "CANCELSLOTMIGRATIONS"]],
  ["clusterCountkeysinslot", () => c.clusterCountkeysinslot(0), ["CLUSTER", "COUNTKEYSINSLOT", 0]],
  ["clusterDelslots", () => c.clusterDelslots(0), ["CLUSTER", "DELSLOTS", 0]],
  ["clusterDelslotsrange", () => c.clusterDelslotsrange([0, 0]), ["CLUSTER", "DELSLOTSRANGE", 0, 0]],
  ["clusterFlushslot", () => c.clusterFlushslot(0), ["CLUSTER", "FLUSHSLOT", 0]],
  ["clusterFlushslot async", () => c.clusterFlushslot(0, { async: true }), ["CLUSTER", "FLUSHSLOT", 0, "ASYNC"]],
  [
    "clusterFlushslot sync",
    () => c.clusterFlushslot(0, { async: false, sync: true }),
    ["CLUSTER", "FLUSHSLOT", 0, "SYNC"],
  ],
  ["clusterFlushslots", () => c.clusterFlushslots(), ["CLUSTER", "FLUSHSLOTS"]],
  ["clusterGetkeysinslot", () => c.clusterGetkeysinslot(0, 0), ["CLUSTER", "GETKEYSINSLOT", 0, 0]],
  ["clusterGetslotmigrations", () => c.clusterGetslotmigrations(), ["CLUSTER", "GETSLOTMIGRATIONS"]],
  ["clusterKeyslot", () => c.clusterKeyslot(""), ["CLUSTER", "KEYSLOT", ""]],
  ["clusterKeyslot of bytes", () => c.clusterKeyslot(bytes("k")), ["CLUSTER", "KEYSLOT", bytes("k")]],
  [
    "clusterMigrateslots",
    () => c.clusterMigrateslots({ slots: [RANGE, [5, 5]], node: "n" }),
    ["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", 0, 1, 5, 5, "NODE", "n"],
  ],
  [
    "clusterMigrateslots to two nodes",
    () => c.clusterMigrateslots([{ slots: [[0, 0]], node: "n" }, { slots: [[1, 1]], node: "m" }]),
    ["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", 0, 0, "NODE", "n", "SLOTSRANGE", 1, 1, "NODE", "m"],
  ],
  ["clusterMigrationCancel", () => c.clusterMigrationCancel({ id: "" }), ["CLUSTER", "MIGRATION", "CANCEL", "ID", ""]],
  [
    "clusterMigrationCancel all",
    () => c.clusterMigrationCancel({ all: true }),
    ["CLUSTER", "MIGRATION", "CANCEL", "ALL"],
  ],
  [
    "clusterMigrationImport",
    () => c.clusterMigrationImport(RANGE, [5, 5]),
    ["CLUSTER", "MIGRATION", "IMPORT", 0, 1, 5, 5],
  ],
  [
    "clusterMigrationStatus",
    () => c.clusterMigrationStatus({ id: "t", all: false }),
    ["CLUSTER", "MIGRATION", "STATUS", "ID", "t"],
  ],
  [
    "clusterMigrationStatus all",
    () => c.clusterMigrationStatus({ all: true }),
    ["CLUSTER", "MIGRATION", "STATUS", "ALL"],
  ],
  [
    "clusterSetslot importing",
    () => c.clusterSetslot(0, { importing: "n" }),
    ["CLUSTER", "SETSLOT", 0, "IMPORTING", "n"],
  ],
  [
    "clusterSetslot migrating",
    () => c.clusterSetslot(0, { migrating: "n" }, {}),
    ["CLUSTER", "SETSLOT", 0, "MIGRATING", "n"],
  ],
  [
    "clusterSetslot node",
    () => c.clusterSetslot(0, { node: "n" }, { timeout: 0 }),
    ["CLUSTER", "SETSLOT", 0, "NODE", "n", "TIMEOUT", 0],
  ],
  ["clusterSetslot stable", () => c.clusterSetslot(0, { stable: true }), ["CLUSTER", "SETSLOT", 0, "STABLE"]],
  ["clusterSlotStats of a range", () => c.clusterSlotStats({ slotsRange: [0, 0] }), [...STATS, "SLOTSRANGE", 0, 0]],
  [
    "clusterSlotStats in order",
    () => c.clusterSlotStats({ orderBy: "key-count" }),
    [...STATS, "ORDERBY", "key-count"],
  ],
  [
    "clusterSlotStats limit, asc",
    () => c.clusterSlotStats({ orderBy: "cpu-usec", limit: 0, order: "asc" }),
    [...STATS, "ORDERBY", "cpu-usec", "LIMIT", 0, "ASC"],
  ],
  [
    "clusterSlotStats desc",
    () => c.clusterSlotStats({ orderBy: "memory-bytes", order: "desc" }),
    [...STATS, "ORDERBY", "memory-bytes", "DESC"],
  ],
  ["clusterscan", () => c.clusterscan(0), ["CLUSTERSCAN", 0]],
  ["clusterscan no option", () => c.clusterscan("0", {}), ["CLUSTERSCAN", "0"]],
  [
    "clusterscan every option",
    () => c.clusterscan("0-{06S}-0", { match: bytes("m*"), count: 0, type: "string", slot: 0 }),
    ["CLUSTERSCAN", "0-{06S}-0", "MATCH", bytes("m*"), "COUNT", 0, "TYPE", "string", "SLOT", 0],
  ],
  ["clusterSyncslots", () => c.clusterSyncslots("ACK", 0, bytes("x")), ["CLUSTER", "SYNCSLOTS", "ACK", 0, bytes("x")]],
];

function none(name: string, what: string): string {
  return `Cannot send CLUSTER ${name}: at least one ${what} is wanted`;
}

function both(name: string, first: string, second: string): string {
  return `Cannot send CLUSTER ${name}: the options ${first} and ${second} exclude each other`;
}

export const refusals: readonly RefusalRow[] = [
  ["clusterAddslots of none", () => c.clusterAddslots(), none("ADDSLOTS", "slot")],
  ["clusterAddslotsrange of none", () => c.clusterAddslotsrange(), none("ADDSLOTSRANGE", "range")],
  ["clusterDelslots of none", () => c.clusterDelslots(), none("DELSLOTS", "slot")],
  ["clusterDelslotsrange of none", () => c.clusterDelslotsrange(), none("DELSLOTSRANGE", "range")],
  [
    "clusterFlushslot async and sync",
    () => c.clusterFlushslot(0, { async: true, sync: true }),
    both("FLUSHSLOT", "async", "sync"),
  ],
  ["clusterMigrateslots of none", () => c.clusterMigrateslots([]), none("MIGRATESLOTS", "group of slots")],
  [
    "clusterMigrateslots of no slots",
    () => c.clusterMigrateslots({ slots: [], node: "n" }),
    none("MIGRATESLOTS", "range"),
  ],
  ["clusterMigrationCancel of none", () => c.clusterMigrationCancel({} as never), none("MIGRATION CANCEL", "option")],
  [
    "clusterMigrationStatus of one and all",
    () => c.clusterMigrationStatus({ id: "t", all: true } as never),
    both("MIGRATION STATUS", "id", "all"),
  ],
  ["clusterMigrationImport of none", () => c.clusterMigrationImport(), none("MIGRATION IMPORT", "range")],
  ["clusterSetslot of no state", () => c.clusterSetslot(0, {}), none("SETSLOT", "state")],
  [
    "clusterSetslot of two states",
    () => c.clusterSetslot(0, { importing: "n", node: "m" }),
    both("SETSLOT", "importing", "node"),
  ],
  ["clusterSlotStats of none", () => c.clusterSlotStats({} as never), none("SLOT-STATS", "option")],
  [
    "clusterSlotStats of a range in order",
    () => c.clusterSlotStats({ slotsRange: [0, 0], orderBy: "key-count" } as never),
    both("SLOT-STATS", "slotsRange", "orderBy"),
  ],
  [
    "clusterSlotStats of a range with a limit",
    () => c.clusterSlotStats({ slotsRange: [0, 0], limit: 0 } as never),
    both("SLOT-STATS", "slotsRange", "limit"),
  ],
  [
    "clusterSlotStats of a range upwards",
    () => c.clusterSlotStats({ slotsRange: [0, 0], order: "asc" } as never),
    both("SLOT-STATS", "slotsRange", "order"),
  ],
  ["clusterSyncslots of none", () => c.clusterSyncslots(), none("SYNCSLOTS", "word")],
];

const replyOf = (error: { reply: unknown }): unknown => error.reply;
const NEW_REDIS = { redis: "8.4.0" };
const NEW_VALKEY = { valkey: "9.0.0" };

export const server: readonly ServerRow[] = [
  {
    name: "clusterAddslots, clusterAddslotsrange, clusterDelslots, clusterDelslotsrange, clusterFlushslots",
    on: "cluster",
    run: (r, server) =>
      withNodes(1, r, server, async ({ redis }) => {
        const slots = async (): Promise<unknown> => (await redis.clusterNodes())[0]!.slots;
        return [
          await redis.clusterAddslots(0, 1, 7),
          await redis.clusterAddslotsrange({ start: 20, end: 29 }, [40, 40]),
          await slots(),
          await redis.clusterDelslots(0, 40),
          await redis.clusterDelslotsrange([20, 24], { start: 26, end: 29 }),
          await slots(),
          await redis.clusterFlushslots(),
          await slots(),
        ];
      }),
    expect: [
      "OK",
      "OK",
      [{ start: 0, end: 1 }, { start: 7, end: 7 }, { start: 20, end: 29 }, { start: 40, end: 40 }],
      "OK",
      "OK",
      [{ start: 1, end: 1 }, { start: 7, end: 7 }, { start: 25, end: 25 }],
      "OK",
      [],
    ],
  },
  {
    name: "clusterCancelslotmigrations, of which there are none",
    on: "cluster",
    since: NEW_VALKEY,
    run: (r) => r.clusterCancelslotmigrations().catch(replyOf),
    expect: "ERR No migrations ongoing",
  },
  {
    name: "clusterCountkeysinslot, clusterGetkeysinslot, clusterKeyslot",
    on: "cluster",
    run: async (r) => {
      const slot = await r.clusterKeyslot("{user}:1");
      await r.mset({ "{user}:1": 1, "{user}:2": 2 });
      return [
        [slot, await r.clusterKeyslot(bytes("user")), await r.bigints.clusterKeyslot("")],
        [await r.clusterCountkeysinslot(slot), await r.bigints.clusterCountkeysinslot(0)],
        [(await r.clusterGetkeysinslot(slot, 9)).sort(), (await r.clusterGetkeysinslot(slot, 1)).length],
        [await r.clusterGetkeysinslot(0, 9), (await r.bytes.clusterGetkeysinslot(slot, 1))[0] instanceof Uint8Array],
      ];
    },
    expect: [[5474, 5474, 0n], [2, 0n], [["{user}:1", "{user}:2"], 1], [[], true]],
  },
  {
    name: "clusterFlushslot",
    on: "cluster",
    since: NEW_VALKEY,
    run: async (r) => {
      await r.set("user", 1);
      const replies = [await r.clusterFlushslot(5474), await r.exists("user")];
      await r.clusterFlushslot(5474, { async: true });
      return [...replies, await r.clusterFlushslot(5474, { sync: true })];
    },
    expect: ["OK", 0, "OK"],
  },
  {
    name: "clusterMigrateslots, clusterGetslotmigrations between two nodes",
    on: "cluster",
    since: NEW_VALKEY,
    run: (r, server) =>
      withNodes(2, r, server, async (first, second) => {
        const [one, other] = await join(first, second);
        const none = await first.redis.clusterGetslotmigrations();
        await first.redis.set("user", 1);
        const groups = [{ slots: [[0, 1] as const, { start: 5474, end: 5474 }], node: other }];
        const begun = await first.redis.clusterMigrateslots(groups);
        await until(async () => (await first.redis.clusterGetslotmigrations())[0]!.state === "success");
        const [job, ...others] = await first.redis.clusterGetslotmigrations();
        const { name, sourceNode, targetNode, createTime, lastUpdateTime, lastAckTime, ...rest } = job!;
        return [
          [none, begun, others, name.length, sourceNode === one, targetNode === other],
          [createTime > 1e9, lastUpdateTime >= createTime, lastAckTime >= createTime, typeof rest.cowSize],
          { ...rest, cowSize: 0 },
          (await second.redis.clusterGetslotmigrations()).map(({ operation, slotRanges }) => [operation, slotRanges]),
          await second.redis.get("user"),
        ];
      }),
    expect: [
      [[], "OK", [], 40, true, true],
      [true, true, true, "number"],
      {
        operation: "EXPORT",
        slotRanges: [{ start: 0, end: 1 }, { start: 5474, end: 5474 }],
        state: "success",
        message: "",
        cowSize: 0,
        remainingReplSize: 0,
      },
      [["IMPORT", [{ start: 0, end: 1 }, { start: 5474, end: 5474 }]]],
      "1",
    ],
  },
  {
    name: "clusterMigrationCancel",
    on: "cluster",
    since: NEW_REDIS,
    run: (r) => r.clusterMigrationCancel({ all: true }),
    expect: 0,
  },
  {
    name: "clusterMigrationImport of slots that the node has",
    on: "cluster",
    since: NEW_REDIS,
    run: (r) => r.clusterMigrationImport([0, 0]).catch((error) => error.name),
    expect: "ReplyError",
  },
  {
    name: "clusterMigrationStatus",
    on: "cluster",
    since: NEW_REDIS,
    run: async (r) => [await r.clusterMigrationStatus({ all: true }), await r.clusterMigrationStatus({ id: "none" })],
    expect: [[], []],
  },
  {
    name: "clusterSetslot between two nodes",
    on: "cluster",
    run: (r, server) =>
      withNodes(2, r, server, async (first, second) => {
        const [one, other] = await join(first, second);
        const mine = async ({ redis }: typeof first): Promise<unknown> => {
          const { migrating, importing } = (await redis.clusterNodes()).find(({ flags }) => flags.includes("myself"))!;
          return [migrating, importing].map((moves) => moves.map(({ slot, node }) => [slot, node === one]));
        };
        return [
          await second.redis.clusterSetslot(5, { importing: one }),
          await first.redis.clusterSetslot(5, { migrating: other }),
          await mine(first),
          await mine(second),
          await first.redis.clusterSetslot(5, { stable: true }),
          await second.redis.clusterSetslot(5, { node: other }),
          await mine(second),
          (await second.redis.clusterSlots()).find(({ start }) => start === 5)?.primary.id === other,
        ];
      }),
    expect: ["OK", "OK", [[[5, false]], []], [[], [[5, true]]], "OK", "OK", [[], []], true],
  },
  {
    name: "clusterSetslot with a timeout",
    on: "cluster",
    since: { valkey: "8.0.0" },
    run: (r) => r.clusterSetslot(0, { stable: true }, { timeout: 100 }),
    expect: "OK",
  },
  {
    name: "clusterSlotStats",
    on: "cluster",
    since: { redis: "8.2.0", valkey: "8.0.0" },
    run: async (r) => {
      const few = await r.clusterSlotStats({ slotsRange: { start: 0, end: 1 } });
      await r.configSet({ "cluster-slot-stats-enabled": "yes" });
      await r.mset({ "{user}:1": 1, "{user}:2": 2 });
      const most = await r.clusterSlotStats({ orderBy: "key-count", limit: 2, order: "desc" });
      const least = await r.bytes.clusterSlotStats({ orderBy: "cpu-usec", limit: 1, order: "asc" });
      await r.configSet({ "cluster-slot-stats-enabled": "no" });
      return [
        few.map(({ slot, keyCount }) => [slot, keyCount]),
        most.map(({ slot, keyCount }) => [slot, keyCount]),
        [typeof most[0]!.cpuUsec, typeof most[0]!.networkBytesIn, typeof most[0]!.networkBytesOut],
        least.length,
      ];
    },
    expect: [[[0, 0], [1, 0]], [[5474, 2], [0, 0]], ["number", "number", "number"], 1],
  },
  {
    name: "clusterscan",
    on: "cluster",
    since: { valkey: "9.1.0" },
    run: async (r) => {
      await r.mset({ "{user}:1": 1, "{user}:2": 2 });
      const keys: string[] = [];
      let { cursor } = await r.clusterscan(0);
      let pages = 0;
      do {
        const page = await r.clusterscan(cursor, { count: 20_000 });
        keys.push(...page.keys);
        cursor = page.cursor;
      } while (cursor !== "0" && ++pages < 20_000);
      const start = await r.clusterscan("0", { slot: 5474 });
      const options = { slot: 5474, match: "*:2", type: "string", count: 100 };
      const some = await r.clusterscan(start.cursor, options);
      const exact = await r.bytes.clusterscan(start.cursor, options);
      return [keys.sort(), start.keys, some, exact.keys];
    },
    expect: [["{user}:1", "{user}:2"], [], { cursor: "0", keys: ["{user}:2"] }, [bytes("{user}:2")]],
  },
  {
    name: "clusterSyncslots, which only a node may send",
    on: "cluster",
    since: NEW_VALKEY,
    link: (link) => link.send(c.clusterSyncslots("ACK")).catch(replyOf),
    expect: "ERR CLUSTER SYNCSLOTS ACK should only be used by slot migration clients",
  },
];
