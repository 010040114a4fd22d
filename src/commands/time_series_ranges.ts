/**
 * Commands that read time series, one by its key or several by their labels.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { strings } from "./readers.ts";
import {
  latestOfSeries,
  sampleOrNull,
  samples,
  samplesOfSeries,
  type TsLatest,
  type TsSample,
  type TsSeries,
} from "./time_series_readers.ts";
import {
  bucketWords,
  filterWords,
  labelWords,
  type TsLabelOptions,
  type TsRangeOptions,
  type TsTimestamp,
} from "./time_series_words.ts";
import { flag, listOf, wantOne } from "./words.ts";

/** Which sample a {@linkcode tsGet} gives. */
export interface TsGetOptions {
  /** Gives what a compaction has gathered of its last bucket, which is not complete. */
  latest?: boolean;
}

/** Which samples and labels a {@linkcode tsMget} gives. */
export interface TsMgetOptions extends TsGetOptions, TsLabelOptions {}

/** How series with the same value of a label become one. */
export interface TsGroupBy {
  /** The label. */
  label: string;
  /** How samples of the same moment become one. */
  reduce: "avg" | "sum" | "min" | "max" | "range" | "count" | "std.p" | "std.s" | "var.p" | "var.s";
}

/** Which samples and labels a {@linkcode tsMrange} or {@linkcode tsMrevrange} gives. */
export interface TsMrangeOptions extends TsRangeOptions, TsLabelOptions {
  /** Makes one of the series that have the same value of a label. */
  groupBy?: TsGroupBy;
}

/**
 * Gives the last sample of a time series, or null when it has none.
 *
 * Complexity: O(1). Since TimeSeries 1.0.0; `latest` since 1.8.0.
 */
export function tsGet(key: Key, options?: TsGetOptions): Command<TsSample<number> | null> {
  const words: Word[] = ["TS.GET", key];
  flag(words, "LATEST", options?.latest);
  return command(words, sampleOrNull);
}

function filtered(name: string, words: Word[], filters: string | readonly string[]): void {
  const list = listOf(filters);
  wantOne(name, "filter", list);
  words.push("FILTER", ...list);
}

/**
 * Gives the last sample of each time series whose labels pass the filters.
 *
 * Complexity: O(n) in the series that pass. Since TimeSeries 1.0.0; `selectedLabels` since 1.6.0, `latest` since 1.8.0.
 *
 * @param filters Such as `room=kitchen`, `room!=`, `room=(kitchen,hall)`; at least one has to name a value.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * for (const { key, sample } of await redis.tsMget("room=kitchen", { withLabels: true })) {
 *   console.log(key, sample?.value);
 * }
 * await redis.close();
 * ```
 */
export function tsMget(
  filters: string | readonly string[],
  options?: TsMgetOptions,
): Command<TsLatest<string, number>[]> {
  const words: Word[] = ["TS.MGET"];
  flag(words, "LATEST", options?.latest);
  labelWords("TS.MGET", words, options);
  filtered("TS.MGET", words, filters);
  return command(words, latestOfSeries);
}

function ranging(
  name: string,
  from: TsTimestamp,
  to: TsTimestamp,
  filters: string | readonly string[],
  options: TsMrangeOptions | undefined,
): Command<TsSeries<string, number>[]> {
  const words: Word[] = [name, from, to];
  filterWords(name, words, options);
  bucketWords(words, options);
  // Right before FILTER, as servers take the word ALIGN for one more label.
  labelWords(name, words, options);
  filtered(name, words, filters);
  if (options?.groupBy !== undefined) {
    words.push("GROUPBY", options.groupBy.label, "REDUCE", options.groupBy.reduce.toUpperCase());
  }
  return command(words, samplesOfSeries);
}

