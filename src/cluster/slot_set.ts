/**
 * A set of a cluster's slots, in 2 KiB.
 *
 * @module
 */
import type { SlotRange } from "../commands/cluster_slot_readers.ts";
import { SLOT_COUNT } from "../routing/slots.ts";

/** Some of the slots. */
export class SlotSet {
  readonly #bits: Uint8Array = new Uint8Array(SLOT_COUNT / 8);
  #size = 0;

  /** Takes the slots that are in it at first. */
  constructor(ranges: Iterable<SlotRange> = []) {
    for (const { start, end } of ranges) for (let slot = start; slot <= end; slot++) this.add(slot);
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Whether the slot is one of them. */
  has(slot: number): boolean {
    return (this.#bits[slot >> 3]! & (1 << (slot & 7))) !== 0;
  }

  /** Puts a slot in, if it is not. */
  add(slot: number): void {
    if (this.has(slot)) return;
    this.#bits[slot >> 3]! |= 1 << (slot & 7);
    this.#size++;
  }

  /** Takes a slot out, if it is in. */
  delete(slot: number): void {
    if (!this.has(slot)) return;
    this.#bits[slot >> 3]! &= ~(1 << (slot & 7));
    this.#size--;
  }

  /** The slots, in order. */
  *[Symbol.iterator](): IterableIterator<number> {
    if (this.#size === 0) return;
    for (let slot = 0; slot < SLOT_COUNT; slot++) if (this.has(slot)) yield slot;
  }

  /** The slots as ranges, in order. */
  ranges(): SlotRange[] {
    const ranges: SlotRange[] = [];
    for (const slot of this) {
      const last = ranges.at(-1);
      if (last?.end === slot - 1) last.end = slot;
      else ranges.push({ start: slot, end: slot });
    }
    return ranges;
  }
}
