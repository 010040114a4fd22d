/**
 * What an endpoint is made from, and what those of one client have in common.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import type { CredentialsSource } from "../connect_options.ts";
import type { Events } from "../events.ts";
import type { Login } from "../session/handshake.ts";
import type { ConnectionSettings } from "./connection_settings.ts";
import type { CredentialsReader } from "./credentials.ts";
import type { LinkOptions } from "./link.ts";
import type { PoolSettings } from "./pool_options.ts";
import type { Unsubscribed } from "./subscriptions.ts";

/** What an endpoint is made from. */
export interface EndpointSettings extends Omit<ConnectionSettings, "link"> {
  /** How each connection is made. */
  link: Omit<LinkOptions, "login">;
  /** Who to be and where to start. */
  login: Login;
  /** Where user and password come from in place of those. */
  credentials: CredentialsSource | undefined;
  /** How many connections are shared. */
  connections: number;
  /** The bounds of the pool. */
  pool: PoolSettings;
  /** What it shares with the endpoints of the same client; nothing when absent. */
  shared?: SharedByEndpoints;
  /** Is told of channels that the server ended or refused, which are wanted here no more; kept when absent. */
  onUnsubscribed?: Unsubscribed;
}

/** What all endpoints of one client have in common. */
export interface SharedByEndpoints {
  /** Who is told. */
  readonly events: Events;
  /** When the client was made, in milliseconds of its clock: calls that move keep their deadlines by that. */
  readonly since: number;
  /** What is to hold on every shared connection, by what it sets. */
  readonly standing: Map<string, AnyCommand>;
  /** Who to log in as, where a source says so: one that can be read only once serves all of them. */
  readonly credentials: CredentialsReader | undefined;
}
