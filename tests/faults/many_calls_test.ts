/**
 * 100,000 calls through bad weather: every reply that arrives is its own caller's.
 *
 * Callers make single calls, pipelines and transactions, in text and in bytes, of values that nobody else has. A third
 * of them have a deadline that is too short or a signal that aborts sometime, while a proxy delays, cuts into pieces and
 * now and then cuts off. All of it only reads, so a lost link costs nobody an error. Then the
 * same with writes, each to a key of its own, which tells afterwards what became of it.
 *
 * Limits: chance has a seed, but what is under way when is up to the machine.
 */
import assert from "node:assert/strict";
import { clearTimeout, setTimeout } from "node:timers";
import { AbortError, type Client, ConnectionError, TimeoutError, type View } from "../../mod.ts";
import { echo, get } from "../../src/commands/mod.ts";
import { SEED } from "../support/fault_fixture.ts";
import type { FaultProxy } from "../support/fault_proxy.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { type Server, type ServerKind, startServer } from "../support/server.ts";
import { textOf } from "../support/wire.ts";
import { behindProxy } from "./behind_proxy.ts";

/** How many calls are under way at once; a pipeline counts as one here. */
const CALLERS = 300;
const KEYS = 100;
const WRITES = 20_000;
/** Milliseconds between two changes of the weather. */
const WEATHER_MS = 20;

/** Which server, over how many connections, and how many calls. */
const runs: readonly (readonly [ServerKind, connections: number, calls: number])[] = [
  ["redis7", 1, 100_000],
  ["redis7", 4, 40_000],
  ["valkey9", 2, 20_000],
];

const servers = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of ["redis7", "valkey9"] as const) servers.set(kind, await startServer({ kind }));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

for (const [kind, connections, calls] of runs) {
  const name =
    `many calls: ${calls}, ${kind}, connections: ${connections}: each is given its own reply or ends as it asked`;
  test(name, { timeoutMs: 60_000 }, async (t) => {
    const { proxy, redis, straight } = await behindProxy(t, servers.get(kind)!, {
      connections,
      reconnect: { capMs: 50 },
      timeoutMs: 20_000,
    });
    await Promise.all(Array.from({ length: KEYS }, (_, index) => straight.set(`own:${index}`, valueOf(index))));
    const weather = new Weather(t, proxy);
    const crowd = new Crowd(redis, calls);
    const start = performance.now();
    await Promise.all(Array.from({ length: CALLERS }, () => crowd.call()));
    const { made, answered, late, aborted } = crowd;
    console.log(
      `${kind}, connections: ${connections}: ${answered} answered, ${late} late, ${aborted} aborted in ` +
        `${Math.round(performance.now() - start)} ms; ${weather.cuts} cuts, ${proxy.accepted} links, seed ${SEED}`,
    );
    weather.stop();
    assert.equal(answered + late + aborted, made);
    assert.ok(made >= calls && answered > calls / 2 && late > calls / 100 && aborted > calls / 100 && weather.cuts > 0);

    await proxy.heal();
    const last = Array.from({ length: CALLERS }, (_, index) => `last ${index}`);
    assert.deepEqual(await Promise.all(last.map((text) => redis.echo(text))), last);
    const closing = performance.now();
    await redis.close();
    assert.ok(performance.now() - closing < 1_000, "close() found something to wait for");
  });
}

