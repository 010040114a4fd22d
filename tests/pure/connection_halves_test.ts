/** Many calls that are answered at once, over a connection: what is written and told between the two halves. */
import assert from "node:assert/strict";
import type { Connection } from "../../src/connection/connection.ts";
import { ClosedError, ConnectionError, ProtocolError } from "../../src/errors.ts";
import { connected, type Scene } from "../support/connected.ts";
import { words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import type { ScriptedStream } from "../support/scripted_platform.ts";
import { commandText } from "../support/wire.ts";

/** A connection with so many calls that have left. */
async function asked(count: number): Promise<Scene & { stream: ScriptedStream; replies: Promise<unknown>[] }> {
  const all = await connected();
  const replies = Array.from({ length: count }, (_, i) => all.connection.send(words("GET", `${i}`)));
  await turn();
  all.stream.writes.splice(0);
  return { ...all, replies };
}

/** The replies to the calls from one number to before another: their numbers. */
function answers(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `:${from + i}\r\n`).join("");
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A caller that makes its next call when it has the reply to the last, until it is given a negative number. */
async function loop(connection: Connection, told: (reply: number) => void): Promise<void> {
  for (;;) {
    const reply = await connection.send(words("NEXT")) as number;
    if (reply < 0) return;
    told(reply);
  }
}

const NEXT = commandText("NEXT");

for (const callers of [32, 33, 100]) {
  test(`connection: ${callers} callers that loop make two writes of each chunk, the first before the second half is told`, async () => {
    const { connection, stream } = await connected();
    const events: string[] = [];
    const loops = Array.from({ length: callers }, () => loop(connection, (reply) => void events.push(`told ${reply}`)));
    await turn();
    assert.deepEqual(stream.writes.splice(0), [NEXT.repeat(callers)]);
    stream.onWrite = () => void events.push("write");
    const first = callers >> 1;
    for (let round = 0; round < 20; round++) {
      stream.send(answers(0, callers));
      await turn();
      const told = numbers(callers).map((i) => `told ${i}`);
      assert.deepEqual(events.splice(0), [...told.slice(0, first), "write", ...told.slice(first), "write"]);
      assert.deepEqual(stream.writes.splice(0), [NEXT.repeat(first), NEXT.repeat(callers - first)]);
    }
    stream.send(":-1\r\n".repeat(callers));
    await Promise.all(loops);
    assert.deepEqual(stream.writes, []);
  });
}

test("connection: 31 callers that loop make one write of each chunk", async () => {
  const { connection, stream } = await connected();
  const loops = Array.from({ length: 31 }, () => loop(connection, () => {}));
  await turn();
  stream.writes.splice(0);
  for (let round = 0; round < 5; round++) {
    stream.send(answers(0, 31));
    await turn();
    assert.deepEqual(stream.writes.splice(0), [NEXT.repeat(31)]);
  }
  stream.send(":-1\r\n".repeat(31));
  await Promise.all(loops);
});

test("connection: all calls of one tick leave in one write, also in the turns between and after the halves", async () => {
  const { connection, stream, replies } = await asked(40);
  const later: Promise<unknown>[] = [];
  const both = (): void => void later.push(connection.send(words("A")), connection.sendAll([words("B"), words("C")]));
  for (const at of [0, 39]) void replies[at].then(both);
  stream.send(answers(0, 40));
  both();
  await turn();
  const written = commandText("A") + commandText("B") + commandText("C");
  assert.deepEqual(stream.writes, [written + written, written]);
  stream.send(answers(0, 9));
  assert.deepEqual(await Promise.all(later), [0, [1, 2], 3, [4, 5], 6, [7, 8]]);
});

test("connection: while the stream holds bytes back, the calls of both halves gather and leave in one write", async () => {
  const { connection, stream } = await connected();
  const loops = Array.from({ length: 40 }, () => loop(connection, () => {}));
  await turn();
  stream.writes.splice(0);
  stream.takes = false;
  void connection.send(words("HELD"));
  await turn();
  assert.deepEqual(stream.writes.splice(0), [commandText("HELD")]);
  stream.send(answers(0, 40));
  await turn();
  assert.deepEqual(stream.writes, []);
  stream.drain();
  await turn();
  assert.deepEqual(stream.writes.splice(0), [NEXT.repeat(40)]);
  stream.send(":0\r\n" + ":-1\r\n".repeat(40));
  await Promise.all(loops);
});

test("connection: a second chunk in the same turn is told behind the first", async () => {
  const { stream, replies } = await asked(80);
  const order: unknown[] = [];
  for (const reply of replies) void reply.then((value) => order.push(value));
  stream.send(answers(0, 50));
  stream.send(answers(50, 80));
  await turn();
  assert.deepEqual(order, numbers(80));
});

// ---- the end of the stream

const ends: [name: string, end: (stream: ScriptedStream) => void][] = [
  ["the server closes it", (stream) => stream.end()],
  ["it breaks", (stream) => stream.end(new Error("broken"))],
];

for (const [name, end] of ends) {
  test(`connection: right after a chunk that answers all ${name}, and every call still gets its reply`, async () => {
    const { connection, stream, replies, clock } = await asked(100);
    stream.send(answers(0, 100));
    const late = connection.send(words("LATE"));
    end(stream);
    assert.deepEqual(await Promise.all(replies), numbers(100));
    const error = await errorOf(late);
    assert.equal(error.constructor, ConnectionError);
    assert.equal((error as ConnectionError).maybeApplied, false);
    assert.equal(clock.pending, 0);
  });

  test(`connection: right after a chunk that answers most ${name}, and only those fail that it did not answer`, async () => {
    const { stream, replies } = await asked(100);
    stream.send(answers(0, 80) + ":8");
    end(stream);
    assert.deepEqual(await Promise.all(replies.slice(0, 80)), numbers(80));
    for (const reply of replies.slice(80)) {
      const error = await errorOf(reply);
      assert.equal(error.constructor, ConnectionError);
      assert.equal((error as ConnectionError).maybeApplied, true);
    }
  });

  test(`connection: right after a chunk with nonsense in its second half ${name}, and the rest is told of the nonsense`, async () => {
    const { stream, replies } = await asked(100);
    stream.send(answers(0, 80) + "nonsense\r\n" + answers(80, 100));
    end(stream);
    assert.deepEqual(await Promise.all(replies.slice(0, 80)), numbers(80));
    for (const reply of replies.slice(80)) assert.ok(await errorOf(reply) instanceof ProtocolError);
  });
}

test("connection: what is not RESP in the second half fails the rest and what was called since, and the next call dials", async () => {
  const { connection, stream, replies, platform } = await asked(40);
  stream.send(answers(0, 30) + "nonsense\r\n" + answers(30, 40));
  assert.equal(stream.closed, false);
  const since = connection.send(words("SINCE"));
  assert.deepEqual(await Promise.all(replies.slice(0, 30)), numbers(30));
  for (
    const [promise, maybeApplied] of [
      ...replies.slice(30).map((reply) => [reply, true] as const),
      [since, false] as const,
    ]
  ) {
    const error = await errorOf(promise);
    assert.ok(error instanceof ProtocolError);
    assert.equal(error.maybeApplied, maybeApplied);
  }
  assert.equal(stream.closed, true);
  assert.deepEqual(stream.writes, []);
  const next = connection.send(words("NEXT"));
  await turn();
  assert.equal(platform.dials.length, 2);
  connection.destroy();
  assert.ok(await errorOf(next) instanceof ClosedError);
});

test("connection: a reply more than there are calls is given to none that was made between the halves", async () => {
  const { connection, stream, replies } = await asked(40);
  stream.send(answers(0, 41));
  const since = connection.send(words("SINCE"));
  assert.deepEqual(await Promise.all(replies), numbers(40));
  const error = await errorOf(since);
  assert.ok(error instanceof ProtocolError);
  assert.match(error.message, /nobody waits for a reply \(SINCE\)$/);
  assert.equal(error.maybeApplied, false);
  assert.equal(stream.closed, true);
});

// ---- close() and destroy() between the halves

test("destroy: between the halves the rest fails, and nothing is told twice", async () => {
  const { connection, stream, replies, clock } = await asked(40);
  stream.send(answers(0, 40));
  connection.destroy();
  assert.equal(stream.closed, true);
  assert.deepEqual(await Promise.all(replies.slice(0, 20)), numbers(20));
  for (const reply of replies.slice(20)) {
    const error = await errorOf(reply);
    assert.ok(error instanceof ClosedError);
    assert.equal((error as ClosedError).maybeApplied, true);
  }
  await connection.close();
  assert.equal(clock.pending, 0);
});

test("close: between the halves it waits for the rest", async () => {
  for (const more of [0, 5]) {
    const { connection, stream, replies, clock } = await asked(40 + more);
    stream.send(answers(0, 40));
    const closing = connection.close();
    assert.equal(stream.closed, false);
    assert.deepEqual(await Promise.all(replies.slice(0, 40)), numbers(40));
    assert.deepEqual(await stateOf(closing), more === 0 ? { value: undefined } : "waiting");
    stream.send(answers(40, 40 + more));
    assert.deepEqual(await Promise.all(replies), numbers(40 + more));
    await closing;
    assert.equal(stream.closed, true);
    assert.equal(clock.pending, 0);
  }
});

test("close: a call of the first half's turn is refused, and the rest is still told", async () => {
  const { connection, stream, replies } = await asked(40);
  const closing = replies[0].then(() => connection.close());
  const refused = replies[1].then(() => connection.send(words("LATE")));
  stream.send(answers(0, 40));
  assert.ok(await errorOf(refused) instanceof ClosedError);
  assert.deepEqual(await Promise.all(replies), numbers(40));
  await closing;
  assert.equal(stream.closed, true);
});

test("connection: a loss between the halves and a new connection do not mix", async () => {
  const all = await asked(40);
  const { connection, stream, replies, platform } = all;
  stream.send(answers(0, 40));
  stream.end();
  const next = connection.send(words("NEXT"));
  assert.deepEqual(await Promise.all(replies), numbers(40));
  assert.equal(platform.dials.length, 2);
  assert.equal(await stateOf(next), "waiting");
  connection.destroy();
  assert.ok(await errorOf(next) instanceof ClosedError);
});
