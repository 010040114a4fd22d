/** What becomes of calls whose connection is lost: what goes into the next one, in which order, and what is told. */
import assert from "node:assert/strict";
import { ConnectionError, ProtocolError, TimeoutError } from "../../src/errors.ts";
import type { CallOptions, RetryCeiling } from "../../src/sender.ts";
import { connected, type Scene, type SceneOptions, send, sendAll, welcome, wire } from "../support/connected.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf, withoutName } from "../support/outcome.ts";
import type { ScriptedStream } from "../support/scripted_platform.ts";

const LOST = 'Lost the connection to "host:6379": cut';

type Ready = Scene & { stream: ScriptedStream };

/** A connection that is dialled again after 50 ms. */
async function ready(options: SceneOptions = {}): Promise<Ready> {
  return await connected({ reconnect: { capMs: 50 }, ...options });
}

/** The stream breaks. */
async function lose({ platform }: Scene): Promise<void> {
  await turn();
  platform.last.stream.end(new Error("cut"));
  await turn();
}

/** The next connection is made. */
async function comeBack(all: Scene): Promise<ScriptedStream> {
  await all.clock.advance(50);
  return await welcome(all);
}

test("repeat: reads that were lost are sent again, in their order, before those that came later", async () => {
  const all = await ready();
  const replies = [send(all, "GET a"), send(all, "GET b"), sendAll(all, ["GET c", "MGET d e"])];
  await lose(all);
  replies.push(send(all, "GET f"), send(all, "SET g 1"));
  const stream = await comeBack(all);
  assert.deepEqual(stream.writes, [wire("GET a", "GET b", "GET c", "MGET d e", "GET f", "SET g 1")]);
  stream.send(":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n+OK\r\n");
  assert.deepEqual(await Promise.all(replies), [1, 2, [3, 4], 5, "OK"]);
  all.connection.destroy();
});

test("repeat: a write that was lost may have been applied, and is not sent again; reads around it are", async () => {
  const all = await ready();
  const before = send(all, "GET a");
  const lost = [send(all, "INCR n"), send(all, "SET k 1"), send(all, "EVAL x 0"), send(all, "NO.SUCH x")];
  const after = send(all, "GET b");
  await lose(all);
  for (const promise of lost) {
    const error = await errorOf(promise);
    assert.equal(error.constructor, ConnectionError);
    assert.equal(withoutName(error), LOST);
    assert.equal(error.maybeApplied, true);
  }
  const stream = await comeBack(all);
  assert.deepEqual(stream.writes, [wire("GET a", "GET b")]);
  stream.send(":1\r\n:2\r\n");
  assert.deepEqual(await Promise.all([before, after]), [1, 2]);
  all.connection.destroy();
});

test("repeat: what was never written goes again whatever it does", async () => {
  const options: Partial<CallOptions>[] = [{}, { ceiling: "none" }, { attempts: 1 }];
  for (const option of options) {
    const all = await ready();
    all.stream.takes = false;
    const held = send(all, "GET a", { ceiling: "none" });
    await turn();
    const unwritten = [send(all, "INCR n", option), sendAll(all, ["SET k 1", "EVAL x 0"], option)];
    await lose(all);
    assert.equal((await errorOf(held)).maybeApplied, true);
    let stream = await comeBack(all);
    assert.deepEqual(stream.writes, [wire("INCR n", "SET k 1", "EVAL x 0")]);
    stream.send(":1\r\n+OK\r\n:2\r\n");
    assert.deepEqual(await Promise.all(unwritten), [1, ["OK", 2]]);
    // Gathered, but its turn did not come.
    const gathered = send(all, "INCR n", option);
    stream.end(new Error("cut"));
    stream = await comeBack(all);
    assert.deepEqual(stream.writes, [wire("INCR n")]);
    stream.send(":2\r\n");
    assert.equal(await gathered, 2);
    all.connection.destroy();
  }
});

test("repeat: a stream that ends over a write may have sent it", async () => {
  const all = await ready();
  all.stream.onWrite = () => all.stream.end(new Error("cut"));
  const replies = [send(all, "SET a 1"), send(all, "GET a")];
  assert.equal((await errorOf(replies[0])).maybeApplied, true);
  const stream = await comeBack(all);
  assert.deepEqual(stream.writes, [wire("GET a")]);
  stream.send(":1\r\n");
  assert.equal(await replies[1], 1);
  all.connection.destroy();
});

