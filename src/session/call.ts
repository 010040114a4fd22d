/**
 * Calls: what a caller waits for, from the moment it is made until it is settled.
 *
 * A call outlives the connection that it was sent over: whoever keeps connections decides whether one that was
 * refused, or lost with its connection, is sent again. A call that was given up keeps its place in the order of the
 * replies, and its late reply is dropped.
 *
 * @module
 */
import { RedisError, type WaitedFor } from "../errors.ts";
import { commandName } from "../command_name.ts";
import { type AnyCommand, modeOf, type Word } from "../commands/command.ts";
import type { Encoder } from "../resp/encoder.ts";
import type { DecodeMode, Value } from "../resp/value.ts";
import type { CallOptions } from "../sender.ts";
import type { Waiter } from "./in_flight.ts";
import { isRedirect, isRefusal } from "./refusals.ts";

/** Takes the outcome of a call. */
export type Resolve = (reply: unknown) => void;
/** Takes the failure of a call. */
export type Reject = (error: unknown) => void;

/** Who keeps the calls, and can send one again. */
export interface CallKeeper {
  /** Takes back a call that the server did not execute, or that another is to; false when its caller is to be told. */
  refused(call: PendingCall, error: RedisError): boolean;
}

/** What ends with a call, such as the watch over its signal. */
export interface Attachment {
  /** The call has been settled. */
  release(call: PendingCall): void;
}

/** A moment, in milliseconds of the coarse clock, which many calls share; 0 when there is none, or not yet. */
export interface Due {
  /** The moment. */
  at: number;
}

const NEVER: Due = { at: 0 };
const NO_PATH: readonly string[] = [];
const ASKING: readonly Word[] = ["ASKING"];

/** What only few calls have. */
export interface Rare {
  /** What is to be told when it is settled. */
  attachment: Attachment | undefined;
  /** The bytes that it takes, where that was counted. */
  size: number;
  /** Whether it was sent over a connection that was lost before the reply came. */
  doubtful: boolean;
  /** The nodes that sent it on to another, in order. */
  path: readonly string[];
  /** Why it was refused the last time. */
  refusal: RedisError | undefined;
}

const WAITS: readonly WaitedFor[] = ["connection", "write", "reply", "retry"];
const CONNECTION = 0, REPLY = 2, WAIT_BITS = 3, DONE = 4, ASKS = 8, ONE_ATTEMPT = 16;

/** What one command and several have in common. */
export abstract class PendingCall implements Waiter<CallKeeper> {
  /** How the next reply is to be decoded. */
  abstract mode: DecodeMode;
  /** How its caller wants it made. */
  readonly options: CallOptions;
  /** When it is to be given up. */
  due: Due;
  /** Gives the caller the reply. */
  protected readonly resolve: Resolve;
  /** Gives the caller an error. */
  protected readonly reject: Reject;
  // What it waits for, whether it is done, how often it was sent. One number, since every field is one that every call
  // allocates; for the same reason what is rare is made when it is needed.
  #state: number;
  #rare: Rare | undefined;

  /** Takes what its caller wants, and the caller's two functions. */
  // All assigned here and in this order, with no initializers: that is what engines make fastest.
  constructor(options: CallOptions, resolve: Resolve, reject: Reject) {
    this.options = options;
    this.due = NEVER;
    this.resolve = resolve;
    this.reject = reject;
    this.#state = CONNECTION;
    this.#rare = undefined;
  }

  /** When it is to be given up, in milliseconds of the coarse clock; 0 when never, or not yet known. */
  get deadline(): number {
    return this.due.at;
  }

  set deadline(at: number) {
    this.due = { at };
  }

