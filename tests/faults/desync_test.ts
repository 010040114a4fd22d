/**
 * Bytes that could shift the replies by one: whatever a peer says, no caller is given another's reply.
 *
 * Limits: one whole reply too many while calls wait, or one too few, is nothing that any client of this protocol could
 * tell from the right ones before the count is off at the end.
 */
import assert from "node:assert/strict";
import { type Client, ConnectionError, type DisconnectEvent, ProtocolError, ReplyError } from "../../mod.ts";
import { SEED } from "../support/fault_fixture.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { type Server, startServer } from "../support/server.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { behindProxy, settled, told } from "./behind_proxy.ts";

const CALLS = 100;

let server: Server;

beforeAll(async () => {
  server = await startServer({ args: ["--enable-debug-command", "yes"] });
});
afterAll(() => server.stop());

/** Makes calls of which each must be given its own, and every seventh writes. */
function callers(redis: Client, key: string): Promise<unknown>[] {
  return Array.from({ length: CALLS }, (_, index) => settled(index % 7 === 6 ? redis.incr(key) : redis.echo(index)));
}

/** Holds outcomes against what was asked: what reads is answered, but for the first that cannot be. */
function ownOrNone(outcomes: readonly unknown[]): void {
  let unreadable = 0;
  let count = 0;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof ConnectionError) {
      assert.ok(outcome.maybeApplied, outcome.message);
      if (index % 7 !== 6) unreadable++;
    } else if (index % 7 !== 6) assert.equal(outcome, String(index));
    else assert.ok(Number(outcome) > count, `${outcome} behind ${count}`);
    if (typeof outcome === "number") count = outcome;
  }
  assert.ok(unreadable <= 1, `${unreadable} reads were not answered`);
}

/** What comes while nobody waits, and so belongs to nobody. */
const unasked: readonly (readonly [string, string])[] = [
  ["a reply", "+surplus\r\n"],
  ["two replies", ":1\r\n:2\r\n"],
  ["an error", "-ERR surplus\r\n"],
  ["the start of a reply", "$7\r\nsur"],
  ["the start of a list", "*2\r\n:1\r\n"],
  ["what is no reply", "HTTP/1.1 400 Bad Request\r\n\r\n"],
];

for (const [name, bytes] of unasked) {
  test(`desync: ${name} out of turn: the link ends, and the next callers get their own`, async (t) => {
    const { proxy, redis } = await behindProxy(t, server);
    assert.equal(await redis.echo("before"), "before");
    const gone = told(redis, "disconnect");
    proxy.inject(bytes);
    const { reason } = await gone as DisconnectEvent;
    assert.ok(reason instanceof ProtocolError, String(reason));
    ownOrNone(await Promise.all(callers(redis, freshKey())));
    assert.equal(proxy.accepted, 2);
  });
}

/** What comes between two replies and cannot be understood. */
const garbage: readonly (readonly [string, string | Uint8Array])[] = [
  ["a byte that no type has", "@what\r\n"],
  ["bytes by chance", bytesByChance(200)],
  ["a length that is none", "$-7\r\n"],
  ["a string that does not end where it says", "$3\r\nabcdef\r\n"],
  ["nesting without end", "*1\r\n".repeat(100_000)],
  ["maps in maps without end", "%1\r\n+k\r\n".repeat(50_000)],
  ["attributes of attributes without end", "|1\r\n".repeat(50_000)],
  ["a list beyond all memory", "*4294967296\r\n"],
  ["a string beyond all memory", "$999999999999999\r\n"],
];

for (const [name, bytes] of garbage) {
  test(`desync: ${name} among the replies: one call is told, the others get their own`, async (t) => {
    const { proxy, redis, straight } = await behindProxy(t, server);
    const key = freshKey();
    proxy.stall({ direction: "toClient" });
    const calls = callers(redis, key);
    await proxy.until(() => proxy.seen("ECHO") + proxy.seen("INCR") === CALLS);
    proxy.inject(bytes);
    const behind = callers(redis, key);
    await proxy.until(() => proxy.seen("ECHO") + proxy.seen("INCR") === 2 * CALLS);
    const gone = told(redis, "disconnect");
    proxy.flow();
    const { reason } = await gone as DisconnectEvent;
    assert.ok(reason instanceof ProtocolError, String(reason));
    ownOrNone(await Promise.all(calls));
    ownOrNone(await Promise.all(behind));
    assert.ok(Number(await straight.get(key)) <= 2 * Math.floor(CALLS / 7));
    assert.equal(await redis.echo("next"), "next");
  });
}