const ceilings: [ceiling: RetryCeiling, again: string[], never: string[]][] = [
  ["none", [], ["GET a", "SET a 1", "INCR n", "PING"]],
  ["readOnly", ["GET a", "PING", "SCAN 0"], ["SET a 1", "INCR n", "DEL a"]],
  ["idempotent", ["GET a", "SET a 1", "DEL a"], ["INCR n", "SET a 1 NX", "LPUSH l 1"]],
  ["any", ["GET a", "SET a 1", "INCR n", "EVAL x 0", "NO.SUCH x"], []],
];

for (const [ceiling, again, never] of ceilings) {
  test(`repeat: under the ceiling ${ceiling}, of the connection or of the call, that is sent again which it allows`, async () => {
    const rows: [SceneOptions, Partial<CallOptions>][] = [
      [{ retry: { ceiling } }, {}],
      [{ retry: { ceiling: "none" } }, { ceiling }],
      [{ retry: { ceiling: "any" } }, { ceiling }],
    ];
    for (const [options, option] of rows) {
      const all = await ready(options);
      const kept = again.map((command) => send(all, command, option));
      const lost = never.map((command) => send(all, command, option));
      await lose(all);
      for (const promise of lost) assert.equal((await errorOf(promise)).maybeApplied, true);
      const stream = await comeBack(all);
      assert.deepEqual(stream.writes.join(""), wire(...again));
      stream.send("+OK\r\n".repeat(again.length));
      assert.deepEqual(await Promise.all(kept), again.map(() => "OK"));
      all.connection.destroy();
    }
  });
}

test("repeat: a call is sent as often as its attempts say, and then told of the loss", async () => {
  const rows: [SceneOptions, Partial<CallOptions>][] = [
    [{ retry: { attempts: 3 } }, {}],
    [{ retry: { attempts: 1 } }, { attempts: 3 }],
    [{ retry: { attempts: 20 } }, { attempts: 3 }],
  ];
  for (const [options, option] of rows) {
    const all = await ready(options);
    const reply = send(all, "GET a", option);
    for (let sent = 1; sent < 3; sent++) {
      await lose(all);
      const stream = await comeBack(all);
      assert.deepEqual(stream.writes, [wire("GET a")]);
    }
    await lose(all);
    const error = await errorOf(reply);
    assert.equal(withoutName(error), LOST);
    assert.equal(error.maybeApplied, true);
    all.connection.destroy();
  }
  const once = await ready();
  const reply = send(once, "GET a", { attempts: 1 });
  await lose(once);
  assert.equal(withoutName(await errorOf(reply)), LOST);
  once.connection.destroy();
});

test("repeat: with a connection that is not dialled again all are told, and a read may have been applied too", async () => {
  const all = await connected();
  const replies = [send(all, "GET a"), send(all, "SET a 1")];
  await lose(all);
  for (const promise of replies) {
    const error = await errorOf(promise);
    assert.equal(withoutName(error), LOST);
    assert.equal(error.maybeApplied, true);
  }
});

test("repeat: a read that was lost and is given up before it was sent again may have been applied", async () => {
  const all = await ready({ timeoutMs: 40 });
  const { signal, abort } = aborter();
  const replies = [send(all, "GET a"), send(all, "GET b", { signal, timeoutMs: 0 })];
  await lose(all);
  await all.clock.advance(40);
  abort();
  const [late, aborted] = [await errorOf(replies[0]), await errorOf(replies[1])];
  assert.ok(late instanceof TimeoutError);
  assert.deepEqual([late.waitedFor, late.maybeApplied], ["connection", true]);
  assert.deepEqual([aborted.name, aborted.maybeApplied], ["AbortError", true]);
  const stream = await comeBack(all);
  assert.deepEqual(stream.writes, []);
  all.connection.destroy();
});

