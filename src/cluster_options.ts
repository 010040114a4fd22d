/**
 * What a user can say about a cluster, what a user sees of its nodes, and what the options come to when checked.
 *
 * Types alone: the checks are in `cluster_settings.ts`.
 *
 * @module
 */
import type { SlotRange } from "./commands/cluster_slot_readers.ts";
import type { NodeAddress, NodeHealth, NodeRole } from "./routing/topology.ts";

/**
 * Which nodes of a slot's shard serve commands that only read: `primary`, the primary alone; `primaryPreferred`, a
 * replica where the primary cannot be reached; `replica`, replicas alone; `replicaPreferred`, the primary where no
 * replica can be reached; `any`, all alike. What a replica gives may be older than what the primary has.
 */
export type ReadFrom = "primary" | "primaryPreferred" | "replica" | "replicaPreferred" | "any";

/** A node of a cluster, as it is known at this moment. */
export interface ClusterNode {
  /** Its address as `host:port`, or `[host]:port` for IPv6: what it is called everywhere. */
  readonly name: string;
  /** The id that it has among the nodes; `""` where it was not told. */
  readonly id: string;
  /** The host that is dialled, after the address map. */
  readonly host: string;
  /** The port that is dialled, after the address map. */
  readonly port: number;
  /** Whether it takes the writes of its shard or copies them. */
  readonly role: NodeRole;
  /** How the cluster says that it is. */
  readonly health: NodeHealth;
  /** How this client's connection to it is: usable, not tried yet, or lost. */
  readonly state: "ready" | "unknown" | "down";
  /** The slots of its shard, maybe none. */
  readonly slots: readonly SlotRange[];
  /** The availability zone that it runs in; undefined where it was not told. */
  readonly zone: string | undefined;
  /** How much of the stream of writes it has, in bytes; undefined where it was not told. */
  readonly offset: number | undefined;
  /** How long its replies take, in milliseconds, over the last ones; undefined where that was not measured. */
  readonly latencyMs: number | undefined;
}

/**
 * Which one of several nodes serves a read: `random`, by chance; `roundRobin`, in turn; `lowestLatency`, the one whose
 * replies take the least time; one of a `zone`, replicas before the primary, and in turn where it has none; or the one
 * that a function gives, and in turn where that gives none of those that it was given.
 */
export type Selector =
  | "random"
  | "roundRobin"
  | "lowestLatency"
  | { readonly zone: string }
  | ((nodes: readonly ClusterNode[], slot: number) => ClusterNode | undefined);

/** Where a node of a cluster is asked for the others: as text or URL of a host and a port alone, or as an object. */
export type Seed = string | URL | NodeAddress;

/** Where nodes are reached that tell addresses which are not those to dial, by address or by a function. */
export type AddressMap =
  | Readonly<Record<string, string>>
  | ((address: NodeAddress) => NodeAddress | undefined);

/** What can be said about a cluster alone. Each name can also be given in the query of a URL, unless it says otherwise. */
export interface ClusterOptions {
  /**
   * Nodes of a cluster, one of which is enough to find the others: each `host:port`, `host` or `[IPv6]:port`, a URL of
   * those alone such as `redis://host:7000`, or an object; 6379 where there is no port. With this, the client is one of
   * a cluster; `host` and `port`, where given, are one more seed before these. `rediss:` in one turns TLS on, for all
   * nodes. In a URL: texts with commas between them, or several hosts in place of one.
   */
  seeds?: readonly Seed[];
  /** Which nodes serve commands that only read; `primary` when absent. */
  readFrom?: ReadFrom;
  /** Which one of those nodes; `roundRobin` when absent. In a URL: a word, or `selector.zone`. */
  selector?: Selector;
  /** How many bytes of writes a replica may be behind its primary and still serve reads; any when absent. */
  maxReplicaLagBytes?: number;
  /** Milliseconds after which the cluster is asked anew for its nodes, more or less; 30,000 when absent, 0 for only when needed. */
  topologyRefreshMs?: number;
  /**
   * Where to dial in place of the addresses that the cluster tells, for nodes behind NAT: texts `host:port` by texts
   * `host:port`, where a host alone stands for all its ports or keeps the port; or a function that gives the address,
   * or undefined to keep it. Seeds are dialled as they are. In a URL: `addressMap.10.0.0.1:7000=203.0.113.5:7000`.
   */
  addressMap?: AddressMap;
  /** How many redirects one call follows; 16 when absent, 0 for none. */
  maxRedirects?: number;
  /** Whether all nodes are connected to at start, in place of each when it is first needed; false when absent. */
  connectAllNodes?: boolean;
}

/** {@linkcode ClusterOptions}, checked and whole. */
export interface ClusterSettings {
  /** Where to ask first, at least one. */
  readonly seeds: readonly NodeAddress[];
  /** Which nodes serve commands that only read. */
  readonly readFrom: ReadFrom;
  /** Which one of those nodes. */
  readonly selector: Selector;
  /** How many bytes a replica may be behind; undefined for any. */
  readonly maxReplicaLagBytes: number | undefined;
  /** Milliseconds between refreshes, 0 for none. */
  readonly topologyRefreshMs: number;
  /** Where a node is dialled that tells this address. */
  readonly addressMap: (address: NodeAddress) => NodeAddress;
  /** How many redirects one call follows. */
  readonly maxRedirects: number;
  /** Whether all nodes are connected to at start. */
  readonly connectAllNodes: boolean;
}
