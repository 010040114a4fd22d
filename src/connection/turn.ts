/**
 * The deadlines of calls that leave together: they count from when these leave, and the clock is read once for all.
 *
 * Calls of one turn with the same timeout share one object, which is given its moment when the turn ends; so a
 * deadline costs a call neither a look at the clock nor an allocation.
 *
 * @module
 */
import type { Due } from "../session/call.ts";
import type { Deadlines } from "./deadlines.ts";

interface Pending extends Due {
  readonly timeoutMs: number;
}

/** The calls that are gathered to leave together. */
export class Turn {
  #last: Pending | undefined;
  #pending: Pending[] = [];

  /** The deadline of a call that may take so long; its moment is not known before the turn ends. */
  due(timeoutMs: number): Due {
    const last = this.#last;
    return last !== undefined && last.timeoutMs === timeoutMs ? last : this.#add(timeoutMs);
  }

  #add(timeoutMs: number): Due {
    const due = { at: 0, timeoutMs };
    this.#pending.push(due);
    return this.#last = due;
  }

  /** The calls leave now. */
  end(deadlines: Deadlines): void {
    if (this.#last === undefined) return;
    const now = deadlines.read();
    for (const due of this.#pending) {
      due.at = now + due.timeoutMs;
      deadlines.want(due.at);
    }
    this.#pending.length = 0;
    this.#last = undefined;
  }
}
