/**
 * The reader of whole numbers in text, such as a line of CLUSTER NODES or the state of a sentinel has them.
 *
 * @module
 */
import { IntegerRangeError } from "../errors.ts";
import type { Value } from "../resp/value.ts";
import { doubleOf, textOf } from "./readers.ts";

/** A whole number in text, unless it would have to be rounded. */
export function wholeOf(value: Value): number {
  const number = doubleOf(value);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw new IntegerRangeError(BigInt(textOf(value)));
  return number;
}
