/**
 * All nodes of a cluster as one sender: each command goes to the node of its slot.
 *
 * A command with one key goes straight to its node's connection; nothing is made for it beyond what a single server's
 * client makes. All others take the longer way: those of several keys, of no key, of every node (`dispatch.ts`).
 * The map of slots is made when the client connects, and patched by every MOVED (`router.ts`); it is made anew from
 * time to time, and whenever there is trouble (`cluster_topology.ts`).
 *
 * @module
 */
import type { ClusterNode } from "../cluster_options.ts";
import type { ConnectionError, RedisError, ReplyError } from "../errors.ts";
import { Events } from "../events.ts";
import type { AnyCommand, Command, Key } from "../commands/command.ts";
import { delayBefore } from "../connection/backoff.ts";
import { CredentialsReader } from "../connection/credentials.ts";
import { Endpoint } from "../connection/endpoint.ts";
import type { SharedByEndpoints } from "../connection/endpoint_settings.ts";
import { closedError, closedFailure, exclusiveError, type Failure, unreachableFailure } from "../connection/failure.ts";
import type { FanOut } from "../routing/fan_out.ts";
import { singleSlotOf } from "../routing/route.ts";
import { slotOf } from "../routing/slots.ts";
import {
  type CallOptions,
  type ChannelKind,
  type ClientSender,
  type ClusterScanOptions,
  type ClusterSender,
  type LeaseOptions,
  type MessageListener,
  type OwnSender,
  PLAIN_CALL,
  type PoolStats,
} from "../sender.ts";
import type { LostToNode } from "../connection/connection_settings.ts";
import { isRedirect, passes } from "../session/refusals.ts";
import type { PendingCall } from "../session/call.ts";
import { type ClusterSenderSettings, connectsAll, topologySettingsOf } from "./cluster_sender_settings.ts";
import { guarded } from "./address_map.ts";
import { ClusterTopology } from "./cluster_topology.ts";
import { Dispatch } from "./dispatch.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";
import { leaseOf } from "./leasing.ts";
import { Lobby } from "./lobby.ts";
import type { Member } from "./member.ts";
import { describe, nodesOf } from "./node_view.ts";
import { NodeSender } from "./node_sender.ts";
import { statsOfAll } from "./pool_sum.ts";
import { ReadNodes, READONLY } from "./read_nodes.ts";
import { Router, type RouterOwner } from "./router.ts";
import { scanCluster, type ScanNodes } from "./scan.ts";
import { scanNodesOf } from "./scan_nodes.ts";
import { subscriptionsOf } from "./subscription_nodes.ts";
import type { ClusterSubscriptions } from "./subscriptions.ts";

/** Milliseconds between two looks at what is left of the calls, while closing. */
const CLOSE_LOOK_MS = 10;

/** The nodes of a cluster as one sender. */
export class Cluster implements ClusterSender, RouterOwner, DispatchNodes {
  /** What is told of the connections to all nodes. */
  readonly events: Events = new Events();
  /** What the cluster is called in messages. */
  readonly name: string;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** How calls are made that say nothing else. */
  readonly defaults: DispatchNodes["defaults"];
  readonly #settings: ClusterSenderSettings;
  readonly #shared: SharedByEndpoints;
  readonly #lobby: Lobby;
  readonly #router: Router;
  readonly #topology: ClusterTopology;
  readonly #subscriptions: ClusterSubscriptions;
  // Where the next lease for a slot is to ask first, after an ASK.
  readonly #asked = new Map<number, Member>();
  // Whether READONLY has been said, so that replicas serve reads.
  #readsFromReplicas: boolean;
  // How many calls are on their way over several nodes.
  #dispatches = 0;
  // Takes no more calls; and has ended.
  #closing = false;
  #closed = false;

