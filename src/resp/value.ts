/**
 * What a decoded reply can be, and the ways a caller can ask for it.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";

/** Any reply, decoded. Errors stand as values where they are nested in an aggregate. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | RedisError
  | Value[]
  | Map<Value, Value>
  | Set<Value>;

/**
 * How the decoder is to give a reply: a sum of the bits below.
 *
 * Without any, strings are text, integers are numbers where they are exact (else bigints), maps are flat
 * lists of key, value, key, value, and sets are lists: the shapes that RESP2 and RESP3 have in common.
 */
export type DecodeMode = number;

/** Text, numbers, lists. */
export const PLAIN: DecodeMode = 0;
/** Blob and verbatim strings as `Uint8Array`; simple strings stay text. */
export const BYTES: DecodeMode = 1;
/** Every integer as `bigint`. */
export const BIGINTS: DecodeMode = 2;
/** RESP3 maps as `Map` and sets as `Set`. */
export const COLLECTIONS: DecodeMode = 4;

/** Bounds against a hostile or broken peer; past one of them the decoder throws a `ProtocolError`. */
export interface Limits {
  /** How deep aggregates may nest. */
  depth: number;
  /** Bytes in one blob, verbatim or streamed string. */
  bulkLength: number;
  /** Elements in one aggregate; a map's pair counts as two. */
  aggregateLength: number;
  /** Bytes in one line: a simple string, an error, a number, a length. */
  lineLength: number;
  /** Bytes in one whole reply or push. */
  replyLength: number;
}

/** The bounds where none are given: 512 MiB a string, as the server's own, the others well above what servers send. */
export const defaultLimits: Readonly<Limits> = {
  depth: 512,
  bulkLength: 536_870_912,
  aggregateLength: 2_147_483_648,
  lineLength: 65_536,
  replyLength: 4_294_967_296,
};

/** The bounds with the default ones where none, or undefined, is given. */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(limits) as (keyof Limits)[]) limits[name] = given[name] ?? limits[name];
  return limits;
}
