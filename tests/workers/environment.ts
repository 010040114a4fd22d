/** What a scenario is given, and how it gets a client that ends with it. */
import { type Client, connect } from "@respwire/client";
import type { SocketConnect } from "@respwire/client/workers";

/** The ports of what `scripts/workerd.mjs` has started. */
export interface Ports {
  plain: number;
  guarded: number;
  secure: number;
  wrongHost: number;
  expired: number;
  notYetValid: number;
  silent: number;
  /** Where every connection is reset when its first bytes have come. */
  resetting: number;
  refusing: number;
}

/** The bindings of the worker. */
export interface Environment {
  ROLE: string;
  PORTS: Ports;
  /** A service of workerd's own configuration that speaks TLS with a client certificate. */
  CACHE: { connect: SocketConnect };
  ROOM: { idFromName(name: string): object; get(id: object): { fetch(url: string): Promise<Response> } };
}

/** The request's own life. */
export interface Context {
  /** Keeps the request alive after its reply until this has settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/** One test; it fails by throwing. */
export type Scenario = (env: Environment, context: Context) => Promise<void>;

/** The URL of the server without TLS and without a password. */
export function plain({ PORTS }: Environment): string {
  return `redis://127.0.0.1:${PORTS.plain}`;
}

/** Runs `use` with a client, and closes it afterwards, as a worker has to. */
export async function using(
  where: Parameters<typeof connect>[0],
  use: (redis: Client) => Promise<void>,
): Promise<void> {
  const redis = await connect(where);
  try {
    await use(redis);
  } finally {
    await redis.close();
  }
}

/** Runs `use` with a client and a second one that meddles. */
export function usingTwo(
  env: Environment,
  use: (redis: Client, other: Client) => Promise<void>,
): Promise<void> {
  return using(plain(env), (redis) => using(plain(env), (other) => use(redis, other)));
}

/** Does something while the server holds all writes back. */
export async function paused(other: Client, doing: () => Promise<void>): Promise<void> {
  await other.call("CLIENT", "PAUSE", 10_000, "WRITE");
  try {
    await doing();
  } finally {
    await other.call("CLIENT", "UNPAUSE");
  }
}

/** How many connections of this name the server has. */
export async function connections(observer: Client, name: string): Promise<number> {
  return String(await observer.call("CLIENT", "LIST")).split(`name=${name} `).length - 1;
}
