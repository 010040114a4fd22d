/** The end of a client: `close()` waits for what is due, `destroy()` does not, and nothing stays open. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Client, ClosedError, connect, createClient } from "../../mod.ts";
import { echo, get } from "../../src/commands/mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { connected, failureOf, freshKey } from "./opened.ts";
import { startScripted } from "./peers.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ args: ["--enable-debug-command", "yes"] });
});
afterAll(() => server.stop());

/** A call of each sort, on a client that is closed. */
const calls: readonly (readonly [string, (redis: Client) => Promise<unknown>])[] = [
  ["a method", (redis) => redis.ping()],
  ["a method of a view", (redis) => redis.bytes.get("k")],
  ["call()", (redis) => redis.call("PING")],
  ["send()", (redis) => redis.send(get("k"))],
  ["pipeline()", (redis) => redis.pipeline().get("k").exec()],
  ["pipeline([…])", (redis) => redis.pipeline([get("k")])],
  ["transaction()", (redis) => redis.transaction().get("k").exec()],
];

/** The ways to end a client. */
const ends: readonly (readonly [string, (redis: Client) => unknown])[] = [
  ["close()", (redis) => redis.close()],
  ["destroy()", (redis) => redis.destroy()],
  ["Symbol.asyncDispose", (redis) => redis[Symbol.asyncDispose]()],
];

for (const [end, finish] of ends) {
  test(`after ${end} every call is refused, and was surely not applied`, async (t) => {
    const redis = await connected(t, server.url);
    await redis.ping();
    await finish(redis);
    for (const [name, call] of calls) {
      const error = await failureOf(call(redis));
      assert.ok(error instanceof ClosedError, name);
      assert.equal(error.maybeApplied, false);
      assert.match(error.message, /^Cannot send [A-Z]+: the client is closed$/);
    }
  });

  test(`${end} on a client that never connected ends it too`, async () => {
    const redis = createClient(server.url);
    await finish(redis);
    assert.ok(await failureOf(redis.ping()) instanceof ClosedError);
  });

  test(`${end} twice, and after another end, does no harm`, async () => {
    const redis = await connect(server.url);
    await Promise.all([finish(redis), finish(redis), redis.close()]);
    redis.destroy();
    await finish(redis);
    await redis.close();
  });

  test(`after ${end} the server knows nothing of the connection`, async (t) => {
    const admin = await connected(t, server.url);
    const clientName = `ended-by-${ends.findIndex(([name]) => name === end)}`;
    const redis = await connect({ url: server.url, clientName });
    await finish(redis);
    const isThere = async (): Promise<boolean> => (await admin.clientList()).some(({ name }) => name === clientName);
    while (await isThere()) await new Promise((done) => setTimeout(done, 1));
  });
}

test("close() waits for a server that takes its time", async () => {
  const redis = await connect(server.url);
  const slow = redis.call("DEBUG", "SLEEP", 0.3);
  const quick = Array.from({ length: 100 }, (_, index) => redis.echo(index));
  const start = performance.now();
  await redis.close();
  assert.ok(performance.now() - start > 250);
  assert.equal(await slow, "OK");
  assert.deepEqual(await Promise.all(quick), Array.from({ length: 100 }, (_, index) => String(index)));
});

test("close() in the tick of the calls still sends them, and waits for all their replies", async () => {
  const redis = await connect(server.url);
  const key = freshKey();
  const value = "x".repeat(50_000);
  const set = redis.set(key, value);
  const gets = Array.from({ length: 500 }, () => redis.get(key));
  const pipeline = redis.pipeline([echo("a"), get(key)]);
  const closed = redis.close();
  assert.equal(await set, "OK");
  for (const got of await Promise.all(gets)) assert.ok(got === value);
  assert.deepEqual(await pipeline, ["a", value]);
  await closed;
});

test("close() while it connects lets the calls that wait through", async () => {
  const redis = createClient({ url: server.url, database: 1, clientName: "n" });
  const calls = [redis.echo("a"), redis.echo("b")];
  const closed = redis.close();
  assert.deepEqual(await Promise.all(calls), ["a", "b"]);
  await closed;
});

