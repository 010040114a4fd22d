/** Transactions: executed together or not at all, and three kinds of failure told apart. */
import assert from "node:assert/strict";
import { type Client, IntegerRangeError, ReplyError } from "../../mod.ts";
import { call, type Command, command, echo, get, incr, lpush, set } from "../../src/commands/mod.ts";
import { raw } from "../../src/commands/readers.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, failureOf, freshKey, watchedPlatform } from "./opened.ts";

const servers = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of serverKinds) {
    servers.set(kind, await startServer({ kind, args: ["--enable-debug-command", "yes"] }));
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

function open(t: Context): Promise<Client> {
  return connected(t, servers.get("redis7")!.url);
}

for (const kind of serverKinds) {
  for (const protocol of [3, 2] as const) {
    test(`${kind}, protocol ${protocol}: EXEC gives each command's reply in its own shape`, async (t) => {
      const redis = await connected(t, { url: servers.get(kind)!.url, protocol });
      const [text, hash, set, sorted] = [freshKey(), freshKey(), freshKey(), freshKey()];
      const replies = await redis.transaction()
        .set(text, "5").incr(text).get(text).get(freshKey())
        .hset(hash, { a: "1", __proto__x: "2" }).hgetall(hash)
        .sadd(set, "m").smembers(set)
        .zadd(sorted, { m: 1.5 }).zscore(sorted, "m").incrbyfloat(text, 0.5)
        .exec();
      const fields = { a: "1", __proto__x: "2" };
      assert.deepEqual(replies, ["OK", 6, "6", null, 2, fields, 1, ["m"], 1, 1.5, 6.5]);
    });

    test(`${kind}, protocol ${protocol}: raw replies inside EXEC are as outside of it`, async (t) => {
      const redis = await connected(t, { url: servers.get(kind)!.url, protocol });
      const types = ["string", "integer", "double", "null", "array", "set", "map", "verbatim", "true", "bignum"];
      for (const view of [redis, redis.bytes, redis.bigints, redis.bytes.bigints]) {
        const chain = view.transaction();
        for (const type of types) chain.call("DEBUG", "PROTOCOL", type);
        const inside = await chain.exec();
        for (const [index, type] of types.entries()) {
          assert.deepEqual(inside[index], await view.call("DEBUG", "PROTOCOL", type), type);
        }
      }
    });

    test(`${kind}, protocol ${protocol}: a stream that is read twice comes twice`, async (t) => {
      const redis = await connected(t, { url: servers.get(kind)!.url, protocol });
      const key = freshKey();
      await redis.xadd(key, "1-1", { n: 1 });
      const streams = [[key, "0"], [key, "0-1"]] as const;
      const [inside] = await redis.transaction().xread(streams).exec({ throwErrors: true });
      assert.equal(inside?.length, 2);
      assert.deepEqual(inside, await redis.xread(streams));
    });

    test(`${kind}, protocol ${protocol}: a refused command aborts all, and is the cause`, async (t) => {
      const redis = await connected(t, { url: servers.get(kind)!.url, protocol });
      const key = freshKey();
      const error = await failureOf(redis.transaction().set(key, "1").call("NO.SUCH", key).incr(key).exec());
      assert.ok(error instanceof ReplyError);
      assert.equal(error.code, "EXECABORT");
      assert.ok(error.cause instanceof ReplyError);
      assert.equal(error.cause.command, "NO.SUCH");
      assert.match(error.cause.message, /^ERR unknown command/);
      assert.equal(await redis.exists(key), 0);
    });

    test(`${kind}, protocol ${protocol}: a command that fails is its own entry, the others are applied`, async (t) => {
      const redis = await connected(t, { url: servers.get(kind)!.url, protocol });
      const key = freshKey();
      const replies = await redis.transaction([set(key, "v"), lpush(key, "x"), incr(key), get(key)]);
      const shapes = replies.map((reply) => reply instanceof ReplyError ? `${reply.code} of ${reply.command}` : reply);
      assert.deepEqual(shapes, ["OK", "WRONGTYPE of LPUSH", "ERR of INCR", "v"]);
      assert.equal(await redis.get(key), "v");
    });
  }
}

test("an arity error aborts the transaction and names its command", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const error = await failureOf(redis.transaction([set(key, "1"), call("GET"), call("INCR")]));
  assert.ok(error instanceof ReplyError && error.cause instanceof ReplyError);
  assert.equal(error.code, "EXECABORT");
  assert.equal(error.cause.command, "GET");
  assert.equal(await redis.exists(key), 0);
});

