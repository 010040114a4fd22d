/**
 * Who wants to be told what is published, and what the server has to be told for that.
 *
 * Listeners of one channel share one subscription: the first subscribes, the last to leave unsubscribes. What is
 * wanted is said again with every new connection, in its handshake.
 *
 * Limits: RESP3, over the connection that calls go over; messages are text.
 *
 * @module
 */
import type { Value } from "../resp/value.ts";
import type { ChannelKind, MessageListener } from "../sender.ts";

/** The commands of each kind, and the push that its messages come as. */
const NAMES: Readonly<Record<ChannelKind, { subscribe: string; unsubscribe: string; message: string }>> = {
  channel: { subscribe: "SUBSCRIBE", unsubscribe: "UNSUBSCRIBE", message: "message" },
  pattern: { subscribe: "PSUBSCRIBE", unsubscribe: "PUNSUBSCRIBE", message: "pmessage" },
  shard: { subscribe: "SSUBSCRIBE", unsubscribe: "SUNSUBSCRIBE", message: "smessage" },
};

/** What is wanted over one connection. */
export class Subscriptions {
  readonly #wanted: Readonly<Record<ChannelKind, Map<string, Set<MessageListener>>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };

  /** The words that say all that is wanted, a command for each kind. */
  words(): string[][] {
    return (Object.keys(NAMES) as ChannelKind[])
      .filter((kind) => this.#wanted[kind].size > 0)
      .map((kind) => [NAMES[kind].subscribe, ...this.#wanted[kind].keys()]);
  }

  /** Adds a listener; gives the words to say for it, none where others listen to the same already. */
  add(kind: ChannelKind, channels: readonly string[], listener: MessageListener): string[] {
    const wanted = this.#wanted[kind];
    const fresh = [...new Set(channels)].filter((channel) => !wanted.has(channel));
    for (const channel of channels) {
      const listeners = wanted.get(channel) ?? new Set();
      wanted.set(channel, listeners.add(listener));
    }
    return fresh.length === 0 ? [] : [NAMES[kind].subscribe, ...fresh];
  }

  /** Removes a listener; gives the words to say for it, none where others listen still. */
  remove(kind: ChannelKind, channels: readonly string[], listener: MessageListener): string[] {
    const wanted = this.#wanted[kind];
    const left: string[] = [];
    for (const channel of new Set(channels)) {
      const listeners = wanted.get(channel);
      if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) continue;
      wanted.delete(channel);
      left.push(channel);
    }
    return left.length === 0 ? [] : [NAMES[kind].unsubscribe, ...left];
  }

  /** Tells a push to those who want it; what they throw is their own. */
  told([type, ...rest]: readonly Value[]): void {
    for (const kind of Object.keys(NAMES) as ChannelKind[]) {
      if (NAMES[kind].message !== type) continue;
      const [channel, message] = rest.slice(-2) as [string, string];
      const pattern = kind === "pattern" ? rest[0] as string : undefined;
      for (const listener of [...this.#wanted[kind].get(pattern ?? channel) ?? []]) {
        try {
          listener({ channel, pattern, message });
        } catch {
          // Its own.
        }
      }
    }
  }
}
