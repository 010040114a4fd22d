/** Wrong arguments and commands that must not be sent: refused by name and place, and nothing is written. */
import assert from "node:assert/strict";
import type { Client } from "../../mod.ts";
import { type Command, command, get, set } from "../../src/commands/mod.ts";
import { status } from "../../src/commands/readers.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { connected, failureOf, freshKey, watchedPlatform } from "./opened.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const WANTED = "must be a string, a finite number, a bigint or a Uint8Array";

/** What is no word, and what the error calls it. */
const wrongValues: readonly (readonly [unknown, string])[] = [
  [undefined, "undefined"],
  [null, "null"],
  [NaN, "NaN"],
  [Infinity, "Infinity"],
  [-Infinity, "-Infinity"],
  [true, "boolean"],
  [{}, "object"],
  [new Date(0), "object"],
  [["a"], "object"],
  [new Uint16Array(1), "object"],
  [new ArrayBuffer(1), "object"],
  [() => "a", "function"],
  [Symbol("a"), "symbol"],
];

/** A client, and what tells whether a call wrote anything. */
async function open(t: Context): Promise<{ redis: Client; written: () => number }> {
  const { platform, writes } = await watchedPlatform();
  const redis = await connected(t, { url: server.url, platform });
  return { redis, written: () => writes.length };
}

/** Expects the call to be refused with the message, to write nothing, and to leave the connection as it was. */
async function refused(t: Context, call: (redis: Client) => Promise<unknown>, message: string | RegExp): Promise<void> {
  const { redis, written } = await open(t);
  const before = written();
  const error = await failureOf(call(redis));
  assert.equal(error.name, "TypeError");
  if (typeof message === "string") assert.equal(error.message, message);
  else assert.match(error.message, message);
  // One turn more, so that a write of the tick would be seen.
  await new Promise((done) => setTimeout(done, 0));
  assert.equal(written(), before);
  assert.deepEqual(await Promise.all([redis.echo("a"), redis.echo("b")]), ["a", "b"]);
  assert.equal(written(), before + 1);
}

for (const [value, got] of wrongValues) {
  const shown = typeof value === "symbol" ? "a symbol" : Object.prototype.toString.call(value).slice(8, -1);
  const wrong = value as never;
  test(`a value that is ${shown} (${got}) is refused by SET as argument 2`, async (t) => {
    await refused(t, (redis) => redis.set("k", wrong), `Cannot send SET: argument 2 ${WANTED}, got ${got}`);
  });

  test(`a key that is ${shown} (${got}) is refused by GET as argument 1`, async (t) => {
    await refused(t, (redis) => redis.get(wrong), `Cannot send GET: argument 1 ${WANTED}, got ${got}`);
  });

  test(`an argument of call() that is ${shown} (${got}) is refused by its place`, async (t) => {
    const message = `Cannot send JSON.SET: argument 3 ${WANTED}, got ${got}`;
    await refused(t, (redis) => redis.call("JSON.SET", "doc", "$", wrong, "NX"), message);
  });
}

const none = undefined as never;

/** A call with something missing or wrong, and the error. */
const calls: readonly (readonly [string, (redis: Client) => Promise<unknown>, string | RegExp])[] = [
  ["get()", (redis) => (redis.get as () => Promise<unknown>)(), /^Cannot send GET: argument 1 .* got undefined$/],
  ["set(key)", (redis) => (redis.set as (key: string) => Promise<unknown>)("k"), /^Cannot send SET: argument 2 /],
  ["mget(key, undefined)", (redis) => redis.mget("a", none), /^Cannot send MGET: argument 2 /],
  ["mget()", (redis) => redis.mget(...([] as unknown as [string])), /^Cannot send MGET: at least one key is wanted$/],
  ["del(key, key, null)", (redis) => redis.del("a", "b", null as never), /^Cannot send DEL: argument 3 .* got null$/],
  ["rpush(key, {})", (redis) => redis.rpush("k", {} as never), /^Cannot send RPUSH: argument 2 .* got object$/],
  ["hset of undefined", (redis) => redis.hset("k", { f: none }), /^Cannot send HSET: argument 3 .* got undefined$/],
  ["hset of no record", (redis) => redis.hset("k", none), /^Cannot send HSET: a record or entries are wanted, got /],
  ["mset of {}", (redis) => redis.mset({}), /^Cannot send MSET: the record or the entries are empty$/],
  ["zadd of NaN", (redis) => redis.zadd("k", { m: NaN }), /^Cannot send ZADD: argument 2 .* got NaN$/],
  ["incrby of undefined", (redis) => redis.incrby("k", none), /^Cannot send INCRBY: argument 2 /],
  ["expire of NaN", (redis) => redis.expire("k", NaN), /^Cannot send EXPIRE: argument 2 .* got NaN$/],
  ["set with ex NaN", (redis) => redis.set("k", "v", { ex: NaN }), /^Cannot send SET: argument 4 .* got NaN$/],
  ["set with nx and xx", (redis) => redis.set("k", "v", { nx: true, xx: true }), /^Cannot send SET: .* exclude /],
  ["echo()", (redis) => (redis.echo as () => Promise<unknown>)(), /^Cannot send ECHO: argument 1 /],
  ["call()", (redis) => (redis.call as () => Promise<unknown>)(), /^Cannot send a command: its name/],
  ["call of a number", (redis) => redis.call(1 as never), /^Cannot send a command: its name/],
  ["send of no words", async (redis) => await redis.send(command([], status)), /^Cannot send a command: its name /],
  ["bytes.get of {}", (redis) => redis.bytes.get({} as never), /^Cannot send GET: argument 1 .* got object$/],
];

