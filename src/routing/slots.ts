/**
 * Which of a cluster's 16,384 slots a key has: the CRC16 of the key, or of its hash tag.
 *
 * A hash tag is what stands between the first `{` and the first `}` behind it, if that is anything at all; keys with
 * the same tag have the same slot. The checksum is the XMODEM one, of the polynomial 0x1021.
 *
 * Strategy: text is hashed as the UTF-8 that it is sent as, from its characters, so that nothing is encoded or
 * allocated. Half of a surrogate pair counts as U+FFFD, as every encoder of the web writes it.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";

/** How many slots a cluster has. */
export const SLOT_COUNT = 16_384;

const OPENING = 0x7b, CLOSING = 0x7d;

const TABLE: Uint16Array = /* @__PURE__ */ tableOf(0x1021);

/** The checksum of each byte, by which longer ones are made a byte at a time. */
function tableOf(polynomial: number): Uint16Array {
  const table = new Uint16Array(256);
  for (let byte = 0; byte < table.length; byte++) {
    let sum = byte << 8;
    for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ ((sum & 0x8000) === 0 ? 0 : polynomial);
    table[byte] = sum;
  }
  return table;
}

/**
 * The slot of a key, 0 to 16,383, as the server has it.
 *
 * What is no word gets some slot too, as it is for the encoder to refuse it.
 */
export function slotOf(key: Word): number {
  if (typeof key === "string") return slotOfText(key);
  if (key instanceof Uint8Array) return slotOfBytes(key);
  // Beyond 2^53 the encoder writes every digit, as a bigint has them.
  const inexact = typeof key === "number" && Number.isInteger(key) && !Number.isSafeInteger(key);
  return slotOfText(String(inexact ? BigInt(key) : key));
}

function slotOfText(key: string): number {
  const length = key.length;
  let sum = 0;
  for (let at = 0; at < length; at++) {
    const code = key.charCodeAt(at);
    // One comparison finds both what may open a tag and what is not ASCII: looking for the tag ahead took longer.
    if (code >= OPENING) return slotFrom(key, at, sum);
    sum = ((sum << 8) & 0xffff) ^ TABLE[(sum >> 8) ^ code]!;
  }
  return sum % SLOT_COUNT;
}

/** The slot of a key whose first `start` characters have no tag, and the checksum `sum`. */
function slotFrom(key: string, start: number, sum: number): number {
  const opening = key.indexOf("{", start);
  if (opening !== -1) {
    const closing = key.indexOf("}", opening + 1);
    if (closing > opening + 1) return sumOfText(key, opening + 1, closing, 0) % SLOT_COUNT;
  }
  return sumOfText(key, start, key.length, sum) % SLOT_COUNT;
}

function slotOfBytes(key: Uint8Array): number {
  const opening = key.indexOf(OPENING);
  if (opening !== -1) {
    const closing = key.indexOf(CLOSING, opening + 1);
    if (closing > opening + 1) return sumOfBytes(key, opening + 1, closing) % SLOT_COUNT;
  }
  return sumOfBytes(key, 0, key.length) % SLOT_COUNT;
}

function sumOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) sum = ((sum << 8) & 0xffff) ^ TABLE[(sum >> 8) ^ bytes[at]!]!;
  return sum;
}

/** Goes on with the checksum `sum` from one character to another. */
function sumOfText(text: string, start: number, end: number, sum: number): number {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) return sumOfUnicode(text, at, end, sum);
    sum = ((sum << 8) & 0xffff) ^ TABLE[(sum >> 8) ^ code]!;
  }
  return sum;
}

/** Does the same from a character on that is not ASCII. */
function sumOfUnicode(text: string, start: number, end: number, sum: number): number {
  for (let at = start; at < end; at++) {
    // A tag ends before an ASCII character, so no pair is cut in two by it.
    let point = text.codePointAt(at)!;
    if (point > 0xffff) at++;
    else if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
    if (point < 0x80) sum = withByte(sum, point);
    else {
      if (point < 0x800) sum = withByte(sum, 0xc0 | (point >> 6));
      else {
        if (point < 0x10000) sum = withByte(sum, 0xe0 | (point >> 12));
        else {
          sum = withByte(sum, 0xf0 | (point >> 18));
          sum = withByte(sum, 0x80 | ((point >> 12) & 0x3f));
        }
        sum = withByte(sum, 0x80 | ((point >> 6) & 0x3f));
      }
      sum = withByte(sum, 0x80 | (point & 0x3f));
    }
  }
  return sum;
}

function withByte(sum: number, byte: number): number {
  return ((sum << 8) & 0xffff) ^ TABLE[(sum >> 8) ^ byte]!;
}
