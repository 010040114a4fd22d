/**
 * What a user can say about a connection.
 *
 * @module
 */
import type { Limits, Value } from "./resp/value.ts";
import type { Clock, Platform, TlsOptions } from "./stream.ts";

/** Where to connect, as whom, and how. Each name can also be given in the query of a URL, unless it says otherwise. */
export interface ConnectOptions {
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
  /** Milliseconds of silence before the first TCP keep-alive probe; 30,000 when absent, 0 for none. */
  keepAliveMs?: number;
  /** Bounds on what the server may send, in place of the default ones. In a URL: the fields by name. */
  limits?: Partial<Limits>;
  /** Is given each push that is not a reply, its kind first; what it throws is dropped. Not in a URL. */
  onPush?: (push: Value[]) => void;
  /** The sockets and text codec to use in place of the runtime's best. Not in a URL. */
  platform?: Platform;
  /** The clock to use in place of the runtime's. Not in a URL. */
  clock?: Clock;
}
