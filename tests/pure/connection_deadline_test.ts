/** Calls that are given up: by their deadline or by their signal, wherever they are, and what becomes of their replies. */
import assert from "node:assert/strict";
import { AbortError, TimeoutError } from "../../src/errors.ts";
import { type CallOptions, PLAIN_CALL } from "../../src/sender.ts";
import { connected, type Scene, scene, welcome } from "../support/connected.ts";
import { words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import type { ScriptedStream } from "../support/scripted_platform.ts";
import { commandText } from "../support/wire.ts";

const GET_A = commandText("GET", "a");
const TIME_MS = 100;

function send({ connection }: Scene, key: string, options: Partial<CallOptions> = {}): Promise<unknown> {
  return connection.send(words("GET", key), { ...PLAIN_CALL, ...options });
}

/** Each was given up so, with so many before it. */
async function areLate(
  replies: Promise<unknown>[],
  waitedFor: TimeoutError["waitedFor"],
  why: string,
  maybeApplied: boolean,
): Promise<void> {
  for (const [ahead, reply] of replies.entries()) {
    const error = await errorOf(reply) as TimeoutError;
    assert.ok(error instanceof TimeoutError, String(error));
    const cause = error.cause instanceof Error ? `. ${error.cause.message}` : "";
    assert.equal(error.message, `Cannot finish GET at "host:6379" in its time: ${why} (${ahead} before it)${cause}`);
    assert.deepEqual([error.waitedFor, error.ahead, error.maybeApplied], [waitedFor, ahead, maybeApplied]);
  }
}

test("deadline: calls that wait for a connection are given up in their time, and were not written", async () => {
  const all = scene({ timeoutMs: TIME_MS, reconnect: { baseMs: 30 } });
  const replies = [send(all, "a"), all.connection.sendAll([words("GET", "b"), words("GET", "c")]), send(all, "d")];
  await turn();
  const cause = new Error("no route");
  all.platform.last.refuse(cause);
  await all.clock.advance(TIME_MS - 1);
  assert.equal(await stateOf(replies[0]), "waiting");
  await all.clock.advance(1);
  await areLate(replies, "connection", "it waited to be connected, and was not written", false);
  const error = await errorOf(replies[0]);
  assert.equal((error.cause as Error).message, 'Cannot connect to "host:6379": no route');
  assert.equal((error.cause as Error).cause, cause);
  all.connection.destroy();
});

test("deadline: calls behind bytes that the server does not take are given up in their time, and were not written", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  all.stream.takes = false;
  const first = send(all, "a", { timeoutMs: 0 });
  await turn();
  const replies = [send(all, "b"), send(all, "c")];
  await all.clock.advance(TIME_MS);
  await areLate(replies, "write", "it waited for the server to take what was before it, and was not written", false);
  const later = send(all, "d");
  all.stream.drain();
  await turn();
  assert.deepEqual(all.stream.writes, [GET_A, commandText("GET", "d")]);
  all.stream.send(":1\r\n:4\r\n");
  assert.deepEqual(await Promise.all([first, later]), [1, 4]);
});

test("deadline: calls that are not answered are given up in their time, and may have been applied", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const replies = [send(all, "a"), all.connection.sendAll([words("GET", "b"), words("GET", "c")]), send(all, "d")];
  await all.clock.advance(TIME_MS - 1);
  assert.equal(await stateOf(replies[0]), "waiting");
  await all.clock.advance(1);
  await areLate(replies, "reply", "it was written and not answered", true);
});

