/**
 * Lends connections to one caller at a time.
 *
 * Whatever becomes free, by being returned, checked or opened, goes to who waits longest; who comes while somebody
 * waits joins the line. So nobody is overtaken, and what was begun for a caller that gave up serves the next one. After
 * each event the pool hands out what there is, and then sees that checks and openings are under way for all who still
 * wait, and for `min`. Limit: it knows nothing of what goes over a connection; whether one is fit to be lent again is
 * for who returns it to say.
 *
 * @module
 */
import type { PoolStats } from "../sender.ts";
import type { Clock } from "../stream.ts";
import { Alarm } from "./pool_alarm.ts";
import { leaseAborted, leaseTimeout, poolClosed } from "./pool_failure.ts";
import { WaitingLine } from "./pool_line.ts";
import type { AcquireOptions, Poolable, PoolOptions } from "./pool_options.ts";
import { WaitTimes } from "./pool_stats.ts";
import { Stock } from "./pool_stock.ts";

const NO_OPTIONS: AcquireOptions = {};

interface Warming {
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Lends connections, and keeps some at hand. */
export class Pool<Item extends Poolable> {
  #options: PoolOptions<Item>;
  #clock: Clock;
  #alarm: Alarm;
  #stock: Stock<Item>;
  #line: WaitingLine<Item>;
  #waits = new WaitTimes();
  #timeouts = 0;
  #warming: Warming[] = [];
  // That callers must wait has been told.
  #exhausted = false;
  #closed = false;
  #onGone: (() => void)[] = [];

