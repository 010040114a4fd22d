/**
 * What users see of the nodes of a cluster.
 *
 * @module
 */
import type { ClusterNode } from "../cluster_options.ts";
import type { SlotRange } from "../commands/cluster_slot_readers.ts";
import type { MapShard, SlotMap } from "../routing/slot_map.ts";
import { SLOT_COUNT } from "../routing/slots.ts";
import { nodesOfShard } from "../routing/topology.ts";
import type { Member } from "./member.ts";

/** All nodes of the map, each primary before its replicas. */
export function nodesOf(map: SlotMap<Member>): ClusterNode[] {
  const slots = slotsByShard(map);
  const seen = new Set<Member>();
  const nodes: ClusterNode[] = [];
  for (const shard of map.shards()) {
    for (const member of nodesOfShard(shard)) {
      if (seen.has(member)) continue;
      seen.add(member);
      nodes.push(nodeOf(member, shard, slots.get(shard) ?? []));
    }
  }
  return nodes;
}

/** One node. */
export function describe(member: Member, map: SlotMap<Member>): ClusterNode {
  const shard = map.shards().find(({ primary, replicas }) => primary === member || replicas.includes(member));
  return nodeOf(member, shard, shard === undefined ? [] : slotsByShard(map).get(shard) ?? []);
}

function slotsByShard(map: SlotMap<Member>): Map<MapShard<Member>, SlotRange[]> {
  const slots = new Map<MapShard<Member>, SlotRange[]>();
  for (let start = 0; start < SLOT_COUNT;) {
    const shard = map.shardOf(start);
    let end = start;
    while (end + 1 < SLOT_COUNT && map.shardOf(end + 1) === shard) end++;
    if (shard !== undefined) {
      const ranges = slots.get(shard);
      if (ranges === undefined) slots.set(shard, [{ start, end }]);
      else ranges.push({ start, end });
    }
    start = end + 1;
  }
  return slots;
}

function nodeOf(member: Member, shard: MapShard<Member> | undefined, slots: readonly SlotRange[]): ClusterNode {
  const { name, told, health, state, zone, offset, latencyMs } = member;
  const { id, host, port } = told;
  const role = shard === undefined ? told.role : shard.primary === member ? "primary" : "replica";
  return { name, id, host, port, role, health, state, slots, zone, offset, latencyMs };
}
