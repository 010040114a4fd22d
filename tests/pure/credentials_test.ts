/** Credentials: asked at every connect, or kept up with; what is wrong, what ends, what fails. */
import assert from "node:assert/strict";
import type { Credentials, CredentialsSource } from "../../src/connect_options.ts";
import { CredentialsReader } from "../../src/connection/credentials.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";

const WRONG = "Cannot log in: credentials are to be an object with a password and perhaps a username, as text";
const EMPTY = "Cannot log in: the stream of credentials ended before it gave any";

/** A reader and what its owner was told. */
function reading(source: CredentialsSource): { reader: CredentialsReader; told: unknown[] } {
  const told: unknown[] = [];
  const reader = new CredentialsReader(source);
  reader.add({
    renewed: (credentials) => void told.push(credentials),
    failed: (error) => void told.push(error),
  });
  return { reader, told };
}

/** A stream that the test feeds, opened anew each time that it is asked for. */
class Stream implements AsyncIterable<Credentials> {
  opened = 0;
  ended = 0;
  #waits: { resolve: (result: IteratorResult<Credentials>) => void; reject: (error: unknown) => void }[] = [];

  [Symbol.asyncIterator](): AsyncIterator<Credentials> {
    this.opened++;
    return {
      next: () => new Promise((resolve, reject) => this.#waits.push({ resolve, reject })),
      return: () => {
        this.ended++;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async gives(value: unknown): Promise<void> {
    this.#waits.shift()!.resolve({ done: false, value: value as Credentials });
    await turn();
  }

  async ends(): Promise<void> {
    this.#waits.shift()!.resolve({ done: true, value: undefined });
    await turn();
  }

  async fails(error: unknown): Promise<void> {
    this.#waits.shift()!.reject(error);
    await turn();
  }

  /** How many values it is asked for. */
  get asked(): number {
    return this.#waits.length;
  }
}

test("credentials: a function is asked at every connect, and not before", async () => {
  let count = 0;
  for (const wrap of [(value: Credentials) => value, (value: Credentials) => Promise.resolve(value)]) {
    count = 0;
    const { reader, told } = reading(() => wrap({ username: "u", password: `p${++count}` }));
    assert.equal(count, 0);
    assert.deepEqual(await reader.read(), { username: "u", password: "p1" });
    assert.deepEqual(await reader.read(), { username: "u", password: "p2" });
    assert.deepEqual(told, []);
    reader.stop();
  }
});

test("credentials: what the function throws, or rejects with, is the connect's failure, and it is asked again", async () => {
  const reason = new Error("the vault is shut");
  for (
    const fail of [() => Promise.reject(reason), () => {
      throw reason;
    }]
  ) {
    let shut = true;
    const { reader, told } = reading(() => shut ? fail() : { password: "p" });
    assert.equal((await errorOf(reader.read())).cause, reason);
    shut = false;
    assert.deepEqual(await reader.read(), { password: "p" });
    assert.deepEqual(told, []);
  }
});

test("credentials: what has no password, or names that are no text, is a TypeError without them", async () => {
  const wrong: unknown[] = [
    undefined,
    null,
    "secret",
    {},
    { password: 5 },
    { password: null },
    { username: "u" },
    { username: 5, password: "secret" },
    { username: null, password: "secret" },
  ];
  for (const value of wrong) {
    const byFunction = await errorOf(reading(() => value as Credentials).reader.read());
    assert.deepEqual([byFunction.name, byFunction.message], ["TypeError", WRONG]);
    const stream = new Stream();
    const read = reading(stream).reader.read();
    const failure = errorOf(read);
    await stream.gives(value);
    assert.equal((await failure).message, WRONG);
  }
  for (const value of [{ password: "" }, { password: "p", username: undefined }, { password: "p", username: "" }]) {
    assert.equal(await reading(() => value).reader.read(), value);
  }
});

test("credentials: a stream is opened at the first connect, which waits for its first value", async () => {
  const stream = new Stream();
  const { reader, told } = reading(stream);
  assert.equal(stream.opened, 0);
  const reads = [reader.read(), reader.read()];
  assert.deepEqual([stream.opened, stream.asked], [1, 1]);
  assert.equal(await stateOf(reads[0]), "waiting");
  await stream.gives({ password: "p1" });
  assert.deepEqual(await Promise.all(reads), [{ password: "p1" }, { password: "p1" }]);
  assert.deepEqual(await reader.read(), { password: "p1" });
  // The first value is what connections are made with: nobody has to log in anew.
  assert.deepEqual([told, stream.opened], [[], 1]);
  reader.stop();
});

test("credentials: each later value is told, and is what new connections log in with", async () => {
  const stream = new Stream();
  const { reader, told } = reading(stream);
  const first = reader.read();
  await stream.gives({ password: "p1" });
  await first;
  for (const password of ["p2", "p3"]) {
    await stream.gives({ password });
    assert.deepEqual(await reader.read(), { password });
  }
  assert.deepEqual(told, [{ password: "p2" }, { password: "p3" }]);
  reader.stop();
});

test("credentials: a stream that ends leaves its last value", async () => {
  const stream = new Stream();
  const { reader, told } = reading(stream);
  const first = reader.read();
  await stream.gives({ password: "p1" });
  await first;
  await stream.ends();
  assert.deepEqual(await reader.read(), { password: "p1" });
  assert.deepEqual([told, stream.opened, stream.asked], [[], 1, 0]);
});

test("credentials: a stream that fails, or gives what is wrong, leaves its last value and is told of once", async () => {
  const reason = new Error("the vault is shut");
  for (const wrong of [false, true]) {
    const stream = new Stream();
    const { reader, told } = reading(stream);
    const first = reader.read();
    await stream.gives({ password: "p1" });
    await first;
    if (wrong) await stream.gives({ password: 5 });
    else await stream.fails(reason);
    assert.equal(told.length, 1);
    if (wrong) assert.equal((told[0] as Error).message, WRONG);
    else assert.equal(told[0], reason);
    assert.deepEqual(await reader.read(), { password: "p1" });
    assert.equal(stream.asked, 0);
  }
});

test("credentials: where the first value does not come, the next connect asks again", async () => {
  const reason = new Error("the vault is shut");
  const stream = new Stream();
  const { reader, told } = reading(stream);
  const failed = errorOf(reader.read());
  await stream.fails(reason);
  assert.equal((await failed).cause, reason);
  const ended = errorOf(reader.read());
  await stream.ends();
  assert.deepEqual([(await ended).name, (await ended).message], ["TypeError", EMPTY]);
  const good = reader.read();
  await stream.gives({ password: "p" });
  assert.deepEqual(await good, { password: "p" });
  assert.deepEqual([stream.opened, told], [3, []]);
  reader.stop();
});

test("credentials: a stop ends the stream, and nothing is told any more", async () => {
  const stream = new Stream();
  const { reader, told } = reading(stream);
  const first = reader.read();
  await stream.gives({ password: "p1" });
  await first;
  reader.stop();
  reader.stop();
  assert.equal(stream.ended, 1);
  await stream.gives({ password: "p2" });
  assert.deepEqual([told, stream.asked], [[], 0]);

  const failing = new Stream();
  const other = reading(failing);
  const read = other.reader.read();
  await failing.gives({ password: "p1" });
  await read;
  other.reader.stop();
  await failing.fails(new Error("the vault is shut"));
  assert.deepEqual(other.told, []);
});

test("credentials: a stop before the first value ends the stream, too", async () => {
  const stream = new Stream();
  const { reader, told } = reading(stream);
  const read = reader.read();
  reader.stop();
  assert.equal(stream.ended, 1);
  await stream.gives({ password: "p1" });
  assert.deepEqual(await read, { password: "p1" });
  assert.deepEqual([told, stream.asked], [[], 0]);
  reading(new Stream()).reader.stop();
});

test("credentials: a generator runs its clean-up when it is stopped", async () => {
  let cleaned = 0;
  let wake: () => void = () => {};
  async function* generator(): AsyncGenerator<Credentials> {
    try {
      yield { password: "p1" };
      await new Promise<void>((resolve) => wake = resolve);
      yield { password: "p2" };
    } finally {
      cleaned++;
    }
  }
  const { reader, told } = reading(generator());
  assert.deepEqual(await reader.read(), { password: "p1" });
  await turn();
  reader.stop();
  // It waits inside of next(), which nothing but itself can end.
  assert.equal(cleaned, 0);
  wake();
  await turn();
  assert.deepEqual([cleaned, told], [1, []]);
});

test("credentials: a stream whose end fails hurts nobody", async () => {
  const ends: (() => Promise<never>)[] = [() => Promise.reject(new Error("no end")), () => {
    throw new Error("no end");
  }];
  for (const end of ends) {
    const { reader } = reading({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false as const, value: { password: "p" } }),
        return: end,
      }),
    });
    const first = await reader.read();
    reader.stop();
    await turn();
    assert.deepEqual(first, { password: "p" });
  }
  // An iterator need not have an end.
  const { reader } = reading({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) });
  void reader.read();
  reader.stop();
});
