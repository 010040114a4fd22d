/**
 * What several nodes say of their cluster: the view that most of them share, and how one view differs from another.
 *
 * Two nodes agree when they give the same slots to the same shards. Health, offsets and the names that a node goes by
 * do not count, nor do shards without slots, of which `CLUSTER SLOTS` says nothing: these differ from node to node
 * while nothing is wrong.
 *
 * @module
 */
import type { SlotRange } from "../commands/cluster_slot_readers.ts";
import { SLOT_COUNT } from "./slots.ts";
import type { Topology, TopologyNode, TopologyShard } from "./topology.ts";

/** How a topology differs from the one before it. Nodes are told by their names. */
export interface TopologyChanges {
  /** The nodes that are new. */
  readonly added: readonly string[];
  /** The nodes that have left. */
  readonly removed: readonly string[];
  /** The nodes that were replicas and are primaries. */
  readonly promoted: readonly string[];
  /** How many slots have another primary than before, or have one where there was none, or the other way round. */
  readonly movedSlots: number;
}

/** The view that most nodes share; of equal ones that with more slots, and then the first. Undefined for no views. */
export function chooseView(views: readonly Topology[]): Topology | undefined {
  const prints = views.map(fingerprintOf);
  const votes = new Map<string, number>();
  for (const print of prints) votes.set(print, (votes.get(print) ?? 0) + 1);
  let chosen = 0;
  for (let at = 1; at < views.length; at++) {
    const ahead = votes.get(prints[at]!)! - votes.get(prints[chosen]!)!;
    if (ahead > 0 || (ahead === 0 && views[at]!.covered > views[chosen]!.covered)) chosen = at;
  }
  return views[chosen];
}

/** Whether two views agree, and also name the same nodes, those without slots included, in the same roles. */
export function sameView(a: Topology, b: Topology): boolean {
  return fingerprintOf(a) === fingerprintOf(b) && rolesOf(a) === rolesOf(b);
}

/** What became different; everything is new when there was no topology before. */
export function changesOf(before: Topology | undefined, after: Topology): TopologyChanges {
  const old = nodesOf(before);
  const now = nodesOf(after);
  const oldOwners = ownersOf(before);
  const movedSlots = ownersOf(after).reduce((sum, owner, slot) => sum + (owner === oldOwners[slot] ? 0 : 1), 0);
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    promoted: [...now.values()].filter(({ name, role }) => role === "primary" && old.get(name)?.role === "replica")
      .map(({ name }) => name),
    movedSlots,
  };
}

function fingerprintOf({ shards }: Topology): string {
  return shards.filter(({ slots }) => slots.length > 0).map(printOf).sort().join("\n");
}

function printOf({ slots, primary, replicas }: TopologyShard): string {
  return [joined(slots), primary === undefined ? "" : keyOf(primary), ...replicas.map(keyOf).sort()].join(" ");
}

/** The name that a node has in every view, and its port, which changes when it comes back elsewhere. */
function keyOf({ id, name, port }: TopologyNode): string {
  return id === "" ? name : `${id}:${port}`;
}

/** Ranges in order, those that meet as one, however a node has cut them. */
function joined(ranges: readonly SlotRange[]): string {
  const whole: SlotRange[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    if (last !== undefined && start <= last.end + 1) last.end = Math.max(last.end, end);
    else whole.push({ start, end });
  }
  return whole.map(({ start, end }) => `${start}-${end}`).join(",");
}

function rolesOf(topology: Topology): string {
  return [...nodesOf(topology).values()].map(({ name, role }) => `${name} ${role}`).sort().join("\n");
}

/** The nodes by name, as primary where a name has both roles. */
function nodesOf(topology: Topology | undefined): Map<string, TopologyNode> {
  const nodes = new Map<string, TopologyNode>();
  for (const { primary, replicas } of topology?.shards ?? []) {
    if (primary !== undefined) nodes.set(primary.name, primary);
    for (const replica of replicas) if (!nodes.has(replica.name)) nodes.set(replica.name, replica);
  }
  return nodes;
}

/** The name of each slot's primary, `""` where it has none. */
function ownersOf(topology: Topology | undefined): string[] {
  const owners: string[] = new Array(SLOT_COUNT).fill("");
  for (const { slots, primary } of topology?.shards ?? []) {
    for (const { start, end } of slots) owners.fill(primary?.name ?? "", start, end + 1);
  }
  return owners;
}
