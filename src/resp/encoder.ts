/**
 * From commands to bytes: RESP arrays of blob strings, in one growing buffer.
 *
 * Strategy: words are written straight into the buffer, text by the runtime's codec, small numbers without a
 * string between. What is not a word (undefined, NaN, an object) is a `TypeError` that names the command and
 * the position, and nothing of that command is left in the buffer. The buffer is handed out whole; whoever
 * sends it says whether it may be written to again.
 *
 * @module
 */
import type { TextCodec } from "../stream.ts";
import { webText } from "./text.ts";

/** What can be a word on the wire. */
export type EncodableWord = string | number | bigint | Uint8Array;

const INITIAL_SIZE = 16_384;
/** A buffer that has grown beyond this is let go after use: making it anew is little beside filling it. */
const KEPT_SIZE = 4_194_304;
/** So many uses of a buffer decide whether it has become too large for what is sent. */
const USES = 1_024;
/** From this length on text is not given three bytes a character ahead, which would triple the buffer. */
const LONG = 4_096;
/** Room for `$` or `*`, a length, and two line ends. */
const HEAD_ROOM = 24;

const encoder = /* @__PURE__ */ new TextEncoder();
const CR = 13, LF = 10, DOLLAR = 36, STAR = 42, ZERO = 48;

/** Encodes the commands of one connection. */
export class Encoder {
  #text: TextCodec;
  #buffer: Uint8Array = new Uint8Array(INITIAL_SIZE);
  #length = 0;
  // The buffer that somebody still reads, and one that nobody does.
  #lent: Uint8Array | undefined;
  #spare: Uint8Array | undefined;
  // The most that was in a buffer, in how many uses.
  #most = 0;
  #uses = 0;

  /** Starts empty. */
  constructor(text: TextCodec = webText) {
    this.#text = text;
  }

