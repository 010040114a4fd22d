/**
 * Where the keys of a command stand among its words, as the server's key specs say it, and how they are found.
 *
 * A spec has two halves: where the search begins (at a place, or behind a keyword) and how far the keys go from
 * there (over a range, or as many as a count says). In the table it is one short text, which
 * {@linkcode parseKeySpec} reads: `RO:1` is one key that is read, right behind the name; `RW:1..-2` all but the last
 * word; `OW:1..-1/2` every second word; `RO:2#0+1` as many as word 2 says, from the word behind it;
 * `RO:STREAMS@1..-1%2` half of what follows the keyword STREAMS, which is looked for from word 1 on; `!:1` a word
 * that has a slot and is no key; `~` marks what is not all there is, and `?` what the server cannot say.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";

/** What becomes of a key: it is read, read and written, overwritten, or removed. */
export type KeyAccess = "RO" | "RW" | "OW" | "RM";

/** One of the places where a command has keys. */
export interface KeySpec {
  /** What becomes of the keys; undefined where the server does not say, as for what is no key. */
  readonly access: KeyAccess | undefined;
  /** Whether these words are no keys, such as channels, and only have a slot. */
  readonly notKey: boolean;
  /** Whether the command may have further keys that this spec does not find. */
  readonly incomplete: boolean;
  /** Where the search begins; undefined where the server cannot say. */
  readonly begin: BeginSearch | undefined;
  /** How far the keys go; undefined where the server cannot say. */
  readonly find: FindKeys | undefined;
}

/** Where a search for keys begins. */
export interface BeginSearch {
  /** The keyword that stands right before the first key, in upper case; undefined where the place is fixed. */
  readonly keyword: string | undefined;
  /** The place of the first word, or the one where the search for the keyword starts: from the end when negative. */
  readonly at: number;
}

/** How far keys go: over a range, or as many as a word says. */
export type FindKeys = KeyRange | KeyCount;

/** Keys from the first word on. */
export interface KeyRange {
  /** Tells it from a count. */
  readonly kind: "range";
  /** How far behind the first key the last one stands; counted from the end of the command when negative. */
  readonly last: number;
  /** How many words it is from one key to the next. */
  readonly step: number;
  /** Keys are in the first of so many parts of the words that are left; 1 when in all. */
  readonly parts: number;
}

/** As many keys as a word says. */
export interface KeyCount {
  /** Tells it from a range. */
  readonly kind: "count";
  /** How far behind the first word the count stands. */
  readonly count: number;
  /** How far behind the first word the first key stands. */
  readonly first: number;
  /** How many words it is from one key to the next. */
  readonly step: number;
}

/** Is handed each place that is found, with the spec that found it. */
export type Found = (position: number, spec: KeySpec) => void;

const NOTATION =
  /^(R[OWM]|OW)?(!?)(~?):(?:\?|(?:([A-Z]+)@)?(-?\d+)(?:\.\.(-?\d+)(?:%(\d+))?|#(\d+)\+(\d+))?(?:\/(\d+))?)$/;

// More keys than this has no command, and the sum stays far from what a number can say exactly.
const MAX_COUNT_DIGITS = 9;
const ZERO = 48;
const NINE = 57;
const UPPER_A = 65;
const LOWER_A = 97;
const LOWER_Z = 122;

/**
 * Reads the short text of a spec.
 *
 * @throws {TypeError} When it is not one.
 */
export function parseKeySpec(text: string): KeySpec {
  const match = NOTATION.exec(text);
  if (match === null) throw new TypeError(`Cannot read the key spec ${text}`);
  const [, access, notKey, incomplete, keyword, at, last, parts, count, first, step] = match;
  const stepOf = step === undefined ? 1 : Number(step);
  const find: FindKeys = count !== undefined
    ? { kind: "count", count: Number(count), first: Number(first), step: stepOf }
    : { kind: "range", last: Number(last ?? 0), step: stepOf, parts: Number(parts ?? 1) };
  return {
    access: access as KeyAccess | undefined,
    notKey: notKey !== "",
    incomplete: incomplete !== "",
    begin: at === undefined ? undefined : { keyword, at: Number(at) },
    find: at === undefined ? undefined : find,
  };
}

/**
 * Hands over each place that a spec finds, in order. A spec that cannot say, and a keyword that is not there, find
 * none. Gives false when a count does not fit the words: the server refuses such a command.
 */
export function findKeys(words: readonly Word[], spec: KeySpec, found: Found): boolean {
  const { begin, find } = spec;
  if (begin === undefined || find === undefined) return true;
  const start = begin.keyword === undefined ? begin.at : behindKeyword(words, begin.keyword, begin.at);
  if (start === undefined) return true;
  const { length } = words;
  let first = start, last: number;
  if (find.kind === "count") {
    const count = countOf(words[start + find.count]);
    first += find.first;
    last = first + (count - 1) * find.step;
    if (count < 0 || (count > 0 && last >= length)) return false;
  } else if (find.last >= 0) last = first + find.last;
  else if (find.parts > 1) last = first + Math.floor((length - first) / find.parts) + find.last;
  else last = length + find.last;
  for (let i = first; i <= last && i < length; i += find.step) found(i, spec);
  return true;
}

/** The number of keys that a word says, or -1 when it says none. */
export function countOf(word: Word | undefined): number {
  if (typeof word === "number") return Number.isSafeInteger(word) && word >= 0 ? word : -1;
  if (typeof word === "bigint") return word >= 0n && word <= Number.MAX_SAFE_INTEGER ? Number(word) : -1;
  if (typeof word !== "string" && !(word instanceof Uint8Array)) return -1;
  if (word.length === 0 || word.length > MAX_COUNT_DIGITS) return -1;
  let count = 0;
  for (let i = 0; i < word.length; i++) {
    const code = codeAt(word, i);
    if (code < ZERO || code > NINE) return -1;
    count = count * 10 + code - ZERO;
  }
  return count;
}

/** Whether a word is a keyword, given in upper case letters: its own case does not matter, as on the server. */
export function isKeyword(word: Word | undefined, keyword: string): boolean {
  if (typeof word !== "string" && !(word instanceof Uint8Array)) return false;
  if (word.length !== keyword.length) return false;
  for (let i = 0; i < keyword.length; i++) {
    if (upperCaseOf(codeAt(word, i)) !== keyword.charCodeAt(i)) return false;
  }
  return true;
}

function upperCaseOf(code: number): number {
  return code >= LOWER_A && code <= LOWER_Z ? code - LOWER_A + UPPER_A : code;
}

function codeAt(word: string | Uint8Array, i: number): number {
  return typeof word === "string" ? word.charCodeAt(i) : word[i]!;
}

/** The place behind a keyword, which is looked for from `from` to the end, or from there to the start. */
function behindKeyword(words: readonly Word[], keyword: string, from: number): number | undefined {
  const step = from < 0 ? -1 : 1;
  for (let i = from < 0 ? words.length + from : from; i > 0 && i < words.length; i += step) {
    if (isKeyword(words[i], keyword)) return i + 1;
  }
  return undefined;
}
