/**
 * Callers who use a client as an application does while a cluster has a bad day, and who check everything they are told.
 *
 * Each of them has text keys of its own in many slots, and three counters in one slot. It does one thing after
 * the other, chosen by seeded chance: GET, SET, INCR, MGET of anybody's keys, a pipeline of mixed keys, a transaction
 * that increments two counters. Every value names its key and the number of its write, so an answer that is another
 * call's, or in another order, is seen at once. Errors do not stop a caller: they are kept, with whether the write may
 * have been applied, and at the end what the servers hold is compared with what was acknowledged.
 *
 * Limits: a write that a server acknowledged and lost in a fail-over looks as one that the client lost; `acknowledgedMs`
 * of the difference tells whether it was before that.
 *
 * @module
 */
import { get, incr, set } from "../../src/commands/mod.ts";
import type { Client } from "../../mod.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { CounterKey, type Difference, TextKey } from "./load_ledger.ts";
import { type CallKind, Samples } from "./load_samples.ts";

/** What a caller can do. */
export type Deed = "get" | "set" | "incr" | "mget" | "pipeline" | "transaction";

/** What the callers do. */
export interface LoadOptions {
  /** How many there are; 200 when absent. */
  callers?: number;
  /** How many text keys there are, shared evenly; 10,000 when absent. */
  keys?: number;
  /** Milliseconds that a caller waits before it does the next; it does not when absent, which takes a whole core. */
  pauseMs?: number;
  /** Where chance starts; 1 when absent. */
  seed?: number;
  /** How likely each deed is compared with the others, of which those that are absent are not done; all when absent. */
  mix?: Partial<Record<Deed, number>>;
  /** The shard of a key, by which times are told apart; "all" when absent. */
  shardOf?: (key: string) => string;
  /** Has each caller keep to the keys of one shard, so that it does not wait for another; false when absent. */
  apart?: boolean;
  /** With what all keys begin, so that two loads can be told apart; "load" when absent. */
  prefix?: string;
  /** Who reads what the callers do not change in the same deed: GET and MGET; the client itself when absent. */
  reader?: Client;
}

/** A call that failed, or an entry of one. */
export interface LoadError {
  readonly atMs: number;
  readonly deed: Deed;
  readonly shard: string;
  readonly maybeApplied: boolean;
  readonly error: Error;
}

/** An answer that cannot be. */
export interface WrongAnswer {
  readonly atMs: number;
  readonly deed: Deed;
  readonly key: string;
  readonly answer: unknown;
}

/** What the end of a load tells. */
export interface LoadReport {
  readonly samples: Samples;
  readonly errors: readonly LoadError[];
  /** Answers that belong to another key, or to a write that never was. */
  readonly wrong: readonly WrongAnswer[];
  /** Keys that do not hold what was acknowledged. */
  readonly differences: readonly Difference[];
}

const MIX: Record<Deed, number> = { get: 35, set: 25, incr: 10, mget: 10, pipeline: 10, transaction: 10 };
const SEVERAL = 8;
const FILL = 500;
const AFTER_ERROR_MS = 5;
// What was written last before the callers began may not have come to the replicas that they read from.
const LAG_MS = 1_000;
/** The shard of calls with keys of several. */
export const MANY_SHARDS = "several";

interface CallerKeys {
  /** Those that it writes. */
  readonly texts: readonly TextKey[];
  /** Those that it reads. */
  readonly others: readonly TextKey[];
  readonly counter: CounterKey;
  readonly pair: readonly [CounterKey, CounterKey];
}

function shardOfAll(keys: readonly { shard: string }[]): string {
  return keys.every(({ shard }) => shard === keys[0].shard) ? keys[0].shard : MANY_SHARDS;
}

/** A hash tag that is as wanted. */
function tagOf(isWanted: (tag: string) => boolean, name: string): string {
  for (let tries = 0;; tries++) {
    const tag = `{${name}:${tries}}`;
    if (isWanted(tag)) return tag;
  }
}

/** Callers at work. */
export class Load {
  readonly #client: Client;
  readonly #reader: Client;
  readonly #mix: readonly (readonly [Deed, number])[];
  readonly #texts: TextKey[];
  readonly #callers: CallerKeys[];
  readonly #seed: number;
  readonly #pauseMs: number;
  readonly #samples = new Samples();
  readonly #errors: LoadError[] = [];
  readonly #wrong: WrongAnswer[] = [];
  readonly #startMs = performance.now();
  #filledMs = 0;
  #running = true;
  #work: Promise<unknown> = Promise.resolve();

