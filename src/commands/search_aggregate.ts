/**
 * Commands that compute with the documents of a search index, and read what comes of it bit by bit.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer, ok } from "./readers.ts";
import { type AggregatePage, aggregatePage, type AggregateReply, aggregateReply } from "./search_readers.ts";
import { aggregateWords, type FtAggregateOptions, type SearchCursorOptions } from "./search_words.ts";
import { option } from "./words.ts";

/** How much a {@linkcode ftCursorRead} gives. */
export interface FtCursorReadOptions {
  /** How many rows; as many as the query asked for when absent. */
  count?: number;
}

/**
 * Gives rows that are computed from the documents that match a query.
 *
 * Fields that are not loaded, grouped by or computed are not in the rows.
 * Complexity: O(n) in the matches of the query's words, and that of the steps. Since Search 1.1.0; `params` since
 * 2.4.0, `addScores` since 2.10.5.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", { genre: "tag", price: "numeric" });
 * const { results } = await redis.ftAggregate("books", "*", {
 *   steps: [
 *     { groupBy: "@genre", reduce: { function: "avg", args: ["@price"], as: "price" } },
 *     { sortBy: { field: "@price", direction: "desc" }, max: 5 },
 *   ],
 * });
 * for (const { genre, price } of results) console.log(genre, price);
 * await redis.close();
 * ```
 */
export function ftAggregate(
  index: Key,
  query: string,
  options: FtAggregateOptions & { withCursor: true | SearchCursorOptions },
): Command<AggregatePage<string, number>>;
/** Gives all rows. */
export function ftAggregate(
  index: Key,
  query: string,
  options?: FtAggregateOptions & { withCursor?: false },
): Command<AggregateReply<string, number>>;
/** Gives what the options, known only when it runs, ask for. */
export function ftAggregate(
  index: Key,
  query: string,
  options?: FtAggregateOptions,
): Command<AggregatePage<string, number> | AggregateReply<string, number>>;
export function ftAggregate(index: Key, query: string, options?: FtAggregateOptions): Command<unknown> {
  const words: Word[] = ["FT.AGGREGATE", index, query];
  aggregateWords("FT.AGGREGATE", words, options);
  return command<unknown>(words, options?.withCursor ? aggregatePage : aggregateReply);
}

/**
 * Ends a cursor before its last row is read.
 *
 * Complexity: O(1). Since Search 1.1.0.
 */
export function ftCursorDel(index: Key, cursor: string | number | bigint): Command<"OK"> {
  return command(["FT.CURSOR", "DEL", index, cursor], ok);
}

/**
 * Ends the cursors that were not used for too long, and gives how many these were.
 *
 * Complexity: O(n) in the count of cursors. Since Search 1.1.0.
 */
export function ftCursorGc(index: Key): Command<number> {
  // The server wants a cursor here too and does not look at it.
  return command(["FT.CURSOR", "GC", index, 0], integer);
}

/**
 * Gives the next rows of a cursor; where its own `cursor` is `"0"`, they were the last.
 *
 * Complexity: O(n) in the rows given. Since Search 1.1.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", { title: "text" });
 * let page = await redis.ftAggregate("books", "*", { steps: [{ load: "*" }], withCursor: { count: 100 } });
 * for (;;) {
 *   for (const row of page.results) console.log(row.title);
 *   if (page.cursor === "0") break;
 *   page = await redis.ftCursorRead("books", page.cursor);
 * }
 * await redis.close();
 * ```
 */
export function ftCursorRead(
  index: Key,
  cursor: string | number | bigint,
  options?: FtCursorReadOptions,
): Command<AggregatePage<string, number>> {
  const words: Word[] = ["FT.CURSOR", "READ", index, cursor];
  option(words, "COUNT", options?.count);
  return command(words, aggregatePage);
}
