/**
 * The topology of a cluster, kept fresh: asked of the nodes, chosen among their views, installed in the router.
 *
 * To see whether anything has changed one node is asked, and only where that says so, or nothing has hinted at where to
 * look, many are, whose majority counts. When no node that is known answers, the seeds are dialled again.
 *
 * @module
 */
import type { ClusterSettings } from "../cluster_options.ts";
import { command as makeCommand } from "../commands/command.ts";
import { info } from "../commands/server.ts";
import { status } from "../commands/readers.ts";
import { closedError, isFinal } from "../connection/failure.ts";
import { type ConnectionError, RedisError } from "../errors.ts";
import type { Events } from "../events.ts";
import { nodesOfShard, type Topology } from "../routing/topology.ts";
import { changesOf, sameView } from "../routing/views.ts";
import { PLAIN_CALL } from "../sender.ts";
import type { Clock, Random } from "../stream.ts";
import { Discovery, shuffled } from "./discovery.ts";
import type { Lobby } from "./lobby.ts";
import type { Member } from "./member.ts";
import { Refresh, type RefreshOwner } from "./refresh.ts";
import type { Router } from "./router.ts";
import { Wakers } from "./wakers.ts";

/** How the topology is kept. */
export interface TopologySettings
  extends Pick<ClusterSettings, "seeds" | "selector" | "topologyRefreshMs" | "addressMap" | "connectAllNodes"> {
  /** Whether nodes are dialled by TLS. */
  tls: boolean;
  /** Whether nodes are dialled again by themselves. */
  reconnects: boolean;
  /** Time. */
  clock: Clock;
  /** Chance. */
  random: Random;
}

/** What is told when the topology was asked. */
export interface TopologyOwner {
  /** It was installed. */
  installed(): void;
  /** Nobody could be asked, and nothing will change that by itself. */
  unreachable(error: ConnectionError): void;
}

/** One node alone is no majority, and would be asked by all clients that know no other. */
const LEAST_ASKED = 5;
/** Milliseconds that a node has to answer a PING which measures it. */
const PING_MS = 1_000;
/** Milliseconds between two measurements. */
const MEASURE_MS = 10_000;

/** What is known of a cluster's nodes, and when that is asked anew. */
export class ClusterTopology implements RefreshOwner {
  readonly #settings: TopologySettings;
  readonly #owner: TopologyOwner;
  readonly #router: Router;
  readonly #lobby: Lobby;
  readonly #events: Events;
  readonly #discovery: Discovery;
  readonly #refresh: Refresh;
  #topology: Topology | undefined;
  #lastFailure: ConnectionError | undefined;
  #cancelMeasuring: (() => void) | undefined;
  #stopped = false;
  readonly #wakers: Wakers;
  #hopeless: ConnectionError | undefined;

  /** Takes how to keep it, who is told, where it is installed, and where calls wait for it. */
  constructor(settings: TopologySettings, owner: TopologyOwner, router: Router, lobby: Lobby, events: Events) {
    this.#settings = settings;
    this.#owner = owner;
    this.#router = router;
    this.#lobby = lobby;
    this.#events = events;
    this.#wakers = new Wakers(settings.clock);
    this.#discovery = new Discovery(settings);
    this.#refresh = new Refresh(settings, this);
    if (settings.selector === "lowestLatency") this.#measureLater();
  }

  /** Whether the nodes are known. */
  get known(): boolean {
    return this.#topology !== undefined;
  }

  /** Why no node could be asked the last time. */
  get lastFailure(): ConnectionError | undefined {
    return this.#lastFailure;
  }

  /** The same, where nothing changes that by itself. */
  get hopeless(): ConnectionError | undefined {
    return this.#hopeless;
  }

  /** The map was patched. */
  patched(): void {
    this.#refresh.soon();
  }

  /** Calls wait, or a node was lost. */
  troubled(): void {
    this.#refresh.urgent();
  }

  /** Asks many nodes now. */
  now(): Promise<void> {
    return this.#refresh.now();
  }

  /** Asks no more. */
  stop(): void {
    this.#stopped = true;
    this.#refresh.stop();
    this.#discovery.stop();
    this.#cancelMeasuring?.();
    this.#wakers.wake();
  }

  /** Waits until it has changed, or so many milliseconds, or until the signal aborts. */
  changed(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#stopped ? Promise.resolve() : this.#wakers.wait(ms, signal);
  }

  // ---- asking

  get size(): number {
    return this.#router.members.size;
  }

