/// <reference lib="esnext.disposable" preserve="true" />
/**
 * What a client of a cluster has beyond the client of one server.
 *
 * @module
 */
import type { ClusterNode } from "../cluster_options.ts";
import type { Key } from "../commands/command.ts";
import type { CallOptions, ClusterSender, LeaseOptions, PoolStats } from "../sender.ts";
import { boundClusterClient } from "./classes.ts";
import type { Caller, Client, LeasedClient } from "./client.ts";
import type { Monitor, MonitorOptions } from "./monitor.ts";

/** A client of one node of a cluster: all that it sends goes there and nowhere else, and no redirect is followed. */
export interface NodeClient extends Caller {
  /** Leases a connection to the node. */
  lease(options?: LeaseOptions): Promise<LeasedClient>;
  /** Listens in on all commands that the node executes. */
  monitor(options?: MonitorOptions): Promise<Monitor>;
  /** What the node's pool of connections has and has done. */
  poolStats(): PoolStats;
}

/**
 * A client of a cluster: a {@linkcode Client} that sends each command to the node of its slot.
 *
 * @example
 * ```ts
 * import { connectCluster } from "@respwire/client";
 *
 * const cluster = await connectCluster({ seeds: ["localhost:7000"], readFrom: "replicaPreferred" });
 * await cluster.mset({ "user:1": "ada", "user:2": "joan" }); // two slots, perhaps two nodes
 * console.log(cluster.slotOf("user:1"), cluster.nodeOf("user:1")?.name);
 * await cluster.close();
 * ```
 */
export interface ClusterClient extends Client {
  /** The slot of a key, 0 to 16,383. */
  slotOf(key: Key): number;
  /** The node that takes writes to a key, as far as it is known now; undefined while none is. */
  nodeOf(key: Key): ClusterNode | undefined;
  /** All nodes as they are known now, each primary before its replicas. */
  nodes(): ClusterNode[];
  /** A client of one node, by its name as in {@linkcode ClusterNode}; every call fails while there is none of it. */
  node(name: string): NodeClient;
  /**
   * Asks the nodes anew which of them has which slots. The client does so by itself when it should.
   *
   * @throws {ConnectionError} When no node answers.
   */
  refreshTopology(): Promise<void>;
}

/** Makes a client of a cluster. */
export function clusterClientOf(sender: ClusterSender, options: CallOptions): ClusterClient {
  return new (boundClusterClient())(sender, options) as unknown as ClusterClient;
}
