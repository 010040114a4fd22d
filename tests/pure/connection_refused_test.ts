/** Calls that the server refused for a reason that passes: which go again, when, how often, and in which order. */
import assert from "node:assert/strict";
import { ClosedError, ReplyError, type TimeoutError } from "../../src/errors.ts";
import type { CallOptions } from "../../src/sender.ts";
import { connected, type SceneOptions, send, sendAll, welcome, wire } from "../support/connected.ts";
import { words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";

const LOADING = "-LOADING Redis is loading the dataset in memory\r\n";
const ABORTED = "-EXECABORT Transaction discarded because of previous errors.\r\n";

for (const code of ["LOADING", "BUSY", "CLUSTERDOWN", "TRYAGAIN", "READONLY", "MASTERDOWN"]) {
  test(`refused: a call that is refused with ${code} is sent again after a delay that doubles`, async () => {
    const all = await connected();
    const { stream, clock } = all;
    const reply = send(all, "INCR n");
    await turn();
    for (const delayMs of [50, 100, 200, 400, 800, 1_000, 1_000]) {
      assert.deepEqual(stream.writes.splice(0), [wire("INCR n")]);
      stream.send(`-${code} not now\r\n`);
      await clock.advance(delayMs - 1);
      assert.deepEqual(stream.writes, []);
      assert.equal(await stateOf(reply), "waiting");
      await clock.advance(1);
    }
    stream.send(":1\r\n");
    assert.equal(await reply, 1);
    assert.equal(clock.pending, 0);
  });
}

for (const code of ["ERR", "WRONGTYPE", "OOM", "NOAUTH", "NOPERM", "NOSCRIPT", "MOVED", "EXECABORT", "LOADINGX"]) {
  test(`refused: ${code} is told at once`, async () => {
    const all = await connected();
    const reply = send(all, "GET a");
    await turn();
    all.stream.send(`-${code} no\r\n`);
    const error = await errorOf(reply) as ReplyError;
    assert.ok(error instanceof ReplyError);
    assert.equal(error.code, code);
    assert.equal(all.clock.pending, 0);
  });
}

test("refused: a script is never sent again, since what it did before may stand", async () => {
  const all = await connected({ retry: { ceiling: "any" } });
  for (const command of ["EVAL x 0", "evalsha x 0", "FCALL f 0"]) {
    const replies = [send(all, command), sendAll(all, [command]), sendAll(all, ["GET a", command])];
    await turn();
    all.stream.send(`${LOADING}${LOADING}:1\r\n${LOADING}`);
    assert.equal((await errorOf(replies[0]) as ReplyError).code, "LOADING");
    assert.equal(((await replies[1]) as ReplyError[])[0].code, "LOADING");
    assert.equal(((await replies[2]) as ReplyError[])[1].code, "LOADING");
  }
  assert.equal(all.clock.pending, 0);
});

test("refused: a call is sent as often as its attempts say, and then told why", async () => {
  const rows: [SceneOptions, Partial<CallOptions>][] = [
    [{ retry: { attempts: 3 } }, {}],
    [{ retry: { attempts: 1 } }, { attempts: 3 }],
    [{}, { attempts: 3 }],
  ];
  for (const [options, option] of rows) {
    const all = await connected(options);
    const reply = send(all, "GET a", option);
    await turn();
    for (const delayMs of [50, 100]) {
      all.stream.send(LOADING);
      await all.clock.advance(delayMs);
    }
    all.stream.send(LOADING);
    const error = await errorOf(reply) as ReplyError;
    assert.deepEqual([error.code, error.command, error.node], ["LOADING", "GET", "host:6379"]);
    assert.equal(all.stream.writes.length, 3);
    assert.equal(all.clock.pending, 0);
  }
});

test("refused: a call whose next try would be past its deadline is told why at once", async () => {
  const all = await connected({ timeoutMs: 100 });
  const reply = send(all, "GET a");
  await turn();
  all.stream.send(LOADING);
  await all.clock.advance(50);
  assert.equal(all.stream.writes.length, 2);
  all.stream.send(LOADING);
  assert.equal((await errorOf(reply) as ReplyError).code, "LOADING");
});

test("refused: what is given up while it waits to be sent again says so, and is not sent", async () => {
  const all = await connected({ retry: { baseMs: 500, capMs: 500 } });
  const controller = new AbortController();
  // The second joins the first, whose moment is fixed by then.
  const replies = [
    send(all, "GET a", { timeoutMs: 600 }),
    send(all, "GET b", { signal: controller.signal }),
    send(all, "GET c"),
  ];
  await turn();
  all.stream.writes.splice(0);
  all.stream.send(LOADING.repeat(3));
  await all.clock.advance(100);
  controller.abort();
  const aborted = await errorOf(replies[1]) as TimeoutError;
  assert.deepEqual([aborted.name, aborted.waitedFor, aborted.maybeApplied], ["AbortError", "retry", false]);
  await all.clock.advance(400);
  assert.deepEqual(all.stream.writes.splice(0), [wire("GET a", "GET c")]);
  await all.clock.advance(100);
  const late = await errorOf(replies[0]) as TimeoutError;
  assert.deepEqual([late.name, late.waitedFor, late.maybeApplied], ["TimeoutError", "reply", true]);
  all.stream.send(":1\r\n:3\r\n");
  assert.equal(await replies[2], 3);
});

test("refused: calls that are refused together go together and in their order, each with its own reply", async () => {
  const all = await connected();
  const replies = [send(all, "SET a 1"), send(all, "SET b 2"), sendAll(all, ["SET c 3", "GET c"]), send(all, "GET a")];
  await turn();
  all.stream.writes.splice(0);
  all.stream.send(LOADING.repeat(5));
  await all.clock.advance(50);
  assert.deepEqual(all.stream.writes, [wire("SET a 1", "SET b 2", "SET c 3", "GET c", "GET a")]);
  all.stream.send(":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n");
  assert.deepEqual(await Promise.all(replies), [1, 2, [3, 4], 5]);
});

test("refused: a call that is refused does not hold up those that are not", async () => {
  const all = await connected();
  const refused = send(all, "SET a 1");
  const other = send(all, "PING");
  await turn();
  all.stream.send("-READONLY You can't write against a read only replica.\r\n+PONG\r\n");
  assert.equal(await other, "PONG");
  const later = send(all, "GET b");
  await turn();
  all.stream.send(":1\r\n");
  assert.equal(await later, 1);
  await all.clock.advance(50);
  all.stream.send("+OK\r\n");
  assert.equal(await refused, "OK");
});

// ---- batches

test("refused: of a batch those are sent again behind which nothing was executed", async () => {
  const all = await connected();
  const reply = sendAll(all, ["SET a 1", "SET b 2", "SET c 3"]);
  await turn();
  all.stream.writes.splice(0);
  all.stream.send(`+one\r\n${LOADING}${LOADING}`);
  await all.clock.advance(50);
  assert.deepEqual(all.stream.writes.splice(0), [wire("SET b 2", "SET c 3")]);
  all.stream.send(`+two\r\n${LOADING}`);
  await all.clock.advance(100);
  assert.deepEqual(all.stream.writes.splice(0), [wire("SET c 3")]);
  all.stream.send("+three\r\n");
  assert.deepEqual(await reply, ["one", "two", "three"]);
});

test("refused: a batch in which something was executed behind a refusal keeps its errors", async () => {
  const all = await connected();
  const reply = sendAll(all, ["SET a 1", "SET b 2", "SET c 3"]);
  await turn();
  all.stream.send(`+one\r\n${LOADING}+three\r\n`);
  const [one, refused, three] = await reply as [string, ReplyError, string];
  assert.deepEqual([one, refused.code, three], ["one", "LOADING", "three"]);
  assert.equal(all.clock.pending, 0);
});

test("refused: a batch whose attempts are over gives each refusal in its place", async () => {
  const all = await connected();
  const reply = sendAll(all, ["SET a 1", "SET b 2", "SET c 3"], { attempts: 2 });
  await turn();
  all.stream.send(LOADING.repeat(3));
  await all.clock.advance(50);
  all.stream.send(`+one\r\n${LOADING}-BUSY no\r\n`);
  const [one, ...refusals] = await reply as [string, ...ReplyError[]];
  assert.equal(one, "one");
  assert.deepEqual(refusals.map(({ code, command }) => [code, command]), [["LOADING", "SET"], ["BUSY", "SET"]]);
});

const aborts: [name: string, replies: string][] = [
  ["a command was refused", `+OK\r\n${LOADING}${ABORTED}`],
  ["the last command was refused", `+OK\r\n+QUEUED\r\n${LOADING}${ABORTED}`],
  [
    "EXEC says that it was refused",
    "+OK\r\n+QUEUED\r\n-EXECABORT Transaction discarded because of: LOADING loading\r\n",
  ],
];

for (const [name, replies] of aborts) {
  test(`refused: a transaction that was not executed since ${name} goes again as a whole`, async () => {
    const all = await connected();
    const commands = replies.split("\r\n").length === 4 ? ["INCR n"] : ["INCR n", "INCR m"];
    const reply = sendAll(all, ["MULTI", ...commands, "EXEC"]);
    await turn();
    assert.deepEqual(all.stream.writes.splice(0), [wire("MULTI", ...commands, "EXEC")]);
    all.stream.send(replies);
    await all.clock.advance(50);
    assert.deepEqual(all.stream.writes, [wire("MULTI", ...commands, "EXEC")]);
    all.stream.send(`+OK\r\n${"+QUEUED\r\n".repeat(commands.length)}*1\r\n:7\r\n`);
    assert.deepEqual(await reply, ["OK", ...commands.map(() => "QUEUED"), [7]]);
  });
}

test("refused: a transaction that was not executed for another reason is told at once, with why", async () => {
  const all = await connected();
  const reply = sendAll(all, ["MULTI", "INCR n", "INCR m", "EXEC"]);
  await turn();
  all.stream.send(`+OK\r\n-ERR wrong\r\n${LOADING}${ABORTED}`);
  const [, wrong, , aborted] = await reply as ReplyError[];
  assert.deepEqual([wrong.code, aborted.code], ["ERR", "EXECABORT"]);
  assert.equal(all.clock.pending, 0);
});

test("refused: a transaction that was executed keeps the refusals inside of it", async () => {
  const all = await connected();
  const reply = sendAll(all, ["MULTI", "INCR n", "EXEC"]);
  await turn();
  all.stream.send("+OK\r\n+QUEUED\r\n*1\r\n-READONLY no\r\n");
  const [, , [inner]] = await reply as [string, string, ReplyError[]];
  assert.equal(inner.code, "READONLY");
});

// ---- what happens meanwhile

test("refused: calls that wait to be sent again go into the next connection when theirs is lost", async () => {
  const all = await connected({ reconnect: { baseMs: 20 } });
  const reply = send(all, "INCR n");
  await turn();
  all.stream.send(LOADING);
  all.stream.end(new Error("cut"));
  await all.clock.advance(20);
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, []);
  await all.clock.advance(30);
  assert.deepEqual(stream.writes, [wire("INCR n")]);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  all.connection.destroy();
});

