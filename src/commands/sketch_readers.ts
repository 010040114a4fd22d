/**
 * Readers of the replies of Bloom filters and their kin.
 *
 * Under RESP3 the module says yes and no as booleans, under RESP2 as 1 and 0: both come out as integers, as in
 * every other command. What it says of a filter has names such as `Number of filters`.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import { BIGINTS, BYTES, type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { bitOf, type Double, doubleOf, integerOf, reader, type Status, textOf } from "./readers.ts";

/** A part of a filter as {@linkcode bfScandump} and {@linkcode cfScandump} save it. */
export interface FilterChunk {
  /** What the next call is to be given; `"0"` when all has been saved. */
  iterator: Status;
  /** The part, for {@linkcode bfLoadchunk} or {@linkcode cfLoadchunk}; null at the end. */
  data: Uint8Array | null;
}

/** A list of 1 and 0. */
export const bits: ReplyReader<number[]> = /* @__PURE__ */ reader(
  BIGINTS,
  (value, mode) => (value as Value[]).map((item) => bitOf(item, mode)),
);

/** A list of integers, which may be booleans, and of errors in the places of those that the server refused. */
export const bitsOrErrors: ReplyReader<(number | RedisError)[]> = /* @__PURE__ */ reader(BIGINTS, toBitsOrErrors);

function toBitsOrErrors(value: Value, mode: DecodeMode): (number | RedisError)[] {
  return (value as Value[]).map((item) => item instanceof Error ? item : bitOf(item, mode));
}

/** A list of 1, of -1 where the filter was full, which RESP3 may give as false, and of errors. */
export const insertedOrErrors: ReplyReader<(number | RedisError)[]> = /* @__PURE__ */ reader(
  BIGINTS,
  (value, mode) => {
    const full = (mode & BIGINTS) === 0 ? -1 : -1n;
    return toBitsOrErrors((value as Value[]).map((item) => item === false ? full : item), mode);
  },
);

/** One fact of a filter: a number, alone or with its name before it, or null. */
export const fact: ReplyReader<Double | null> = /* @__PURE__ */ reader(PLAIN, (value, mode) => {
  const last = Array.isArray(value) ? value[value.length - 1] ?? null : value;
  return last === null ? null : integerOf(last, mode);
});

/** A list of floating point numbers. */
export const doubles: ReplyReader<Double[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (value as Value[]).map(doubleOf),
);

/** A part of a filter. */
export const filterChunk: ReplyReader<FilterChunk> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => {
    const [iterator, data] = value as [Value, Uint8Array | null];
    // At the end some versions give an empty string in place of null.
    return { iterator: textOf(iterator), data: data === null || data.length === 0 ? null : data };
  },
  BYTES,
);
