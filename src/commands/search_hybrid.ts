/**
 * The command that asks a search index for text and for a vector at once, and puts the two rankings together.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { type HybridCursors, hybridCursors, type HybridReply, hybridReply } from "./search_readers.ts";
import { counted, cursorWords, paramWords, type SearchCursorOptions, type SearchParams } from "./search_words.ts";
import { type SearchStep, stepWords } from "./search_words.ts";
import { exclude, flag, option } from "./words.ts";

/** The half of a hybrid query that is for text. */
export interface HybridSearch {
  /** The query. */
  query: string;
  /** The function that scores documents; `"BM25STD"` when absent. */
  scorer?: string;
  /** The name that the score gets in the rows. */
  yieldScoreAs?: string;
}

/** The half of a hybrid query that is for a vector. */
export interface HybridVsim {
  /** The field of vectors, with a `@` in front. */
  field: string;
  /** The name of the vector among `params`, with a `$` in front. */
  vector: string;
  /** Gives the nearest vectors, which is the default: how many, and how. */
  knn?: {
    /** How many. */
    k: number;
    /** How many candidates to look at. */
    efRuntime?: number;
    /** How much of `k` each shard of a cluster is asked for, above 0 and at most 1. */
    shardKRatio?: number;
  };
  /** Gives all vectors within a distance. */
  range?: {
    /** The distance. */
    radius: number;
    /** How far beyond the distance to look. */
    epsilon?: number;
  };
  /** A query that documents must meet too. */
  filter?: string;
  /** How the filter is applied: to each candidate, or in batches of vectors; goes with `filter`. */
  policy?: "adhoc" | "batches";
  /** How many vectors a batch has; goes with `filter`. */
  batchSize?: number;
  /** The name that the score gets in the rows. */
  yieldScoreAs?: string;
}

/** How the two rankings are put together: by their ranks, or by their scores. */
export type HybridCombine = {
  /** By ranks. */
  method: "rrf";
  /** How little the first ranks count more than the later ones; 60 when absent. */
  constant?: number;
  /** How many results of each half count; 20 when absent. */
  window?: number;
  /** The name that the score gets in the rows. */
  yieldScoreAs?: string;
} | {
  /** By scores. */
  method: "linear";
  /** How much the score of the text counts; goes with `beta`. */
  alpha?: number;
  /** How much the score of the vector counts; goes with `alpha`. */
  beta?: number;
  /** How many results of each half count; 20 when absent. */
  window?: number;
  /** The name that the score gets in the rows. */
  yieldScoreAs?: string;
};

/** What a {@linkcode ftHybrid} asks for and gives. */
export interface FtHybridOptions {
  /** How the rankings are put together; by ranks when absent. */
  combine?: HybridCombine;
  /** What the results go through, in this order. */
  steps?: readonly SearchStep[];
  /** Does not sort the results by their score. */
  noSort?: boolean;
  /** Values for the names in the query, the vector among them. */
  params: SearchParams;
  /** Tells how each score came about. */
  explainScore?: boolean;
  /** Milliseconds after which to stop; the server's setting when absent. */
  timeout?: number;
  /** Gives a cursor for what each half finds, to read with {@linkcode ftCursorRead}. */
  withCursor?: boolean | SearchCursorOptions;
}

/**
 * Gives the documents that match a text or are near to a vector, the best of both first.
 *
 * Each row has the key as `__key` and the score as `__score`, unless a step loads other fields.
 * Complexity: O(n + m) in those of the two halves. Since Search 8.4.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", {
 *   title: "text",
 *   meaning: { type: "vector", algorithm: "flat", dataType: "float32", dim: 2, distanceMetric: "cosine" },
 * });
 * const vector = new Uint8Array(new Float32Array([0.1, 0.9]).buffer);
 * const { results } = await redis.ftHybrid("books", { query: "dune" }, {
 *   field: "@meaning",
 *   vector: "$vector",
 *   knn: { k: 10 },
 * }, { params: { vector }, combine: { method: "linear", alpha: 0.3, beta: 0.7 }, steps: [{ load: ["@title"] }] });
 * for (const { title } of results) console.log(title);
 * await redis.close();
 * ```
 */
export function ftHybrid(
  index: Key,
  search: HybridSearch,
  vsim: HybridVsim,
  options: FtHybridOptions & { withCursor: true | SearchCursorOptions },
): Command<HybridCursors>;
/** Gives the rows. */
export function ftHybrid(
  index: Key,
  search: HybridSearch,
  vsim: HybridVsim,
  options: FtHybridOptions & { withCursor?: false },
): Command<HybridReply<string, number>>;
/** Gives what the options, known only when it runs, ask for. */
export function ftHybrid(
  index: Key,
  search: HybridSearch,
  vsim: HybridVsim,
  options: FtHybridOptions,
): Command<HybridCursors | HybridReply<string, number>>;
export function ftHybrid(
  index: Key,
  search: HybridSearch,
  vsim: HybridVsim,
  options: FtHybridOptions,
): Command<unknown> {
  const words: Word[] = ["FT.HYBRID", index, "SEARCH", search.query];
  option(words, "SCORER", search.scorer);
  option(words, "YIELD_SCORE_AS", search.yieldScoreAs);
  vsimWords(words, vsim);
  combineWords(words, options.combine);
  stepWords("FT.HYBRID", words, options.steps);
  flag(words, "NOSORT", options.noSort);
  paramWords("FT.HYBRID", words, options.params);
  flag(words, "EXPLAINSCORE", options.explainScore);
  option(words, "TIMEOUT", options.timeout);
  cursorWords(words, options.withCursor);
  return command<unknown>(words, options.withCursor ? hybridCursors : hybridReply);
}

function vsimWords(words: Word[], vsim: HybridVsim): void {
  exclude("FT.HYBRID", vsim, ["knn", "range"]);
  words.push("VSIM", vsim.field, vsim.vector);
  if (vsim.knn !== undefined) {
    const knn: Word[] = ["K", vsim.knn.k];
    option(knn, "EF_RUNTIME", vsim.knn.efRuntime);
    option(knn, "SHARD_K_RATIO", vsim.knn.shardKRatio);
    counted(words, "KNN", knn);
  }
  if (vsim.range !== undefined) {
    const range: Word[] = ["RADIUS", vsim.range.radius];
    option(range, "EPSILON", vsim.range.epsilon);
    counted(words, "RANGE", range);
  }
  filterWords(words, vsim);
  option(words, "YIELD_SCORE_AS", vsim.yieldScoreAs);
}

function filterWords(words: Word[], { filter, policy, batchSize }: HybridVsim): void {
  const how: Word[] = [];
  option(how, "POLICY", policy?.toUpperCase());
  option(how, "BATCH_SIZE", batchSize);
  if (filter === undefined && how.length > 0) {
    throw new TypeError("Cannot send FT.HYBRID: a policy or a batch size goes with a filter only");
  }
  if (filter === undefined) return;
  // Without a count where that will do, as Valkey knows no other form.
  if (how.length === 0) words.push("FILTER", filter);
  else counted(words, "FILTER", [filter, ...how]);
}

function combineWords(words: Word[], combine: HybridCombine | undefined): void {
  if (combine === undefined) return;
  const how: Word[] = [];
  if (combine.method === "rrf") option(how, "CONSTANT", combine.constant);
  else {
    option(how, "ALPHA", combine.alpha);
    option(how, "BETA", combine.beta);
  }
  option(how, "WINDOW", combine.window);
  option(how, "YIELD_SCORE_AS", combine.yieldScoreAs);
  words.push("COMBINE");
  counted(words, combine.method.toUpperCase(), how);
}
