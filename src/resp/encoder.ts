/**
 * From commands to bytes: RESP arrays of blob strings, in one growing buffer.
 *
 * Strategy: words are written straight into the buffer, short text by hand, longer text by the runtime's
 * codec, small numbers without a string between. What is not a word (undefined, NaN, an object) is a
 * `TypeError` that names the command and the position, and nothing of that command is left in the buffer.
 * The buffer is handed out whole; whoever sends it says whether it may be written to again.
 *
 * @module
 */
import { type Text, webText } from "./text.ts";

/** What can be a word on the wire. */
export type EncodableWord = string | number | bigint | Uint8Array;

const INITIAL_SIZE = 16_384;
/** A larger buffer is let go after use, so that one big value does not stay in memory. */
const KEPT_SIZE = 1_048_576;
/** Up to this length, text is copied by hand while it is ASCII: measured faster than a call of the codec. */
const BY_HAND = 24;
/** Room for `$` or `*`, a length, and two line ends. */
const HEAD_ROOM = 24;

const CR = 13, LF = 10, DOLLAR = 36, STAR = 42, ZERO = 48;

/** Encodes the commands of one connection. */
export class Encoder {
  #text: Text;
  #buffer: Uint8Array = new Uint8Array(INITIAL_SIZE);
  #length = 0;

  /** Starts empty. */
  constructor(text: Text = webText) {
    this.#text = text;
  }

  /** Codes text with another codec from now on. */
  useText(text: Text): void {
    this.#text = text;
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends one command.
   *
   * @throws {TypeError} When a word is not a string, a finite number, a bigint or a `Uint8Array`.
   */
  write(words: readonly EncodableWord[]): void {
    const start = this.#length;
    this.#room(HEAD_ROOM);
    this.#head(STAR, words.length);
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      if (typeof word === "string") this.#string(word);
      else if (typeof word === "number" && Number.isFinite(word)) this.#number(word);
      else if (word instanceof Uint8Array) this.#bytes(word);
      else if (typeof word === "bigint") this.#string(word.toString());
      else {
        this.#length = start;
        throw wrongWord(words, i);
      }
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

  /** Starts anew: in the same buffer when `reusable`, else in another, since somebody still reads this one. */
  release(reusable: boolean): void {
    this.#length = 0;
    if (!reusable || this.#buffer.length > KEPT_SIZE) this.#buffer = new Uint8Array(INITIAL_SIZE);
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
    // Three bytes a character is the most that UTF-8 takes.
    this.#room(3 * length + HEAD_ROOM);
    const start = this.#length;
    this.#head(DOLLAR, length);
    const buffer = this.#buffer;
    let at = this.#length;
    if (length <= BY_HAND) {
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) break;
        buffer[at + i] = code;
      }
      if (i === length) {
        at += length;
        buffer[at] = CR;
        buffer[at + 1] = LF;
        this.#length = at + 2;
        return;
      }
    }
    const written = this.#text.encodeInto(text, buffer, at);
    if (written !== length) {
      // Not ASCII: the length in front was a guess. Write it again and move the text if it has more digits now.
      this.#length = start;
      this.#head(DOLLAR, written);
      if (this.#length !== at) buffer.copyWithin(this.#length, at, at + written);
      at = this.#length;
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
    // From 1e21 on JavaScript writes integers with an exponent, which servers refuse.
    this.#string(Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value));
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
