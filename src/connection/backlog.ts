/**
 * Calls that have not been written: there is no connection, or its stream holds bytes back.
 *
 * They leave in the order in which they came; those of a lost connection that are to be sent again go before them.
 * While there is no connection their count and their bytes are bounded, so that a server's absence does not fill the
 * memory. Calls that were given up are passed over, and taken out whenever the rest is looked through.
 *
 * @module
 */
import { Encoder } from "../resp/encoder.ts";
import type { PendingCall } from "../session/call.ts";
import { InFlight } from "../session/in_flight.ts";

/** How much may wait for a connection. */
export interface BacklogBounds {
  /** How many calls; a batch counts as one. */
  maxQueued: number;
  /** How many bytes, as they go on the wire. */
  maxQueuedBytes: number;
}

/** The calls that have not been written. */
export class Backlog {
  readonly #bounds: BacklogBounds;
  #calls = new InFlight<PendingCall>();
  #bytes = 0;
  // Only there while calls are measured, which they are while there is no connection.
  #scale: Encoder | undefined;

  /** Takes the bounds that hold while there is no connection. */
  constructor(bounds: BacklogBounds) {
    this.#bounds = bounds;
  }

  /** How many wait, those that were given up and not yet taken out included. */
  get size(): number {
    return this.#calls.size;
  }

  /** Adds a call at the end. */
  push(call: PendingCall): void {
    // What was counted where it waited before is not counted here.
    if (call.size !== 0) call.rare.size = 0;
    this.#calls.push(call);
  }

  /**
   * Adds a call at the end, where the bounds allow it.
   *
   * @throws {TypeError} When a word of it cannot be sent.
   */
  pushBounded(call: PendingCall): boolean {
    const scale = this.#scale ??= new Encoder();
    call.encode(scale);
    const size = scale.length;
    scale.truncate(0);
    if (!this.#fits(size)) {
      this.removeDone();
      if (!this.#fits(size)) return false;
    }
    call.rare.size = size;
    this.#bytes += size;
    this.#calls.push(call);
    return true;
  }

  #fits(size: number): boolean {
    return this.#calls.size < this.#bounds.maxQueued && this.#bytes + size <= this.#bounds.maxQueuedBytes;
  }

  /** Puts calls that were taken before in front again, in their order. */
  putBack(calls: readonly PendingCall[]): void {
    for (let i = calls.length - 1; i >= 0; i--) {
      this.#bytes += calls[i].size;
      this.#calls.unshift(calls[i]);
    }
  }

  /** Gives up all that wait still, with the bytes that were counted for each. */
  takeAll(): PendingCall[] {
    const calls: PendingCall[] = [];
    for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift()) {
      if (!call.done) calls.push(call);
    }
    this.#bytes = 0;
    this.#scale = undefined;
    return calls;
  }

  /** Takes the first call that waits still. */
  shift(): PendingCall | undefined {
    for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift()) {
      this.#forget(call);
      if (!call.done) return call;
    }
    this.#scale = undefined;
    return undefined;
  }

  #forget(call: PendingCall): void {
    // What was not counted has nothing that is rare, which need not be made.
    if (call.size === 0) return;
    this.#bytes -= call.size;
    call.rare.size = 0;
  }

  /** The call that so many are before. */
  at(index: number): PendingCall | undefined {
    return this.#calls.at(index);
  }

  /** Takes out those that were given up. */
  removeDone(): void {
    const calls = this.#calls;
    this.#calls = new InFlight();
    for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
      if (call.done) this.#forget(call);
      else this.#calls.push(call);
    }
  }
}
