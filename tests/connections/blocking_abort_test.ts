/** Giving up a command while it blocks: what the server hands out at that very moment is not lost. */
import assert from "node:assert/strict";
import { AbortError, type Client } from "../../mod.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { blocked, client, gone, plainWay, serversOfEachKind, turnOfEvents, ways } from "./scene.ts";

const SEED = 20_260_501;
const ROUNDS = 200;

const serverOf = serversOfEachKind();

/** Every command whose wait can be ended, and what it gives when there is nothing. */
const waits: readonly (readonly [string, (redis: Client, key: string, signal: AbortSignal) => Promise<unknown>])[] = [
  ["BLPOP", (redis, key, signal) => redis.with({ signal }).blpop(key, 0)],
  ["BLMOVE", (redis, key, signal) => redis.with({ signal }).blmove(key, "moved", "left", "left", 0)],
  ["BLMPOP", (redis, key, signal) => redis.with({ signal }).blmpop(key, "left", 0)],
  ["BZPOPMIN", (redis, key, signal) => redis.with({ signal }).bzpopmin(key, 0)],
  ["BZMPOP", (redis, key, signal) => redis.with({ signal }).bzmpop(key, "min", 0)],
  ["XREAD", (redis, key, signal) => redis.with({ signal }).xread({ [key]: "$" }, { block: 0 })],
  ["BLPOP", (redis, key, signal) => redis.with({ signal }).call("BLPOP", key, 0)],
];

