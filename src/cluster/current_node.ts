/**
 * The one node that calls go to where a server may send them on to its primary, and what becomes of those that it
 * does not bring to their end.
 *
 * At first it is the one that was asked for, then the one that a REDIRECT of the current one names. What is refused
 * with it is sent on at once, and the connections that were left end when their replies have come. Where the current
 * one cannot be connected to, the one that was asked for is asked again, as it may know another primary by then. Two
 * who send everything on to each other, as while a primary changes, are not gone back to at once; what is sent on too
 * often fails.
 *
 * @module
 */
import { ConnectionError, RedirectError, type RedisError, type ReplyError } from "../errors.ts";
import type { ClusterNode } from "../cluster_options.ts";
import { delayBefore } from "../connection/backoff.ts";
import { Endpoint } from "../connection/endpoint.ts";
import type { LostToNode } from "../connection/connection_settings.ts";
import type { EndpointSettings, SharedByEndpoints } from "../connection/endpoint_settings.ts";
import { closedFailure } from "../connection/failure.ts";
import { redirectAddressOf } from "../routing/redirect.ts";
import { type NodeAddress, nodeNameOf, type TopologyNode } from "../routing/topology.ts";
import type { ChannelKind } from "../sender.ts";
import { Call, type PendingCall } from "../session/call.ts";
import { isRedirect } from "../session/refusals.ts";
import { SubscribeCall } from "../session/subscribe_call.ts";
import { PATIENCE } from "./budget.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";
import { Lobby } from "./lobby.ts";
import { Member, type MemberOwner } from "./member.ts";
import { Wakers } from "./wakers.ts";

/** What a {@linkcode CurrentNode} is made from. */
export interface CurrentNodeSettings extends Omit<EndpointSettings, "router" | "shared" | "onUnsubscribed"> {
  /** Where the server is that was asked for, to which `link` leads. */
  address: NodeAddress;
  /** How connections are made to another. */
  linkTo: (address: NodeAddress) => EndpointSettings["link"];
}

/** Who is told. */
export interface CurrentNodeOwner {
  /** The current node, or its connections, are others than before. */
  moved(): void;
  /** A node has ended subscriptions, or refused them when it was connected again. */
  unsubscribed(kind: ChannelKind, channels: readonly string[], from: Member): void;
}

/** How many redirects one call follows. */
const MOST_REDIRECTS = 16;
/** Milliseconds before the node is gone back to that was just left. */
const RETURN_MS = 100;

/** The node that calls go to. */
export class CurrentNode implements MemberOwner, DispatchNodes {
  /** What the server that was asked for is called in messages. */
  readonly name: string;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** How calls are made that say nothing else. */
  readonly defaults: DispatchNodes["defaults"];
  readonly #settings: CurrentNodeSettings;
  readonly #shared: SharedByEndpoints;
  readonly #owner: CurrentNodeOwner;
  readonly #lobby: Lobby;
  readonly #wakers: Wakers;
  // Those that were left and have not ended.
  readonly #leaving = new Map<Member, Promise<void>>();
  // Connections of the current one that were made anew.
  readonly #givenUp = new Map<Endpoint, Promise<void>>();
  #current: Member;
  // Whether it has been connected to since it is the current one, or since its connection was lost.
  #reached = false;
  #left: { name: string; at: number } | undefined;
  #lastFailure: Error | undefined;
  #closed = false;

