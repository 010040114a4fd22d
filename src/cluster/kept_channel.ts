/**
 * One channel that is to be subscribed at one place, which may move from node to node.
 *
 * Strategy: at any time one node at most counts, the current one, and one at most is being tried. A trial that is
 * confirmed becomes the current one, at its first message already, which may be read before its promise is settled;
 * what another tells from then on is dropped, and left. So a message is told once, by whichever node counted when it
 * came. A trial that fails is followed by another: at once where a MOVED names a node, after a delay that grows
 * otherwise.
 *
 * What the servers do (seen on Redis 7.0.15 and Valkey 8.0.1, RESP3): a node that loses a slot, be it by SETSLOT NODE,
 * by gossip, by DELSLOTS or as the old primary of a CLUSTER FAILOVER, says `sunsubscribe <channel> <how many are left>`
 * unasked for each shard channel of it, and answers SSUBSCRIBE and SUNSUBSCRIBE with MOVED, or with CLUSTERDOWN where
 * nobody has the slot. Valkey says it also to subscribers of the replica that becomes the primary. While a slot
 * migrates its old owner takes SSUBSCRIBE and the new one answers MOVED. A replica takes SSUBSCRIBE too, and tells all
 * that its primary is told: so does the old primary after a fail-over, also while the new one is dead. Several slots in
 * one command are CROSSSLOT.
 *
 * Where two nodes tell the same message, as a replica and its primary do, it is told once (`repeats.ts`).
 *
 * @module
 */
import { ConnectionError, ReplyError } from "../errors.ts";
import { type Backoff, delayBefore } from "../connection/backoff.ts";
import { isFinal } from "../connection/failure.ts";
import { type ChannelKind, type Message, PLAIN_CALL } from "../sender.ts";
import { passes } from "../session/refusals.ts";
import type { Clock, Random } from "../stream.ts";
import { Repeats } from "./repeats.ts";
import type { SubscriberNode, SubscriptionNodes } from "./subscriber_nodes.ts";

/** How subscriptions are kept. */
export interface KeepSettings {
  /** Milliseconds until a node that does not confirm is given up; 0 for never. */
  readonly timeoutMs: number;
  /** How long to wait between trials that fail. */
  readonly backoff: Backoff;
  /** Time. */
  readonly clock: Clock;
  /** Chance. */
  readonly random: Random;
}

/** Who wants a channel, and knows where. */
export interface ChannelOwner {
  /** Where it is to be subscribed. */
  place(): SubscriberNode | undefined;
  /** Something was published. */
  told(message: Message, from: KeptChannel): void;
  /** It is subscribed. */
  confirmed(): void;
  /** A trial has failed for a reason that may pass, and another will be made. */
  failed(error: Error, node: SubscriberNode): void;
  /** It was refused for a reason that stays. Whoever still wants it has another trial made, late. */
  refused(error: Error, node: SubscriberNode): void;
}

/** A channel at a node. */
interface Placement {
  readonly node: SubscriberNode;
  readonly abort: AbortController;
  /** Ends it; absent before it is confirmed. */
  leave: (() => Promise<void>) | undefined;
  dropped: boolean;
}

// So often, within the longest delay, another node is asked without any delay.
const MOST_HOPS = 16;
/** Milliseconds for which a node that has ended it is held for none of its slot's, whatever the topology says. */
const BELIEVED_MS = 5_000;

/** A channel that is kept subscribed. */
export class KeptChannel {
  readonly #kind: ChannelKind;
  readonly #channel: string;
  readonly #owner: ChannelOwner;
  readonly #nodes: SubscriptionNodes;
  readonly #settings: KeepSettings;
  #current: Placement | undefined;
  #trial: Placement | undefined;
  // Only while its place may be changing.
  #repeats: Repeats | undefined;
  // The node that has ended it, and when.
  #left: SubscriberNode | undefined;
  #leftAt = 0;
  // The node that was tried last, and the wait before the next.
  #tried: SubscriberNode | undefined;
  #cancelWait: (() => void) | undefined;
  #attempt = 0;
  #hops = 0;
  #hoppedAt = 0;
  #ended = false;

