/**
 * Keys as text, for errors that name them.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import { textOf } from "../commands/readers.ts";

/** The keys as text, where bytes that are no UTF-8 show as U+FFFD. */
export function keyTexts(keys: readonly Word[]): string[] {
  return keys.map(textOf);
}
