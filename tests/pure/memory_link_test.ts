/**
 * The whole way, from a client to a server and back over the memory adapter: in chunks of any size, with
 * delays on a clock that the test moves.
 */
import assert from "node:assert/strict";
import { createClientWith } from "../../src/create.ts";
import { encodeReply, wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import type { Value } from "../../src/resp/value.ts";
import { FakeClock, turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { memoryServer } from "../support/memory_server.ts";
import { errorOf, stateOf } from "../support/outcome.ts";

const noPlatform = (): Promise<never> => Promise.reject(new Error("the options name a platform"));

function store(): (words: string[]) => WireValue {
  const values = new Map<string, string>();
  return ([name, key, value]) => {
    if (name === "SET") values.set(key, value);
    return name === "SET" ? wire.simple("OK") : values.get(key) ?? null;
  };
}

for (const chunk of [1, 2, 3, 7, 64, Infinity]) {
  test(`memory link: 200 calls in chunks of ${chunk} are answered in their order`, async () => {
    const server = memoryServer(store(), { chunkSizes: () => chunk });
    const client = createClientWith({ platform: server.platform, clock: new FakeClock() }, noPlatform);
    const text = (i: number): string => "é😀x".repeat(i % 40);
    await Promise.all(Array.from({ length: 100 }, (_, i) => client.set(`k${i}`, text(i))));
    const values = await Promise.all(Array.from({ length: 100 }, (_, i) => client.get(`k${i}`)));
    assert.deepEqual(values, Array.from({ length: 100 }, (_, i) => text(i)));
    assert.equal(server.streams.length, 1);
    assert.equal(server.commands.length, 200);
    await client.close();
  });
}

test("memory link: a value larger than what the link takes at once is sent whole, with calls behind it", async () => {
  const server = memoryServer(store(), { chunkSizes: () => 10_000, highWaterMark: 20_000 });
  const client = createClientWith({ platform: server.platform, clock: new FakeClock() }, noPlatform);
  const large = "0123456789".repeat(100_000);
  const replies = [client.set("large", large), client.set("a", "1")];
  await turn();
  replies.push(client.set("b", "2"));
  assert.deepEqual(await Promise.all(replies), ["OK", "OK", "OK"]);
  assert.equal(await client.get("large"), large);
  await client.close();
});

test("memory link: with delays nothing comes before its time", async () => {
  const clock = new FakeClock();
  const server = memoryServer(store(), { clock, delayMs: 10 });
  const client = createClientWith({ platform: server.platform, clock }, noPlatform);
  const reply = client.get("a");
  await clock.advance(39);
  assert.equal(await stateOf(reply), "waiting");
  await clock.advance(1);
  assert.equal(await reply, null);
  const closing = client.close();
  await clock.advance(10);
  await closing;
});

test("memory link: a server that is too slow to greet is a TimeoutError", async () => {
  const clock = new FakeClock();
  const server = memoryServer(store(), { clock, delayMs: 600 });
  const client = createClientWith(
    { platform: server.platform, clock, connectTimeoutMs: 1_000, reconnect: false },
    noPlatform,
  );
  const reply = client.get("a");
  await clock.advance(1_000);
  const error = await errorOf(reply);
  assert.equal(error.name, "TimeoutError");
  assert.equal(error.message, 'Cannot connect to "127.0.0.1:6379": no answer within 1000 ms');
  await clock.advance(10_000);
  assert.deepEqual(server.commands, []);
});

test("memory link: a link that breaks tells those who wait, and the next call makes another", async () => {
  const server = memoryServer(([name, key]) => name === "GET" && key === "a" ? undefined : "value");
  const options = { platform: server.platform, clock: new FakeClock(), reconnect: false } as const;
  const client = createClientWith(options, noPlatform);
  const lost = client.get("a");
  await turn();
  server.streams[0].fail(new Error("cut"));
  const error = await errorOf(lost);
  assert.equal(error.message, 'Lost the connection to "127.0.0.1:6379": cut (GET)');
  assert.equal(error.maybeApplied, true);
  assert.equal(await client.get("b"), "value");
  assert.equal(server.streams.length, 2);
  await client.close();
});

test("memory link: pushes come to their listener, and what that throws is dropped", async () => {
  const pushes: Value[][] = [];
  const server = memoryServer(() => "value", { chunkSizes: () => 5 });
  const client = createClientWith({
    platform: server.platform,
    clock: new FakeClock(),
    onPush(push) {
      pushes.push(push);
      throw new Error("the listener's own");
    },
  }, noPlatform);
  assert.equal(await client.get("a"), "value");
  server.streams[0].write(encodeReply(wire.push(["invalidate", ["a"]])));
  assert.equal(await client.get("a"), "value");
  assert.deepEqual(pushes, [["invalidate", ["a"]]]);
  await client.close();
});

test("memory link: a listener that destroys its client ends it in order", async () => {
  const server = memoryServer(() => "value");
  const client = createClientWith({
    platform: server.platform,
    clock: new FakeClock(),
    onPush: () => client.destroy(),
  }, noPlatform);
  await client.get("a");
  const reply = client.get("b");
  server.streams[0].write(encodeReply(wire.push(["invalidate", null])));
  assert.equal((await errorOf(reply)).name, "ClosedError");
  await client.close();
});