/**
 * Gives the samples from one moment to another of each time series whose labels pass the filters, the oldest first.
 *
 * Complexity: O(n) in the samples of the ranges. Since TimeSeries 1.0.0; `filterByTs`, `filterByValue`, `align`,
 * `selectedLabels` and `groupBy` since 1.6.0, `latest`, `bucketTimestamp` and `empty` since 1.8.0.
 *
 * @param filters Such as `room=kitchen`, `room!=`, `room=(kitchen,hall)`; at least one has to name a value.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const rooms = await redis.tsMrange("-", "+", "sensor=temperature", {
 *   aggregation: { aggregator: "avg", bucketDuration: 3_600_000 },
 *   groupBy: { label: "room", reduce: "max" },
 * });
 * for (const { key, samples } of rooms) console.log(key, samples.length);
 * await redis.close();
 * ```
 */
export function tsMrange(
  from: TsTimestamp,
  to: TsTimestamp,
  filters: string | readonly string[],
  options?: TsMrangeOptions,
): Command<TsSeries<string, number>[]> {
  return ranging("TS.MRANGE", from, to, filters, options);
}

/**
 * Gives the samples from one moment to another of each time series whose labels pass the filters, the latest first.
 *
 * Complexity: O(n) in the samples of the ranges. Since TimeSeries 1.4.0; its options as those of {@linkcode tsMrange}.
 *
 * @param filters Such as `room=kitchen`, `room!=`, `room=(kitchen,hall)`; at least one has to name a value.
 */
export function tsMrevrange(
  from: TsTimestamp,
  to: TsTimestamp,
  filters: string | readonly string[],
  options?: TsMrangeOptions,
): Command<TsSeries<string, number>[]> {
  return ranging("TS.MREVRANGE", from, to, filters, options);
}

/**
 * Gives the keys of the time series whose labels pass all of the filters.
 *
 * Complexity: O(n) in the series that pass. Since TimeSeries 1.0.0.
 *
 * @param filters Such as `room=kitchen`, `room!=`, `room=(kitchen,hall)`; at least one has to name a value.
 */
export function tsQueryindex(...filters: string[]): Command<string[]> {
  wantOne("TS.QUERYINDEX", "filter", filters);
  return command(["TS.QUERYINDEX", ...filters], strings);
}

function rangeOfOne(
  name: string,
  key: Key,
  from: TsTimestamp,
  to: TsTimestamp,
  options: TsRangeOptions | undefined,
): Command<TsSample<number>[]> {
  const words: Word[] = [name, key, from, to];
  filterWords(name, words, options);
  bucketWords(words, options);
  return command(words, samples);
}

/**
 * Gives the samples of a time series from one moment to another, both included, the oldest first.
 *
 * Complexity: O(n) in the samples of the range. Since TimeSeries 1.0.0; `filterByTs`, `filterByValue` and `align` since
 * 1.6.0, `latest`, `bucketTimestamp` and `empty` since 1.8.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.tsAdd("temperature", 1000, 21.5);
 * const hours = await redis.tsRange("temperature", "-", "+", {
 *   aggregation: { aggregator: "avg", bucketDuration: 3_600_000 },
 * });
 * console.log(hours); // [{ timestamp: 0, value: 21.5 }]
 * await redis.close();
 * ```
 */
export function tsRange(
  key: Key,
  from: TsTimestamp,
  to: TsTimestamp,
  options?: TsRangeOptions,
): Command<TsSample<number>[]> {
  return rangeOfOne("TS.RANGE", key, from, to, options);
}

/**
 * Gives the samples of a time series from one moment to another, both included, the latest first.
 *
 * Complexity: O(n) in the samples of the range. Since TimeSeries 1.4.0; its options as those of {@linkcode tsRange}.
 */
export function tsRevrange(
  key: Key,
  from: TsTimestamp,
  to: TsTimestamp,
  options?: TsRangeOptions,
): Command<TsSample<number>[]> {
  return rangeOfOne("TS.REVRANGE", key, from, to, options);
}
