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
/** From this length on text that repeats is copied within the buffer and not encoded again. */
const REPEATED = 48;
/** Room for `$` or `*`, a length, and two line ends. */
const HEAD_ROOM = 24;

const encoder = /* @__PURE__ */ new TextEncoder();
// Not those of type_byte.ts: under V8 a constant of another module made a command a tenth slower to encode.
const CR = 13, LF = 10, DOLLAR = 36, STAR = 42, ZERO = 48;

/** Encodes the commands of one connection. */
export class Encoder {
  #text: TextCodec;
  #buffer: Uint8Array = new Uint8Array(INITIAL_SIZE);
  #length = 0;
  // The buffer that somebody still reads, and one that nobody does.
  #lent: Uint8Array | undefined;
  #spare: Uint8Array | undefined;
  // The last ASCII text of some length, and where it stands in the buffer: the same value often goes to many keys.
  #repeated: string | undefined;
  #repeatedAt = 0;
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
      this.#words(words);
    } catch (error) {
      // A wrong word, or no memory for a larger buffer.
      this.truncate(start);
      throw error;
    }
  }

  /** Room is made once and the place kept in a local: measured a fifth faster than doing both word by word. */
  #words(words: readonly EncodableWord[]): void {
    const count = words.length;
    let room = HEAD_ROOM;
    for (let i = 0; i < count; i++) {
      const word = words[i];
      // Three bytes a character is the most that UTF-8 takes.
      room += typeof word === "string" && word.length < LONG ? 3 * word.length + HEAD_ROOM : HEAD_ROOM;
    }
    this.#room(room);
    const text = this.#text;
    let buffer = this.#buffer;
    let at = writeHead(buffer, this.#length, STAR, count);
    for (let i = 0; i < count; i++) {
      const word = words[i];
      if (typeof word === "string" && word.length < LONG) {
        const length = word.length;
        const head = at;
        // What writeHead() does, in place: engines do not inline it here.
        buffer[at++] = DOLLAR;
        if (length < 10) buffer[at++] = ZERO + length;
        else at = writeDigits(buffer, at, length);
        buffer[at++] = CR;
        buffer[at++] = LF;
        if (length >= REPEATED && word === this.#repeated) {
          buffer.copyWithin(at, this.#repeatedAt, this.#repeatedAt + length);
          at += length;
        } else {
          const written = text.encodeInto(word, buffer, at);
          if (written === length) {
            if (length >= REPEATED) {
              this.#repeated = word;
              this.#repeatedAt = at;
            }
            at += length;
          } else at = correctHead(buffer, head, at, length, written);
        }
        buffer[at++] = CR;
        buffer[at++] = LF;
      } else {
        this.#length = at;
        this.#other(words, i);
        this.#room(room);
        buffer = this.#buffer;
        at = this.#length;
      }
    }
    this.#length = at;
  }

  /** Writes a word that is no short string. */
  #other(words: readonly EncodableWord[], position: number): void {
    const word = words[position];
    if (typeof word === "string") this.#longString(word);
    else if (typeof word === "number" && Number.isFinite(word)) this.#number(word);
    else if (word instanceof Uint8Array) this.#bytes(word);
    else if (typeof word === "bigint") this.#longString(word.toString());
    else throw wrongWord(words, position);
  }

  /** Drops what was appended after the buffer had `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
    this.#repeated = undefined;
  }

  /** Gives all bytes that wait. They are the caller's until {@linkcode release}; nothing may be written meanwhile. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Starts anew: in the same buffer when `reusable`, else in another until {@linkcode reclaim}, since this one is still read. */
  release(reusable: boolean): void {
    if (this.#length > this.#most) this.#most = this.#length;
    this.#length = 0;
    this.#repeated = undefined;
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

  /** Encodes text into room for one byte a character, and makes more when it turns out not to be ASCII. */
  #longString(text: string): void {
    const length = text.length;
    this.#room(length + 2 * HEAD_ROOM);
    const start = this.#length;
    const at = writeHead(this.#buffer, start, DOLLAR, length);
    this.#length = at;
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
    this.#end(correctHead(this.#buffer, start, at, length, this.#length - at));
  }

  /** Writes the line end behind a string that ends at `at`. */
  #end(at: number): void {
    this.#buffer[at] = CR;
    this.#buffer[at + 1] = LF;
    this.#length = at + 2;
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < 1e9) {
      this.#room(HEAD_ROOM + 12);
      const at = writeHead(this.#buffer, this.#length, DOLLAR, digitsOf(value));
      this.#end(writeDigits(this.#buffer, at, value));
      return;
    }
    // Beyond 2^53 JavaScript writes zeros for the last digits, and from 1e21 on an exponent, which servers refuse.
    const inexact = Number.isInteger(value) && !Number.isSafeInteger(value);
    this.#longString(inexact ? BigInt(value).toString() : String(value));
  }

  #bytes(bytes: Uint8Array): void {
    this.#room(bytes.length + HEAD_ROOM);
    const at = writeHead(this.#buffer, this.#length, DOLLAR, bytes.length);
    this.#buffer.set(bytes, at);
    this.#end(at + bytes.length);
  }
}

/** Writes `$12\r\n` or the like at `at`, where there is room, and gives the place behind it. */
function writeHead(buffer: Uint8Array, at: number, type: number, count: number): number {
  buffer[at++] = type;
  if (count < 10) buffer[at++] = ZERO + count;
  else at = writeDigits(buffer, at, count);
  buffer[at++] = CR;
  buffer[at++] = LF;
  return at;
}

/**
 * Puts right the head, at `start`, of a string that stands from `at` on and has `written` bytes where `guessed` were
 * thought, since it is not ASCII. Gives the place behind the string, which is moved if its length has more digits.
 */
function correctHead(buffer: Uint8Array, start: number, at: number, guessed: number, written: number): number {
  const moved = at + digitsOf(written) - digitsOf(guessed);
  if (moved !== at) buffer.copyWithin(moved, at, at + written);
  if (written !== guessed) writeHead(buffer, start, DOLLAR, written);
  return moved + written;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}

/** Writes a whole number in decimal at `at` and gives the place behind it. */
function writeDigits(buffer: Uint8Array, at: number, value: number): number {
  if (value < 100) {
    const tens = (value / 10) | 0;
    if (tens > 0) buffer[at++] = ZERO + tens;
    buffer[at++] = ZERO + value - 10 * tens;
    return at;
  }
  if (value < 1000) {
    const hundreds = (value / 100) | 0;
    buffer[at++] = ZERO + hundreds;
    const rest = value - 100 * hundreds;
    const tens = (rest / 10) | 0;
    buffer[at++] = ZERO + tens;
    buffer[at++] = ZERO + rest - 10 * tens;
    return at;
  }
  const end = at + digitsOf(value);
  for (let i = end - 1; i >= at; i--) {
    const rest = Math.floor(value / 10);
    buffer[i] = ZERO + value - rest * 10;
    value = rest;
  }
  return end;
}

/**
 * Checks words as writing them does.
 *
 * @throws {TypeError} When one of them cannot be sent.
 */
export function wantWords(words: readonly EncodableWord[]): void {
  for (let i = 0; i < words.length; i++) {
    const word: unknown = words[i];
    if (typeof word === "string" || (typeof word === "number" && Number.isFinite(word))) continue;
    if (!(word instanceof Uint8Array) && typeof word !== "bigint") throw wrongWord(words, i);
  }
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
