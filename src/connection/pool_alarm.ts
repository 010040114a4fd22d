/**
 * The one timer of a pool.
 *
 * Whoever waits for a time asks to be woken no later than then; the alarm is set to the earliest wish. It is not moved
 * when that wish has lapsed: it then rings for nothing, and who is rung for asks anew. So a wait that ends before its
 * time, which nearly all do, costs no timer.
 *
 * @module
 */
import type { Clock } from "../stream.ts";
import { LONGEST_MS } from "./deadlines.ts";

/** Deno 2.9 keeps a little for each length of a delay that was called off, until that time would have come. */
const COARSE_MS = 10_000;

function rounded(delay: number): number {
  return delay < COARSE_MS ? delay : Math.ceil(delay / 1_000) * 1_000;
}

/** A timer that rings at the earliest of the times that it was given. */
export class Alarm {
  #clock: Clock;
  #ring: () => void;
  #at = Infinity;
  #cancel: (() => void) | undefined;

  /** Takes the clock and what is to be called. */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = () => {
      this.#at = Infinity;
      this.#cancel = undefined;
      ring();
    };
  }

  /** Sees that it rings at `at` or before; never for `Infinity`. */
  wake(at: number): void {
    if (at >= this.#at) return;
    this.#cancel?.();
    this.#at = at;
    const delay = Math.max(at - this.#clock.now(), 0);
    this.#cancel = this.#clock.after(Math.min(rounded(delay), LONGEST_MS), this.#ring);
  }

  /** Calls it off. */
  off(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at = Infinity;
  }
}
