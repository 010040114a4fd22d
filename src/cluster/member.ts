/**
 * One node of a cluster, as its client knows it: what the topology says of it, and the connections to it.
 *
 * Its endpoint asks it what becomes of calls that were refused or lost; it asks the cluster in turn.
 *
 * @module
 */
import type { ClusterNode } from "../cluster_options.ts";
import type { RedisError } from "../errors.ts";
import type { CallRouter, LostToNode } from "../connection/connection_settings.ts";
import type { Endpoint } from "../connection/endpoint.ts";
import type { NodeHealth, TopologyNode } from "../routing/topology.ts";
import type { ChannelKind } from "../sender.ts";
import type { PendingCall } from "../session/call.ts";
import type { Readable } from "./selectors.ts";
import type { SubscriberNode } from "./subscriber_nodes.ts";

/** Who decides about the calls of all nodes. */
export interface MemberOwner {
  /** Takes a call that a node refused, or sent on; false when its caller is to be told. */
  refused(call: PendingCall, error: RedisError, from: Member): boolean;
  /** A node's connection was lost: gives those of the calls that are to wait until it is made anew. */
  lost(lost: LostToNode, from: Member): readonly PendingCall[];
  /** Connections are given up, and end when their replies have come. */
  leaves(endpoint: Endpoint): void;
  /** Calls wait, or may soon. */
  troubled(): void;
  /** Finds a node for a call that waited for connections which are given up. */
  moved(call: PendingCall): void;
  /** A node has ended subscriptions, or refused them when it was connected again. */
  unsubscribed(kind: ChannelKind, channels: readonly string[], from: Member): void;
  /** Makes the connections to a node. */
  endpointTo(member: Member): Endpoint;
  /** What users see of a node. */
  described(member: Member): ClusterNode;
  /** Milliseconds now. */
  now(): number;
}

/** How much the newest measurement counts. */
const NEWEST = 0.3;
/** Milliseconds within which connections are not made anew twice. */
const RENEW_MS = 1_000;

/** One node, and the connections to it. */
export class Member implements CallRouter, Readable {
  /** Its address as `host:port`, its key everywhere. */
  readonly name: string;
  /** What was told of it. */
  told: TopologyNode;
  /** The connections to it. */
  endpoint: Endpoint;
  /** The same as one who tells messages; another one whenever the connections are made anew. */
  subscriber: SubscriberNode;
  /** How long its replies take, in milliseconds; undefined before that was measured. */
  latencyMs: number | undefined;
  /** The availability zone that it told of itself, where the topology does not. */
  ownZone: string | undefined;
  readonly #owner: MemberOwner;
  #passedOver = false;
  #warming = false;
  #renewedAt = -Infinity;

  /** Takes what was told of it, and who decides about its calls; nothing is dialled before the first. */
  constructor(told: TopologyNode, owner: MemberOwner) {
    this.name = told.name;
    this.told = told;
    this.#owner = owner;
    this.endpoint = owner.endpointTo(this);
    this.subscriber = subscriberOf(this.name, this.endpoint);
  }

  /** How its connection is: usable, not tried yet, or lost. */
  get state(): ClusterNode["state"] {
    return this.endpoint.ready ? "ready" : this.endpoint.failed ? "down" : "unknown";
  }

  /** How it is; one that said itself that it cannot serve is as one that loads, until the topology is asked anew. */
  get health(): NodeHealth {
    return this.#passedOver ? "loading" : this.told.health;
  }

  /** How much of the stream of writes it has, in bytes. */
  get offset(): number | undefined {
    return this.told.offset;
  }

  /** The availability zone that it runs in. */
  get zone(): string | undefined {
    return this.told.zone ?? this.ownZone;
  }

  /** What users see of it. */
  get node(): ClusterNode {
    return this.#owner.described(this);
  }

  /** Has reads go to others until the topology is asked anew. */
  passOver(): void {
    this.#passedOver = true;
  }

  /** The topology was asked anew. */
  update(told: TopologyNode): void {
    this.told = told;
    this.#passedOver = false;
  }

  /** Takes how long a reply took. */
  measured(ms: number): void {
    this.latencyMs = this.latencyMs === undefined ? ms : this.latencyMs + NEWEST * (ms - this.latencyMs);
  }

  /** Opens its connection, unless it is open or being opened. What comes of it is seen in its state. */
  warm(): void {
    if (this.#warming || this.endpoint.ready) return;
    this.#warming = true;
    const done = (): void => {
      this.#warming = false;
    };
    this.endpoint.connect().then(done, done);
  }

  /** Has new connections made; those that were there end when their replies have come. */
  renew(): void {
    const now = this.#owner.now();
    if (now - this.#renewedAt < RENEW_MS) return;
    this.#renewedAt = now;
    const { endpoint } = this;
    this.endpoint = this.#owner.endpointTo(this);
    this.subscriber = subscriberOf(this.name, this.endpoint);
    for (const call of endpoint.takeWaiting()) this.#owner.moved(call);
    this.#owner.leaves(endpoint);
  }

  silent(): void {
    this.#owner.troubled();
  }

  waits(): void {
    if (this.endpoint.failed) this.#owner.troubled();
  }

  refused(call: PendingCall, error: RedisError): boolean {
    return this.#owner.refused(call, error, this);
  }

  lost(lost: LostToNode): readonly PendingCall[] {
    return this.#owner.lost(lost, this);
  }

  /** Its connections have ended subscriptions, or were refused them. */
  unsubscribed(kind: ChannelKind, channels: readonly string[]): void {
    this.#owner.unsubscribed(kind, channels, this);
  }
}

function subscriberOf(name: string, endpoint: Endpoint): SubscriberNode {
  return {
    name,
    get ready(): boolean {
      return endpoint.ready;
    },
    subscribe: (kind, channels, listener, options) => endpoint.subscribe(kind, channels, listener, options),
  };
}
