/**
 * What callers measured: how long calls took, by shard and time, and when no write or read of a shard succeeded.
 *
 * Times are milliseconds since the load began.
 *
 * @module
 */

/** What a call was for. */
export type CallKind = "read" | "write";

/** Calls of one shard, or of one stretch of time. */
export interface Wanted {
  /** The shard; all when absent. */
  shard?: string;
  /** Reads or writes; both when absent. */
  kind?: CallKind;
  /** Those that ended from then on. */
  fromMs?: number;
  /** Those that ended until then. */
  toMs?: number;
}

/** A stretch in which no call of the wanted ones succeeded. */
export interface Gap {
  /** The end of the last success before it. */
  readonly startMs: number;
  /** The end of the first success after it. */
  readonly endMs: number;
  /** How long it was. */
  readonly ms: number;
}

interface Sample {
  readonly shard: string;
  readonly kind: CallKind;
  readonly endMs: number;
  readonly ms: number;
}

/** The calls that succeeded. */
export class Samples {
  // In the order of their ends.
  readonly #all: Sample[] = [];

  /** Takes a call that has just succeeded. */
  add(shard: string, kind: CallKind, startMs: number, endMs: number): void {
    this.#all.push({ shard, kind, endMs, ms: endMs - startMs });
  }

  /** How many there were. */
  count(wanted: Wanted = {}): number {
    return this.#only(wanted).length;
  }

  /** How many milliseconds the given share of the calls did not exceed, such as 0.5 or 0.99; NaN without calls. */
  percentile(share: number, wanted: Wanted = {}): number {
    const times = this.#only(wanted).map(({ ms }) => ms).sort((a, b) => a - b);
    return times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? NaN;
  }

  /** How many calls took as long as up to 1, 2, 4, 8 … milliseconds; keyed by that bound. */
  histogram(wanted: Wanted = {}): Map<number, number> {
    const buckets = new Map<number, number>();
    for (const { ms } of this.#only(wanted)) {
      const bound = 2 ** Math.max(0, Math.ceil(Math.log2(ms)));
      buckets.set(bound, (buckets.get(bound) ?? 0) + 1);
    }
    return new Map([...buckets].sort(([a], [b]) => a - b));
  }

  /** The longest stretch without a success: the time without service, when it is longer than a call. */
  longestGap(wanted: Wanted = {}): Gap {
    const ends = this.#only(wanted).map(({ endMs }) => endMs);
    if (ends.length < 2) throw new Error(`Cannot tell a gap: ${ends.length} calls succeeded`);
    let longest: Gap = { startMs: ends[0], endMs: ends[0], ms: 0 };
    for (let at = 1; at < ends.length; at++) {
      const ms = ends[at] - ends[at - 1];
      if (ms > longest.ms) longest = { startMs: ends[at - 1], endMs: ends[at], ms };
    }
    return longest;
  }

  #only({ shard, kind, fromMs = 0, toMs = Infinity }: Wanted): Sample[] {
    return this.#all.filter((sample) =>
      (shard === undefined || sample.shard === shard) && (kind === undefined || sample.kind === kind) &&
      sample.endMs >= fromMs && sample.endMs <= toMs
    );
  }
}
