/** Properties of the pool, with fixed seeds: whoever comes, goes, gives up or fails when, nobody is overtaken or lost. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { PoolSettings } from "../../src/connection/pool_options.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { type FakeItem, PoolScene, SETTINGS } from "../support/pool_scene.ts";

/** What happens next; `nth` picks one of those that it can happen to. */
type Step =
  | { kind: "acquire"; timeoutMs: number; turns: boolean }
  | { kind: "release"; nth: number; fit: boolean; turns: boolean }
  | { kind: "abort" | "lose" | "accept" | "refuse" | "pass" | "fail"; nth: number }
  | { kind: "advance"; ms: number };

const nth = fc.nat(50);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("acquire" as const),
      timeoutMs: fc.integer({ min: 1, max: 400 }),
      turns: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("release" as const),
      nth,
      fit: fc.boolean(),
      turns: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("accept" as const, "pass" as const), nth }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("abort" as const, "lose" as const, "refuse" as const, "fail" as const),
      nth,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 500 }) }) },
);

const anySettings: fc.Arbitrary<PoolSettings> = fc.record({
  min: fc.integer({ min: 0, max: 3 }),
  max: fc.integer({ min: 3, max: 5 }),
  acquireTimeoutMs: fc.constant(SETTINGS.acquireTimeoutMs),
  idleTimeoutMs: fc.constantFrom(0, 70, 300),
  maxLifetimeMs: fc.constantFrom(0, 400, 2_000),
  validateAfterMs: fc.constantFrom(0, 1, 100),
  leakAfterMs: fc.constantFrom(0, 250),
});

interface Caller {
  readonly deadline: number;
  readonly controller: AbortController;
  state: "waits" | "served" | "refused";
}

/** A pool and its callers, checked after each step. */
class Play {
  readonly scene: PoolScene;
  readonly #settings: PoolSettings;
  readonly #callers: Caller[] = [];
  readonly #served: number[] = [];
  // Also what was lost meanwhile.
  readonly #held: FakeItem[] = [];
  #refusedByTime = 0;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.scene = new PoolScene(settings);
    this.scene.opensAtOnce = false;
    let state = 1;
    this.scene.random = () => (state = state * 16_807 % 2_147_483_647) / 2_147_483_647;
  }

  async take(step: Step): Promise<void> {
    const { scene } = this;
    if (step.kind === "acquire") {
      this.#acquire(step.timeoutMs);
      if (!step.turns) return; // the next step comes in the same turn
    } else if (step.kind === "release") {
      const item = pick(this.#held, step.nth);
      if (item === undefined) return;
      this.#held.splice(this.#held.indexOf(item), 1);
      scene.pool.release(item, step.fit);
      if (!step.turns) return;
    } else if (step.kind === "advance") await scene.clock.advance(step.ms);
    else if (step.kind === "accept") await pick(scene.openings, step.nth)?.accept();
    else if (step.kind === "refuse") await pick(scene.openings, step.nth)?.refuse(new Error("refused"));
    else if (step.kind === "lose") pick(this.#living(), step.nth)?.loses();
    else if (step.kind === "abort") {
      pick(this.#callers.filter(({ state }) => state === "waits"), step.nth)?.controller.abort();
    } else {
      const check = pick(scene.items.filter(({ checks }) => checks.length > 0), step.nth)?.checks.pop();
      if (step.kind === "pass") check?.resolve();
      else check?.reject(new Error("no sign of life"));
    }
    await turn();
    this.check();
  }

  #acquire(timeoutMs: number): void {
    const number = this.#callers.length;
    const controller = new AbortController();
    const caller: Caller = { deadline: this.scene.clock.now() + timeoutMs, controller, state: "waits" };
    this.#callers.push(caller);
    this.scene.pool.acquire({ timeoutMs, signal: controller.signal }).then((item) => {
      assert.equal(caller.state, "waits");
      assert.ok(!this.#held.includes(item), "one was lent to two callers");
      caller.state = "served";
      this.#served.push(number);
      this.#held.push(item);
    }, (error) => {
      caller.state = "refused";
      if (error.name === "TimeoutError") this.#refusedByTime++;
    });
  }

  #living(): FakeItem[] {
    return this.scene.items.filter(({ ended }) => ended === undefined);
  }

  check(): void {
    const { pool, clock } = this.scene;
    const { total, idle, leased, opening, waiting, created, closed, timeouts } = pool.stats();
    const { max } = this.#settings;
    assert.ok(total <= max, `${total} of ${max}`);
    assert.equal(idle + leased + opening, total);
    assert.equal(opening, this.scene.openings.length);
    assert.equal(created, this.scene.items.length);
    assert.equal(created - closed, this.#living().length);
    assert.equal(leased, this.#held.filter(({ ended }) => ended !== "lost").length);
    assert.equal(waiting, this.#callers.filter(({ state }) => state === "waits").length);
    assert.equal(timeouts, this.#refusedByTime);
    assert.deepEqual(this.#served, [...this.#served].sort((a, b) => a - b), "somebody was overtaken");
    for (const { state, deadline } of this.#callers) assert.ok(state !== "waits" || clock.now() < deadline);
    assert.ok(clock.pending <= 1, "more than one timer");
  }

  /** Nothing fails any more: whoever waits is served, and min is kept. */
  async settle(): Promise<void> {
    const { scene } = this;
    this.#acquire(1e9);
    for (let i = 0; i < 100 && this.#callers.some(({ state }) => state === "waits"); i++) {
      for (const item of this.#held.splice(0)) scene.pool.release(item, true);
      await this.#goWell();
      await scene.clock.advance(100);
      this.check();
    }
    assert.equal(this.#callers.at(-1)!.state, "served");
    await this.#goWell();
    const { total, opening } = scene.pool.stats();
    assert.equal(opening, 0);
    assert.ok(total >= this.#settings.min, `${total}, less than ${this.#settings.min}`);
  }

  /** All that is under way succeeds, and what comes of it. */
  async #goWell(): Promise<void> {
    await turn();
    while (this.scene.openings.length > 0) await this.scene.openings[0].accept();
    for (const item of this.scene.items) for (const check of item.checks.splice(0)) check.resolve();
    await turn();
  }

  async close(): Promise<void> {
    const { scene } = this;
    const closing = scene.pool.close(1_000);
    for (const opening of [...scene.openings]) await opening.refuse(opening.signal.reason);
    await turn();
    assert.ok(this.#callers.every(({ state }) => state !== "waits"));
    await scene.clock.advance(1_000);
    await closing;
    assert.equal(scene.clock.pending, 0);
    assert.equal(this.#living().length, 0);
    assert.equal(scene.pool.stats().total, 0);
    for (const item of this.#held) scene.pool.release(item, true);
  }
}

function pick<Thing>(things: readonly Thing[], nth: number): Thing | undefined {
  return things[nth % things.length];
}

const anyPlay = fc.tuple(anySettings, fc.array(anyStep, { maxLength: 60, size: "max" }));

test("pool properties: whatever happens, the counts are right, nobody is overtaken, and all are told in time", {
  timeoutMs: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyPlay, async ([settings, steps]) => {
      const play = new Play(settings);
      for (const step of steps) await play.take(step);
      await play.settle();
      await play.close();
    }),
    { seed: 20_260_181, numRuns: 300 },
  );
});

test("pool properties: whatever has happened, a close leaves no connection and no timer", {
  timeoutMs: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyPlay, async ([settings, steps]) => {
      const play = new Play(settings);
      for (const step of steps) await play.take(step);
      await turn();
      await play.close();
    }),
    { seed: 20_260_182, numRuns: 300 },
  );
});
