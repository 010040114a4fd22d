/**
 * One channel that somebody wants to be told of, and all the places where it is subscribed for that.
 *
 * That is one place for most, and every primary for what servers tell of their own keys: keyspace notifications are
 * not sent from node to node, so each primary is asked for its own.
 *
 * @module
 */
import type { ChannelKind, Message } from "../sender.ts";
import { tell } from "../events.ts";
import { type ChannelOwner, type KeepSettings, KeptChannel } from "./kept_channel.ts";
import type { SubscriberNode, SubscriptionNodes } from "./subscriber_nodes.ts";
import type { ClusterWish } from "./cluster_wish.ts";

/** Who keeps all channels. */
export interface ChannelKeeper {
  /** The node of a channel that is subscribed at one, by its kind. */
  placeOf(kind: ChannelKind, channel: string): SubscriberNode | undefined;
  /** A node could not be asked for a channel that is of the home. */
  failed(node: SubscriberNode): void;
  /** What is still wanted has been refused for a reason that stays. */
  refused(error: Error, node: SubscriberNode): void;
}

/** A channel and those who want it. */
export class WantedChannel {
  /** Those who want it. */
  readonly wishes: Set<ClusterWish> = new Set();
  /** Why the last trial failed. */
  lastError: Error | undefined;
  readonly #kind: ChannelKind;
  readonly #channel: string;
  readonly #keeper: ChannelKeeper;
  readonly #nodes: SubscriptionNodes;
  readonly #settings: KeepSettings;
  readonly #ofEachPrimary: boolean;
  // By the primary; the one place of all others has no node of its own.
  readonly #places = new Map<SubscriberNode | undefined, KeptChannel>();

  /** Takes the channel, who is told what no caller is, the nodes, and how to behave. */
  constructor(
    kind: ChannelKind,
    channel: string,
    keeper: ChannelKeeper,
    nodes: SubscriptionNodes,
    settings: KeepSettings,
  ) {
    this.#kind = kind;
    this.#channel = channel;
    this.#keeper = keeper;
    this.#nodes = nodes;
    this.#settings = settings;
    this.#ofEachPrimary = kind !== "shard" && isOfEachPrimary(kind, channel);
    if (this.#ofEachPrimary) this.#followPrimaries();
    else this.#add(undefined);
  }

  /** Whether it is subscribed wherever it is to be. */
  get holds(): boolean {
    for (const place of this.#places.values()) if (!place.holds) return false;
    return this.#places.size > 0;
  }

  /** Whether it goes with the node of all that is not of a shard or of each primary. */
  get isOfHome(): boolean {
    return this.#kind !== "shard" && !this.#ofEachPrimary;
  }

  /** Somebody waits for it. */
  ask(): void {
    for (const place of this.#places.values()) if (!place.holds) place.ask();
    if (this.#places.size === 0) this.#nodes.wantTopology();
  }

  /** Where it is to be may have changed. */
  moved(): void {
    if (this.#ofEachPrimary) this.#followPrimaries();
    else for (const place of this.#places.values()) place.moved();
  }

  /** Nothing comes from the node any more. */
  abandon(node: SubscriberNode): void {
    for (const place of this.#places.values()) place.abandon(node);
  }

  /** The node of that name has ended it. */
  unsubscribed(name: string): void {
    for (const place of this.#places.values()) place.unsubscribed(name);
  }

  /** Ends it; resolves when all nodes have confirmed. */
  async end(): Promise<void> {
    await Promise.all([...this.#places.values()].map((place) => place.end()));
  }

  /** Ends it without a word. */
  close(): void {
    for (const place of this.#places.values()) place.close();
  }

  #followPrimaries(): void {
    const primaries = new Set(this.#nodes.primaries());
    for (const [node, place] of this.#places) {
      if (primaries.has(node!)) continue;
      this.#places.delete(node);
      place.end().catch(ignore);
    }
    for (const node of primaries) if (!this.#places.has(node)) this.#add(node).ask();
    // What was waited for may have been the one that is gone.
    this.#tellIfHeld();
  }

  #add(node: SubscriberNode | undefined): KeptChannel {
    const owner: ChannelOwner = {
      place: () => node ?? this.#keeper.placeOf(this.#kind, this.#channel),
      told: (message, from) => this.#told(message, from),
      confirmed: () => this.#tellIfHeld(),
      failed: (error, at) => {
        this.lastError = error;
        if (this.isOfHome) this.#keeper.failed(at);
      },
      refused: (error, at) => this.#refused(error, at),
    };
    const place = new KeptChannel(this.#kind, this.#channel, owner, this.#nodes, this.#settings);
    this.#places.set(node, place);
    return place;
  }

  #told(message: Message, from: KeptChannel): void {
    // A pattern may match more than what each primary tells of its own: the rest is told by all alike.
    if (this.#places.size > 1 && !isOfKeys(message.channel) && from !== this.#places.values().next().value) return;
    for (const { listener } of [...this.wishes]) tell(listener, message);
  }

  #tellIfHeld(): void {
    if (this.holds) { for (const wish of [...this.wishes]) wish.confirmed(this); }
  }

  #refused(error: Error, node: SubscriberNode): void {
    for (const wish of [...this.wishes]) if (wish.refused(this, error)) this.wishes.delete(wish);
    if (this.wishes.size > 0) this.#keeper.refused(error, node);
  }
}

const OF_KEYS = ["__keyspace@", "__keyevent@"];
const BEFORE_WILDCARD = /^[^*?[\\]*/;

function isOfKeys(channel: string): boolean {
  return OF_KEYS.some((prefix) => channel.startsWith(prefix));
}

/** Whether it is one of the channels of keyspace notifications, or a pattern of them, such as `__key*__:*`. */
function isOfEachPrimary(kind: ChannelKind, name: string): boolean {
  if (isOfKeys(name)) return true;
  const start = kind === "pattern" ? BEFORE_WILDCARD.exec(name)![0] : "";
  return start.length >= "__key".length && start.length < name.length &&
    OF_KEYS.some((prefix) => prefix.startsWith(start));
}

function ignore(): void {}
