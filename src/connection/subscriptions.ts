/**
 * Who wants to be told what is published, and what the server has to be told for that.
 *
 * Every wish is said, also for a channel that is subscribed already, so that each is told of a refusal; the last to
 * leave unsubscribes. What is wanted is said again with every new connection, in its handshake: a command for each
 * channel, so that one which is refused, or of another slot, takes no other with it. Shard channels of several slots,
 * which a cluster refuses together, are said in a command for each slot.
 *
 * A server may end a subscription by itself, as a node of a cluster does whose slot is handed over, or refuse it in a
 * handshake. Whoever keeps several servers is told so, and the channel is forgotten here; without such an owner it
 * stays wanted, for the next connection. A confirmation of our own UNSUBSCRIBE is told from the server's own by what
 * has been confirmed: a channel that was left is another when it is wanted again.
 *
 * Limits: RESP3, over the connection that calls go over; messages are text.
 *
 * @module
 */
import { ClosedError, ReplyError } from "../errors.ts";
import { tell } from "../events.ts";
import type { Value } from "../resp/value.ts";
import { slotOf } from "../routing/slots.ts";
import type { ChannelKind, MessageListener } from "../sender.ts";

/** What somebody wants to be told; two are never the same, whatever they say. */
export interface Wish {
  /** How the channels are named. */
  readonly kind: ChannelKind;
  /** The channels, as the server will name them. */
  readonly channels: ReadonlySet<string>;
  /** Who is told. */
  readonly listener: MessageListener;
}

/** Is told of channels that are subscribed no more, or that could not be when their connection was made anew. */
export type Unsubscribed = (kind: ChannelKind, channels: readonly string[]) => void;

/** A channel that somebody wants. */
interface Wanted {
  readonly wishes: Set<Wish>;
  /** Whether the server has confirmed it over this connection. */
  confirmed: boolean;
  /** Whether the handshake of this connection says it. */
  said: boolean;
}

/** The commands of each kind. */
const NAMES: Readonly<Record<ChannelKind, { subscribe: string; unsubscribe: string }>> = {
  channel: { subscribe: "SUBSCRIBE", unsubscribe: "UNSUBSCRIBE" },
  pattern: { subscribe: "PSUBSCRIBE", unsubscribe: "PUNSUBSCRIBE" },
  shard: { subscribe: "SSUBSCRIBE", unsubscribe: "SUNSUBSCRIBE" },
};
const KINDS = ["channel", "pattern", "shard"] as const;

/** What each push means: a message, or that a channel is subscribed, or is no more. */
const PUSHES: ReadonlyMap<Value, { kind: ChannelKind; means: "message" | "subscribed" | "unsubscribed" }> =
  /* @__PURE__ */ new Map([
    ["message", { kind: "channel", means: "message" }],
    ["pmessage", { kind: "pattern", means: "message" }],
    ["smessage", { kind: "shard", means: "message" }],
    ["subscribe", { kind: "channel", means: "subscribed" }],
    ["psubscribe", { kind: "pattern", means: "subscribed" }],
    ["ssubscribe", { kind: "shard", means: "subscribed" }],
    ["unsubscribe", { kind: "channel", means: "unsubscribed" }],
    ["punsubscribe", { kind: "pattern", means: "unsubscribed" }],
    ["sunsubscribe", { kind: "shard", means: "unsubscribed" }],
  ]);

// Half of a surrogate pair cannot be sent, nor will the server speak of it: it becomes U+FFFD on the way.
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** What a listener wants to be told. */
export function wishOf(kind: ChannelKind, channels: readonly string[], listener: MessageListener): Wish {
  return { kind, channels: new Set(channels.map((name) => name.replace(LONE_SURROGATES, "\ufffd"))), listener };
}

