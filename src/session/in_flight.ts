/**
 * The calls that wait, in the order in which they are to be sent or answered.
 *
 * A ring: taking from the front and adding at either end cost the same however many wait. A batch is one entry
 * whatever its length, so a pipeline of 1,000 commands costs one.
 *
 * @module
 */
import type { DecodeMode, Value } from "../resp/value.ts";
import type { Encoder } from "../resp/encoder.ts";

/** Who waits for one reply, or for several in a row; `Keeper` is who is asked what becomes of it. */
export interface Waiter<Keeper = unknown> {
  /** How the next reply is to be decoded. */
  readonly mode: DecodeMode;
  /** The command that the next reply answers. */
  readonly name: string;
  /** Writes what is to be sent for it, all or nothing. */
  encode(encoder: Encoder): void;
  /** Takes the next reply; true when it was the last. */
  settle(value: Value, keeper: Keeper): boolean;
  /** Takes a push that may be its reply; true when it was the last. Only there where pushes are. */
  confirm?(push: readonly Value[]): boolean;
}

const INITIAL_SLOTS = 64;
/** A ring larger than this is let go once it is empty. */
const KEPT_SLOTS = 16_384;

/** A ring of waiters. */
export class InFlight<Entry extends Waiter = Waiter> {
  #slots: (Entry | undefined)[] = new Array(INITIAL_SLOTS).fill(undefined);
  #mask = INITIAL_SLOTS - 1;
  #head = 0;
  /** How many wait. */
  size = 0;

  /** The one whose reply comes next. */
  get first(): Entry | undefined {
    return this.#slots[this.#head];
  }

  /** Adds one at the end. */
  push(waiter: Entry): void {
    if (this.size > this.#mask) this.#grow();
    this.#slots[(this.#head + this.size++) & this.#mask] = waiter;
  }

  /** Adds one at the front. */
  unshift(waiter: Entry): void {
    if (this.size > this.#mask) this.#grow();
    this.size++;
    this.#head = (this.#head - 1) & this.#mask;
    this.#slots[this.#head] = waiter;
  }

  /** The one that so many are before. */
  at(index: number): Entry | undefined {
    return index < this.size ? this.#slots[(this.#head + index) & this.#mask] : undefined;
  }

  /** Takes the first one out. */
  shift(): Entry | undefined {
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
    const slots: (Entry | undefined)[] = new Array(2 * old.length).fill(undefined);
    for (let i = 0; i < old.length; i++) slots[i] = old[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = slots.length - 1;
    this.#head = 0;
  }
}
