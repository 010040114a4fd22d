/** Pipelines: one write, a reply or an error for each command in its own place. */
import assert from "node:assert/strict";
import { type Client, IntegerRangeError, ReplyError } from "../../mod.ts";
import { echo, get, hgetall, incr, lpush, set } from "../../src/commands/mod.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { connected, failureOf, freshKey, watchedPlatform } from "./opened.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: "redis8" });
});
afterAll(() => server.stop());

function open(t: Context): Promise<Client> {
  return connected(t, server.url);
}

test("a chain gives a typed tuple of replies, in order", async (t) => {
  const redis = await open(t);
  const [text, number, hash] = [freshKey(), freshKey(), freshKey()];
  const replies = await redis.pipeline()
    .set(text, "v").get(text).incr(number).hset(hash, { f: "1" }).hgetall(hash).get(freshKey()).exec();
  assert.deepEqual(replies, ["OK", "v", 1, 1, { f: "1" }, null]);
});

test("a chain that is filled in a loop gives a list", async (t) => {
  const redis = await open(t);
  const prefix = freshKey();
  const pipeline = redis.pipeline();
  for (let i = 0; i < 50; i++) pipeline.set(`${prefix}:${i}`, i);
  for (let i = 0; i < 50; i++) pipeline.get(`${prefix}:${i}`);
  assert.equal(pipeline.length, 100);
  const replies = await pipeline.exec();
  assert.deepEqual(replies.slice(0, 50), new Array(50).fill("OK"));
  assert.deepEqual(replies.slice(50), Array.from({ length: 50 }, (_, index) => String(index)));
});

test("a list of command values gives the same as a chain", async (t) => {
  const redis = await open(t);
  const [text, number, hash] = [freshKey(), freshKey(), freshKey()];
  const values = [set(text, "v"), incr(number), get(text), hgetall(hash), echo("e")] as const;
  assert.deepEqual(await redis.pipeline(values), ["OK", 1, "v", {}, "e"]);
  assert.deepEqual(await redis.pipeline(values), ["OK", 2, "v", {}, "e"]);
});

test("a list of command values may be changed as soon as the call has returned", async (t) => {
  const redis = await open(t);
  const values = [echo("a"), echo("b")];
  const sent = redis.pipeline(values);
  values.length = 0;
  assert.deepEqual(await sent, ["a", "b"]);
});

test("command values can be added to a chain", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const replies = await redis.pipeline().add(set(key, "v")).get(key).add(get(key)).exec();
  assert.deepEqual(replies, ["OK", "v", "v"]);
});

test("the error of one command is its entry and shifts no other", async (t) => {
  const redis = await open(t);
  const [text, list] = [freshKey(), freshKey()];
  const replies = await redis.pipeline([
    set(text, "v"),
    lpush(text, "x"),
    get(text),
    incr(text),
    lpush(list, "x"),
    get(list),
    echo("last"),
  ]);
  const shapes = replies.map((reply) => reply instanceof ReplyError ? `${reply.code} of ${reply.command}` : reply);
  assert.deepEqual(shapes, ["OK", "WRONGTYPE of LPUSH", "v", "ERR of INCR", 1, "WRONGTYPE of GET", "last"]);
});

test("with throwErrors the first error rejects, and the connection goes on", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const pipeline = redis.pipeline().set(key, "v").incr(key).lpush(key, "x").get(key);
  const error = await failureOf(pipeline.exec({ throwErrors: true }));
  assert.ok(error instanceof ReplyError);
  assert.equal(error.command, "INCR");
  assert.deepEqual(await redis.pipeline().set(key, "w").get(key).exec({ throwErrors: true }), ["OK", "w"]);
});

test("an integer out of range is its entry's error", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const replies = await redis.pipeline().set(key, "9007199254740992").incr(key).get(key).exec();
  assert.ok(replies[1] instanceof IntegerRangeError);
  assert.equal(replies[1].value, 9007199254740993n);
  assert.equal(replies[2], "9007199254740993");
});

test("a chain of a view gives what the view gives, and an added value what its type says", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const bytes = new TextEncoder().encode("7");
  assert.deepEqual(await redis.bytes.pipeline().set(key, 7).get(key).add(get(key)).strlen(key).exec(), [
    "OK",
    bytes,
    "7",
    1,
  ]);
  assert.deepEqual(await redis.bigints.pipeline().incr(key).get(key).add(incr(key)).exec(), [8n, "8", 9]);
  assert.deepEqual(await redis.bytes.bigints.pipeline().decr(key).getrange(key, 0, 0).exec(), [
    8n,
    bytes.map(() => 56),
  ]);
});

