/**
 * What a pool holds, and what it is made from.
 *
 * @module
 */
import type { Clock, Random } from "../stream.ts";

/** What a pool holds: a connection of one life. */
export interface Poolable {
  /** Whether commands can still go over it. */
  readonly usable: boolean;
  /** Asks it for a sign of life; rejects when it has none in time, which it bounds itself. */
  check(): Promise<void>;
  /** Ends it at once, also while it is being closed; safe to call twice. */
  destroy(): void;
  /** Ends it kindly. Resolves when its socket is gone, after `destroy()` too. */
  close(): Promise<void>;
  /** Set by the pool; called once when it ended by itself, not after `destroy()` or `close()`. */
  onEnd: (() => void) | undefined;
}

/** The bounds of a pool, in milliseconds where not counts; each time is off when it is 0. */
export interface PoolSettings {
  /** How many are kept open, 0 to `max`. */
  min: number;
  /** How many there may be, those that are being opened included; 1 or more. */
  max: number;
  /** How long a caller waits for one; without limit when 0. */
  acquireTimeoutMs: number;
  /** How long one may be idle while there are more than `min`. */
  idleTimeoutMs: number;
  /** How long one is kept; each gets up to a tenth less by chance, so that they do not all end at once. */
  maxLifetimeMs: number;
  /** How long one may have been idle to be lent without a check; never checked when 0, nearly always when 1. */
  validateAfterMs: number;
  /** How long one may be lent before that is reported. */
  leakAfterMs: number;
}

/** Who is told of what happens in a pool. The functions must not throw. */
export interface PoolEvents {
  /** A caller must wait because all are lent; comes once, and again only after nobody had to wait. */
  exhausted?(event: { total: number; waiting: number }): void;
  /** One has been lent for longer than `leakAfterMs`; comes once a lease. */
  leaked?(event: { takenAt: string; heldMs: number }): void;
  /** One could not be opened, or did not pass its check. */
  failed?(error: unknown): void;
}

/** What a pool is made from. */
export interface PoolOptions<Item extends Poolable> {
  /** The node for messages, as `host:port` or as the path of its socket. */
  node: string;
  /** Dials and shakes hands; stops when `signal` aborts. */
  open(signal: AbortSignal): Promise<Item>;
  /** Counts and times. */
  settings: PoolSettings;
  /** Time. */
  clock: Clock;
  /** Chance. */
  random: Random;
  /** Milliseconds until the next try after so many failures in a row, 1 or more, and the last one's error; undefined to try no more. */
  delayMs(failures: number, error: unknown): number | undefined;
  /** Who is told of what happens. */
  events: PoolEvents;
}

/** How one connection is to be taken. */
export interface AcquireOptions {
  /** Ends the wait when it aborts. */
  signal?: AbortSignal;
  /** Milliseconds to wait at most, without limit when 0; the pool's `acquireTimeoutMs` when absent. */
  timeoutMs?: number;
  /** The place in the caller's code, for the report of a lease that is never returned; none is reported when absent. */
  takenAt?: string;
}