for (const [name, call, message] of calls) {
  test(`${name} is refused before anything is written`, async (t) => {
    await refused(t, call, message);
  });
}

test("a wrong argument says nothing of the others", async (t) => {
  const { redis } = await open(t);
  const error = await failureOf(redis.hset("secret-key", [["secret-field", "secret-value"], ["f", none]]));
  assert.doesNotMatch(String(error.stack?.split("\n")[0]), /secret/);
});

test("a wrong argument in the middle of one tick shifts nobody's reply", async (t) => {
  const { redis } = await open(t);
  const before = redis.echo("before");
  const wrong = failureOf(redis.echo(none));
  const after = redis.echo("after");
  assert.deepEqual(await Promise.all([before, after]), ["before", "after"]);
  assert.equal((await wrong).name, "TypeError");
});

test("a long valid word before a wrong one leaves nothing behind", async (t) => {
  await refused(t, (redis) => redis.mset([["k", "x".repeat(100_000)], ["l", none]]), /^Cannot send MSET: argument 4 /);
});

const lists: readonly (readonly [string, (redis: Client, list: Command<unknown>[]) => Promise<unknown>])[] = [
  ["pipeline", (redis, list) => redis.pipeline(list)],
  ["transaction", (redis, list) => redis.transaction(list)],
];

for (const [name, run] of lists) {
  test(`a wrong argument in the middle of a ${name} refuses all of it before anything is written`, async (t) => {
    const key = freshKey();
    await refused(t, (redis) => run(redis, [set(key, "1"), set(key, none), get(key)]), /^Cannot send SET: argument 2 /);
    const { redis } = await open(t);
    assert.equal(await redis.exists(key), 0);
  });
}

/** What would change the connection that others share. */
const refusedNames: readonly (readonly [string, ...string[]])[] = [
  ["SELECT", "1"],
  ["select", "1"],
  ["MULTI"],
  ["EXEC"],
  ["DISCARD"],
  ["WATCH", "k"],
  ["UNWATCH"],
  ["SUBSCRIBE", "c"],
  ["psubscribe", "c"],
  ["SSUBSCRIBE", "c"],
  ["UNSUBSCRIBE"],
  ["PUNSUBSCRIBE"],
  ["SUNSUBSCRIBE"],
  ["MONITOR"],
  ["SYNC"],
  ["PSYNC", "?", "-1"],
  ["QUIT"],
  ["RESET"],
  ["HELLO", "2"],
  ["CLIENT", "REPLY", "OFF"],
  ["client", "reply", "skip"],
];

for (const [name, ...args] of refusedNames) {
  test(`call("${[name, ...args].join(" ")}") is refused, as others share the connection`, async (t) => {
    await refused(t, (redis) => redis.call(name, ...args), /as a raw command: it would change a connection that all/);
    await refused(t, (redis) => redis.bytes.call(name, ...args), /as a raw command/);
  });
}

test("call() sends any other command, by the name that the server has for it", async (t) => {
  const { redis } = await open(t);
  const key = freshKey();
  assert.equal(await redis.call("set", key, 5, "EX", 100), "OK");
  assert.equal(await redis.call("INCRBY", key, 2n), 7);
  assert.equal(await redis.call("GET", new TextEncoder().encode(key)), "7");
  assert.deepEqual(await redis.call("CONFIG", "GET", "databases"), new Map([["databases", "16"]]));
  const error = await failureOf(redis.call("NO.SUCH", "secret"));
  assert.match(error.message, /^ERR unknown command 'NO.SUCH'.* \(NO\.SUCH at 127\.0\.0\.1:\d+\)$/);
  assert.doesNotMatch(error.message, /secret/);
});
