/**
 * Connections that end while they are used: every call settles, says whether it may be applied, and the client is back.
 *
 * What only reads is answered over the next connection. What writes fails, since nobody knows whether it was applied;
 * so does all of it on a client that sends nothing again and makes no connection by itself.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { ConnectionError, type ConnectOptions, TimeoutError } from "../../mod.ts";
import { echo, incr } from "../../src/commands/mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, created, failureOf, freshKey } from "./opened.ts";
import { startScripted } from "./peers.ts";
import { openEcho, PLAIN, turn } from "./waiting_peer.ts";

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
    // The new server has kept nothing: had an INCR been sent again, its count would be there.
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

for (const part of ["", "$5\r\nhel", "*2\r\n+a\r\n", "%1\r\n", ":1", "+O"]) {
  test(`the peer hangs up after ${JSON.stringify(part)}: what only reads is answered over the next connection`, async (t) => {
    const { server, redis } = await openEcho(t);
    const calls = Promise.all([redis.echo("a"), redis.echo("b"), redis.echo("c")]);
    (await server.all(3)).end(`+a\r\n${part}`);
    (await server.all(2)).write("+b\r\n+c\r\n");
    assert.deepEqual(await calls, ["a", "b", "c"]);
    assert.deepEqual(server.commands.filter(([name]) => name === "ECHO").map(([, word]) => word), [..."abcbc"]);
  });

  test(`the peer hangs up after ${JSON.stringify(part)}: without retries whoever waits gets a ConnectionError`, async (t) => {
    const { server, redis } = await openEcho(t, PLAIN);
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
  for (const options of [{ retry: PLAIN.retry }, PLAIN]) {
    const { server, redis } = await openEcho(t, options);
    const retried = redis.echo("a").catch(() => redis.echo("again"));
    (await server.all(1)).destroy();
    (await server.all(1)).write("+again\r\n");
    assert.equal(await retried, "again");
  }
});

/** Has four callers say a word after another over connections of which each is lost at the seventh; gives how many failed. */
async function sayWhileLost(t: Context, options: ConnectOptions): Promise<number> {
  let count = 0;
  const server = await startScripted(t, ([name, text], socket) => {
    if (name !== "ECHO") return undefined;
    if (++count % 7 === 0) return void socket.destroy();
    return `+${text}\r\n`;
  });
  const redis = created(t, { url: server.url, ...options });
  let lost = 0;
  async function caller(from: number): Promise<void> {
    for (let i = from; i < from + 30; i++) {
      const reply = await redis.echo(i).catch((error: unknown) => error);
      if (reply instanceof ConnectionError) lost++;
      else assert.equal(reply, String(i));
    }
  }
  await Promise.all([0, 100, 200, 300].map(caller));
  assert.ok(server.sockets.length > 2);
  return lost;
}

test("connections that are lost again and again leave each call with its reply", async (t) => {
  assert.equal(await sayWhileLost(t, {}), 0);
});

test("connections that are lost again and again leave each call with one outcome, without retries too", async (t) => {
  assert.ok(await sayWhileLost(t, PLAIN) > 0);
});
