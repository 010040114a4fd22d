/**
 * respwire: a Redis and Valkey client for every JavaScript runtime with TCP.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect("redis://localhost:6379");
 * await redis.set("greeting", "hello", { ex: 60 });
 * console.log(await redis.get("greeting"));
 * await redis.close();
 * ```
 *
 * @module
 */
import { detectPlatform } from "./adapters/auto.ts";
import type { Client } from "./src/client/client.ts";
import type { ClusterClient } from "./src/client/cluster_client.ts";
import {
  connectClusterWith,
  connectSenderWith,
  connectWith,
  createClientWith,
  createClusterWith,
  type Where,
} from "./src/create.ts";
import type { Sender } from "./src/sender.ts";

/**
 * Connects to a server and gives the client when it can be used.
 *
 * @param where A URL such as `redis://user:secret@host:6379/0`, or options; the server at
 * `127.0.0.1:6379` when absent.
 * @throws {TypeError} When the URL or an option is wrong.
 * @throws {ConnectionError} When the server cannot be reached, refuses, or does not answer in time.
 */
export function connect(where?: Where): Promise<Client> {
  return connectWith(where, detectPlatform);
}

/**
 * Gives a client at once, which connects at its first call.
 *
 * @throws {TypeError} When the URL or an option is wrong.
 */
export function createClient(where?: Where): Client {
  return createClientWith(where, detectPlatform);
}

/**
 * Connects to a cluster and gives the client when it knows the nodes; one of its seeds that answers is enough.
 *
 * @example
 * ```ts ignore
 * import { connectCluster } from "@respwire/client";
 *
 * const cluster = await connectCluster({ seeds: ["localhost:7000", "localhost:7001"] });
 * await cluster.set("greeting", "hello");
 * console.log(cluster.nodeOf("greeting")?.name);
 * await cluster.close();
 * ```
 *
 * @param where Options with `seeds`, or the URL of one node.
 * @throws {TypeError} When the URL or an option is wrong.
 * @throws {ConnectionError} When no seed answers as a node of a cluster does.
 */
export function connectCluster(where: Where): Promise<ClusterClient> {
  return connectClusterWith(where, detectPlatform);
}

/**
 * Gives a client of a cluster at once, which connects at its first call.
 *
 * @throws {TypeError} When the URL or an option is wrong.
 */
export function createCluster(where: Where): ClusterClient {
  return createClusterWith(where, detectPlatform);
}

/**
 * Connects to a server and gives a bare {@linkcode Sender}: no methods, so that a bundle holds only the
 * command functions that are imported and sent.
 *
 * @example
 * ```ts
 * import { connectSender } from "@respwire/client";
 * import { get } from "@respwire/client/commands";
 *
 * const sender = await connectSender("redis://localhost:6379");
 * console.log(await sender.send(get("greeting")));
 * await sender.close();
 * ```
 */
export function connectSender(where?: Where): Promise<Sender> {
  return connectSenderWith(where, detectPlatform);
}

export type * from "./src/api/mod.ts";
export type { Caller, Client, LeasedClient, Replies, View } from "./src/client/client.ts";
export type { ClusterClient, NodeClient } from "./src/client/cluster_client.ts";
export type { WithOptions } from "./src/client/with.ts";
export type { Monitor, MonitorOptions } from "./src/client/monitor.ts";
export type { WatchOptions } from "./src/client/watch.ts";
export type { ScanIteratorOptions, ScanIterators } from "./src/client/scan_iterators.ts";
export type { Where } from "./src/create.ts";
export {
  AbortError,
  ClosedError,
  ConnectionError,
  CrossSlotError,
  IntegerRangeError,
  PartialError,
  PoolError,
  ProtocolError,
  RedirectError,
  RedisError,
  ReplyError,
  TimeoutError,
  WatchError,
} from "./src/errors.ts";
export type {
  ConnectionErrorOptions,
  FailedPart,
  GivenUpOptions,
  PartialErrorOptions,
  ReplyErrorContext,
  WaitedFor,
} from "./src/errors.ts";
export type { AddressMap, ClusterNode, ClusterOptions, ReadFrom, Seed, Selector } from "./src/cluster_options.ts";
export type { NodeAddress, NodeHealth, NodeRole } from "./src/routing/topology.ts";
export type {
  BackoffOptions,
  ConnectOptions,
  Credentials,
  CredentialsSource,
  PoolOptions,
  ReconnectOptions,
  RetryOptions,
} from "./src/connect_options.ts";
export type * from "./src/events.ts";
export type { DecodeMode, Limits, Value } from "./src/resp/value.ts";
export type {
  CallOptions,
  LeaseOptions,
  Message,
  MessageListener,
  PoolStats,
  RetryCeiling,
  Sender,
  WaitPercentiles,
} from "./src/sender.ts";
export type {
  ByteSink,
  ByteStream,
  Clock,
  Dial,
  Platform,
  Random,
  Target,
  TextCodec,
  TlsOptions,
} from "./src/stream.ts";
