/**
 * The arguments that several commands on time series share.
 *
 * @module
 */
import type { Data, Key, Word } from "./command.ts";
import { entriesOf, exclude, flag, listOf, option, type RecordOrEntries, scoreOf, wantOne } from "./words.ts";

/** A moment in milliseconds since the Unix epoch; in a range also `"-"` for the first and `"+"` for the last. */
export type TsTimestamp = number | bigint | string;

/** What is done with a sample whose timestamp is there already. */
export type TsDuplicatePolicy = "block" | "first" | "last" | "min" | "max" | "sum";

/** How the samples of a bucket become one. */
export type TsAggregator =
  | "avg"
  | "sum"
  | "min"
  | "max"
  | "range"
  | "count"
  | "countnan"
  | "countall"
  | "first"
  | "last"
  | "std.p"
  | "std.s"
  | "var.p"
  | "var.s"
  | "twa";

/** Which samples are too like the last one to be kept. */
export interface TsIgnore {
  /** Milliseconds that it is apart from the last one at most. */
  maxTimeDiff: number;
  /** How much its value differs from the last one's at most. */
  maxValDiff: number;
}

/** What a series can be told at any time. */
export interface TsAlterOptions {
  /** Milliseconds that samples are kept, 0 for ever. */
  retention?: number;
  /** Bytes of a chunk, a multiple of 8. */
  chunkSize?: number;
  /** What is done with a sample whose timestamp is there already. */
  duplicatePolicy?: TsDuplicatePolicy;
  /** Which samples are too like the last one to be kept. */
  ignore?: TsIgnore;
  /** Names with values to find the series by, as a record or as entries; they replace those it has, also if empty. */
  labels?: RecordOrEntries<Key, Data>;
}

/** How a series is made. */
export interface TsCreateOptions extends TsAlterOptions {
  /** Whether chunks are compressed; `"compressed"` when absent. */
  encoding?: "compressed" | "uncompressed";
}

/** Into which buckets samples are gathered. */
export interface TsAggregation {
  /** How the samples of a bucket become one. */
  aggregator: TsAggregator;
  /** Milliseconds of a bucket. */
  bucketDuration: number | bigint;
  /** Where a bucket begins: a timestamp, or `"-"` or `"+"` for an end of the range; 0 when absent. */
  align?: TsTimestamp;
  /** Which of a bucket's moments is its timestamp: its low end when absent. */
  bucketTimestamp?: "-" | "+" | "~";
  /** Gives buckets without samples too. */
  empty?: boolean;
}

/** Which samples of a series are given. */
export interface TsRangeOptions {
  /** Gives what a compaction has gathered of its last bucket, which is not complete. */
  latest?: boolean;
  /** Only samples at one of these moments. */
  filterByTs?: TsTimestamp | readonly TsTimestamp[];
  /** Only samples with values from `min` to `max`. */
  filterByValue?: { min: number; max: number };
  /** At most so many samples. */
  count?: number;
  /** Gathers samples into buckets. */
  aggregation?: TsAggregation;
}

/** Which labels come with each of several series; none when absent. */
export interface TsLabelOptions {
  /** All of them. */
  withLabels?: boolean;
  /** Those with these names. */
  selectedLabels?: string | readonly string[];
}

/** Adds how a series is kept. */
export function keepingWords(words: Word[], options: TsCreateOptions | undefined): void {
  if (options === undefined) return;
  option(words, "RETENTION", options.retention);
  option(words, "ENCODING", options.encoding?.toUpperCase());
  option(words, "CHUNK_SIZE", options.chunkSize);
  option(words, "DUPLICATE_POLICY", options.duplicatePolicy?.toUpperCase());
}

/** Adds what comes after the policies: what to ignore, and the labels, which go on to the end. */
export function lastSeriesWords(name: string, words: Word[], options: TsAlterOptions | undefined): void {
  if (options === undefined) return;
  if (options.ignore !== undefined) words.push("IGNORE", options.ignore.maxTimeDiff, options.ignore.maxValDiff);
  if (options.labels === undefined) return;
  words.push("LABELS");
  const labels = Symbol.iterator in options.labels ? [...options.labels] : Object.entries(options.labels);
  // None at all is an order too: it takes away those that the series has.
  if (labels.length > 0) words.push(...entriesOf(name, labels));
}

/** Adds what chooses the samples of a range. */
export function filterWords(name: string, words: Word[], options: TsRangeOptions | undefined): void {
  if (options === undefined) return;
  flag(words, "LATEST", options.latest);
  if (options.filterByTs !== undefined) {
    const moments = listOf(options.filterByTs);
    wantOne(name, "timestamp to filter by", moments);
    words.push("FILTER_BY_TS", ...moments);
  }
  if (options.filterByValue !== undefined) {
    words.push("FILTER_BY_VALUE", scoreOf(options.filterByValue.min), scoreOf(options.filterByValue.max));
  }
}

/** The words for how samples are gathered. */
export function aggregationWords(aggregator: TsAggregator, bucketDuration: number | bigint): Word[] {
  return ["AGGREGATION", aggregator.toUpperCase(), bucketDuration];
}

/** A sample's value as a word: the server knows NaN, which is no number for the encoder. */
export function valueWord(value: number): Word {
  return Number.isNaN(value) ? "NaN" : value;
}

/** Adds how many samples there may be and how they are gathered. */
export function bucketWords(words: Word[], options: TsRangeOptions | undefined): void {
  option(words, "COUNT", options?.count);
  const aggregation = options?.aggregation;
  if (aggregation === undefined) return;
  option(words, "ALIGN", aggregation.align);
  words.push(...aggregationWords(aggregation.aggregator, aggregation.bucketDuration));
  option(words, "BUCKETTIMESTAMP", aggregation.bucketTimestamp);
  flag(words, "EMPTY", aggregation.empty);
}

/** Adds which labels are wanted. */
export function labelWords(name: string, words: Word[], options: TsLabelOptions | undefined): void {
  if (options === undefined) return;
  exclude(name, options, ["withLabels", "selectedLabels"]);
  flag(words, "WITHLABELS", options.withLabels);
  if (options.selectedLabels !== undefined) {
    const labels = listOf(options.selectedLabels);
    wantOne(name, "label", labels);
    words.push("SELECTED_LABELS", ...labels);
  }
}
