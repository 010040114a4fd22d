/**
 * Calls that the server refused before it executed them, until they are sent again.
 *
 * They go together and in their order, after a delay that grows with the tries of the one that came first. A call
 * whose tries are over, or whose deadline comes before that, is not taken: its caller is told why it was refused.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import type { PendingCall } from "../session/call.ts";
import type { Random } from "../stream.ts";
import { delayBefore } from "./backoff.ts";
import type { RetrySettings } from "./connection_settings.ts";

/** The refused calls of one connection. */
export class Refused {
  readonly #retry: RetrySettings;
  readonly #random: Random;
  #calls: PendingCall[] = [];
  /** When they are to be sent again, in milliseconds of the coarse clock; 0 when there are none. */
  at = 0;

  /** Takes how often, and after which delays. */
  constructor(retry: RetrySettings, random: Random) {
    this.#retry = retry;
    this.#random = random;
  }

  /** How many there are. */
  get size(): number {
    return this.#calls.length;
  }

  /** The calls, in their order. */
  get calls(): readonly PendingCall[] {
    return this.#calls;
  }

  /** Takes a call, and why it was refused, when it may be sent again and there is time for it. */
  take(call: PendingCall, why: RedisError, now: number): boolean {
    if (call.attempts >= (call.options.attempts ?? this.#retry.attempts)) return false;
    const at = this.at || now + Math.max(1, delayBefore(this.#retry, call.attempts, this.#random));
    if (call.deadline !== 0 && at >= call.deadline) return false;
    call.waitedFor = "retry";
    call.rare.refusal = why;
    this.#calls.push(call);
    this.at = at;
    return true;
  }

  /** Takes out those that were given up. */
  removeDone(): void {
    this.#calls = this.#calls.filter((call) => !call.done);
    if (this.#calls.length === 0) this.at = 0;
  }

  /** Gives all of them, and has none any more. */
  takeAll(): PendingCall[] {
    const calls = this.#calls;
    this.#calls = [];
    this.at = 0;
    return calls.filter((call) => !call.done);
  }
}
