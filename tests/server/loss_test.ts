/**
 * Connections that end while they are used: every call settles, says whether it may be applied, and the client is back.
 *
 * What only reads is answered over the next connection. What writes fails, since nobody knows whether it was applied;
 * so does all of it on a client that sends nothing again and makes no connection by itself.
 */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import process from "node:process";
import { detectPlatform } from "../../adapters/auto.ts";
import {
  type Client,
  ConnectionError,
  type ConnectOptions,
  type Platform,
  ProtocolError,
  TimeoutError,
} from "../../mod.ts";
import { echo, incr } from "../../src/commands/mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, created, failureOf, freshKey } from "./opened.ts";
import { type Scripted, startScripted } from "./peers.ts";

/** Waits until what was just written has left: a turn of timers, and of sockets. */
function turn(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}

/** A client that sends nothing again, and is connected only by its calls. */
const PLAIN: ConnectOptions = { reconnect: false, retry: { ceiling: "none" } };

for (const kind of serverKinds) {
  test(`${kind} is killed while calls wait: writes fail in doubt, reads are answered once it is back`, async (t) => {
    const server = await startServer({ kind });
    t.defer(() => server.stop());
    const redis = await connected(t, server.url);
    process.kill(server.pid, "SIGSTOP");
    const writes = Array.from({ length: 100 }, (_, index) => failureOf(redis.incr(`n:${index}`)));
    writes.push(failureOf(redis.pipeline([echo("a"), incr("n")])), failureOf(redis.transaction([incr("n")])));
    const reads = Promise.all([
      ...Array.from({ length: 100 }, (_, index) => redis.get(`n:${index}`)),
      redis.pipeline([echo("a"), echo("b")]),
      redis.transaction([echo("c")]),
    ]);
    await turn();
    await server.stop();

    for (const error of await Promise.all(writes)) {
      assert.ok(error instanceof ConnectionError);
      assert.equal(error.name, "ConnectionError");
      assert.equal(error.maybeApplied, true);
      assert.ok(error.message.startsWith(`Lost the connection to "127.0.0.1:${server.port}": `), error.message);
    }
    const key = freshKey();
    const set = redis.set(key, "v");
    const late = await failureOf(redis.with({ timeoutMs: 100 }).set(key, "never"));
    assert.ok(late instanceof TimeoutError);
    assert.deepEqual([late.waitedFor, late.maybeApplied], ["connection", false]);
    assert.match(String(late.cause), /ECONNREFUSED/);

    const again = await startServer({ kind, port: server.port });
    t.defer(() => again.stop());
    // The new server has kept nothing, so that no count says that an INCR was sent a second time.
    assert.deepEqual(await reads, [...Array(100).fill(null), ["a", "b"], ["c"]]);
    assert.equal(await set, "OK");
    assert.equal(await redis.get(key), "v");
    assert.equal(await redis.exists("n"), 0);
  });

  test(`${kind} is killed while 100 calls wait: without retries all fail, and the next call tells, too`, async (t) => {
    const server = await startServer({ kind });
    t.defer(() => server.stop());
    const redis = await connected(t, { url: server.url, ...PLAIN });
    process.kill(server.pid, "SIGSTOP");
    const calls = Array.from({ length: 100 }, (_, index) => failureOf(redis.get(`n:${index}`)));
    const pipeline = failureOf(redis.pipeline([echo("a"), echo("b")]));
    const transaction = failureOf(redis.transaction([echo("a")]));
    await turn();
    await server.stop();

    for (const error of await Promise.all([...calls, pipeline, transaction])) {
      assert.ok(error instanceof ConnectionError);
      assert.equal(error.name, "ConnectionError");
      assert.equal(error.maybeApplied, true);
      assert.ok(error.message.startsWith(`Lost the connection to "127.0.0.1:${server.port}": `), error.message);
    }
    const refused = await failureOf(redis.ping());
    assert.ok(refused instanceof ConnectionError);
    assert.equal(refused.maybeApplied, false);
    assert.match(refused.message, /ECONNREFUSED/);

    const again = await startServer({ kind, port: server.port });
    t.defer(() => again.stop());
    const key = freshKey();
    assert.equal(await redis.set(key, "v"), "OK");
    assert.equal(await redis.get(key), "v");
  });
}

