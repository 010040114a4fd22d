/**
 * A call of SUBSCRIBE, UNSUBSCRIBE and their kin under RESP3.
 *
 * They have no reply: each channel is confirmed by a push of the command's name, and only a refusal is a reply. So
 * this takes its pushes in the order of the replies, its channels in the order of its words.
 *
 * A node of a cluster says `sunsubscribe` unasked too, once for a channel whose slot it hands over, and then refuses
 * the SUNSUBSCRIBE that was on its way: a push that looks like a confirmation, and a reply. So SUNSUBSCRIBE is to name
 * its last channel twice. Servers confirm that twice, so that one push alone is no confirmation of it.
 *
 * Source: the RESP3 specification, push data; what Redis 7.0 and 8.0, Valkey 8.0 and 9.1 say.
 *
 * @module
 */
import { ProtocolError, RedisError } from "../errors.ts";
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
  // How many of its words have been confirmed, the name of the command included.
  #confirmed = 1;

  /** Takes the command with its channels as well-formed text, what its caller wants, and the caller's two functions. */
  constructor(command: AnyCommand, options: CallOptions, resolve: Resolve, reject: Reject) {
    super(options, resolve, reject);
    this.#command = command;
  }

  get name(): string {
    return String(this.#command.words[0]);
  }

  unanswered(): readonly AnyCommand[] {
    return [this.#command];
  }

  encode(encoder: Encoder): void {
    this.#confirmed = 1;
    encoder.write(this.#command.words);
  }

  /** Takes a push; true when it was the last confirmation. */
  confirm(push: readonly Value[]): boolean {
    const { words } = this.#command;
    if (push[1] !== words[this.#confirmed] || String(push[0]).toUpperCase() !== this.name) return false;
    if (++this.#confirmed < words.length) return false;
    if (!this.done) {
      this.finish();
      this.resolve(undefined);
    }
    return true;
  }

  /** A reply is a refusal: these commands have no other, and one that belongs to the next call is not to be lost here. */
  settle(value: Value, keeper: CallKeeper): boolean {
    if (!(value instanceof RedisError)) {
      throw new ProtocolError(`Cannot understand what the server sent: a reply to ${this.name} that is no refusal`);
    }
    const taken = isRefusal(this.#command, value) && !this.done && keeper.refused(this, value);
    if (!taken) this.fail(value);
    return true;
  }
}
