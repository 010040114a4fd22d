/**
 * The numbers of a pool.
 *
 * @module
 */

/** How long callers waited, in milliseconds, over the last 1,024 that were served or timed out; 0 before the first. */
export interface WaitPercentiles {
  /** Half of them waited no longer. */
  p50: number;
  /** Nine in ten waited no longer. */
  p90: number;
  /** 99 in a hundred waited no longer. */
  p99: number;
  /** The longest wait. */
  max: number;
}

/** What a pool has and has done. */
export interface PoolStats {
  /** Connections, open or being opened: `idle`, `leased` and `opening` together. */
  total: number;
  /** Open and not lent, also while being checked. */
  idle: number;
  /** Lent. */
  leased: number;
  /** Being opened. */
  opening: number;
  /** Callers that wait. */
  waiting: number;
  /** How many have been opened so far. */
  created: number;
  /** How many of those have ended, for whatever reason. */
  closed: number;
  /** How many callers waited in vain. */
  timeouts: number;
  /** How long callers waited. */
  waitMs: WaitPercentiles;
}

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