test("a server that shuts down says nothing more: SHUTDOWN is in doubt, and a later call is told why it waits", async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const redis = await connected(t, server.url);
  const error = await failureOf(redis.call("SHUTDOWN", "NOSAVE"));
  assert.ok(error instanceof ConnectionError);
  assert.equal(error.maybeApplied, true);
  const late = await failureOf(redis.with({ timeoutMs: 200 }).ping());
  assert.ok(late instanceof TimeoutError);
  assert.equal(late.waitedFor, "connection");
  assert.match(String(late.cause), /ECONNREFUSED/);
});

test("enableOfflineQueue: false: a call fails at once while there is no connection, and says why there is none", async (t) => {
  const server = await startServer();
  t.defer(() => server.stop());
  const redis = await connected(t, { url: server.url, enableOfflineQueue: false });
  const refused = new Promise<void>((done) => {
    redis.on("reconnecting", ({ reason }) => /ECONNREFUSED/.test(reason.message) && done());
  });
  await server.stop();
  await refused;
  const error = await failureOf(redis.ping());
  assert.ok(error instanceof ConnectionError);
  assert.deepEqual([error.name, error.maybeApplied], ["ConnectionError", false]);
  assert.match(error.message, /^Cannot send PING: there is no connection to "127\.0\.0\.1:\d+"/);
  assert.match(String(error.cause), /ECONNREFUSED/);
  const back = new Promise((done) => redis.on("reconnect", done));
  const again = await startServer({ port: server.port });
  t.defer(() => again.stop());
  await back;
  assert.equal(await redis.ping(), "PONG");
});

const kinds: readonly ServerKind[] = ["redis7", "valkey9"];

for (const kind of kinds) {
  test(`${kind} ends the connection by CLIENT KILL: the next call is served on a new one, as whom it was`, async (t) => {
    const server = await startServer({ kind });
    t.defer(() => server.stop());
    const admin = await connected(t, server.url);
    const redis = await connected(t, { url: server.url, clientName: "kept", database: 2 });
    const id = await redis.clientId();
    assert.equal(await admin.clientKill({ id }), 1);
    // Whether the end is seen before the call or by it: that only reads.
    assert.notEqual(await redis.clientId(), id);
    const { name, db } = await redis.clientInfo();
    assert.deepEqual({ name, db }, { name: "kept", db: "2" });
  });

  test(`${kind} ends the connection that asks for it by CLIENT KILL: of the calls behind it reads are answered`, async (t) => {
    const server = await startServer({ kind });
    t.defer(() => server.stop());
    const redis = await connected(t, server.url);
    const id = await redis.clientId();
    const reads: Promise<string>[] = [];
    const writes: Promise<Error>[] = [];
    const killed = redis.clientKill({ id, skipMe: "no" });
    for (let i = 0; i < 10; i++) {
      reads.push(redis.ping());
      writes.push(failureOf(redis.incr("n")));
    }
    assert.equal(await killed, 1);
    assert.deepEqual(await Promise.all(reads), Array(10).fill("PONG"));
    for (const error of await Promise.all(writes)) assert.ok(error instanceof ConnectionError && error.maybeApplied);
    assert.equal(await redis.get("n"), null);
  });
}

