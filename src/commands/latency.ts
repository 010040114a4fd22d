/**
 * Commands on how long the server took: for each command, and for events that were slower than a threshold.
 *
 * Events are recorded only where the setting `latency-monitor-threshold` is not 0.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import { type Command, command, type ReplyReader } from "./command.ts";
import { type Parts, toFields } from "./field_readers.ts";
import {
  integer,
  pairsOf,
  reader,
  type Report,
  report,
  setField,
  type Status,
  statuses,
  textOf,
  toInteger,
} from "./readers.ts";

/** How long the calls of a command took. */
export interface LatencyHistogram {
  /** How many calls there were. */
  calls: number;
  /** How many of them took at most so many microseconds, by these microseconds; each count has those before in it. */
  histogramUsec: Record<Status, number>;
}

/** One time that an event was slow. */
export interface LatencySample {
  /** When, in seconds since the Unix epoch. */
  timestamp: number;
  /** How long it took, in milliseconds. */
  latencyMs: number;
}

/** The last time that an event was slow. */
export interface LatestLatency extends LatencySample {
  /** The event, such as `command` or `fork`. */
  event: Status;
  /** The longest that it has ever taken, in milliseconds. */
  maxMs: number;
  /** What all its samples took together, in milliseconds; Valkey 8.1. */
  sumMs?: number;
  /** How many samples there are; Valkey 8.1. */
  count?: number;
}

function toCounts(value: Value): Record<Status, number> {
  const counts: Record<Status, number> = {};
  for (const [microseconds, count] of pairsOf(value)) counts[textOf(microseconds)] = toInteger(count, PLAIN);
  return counts;
}

const HISTOGRAM: Parts = { histogramUsec: toCounts };

const histograms: ReplyReader<Record<Status, LatencyHistogram>> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const byCommand: Record<Status, LatencyHistogram> = {};
  for (const [name, histogram] of pairsOf(value)) {
    setField(byCommand, textOf(name), toFields<LatencyHistogram>(histogram, PLAIN, HISTOGRAM));
  }
  return byCommand;
});

const samples: ReplyReader<LatencySample[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (value as [number, number][]).map(([timestamp, latencyMs]) => ({ timestamp, latencyMs })),
);

function toLatest(value: Value): LatestLatency {
  const [event, timestamp, latencyMs, maxMs, sumMs, count] = value as [
    Status,
    number,
    number,
    number,
    number?,
    number?,
  ];
  const latest = { event, timestamp, latencyMs, maxMs };
  return sumMs === undefined ? latest : { ...latest, sumMs, count };
}

const latest: ReplyReader<LatestLatency[]> = /* @__PURE__ */ reader(PLAIN, (value) => (value as Value[]).map(toLatest));

/**
 * Gives advice, for people, on the events that were slow.
 *
 * Complexity: O(1). Since 2.8.13.
 */
export function latencyDoctor(): Command<Report> {
  return command(["LATENCY", "DOCTOR"], report);
}

/**
 * Gives a picture, for people, of how long an event took over time.
 *
 * Complexity: O(1). Since 2.8.13.
 */
export function latencyGraph(event: string): Command<Report> {
  return command(["LATENCY", "GRAPH", event], report);
}

/**
 * Gives lines, for people, on the subcommands of LATENCY.
 *
 * Complexity: O(1). Since 2.8.13.
 */
export function latencyHelp(): Command<Status[]> {
  return command(["LATENCY", "HELP"], statuses);
}

/**
 * Gives how long the calls of commands took, by command: of those named, or of all that were called.
 *
 * A container such as `config` stands for its subcommands; a command that was never called is left out.
 * Complexity: O(n) in the count of commands. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.set("greeting", "hello");
 * const { set } = await redis.latencyHistogram("set");
 * console.log(set?.calls, set?.histogramUsec);
 * await redis.close();
 * ```
 */
export function latencyHistogram(...commands: string[]): Command<Record<Status, LatencyHistogram>> {
  return command(["LATENCY", "HISTOGRAM", ...commands], histograms);
}

/**
 * Gives the times that an event was slow, up to 160 of them, the oldest first.
 *
 * Complexity: O(1). Since 2.8.13.
 */
export function latencyHistory(event: string): Command<LatencySample[]> {
  return command(["LATENCY", "HISTORY", event], samples);
}

/**
 * Gives the last time that each event was slow.
 *
 * Complexity: O(1). Since 2.8.13.
 */
export function latencyLatest(): Command<LatestLatency[]> {
  return command(["LATENCY", "LATEST"], latest);
}

/**
 * Forgets the times that events were slow, of those named or of all, and gives how many events had any.
 *
 * Complexity: O(n) in the count of events. Since 2.8.13.
 */
export function latencyReset(...events: string[]): Command<number> {
  return command(["LATENCY", "RESET", ...events], integer);
}
