/**
 * How long to wait before trying again: exponential, with full jitter.
 *
 * The delay before try n is a random part of min(cap, base · factor^(n-1)): clients that lost the same server at the
 * same moment come back spread over the whole span, not all at its end.
 *
 * @module
 */
import type { Random } from "../stream.ts";

/** The shape of a growing delay. */
export interface Backoff {
  /** Milliseconds of the first delay's upper bound. */
  baseMs: number;
  /** By how much the bound grows each time. */
  factor: number;
  /** Milliseconds that the bound never passes. */
  capMs: number;
  /** Which part of the delay is random, from 0 for none to 1 for all of it. */
  jitter: number;
}

/** The upper bound, in milliseconds, of the delay before try `attempt`, from 1. */
export function delayBound({ baseMs, factor, capMs }: Backoff, attempt: number): number {
  return Math.min(capMs, baseMs * factor ** Math.min(attempt - 1, 1_000));
}

/** The milliseconds to wait before try `attempt`, from 1. */
export function delayBefore(backoff: Backoff, attempt: number, random: Random): number {
  const bound = delayBound(backoff, attempt);
  return Math.round(bound * (1 - backoff.jitter * random()));
}
