/**
 * What a stream tells its sink, in order and never too late or twice; shared by all adapters.
 *
 * Strategy: while bytes flow they go straight to the sink, without a copy. Before `open()` and while paused
 * they are copied and kept, then handed over in a microtask; the end of the stream waits behind them.
 *
 * Limits: it holds back nobody by itself, the adapter has to stop its source.
 *
 * @module
 */
import type { ByteSink } from "../src/stream.ts";

/** The way from a socket's events to the one sink of its stream. */
export class Delivery {
  #sink: ByteSink | undefined;
  #waiting: Uint8Array[] = [];
  #flowing = false;
  #paused = false;
  #dropping = false;
  #ended = false;
  #told = false;
  #error: Error | undefined;
  readonly #release = (): void => this.#handOver();

  /** Whether the stream has ended or its owner closed it. */
  get over(): boolean {
    return this.#ended || this.#dropping;
  }

  /** Whether bytes are wanted now. */
  get wanted(): boolean {
    return this.#sink !== undefined && !this.#paused;
  }

  /** Names the sink; what waited comes to it in a microtask. */
  open(sink: ByteSink): void {
    this.#sink = sink;
    queueMicrotask(this.#release);
  }

  /** Holds back what arrives from now on. */
  pause(): void {
    this.#paused = true;
    this.#flowing = false;
  }

  /** Lets bytes flow again, those first that waited. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    queueMicrotask(this.#release);
  }

  /** Takes bytes that arrived; the array may be reused afterwards. */
  received(bytes: Uint8Array): void {
    if (this.#flowing) this.#sink!.received(bytes);
    else if (!this.over) this.#waiting.push(bytes.slice());
  }

  /** Passes on that all writes have left. */
  drained(): void {
    if (!this.over) this.#sink?.drained();
  }

  /** Forgets what waits and drops what comes: the owner closed the stream. */
  discard(): void {
    this.#dropping = true;
    this.#flowing = false;
    this.#waiting = [];
  }

  /** Takes the end of the stream; only the first counts, and an error after `discard()` is none. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = this.#dropping ? undefined : error;
    if (this.#waiting.length === 0) this.#tell();
  }

  #handOver(): void {
    while (this.#waiting.length > 0) {
      if (!this.wanted) return;
      this.#sink!.received(this.#waiting.shift()!);
    }
    if (this.#ended) this.#tell();
    else this.#flowing = this.wanted && !this.#dropping;
  }

  #tell(): void {
    if (this.#told || this.#sink === undefined) return;
    this.#told = true;
    this.#flowing = false;
    this.#sink.closed(this.#error);
  }
}
