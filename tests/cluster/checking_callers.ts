/**
 * Callers beside those of `load.ts`, who check what one call says by what the next one finds: commands of several keys,
 * over many slots and within one, and sections that watch keys.
 *
 * Each has keys of its own, but for the watched counters, which two share; it makes one round after the other until it
 * is stopped. An answer that cannot be, or an error, ends it, and `stop` throws that.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Client } from "../../mod.ts";

/** How many of each sort there are. */
const CALLERS = 8;
const KEYS = 6;

/** What they did. */
export interface Rounds {
  /** Rounds of writing, reading, counting and deleting several keys. */
  readonly several: number;
  /** Sections that were executed. */
  readonly watched: number;
}

/** Callers at work. */
export class CheckingCallers {
  readonly #client: Client;
  readonly #work: Promise<unknown>;
  #running = true;
  #several = 0;
  #watched = 0;

  /** Has them begin. */
  constructor(client: Client) {
    this.#client = client;
    const callers = Array.from({ length: CALLERS }, (_, caller) => [
      this.#again((round) => this.#manySlots(caller, round)),
      this.#again((round) => this.#oneSlot(caller, round)),
      this.#again(() => this.#watch(`{watched:${caller >> 1}}`)),
    ]);
    this.#work = Promise.all(callers.flat());
    // Whoever waits for something else meanwhile is told by `stop`.
    this.#work.catch(() => {});
  }

  /** What they did so far. */
  get rounds(): Rounds {
    return { several: this.#several, watched: this.#watched };
  }

  /** Lets every caller finish its round; throws what one of them found wrong. */
  async stop(): Promise<Rounds> {
    this.#running = false;
    await this.#work;
    let sum = 0;
    for (let pair = 0; pair < CALLERS / 2; pair++) {
      const counts = await this.#client.mget(`{watched:${pair}}:a`, `{watched:${pair}}:b`);
      assert.equal(counts[0], counts[1], "half of a transaction was executed");
      sum += Number(counts[0]);
    }
    assert.equal(sum, this.#watched, "a section was executed twice, or not at all");
    return this.rounds;
  }

  async #again(make: (round: number) => Promise<void>): Promise<void> {
    for (let round = 1; this.#running; round++) await make(round);
  }

  /** All that is split: each reply is the sum of the parts, or has their replies in the order asked. */
  async #manySlots(caller: number, round: number): Promise<void> {
    const redis = this.#client;
    const keys = Array.from({ length: KEYS }, (_, index) => `several:${caller}:${index}`);
    const values = keys.map((key) => `${key} ${round}`);
    const firstTwo = keys.slice(0, 2), others = keys.slice(2);
    assert.equal(await redis.mset(Object.fromEntries(keys.map((key, index) => [key, values[index]]))), "OK");
    assert.deepEqual(await redis.mget(...keys.toReversed(), keys[2]), [...values.toReversed(), values[2]]);
    assert.deepEqual(await Promise.all([redis.exists(...keys, keys[0]), redis.touch(...keys)]), [KEYS + 1, KEYS]);
    assert.deepEqual(await Promise.all([redis.del(...firstTwo), redis.unlink(...others)]), [2, KEYS - 2]);
    assert.deepEqual(await Promise.all([redis.exists(...keys), redis.mget(...keys)]), [0, keys.map(() => null)]);
    this.#several++;
  }

  /** Nothing of it can be split: where some keys have gone and others have not, it waits. */
  async #oneSlot(caller: number, round: number): Promise<void> {
    const redis = this.#client;
    const [a, b, c] = ["a", "b", "c"].map((name) => `{several:${caller}}:${name}`);
    assert.equal(await redis.mset({ [a]: round, [b]: -round, [c]: 0 }), "OK");
    assert.deepEqual(await redis.mget(c, b, a), ["0", `${-round}`, `${round}`]);
    assert.deepEqual(await redis.pipeline().exists(a, b).get(c).del(b, c).mget(a, b, c).exec(), [
      2,
      "0",
      2,
      [`${round}`, null, null],
    ]);
    assert.deepEqual(await redis.transaction().get(a).unlink(a, b).exists(a, b, c).exec(), [`${round}`, 1, 0]);
    this.#several++;
  }

  /** Reads a counter and writes what comes next, as long as nobody else did. */
  async #watch(tag: string): Promise<void> {
    const [a, b] = [`${tag}:a`, `${tag}:b`];
    await this.#client.watch([a, b], async (lease) => {
      const next = Number(await lease.get(a)) + 1;
      assert.deepEqual(await lease.transaction().set(a, next).incr(b).exec(), ["OK", next]);
    }, { attempts: 50 });
    this.#watched++;
  }
}