/** What is between two replies and is none. */
const noReplies: readonly (readonly [string, string])[] = [
  ["an attribute", "|1\r\n+ttl\r\n:3600\r\n"],
  ["attributes one behind the other", "|1\r\n+a\r\n*2\r\n:1\r\n:2\r\n|1\r\n+b\r\n%1\r\n:1\r\n,1.5\r\n"],
  ["an attribute that has one", "|1\r\n+a\r\n|1\r\n+b\r\n:1\r\n:2\r\n"],
  ["a push", ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n"],
  ["pushes", ">2\r\n+invalidate\r\n*1\r\n+k\r\n".repeat(100)],
  ["a push that holds what looks like replies", ">2\r\n+other\r\n$14\r\n+OK\r\n:1\r\n$-1\r\n\r\n"],
];

for (const [name, bytes] of noReplies) {
  for (const way of ["at once", "in pieces"] as const) {
    test(`desync: ${name} among the replies, ${way}: none of them is shifted`, async (t) => {
      const { proxy, redis } = await behindProxy(t, server);
      if (way === "in pieces") proxy.chunks({ min: 1, max: 20 }, { direction: "toClient" });
      proxy.stall({ direction: "toClient" });
      const calls = callers(redis, freshKey());
      await proxy.until(() => proxy.seen("ECHO") + proxy.seen("INCR") === CALLS);
      proxy.inject(bytes);
      const behind = callers(redis, freshKey());
      await proxy.until(() => proxy.seen("ECHO") + proxy.seen("INCR") === 2 * CALLS);
      proxy.flow();
      const outcomes = await Promise.all([...calls, ...behind]);
      ownOrNone(outcomes.slice(0, CALLS));
      ownOrNone(outcomes.slice(CALLS));
      assert.ok(outcomes.every((outcome) => !(outcome instanceof Error)));
      assert.equal(proxy.accepted, 1);
    });
  }
}

test("desync: an attribute of a real server goes before its reply and shifts nothing", async (t) => {
  const { redis } = await behindProxy(t, server);
  const [before, reply, after] = await Promise.all([
    redis.echo("before"),
    redis.call("DEBUG", "PROTOCOL", "ATTRIB"),
    redis.echo("after"),
  ]);
  assert.deepEqual([before, reply, after], ["before", "Some real reply following the attribute", "after"]);
});

test("desync: replies that are cut anywhere, and what a new link brings, are never put together", async (t) => {
  const { proxy, redis, straight } = await behindProxy(t, server, { reconnect: { capMs: 10 } });
  const keys = Array.from({ length: 10 }, freshKey);
  for (const key of keys) await straight.set(key, `${key}:${"x".repeat(50)}`);
  // Long enough for a reply of each of the keys.
  for (let length = 1; length < 700; length += 23) {
    proxy.stall({ direction: "toClient" });
    const calls = [...keys, ...keys].map((key) => redis.get(key));
    const from = proxy.bytes.toClient;
    await proxy.until(() => proxy.requests.slice(-20).every((name) => name === "GET"));
    proxy.drip({ bytes: length }, { direction: "toClient" });
    proxy.flow();
    await proxy.until(() => proxy.bytes.toClient > from);
    proxy.cut({ how: length % 2 ? "end" : "reset" });
    proxy.drip("off");
    assert.deepEqual(await Promise.all(calls), [...keys, ...keys].map((key) => `${key}:${"x".repeat(50)}`));
  }
});

test("desync: errors inside transactions are theirs, among calls of all kinds", async (t) => {
  const { redis, straight } = await behindProxy(t, server);
  const text = freshKey(), count = freshKey();
  await straight.set(text, "no number");
  const random = seededRandom(SEED);
  await Promise.all(Array.from({ length: 1_000 }, async (_, index) => {
    const kind = Math.floor(random() * 5);
    if (kind === 0) {
      const [wrong, own] = await redis.transaction().incr(text).echo(index).exec();
      assert.ok(wrong instanceof ReplyError);
      assert.equal(own, String(index));
    } else if (kind === 1) {
      const refused = await failureOf(redis.transaction().echo(index).call("NO.SUCH").incr(count).exec());
      assert.ok(refused instanceof ReplyError && refused.code === "EXECABORT", String(refused));
    } else if (kind === 2) {
      const [own, wrong, last] = await redis.pipeline().echo(index).lpush(text, "a").get(text).exec();
      assert.deepEqual([own, last], [String(index), "no number"]);
      assert.ok(wrong instanceof ReplyError && wrong.code === "WRONGTYPE");
    } else if (kind === 3) assert.ok(await failureOf(redis.incr(text)) instanceof ReplyError);
    else assert.equal(await redis.echo(index), String(index));
  }));
  assert.equal(await straight.get(count), null);
});

function bytesByChance(length: number): Uint8Array {
  const random = seededRandom(SEED);
  // The first is no type, or it could be a reply.
  return Uint8Array.from({ length }, (_, index) => index === 0 ? 0xff : Math.floor(random() * 256));
}