test("refused: when the connection is lost for good they were surely not applied", async () => {
  const all = await connected();
  const reply = send(all, "INCR n");
  await turn();
  all.stream.send(LOADING);
  all.stream.end(new Error("cut"));
  const error = await errorOf(reply);
  assert.deepEqual([error.message, error.maybeApplied], ['Lost the connection to "host:6379": cut (INCR)', false]);
});

test("close: it waits for calls that are to be sent again, and ends when the last of them is over", async () => {
  const all = await connected();
  const replies = [send(all, "GET a"), send(all, "GET b", { attempts: 1 })];
  await turn();
  all.stream.send(LOADING);
  const closing = all.connection.close();
  all.stream.send(LOADING);
  assert.equal((await errorOf(replies[1]) as ReplyError).code, "LOADING");
  assert.equal(await stateOf(closing), "waiting");
  await all.clock.advance(50);
  all.stream.send(":1\r\n");
  assert.equal(await replies[0], 1);
  await closing;
  assert.equal(all.clock.pending, 0);
});

test("destroy: calls that wait to be sent again were surely not applied", async () => {
  const all = await connected();
  const reply = send(all, "INCR n");
  await turn();
  all.stream.send(LOADING);
  all.connection.destroy();
  const error = await errorOf(reply);
  assert.ok(error instanceof ClosedError);
  assert.equal(error.maybeApplied, false);
  assert.equal(all.clock.pending, 0);
});

test("refused: a subscription is sent again too, and done when each of its channels is confirmed", async () => {
  const all = await connected();
  const call = all.connection.subscribe(words("SUBSCRIBE", "a", "b"));
  await turn();
  all.stream.send("-BUSY a script\r\n");
  await all.clock.advance(50);
  assert.deepEqual(all.stream.writes, [wire("SUBSCRIBE a b"), wire("SUBSCRIBE a b")]);
  all.stream.send(">3\r\n+subscribe\r\n+a\r\n:1\r\n");
  assert.equal(await stateOf(call), "waiting");
  all.stream.send(">3\r\n+subscribe\r\n+b\r\n:2\r\n");
  assert.deepEqual(await stateOf(call), { value: undefined });
  const refused = all.connection.subscribe(words("SUBSCRIBE", "c"));
  await turn();
  all.stream.send("-NOPERM no\r\n");
  assert.match((await errorOf(refused)).message, /^NOPERM no/);
  all.connection.destroy();
});