  /** Takes how to behave; nothing is dialled before the first call. */
  constructor(settings: ClusterSenderSettings) {
    const { clock, random, retry, timeoutMs } = settings;
    const cluster = { ...settings.cluster, addressMap: guarded(settings.cluster.addressMap, this.events) };
    this.#settings = settings;
    this.random = random;
    this.name = `the cluster of ${cluster.seeds[0].host}:${cluster.seeds[0].port}`;
    const { enableOfflineQueue } = settings;
    this.defaults = { timeoutMs, attempts: retry.attempts, maxRedirects: cluster.maxRedirects, enableOfflineQueue };
    this.#readsFromReplicas = cluster.readFrom !== "primary";
    const credentials = settings.credentials && new CredentialsReader(settings.credentials);
    // Nodes come and go; the source is read on until the end.
    credentials?.add({ renewed: ignore, failed: ignore });
    const since = clock.now();
    this.#shared = { events: this.events, since, standing: new Map(), credentials };
    if (this.#readsFromReplicas) this.#shared.standing.set("readonly", READONLY);
    this.#lobby = new Lobby({ ...settings, name: this.name, since }, (call) => this.#router.place(call));
    const reads = new ReadNodes<Member>({ ...cluster, random, warm: (member) => member.warm() });
    const routing = { ...cluster, readsFromReplicas: this.#readsFromReplicas, clock, random };
    this.#router = new Router(routing, this, reads, this.#lobby);
    const owner = {
      installed: () => this.#subscriptions.topologyChanged(),
      unreachable: (error: ConnectionError) => this.#lobby.failAll(unreachableFailure(error)),
    };
    const kept = topologySettingsOf({ ...settings, cluster });
    this.#topology = new ClusterTopology(kept, owner, this.#router, this.#lobby, this.events);
    this.#subscriptions = subscriptionsOf(this.#router, settings, this.events, () => this.troubled());
    this.events.on("disconnect", ({ node, role }) => {
      if (role === "shared") this.#subscriptions.nodeLost(node);
    });
    this.events.on("ready", ({ node, role }) => {
      if (role === "shared") this.#topology.connected(node);
    });
  }

  /** Learns of the nodes, and waits until one can be used; all of them where that is wanted. */
  async connect(): Promise<void> {
    if (this.#closing) throw closedError("CLUSTER SHARDS");
    await this.#topology.now();
    if (!connectsAll(this.#settings)) return;
    // A replica that is down does not keep a client from being made; it is dialled again by itself.
    const replicas = this.everywhere("nodes").filter((member) => !this.#router.primaries().includes(member));
    for (const replica of replicas) replica.warm();
    await Promise.all(this.everywhere("primaries").map(({ endpoint }) => endpoint.connect()));
  }

  // ---- calls

  /** Sends a command to the node of its slot and gives its reply. */
  send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    if (this.#closing) return Promise.reject(closedError(String(command.words[0])));
    if (options.readFrom !== undefined) this.#mayReadFrom(options);
    if (command.special === undefined && options.node === undefined) {
      const slot = singleSlotOf(command.words);
      if (slot >= 0) {
        const member = this.#router.nodeFor(slot, command, options);
        return member === undefined ? this.#wait(command, options) : member.endpoint.send(command, options);
      }
    }
    const { special } = command as AnyCommand;
    if (special?.kind === "exclusive") return Promise.reject(exclusiveError(command.words));
    return this.#counted(new Dispatch(this, [command], options).one()) as Promise<Reply>;
  }

  #wait<Reply>(command: Command<Reply>, options: CallOptions): Promise<Reply> {
    const reply = this.#lobby.send(command, options);
    this.troubled();
    return reply;
  }

  /** Sends commands, in one write to each node that has any of them, and gives their replies in order. */
  sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    if (commands.length === 0) return Promise.resolve([]);
    if (this.#closing) return Promise.reject(closedError(String(commands[0].words[0])));
    if (options.readFrom !== undefined) this.#mayReadFrom(options);
    const dispatch = new Dispatch(this, commands, options);
    return this.#counted(commands[0].words[0] === "MULTI" ? dispatch.together() : dispatch.all());
  }

  async #counted<Outcome>(dispatched: Promise<Outcome>): Promise<Outcome> {
    this.#dispatches++;
    try {
      return await dispatched;
    } finally {
      this.#dispatches--;
    }
  }

  /** Has all nodes told that reads may be served by a replica, when the first call wants that. */
  #mayReadFrom({ readFrom }: CallOptions): void {
    if (this.#readsFromReplicas || readFrom === "primary") return;
    this.#readsFromReplicas = true;
    this.#shared.standing.set("readonly", READONLY);
    // A connection that is being made may have been told what to say before.
    for (const { name, endpoint } of this.#router.members.all()) {
      if (endpoint.ready || endpoint.dialling) endpoint.send(READONLY, { ...PLAIN_CALL, node: name }).catch(ignore);
    }
  }

  /** Lends a connection to the node of a key, or to any that takes writes. */
  lease(options: LeaseOptions = {}): Promise<OwnSender> {
    return leaseOf(this, this.#asked, options);
  }

  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  async backoff(attempt: number): Promise<void> {
    await this.#topology.changed(this.delayMs(attempt), undefined);
    if (this.#closing) throw closedError("WATCH");
  }

  /** Whether the error says that another node is to do it, or this one later. */
  elsewhere(error: unknown): boolean {
    const cause = (error as Partial<Error> | undefined)?.cause;
    return isRedirect(error) || passes(error) || isRedirect(cause) || passes(cause);
  }

  /** Has a listener told what is published; gives the function that ends that. */
  async subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options: CallOptions = PLAIN_CALL,
  ): Promise<() => Promise<void>> {
    if (!this.#topology.known) await this.#topology.now();
    return await this.#subscriptions.subscribe(kind, channels, listener, options);
  }

  /** The keys of all nodes, or of one. */
  scan(options: ClusterScanOptions | undefined, call: CallOptions): AsyncIterableIterator<string> {
    const send: ScanNodes["send"] = (node, command) =>
      this.nodeSender(node).send(command, { ...call, whilePrimary: options?.node === undefined });
    return scanCluster(scanNodesOf(this.#router, this.#topology, this.random, send), options);
  }

  // ---- the nodes

  /** The slot of a key. */
  slotOf(key: Key): number {
    return slotOf(key);
  }

  /** The nodes as they are known now. */
  nodes(): ClusterNode[] {
    return nodesOf(this.#router.map);
  }

  /** The node that takes writes to a key. */
  nodeOf(key: Key): ClusterNode | undefined {
    const primary = this.#router.map.shardOf(slotOf(key))?.primary;
    return primary && this.described(primary);
  }

  /** Sends to one node and to no other. */
  nodeSender(name: string): ClientSender {
    const known = async (): Promise<void> => {
      if (!this.#topology.known) await this.#topology.now();
    };
    return new NodeSender(this.events, name, () => this.named(name), known);
  }

  /** Asks the nodes anew. */
  async refreshTopology(): Promise<void> {
    if (this.#closing) throw closedError("CLUSTER SHARDS");
    await this.#topology.now();
  }

  /** What the pools of all nodes have and have done. */
  poolStats(): PoolStats {
    return statsOfAll([...this.#router.members.all()].map(({ endpoint }) => endpoint.poolStats()));
  }

  described(member: Member): ClusterNode {
    return describe(member, this.#router.map);
  }

  // ---- what those need who send

  get closed(): boolean {
    return this.#closed;
  }

  get lastFailure(): Error | undefined {
    return this.#topology.lastFailure;
  }

  get hopeless(): Error | undefined {
    return this.#topology.hopeless;
  }

  get known(): boolean {
    return this.#topology.known;
  }

  nodeFor(slot: number, command: AnyCommand, options: CallOptions): Member | undefined {
    return this.#router.nodeFor(slot, command, options);
  }

  any(): Member | undefined {
    return this.#router.any();
  }

  named(name: string): Member | undefined {
    return this.#router.members.named(name);
  }

  everywhere(to: FanOut["to"]): Member[] {
    return this.#router.everywhere(to);
  }

  firstSlotOf(member: Member): number | undefined {
    return this.#router.map.firstSlotOf(member);
  }

  connected(): Member[] {
    return this.#router.connected();
  }

  redirected(error: ReplyError, from: Member): Member | undefined {
    return this.#closed ? undefined : this.#router.redirected(error, from);
  }

  unserved(error: ReplyError, from: Member): void {
    this.#router.unserved(error, from);
  }

  changed(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#topology.changed(ms, signal);
  }

  delayMs(attempt: number): number {
    return Math.max(1, delayBefore(this.#settings.retry, attempt, this.random));
  }

  now(): number {
    return this.#settings.clock.now();
  }

  // ---- what nodes and their connections tell

  refused(call: PendingCall, error: RedisError, from: Member): boolean {
    return !this.#closed && this.#router.refused(call, error, from);
  }

  moved(call: PendingCall): void {
    this.#router.place(call);
  }

  leaves(endpoint: Endpoint): void {
    this.#router.members.letGo(endpoint);
  }

  lost(lost: LostToNode, from: Member): readonly PendingCall[] {
    return this.#closed ? lost.calls : this.#router.lost(lost, from);
  }

  unsubscribed(kind: ChannelKind, channels: readonly string[], from: Member): void {
    this.#subscriptions.unsubscribed(from.name, kind, channels);
  }

  patched(promoted: boolean): void {
    this.#topology.patched();
    if (promoted) this.#subscriptions.topologyChanged();
  }

  troubled(): void {
    if (!this.#closed) this.#topology.troubled();
  }

  endpointTo(member: Member): Endpoint {
    const { linkTo } = this.#settings;
    return new Endpoint({
      ...this.#settings,
      link: linkTo(member.told),
      router: member,
      shared: this.#shared,
      onUnsubscribed: (kind, channels) => member.unsubscribed(kind, channels),
    });
  }

  // ---- the end

  /** Takes no more calls, waits for those that wait, at most `closeTimeoutMs`, and ends all connections. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#subscriptions.close();
    const end = this.now() + this.#settings.closeTimeoutMs;
    // Calls that are on their way may have to go to other nodes still.
    const busy = (): boolean => this.#dispatches > 0 || this.#lobby.size > 0 || this.#router.members.busy;
    while (busy() && !this.#closed && this.now() < end) {
      await this.changed(CLOSE_LOOK_MS, undefined);
    }
    if (this.now() >= end) return this.destroy();
    this.#end(closedFailure(this.name));
    await this.#router.members.close();
  }

  /** Ends all connections at once; every call that waits fails with a `ClosedError`. */
  destroy(): void {
    this.#end(closedFailure(this.name));
    this.#router.members.destroy();
  }

  #end(failure: Failure): void {
    this.#closing = true;
    this.#closed = true;
    this.#shared.credentials?.stop();
    this.#topology.stop();
    this.#subscriptions.close();
    this.#lobby.close(failure);
  }
}

function ignore(): void {}
