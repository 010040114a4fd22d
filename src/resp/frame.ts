/**
 * An aggregate that the decoder is filling.
 *
 * @module
 */
import { type DecodeMode, PLAIN, type Value } from "./value.ts";

/** In place of a list that a frame no longer holds. */
export const NO_LIST: Value[] = [];

/** An open aggregate. Frames are made once a depth and used again. */
export class Frame {
  /** The byte of its type. */
  type = 0;
  /** The elements so far; keys and values in turn for a map. */
  list: Value[] = NO_LIST;
  /** How many there are. */
  index = 0;
  /** How many there will be; one more than may be, when it is streamed. */
  total = 0;
  /** Whether it ends by an end mark and not by its count. */
  streamed = false;
  /** The mode outside, which holds again when this aggregate ends. */
  outerMode: DecodeMode = PLAIN;
}

/** The map of a flat list. */
export function toMap(list: Value[]): Map<Value, Value> {
  const map = new Map<Value, Value>();
  for (let i = 0; i < list.length; i += 2) map.set(list[i], list[i + 1]);
  return map;
}