  /** Takes how to behave, what the nodes have in common, and who is told; nothing is dialled before the first call. */
  constructor(settings: CurrentNodeSettings, shared: SharedByEndpoints, owner: CurrentNodeOwner) {
    const { clock, random, retry, timeoutMs, link } = settings;
    this.name = link.node;
    this.random = random;
    const { enableOfflineQueue } = settings;
    this.defaults = { timeoutMs, attempts: retry.attempts, maxRedirects: MOST_REDIRECTS, enableOfflineQueue };
    this.#settings = settings;
    this.#shared = shared;
    this.#owner = owner;
    this.#wakers = new Wakers(clock);
    this.#lobby = new Lobby({ ...settings, name: this.name, since: shared.since }, (call) => this.#place(call));
    this.#current = new Member(this.#origin, this);
    shared.events.on("ready", ({ node, role }) => {
      if (role === "shared" && node === this.#current.name) this.#reached = true;
    });
  }

  get #origin(): TopologyNode {
    return { ...nodeAt(this.#settings.address), name: this.name };
  }

  /** The current one, and those that were left and have not ended. */
  all(): Member[] {
    return [this.#current, ...this.#leaving.keys()];
  }

  // ---- where to

  /** The node that is the current one once a node has said REDIRECT. */
  redirected(error: ReplyError, from: Member): Member {
    const address = redirectAddressOf(error.reply);
    // What a node says that was left may be old.
    if (address === undefined || this.#closed || from !== this.#current) return this.#current;
    const name = nodeNameOf(address);
    if (name === from.name) {
      // It says that itself is meant: what is connected to is not, or no longer, that node.
      from.renew();
      this.#owner.moved();
    } else if (this.#left?.name !== name || this.now() - this.#left.at >= RETURN_MS) {
      this.#goTo(name === this.name ? this.#origin : nodeAt(address));
    }
    return this.#current;
  }

  #goTo(node: TopologyNode): void {
    const old = this.#current;
    this.#left = { name: old.name, at: this.now() };
    this.#reached = false;
    const member = this.#current = new Member(node, this);
    // Whoever sends nothing but what blocks is to learn too that it cannot be reached.
    member.endpoint.connect().catch((error) => this.#unreached(error, member));
    for (const call of old.endpoint.takeWaiting()) this.moved(call);
    const ended = old.endpoint.close().finally(() => this.#leaving.delete(old));
    this.#leaving.set(old, ended);
    this.#owner.moved();
    this.#wakers.wake();
  }

  #unreached(error: Error, { name }: Member): void {
    this.#lastFailure = this.#lobby.lastFailure = error;
    if (!this.#closed) this.#shared.events.emit("error", { node: name, role: "shared", error });
  }

  // ---- what becomes of calls

  #place(call: PendingCall): void {
    this.#current.endpoint.resend(call);
  }

  /** Takes a call that waited for connections which are given up. */
  moved(call: PendingCall): void {
    // What subscribes is of its own connection; whoever wants that has it said anew.
    if (call instanceof SubscribeCall) call.lost(closedFailure(this.name)(false, call.name));
    else this.#place(call);
  }

  /** Takes a call that a node refused, or sent on; false when its caller is to be told. */
  refused(call: PendingCall, error: RedisError, from: Member): boolean {
    if (!isRedirect(error)) {
      if (call.path.length > 0) call.rare.path = [];
      return this.#lobby.later(call, error);
    }
    // Those of several commands are looked at when all their replies are there.
    if (!(call instanceof Call) || this.#closed || redirectAddressOf(error.reply) === undefined) return false;
    const to = this.redirected(error, from);
    const path = [...call.path, from.name];
    call.rare.path = path;
    const goesOn = path.length <= MOST_REDIRECTS;
    if (goesOn && to !== from && path.length < PATIENCE) to.endpoint.resend(call);
    else {
      const why = new RedirectError(call.name, path, { cause: error });
      if (!goesOn || !this.#lobby.later(call, why)) call.fail(why);
    }
    return true;
  }

  /** A node's connection was lost: gives those of the calls that are to wait until it is made anew. */
  lost({ calls, waiting, ended }: LostToNode, from: Member): readonly PendingCall[] {
    if (this.#closed) return calls;
    if (from === this.#current && !ended) {
      const wasReached = this.#reached;
      this.#reached = false;
      if (from.name === this.name || wasReached || from.endpoint.ready) return calls;
      return this.#leaveUnreached([...calls, ...waiting()], from);
    }
    for (const call of [...calls, ...waiting()]) this.moved(call);
    return [];
  }

  /** The current one cannot be connected to: the one that was asked for may name another by now. */
  #leaveUnreached(waiting: readonly PendingCall[], { name }: Member): readonly PendingCall[] {
    this.#goTo(this.#origin);
    for (const call of waiting) {
      if (call instanceof SubscribeCall) {
        this.moved(call);
        continue;
      }
      const why = unreachedError(call, name, this.#lastFailure);
      if (!this.#lobby.later(call, why)) call.lost(why);
      else if (call.path.length > 0) call.rare.path = [];
    }
    return [];
  }

  /** Connections are given up, and end when their replies have come. */
  leaves(endpoint: Endpoint): void {
    this.#givenUp.set(endpoint, endpoint.close().finally(() => this.#givenUp.delete(endpoint)));
  }

  /** A node has ended subscriptions, or refused them when it was connected again. */
  unsubscribed(kind: ChannelKind, channels: readonly string[], from: Member): void {
    this.#owner.unsubscribed(kind, channels, from);
  }

  /** Makes the connections to a node. */
  endpointTo(member: Member): Endpoint {
    const { linkTo, link, ...settings } = this.#settings;
    return new Endpoint({
      ...settings,
      link: member.name === this.name ? link : linkTo(member.told),
      router: member,
      shared: this.#shared,
      onUnsubscribed: (kind, channels) => member.unsubscribed(kind, channels),
    });
  }

  // ---- what those need who send: whatever they ask for, there is one node

  get closed(): boolean {
    return this.#closed;
  }

  get lastFailure(): Error | undefined {
    return this.#lastFailure;
  }

  get hopeless(): undefined {
    return undefined;
  }

  get known(): true {
    return true;
  }

  nodeFor(): Member {
    return this.#current;
  }

  any(): Member {
    return this.#current;
  }

  named(): Member {
    return this.#current;
  }

  everywhere(): Member[] {
    return [this.#current];
  }

  firstSlotOf(): undefined {}

  connected(): Member[] {
    return [this.#current];
  }

  unserved(): void {}

  troubled(): void {}

  changed(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#closed ? Promise.resolve() : this.#wakers.wait(ms, signal);
  }

  delayMs(attempt: number): number {
    return Math.max(1, delayBefore(this.#settings.retry, attempt, this.random));
  }

  now(): number {
    return this.#settings.clock.now();
  }

  described({ name, told, state, latencyMs, zone }: Member): ClusterNode {
    const { id, host, port, role, health, offset } = told;
    return { name, id, host, port, role, health, offset, state, latencyMs, zone, slots: [] };
  }

  // ---- the end

  /** Takes no more calls, waits for those that wait, at most `closeTimeoutMs`, and ends all connections. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all([this.#current.endpoint.close(), ...this.#leaving.values(), ...this.#givenUp.values()]);
  }

  /** Ends all connections at once; every call that waits fails with a `ClosedError`. */
  destroy(): void {
    this.#end();
    for (const { endpoint } of this.all()) endpoint.destroy();
    for (const endpoint of this.#givenUp.keys()) endpoint.destroy();
  }

  #end(): void {
    this.#closed = true;
    this.#lobby.close(closedFailure(this.name));
    this.#wakers.wake();
  }
}

/** A node of which nothing is known but where it is. */
function nodeAt({ host, port }: NodeAddress): TopologyNode {
  const name = nodeNameOf({ host, port });
  const unknown = { aliases: [], offset: undefined, zone: undefined };
  return { ...unknown, id: "", name, host, port, role: "primary", health: "online" };
}

function unreachedError({ name, doubtful }: PendingCall, node: string, cause: Error | undefined): ConnectionError {
  const message = `Cannot finish ${name} at "${node}", which it was redirected to: it cannot be reached`;
  return new ConnectionError(message, { cause, maybeApplied: doubtful });
}
