/**
 * One node of a cluster as a sender: what is sent goes to this node and to no other.
 *
 * @module
 */
import type { Command } from "../commands/command.ts";
import type { Events } from "../events.ts";
import {
  type CallOptions,
  type ChannelKind,
  type ClientSender,
  type LeaseOptions,
  type MessageListener,
  type OwnSender,
  PLAIN_CALL,
  type PoolStats,
} from "../sender.ts";
import type { Endpoint } from "../connection/endpoint.ts";
import { goneNode } from "./budget.ts";
import type { Member } from "./member.ts";
import { statsOfAll } from "./pool_sum.ts";

/** Sends to one node. */
export class NodeSender implements ClientSender {
  /** What is told of the connections of all nodes. */
  readonly events: Events;
  readonly #name: string;
  readonly #find: () => Member | undefined;
  readonly #known: () => Promise<void>;

  /** Takes the events, the node's name, who finds it, as it may come and go, and who waits for the nodes to be known. */
  constructor(events: Events, name: string, find: () => Member | undefined, known: () => Promise<void>) {
    this.events = events;
    this.#name = name;
    this.#find = find;
    this.#known = known;
  }

  async #endpoint(): Promise<Endpoint> {
    if (this.#find() === undefined) await this.#known();
    const member = this.#find();
    if (member === undefined) throw goneNode(this.#name);
    return member.endpoint;
  }

  /** Sends a command and gives its reply. */
  async send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    return await (await this.#endpoint()).send(command, { ...options, node: this.#name });
  }

  /** Sends several commands in one write and gives their replies in order. */
  async sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    return await (await this.#endpoint()).sendAll(commands, { ...options, node: this.#name });
  }

  /** Lends a connection to the node. */
  async lease(options?: LeaseOptions): Promise<OwnSender> {
    return await (await this.#endpoint()).lease(options);
  }

  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  async backoff(attempt: number): Promise<void> {
    await (await this.#endpoint()).backoff(attempt);
  }

  /** Whether a lease of another node may succeed: it never may here. */
  elsewhere(): boolean {
    return false;
  }

  /** Has a listener told what is published at the node. */
  async subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options?: CallOptions,
  ): Promise<() => Promise<void>> {
    return await (await this.#endpoint()).subscribe(kind, channels, listener, options);
  }

  /** What the node's pool has and has done. */
  poolStats(): PoolStats {
    return this.#find()?.endpoint.poolStats() ?? statsOfAll([]);
  }

  /** Does nothing: the connections are the cluster's. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Does nothing: the connections are the cluster's. */
  destroy(): void {}
}
