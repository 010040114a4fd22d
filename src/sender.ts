/**
 * The one verb: whatever can carry a command to a server and bring back its reply.
 *
 * A connection is a sender, and so are the pool's leases, the cluster and the sentinel; the client needs to know no
 * more of them.
 *
 * @module
 */
import type { ClusterNode, ReadFrom } from "./cluster_options.ts";
import type { AnyCommand, Command, Key } from "./commands/command.ts";
import type { KeyScanOptions } from "./commands/keys.ts";
import type { Events } from "./events.ts";
import type { DecodeMode, Value } from "./resp/value.ts";

/**
 * The most that a command may do and still be sent again after it was written and not answered: `none`, nothing is;
 * `readOnly`, what changes nothing; `idempotent`, also writes that leave the same data when executed twice, though
 * their second reply may differ and what another client wrote in between is overwritten; `any`, everything.
 */
export type RetryCeiling = "none" | "readOnly" | "idempotent" | "any";

/** How a call is to be made. */
export interface CallOptions {
  /** How replies are decoded, a sum of the `DecodeMode` bits; a command's reader takes what applies to it. */
  readonly mode: DecodeMode;
  /** Milliseconds until the call is given up, all its tries together; 0 for never, the client's own when absent. */
  readonly timeoutMs: number | undefined;
  /** Gives the call up when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** How often the command may be sent, the first time included; the client's own when absent. */
  readonly attempts: number | undefined;
  /** What may be sent again after it was written and not answered; the client's own when absent. */
  readonly ceiling: RetryCeiling | undefined;
  /** The node of a cluster that the command is for, by its name; the one that it belongs to when absent. */
  readonly node: string | undefined;
  /** Whether it is for that node only as long as it takes the writes of its shard. */
  readonly whilePrimary: boolean;
  /** Which nodes of a cluster may serve the command if it only reads; the client's own when absent. */
  readonly readFrom: ReadFrom | undefined;
}

/** Text and numbers, the way without a wish. */
export const PLAIN_CALL: CallOptions = {
  mode: 0,
  timeoutMs: undefined,
  signal: undefined,
  attempts: undefined,
  ceiling: undefined,
  node: undefined,
  whilePrimary: false,
  readFrom: undefined,
};

/** Carries commands to a server. */
export interface Sender {
  /**
   * Sends a command and gives its reply.
   *
   * @throws {TypeError} When a word of the command cannot be sent; nothing is written then.
   * @throws {ReplyError} When the server refuses.
   * @throws {ConnectionError} When the connection cannot be made or is lost; `maybeApplied` says more.
   * @throws {TimeoutError} When there is no reply in time.
   */
  send<Reply>(command: Command<Reply>, options?: CallOptions): Promise<Reply>;
  /**
   * Sends several commands in one write and gives their replies in order. The error of one command stands
   * in its place; all are refused together only when none was answered.
   */
  sendAll(commands: readonly Command<unknown>[], options?: CallOptions): Promise<unknown[]>;
  /** Takes no more calls, waits for the replies that are due, and ends the connection. */
  close(): Promise<void>;
  /** Ends the connection at once; every call that waits is refused. */
  destroy(): void;
}

/** How a connection is to be leased. */
export interface LeaseOptions {
  /** Ends the wait for a connection when it aborts. */
  signal?: AbortSignal;
  /** Milliseconds to wait for a connection, where that is less than the pool's `acquireTimeoutMs`. */
  timeoutMs?: number;
  /** Whether it is meant to be kept for long, so that the pool does not report it as one that was forgotten. */
  forLong?: boolean;
  /** In a cluster, a key: the connection is one to the primary of its slot. One server has all keys. */
  key?: Key;
}

/** How long callers waited, in milliseconds, over the last 1,024 that were served or timed out; 0 before the first. */
export interface WaitPercentiles {
  /** Half of them waited no longer. */
  p50: number;
  /** Nine in ten waited no longer. */
  p90: number;
  /** 99 in a hundred waited no longer. */
  p99: number;
  /** The longest wait. */
  max: number;
}

/** What a pool has and has done. */
export interface PoolStats {
  /** Connections, open or being opened: `idle`, `leased` and `opening` together. */
  total: number;
  /** Open and not lent, also while being checked. */
  idle: number;
  /** Lent. */
  leased: number;
  /** Being opened. */
  opening: number;
  /** Callers that wait. */
  waiting: number;
  /** How many have been opened so far. */
  created: number;
  /** How many of those have ended, for whatever reason. */
  closed: number;
  /** How many callers waited in vain. */
  timeouts: number;
  /** How long callers waited. */
  waitMs: WaitPercentiles;
}

/** Takes what a server tells unasked. */
export interface FeedListener {
  /** Something was told. */
  told(value: Value): void;
  /** Nothing will be told any more. */
  ended(error: unknown): void;
}

/** A sender over a connection that nobody else uses, so that commands which change it may be sent too. */
export interface OwnSender extends Sender {
  send<Reply>(command: AnyCommand<Reply>, options?: CallOptions): Promise<Reply>;
  sendAll(commands: readonly AnyCommand<unknown>[], options?: CallOptions): Promise<unknown[]>;
  /** Sends a command after which the server tells things unasked, all of which the listener is given. */
  feed(command: AnyCommand<unknown>, listener: FeedListener): Promise<unknown>;
}

/** How a channel is named: by its name, by a pattern of names, or as one of a shard. */
export type ChannelKind = "channel" | "pattern" | "shard";

/** What was published. */
export interface Message {
  /** The channel it was published to. */
  channel: string;
  /** The pattern that the channel matches, where that is what was subscribed to. */
  pattern: string | undefined;
  /** What was published. */
  message: string;
}

/** Takes what was published. What it throws hurts nobody. */
export type MessageListener = (message: Message) => void;

/** All that a client needs of a server, or of many. */
export interface ClientSender extends Sender {
  /** What is told of the connections. */
  readonly events: Events;
  /** Lends a connection, which goes back when it is closed. */
  lease(options?: LeaseOptions): Promise<OwnSender>;
  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  backoff(attempt: number): Promise<void>;
  /** Has a listener told what is published; gives the function that ends that. */
  subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options?: CallOptions,
  ): Promise<() => Promise<void>>;
  /** What the pool has and has done. */
  poolStats(): PoolStats;
  /** Whether the error says that another node is to do it, so that a lease of that node may succeed. */
  elsewhere(error: unknown): boolean;
}

/** Which keys of a cluster a scan gives. */
export interface ClusterScanOptions extends KeyScanOptions {
  /** How many nodes are scanned side by side; 1 when absent. */
  parallel?: number;
  /** The name of the one node to scan; all primaries when absent. */
  node?: string;
}

/** All that a client needs of a cluster beyond that. */
export interface ClusterSender extends ClientSender {
  /** The slot of a key. */
  slotOf(key: Key): number;
  /** The nodes as they are known now. */
  nodes(): ClusterNode[];
  /** The node that takes writes to a key; undefined while none is known. */
  nodeOf(key: Key): ClusterNode | undefined;
  /** Sends to one node, by its name, and to no other. */
  nodeSender(name: string): ClientSender;
  /** Asks the nodes anew which of them has which slots. */
  refreshTopology(): Promise<void>;
  /** Gives the keys of all nodes, or of one. */
  scan(options: ClusterScanOptions | undefined, call: CallOptions): AsyncIterableIterator<string>;
}
