/**
 * What the queries of a search index share: parameters, parts of the result, and the steps that results go through.
 *
 * @module
 */
import type { Data, Key, Word } from "./command.ts";
import { entriesOf, flag, listOf, option, type RecordOrEntries, wantOne } from "./words.ts";

/** Which of the results to give. */
export interface SearchLimit {
  /** How many results to skip. */
  offset: number;
  /** How many results to give at most. */
  count: number;
}

/** Values for the names that a query has with a `$` in front. */
export type SearchParams = RecordOrEntries<Key, Data>;

/** A field to give, by its name or path, or under another name. */
export type SearchReturn = string | {
  /** The field's name or path. */
  field: string;
  /** The name that it gets in the result. */
  as: string;
};

/** A field to sort by, lowest first when no order is said. */
export type SearchOrder = string | {
  /** The field. */
  field: string;
  /** `"asc"` puts the lowest value first, `"desc"` the highest. */
  direction: "asc" | "desc";
};

/** What a cursor is to give at a time. */
export interface SearchCursorOptions {
  /** How many results each reply has; the server's setting, 1000, when absent. */
  count?: number;
  /** Milliseconds after which an unused cursor ends; the server's setting when absent. */
  maxIdle?: number;
}

/** A function over the results of a group. */
export interface SearchReducer {
  /** The function. */
  function:
    | "count"
    | "count_distinct"
    | "count_distinctish"
    | "sum"
    | "min"
    | "max"
    | "avg"
    | "stddev"
    | "quantile"
    | "tolist"
    | "first_value"
    | "random_sample"
    | "collect";
  /** Its arguments, such as `["@price"]`; none when absent. */
  args?: readonly Data[];
  /** The name of its result; the server makes one up when absent. */
  as?: string;
}

/** Loads fields of the documents. */
export interface SearchLoadStep {
  /** The fields, or `"*"` for all. */
  load: "*" | readonly SearchReturn[];
}

/** Puts results with equal values into a group, and gives one result for each. */
export interface SearchGroupStep {
  /** The fields, each with a `@` in front; an empty list makes one group of all. */
  groupBy: string | readonly string[];
  /** What to compute for each group. */
  reduce?: SearchReducer | readonly SearchReducer[];
}

/** Sorts the results. */
export interface SearchSortStep {
  /** The fields, each with a `@` in front. */
  sortBy: SearchOrder | readonly SearchOrder[];
  /** Keeps only so many results. */
  max?: number;
  /** Whether to count all results, which takes longer; the server's choice when absent. */
  withCount?: boolean;
}

/** Computes a new field. */
export interface SearchApplyStep {
  /** The expression, such as `"@price * 2"`. */
  apply: string;
  /** The name of the new field. */
  as: string;
}

/** Gives only some of the results. */
export interface SearchLimitStep {
  /** Which. */
  limit: SearchLimit;
}

/** Gives only results for which an expression is true. */
export interface SearchFilterStep {
  /** The expression, such as `"@price > 10"`. */
  filter: string;
}

/** One step that results go through. */
export type SearchStep =
  | SearchLoadStep
  | SearchGroupStep
  | SearchSortStep
  | SearchApplyStep
  | SearchLimitStep
  | SearchFilterStep;

/** Adds `name`, a count, and as many words. */
export function counted(words: Word[], name: string, items: readonly Word[]): void {
  words.push(name, items.length, ...items);
}

/** Adds `name`, a count, and one or several words, never none, when there are any to be. */
export function countedList(
  command: string,
  words: Word[],
  name: string,
  what: string,
  items: Key | readonly Key[] | undefined,
): void {
  if (items === undefined) return;
  const list = listOf(items);
  wantOne(command, what, list);
  counted(words, name, list);
}

/** Adds what queries have in common at their end. */
export function paramWords(command: string, words: Word[], params: SearchParams | undefined): void {
  if (params !== undefined) counted(words, "PARAMS", entriesOf(command, params));
}

/** Adds the part of the results that is wanted. */
export function limitWords(words: Word[], limit: SearchLimit | undefined): void {
  if (limit !== undefined) words.push("LIMIT", limit.offset, limit.count);
}

/** The words for fields to give. */
export function returnWords(fields: readonly SearchReturn[]): Word[] {
  return fields.flatMap((field): Word[] => typeof field === "string" ? [field] : [field.field, "AS", field.as]);
}

