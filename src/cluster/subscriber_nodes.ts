/**
 * What subscriptions need to know of a cluster: its nodes as those who tell messages, and where a slot is.
 *
 * @module
 */
import type { ReplyError } from "../errors.ts";
import type { CallOptions, ChannelKind, MessageListener } from "../sender.ts";

/** A node, as long as its connections are the same: one that left and came back is another. */
export interface SubscriberNode {
  /** The node's name, `host:port`. */
  readonly name: string;
  /** Whether it is connected. */
  readonly ready: boolean;
  /** Has a listener told what is published, again whenever its connection was lost; gives what ends that. */
  subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options: CallOptions,
  ): Promise<() => Promise<void>>;
}

/** The nodes of a cluster. */
export interface SubscriptionNodes {
  /** Whether the node is one of the cluster's still. */
  has(node: SubscriberNode): boolean;
  /** The primary of a slot, as far as it is known. */
  primaryOf(slot: number): SubscriberNode | undefined;
  /** All primaries that have slots. */
  primaries(): readonly SubscriberNode[];
  /** Some node, one that is ready where there is one. */
  any(): SubscriberNode | undefined;
  /** Takes a MOVED to heart, and gives the node that it names. */
  movedTo(error: ReplyError, from: SubscriberNode): SubscriberNode | undefined;
  /** What is known of the cluster seems to be old. */
  wantTopology(): void;
}
