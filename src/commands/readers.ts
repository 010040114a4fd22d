/**
 * Readers: from what the wire gave, under RESP2 or RESP3, to the one JavaScript shape a command promises.
 *
 * Each name says the shape. `Text` replies follow the caller's view (string, or `Uint8Array` under
 * `bytes`), integers likewise (number, or `bigint` under `bigints`); status words, doubles and texts for
 * people do not. A reader never rounds: an integer beyond 2^53 is an `IntegerRangeError`.
 *
 * @module
 */
import { IntegerRangeError, RedisError } from "../errors.ts";
import { parseDoubleText } from "../resp/number.ts";
import { webText } from "../resp/text.ts";
import { BIGINTS, BYTES, COLLECTIONS, type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";

/** A word that a server answers with, such as `OK`; text under every view. */
export type Status = string;
/** A floating point number, never a bigint. */
export type Double = number;
/** Text for people or programs, such as that of INFO; text under every view. */
export type Report = string;
/** Any reply as it came, RESP3 maps as `Map` and sets as `Set`. */
export type Raw = Value;

/** A member of a sorted set. */
export interface Scored<Text = string> {
  /** The member. */
  member: Text;
  /** Its score. */
  score: Double;
}

/** A reader for replies that the view may change by the bits `allowed`, with the bits `always` set. */
export function reader<Reply>(
  allowed: DecodeMode,
  read: (value: Value, mode: DecodeMode) => Reply,
  always: DecodeMode = PLAIN,
): ReplyReader<Reply> {
  return { allowed, always, read };
}

// Where the wire's type and the reader's agree, the value is handed on as it is.
function asIs<Reply>(value: Value): Reply {
  return value as Reply;
}

// Written out, as a bundler takes an operator between imported names for an effect and keeps it.
const BYTES_AND_BIGINTS: DecodeMode = 3;

/** The reply as it came. */
export const raw: ReplyReader<Raw> = /* @__PURE__ */ reader(BYTES_AND_BIGINTS, asIs<Raw>, COLLECTIONS);
/** A status word. */
export const status: ReplyReader<Status> = /* @__PURE__ */ reader(PLAIN, asIs<Status>);
/** `OK`. */
export const ok: ReplyReader<"OK"> = /* @__PURE__ */ reader(PLAIN, asIs<"OK">);
/** `OK`, or null when the command did nothing. */
export const okOrNull: ReplyReader<"OK" | null> = /* @__PURE__ */ reader(PLAIN, asIs<"OK" | null>);
/** Text for people, whatever the view. */
export const report: ReplyReader<Report> = /* @__PURE__ */ reader(PLAIN, asIs<Report>);
/** A word from a blob string, or null; text under every view. */
export const statusOrNull: ReplyReader<Status | null> = /* @__PURE__ */ reader(PLAIN, asIs<Status | null>);
/** A string. */
export const string: ReplyReader<string> = /* @__PURE__ */ reader(BYTES, asIs<string>);
/** A string, or null. */
export const stringOrNull: ReplyReader<string | null> = /* @__PURE__ */ reader(BYTES, asIs<string | null>);
/** Bytes, whatever the view, or null. */
export const bytesOrNull: ReplyReader<Uint8Array | null> = /* @__PURE__ */ reader(
  PLAIN,
  asIs<Uint8Array | null>,
  BYTES,
);
/** A list of strings; empty where the server says null. */
export const strings: ReplyReader<string[]> = /* @__PURE__ */ reader(BYTES, (value) => (value ?? []) as string[]);
/** A list of words of the server, or of lines for people; empty where the server says null. */
export const statuses: ReplyReader<Status[]> = /* @__PURE__ */ reader(PLAIN, (value) => (value ?? []) as Status[]);
/** A list of strings, or null. */
export const stringsOrNull: ReplyReader<string[] | null> = /* @__PURE__ */ reader(BYTES, asIs<string[] | null>);
/** A list of strings and nulls. */
export const stringsOrNulls: ReplyReader<(string | null)[]> = /* @__PURE__ */ reader(BYTES, asIs<(string | null)[]>);

/** The integer in a reply, unless it would have to be rounded. */
export function toInteger(value: Value, mode: DecodeMode): number {
  // Outside the bigints view the decoder gives a bigint only where a number would be wrong.
  if (typeof value === "bigint" && (mode & BIGINTS) === 0) throw new IntegerRangeError(value);
  return value as number;
}

/** The integer in a reply that may be a string of digits, as some commands give it. */
export function integerOf(value: Value, mode: DecodeMode): number {
  if (typeof value === "number" || typeof value === "bigint") return toInteger(value, mode);
  const text = textOf(value);
  const number = Number(text);
  if (text === "" || Number.isNaN(number)) throw new RedisError("Cannot read the reply: it is no number");
  if (!/^-?\d+$/.test(text)) return number;
  // The decoder could not have followed the view, since it cannot know that this string is a number.
  if ((mode & BIGINTS) !== 0) return BigInt(text) as unknown as number;
  if (!Number.isSafeInteger(number)) throw new IntegerRangeError(BigInt(text));
  return number;
}

/** An integer. */
export const integer: ReplyReader<number> = /* @__PURE__ */ reader(BIGINTS, toInteger);
/** 1 or 0, which RESP3 may give as a boolean. */
export function bitOf(value: Value, mode: DecodeMode): number {
  if (typeof value !== "boolean") return toInteger(value, mode);
  return (mode & BIGINTS) === 0 ? Number(value) : BigInt(value) as unknown as number;
}

/** 1 or 0. */
export const bit: ReplyReader<number> = /* @__PURE__ */ reader(BIGINTS, bitOf);

/** An integer, or null. */
export const integerOrNull: ReplyReader<number | null> = /* @__PURE__ */ reader(BIGINTS, toInteger);
/** A list of integers. */
export const integers: ReplyReader<number[]> = /* @__PURE__ */ reader(BIGINTS, (value, mode) => {
  for (const item of value as Value[]) toInteger(item, mode);
  return value as number[];
});

/** The text of a string reply, whatever the view asked for. */
export function textOf(value: Value): string {
  return value instanceof Uint8Array ? webText.decode(value, 0, value.length) : String(value);
}

/** The number in a double (RESP3), an integer, or a string (RESP2). */
export function doubleOf(value: Value): number {
  if (typeof value === "number") return value;
  const number = parseDoubleText(textOf(value));
  if (number === undefined) throw new RedisError("Cannot read the reply: it is no number");
  return number;
}

/** A floating point number. */
export const double: ReplyReader<Double> = /* @__PURE__ */ reader(PLAIN, doubleOf);
/** A floating point number, or null. */
export const doubleOrNull: ReplyReader<Double | null> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => value === null ? null : doubleOf(value),
);
/** A list of floating point numbers and nulls. */
export const doublesOrNulls: ReplyReader<(Double | null)[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (value as Value[]).map((item) => item === null ? null : doubleOf(item)),
);

