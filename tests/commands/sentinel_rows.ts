/** Rows of the commands that ask a sentinel. */
import * as c from "../../src/commands/mod.ts";
import { watching } from "./sentinel_servers.ts";
import { until } from "./cluster_servers.ts";
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

/** The type of each field, in the order of their names. */
function shapeOf(record: object): string {
  return Object.entries(record).map(([name, value]) => `${name}: ${Array.isArray(value) ? "list" : typeof value}`)
    .sort().join(", ");
}

const INSTANCE = "downAfterMilliseconds: number, flags: list";
const LINK = "ip: string, lastOkPingReply: number, lastPingReply: number, lastPingSent: number, " +
  "linkPendingCommands: number, linkRefcount: number";
const PRIMARY = `configEpoch: number, ${INSTANCE.replace(", ", ", failoverTimeout: number, ")}`
  .replace("downAfterMilliseconds: number, failoverTimeout: number", "downAfterMilliseconds: number, failoverTimeout: number") +
  `, infoRefresh: number, ${LINK}, name: string, numOtherSentinels: number, numSlaves: number, parallelSyncs: number, ` +
  "port: number, quorum: number, roleReported: string, roleReportedTime: number, runid: string";
const REPLICA = `${INSTANCE}, infoRefresh: number, ${LINK}, masterHost: string, masterLinkDownTime: number, ` +
  "masterLinkStatus: string, masterPort: number, name: string, port: number, replicaAnnounced: boolean, " +
  "roleReported: string, roleReportedTime: number, runid: string, slavePriority: number, slaveReplOffset: number";
const PEER = `${INSTANCE}, ${LINK.replace("ip: string, ", "ip: string, lastHelloMessage: number, ")}, name: string, ` +
  "port: number, runid: string, votedLeader: string, votedLeaderEpoch: number";

const VALKEY = { valkey: "8.0.0" };
const replyOf = (error: { reply: unknown }): unknown => error.reply;
