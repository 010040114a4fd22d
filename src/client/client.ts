/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The friendly surface over any sender: a method for every command, views, pipelines, transactions.
 *
 * A view is the same client with another wish about replies; it shares the sender. Wrong arguments reject
 * as every other failure does, so that one `catch` sees them all.
 *
 * @module
 */
import type { Chain, Commands, Entries } from "../api/mod.ts";
import type { AnyCommand, Command, Key } from "../commands/command.ts";
import type { ClientEvents, Listener } from "../events.ts";
import {
  type CallOptions,
  type ClientSender,
  type LeaseOptions,
  type MessageListener,
  PLAIN_CALL,
  type PoolStats,
} from "../sender.ts";
import { boundClient } from "./classes.ts";
import type { Monitor, MonitorOptions } from "./monitor.ts";
import type { ScanIterators } from "./scan_iterators.ts";
import type { WatchOptions } from "./watch.ts";
import type { WithOptions } from "./with.ts";

/** The replies of a list of commands, as a tuple. */
export type Replies<List extends readonly Command<unknown>[]> = {
  -readonly [I in keyof List]: List[I] extends Command<infer Reply> ? Reply : never;
};

/** Commands as methods; string replies are `Text`, integer replies `Integer`. */
export interface View<Text = string, Integer = number> extends Commands<Text, Integer>, ScanIterators<Text> {
  /** The same with `Uint8Array` in place of strings that are data; words of the server stay text. */
  readonly bytes: View<Uint8Array, Integer>;
  /** The same with `bigint` in place of integers, so that none is out of range. */
  readonly bigints: View<Text, bigint>;
  /** Starts a chain of commands that leave in one write; the error of one is its entry. */
  pipeline(): Chain<[], Text, Integer>;
  /** Starts a chain of commands that the server executes together, by MULTI and EXEC. */
  transaction(): Chain<[], Text, Integer>;
  /** The same with other deadlines, another signal, or other retries. */
  with(options: WithOptions): View<Text, Integer>;
}

/** Commands as methods, as values, and many of them at once. */
export interface Caller extends View {
  /** Starts a chain of commands that leave in one write; the error of one is its entry. */
  pipeline(): Chain<[]>;
  /** Sends commands in one write and gives an entry for each, its reply or its error. */
  pipeline<const List extends readonly Command<unknown>[]>(commands: List): Promise<Entries<Replies<List>>>;
  /** Starts a chain of commands that the server executes together, by MULTI and EXEC. */
  transaction(): Chain<[]>;
  /**
   * Has the server execute commands together, and gives an entry for each, its reply or its error.
   *
   * @throws {ReplyError} With the code `EXECABORT` when the server refused to queue one of them, which is
   * the error's cause; none was executed then.
   */
  transaction<const List extends readonly Command<unknown>[]>(commands: List): Promise<Entries<Replies<List>>>;
  /** Sends a command value and gives its reply. */
  send<Reply>(command: Command<Reply>): Promise<Reply>;
  /** The same with other deadlines, another signal, or other retries. */
  with(options: WithOptions): Caller;
}

/**
 * A connection that nobody else uses, leased from the pool of a client.
 *
 * Commands that change a connection may be sent over it, and its calls are not sent again by themselves. It goes back
 * as it came: what was watched is not any more, the database is the client's, or the connection is ended.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 * import { select } from "@respwire/client/commands";
 *
 * const redis = await connect();
 * const lease = await redis.lease();
 * try {
 *   await lease.send(select(1));
 *   await lease.set("greeting", "hello"); // in database 1
 * } finally {
 *   await lease.release();
 * }
 * await redis.close();
 * ```
 */
