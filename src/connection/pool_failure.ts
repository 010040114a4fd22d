/**
 * The errors of a pool. Nothing was sent in any of them, so nothing was applied.
 *
 * @module
 */
import { AbortError, ClosedError, ConnectionError, PoolError, TimeoutError } from "../errors.ts";

/** What is known of a wait that took too long. */
export interface LateLease {
  /** How long it was to last at most. */
  timeoutMs: number;
  /** How many were lent when it ended, of how many. */
  leased: number;
  max: number;
  /** How many were waiting when it began. */
  ahead: number;
  /** Why none could be opened meanwhile, if that was tried. */
  cause: unknown;
}

/** No connection was to be had in time. */
export function leaseTimeout(node: string, { timeoutMs, leased, max, ahead, cause }: LateLease): TimeoutError {
  const what = cause === undefined ? "became free" : "could be opened";
  return new TimeoutError(
    `Cannot lease a connection to "${node}": none ${what} within ${timeoutMs} ms ` +
      `(${leased} of ${max} leased, ${ahead} waited before)`,
    { waitedFor: "lease", ahead, cause },
  );
}

/** The caller gave up. */
export function leaseAborted(node: string, reason: unknown): AbortError {
  return new AbortError(`Cannot lease a connection to "${node}": the caller's signal aborted`, {
    waitedFor: "lease",
    cause: reason,
  });
}

/** The owner closed the pool. */
export function poolClosed(node: string): ClosedError {
  return new ClosedError(`Cannot lease a connection to "${node}": the client is closed`);
}

/** What was returned is not lent, or is returned twice. */
export function notLeased(node: string): PoolError {
  return new PoolError(`Cannot return a connection to "${node}": it is not leased from this pool`);
}

/** A connection ended so soon that making the next one at once would be no better. */
export function endedEarly(node: string, lifeMs: number): ConnectionError {
  return new ConnectionError(
    `Cannot keep a connection to "${node}": it ended ${Math.round(lifeMs)} ms after it was made`,
  );
}
