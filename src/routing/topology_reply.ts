/**
 * From what a node says of its cluster (`CLUSTER SHARDS`, `CLUSTER SLOTS`) to a {@linkcode Topology}.
 *
 * Strategy: the preferred endpoint is what is dialled. One that the node does not name is the host under which the
 * node itself was reached; `?` stands for a host name that is not set, and the IP address serves in its place. Where
 * there is neither, or no port, the node cannot be dialled and is left out. The address map comes last, and every
 * name that was passed over on the way is an alias, as a redirect may use it.
 *
 * Limits: `CLUSTER SLOTS` tells neither health nor offsets, and leaves out replicas that have failed and shards
 * without slots. What a node says is taken for true; only ranges that are no slots are dropped, and of shards that
 * overlap the last one has the slots.
 *
 * @module
 */
import type { Shard, ShardNode, SlotNode, SlotsOwners } from "../commands/cluster_readers.ts";
import type { SlotRange } from "../commands/cluster_slot_readers.ts";
import { SLOT_COUNT } from "./slots.ts";
import { type NodeAddress, nodeNameOf, type NodeRole } from "./topology.ts";
import type { Topology, TopologyNode, TopologyShard } from "./topology.ts";

/** From where, and how, a reply was got. */
export interface ReadingContext {
  /** Where the node that answered was reached, before the address map. */
  readonly dialled: NodeAddress;
  /** Whether nodes are reached over TLS, which has a port of its own. */
  readonly tls: boolean;
  /** Gives the address to dial for one that a server told. */
  readonly map: (address: NodeAddress) => NodeAddress;
}

/** The hosts that a node is known by: the preferred one as it was told, and the others where they are told. */
interface Hosts {
  readonly endpoint: string | null;
  readonly ip: string | undefined;
  readonly hostname: string | undefined;
}

/** The cluster in a reply to CLUSTER SHARDS. */
export function topologyOfShards(shards: readonly Shard[], context: ReadingContext): Topology {
  return topologyOf(shards.flatMap((shard) => shardsOf(shard, context)));
}

/** The cluster in a reply to CLUSTER SLOTS. */
export function topologyOfSlots(owners: readonly SlotsOwners[], context: ReadingContext): Topology {
  // Each range comes with its nodes, so a shard of several ranges comes in several parts.
  const parts = new Map<string, SlotsOwners[]>();
  for (const part of owners) {
    const { id, host, port } = part.primary;
    const key = id || `${host} ${port}`;
    const known = parts.get(key);
    if (known === undefined) parts.set(key, [part]);
    else known.push(part);
  }
  return topologyOf([...parts.values()].map((ranges) => {
    const primary = slotNodeOf(ranges[0]!.primary, "primary", context);
    const replicas = ranges.flatMap((range) => range.replicas.map((node) => slotNodeOf(node, "replica", context)));
    return shardOf(ranges, primary, replicas);
  }));
}

function topologyOf(shards: readonly TopologyShard[]): Topology {
  const owned = new Uint8Array(SLOT_COUNT);
  for (const { slots, primary } of shards) {
    for (const { start, end } of slots) owned.fill(primary === undefined ? 0 : 1, start, end + 1);
  }
  return { shards, covered: owned.reduce((sum, one) => sum + one, 0) };
}

/** The shard of a reply, and a shard without slots for each primary in it but the one that serves. */
function shardsOf(shard: Shard, context: ReadingContext): TopologyShard[] {
  const nodes = shard.nodes.map((node) => shardNodeOf(node, context)).filter((node) => node !== undefined);
  const primaries = nodes.filter(({ role }) => role === "primary");
  const serving = primaries.find(({ health }) => health === "online") ??
    primaries.find(({ health }) => health === "loading") ?? primaries[0];
  const replicas = nodes.filter(({ role }) => role === "replica");
  const others = primaries.filter((node) => node !== serving);
  return [shardOf(shard.slots, serving, replicas), ...others.map((node) => shardOf([], node, []))];
}

function shardOf(
  ranges: readonly SlotRange[],
  primary: TopologyNode | undefined,
  told: readonly (TopologyNode | undefined)[],
): TopologyShard {
  const replicas = new Map<string, TopologyNode>();
  for (const node of told) {
    if (node !== undefined && node.name !== primary?.name) replicas.set(node.name, node);
  }
  const slots = ranges.filter(({ start, end }) => isSlot(start) && isSlot(end) && start <= end);
  return { slots: slots.map(({ start, end }) => ({ start, end })), primary, replicas: [...replicas.values()] };
}

function isSlot(slot: number): boolean {
  return Number.isInteger(slot) && slot >= 0 && slot < SLOT_COUNT;
}

function shardNodeOf(node: ShardNode, context: ReadingContext): TopologyNode | undefined {
  const { ip, endpoint, hostname, port, tlsPort, role, health, replicationOffset, availabilityZone } = node;
  // A node that has no TLS port of its own may stand behind something that speaks TLS for it.
  const rightPort = context.tls ? tlsPort || port : port;
  const place = placeOf({ endpoint: endpoint === undefined ? ip : endpoint, ip, hostname }, rightPort, context);
  return place && {
    id: node.id,
    ...place,
    role: role === "master" || role === "primary" ? "primary" : "replica",
    health: health === "fail" || health === "loading" ? health : "online",
    offset: replicationOffset,
    zone: availabilityZone || undefined,
  };
}

function slotNodeOf(node: SlotNode, role: NodeRole, context: ReadingContext): TopologyNode | undefined {
  const { host, port, id, metadata } = node;
  const place = placeOf({ endpoint: host, ip: metadata.ip, hostname: metadata.hostname }, port, context);
  const zone = metadata["availability-zone"] || metadata.availability_zone || undefined;
  return place && { id, ...place, role, health: "online", offset: undefined, zone };
}

/** What a node is dialled as and known by; undefined when it cannot be dialled. */
function placeOf(
  { endpoint, ip, hostname }: Hosts,
  port: number | undefined,
  { dialled, map }: ReadingContext,
): Pick<TopologyNode, "name" | "host" | "port" | "aliases"> | undefined {
  if (!port) return undefined;
  const told = endpoint === "?" ? ip : endpoint || dialled.host;
  if (!isHost(told)) return undefined;
  const address = map({ host: told, port });
  const name = nodeNameOf(address);
  const names = [told, ip, hostname].filter(isHost).map((host) => nodeNameOf({ host, port }));
  const aliases = [...new Set(names)].filter((alias) => alias !== name);
  return { name, host: address.host, port: address.port, aliases };
}

function isHost(host: string | undefined): host is string {
  return host !== undefined && host !== "" && host !== "?";
}
