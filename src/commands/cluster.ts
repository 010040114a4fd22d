/**
 * Commands that say what a cluster looks like, each as the one node sees it that is asked.
 *
 * @module
 */
import { clusterInfoReader, clusterNodesReader, linksReader, replicasReader } from "./cluster_readers.ts";
import { type ClusterInfo, type ClusterLink, type ClusterNode, type Shard, shardsReader } from "./cluster_readers.ts";
import { type SlotsOwners, slotsReader } from "./cluster_readers.ts";
import { type Command, command } from "./command.ts";
import { type Report, type Status, status, statuses } from "./readers.ts";

/**
 * Gives what the server says of its CLUSTER commands, line by line.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function clusterHelp(): Command<Report[]> {
  return command(["CLUSTER", "HELP"], statuses);
}

/**
 * Gives the state of the cluster, with counts of slots, nodes and messages.
 *
 * The names are those of the server in camelCase: `cluster_state` is `clusterState`.
 * Complexity: O(1). Since 3.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * if ((await redis.info("cluster")).includes("cluster_enabled:1")) {
 *   const { clusterState, clusterSlotsOk } = await redis.clusterInfo();
 *   console.log(clusterState, clusterSlotsOk); // "ok" 16384
 * }
 * await redis.close();
 * ```
 */
export function clusterInfo(): Command<ClusterInfo> {
  return command(["CLUSTER", "INFO"], clusterInfoReader);
}

/**
 * Gives the connections between this node and the others, two for each of them.
 *
 * Complexity: O(n) in the count of nodes. Since 7.0.0.
 */
export function clusterLinks(): Command<ClusterLink[]> {
  return command(["CLUSTER", "LINKS"], linksReader);
}

/**
 * Gives the id of the node.
 *
 * Complexity: O(1). Since 3.0.0.
 */
export function clusterMyid(): Command<Status> {
  return command(["CLUSTER", "MYID"], status);
}

/**
 * Gives the id of the shard that the node belongs to, which its primary and all replicas share.
 *
 * Complexity: O(1). Since 7.2.0.
 */
export function clusterMyshardid(): Command<Status> {
  return command(["CLUSTER", "MYSHARDID"], status);
}

/**
 * Gives every node that this one knows of, with its address, its state and its slots.
 *
 * Each is read from its line; `call("CLUSTER", "NODES")` gives the text itself.
 * Complexity: O(n) in the count of nodes. Since 3.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * if ((await redis.info("cluster")).includes("cluster_enabled:1")) {
 *   const nodes = await redis.clusterNodes();
 *   const myself = nodes.find((node) => node.flags.includes("myself"));
 *   console.log(myself?.id, myself?.slots);
 * }
 * await redis.close();
 * ```
 */
export function clusterNodes(): Command<ClusterNode[]> {
  return command(["CLUSTER", "NODES"], clusterNodesReader);
}

/**
 * Gives the replicas of a primary, as {@linkcode clusterNodes} does.
 *
 * Complexity: O(n) in the count of replicas. Since 5.0.0.
 */
export function clusterReplicas(nodeId: string): Command<ClusterNode[]> {
  return command(["CLUSTER", "REPLICAS", nodeId], replicasReader);
}

/**
 * Gives each shard with its slots and its nodes, also one that has no slots.
 *
 * Complexity: O(n) in the count of nodes. Since 7.0.0.
 */
export function clusterShards(): Command<Shard[]> {
  return command(["CLUSTER", "SHARDS"], shardsReader);
}

/**
 * Does what {@linkcode clusterReplicas} does, by its name before Redis 5.
 *
 * Complexity: O(n) in the count of replicas. Since 3.0.0; deprecated since 5.0.0.
 */
export function clusterSlaves(nodeId: string): Command<ClusterNode[]> {
  return command(["CLUSTER", "SLAVES", nodeId], replicasReader);
}

/**
 * Gives the ranges of slots with the nodes that serve them; slots that no node serves are left out.
 *
 * Complexity: O(n) in the count of nodes. Since 3.0.0; ids since 4.0.0, `metadata` since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * if ((await redis.info("cluster")).includes("cluster_enabled:1")) {
 *   for (const { start, end, primary } of await redis.clusterSlots()) {
 *     console.log(start, end, primary.host, primary.port);
 *   }
 * }
 * await redis.close();
 * ```
 */
export function clusterSlots(): Command<SlotsOwners[]> {
  return command(["CLUSTER", "SLOTS"], slotsReader);
}
