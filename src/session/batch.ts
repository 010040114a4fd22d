/**
 * Several commands that are written as one: a batch, whose replies are a list of their own, and a part of a longer list,
 * whose replies go to their places among those of the others.
 *
 * What has been answered is kept when the rest has to be sent again.
 *
 * @module
 */
import { RedisError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import { type AnyCommand, modeOf } from "../commands/command.ts";
import type { Encoder } from "../resp/encoder.ts";
import type { DecodeMode, Value } from "../resp/value.ts";
import type { CallOptions } from "../sender.ts";
import { type CallKeeper, PendingCall, type Reject, type Resolve } from "./call.ts";
import { isAborted, isRefusal } from "./refusals.ts";

/** Several commands that are written as one and whose replies are given as one list. */
export class Batch extends PendingCall {
  /** How the next reply is to be decoded. */
  mode: DecodeMode;
  /** The commands; those of others too where it is a part. */
  protected readonly commands: readonly AnyCommand[];
  /** The replies, each at the place of its command. */
  protected readonly replies: unknown[];
  /** Whether the server refused any. */
  protected refused: boolean;
  readonly #first: number;
  readonly #count: number;
  // The place of the command that is answered next, and how many are to be answered from there on.
  #place: number;
  #left: number;

  /** Takes one command or more, what their caller wants, the caller's two functions, and of what list it is a part. */
  constructor(
    commands: readonly AnyCommand[],
    options: CallOptions,
    resolve: Resolve,
    reject: Reject,
    part?: PartOfList,
  ) {
    super(options, resolve, reject);
    // A copy: whatever its owner does with the list, these are the commands that were sent.
    this.commands = part === undefined ? commands.slice() : commands;
    this.replies = part === undefined ? new Array(commands.length) : part.replies;
    this.refused = false;
    this.#first = part === undefined ? 0 : part.first;
    this.#count = part === undefined ? commands.length : part.count;
    this.#place = this.#first;
    this.#left = this.#count;
    this.mode = modeOf(commands[this.#first], options.mode);
  }

  /** The place of the command behind the one at `place`. */
  protected following(place: number): number {
    return place + 1;
  }

  /** What its caller is given. */
  protected get outcome(): unknown {
    return this.replies;
  }

  /** The command that the next reply answers. */
  get name(): string {
    return commandName(this.commands[this.#place].words);
  }

  /** Whether the server executes all of it together: it begins with MULTI, behind ASKING perhaps. */
  get together(): boolean {
    const [name] = this.commands[this.#first].words;
    if (name !== "ASKING" || this.#count === 1) return name === "MULTI";
    return this.commands[this.following(this.#first)].words[0] === "MULTI";
  }

  /** The commands that have not been answered. */
  unanswered(): readonly AnyCommand[] {
    if (this.together) return this.#places(this.#first, this.#count).map((place) => this.commands[place]);
    return this.#places(this.#place, this.#left).map((place) => this.commands[place]);
  }

  /** So many places, from one on. */
  #places(from: number, count: number): number[] {
    const places: number[] = [];
    for (let place = from; places.length < count; place = this.following(place)) places.push(place);
    return places;
  }

  /** Writes what has not been answered, all or nothing. */
  encode(encoder: Encoder): void {
    const start = encoder.length;
    const { commands } = this;
    if (this.together) this.#goTo(this.#first, this.#count);
    try {
      let place = this.#place;
      for (let left = this.#left; left > 0; left--) {
        encoder.write(commands[place].words);
        place = this.following(place);
      }
    } catch (error) {
      encoder.truncate(start);
      throw error;
    }
  }

  /** Takes the next reply; true when it was the last. */
  settle(value: Value, keeper: CallKeeper): boolean {
    const { commands, replies } = this;
    const place = this.#place;
    const left = --this.#left;
    // The list is the caller's once that was told; what comes late only keeps the order.
    if (this.done) return left === 0;
    if (value instanceof RedisError) {
      this.refused = true;
      replies[place] = value;
    } else {
      try {
        replies[place] = commands[place].reader.read(value, this.mode);
      } catch (error) {
        replies[place] = error;
      }
    }
    if (left > 0) {
      const next = this.#place = this.following(place);
      this.mode = modeOf(commands[next], this.options.mode);
      return false;
    }
    if (value instanceof RedisError && this.#takenBack(value, keeper)) return true;
    this.finish();
    this.resolve(this.outcome);
    return true;
  }

  /** Ends the wait with what has been answered, and why the rest was refused. */
  override refuse(): void {
    if (!this.done) this.#endWith(this.rare.refusal);
  }

  /** Ends the wait: with an error for each that has no reply where others have one, otherwise with one for all. */
  override lost(error: unknown): void {
    if (this.done || this.#left === this.#count || this.together) return this.fail(error);
    this.#endWith(error);
  }

  #endWith(error: unknown): void {
    this.finish();
    for (const place of this.#places(this.#place, this.#left)) this.replies[place] = error;
    this.resolve(this.outcome);
  }

  /**
   * Has those sent again that were refused, where nothing behind them was executed, so that their order holds. Of what
   * is executed together the last reply tells: it is all or nothing.
   */
  #takenBack(last: RedisError, keeper: CallKeeper): boolean {
    const { commands, replies } = this;
    const places = this.#places(this.#first, this.#count);
    let from = places.length;
    if (!this.together) {
      while (from > 0 && isRefusal(commands[places[from - 1]], replies[places[from - 1]])) from--;
    } else if (isAborted(replies.find((reply) => reply instanceof RedisError) as RedisError, last)) from = 0;
    if (from === places.length) return false;
    this.#goTo(places[from], places.length - from);
    const reply = replies[places[from]];
    if (keeper.refused(this, reply instanceof RedisError ? reply : last)) return true;
    this.#left = 0;
    return false;
  }

  #goTo(place: number, left: number): void {
    this.#place = place;
    this.#left = left;
    this.mode = modeOf(this.commands[place], this.options.mode);
  }
}

/** Those of a list of commands that one node is sent; its caller is given whether any was refused. */
export class Part extends Batch {
  readonly #following: readonly number[];

  /** Takes which commands, what their caller wants, and the caller's two functions. */
  constructor(part: PartOfList, options: CallOptions, resolve: Resolve, reject: Reject) {
    super(part.commands, options, resolve, reject, part);
    this.#following = part.following;
  }

  protected override following(place: number): number {
    return this.#following[place];
  }

  protected override get outcome(): boolean {
    return this.refused;
  }
}

/** Some of a list of commands, one or more. The list and the order stay as they are until these are done with. */
export interface PartOfList {
  /** All commands. */
  readonly commands: readonly AnyCommand[];
  /** Where all replies go. */
  readonly replies: unknown[];
  /** The place of the first that is meant. */
  readonly first: number;
  /** How many are meant. */
  readonly count: number;
  /** For the place of each but the last, the place of the one behind it: places take no list for each part. */
  readonly following: readonly number[];
}
