/**
 * Subscribing over a connection that callers share: what is wanted is said, kept, and said again by each handshake.
 *
 * Limits: RESP3, under which a subscriber can say other things too.
 *
 * @module
 */
import { RedisError, ReplyError } from "../errors.ts";
import { type AnyCommand, command as makeCommand, specialCommand, type Standing } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import type { Events } from "../events.ts";
import { type CallOptions, type ChannelKind, type MessageListener, PLAIN_CALL } from "../sender.ts";
import type { Connection } from "./connection.ts";
import { isLeft, type Subscriptions, type Wish, wishOf } from "./subscriptions.ts";

/** Subscribes over one connection. */
export class Subscriber {
  readonly #node: string;
  readonly #connection: Connection;
  readonly #subscriptions: Subscriptions;

  /** Takes the node's name, the connection, and what is wanted over it. */
  constructor(node: string, connection: Connection, subscriptions: Subscriptions) {
    this.#node = node;
    this.#connection = connection;
    this.#subscriptions = subscriptions;
  }

  /** Notes what its handshakes were refused, from now on; gives the function that ends that. */
  noteRefused(events: Events): () => void {
    return events.on("ready", ({ node, role }) => {
      if (node === this.#node && role === "shared" && this.#connection.ready) this.#subscriptions.settled();
    });
  }

  /** Has a listener told what is published; gives the function that ends that. */
  async subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options: CallOptions = PLAIN_CALL,
  ): Promise<() => Promise<void>> {
    const connection = this.#connection;
    const how = { ...options, mode: 0, node: this.#node };
    // Only one that has been connected knows its protocol.
    if (connection.speaksResp3 === undefined) await connection.send(makeCommand(["PING"], status), how).catch(answered);
    if (!connection.speaksResp3) throw new RedisError(`Cannot subscribe at "${this.#node}": it does not speak RESP3`);
    const wish = wishOf(kind, channels, listener);
    try {
      const commands = this.#subscriptions.add(wish).map(subscription);
      await Promise.all(commands.map((command) => connection.subscribe(command, how)));
    } catch (error) {
      this.#leave(wish).catch(ignore);
      throw error;
    }
    return () => this.#leave(wish);
  }

  /** Tells a listener no more. */
  async #leave(wish: Wish): Promise<void> {
    const connection = this.#connection;
    const commands = this.#subscriptions.remove(wish).map(subscription);
    if (commands.length === 0) return;
    // A connection that is being made may have been told of it; one that is lost takes it with it.
    if (!connection.ready && !connection.dialling) return;
    const left = Promise.all(commands.map((command) => connection.subscribe(command).catch(unlessLeft)));
    if (connection.ready) await left;
    else left.catch(ignore);
  }
}

// It may be said again when its connection was lost.
const SUBSCRIPTION: Standing = { kind: "standing", sets: "subscriptions", undone: false };

function subscription(words: readonly string[]): AnyCommand {
  return specialCommand(words, status, SUBSCRIPTION);
}

function unlessLeft(error: unknown): void {
  if (!isLeft(error)) throw error;
}

/** Whoever is refused a PING has been answered all the same. */
function answered(error: unknown): void {
  if (!(error instanceof ReplyError)) throw error;
}

function ignore(): void {}