/** What comes in place of the second of five replies, and what the error says of it; more follows it that is well formed. */
const garbage: readonly (readonly [string, string, RegExp])[] = [
  ["a type that there is not", "?what\r\n", /a reply starts with a byte that no type has/],
  ["another protocol", "HTTP/1.1 200 OK\r\n\r\n", /a reply starts with a byte that no type has/],
  ["an integer that is none", ":12x\r\n", /an integer is not one/],
  ["a length that is none", "$x\r\n", /a length is not one/],
  ["a negative length", "*-2\r\n", /a length is not one/],
  ["a string that is longer than it says", "$3\r\nabcdef\r\n", /a string does not end where it should/],
  ["a line without CR", "+OK\n", /a line does not end with CR and LF/],
  ["a map that ends early", "%?\r\n+a\r\n.\r\n", /a map lacks a value/],
  ["nesting without end", "*1\r\n".repeat(100_000), /nested deeper than the limit/],
  ["a length beyond the limit", "$99999999999\r\n", /a string is longer than the limit/],
  ["a list beyond the limit", "*99999999999\r\n", /an aggregate is longer than the limit/],
];

for (const [name, text, why] of garbage) {
  for (const way of ["at once", "byte by byte"] as const) {
    if (way === "byte by byte" && text.length > 100) continue;
    test(`garbage, ${name}, ${way}: whoever waits gets a ProtocolError, and nobody a later reply`, async (t) => {
      const { server, redis } = await openEcho(t, { retry: { ceiling: "none" } });
      const calls = ["a", "b", "c", "d"].map((word) => redis.echo(word).catch((error: unknown) => error));
      const socket = await server.all(4);
      await send(socket, `+a\r\n${text}+c\r\n+d\r\n+late\r\n`, way);
      const [first, ...others] = await Promise.all(calls);
      assert.equal(first, "a");
      for (const error of others) {
        assert.ok(error instanceof ProtocolError);
        assert.match(error.message, why);
        assert.equal(error.maybeApplied, true);
      }
      const next = redis.echo("next");
      (await server.all(1)).write("+next\r\n");
      assert.equal(await next, "next");
      assert.equal(server.sockets.length, 2);
    });
  }
}

test("garbage: the call that it came for fails, and what only reads behind it is answered over the next connection", async (t) => {
  const { server, redis } = await openEcho(t);
  const calls = ["a", "b", "c", "d"].map((word) => redis.echo(word).catch((error: unknown) => error));
  const set = failureOf(redis.call("APPEND", "k", "v"));
  (await server.all(4)).write("+a\r\n:12x\r\n+c\r\n+d\r\n");
  (await server.all(2)).write("+c again\r\n+d again\r\n");
  const [a, b, c, d] = await Promise.all(calls);
  assert.deepEqual([a, c, d], ["a", "c again", "d again"]);
  for (const error of [b, await set]) {
    assert.ok(error instanceof ProtocolError);
    assert.equal(error.maybeApplied, true);
  }
});

test("a reply that nobody waits for ends the connection, and the next call dials anew", async (t) => {
  const { server, redis } = await openEcho(t);
  const first = redis.echo("a");
  const socket = await server.all(1);
  const ended = new Promise((done) => socket.once("close", done));
  socket.write("+a\r\n+unasked\r\n");
  assert.equal(await first, "a");
  await ended;
  const next = redis.echo("b");
  (await server.all(1)).write("+b\r\n");
  assert.equal(await next, "b");
  assert.equal(server.sockets.length, 2);
});

test("a reply that comes while nobody has called ends the connection", async (t) => {
  const { server, redis } = await openEcho(t);
  const [socket] = server.sockets;
  const ended = new Promise((done) => socket.once("close", done));
  socket.write("+early\r\n");
  await ended;
  const next = redis.echo("b");
  (await server.all(1)).write("+b\r\n");
  assert.equal(await next, "b");
});

test("a reply that comes for a call that has not left is given to nobody", async (t) => {
  const { server, redis } = await openEcho(t, { platform: await withheldPlatform() });
  const first = redis.echo("a");
  const socket = await server.all(1);
  // The stream still holds the first write, so that this one waits.
  const second = failureOf(redis.echo("b"));
  socket.write("+a\r\n+early\r\n");
  assert.equal(await first, "a");
  const error = await second;
  assert.ok(error instanceof ProtocolError);
  assert.match(error.message, /nobody waits for a reply/);
  assert.equal(error.maybeApplied, false);
  const next = redis.echo("c");
  (await server.all(1)).write("+c\r\n");
  assert.equal(await next, "c");
});

