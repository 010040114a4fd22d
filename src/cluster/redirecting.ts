/**
 * One server that may be a replica, as Valkey from 8.0 on has it: where it says REDIRECT, its primary is used instead.
 *
 * All goes to one node, the current one: at first the one that was asked for, then the one that a REDIRECT of the
 * current one names. What is refused with it is sent on at once, subscriptions go there too, and the connections that
 * were left end when their replies have come. Where the current one cannot be connected to, the one that was asked for
 * is asked again, as it may know another primary by then. Two who send everything on to each other, as while a primary
 * changes, are not gone back to at once; what is sent on too often fails.
 *
 * Limits: of a script only that it writes is refused, and with READONLY, which is no word of another node. The address
 * is dialled as it is told: that of the primary's port for replicas. What a lease has done is the borrower's to repeat.
 *
 * @module
 */
import { ConnectionError, RedirectError, type RedisError, ReplyError } from "../errors.ts";
import type { ClusterNode } from "../cluster_options.ts";
import type { AnyCommand, Command } from "../commands/command.ts";
import { delayBefore } from "../connection/backoff.ts";
import { timeFor } from "../connection/call_time.ts";
import { Endpoint, type EndpointSettings, type SharedByEndpoints } from "../connection/endpoint.ts";
import { closedError, closedFailure, connectClosedError, exclusiveError } from "../connection/failure.ts";
import { Events } from "../events.ts";
import { redirectAddressOf } from "../routing/redirect.ts";
import { type NodeAddress, nodeNameOf, type TopologyNode } from "../routing/topology.ts";
import {
  type CallOptions,
  type ChannelKind,
  type ClientSender,
  type LeaseOptions,
  type MessageListener,
  type OwnSender,
  PLAIN_CALL,
  type PoolStats,
} from "../sender.ts";
import { Call, type PendingCall } from "../session/call.ts";
import { isRedirect, passes } from "../session/refusals.ts";
import { SubscribeCall } from "../session/subscribe_call.ts";
import { Budget, PATIENCE } from "./budget.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";
import { Exchange } from "./exchange.ts";
import { ANY_NODE, Groups } from "./groups.ts";
import { Lobby } from "./lobby.ts";
import { Member, type MemberOwner } from "./member.ts";
import { statsOfAll } from "./pool_sum.ts";
import { ClusterSubscriptions } from "./subscriptions.ts";
import { TellingLease } from "./telling_lease.ts";
import { sendTransaction } from "./transaction.ts";
import { Wakers } from "./wakers.ts";

/** What a {@linkcode Redirecting} is made from. */
export interface RedirectingSettings extends Omit<EndpointSettings, "router" | "shared" | "onUnsubscribed"> {
  /** Where the server is that was asked for, to which `link` leads. */
  address: NodeAddress;
  /** How connections are made to another. */
  linkTo: (address: NodeAddress) => EndpointSettings["link"];
}

/** How many redirects one call follows. */
const MOST_REDIRECTS = 16;
/** Milliseconds before the node is gone back to that was just left. */
const RETURN_MS = 100;

/** A server, or its primary. */
export class Redirecting implements ClientSender, MemberOwner, DispatchNodes {
  /** What is told of the connections to all nodes. */
  readonly events: Events = new Events();
  /** What the server that was asked for is called in messages. */
  readonly name: string;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** How calls are made that say nothing else. */
  readonly defaults: DispatchNodes["defaults"];
  readonly #settings: RedirectingSettings;
  readonly #shared: SharedByEndpoints;
  readonly #lobby: Lobby;
  readonly #subscriptions: ClusterSubscriptions;
  readonly #wakers: Wakers;
  // Those that were left and have not ended.
  readonly #leaving = new Map<Member, Promise<void>>();
  #current: Member;
  // Whether the current one has been connected to since it is the current one, or since it was lost.
  #reached = false;
  #left: { name: string; at: number } | undefined;
  #lastFailure: Error | undefined;
  #closed = false;

