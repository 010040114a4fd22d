/**
 * The fields of a search index: how each is described, and the words for that.
 *
 * A schema is a record: the name of a hash field, or the path in a JSON document, with what it is to be indexed as.
 *
 * @module
 */
import type { Word } from "./command.ts";
import { exclude, flag, option, wantOne } from "./words.ts";

/** What fields of every type can have. */
export interface SearchFieldOptions {
  /** The name to use in queries; needed for most paths in JSON documents. */
  as?: string;
  /** Lets queries ask for documents that lack the field. */
  indexMissing?: boolean;
  /** Keeps the field to sort by or to give, and does not index it. */
  noIndex?: boolean;
  /** Makes sorting by the field fast; `"unf"` keeps capitals and accents when sorting. */
  sortable?: boolean | "unf";
}

/** A field of text, found by its words. */
export interface SearchTextField extends SearchFieldOptions {
  /** Text. */
  type: "text";
  /** Finds words only as they are written, not by their stem. */
  noStem?: boolean;
  /** How much the field counts in scores; 1 when absent. */
  weight?: number;
  /** Finds words that sound alike, such as `"dm:en"` for English. */
  phonetic?: string;
  /** Makes queries for parts and ends of words fast. */
  withSuffixTrie?: boolean;
  /** Does without what makes such queries fast; Valkey only. */
  noSuffixTrie?: boolean;
  /** Lets queries ask for empty text. */
  indexEmpty?: boolean;
}

/** A field of tags, found as a whole. */
export interface SearchTagField extends SearchFieldOptions {
  /** Tags. */
  type: "tag";
  /** The one character between tags; `,` in hashes when absent. */
  separator?: string;
  /** Tells capitals from small letters. */
  caseSensitive?: boolean;
  /** Makes queries for parts and ends of tags fast. */
  withSuffixTrie?: boolean;
  /** Lets queries ask for empty tags. */
  indexEmpty?: boolean;
}

/** A field of numbers, or of places as `longitude,latitude`. */
export interface SearchPlainField extends SearchFieldOptions {
  /** Numbers or places. */
  type: "numeric" | "geo";
}

/** A field of shapes, as well-known text. */
export interface SearchShapeField extends SearchFieldOptions {
  /** Shapes. */
  type: "geoshape";
  /** What the coordinates are: longitude and latitude, or x and y; `"spherical"` when absent. */
  coordSystem?: "spherical" | "flat";
}

/** A field of vectors; each algorithm knows some of the options. */
export interface SearchVectorField extends SearchFieldOptions {
  /** Vectors. */
  type: "vector";
  /** Exact, as a graph, or as a compressed graph. */
  algorithm: "flat" | "hnsw" | "svs-vamana";
  /** The type of each number of a vector. */
  dataType: "float32" | "float64" | "float16" | "bfloat16" | "int8" | "uint8";
  /** How many numbers a vector has. */
  dim: number;
  /** How far apart two vectors are. */
  distanceMetric: "l2" | "ip" | "cosine";
  /** For how many vectors to make room at first. */
  initialCap?: number;
  /** For how many vectors to make room at once; for `"flat"`. */
  blockSize?: number;
  /** How many neighbours a vector has in the graph; for `"hnsw"`. */
  m?: number;
  /** How many candidates are looked at when the graph is built; for `"hnsw"`. */
  efConstruction?: number;
  /** How many candidates a query looks at; for `"hnsw"`. */
  efRuntime?: number;
  /** How far beyond the range a range query looks. */
  epsilon?: number;
  /** How vectors are compressed, such as `"LVQ8"`. */
  compression?: string;
  /** How many candidates are looked at when the graph is built; for `"svs-vamana"`. */
  constructionWindowSize?: number;
  /** How many neighbours a vector has in the graph; for `"svs-vamana"`. */
  graphMaxDegree?: number;
  /** How many candidates a query looks at; for `"svs-vamana"`. */
  searchWindowSize?: number;
  /** After how many vectors the compression is learnt. */
  trainingThreshold?: number;
  /** How many numbers a vector has after its reduction; for the compressions `LeanVec`. */
  reduce?: number;
}

