/**
 * Scenarios of what a request leaves behind: a worker's sockets and timers end with the request that made them.
 *
 * They come in pairs, of which the second looks at what became of the first.
 */
import { type Client, connect, createClient } from "@respwire/client";
import { same, until } from "./checks.ts";
import { connections, plain, type Scenario, using } from "./environment.ts";

/** A client of an earlier request. */
let lent: Client | undefined;
// Its silence is looked at, and its calls are given up, early enough for a scenario.
const LENT = { timeoutMs: 300, connectTimeoutMs: 300, watchdogMs: 200, reconnect: { delayMs: () => 100 } };

async function doesNotHang(): Promise<void> {
  const redis = lent!;
  let settled = false;
  const settle = (): boolean => settled = true;
  redis.ping().then(settle, settle);
  const began = performance.now();
  await until(() => settled || performance.now() - began > 3000);
  redis.destroy();
  if (!settled) throw new Error("Cannot go on: the call neither failed nor was answered");
}

/** Whether the client that was left to waitUntil() has been closed. */
let closedLater = false;
const LATER = "closed-later";
const FORGOTTEN = "forgotten";

/** What becomes of clients when their request has ended. */
export const endedRequests: Record<string, Scenario> = {
  "lends a client to the next request": async (env) => {
    lent = createClient(plain(env));
    same(await lent.ping(), "PONG");
  },
  "does not hang on the client of an earlier request": async () => {
    // Its socket was the earlier request's: a call fails, or is made again over a socket of this one.
    const error = await lent!.ping().then(() => undefined, (error) => error as Error);
    if (error !== undefined) same(error.name, "ConnectionError");
    lent!.destroy();
  },
  "leaves close() to waitUntil()": async (env, context) => {
    const redis = await connect({ url: plain(env), clientName: LATER });
    same(await redis.ping(), "PONG");
    context.waitUntil(redis.close().then(() => closedLater = true));
  },
  "has closed what was left to waitUntil()": (env) =>
    using(plain(env), async (observer) => {
      await until(async () => closedLater && await connections(observer, LATER) === 0);
    }),
  "forgets to close a client": async (env) => {
    const redis = await connect({ url: plain(env), clientName: FORGOTTEN });
    same(await redis.ping(), "PONG");
  },
  "has lost the connection of the forgotten client": (env) =>
    using(plain(env), (observer) => until(async () => await connections(observer, FORGOTTEN) === 0)),
  "lends a client that has lost its connection": (env) =>
    using(plain(env), async (other) => {
      lent = createClient({ ...LENT, url: plain(env) });
      const lost = new Promise<unknown>((resolve) => lent!.on("reconnecting", resolve));
      await other.call("CLIENT", "KILL", "ID", await lent.clientId());
      await lost;
    }),
  "does not hang on a client that had lost its connection": doesNotHang,
  "lends a client that is being connected": ({ PORTS }) => {
    lent = createClient({ ...LENT, url: `redis://127.0.0.1:${PORTS.silent}` });
    lent.ping().catch(() => {});
    return Promise.resolve();
  },
  "does not hang on a client that was being connected": doesNotHang,
};
