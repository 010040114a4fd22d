/**
 * The same as the main entry, but always over `node:net` and `node:tls`, which Node, Deno and Bun all have.
 *
 * @module
 */
import { nodePlatform } from "../adapters/node.ts";
import type { Client } from "../src/client/client.ts";
import type { ClusterClient } from "../src/client/cluster_client.ts";
import {
  connectClusterWith,
  connectSenderWith,
  connectWith,
  createClientWith,
  createClusterWith,
  type Where,
} from "../src/create.ts";
import type { Sender } from "../src/sender.ts";
import type { Platform } from "../src/stream.ts";

export * from "../mod.ts";
export { nodePlatform };

function load(): Promise<Platform> {
  return Promise.resolve(nodePlatform);
}

/** Connects to a server and gives the client when it can be used. */
export function connect(where?: Where): Promise<Client> {
  return connectWith(where, load);
}

/** Gives a client at once, which connects at its first call. */
export function createClient(where?: Where): Client {
  return createClientWith(where, load);
}

/** Connects to a server and gives a bare sender, without methods. */
export function connectSender(where?: Where): Promise<Sender> {
  return connectSenderWith(where, load);
}

/** Connects to a cluster and gives the client when it knows the nodes. */
export function connectCluster(where: Where): Promise<ClusterClient> {
  return connectClusterWith(where, load);
}

/** Gives a client of a cluster at once, which connects at its first call. */
export function createCluster(where: Where): ClusterClient {
  return createClusterWith(where, load);
}
