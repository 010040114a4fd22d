/**
 * A cluster in memory, for what a real one cannot be brought to do: nodes that disagree, lie, hang or count.
 *
 * Its nodes answer as servers do (`scripted_cluster_test.ts` compares them with real ones) until a test scripts them.
 * They share one {@linkcode ScriptedView}, the truth; a node that is given its own believes that. Primaries and their
 * replicas share their data, so replication takes no time.
 *
 * Limits: there is no gossip and no vote: what happens to the cluster is what the test does to it. A primary that is
 * down stays the primary of its slots until `promote`.
 *
 * @module
 */
import { memoryPair } from "../../adapters/memory.ts";
import { webText } from "../../src/resp/text.ts";
import type { ByteStream, Platform, Target } from "../../src/stream.ts";
import { slotOfKey, SLOTS } from "./crc16.ts";
import { FakeClock } from "./fake_clock.ts";
import type { Context } from "./harness.ts";
import { type ClusterSettings, ScriptedNode } from "./scripted_node.ts";
import { ScriptedView } from "./scripted_view.ts";

export { CLOSE, CLOSE_AFTER, DROP, HOLD, type Hooked, type ScriptedLink } from "./scripted_link.ts";
export { ScriptedNode, ScriptedView };

/** What a cluster is made of. */
export interface ScriptedClusterOptions extends Partial<Omit<ClusterSettings, "clock">> {
  /** How many primaries, which share the slots evenly; 3 when absent. */
  primaries?: number;
  /** How many replicas all in all, one a primary in turn; as many as primaries when absent. */
  replicas?: number;
  /** The availability zones, for the nodes in turn; none when absent. */
  zones?: readonly string[];
}

/** Where a client dialled to. */
export interface Dialled {
  readonly host: string;
  readonly port: number;
  /** When, in the clock's milliseconds. */
  readonly at: number;
}

