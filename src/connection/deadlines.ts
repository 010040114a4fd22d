/**
 * One coarse timer for all that has to happen in its time: deadlines of calls, silence of a link, idle checks.
 *
 * No call has a timer of its own. Whoever holds calls is asked, when the earliest known moment has come, to end what
 * is due and to say when to ask again. Time is read once in a turn, not once a call, and is whole milliseconds since
 * the client was made, which engines keep without allocating.
 *
 * When the timer rings late, the process was busy or asleep, and what is waited for may be here, unread: only what
 * was due by the last such moment is ended then, since the runtime has had a turn to read what came for it.
 *
 * @module
 */
import type { Clock } from "../stream.ts";

/** Holds what has a time. */
export interface Timed {
  /** Ends what is due, and gives the next moment to ask at; 0 when there is none. */
  expire(now: number): number;
}

/** Deadlines closer than this to each other are met together. */
const GRAIN_MS = 4;
/** Where there are very many calls, it is the longer until all are looked through again, up to this. */
const REST_MS = 20;
/** The longest delay that every runtime's timers keep; they ring too early then, which does no harm. */
export const LONGEST_MS: number = 2 ** 31 - 1;
/** A timer that is later than this will never ring: those of a Worker's request end with it. Shared by other timers. */
export const GONE_MS = 1_000;
/** A timer that is later than this has been kept from ringing. */
const LATE_MS = 50;

/** The coarse clock of one client. */
export class Deadlines {
  /** Milliseconds since the client was made, as of the last reading; never 0. */
  now = 1;
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #holders = new Set<Timed>();
  #at = 0;
  #cancel: (() => void) | undefined;
  // Once a turn is enough.
  #renewed = false;
  readonly #endTurn = (): void => {
    this.#renewed = false;
  };
  // When it last rang late, and everybody was left to read what was there; 0 when it did not.
  #lateAt = 0;

  /** Takes the clock that it reads, and when the client was made; what moves between two is made to agree by that. */
  constructor(clock: Clock, since: number = clock.now()) {
    this.#clock = clock;
    this.#origin = since - 1;
  }

  /** Reads the clock. */
  read(): number {
    return this.now = Math.floor(this.#clock.now() - this.#origin);
  }

  /** Has a holder be asked from now on. */
  add(holder: Timed): void {
    this.#holders.add(holder);
  }

  /** Has a holder not be asked any more. */
  remove(holder: Timed): void {
    this.#holders.delete(holder);
    if (this.#holders.size === 0) this.#disarm();
  }

  /** Has the holders be asked at this moment at the latest; without any there is nothing to ask. */
  want(at: number): void {
    const gone = this.#at !== 0 && this.#at + GONE_MS < this.now;
    if ((this.#at !== 0 && this.#at <= at && !gone) || this.#holders.size === 0) return;
    this.#disarm();
    this.#at = gone ? Math.min(at, this.now + 1) : at;
    this.#cancel = this.#clock.after(Math.min(Math.max(0, this.#at - this.read()), LONGEST_MS), this.#ring);
  }

  /**
   * Sets the timer anew, where there is one: it may be another request's of a Worker, and gone with that. False when
   * that was done in this turn already.
   */
  renew(): boolean {
    if (this.#renewed) return false;
    this.#renewed = true;
    queueMicrotask(this.#endTurn);
    const at = this.#at;
    this.#disarm();
    if (at !== 0) this.want(at);
    return true;
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at = 0;
  }

  readonly #ring = (): void => {
    const now = this.read();
    const late = now - this.#at > LATE_MS;
    const readBy = late ? this.#lateAt : now;
    this.#at = 0;
    this.#lateAt = late ? now : 0;
    const next = readBy === 0 ? 0 : this.#expire(readBy);
    if (this.#holders.size === 0) return;
    if (late) this.want(now + 1);
    else if (next !== 0) this.want(Math.max(next, now + GRAIN_MS + Math.min(4 * (this.read() - now), REST_MS)));
  };

  #expire(now: number): number {
    let next = 0;
    for (const holder of this.#holders) {
      const at = holder.expire(now);
      if (at !== 0 && (next === 0 || at < next)) next = at;
    }
    return next;
  }
}
