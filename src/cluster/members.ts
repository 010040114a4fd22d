/**
 * The nodes that a client knows, by all their names, each with its connections.
 *
 * A node is known from the moment that anybody names it: a seed, a topology, a redirect. One that a newer topology does
 * not name is let go: what waits for it goes elsewhere, and its connections end when their replies have come.
 *
 * @module
 */
import type { Endpoint } from "../connection/endpoint.ts";
import { type NodeAddress, nodeNameOf, nodesOfShard, type Topology, type TopologyNode } from "../routing/topology.ts";
import type { PendingCall } from "../session/call.ts";
import { Member, type MemberOwner } from "./member.ts";

/** The nodes of one client. */
export class Members {
  readonly #owner: MemberOwner;
  readonly #map: (address: NodeAddress) => NodeAddress;
  readonly #members = new Map<string, Member>();
  readonly #aliases = new Map<string, Member>();
  // Those that were let go and have not ended.
  readonly #leaving = new Map<Endpoint, Promise<void>>();

  /** Takes who decides about calls, and where addresses that servers tell are to be dialled. */
  constructor(owner: MemberOwner, map: (address: NodeAddress) => NodeAddress) {
    this.#owner = owner;
    this.#map = map;
  }

  /** All of them. */
  all(): Iterable<Member> {
    return this.#members.values();
  }

  /** How many there are. */
  get size(): number {
    return this.#members.size;
  }

  /** Whether calls wait at any of them. */
  get busy(): boolean {
    return [...this.#members.values()].some(({ endpoint }) => endpoint.busy);
  }

  /** The one of a name; undefined when there is none. */
  named(name: string): Member | undefined {
    return this.#members.get(name) ?? this.#aliases.get(name);
  }

  /** The one that a topology speaks of, made when it is not there. */
  of(node: TopologyNode): Member {
    const member = this.#members.get(node.name);
    if (member === undefined) return this.#add(node);
    member.update(node);
    return member;
  }

  /** The one at an address that is dialled as it is, made when it is not there. */
  at(address: NodeAddress): Member {
    return this.named(nodeNameOf(address)) ?? this.#add(nodeAt(address, []));
  }

  /** The one at an address that the user gave: dialled by that even where a node that is known has it as another name. */
  seed(address: NodeAddress): Member {
    return this.#members.get(nodeNameOf(address)) ?? this.#add(nodeAt(address, []));
  }

  /** The one at an address that a server told, made when it is not there. */
  told(address: NodeAddress): Member {
    const name = nodeNameOf(address);
    const known = this.named(name);
    if (known !== undefined) return known;
    const mapped = this.#map(address);
    return this.#members.get(nodeNameOf(mapped)) ??
      this.#add(nodeAt(mapped, name === nodeNameOf(mapped) ? [] : [name]));
  }

  #add(node: TopologyNode): Member {
    const member = new Member(node, this.#owner);
    this.#members.set(node.name, member);
    for (const alias of node.aliases) this.#aliases.set(alias, member);
    return member;
  }

  /** Lets all go that a topology does not name; gives the calls that waited for them. */
  retain(topology: Topology): PendingCall[] {
    const names = new Set<string>();
    this.#aliases.clear();
    for (const shard of topology.shards) {
      for (const node of nodesOfShard(shard)) {
        const member = this.#members.get(node.name);
        if (member === undefined) continue;
        names.add(node.name);
        for (const alias of node.aliases) this.#aliases.set(alias, member);
      }
    }
    const waiting: PendingCall[] = [];
    for (const [name, { told, endpoint }] of this.#members) {
      if (names.has(name)) continue;
      this.#members.delete(name);
      if (told.health !== "online") endpoint.endSilent();
      waiting.push(...endpoint.takeWaiting());
      this.letGo(endpoint);
    }
    return waiting;
  }

  /** Has connections end when their replies have come. */
  letGo(endpoint: Endpoint): void {
    this.#leaving.set(endpoint, endpoint.close().finally(() => this.#leaving.delete(endpoint)));
  }

  /** Ends all connections when their replies have come. */
  async close(): Promise<void> {
    await Promise.all([
      ...this.#leaving.values(),
      ...[...this.#members.values()].map(({ endpoint }) => endpoint.close()),
    ]);
  }

  /** Ends all connections at once. */
  destroy(): void {
    for (const { endpoint } of this.#members.values()) endpoint.destroy();
    for (const endpoint of this.#leaving.keys()) endpoint.destroy();
  }
}

/** A node of which nothing is known but where it is. */
function nodeAt(address: NodeAddress, aliases: readonly string[]): TopologyNode {
  const { host, port } = address;
  return {
    id: "",
    name: nodeNameOf(address),
    host,
    port,
    aliases,
    role: "primary",
    health: "online",
    offset: undefined,
    zone: undefined,
  };
}