  /** Codes text with another codec from now on. */
  useText(text: TextCodec): void {
    this.#text = text;
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends one command.
   *
   * @throws {TypeError} When there is no word, or one is not a string, a finite number, a bigint or a `Uint8Array`.
   */
  write(words: readonly EncodableWord[]): void {
    // A server passes over an empty command without a reply, which would give every later reply to the wrong call.
    if (words.length === 0) throw new TypeError("Cannot send a command: it has no words");
    const start = this.#length;
    try {
      this.#room(HEAD_ROOM);
      this.#head(STAR, words.length);
      for (let i = 0; i < words.length; i++) {
        const word = words[i];
        if (typeof word === "string") this.#string(word);
        else if (typeof word === "number" && Number.isFinite(word)) this.#number(word);
        else if (word instanceof Uint8Array) this.#bytes(word);
        else if (typeof word === "bigint") this.#string(word.toString());
        else throw wrongWord(words, i);
      }
    } catch (error) {
      // A wrong word, or no memory for a larger buffer.
      this.#length = start;
      throw error;
    }
  }

  /** Drops what was appended after the buffer had `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Gives all bytes that wait. They are the caller's until {@linkcode release}; nothing may be written meanwhile. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Starts anew: in the same buffer when `reusable`, else in another until {@linkcode reclaim}, since this one is still read. */
  release(reusable: boolean): void {
    if (this.#length > this.#most) this.#most = this.#length;
    this.#length = 0;
    if (!reusable) {
      this.#lent = this.#buffer;
      this.#buffer = this.#spare ?? new Uint8Array(INITIAL_SIZE);
      this.#spare = undefined;
    } else if (this.#buffer.length > KEPT_SIZE) this.#buffer = new Uint8Array(INITIAL_SIZE);
    if (++this.#uses === USES) this.#shrink();
  }

  /** Says that the buffer that was not reusable now is. */
  reclaim(): void {
    if (this.#lent !== undefined && this.#lent.length <= KEPT_SIZE) this.#spare = this.#lent;
    this.#lent = undefined;
  }

  /** Lets go of memory that a burst or a big value needed and that has not been of use since. */
  #shrink(): void {
    if (this.#buffer.length > INITIAL_SIZE && this.#most < this.#buffer.length / 4) {
      this.#buffer = new Uint8Array(Math.max(INITIAL_SIZE, 2 * this.#most));
      this.#spare = undefined;
    }
    this.#most = this.#uses = 0;
  }

  #room(size: number): void {
    const wanted = this.#length + size;
    if (wanted <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(wanted, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  /** Writes `$12\r\n` or the like. There must be room. */
  #head(type: number, count: number): void {
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = type;
    if (count < 10) buffer[at++] = ZERO + count;
    else at = writeDigits(buffer, at, count);
    buffer[at++] = CR;
    buffer[at++] = LF;
    this.#length = at;
  }

  #string(text: string): void {
    const length = text.length;
    if (length >= LONG) return this.#longString(text);
    // Three bytes a character is the most that UTF-8 takes.
    this.#room(3 * length + HEAD_ROOM);
    const start = this.#length;
    this.#head(DOLLAR, length);
    const buffer = this.#buffer;
    const at = this.#length;
    this.#endString(start, at, length, this.#text.encodeInto(text, buffer, at));
  }

  /** Encodes text into room for one byte a character, and makes more when it turns out not to be ASCII. */
  #longString(text: string): void {
    const length = text.length;
    this.#room(length + 2 * HEAD_ROOM);
    const start = this.#length;
    this.#head(DOLLAR, length);
    const at = this.#length;
    let rest = text;
    for (;;) {
      const { read, written } = encoder.encodeInto(
        rest,
        this.#buffer.subarray(this.#length, this.#buffer.length - HEAD_ROOM),
      );
      this.#length += written;
      if (read === rest.length) break;
      rest = rest.slice(read);
      this.#room(3 * rest.length + HEAD_ROOM);
    }
    this.#endString(start, at, length, this.#length - at);
  }

  /** Ends a string whose head, at `start`, says `guessed` bytes, and of which `written` bytes stand from `at` on. */
  #endString(start: number, at: number, guessed: number, written: number): void {
    const buffer = this.#buffer;
    if (written !== guessed) {
      // Not ASCII: the length has to be written again, and the text moved first if that has more digits now.
      const moved = at + digitsOf(written) - digitsOf(guessed);
      if (moved !== at) buffer.copyWithin(moved, at, at + written);
      this.#length = start;
      this.#head(DOLLAR, written);
      at = moved;
    }
    at += written;
    buffer[at] = CR;
    buffer[at + 1] = LF;
    this.#length = at + 2;
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < 1e9) {
      this.#room(HEAD_ROOM + 12);
      this.#head(DOLLAR, value < 10 ? 1 : digitsOf(value));
      const buffer = this.#buffer;
      const at = writeDigits(buffer, this.#length, value);
      buffer[at] = CR;
      buffer[at + 1] = LF;
      this.#length = at + 2;
      return;
    }
    // Beyond 2^53 JavaScript writes zeros for the last digits, and from 1e21 on an exponent, which servers refuse.
    const inexact = Number.isInteger(value) && !Number.isSafeInteger(value);
    this.#string(inexact ? BigInt(value).toString() : String(value));
  }

  #bytes(bytes: Uint8Array): void {
    this.#room(bytes.length + HEAD_ROOM);
    this.#head(DOLLAR, bytes.length);
    const buffer = this.#buffer;
    let at = this.#length;
    buffer.set(bytes, at);
    at += bytes.length;
    buffer[at] = CR;
    buffer[at + 1] = LF;
    this.#length = at + 2;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}

/** Writes a whole number in decimal at `at` and gives the place behind it. */
function writeDigits(buffer: Uint8Array, at: number, value: number): number {
  const end = at + digitsOf(value);
  for (let i = end - 1; i >= at; i--) {
    const rest = Math.floor(value / 10);
    buffer[i] = ZERO + value - rest * 10;
    value = rest;
  }
  return end;
}

function wrongWord(words: readonly EncodableWord[], position: number): TypeError {
  const word: unknown = words[position];
  const got = word === null ? "null" : typeof word === "number" ? String(word) : typeof word;
  if (position === 0) return new TypeError(`Cannot send a command: its name must be a string, got ${got}`);
  return new TypeError(
    `Cannot send ${
      String(words[0])
    }: argument ${position} must be a string, a finite number, a bigint or a Uint8Array, got ${got}`,
  );
}
