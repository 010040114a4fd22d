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
import type { Cluster } from "./cluster/cluster.ts";
import type { Redirecting } from "./cluster/redirecting.ts";
import type { ClusterSenderSettings } from "./cluster/cluster_sender_settings.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { clusterSettingsOf, type Settings, settingsOf } from "./options.ts";
import { AbortError } from "./errors.ts";
import { type Events, tell } from "./events.ts";
import { LateSender } from "./late_sender.ts";
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

/** The sender of one server that stays where it is, which is there at once; undefined for all others. */
function endpointFor(settings: Settings, load: LoadPlatform): Endpoint | undefined {
  if (settings.cluster !== undefined || settings.followRedirects) return undefined;
  const { linkTo, ...common } = commonOf(settings, load);
  const link = linkTo(settings, settings.path);
  const sender = new Endpoint({ ...common, link });
  attend(sender.events, settings, link.node);
  return sender;
}

/** The sender of several nodes, whose code is loaded for it. */
async function severalFor(settings: Settings, load: LoadPlatform): Promise<Redirecting | Cluster> {
  const { cluster, tls } = settings;
  const common = commonOf(settings, load);
  if (cluster !== undefined) {
    const { Cluster } = await import("./cluster/cluster.ts");
    const sender = new Cluster({ ...common, cluster, tls: tls !== undefined });
    attend(sender.events, settings, sender.name);
    return sender;
  }
  const { Redirecting } = await import("./cluster/redirecting.ts");
  const link = common.linkTo(settings, settings.path);
  const sender = new Redirecting({ ...common, link, address: settings });
  attend(sender.events, settings, link.node);
  return sender;
}

/** Makes a client that connects at its first call. */
export function createClientWith(where: Where | undefined, load: LoadPlatform): Client {
  const settings = settingsOf(where);
  const options = { ...PLAIN_CALL, signal: settings.signal };
  const endpoint = endpointFor(settings, load);
  if (endpoint !== undefined) return clientOf(endpoint, options);
  const sender = new LateSender(() => severalFor(settings, load));
  return settings.cluster === undefined ? clientOf(sender, options) : clusterClientOf(sender, options);
}

/** Makes a client and waits until it is connected. */
export async function connectWith(where: Where | undefined, load: LoadPlatform): Promise<Client> {
  const settings = settingsOf(where);
  const { signal } = settings;
  const sender = await connected(endpointFor(settings, load) ?? await severalFor(settings, load), signal);
  const options = { ...PLAIN_CALL, signal };
  return isCluster(sender) ? clusterClientOf(sender, options) : clientOf(sender, options);
}

function isCluster(sender: Connectable): sender is Cluster {
  return "refreshTopology" in sender;
}

/** Makes a client of a cluster that connects at its first call. */
export function createClusterWith(where: Where, load: LoadPlatform): ClusterClient {
  const settings = clusterSettingsOf(where);
  const sender = new LateSender(() => severalFor(settings, load));
  return clusterClientOf(sender, { ...PLAIN_CALL, signal: settings.signal });
}

/** Makes a client of a cluster and waits until it knows the nodes. */
export async function connectClusterWith(where: Where, load: LoadPlatform): Promise<ClusterClient> {
  const settings = clusterSettingsOf(where);
  const { signal } = settings;
  const sender = await connected(await severalFor(settings, load), signal);
  return clusterClientOf(sender as Cluster, { ...PLAIN_CALL, signal });
}

/**
 * Makes a bare sender to one server and waits until it is connected. It knows of no other, so that a program which
 * sends a few commands need not carry, or load, what a cluster takes.
 */
export async function connectSenderWith(where: Where | undefined, load: LoadPlatform): Promise<Sender> {
  const settings = settingsOf(where);
  const endpoint = endpointFor(settings, load);
  if (endpoint !== undefined) return await connected(endpoint, settings.signal);
  throw new TypeError(
    "Cannot connect a bare sender to several servers: it is for one, use connectCluster() or connect()",
  );
}

/** Waits until it can be used; ends it when that fails. */
async function connected<Sender extends Connectable>(
  sender: Sender,
  signal: AbortSignal | undefined,
): Promise<Sender> {
  const abort = (): void => sender.destroy();
  try {
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener("abort", abort);
    await sender.connect();
    return sender;
  } catch (error) {
    sender.destroy();
    throw signal?.aborted ? new AbortError("Cannot connect: the signal aborted", { cause: signal.reason }) : error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
