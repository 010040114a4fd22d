/**
 * Many callers at once, and the ledger of what each was told.
 *
 * Every caller sets keys that nobody else has, reads them back, and counts on a counter of its own, one call after the
 * other. The ledger is then held against the data: what was acknowledged must be there, what was refused without a
 * doubt must not, and a counter is no higher than the acknowledged and the doubtful tries together. What a read gives
 * is checked when it comes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Client, ConnectionError } from "../../mod.ts";
import { until } from "./conditions.ts";

const FIXED = "fixed";

/** What one caller was told of its writes. */
interface Ledger {
  /** Keys whose SET was acknowledged. */
  set: string[];
  /** Keys whose SET failed and was surely not executed. */
  unset: string[];
  /** INCRs that were acknowledged. */
  counted: number;
  /** INCRs that failed and may have been executed. */
  doubtful: number;
  /** The last reply of an INCR. */
  last: number;
}

/** Callers that go on until they are stopped. */
export class Callers {
  /** Calls that were answered. */
  answered = 0;
  /** Failures of reads, and of writes, by what the caller saw. */
  readonly failures: { reads: Map<string, number>; writes: Map<string, number> } = {
    reads: new Map(),
    writes: new Map(),
  };
  readonly #redis: Client;
  readonly #ledgers: Ledger[] = [];
  readonly #loops: Promise<void>[] = [];
  #stopped = false;

  private constructor(redis: Client) {
    this.#redis = redis;
  }

  /** Starts so many callers. */
  static async start(redis: Client, count = 100): Promise<Callers> {
    const callers = new Callers(redis);
    await redis.set(FIXED, FIXED);
    for (let i = 0; i < count; i++) {
      const ledger: Ledger = { set: [], unset: [], counted: 0, doubtful: 0, last: 0 };
      callers.#ledgers.push(ledger);
      callers.#loops.push(callers.#loop(i, ledger));
    }
    return callers;
  }

  /** Waits until so many more calls were answered. */
  async more(count: number): Promise<void> {
    const wanted = this.answered + count;
    await until(`${count} more calls are answered`, () => this.answered >= wanted);
  }

  /** Has every caller end with its present call, and waits for that. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  /** How many writes failed. */
  get lostWrites(): number {
    return sum(this.failures.writes.values());
  }

  /** Holds the ledgers against the data. No read may have failed, and each failed write may have been applied. */
  async check(): Promise<void> {
    assert.deepEqual([...this.failures.reads], [], `reads failed; of the writes: ${this.#told()}`);
    for (const kind of this.failures.writes.keys()) assert.match(kind, /^ConnectionError maybeApplied true: /);
    await this.checkWrites();
  }

  /** Holds the ledgers of the writes against the data, however they failed. */
  async checkWrites(): Promise<void> {
    const set = this.#ledgers.flatMap((ledger) => ledger.set);
    const unset = this.#ledgers.flatMap((ledger) => ledger.unset);
    const there = await this.#valuesOf(set);
    assert.deepEqual(set.filter((key, index) => there[index] !== valueOf(key)), [], "acknowledged and not there");
    const notThere = await this.#valuesOf(unset);
    assert.deepEqual(unset.filter((_, index) => notThere[index] !== null), [], "surely not applied, and there");
    const counts = await this.#valuesOf(this.#ledgers.map((_, index) => counterOf(index)));
    for (const [index, { counted, doubtful, last }] of this.#ledgers.entries()) {
      const value = Number(counts[index]);
      const told = `${counterOf(index)} is ${value}: ${counted} acknowledged, ${doubtful} in doubt (${this.#told()})`;
      assert.ok(counted <= value && last <= value && value <= counted + doubtful, told);
    }
  }

  async #valuesOf(keys: readonly string[]): Promise<(string | null)[]> {
    const values: (string | null)[] = [];
    for (let i = 0; i < keys.length; i += 1_000) values.push(...await this.#redis.mget(...keys.slice(i, i + 1_000)));
    return values;
  }

  #told(): string {
    return JSON.stringify([...this.failures.writes]);
  }

  async #loop(caller: number, ledger: Ledger): Promise<void> {
    for (let i = 0; !this.#stopped; i++) {
      const key = `set:${caller}:${i}`;
      await this.#write(() => this.#redis.set(key, valueOf(key)), () => ledger.set.push(key) > 0, (surelyNot) => {
        if (surelyNot) ledger.unset.push(key);
      });
      const mine = ledger.set.at(-1) ?? FIXED;
      await this.#read(() => this.#redis.get(mine), (value) => value === valueOf(mine));
      await this.#write(() => this.#redis.incr(counterOf(caller)), (value) => {
        const isRight = value > ledger.last && value <= ++ledger.counted + ledger.doubtful;
        ledger.last = value;
        return isRight;
      }, (surelyNot) => {
        if (!surelyNot) ledger.doubtful++;
      });
      await this.#read(
        () => this.#redis.mget(FIXED, mine),
        ([fixed, value]) => fixed === FIXED && value === valueOf(mine),
      );
    }
  }

  async #read<Reply>(call: () => Promise<Reply>, isRight: (reply: Reply) => boolean): Promise<void> {
    try {
      const reply = await call();
      if (isRight(reply)) this.answered++;
      else note(this.failures.reads, `a wrong reply: ${JSON.stringify(reply)}`);
    } catch (error) {
      await this.#failed(this.failures.reads, error);
    }
  }

  async #write<Reply>(
    call: () => Promise<Reply>,
    isRight: (reply: Reply) => boolean,
    failed: (surelyNot: boolean) => void,
  ): Promise<void> {
    let reply: Reply;
    try {
      reply = await call();
    } catch (error) {
      // A refusal of the server is no doubt either: it did not execute the command.
      failed(!(error instanceof ConnectionError) || !error.maybeApplied);
      return await this.#failed(this.failures.writes, error);
    }
    if (isRight(reply)) this.answered++;
    else note(this.failures.writes, `a wrong reply: ${JSON.stringify(reply)}`);
  }

  async #failed(kinds: Map<string, number>, error: unknown): Promise<void> {
    note(kinds, kindOf(error));
    // A client that fails at once must not keep the event loop for itself.
    await new Promise<void>((done) => setTimeout(done, 0));
  }
}

/** What a failure is, with what differs from one to the next left out. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const doubt = error instanceof ConnectionError ? ` maybeApplied ${error.maybeApplied}` : "";
  return `${error.name}${doubt}: ${error.message.replace(/\d+/g, "N")}`;
}

function note(kinds: Map<string, number>, kind: string): void {
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function valueOf(key: string): string {
  return key === FIXED ? FIXED : `value of ${key}`;
}

function counterOf(caller: number): string {
  return `counter:${caller}`;
}
