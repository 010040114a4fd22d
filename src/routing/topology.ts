/**
 * What a cluster looks like at one moment: its shards, the slots and the nodes of each.
 *
 * A node goes by one name everywhere, the `host:port` that it is dialled as. Other names that a redirect may use for
 * it are its aliases.
 *
 * @module
 */
import type { SlotRange } from "../commands/cluster_slot_readers.ts";

/** Where a node is reached. */
export interface NodeAddress {
  /** The host name or the IP address; IPv6 without brackets. */
  readonly host: string;
  /** The port. */
  readonly port: number;
}

/** Whether a node takes the writes of its shard or copies them. */
export type NodeRole = "primary" | "replica";

/** How a node is: it serves, it still reads its data, or the others hold it for failed. */
export type NodeHealth = "online" | "loading" | "fail";

/** A node of a cluster. */
export interface TopologyNode {
  /** The id that it has among the nodes; `""` where it was not told. */
  readonly id: string;
  /** Its address as `host:port`, or `[host]:port` for IPv6: what it is dialled as, and its key everywhere. */
  readonly name: string;
  /** The host that is dialled. */
  readonly host: string;
  /** The port that is dialled. */
  readonly port: number;
  /** Its other names, such as of its IP address or from before the address map. */
  readonly aliases: readonly string[];
  /** Whether it takes the writes of its shard. */
  readonly role: NodeRole;
  /** How it is. */
  readonly health: NodeHealth;
  /** How much of the stream of writes it has, in bytes; undefined where it was not told. */
  readonly offset: number | undefined;
  /** The availability zone that it runs in; undefined where it was not told. */
  readonly zone: string | undefined;
}

/** A primary with its replicas, and the slots that they serve. */
export interface TopologyShard {
  /** The slots, maybe none. */
  readonly slots: readonly SlotRange[];
  /** The node that takes writes; undefined where there is none, or none that can be reached. */
  readonly primary: TopologyNode | undefined;
  /** The nodes that copy it. */
  readonly replicas: readonly TopologyNode[];
}

/** The nodes of a shard, the primary first. */
export function nodesOfShard<N>(
  { primary, replicas }: { readonly primary: N | undefined; readonly replicas: readonly N[] },
): readonly N[] {
  return primary === undefined ? replicas : [primary, ...replicas];
}

/** A cluster, as one of its nodes sees it. */
export interface Topology {
  /** The shards, in the order in which the node gave them. */
  readonly shards: readonly TopologyShard[];
  /** How many slots have a primary, 0 to 16,384. */
  readonly covered: number;
}

/** The name of the node at an address: `host:port`, or `[host]:port` for IPv6. */
export function nodeNameOf({ host, port }: NodeAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