test("deadline: the late replies of calls that were given up are dropped, and the next caller gets its own", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const late = [send(all, "a"), all.connection.sendAll([words("GET", "b"), words("GET", "c")])];
  await all.clock.advance(TIME_MS / 2);
  const next = [send(all, "d"), all.connection.sendAll([words("GET", "e"), words("GET", "f")])];
  await all.clock.advance(TIME_MS / 2);
  for (const reply of late) assert.ok(await errorOf(reply) instanceof TimeoutError);
  const last = send(all, "g");
  await turn();
  assert.equal(all.connection.waiting, 5);
  all.stream.send("$1\r\nA\r\n-ERR b\r\n$1\r\nC\r\n$1\r\nD\r\n$1\r\nE\r\n$1\r\nF\r\n$1\r\nG\r\n");
  assert.deepEqual(await Promise.all([...next, last]), ["D", ["E", "F"], "G"]);
  assert.equal(all.connection.waiting, 0);
});

test("deadline: a batch that was answered in part keeps those replies, and its late ones are dropped", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const batch = all.connection.sendAll([words("GET", "a"), words("GET", "b"), words("GET", "c")]);
  await turn();
  all.stream.send("$1\r\nA\r\n$1");
  await all.clock.advance(TIME_MS);
  const next = send(all, "d");
  await turn();
  all.stream.send("\r\nB\r\n-LOADING no\r\n$1\r\nD\r\n");
  assert.equal(await next, "D");
  const [first, ...rest] = await batch as [string, ...TimeoutError[]];
  assert.equal(first, "A");
  assert.equal(rest.length, 2);
  for (const error of rest) {
    assert.ok(error instanceof TimeoutError);
    assert.deepEqual([error.waitedFor, error.maybeApplied], ["reply", true]);
  }
});

test("deadline: a batch that was answered in part and whose rest was not executed says both", async () => {
  const all = await connected({ timeoutMs: TIME_MS, reconnect: { baseMs: 1_000 } });
  const batch = all.connection.sendAll([words("INCR", "a"), words("INCR", "b")]);
  await turn();
  all.stream.send(":1\r\n-LOADING no\r\n");
  await turn();
  all.stream.end(new Error("cut"));
  await all.clock.advance(TIME_MS);
  const [first, second] = await batch as [number, TimeoutError];
  assert.equal(first, 1);
  assert.deepEqual([second.name, second.waitedFor, second.maybeApplied], ["TimeoutError", "connection", false]);
  all.connection.destroy();
});

test("deadline: a late refusal does not bring the call back", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const late = send(all, "a");
  await all.clock.advance(TIME_MS);
  assert.ok(await errorOf(late) instanceof TimeoutError);
  all.stream.send("-LOADING no\r\n");
  await all.clock.advance(60_000);
  assert.deepEqual(all.stream.writes, [GET_A]);
  assert.equal(all.clock.pending, 0);
});

test("deadline: a call's own time counts in place of the connection's, and 0 is for ever", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const own = send(all, "a", { timeoutMs: 30 });
  const usual = send(all, "b");
  const longer = send(all, "c", { timeoutMs: 500 });
  const never = send(all, "d", { timeoutMs: 0 });
  const shortest = send(all, "e", { timeoutMs: 1 });
  for (const [ms, reply] of [[1, shortest], [29, own], [70, usual], [400, longer]] as const) {
    await all.clock.advance(ms - 1);
    assert.equal(await stateOf(reply), "waiting");
    await all.clock.advance(1);
    assert.ok(await errorOf(reply) instanceof TimeoutError);
  }
  await all.clock.advance(1_000_000);
  assert.equal(await stateOf(never), "waiting");
  assert.equal(all.clock.pending, 0);
});

test("deadline: a call that was made in the turn of the loss is given up in its time", async () => {
  const all = await connected({ timeoutMs: TIME_MS, reconnect: { baseMs: 1_000 } });
  const replies = [send(all, "a"), all.connection.sendAll([words("GET", "b")])];
  all.stream.end(new Error("cut"));
  await all.clock.advance(TIME_MS);
  await areLate(replies, "connection", "it waited to be connected, and was not written", false);
  all.connection.destroy();
});