  /** Takes the channel, who wants it, the nodes, and how to behave; nothing is said before {@linkcode ask}. */
  constructor(
    kind: ChannelKind,
    channel: string,
    owner: ChannelOwner,
    nodes: SubscriptionNodes,
    settings: KeepSettings,
  ) {
    this.#kind = kind;
    this.#channel = channel;
    this.#owner = owner;
    this.#nodes = nodes;
    this.#settings = settings;
  }

  /** Whether it is subscribed at a node that is connected. */
  get holds(): boolean {
    return this.#current?.node.ready === true;
  }

  /** Somebody waits for it: tries now, whatever was to be waited for, unless it is being tried. */
  ask(): void {
    if (this.#trial === undefined) this.#tryPlace();
  }

  /** Its place may be another: goes there, but to a node that just failed not before its time. */
  moved(): void {
    const place = this.#owner.place();
    if (place === undefined) return;
    if (this.#trial !== undefined) {
      if (this.#trial.node === place) return;
    } else if (this.#current?.node === place) return this.#isAt(place);
    else if (this.#cancelWait !== undefined && this.#tried === place) return;
    if (this.#mayHop()) return this.#try(place);
    this.#drop(this.#trial);
    this.#trial = undefined;
    if (this.#cancelWait === undefined) this.#tryLater();
  }

  /** Nothing comes from the node any more: goes to its place, and takes no word of the old one. */
  abandon(node: SubscriberNode): void {
    this.#forget((placement) => placement.node === node);
    this.moved();
  }

  /** The node of that name has ended it, or refused it: it is asked where to go, unless it is known better. */
  unsubscribed(name: string): void {
    const said = this.#forget(({ node }) => node.name === name);
    if (said === undefined) return;
    this.#left = said.node;
    this.#leftAt = this.#settings.clock.now();
    this.#changing();
    if (this.#trial !== undefined) return;
    this.#nodes.wantTopology();
    if (this.#mayHop()) this.#try(this.#owner.place() ?? said.node);
    else this.#tryLater();
  }

  /** Ends it; resolves when the node has confirmed. */
  end(): Promise<void> {
    const leave = this.#current?.leave;
    const current = this.#current;
    this.close();
    if (leave === undefined) current?.abort.abort();
    return leave?.() ?? Promise.resolve();
  }

  /** Ends it without a word, as its connections end too. */
  close(): void {
    this.#ended = true;
    this.#stopWaiting();
    this.#drop(this.#trial);
    this.#trial = undefined;
    if (this.#current !== undefined) this.#current.dropped = true;
    this.#current = undefined;
  }

  // ---- trials

  #tryPlace(): void {
    const place = this.#owner.place();
    if (place !== undefined) return this.#try(place);
    this.#nodes.wantTopology();
    this.#tryLater();
  }

  #try(node: SubscriberNode): void {
    this.#stopWaiting();
    this.#drop(this.#trial);
    if (this.#current !== undefined) this.#changing();
    const trial: Placement = { node, abort: new AbortController(), leave: undefined, dropped: false };
    this.#trial = trial;
    this.#tried = node;
    const { timeoutMs } = this.#settings;
    // Once: where to go next is decided here.
    const options = { ...PLAIN_CALL, timeoutMs, attempts: 1, signal: trial.abort.signal };
    node.subscribe(this.#kind, [this.#channel], (message) => this.#heard(trial, message), options).then(
      (leave) => this.#confirmed(trial, leave),
      (error) => this.#failed(trial, error),
    );
  }

  #tryLater(delayMs = delayBefore(this.#settings.backoff, ++this.#attempt, this.#settings.random)): void {
    this.#stopWaiting();
    this.#cancelWait = this.#settings.clock.after(delayMs, () => {
      this.#cancelWait = undefined;
      this.#tryPlace();
    });
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  #heard(placement: Placement, message: Message): void {
    if (placement === this.#trial) {
      const before = this.#current?.node;
      this.#switch(placement);
      // At the same node both listen, and the one that was there before has told it.
      if (before === placement.node) return;
    }
    if (placement !== this.#current) return;
    if (this.#repeats !== undefined && this.#isRepeated(this.#repeats, message, placement)) return;
    this.#owner.told(message, this);
  }

  #isRepeated(repeats: Repeats, message: Message, { node }: Placement): boolean {
    if (!repeats.over) return repeats.has(message, node);
    this.#repeats = undefined;
    return false;
  }

  #changing(): Repeats {
    if (this.#repeats === undefined) this.#repeats = new Repeats(this.#settings.clock);
    else if (this.#current === undefined || this.#current.node !== this.#left) this.#repeats.goOn();
    return this.#repeats;
  }

  /** It is where the topology has it, which may have been asked before a node ended it. */
  #isAt(place: SubscriberNode): void {
    this.#stopWaiting();
    if (place === this.#left && this.#settings.clock.now() - this.#leftAt > BELIEVED_MS) this.#cameHome();
  }

  #cameHome(): void {
    this.#left = undefined;
    this.#repeats?.goOn();
  }

  #confirmed(placement: Placement, leave: () => Promise<void>): void {
    placement.leave = leave;
    if (placement.dropped) leave().catch(ignore);
    else if (placement === this.#trial) this.#switch(placement);
  }

  #switch(placement: Placement): void {
    const old = this.#current;
    this.#current = placement;
    this.#trial = undefined;
    this.#attempt = 0;
    if (placement.node === this.#left) this.#changing().stay();
    else if (this.#left !== undefined) this.#cameHome();
    this.#drop(old);
    this.#owner.confirmed();
  }

  #failed(placement: Placement, error: Error): void {
    if (placement.dropped) return;
    if (placement === this.#current) this.#current = undefined;
    else this.#trial = undefined;
    const { node } = placement;
    if (error instanceof ReplyError && error.code === "MOVED" && this.#follow(error, node)) return;
    if (isRefused(error)) {
      this.#owner.refused(error, node);
      if (!this.#ended && this.#trial === undefined) this.#tryLater(this.#settings.backoff.capMs);
      return;
    }
    this.#nodes.wantTopology();
    this.#owner.failed(error, node);
    // The owner may have found another place.
    if (!this.#ended && this.#trial === undefined) this.#tryLater();
  }

  /** Goes where a MOVED says; false when that is not known, or was done too often. */
  #follow(error: ReplyError, from: SubscriberNode): boolean {
    const to = this.#nodes.movedTo(error, from);
    if (to === undefined) return false;
    // It may be where it should be all along, and taking the MOVED to heart may have brought it on its way.
    if (to === this.#current?.node || this.#trial !== undefined || this.#cancelWait !== undefined) return true;
    if (!this.#mayHop()) return false;
    this.#try(to);
    return true;
  }

  #mayHop(): boolean {
    const now = this.#settings.clock.now();
    if (now - this.#hoppedAt > this.#settings.backoff.capMs) this.#hops = 0;
    this.#hoppedAt = now;
    return ++this.#hops <= MOST_HOPS;
  }

  // ---- what counts no more

  /** Drops what is, or is tried, at such a node; gives it. */
  #forget(such: (placement: Placement) => boolean): Placement | undefined {
    let found: Placement | undefined;
    if (this.#current !== undefined && such(this.#current)) {
      this.#drop(found = this.#current);
      this.#current = undefined;
    }
    if (this.#trial !== undefined && such(this.#trial)) {
      this.#drop(found = this.#trial);
      this.#trial = undefined;
    }
    return found;
  }

  #drop(placement: Placement | undefined): void {
    if (placement === undefined) return;
    placement.dropped = true;
    if (placement.leave === undefined) placement.abort.abort();
    else placement.leave().catch(ignore);
  }
}

/** Whether asking again would not help soon, nor would asking another node. */
function isRefused(error: Error): boolean {
  if (error instanceof ReplyError) return !passes(error) && error.code !== "MOVED" && error.code !== "ASK";
  return !(error instanceof ConnectionError) || isFinal(error);
}

function ignore(): void {}
