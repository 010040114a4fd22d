/**
 * The small steps from arguments to words that the command functions share.
 *
 * An option that is undefined or false adds nothing; zero is a value and is sent.
 *
 * @module
 */
import type { Data, Key, Word } from "./command.ts";

/** Adds `name` when `wanted`. */
export function flag(words: Word[], name: string, wanted: boolean | undefined): void {
  if (wanted) words.push(name);
}

/** Adds `name` and `value` when there is a value. */
export function option(words: Word[], name: string, value: Word | undefined): void {
  if (value !== undefined) words.push(name, value);
}

/**
 * The first, second, first, second … of a record or of entries.
 *
 * @throws {TypeError} When it is neither, or when it is empty: the server would refuse the command.
 */
export function entriesOf<K extends Key, V extends Data>(
  name: string,
  values: Record<string, V> | Iterable<readonly [K, V]>,
): Word[] {
  if (typeof values !== "object" || values === null) {
    throw new TypeError(
      `Cannot send ${name}: a record or entries are wanted, got ${values === null ? "null" : typeof values}`,
    );
  }
  const words: Word[] = [];
  if (Symbol.iterator in values) { for (const [first, second] of values) words.push(first, second); }
  else for (const first of Object.keys(values)) words.push(first, values[first]!);
  if (words.length === 0) throw new TypeError(`Cannot send ${name}: the record or the entries are empty`);
  return words;
}

/** One or many, as many. */
export function listOf<T extends string | number | bigint | Uint8Array>(items: T | readonly T[]): readonly T[] {
  return Array.isArray(items) ? items : [items as T];
}
