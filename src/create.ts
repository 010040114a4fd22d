/**
 * The composition root: from options and a platform to a sender, and from that to a client.
 *
 * @module
 */
import { type Client, clientOf } from "./client/client.ts";
import { systemClock } from "./connection/clock.ts";
import { Connection } from "./connection/connection.ts";
import { nodeName } from "./connection/failure.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { settingsOf } from "./options.ts";
import type { Sender } from "./sender.ts";
import type { Platform } from "./stream.ts";

/** Gives the platform to use where the options name none. */
export type LoadPlatform = () => Promise<Platform>;
/** A URL, or options. */
export type Where = string | URL | ConnectOptions;

function connectionTo(where: Where | undefined, load: LoadPlatform): Connection {
  const settings = settingsOf(where);
  const { host, port, path, tls, keepAliveMs, username, password, clientName, database, protocol } = settings;
  const { platform, limits, onPush, connectTimeoutMs, closeTimeoutMs } = settings;
  const target = { host, port, path, tls, keepAliveMs };
  return new Connection({
    target,
    session: {
      login: { username, password, clientName, database, protocol },
      node: nodeName(target),
      limits,
      onPush: onPush && ((push) => {
        try {
          onPush(push);
        } catch {
          // A listener's failure is its own: it must not end the connection that others use.
        }
      }),
    },
    platform: platform === undefined ? load : () => Promise.resolve(platform),
    connectTimeoutMs,
    closeTimeoutMs,
    clock: settings.clock ?? systemClock,
  });
}

/** Makes a client that connects at its first call. */
export function createClientWith(where: Where | undefined, load: LoadPlatform): Client {
  return clientOf(connectionTo(where, load));
}

/** Makes a client and waits until it is connected. */
export async function connectWith(where: Where | undefined, load: LoadPlatform): Promise<Client> {
  const connection = connectionTo(where, load);
  await connected(connection);
  return clientOf(connection);
}

/** Makes a bare sender and waits until it is connected. */
export async function connectSenderWith(where: Where | undefined, load: LoadPlatform): Promise<Sender> {
  const connection = connectionTo(where, load);
  await connected(connection);
  return connection;
}

async function connected(connection: Connection): Promise<void> {
  try {
    await connection.connect();
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
