/**
 * The composition root: from options and a platform to a sender, and from that to a client.
 *
 * @module
 */
import { type Client, clientOf } from "./client/client.ts";
import { type ClusterClient, clusterClientOf } from "./client/cluster_client.ts";
import { systemClock } from "./connection/clock.ts";
import { Endpoint } from "./connection/endpoint.ts";
import type { EndpointSettings } from "./connection/endpoint_settings.ts";
import { nodeName } from "./connection/failure.ts";
import { Cluster } from "./cluster/cluster.ts";
import { Redirecting } from "./cluster/redirecting.ts";
import type { ClusterSenderSettings } from "./cluster/cluster_sender_settings.ts";
import type { ClusterSettings } from "./cluster_options.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { clusterSettingsOf, type Settings, settingsOf } from "./options.ts";
import { AbortError } from "./errors.ts";
import { type Events, tell } from "./events.ts";
import { PLAIN_CALL, type Sender } from "./sender.ts";
import type { Platform } from "./stream.ts";

/** Gives the platform to use where the options name none. */
export type LoadPlatform = () => Promise<Platform>;
/** A URL, or options. */
export type Where = string | URL | ConnectOptions;

/** What the connections to every node have in common, and how one is made. */
function commonOf(
  settings: Settings,
  load: LoadPlatform,
): Omit<EndpointSettings, "link"> & Pick<ClusterSenderSettings, "linkTo"> {
  const { tls, keepAliveMs, username, password, clientName, database, protocol } = settings;
  const { platform, limits, onPush, connectTimeoutMs, credentials, reconnect } = settings;
  const clock = settings.clock ?? systemClock;
  return {
    ...settings,
    linkTo: ({ host, port }, path?: string) => {
      const target = { host, port, path, tls, keepAliveMs };
      return {
        target,
        node: nodeName(target),
        session: { limits, onPush: onPush && ((push) => tell(onPush, push)) },
        platform: platform === undefined ? load : () => Promise.resolve(platform),
        connectTimeoutMs,
        clock,
      };
    },
    login: { username, password, clientName, database, protocol },
    credentials,
    reconnect: reconnect === false ? false : { ...reconnect, delayMs: reconnect.delayMs },
    clock,
    random: settings.random ?? Math.random,
  };
}

/** Tells who gave callbacks, and warns of what is not as it should be. */
function attend(events: Events, settings: Settings, node: string): void {
  if (settings.onConnect !== undefined) events.on("connect", settings.onConnect);
  if (settings.onDisconnect !== undefined) events.on("disconnect", settings.onDisconnect);
  if (settings.onReconnect !== undefined) events.on("reconnect", settings.onReconnect);
  if (settings.tls?.insecureSkipVerify) {
    events.emit("warning", {
      code: "insecureTls",
      node,
      message: `The certificate of "${node}" is not checked (insecureSkipVerify): anybody in between can read ` +
        "and change what is sent. Trust its authority by the option tls.ca instead",
    });
  }
}

/** A sender that can be connected. */
type Connectable = (Endpoint | Redirecting | Cluster) & { connect(): Promise<void> };

function senderTo(where: Where | undefined, load: LoadPlatform): { sender: Connectable; signal?: AbortSignal } {
  const settings = settingsOf(where);
  if (settings.cluster !== undefined) return clusterTo({ ...settings, cluster: settings.cluster }, load);
  const { linkTo, ...common } = commonOf(settings, load);
  const link = linkTo(settings, settings.path);
  const sender = settings.followRedirects
    ? new Redirecting({ ...common, link, linkTo, address: settings })
    : new Endpoint({ ...common, link });
  attend(sender.events, settings, link.node);
  return { sender, signal: settings.signal };
}

function clusterTo(
  settings: Settings & { cluster: ClusterSettings },
  load: LoadPlatform,
): { sender: Cluster; signal?: AbortSignal } {
  const { cluster } = settings;
  const sender = new Cluster({ ...commonOf(settings, load), cluster, tls: settings.tls !== undefined });
  attend(sender.events, settings, sender.name);
  return { sender, signal: settings.signal };
}

function clientFor(sender: Connectable, signal: AbortSignal | undefined): Client {
  const options = { ...PLAIN_CALL, signal };
  return sender instanceof Cluster ? clusterClientOf(sender, options) : clientOf(sender, options);
}

/** Makes a client that connects at its first call. */
export function createClientWith(where: Where | undefined, load: LoadPlatform): Client {
  const { sender, signal } = senderTo(where, load);
  return clientFor(sender, signal);
}

/** Makes a client and waits until it is connected. */
export async function connectWith(where: Where | undefined, load: LoadPlatform): Promise<Client> {
  const { sender, signal } = senderTo(where, load);
  await connected(sender, signal);
  return clientFor(sender, signal);
}

/** Makes a client of a cluster that connects at its first call. */
export function createClusterWith(where: Where, load: LoadPlatform): ClusterClient {
  const { sender, signal } = clusterTo(clusterSettingsOf(where), load);
  return clusterClientOf(sender, { ...PLAIN_CALL, signal });
}

/** Makes a client of a cluster and waits until it knows the nodes. */
export async function connectClusterWith(where: Where, load: LoadPlatform): Promise<ClusterClient> {
  const { sender, signal } = clusterTo(clusterSettingsOf(where), load);
  await connected(sender, signal);
  return clusterClientOf(sender, { ...PLAIN_CALL, signal });
}

/** Makes a bare sender and waits until it is connected. */
export async function connectSenderWith(where: Where | undefined, load: LoadPlatform): Promise<Sender> {
  const { sender, signal } = senderTo(where, load);
  await connected(sender, signal);
  return sender;
}

async function connected(sender: Connectable, signal: AbortSignal | undefined): Promise<void> {
  const abort = (): void => sender.destroy();
  try {
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener("abort", abort);
    await sender.connect();
  } catch (error) {
    sender.destroy();
    throw signal?.aborted ? new AbortError("Cannot connect: the signal aborted", { cause: signal.reason }) : error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