test(`many calls: ${WRITES} increments: each says truly what became of it`, { timeoutMs: 60_000 }, async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, servers.get("redis7")!, {
    connections: 2,
    reconnect: { capMs: 50 },
    timeoutMs: 20_000,
  });
  const weather = new Weather(t, proxy);
  const keys = Array.from({ length: WRITES }, (_, index) => `count:${index}`);
  const outcomes = new Map<string, "applied" | "not applied" | "unknown">();
  const random = seededRandom(SEED);
  let next = 0;
  await Promise.all(Array.from({ length: CALLERS }, async () => {
    while (next < WRITES) {
      const key = keys[next++];
      const wish = random();
      const timeoutMs = wish < 0.2 ? 1 + Math.floor(random() * 20) : undefined;
      const signal = wish > 0.95 ? AbortSignal.timeout(Math.floor(random() * 10)) : undefined;
      try {
        assert.equal(await redis.with({ timeoutMs, signal }).incr(key), 1);
        outcomes.set(key, "applied");
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        outcomes.set(key, error.maybeApplied ? "unknown" : "not applied");
      }
    }
  }));
  weather.stop();
  await proxy.heal();
  assert.equal(await redis.ping(), "PONG");
  const counts = new Map<string, number>();
  for (let from = 0; from < WRITES; from += 1_000) {
    for (const [index, count] of (await straight.mget(...keys.slice(from, from + 1_000))).entries()) {
      const key = keys[from + index], outcome = outcomes.get(key)!;
      const right = outcome === "applied" ? count === "1" : count === null || (outcome === "unknown" && count === "1");
      assert.ok(right, `${key}: ${outcome}, and it is ${count}`);
      const what = `${outcome} and ${count === null ? "is not" : "is"}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  }
  console.log(
    `${[...counts].map(([what, count]) => `${count} ${what}`).join(", ")}; ${weather.cuts} cuts, seed ${SEED}`,
  );
  assert.ok(counts.get("applied and is")! > WRITES / 2 && counts.get("unknown and is")! > 0);
});

/** What a key of its number holds. */
function valueOf(index: number): string {
  return `${index}:${"v".repeat(10 * index)}`;
}

/** A call, a pipeline or a transaction that has not been made. */
interface Plan {
  /** How many calls it is. */
  count: number;
  make: (view: View) => Promise<unknown>;
  /** What a reply is to be. */
  wanted: unknown;
}

/** Makes calls and holds each reply against what it is to be. */
class Crowd {
  made = 0;
  answered = 0;
  late = 0;
  aborted = 0;
  readonly #redis: Client;
  readonly #calls: number;
  readonly #hasty: readonly View[];
  readonly #random = seededRandom(SEED);

  constructor(redis: Client, calls: number) {
    this.#redis = redis;
    this.#calls = calls;
    this.#hasty = Array.from({ length: 20 }, (_, index) => redis.with({ timeoutMs: index + 1 }));
  }

  /** Calls again and again, until there were enough. */
  async call(): Promise<void> {
    while (this.made < this.#calls) {
      const plan = this.#plan();
      this.made += plan.count;
      const wish = this.#random();
      if (wish < 0.15) {
        const ended = await this.#ended(plan, plan.make(this.#hasty[this.#below(20)]), isLate);
        this.late += ended;
      } else if (wish < 0.35) {
        const ended = await this.#withSignal(plan);
        this.aborted += ended;
      } else await this.#ended(plan, plan.make(this.#redis), never);
    }
  }

  async #withSignal(plan: Plan): Promise<number> {
    const controller = new AbortController();
    const reason = { plan };
    const abort = (): void => controller.abort(reason);
    const afterMs = this.#below(12) - 2;
    const timer = setTimeout(abort, Math.max(0, afterMs));
    const call = plan.make(this.#redis.with({ signal: controller.signal }));
    // In the same turn, or as soon as what this turn calls has been written.
    if (afterMs === -2) abort();
    else if (afterMs === -1) queueMicrotask(abort);
    try {
      return await this.#ended(plan, call, (error) => error instanceof AbortError && error.cause === reason);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives how many calls of a plan ended as they may; all others must have been given what they wanted. */
  async #ended({ count, wanted }: Plan, call: Promise<unknown>, mayEnd: (error: unknown) => boolean): Promise<number> {
    let reply: unknown;
    try {
      reply = await call;
    } catch (error) {
      if (mayEnd(error)) return count;
      throw error;
    }
    // A pipeline that was answered in part has errors for the rest, and for nothing before.
    const answered = Array.isArray(reply) ? reply.length - reply.filter(mayEnd).length : 1;
    // Most are texts, and of these the fast comparison suffices.
    if (Array.isArray(reply)) assert.deepEqual(reply.slice(0, answered), (wanted as unknown[]).slice(0, answered));
    else if (reply !== wanted) assert.deepEqual(reply, wanted);
    this.answered += answered;
    return count - answered;
  }

  #plan(): Plan {
    const kind = this.#random();
    if (kind < 0.6) {
      const text = this.#text();
      return { count: 1, wanted: text, make: (view) => view.echo(text) };
    }
    if (kind < 0.75) {
      const text = this.#text();
      return { count: 1, wanted: text, make: (view) => view.bytes.echo(text).then(textOf) };
    }
    if (kind < 0.9) {
      const index = this.#below(KEYS);
      return { count: 1, wanted: valueOf(index), make: (view) => view.get(`own:${index}`) };
    }
    const count = 2 + this.#below(kind < 0.97 ? 20 : 4);
    const index = this.#below(KEYS);
    const texts = Array.from({ length: count - 1 }, () => this.#text());
    const commands = [...texts.map((text) => echo(text)), get(`own:${index}`)];
    const wanted = [...texts, valueOf(index)];
    // The lists of commands are the client's alone, not a view's.
    return kind < 0.97
      ? { count, wanted, make: (view) => (view as Client).pipeline(commands) }
      : { count, wanted, make: (view) => (view as Client).transaction(commands) };
  }

  /** A text that nobody else has: mostly short, now and then of up to 10 kB. */
  #text(): string {
    const size = this.#random();
    return `${this.made}:${this.#random()}:${"x".repeat(this.#below(size < 0.8 ? 40 : size < 0.98 ? 600 : 10_000))}`;
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
}

function isLate(error: unknown): boolean {
  return error instanceof TimeoutError;
}

function never(): boolean {
  return false;
}

/** What a proxy does to its links, and how often of 20 times. */
const faults: readonly (readonly [number, (proxy: FaultProxy) => void])[] = [
  [5, (proxy) => proxy.chunks({ min: 1, max: 16_384 })],
  [3, (proxy) => proxy.chunks({ min: 1_000, max: 5_000 })],
  [2, (proxy) => proxy.chunks({ min: 1, max: 50 })],
  [4, (proxy) => proxy.delay({ minMs: 0, maxMs: 3 })],
  [1, (proxy) => proxy.delay({ minMs: 5, maxMs: 20 })],
  [3, (proxy) => proxy.delay("off")],
  [2, (proxy) => proxy.cut()],
];

/** Changes what a proxy does, by chance, until it is told to stop. */
class Weather {
  cuts = 0;
  readonly #proxy: FaultProxy;
  readonly #random = seededRandom(SEED + 1);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(t: Context, proxy: FaultProxy) {
    this.#proxy = proxy;
    t.defer(() => this.stop());
    this.#change();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #change = (): void => {
    let lot = Math.floor(this.#random() * 20);
    for (const [often, fault] of faults) {
      lot -= often;
      if (lot >= 0) continue;
      fault(this.#proxy);
      if (fault === faults[6][1]) this.cuts++;
      break;
    }
    this.#timer = setTimeout(this.#change, WEATHER_MS);
  };
}