function aborter(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

// ---- batches

test("repeat: a batch that was lost midway keeps what was answered, and the rest goes again", async () => {
  const all = await ready();
  const reply = sendAll(all, ["SET a 1", "GET a", "GET b", "GET c"]);
  await turn();
  all.stream.send("+OK\r\n-ERR no\r\n$1");
  await lose(all);
  assert.equal(await stateOf(reply), "waiting");
  let stream = await comeBack(all);
  assert.deepEqual(stream.writes, [wire("GET b", "GET c")]);
  stream.send(":3\r\n");
  await lose(all);
  stream = await comeBack(all);
  assert.deepEqual(stream.writes, [wire("GET c")]);
  stream.send(":4\r\n");
  const [set, error, ...rest] = await reply as [string, Error, ...number[]];
  assert.deepEqual([set, error.name, rest], ["OK", "ReplyError", [3, 4]]);
  all.connection.destroy();
});

test("repeat: a batch whose rest may not go again keeps what was answered, and each of the rest is an error", async () => {
  const all = await ready();
  const reply = sendAll(all, ["GET a", "GET b", "INCR n"]);
  await turn();
  all.stream.send(":1\r\n");
  await lose(all);
  const [first, ...rest] = await reply as [number, ...ConnectionError[]];
  assert.equal(first, 1);
  assert.equal(rest.length, 2);
  for (const error of rest) assert.deepEqual([withoutName(error), error.maybeApplied], [LOST, true]);
  const none = sendAll(all, ["GET a", "INCR n"]);
  await comeBack(all);
  await lose(all);
  assert.equal((await errorOf(none)).maybeApplied, true);
  all.connection.destroy();
});

test("repeat: of a transaction all goes again or nothing, whatever was answered", async () => {
  const all = await ready();
  const reads = sendAll(all, ["MULTI", "GET a", "GET b", "EXEC"]);
  const writes = sendAll(all, ["MULTI", "GET a", "INCR n", "EXEC"]);
  await turn();
  all.stream.send("+OK\r\n+QUEUED\r\n");
  await lose(all);
  assert.equal((await errorOf(writes)).maybeApplied, true);
  const stream = await comeBack(all);
  assert.deepEqual(stream.writes, [wire("MULTI", "GET a", "GET b", "EXEC")]);
  stream.send("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n");
  assert.deepEqual(await reads, ["OK", "QUEUED", "QUEUED", [1, 2]]);
  const begun = sendAll(all, ["MULTI", "INCR n", "EXEC"]);
  await turn();
  stream.send("+OK\r\n+QUEUED\r\n");
  await lose(all);
  const error = await errorOf(begun);
  assert.deepEqual([withoutName(error), error.maybeApplied], [LOST, true]);
  all.connection.destroy();
});

// ---- what cannot be understood

test("repeat: after what is not RESP its call fails, and reads behind it go again", async () => {
  const all = await ready();
  const [first, second, third] = [send(all, "GET a"), send(all, "GET b"), send(all, "INCR n")];
  await turn();
  all.stream.send("nonsense\r\n");
  for (const promise of [first, third]) {
    const error = await errorOf(promise);
    assert.ok(error instanceof ProtocolError);
    assert.equal(error.maybeApplied, true);
  }
  const stream = await comeBack(all);
  assert.deepEqual(stream.writes, [wire("GET b")]);
  stream.send(":2\r\n");
  assert.equal(await second, 2);
  all.connection.destroy();
});

test("repeat: a call that always breaks its connection fails at its first reply, and does no harm to the others", async () => {
  const all = await ready();
  const bad = Array.from({ length: 3 }, (_, i) => send(all, `GET bad${i}`));
  const good = send(all, "GET good");
  let stream = all.stream;
  for (const reply of bad) {
    await turn();
    stream.send("nonsense\r\n");
    assert.ok(await errorOf(reply) instanceof ProtocolError);
    stream = await comeBack(all);
  }
  stream.send("+good\r\n");
  assert.equal(await good, "good");
  all.connection.destroy();
});

test("repeat: the late stream of before says nothing to a call that was sent again", async () => {
  const all = await ready();
  const reply = send(all, "GET a");
  await turn();
  all.stream.send("nonsense\r\n");
  const again = send(all, "GET b");
  all.stream.send("+late\r\n");
  assert.ok(await errorOf(reply) instanceof ProtocolError);
  const stream = await comeBack(all);
  all.stream.send("+late\r\n");
  all.stream.drain();
  stream.send("+mine\r\n");
  assert.equal(await again, "mine");
  all.connection.destroy();
});
