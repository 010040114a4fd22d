/**
 * What the commands on JSON documents share: JSON values as words, and readers of replies that depend on the path.
 *
 * A path that starts with `$` is a JSONPath and may match many values, so its reply is a list. Any other path is of
 * the older sort, which stands for one value. The server tells them apart by that first character, and so do the
 * types here. Values are written by `JSON.stringify` and read by `JSON.parse`, and share the limits of both: a number
 * beyond 2^53 is rounded, and what JSON has no word for (`NaN`, `Infinity`) is written as null.
 *
 * @module
 */
import { RedisError } from "../errors.ts";
import { BIGINTS, BYTES, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { type Double, reader, type Status, textOf, toInteger } from "./readers.ts";

/** A value that JSON can express. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/**
 * What a command gives for a path: `Many` for a JSONPath, which starts with `$`, otherwise `One`. A path whose text
 * the types do not know gives either.
 */
export type ByPath<Path extends string, One, Many = (One | null)[]> = string extends Path ? One | Many
  : Path extends `$${string}` ? Many
  : One;

/**
 * The word for a JSON value.
 *
 * @throws {TypeError} When it has no JSON form, as undefined has none.
 */
export function jsonWord(name: string, value: Json): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`Cannot send ${name}: the value has no JSON form`);
  return text;
}

/** Whether a path is a JSONPath; without a path the server takes the root as the older sort does. */
export function isJsonPath(path: string | undefined): boolean {
  return path !== undefined && path.startsWith("$");
}

function parsed(value: Value): Json {
  if (value === null) return null;
  // An error may stand in the place of a value that is nested.
  if (value instanceof RedisError) throw value;
  try {
    return JSON.parse(textOf(value));
  } catch (cause) {
    throw new RedisError("Cannot read the reply: it is no JSON", { cause });
  }
}

/** A JSON value from its text, null also where there is none. */
export const jsonOrNull: ReplyReader<Json> = /* @__PURE__ */ reader(PLAIN, parsed);
/** JSON values from their texts, null also where there is none. */
export const jsonsOrNulls: ReplyReader<Json[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (value as Value[]).map(parsed),
);
/** One JSON value or a list of them, as the path asks for. */
export const jsonByPath: ReplyReader<Json | Json[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => Array.isArray(value) ? value.map(parsed) : parsed(value),
);
/** One text or a list of them, as the path asks for. */
export const textByPath: ReplyReader<string | null | (string | null)[]> = /* @__PURE__ */ reader(
  BYTES,
  (value) => value as string | null | (string | null)[],
);
/** One list of strings or a list of such lists, as the path asks for. */
export const namesByPath: ReplyReader<string[] | (string[] | null)[] | null> = /* @__PURE__ */ reader(
  BYTES,
  (value) => value as string[] | (string[] | null)[] | null,
);
/** One integer or a list of them, as the path asks for. */
export const countByPath: ReplyReader<number | null | (number | null)[]> = /* @__PURE__ */ reader(
  BIGINTS,
  (value, mode) => {
    if (!Array.isArray(value)) return toInteger(value, mode);
    for (const item of value) toInteger(item, mode);
    return value as (number | null)[];
  },
);

// RESP2 has one JSON text for all numbers, RESP3 a list with an integer or a double for each.
function toNumbers(value: Value): (Double | null)[] {
  const items = Array.isArray(value) ? value : parsed(value) as Double | (Double | null)[];
  return (Array.isArray(items) ? items : [items]).map((item) => item === null ? null : Number(item));
}

/** A number for each match of a JSONPath. */
export const jsonNumbers: ReplyReader<(Double | null)[]> = /* @__PURE__ */ reader(PLAIN, toNumbers);
/** The number of an older path: the last one changed, where it matched several. */
export const jsonNumber: ReplyReader<Double | null> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => toNumbers(value).findLast((item) => item !== null) ?? null,
);

function toBoolean(value: Value): boolean | null {
  return value === null ? null : value === true || /^(1|true)$/.test(textOf(value));
}

/** One boolean or a list of them, as the path asks for. */
export const booleanByPath: ReplyReader<boolean | null | (boolean | null)[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => Array.isArray(value) ? value.map(toBoolean) : toBoolean(value),
);

/** The name of a type, which RESP3 puts into a list. */
export const jsonTypeName: ReplyReader<Status | null> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (Array.isArray(value) ? value[0] ?? null : value) as Status | null,
);
/** The names of types, which RESP3 puts into one more list; null where there is no such key. */
export const jsonTypes: ReplyReader<Status[] | null> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const first = (value as Value[] | null)?.[0];
  return (first === null || Array.isArray(first) ? first : value) as Status[] | null;
});
