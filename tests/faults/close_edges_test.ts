/** What may go wrong just as a client ends: a loss, a call's time, a listener that ends it. On a clock that stands still. */
import assert from "node:assert/strict";
import { type Client, ClosedError, type ConnectOptions, createClient, TimeoutError } from "../../mod.ts";
import type { ClientEvents } from "../../src/events.ts";
import { WELCOMED } from "../support/conversation.ts";
import { FakeClock, turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { ScriptedPlatform, type ScriptedStream } from "../support/scripted_platform.ts";

interface Scene {
  clock: FakeClock;
  platform: ScriptedPlatform;
  redis: Client;
  /** The names of the events so far. */
  told: string[];
}

const REDIAL = { baseMs: 1_000, capMs: 1_000, jitter: 0 };
const EVENTS: readonly (keyof ClientEvents)[] = [
  "connect",
  "ready",
  "disconnect",
  "reconnecting",
  "reconnect",
  "error",
];

function scene(options: ConnectOptions = {}): Scene {
  const clock = new FakeClock();
  const platform = new ScriptedPlatform();
  const redis = createClient({ host: "host", reconnect: REDIAL, ...options, clock, platform });
  const told: string[] = [];
  for (const name of EVENTS) redis.on(name, () => told.push(name));
  return { clock, platform, redis, told };
}

/** Answers the newest dial and its handshake. */
async function welcome({ platform }: Scene): Promise<ScriptedStream> {
  await turn();
  const { stream, accept } = platform.last;
  accept();
  await turn();
  stream.send(WELCOMED);
  await turn();
  return stream;
}

/** A client that has been answered, and its stream. */
async function connected(options?: ConnectOptions): Promise<Scene & { stream: ScriptedStream }> {
  const all = scene(options);
  const call = all.redis.ping();
  const stream = await welcome(all);
  stream.send("+PONG\r\n");
  await call;
  return { ...all, stream };
}

test("close: a loss meanwhile leaves no timer", async () => {
  const { redis, stream, clock } = await connected();
  const call = redis.set("k", "v");
  const closing = redis.close();
  await turn();
  stream.end();
  assert.equal((await errorOf(call)).maybeApplied, true);
  assert.deepEqual(await stateOf(closing), { value: undefined });
  assert.equal(clock.pending, 0);
});

test("close: a dial that is refused meanwhile leaves no timer", async () => {
  const { redis, platform, clock } = scene({ reconnect: false });
  const call = redis.get("k");
  const closing = redis.close();
  await turn();
  platform.last.refuse(new Error("no route"));
  assert.equal((await errorOf(call)).maybeApplied, false);
  assert.deepEqual(await stateOf(closing), { value: undefined });
  assert.equal(clock.pending, 0);
});

test("close: it is over as soon as the last call that waited offline has been given up", async () => {
  const { redis, stream, clock } = await connected({ timeoutMs: 100 });
  stream.end();
  await turn();
  const call = redis.get("k");
  const closing = redis.close();
  await clock.advance(110);
  assert.ok(await errorOf(call) instanceof TimeoutError);
  assert.deepEqual(await stateOf(closing), { value: undefined });
  assert.equal(clock.pending, 0);
});

test("close: a stream of credentials that the waiting calls need is begun, and ended with the client", async () => {
  let begun = 0;
  let ended = 0;
  const over = { done: true as const, value: undefined };
  const credentials = {
    [Symbol.asyncIterator]: () => {
      begun++;
      let given = false;
      return {
        next: () => {
          if (given) return new Promise<typeof over>(() => {});
          given = true;
          return Promise.resolve({ done: false as const, value: { password: "secret" } });
        },
        return: () => {
          ended++;
          return Promise.resolve(over);
        },
      };
    },
  };
  const all = scene({ credentials });
  const call = all.redis.ping();
  const closing = all.redis.close();
  const stream = await welcome(all);
  stream.send("+PONG\r\n");
  assert.equal(await call, "PONG");
  await closing;
  await turn();
  assert.deepEqual({ begun, ended }, { begun: 1, ended: 1 });
});

test("destroy: in the turn of a call it leaves no timer", async () => {
  const { redis, clock } = await connected();
  const call = redis.get("k");
  redis.destroy();
  // At once: a stream may have ended by then, and nothing comes after that.
  const { pending } = clock;
  assert.equal((await errorOf(call)).maybeApplied, false);
  assert.deepEqual([pending, clock.pending], [0, 0]);
});

for (const name of ["disconnect", "reconnecting"] as const) {
  test(`destroy: a listener of "${name}" that does so is told nothing after it`, async () => {
    const { redis, stream, told, clock, platform } = await connected();
    redis.on(name, () => {
      redis.destroy();
      told.push("destroyed");
    });
    stream.end();
    await clock.advance(5_000);
    assert.equal(told.at(-1), "destroyed");
    assert.equal(platform.dials.length, 1);
    assert.equal(clock.pending, 0);
  });
}

for (const name of ["connect", "ready", "reconnect"] as const) {
  test(`destroy: a listener of "${name}" that does so after a loss ends it for good`, async () => {
    const all = await connected();
    const { redis, stream, told, clock, platform } = all;
    stream.end();
    await turn();
    const call = redis.get("k");
    redis.on(name, () => {
      redis.destroy();
      told.push("destroyed");
    });
    await clock.advance(1_000);
    await welcome(all);
    await clock.advance(5_000);
    assert.ok(await errorOf(call) instanceof ClosedError);
    assert.equal(told.at(-1), "destroyed");
    assert.equal(platform.dials.length, 2);
    assert.equal(clock.pending, 0);
  });
}

test("destroy: a listener that does so while the client gives a silent link up leaves no timer", async () => {
  const { redis, clock, told } = await connected({ watchdogMs: 1_000, timeoutMs: 0 });
  redis.on("disconnect", () => redis.destroy());
  const call = redis.get("k");
  for (let ms = 0; !told.includes("disconnect") && ms < 5_000; ms += 10) await clock.advance(10);
  assert.ok(await errorOf(call) instanceof ClosedError);
  assert.equal(clock.pending, 0);
});
