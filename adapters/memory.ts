/**
 * Two connected streams in one process, for tests.
 *
 * Strategy: each direction is a queue of bytes that a pump hands over in chunks, whose sizes and delays the
 * caller chooses; without a delay in microtasks, otherwise on the clock that is handed in. No real timer, so
 * that a simulation decides alone what happens when.
 *
 * Limits: `write` copies, yet answers false while more than `highWaterMark` bytes wait, as a socket would; a
 * paused peer makes bytes wait.
 *
 * @module
 */
import type { ByteSink, ByteStream, Clock, Platform, Target, TextCodec } from "../src/stream.ts";
import { Delivery } from "./delivery.ts";

/** How bytes travel between the two ends. */
export interface MemoryOptions {
  /** The time that delays run on; needed when `delayMs` is given. */
  clock?: Clock;
  /** The size of each next chunk, at least 1; all that waits when absent or when an iterator has ended. */
  chunkSizes?: (() => number) | Iterator<number>;
  /** Milliseconds until each next chunk, or end of stream, arrives; none when absent. */
  delayMs?: number | (() => number);
  /** Bytes in flight above which `write` answers false; 64 KiB when absent. */
  highWaterMark?: number;
}

/** One end of a pair. */
export interface MemoryStream extends ByteStream {
  /** Breaks the link: both ends are told at once, with this error. */
  fail(error: Error): void;
}

class MemoryEnd implements MemoryStream {
  readonly #delivery = new Delivery();
  readonly #options: MemoryOptions;
  #peer: MemoryEnd | undefined;
  #inbound: Uint8Array[] = [];
  #inboundBytes = 0;
  #scheduled = false;
  #held = false;
  #peerClosed = false;

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  connect(peer: MemoryEnd): void {
    this.#peer = peer;
  }

  open(sink: ByteSink): void {
    this.#delivery.open(sink);
    this.#schedule();
  }

  write(bytes: Uint8Array): boolean {
    const peer = this.#peer!;
    if (this.#delivery.over || peer.#delivery.over || bytes.length === 0) return true;
    peer.#inbound.push(bytes.slice());
    peer.#inboundBytes += bytes.length;
    peer.#schedule();
    this.#held ||= peer.#inboundBytes > peer.#highWaterMark;
    return !this.#held;
  }

  pause(): void {
    this.#delivery.pause();
  }

  resume(): void {
    this.#delivery.resume();
    this.#schedule();
  }

  close(): void {
    if (this.#delivery.over) return;
    this.#drop();
    this.#delivery.discard();
    queueMicrotask(() => this.#delivery.end());
    this.#peer!.#peerClosed = true;
    this.#peer!.#schedule();
  }

  fail(error: Error): void {
    for (const end of [this, this.#peer!]) {
      end.#drop();
      end.#delivery.end(error);
    }
  }

  get #highWaterMark(): number {
    return this.#options.highWaterMark ?? 64 * 1024;
  }

  #drop(): void {
    this.#inbound = [];
    this.#inboundBytes = 0;
  }

  #schedule(): void {
    const idle = this.#inboundBytes === 0 && !this.#peerClosed;
    if (this.#scheduled || !this.#delivery.wanted || this.#delivery.over || idle) return;
    this.#scheduled = true;
    const { clock, delayMs } = this.#options;
    const wait = typeof delayMs === "function" ? delayMs() : delayMs ?? 0;
    const run = (): void => this.#pump();
    if (wait > 0 && clock) clock.after(wait, run);
    else queueMicrotask(run);
  }

  #pump(): void {
    this.#scheduled = false;
    if (!this.#delivery.wanted || this.#delivery.over) return;
    if (this.#inboundBytes > 0) this.#delivery.received(this.#take());
    else if (this.#peerClosed) this.#delivery.end();
    // The writer goes on once all has left, as with a socket.
    if (this.#inboundBytes === 0 && this.#peer!.#held) {
      this.#peer!.#held = false;
      this.#peer!.#delivery.drained();
    }
    this.#schedule();
  }

  /** The next chunk: as many bytes as the schedule says, out of as many writes as it takes. */
  #take(): Uint8Array {
    const wanted = Math.max(1, Math.floor(this.#chunkSize()));
    const chunk = new Uint8Array(Math.min(wanted, this.#inboundBytes));
    for (let at = 0; at < chunk.length;) {
      const first = this.#inbound[0], part = first.subarray(0, chunk.length - at);
      chunk.set(part, at);
      at += part.length;
      if (part.length === first.length) this.#inbound.shift();
      else this.#inbound[0] = first.subarray(part.length);
    }
    this.#inboundBytes -= chunk.length;
    return chunk;
  }

  #chunkSize(): number {
    const sizes = this.#options.chunkSizes;
    if (sizes === undefined) return Infinity;
    if (typeof sizes === "function") return sizes();
    const { done, value } = sizes.next();
    return done ? Infinity : value;
  }
}

/** Makes two connected ends. */
export function memoryPair(options: MemoryOptions = {}): [MemoryStream, MemoryStream] {
  if (options.delayMs !== undefined && options.clock === undefined) {
    throw new TypeError("Cannot delay bytes: delayMs needs a clock");
  }
  const near = new MemoryEnd(options), far = new MemoryEnd(options);
  near.connect(far);
  far.connect(near);
  return [near, far];
}

function textByWebApi(): TextCodec {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true }), encoder = new TextEncoder();
  return {
    decode: (bytes, start, end) => decoder.decode(bytes.subarray(start, end)),
    encodeInto: (text, target, offset) => encoder.encodeInto(text, target.subarray(offset)).written,
  };
}

/** Makes a platform whose dial hands the other end of a fresh pair, and what was dialled, to `accept`. */
export function memoryPlatform(
  accept: (stream: MemoryStream, target: Target) => void,
  options: MemoryOptions = {},
): Platform {
  function dial(target: Target, signal?: AbortSignal): Promise<ByteStream> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const [near, far] = memoryPair(options);
    try {
      accept(far, target);
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve(near);
  }
  return { name: "memory", dial, text: textByWebApi() };
}
