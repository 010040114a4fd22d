/**
 * The small steps from arguments to words that the command functions share.
 *
 * An option that is undefined or false adds nothing; zero is a value and is sent.
 *
 * @module
 */
import type { Data, Key, Word } from "./command.ts";

/** Which part of a collection one call of a scan looks at. */
export interface ScanOptions {
  /** Gives only names that match this glob-style pattern. */
  match?: Key;
  /** About how much the server looks at in one call; 10 when absent. */
  count?: number;
}

/** What comes in pairs: a record, or the pairs themselves, each a list of two. */
// The type checker infers `map((name) => [name, 1])` to give pairs only when the iterable is the older type of the two.
// So the record is a type of this very pair, and not `Record<string, Second>`, which others may have made before.
export type RecordOrEntries<First, Second> =
  | Iterable<readonly [First, Second]>
  | { [Name in Extract<First, string>]: Second };

/** Adds `name` when `wanted`. */
export function flag(words: Word[], name: string, wanted: boolean | undefined): void {
  if (wanted) words.push(name);
}

/** Adds `name` and `value` when there is a value. */
export function option(words: Word[], name: string, value: Word | false | undefined): void {
  if (value !== undefined && value !== false) words.push(name, value);
}

/** Adds what the scans have in common. */
export function scanOptions(words: Word[], options: ScanOptions): void {
  option(words, "MATCH", options.match);
  option(words, "COUNT", options.count);
}

/**
 * Refuses two options of which only one may be given, and gives the name of the one that is.
 *
 * @throws {TypeError} When two of `names` would be sent.
 */
export function exclude<Options extends object>(
  name: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): (keyof Options & string) | undefined {
  let given: (keyof Options & string) | undefined;
  for (const other of names) {
    const value = options[other];
    if (value === undefined || value === false) continue;
    if (given !== undefined) {
      throw new TypeError(`Cannot send ${name}: the options ${given} and ${other} exclude each other`);
    }
    given = other;
  }
  return given;
}

/**
 * Adds the one option that is given of some that exclude each other, each named like its word.
 *
 * @throws {TypeError} When two of `names` would be sent.
 */
export function oneOf<Options extends object>(
  name: string,
  words: Word[],
  options: Options,
  names: readonly (keyof Options & string)[],
): void {
  const given = exclude(name, options, names);
  if (given === undefined) return;
  words.push(given.toUpperCase());
  const value = options[given];
  if (value !== true) words.push(value as Word);
}

/** The conditions that EXPIRE and ZADD share. */
interface Conditions {
  nx?: boolean;
  xx?: boolean;
  gt?: boolean;
  lt?: boolean;
}

/** Adds the conditions that were given, those that contradict each other refused. */
export function conditions(name: string, words: Word[], options: Conditions): void {
  exclude(name, options, ["nx", "xx"]);
  exclude(name, options, ["nx", "gt", "lt"]);
  flag(words, "NX", options.nx);
  flag(words, "XX", options.xx);
  flag(words, "GT", options.gt);
  flag(words, "LT", options.lt);
}

/**
 * Refuses an empty list where the server wants at least one.
 *
 * @throws {TypeError} When there is none.
 */
export function wantOne(name: string, what: string, items: readonly unknown[]): void {
  if (items.length === 0) throw new TypeError(`Cannot send ${name}: at least one ${what} is wanted`);
}

/** The count of keys, then the keys: one, or several, never none. */
export function countedKeys(name: string, keys: Key | readonly Key[]): Word[] {
  const list = listOf(keys);
  wantOne(name, "key", list);
  return [list.length, ...list];
}

/**
 * The first, second, first, second … of a record or of entries.
 *
 * @throws {TypeError} When it is neither, or when it is empty: the server would refuse the command.
 */
export function entriesOf(name: string, values: RecordOrEntries<Data, Data>): Word[] {
  wantEntries(name, values);
  const words: Word[] = [];
  if (Symbol.iterator in values) {
    for (const entry of values) {
      // A string would come apart into letters: a flat list is a mistake that must not be sent.
      if (!Array.isArray(entry)) throw new TypeError(`Cannot send ${name}: each entry is to be a pair in a list`);
      words.push(entry[0], entry[1]);
    }
  } else for (const first of Object.keys(values)) words.push(first, values[first]!);
  wantNotEmpty(name, words);
  return words;
}

/**
 * The score, member, score, member … of a record or of entries.
 *
 * @throws {TypeError} When it is neither, or when it is empty.
 */
export function scoresOf(
  name: string,
  members: RecordOrEntries<Data, number> | Iterable<readonly [Data, number] | { member: Data; score: number }>,
): Word[] {
  wantEntries(name, members);
  const words: Word[] = [];
  if (Symbol.iterator in members) {
    for (const item of members) {
      if (Array.isArray(item)) words.push(scoreOf(item[1]), item[0]);
      else if (isScored(item)) words.push(scoreOf(item.score), item.member);
      else throw new TypeError(`Cannot send ${name}: each entry is to be a pair in a list, or a member with its score`);
    }
  } else for (const member of Object.keys(members)) words.push(scoreOf(members[member]!), member);
  wantNotEmpty(name, words);
  return words;
}

/** A score as the server spells it: what is infinite has a name of its own there. */
export function scoreOf<T extends Word>(score: T): T | "+inf" | "-inf" {
  return score === Infinity ? "+inf" : score === -Infinity ? "-inf" : score;
}

function isScored(item: unknown): item is { member: Data; score: number } {
  return typeof item === "object" && item !== null && "member" in item;
}

function wantEntries(name: string, values: unknown): void {
  if (typeof values === "object" && values !== null) return;
  const got = values === null ? "null" : typeof values;
  throw new TypeError(`Cannot send ${name}: a record or entries are wanted, got ${got}`);
}

function wantNotEmpty(name: string, words: readonly Word[]): void {
  if (words.length === 0) throw new TypeError(`Cannot send ${name}: the record or the entries are empty`);
}

/** One or many, as many. */
export function listOf<T extends string | number | bigint | Uint8Array>(items: T | readonly T[]): readonly T[] {
  return Array.isArray(items) ? items : [items as T];
}
