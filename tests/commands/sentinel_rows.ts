/** Rows of the commands that ask a sentinel. */
import * as c from "../../src/commands/mod.ts";
import { until } from "./cluster_servers.ts";
import { watching } from "./sentinel_servers.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["sentinelCkquorum", () => c.sentinelCkquorum("m"), ["SENTINEL", "CKQUORUM", "m"]],
  [
    "sentinelGetMasterAddrByName",
    () => c.sentinelGetMasterAddrByName("m"),
    ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m"],
  ],
  [
    "sentinelGetPrimaryAddrByName",
    () => c.sentinelGetPrimaryAddrByName("m"),
    ["SENTINEL", "GET-PRIMARY-ADDR-BY-NAME", "m"],
  ],
  ["sentinelHelp", () => c.sentinelHelp(), ["SENTINEL", "HELP"]],
  ["sentinelInfoCache", () => c.sentinelInfoCache("m", "n"), ["SENTINEL", "INFO-CACHE", "m", "n"]],
  [
    "sentinelIsMasterDownByAddr",
    () => c.sentinelIsMasterDownByAddr("h", 1, 0, "*"),
    ["SENTINEL", "IS-MASTER-DOWN-BY-ADDR", "h", 1, 0, "*"],
  ],
  [
    "sentinelIsPrimaryDownByAddr",
    () => c.sentinelIsPrimaryDownByAddr("h", 1, 2n, "*"),
    ["SENTINEL", "IS-PRIMARY-DOWN-BY-ADDR", "h", 1, 2n, "*"],
  ],
  ["sentinelMaster", () => c.sentinelMaster("m"), ["SENTINEL", "MASTER", "m"]],
  ["sentinelMasters", () => c.sentinelMasters(), ["SENTINEL", "MASTERS"]],
  ["sentinelMyid", () => c.sentinelMyid(), ["SENTINEL", "MYID"]],
  ["sentinelPendingScripts", () => c.sentinelPendingScripts(), ["SENTINEL", "PENDING-SCRIPTS"]],
  ["sentinelPrimaries", () => c.sentinelPrimaries(), ["SENTINEL", "PRIMARIES"]],
  ["sentinelPrimary", () => c.sentinelPrimary("m"), ["SENTINEL", "PRIMARY", "m"]],
  ["sentinelReplicas", () => c.sentinelReplicas("m"), ["SENTINEL", "REPLICAS", "m"]],
  ["sentinelSentinels", () => c.sentinelSentinels("m"), ["SENTINEL", "SENTINELS", "m"]],
  ["sentinelSlaves", () => c.sentinelSlaves("m"), ["SENTINEL", "SLAVES", "m"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "sentinelInfoCache of nobody",
    () => c.sentinelInfoCache(),
    "Cannot send SENTINEL INFO-CACHE: at least one name is wanted",
  ],
];

/** The record without what differs from run to run, of which only the type is left. */
function steady(record: object): Record<string, unknown> {
  const fixed = new Set(["flags", "masterLinkStatus", "numSlaves", "numOtherSentinels", "quorum", "roleReported"]);
  const entries = Object.entries(record).filter(([name]) => name !== "sDownTime" && name !== "oDownTime");
  return Object.fromEntries(entries.map(([name, value]) => [name, fixed.has(name) ? value : typeof value]));
}

const INSTANCE = {
  name: "string",
  ip: "string",
  port: "number",
  runid: "string",
  linkPendingCommands: "number",
  linkRefcount: "number",
  lastPingSent: "number",
  lastOkPingReply: "number",
  lastPingReply: "number",
  downAfterMilliseconds: "number",
};
const SERVER = { ...INSTANCE, infoRefresh: "number", roleReportedTime: "number" };
const PRIMARY = {
  ...SERVER,
  flags: ["master"],
  roleReported: "master",
  configEpoch: "number",
  numSlaves: 1,
  numOtherSentinels: 1,
  quorum: 2,
  failoverTimeout: "number",
  parallelSyncs: "number",
};
const REPLICA = {
  ...SERVER,
  flags: ["slave"],
  roleReported: "slave",
  masterLinkDownTime: "number",
  masterLinkStatus: "ok",
  masterHost: "string",
  masterPort: "number",
  slavePriority: "number",
  slaveReplOffset: "number",
  replicaAnnounced: "boolean",
};
const PEER = {
  ...INSTANCE,
  flags: ["sentinel"],
  lastHelloMessage: "number",
  votedLeader: "string",
  votedLeaderEpoch: "number",
};

const VALKEY = { valkey: "8.0.0" };
const UP = { down: false, leader: "*", leaderEpoch: 0 };
const replyOf = (error: { reply: unknown }): unknown => error.reply;

