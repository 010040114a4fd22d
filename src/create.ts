/**
 * The composition root: from options and a platform to a sender, and from that to a client.
 *
 * @module
 */
import { type Client, clientOf } from "./client/client.ts";
import { systemClock } from "./connection/clock.ts";
import { Endpoint } from "./connection/endpoint.ts";
import { nodeName } from "./connection/failure.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { settingsOf } from "./options.ts";
import { AbortError } from "./errors.ts";
import { tell } from "./events.ts";
import { PLAIN_CALL, type Sender } from "./sender.ts";
import type { Platform } from "./stream.ts";

/** Gives the platform to use where the options name none. */
export type LoadPlatform = () => Promise<Platform>;
/** A URL, or options. */
export type Where = string | URL | ConnectOptions;

function endpointTo(where: Where | undefined, load: LoadPlatform): { endpoint: Endpoint; signal?: AbortSignal } {
  const settings = settingsOf(where);
  const { host, port, path, tls, keepAliveMs, username, password, clientName, database, protocol } = settings;
  const { platform, limits, onPush, connectTimeoutMs, credentials, reconnect } = settings;
  const clock = settings.clock ?? systemClock;
  const target = { host, port, path, tls, keepAliveMs };
  const endpoint = new Endpoint({
    ...settings,
    link: {
      target,
      node: nodeName(target),
      session: { limits, onPush: onPush && ((push) => tell(onPush, push)) },
      platform: platform === undefined ? load : () => Promise.resolve(platform),
      connectTimeoutMs,
      clock,
    },
    login: { username, password, clientName, database, protocol },
    credentials,
    reconnect: reconnect === false ? false : { ...reconnect, delayMs: reconnect.delayMs },
    clock,
    random: settings.random ?? Math.random,
  });
  const { events } = endpoint;
  if (settings.onConnect !== undefined) events.on("connect", settings.onConnect);
  if (settings.onDisconnect !== undefined) events.on("disconnect", settings.onDisconnect);
  if (settings.onReconnect !== undefined) events.on("reconnect", settings.onReconnect);
  if (tls?.insecureSkipVerify) {
    events.emit("warning", {
      code: "insecureTls",
      node: nodeName(target),
      message:
        `The certificate of "${nodeName(target)}" is not checked (insecureSkipVerify): anybody in between can read ` +
        "and change what is sent. Trust its authority by the option tls.ca instead",
    });
  }
  return { endpoint, signal: settings.signal };
}

/** Makes a client that connects at its first call. */
export function createClientWith(where: Where | undefined, load: LoadPlatform): Client {
  const { endpoint, signal } = endpointTo(where, load);
  return clientOf(endpoint, { ...PLAIN_CALL, signal });
}

/** Makes a client and waits until it is connected. */
export async function connectWith(where: Where | undefined, load: LoadPlatform): Promise<Client> {
  const { endpoint, signal } = endpointTo(where, load);
  await connected(endpoint, signal);
  return clientOf(endpoint, { ...PLAIN_CALL, signal });
}

/** Makes a bare sender and waits until it is connected. */
export async function connectSenderWith(where: Where | undefined, load: LoadPlatform): Promise<Sender> {
  const { endpoint, signal } = endpointTo(where, load);
  await connected(endpoint, signal);
  return endpoint;
}

async function connected(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<void> {
  const abort = (): void => endpoint.destroy();
  try {
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener("abort", abort);
    await endpoint.connect();
  } catch (error) {
    endpoint.destroy();
    throw signal?.aborted ? new AbortError("Cannot connect: the signal aborted", { cause: signal.reason }) : error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
