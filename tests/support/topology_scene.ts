/**
 * Topologies in few words: nodes by one letter, which is their name, their id and their host.
 *
 * @module
 */
import { SLOT_COUNT } from "../../src/routing/slots.ts";
import type { NodeRole, Topology, TopologyNode, TopologyShard } from "../../src/routing/topology.ts";

function node(name: string, role: NodeRole, differs: Partial<TopologyNode>): TopologyNode {
  return {
    id: name,
    name,
    host: name,
    port: 7000,
    aliases: [],
    role,
    health: "online",
    offset: undefined,
    zone: undefined,
    ...differs,
  };
}

/** A primary that is well, but for what is said of it. */
export function primaryNode(name: string, differs: Partial<TopologyNode> = {}): TopologyNode {
  return node(name, "primary", differs);
}

/** A replica that is well, but for what is said of it. */
export function replicaNode(name: string, differs: Partial<TopologyNode> = {}): TopologyNode {
  return node(name, "replica", differs);
}

/** A shard of nodes that are well. */
export function shard(
  slots: readonly [start: number, end: number][],
  primary: string | undefined,
  ...replicas: string[]
): TopologyShard {
  return {
    slots: slots.map(([start, end]) => ({ start, end })),
    primary: primary === undefined ? undefined : primaryNode(primary),
    replicas: replicas.map((name) => replicaNode(name)),
  };
}

/** A topology of shards that do not overlap. */
export function topology(...shards: TopologyShard[]): Topology {
  let covered = 0;
  for (const { slots, primary } of shards) {
    if (primary !== undefined) { for (const { start, end } of slots) covered += end - start + 1; }
  }
  if (covered > SLOT_COUNT) throw new Error("Cannot make a topology: its shards overlap");
  return { shards, covered };
}