/** How one field is indexed. */
export type SearchField = SearchTextField | SearchTagField | SearchPlainField | SearchShapeField | SearchVectorField;

/** A type that needs no options. */
export type SearchFieldType = "text" | "tag" | "numeric" | "geo" | "geoshape";

/** Fields with how each is indexed: its type, or a description, or several where it is indexed in several ways. */
export type SearchSchema = Record<string, SearchFieldType | SearchField | readonly SearchField[]>;

/** The words for the fields of a schema, after the word SCHEMA. */
export function schemaWords(name: string, schema: SearchSchema): Word[] {
  const words: Word[] = [];
  for (const [field, described] of Object.entries(schema)) {
    if (typeof described === "string") words.push(field, described.toUpperCase());
    else if (isList(described)) { for (const one of described) fieldWords(name, words, field, one); }
    else fieldWords(name, words, field, described);
  }
  wantOne(name, "field", words);
  return words;
}

// Array.isArray does not narrow a readonly list away.
function isList(described: SearchField | readonly SearchField[]): described is readonly SearchField[] {
  return Array.isArray(described);
}

// The server wants the options of a type first, then those of every type.
function fieldWords(name: string, words: Word[], field: string, described: SearchField): void {
  words.push(field);
  option(words, "AS", described.as);
  words.push(described.type.toUpperCase());
  if (described.type === "text") textWords(name, words, described);
  else if (described.type === "tag") tagWords(words, described);
  else if (described.type === "geoshape") option(words, "COORD_SYSTEM", described.coordSystem?.toUpperCase());
  else if (described.type === "vector") vectorWords(words, described);
  flag(words, "INDEXMISSING", described.indexMissing);
  flag(words, "SORTABLE", described.sortable !== undefined && described.sortable !== false);
  flag(words, "UNF", described.sortable === "unf");
  flag(words, "NOINDEX", described.noIndex);
}

function textWords(name: string, words: Word[], field: SearchTextField): void {
  exclude(name, field, ["withSuffixTrie", "noSuffixTrie"]);
  flag(words, "NOSTEM", field.noStem);
  option(words, "WEIGHT", field.weight);
  option(words, "PHONETIC", field.phonetic);
  flag(words, "WITHSUFFIXTRIE", field.withSuffixTrie);
  flag(words, "NOSUFFIXTRIE", field.noSuffixTrie);
  flag(words, "INDEXEMPTY", field.indexEmpty);
}

function tagWords(words: Word[], field: SearchTagField): void {
  option(words, "SEPARATOR", field.separator);
  flag(words, "CASESENSITIVE", field.caseSensitive);
  flag(words, "WITHSUFFIXTRIE", field.withSuffixTrie);
  flag(words, "INDEXEMPTY", field.indexEmpty);
}

function vectorWords(words: Word[], field: SearchVectorField): void {
  const given: Word[] = ["TYPE", field.dataType.toUpperCase(), "DIM", field.dim];
  given.push("DISTANCE_METRIC", field.distanceMetric.toUpperCase());
  option(given, "INITIAL_CAP", field.initialCap);
  option(given, "BLOCK_SIZE", field.blockSize);
  option(given, "M", field.m);
  option(given, "EF_CONSTRUCTION", field.efConstruction);
  option(given, "EF_RUNTIME", field.efRuntime);
  option(given, "EPSILON", field.epsilon);
  option(given, "COMPRESSION", field.compression);
  option(given, "CONSTRUCTION_WINDOW_SIZE", field.constructionWindowSize);
  option(given, "GRAPH_MAX_DEGREE", field.graphMaxDegree);
  option(given, "SEARCH_WINDOW_SIZE", field.searchWindowSize);
  option(given, "TRAINING_THRESHOLD", field.trainingThreshold);
  option(given, "REDUCE", field.reduce);
  words.push(field.algorithm.toUpperCase(), given.length, ...given);
}
