/**
 * What a cluster's client is subscribed to, kept true while slots move, primaries change and nodes are lost.
 *
 * What is wanted is kept here, by channel: several listeners share one subscription, and the last to leave ends it.
 * Where a channel is wanted follows from its kind. Plain channels and patterns are all on one node, the home, so that
 * their messages keep the order that they have on a single server; they leave it together as soon as its connection is
 * lost, if another is ready. A shard channel is on the primary of its slot. Keyspace notifications are on every
 * primary. Whenever something is told that may change that, what is wanted is compared with what is, and each channel
 * that is not at its place goes there for itself, so that one which is refused takes no other with it.
 *
 * Limits: what is published while a channel is nowhere is not told, as on a single server; there is no word of such a
 * gap. RESP3 only, as of each node.
 *
 * @module
 */
import { ClosedError } from "../errors.ts";
import { delayBefore } from "../connection/backoff.ts";
import { wishOf } from "../connection/subscriptions.ts";
import { slotOf } from "../routing/slots.ts";
import { type CallOptions, type ChannelKind, type MessageListener, PLAIN_CALL } from "../sender.ts";
import { ClusterWish } from "./cluster_wish.ts";
import type { KeepSettings } from "./kept_channel.ts";
import type { SubscriberNode, SubscriptionNodes } from "./subscriber_nodes.ts";
import { type ChannelKeeper, WantedChannel } from "./wanted_channel.ts";

/** How the subscriptions of a cluster behave. */
export interface ClusterSubscriptionsSettings extends KeepSettings {
  /** Is told that a node refused for a reason that stays, such as NOPERM, what had been subscribed. */
  readonly failed: (error: Error, node: SubscriberNode) => void;
}

const COMMANDS: Readonly<Record<ChannelKind, string>> = {
  channel: "SUBSCRIBE",
  pattern: "PSUBSCRIBE",
  shard: "SSUBSCRIBE",
};
const KINDS = ["channel", "pattern", "shard"] as const;

/** The subscriptions of a cluster's client. */
export class ClusterSubscriptions {
  readonly #nodes: SubscriptionNodes;
  readonly #settings: ClusterSubscriptionsSettings;
  readonly #keeper: ChannelKeeper;
  readonly #channels: Readonly<Record<ChannelKind, Map<string, WantedChannel>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };
  // The node of what is neither of a shard nor of each primary, and whether another is sought.
  #home: SubscriberNode | undefined;
  #homeLost = false;
  #attempt = 0;
  #cancelSearch: (() => void) | undefined;
  #closed = false;

  /** Takes the nodes, and how to behave; `timeoutMs` bounds a call too that says no other. */
  constructor(nodes: SubscriptionNodes, settings: ClusterSubscriptionsSettings) {
    this.#nodes = nodes;
    this.#settings = settings;
    this.#keeper = {
      placeOf: (kind, channel) => kind === "shard" ? nodes.primaryOf(slotOf(channel)) : this.#homeNode(),
      failed: (node) => this.#loseHome((home) => home === node),
      refused: settings.failed,
    };
  }

  /**
   * Has a listener told what is published; resolves when that is confirmed, with the function that ends it.
   *
   * @throws {ReplyError} When a node refuses for a reason that does not pass.
   * @throws {TimeoutError} When it is not confirmed in time; it is not kept then.
   * @throws {AbortError} When the signal aborts before that.
   * @throws {ClosedError} When the client is closed before that.
   */
  async subscribe(
    kind: ChannelKind,
    names: readonly string[],
    listener: MessageListener,
    options: CallOptions = PLAIN_CALL,
  ): Promise<() => Promise<void>> {
    if (this.#closed) throw new ClosedError(`Cannot send ${COMMANDS[kind]}: the client is closed`);
    const { signal, timeoutMs = this.#settings.timeoutMs } = options;
    const wish = new ClusterWish(COMMANDS[kind], listener, { timeoutMs, signal }, this.#settings.clock);
    const channels = new Map<string, WantedChannel>();
    if (!signal?.aborted) {
      for (const name of wishOf(kind, names, listener).channels) channels.set(name, this.#want(kind, name, wish));
      wish.wait([...channels.values()].filter(({ holds }) => !holds));
      for (const channel of channels.values()) if (!channel.holds) channel.ask();
    }
    try {
      await wish.settled;
    } catch (error) {
      this.#leave(kind, channels, wish).catch(ignore);
      throw error;
    }
    return () => this.#leave(kind, channels, wish);
  }

  #want(kind: ChannelKind, name: string, wish: ClusterWish): WantedChannel {
    let channel = this.#channels[kind].get(name);
    if (channel === undefined) {
      channel = new WantedChannel(kind, name, this.#keeper, this.#nodes, this.#settings);
      this.#channels[kind].set(name, channel);
    }
    channel.wishes.add(wish);
    return channel;
  }

  async #leave(kind: ChannelKind, channels: ReadonlyMap<string, WantedChannel>, wish: ClusterWish): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const [name, channel] of channels) {
      channel.wishes.delete(wish);
      // One that had ended before may be another's now.
      if (channel.wishes.size > 0 || this.#channels[kind].get(name) !== channel) continue;
      this.#channels[kind].delete(name);
      ends.push(channel.end());
    }
    await Promise.all(ends);
  }

  // ---- what may change where channels are

  /** Slots, primaries or nodes are others than before. */
  topologyChanged(): void {
    this.#loseHome((home) => !this.#nodes.has(home));
    for (const channel of this.#all()) channel.moved();
  }

  /** The connection to a node was lost, or the node is gone, be it for another of its name. */
  nodeLost(name: string): void {
    this.#loseHome((home) => home.name === name);
    for (const channel of this.#all()) channel.moved();
  }

  /** A node has ended subscriptions by itself, or refused them when it was connected again. */
  unsubscribed(name: string, kind: ChannelKind, channels: readonly string[]): void {
    for (const channel of channels) this.#channels[kind].get(channel)?.unsubscribed(name);
  }

  /** Ends all of it at once, without a word to the nodes; what waits fails with a `ClosedError`. */
  close(): void {
    this.#closed = true;
    this.#cancelSearch?.();
    for (const channel of this.#all()) {
      channel.close();
      for (const wish of channel.wishes) wish.close();
    }
    for (const kind of KINDS) this.#channels[kind].clear();
  }

  #all(): WantedChannel[] {
    return KINDS.flatMap((kind) => [...this.#channels[kind].values()]);
  }

  // ---- the home

  #homeNode(): SubscriberNode | undefined {
    return this.#home ??= this.#nodes.any();
  }

  #loseHome(isLost: (home: SubscriberNode) => boolean): void {
    if (this.#home === undefined || this.#homeLost || !isLost(this.#home)) return;
    this.#homeLost = true;
    this.#seekHome();
  }

  /** Has all leave a home that was lost for one that is ready; looks again later where there is none. */
  #seekHome(): void {
    this.#cancelSearch?.();
    this.#cancelSearch = undefined;
    const old = this.#home!;
    const channels = this.#all().filter(({ isOfHome }) => isOfHome);
    const found = channels.length === 0 ? undefined : this.#nodes.any();
    this.#homeLost = found !== undefined && !found.ready;
    if (!this.#homeLost || !this.#nodes.has(old)) this.#home = found;
    if (this.#homeLost) {
      const { backoff, clock, random } = this.#settings;
      this.#cancelSearch = clock.after(delayBefore(backoff, ++this.#attempt, random), () => this.#seekHome());
    } else this.#attempt = 0;
    if (this.#home !== old) { for (const channel of channels) channel.abandon(old); }
  }
}

function ignore(): void {}
