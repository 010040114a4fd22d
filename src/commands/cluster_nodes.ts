/**
 * Commands that change which nodes a cluster has and what they are: primaries, replicas, strangers.
 *
 * Each changes the one node that it is sent to, which tells the others.
 *
 * @module
 */
import { type BumpedEpoch, bumpedEpochReader } from "./cluster_readers.ts";
import { type Command, command, type Word } from "./command.ts";
import { integer, ok } from "./readers.ts";
import { oneOf } from "./words.ts";

/** How a {@linkcode clusterFailover} goes about it; with the primary's agreement when absent. */
export interface ClusterFailoverOptions {
  /** Does not ask the primary, which may be down. */
  force?: boolean;
  /** Asks neither the primary nor the other nodes. */
  takeover?: boolean;
}

/** How much a {@linkcode clusterReset} forgets; `soft` when absent. */
export interface ClusterResetOptions {
  /** Also takes a new id and sets all epochs to 0. */
  hard?: boolean;
  /** Keeps the node's id. */
  soft?: boolean;
}

/**
 * Gives the node a new epoch, the newest of the cluster, unless its own is that already.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterBumpepoch(): Command<BumpedEpoch> {
  return command(["CLUSTER", "BUMPEPOCH"], bumpedEpochReader);
}

/**
 * Gives how many nodes have told this one, and not long ago, that a node may have failed.
 *
 * Complexity: O(n) in the count of reports. Since 3.0.0.
 */
export function clusterCountFailureReports(nodeId: string): Command<number> {
  return command(["CLUSTER", "COUNT-FAILURE-REPORTS", nodeId], integer);
}

/**
 * Makes a replica take the place of its primary; without `takeover` the reply comes before it has.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterFailover(options?: ClusterFailoverOptions): Command<"OK"> {
  const words: Word[] = ["CLUSTER", "FAILOVER"];
  if (options !== undefined) oneOf("CLUSTER FAILOVER", words, options, ["force", "takeover"]);
  return command(words, ok);
}

/**
 * Makes the node forget another one, and for a minute not learn of it again from others.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterForget(nodeId: string): Command<"OK"> {
  return command(["CLUSTER", "FORGET", nodeId], ok);
}

/**
 * Makes the node get to know another one, and all that one knows.
 *
 * Complexity: O(1). Since 3.0.0; `busPort` since 4.0.0.
 *
 * @param ip The other node's address; a hostname is refused.
 * @param port The other node's port for clients.
 * @param busPort Its port for nodes; 10000 above `port` when absent.
 */
export function clusterMeet(ip: string, port: number, busPort?: number): Command<"OK"> {
  const words: Word[] = ["CLUSTER", "MEET", ip, port];
  if (busPort !== undefined) words.push(busPort);
  return command(words, ok);
}

/**
 * Makes the node a replica of a primary.
 *
 * Complexity: O(1). Since 3.0.0; `"NO", "ONE"` since Valkey 9.0.0.
 */
export function clusterReplicate(nodeId: string): Command<"OK">;
/** Makes the node a primary without slots, which keeps no data. */
export function clusterReplicate(no: "NO", one: "ONE"): Command<"OK">;
export function clusterReplicate(nodeId: string, one?: "ONE"): Command<"OK"> {
  const words: Word[] = ["CLUSTER", "REPLICATE", nodeId];
  if (one !== undefined) words.push(one);
  return command(words, ok);
}

/**
 * Makes the node forget the others and its slots; a replica becomes a primary and loses its data.
 *
 * A primary that has keys is refused. Complexity: O(n) in the count of nodes. Since 3.0.0.
 */
export function clusterReset(options?: ClusterResetOptions): Command<"OK"> {
  const words: Word[] = ["CLUSTER", "RESET"];
  if (options !== undefined) oneOf("CLUSTER RESET", words, options, ["hard", "soft"]);
  return command(words, ok);
}

/**
 * Writes the node's view of the cluster to its file now.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterSaveconfig(): Command<"OK"> {
  return command(["CLUSTER", "SAVECONFIG"], ok);
}

/**
 * Sets the epoch of a node that is new: one that knows no other and has no epoch yet.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterSetConfigEpoch(epoch: number | bigint): Command<"OK"> {
  return command(["CLUSTER", "SET-CONFIG-EPOCH", epoch], ok);
}
