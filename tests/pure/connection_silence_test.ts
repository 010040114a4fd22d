/** Links on which nothing is heard: when they are given up, when they are asked for a sign of life, and when neither. */
import assert from "node:assert/strict";
import { ConnectionError } from "../../src/errors.ts";
import { connected, type Scene, welcome } from "../support/connected.ts";
import { words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import type { ScriptedStream } from "../support/scripted_platform.ts";
import { commandText } from "../support/wire.ts";

const SPAN_MS = 1_000;
const PING = commandText("PING");
const SILENT = /^Lost the connection to "host:6379": no byte came for \d+ ms while replies were due(?: \([A-Z]+\))?$/;

/** Lets time pass, step by step, until the stream is closed: the milliseconds that it took. */
async function closes({ clock }: Scene, stream: ScriptedStream): Promise<number> {
  const start = clock.now();
  while (!stream.closed) {
    assert.ok(clock.now() - start < 60_000, "the stream is not closed");
    await clock.advance(10);
  }
  return clock.now() - start;
}

test("silence: while replies are due a silent link is given up, after one to one and a half times its span", async () => {
  const all = await connected({ watchdogMs: SPAN_MS });
  for (const idleMs of [0, 130, 60_000]) {
    const reply = all.connection.send(words("SET", "a"));
    await all.clock.advance(idleMs === 60_000 ? 0 : idleMs);
    const took = await closes(all, all.platform.last.stream);
    assert.ok(took >= SPAN_MS - idleMs && took <= 1.5 * SPAN_MS, `${took} ms`);
    const error = await errorOf(reply);
    assert.equal(error.constructor, ConnectionError);
    assert.match(error.message, SILENT);
    assert.equal(error.maybeApplied, true);
    const again = all.connection.connect();
    await welcome(all);
    await again;
    await all.clock.advance(idleMs);
  }
  all.connection.destroy();
  assert.equal(all.clock.pending, 0);
});

test("silence: a link that is given up is dialled again, and reads go into the next", async () => {
  const all = await connected({ watchdogMs: SPAN_MS, reconnect: {} });
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  await closes(all, all.stream);
  await all.clock.advance(50);
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, [commandText("GET", "a")]);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  const [, reason] = all.told.find(([name]) => name === "disconnect") as [string, { reason: Error }];
  assert.match(reason.reason.message, SILENT);
  all.connection.destroy();
});

test("silence: a late stream of a link that was given up says nothing to anyone", async () => {
  const all = await connected({ watchdogMs: SPAN_MS, reconnect: {} });
  all.stream.endsAtOnce = false;
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  await closes(all, all.stream);
  await all.clock.advance(50);
  const stream = await welcome(all);
  all.stream.send(":666\r\n");
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  all.stream.end();
  all.connection.destroy();
});

test("silence: while a reply trickles nothing is given up, however long it takes", async () => {
  const all = await connected({ watchdogMs: SPAN_MS, pingIntervalMs: SPAN_MS });
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  all.stream.send("$200\r\n");
  for (let i = 0; i < 200; i++) {
    await all.clock.advance(SPAN_MS - 300);
    all.stream.send("x");
  }
  assert.equal(await stateOf(reply), "waiting");
  all.stream.send("\r\n");
  assert.equal(await reply, "x".repeat(200));
  assert.deepEqual(all.stream.writes, [commandText("GET", "a")]);
  all.connection.destroy();
});

test("silence: it does not matter while no reply is due", async () => {
  const all = await connected({ watchdogMs: SPAN_MS });
  await all.clock.advance(100 * SPAN_MS);
  const reply = all.connection.send(words("GET", "a"));
  await all.clock.advance(SPAN_MS - 1);
  all.stream.send(":1\r\n");
  assert.equal(await reply, 1);
  await all.clock.advance(100 * SPAN_MS);
  assert.equal(all.stream.closed, false);
  assert.ok(all.clock.pending <= 1);
  all.connection.destroy();
  assert.equal(all.clock.pending, 0);
});

test("silence: a push is a sign of life", async () => {
  const all = await connected({ watchdogMs: SPAN_MS });
  const reply = all.connection.send(words("GET", "a"));
  for (let i = 0; i < 10; i++) {
    await all.clock.advance(SPAN_MS - 300);
    all.stream.send(">1\r\n+news\r\n");
  }
  assert.equal(await stateOf(reply), "waiting");
  all.stream.send(":1\r\n");
  assert.equal(await reply, 1);
  all.connection.destroy();
});

test("silence: calls that were given up still count as due, so a dead link is found though nobody waits", async () => {
  const all = await connected({ watchdogMs: SPAN_MS, timeoutMs: 100, reconnect: {} });
  const reply = all.connection.send(words("GET", "a"));
  await all.clock.advance(100);
  assert.equal((await errorOf(reply)).name, "TimeoutError");
  await closes(all, all.stream);
  await all.clock.advance(50);
  await welcome(all);
  all.connection.destroy();
});

