/**
 * Who wants to be told what is published, and what the server has to be told for that.
 *
 * Wishes for one channel share one subscription: whoever comes before it is confirmed subscribes too, so that each is
 * told of a refusal, and the last to leave unsubscribes. What is wanted is said again with every new connection, in
 * its handshake: a command for each channel, so that one which is refused, or of another slot, takes no other with it.
 *
 * Limits: RESP3, over the connection that calls go over; messages are text.
 *
 * @module
 */
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

interface Channel {
  readonly wishes: Set<Wish>;
  /** Whether the server has said that it is subscribed. */
  confirmed: boolean;
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
  readonly #channels: Readonly<Record<ChannelKind, Map<string, Channel>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };

  /** The words to say over a new connection. */
  words(): string[][] {
    const all: string[][] = [];
    for (const kind of KINDS) {
      for (const [name, channel] of this.#channels[kind]) {
        channel.confirmed = false;
        all.push([NAMES[kind].subscribe, name]);
      }
    }
    return all;
  }

  /** Adds a wish; gives the words to say for it, none where all of its channels are subscribed. */
  add(wish: Wish): string[] {
    const channels = this.#channels[wish.kind];
    const missing: string[] = [];
    for (const name of wish.channels) {
      let channel = channels.get(name);
      if (channel === undefined) channels.set(name, channel = { wishes: new Set(), confirmed: false });
      channel.wishes.add(wish);
      if (!channel.confirmed) missing.push(name);
    }
    return missing.length === 0 ? [] : [NAMES[wish.kind].subscribe, ...missing];
  }

  /** Removes a wish; gives the words to say for it, none where others have its channels still. */
  remove(wish: Wish): string[] {
    const channels = this.#channels[wish.kind];
    const left: string[] = [];
    for (const name of wish.channels) {
      const channel = channels.get(name);
      if (channel === undefined || !channel.wishes.delete(wish) || channel.wishes.size > 0) continue;
      channels.delete(name);
      left.push(name);
    }
    return left.length === 0 ? [] : [NAMES[wish.kind].unsubscribe, ...left];
  }

  /** Tells a push to those who want it; what they throw is their own. */
  told([type, ...rest]: readonly Value[]): void {
    for (const kind of KINDS) {
      const { subscribe, unsubscribe, message } = NAMES[kind];
      if (type === message) return this.#published(kind, rest as string[]);
      const name = String(type).toUpperCase();
      if (name !== subscribe && name !== unsubscribe) continue;
      const channel = this.#channels[kind].get(rest[0] as string);
      if (channel !== undefined) channel.confirmed = name === subscribe;
    }
  }

  #published(kind: ChannelKind, words: readonly string[]): void {
    const [channel, message] = words.slice(-2);
    const pattern = kind === "pattern" ? words[0] : undefined;
    for (const { listener } of [...this.#channels[kind].get(pattern ?? channel)?.wishes ?? []]) {
      try {
        const outcome: unknown = listener({ channel, pattern, message });
        if (outcome instanceof Promise) outcome.catch(ignore);
      } catch {
        // Its own.
      }
    }
  }
}

function ignore(): void {}
