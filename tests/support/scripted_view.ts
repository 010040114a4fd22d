/**
 * What a node of a scripted cluster believes: who serves which slot, who follows whom, who is well.
 *
 * All nodes share the one view of their cluster, which is the truth, until a test gives one a view of its own:
 * `node.view = cluster.view.copy().assign(0, 99, other)`.
 *
 * @module
 */
import type { NodeHealth } from "../../src/routing/topology.ts";
import { SLOTS } from "./crc16.ts";
import type { Encoded } from "./scripted_encoded.ts";
import type { ScriptedNode } from "./scripted_node.ts";

/** One opinion of the cluster. */
export class ScriptedView {
  /** Whether a hole makes the whole cluster refuse keys, as servers do by default. */
  requireFullCoverage = true;
  /** Replies that tell of this view, encoded, by whatever made a difference to them; empty again after each change. */
  readonly encoded: Map<string, Encoded> = new Map();
  #owners: (ScriptedNode | undefined)[] = new Array(SLOTS).fill(undefined);
  #served = 0;
  #primaries = new Map<ScriptedNode, ScriptedNode | undefined>();
  #health = new Map<ScriptedNode, NodeHealth>();

  /** All nodes that it knows, in the order in which it met them. */
  get members(): ScriptedNode[] {
    return [...this.#primaries.keys()];
  }

  /** Whether commands with keys are served at all. */
  get isUp(): boolean {
    return !this.requireFullCoverage || this.#served === SLOTS;
  }

  /** The primary of a slot. */
  ownerOf(slot: number): ScriptedNode | undefined {
    return this.#owners[slot];
  }

  /** Whom a replica follows; undefined for a primary and for a stranger. */
  primaryOf(node: ScriptedNode): ScriptedNode | undefined {
    return this.#primaries.get(node);
  }

  /** Who follows a primary. */
  replicasOf(primary: ScriptedNode): ScriptedNode[] {
    return this.members.filter((node) => this.#primaries.get(node) === primary);
  }

  /** How a node is. */
  healthOf(node: ScriptedNode): NodeHealth {
    return this.#health.get(node) ?? "online";
  }

  /** The slots of a primary. */
  rangesOf(primary: ScriptedNode): [first: number, last: number][] {
    const ranges: [number, number][] = [];
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#owners[slot] !== primary) continue;
      const range = ranges.at(-1);
      if (range !== undefined && range[1] === slot - 1) range[1] = slot;
      else ranges.push([slot, slot]);
    }
    return ranges;
  }

  /** A primary serves these slots; nobody does when there is none. */
  assign(first: number, last: number, primary: ScriptedNode | undefined): this {
    if (primary !== undefined && !this.#primaries.has(primary)) this.#primaries.set(primary, undefined);
    for (let slot = first; slot <= last; slot++) {
      this.#served += Number(primary !== undefined) - Number(this.#owners[slot] !== undefined);
      this.#owners[slot] = primary;
    }
    return this.changed();
  }

  /** A node follows another, or is a primary without slots where there is no other. */
  follow(replica: ScriptedNode, primary: ScriptedNode | undefined): this {
    this.#primaries.set(replica, primary);
    return this.changed();
  }

  /** A replica takes the slots of its primary; that one, and its other replicas, follow it. */
  promote(replica: ScriptedNode): this {
    const old = this.primaryOf(replica);
    if (old === undefined) throw new Error(`Cannot promote ${replica.name}: it is no replica`);
    for (let slot = 0; slot < SLOTS; slot++) if (this.#owners[slot] === old) this.#owners[slot] = replica;
    for (const other of [...this.replicasOf(old), old]) this.#primaries.set(other, replica);
    this.#primaries.set(replica, undefined);
    return this.changed();
  }

  /** A node is online, loading or failed. */
  mark(node: ScriptedNode, health: NodeHealth): this {
    this.#health.set(node, health);
    return this.changed();
  }

  /** A node is forgotten, and its slots are served by nobody. */
  forget(node: ScriptedNode): this {
    this.#primaries.delete(node);
    this.#health.delete(node);
    for (const [first, last] of this.rangesOf(node)) this.assign(first, last, undefined);
    return this.changed();
  }

  /** The same opinion, to go its own way. */
  copy(): ScriptedView {
    const copy = new ScriptedView();
    copy.requireFullCoverage = this.requireFullCoverage;
    copy.#owners = this.#owners.slice();
    copy.#served = this.#served;
    copy.#primaries = new Map(this.#primaries);
    copy.#health = new Map(this.#health);
    return copy;
  }

  /** Something that its replies tell of is another now. */
  changed(): this {
    this.encoded.clear();
    return this;
  }
}
