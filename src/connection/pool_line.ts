/**
 * The callers that wait for a connection, first come first.
 *
 * A linked list: a caller that gives up leaves from the middle at the cost of any other.
 *
 * @module
 */

/** What a caller wants. */
export interface Wish<Item> {
  /** Since when it waits. */
  readonly since: number;
  /** How long it waits at most, `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** The place in the caller's code. */
  readonly takenAt: string | undefined;
  /** Ends the wait. */
  readonly signal: AbortSignal | undefined;
  /** Takes the connection. */
  readonly resolve: (item: Item) => void;
  /** Takes the reason why there is none. */
  readonly reject: (error: unknown) => void;
}

/** A caller that waits. */
export class Waiter<Item> {
  /** What it wants. */
  readonly wish: Wish<Item>;
  /** When it gives up. */
  readonly deadline: number;
  /** How many were waiting when it came. */
  readonly ahead: number;
  /** Called when its signal aborts. */
  readonly abort: () => void;
  /** Its neighbours in the line. */
  previous: Waiter<Item> | undefined;
  next: Waiter<Item> | undefined;

  /** Takes what it wants, how many are before it, and who is told when it gives up. */
  constructor(wish: Wish<Item>, ahead: number, onAbort: (waiter: Waiter<Item>) => void) {
    this.wish = wish;
    this.deadline = wish.since + wish.timeoutMs;
    this.ahead = ahead;
    this.abort = () => onAbort(this);
  }
}

/** The line. */
export class WaitingLine<Item> {
  #onAbort: (waiter: Waiter<Item>) => void;
  /** Who waits longest. */
  first: Waiter<Item> | undefined;
  /** Who came last. */
  last: Waiter<Item> | undefined;
  /** How many wait. */
  size = 0;

  /** Takes who is told that a caller's signal aborted; the caller is still in the line then. */
  constructor(onAbort: (waiter: Waiter<Item>) => void) {
    this.#onAbort = onAbort;
  }

  /** Adds a caller at the end. */
  join(wish: Wish<Item>): Waiter<Item> {
    const waiter = new Waiter(wish, this.size, this.#onAbort);
    waiter.previous = this.last;
    if (this.last === undefined) this.first = waiter;
    else this.last.next = waiter;
    this.last = waiter;
    this.size++;
    wish.signal?.addEventListener("abort", waiter.abort);
    return waiter;
  }

  /** Takes out a caller that is in the line, wherever it is. */
  leave(waiter: Waiter<Item>): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    this.size--;
    waiter.wish.signal?.removeEventListener("abort", waiter.abort);
  }

  /** Takes out a caller and tells it why. */
  refuse(waiter: Waiter<Item>, error: unknown): void {
    this.leave(waiter);
    waiter.wish.reject(error);
  }

  /** When the next caller gives up; `Infinity` when none does. */
  nextDeadline(): number {
    let at = Infinity;
    for (let waiter = this.first; waiter !== undefined; waiter = waiter.next) at = Math.min(at, waiter.deadline);
    return at;
  }
}