test("close() is not done before the last reply has come", async (t) => {
  let release: () => void = () => {};
  const due = new Promise<void>((done) => release = done);
  const asked: string[] = [];
  const peer = await startScripted(t, ([name, text], socket) => {
    if (name !== "ECHO") return undefined;
    asked.push(text);
    void due.then(() => socket.write(`+${text}\r\n`));
    return undefined;
  });
  const redis = await connect(peer.url);
  let done = false;
  const calls = [redis.echo("a"), redis.echo("b")];
  const closed = redis.close().then(() => done = true);
  while (asked.length < 2) await new Promise((next) => setTimeout(next, 1));
  assert.equal(done, false);
  release();
  assert.deepEqual(await Promise.all(calls), ["a", "b"]);
  await closed;
});

test("close() waits for a server that never answers no longer than closeTimeoutMs", async (t) => {
  const peer = await startScripted(t, () => undefined);
  const redis = await connect({ url: peer.url, closeTimeoutMs: 100 });
  const calls = [failureOf(redis.echo("a")), failureOf(redis.pipeline([echo("b"), echo("c")]))];
  const start = performance.now();
  await redis.close();
  const took = performance.now() - start;
  assert.ok(took > 90 && took < 2_000, `it took ${took} ms`);
  for (const error of await Promise.all(calls)) {
    assert.ok(error instanceof ClosedError);
    assert.equal(error.maybeApplied, true);
    assert.match(error.message, /^Lost the connection to "127\.0\.0\.1:\d+": the client was closed before the reply/);
  }
});

test("destroy() fails the calls that wait, and says that those that left may be applied", async (t) => {
  const peer = await startScripted(t, () => undefined);
  const redis = await connect(peer.url);
  const left = [failureOf(redis.echo("a")), failureOf(redis.echo("b"))];
  await new Promise((done) => setTimeout(done, 0));
  const unsent = failureOf(redis.echo("c"));
  redis.destroy();
  for (const error of await Promise.all(left)) assert.ok(error instanceof ClosedError && error.maybeApplied);
  const error = await unsent;
  assert.ok(error instanceof ClosedError);
  assert.equal(error.maybeApplied, false);
});

test("destroy() while it connects fails the calls that wait, which were surely not applied", async (t) => {
  const peer = await startScripted(t, () => undefined);
  const redis = createClient(peer.url);
  const calls = [failureOf(redis.echo("a")), failureOf(redis.pipeline([echo("b")]))];
  redis.destroy();
  for (const error of await Promise.all(calls)) {
    assert.ok(error instanceof ClosedError);
    assert.equal(error.maybeApplied, false);
  }
  await redis.close();
});

test("destroy() ends a close() that waits", async (t) => {
  const peer = await startScripted(t, () => undefined);
  const redis = await connect(peer.url);
  const call = failureOf(redis.echo("a"));
  const closed = redis.close();
  redis.destroy();
  assert.ok(await call instanceof ClosedError);
  await closed;
});

const ways = [
  "close",
  "close while calls wait",
  "destroy",
  "destroy while it connects",
  "create without use",
  "a refused login",
  "an unreachable server",
  "a killed connection",
];

for (const way of ways) {
  test(`a program ends by itself after ${way}`, { timeoutMs: 20_000 }, async () => {
    const { code, signal, output } = await runProgram(way, server.url);
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, output);
    assert.match(output, new RegExp(`ended: ${way}`));
  });
}

const PROGRAM_MS = 10_000;

/** Runs exit_program under this runtime and gives how it ended; one that does not end by itself is killed. */
function runProgram(...args: string[]): Promise<{ code: number | null; signal: string | null; output: string }> {
  const file = fileURLToPath(import.meta.url).replace(/closing_test(?=\.\w+$)/, "exit_program");
  const words = "Deno" in globalThis ? ["run", "-A", "--no-check", file, ...args] : [file, ...args];
  // Set by node --test in what it runs, and taken for its own reporting by what that runs in turn.
  const env: Record<string, string | undefined> = { ...process.env, NODE_TEST_CONTEXT: undefined };
  return new Promise((done, refuse) => {
    const child = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), PROGRAM_MS);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output += chunk);
    child.once("error", refuse);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, output });
    });
  });
}