test("deadline: it holds over all the tries of a call together", async () => {
  const all = await connected({ timeoutMs: TIME_MS, reconnect: { baseMs: 30, capMs: 30 } });
  const reply = send(all, "a");
  for (let tries = 0; tries < 3; tries++) {
    await turn();
    all.platform.last.stream.end(new Error("cut"));
    await all.clock.advance(30);
    await welcome(all);
  }
  await all.clock.advance(9);
  assert.equal(await stateOf(reply), "waiting");
  await all.clock.advance(1);
  assert.equal((await errorOf(reply) as TimeoutError).waitedFor, "reply");
  all.connection.destroy();
});

test("deadline: 1,000 calls have one timer, and none is left when they are over", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  for (let round = 0; round < 3; round++) {
    const replies = Array.from({ length: 1_000 }, (_, i) => send(all, `${i}`, { timeoutMs: 2_000 - i }));
    await turn();
    assert.equal(all.clock.pending, 1);
    all.stream.send(replies.map((_, i) => `:${i}\r\n`).join(""));
    assert.deepEqual(await Promise.all(replies), replies.map((_, i) => i));
    assert.ok(all.clock.pending <= 1);
    await all.clock.advance(2_000);
    assert.equal(all.clock.pending, 0);
  }
});

test("deadline: deadlines close to each other are met within 4 ms, never early", async () => {
  const all = await connected();
  const replies = Array.from({ length: 50 }, (_, i) => send(all, `${i}`, { timeoutMs: 50 + i }));
  const ends: number[] = [];
  replies.forEach((reply, i) => void reply.catch(() => ends[i] = all.clock.now()));
  await turn();
  const start = all.clock.now();
  for (let ms = 0; ms < 120; ms++) await all.clock.advance(1);
  for (const [i, end] of ends.entries()) {
    assert.ok(end - start >= 50 + i && end - start < 54 + i, `${i}: ${end - start}`);
  }
  assert.equal(ends.length, 50);
});

test("deadline: a timer that rings late lets what is there be read first", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const replies = [send(all, "a"), send(all, "b")];
  await turn();
  all.clock.stall(10_000);
  await all.clock.advance(0);
  assert.equal(await stateOf(replies[0]), "waiting");
  all.stream.send(":1\r\n");
  await all.clock.advance(1);
  assert.equal(await replies[0], 1);
  assert.ok(await errorOf(replies[1]) instanceof TimeoutError);
});

test("deadline: calls are given their time from when they leave, however long their turn is", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const replies = [send(all, "a")];
  all.clock.stall(10 * TIME_MS);
  replies.push(send(all, "b"));
  await all.clock.advance(TIME_MS - 1);
  for (const reply of replies) assert.equal(await stateOf(reply), "waiting");
  await all.clock.advance(1);
  await areLate(replies, "reply", "it was written and not answered", true);
});

// ---- signals

/** A signal that counts its listeners. */
function aborter(): { signal: AbortSignal; abort(reason?: unknown): void; listeners(): number } {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const add = signal.addEventListener.bind(signal), remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof add>) => (count++, add(...args)),
    removeEventListener: (...args: Parameters<typeof remove>) => (count--, remove(...args)),
  });
  return { signal, abort: (reason) => controller.abort(reason), listeners: () => count };
}

/** It was given up by its signal, for this reason. */
async function isAborted(
  reply: Promise<unknown>,
  waitedFor: AbortError["waitedFor"],
  reason: unknown,
): Promise<AbortError> {
  const error = await errorOf(reply) as AbortError;
  assert.ok(error instanceof AbortError, String(error));
  assert.match(error.message, /^Cannot finish GET at "host:6379": its signal aborted; it w/);
  assert.deepEqual([error.waitedFor, error.maybeApplied], [waitedFor, waitedFor === "reply"]);
  assert.equal(error.cause, reason);
  return error;
}

