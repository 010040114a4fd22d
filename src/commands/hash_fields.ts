/**
 * What the commands share that name several fields of a hash: `FIELDS`, a count, the fields.
 *
 * Such a command gives one item for each field, so the reply of a list that the types know is a tuple.
 *
 * @module
 */
import { BYTES, type Value } from "../resp/value.ts";
import type { Key, ReplyReader, Word } from "./command.ts";
import { reader, type Status, textOf } from "./readers.ts";
import { listOf, wantOne } from "./words.ts";

/** One `Item` for each field, in the order of the fields. */
export type PerField<Fields extends Key | readonly Key[], Item> = Fields extends readonly Key[]
  ? { -readonly [I in keyof Fields]: Item }
  : [Item];

/** Some of the fields of a hash. */
export interface FieldsPage<Text = string> {
  /** Where the next call goes on; `"0"` when the scan is complete. */
  cursor: Status;
  /** The fields, which may come more than once in a scan. */
  fields: Text[];
}

/** `FIELDS`, the count of fields, then the fields: one, or several, never none. */
export function countedFields(name: string, fields: Key | readonly Key[]): Word[] {
  const list = listOf(fields);
  wantOne(name, "field", list);
  return ["FIELDS", list.length, ...list];
}

/** A page of fields. */
export const fieldsPage: ReplyReader<FieldsPage> = /* @__PURE__ */ reader(BYTES, (value) => {
  const [cursor, fields] = value as [Value, string[]];
  return { cursor: textOf(cursor), fields };
});
