/**
 * Commands that ask a sentinel: who is the primary, and how are those that it watches.
 *
 * Only a sentinel knows them. Valkey has a second name for each that says master, with primary in its place; what a
 * server's name is for any sentinel is the name that it is watched by.
 *
 * @module
 */
import { type Command, command } from "./command.ts";
import { type Report, report, type Status, status, statuses } from "./readers.ts";
import { addressOrNull, peersReader, primariesReader, primaryReader, voteReader } from "./sentinel_readers.ts";
import { type CachedInfo, infoCacheReader, type PendingScript, pendingScriptsReader } from "./sentinel_readers.ts";
import { type SentinelPeer, type SentinelPrimary, sentinelReplicasReader } from "./sentinel_readers.ts";
import type { SentinelReplica, SentinelVote, ServerAddress } from "./sentinel_readers.ts";
import { wantOne } from "./words.ts";

/**
 * Gives a text that begins with `OK` when there are enough sentinels to fail a primary over; an error when not.
 *
 * Complexity: O(n) in the count of sentinels. Since 2.8.4.
 */
export function sentinelCkquorum(name: string): Command<Report> {
  return command(["SENTINEL", "CKQUORUM", name], report);
}

/**
 * Gives the address of the primary that is watched by a name, or null when there is none.
 *
 * During a failover that is the old primary's until the new one has taken over.
 * Complexity: O(1). Since 2.8.4; in Valkey deprecated since 8.0.0.
 */
export function sentinelGetMasterAddrByName(name: string): Command<ServerAddress | null> {
  return command(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name], addressOrNull);
}

/**
 * Does what {@linkcode sentinelGetMasterAddrByName} does, by Valkey's name for it.
 *
 * Complexity: O(1). Since Valkey 8.0.0.
 */
export function sentinelGetPrimaryAddrByName(name: string): Command<ServerAddress | null> {
  return command(["SENTINEL", "GET-PRIMARY-ADDR-BY-NAME", name], addressOrNull);
}

/**
 * Gives what the sentinel says of its commands, line by line.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function sentinelHelp(): Command<Report[]> {
  return command(["SENTINEL", "HELP"], statuses);
}

/**
 * Gives the INFO that the sentinel last had of primaries and their replicas, by the primary's name.
 *
 * The list begins with the primary's own; a name that is not known is left out.
 * Complexity: O(n) in the count of servers. Since 3.2.0.
 */
export function sentinelInfoCache(...names: string[]): Command<Record<Status, CachedInfo[]>> {
  wantOne("SENTINEL INFO-CACHE", "name", names);
  return command(["SENTINEL", "INFO-CACHE", ...names], infoCacheReader);
}

/**
 * Asks whether the sentinel holds a primary to be down, and for its vote.
 *
 * Complexity: O(1). Since 2.8.4; in Valkey deprecated since 8.0.0.
 *
 * @param runid The id of the sentinel that asks for the vote, or `"*"` not to ask for one.
 */
export function sentinelIsMasterDownByAddr(
  ip: string,
  port: number,
  currentEpoch: number | bigint,
  runid: string,
): Command<SentinelVote> {
  return command(["SENTINEL", "IS-MASTER-DOWN-BY-ADDR", ip, port, currentEpoch, runid], voteReader);
}

/**
 * Does what {@linkcode sentinelIsMasterDownByAddr} does, by Valkey's name for it.
 *
 * Complexity: O(1). Since Valkey 8.0.0.
 *
 * @param runid The id of the sentinel that asks for the vote, or `"*"` not to ask for one.
 */
export function sentinelIsPrimaryDownByAddr(
  ip: string,
  port: number,
  currentEpoch: number | bigint,
  runid: string,
): Command<SentinelVote> {
  return command(["SENTINEL", "IS-PRIMARY-DOWN-BY-ADDR", ip, port, currentEpoch, runid], voteReader);
}

/**
 * Gives the state of a primary.
 *
 * Complexity: O(1). Since 2.8.4; in Valkey deprecated since 8.0.0.
 */
export function sentinelMaster(name: string): Command<SentinelPrimary> {
  return command(["SENTINEL", "MASTER", name], primaryReader);
}

/**
 * Gives the state of every primary that the sentinel watches.
 *
 * Complexity: O(n) in the count of primaries. Since 2.8.4; in Valkey deprecated since 8.0.0.
 */
export function sentinelMasters(): Command<SentinelPrimary[]> {
  return command(["SENTINEL", "MASTERS"], primariesReader);
}

/**
 * Gives the id of the sentinel.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function sentinelMyid(): Command<Status> {
  return command(["SENTINEL", "MYID"], status);
}

/**
 * Gives the scripts that the sentinel runs or will run.
 *
 * Complexity: O(n) in the count of scripts. Since 2.8.4.
 */
export function sentinelPendingScripts(): Command<PendingScript[]> {
  return command(["SENTINEL", "PENDING-SCRIPTS"], pendingScriptsReader);
}

/**
 * Does what {@linkcode sentinelMasters} does, by Valkey's name for it.
 *
 * Complexity: O(n) in the count of primaries. Since Valkey 8.0.0.
 */
export function sentinelPrimaries(): Command<SentinelPrimary[]> {
  return command(["SENTINEL", "PRIMARIES"], primariesReader);
}

/**
 * Does what {@linkcode sentinelMaster} does, by Valkey's name for it.
 *
 * Complexity: O(1). Since Valkey 8.0.0.
 */
export function sentinelPrimary(name: string): Command<SentinelPrimary> {
  return command(["SENTINEL", "PRIMARY", name], primaryReader);
}

/**
 * Gives the state of each replica of a primary.
 *
 * Complexity: O(n) in the count of replicas. Since 5.0.0.
 */
export function sentinelReplicas(name: string): Command<SentinelReplica[]> {
  return command(["SENTINEL", "REPLICAS", name], sentinelReplicasReader);
}

/**
 * Gives the state of each other sentinel that watches a primary.
 *
 * Complexity: O(n) in the count of sentinels. Since 2.8.4.
 */
export function sentinelSentinels(name: string): Command<SentinelPeer[]> {
  return command(["SENTINEL", "SENTINELS", name], peersReader);
}

/**
 * Does what {@linkcode sentinelReplicas} does, by its name before Redis 5.
 *
 * Complexity: O(n) in the count of replicas. Since 2.8.0; deprecated since 5.0.0.
 */
export function sentinelSlaves(name: string): Command<SentinelReplica[]> {
  return command(["SENTINEL", "SLAVES", name], sentinelReplicasReader);
}
