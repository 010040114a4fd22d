/**
 * How lists of records of several nodes become one: logs, latencies, how busy slots are.
 *
 * They are put in the order in which a single server gives them, by time or by what the command asks for, and cut to
 * the count that it asks for. Latencies of one event, or of one command, on several nodes become one record.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import { textOf } from "../commands/readers.ts";
import type { Value } from "../resp/value.ts";
import { countOf, isKeyword } from "./key_specs.ts";
import {
  add,
  concatenation,
  elementsIn,
  identityOf,
  integerIn,
  type Merge,
  mismatch,
  pairsIn,
  pairsLike,
  pairsLikeThose,
} from "./merge.ts";

// What SLOWLOG GET gives at most where no count is asked for.
const DEFAULT_LOG_COUNT = 10;
const TIMESTAMP = 1;

/** SLOWLOG GET and COMMANDLOG GET: the latest of all nodes, the last one first, as many as one node may give. */
export const latestLogged: Merge = (replies, words, random) => {
  const entries = recordsIn(concatenation(replies, words, random));
  entries.sort((a, b) => compare(b[TIMESTAMP]!, a[TIMESTAMP]!));
  const count = words.length > 2 ? countOf(words[2]) : DEFAULT_LOG_COUNT;
  // A count of -1 asks for all.
  return count < 0 ? entries : entries.slice(0, count);
};

/** LATENCY HISTORY: the samples of all nodes by their time. */
export const samplesByTime: Merge = (replies, words, random) =>
  recordsIn(concatenation(replies, words, random)).sort((a, b) => compare(a[0]!, b[0]!));

/** LATENCY LATEST: one record for each event, with the latest time that it was slow on any node. */
export const latestByEvent: Merge = (replies) => {
  const events = new Map<Value, Value[]>();
  for (const { value } of replies) {
    for (const record of recordsIn(value)) {
      const event = identityOf(record[0]!);
      const known = events.get(event);
      events.set(event, known === undefined ? record : latestOf(known, record));
    }
  }
  return [...events.values()];
};

/** What two nodes say of an event: the later sample, the highest of the two, and what the samples come to. */
function latestOf(a: readonly Value[], b: readonly Value[]): Value[] {
  const [event, time, latency] = compare(b[TIMESTAMP]!, a[TIMESTAMP]!) > 0 ? b : a;
  const [maxA, maxB] = [a[3]!, b[3]!];
  // Valkey adds their sum and their count.
  const totals = a.slice(4).map((total, i) => add(integerIn(total), integerIn(b[i + 4] ?? 0)));
  return [event!, time!, latency!, compare(maxB, maxA) > 0 ? maxB : maxA, ...totals];
}

/** LATENCY HISTOGRAM: one histogram for each command. */
export const histogramsByCommand: Merge = (replies) => {
  const histograms = new Map<Value, [name: Value, of: Value[]]>();
  for (const { value } of replies) {
    for (const [name, histogram] of pairsIn(value)) {
      const known = histograms.get(identityOf(name));
      if (known === undefined) histograms.set(identityOf(name), [name, [histogram]]);
      else known[1].push(histogram);
    }
  }
  const pairs = [...histograms.values()].map(([name, of]): [Value, Value] => [name, histogramOf(of)]);
  return pairsLike(replies, pairs);
};

/** The histogram of what is in several: a count of calls, and how many of these took at most so long. */
function histogramOf(histograms: readonly Value[]): Value {
  const parts = histograms.map(pairsIn);
  const pairs = parts[0]!.map(([field, one], i): [Value, Value] => {
    const values = parts.map((pairs) => pairs[i]?.[1] ?? null);
    const isCount = typeof one === "number" || typeof one === "bigint";
    return [
      field,
      isCount ? values.map(integerIn).reduce(add) : pairsLikeThose(values, countsUpTo(values.map(pairsIn))),
    ];
  });
  return pairsLikeThose(histograms, pairs);
}

/**
 * Adds counts that each have those of the lower bounds in them, by their bounds.
 *
 * A server leaves out a bound whose count is that of the one before, so there each keeps the count it had.
 */
function countsUpTo(lists: readonly [bound: Value, count: Value][][]): [Value, Value][] {
  const bounds = new Map<number, Value>();
  for (const list of lists) for (const [bound] of list) bounds.set(Number(integerIn(bound)), bound);
  const next = lists.map(() => 0);
  return [...bounds].sort(([a], [b]) => a - b).map(([limit, bound]) => {
    const counts = lists.map((list, i) => {
      while (next[i]! < list.length && Number(list[next[i]!]![0]) <= limit) next[i]!++;
      return next[i] === 0 ? 0 : integerIn(list[next[i]! - 1]![1]);
    });
    return [bound, counts.reduce(add)];
  });
}

/** CLUSTER SLOT-STATS: by slot, or in the order and up to the limit that ORDERBY asks for. */
export const slotStats: Merge = (replies, words, random) => {
  const slots = recordsIn(concatenation(replies, words, random));
  slots.sort((a, b) => compare(a[0]!, b[0]!));
  if (!isKeyword(words[2], "ORDERBY")) return slots;
  const metric = textOf(words[3] ?? null).toLowerCase();
  const sign = hasOption(words, "ASC") ? 1 : -1;
  const measured = slots.map((slot) => ({ slot, measure: measureIn(slot[1]!, metric) }));
  measured.sort((a, b) => sign * compare(a.measure, b.measure));
  const limitAt = words.findIndex((word, i) => i > 3 && isKeyword(word, "LIMIT"));
  const limit = limitAt === -1 ? -1 : countOf(words[limitAt + 1]);
  return (limit < 0 ? measured : measured.slice(0, limit)).map(({ slot }) => slot);
};

function hasOption(words: readonly Word[], name: string): boolean {
  return words.some((word, i) => i > 3 && isKeyword(word, name));
}

function measureIn(stats: Value, metric: string): Value {
  for (const [name, measure] of pairsIn(stats)) if (textOf(name).toLowerCase() === metric) return measure;
  return 0;
}

function recordsIn(value: Value): Value[][] {
  const records = [...elementsIn(value)];
  for (const record of records) if (!Array.isArray(record)) throw mismatch("a list of lists");
  return records as Value[][];
}

function compare(a: Value, b: Value): number {
  return Number(a) - Number(b);
}
