/**
 * Commands that ask a search index for documents, and how such a query is understood and carried out.
 *
 * The queries have a language of their own; a value from a user belongs into `params`, not into the query.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { type Report, report } from "./readers.ts";
import { type AggregateOptions, aggregateWords } from "./search_words.ts";
import { type Profiled, profiledAggregate, profiledSearch } from "./search_info_readers.ts";
import { type AggregateReply, explanationLines, type SearchDocument, type SearchHit } from "./search_readers.ts";
import { type SearchReply, searchReply } from "./search_readers.ts";
import { counted, countedList, countWords, limitWords, orderWords, paramWords } from "./search_words.ts";
import { returnWords, type SearchLimit, type SearchOrder, type SearchParams } from "./search_words.ts";
import type { SearchReturn } from "./search_words.ts";
import { exclude, flag, option, scoreOf, wantOne } from "./words.ts";

/** A range that a number must be in. */
export interface SearchNumericFilter {
  /** The field. */
  field: string;
  /** The lowest number, or one that the number must be above, as `"(5"`. */
  min: number | string;
  /** The highest number, or one that the number must be below, as `"(5"`. */
  max: number | string;
}

/** A circle that a place must be in. */
export interface SearchGeoFilter {
  /** The field. */
  field: string;
  /** The longitude of the middle. */
  longitude: number;
  /** The latitude of the middle. */
  latitude: number;
  /** The radius in `unit`. */
  radius: number;
  /** Metres, kilometres, miles or feet. */
  unit: "m" | "km" | "mi" | "ft";
}

/** How found text is cut down to the parts around the words of the query. */
export interface SearchSummarize {
  /** The fields to cut down; all that are given when absent. */
  fields?: string | readonly string[];
  /** How many parts to give; 3 when absent. */
  frags?: number;
  /** How many words a part has; 20 when absent. */
  len?: number;
  /** What is put between the parts; `"... "` when absent. */
  separator?: string;
}

/** How the words of the query are marked in found text. */
export interface SearchHighlight {
  /** The fields to mark words in; all that are given when absent. */
  fields?: string | readonly string[];
  /** What to put before and after a word; `<b>` and `</b>` when absent. */
  tags?: readonly [open: string, close: string];
}

/** What a {@linkcode ftSearch} finds and gives. */
export interface FtSearchOptions {
  /** Gives the keys of the documents without their fields. */
  noContent?: boolean;
  /** Finds words only as they are written, not by their stem. */
  verbatim?: boolean;
  /** Does not leave stop words out of the query. */
  noStopwords?: boolean;
  /** Gives each document with its score. */
  withScores?: boolean;
  /** Gives each document with its payload. */
  withPayloads?: boolean;
  /** Gives each document with what it was sorted by. */
  withSortKeys?: boolean;
  /** Ranges that numbers must be in. */
  filter?: SearchNumericFilter | readonly SearchNumericFilter[];
  /** Circles that places must be in. */
  geoFilter?: SearchGeoFilter | readonly SearchGeoFilter[];
  /** Looks only at these keys. */
  inKeys?: Key | readonly Key[];
  /** Looks for words only in these fields. */
  inFields?: string | readonly string[];
  /** The fields to give; all when absent. */
  return?: SearchReturn | readonly SearchReturn[];
  /** Cuts text down to the parts around the words of the query. */
  summarize?: boolean | SearchSummarize;
  /** Marks the words of the query in the text. */
  highlight?: boolean | SearchHighlight;
  /** How many other words may be between those of the query. */
  slop?: number;
  /** Milliseconds after which to stop; the server's setting when absent. */
  timeout?: number;
  /** Finds words only in the order of the query. */
  inOrder?: boolean;
  /** The language of the query; that of the index when absent. */
  language?: string;
  /** The name of an extension that expands the query. */
  expander?: string;
  /** The function that scores documents, such as `"BM25STD"`. */
  scorer?: string;
  /** Tells how each score came about; goes with `withScores`. */
  explainScore?: boolean;
  /** What a scoring extension is given. */
  payload?: Data;
  /** The field to sort by; the score when absent. */
  sortBy?: SearchOrder;
  /** Whether to count all documents of a sorted query, which takes longer; the server's choice when absent. */
  withCount?: boolean;
  /** Which of the documents to give; the first 10 when absent. */
  limit?: SearchLimit;
  /** Values for the names in the query. */
  params?: SearchParams;
  /** The version of the query language; the server's setting when absent. */
  dialect?: number;
  /** Whether all shards have to answer; Valkey only. */
  shards?: "all" | "some";
  /** Whether the nodes have to agree; Valkey only. */
  consistency?: "consistent" | "inconsistent";
}

