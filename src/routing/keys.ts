/**
 * Which words of a command are its keys, and which word says the slot that it goes to.
 *
 * Strategy: the key specs of the table find them, but for the few commands whose grammar no spec can say; those are
 * read here by hand, as the server reads them when it routes. A word that only has a slot (the channel of SPUBLISH)
 * counts for routing and is no key.
 *
 * Limits: where the words are not what the command takes (a count beyond the end, XREAD without STREAMS, a key that
 * is missing) the keys that cannot be told are left out, and nothing is thrown: the server refuses such a command
 * wherever it goes. The patterns of SORT's BY and GET name keys that only the server can tell. A command that the
 * table does not know has no keys here.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import { type CommandFacts, factsOf } from "./command_facts.ts";
import { findKeys, isKeyword, type KeyAccess } from "./key_specs.ts";

/** A word of a command that is a key. */
export interface KeyWord {
  /** Its place among the words, where 0 is the name. */
  readonly position: number;
  /** The word as it was given. */
  readonly key: Word;
  /** What becomes of the key; undefined where the server does not say. */
  readonly access: KeyAccess | undefined;
}

type Visit = (position: number, access: KeyAccess | undefined, isKey: boolean) => void;

/** The keys of a command in the order of its words; none when the table does not know the command. */
export function keysOf(
  words: readonly Word[],
  facts: CommandFacts | undefined = factsOf(words),
): KeyWord[] {
  const keys: KeyWord[] = [];
  const fits = visitSlotWords(words, facts, (position, access, isKey) => {
    if (isKey) keys.push({ position, key: words[position]!, access });
  });
  return fits ? keys : [];
}

/** The places of the words that have a slot, which are keys and shard channels, in the order of the words. */
export function slotPositions(
  words: readonly Word[],
  facts: CommandFacts | undefined = factsOf(words),
): number[] {
  const positions: number[] = [];
  return visitSlotWords(words, facts, (position) => positions.push(position)) ? positions : [];
}

/**
 * The place of the first word that has a slot; 0 when there is none.
 *
 * Nothing is allocated where the place is fixed, as it is for nearly every command.
 */
export function firstSlotPosition(
  words: readonly Word[],
  facts: CommandFacts | undefined = factsOf(words),
): number {
  if (facts === undefined) return 0;
  const { firstAt } = facts;
  if (firstAt > 0) return firstAt < words.length ? firstAt : 0;
  return facts.keySpecs.length === 0 ? 0 : slotPositions(words, facts)[0] ?? 0;
}

/** Visits each word that has a slot; gives false when the words do not fit, and what was visited is not to count. */
function visitSlotWords(words: readonly Word[], facts: CommandFacts | undefined, visit: Visit): boolean {
  switch (facts?.name) {
    case undefined:
      return true;
    case "GEORADIUS":
      return visitKeyAndStore(words, visit, storeOfRadius(words, 6));
    case "GEORADIUSBYMEMBER":
      return visitKeyAndStore(words, visit, storeOfRadius(words, 5));
    case "MIGRATE":
      return visitMigrate(words, visit);
    case "SORT":
      return visitKeyAndStore(words, visit, storeOfSort(words));
    case "XREAD":
    case "XREADGROUP":
      return visitStreams(words, visit);
  }
  return facts!.keySpecs.every((spec) =>
    findKeys(words, spec, (position, { access, notKey }) => visit(position, access, !notKey))
  );
}

function visitKeyAndStore(words: readonly Word[], visit: Visit, store: number): boolean {
  if (words.length > 1) visit(1, "RO", true);
  if (store > 0 && store < words.length) visit(store, "OW", true);
  return true;
}

/** Where the key of STORE or STOREDIST stands: the last one counts, and it may itself be called STORE. */
function storeOfRadius(words: readonly Word[], firstOption: number): number {
  let store = 0;
  for (let i = firstOption; i < words.length; i++) {
    if (isKeyword(words[i], "STORE") || isKeyword(words[i], "STOREDIST")) store = ++i;
  }
  return store;
}

/** Where the key of SORT's STORE stands: the last one counts, and patterns may be called STORE too. */
function storeOfSort(words: readonly Word[]): number {
  let store = 0;
  for (let i = 2; i < words.length; i++) {
    if (isKeyword(words[i], "LIMIT")) i += 2;
    else if (isKeyword(words[i], "BY") || isKeyword(words[i], "GET")) i++;
    else if (isKeyword(words[i], "STORE")) store = ++i;
  }
  return store;
}

/** MIGRATE host port key db timeout, or with an empty key and the keys behind KEYS. A password may be called KEYS. */
function visitMigrate(words: readonly Word[], visit: Visit): boolean {
  for (let i = 6; i < words.length; i++) {
    if (isKeyword(words[i], "AUTH")) i++;
    else if (isKeyword(words[i], "AUTH2")) i += 2;
    else if (isKeyword(words[i], "KEYS")) {
      if (!isEmpty(words[3])) return false;
      while (++i < words.length) visit(i, "RW", true);
      return true;
    }
  }
  if (words.length > 3) visit(3, "RW", true);
  return true;
}

function isEmpty(word: Word | undefined): boolean {
  return (typeof word === "string" || word instanceof Uint8Array) && word.length === 0;
}

/** The keys are the first half of what follows STREAMS. A group and a consumer may be called STREAMS. */
function visitStreams(words: readonly Word[], visit: Visit): boolean {
  let i = 1;
  for (; i < words.length && !isKeyword(words[i], "STREAMS"); i++) {
    if (isKeyword(words[i], "GROUP")) i += 2;
    else if (isKeyword(words[i], "BLOCK") || isKeyword(words[i], "COUNT") || isKeyword(words[i], "CLAIM")) i++;
    else if (!isKeyword(words[i], "NOACK")) return false;
  }
  const rest = words.length - i - 1;
  if (rest < 2 || rest % 2 !== 0) return false;
  for (let key = i + 1; key <= i + rest / 2; key++) visit(key, "RO", true);
  return true;
}
