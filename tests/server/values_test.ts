/** Values come back exactly as they went: text, bytes, integers, and the views on them. */
import assert from "node:assert/strict";
import { type Client, IntegerRangeError } from "../../mod.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { connected, failureOf, freshKey } from "./opened.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: "valkey8" });
});
afterAll(() => server.stop());

function open(t: Context): Promise<Client> {
  return connected(t, server.url);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);

const texts = [
  "",
  " ",
  "\r\n",
  "$5\r\nhello\r\n",
  "\0",
  "größer ☃ 𝄞 e\u0301",
  "\ufeffbom",
  "日本語".repeat(2_000),
  "a".repeat(70_000),
];

for (const text of texts) {
  test(`text of ${text.length} characters, ${JSON.stringify(text.slice(0, 12))}, is the same as key, field and value`, async (t) => {
    const redis = await open(t);
    const key = `text:${text}`;
    assert.equal(await redis.set(key, text), "OK");
    assert.equal(await redis.get(key), text);
    assert.deepEqual(await redis.bytes.get(key), bytes(text));
    assert.equal(await redis.strlen(key), bytes(text).length);
    assert.deepEqual(await redis.keys(key.replace(/[\\[\]*?]/g, "\\$&")), [key]);
    const hash = freshKey();
    await redis.hset(hash, [[text, text]]);
    assert.deepEqual(await redis.hgetall(hash), { [text]: text });
    assert.equal(await redis.echo(text), text);
  });
}

test("the empty key is a key", async (t) => {
  const redis = await open(t);
  assert.equal(await redis.set("", ""), "OK");
  assert.equal(await redis.get(""), "");
  assert.deepEqual(await redis.bytes.get(""), new Uint8Array(0));
  assert.equal(await redis.del(""), 1);
  assert.equal(await redis.get(""), null);
});

test("every byte goes through, in key, field, value and as part of a larger buffer", async (t) => {
  const redis = await open(t);
  const { bytes: view } = redis;
  assert.equal(await redis.set(everyByte, everyByte), "OK");
  assert.deepEqual(await view.get(everyByte), everyByte);
  for (const byte of everyByte) {
    const one = Uint8Array.of(byte);
    await redis.set(one, one);
    assert.deepEqual(await view.get(one), one);
  }
  const part = new Uint8Array([0, ...everyByte, 0]).subarray(1, 257);
  assert.deepEqual(await view.echo(part), everyByte);
  const list = freshKey();
  await redis.rpush(list, everyByte, new Uint8Array(0), everyByte.subarray(250));
  assert.deepEqual(await view.lrange(list, 0, -1), [everyByte, new Uint8Array(0), everyByte.subarray(250)]);
});

test("bytes that are no UTF-8 become U+FFFD in text, and only there", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  await redis.set(key, Uint8Array.of(0x61, 0xff, 0x62));
  assert.equal(await redis.get(key), "a\ufffdb");
  assert.deepEqual(await redis.bytes.get(key), Uint8Array.of(0x61, 0xff, 0x62));
});

test("bytes that were given out stay as they are when more replies come", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  await redis.set(key, everyByte);
  const first = await redis.bytes.get(key);
  for (let i = 0; i < 100; i++) await redis.echo("x".repeat(1_000));
  assert.deepEqual(first, everyByte);
});

test("an array of bytes may be changed as soon as the call has returned", async (t) => {
  const redis = await open(t);
  const value = bytes("before");
  const echoed = redis.echo(value);
  value.fill(0);
  assert.equal(await echoed, "before");
});

/** A value, and the text that the server has of it. */
const numbers: readonly (readonly [number | bigint, string])[] = [
  [0, "0"],
  [-0, "0"],
  [7, "7"],
  [-1, "-1"],
  [999_999_999, "999999999"],
  [1_000_000_000, "1000000000"],
  [Number.MAX_SAFE_INTEGER, "9007199254740991"],
  [2 ** 53, "9007199254740992"],
  [2 ** 60, "1152921504606846976"],
  [-(2 ** 60), "-1152921504606846976"],
  [1e20, "100000000000000000000"],
  [1e21, "1000000000000000000000"],
  [-1e21, "-1000000000000000000000"],
  [0.1, "0.1"],
  [-1.5, "-1.5"],
  [1.5e-7, "1.5e-7"],
  [0n, "0"],
  [-(2n ** 63n), "-9223372036854775808"],
  [2n ** 64n, "18446744073709551616"],
];