  private constructor(client: Client, options: LoadOptions) {
    const { callers = 200, keys = 10_000, seed = 1, mix = MIX, shardOf = () => "all", prefix = "load" } = options;
    this.#client = client;
    this.#reader = options.reader ?? client;
    this.#mix = Object.entries(mix) as [Deed, number][];
    this.#seed = seed;
    this.#pauseMs = options.pauseMs ?? 0;
    this.#texts = Array.from({ length: keys }, (_, index) => {
      const key = `${prefix}:text:${index}`;
      return new TextKey(key, shardOf(key));
    });
    const shards = [...new Set(this.#texts.map(({ shard }) => shard))];
    this.#callers = Array.from({ length: callers }, (_, caller) => {
      const shard = options.apart ? shards[caller % shards.length] : undefined;
      const tag = tagOf((tag) => shard === undefined || shardOf(tag) === shard, `${prefix}:${caller}`);
      const counter = (name: string) => new CounterKey(`${tag}:${name}`, shardOf(tag));
      const near = this.#texts.filter((text) => shard === undefined || text.shard === shard);
      const one = shard === undefined ? caller : Math.floor(caller / shards.length);
      const among = shard === undefined ? callers : Math.ceil(callers / shards.length);
      return {
        texts: near.filter((_, index) => index % among === one),
        others: near,
        counter: counter("counter"),
        pair: [counter("a"), counter("b")],
      };
    });
  }

  /** Writes every text key once, and has the callers begin. */
  static async start(client: Client, options: LoadOptions = {}): Promise<Load> {
    const load = new Load(client, options);
    for (let at = 0; at < load.#texts.length; at += FILL) {
      const texts = load.#texts.slice(at, at + FILL);
      const entries = await client.pipeline(texts.map((text) => set(text.key, text.next())));
      for (const entry of entries) if (entry instanceof Error) throw entry;
      for (const text of texts) text.acknowledge(load.nowMs);
    }
    load.#filledMs = load.nowMs;
    load.#work = Promise.all(load.#callers.map((keys, caller) => load.#call(keys, caller)));
    return load;
  }

  /** Milliseconds since it began, as all times of its report are. */
  get nowMs(): number {
    return performance.now() - this.#startMs;
  }

  /** What was measured so far. */
  get samples(): Samples {
    return this.#samples;
  }

  /** What failed so far. */
  get errors(): readonly LoadError[] {
    return this.#errors;
  }

  /** Lets every caller finish what it does, and compares what the servers hold with what was acknowledged. */
  async stop(): Promise<LoadReport> {
    this.#running = false;
    await this.#work;
    const counters = this.#callers.flatMap(({ counter, pair }) => [counter, ...pair]);
    const differences: Difference[] = [];
    const all = [...this.#texts, ...counters];
    for (let at = 0; at < all.length; at += FILL) {
      const keys = all.slice(at, at + FILL);
      const held = await this.#client.pipeline(keys.map(({ key }) => get(key)));
      keys.forEach((key, index) => {
        const value = held[index];
        if (value instanceof Error) throw value;
        const difference = key.check(value as string | null);
        if (difference !== undefined) differences.push(difference);
      });
    }
    return { samples: this.#samples, errors: this.#errors, wrong: this.#wrong, differences };
  }

  async #call(keys: CallerKeys, caller: number): Promise<void> {
    const random = seededRandom(this.#seed * 1_000_003 + caller);
    const pick = <Of>(list: readonly Of[]) => list[Math.floor(random() * list.length)];
    const sum = this.#mix.reduce((total, [, weight]) => total + weight, 0);
    while (this.#running) {
      let left = random() * sum;
      const [deed] = this.#mix.find(([, weight]) => (left -= weight) < 0)!;
      const before = this.#errors.length;
      switch (deed) {
        case "get":
          await this.#get(pick(keys.others));
          break;
        case "set":
          await this.#set(pick(keys.texts));
          break;
        case "incr":
          await this.#incr(keys.counter);
          break;
        case "mget":
          await this.#mget(Array.from({ length: SEVERAL }, () => pick(keys.others)));
          break;
        case "pipeline":
          await this.#pipeline(
            pick(keys.texts),
            keys.counter,
            Array.from({ length: SEVERAL }, () => pick(keys.others)),
          );
          break;
        case "transaction":
          await this.#transaction(keys.pair);
      }
      // A client that fails at once is not to be called in an endless loop of microtasks.
      const pauseMs = this.#errors.length > before ? Math.max(this.#pauseMs, AFTER_ERROR_MS) : this.#pauseMs;
      if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs));
    }
  }

  async #get(text: TextKey): Promise<void> {
    const value = await this.#timed("get", text.shard, "read", () => this.#reader.get(text.key), () => {});
    if (value !== undefined) this.#judge("get", text, value);
  }

  async #set(text: TextKey): Promise<void> {
    const value = text.next();
    const said = await this.#timed(
      "set",
      text.shard,
      "write",
      () => this.#client.set(text.key, value),
      () => text.doubt(),
    );
    if (said !== undefined) text.acknowledge(this.nowMs);
  }

  async #incr(counter: CounterKey): Promise<void> {
    const count = await this.#timed(
      "incr",
      counter.shard,
      "write",
      () => this.#client.incr(counter.key),
      () => counter.doubt(),
    );
    if (count !== undefined) this.#counted("incr", counter, count);
  }

  async #mget(texts: readonly TextKey[]): Promise<void> {
    const keys = texts.map(({ key }) => key);
    const values = await this.#timed("mget", shardOfAll(texts), "read", () => this.#reader.mget(...keys), () => {});
    values?.forEach((value, index) => this.#judge("mget", texts[index], value));
  }

  async #pipeline(own: TextKey, counter: CounterKey, others: readonly TextKey[]): Promise<void> {
    const commands = [set(own.key, own.next()), ...others.map(({ key }) => get(key)), incr(counter.key)];
    const doubt = (): void => {
      own.doubt();
      counter.doubt();
    };
    const shard = shardOfAll([own, counter, ...others]);
    const entries = await this.#timed("pipeline", shard, "write", () => this.#client.pipeline(commands), doubt);
    if (entries === undefined) return;
    const said = entries[0];
    const count = entries[entries.length - 1];
    if (said instanceof Error) this.#fail("pipeline", own.shard, said, () => own.doubt());
    else own.acknowledge(this.nowMs);
    others.forEach((text, index) => {
      const value = entries[index + 1];
      if (value instanceof Error) this.#fail("pipeline", text.shard, value, () => {});
      else this.#judge("pipeline", text, value as string | null);
    });
    if (count instanceof Error) this.#fail("pipeline", counter.shard, count, () => counter.doubt());
    else this.#counted("pipeline", counter, count as number);
  }

  async #transaction(pair: CallerKeys["pair"]): Promise<void> {
    const [a, b] = pair;
    const doubt = () => pair.forEach((counter) => counter.doubt());
    const run = () => this.#client.transaction([incr(a.key), incr(b.key)]);
    const counts = await this.#timed("transaction", a.shard, "write", run, doubt);
    if (counts === undefined) return;
    for (const [index, counter] of pair.entries()) {
      const count = counts[index];
      if (count instanceof Error) this.#fail("transaction", counter.shard, count, () => counter.doubt());
      else this.#counted("transaction", counter, count);
    }
    // One without the other would be half a transaction.
    if (counts[0] !== counts[1]) {
      this.#wrong.push({ atMs: this.nowMs, deed: "transaction", key: a.key, answer: counts });
    }
  }

  /** Makes a call and keeps its time or its error; gives undefined when it failed. */
  async #timed<Reply>(
    deed: Deed,
    shard: string,
    kind: CallKind,
    run: () => Promise<Reply>,
    doubt: () => void,
  ): Promise<Reply | undefined> {
    const startMs = this.nowMs;
    try {
      const reply = await run();
      this.#samples.add(shard, kind, startMs, this.nowMs);
      return reply;
    } catch (error) {
      this.#fail(deed, shard, error as Error, doubt);
    }
  }

  #fail(deed: Deed, shard: string, error: Error & { maybeApplied?: boolean }, doubt: () => void): void {
    const maybeApplied = error.maybeApplied ?? false;
    if (maybeApplied) doubt();
    this.#errors.push({ atMs: this.nowMs, deed, shard, maybeApplied, error });
  }

  #judge(deed: Deed, text: TextKey, answer: string | null): void {
    if (answer === null && this.nowMs < this.#filledMs + LAG_MS) return;
    if (!text.owns(answer)) this.#wrong.push({ atMs: this.nowMs, deed, key: text.key, answer });
  }

  #counted(deed: Deed, counter: CounterKey, count: number): void {
    counter.acknowledge(count, this.nowMs);
    // After a fail-over a counter may be behind, but never before what was tried.
    if (count > counter.acknowledged + counter.maybe) {
      this.#wrong.push({ atMs: this.nowMs, deed, key: counter.key, answer: count });
    }
  }
}
