/**
 * The clock of the real world.
 *
 * @module
 */
import type { Clock } from "../stream.ts";

/** Time by the runtime's own timers. */
export const systemClock: Clock = {
  now() {
    return performance.now();
  },
  after(delayMs, callback) {
    const id = setTimeout(callback, delayMs);
    return () => clearTimeout(id);
  },
};
