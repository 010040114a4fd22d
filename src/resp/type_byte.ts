/**
 * The first bytes of RESP's types, and the bytes that structure a line.
 *
 * @module
 */

/** Simple string. */
export const SIMPLE = 43; // +
/** Simple error. */
export const ERROR = 45; // -
/** Integer. */
export const INTEGER = 58; // :
/** Blob string, `$-1` being null. */
export const BLOB = 36; // $
/** Array, `*-1` being null. */
export const ARRAY = 42; // *
/** Null. */
export const NULL = 95; // _
/** Floating point number. */
export const DOUBLE = 44; // ,
/** Boolean. */
export const BOOLEAN = 35; // #
/** Error of any length. */
export const BLOB_ERROR = 33; // !
/** String with a format of three letters before it. */
export const VERBATIM = 61; // =
/** Integer of any size. */
export const BIG_NUMBER = 40; // (
/** Map. */
export const MAP = 37; // %
/** Set. */
export const SET = 126; // ~
/** Attribute: a map beside the reply that follows. */
export const ATTRIBUTE = 124; // |
/** Push: out of band data. */
export const PUSHED = 62; // >
/** Part of a streamed string. */
export const PART = 59; // ;
/** End of a streamed aggregate. */
export const END = 46; // .
/** Carriage return. */
export const CR = 13;
/** Line feed. */
export const LF = 10;
/** In place of a length: the string or aggregate is streamed. */
export const STREAMED = 63; // ?
