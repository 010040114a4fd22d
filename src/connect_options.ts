/**
 * What a user can say about a connection.
 *
 * @module
 */
import type { ClusterOptions } from "./cluster_options.ts";
import type { ConnectEvent, DisconnectEvent, ReconnectEvent } from "./events.ts";
import type { Limits, Value } from "./resp/value.ts";
import type { RetryCeiling } from "./sender.ts";
import type { Clock, Platform, Random, TlsOptions } from "./stream.ts";

/** How a delay grows from try to try: before try n it is a random part of min(`capMs`, `baseMs` · `factor`^(n-1)). */
export interface BackoffOptions {
  /** Milliseconds of the first delay's upper bound; 50 when absent. */
  baseMs?: number;
  /** By how much the bound grows each time, 1 or more; 2 when absent. */
  factor?: number;
  /** Milliseconds that the bound never passes; 2,000 when absent, 1,000 for `retry`. */
  capMs?: number;
  /** Which part of the delay is random, from 0 for none to 1 for all of it; 1 when absent. */
  jitter?: number;
}

/** How a lost connection is dialled again. */
export interface ReconnectOptions extends BackoffOptions {
  /** After how many tries in a row to give up, until the next call; forever when absent. */
  attempts?: number;
  /** Gives the milliseconds before a try, counted from 1, or undefined to give up. Not in a URL. */
  delayMs?: (attempt: number) => number | undefined;
}

/** How calls are sent again that were refused before they were executed, or whose connection was lost. */
export interface RetryOptions extends BackoffOptions {
  /** How often a command may be sent, the first time included; 20 when absent, 1 for never again. */
  attempts?: number;
  /** What may be sent again after it was written and not answered; `readOnly` when absent. */
  ceiling?: RetryCeiling;
}

/** The pool of connections for what cannot share one: leases, blocking commands, WATCH, MONITOR. */
export interface PoolOptions {
  /** How many connections are kept open; 0 when absent. */
  min?: number;
  /** How many there may be; 10 when absent. */
  max?: number;
  /** Milliseconds to wait for a connection; 5,000 when absent, 0 for no limit. */
  acquireTimeoutMs?: number;
  /** Milliseconds after which an idle connection beyond `min` is closed; 60,000 when absent, 0 for never. */
  idleTimeoutMs?: number;
  /** Milliseconds that a connection is kept, less up to a tenth by chance; 1,800,000 when absent, 0 for no limit. */
  maxLifetimeMs?: number;
  /** Milliseconds of idleness after which a connection is checked before it is lent; 10,000 when absent, 0 for never. */
  validateAfterMs?: number;
  /** Milliseconds after which a lease that was not returned is reported; 60,000 when absent, 0 for never. */
  leakAfterMs?: number;
}

/** Who to log in as. */
export interface Credentials {
  /** The ACL user; `default` when absent. */
  username?: string;
  /** The password. */
  password: string;
}

/** Gives credentials: asked at every connect, or a stream, each value of which logs live connections in anew. */
export type CredentialsSource = (() => Credentials | Promise<Credentials>) | AsyncIterable<Credentials>;

/** Where to connect, as whom, and how. Each name can also be given in the query of a URL, unless it says otherwise. */
export interface ConnectOptions extends ClusterOptions {
  /** A URL such as `redis://user:secret@localhost:6379/0`; the options beside it win over what it says. */
  url?: string | URL;
  /** The host name or address; `127.0.0.1` when absent. */
  host?: string;
  /** The TCP port; 6379 when absent. */
  port?: number;
  /** The path of a unix socket, in place of host and port. */
  path?: string;
  /** The ACL user; `default` when absent. */
  username?: string;
  /** The password. */
  password?: string;
  /** Where the user and the password come from, in place of `username` and `password`. Not in a URL. */
  credentials?: CredentialsSource;
  /** The number of the database; 0 when absent. */
  database?: number;
  /** The name that CLIENT LIST shows for the connection; no spaces. */
  clientName?: string;
  /** The protocol to ask for first; 3 when absent, with fall-back to 2 where the server refuses it. */
  protocol?: 2 | 3;
  /** Speaks TLS, verified, with the system's authorities (`true`) or as said. In a URL: `rediss://`, and the fields by name. */
  tls?: boolean | TlsOptions;
  /** Milliseconds for dialling and the handshake together; 10,000 when absent. */
  connectTimeoutMs?: number;
  /** Milliseconds that `close()` waits for replies that are due; 5,000 when absent. */
  closeTimeoutMs?: number;
  /**
   * Milliseconds until a call is given up, all its tries together; 5,000 when absent, 0 for never. A blocking command
   * has its own timeout and these on top.
   */
  timeoutMs?: number;
  /** Gives up every call, and the connecting, when it aborts. Not in a URL. */
  signal?: AbortSignal;
  /** How calls are sent again. In a URL: the fields as `retry.attempts` and so on. */
  retry?: RetryOptions;
  /** How a lost connection is dialled again; `false`: only by the next call. In a URL: `reconnect.capMs` and so on. */
  reconnect?: false | ReconnectOptions;
  /** Whether calls, and leases, wait while there is no connection; true when absent, false to have them fail at once. */
  enableOfflineQueue?: boolean;
  /** How many calls may wait for a connection; 100,000 when absent. */
  maxQueued?: number;
  /** How many bytes of calls may wait for a connection; 134,217,728 when absent. */
  maxQueuedBytes?: number;
  /** How many connections ordinary calls share; 1 when absent. */
  connections?: number;
  /** The pool of connections for what cannot share one. In a URL: `pool.max` and so on. */
  pool?: PoolOptions;
  /** Milliseconds without a byte, while replies are due, after which a connection is given up; 20,000 when absent, 0 for never. */
  watchdogMs?: number;
  /** Milliseconds without a byte, while none are due, after which the server is asked for a PING; 30,000 when absent, 0 for never. */
  pingIntervalMs?: number;
  /** Milliseconds of silence before the first TCP keep-alive probe; 30,000 when absent, 0 for none. */
  keepAliveMs?: number;
  /**
   * Whether a server that is a replica may send the client on to its primary, with what it was asked for, as Valkey does
   * from 8.0 on; false when absent. For one server: in a cluster redirects are followed without it.
   */
  followRedirects?: boolean;
  /** Bounds on what the server may send, in place of the default ones. In a URL: the fields by name. */
  limits?: Partial<Limits>;
  /** Is given each push that is not a reply, its kind first; what it throws is dropped. Not in a URL. */
  onPush?: (push: Value[]) => void;
  /** Is told when a connection is made. Not in a URL. */
  onConnect?: (event: ConnectEvent) => void;
  /** Is told when a connection has ended, and why. Not in a URL. */
  onDisconnect?: (event: DisconnectEvent) => void;
  /** Is told when a lost connection is back. Not in a URL. */
  onReconnect?: (event: ReconnectEvent) => void;
  /** The sockets and text codec to use in place of the runtime's best. Not in a URL. */
  platform?: Platform;
  /** The clock to use in place of the runtime's. Not in a URL. */
  clock?: Clock;
  /** The chance that delays are drawn from, in place of the runtime's. Not in a URL. */
  random?: Random;
}