/** Sets a field as the record's own, whatever its name: a plain assignment would lose `__proto__`. */
export function setField<T>(record: Record<string, T>, field: string, value: T): void {
  if (field === "__proto__") {
    Object.defineProperty(record, field, { value, enumerable: true, configurable: true, writable: true });
  } else record[field] = value;
}

/** A flat list of field, value, … as a record. Field names are text under every view. */
export const record: ReplyReader<Record<string, string>> = /* @__PURE__ */ reader(BYTES, (value) => {
  const flat = value as string[];
  const fields: Record<string, string> = {};
  for (let i = 0; i < flat.length; i += 2) setField(fields, textOf(flat[i]!), flat[i + 1]!);
  return fields;
});

/** Pairs, flat or nested (the two protocols differ), as a list of `[first, second]`. */
export function pairsOf(value: Value): [Value, Value][] {
  const list = value as Value[];
  const pairs: [Value, Value][] = [];
  if (list.length > 0 && Array.isArray(list[0])) {
    for (const item of list as Value[][]) pairs.push([item[0]!, item[1]!]);
  } else {
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i]!, list[i + 1]!]);
  }
  return pairs;
}

/** Pairs of strings, such as fields with their values. */
export const pairs: ReplyReader<[string, string][]> = /* @__PURE__ */ reader(
  BYTES,
  (value) => pairsOf(value) as [string, string][],
);

/** The members and scores in pairs, flat or nested. */
export function toScored(value: Value): Scored[] {
  return pairsOf(value).map(([member, score]) => ({ member: member as string, score: doubleOf(score) }));
}

/** Members with their scores. */
export const scored: ReplyReader<Scored[]> = /* @__PURE__ */ reader(BYTES, toScored);
/** One member with its score, or null where the server gives none. */
export const scoredOrNull: ReplyReader<Scored | null> = /* @__PURE__ */ reader(
  BYTES,
  (value) => value === null ? null : toScored(value)[0] ?? null,
);