for (const [number, text] of numbers) {
  test(`the ${typeof number} ${Object.is(number, -0) ? "-0" : number} is sent as ${text}`, async (t) => {
    const redis = await open(t);
    const key = freshKey();
    await redis.set(key, number);
    assert.equal(await redis.get(key), text);
    assert.equal(await redis.call("ECHO", number), text);
  });
}

/** What is stored, and what INCR makes of it. */
const increments: readonly (readonly [string, bigint])[] = [
  ["9007199254740990", 9007199254740991n],
  ["9007199254740991", 9007199254740992n],
  ["9007199254740992", 9007199254740993n],
  ["9223372036854775806", 9223372036854775807n],
  ["-9007199254740992", -9007199254740991n],
  ["-9007199254740993", -9007199254740992n],
  ["-9223372036854775808", -9223372036854775807n],
];

for (const [stored, wanted] of increments) {
  test(`the integer ${wanted} is exact or refused, never rounded`, async (t) => {
    const redis = await open(t);
    const key = freshKey();
    await redis.set(key, stored);
    const exact = Number.isSafeInteger(Number(wanted));
    if (exact) assert.equal(await redis.incr(key), Number(wanted));
    else {
      const error = await failureOf(redis.incr(key));
      assert.ok(error instanceof IntegerRangeError);
      assert.equal(error.value, wanted);
    }
    assert.equal(await redis.get(key), String(wanted));
    assert.equal(await redis.bigints.incrby(key, 0), wanted);
    assert.equal(await redis.call("INCRBY", key, 0), exact ? Number(wanted) : wanted);
    const [entry, next] = await redis.pipeline().incrby(key, 0).echo("next").exec();
    if (exact) assert.equal(entry, Number(wanted));
    else assert.ok(entry instanceof IntegerRangeError && entry.value === wanted);
    assert.equal(next, "next");
  });
}

test("fields with the names of what every object has are fields and nothing else", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "plain"];
  await redis.hset(key, names.map((name) => [name, `value of ${name}`] as const));
  const fields = await redis.hgetall(key);
  assert.deepEqual(Object.keys(fields).sort(), [...names].sort());
  for (const name of names) assert.equal(Object.getOwnPropertyDescriptor(fields, name)?.value, `value of ${name}`);
  assert.equal(({} as Record<string, unknown>).plain, undefined);
  const raw = await redis.bytes.hgetall(key);
  assert.deepEqual(Object.getOwnPropertyDescriptor(raw, "__proto__")?.value, bytes("value of __proto__"));
});

test("the view bytes gives bytes where there are data, and text where the server speaks", async (t) => {
  const redis = await open(t);
  const { bytes: view } = redis;
  const [text, hash, list, set, sorted] = [freshKey(), freshKey(), freshKey(), freshKey(), freshKey()];
  assert.equal(await view.set(text, "abc"), "OK");
  await redis.hset(hash, { f: "v" });
  await redis.rpush(list, "a", "b");
  await redis.sadd(set, "m");
  await redis.zadd(sorted, { m: 1.5 });
  assert.deepEqual(await view.getrange(text, 0, 1), bytes("ab"));
  assert.deepEqual(await view.mget(text, freshKey()), [bytes("abc"), null]);
  assert.deepEqual(await view.hgetall(hash), { f: bytes("v") });
  assert.deepEqual(await view.hkeys(hash), [bytes("f")]);
  assert.deepEqual(await view.lrange(list, 0, -1), [bytes("a"), bytes("b")]);
  assert.deepEqual(await view.smembers(set), [bytes("m")]);
  assert.deepEqual(await view.zrange(sorted, 0, -1), [bytes("m")]);
  assert.equal(await view.type(text), "string");
  assert.match(await view.info("server"), /redis_version:/);
  assert.equal(await view.get(freshKey()), null);
  assert.equal(await redis.get(text), "abc");
});

test("the view bigints gives bigints for integers and leaves all else", async (t) => {
  const redis = await open(t);
  const { bigints: view } = redis;
  const key = freshKey();
  assert.equal(await view.incr(key), 1n);
  assert.equal(await view.strlen(key), 1n);
  assert.equal(await view.ttl(key), -1n);
  assert.equal(await view.get(key), "1");
  assert.equal(await view.incrbyfloat(key, 0.5), 1.5);
  assert.deepEqual(await view.call("TIME").then((reply) => (reply as unknown[]).length), 2);
  assert.deepEqual(await redis.bytes.bigints.get(key), bytes("1.5"));
  assert.equal(await redis.bigints.bytes.strlen(key), 3n);
  assert.equal(await redis.strlen(key), 3);
});
