/**
 * What the commands share that name several fields of a hash: `FIELDS`, a count, the fields.
 *
 * Such a command gives one item for each field, so the reply of a list that the types know is a tuple.
 *
 * @module
 */
import type { Key, Word } from "./command.ts";
import { listOf, wantOne } from "./words.ts";

/** One `Item` for each field, in the order of the fields. */
export type PerField<Fields extends Key | readonly Key[], Item> = Fields extends readonly Key[]
  ? { -readonly [I in keyof Fields]: Item }
  : [Item];

/** `FIELDS`, the count of fields, then the fields: one, or several, never none. */
export function countedFields(name: string, fields: Key | readonly Key[]): Word[] {
  const list = listOf(fields);
  wantOne(name, "field", list);
  return ["FIELDS", list.length, ...list];
}
