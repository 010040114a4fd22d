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
import { goneNode } from "./budget.ts";
import type { Member } from "./member.ts";

/** Sends to one node. */
export class NodeSender implements ClientSender {
  /** What is told of the connections of all nodes. */
  readonly events: Events;
  readonly #name: string;
  readonly #find: () => Member | undefined;

  /** Takes the events, the node's name, and who finds it, as it may come and go. */
  constructor(events: Events, name: string, find: () => Member | undefined) {
    this.events = events;
    this.#name = name;
    this.#find = find;
  }

  get #member(): Member {
    const member = this.#find();
    if (member === undefined) throw goneNode(this.#name);
    return member;
  }

  /** Sends a command and gives its reply. */
  async send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    return await this.#member.endpoint.send(command, { ...options, node: this.#name });
  }

  /** Sends several commands in one write and gives their replies in order. */
  async sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    return await this.#member.endpoint.sendAll(commands, { ...options, node: this.#name });
  }

  /** Lends a connection to the node. */
  async lease(options?: LeaseOptions): Promise<OwnSender> {
    return await this.#member.endpoint.lease(options);
  }

  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  async backoff(attempt: number): Promise<void> {
    await this.#member.endpoint.backoff(attempt);
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
    return await this.#member.endpoint.subscribe(kind, channels, listener, options);
  }

  /** What the node's pool has and has done. */
  poolStats(): PoolStats {
    return this.#member.endpoint.poolStats();
  }

  /** Does nothing: the connections are the cluster's. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Does nothing: the connections are the cluster's. */
  destroy(): void {}
}