test("length counts what is gathered, and exec empties the chain for the next use", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const pipeline = redis.pipeline();
  assert.equal(pipeline.length, 0);
  pipeline.incr(key).incr(key);
  assert.equal(pipeline.length, 2);
  const first = pipeline.exec();
  assert.equal(pipeline.length, 0);
  pipeline.incr(key);
  const second = pipeline.exec();
  assert.deepEqual(await first, [1, 2]);
  assert.deepEqual(await second, [3]);
  assert.deepEqual(await pipeline.exec(), []);
  assert.equal(await redis.get(key), "3");
});

test("no commands give no replies, and nothing is written", async (t) => {
  const { platform, writes } = await watchedPlatform();
  const redis = await connected(t, { url: server.url, platform });
  const before = writes.length;
  assert.deepEqual(await redis.pipeline().exec(), []);
  assert.deepEqual(await redis.pipeline([]), []);
  assert.deepEqual(await redis.pipeline().exec({ throwErrors: true }), []);
  assert.equal(writes.length, before);
});

for (const count of [1, 2, 1_000, 20_000]) {
  test(`a pipeline of ${count} leaves in one write`, async (t) => {
    const { platform, writes } = await watchedPlatform();
    const redis = await connected(t, { url: server.url, platform });
    const before = writes.length;
    const pipeline = redis.pipeline();
    for (let i = 0; i < count; i++) pipeline.echo(i);
    const replies = await pipeline.exec();
    assert.equal(writes.length, before + 1);
    assert.deepEqual(replies, Array.from({ length: count }, (_, index) => String(index)));
  });
}

test("all calls and pipelines of one tick leave in one write", async (t) => {
  const { platform, writes } = await watchedPlatform();
  const redis = await connected(t, { url: server.url, platform });
  const before = writes.length;
  const replies = await Promise.all([
    redis.echo("a"),
    redis.pipeline([echo("b"), echo("c")]),
    redis.echo("d"),
    redis.transaction([echo("e")]),
    redis.bytes.pipeline().echo("f").exec(),
  ]);
  assert.deepEqual(replies, ["a", ["b", "c"], "d", ["e"], [new TextEncoder().encode("f")]]);
  assert.equal(writes.length, before + 1);
});

test("the handshake and the calls that wait for it are two writes", async (t) => {
  const { platform, writes } = await watchedPlatform();
  const login = { username: "default", password: "", clientName: "n", database: 1 };
  const admin = await open(t);
  await admin.call("ACL", "SETUSER", "default", "nopass");
  const redis = await connected(t, { url: server.url, platform, ...login });
  assert.equal(writes.length, 1);
  await Promise.all([redis.echo("a"), redis.echo("b")]);
  assert.equal(writes.length, 2);
});

test("a pipeline of 100,000 commands keeps its order", { timeoutMs: 20_000 }, async (t) => {
  const redis = await open(t);
  const pipeline = redis.pipeline();
  for (let i = 0; i < 100_000; i++) pipeline.echo(i);
  assert.equal(pipeline.length, 100_000);
  const replies = await pipeline.exec();
  assert.equal(replies.length, 100_000);
  for (const [index, reply] of replies.entries()) {
    if (reply !== String(index)) assert.fail(`entry ${index} is another's`);
  }
});

test("pipelines and calls of many callers are never mixed up", async (t) => {
  const redis = await open(t);
  async function caller(name: number): Promise<void> {
    for (let round = 0; round < 10; round++) {
      const texts = Array.from({ length: 1 + (name + round) % 7 }, (_, index) => `${name}:${round}:${index}`);
      const [replies, single] = await Promise.all([
        redis.pipeline(texts.map((text) => echo(text))),
        redis.echo(`${name}:${round}`),
      ]);
      assert.deepEqual(replies, texts);
      assert.equal(single, `${name}:${round}`);
    }
  }
  await Promise.all(Array.from({ length: 100 }, (_, name) => caller(name)));
});

test("a chain refuses a wrong argument when it is sent, and is empty after it", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const pipeline = redis.pipeline();
  pipeline.set(key, "1").set(key, undefined as never).incr(key);
  const error = await failureOf(pipeline.exec());
  assert.equal(error.name, "TypeError");
  assert.match(error.message, /^Cannot send SET: argument 2 /);
  assert.equal(pipeline.length, 0);
  assert.equal(await redis.exists(key), 0);
  assert.throws(() => redis.pipeline().mset({}), { name: "TypeError", message: /^Cannot send MSET/ });
});
