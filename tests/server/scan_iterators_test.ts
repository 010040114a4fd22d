/** The scans as async iterables, on real servers. */
import assert from "node:assert/strict";
import { type Client, connect } from "../../mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type ServerKind, startServer } from "../support/server.ts";

const COUNT = 1_000;
const NUMBERS = Array.from({ length: COUNT }, (_, number) => number);

async function opened(t: Context, kind: ServerKind = "redis7"): Promise<Client> {
  const server = await startServer({ kind });
  t.defer(() => server.stop());
  const redis = await connect({ host: server.host, port: server.port });
  t.defer(() => redis.close());
  return redis;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** How many calls of a command the server has counted. */
async function callsOf(redis: Client, command: string): Promise<number> {
  const line = new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await redis.info("commandstats"));
  return Number(line?.[1] ?? 0);
}

const distinct = (items: readonly string[]): string[] => [...new Set(items)].sort();

for (const kind of ["redis7", "redis8", "valkey8", "valkey9"] as const) {
  test(`${kind}: an iterator gives all there is, page after page`, async (t) => {
    const redis = await opened(t, kind);
    await redis.mset(NUMBERS.map((number) => [`key:${number}`, number] as const));
    await redis.hset("hash", NUMBERS.map((number) => [`field:${number}`, number] as const));
    await redis.sadd("set", ...NUMBERS.map((number) => `member:${number}`));
    await redis.zadd("zset", NUMBERS.map((number) => [`member:${number}`, number] as const));

    const keys = await all(redis.scanIterator({ count: 100 }));
    assert.deepEqual(distinct(keys), distinct([...NUMBERS.map((number) => `key:${number}`), "hash", "set", "zset"]));
    const fields = new Map(await all(redis.hscanIterator("hash", { count: 100 })));
    assert.deepEqual(fields.size, COUNT);
    assert.equal(fields.get("field:77"), "77");
    assert.deepEqual(distinct(await all(redis.sscanIterator("set"))).length, COUNT);
    const scores = new Map((await all(redis.zscanIterator("zset"))).map(({ member, score }) => [member, score]));
    assert.equal(scores.size, COUNT);
    assert.equal(scores.get("member:77"), 77);
  });
}

test("match and type choose what comes, also when whole pages hold nothing of it", async (t) => {
  const redis = await opened(t);
  await redis.mset(NUMBERS.map((number) => [`key:${number}`, number] as const));
  await redis.sadd("key:set", "a", "b1");
  await redis.zadd("key:zset", { a: 1, b1: 2 });
  await redis.hset("key:hash", { a: 1, b1: 2 });
  assert.deepEqual(await all(redis.scanIterator({ type: "set" })), ["key:set"]);
  assert.deepEqual(distinct(await all(redis.scanIterator({ match: "key:99*", count: 10 }))).length, 11);
  assert.deepEqual(await all(redis.sscanIterator("key:set", { match: "b*" })), ["b1"]);
  assert.deepEqual(await all(redis.zscanIterator("key:zset", { match: "b*" })), [{ member: "b1", score: 2 }]);
  assert.deepEqual(await all(redis.hscanIterator("key:hash", { match: "b*" })), [["b1", "2"]]);
});

test("fields come without their values when these are not wanted", async (t) => {
  const redis = await opened(t, "valkey8");
  await redis.hset("hash", { a: 1, b: 2 });
  assert.deepEqual(distinct(await all(redis.hscanIterator("hash", { noValues: true }))), ["a", "b"]);
  assert.deepEqual(await all(redis.hscanIterator("hash", { noValues: false, match: "a" })), [["a", "1"]]);
});

test("a view of bytes gives bytes", async (t) => {
  const redis = await opened(t);
  await redis.hset("hash", { f: "v" });
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  assert.deepEqual(await all(redis.bytes.scanIterator()), [bytes("hash")]);
  assert.deepEqual(await all(redis.bytes.hscanIterator("hash")), [[bytes("f"), bytes("v")]]);
});

test("nothing comes of what is not there", async (t) => {
  const redis = await opened(t);
  assert.deepEqual(await all(redis.scanIterator()), []);
  assert.deepEqual(await all(redis.hscanIterator("none")), []);
  assert.deepEqual(await all(redis.sscanIterator("none")), []);
  assert.deepEqual(await all(redis.zscanIterator("none")), []);
});

test("a loop that is left early fetches no further page and leaves the client as it was", async (t) => {
  const redis = await opened(t);
  await redis.mset(NUMBERS.map((number) => [`key:${number}`, number] as const));
  let seen = 0;
  for await (const _ of redis.scanIterator({ count: 10 })) if (++seen === 15) break;
  const calls = await callsOf(redis, "scan");
  assert.ok(calls >= 1 && calls <= 15, `${calls} calls`);
  for (let loop = 0; loop < 100; loop++) {
    await assert.rejects(async () => {
      for await (const _ of redis.scanIterator({ count: 10 })) throw new Error("the loop's own");
    }, { message: "the loop's own" });
  }
  assert.equal(await redis.ping(), "PONG");
});

test("a loop may send commands, also such that change what it goes over", async (t) => {
  const redis = await opened(t);
  await redis.mset(NUMBERS.map((number) => [`key:${number}`, number] as const));
  for await (const key of redis.scanIterator({ count: 50 })) await redis.unlink(key);
  assert.equal(await redis.dbsize(), 0);
});

test("what the server refuses ends the loop with its error", async (t) => {
  const redis = await opened(t);
  await redis.set("text", 1);
  await assert.rejects(all(redis.sscanIterator("text")), { name: "ReplyError", code: "WRONGTYPE" });
  await assert.rejects(all(redis.scanIterator({ count: 0 })), { name: "ReplyError", code: "ERR" });
  await redis.close();
  await assert.rejects(all(redis.scanIterator()), { name: "ClosedError" });
});
