/**
 * Readers of what queries of a search index give: documents, rows, suggestions, corrections.
 *
 * Under RESP2 such a reply is a list that starts with the total, and which parts each document has is known only from
 * the options. Under RESP3 it is a map that names them. Both become the same records. The names of fields are text
 * under every view, their values follow it.
 *
 * @module
 */
import { BYTES, type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { type Double, doubleOf, pairsOf, reader, type Report, setField, type Status } from "./readers.ts";
import { textOf, toInteger } from "./readers.ts";

/** How a score came about: a sentence, or a sentence with those it rests on. */
export type ScoreExplanation = Report | ScoreExplanation[];

/** A document that a query found, without its fields. */
export interface SearchHit<Text = string> {
  /** The document's key. */
  id: Text;
  /** How well it matches, where `withScores` asked for it. */
  score?: Double;
  /** How the score came about, where `explainScore` asked for it. */
  explanation?: ScoreExplanation;
  /** The payload, or null, where `withPayloads` asked for it. */
  payload?: Text | null;
  /** What it was sorted by, as text after a `#` or `$`, or null, where `withSortKeys` asked for it. */
  sortKey?: Text | null;
}

/** A document that a query found. */
export interface SearchDocument<Text = string> extends SearchHit<Text> {
  /** The fields of the document; empty where it is gone by now. */
  fields: Record<Status, Text>;
}

/** What a query found. */
export interface SearchReply<Document, Integer = number> {
  /** How many documents match, which may be more than are given. */
  total: Integer;
  /** Some of the documents. */
  documents: Document[];
  /** Why the reply may be incomplete, such as a timeout; RESP2 does not tell. */
  warnings: Report[];
}

/** A value of a row: text, null, or a list of values. */
export type SearchValue<Text = string> = Text | null | SearchValue<Text>[];

/** One row of an aggregation, by the names of its fields. */
export type SearchRow<Text = string> = Record<Status, SearchValue<Text>>;

/** What an aggregation gives. */
export interface AggregateReply<Text = string, Integer = number> {
  /** How many rows the server counted, which need not be all; only a query that sorts makes sure. */
  total: Integer;
  /** The rows. */
  results: SearchRow<Text>[];
  /** Why the reply may be incomplete, such as a timeout; RESP2 does not tell. */
  warnings: Report[];
}

/** Some of the rows of an aggregation. */
export interface AggregatePage<Text = string, Integer = number> extends AggregateReply<Text, Integer> {
  /** Where to read on; `"0"` when these were the last rows. */
  cursor: Status;
}

/** What a hybrid query gives. */
export interface HybridReply<Text = string, Integer = number> extends AggregateReply<Text, Integer> {
  /** How many milliseconds the query took, or null where the server does not tell. */
  executionTime: Double | null;
}

/** The cursors of the two halves of a hybrid query. */
export interface HybridCursors {
  /** Where to read what the text query found. */
  searchCursor: Status;
  /** Where to read what the vector query found. */
  vsimCursor: Status;
  /** Why the replies may be incomplete. */
  warnings: Report[];
}

/** A suggestion with its score. */
export interface ScoredSuggestion<Text = string> {
  /** The text. */
  suggestion: Text;
  /** How well it matches. */
  score: Double;
}

/** A suggestion with its payload. */
export interface SuggestionWithPayload<Text = string> {
  /** The text. */
  suggestion: Text;
  /** The payload, or null. */
  payload: Text | null;
}

/** A suggestion with its score and payload. */
export interface ScoredSuggestionWithPayload<Text = string> extends ScoredSuggestion<Text> {
  /** The payload, or null. */
  payload: Text | null;
}

/** A word of a query that may be misspelt. */
export interface SpellCorrection {
  /** The word. */
  term: Status;
  /** What it may have been meant to be, the likeliest first. */
  suggestions: {
    /** The word to use instead. */
    suggestion: Status;
    /** How common it is among the documents, 0 to 1. */
    score: Double;
  }[];
}

// Written out, as a bundler takes an operator between imported names for an effect and keeps it.
const BYTES_AND_BIGINTS: DecodeMode = 3;

// What each document of a RESP2 reply has after its id, in the order of the wire.
const SCORES = 1;
const PAYLOADS = 2;
const SORT_KEYS = 4;
const FIELDS = 8;

/** Which parts of a document a query asks for. */
export interface SearchParts {
  noContent?: boolean;
  withScores?: boolean;
  withPayloads?: boolean;
  withSortKeys?: boolean;
}

/** The parts of a RESP3 map by their names. */
export function partsOf(value: Value): Map<string, Value> {
  return new Map(pairsOf(value).map(([name, part]) => [textOf(name), part]));
}

/** Whether a reply is the list of RESP2, which starts with the total; a map starts with a name. */
function startsWithTotal(list: readonly Value[]): boolean {
  return typeof list[0] === "number" || typeof list[0] === "bigint";
}

function textsOf(value: Value | undefined): string[] {
  return (value as Value[] | null | undefined ?? []).map(textOf);
}

function fieldsOf<T>(value: Value | undefined): Record<string, T> {
  const fields: Record<string, T> = {};
  for (const [name, item] of pairsOf(value ?? [])) setField(fields, textOf(name), item as T);
  return fields;
}

function toExplanation(value: Value): ScoreExplanation {
  return Array.isArray(value) ? value.map(toExplanation) : textOf(value);
}

function setScore(hit: SearchHit, value: Value): void {
  if (!Array.isArray(value)) hit.score = doubleOf(value);
  else {
    hit.score = doubleOf(value[0]!);
    hit.explanation = toExplanation(value[1]!);
  }
}

function documentsOfList(list: readonly Value[], parts: number): SearchHit[] {
  const documents: SearchHit[] = [];
  for (let at = 1; at < list.length;) {
    const document: SearchHit & Partial<SearchDocument> = { id: list[at++] as string };
    if (parts & SCORES) setScore(document, list[at++]!);
    if (parts & PAYLOADS) document.payload = list[at++] as string | null;
    if (parts & SORT_KEYS) document.sortKey = list[at++] as string | null;
    if (parts & FIELDS) document.fields = fieldsOf(list[at++]);
    documents.push(document);
  }
  return documents;
}

function documentOfMap(value: Value, parts: number): SearchHit {
  const named = partsOf(value);
  const document: SearchHit & Partial<SearchDocument> = { id: named.get("id") as string };
  if (parts & SCORES) setScore(document, named.get("score")!);
  if (parts & PAYLOADS) document.payload = named.get("payload") as string | undefined ?? null;
  if (parts & SORT_KEYS) document.sortKey = named.get("sortkey") as string | undefined ?? null;
  if (parts & FIELDS) document.fields = fieldsOf(named.get("extra_attributes"));
  return document;
}

/** What a query found, of documents with the parts `parts`. */
export function toSearchReply(value: Value, mode: DecodeMode, parts: number): SearchReply<SearchHit> {
  const list = value as Value[];
  if (startsWithTotal(list)) {
    return { total: toInteger(list[0]!, mode), documents: documentsOfList(list, parts), warnings: [] };
  }
  const named = partsOf(value);
  return {
    total: toInteger(named.get("total_results")!, mode),
    documents: (named.get("results") as Value[]).map((item) => documentOfMap(item, parts)),
    warnings: textsOf(named.get("warning")),
  };
}

/** The sum of the parts that a query asks for. */
export function partsAsked(options: SearchParts): number {
  return (options.withScores ? SCORES : 0) + (options.withPayloads ? PAYLOADS : 0) +
    (options.withSortKeys ? SORT_KEYS : 0) + (options.noContent ? 0 : FIELDS);
}

// One for each sum of parts, made when it is first asked for.
const searchReplies: ReplyReader<SearchReply<SearchHit>>[] = [];

/** The reader for documents with the parts that the options ask for. */
export function searchReply(options: SearchParts = {}): ReplyReader<SearchReply<SearchHit>> {
  const parts = partsAsked(options);
  return searchReplies[parts] ??= reader(BYTES_AND_BIGINTS, (value, mode) => toSearchReply(value, mode, parts));
}

/** What an aggregation gives. */
export function toAggregateReply(value: Value, mode: DecodeMode): AggregateReply {
  const list = value as Value[];
  if (startsWithTotal(list)) {
    return { total: toInteger(list[0]!, mode), results: list.slice(1).map(fieldsOf<SearchValue>), warnings: [] };
  }
  const named = partsOf(value);
  return {
    total: toInteger(named.get("total_results")!, mode),
    results: (named.get("results") as Value[]).map((row) => fieldsOf(partsOf(row).get("extra_attributes"))),
    warnings: textsOf(named.get("warning")),
  };
}

/** Rows. */
export const aggregateReply: ReplyReader<AggregateReply> = /* @__PURE__ */ reader(BYTES_AND_BIGINTS, toAggregateReply);

/** Rows, and where to read on. */
export const aggregatePage: ReplyReader<AggregatePage> = /* @__PURE__ */ reader(BYTES_AND_BIGINTS, (value, mode) => {
  const [reply, cursor] = value as [Value, Value];
  return { ...toAggregateReply(reply, mode), cursor: textOf(cursor) };
});

/** Rows of a hybrid query: Redis names the parts under both protocols, Valkey gives what an aggregation gives. */
export const hybridReply: ReplyReader<HybridReply> = /* @__PURE__ */ reader(BYTES_AND_BIGINTS, (value, mode) => {
  if (startsWithTotal(value as Value[])) return { ...toAggregateReply(value, mode), executionTime: null };
  const named = partsOf(value);
  return {
    total: toInteger(named.get("total_results")!, mode),
    results: (named.get("results") as Value[]).map(fieldsOf<SearchValue>),
    warnings: textsOf(named.get("warnings")),
    executionTime: doubleOf(named.get("execution_time")!),
  };
});

/** The cursors of a hybrid query. */
export const hybridCursors: ReplyReader<HybridCursors> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const named = partsOf(value);
  return {
    searchCursor: textOf(named.get("SEARCH")!),
    vsimCursor: textOf(named.get("VSIM")!),
    warnings: textsOf(named.get("warnings")),
  };
});

