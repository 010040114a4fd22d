/**
 * Those who wait for something to change, though not for ever.
 *
 * @module
 */
import type { Clock } from "../stream.ts";

/** Who waits. */
export class Wakers {
  readonly #clock: Clock;
  readonly #wakers = new Set<() => void>();

  /** Takes time. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits to be woken, or so many milliseconds, or until the signal aborts. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        signal?.removeEventListener("abort", wake);
        this.#wakers.delete(wake);
        resolve();
      };
      const cancel = this.#clock.after(Math.ceil(ms), wake);
      signal?.addEventListener("abort", wake);
      this.#wakers.add(wake);
    });
  }

  /** Wakes all. */
  wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}