test("silence: many calls whose deadlines are met meanwhile do not hide it", async () => {
  const all = await connected({ watchdogMs: SPAN_MS, timeoutMs: 50 });
  const start = all.clock.now();
  while (!all.stream.closed && all.clock.now() - start < 10 * SPAN_MS) {
    void all.connection.send(words("GET", "a")).catch(() => {});
    await all.clock.advance(10);
  }
  assert.ok(all.clock.now() - start <= 1.5 * SPAN_MS);
  all.connection.destroy();
});

test("silence: an idle link is asked for a PING, again and again, and its answer is dropped", async () => {
  const all = await connected({ pingIntervalMs: SPAN_MS });
  for (let round = 0; round < 5; round++) {
    await all.clock.advance(SPAN_MS - 1 - (round === 0 ? 0 : SPAN_MS / 4));
    assert.deepEqual(all.stream.writes, []);
    await all.clock.advance(SPAN_MS);
    assert.deepEqual(all.stream.writes.splice(0), [PING]);
    all.stream.send("+PONG\r\n");
  }
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  all.stream.send(":1\r\n");
  assert.equal(await reply, 1);
  all.connection.destroy();
});

test("silence: a link that is in use is asked for none", async () => {
  const all = await connected({ pingIntervalMs: SPAN_MS });
  for (let round = 0; round < 30; round++) {
    const reply = all.connection.send(words("GET", "a"));
    await all.clock.advance(SPAN_MS / 2);
    all.stream.send(":1\r\n");
    assert.equal(await reply, 1);
  }
  assert.ok(!all.stream.writes.includes(PING));
  all.connection.destroy();
});

for (const watchdogMs of [0, 500]) {
  test(`silence: an idle link that does not answer the PING is given up and dialled again, with a watchdog of ${watchdogMs} ms`, async () => {
    const all = await connected({ pingIntervalMs: SPAN_MS, watchdogMs, reconnect: {} });
    const took = await closes(all, all.stream);
    const answerMs = watchdogMs || 10_000;
    assert.ok(took >= SPAN_MS + answerMs && took <= 1.5 * (SPAN_MS + answerMs), `${took} ms`);
    assert.deepEqual(all.stream.writes, [PING]);
    await all.clock.advance(50);
    await welcome(all);
    assert.equal(all.told.at(-1)![0], "reconnect");
    all.connection.destroy();
    assert.equal(all.clock.pending, 0);
  });
}

test("silence: a PING that is refused, even for a reason that passes, is a sign of life and hurts nobody", async () => {
  for (const says of ["-NOPERM no\r\n", "-LOADING no\r\n", "-MASTERDOWN no\r\n"]) {
    const all = await connected({ pingIntervalMs: SPAN_MS });
    await all.clock.advance(1.5 * SPAN_MS);
    assert.deepEqual(all.stream.writes.splice(0), [PING]);
    all.stream.send(says);
    await turn();
    assert.equal(all.stream.closed, false);
    const reply = all.connection.send(words("GET", "a"));
    await turn();
    all.stream.send(":1\r\n");
    assert.equal(await reply, 1);
    const closing = all.connection.close();
    assert.deepEqual(await stateOf(closing), { value: undefined }, says);
  }
});

test("silence: a PING is sent once, and nobody waits for it", async () => {
  const all = await connected({ pingIntervalMs: SPAN_MS, reconnect: {} });
  await all.clock.advance(1.5 * SPAN_MS);
  assert.deepEqual(all.stream.writes, [PING]);
  all.stream.end(new Error("cut"));
  await turn();
  assert.equal(all.connection.waiting, 0);
  await all.clock.advance(50);
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, []);
  stream.end(new Error("cut"));
  await turn();
  assert.deepEqual(await stateOf(all.connection.close()), { value: undefined });
  assert.equal(all.clock.pending, 0);
});

test("silence: while the stream holds bytes back no PING is added to them", async () => {
  const all = await connected({ pingIntervalMs: SPAN_MS });
  all.stream.takes = false;
  void all.connection.send(words("SET", "a")).catch(() => {});
  await all.clock.advance(100 * SPAN_MS);
  assert.deepEqual(all.stream.writes, [commandText("SET", "a")]);
  all.connection.destroy();
});

test("silence: with neither span there is no timer, and nothing is given up", async () => {
  const all = await connected();
  const reply = all.connection.send(words("GET", "a"));
  await all.clock.advance(1_000_000);
  assert.equal(all.clock.pending, 0);
  assert.equal(await stateOf(reply), "waiting");
  all.connection.destroy();
});