function suggestions<T>(size: number, read: (items: readonly Value[]) => T): ReplyReader<T[]> {
  return reader(BYTES, (value) => {
    const list = value as Value[] | null ?? [];
    const found: T[] = [];
    for (let at = 0; at < list.length; at += size) found.push(read(list.slice(at, at + size)));
    return found;
  });
}

/** Suggestions with their scores. */
export const scoredSuggestions: ReplyReader<ScoredSuggestion[]> = /* @__PURE__ */ suggestions(
  2,
  ([suggestion, score]) => ({ suggestion: suggestion as string, score: doubleOf(score!) }),
);
/** Suggestions with their payloads. */
export const suggestionsWithPayloads: ReplyReader<SuggestionWithPayload[]> = /* @__PURE__ */ suggestions(
  2,
  ([suggestion, payload]) => ({ suggestion: suggestion as string, payload: payload as string | null }),
);
/** Suggestions with their scores and payloads. */
export const scoredSuggestionsWithPayloads: ReplyReader<ScoredSuggestionWithPayload[]> = /* @__PURE__ */ suggestions(
  3,
  ([suggestion, score, payload]) => ({
    suggestion: suggestion as string,
    score: doubleOf(score!),
    payload: payload as string | null,
  }),
);

// RESP2 gives the score before the word, RESP3 a map from the word to the score.
function correction(term: Value, pairs: readonly [Value, Value][]): SpellCorrection {
  return {
    term: textOf(term),
    suggestions: pairs.map(([suggestion, score]) => ({ suggestion: textOf(suggestion), score: doubleOf(score) })),
  };
}

/** Words that may be misspelt. */
export const spellCorrections: ReplyReader<SpellCorrection[]> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const list = value as Value[];
  if (list.length === 0 || Array.isArray(list[0])) {
    return (list as [Value, Value, [Value, Value][]][]).map(([, term, scored]) =>
      correction(term, scored.map(([score, suggestion]) => [suggestion, score]))
    );
  }
  return pairsOf(partsOf(value).get("results")!).map(([term, maps]) =>
    correction(term, (maps as Value[]).flatMap(pairsOf))
  );
});

/** Terms with the ids of the groups they are in. */
export const synonymGroups: ReplyReader<Record<Status, Status[]>> = /* @__PURE__ */ reader(PLAIN, fieldsOf<string[]>);

/** Names of indexes; text under every view. */
export const searchNames: ReplyReader<Status[]> = /* @__PURE__ */ reader(PLAIN, textsOf);

/** Lines of text for people. */
export const explanationLines: ReplyReader<Report[]> = /* @__PURE__ */ reader(PLAIN, textsOf);
