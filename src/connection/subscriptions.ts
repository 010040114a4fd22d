/**
 * Who wants to be told what is published, and what the server has to be told for that.
 *
 * Every wish is said, also for a channel that is subscribed already, so that each is told of a refusal; the last to
 * leave unsubscribes. What is wanted is said again with every new connection, in its handshake: a command for each
 * channel, so that one which is refused, or of another slot, takes no other with it.
 *
 * Limits: RESP3, over the connection that calls go over; messages are text.
 *
 * @module
 */
import { tell } from "../events.ts";
import type { Value } from "../resp/value.ts";
import type { ChannelKind, MessageListener } from "../sender.ts";

/** What somebody wants to be told; two are never the same, whatever they say. */
export interface Wish {
  /** How the channels are named. */
  readonly kind: ChannelKind;
  /** The channels. */
  readonly channels: ReadonlySet<string>;
  /** Who is told. */
  readonly listener: MessageListener;
}

/** The commands of each kind, and the push that its messages come as. */
const NAMES: Readonly<Record<ChannelKind, { subscribe: string; unsubscribe: string; message: string }>> = {
  channel: { subscribe: "SUBSCRIBE", unsubscribe: "UNSUBSCRIBE", message: "message" },
  pattern: { subscribe: "PSUBSCRIBE", unsubscribe: "PUNSUBSCRIBE", message: "pmessage" },
  shard: { subscribe: "SSUBSCRIBE", unsubscribe: "SUNSUBSCRIBE", message: "smessage" },
};
const KINDS = Object.keys(NAMES) as ChannelKind[];

/** What is wanted over one connection. */
export class Subscriptions {
  readonly #channels: Readonly<Record<ChannelKind, Map<string, Set<Wish>>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };

  /** The words to say over a new connection. */
  words(): string[][] {
    return KINDS.flatMap((kind) => [...this.#channels[kind].keys()].map((name) => [NAMES[kind].subscribe, name]));
  }

  /** Adds a wish; gives the words to say for it. */
  add(wish: Wish): string[] {
    const channels = this.#channels[wish.kind];
    for (const name of wish.channels) {
      const wishes = channels.get(name);
      if (wishes === undefined) channels.set(name, new Set([wish]));
      else wishes.add(wish);
    }
    return [NAMES[wish.kind].subscribe, ...wish.channels];
  }

  /** Removes a wish; gives the words to say for it, none where others have its channels still. */
  remove(wish: Wish): string[] {
    const channels = this.#channels[wish.kind];
    const left: string[] = [];
    for (const name of wish.channels) {
      const wishes = channels.get(name);
      if (wishes === undefined || !wishes.delete(wish) || wishes.size > 0) continue;
      channels.delete(name);
      left.push(name);
    }
    return left.length === 0 ? [] : [NAMES[wish.kind].unsubscribe, ...left];
  }

  /** Tells a push to those who want it; what they throw is their own. */
  told([type, ...rest]: readonly Value[]): void {
    const kind = KINDS.find((each) => NAMES[each].message === type);
    if (kind === undefined) return;
    const [channel, message] = rest.slice(-2) as [string, string];
    const pattern = kind === "pattern" ? rest[0] as string : undefined;
    for (const { listener } of [...this.#channels[kind].get(pattern ?? channel) ?? []]) {
      tell(listener, { channel, pattern, message });
    }
  }
}