/** How a {@linkcode ftExplain} reads a query. */
export interface FtExplainOptions {
  /** The version of the query language; the server's setting when absent. */
  dialect?: number;
}

/** How much a {@linkcode ftProfile} tells. */
export interface FtProfileOptions {
  /** Leaves out the parts of a union, of which there may be many. */
  limited?: boolean;
}

/**
 * Gives how the server understands a query, as an indented text.
 *
 * Complexity: O(1). Since Search 1.0.0.
 */
export function ftExplain(index: Key, query: string, options?: FtExplainOptions): Command<Report> {
  return command(explainWords("FT.EXPLAIN", index, query, options), report);
}

/**
 * Gives how the server understands a query, as lines.
 *
 * Complexity: O(1). Since Search 1.0.0.
 */
export function ftExplaincli(index: Key, query: string, options?: FtExplainOptions): Command<Report[]> {
  return command(explainWords("FT.EXPLAINCLI", index, query, options), explanationLines);
}

/**
 * Carries out a query and gives what it finds, with what it did and for how long.
 *
 * Complexity: that of the query. Since Search 2.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", { title: "text" });
 * const { results, profile } = await redis.ftProfile("books", "search", "dune", { noContent: true, limited: true });
 * console.log(results.total, profile.shards[0]?.totalProfileTime);
 * await redis.close();
 * ```
 */
export function ftProfile(
  index: Key,
  kind: "search",
  query: string,
  options: FtSearchOptions & FtProfileOptions & { noContent: true },
): Command<Profiled<SearchReply<SearchHit<string>, number>>>;
/** Gives the documents with their fields. */
export function ftProfile(
  index: Key,
  kind: "search",
  query: string,
  options?: FtSearchOptions & FtProfileOptions & { noContent?: false },
): Command<Profiled<SearchReply<SearchDocument<string>, number>>>;
/** Gives what the options, known only when it runs, ask for. */
export function ftProfile(
  index: Key,
  kind: "search",
  query: string,
  options?: FtSearchOptions & FtProfileOptions,
): Command<Profiled<SearchReply<SearchDocument<string> | SearchHit<string>, number>>>;
/** Gives the rows of an aggregation. */
export function ftProfile(
  index: Key,
  kind: "aggregate",
  query: string,
  options?: AggregateOptions & FtProfileOptions,
): Command<Profiled<AggregateReply<string, number>>>;
export function ftProfile(
  index: Key,
  kind: "search" | "aggregate",
  query: string,
  options?: FtSearchOptions & AggregateOptions & FtProfileOptions,
): Command<unknown> {
  const words: Word[] = ["FT.PROFILE", index, kind.toUpperCase()];
  flag(words, "LIMITED", options?.limited);
  words.push("QUERY", query);
  if (kind === "search") {
    searchWords("FT.PROFILE", words, options);
    return command<unknown>(words, profiledSearch(options));
  }
  aggregateWords("FT.PROFILE", words, options);
  return command<unknown>(words, profiledAggregate);
}

/**
 * Gives the documents that match a query, with how many there are.
 *
 * Complexity: O(n) in the matches of the query's words. Since Search 1.0.0; `params` since 2.4.0, `scorer` by
 * default `BM25STD` since Redis 8.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", { title: "text", year: { type: "numeric", sortable: true } });
 * await redis.hset("book:1", { title: "Dune", year: 1965 });
 * const found = await redis.ftSearch("books", "@title:$word", {
 *   params: { word: "dune" },
 *   sortBy: { field: "year", direction: "desc" },
 *   dialect: 2,
 * });
 * for (const { id, fields } of found.documents) console.log(id, fields.title);
 * await redis.close();
 * ```
 */