  /** Takes what it is made from; nothing is opened before the first `warmUp()` or `acquire()`. */
  constructor(options: PoolOptions<Item>) {
    this.#options = options;
    this.#clock = options.clock;
    this.#alarm = new Alarm(options.clock, () => this.#closed ? this.#endAll() : this.#ring());
    this.#stock = new Stock(options, this.#alarm, {
      changed: () => this.#changed(),
      failed: (error) => this.#refuseWarming(error),
    });
    this.#line = new WaitingLine((waiter) => {
      this.#line.refuse(waiter, leaseAborted(options.node, waiter.wish.signal!.reason));
      this.#rest(this.#clock.now());
    });
  }

  /**
   * Opens `min` connections and waits until they are open. A failure does not end the pool: it tries on in the
   * background until it is destroyed.
   *
   * @throws The first failure to open one.
   * @throws {ClosedError} When the pool is closed, or is closed meanwhile.
   */
  warmUp(): Promise<void> {
    if (this.#closed) return Promise.reject(poolClosed(this.#options.node));
    this.#stock.restart();
    return new Promise((resolve, reject) => {
      this.#warming.push({ resolve, reject });
      this.#work(this.#clock.now());
    });
  }

  /**
   * Lends a connection, which is to be given to `release()`.
   *
   * @throws {TimeoutError} When none became free in time; its cause is why none could be opened, if that was so.
   * @throws {AbortError} When the signal aborts; its cause is the signal's reason.
   * @throws {ClosedError} When the pool is closed, or is closed meanwhile.
   * @throws Why none can be opened, when that is tried no more.
   */
  acquire(options: AcquireOptions = NO_OPTIONS): Promise<Item> {
    const { signal, takenAt } = options;
    const { node, settings } = this.#options;
    if (this.#closed) return Promise.reject(poolClosed(node));
    if (signal?.aborted) return Promise.reject(leaseAborted(node, signal.reason));
    const now = this.#clock.now();
    this.#stock.restart();
    const item = this.#line.size === 0 ? this.#stock.lend(takenAt, now) : undefined;
    if (item !== undefined) {
      this.#waits.add(0);
      if (this.#stock.missing(0) > 0) this.#work(now);
      return Promise.resolve(item);
    }
    const timeoutMs = (options.timeoutMs ?? settings.acquireTimeoutMs) || Infinity;
    const promise = new Promise<Item>((resolve, reject) => {
      const waiter = this.#line.join({ since: now, timeoutMs, takenAt, signal, resolve, reject });
      this.#alarm.wake(waiter.deadline);
    });
    this.#work(now);
    this.#tellExhausted();
    return promise;
  }

  /**
   * Takes a connection back; one that is not `fit` to be lent again is ended at once.
   *
   * @throws {PoolError} When it is not lent.
   */
  release(item: Item, fit: boolean): void {
    const now = this.#clock.now();
    this.#stock.takeBack(item, fit, now);
    this.#work(now);
  }

  /** Refuses all who wait. */
  refuseWaiting(error: Error): void {
    while (this.#line.first !== undefined) this.#line.refuse(this.#line.first, error);
    this.#rest(this.#clock.now());
  }

  /** What it has and has done; the percentiles are computed at each call. */
  stats(): PoolStats {
    return {
      ...this.#stock.counts(),
      waiting: this.#line.size,
      timeouts: this.#timeouts,
      waitMs: this.#waits.percentiles(),
    };
  }

  /**
   * Lends no more, refuses who waits, ends what is idle, and waits until all that is lent has been returned, at most
   * `drainMs`; then it ends that too. Resolves when all sockets are gone.
   */
  close(drainMs: number): Promise<void> {
    if (!this.#closed) {
      this.#stop();
      this.#stock.endIdle();
      this.#alarm.wake(this.#clock.now() + drainMs);
    }
    return new Promise((resolve) => {
      this.#onGone.push(resolve);
      this.#tellGone();
    });
  }

  /** Ends all connections at once, refuses who waits, and lends no more. */
  destroy(): void {
    if (!this.#closed) this.#stop();
    this.#endAll();
  }

  #changed(): void {
    if (this.#closed) this.#tellGone();
    else this.#work(this.#clock.now());
  }

  /** Hands out what there is, then sees that enough is under way. To be called after whatever changes either. */
  #work(now: number): void {
    if (this.#closed) return;
    const stock = this.#stock;
    const line = this.#line;
    for (let waiter = line.first; waiter !== undefined; waiter = line.first) {
      const { since, takenAt, resolve } = waiter.wish;
      const item = stock.lend(takenAt, now);
      if (item === undefined) break;
      line.leave(waiter);
      this.#waits.add(now - since);
      resolve(item);
    }
    stock.supply(line.size, now);
    if (stock.gaveUp) { while (line.size > stock.making) line.refuse(line.last!, stock.failure); }
    if (this.#warming.length > 0 && stock.filled) { for (const { resolve } of this.#warming.splice(0)) resolve(); }
    this.#rest(now);
  }

  /** Calls the alarm off when there is nothing more to wait for. Not at each lease: its return would set it again. */
  #rest(now: number): void {
    if (this.#line.size > 0) return;
    this.#exhausted = false;
    if (!this.#stock.mayBeDue(0, now)) this.#alarm.off();
  }

  #ring(): void {
    const now = this.#clock.now();
    this.#refuseLate(now);
    const leaks = this.#stock.ring(now);
    this.#alarm.wake(this.#line.nextDeadline());
    this.#work(now);
    for (const { takenAt, since } of leaks) this.#options.events.leaked?.({ takenAt: takenAt!, heldMs: now - since });
  }

  #refuseLate(now: number): void {
    const { node, settings: { max } } = this.#options;
    const { leased } = this.#stock;
    for (let waiter = this.#line.first; waiter !== undefined; waiter = waiter.next) {
      if (waiter.deadline > now) continue;
      const { ahead, wish: { since, timeoutMs } } = waiter;
      const cause = this.#stock.failureSince(since);
      this.#timeouts++;
      this.#waits.add(now - since);
      this.#line.refuse(waiter, leaseTimeout(node, { timeoutMs, leased, max, ahead, cause }));
    }
  }

  #refuseWarming(error: unknown): void {
    for (const { reject } of this.#warming.splice(0)) reject(error);
  }

  #tellExhausted(): void {
    const { total, making } = this.#stock;
    const waiting = this.#line.size;
    if (this.#exhausted || waiting <= making || total < this.#options.settings.max) return;
    this.#exhausted = true;
    this.#options.events.exhausted?.({ total, waiting });
  }

  #stop(): void {
    this.#closed = true;
    this.#alarm.off();
    const error = poolClosed(this.#options.node);
    while (this.#line.first !== undefined) this.#line.refuse(this.#line.first, error);
    this.#refuseWarming(error);
    this.#stock.stop();
  }

  #endAll(): void {
    this.#alarm.off();
    this.#stock.endAll();
    this.#tellGone();
  }

  #tellGone(): void {
    if (!this.#stock.gone) return;
    this.#alarm.off();
    for (const tell of this.#onGone.splice(0)) tell();
  }
}