  /** Takes how to behave; nothing is dialled before the first call. */
  constructor(settings: RedirectingSettings) {
    const { clock, random, retry, timeoutMs, link, login } = settings;
    this.#settings = { ...settings, login: { ...login, capability: "redirect" } };
    this.name = link.node;
    this.random = random;
    this.defaults = { timeoutMs, attempts: retry.attempts, maxRedirects: MOST_REDIRECTS };
    this.#shared = { events: this.events, since: clock.now(), standing: new Map() };
    this.#wakers = new Wakers(clock);
    this.#lobby = new Lobby({ ...settings, name: this.name, since: this.#shared.since }, (call) => this.#place(call));
    this.#current = new Member(this.#origin, this);
    const current = (): Member => this.#current;
    this.#subscriptions = new ClusterSubscriptions({
      has: (node) => current().subscriber === node,
      primaryOf: () => current().subscriber,
      primaries: () => [current().subscriber],
      any: () => current().subscriber,
      movedTo: () => undefined,
      wantTopology: ignore,
    }, {
      timeoutMs,
      backoff: retry,
      clock,
      random,
      failed: (error, { name }) => this.events.emit("error", { node: name, role: "shared", error }),
    });
    this.events.on("ready", ({ node, role }) => {
      if (role === "shared" && node === this.#current.name) this.#reached = true;
    });
    this.events.on("disconnect", ({ node, role }) => {
      if (role === "shared") this.#subscriptions.nodeLost(node);
    });
  }

  get #origin(): TopologyNode {
    return { ...nodeAt(this.#settings.address), name: this.name };
  }

  /** Connects to the server that was asked for. */
  connect(): Promise<void> {
    if (this.#closed) return Promise.reject(connectClosedError(this.name));
    return this.#current.endpoint.connect();
  }

  // ---- calls

  /** Sends a command and gives its reply. */
  send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    if (this.#closed) return Promise.reject(closedError(String(command.words[0])));
    if (command.special?.kind !== "blocking") return this.#current.endpoint.send(command, options);
    return this.#exchanged([command], options).then(({ cells: [reply] }) => {
      if (reply instanceof Error) throw reply;
      return reply as Reply;
    });
  }

  /** Sends several commands in one write and gives their replies in order. */
  async sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    if (commands.length === 0) return [];
    if (this.#closed) throw closedError(String(commands[0].words[0]));
    for (const { special, words } of commands as readonly AnyCommand[]) {
      if (special?.kind === "exclusive") throw exclusiveError(words);
    }
    if (commands[0].words[0] === "MULTI") {
      return await sendTransaction(this, this.#budget(commands, options), commands, ANY_NODE, options);
    }
    const { cells, answered } = await this.#exchanged(commands, options);
    if (!answered) throw cells[0];
    return cells;
  }

  async #exchanged(
    commands: readonly AnyCommand[],
    options: CallOptions,
  ): Promise<{ cells: unknown[]; answered: boolean }> {
    const cells: unknown[] = new Array(commands.length);
    const exchange = new Exchange(this, options, this.#budget(commands, options), cells);
    const groups = new Groups();
    for (let i = 0; i < commands.length; i++) groups.add(this.#current, ANY_NODE, commands[i], i);
    await exchange.sendAll(groups);
    return { cells, answered: exchange.answered };
  }

  #budget(commands: readonly AnyCommand[], options: CallOptions): Budget {
    return new Budget(this, options, timeFor(commands, options, this.#settings.timeoutMs));
  }

  /** Lends a connection, which goes back when it is closed. */
  async lease(options?: LeaseOptions): Promise<OwnSender> {
    if (this.#closed) throw closedError("a lease");
    for (;;) {
      const member = this.#current;
      try {
        const lease = await member.endpoint.lease(options);
        return new TellingLease(lease, (reply) => isRedirect(reply) && this.redirected(reply, member));
      } catch (error) {
        // It was left meanwhile.
        if (member === this.#current || this.#closed || options?.signal?.aborted) throw error;
      }
    }
  }

  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  async backoff(attempt: number): Promise<void> {
    await this.changed(this.delayMs(attempt), undefined);
    if (this.#closed) throw closedError("WATCH");
  }

  /** Whether the error says that another node is to do it, or this one later. */
  elsewhere(error: unknown): boolean {
    const cause = (error as Partial<Error> | undefined)?.cause;
    return isRedirect(error) || passes(error) || isRedirect(cause) || passes(cause);
  }

  /** Has a listener told what is published; gives the function that ends that. */
  subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options: CallOptions = PLAIN_CALL,
  ): Promise<() => Promise<void>> {
    return this.#subscriptions.subscribe(kind, channels, listener, options);
  }

  /** What the pools have and have done, also those that were left and have not ended. */
  poolStats(): PoolStats {
    return statsOfAll([this.#current, ...this.#leaving.keys()].map(({ endpoint }) => endpoint.poolStats()));
  }

  // ---- where to

  /** The node that is the current one once a node has said REDIRECT; undefined where that cannot be told. */
  redirected(error: ReplyError, from: Member): Member | undefined {
    const address = redirectAddressOf(error.reply);
    if (address === undefined || this.#closed) return undefined;
    // What a node says that was left may be old.
    if (from !== this.#current) return this.#current;
    const name = nodeNameOf(address);
    const { told } = from;
    if (name === nodeNameOf(told)) {
      // It says that itself is meant: what is connected to is not, or no longer, that node.
      from.renew();
      this.#subscriptions.topologyChanged();
    } else if (this.#left?.name !== name || this.now() - this.#left.at >= RETURN_MS) {
      this.#goTo(name === nodeNameOf(this.#origin) ? this.#origin : nodeAt(address));
    }
    return this.#current;
  }

  #goTo(node: TopologyNode): void {
    const old = this.#current;
    this.#left = { name: nodeNameOf(old.told), at: this.now() };
    this.#reached = false;
    const member = this.#current = new Member(node, this);
    // Whoever sends nothing but what blocks is to learn too that it cannot be reached.
    member.endpoint.connect().catch((error) => this.#unreached(error, member));
    for (const call of old.endpoint.takeWaiting()) this.#moved(call);
    const ended = old.endpoint.close().finally(() => this.#leaving.delete(old));
    this.#leaving.set(old, ended);
    this.#subscriptions.topologyChanged();
    this.#wakers.wake();
  }

  #unreached(error: Error, { name }: Member): void {
    this.#lastFailure = this.#lobby.lastFailure = error;
    if (!this.#closed) this.events.emit("error", { node: name, role: "shared", error });
  }

  // ---- what becomes of calls

  #place(call: PendingCall): void {
    this.#current.endpoint.resend(call);
  }

  /** A call of a node that was left: a subscription is that node's own, and is made anew by who wants it. */
  #moved(call: PendingCall): void {
    if (call instanceof SubscribeCall) call.lost(closedFailure(this.name)(false, call.name));
    else this.#place(call);
  }

  /** Takes a call that a node refused, or sent on; false when its caller is to be told. */
  refused(call: PendingCall, error: RedisError, from: Member): boolean {
    if (!isRedirect(error)) {
      if (call.path.length > 0) call.rare.path = [];
      return this.#lobby.later(call);
    }
    // Those of several commands are looked at when all their replies are there.
    const to = call instanceof Call && error.code === "REDIRECT" ? this.redirected(error, from) : undefined;
    if (to === undefined) return false;
    const path = [...call.path, from.name];
    call.rare.path = path;
    const goesOn = path.length <= MOST_REDIRECTS;
    if (goesOn && to !== from && path.length < PATIENCE) to.endpoint.resend(call);
    else if (!goesOn || !this.#lobby.later(call)) {
      call.fail(new RedirectError(call.name, path, { cause: error }));
    }
    return true;
  }

  /** A node's connection was lost: gives those of the calls that are to wait until it is made anew. */
  lost(calls: readonly PendingCall[], from: Member): readonly PendingCall[] {
    if (this.#closed) return calls;
    if (from === this.#current) {
      const wasReached = this.#reached;
      this.#reached = false;
      if (from.name === this.name || wasReached || from.endpoint.ready) return calls;
      return this.#leaveUnreached(calls, from);
    }
    for (const call of calls) this.#moved(call);
    return [];
  }

  /** The current one cannot be connected to: the one that was asked for may name another by now. */
  #leaveUnreached(calls: readonly PendingCall[], { name, endpoint }: Member): readonly PendingCall[] {
    const waiting = [...calls, ...endpoint.takeWaiting()];
    this.#goTo(this.#origin);
    for (const call of waiting) {
      if (call instanceof SubscribeCall) this.#moved(call);
      else if (!this.#lobby.later(call)) call.lost(unreachedError(call, name, this.#lastFailure));
      else if (call.path.length > 0) call.rare.path = [];
    }
    return [];
  }

  /** A node has ended subscriptions, or refused them when it was connected again. */
  unsubscribed(kind: ChannelKind, channels: readonly string[], from: Member): void {
    this.#subscriptions.unsubscribed(from.name, kind, channels);
  }

  /** Makes the connections to a node. */
  endpointTo({ name, told }: Member): Endpoint {
    const { link, linkTo, ...settings } = this.#settings;
    // Made in the constructor of the member, which is there when anything is told.
    const at = (): Member => this.#memberOf(name);
    return new Endpoint({ ...settings, link: name === this.name ? link : linkTo(told), shared: this.#shared });
  }
