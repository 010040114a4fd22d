/**
 * Writers whose every write can be found again: each pushes numbers to a list of its own, one after the other.
 *
 * Lists tell exactly what was applied, in which order and how often, where a counter tells a sum alone. So they show a
 * write that was acknowledged and is gone, one that was applied twice, and one that was applied though its error says
 * that it surely was not; and the first that was acknowledged by a new primary, which its list has to hold.
 *
 * Times are those of `performance.now()`.
 *
 * @module
 */
import type { Client } from "../../mod.ts";
import { type PlainClient, Refusal } from "../support/plain_client.ts";
import type { RealNode } from "../support/real_node.ts";

/** What became of a push. */
interface Push {
  readonly number: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether it was acknowledged. */
  readonly acknowledged: boolean;
  /** Whether it may have been applied, as its error says. */
  readonly maybeApplied: boolean;
}

/** A push that failed. */
export interface PushError {
  readonly error: Error & { maybeApplied?: boolean };
}

/** What an end of the pushing finds. */
export interface PushReport {
  readonly errors: readonly PushError[];
  /** Pushes that were acknowledged and are gone, by key and moment. */
  readonly lost: readonly { key: string; atMs: number }[];
  /** What cannot be excused by a server, in words. */
  readonly wrong: readonly string[];
  /** When the first push to a shard's lists was acknowledged that began after a moment and that its primary has. */
  firstAfter(shard: string, atMs: number): number;
}

const AGAIN_MS = 4;

/** Writers at work. */
export class Pushers {
  readonly #client: Client;
  readonly #lists: readonly { key: string; shard: string; pushes: Push[] }[];
  readonly #errors: PushError[] = [];
  readonly #work: Promise<unknown>;
  #running = true;

  /** Takes who writes, and each list's key with its shard. */
  constructor(client: Client, keys: ReadonlyMap<string, string>) {
    this.#client = client;
    this.#lists = [...keys].map(([key, shard]) => ({ key, shard, pushes: [] }));
    this.#work = Promise.all(this.#lists.map(({ key, pushes }) => this.#push(key, pushes)));
  }

  /** How many pushes to a shard's lists have been acknowledged from a moment on. */
  acknowledgedSince(shard: string, atMs: number): number {
    let count = 0;
    for (const list of this.#lists) {
      if (list.shard === shard) count += list.pushes.filter((push) => push.acknowledged && push.endMs >= atMs).length;
    }
    return count;
  }

  /** How many milliseconds the given share of a shard's acknowledged pushes took at most that ended between two moments. */
  percentile(share: number, shard: string, fromMs: number, toMs: number): number {
    const times = this.#lists.filter((list) => list.shard === shard).flatMap(({ pushes }) =>
      pushes.filter(({ acknowledged, endMs }) => acknowledged && endMs >= fromMs && endMs <= toMs)
        .map(({ startMs, endMs }) => endMs - startMs)
    ).sort((a, b) => a - b);
    return times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? NaN;
  }

  /** Has all finish what they do, and compares the lists with what was acknowledged. */
  async stop(): Promise<PushReport> {
    this.#running = false;
    await this.#work;
    const lost: { key: string; atMs: number }[] = [];
    const wrong: string[] = [];
    const held = new Map<string, ReadonlySet<number>>();
    for (const { key, pushes } of this.#lists) {
      const numbers = (await this.#client.lrange(key, 0, -1)).map(Number);
      const found = new Set(numbers);
      held.set(key, found);
      if (found.size < numbers.length) wrong.push(`${key} holds a number twice`);
      if (numbers.some((number, at) => number <= (numbers[at - 1] ?? 0))) wrong.push(`${key} is not in order`);
      for (const { number, endMs, acknowledged, maybeApplied } of pushes) {
        if (acknowledged && !found.has(number)) lost.push({ key, atMs: endMs });
        if (!acknowledged && !maybeApplied && found.has(number)) wrong.push(`${key} holds what was not applied`);
      }
    }
    const firstAfter = (shard: string, atMs: number): number => {
      const ends = this.#lists.filter((list) => list.shard === shard).flatMap(({ key, pushes }) =>
        pushes.filter(({ number, endMs, acknowledged }) => acknowledged && endMs >= atMs && held.get(key)!.has(number))
          .map(({ endMs }) => endMs)
      );
      return Math.min(...ends);
    };
    return { errors: this.#errors, lost, wrong, firstAfter };
  }

  async #push(key: string, pushes: Push[]): Promise<void> {
    for (let number = 1; this.#running; number++) {
      const startMs = performance.now();
      try {
        await this.#client.rpush(key, String(number));
        pushes.push({ number, startMs, endMs: performance.now(), acknowledged: true, maybeApplied: true });
      } catch (thrown) {
        const error = thrown as PushError["error"];
        const endMs = performance.now();
        pushes.push({ number, startMs, endMs, acknowledged: false, maybeApplied: error.maybeApplied ?? false });
        this.#errors.push({ error });
      }
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

/** The moment at which a node itself takes a write to a key, which it is asked every few milliseconds. */
export function untilTaken(node: RealNode, key: string): Promise<number> {
  return untilSaid(node, key, (refusal) => refusal === undefined);
}

/** The moment at which a node takes no writes to a key any more. */
export function untilRefused(node: RealNode, key: string): Promise<number> {
  return untilSaid(node, key, (refusal) => refusal !== undefined);
}

async function untilSaid(
  node: RealNode,
  key: string,
  wanted: (refusal: Refusal | undefined) => boolean,
): Promise<number> {
  const client: PlainClient = await node.connect();
  try {
    for (;;) {
      const refusal = await client.command("SET", key, "").then(() => undefined, (error: unknown) => {
        if (error instanceof Refusal) return error;
        throw error;
      });
      if (wanted(refusal)) return performance.now();
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  } finally {
    await client.close();
  }
}