  get trouble(): "waiting" | "lost" | "none" {
    if (this.#lobby.size > 0) return "waiting";
    let trouble: "lost" | "none" = this.#router.map.uncovered > 0 ? "lost" : "none";
    for (const { endpoint, health } of this.#router.members.all()) {
      if (endpoint.failed && endpoint.waiting > 0) return "waiting";
      // One that is back is of use as soon as the others say so too.
      if (endpoint.failed || (endpoint.ready && health !== "online")) trouble = "lost";
    }
    return trouble;
  }

  async refresh(thorough: boolean): Promise<void> {
    // Nothing is dialled after the end: nobody would end it.
    this.#wantOpen();
    let view: Topology;
    this.#hopeless = undefined;
    try {
      view = await this.#ask(thorough);
    } catch (error) {
      this.#wantOpen();
      this.#failed(error as ConnectionError);
      throw error;
    }
    this.#wantOpen();
    this.#lastFailure = this.#lobby.lastFailure = undefined;
    this.#take(view);
    this.#router.leaveFailed();
    this.#warm();
  }

  #wantOpen(): void {
    if (this.#stopped) throw closedError("CLUSTER SHARDS");
  }

  async #ask(thorough: boolean): Promise<Topology> {
    const members = this.#askable();
    if (members.length > 0) {
      try {
        if (thorough) return await this.#discovery.majority(members);
        const view = await this.#discovery.first(members);
        return this.#isInstalled(view) || members.length === 1 ? view : await this.#discovery.majority(members);
      } catch (error) {
        // None of them answers, so that they are as good as lost.
        if (!(error instanceof RedisError) || this.#stopped) throw error;
      }
    }
    return await this.#discovery.majority(this.#settings.seeds.map((seed) => this.#router.members.seed(seed)));
  }

  /** Those that can be asked: the connected ones, and where these are few, some that can be connected. */
  #askable(): Member[] {
    const members = [...this.#router.members.all()];
    const ready = members.filter(({ state }) => state === "ready");
    if (ready.length >= LEAST_ASKED) return ready;
    const others = members.filter(({ state, health }) => state === "unknown" && health === "online");
    return [...ready, ...shuffled(others, this.#settings.random).slice(0, LEAST_ASKED - ready.length)];
  }

  #isInstalled(view: Topology): boolean {
    return this.#topology !== undefined && sameView(this.#topology, view);
  }

  #failed(error: ConnectionError): void {
    this.#lastFailure = this.#lobby.lastFailure = error;
    const { cause } = error;
    const final = cause instanceof RedisError && isFinal(cause);
    // Nodes that are known may come back as they were.
    if (final && !this.known || !this.#settings.reconnects) {
      this.#hopeless = error;
      this.#owner.unreachable(error);
    }
    this.#wakers.wake();
  }

  // ---- what comes of it

  #take(view: Topology): void {
    const before = this.#topology;
    if (this.#isInstalled(view) && !this.#router.disproved) {
      this.#update(view);
      if (this.#router.patched) this.#refresh.soon();
      return this.#owner.installed();
    }
    this.#topology = view;
    this.#refresh.changed();
    this.#router.install(view);
    if (this.#router.patched) this.#refresh.soon();
    const changes = changesOf(before, view);
    if (changes.movedSlots > 0 || changes.added.length + changes.removed.length + changes.promoted.length > 0) {
      this.#events.emit("topology", { ...changes, covered: view.covered });
    }
    this.#owner.installed();
    this.#wakers.wake();
  }

  /** The nodes are the same, though not how they are. */
  #update(view: Topology): void {
    for (const shard of view.shards) for (const node of nodesOfShard(shard)) this.#router.members.of(node);
    this.#topology = view;
  }

  /** Dials what is to be connected at any time, and what could not be connected before. */
  #warm(): void {
    const { connectAllNodes, selector } = this.#settings;
    const all = connectAllNodes || selector === "lowestLatency";
    for (const member of this.#router.map.members()) {
      if (member.told.health === "fail") continue;
      if (all || member.state === "down") member.warm();
    }
  }

  /** A node has been connected to. */
  connected(name: string): void {
    const member = this.#router.members.named(name);
    if (member === undefined) return;
    if (member.health !== "online") this.#refresh.urgent();
    this.#measure(member);
    this.#learn(member).catch(ignore);
  }

  /** Learns of a node what the topology does not say. */
  async #learn(member: Member): Promise<void> {
    const { selector } = this.#settings;
    const wanted = typeof selector === "object" || typeof selector === "function";
    if (!wanted || member.zone !== undefined) return;
    const how = { ...PLAIN_CALL, node: member.name };
    const { server } = await member.endpoint.send(info({ sections: "server", parse: true }), how);
    const zone = server?.availability_zone;
    if (typeof zone === "string" && zone !== "") member.ownZone = zone;
  }

  #measureLater(): void {
    if (this.#stopped) return;
    this.#cancelMeasuring = this.#settings.clock.after(MEASURE_MS, () => {
      for (const member of this.#router.map.members()) this.#measure(member);
      this.#measureLater();
    });
  }

  /** Has a node's latency measured, where that decides which node reads go to. */
  #measure(member: Member): void {
    const { selector, clock } = this.#settings;
    if (selector !== "lowestLatency" || member.state !== "ready") return;
    const since = clock.now();
    const how = { ...PLAIN_CALL, timeoutMs: PING_MS, attempts: 1, node: member.name };
    const measured = (): void => member.measured(clock.now() - since);
    member.endpoint.send(makeCommand(["PING"], status), how).then(measured, measured);
  }
}

function ignore(): void {}
