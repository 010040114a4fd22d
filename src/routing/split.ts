/**
 * One command with keys of several slots as several commands, one for each slot, and their replies as one.
 *
 * A part has the words that belong to its keys in the order in which they were given, and the options. Its reply is
 * given as it was decoded, in the mode that the command's own reader asks for, so that the merged reply can be read by
 * that reader. Parts are by slot, not by node: a server refuses keys of several slots even where it has all of them.
 *
 * Limits: what is split is no longer one step: others may see, and a failure may leave, a part of it done. Therefore a
 * command whose point is all or nothing (MSETNX, MSETEX with NX or XX) is not split, nor one whose words are not what
 * it takes, as a part of it might be.
 *
 * @module
 */
import { type AnyCommand, type Command, command, type ReplyReader, type Word } from "../commands/command.ts";
import type { Value } from "../resp/value.ts";
import { isKeyword } from "./key_specs.ts";
import { add, elementsIn, integerIn, mismatch } from "./merge.ts";

/** A part of a command, whose keys are all in one slot. */
export interface SplitPart {
  /** The command for these keys; its reply is given as it was decoded. */
  readonly command: Command<Value>;
  /** The slot. */
  readonly slot: number;
  /** The keys. */
  readonly keys: readonly Word[];
}

/** A command as its parts. */
export interface Split {
  /** The parts, in the order in which their slots come first; there are at least two. */
  readonly parts: readonly SplitPart[];
  /**
   * Makes the reply of the command, for its reader, of those of its parts, in the order of the parts.
   *
   * @throws {RedisError} When a part's reply has not the shape that it should.
   */
  merge(replies: readonly Value[]): Value;
}

/** The words of a part as they are gathered. */
interface Share {
  readonly slot: number;
  readonly words: Word[];
  readonly keys: Word[];
  /** Which of all keys they are. */
  readonly indexes: number[];
}

type MergeParts = (replies: readonly Value[], shares: readonly Share[], keys: number) => Value;

interface Layout {
  /** How many words belong to each key, itself included. */
  readonly stride: number;
  /** Whether the count of keys stands before the first. */
  readonly counted?: boolean;
  readonly merge: MergeParts;
}

const ALL_OR_NOTHING = ["NX", "XX"];

const LAYOUTS: ReadonlyMap<string, Layout> = /* @__PURE__ */ new Map<string, Layout>([
  ["DEL", { stride: 1, merge: total }],
  ["EXISTS", { stride: 1, merge: total }],
  ["JSON.MGET", { stride: 1, merge: inOrderAsked }],
  ["JSON.MSET", { stride: 3, merge: nullOrFirst }],
  ["MGET", { stride: 1, merge: inOrderAsked }],
  ["MSET", { stride: 2, merge: nullOrFirst }],
  ["MSETEX", { stride: 2, counted: true, merge: nullOrFirst }],
  ["TOUCH", { stride: 1, merge: total }],
  ["UNLINK", { stride: 1, merge: total }],
]);

/**
 * The parts of a command whose keys have several slots; undefined when it cannot be split.
 *
 * @param name The name of the command, in upper case.
 * @param positions The places of its keys.
 * @param slots The slot of each of these.
 */
export function splitOf(
  { words, reader }: AnyCommand,
  name: string,
  positions: readonly number[],
  slots: readonly number[],
): Split | undefined {
  const layout = LAYOUTS.get(name);
  if (layout === undefined) return undefined;
  const { stride, counted = false, merge } = layout;
  const end = positions[positions.length - 1]! + stride;
  if (end > words.length) return undefined;
  const options = words.slice(end);
  if (counted && ALL_OR_NOTHING.some((option) => options.some((word) => isKeyword(word, option)))) return undefined;

  const head = counted ? [words[0]!, 0] : [words[0]!];
  const shares = sharesOf(words, head, stride, positions, slots);
  const untouched: ReplyReader<Value> = { allowed: reader.allowed, always: reader.always, read: asDecoded };
  const parts = shares.map(({ slot, words, keys }): SplitPart => {
    if (counted) words[1] = keys.length;
    for (const option of options) words.push(option);
    return { command: command(words, untouched), slot, keys };
  });
  return { parts, merge: (replies) => merge(replies, shares, positions.length) };
}

function sharesOf(
  words: readonly Word[],
  head: readonly Word[],
  stride: number,
  positions: readonly number[],
  slots: readonly number[],
): Share[] {
  const shares = new Map<number, Share>();
  for (let i = 0; i < positions.length; i++) {
    const slot = slots[i]!, at = positions[i]!;
    let share = shares.get(slot);
    if (share === undefined) shares.set(slot, share = { slot, words: head.slice(), keys: [], indexes: [] });
    share.keys.push(words[at]!);
    share.indexes.push(i);
    for (let j = at; j < at + stride; j++) share.words.push(words[j]!);
  }
  return [...shares.values()];
}

function asDecoded(value: Value): Value {
  return value;
}

/** The values of the keys in the order of the keys. */
function inOrderAsked(replies: readonly Value[], shares: readonly Share[], keys: number): Value {
  const values = new Array<Value>(keys);
  for (let i = 0; i < shares.length; i++) {
    const { indexes } = shares[i]!, elements = elementsIn(replies[i]!);
    if (elements.length !== indexes.length) throw mismatch("a list as long as its keys are many");
    for (let j = 0; j < indexes.length; j++) values[indexes[j]!] = elements[j]!;
  }
  return values;
}

function total(replies: readonly Value[]): Value {
  let sum: number | bigint = integerIn(replies[0]!);
  for (let i = 1; i < replies.length; i++) sum = add(sum, integerIn(replies[i]!));
  return sum;
}

/** What all of the parts say; null when one of them says that it did not do it. */
function nullOrFirst(replies: readonly Value[]): Value {
  return replies.includes(null) ? null : replies[0]!;
}