test("signal: one that has aborted ends the call before anything is done", async () => {
  const reason = new Error("mine");
  const all = scene();
  await isAborted(send(all, "a", { signal: AbortSignal.abort(reason) }), "connection", reason);
  await isAborted(
    all.connection.sendAll([words("GET", "a")], { ...PLAIN_CALL, signal: AbortSignal.abort(reason) }),
    "connection",
    reason,
  );
  assert.equal(all.platform.dials.length, 0);
  const ready = await connected();
  await isAborted(send(ready, "a", { signal: AbortSignal.abort(reason) }), "connection", reason);
  assert.deepEqual(ready.stream.writes, []);
});

const places: [name: AbortError["waitedFor"], reach: () => Promise<Scene>][] = [
  ["connection", () => Promise.resolve(scene())],
  ["write", async () => {
    const all = await connected();
    all.stream.takes = false;
    void send(all, "held").catch(() => {});
    await turn();
    return all;
  }],
  ["reply", () => connected()],
];

for (const [place, reach] of places) {
  test(`signal: it ends calls that wait for ${place}, and not the others`, async () => {
    const all = await reach();
    const { signal, abort, listeners } = aborter();
    const replies = [send(all, "a", { signal }), send(all, "b"), send(all, "c", { signal })];
    await turn();
    const reason = new Error("mine");
    abort(reason);
    for (const reply of [replies[0], replies[2]]) await isAborted(reply, place, reason);
    assert.equal(await stateOf(replies[1]), "waiting");
    assert.equal(listeners(), 0);
    let stream: ScriptedStream = all.platform.last.stream;
    if (place === "connection") stream = await welcome(all);
    stream.drain();
    await turn();
    const [got] = stream.writes.slice(-1);
    assert.equal(got.includes("$1\r\na\r\n"), place === "reply");
    assert.ok(got.includes("$1\r\nb\r\n"));
    stream.send(place === "reply" ? ":1\r\n:2\r\n:3\r\n" : place === "write" ? ":0\r\n:2\r\n" : ":2\r\n");
    assert.equal(await replies[1], 2);
  });
}

test("signal: after the reply it does nothing, and is not listened to any more", async () => {
  const all = await connected({ timeoutMs: TIME_MS });
  const { signal, abort, listeners } = aborter();
  const replies = [send(all, "a", { signal }), send(all, "b", { signal }), send(all, "c", { signal })];
  await turn();
  assert.equal(listeners(), 1);
  all.stream.send(":1\r\n-ERR no\r\n");
  assert.equal(await replies[0], 1);
  assert.equal((await errorOf(replies[1])).name, "ReplyError");
  await all.clock.advance(TIME_MS);
  assert.ok(await errorOf(replies[2]) instanceof TimeoutError);
  assert.equal(listeners(), 0);
  abort();
});

test("signal: one for 1,000 calls has one listener, and none when they are settled, again and again", async () => {
  const all = await connected();
  const { signal, listeners } = aborter();
  for (let round = 0; round < 3; round++) {
    const replies = Array.from({ length: 1_000 }, (_, i) => send(all, `${i}`, { signal }));
    await turn();
    assert.equal(listeners(), 1);
    all.stream.send(":1\r\n".repeat(1_000));
    await Promise.all(replies);
    assert.equal(listeners(), 0);
  }
});

test("signal: a call that ends with its connection, or over a wrong word, does not listen any more", async () => {
  const all = await connected();
  const { signal, listeners } = aborter();
  const wrong = all.connection.send(words("GET", undefined as never), { ...PLAIN_CALL, signal });
  assert.ok(await errorOf(wrong) instanceof TypeError);
  assert.equal(listeners(), 0);
  const replies = [send(all, "a", { signal }), send(all, "b", { signal })];
  await turn();
  all.connection.destroy();
  for (const reply of replies) assert.equal((await errorOf(reply)).name, "ClosedError");
  assert.equal(listeners(), 0);
});

test("signal: a caller who is told and calls again is in nobody's way", async () => {
  const all = await connected();
  const { signal, abort } = aborter();
  const again = send(all, "a", { signal }).catch(() => send(all, "b"));
  await turn();
  abort();
  await turn();
  all.stream.send(":1\r\n:2\r\n");
  assert.equal(await again, 2);
});
