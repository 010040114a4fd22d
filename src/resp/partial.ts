/**
 * Lines and strings that come in several chunks.
 *
 * A line's length is not known ahead, so its pieces go into a buffer that grows and is used again. A
 * string's length is: its bytes are copied once, into an array of the size that was announced. Where they
 * only pass on to become text, that array is used again; where the caller keeps them, it is a new one. The
 * line end behind a string is checked and not kept.
 *
 * @module
 */
import { CR, LF } from "./type_byte.ts";

/** An array for a string, or nothing: a length within the limit can be more than the runtime gives. */
function roomFor(length: number): Uint8Array | undefined {
  try {
    return new Uint8Array(length);
  } catch {
    return undefined;
  }
}

/** Collects one line after another, or what a streamed string brings. */
export class PartialLine {
  /** Bytes so far; 0 when no line is open. */
  length = 0;
  #bytes: Uint8Array = new Uint8Array(64);

  /** The first byte; 0 when no line is open. */
  get type(): number {
    return this.length === 0 ? 0 : this.#bytes[0];
  }

  /** Adds a piece; false when there is no room. */
  add(piece: Uint8Array): boolean {
    const length = this.length + piece.length;
    if (length > this.#bytes.length) {
      const larger = roomFor(2 * length);
      if (larger === undefined) return false;
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.length);
    this.length = length;
    return true;
  }

  /** All that was added, in an array of its own. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  /** Ends the line and gives its bytes, from index 0 on; they stand until the next piece is added. */
  take(): Uint8Array {
    this.length = 0;
    return this.#bytes;
  }
}

/** A larger array is let go after use. */
const KEPT_SIZE = 2_097_152;
/** So many strings decide whether the kept array has become too large for what comes. */
const USES = 1_024;
const NO_BYTES = new Uint8Array(0);

/** Collects one string after another. */
export class PartialString {
  /** The array of the string's size. */
  bytes: Uint8Array = NO_BYTES;
  /** Whether it was not followed by CR and LF. */
  broken = false;
  // How much has come, the two bytes of the line end included.
  #filled = 0;
  // The array that is used again, and the most that was wanted of it, in how many uses.
  #scratch: Uint8Array = NO_BYTES;
  #most = 0;
  #uses = 0;

  /** Whether all of it and its line end have come. */
  get whole(): boolean {
    return this.#filled === this.bytes.length + 2;
  }

  /** Starts on a string of `size` bytes, in an array of its own when it is `kept`; false when there is no room. */
  start(size: number, kept: boolean): boolean {
    const bytes = kept || size > KEPT_SIZE ? roomFor(size) : this.#reused(size);
    if (bytes === undefined) return false;
    this.bytes = bytes;
    this.#filled = 0;
    this.broken = false;
    return true;
  }

  /** Lets go of the string; its array may now be used for the next one. */
  clear(): void {
    this.bytes = NO_BYTES;
  }

  #reused(size: number): Uint8Array {
    if (size > this.#most) this.#most = size;
    if (++this.#uses === USES) {
      if (this.#scratch.length > 4 * this.#most) this.#scratch = NO_BYTES;
      this.#most = this.#uses = 0;
    }
    if (size > this.#scratch.length) this.#scratch = new Uint8Array(Math.min(KEPT_SIZE, 2 * size));
    return this.#scratch.subarray(0, size);
  }

  /** Takes what belongs to the string from `chunk[at, end)` and gives the place behind it. */
  fill(chunk: Uint8Array, at: number, end: number): number {
    const size = this.bytes.length;
    if (this.#filled < size) {
      const taken = Math.min(size - this.#filled, end - at);
      this.bytes.set(taken === chunk.length ? chunk : chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled < size) return at;
    }
    for (; this.#filled < size + 2 && at < end; at++) {
      if (chunk[at] !== (this.#filled++ === size ? CR : LF)) this.broken = true;
    }
    return at;
  }
}
