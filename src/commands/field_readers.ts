/**
 * Readers of replies that name their parts: information on streams, users, nodes, indexes.
 *
 * Such a reply is a map under RESP3 and a list of name, value, name, value … under RESP2. Both become a record
 * whose fields have the server's names in camelCase, also those that a newer server adds. Each part is read by
 * a {@linkcode Part}; one that has none comes as it is.
 *
 * @module
 */
import { type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { doubleOf, integerOf, pairsOf, reader, setField, textOf, toInteger } from "./readers.ts";

/** Reads one part of a reply. */
export type Part<T = unknown> = (value: Value, mode: DecodeMode) => T;

/** The parts of a record by the names that its fields have in JavaScript. */
export type Parts = Readonly<Record<string, Part>>;

/** The server's name of a field in camelCase: `last-generated-id` and `Number of filters` lose their separators. */
export function camelCase(name: string): string {
  const joined = name.replace(/(?<=.)[-_. ]+(.)/g, (_, letter: string) => letter.toUpperCase());
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

/** Text, whatever the view. */
export const textPart: Part<string> = textOf;

/** Text whatever the view, or null. */
export function textOrNullPart(value: Value): string | null {
  return value === null ? null : textOf(value);
}

/** An integer, also from a string of digits. */
export const countPart: Part<number> = integerOf;

/** A floating point number. */
export const doublePart: Part<number> = doubleOf;

/** Whether it is so: true, 1 or `"1"`. */
export function yesNoPart(value: Value): boolean {
  return value === true || textOf(value) === "1";
}

/** A list, each item read by `part`; empty where the server says null. */
export function listPart<T>(part: Part<T>): Part<T[]> {
  return (value, mode) => (value as Value[] | null ?? []).map((item) => part(item, mode));
}

/** A record inside of a record. */
export function fieldsPart<T>(parts: Parts = {}): Part<T> {
  return (value, mode) => toFields(value, mode, parts);
}

/** What `part` gives, or null where the server says null. */
export function orNullPart<T>(part: Part<T>): Part<T | null> {
  return (value, mode) => value === null ? null : part(value, mode);
}

/** The record of the names and values in `value`. */
export function toFields<T>(value: Value, mode: DecodeMode, parts: Parts): T {
  const fields: Record<string, unknown> = {};
  for (const [name, item] of pairsOf(value)) {
    const field = camelCase(textOf(name));
    setField(fields, field, (Object.hasOwn(parts, field) ? parts[field]! : toInteger)(item, mode));
  }
  return fields as T;
}

/** A record. Text follows the view only where `allowed` has the bit for it. */
export function fields<T>(parts: Parts = {}, allowed: DecodeMode = PLAIN): ReplyReader<T> {
  return reader(allowed, fieldsPart<T>(parts));
}

/** A list of records. */
export function listOfFields<T>(parts: Parts = {}, allowed: DecodeMode = PLAIN): ReplyReader<T[]> {
  return reader(allowed, listPart(fieldsPart<T>(parts)));
}