export const server: readonly ServerRow[] = [
  {
    name: "sentinelMaster, sentinelMasters, sentinelReplicas, sentinelSlaves, sentinelSentinels of what is watched",
    on: "sentinel",
    run: (r, server) =>
      watching(r, server, async ({ name, primary, replica, other }) => {
        const [id, master, masters] = [
          await other.sentinelMyid(),
          await r.sentinelMaster(name),
          await r.sentinelMasters(),
        ];
        const [replicas, slaves] = [await r.sentinelReplicas(name), await r.bytes.sentinelSlaves(name)];
        const peers = await r.sentinelSentinels(name);
        return [
          [steady(master), master.name, master.port === primary.port],
          masters.map((each) => [steady(each), each.runid === master.runid]),
          replicas.map((each) => [steady(each), each.port === replica.port, each.masterPort === primary.port]),
          slaves.map((each) => [each.name === `${replica.host}:${replica.port}`, each.replicaAnnounced]),
          peers.map((each) => [steady(each), each.runid === id, each.votedLeader]),
        ];
      }),
    expect: [
      [PRIMARY, "watched", true],
      [[PRIMARY, true]],
      [[REPLICA, true, true]],
      [[true, true]],
      [[PEER, true, "?"]],
    ],
  },
  {
    name: "sentinelCkquorum, sentinelGetMasterAddrByName, sentinelInfoCache, sentinelIsMasterDownByAddr of a primary",
    on: "sentinel",
    run: (r, server) =>
      watching(r, server, async ({ name, primary }) => {
        const { host, port } = primary;
        const cache = await r.bytes.sentinelInfoCache(name, "none");
        const address = await r.sentinelGetMasterAddrByName(name);
        return [
          (await r.sentinelCkquorum(name)).slice(0, 20),
          [address?.host === host, address?.port === port],
          Object.entries(cache).map(([name, infos]) => [name, infos.map(({ info }) => /role:\w+/.exec(info!)?.[0])]),
          Object.values(cache).flat().every(({ age }) => age >= 0 && age < 60_000),
          await r.sentinelIsMasterDownByAddr(host, port, 0, "*"),
        ];
      }),
    expect: ["OK 2 usable Sentinel", [true, true], [["watched", ["role:master", "role:slave"]]], true, UP],
  },
  {
    name: "sentinelCkquorum, sentinelMaster, sentinelReplicas, sentinelSentinels of a name that is not known",
    on: "sentinel",
    run: (r) =>
      Promise.all([
        r.sentinelCkquorum("none").catch(replyOf),
        r.sentinelMaster("none").catch(replyOf),
        r.sentinelReplicas("none").catch(replyOf),
        r.sentinelSentinels("none").catch(replyOf),
      ]),
    expect: Array(4).fill("ERR No such master with that name"),
  },
  {
    name: "sentinelGetMasterAddrByName, sentinelInfoCache, sentinelIsMasterDownByAddr of a name that is not known",
    on: "sentinel",
    run: async (r) => [
      await r.sentinelGetMasterAddrByName("none"),
      await r.sentinelInfoCache("none"),
      await r.sentinelIsMasterDownByAddr("127.0.0.1", 1, 0n, "*"),
    ],
    expect: [null, {}, UP],
  },
  {
    name: "sentinelPrimary, sentinelPrimaries, sentinelGetPrimaryAddrByName, sentinelIsPrimaryDownByAddr",
    on: "sentinel",
    since: VALKEY,
    run: (r, server) =>
      watching(r, server, async ({ name, primary: { host, port } }) => {
        const [primary, primaries] = [await r.sentinelPrimary(name), await r.sentinelPrimaries()];
        const address = await r.sentinelGetPrimaryAddrByName(name);
        return [
          steady(primary),
          primaries.map(({ runid }) => runid === primary.runid),
          [address?.host === host, address?.port === port, await r.sentinelGetPrimaryAddrByName("none")],
          await r.sentinelIsPrimaryDownByAddr(host, port, 0, "*"),
        ];
      }),
    expect: [PRIMARY, [true], [true, true, null], UP],
  },
  {
    name: "sentinelHelp",
    on: "sentinel",
    run: async (r) => (await r.sentinelHelp()).some((line) => line.startsWith("CKQUORUM")),
    expect: true,
  },
  {
    name: "sentinelMaster, sentinelInfoCache, sentinelIsMasterDownByAddr of a primary that never answered",
    on: "sentinel",
    run: async (r) => {
      await r.sentinelMonitor("down", "127.0.0.1", 1, 1);
      await r.sentinelSet("down", { "down-after-milliseconds": 1 });
      try {
        await until(async () => (await r.sentinelMaster("down")).flags.includes("o_down"));
        const { flags, runid, infoRefresh, sDownTime, oDownTime, lastPingSent } = await r.sentinelMaster("down");
        const { down } = await r.sentinelIsMasterDownByAddr("127.0.0.1", 1, 0, "*");
        return [
          ["s_down", "o_down", "master", "disconnected"].every((flag) => flags.includes(flag)),
          [runid, infoRefresh, typeof sDownTime, typeof oDownTime, lastPingSent > 0, down],
          [await r.sentinelInfoCache("down"), await r.sentinelReplicas("down"), await r.sentinelSentinels("down")],
        ];
      } finally {
        await r.sentinelRemove("down");
      }
    },
    expect: [true, ["", 0, "number", "number", true, true], [{ down: [{ age: 0, info: null }] }, [], []]],
  },
  {
    name: "sentinelMasters of a sentinel that watches nobody",
    on: "sentinel",
    run: (r) => r.sentinelMasters(),
    expect: [],
  },
  {
    name: "sentinelMyid",
    on: "sentinel",
    run: async (
      r,
    ) => [/^[0-9a-f]{40}$/.test(await r.sentinelMyid()), await r.bytes.sentinelMyid() === await r.sentinelMyid()],
    expect: [true, true],
  },
  { name: "sentinelPendingScripts", on: "sentinel", run: (r) => r.sentinelPendingScripts(), expect: [] },
];