test("after an abort the connection is in no transaction", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const [aborted, reply] = await Promise.all([
    failureOf(redis.transaction([call("NO.SUCH")])),
    redis.incr(key),
  ]);
  assert.equal((aborted as ReplyError).code, "EXECABORT");
  assert.equal(reply, 1);
  assert.deepEqual(await redis.transaction().incr(key).exec(), [2]);
});

test("a transaction of a view gives what the view gives", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const seven = new TextEncoder().encode("7");
  assert.deepEqual(await redis.bytes.transaction().set(key, 7).get(key).add(get(key)).strlen(key).exec(), [
    "OK",
    seven,
    "7",
    1,
  ]);
  assert.deepEqual(await redis.bigints.transaction().incr(key).get(key).add(incr(key)).exec(), [8n, "8", 9]);
});

test("integers inside EXEC are exact or refused, never rounded", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const replies = await redis.transaction().set(key, "9007199254740992").incr(key).get(key).exec();
  assert.ok(replies[1] instanceof IntegerRangeError);
  assert.equal(replies[1].value, 9007199254740993n);
  assert.equal(replies[2], "9007199254740993");
  assert.deepEqual(await redis.bigints.transaction().incr(key).exec(), [9007199254740994n]);
});

test("every byte goes through a transaction", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const value = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual(await redis.bytes.transaction().set(key, value).get(key).exec(), ["OK", value]);
});

test("no commands give no replies, and nothing is written", async (t) => {
  const { platform, writes } = await watchedPlatform();
  const redis = await connected(t, { url: servers.get("redis7")!.url, platform });
  const before = writes.length;
  assert.deepEqual(await redis.transaction().exec(), []);
  assert.deepEqual(await redis.transaction([]), []);
  assert.equal(writes.length, before);
});

test("a transaction leaves in one write", async (t) => {
  const { platform, writes } = await watchedPlatform();
  const redis = await connected(t, { url: servers.get("redis7")!.url, platform });
  const before = writes.length;
  const chain = redis.transaction();
  for (let i = 0; i < 1_000; i++) chain.echo(i);
  assert.equal((await chain.exec()).length, 1_000);
  assert.equal(writes.length, before + 1);
});

test("a chain can be filled and executed again", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const chain = redis.transaction();
  chain.incr(key).incr(key);
  assert.equal(chain.length, 2);
  assert.deepEqual(await chain.exec(), [1, 2]);
  assert.equal(chain.length, 0);
  assert.deepEqual(await chain.exec(), []);
  chain.incr(key);
  assert.deepEqual(await chain.exec(), [3]);
});

test("with throwErrors the first error rejects, the others were applied", async (t) => {
  const redis = await open(t);
  const key = freshKey();
  const error = await failureOf(
    redis.transaction().set(key, "v").incr(key).append(key, "w").exec({ throwErrors: true }),
  );
  assert.ok(error instanceof ReplyError);
  assert.equal(error.command, "INCR");
  assert.equal(await redis.get(key), "vw");
});

test("transactions among 100 callers are atomic, and no reply is mixed up", { timeoutMs: 20_000 }, async (t) => {
  const url = servers.get("redis7")!.url;
  const clients = await Promise.all([connected(t, url), connected(t, url)]);
  const [left, right] = [freshKey(), freshKey()];
  async function caller(name: number): Promise<void> {
    const redis = clients[name % clients.length];
    for (let round = 0; round < 20; round++) {
      const text = `${name}:${round}`;
      const [[a, b, said], alone, listed] = await Promise.all([
        redis.transaction().incr(left).incr(right).echo(text).exec(),
        redis.echo(text),
        redis.pipeline([echo(text), call("ECHO", text)]),
      ]);
      // Both keys are counted up together or not at all, so whoever comes between would set them apart.
      assert.equal(a, b);
      assert.deepEqual([said, alone, listed], [text, text, [text, text]]);
    }
  }
  await Promise.all(Array.from({ length: 100 }, (_, name) => caller(name)));
  assert.deepEqual(await clients[0].mget(left, right), ["2000", "2000"]);
});

test("a command that reads its reply with an error of its own fails alone", async (t) => {
  const redis = await open(t);
  const failing: Command<never> = command(["PING"], {
    ...raw,
    read() {
      throw new RangeError("planted");
    },
  });
  const replies = await redis.transaction([echo("a"), failing, echo("b")]);
  assert.deepEqual([replies[0], replies[2]], ["a", "b"]);
  assert.ok(replies[1] instanceof RangeError);
});