/** A platform whose streams send each write, but say of all after the handshake that they still hold it. */
async function withheldPlatform(): Promise<Platform> {
  const { name, dial, text } = await detectPlatform();
  return {
    name,
    text,
    async dial(target, signal) {
      const stream = await dial(target, signal);
      let writes = 0;
      return {
        open: (sink) => stream.open(sink),
        write: (bytes) => stream.write(bytes.slice()) && writes++ === 0,
        pause: () => stream.pause(),
        resume: () => stream.resume(),
        close: () => stream.close(),
      };
    },
  };
}

for (const part of ["", "$5\r\nhel", "*2\r\n+a\r\n", "%1\r\n", ":1", "+O"]) {
  test(`the peer hangs up after ${JSON.stringify(part)}: whoever waits gets a ConnectionError`, async (t) => {
    const { server, redis } = await openEcho(t);
    const calls = [redis.echo("a"), redis.echo("b"), redis.echo("c")].map((call) => call.catch((error) => error));
    (await server.all(3)).end(`+a\r\n${part}`);
    const [first, ...others] = await Promise.all(calls);
    assert.equal(first, "a");
    for (const error of others) {
      assert.ok(error instanceof ConnectionError && error.maybeApplied);
      assert.equal(error.name, "ConnectionError");
    }
    const next = redis.echo("next");
    (await server.all(1)).write("+next\r\n");
    assert.equal(await next, "next");
  });
}

test("a call made where the loss is told is served on a new connection", async (t) => {
  const { server, redis } = await openEcho(t);
  const retried = redis.echo("a").catch(() => redis.echo("again"));
  (await server.all(1)).destroy();
  (await server.all(1)).write("+again\r\n");
  assert.equal(await retried, "again");
});

test("connections that are lost again and again leave each call with one outcome", async (t) => {
  let count = 0;
  const server = await startScripted(t, ([name, text], socket) => {
    if (name !== "ECHO") return undefined;
    if (++count % 7 === 0) return void socket.destroy();
    return `+${text}\r\n`;
  });
  const redis = created(t, server.url);
  let lost = 0;
  async function caller(from: number): Promise<void> {
    for (let i = from; i < from + 30; i++) {
      const reply = await redis.echo(i).catch((error: unknown) => error);
      if (reply instanceof ConnectionError) lost++;
      else assert.equal(reply, String(i));
    }
  }
  await Promise.all([0, 100, 200, 300].map(caller));
  assert.ok(lost > 0);
  assert.ok(server.sockets.length > 2);
});

/** A server that answers nothing but the handshake, and gives the socket when so many more commands have come. */
interface Waiting extends Scripted {
  all(count: number): Promise<Socket>;
}

async function openEcho(t: Context, options: ConnectOptions = {}): Promise<{ server: Waiting; redis: Client }> {
  let seen = 0;
  let wanted = Infinity;
  let last: Socket | undefined;
  let tell: (socket: Socket) => void = () => {};
  const server = await startScripted(t, ([name], socket) => {
    if (name !== "ECHO") return undefined;
    last = socket;
    if (++seen >= wanted) tell(socket);
    return undefined;
  });
  function all(count: number): Promise<Socket> {
    return new Promise((done) => {
      tell = (socket) => {
        seen -= count;
        wanted = Infinity;
        done(socket);
      };
      wanted = count;
      if (seen >= wanted) tell(last!);
    });
  }
  return { server: { ...server, all }, redis: await connected(t, { url: server.url, ...options }) };
}

async function send(socket: Socket, text: string, way: "at once" | "byte by byte"): Promise<void> {
  if (way === "at once") return void socket.write(text, "latin1");
  for (const character of text) {
    await new Promise<void>((done) => socket.write(character, "latin1", () => done()));
    await turn();
  }
}
