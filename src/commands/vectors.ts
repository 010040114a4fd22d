/**
 * Vectors as words, and the readers of replies of vector sets.
 *
 * Under RESP3 the server says yes and no as booleans, numbers as doubles, and elements with their scores as a map;
 * under RESP2 as 1 and 0, as text, and as a flat list. Both come out the same.
 *
 * @module
 */
import { BYTES, PLAIN, type Value } from "../resp/value.ts";
import type { Data, Key, ReplyReader, Word } from "./command.ts";
import { fieldsPart, orNullPart } from "./field_readers.ts";
import { type Double, doubleOf, pairsOf, reader, type Scored, type Status, textOf } from "./readers.ts";
import { toScored } from "./readers.ts";
import { wantOne } from "./words.ts";

/** A vector: its numbers, as text on the wire or as floats of 32 bits, or those floats as bytes, little-endian. */
export type Vector = readonly number[] | Float32Array | { fp32: Uint8Array };

/** The attributes of an element: JSON text, or an object that is sent as such. Empty text stands for none. */
export type VectorAttributes = Key | object;

/** What an element of a vector set is stored as. */
export interface RawEmbedding {
  /** How the numbers are stored, such as `f32`, `int8` or `bin`. */
  quantization: Status;
  /** The numbers of the normalized vector, as they are stored. */
  data: Uint8Array;
  /** The length that the vector had before it was normalized. */
  norm: Double;
  /** With `int8`: what the greatest of the numbers stands for. */
  range?: Double;
}

/** Facts about a vector set. */
export interface VectorSetInfo {
  /** How the numbers are stored: `f32`, `int8` or `bin`. */
  quantType: Status;
  /** How many links an element has at most on each level but the lowest. */
  hnswM: number;
  /** How many numbers a stored vector has. */
  vectorDim: number;
  /** How many numbers a vector has before it is reduced; 0 when it is not. */
  projectionInputDim: number;
  /** How many elements there are. */
  size: number;
  /** The highest level of the graph. */
  maxLevel: number;
  /** How many elements have attributes. */
  attributesCount: number;
  /** The number of this set in the life of the server. */
  vsetUid: number;
  /** The highest number that a node of the graph was given. */
  hnswMaxNodeUid: number;
}

/** An element of a vector set with its attributes. */
export interface Attributed<Text = string> {
  /** The element. */
  member: Text;
  /** Its attributes as JSON text, or null when it has none. */
  attributes: Text | null;
}

/** An element of a vector set with its similarity and its attributes. */
export interface ScoredAttributed<Text = string> extends Scored<Text>, Attributed<Text> {}

/** `FP32` with a blob, or `VALUES` with a count and the numbers. */
export function vectorWords(name: string, vector: Vector): Word[] {
  if ("fp32" in vector) return ["FP32", vector.fp32];
  wantOne(name, "number in the vector", vector as readonly number[]);
  return vector instanceof Float32Array ? ["FP32", littleEndian(vector)] : ["VALUES", vector.length, ...vector];
}

// A copy, so that the command stays what it was; byte by byte, as the machine's order may be another.
function littleEndian(vector: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((number, i) => view.setFloat32(4 * i, number, true));
  return new Uint8Array(view.buffer);
}

/** The word for attributes. */
export function attributesWord(attributes: VectorAttributes): Data {
  return typeof attributes === "string" || attributes instanceof Uint8Array ? attributes : JSON.stringify(attributes);
}

/** The numbers of a vector, or null. */
export const vectorOrNull: ReplyReader<Double[] | null> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => value === null ? null : (value as Value[]).map(doubleOf),
);

/** What an element is stored as, or null. */
export const rawEmbeddingOrNull: ReplyReader<RawEmbedding | null> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => {
    if (value === null) return null;
    const [quantization, data, norm, range] = value as [Value, Uint8Array, Value, Value?];
    const raw: RawEmbedding = { quantization: textOf(quantization), data, norm: doubleOf(norm) };
    if (range !== undefined) raw.range = doubleOf(range);
    return raw;
  },
  BYTES,
);

/** Facts about a vector set, or null where there is none. */
export const vectorSetInfoOrNull: ReplyReader<VectorSetInfo | null> = /* @__PURE__ */ reader(
  PLAIN,
  /* @__PURE__ */ orNullPart(/* @__PURE__ */ fieldsPart<VectorSetInfo>()),
);

/** The neighbours of an element, a list for each level, or null. */
export const layersOrNull: ReplyReader<string[][] | null> = /* @__PURE__ */ reader(
  BYTES,
  (value) => value as string[][] | null,
);

/** The neighbours of an element with their similarity, a list for each level, or null. */
export const scoredLayersOrNull: ReplyReader<Scored[][] | null> = /* @__PURE__ */ reader(
  BYTES,
  (value) => value === null ? null : (value as Value[]).map(toScored),
);

/** Elements with their attributes. */
export const attributed: ReplyReader<Attributed[]> = /* @__PURE__ */ reader(
  BYTES,
  (value) => pairsOf(value).map(([member, attributes]) => ({ member, attributes }) as Attributed),
);

/** Elements with their similarity and their attributes. */
export const scoredAttributed: ReplyReader<ScoredAttributed[]> = /* @__PURE__ */ reader(BYTES, (value) => {
  const list = value as Value[];
  const found: ScoredAttributed[] = [];
  // RESP3 has the score and the attributes in a list of their own.
  const nested = Array.isArray(list[1]);
  for (let i = 0; i < list.length; i += nested ? 2 : 3) {
    const [score, attributes] = (nested ? list[i + 1] : [list[i + 1], list[i + 2]]) as [Value, string | null];
    found.push({ member: list[i] as string, score: doubleOf(score), attributes });
  }
  return found;
});