for (const { kind, protocol, name } of ways.filter((way) => way.protocol === 3)) {
  test(`abort: a command that blocks ends, surely not applied, and its connection is used again (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    for (const [what, wait] of waits) {
      const controller = new AbortController();
      const call = failureOf(wait(redis, freshKey(), controller.signal));
      await blocked(redis, 1);
      controller.abort("enough");
      const error = await call;
      assert.ok(error instanceof AbortError, what);
      assert.deepEqual([error.waitedFor, error.maybeApplied, error.cause], ["reply", false, "enough"], what);
    }
    const { created, closed, idle } = redis.poolStats();
    assert.deepEqual({ created, closed, idle }, { created: 1, closed: 0, idle: 1 });
  });

  test(
    `abort: an element is given to the caller or stays, ${ROUNDS} times (${name})`,
    { timeoutMs: 60_000 },
    async (t) => {
      const redis = await client(t, serverOf(kind), { protocol });
      const random = seededRandom(SEED);
      const outcomes = { given: 0, stayed: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const key = freshKey();
        const controller = new AbortController();
        const call = redis.with({ signal: controller.signal }).blpop(key, 0).catch((error) => error);
        await distance(random);
        const steps: (() => unknown)[] = [() => controller.abort(), () => redis.rpush(key, round)];
        if (random() < 0.5) steps.reverse();
        const first = steps[0]();
        await distance(random);
        const second = steps[1]();
        const [outcome] = await Promise.all([call, first, second]);
        const left = await redis.lrange(key, 0, -1);
        if (outcome instanceof AbortError) {
          assert.equal(outcome.maybeApplied, false, `round ${round}`);
          assert.deepEqual(left, [String(round)], `round ${round}`);
          outcomes.stayed++;
        } else {
          assert.deepEqual([outcome, left], [{ key, element: String(round) }, []], `round ${round}`);
          outcomes.given++;
        }
      }
      assert.ok(outcomes.given > 10 && outcomes.stayed > 10, JSON.stringify(outcomes));
      assert.ok(redis.poolStats().created <= 2, `${redis.poolStats().created} connections`);
    },
  );
}

test("abort: one that comes before the server has the command ends it as soon, and keeps the connection", {
  timeoutMs: 30_000,
}, async (t) => {
  const redis = await client(t, serverOf(plainWay.kind));
  const random = seededRandom(SEED);
  const start = performance.now();
  for (let round = 0; round < 100; round++) {
    const controller = new AbortController();
    const call = failureOf(redis.with({ signal: controller.signal }).blpop(freshKey(), 0));
    if (random() < 0.8) await distance(random);
    controller.abort();
    const error = await call;
    assert.ok(error instanceof AbortError && !error.maybeApplied, `round ${round}: ${error}`);
  }
  const took = performance.now() - start;
  assert.ok(took < 5_000, `it took ${took} ms`);
  assert.ok(redis.poolStats().created <= 2, `${redis.poolStats().created} connections`);
});

test("abort: twenty at once end each its own", async (t) => {
  const redis = await client(t, serverOf(plainWay.kind), { pool: { max: 20 } });
  const key = freshKey();
  const controllers = Array.from({ length: 20 }, () => new AbortController());
  const calls = controllers.map(({ signal }) => redis.with({ signal }).blpop(key, 0).catch((error) => error));
  await blocked(redis, 20);
  for (const controller of controllers.slice(0, 15)) controller.abort();
  await redis.rpush(key, 1, 2, 3, 4, 5);
  const outcomes = await Promise.all(calls);
  const elements = outcomes.filter((outcome) => !(outcome instanceof AbortError)).map(({ element }) => Number(element));
  for (const outcome of outcomes.slice(15)) assert.ok(!(outcome instanceof AbortError));
  const left = (await redis.lrange(key, 0, -1)).map(Number);
  assert.deepEqual([...elements, ...left].sort(), [1, 2, 3, 4, 5]);
  assert.equal(redis.poolStats().closed, 0);
});

test("abort: over protocol 2 the connection does not know its number: it is ended, and who knows", async (t) => {
  const redis = await client(t, serverOf(plainWay.kind), { protocol: 2 });
  const key = freshKey();
  const controller = new AbortController();
  const call = failureOf(redis.with({ signal: controller.signal }).blpop(key, 0));
  const [id] = await blocked(redis, 1);
  controller.abort("enough");
  const error = await call;
  assert.ok(error instanceof AbortError);
  assert.deepEqual([error.waitedFor, error.maybeApplied, error.cause], ["reply", true, "enough"]);
  await gone(redis, id);
  await redis.rpush(key, "stays");
  assert.deepEqual(await redis.blpop(key, 0), { key, element: "stays" });
  assert.deepEqual([redis.poolStats().created, redis.poolStats().closed], [2, 1]);
});

test("abort: a pipeline that blocks is given up with its connection", async (t) => {
  const redis = await client(t, serverOf(plainWay.kind));
  const controller = new AbortController();
  const { signal } = controller;
  // It blocks first: of one that is answered in part, whether that has come yet is chance.
  const call = failureOf(redis.with({ signal }).pipeline().blpop(freshKey(), 0).set(freshKey(), "v").exec());
  const [id] = await blocked(redis, 1);
  controller.abort("enough");
  const error = await call;
  assert.ok(error instanceof AbortError);
  assert.deepEqual([error.maybeApplied, error.cause], [true, "enough"]);
  await gone(redis, id);
  assert.equal(redis.poolStats().total, 0);
});

test("abort: where the server does not end the wait within a second, the connection is ended", async (t) => {
  const admin = await client(t, serverOf(plainWay.kind));
  await admin.aclSetuser("waiter", "on", ">secret", "+@all", "-client|unblock", "~*");
  const clock = new FakeClock();
  const redis = await client(t, serverOf(plainWay.kind), { clock, username: "waiter", password: "secret" });
  // Its close() would wait for a clock that stands.
  t.defer(() => redis.destroy());
  const controller = new AbortController();
  const call = redis.with({ signal: controller.signal }).blpop(freshKey(), 0).catch((error) => error);
  const [id] = await blocked(admin, 1);
  controller.abort("enough");
  await clock.advance(900);
  assert.deepEqual(await blocked(admin, 1), [id]);
  await clock.advance(200);
  const error = await call;
  assert.ok(error instanceof AbortError);
  assert.deepEqual([error.waitedFor, error.maybeApplied, error.cause], ["reply", true, "enough"]);
  await gone(admin, id);
});

/** Lets some microtasks pass, or some turns of the event loop, or nothing. */
async function distance(random: () => number): Promise<void> {
  const count = Math.floor(random() * 12);
  const turns = random() < 0.5;
  for (let i = 0; i < count; i++) await (turns && i % 3 === 0 ? turnOfEvents() : undefined);
}
