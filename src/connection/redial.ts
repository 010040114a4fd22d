/**
 * When a lost connection is dialled again.
 *
 * Each try that fails makes the next wait longer. A connection over which the server answered, or that lasted longer
 * than the wait that would follow, begins anew; one which is lost as soon as it is made is not dialled in a tight loop.
 * A delay of the user's own that is none, or a failure of that function, is replaced by the backoff's: no connection is
 * lost for good by it.
 *
 * @module
 */
import type { Clock, Random } from "../stream.ts";
import { type Backoff, delayBefore, delayBound } from "./backoff.ts";
import { LONGEST_MS } from "./deadlines.ts";

/** How a lost connection is dialled again. */
export interface ReconnectSettings extends Backoff {
  /** After how many tries in a row to give up; Infinity for never. */
  attempts: number;
  /** Gives the milliseconds before a try, from 1, in place of the backoff; undefined to give up. */
  delayMs: ((attempt: number) => number | undefined) | undefined;
}

/** Counts the tries of one connection. */
export class Redial {
  /** Tries since it was lost. */
  attempt = 0;
  /** Whether the server answered over the connection that was lost. */
  answered = false;
  readonly #settings: ReconnectSettings | false;
  readonly #clock: Clock;
  readonly #random: Random;
  #readySince: number | undefined;
  #cancel: (() => void) | undefined;
  #at = 0;

  /** Takes how to try, or that it is not to. */
  constructor(settings: ReconnectSettings | false, clock: Clock, random: Random) {
    this.#settings = settings;
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether a try is set for later. */
  get waiting(): boolean {
    return this.#cancel !== undefined;
  }

  /** The connection can be used. */
  ready(): void {
    this.#readySince = this.#clock.now();
  }

  /** The connection is lost, or was not made: gives the milliseconds until `dial` is called; undefined to give up. */
  schedule(dial: () => void): number | undefined {
    const settings = this.#settings;
    if (settings === false) return undefined;
    const since = this.#readySince;
    this.#readySince = undefined;
    const lastedMs = since === undefined ? -1 : this.#clock.now() - since;
    const { answered } = this;
    this.answered = false;
    if (since !== undefined && (answered || lastedMs >= delayBound(settings, this.attempt + 1))) this.attempt = 0;
    const attempt = ++this.attempt;
    const delayMs = attempt > settings.attempts ? undefined : this.#delay(settings, attempt);
    if (delayMs === undefined) {
      this.attempt = 0;
      return undefined;
    }
    this.#set(delayMs, dial);
    return delayMs;
  }

  #delay(settings: ReconnectSettings, attempt: number): number | undefined {
    try {
      const own = settings.delayMs?.(attempt);
      if (settings.delayMs !== undefined && own === undefined) return undefined;
      if (typeof own === "number" && own >= 0) return Math.min(own, LONGEST_MS);
    } catch {
      // The user's.
    }
    return delayBefore(settings, attempt, this.#random);
  }

  /** Sets the timer of a try anew: it may be another request's of a Worker, and gone with that. */
  renew(dial: () => void): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#set(Math.max(0, this.#at - this.#clock.now()), dial);
  }

  #set(delayMs: number, dial: () => void): void {
    this.#at = this.#clock.now() + delayMs;
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = undefined;
      dial();
    });
  }

  /** Sets no try any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