export function ftSearch(
  index: Key,
  query: string,
  options: FtSearchOptions & { noContent: true },
): Command<SearchReply<SearchHit<string>, number>>;
/** Gives the documents with their fields. */
export function ftSearch(
  index: Key,
  query: string,
  options?: FtSearchOptions & { noContent?: false },
): Command<SearchReply<SearchDocument<string>, number>>;
/** Gives what the options, known only when it runs, ask for. */
export function ftSearch(
  index: Key,
  query: string,
  options?: FtSearchOptions,
): Command<SearchReply<SearchDocument<string> | SearchHit<string>, number>>;
export function ftSearch(index: Key, query: string, options?: FtSearchOptions): Command<unknown> {
  const words: Word[] = ["FT.SEARCH", index, query];
  searchWords("FT.SEARCH", words, options);
  return command(words, searchReply(options) as ReplyReader<unknown>);
}

function explainWords(name: string, index: Key, query: string, options: FtExplainOptions | undefined): Word[] {
  const words: Word[] = [name, index, query];
  option(words, "DIALECT", options?.dialect);
  return words;
}

function searchWords(name: string, words: Word[], options: FtSearchOptions | undefined): void {
  if (options === undefined) return;
  exclude(name, options, ["noContent", "return"]);
  if (options.shards !== undefined) words.push(`${options.shards.toUpperCase()}SHARDS`);
  if (options.consistency !== undefined) words.push(options.consistency.toUpperCase());
  flag(words, "NOCONTENT", options.noContent);
  flag(words, "VERBATIM", options.verbatim);
  flag(words, "NOSTOPWORDS", options.noStopwords);
  flag(words, "WITHSCORES", options.withScores);
  flag(words, "WITHPAYLOADS", options.withPayloads);
  flag(words, "WITHSORTKEYS", options.withSortKeys);
  for (const { field, min, max } of oneOrMore(options.filter)) {
    words.push("FILTER", field, scoreOf(min), scoreOf(max));
  }
  for (const { field, longitude, latitude, radius, unit } of oneOrMore(options.geoFilter)) {
    words.push("GEOFILTER", field, longitude, latitude, radius, unit);
  }
  countedList(name, words, "INKEYS", "key", options.inKeys);
  countedList(name, words, "INFIELDS", "field to look in", options.inFields);
  if (options.return !== undefined) {
    // The server takes none for NOCONTENT, which has a reply of another shape.
    const fields = oneOrMore(options.return);
    wantOne(name, "field to return", fields);
    counted(words, "RETURN", returnWords(fields));
  }
  summarizeWords(name, words, options.summarize);
  highlightWords(name, words, options.highlight);
  option(words, "SLOP", options.slop);
  option(words, "TIMEOUT", options.timeout);
  flag(words, "INORDER", options.inOrder);
  option(words, "LANGUAGE", options.language);
  option(words, "EXPANDER", options.expander);
  option(words, "SCORER", options.scorer);
  flag(words, "EXPLAINSCORE", options.explainScore);
  option(words, "PAYLOAD", options.payload);
  if (options.sortBy !== undefined) words.push("SORTBY", ...orderWords(options.sortBy));
  countWords(words, options.withCount);
  limitWords(words, options.limit);
  paramWords(name, words, options.params);
  option(words, "DIALECT", options.dialect);
}

function summarizeWords(name: string, words: Word[], summarize: boolean | SearchSummarize | undefined): void {
  if (summarize === undefined || summarize === false) return;
  words.push("SUMMARIZE");
  if (summarize === true) return;
  countedList(name, words, "FIELDS", "field to summarize", summarize.fields);
  option(words, "FRAGS", summarize.frags);
  option(words, "LEN", summarize.len);
  option(words, "SEPARATOR", summarize.separator);
}

function highlightWords(name: string, words: Word[], highlight: boolean | SearchHighlight | undefined): void {
  if (highlight === undefined || highlight === false) return;
  words.push("HIGHLIGHT");
  if (highlight === true) return;
  countedList(name, words, "FIELDS", "field to highlight", highlight.fields);
  if (highlight.tags !== undefined) words.push("TAGS", ...highlight.tags);
}

function oneOrMore<T extends string | object>(items: T | readonly T[] | undefined): readonly T[] {
  return items === undefined ? [] : Array.isArray(items) ? items : [items as T];
}
