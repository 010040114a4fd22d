/**
 * How the connections to a node behave, and what those of one client have in common.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import type { Events } from "../events.ts";
import type { RetryCeiling } from "../sender.ts";
import type { PendingCall } from "../session/call.ts";
import type { Clock, Random } from "../stream.ts";
import type { Aborts } from "./aborts.ts";
import type { BacklogBounds } from "./backlog.ts";
import type { Backoff } from "./backoff.ts";
import type { Deadlines } from "./deadlines.ts";
import type { LinkOptions } from "./link.ts";
import type { ReconnectSettings } from "./redial.ts";

/** How calls are sent again. */
export interface RetrySettings extends Backoff {
  /** How often a command may be sent, the first time included. */
  attempts: number;
  /** What may be sent again after it was written and not answered. */
  ceiling: RetryCeiling;
}

/** Decides what becomes of calls that another node may bring to their end. */
export interface CallRouter {
  /** Takes a call that was refused, or sent on, to send it elsewhere or later; false when its caller is to be told. */
  refused(call: PendingCall, error: RedisError): boolean;
  /** Nothing has been heard for a while, though replies are due. */
  silent(): void;
  /** Calls begin to wait for a connection. */
  waits(): void;
  /** The connection was lost: gives those of the calls that are to wait until it is made anew, and sends the others. */
  lost(lost: LostToNode): readonly PendingCall[];
}

/** What a lost connection leaves. */
export interface LostToNode {
  /** The calls that were on their way, and are to be sent again. */
  readonly calls: readonly PendingCall[];
  /** Gives the calls that waited for the connection, for whoever takes them. */
  readonly waiting: () => readonly PendingCall[];
  /** Whether it is not to be made anew. */
  readonly ended: boolean;
}

/** How connections to a node behave. */
export interface ConnectionSettings extends BacklogBounds {
  /** How each is made. */
  link: LinkOptions;
  /** Milliseconds until a call is given up; 0 for never. */
  timeoutMs: number;
  /** How calls are sent again. */
  retry: RetrySettings;
  /** How a lost connection is dialled again; false when not by itself. */
  reconnect: ReconnectSettings | false;
  /** Whether calls wait while there is no connection. */
  enableOfflineQueue: boolean;
  /** Milliseconds without a byte, while replies are due, after which a link is given up; 0 for never. */
  watchdogMs: number;
  /** Milliseconds without a byte, while none are due, after which it is asked for a sign of life; 0 for never. */
  pingIntervalMs: number;
  /** Milliseconds that `close()` waits for replies. */
  closeTimeoutMs: number;
  /** Time. */
  clock: Clock;
  /** Chance. */
  random: Random;
  /** Who is asked before calls are sent again; the connection sends them again itself when absent. */
  router?: CallRouter;
}

/** What the connections of one client have in common. */
export interface ConnectionContext {
  /** The coarse clock. */
  deadlines: Deadlines;
  /** The callers' signals. */
  aborts: Aborts;
  /** Who is told. */
  events: Events;
}
