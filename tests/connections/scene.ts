/**
 * What the tests of connections share: servers of several kinds for one file, clients over either protocol, and
 * conditions of a server that are awaited.
 *
 * @module
 */
import type { Client, ClientEvents, ConnectOptions } from "../../mod.ts";
import { connected } from "../server/opened.ts";
import { afterAll, beforeAll, type Context } from "../support/harness.ts";
import { type Server, type ServerKind, type ServerOptions, startServer } from "../support/server.ts";

/** A kind of server and a protocol, as part of a test's name. */
export interface Way {
  kind: ServerKind;
  protocol: 2 | 3;
  name: string;
}

const KINDS: readonly ServerKind[] = ["redis7", "redis8", "valkey8", "valkey9"];

/** Every kind with either protocol. */
export const ways: readonly Way[] = KINDS.flatMap((kind) =>
  ([3, 2] as const).map((protocol) => ({ kind, protocol, name: `${kind}, protocol ${protocol}` }))
);

/** The way of tests for which kind and protocol do not matter. */
export const plainWay: Way = ways[0];

/** Has one server of each kind for the tests of a file, and gives those. */
export function serversOfEachKind(options: ServerOptions = {}): (kind: ServerKind) => Server {
  const servers = new Map<ServerKind, Server>();
  beforeAll(async () => {
    const started = await Promise.all(KINDS.map((kind) => startServer({ ...options, kind })));
    for (const server of started) servers.set(server.kind, server);
  });
  afterAll(async () => {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  });
  return (kind) => servers.get(kind)!;
}

/** A client that is connected, and is closed when the test ends; it does not wait long for leases then. */
export function client(t: Context, { url }: Server, options: ConnectOptions = {}): Promise<Client> {
  return connected(t, { url, closeTimeoutMs: 200, ...options });
}

/** Waits until something holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => unknown): Promise<void> {
  while (!await holds()) await new Promise((done) => setTimeout(done, 1));
}

/** Waits until so many connections of the server are blocked, and gives their ids, the longest blocked first. */
export async function blocked(admin: Client, count: number): Promise<number[]> {
  let ids: number[] = [];
  await until(async () => {
    const list = await admin.clientList();
    ids = list.filter(({ flags }) => flags.includes("b")).map(({ id }) => Number(id));
    return ids.length === count;
  });
  return ids;
}

/** Waits until the server has no connection of that id. */
export function gone(admin: Client, id: number): Promise<void> {
  return until(async () => (await admin.clientList()).every((one) => Number(one.id) !== id));
}

/** The next event of a name. */
export function next<Name extends keyof ClientEvents>(redis: Client, name: Name): Promise<ClientEvents[Name]> {
  return new Promise((resolve) => {
    const off = redis.on(name, (event) => {
      off();
      resolve(event);
    });
  });
}

/** Resolves when all that runs without waiting for input or time has run, and what has come in by now was read. */
export function turnOfEvents(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
