/**
 * The calls that wait for replies, in the order in which they were sent.
 *
 * A ring: taking from the front and adding at the back cost the same however many wait. A batch is one
 * entry whatever its length, so a pipeline of 1,000 commands costs one.
 *
 * @module
 */
import { RedisError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import { type AnyCommand, modeOf } from "../commands/command.ts";
import type { DecodeMode, Value } from "../resp/value.ts";

/** Takes the outcome of a call. */
export type Resolve = (reply: unknown) => void;
/** Takes the failure of a call. */
export type Reject = (error: unknown) => void;

/** Who waits for one reply, or for several in a row. */
export interface Waiter {
  /** How the next reply is to be decoded. */
  readonly mode: DecodeMode;
  /** The command that the next reply answers. */
  readonly name: string;
  /** Takes the next reply; true when it was the last. */
  settle(value: Value): boolean;
  /** Ends the wait without a reply. */
  fail(error: unknown): void;
}

/** One command that waits for its reply. */
export class Call implements Waiter {
  readonly mode: DecodeMode;
  #command: AnyCommand;
  #resolve: Resolve;
  #reject: Reject;

  /** Takes the command, the mode that its caller wants, and the caller's two functions. */
  constructor(command: AnyCommand, wanted: DecodeMode, resolve: Resolve, reject: Reject) {
    this.mode = modeOf(command, wanted);
    this.#command = command;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get name(): string {
    return commandName(this.#command.words);
  }

  settle(value: Value): boolean {
    if (value instanceof RedisError) this.#reject(value);
    else {
      let reply: unknown;
      try {
        reply = this.#command.reader.read(value, this.mode);
      } catch (error) {
        this.#reject(error);
        return true;
      }
      this.#resolve(reply);
    }
    return true;
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}

/** Several commands that were written as one and whose replies are given as one list. */
export class Batch implements Waiter {
  mode: DecodeMode;
  #commands: readonly AnyCommand[];
  #wanted: DecodeMode;
  #replies: unknown[];
  #count = 0;
  #resolve: Resolve;
  #reject: Reject;

  /** Takes one command or more, the mode that their caller wants, and the caller's two functions. */
  constructor(commands: readonly AnyCommand[], wanted: DecodeMode, resolve: Resolve, reject: Reject) {
    this.mode = modeOf(commands[0], wanted);
    // A copy: whatever its owner does with the list, these are the commands that were sent.
    this.#commands = commands.slice();
    this.#wanted = wanted;
    this.#replies = new Array(commands.length);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get name(): string {
    return commandName(this.#commands[this.#count].words);
  }

  settle(value: Value): boolean {
    const commands = this.#commands;
    const replies = this.#replies;
    const index = this.#count++;
    if (value instanceof RedisError) replies[index] = value;
    else {
      try {
        replies[index] = commands[index].reader.read(value, this.mode);
      } catch (error) {
        replies[index] = error;
      }
    }
    if (this.#count === commands.length) {
      this.#resolve(replies);
      return true;
    }
    this.mode = modeOf(commands[this.#count], this.#wanted);
    return false;
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}

const INITIAL_SLOTS = 64;
/** A ring larger than this is let go once it is empty. */
const KEPT_SLOTS = 16_384;

/** The ring of waiters. */
export class InFlight {
  #slots: (Waiter | undefined)[] = new Array(INITIAL_SLOTS).fill(undefined);
  #mask = INITIAL_SLOTS - 1;
  #head = 0;
  /** How many wait. */
  size = 0;

  /** The one whose reply comes next. */
  get first(): Waiter | undefined {
    return this.#slots[this.#head];
  }

  /** Adds one at the end. */
  push(waiter: Waiter): void {
    if (this.size > this.#mask) this.#grow();
    this.#slots[(this.#head + this.size++) & this.#mask] = waiter;
  }

  /** Takes the first one out. */
  shift(): Waiter | undefined {
    const waiter = this.#slots[this.#head];
    if (waiter === undefined) return undefined;
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    if (--this.size === 0 && this.#mask >= KEPT_SLOTS) {
      this.#slots = new Array(INITIAL_SLOTS).fill(undefined);
      this.#mask = INITIAL_SLOTS - 1;
      this.#head = 0;
    }
    return waiter;
  }

  #grow(): void {
    const old = this.#slots;
    const slots: (Waiter | undefined)[] = new Array(2 * old.length).fill(undefined);
    for (let i = 0; i < old.length; i++) slots[i] = old[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = slots.length - 1;
    this.#head = 0;
  }
}