/** Whether an UNSUBSCRIBE that failed was not needed: the connection, or the slot, took the subscription with it. */
export function isLeft(error: unknown): boolean {
  // Valkey 8.0 refuses with NOSUB where nothing is subscribed any more.
  return error instanceof ClosedError || (error instanceof ReplyError && ["MOVED", "NOSUB"].includes(error.code));
}

/** What is wanted over one connection. */
export class Subscriptions {
  readonly #channels: Readonly<Record<ChannelKind, Map<string, Wanted>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };
  readonly #unsubscribed: Unsubscribed | undefined;

  /** Takes who keeps what the server does not, if anybody does. */
  constructor(unsubscribed?: Unsubscribed) {
    this.#unsubscribed = unsubscribed;
  }

  /** The words to say over a new connection. */
  words(): string[][] {
    return KINDS.flatMap((kind) =>
      [...this.#channels[kind]].map(([name, wanted]) => {
        wanted.confirmed = false;
        wanted.said = true;
        return [NAMES[kind].subscribe, name];
      })
    );
  }

  /** The connection is ready: what its handshake said has been confirmed or refused. */
  settled(): void {
    for (const kind of KINDS) {
      const refused: string[] = [];
      for (const [name, wanted] of this.#channels[kind]) {
        if (wanted.said && !wanted.confirmed) refused.push(name);
        wanted.said = false;
      }
      if (refused.length > 0) this.#forget(kind, refused);
    }
  }

  /** Adds a wish; gives the commands to say for it. */
  add(wish: Wish): string[][] {
    const { kind } = wish;
    const channels = this.#channels[kind];
    for (const name of wish.channels) {
      const wanted = channels.get(name);
      if (wanted === undefined) channels.set(name, { wishes: new Set([wish]), confirmed: false, said: false });
      else wanted.wishes.add(wish);
    }
    return together(kind, [...wish.channels]).map((names) => [NAMES[kind].subscribe, ...names]);
  }

  /** Removes a wish; gives the commands to say for it, none where others have its channels still. */
  remove(wish: Wish): string[][] {
    const { kind } = wish;
    const channels = this.#channels[kind];
    const left: string[] = [];
    for (const name of wish.channels) {
      const wanted = channels.get(name);
      if (wanted === undefined || !wanted.wishes.delete(wish) || wanted.wishes.size > 0) continue;
      channels.delete(name);
      left.push(name);
    }
    return together(kind, left).map((names) => {
      const words = [NAMES[kind].unsubscribe, ...names];
      // The last one twice: see SubscribeCall.
      return kind === "shard" ? [...words, names[names.length - 1]] : words;
    });
  }

  /** Takes a push: tells those who want it, whose failures are their own, or notes what becomes of a channel. */
  told(push: readonly Value[]): void {
    const what = PUSHES.get(push[0]);
    if (what === undefined) return;
    const { kind, means } = what;
    const wanted = this.#channels[kind].get(push[1] as string);
    if (wanted === undefined) return;
    if (means === "message") {
      const [channel, message] = push.slice(-2) as [string, string];
      const pattern = kind === "pattern" ? push[1] as string : undefined;
      for (const { listener } of [...wanted.wishes]) tell(listener, { channel, pattern, message });
    } else if (means === "subscribed") wanted.confirmed = true;
    else if (wanted.confirmed) this.#forget(kind, [push[1] as string]);
  }

  #forget(kind: ChannelKind, names: readonly string[]): void {
    if (this.#unsubscribed === undefined) return;
    for (const name of names) this.#channels[kind].delete(name);
    this.#unsubscribed(kind, names);
  }
}

/** Names that one command may have: those of a shard are of one slot. */
function together(kind: ChannelKind, names: string[]): string[][] {
  if (names.length === 0) return [];
  if (kind !== "shard") return [names];
  const slots = new Map<number, string[]>();
  for (const name of names) {
    const slot = slotOf(name);
    const others = slots.get(slot);
    if (others === undefined) slots.set(slot, [name]);
    else others.push(name);
  }
  return [...slots.values()];
}
