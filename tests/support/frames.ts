/**
 * Where frames of RESP end, in bytes that come in chunks of any size.
 *
 * A scanner reads lines and steps over strings, so that a large one costs no more than its length's line. Nesting needs
 * no stack: what counts is how many elements are still to come, at whatever depth. Of each frame it keeps the first few
 * scalars as text, which is what a request is called and what a message of pub/sub is.
 *
 * Limits: streamed strings and aggregates are not known (no server sends them), and values are not checked. Bytes that
 * make no sense as RESP, such as those of TLS, leave the scanner `lost` for good.
 *
 * @module
 */
import * as types from "../../src/resp/type_byte.ts";

/** The frame that a scanner has come to the end of. */
export interface Frame {
  /** The byte of its type, attributes before it aside; that of an array for a request that is a plain line. */
  type: number;
  /** How many elements it has; 1 for a scalar. */
  length: number;
  /** Its first scalars as text, no more than 8 of them and no more than 128 bytes of each. */
  words: string[];
}

/** What scanning gives while the frame at hand has no end. */
export const UNFINISHED = -1;

const MOST_WORDS = 8;
const MOST_BYTES = 128;
const LONGEST_LINE = 65_536;
const LINES: readonly number[] = [
  types.SIMPLE,
  types.ERROR,
  types.INTEGER,
  types.NULL,
  types.DOUBLE,
  types.BOOLEAN,
  types.BIG_NUMBER,
];
const STRINGS: readonly number[] = [types.BLOB, types.BLOB_ERROR, types.VERBATIM];
const LISTS: readonly number[] = [types.ARRAY, types.SET, types.PUSHED];

const decoder = new TextDecoder();

/** Finds the ends of the frames of one direction of one link. */
export class FrameScanner {
  /** The frame that ended last, or the one at hand; a new one each time. */
  frame: Frame = { type: 0, length: 0, words: [] };
  /** Whether the bytes made no sense; nothing is found from then on. */
  lost = false;
  readonly #requests: boolean;
  // Elements of the frame at hand that have not ended; 0 between frames.
  #pending = 0;
  // What of them was there before an attribute, which is none of them, while one is read.
  #beside = Infinity;
  // What has come of a line whose end has not.
  #line = "";
  // Bytes to step over: the rest of a string and its line end.
  #skip = 0;
  // What is kept of that string; undefined when nothing is.
  #word: { bytes: Uint8Array; filled: number } | undefined;

  /** Scans what a client sends, where a plain line is a request too, or what a server sends. */
  constructor(what: "requests" | "replies") {
    this.#requests = what === "requests";
  }

  /** Scans `chunk` from `at` on, and gives the place behind the end of the frame at hand. */
  next(chunk: Uint8Array, at: number): number {
    while (at < chunk.length && !this.lost) {
      if (this.#pending === 0) this.#begin();
      at = this.#skip > 0 ? this.#step(chunk, at) : this.#readLine(chunk, at);
      if (this.#pending === 0 && !this.lost) return at;
    }
    return UNFINISHED;
  }

  #begin(): void {
    this.frame = { type: 0, length: 0, words: [] };
    this.#pending = 1;
    this.#beside = Infinity;
  }

  /** Steps over what has come of a string. */
  #step(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#skip);
    this.#skip -= end - at;
    const word = this.#word;
    if (word !== undefined) {
      const piece = chunk.subarray(at, Math.min(end, at + word.bytes.length - word.filled));
      word.bytes.set(piece, word.filled);
      word.filled += piece.length;
    }
    if (this.#skip === 0) {
      this.#word = undefined;
      if (word !== undefined) this.frame.words.push(decoder.decode(word.bytes));
      this.#grow(-1);
    }
    return end;
  }

  #readLine(chunk: Uint8Array, at: number): number {
    const found = chunk.indexOf(types.LF, at);
    const end = found === -1 ? chunk.length : found + 1;
    // Only text is wanted of lines: what is cut inside of a character is none that matters.
    this.#line += decoder.decode(chunk.subarray(at, end));
    if (this.#line.length > LONGEST_LINE) this.lost = true;
    if (found === -1) return end;
    const line = this.#line.trimEnd();
    this.#line = "";
    this.#readElement(line);
    return end;
  }

  #readElement(line: string): void {
    const type = line.charCodeAt(0);
    if (this.#requests && this.frame.type === 0 && type !== types.ARRAY) return this.#readPlain(line);
    const rest = line.slice(1);
    if (LINES.includes(type)) {
      this.#note(type, 1);
      if (this.#keeps) this.frame.words.push(rest.slice(0, MOST_BYTES));
      return this.#grow(-1);
    }
    const count = /^(-1|\d{1,15})$/.test(rest) ? Number(rest) : NaN;
    if (type === types.ATTRIBUTE && count >= 0) {
      if (this.#beside === Infinity && count > 0) this.#beside = this.#pending;
      this.#grow(2 * count);
    } else if (STRINGS.includes(type) && count >= -1) {
      this.#note(type, 1);
      if (count === -1) this.#grow(-1);
      else this.#startString(count);
    } else if ((LISTS.includes(type) || type === types.MAP) && count >= -1) {
      const total = Math.max(0, type === types.MAP ? 2 * count : count);
      this.#note(type, total);
      this.#grow(total - 1);
    } else this.lost = true;
  }

  #grow(elements: number): void {
    this.#pending += elements;
    if (this.#pending <= this.#beside) this.#beside = Infinity;
  }

  get #keeps(): boolean {
    return this.frame.words.length < MOST_WORDS && this.#beside === Infinity;
  }

  #note(type: number, length: number): void {
    if (this.frame.type !== 0 || this.#beside !== Infinity) return;
    this.frame.type = type;
    this.frame.length = length;
  }

  #startString(length: number): void {
    this.#skip = length + 2;
    if (this.#keeps) this.#word = { bytes: new Uint8Array(Math.min(length, MOST_BYTES)), filled: 0 };
  }

  /** A request as a person types it. */
  #readPlain(line: string): void {
    if (!/^[\x20-\x7e]*$/.test(line)) {
      this.lost = true;
      return;
    }
    const words = line.split(" ").filter((word) => word !== "");
    this.frame = { type: types.ARRAY, length: words.length, words: words.slice(0, MOST_WORDS) };
    this.#pending = 0;
  }
}
