/**
 * What a server executes, as it tells by MONITOR.
 *
 * Lines are kept until they are read, up to a bound; then the oldest is dropped and counted, so that a slow reader
 * holds nobody up. Limits: a monitor ends with its connection, with that error.
 *
 * @module
 */
import { monitor } from "../commands/feeds.ts";
import type { FeedListener, OwnSender } from "../sender.ts";
import { wantWhole } from "./with.ts";

/** How a server is to be listened in on. */
export interface MonitorOptions {
  /** How many lines are kept until they are read; 10,000 when absent. */
  maxBuffered?: number;
}

/** The commands that a server executes, a line each: when, which database, from whom, and the words. */
export interface Monitor extends AsyncIterable<string>, AsyncDisposable {
  /** How many lines were dropped since nobody read them. */
  readonly dropped: number;
  /** Ends it, and every loop over it. */
  close(): Promise<void>;
}

const MAX_BUFFERED = 10_000;

/** A monitor over a lease, which it ends. */
export class LeaseMonitor implements Monitor, FeedListener {
  dropped = 0;
  readonly #lease: OwnSender;
  readonly #maxBuffered: number;
  #lines: string[] = [];
  #waiting: (() => void)[] = [];
  #over = false;
  #error: unknown;

  private constructor(lease: OwnSender, maxBuffered: number) {
    this.#lease = lease;
    this.#maxBuffered = maxBuffered;
  }

  /** Begins to listen over a connection that is leased for it. */
  static async over(lease: OwnSender, { maxBuffered = MAX_BUFFERED }: MonitorOptions = {}): Promise<Monitor> {
    const listener = new LeaseMonitor(lease, maxBuffered);
    try {
      wantWhole("maxBuffered", maxBuffered, 1);
      await lease.feed(monitor(), listener);
    } catch (error) {
      lease.destroy();
      throw error;
    }
    return listener;
  }

  told(value: unknown): void {
    if (this.#over) return;
    this.#lines.push(String(value));
    if (this.#lines.length > this.#maxBuffered) {
      this.#lines.shift();
      this.dropped++;
    }
    this.#wake();
  }

  ended(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#wake();
    await this.#lease.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) yield line;
      else if (this.#error !== undefined) throw this.#error;
      else if (this.#over) return;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