export interface LeasedClient extends Caller, AsyncDisposable {
  /** Sends a command value, also one that changes the connection, and gives its reply. */
  send<Reply>(command: AnyCommand<Reply>): Promise<Reply>;
  /** Has the next transaction over this connection fail with a `WatchError` when one of the keys is changed until then. */
  watch(...keys: Key[]): Promise<"OK">;
  /** Watches no key any more. */
  unwatch(): Promise<"OK">;
  /** Gives the connection back; every later call over it fails with a `PoolError`. */
  release(): Promise<void>;
  /** The same as `release()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A Redis or Valkey client.
 *
 * The commands are documented by group: {@linkcode StringCommands}, {@linkcode StringComparisonCommands},
 * {@linkcode BitmapCommands}, {@linkcode HyperloglogCommands}, {@linkcode KeyCommands},
 * {@linkcode KeyTransferCommands}, {@linkcode SortCommands}, {@linkcode ExpiryCommands},
 * {@linkcode HashCommands}, {@linkcode HashExpiryCommands}, {@linkcode ListCommands},
 * {@linkcode BlockingCommands}, {@linkcode SetCommands}, {@linkcode SortedSetCommands},
 * {@linkcode SortedSetRangeCommands}, {@linkcode SortedSetAlgebraCommands}, {@linkcode GeoCommands},
 * {@linkcode GeoRadiusCommands}, {@linkcode StreamCommands}, {@linkcode StreamGroupCommands},
 * {@linkcode StreamConsumerCommands}, {@linkcode StreamInfoCommands}, {@linkcode ScriptingCommands},
 * {@linkcode FunctionCommands}, {@linkcode PubsubCommands}, {@linkcode VectorSetCommands},
 * {@linkcode VectorSearchCommands}, {@linkcode JsonCommands}, {@linkcode JsonArrayCommands},
 * {@linkcode JsonValueCommands}, {@linkcode SearchCommands}, {@linkcode SearchQueryCommands},
 * {@linkcode SearchAggregateCommands}, {@linkcode SearchHybridCommands}, {@linkcode SearchTermCommands},
 * {@linkcode TimeSeriesCommands}, {@linkcode TimeSeriesRangeCommands}, {@linkcode BloomCommands},
 * {@linkcode CuckooCommands}, {@linkcode CountMinSketchCommands}, {@linkcode TopKCommands},
 * {@linkcode TDigestCommands}, {@linkcode ServerCommands}, {@linkcode PersistenceCommands},
 * {@linkcode ReplicationCommands}, {@linkcode DebugCommands}, {@linkcode ClientCommands},
 * {@linkcode ConnectionCommands}, {@linkcode TrackingCommands}, {@linkcode AclCommands},
 * {@linkcode CommandInfoCommands}, {@linkcode LatencyCommands}, {@linkcode MemoryCommands},
 * {@linkcode ModuleCommands}, {@linkcode LogCommands}, {@linkcode ClusterCommands},
 * {@linkcode ClusterSlotCommands}, {@linkcode ClusterNodeCommands}, {@linkcode SentinelCommands},
 * {@linkcode SentinelAdminCommands} and {@linkcode RawCommands}.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect("redis://localhost:6379");
 * await redis.set("greeting", "hello");
 * console.log(await redis.get("greeting"));
 * await redis.close();
 * ```
 */
export interface Client extends Caller, AsyncDisposable {
  /**
   * Leases a connection that nobody else uses, for as long as it is wanted.
   *
   * @throws {TimeoutError} When none is free within the pool's `acquireTimeoutMs`.
   */
  lease(options?: LeaseOptions): Promise<LeasedClient>;
  /**
   * Watches keys and does something with them over a leased connection, again whenever its transaction fails since
   * somebody else changed them.
   *
   * @example
   * ```ts
   * import { connect } from "@respwire/client";
   *
   * const redis = await connect();
   * const [now] = await redis.watch(["stock"], async (lease) => {
   *   const stock = Number(await lease.get("stock") ?? 3);
   *   return await lease.transaction().set("stock", stock - 1).exec();
   * });
   * console.log(now);
   * await redis.close();
   * ```
   *
   * @throws {WatchError} When they were changed at every try.
   */
  watch<Outcome>(
    keys: Key | readonly Key[],
    run: (lease: LeasedClient) => Promise<Outcome> | Outcome,
    options?: WatchOptions,
  ): Promise<Outcome>;
  /**
   * Has a listener told what is published to these channels, also after the connection was lost and made anew; what
   * is published meanwhile is missed. Gives the function that ends it. Takes RESP3.
   *
   * @example
   * ```ts
   * import { connect } from "@respwire/client";
   *
   * const redis = await connect();
   * const leave = await redis.subscribe("news", ({ channel, message }) => console.log(channel, message));
   * await redis.publish("news", "hello");
   * await leave();
   * await redis.close();
   * ```
   */
  subscribe(channels: string | readonly string[], listener: MessageListener): Promise<() => Promise<void>>;
  /** The same for all channels whose names match one of these patterns. */
  psubscribe(patterns: string | readonly string[], listener: MessageListener): Promise<() => Promise<void>>;
  /** The same for channels of a shard, which SPUBLISH publishes to; since 7.0.0. */
  ssubscribe(channels: string | readonly string[], listener: MessageListener): Promise<() => Promise<void>>;
  /** Listens in on all commands that the server executes, over a leased connection. */
  monitor(options?: MonitorOptions): Promise<Monitor>;
  /** Whether the server answers, within 1,000 ms or what is given: for readiness probes. Never rejects. */
  healthy(options?: { timeoutMs?: number }): Promise<boolean>;
  /** What the pool of connections has and has done. */
  poolStats(): PoolStats;
  /** Has a listener told of an event; gives the function that ends that. What it throws hurts nobody. */
  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): () => void;
  /** Has a listener told no more. */
  off<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): void;
  /** Takes no more calls, waits for the replies that are due, and ends all connections. */
  close(): Promise<void>;
  /** Ends all connections at once; every call that waits fails with a `ClosedError`. */
  destroy(): void;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a client of whatever can send. */
export function clientOf(sender: ClientSender, options: CallOptions = PLAIN_CALL): Client {
  return new (boundClient())(sender, options) as unknown as Client;
}