/** Adds the wish for a cursor. */
export function cursorWords(words: Word[], cursor: boolean | SearchCursorOptions | undefined): void {
  if (cursor === undefined || cursor === false) return;
  words.push("WITHCURSOR");
  if (cursor === true) return;
  option(words, "COUNT", cursor.count);
  option(words, "MAXIDLE", cursor.maxIdle);
}

/** Adds the steps that results go through, in their order. */
export function stepWords(command: string, words: Word[], steps: readonly SearchStep[] | undefined): void {
  for (const step of steps ?? []) {
    if ("load" in step) loadWords(command, words, step);
    else if ("groupBy" in step) groupWords(words, step);
    else if ("sortBy" in step) sortWords(command, words, step);
    else if ("apply" in step) words.push("APPLY", step.apply, "AS", step.as);
    else if ("limit" in step) limitWords(words, step.limit);
    else words.push("FILTER", step.filter);
  }
}

function loadWords(command: string, words: Word[], { load }: SearchLoadStep): void {
  if (load === "*") words.push("LOAD", "*");
  else {
    wantOne(command, "field to load", load);
    counted(words, "LOAD", returnWords(load));
  }
}

function groupWords(words: Word[], { groupBy, reduce }: SearchGroupStep): void {
  counted(words, "GROUPBY", listOf(groupBy));
  if (reduce === undefined) return;
  const reducers: readonly SearchReducer[] = "function" in reduce ? [reduce] : reduce;
  for (const { function: name, args = [], as } of reducers) {
    words.push("REDUCE");
    counted(words, name.toUpperCase(), args);
    option(words, "AS", as);
  }
}

function sortWords(command: string, words: Word[], { sortBy, max, withCount }: SearchSortStep): void {
  const orders: readonly SearchOrder[] = typeof sortBy === "string" || "field" in sortBy ? [sortBy] : sortBy;
  wantOne(command, "field to sort by", orders);
  counted(words, "SORTBY", orders.flatMap(orderWords));
  option(words, "MAX", max);
  countWords(words, withCount);
}

/** The words for one field to sort by. */
export function orderWords(order: SearchOrder): Word[] {
  return typeof order === "string" ? [order] : [order.field, order.direction.toUpperCase()];
}

/** Adds whether all results are to be counted. */
export function countWords(words: Word[], withCount: boolean | undefined): void {
  flag(words, "WITHCOUNT", withCount);
  flag(words, "WITHOUTCOUNT", withCount === false);
}

/** Which documents an aggregation is of, and what it does with them. */
export interface AggregateOptions {
  /** Finds words only as they are written, not by their stem. */
  verbatim?: boolean;
  /** What the results go through, in this order. */
  steps?: readonly SearchStep[];
  /** How many other words may be between those of the query; Valkey only. */
  slop?: number;
  /** Finds words only in the order of the query; Valkey only. */
  inOrder?: boolean;
  /** Milliseconds after which to stop; the server's setting when absent. */
  timeout?: number;
  /** Values for the names in the query. */
  params?: SearchParams;
  /** The function that scores documents, such as `"BM25STD"`. */
  scorer?: string;
  /** Gives each row its score as `__score`. */
  addScores?: boolean;
  /** The version of the query language; the server's setting when absent. */
  dialect?: number;
}

/** What a {@linkcode ftAggregate} does and how it gives its rows. */
export interface FtAggregateOptions extends AggregateOptions {
  /** Gives some rows, and a cursor to read the others with. */
  withCursor?: boolean | SearchCursorOptions;
}

/** Adds the words of an aggregation after its query. */
export function aggregateWords(name: string, words: Word[], options: FtAggregateOptions | undefined): void {
  if (options === undefined) return;
  flag(words, "VERBATIM", options.verbatim);
  option(words, "SLOP", options.slop);
  flag(words, "INORDER", options.inOrder);
  option(words, "TIMEOUT", options.timeout);
  option(words, "SCORER", options.scorer);
  flag(words, "ADDSCORES", options.addScores);
  stepWords(name, words, options.steps);
  cursorWords(words, options.withCursor);
  paramWords(name, words, options.params);
  option(words, "DIALECT", options.dialect);
}
