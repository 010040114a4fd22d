/**
 * The numbers of a pool.
 *
 * @module
 */

import type { WaitPercentiles } from "../sender.ts";

const KEPT = 1_024;

/** The last waits: a ring, sorted only when somebody asks. */
export class WaitTimes {
  #times = new Float64Array(KEPT);
  #count = 0;
  #next = 0;

  /** Notes one wait. */
  add(ms: number): void {
    this.#times[this.#next] = ms;
    this.#next = (this.#next + 1) % KEPT;
    if (this.#count < KEPT) this.#count++;
  }

  /** The nearest ranks: times that were waited, none between two of them. */
  percentiles(): WaitPercentiles {
    const sorted = this.#times.slice(0, this.#count).sort();
    const rank = (part: number) => this.#count === 0 ? 0 : sorted[Math.ceil(part * this.#count) - 1];
    return { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), max: rank(1) };
  }
}
