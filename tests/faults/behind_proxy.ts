/**
 * What the fault tests share: a client that reaches a real server through the fault proxy, and one that reaches it
 * straight, to see what was applied.
 *
 * @module
 */
import { type Client, connect, type ConnectOptions, createClient } from "../../mod.ts";
import type { FaultProxy } from "../support/fault_proxy.ts";
import { proxied } from "../support/fault_fixture.ts";
import type { Context } from "../support/harness.ts";
import type { Server } from "../support/server.ts";

/** A server, a proxy before it, and a client on either side of that. */
export interface Scene {
  proxy: FaultProxy;
  /** Goes through the proxy. */
  redis: Client;
  /** Goes to the server. */
  straight: Client;
}

/** Connects through a new proxy, and straight. */
export async function behindProxy(t: Context, server: Server, options: ConnectOptions = {}): Promise<Scene> {
  const proxy = await proxied(t, server);
  return { proxy, redis: await through(t, proxy, options), straight: await straightTo(t, server) };
}

/** Connects through a proxy. */
export async function through(t: Context, proxy: FaultProxy, options: ConnectOptions = {}): Promise<Client> {
  return ending(t, await connect({ url: proxy.url, ...options }));
}

/** A client that goes through a proxy from its first call on. */
export function throughLater(t: Context, proxy: FaultProxy, options: ConnectOptions = {}): Client {
  return ending(t, createClient({ url: proxy.url, ...options }));
}

/** Connects to the server. */
export async function straightTo(t: Context, server: Server, options: ConnectOptions = {}): Promise<Client> {
  return ending(t, await connect({ url: server.url, ...options }));
}

/** Ends a client with its test; replies are not waited for, since a fault may keep them for ever. */
function ending(t: Context, redis: Client): Client {
  t.defer(() => {
    redis.destroy();
    return redis.close();
  });
  return redis;
}

/** Waits until the client tells of an event. */
export function told(redis: Client, name: Parameters<Client["on"]>[0]): Promise<unknown> {
  return new Promise((done) => {
    const off = redis.on(name, (event: unknown) => {
      off();
      done(event);
    });
  });
}

/** Its entries, and its errors where it has some. */
export function settled(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => error);
}
