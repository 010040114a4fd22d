/**
 * Readers of what the module TimeSeries replies.
 *
 * A sample's value is text under RESP2 and a double under RESP3. Several series are a list under RESP2, each with
 * its key, its labels and its samples; under RESP3 they are a map by key, where the aggregators, or a group's sources
 * and reducers, stand between labels and samples. Both give the same records, in which these are left out.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import { BIGINTS, type DecodeMode, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { countPart, fields, fieldsPart, listPart, orNullPart, textOrNullPart, textPart } from "./field_readers.ts";
import { type Double, doubleOf, pairsOf, reader, setField, type Status, textOf, toInteger } from "./readers.ts";

/** A value and when it was. */
export interface TsSample<Integer = number> {
  /** Milliseconds since the Unix epoch. */
  timestamp: Integer;
  /** The value. */
  value: Double;
}

/** The last sample of one of several series. */
export interface TsLatest<Text = string, Integer = number> {
  /** The series. */
  key: Text;
  /** The labels that were asked for; null for one that it has not. */
  labels: Record<Status, Text | null>;
  /** Its last sample, or null when it has none. */
  sample: TsSample<Integer> | null;
}

/** The samples of one of several series, or of a group of them. */
export interface TsSeries<Text = string, Integer = number> {
  /** The series, or `label=value` of a group. */
  key: Text;
  /** The labels that were asked for; null for one that it has not. */
  labels: Record<Status, Text | null>;
  /** Its samples. */
  samples: TsSample<Integer>[];
}

/** Where a series is compacted to. */
export interface TsRule {
  /** The series that takes the buckets. */
  key: Status;
  /** Milliseconds of a bucket. */
  bucketDuration: number;
  /** How the samples of a bucket become one, in capitals. */
  aggregator: Status;
  /** Where a bucket begins, in milliseconds; null where the server does not say. */
  alignTimestamp: number | null;
}

/** A part of a series as it is kept. */
export interface TsChunk {
  /** The timestamp of its first sample. */
  startTimestamp: number;
  /** The timestamp of its last sample. */
  endTimestamp: number;
  /** How many samples it has. */
  samples: number;
  /** Bytes of its samples. */
  size: number;
  /** Bytes for each sample; `Infinity` when it has none. */
  bytesPerSample: Double;
}

/** What is known of a series. */
export interface TsInfo {
  /** How many samples it has. */
  totalSamples: number;
  /** Bytes of memory. */
  memoryUsage: number;
  /** The timestamp of its first sample. */
  firstTimestamp: number;
  /** The timestamp of its last sample. */
  lastTimestamp: number;
  /** Milliseconds that samples are kept, 0 for ever. */
  retentionTime: number;
  /** How many chunks it has. */
  chunkCount: number;
  /** Bytes of a chunk. */
  chunkSize: number;
  /** `compressed` or `uncompressed`. */
  chunkType: Status;
  /** What is done with a sample whose timestamp is there already, or null for what the server is set to. */
  duplicatePolicy: Status | null;
  /** Names with values that it is found by. */
  labels: Record<Status, Status>;
  /** The series that it is compacted from, or null. */
  sourceKey: Status | null;
  /** Where it is compacted to. */
  rules: TsRule[];
  /** Milliseconds within which a sample like the last one is not kept. */
  ignoreMaxTimeDiff?: number;
  /** How much such a sample's value may differ. */
  ignoreMaxValDiff?: Double;
  /** With `debug`: its key. */
  keySelfName?: Status;
  /** With `debug`: its chunks. */
  chunks?: TsChunk[];
}

// Written out, as a bundler takes an operator between imported names for an effect and keeps it.
const BYTES_AND_BIGINTS: DecodeMode = 3;

// RESP2 spells what is infinite in full, where other replies have `inf`.
function toDouble(value: Value): number {
  return typeof value === "number" ? value : doubleOf(textOf(value).replace("Infinity", "inf"));
}

function toSample(value: Value, mode: DecodeMode): TsSample {
  const [timestamp, number] = value as [Value, Value];
  return { timestamp: toInteger(timestamp, mode), value: toDouble(number) };
}

/** One sample, or null where the series is empty. */
export const sampleOrNull: ReplyReader<TsSample | null> = /* @__PURE__ */ reader(BIGINTS, toSampleOrNull);

function toSampleOrNull(value: Value, mode: DecodeMode): TsSample | null {
  return (value as Value[]).length === 0 ? null : toSample(value, mode);
}

/** A list of samples. */
export const samples: ReplyReader<TsSample[]> = /* @__PURE__ */ reader(BIGINTS, toSamples);

function toSamples(value: Value, mode: DecodeMode): TsSample[] {
  return (value as Value[]).map((sample) => toSample(sample, mode));
}

function toLabels(value: Value): Record<Status, string | null> {
  const labels: Record<Status, string | null> = {};
  for (const [name, label] of pairsOf(value ?? [])) {
    const text = textOf(name);
    // RESP2 hides in the labels what RESP3 says beside them.
    if (text !== "__reducer__" && text !== "__source__") setField(labels, text, label as string | null);
  }
  return labels;
}

/** The parts of several series: the key first, then what follows it, nested under RESP2 and flat under RESP3. */
function eachSeries(value: Value): [key: Value, parts: Value[]][] {
  const list = value as Value[];
  if (Array.isArray(list[0])) return (list as Value[][]).map(([key, ...parts]) => [key!, parts]);
  return pairsOf(list) as [Value, Value[]][];
}

/** The last samples of several series. */
export const latestOfSeries: ReplyReader<TsLatest[]> = /* @__PURE__ */ reader(
  BYTES_AND_BIGINTS,
  (value, mode) =>
    eachSeries(value).map(([key, parts]) => ({
      key: key as string,
      labels: toLabels(parts[0]!),
      sample: toSampleOrNull(parts[parts.length - 1]!, mode),
    })),
);

/** The samples of several series. */
export const samplesOfSeries: ReplyReader<TsSeries[]> = /* @__PURE__ */ reader(
  BYTES_AND_BIGINTS,
  (value, mode) =>
    eachSeries(value).map(([key, parts]) => ({
      key: key as string,
      labels: toLabels(parts[0]!),
      samples: toSamples(parts[parts.length - 1]!, mode),
    })),
);

/** A timestamp for each sample that was added, or the error of one that was not. */
export const timestampsOrErrors: ReplyReader<(number | RedisError)[]> = /* @__PURE__ */ reader(
  BIGINTS,
  (value, mode) => (value as Value[]).map((item) => item instanceof Error ? item : toInteger(item, mode)),
);

function toRules(value: Value, mode: DecodeMode): TsRule[] {
  return eachSeries(value).map(([key, [duration, aggregator, align]]) => ({
    key: textOf(key),
    bucketDuration: countPart(duration!, mode),
    aggregator: textOf(aggregator!),
    alignTimestamp: orNullPart(countPart)(align ?? null, mode),
  }));
}

/** What is known of a series. */
export const tsFacts: ReplyReader<TsInfo> = /* @__PURE__ */ fields({
  chunkType: textPart,
  duplicatePolicy: textOrNullPart,
  labels: toLabels,
  sourceKey: textOrNullPart,
  rules: toRules,
  ignoreMaxValDiff: doubleOf,
  keySelfName: textPart,
  chunks: /* @__PURE__ */ listPart(/* @__PURE__ */ fieldsPart<TsChunk>({ bytesPerSample: doubleOf })),
});
