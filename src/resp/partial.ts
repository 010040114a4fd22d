/**
 * Lines and strings that come in several chunks.
 *
 * A line's length is not known ahead, so its pieces go into a buffer that grows and is used again. A
 * string's length is: its bytes are copied once, into an array of the size that was announced. The line
 * end behind a string is checked and not kept.
 *
 * @module
 */
import { CR, LF } from "./type_byte.ts";

/** Collects one line after another. */
export class PartialLine {
  /** Bytes so far; 0 when no line is open. */
  length = 0;
  #bytes = new Uint8Array(64);

  /** Adds a piece. */
  add(piece: Uint8Array): void {
    const length = this.length + piece.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.length);
    this.length = length;
  }

  /** Ends the line and gives its bytes, from index 0 on; they stand until the next piece is added. */
  take(): Uint8Array {
    this.length = 0;
    return this.#bytes;
  }
}

/** Collects one string after another. */
export class PartialString {
  /** The array of the string's size. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Whether it was not followed by CR and LF. */
  broken = false;
  // How much has come, the two bytes of the line end included.
  #filled = 0;

  /** Whether all of it and its line end have come. */
  get whole(): boolean {
    return this.#filled === this.bytes.length + 2;
  }

  /** Starts on a string that is to fill `bytes`. */
  start(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#filled = 0;
    this.broken = false;
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
