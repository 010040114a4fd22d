/**
 * Whose reply it is, and what is in it: defects of other clients, done right.
 *
 * Each test is named by what respwire does; the comment above it says what which client did, in the version that was
 * tried or read. Replies that no server sends at will come from a scripted one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { connected, freshKey } from "../server/opened.ts";
import { startScripted } from "../server/peers.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: "redis8" });
});
afterAll(() => server.stop());

/** A client of a server that answers ECHO by what a function gives for its word. */
async function echoed(t: Context, answer: (word: string) => string) {
  const peer = await startScripted(t, (words) => words[0] === "ECHO" ? answer(words[1]) : undefined);
  return { redis: await connected(t, peer.url), peer };
}

// node-redis 6.3.1: the decoder throws at an attribute and the connection is kept, so every later caller gets the reply
// of the one before. ioredis 6.0.0 throws too, and gives up the connection with all that wait on it.
test("attributes before and inside of replies are skipped, and shift nobody's reply", async (t) => {
  const attribute = "|1\r\n+ttl\r\n:3600\r\n";
  const { redis, peer } = await echoed(t, (word) => `${attribute}*2\r\n${attribute}+${word}\r\n${attribute}:1\r\n`);
  const replies = await Promise.all(["a", "b", "c"].map((word) => redis.call("ECHO", word)));
  assert.deepEqual(replies, [["a", 1], ["b", 1], ["c", 1]]);
  assert.equal(peer.sockets.length, 1);
});

// node-redis 6.3.1, ioredis 6.0.0 and @db/redis 0.41.2 do not read the streamed types of RESP3.
test("strings, lists and maps that come in parts are read", async (t) => {
  const { redis } = await echoed(t, () => "*?\r\n$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n%?\r\n+k\r\n:1\r\n.\r\n.\r\n");
  const [text, map] = await redis.call("ECHO", "x") as [string, Map<string, number>];
  assert.equal(text, "abc");
  assert.deepEqual([...map], [["k", 1]]);
});

// node-redis 6.3.1: a reply of bytes is a view into the chunk that came from the socket, which it keeps alive: a few
// kept bytes can hold megabytes.
test("bytes of a reply hold no more memory than they are long", async (t) => {
  const redis = await connected(t, server.url);
  const key = freshKey();
  const parts = Array.from({ length: 500 }, (_, index) => `part ${index}`);
  await redis.rpush(key, ...parts);
  const [one] = await redis.bytes.lrange(key, 0, -1);
  assert.equal(new TextDecoder().decode(one), "part 0");
  assert.equal(one.buffer.byteLength, one.length);
});

// ioredis 6.0.0 stores the Uint8Array 1, 2, 3 as the text "1,2,3", valkey-glide 2.5.2 likewise; node-redis 6.3.1
// refuses it. DUMP and RESTORE lose bytes wherever replies are text and nothing else.
test("bytes are stored as they are, and what DUMP gives is what RESTORE takes", async (t) => {
  const redis = await connected(t, server.url);
  const [key, copy] = [freshKey(), freshKey()];
  await redis.set(key, Uint8Array.of(1, 2, 3, 0xff));
  assert.deepEqual(await redis.bytes.get(key), Uint8Array.of(1, 2, 3, 0xff));
  const dump = await redis.bytes.dump(key);
  assert.ok(dump !== null);
  assert.equal(await redis.restore(copy, 0, dump), "OK");
  assert.deepEqual(await redis.bytes.get(copy), Uint8Array.of(1, 2, 3, 0xff));
});

// valkey-glide 2.5.2 rejects the whole reply when a part of it is not UTF-8.
test("one element that is not UTF-8 takes no other with it", async (t) => {
  const redis = await connected(t, server.url);
  const key = freshKey();
  await redis.rpush(key, "before", Uint8Array.of(0xff, 0xfe), "after");
  const [before, , after] = await redis.lrange(key, 0, -1);
  assert.deepEqual([before, after], ["before", "after"]);
  assert.deepEqual((await redis.bytes.lrange(key, 1, 1))[0], Uint8Array.of(0xff, 0xfe));
});
