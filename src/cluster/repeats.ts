/**
 * What two nodes both tell of a channel that goes from one to the other.
 *
 * After a fail-over the old primary tells as a replica what its primary is told, and executes SPUBLISH itself; what it
 * is told it hands to the new one, which may be tens of milliseconds late with it, as it saves what it has become. So
 * a message that was told by the one comes from the other too, in another order maybe. Such a one is dropped: what was
 * told since the place of the channel may be changing is remembered for a moment, and what another node says of that
 * counts as the same, once each. The place may be changing for as long as the channel is at a node that has ended it
 * and took it again, which it does as a replica.
 *
 * Limits: messages that are alike and were published within that moment may be told once less. Of more than a thousand
 * in it the oldest are forgotten.
 *
 * @module
 */
import type { Message } from "../sender.ts";
import type { Clock } from "../stream.ts";
import type { SubscriberNode } from "./subscriber_nodes.ts";

/** A message that was told. */
interface Told {
  readonly message: Message;
  readonly node: SubscriberNode;
  readonly at: number;
}

/** Milliseconds for which a message is remembered. */
const KEPT_MS = 250;
/** Milliseconds for which the place of a channel counts as changing. */
const CHANGING_MS = 1_000;
const MOST_KEPT = 1_000;

/** What is remembered while a channel changes its place. */
export class Repeats {
  readonly #clock: Clock;
  // In the order in which they were told.
  readonly #told: Told[] = [];
  #end: number;

  /** The place begins to change. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#end = clock.now() + CHANGING_MS;
  }

  /** The place changes once more. */
  goOn(): void {
    this.#end = this.#clock.now() + CHANGING_MS;
  }

  /** The place is one that will be left, who knows when. */
  stay(): void {
    this.#end = Infinity;
  }

  /** Whether nothing can be repeated any more. */
  get over(): boolean {
    return this.#clock.now() >= this.#end + KEPT_MS;
  }

  /** Whether another node has told this; remembers it where not. */
  has(message: Message, node: SubscriberNode): boolean {
    const told = this.#told;
    const now = this.#clock.now();
    while (told.length > 0 && now - told[0].at >= KEPT_MS) told.shift();
    const same = told.findIndex((each) =>
      each.node !== node && each.message.message === message.message && each.message.channel === message.channel
    );
    if (same >= 0) told.splice(same, 1);
    else if (now < this.#end) {
      if (told.length === MOST_KEPT) told.shift();
      told.push({ message, node, at: now });
    }
    return same >= 0;
  }
}
