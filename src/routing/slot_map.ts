/**
 * The node of each slot, as it is known now: a topology laid out for routing, and patched by each MOVED.
 *
 * Strategy: one array with the shard of each slot, so that a route costs one look. A shard is changed in place, which
 * serves all its slots at once. A MOVED is right away taken for true; the next topology replaces whatever it changed.
 *
 * Amidst a fail-over nodes say that the new primary is none's replica and has no slots yet. A MOVED to such a one from
 * its former shard is taken for the shard's having gone over, and not the slot alone.
 *
 * @module
 */
import { SLOT_COUNT } from "./slots.ts";
import { nodesOfShard, type Topology, type TopologyNode } from "./topology.ts";

/** A primary with its replicas, as far as they are known now. */
export interface MapShard<N> {
  /** The node that takes writes; undefined where there is none. */
  readonly primary: N | undefined;
  /** The nodes that copy it. The list itself never changes: another takes its place. */
  readonly replicas: readonly N[];
  /** How many slots the shard has. */
  readonly slotCount: number;
  /** How often one of its nodes was chosen in turn; for who chooses to count. */
  turn: number;
}

/**
 * What a MOVED made of the map.
 *
 * - `"same"`: nothing, that node was the slot's primary already.
 * - `"promoted"`: a replica took over its shard.
 * - `"remapped"`: the slot went to the primary of another shard.
 * - `"detached"`: a replica of another shard left it and has the slot.
 * - `"added"`: a node that was not known has the slot.
 */
export type Move = "same" | "promoted" | "remapped" | "detached" | "added";

interface Shard<N> extends MapShard<N> {
  primary: N | undefined;
  replicas: readonly N[];
  slotCount: number;
}

/** The node of each slot. */
export class SlotMap<N extends { readonly name: string }> {
  readonly #slots: (Shard<N> | undefined)[] = new Array(SLOT_COUNT).fill(undefined);
  #shards: Shard<N>[] = [];
  /** The shard of each node; that of which it is the primary, where a node is in several. */
  #homes: Map<N, Shard<N>> = new Map();
  /** Nodes that had failed when the topology was told. */
  #failed: Set<N> = new Set();
  /** Those that were of a shard before, of the primaries without slots. */
  #kin: Map<N, readonly N[]> = new Map();
  #uncovered: number = SLOT_COUNT;

  /** How many slots have no primary. */
  get uncovered(): number {
    return this.#uncovered;
  }

  /** Replaces everything by a topology; `memberOf` gives what stands for a node here. */
  install(topology: Topology, memberOf: (node: TopologyNode) => N): void {
    const homes = this.#homes;
    this.#slots.fill(undefined);
    this.#shards = [];
    this.#homes = new Map();
    this.#kin = new Map();
    this.#failed = new Set();
    for (const { slots, primary, replicas } of topology.shards) {
      const shard = this.#add(primary && this.#memberOf(primary, memberOf));
      shard.replicas = replicas.map((replica) => this.#memberOf(replica, memberOf));
      for (const replica of shard.replicas) if (!this.#homes.has(replica)) this.#homes.set(replica, shard);
      for (const { start, end } of slots) this.#slots.fill(shard, start, end + 1);
      const former = shard.primary && slots.length === 0 ? homes.get(shard.primary) : undefined;
      if (former !== undefined) this.#kin.set(shard.primary!, nodesOfShard(former));
    }
    this.#uncovered = 0;
    for (const shard of this.#slots) {
      if (shard !== undefined) shard.slotCount++;
      if (shard?.primary === undefined) this.#uncovered++;
    }
  }

  /** The shard of a slot; undefined when nobody has the slot. */
  shardOf(slot: number): MapShard<N> | undefined {
    return this.#slots[slot];
  }

  /** The first of a primary's slots; undefined when it has none. */
  firstSlotOf(primary: N): number | undefined {
    const slot = this.#slots.findIndex((shard) => shard?.primary === primary);
    return slot < 0 ? undefined : slot;
  }

  /** Takes it from a MOVED that a node is the primary of a slot. */
  moved(slot: number, member: N): Move {
    const shard = this.#slots[slot];
    if (shard?.primary === member) return "same";
    if (shard?.replicas.includes(member)) {
      this.#promote(shard, member);
      return "promoted";
    }
    const home = this.#homes.get(member);
    if (home?.primary === member) {
      if (home.slotCount === 0 && shard?.primary !== undefined && this.#kin.get(member)?.includes(shard.primary)) {
        this.#merge(home, shard);
        this.#promote(shard, member);
        return "promoted";
      }
      this.#assign(slot, home);
      return "remapped";
    }
    if (home !== undefined) home.replicas = home.replicas.filter((replica) => replica !== member);
    this.#assign(slot, this.#add(member));
    return home === undefined ? "added" : "detached";
  }

  /** The primaries, each once, but for those without slots that had failed. */
  primaries(): N[] {
    const primaries = new Set<N>();
    for (const { primary, slotCount } of this.#shards) {
      if (primary !== undefined && (slotCount > 0 || !this.#failed.has(primary))) primaries.add(primary);
    }
    return [...primaries];
  }

  /** All nodes, each once. */
  members(): N[] {
    return [...this.#homes.keys()];
  }

  /** All shards, also those without slots. */
  shards(): readonly MapShard<N>[] {
    return this.#shards;
  }

  #memberOf(node: TopologyNode, memberOf: (node: TopologyNode) => N): N {
    const member = memberOf(node);
    if (node.health === "fail") this.#failed.add(member);
    return member;
  }

  /** A new shard without slots. */
  #add(primary: N | undefined): Shard<N> {
    const shard: Shard<N> = { primary, replicas: [], slotCount: 0, turn: 0 };
    if (primary !== undefined) this.#homes.set(primary, shard);
    this.#shards.push(shard);
    return shard;
  }

  #assign(slot: number, shard: Shard<N>): void {
    const before = this.#slots[slot];
    if (before !== undefined) before.slotCount--;
    if (before?.primary === undefined) this.#uncovered--;
    shard.slotCount++;
    this.#slots[slot] = shard;
  }

  /** Has the replicas of a shard without slots in another, in place of that shard. */
  #merge(empty: Shard<N>, shard: Shard<N>): void {
    this.#shards = this.#shards.filter((other) => other !== empty);
    for (const replica of empty.replicas) this.#homes.set(replica, shard);
    shard.replicas = [...shard.replicas, ...empty.replicas];
  }

  #promote(shard: Shard<N>, member: N): void {
    const others = shard.replicas.filter((replica) => replica !== member);
    if (shard.primary === undefined) this.#uncovered -= shard.slotCount;
    else others.push(shard.primary);
    shard.primary = member;
    shard.replicas = others;
    this.#homes.set(member, shard);
  }
}