/** A cluster. */
export class ScriptedCluster {
  /** Its nodes, the primaries first. */
  readonly nodes: ScriptedNode[] = [];
  /** What is true. */
  readonly view: ScriptedView = new ScriptedView();
  /** What leads to a node besides its own address: `host:port` of a name that DNS or NAT resolves. */
  readonly addresses: Map<string, ScriptedNode> = new Map();
  /** All dials so far. */
  readonly dials: Dialled[] = [];
  /** What dials to it. */
  readonly platform: Platform = { name: "scripted cluster", dial: (...dial) => this.#dial(...dial), text: webText };
  readonly #settings: ClusterSettings;
  #links = 0;

  constructor(clock: FakeClock, options: ScriptedClusterOptions = {}) {
    const { primaries = 3, replicas = primaries, zones = [], kind = "redis7", databases = 1, password } = options;
    this.#settings = { clock, kind, databases, password };
    for (let index = 0; index < primaries + replicas; index++) {
      const node = this.add();
      if (zones.length > 0) node.zone = zones[index % zones.length];
      if (index >= primaries) this.follow(node, this.nodes[(index - primaries) % primaries]);
      else {
        const [first, end] = [index, index + 1].map((part) => Math.round((part * SLOTS) / primaries));
        this.view.assign(first, end - 1, node);
      }
    }
  }

  /** Where to begin: the first node. */
  get seeds(): { host: string; port: number }[] {
    return this.nodes.slice(0, 1).map(({ ip, port }) => ({ host: ip, port }));
  }

  /** The node of this name, or that listens at this `host:port`. */
  node(name: string): ScriptedNode {
    const node = this.nodes.find((one) => one.name === name || one.address === name);
    if (node === undefined) throw new Error(`Cannot find a node ${name}`);
    return node;
  }

  /** The primary of a key's slot, in truth. */
  primaryOf(key: string): ScriptedNode {
    const node = this.view.ownerOf(slotOfKey(key));
    if (node === undefined) throw new Error(`Cannot find a primary of ${key}: nobody serves its slot`);
    return node;
  }

  /** A new node: a primary without slots. */
  add(): ScriptedNode {
    const number = this.nodes.length + 1;
    const ip = `10.0.${number >> 8}.${number & 255}`;
    const id = number.toString(16).padStart(40, "0");
    const node = new ScriptedNode(`n${number}`, id, ip, 7_000 + number, this.view, this.#settings);
    this.nodes.push(node);
    this.view.follow(node, undefined);
    return node;
  }

  /** A node becomes a replica. */
  follow(replica: ScriptedNode, primary: ScriptedNode): void {
    this.view.follow(replica, primary);
    replica.store = primary.store;
    replica.shardId = primary.shardId;
  }

  /** A replica takes over from its primary, which follows it from now on. */
  promote(replica: ScriptedNode): void {
    const old = this.view.primaryOf(replica);
    this.view.promote(replica);
    if (old !== undefined) { for (const follower of this.view.replicasOf(replica)) follower.store = replica.store; }
    this.#dropForeignChannels();
  }

  /** A slot goes to another primary, with its keys. */
  moveSlot(slot: number, to: ScriptedNode): void {
    this.moveSlots(slot, slot, to);
  }

  /** Slots go to another primary, with their keys. */
  moveSlots(first: number, last: number, to: ScriptedNode): void {
    const stores = new Set<ScriptedNode["store"]>();
    for (let slot = first; slot <= last; slot++) {
      const from = this.view.ownerOf(slot);
      if (from !== undefined && from !== to) stores.add(from.store);
      for (const node of this.nodes) {
        node.migrating.delete(slot);
        node.importing.delete(slot);
      }
    }
    this.view.assign(first, last, to);
    for (const store of stores) store.moveSlots(first, last, to.store);
    this.#dropForeignChannels();
  }

  /** A slot starts to go to another primary; its keys are where they were until they are moved. */
  startMigrating(slot: number, to: ScriptedNode): void {
    const from = this.view.ownerOf(slot);
    if (from === undefined) throw new Error(`Cannot migrate slot ${slot}: nobody serves it`);
    from.migrating.set(slot, to);
    to.importing.set(slot, from);
  }

  /** A key goes where its slot is going to. */
  migrateKey(key: string): void {
    const from = this.primaryOf(key);
    const to = from.migrating.get(slotOfKey(key));
    if (to === undefined) throw new Error(`Cannot migrate ${key}: its slot is going nowhere`);
    from.store.moveKey(key, to.store);
  }

  /** The most commands of a name that a node was sent within one second; of any name where none is given. */
  requestsPerSecond(node: ScriptedNode, command?: string): number {
    const wanted = command?.toUpperCase().split(" ") ?? [];
    const times = node.log
      .filter(({ words }) => wanted.every((word, at) => words[at]?.toUpperCase() === word))
      .map(({ at }) => at);
    let most = 0;
    for (let first = 0, end = 0; end < times.length; end++) {
      while (times[end] - times[first] >= 1_000) first++;
      most = Math.max(most, end - first + 1);
    }
    return most;
  }

  #dropForeignChannels(): void {
    for (const node of this.nodes) node.dropForeignChannels();
  }

  #dial({ host, port, tls, ...rest }: Target, signal?: AbortSignal): Promise<ByteStream> {
    this.dials.push({ host, port, at: this.#settings.clock.now() });
    if (signal?.aborted) return Promise.reject(signal.reason);
    const node = this.addresses.get(`${host}:${port}`) ?? this.nodes.find((one) => listensAt(one, host, port, tls));
    if (node === undefined || !node.isUp) {
      return Promise.reject(new Error(`connect ECONNREFUSED ${host}:${port}`));
    }
    if (node.isVanished) {
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    }
    const [near, far] = memoryPair();
    node.accept(++this.#links, far, { host, port, tls, ...rest });
    return Promise.resolve(near);
  }
}

function listensAt(node: ScriptedNode, host: string, port: number, tls: Target["tls"]): boolean {
  const { hostname, tlsPort } = node.announced;
  return (host === node.ip || host === hostname) && port === (tls === undefined ? node.port : tlsPort);
}

/** Makes a cluster whose nodes go down when the test is over, and the clock that it and its clients run on. */
export function scriptedCluster(
  t: Context,
  options: ScriptedClusterOptions = {},
): { cluster: ScriptedCluster; platform: Platform; clock: FakeClock } {
  const clock = new FakeClock();
  const cluster = new ScriptedCluster(clock, options);
  t.defer(() => cluster.nodes.forEach((node) => node.down()));
  return { cluster, platform: cluster.platform, clock };
}
