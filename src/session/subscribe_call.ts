/**
 * A call of SUBSCRIBE, UNSUBSCRIBE and their kin under RESP3.
 *
 * They have no reply: each channel is confirmed by a push of the command's name, and only a refusal is a reply. So
 * this takes its pushes in the order of the replies. Source: the RESP3 specification, push data.
 *
 * @module
 */
import { RedisError } from "../errors.ts";
import type { AnyCommand } from "../commands/command.ts";
import type { Encoder } from "../resp/encoder.ts";
import { type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { CallOptions } from "../sender.ts";
import { type CallKeeper, PendingCall, type Reject, type Resolve } from "./call.ts";
import { isRefusal } from "./refusals.ts";

/** A call that is answered by pushes. */
export class SubscribeCall extends PendingCall {
  readonly mode: DecodeMode = PLAIN;
  readonly #command: AnyCommand;
  // Channels that have not been confirmed.
  #missing: number;

  /** Takes the command with one channel or more, what its caller wants, and the caller's two functions. */
  constructor(command: AnyCommand, options: CallOptions, resolve: Resolve, reject: Reject) {
    super(options, resolve, reject);
    this.#command = command;
    this.#missing = command.words.length - 1;
  }

  get name(): string {
    return String(this.#command.words[0]);
  }

  unanswered(): readonly AnyCommand[] {
    return [this.#command];
  }

  encode(encoder: Encoder): void {
    this.#missing = this.#command.words.length - 1;
    encoder.write(this.#command.words);
  }

  /** Takes a push; true when it was the last confirmation. */
  confirm(push: readonly Value[]): boolean {
    if (String(push[0]).toUpperCase() !== this.name || --this.#missing > 0) return false;
    if (!this.done) {
      this.finish();
      this.resolve(undefined);
    }
    return true;
  }

  /** A reply is a refusal: these commands have no other. */
  settle(value: Value, keeper: CallKeeper): boolean {
    const taken = value instanceof RedisError && isRefusal(this.#command, value) && !this.done &&
      keeper.refused(this, value);
    if (!taken) this.fail(value);
    return true;
  }
}