  /** What it waits for. */
  get waitedFor(): WaitedFor {
    return WAITS[this.#state & WAIT_BITS];
  }

  set waitedFor(value: WaitedFor) {
    this.#state = this.#state & ~WAIT_BITS | WAITS.indexOf(value);
  }

  /** Whether its caller has been told. */
  get done(): boolean {
    return (this.#state & DONE) !== 0;
  }

  /** How often it has been sent. */
  get attempts(): number {
    return Math.floor(this.#state / ONE_ATTEMPT);
  }

  /** Whether ASKING goes before it, which has a reply of its own. */
  get asks(): boolean {
    return (this.#state & ASKS) !== 0;
  }

  set asks(value: boolean) {
    this.#state = value ? this.#state | ASKS : this.#state & ~ASKS;
  }

  /** It has been handed to a connection, and waits for its reply. */
  sent(): void {
    this.#state = (this.#state & ~WAIT_BITS | REPLY) + ONE_ATTEMPT;
  }

  /** It did not leave after all. */
  unsent(): void {
    this.#state -= ONE_ATTEMPT;
  }

  /** The command that the next reply answers. */
  abstract get name(): string;
  /** The commands that have not been answered. */
  abstract unanswered(): readonly AnyCommand[];
  /** Writes what is to be sent, all or nothing. */
  abstract encode(encoder: Encoder): void;
  /** Takes the next reply; true when it was the last. */
  abstract settle(value: Value, keeper: CallKeeper): boolean;

  /** What only few calls have; made when it is asked for. */
  get rare(): Rare {
    return this.#rare ??= { attachment: undefined, size: 0, doubtful: false, path: NO_PATH, refusal: undefined };
  }

  /** The bytes that it takes, where that was counted; 0 otherwise. */
  get size(): number {
    return this.#rare === undefined ? 0 : this.#rare.size;
  }

  /** The nodes that sent it on to another, in order. */
  get path(): readonly string[] {
    return this.#rare === undefined ? NO_PATH : this.#rare.path;
  }

  /** Whether it may have been applied, as far as that is known from where it was. */
  get doubtful(): boolean {
    return (this.#state & WAIT_BITS) === REPLY || this.#rare?.doubtful === true;
  }

  /** Ends the wait with an error. */
  fail(error: unknown): void {
    if (this.done) return;
    this.finish();
    this.reject(error);
  }

  /** Ends the wait with an error that is not the server's answer. */
  lost(error: unknown): void {
    this.fail(error);
  }

  /** Ends the wait with why it was refused. */
  refuse(): void {
    this.fail(this.rare.refusal);
  }

  /** Ends the wait, whatever the caller is told. */
  protected finish(): void {
    this.#state |= DONE;
    if (this.#rare !== undefined) this.#rare.attachment?.release(this);
  }
}

/** One command that waits for its reply. */
export class Call extends PendingCall {
  /** How the reply is to be decoded. */
  readonly mode: DecodeMode;
  readonly #command: AnyCommand;

  /** Takes the command, what its caller wants, and the caller's two functions. */
  constructor(command: AnyCommand, options: CallOptions, resolve: Resolve, reject: Reject) {
    super(options, resolve, reject);
    this.mode = modeOf(command, options.mode);
    this.#command = command;
  }

  /** The command that the next reply answers. */
  get name(): string {
    return commandName(this.#command.words);
  }

  /** The commands that have not been answered. */
  unanswered(): readonly AnyCommand[] {
    return [this.#command];
  }

  /** Writes what has not been answered, all or nothing. */
  encode(encoder: Encoder): void {
    if (this.asks) this.#encodeAsking(encoder);
    else encoder.write(this.#command.words);
  }

  #encodeAsking(encoder: Encoder): void {
    const start = encoder.length;
    encoder.write(ASKING);
    try {
      encoder.write(this.#command.words);
    } catch (error) {
      encoder.truncate(start);
      throw error;
    }
  }

  /** Takes the next reply; true when it was the last. */
  settle(value: Value, keeper: CallKeeper): boolean {
    if (this.asks) {
      this.asks = false;
      return false;
    }
    if (this.done) return true;
    if (value instanceof RedisError) {
      const takeable = isRefusal(this.#command, value) || isRedirect(value);
      if (!takeable || !keeper.refused(this, value)) this.fail(value);
      return true;
    }
    let reply: unknown;
    try {
      reply = this.#command.reader.read(value, this.mode);
    } catch (error) {
      this.fail(error);
      return true;
    }
    this.finish();
    this.resolve(reply);
    return true;
  }
}
