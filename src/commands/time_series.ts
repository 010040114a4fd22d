/**
 * Commands on time series, of the module TimeSeries: how series are made, filled, compacted and told of.
 *
 * How they are read is in `time_series_ranges.ts`.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer, ok } from "./readers.ts";
import { timestampsOrErrors, tsFacts, type TsInfo } from "./time_series_readers.ts";
import {
  aggregationWords,
  keepingWords,
  lastSeriesWords,
  type TsAggregator,
  type TsAlterOptions,
  type TsCreateOptions,
  type TsDuplicatePolicy,
  type TsTimestamp,
  valueWord,
} from "./time_series_words.ts";
import { flag, option, wantOne } from "./words.ts";

/** How a {@linkcode tsAdd} adds its sample, and makes a series that does not exist. */
export interface TsAddOptions extends TsCreateOptions {
  /** What is done when this very sample's timestamp is there already, whatever the series is set to. */
  onDuplicate?: TsDuplicatePolicy;
}

/** How a {@linkcode tsIncrby} or {@linkcode tsDecrby} adds its sample, and makes a series that does not exist. */
export interface TsIncrbyOptions extends TsCreateOptions {
  /** When it is; the server's clock when absent or `"*"`. */
  timestamp?: TsTimestamp;
}

/** Where the buckets of a {@linkcode tsCreaterule} begin. */
export interface TsCreateruleOptions {
  /** A timestamp at which one begins; 0 when absent. */
  alignTimestamp?: TsTimestamp;
}

/** What a {@linkcode tsInfo} tells. */
export interface TsInfoOptions {
  /** Tells of the chunks too. */
  debug?: boolean;
}

/**
 * Adds a sample to a time series, which is made when it does not exist, and gives its timestamp.
 *
 * Complexity: O(m) in the series that it is compacted to. Since TimeSeries 1.0.0; `chunkSize`,
 * `duplicatePolicy` and `onDuplicate` since 1.4.0, `ignore` since 1.12.0, the value `NaN` since Redis 8.6.
 *
 * @param timestamp Milliseconds since the Unix epoch, or `"*"` for the server's clock.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.tsAdd("temperature", "*", 21.5, { retention: 86_400_000, labels: { room: "kitchen" } });
 * await redis.close();
 * ```
 */
export function tsAdd(key: Key, timestamp: TsTimestamp, value: number, options?: TsAddOptions): Command<number> {
  const words: Word[] = ["TS.ADD", key, timestamp, valueWord(value)];
  keepingWords(words, options);
  option(words, "ON_DUPLICATE", options?.onDuplicate?.toUpperCase());
  lastSeriesWords("TS.ADD", words, options);
  return command(words, integer);
}

/**
 * Changes how a time series is kept and found.
 *
 * Complexity: O(n) in the count of labels. Since TimeSeries 1.0.0; `ignore` since 1.12.0.
 */
export function tsAlter(key: Key, options: TsAlterOptions): Command<"OK"> {
  const words: Word[] = ["TS.ALTER", key];
  keepingWords(words, options);
  lastSeriesWords("TS.ALTER", words, options);
  return command(words, ok);
}

/**
 * Makes an empty time series.
 *
 * Complexity: O(1). Since TimeSeries 1.0.0; `chunkSize` and `duplicatePolicy` since 1.4.0, `ignore` since 1.12.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.tsCreate("temperature", { duplicatePolicy: "last", labels: { room: "kitchen" } });
 * await redis.close();
 * ```
 */
export function tsCreate(key: Key, options?: TsCreateOptions): Command<"OK"> {
  const words: Word[] = ["TS.CREATE", key];
  keepingWords(words, options);
  lastSeriesWords("TS.CREATE", words, options);
  return command(words, ok);
}

/**
 * Has the samples that come to a time series gathered into another, one for each bucket of so many milliseconds.
 *
 * Complexity: O(1). Since TimeSeries 1.0.0; `alignTimestamp` and the aggregator `"twa"` since 1.8.0, `"countnan"` and
 * `"countall"` since Redis 8.6.
 */
export function tsCreaterule(
  source: Key,
  destination: Key,
  aggregator: TsAggregator,
  bucketDuration: number | bigint,
  options?: TsCreateruleOptions,
): Command<"OK"> {
  const words: Word[] = ["TS.CREATERULE", source, destination, ...aggregationWords(aggregator, bucketDuration)];
  if (options?.alignTimestamp !== undefined) words.push(options.alignTimestamp);
  return command(words, ok);
}

function incrementing(name: string, key: Key, value: number, options: TsIncrbyOptions | undefined): Command<number> {
  const words: Word[] = [name, key, value];
  option(words, "TIMESTAMP", options?.timestamp);
  keepingWords(words, options);
  lastSeriesWords(name, words, options);
  return command(words, integer);
}

/**
 * Adds a sample whose value is the last one's less `subtrahend`, and gives its timestamp.
 *
 * Complexity: O(m) in the series that it is compacted to. Since TimeSeries 1.0.0.
 */
export function tsDecrby(key: Key, subtrahend: number, options?: TsIncrbyOptions): Command<number> {
  return incrementing("TS.DECRBY", key, subtrahend, options);
}

/**
 * Deletes the samples from one moment to another, both included, and gives how many these were.
 *
 * Complexity: O(n) in the samples of the range. Since TimeSeries 1.6.0.
 */
export function tsDel(key: Key, from: TsTimestamp, to: TsTimestamp): Command<number> {
  return command(["TS.DEL", key, from, to], integer);
}

/**
 * Ends a rule that {@linkcode tsCreaterule} made; what was gathered stays.
 *
 * Complexity: O(1). Since TimeSeries 1.0.0.
 */
export function tsDeleterule(source: Key, destination: Key): Command<"OK"> {
  return command(["TS.DELETERULE", source, destination], ok);
}

/**
 * Adds a sample whose value is the last one's and `addend`, and gives its timestamp.
 *
 * Complexity: O(m) in the series that it is compacted to. Since TimeSeries 1.0.0.
 */
export function tsIncrby(key: Key, addend: number, options?: TsIncrbyOptions): Command<number> {
  return incrementing("TS.INCRBY", key, addend, options);
}

/**
 * Gives what is known of a time series.
 *
 * Complexity: O(1). Since TimeSeries 1.0.0.
 */
export function tsInfo(key: Key, options?: TsInfoOptions): Command<TsInfo> {
  const words: Word[] = ["TS.INFO", key];
  flag(words, "DEBUG", options?.debug);
  return command(words, tsFacts);
}

/**
 * Adds samples to time series that exist, and gives for each its timestamp, or the error for which it was not added.
 *
 * Complexity: O(n * m) in samples and the series that they are compacted to. Since TimeSeries 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.tsCreate("temperature");
 * await redis.tsMadd(["temperature", 1000, 21.5], ["temperature", 2000, 21.7]);
 * await redis.close();
 * ```
 */
export function tsMadd(
  ...samples: (readonly [key: Key, timestamp: TsTimestamp, value: number])[]
): Command<(number | RedisError)[]> {
  wantOne("TS.MADD", "sample", samples);
  const words: Word[] = ["TS.MADD"];
  for (const [key, timestamp, value] of samples) words.push(key, timestamp, valueWord(value));
  return command(words, timestampsOrErrors);
}
