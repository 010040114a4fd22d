/**
 * Keeps a pool supplied: opens, checks and ends connections, for those who wait and for `min`.
 *
 * It does not know who waits, only how many, and tells when something has changed: one is ready, one has ended, one
 * could not be opened.
 *
 * @module
 */
import type { Clock } from "../stream.ts";
import type { Alarm } from "./pool_alarm.ts";
import { endedEarly, notLeased } from "./pool_failure.ts";
import { type Member, Members } from "./pool_members.ts";
import { Opener, STABLE_MS } from "./pool_opener.ts";
import type { Poolable, PoolOptions } from "./pool_options.ts";
import type { PoolStats } from "../sender.ts";

/** Who is told of what happens. */
export interface StockSink {
  /** One may be ready, or missing, or gone; not called from within what the pool itself asks for. */
  changed(): void;
  /** One could not be opened, or ended right after; `changed()` follows. */
  failed(error: unknown): void;
}

/** What a pool counts of its connections. */
export type StockCounts = Omit<PoolStats, "waiting" | "timeouts" | "waitMs">;

/** The connections of a pool, and those in the making. */
export class Stock<Item extends Poolable> {
  #options: PoolOptions<Item>;
  #clock: Clock;
  #alarm: Alarm;
  #sink: StockSink;
  #members: Members<Item>;
  #opener: Opener<Item>;
  #stopped = false;

  /** Takes what it is made from, the alarm to set, and who is told. */
  constructor(options: PoolOptions<Item>, alarm: Alarm, sink: StockSink) {
    this.#options = options;
    this.#clock = options.clock;
    this.#alarm = alarm;
    this.#sink = sink;
    this.#members = new Members(options.settings, options.random, alarm, () => {
      if (this.#stopped) sink.changed();
    });
    this.#opener = new Opener(options, {
      opened: (item, round) => this.#opened(item, round),
      failed: (error) => this.#openFailed(error),
    });
  }

  /** Open ones and those that are being opened. */
  get total(): number {
    return this.#members.size + this.#opener.size;
  }

  /** Those that are lent. */
  get leased(): number {
    return this.#members.leased;
  }

  /** Those that are being checked or opened. */
  get making(): number {
    return this.#opener.size + this.#members.checking;
  }

  /** Whether `min` are open. */
  get filled(): boolean {
    return this.#members.size >= this.#options.settings.min;
  }

  /** Whether none is lent, in the making, or still has a socket. */
  get gone(): boolean {
    return this.#members.leased + this.#members.ending + this.#opener.size === 0;
  }

  /** Whether no more are opened, until {@linkcode Stock.restart}; `failure` is why. */
  get gaveUp(): boolean {
    return this.#opener.gaveUp;
  }

  /** The last failure to open one, undefined when one has been opened since. */
  get failure(): unknown {
    return this.#opener.failure;
  }

  /** The same, if it happened at `since` or later. */
  failureSince(since: number): unknown {
    return this.#opener.failedAt >= since ? this.#opener.failure : undefined;
  }

  /** What there is. */
  counts(): StockCounts {
    const { size, idle, checking, leased, created } = this.#members;
    const opening = this.#opener.size;
    return { total: this.total, idle: idle + checking, leased, opening, created, closed: created - size };
  }

  /** Tries to open again, although it was given up. */
  restart(): void {
    this.#opener.restart();
  }

  /** Lends one that needs no check; undefined when there is none. */
  lend(takenAt: string | undefined, now: number): Item | undefined {
    const member = this.#members.takeIdle(now, true);
    if (member === undefined) return undefined;
    this.#members.lend(member, takenAt, now);
    return member.item;
  }

  /** Takes one back that was lent, and ends it when it is not `fit`. */
  takeBack(item: Item, fit: boolean, now: number): void {
    const member = this.#members.takeBack(item);
    if (member === undefined) {
      if (this.#members.endedWhileLent(item)) return;
      throw notLeased(this.#options.node);
    }
    if (fit && !this.#stopped) this.#shelve(member, now);
    else this.#members.end(member, fit);
  }

  /** How many are to be opened for so many who wait, and for `min`; 0 or less for none. */
  missing(waiting: number): number {
    return Math.max(waiting - this.making, this.#options.settings.min - this.total);
  }

  /** Sees that enough are in the making for so many who wait, and for `min`. */
  supply(waiting: number, now: number): void {
    while (waiting > this.making) {
      const member = this.#members.takeIdle(now, false);
      if (member === undefined) break;
      void this.#check(member);
    }
    const missing = this.missing(waiting);
    if (missing <= 0) return;
    const room = Math.min(missing, this.#options.settings.max - this.total, this.#opener.room(now));
    for (let i = 0; i < room; i++) this.#opener.start();
    if (now < this.#opener.retryAt) this.#alarm.wake(this.#opener.retryAt);
  }

  /** Whether it may want to be woken some time, with so many who wait. */
  mayBeDue(waiting: number, now: number): boolean {
    return this.#members.mayBeDue || (now < this.#opener.retryAt && this.missing(waiting) > 0);
  }

  /** Ends what is due, sets the alarm for what is due next, and gives the leases to be reported. */
  ring(now: number): Member<Item>[] {
    this.#members.endDue(now);
    const leaks = this.#members.leaks(now);
    this.#alarm.wake(this.#members.nextDue());
    return leaks;
  }

  /** Opens no more. */
  stop(): void {
    this.#stopped = true;
    this.#opener.stop();
  }

  /** Ends kindly what is not lent. */
  endIdle(): void {
    this.#members.endIdle();
  }

  /** Ends all at once, and no longer counts what is being opened. */
  endAll(): void {
    this.#opener.forget();
    this.#members.destroyAll();
  }

  async #check(member: Member<Item>): Promise<void> {
    this.#members.beginCheck(member);
    let failure: { error: unknown } | undefined;
    try {
      await member.item.check();
    } catch (error) {
      failure = { error };
    }
    if (!this.#members.endCheck(member)) return;
    if (failure === undefined) this.#shelve(member, this.#clock.now());
    else this.#members.end(member, false);
    this.#sink.changed();
    if (failure !== undefined) this.#options.events.failed?.(failure.error);
  }

  #opened(item: Item, round: number): void {
    const now = this.#clock.now();
    const member = this.#members.add(item, round, now);
    item.onEnd = () => this.#ended(member);
    if (this.#stopped) this.#members.end(member, false);
    else this.#shelve(member, now);
    this.#sink.changed();
  }

  #openFailed(error: unknown): void {
    this.#sink.failed(error);
    this.#sink.changed();
    if (!this.#stopped) this.#options.events.failed?.(error);
  }

  #shelve(member: Member<Item>, now: number): void {
    if (member.item.usable) return this.#members.shelve(member, now);
    this.#members.end(member, false);
    this.#noteEnd(member, now);
  }

  #ended(member: Member<Item>): void {
    this.#members.remove(member);
    this.#noteEnd(member, this.#clock.now());
    this.#sink.changed();
  }

  // One that ended early counts like one that could not be opened.
  #noteEnd(member: Member<Item>, now: number): void {
    const lifeMs = now - member.openedAt;
    if (lifeMs >= STABLE_MS) return;
    const error = endedEarly(this.#options.node, lifeMs);
    this.#opener.fail(error, member.round);
    this.#sink.failed(error);
  }
}
