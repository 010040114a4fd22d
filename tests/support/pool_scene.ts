/**
 * A pool of connections that a test opens, checks and ends by hand, on a clock that stands still.
 *
 * @module
 */
import type { AcquireOptions, Poolable, PoolSettings } from "../../src/connection/pool_options.ts";
import { Pool } from "../../src/connection/pool.ts";
import { FakeClock, turn } from "./fake_clock.ts";

/** The node of the pools here. */
export const NODE = "host:6379";

/** The bounds of the pools here where a test names none: no minimum, no limits of time. */
export const SETTINGS: PoolSettings = {
  min: 0,
  max: 10,
  acquireTimeoutMs: 5_000,
  idleTimeoutMs: 0,
  maxLifetimeMs: 0,
  validateAfterMs: 0,
  leakAfterMs: 0,
};

/** Something that a test settles. */
export interface Held<Value> {
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/** A connection without a network. */
export class FakeItem implements Poolable {
  /** The how-manieth it is, from 1. */
  readonly id: number;
  usable = true;
  onEnd: (() => void) | undefined;
  /** What was last done to end it. */
  ended: "closed" | "destroyed" | "lost" | undefined;
  /** The checks that wait. */
  checks: Held<void>[] = [];
  /** Whether its socket stays after `close()`, until {@linkcode FakeItem.goes} or `destroy()`. */
  lingers = false;
  #gone: (() => void)[] = [];

  constructor(id: number) {
    this.id = id;
  }

  check(): Promise<void> {
    return new Promise((resolve, reject) => this.checks.push({ resolve, reject }));
  }

  destroy(): void {
    this.usable = false;
    this.ended = "destroyed";
    this.goes();
  }

  close(): Promise<void> {
    this.usable = false;
    this.ended ??= "closed";
    if (this.ended !== "closed" || !this.lingers) return Promise.resolve();
    return new Promise((resolve) => this.#gone.push(resolve));
  }

  /** Its socket goes. */
  goes(): void {
    this.lingers = false;
    for (const tell of this.#gone.splice(0)) tell();
  }

  /** It ends by itself. */
  loses(): void {
    this.usable = false;
    this.ended = "lost";
    this.onEnd?.();
  }
}

/** One try to open a connection. */
export interface Opening {
  readonly signal: AbortSignal;
  /** It succeeds. */
  accept(): Promise<FakeItem>;
  /** It fails. */
  refuse(error: unknown): Promise<void>;
}

/** A pool and all that is around it. */
export class PoolScene {
  readonly clock: FakeClock = new FakeClock();
  readonly pool: Pool<FakeItem>;
  /** All that have been opened. */
  readonly items: FakeItem[] = [];
  /** The tries that wait; empty while {@linkcode PoolScene.opensAtOnce}. */
  readonly openings: Opening[] = [];
  /** What the pool told. */
  readonly told: unknown[] = [];
  /** The counts of failures that the pool asked a delay for. */
  readonly failures: number[] = [];
  opensAtOnce = true;
  /** Milliseconds until the next try. */
  delayMs: number | undefined = 100;
  /** Chance. */
  random: () => number = () => 0;

  constructor(settings: Partial<PoolSettings> = {}) {
    this.pool = new Pool<FakeItem>({
      node: NODE,
      open: (signal) => this.#open(signal),
      settings: { ...SETTINGS, ...settings },
      clock: this.clock,
      random: () => this.random(),
      delayMs: (failures) => {
        this.failures.push(failures);
        return this.delayMs;
      },
      events: {
        exhausted: (event) => this.told.push({ exhausted: event }),
        leaked: (event) => this.told.push({ leaked: event }),
        failed: (error) => this.told.push({ failed: error }),
      },
    });
  }

  /** Takes so many, which must be had without waiting for more than an opening. */
  async take(count: number, options?: AcquireOptions): Promise<FakeItem[]> {
    return await Promise.all(Array.from({ length: count }, () => this.pool.acquire(options)));
  }

  /** Has so many idle ones, the first of which was returned first. */
  async fill(count: number): Promise<FakeItem[]> {
    const items = await this.take(count);
    for (const item of items) this.pool.release(item, true);
    return items;
  }

  #open(signal: AbortSignal): Promise<FakeItem> {
    if (this.opensAtOnce) return Promise.resolve(this.#made());
    return new Promise((resolve, reject) => {
      const leave = () => this.openings.splice(this.openings.indexOf(opening), 1);
      const opening: Opening = {
        signal,
        accept: async () => {
          leave();
          const item = this.#made();
          resolve(item);
          await turn();
          return item;
        },
        refuse: async (error) => {
          leave();
          reject(error);
          await turn();
        },
      };
      this.openings.push(opening);
    });
  }

  #made(): FakeItem {
    const item = new FakeItem(this.items.length + 1);
    this.items.push(item);
    return item;
  }
}

/** The numbers of connections. */
export function ids(items: readonly FakeItem[]): number[] {
  return items.map(({ id }) => id);
}
