/**
 * Opens connections for a pool, and holds back while that fails.
 *
 * Tries that are under way together fail together, so they count as one: each belongs to a round, and a round's first
 * failure ends it. The next round begins after the delay, with a single try, until one succeeds. A connection that ends
 * right after it was made counts like one that could not be made: a server that accepts and then hangs up is
 * not dialled in a loop. Failures are forgotten once connections have held for a while.
 *
 * @module
 */
import type { Clock } from "../stream.ts";

/** How long a connection must hold for the failures before it to be forgotten. */
export const STABLE_MS = 1_000;

/** What an opener is made from. */
export interface OpenerOptions<Item> {
  /** Dials and shakes hands; stops when `signal` aborts. */
  open(signal: AbortSignal): Promise<Item>;
  /** Milliseconds until the next try after so many failures in a row; undefined to try no more. */
  delayMs(failures: number, error: unknown): number | undefined;
  /** Time. */
  clock: Clock;
}

/** Who is told what became of a try. */
export interface OpenerSink<Item> {
  /** One is open; `round` is to be given back if it ends early. */
  opened(item: Item, round: number): void;
  /** One could not be opened. */
  failed(error: unknown): void;
}

/** Opens connections, with pauses after failures. */
export class Opener<Item> {
  #options: OpenerOptions<Item>;
  #sink: OpenerSink<Item>;
  #underWay: Set<AbortController> = new Set();
  #round = 0;
  #underWayOfRound = 0;
  #failing = false;
  #failures = 0;
  // When the first one after the last failure was opened.
  #heldSince = Infinity;
  /** When the next try may be made. */
  retryAt: number = -Infinity;
  /** Whether no more tries are made until {@linkcode Opener.restart}. */
  gaveUp = false;
  /** The last failure, undefined when one has been opened since. */
  failure: unknown;
  /** When that was. */
  failedAt: number = -Infinity;

  /** Takes how to open, and who is told. */
  constructor(options: OpenerOptions<Item>, sink: OpenerSink<Item>) {
    this.#options = options;
    this.#sink = sink;
  }

  /** How many are being opened. */
  get size(): number {
    return this.#underWay.size;
  }

  /** How many more may be tried now. */
  room(now: number): number {
    if (this.gaveUp || now < this.retryAt) return 0;
    return this.#failing ? 1 - this.#underWayOfRound : Infinity;
  }

  /** Tries again, although it was given up. */
  restart(): void {
    this.gaveUp = false;
  }

  /** Begins to open one. */
  start(): void {
    void this.#open(this.#round);
  }

  async #open(round: number): Promise<void> {
    const controller = new AbortController();
    this.#underWay.add(controller);
    this.#underWayOfRound++;
    let item: Item;
    try {
      item = await this.#options.open(controller.signal);
    } catch (error) {
      this.#settled(controller, round);
      this.fail(error, round);
      this.#sink.failed(error);
      return;
    }
    this.#settled(controller, round);
    this.#failing = false;
    this.gaveUp = false;
    this.retryAt = -Infinity;
    this.failure = undefined;
    this.#heldSince = Math.min(this.#heldSince, this.#options.clock.now());
    this.#sink.opened(item, round);
  }

  #settled(controller: AbortController, round: number): void {
    this.#underWay.delete(controller);
    if (round === this.#round) this.#underWayOfRound--;
  }

  /** Notes that a try of `round` failed, or that what it opened ended early. */
  fail(error: unknown, round: number): void {
    const now = this.#options.clock.now();
    this.failure = error;
    this.failedAt = now;
    if (round !== this.#round) return;
    this.#round++;
    this.#underWayOfRound = 0;
    if (now - this.#heldSince >= STABLE_MS) this.#failures = 0;
    this.#heldSince = Infinity;
    const delayMs = this.#options.delayMs(++this.#failures, error);
    this.gaveUp = delayMs === undefined;
    if (this.gaveUp) this.#failures = 0;
    this.#failing = !this.gaveUp;
    this.retryAt = now + (delayMs ?? 0);
  }

  /** Asks all tries to stop; each still tells its end. */
  stop(): void {
    for (const controller of this.#underWay) controller.abort();
  }

  /** Counts the tries no more that have not ended. */
  forget(): void {
    this.#underWay.clear();
  }
}
