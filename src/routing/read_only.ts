/**
 * Which commands only read, without the rest of what is known of each.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import { READ_ONLY_NAMES } from "./read_only_names.ts";

// No name comes near it; a word that cannot be a name is not turned into text.
const MAX_NAME_LENGTH = 32;

let names: ReadonlySet<string> | undefined;

/** Whether the command with these words only reads data, on every server that knows it. */
export function isReadOnly(words: readonly Word[]): boolean {
  names ??= new Set(READ_ONLY_NAMES.trim().split(/\s+/));
  const first = nameIn(words[0]);
  return names.has(first) || names.has(`${first}|${nameIn(words[1])}`);
}

function nameIn(word: Word | undefined): string {
  if (word instanceof Uint8Array) return word.length > MAX_NAME_LENGTH ? "" : nameIn(String.fromCharCode(...word));
  return typeof word !== "string" || word.length > MAX_NAME_LENGTH ? "" : word.toUpperCase();
}
