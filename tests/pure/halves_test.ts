/** Many calls that are answered at once: the session settles half of them, and the rest when it is told to go on. */
import assert from "node:assert/strict";
import { BIGINTS, BYTES } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { Conversation } from "../support/conversation.ts";
import { joined, utf8 } from "../support/wire.ts";

const NOBODY = "Cannot understand what the server sent: nobody waits for a reply";

/** A conversation in which so many calls have left, named by their numbers. */
function asked(count: number): Conversation {
  const talk = Conversation.ready();
  for (let i = 0; i < count; i++) talk.calls(`N${i}`);
  leave(talk);
  return talk;
}

function leave(talk: Conversation): void {
  talk.session.output();
  talk.session.written(true);
}

/** The replies to the calls from one number to before another: their numbers. */
function answers(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `:${from + i}\r\n`).join("");
}

/** So many calls were settled, each with its own number. */
function areSettled(talk: Conversation, count: number): void {
  const expected = Array.from({ length: count }, (_, i) => [`N${i}`, { reply: i }]);
  assert.deepEqual(talk.settled, expected);
}

const sizes: [calls: number, atOnce: number][] = [[1, 1], [2, 2], [31, 31], [32, 16], [33, 16], [64, 32], [1_001, 500]];

for (const [calls, atOnce] of sizes) {
  test(`halves: of ${calls} calls that are answered at once, ${atOnce} are settled at once`, () => {
    const talk = asked(calls);
    assert.equal(talk.takes(answers(0, calls)), atOnce < calls);
    areSettled(talk, atOnce);
    assert.equal(talk.session.waiting, calls - atOnce);
    talk.session.resume();
    areSettled(talk, calls);
    assert.equal(talk.session.waiting, 0);
    talk.session.resume();
    areSettled(talk, calls);
  });
}

test("halves: a batch counts as one call, whatever its length", () => {
  for (const calls of [30, 31]) {
    const talk = asked(calls);
    const batch = Array.from({ length: 50 }, (_, i) => `B${i}`);
    talk.batches(batch);
    leave(talk);
    assert.equal(talk.takes(answers(0, calls + 50)), calls === 31);
    assert.equal(talk.settled.length, calls === 31 ? 16 : 31);
    talk.session.resume();
    assert.deepEqual(talk.settled[calls], [batch.join(", "), { reply: batch.map((_, i) => calls + i) }]);
  }
});

test("halves: a batch in the middle is settled whole, in the half that it ends", () => {
  const talk = Conversation.ready();
  const names = Array.from({ length: 40 }, (_, i) => `B${i}`);
  for (const name of names) talk.batches([name, "X", "Y"]);
  leave(talk);
  assert.equal(talk.takes(answers(0, 120)), true);
  assert.equal(talk.settled.length, 20);
  talk.session.resume();
  const expected = names.map((name, i) => [`${name}, X, Y`, { reply: [3 * i, 3 * i + 1, 3 * i + 2] }]);
  assert.deepEqual(talk.settled, expected);
});

test("halves: calls that have not left do not count", () => {
  const talk = asked(31);
  for (let i = 31; i < 60; i++) talk.calls(`N${i}`);
  assert.equal(talk.takes(answers(0, 31)), false);
  areSettled(talk, 31);
  leave(talk);
  assert.equal(talk.takes(answers(31, 60)), false);
  areSettled(talk, 60);
});

test("halves: a chunk that brings no more than half is settled at once", () => {
  for (const count of [1, 31, 32]) {
    const talk = asked(64);
    assert.equal(talk.takes(answers(0, count)), false);
    areSettled(talk, count);
    talk.receives(answers(count, 64));
    areSettled(talk, 64);
  }
});

test("halves: a chunk that ends inside of the reply behind the half is gone on with", () => {
  for (const cut of [1, 3, 4]) {
    const talk = asked(64);
    const rest = answers(32, 64);
    assert.equal(talk.takes(answers(0, 32) + rest.slice(0, cut)), true);
    areSettled(talk, 32);
    talk.session.resume();
    areSettled(talk, 32);
    talk.receives(rest.slice(cut));
    areSettled(talk, 64);
  }
});

test("halves: every call has its own reply in its own mode, wherever the chunk is cut, and though it is overwritten", () => {
  const kinds: [mode: number, wire: string, reply: unknown][] = [
    [BYTES, "$5\r\nhello\r\n", utf8("hello")],
    [0, "$5\r\nhello\r\n", "hello"],
    [BIGINTS, ":7\r\n", 7n],
    [BYTES, "*2\r\n$1\r\na\r\n:1\r\n", [utf8("a"), 1]],
    [BYTES, "$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n", utf8("abc")],
  ];
  const rows = Array.from({ length: 40 }, (_, i) => kinds[i % kinds.length]);
  const bytes = joined(...rows.map(([, wire]) => wire));
  for (let cut = 0; cut <= bytes.length; cut++) {
    const talk = Conversation.ready();
    for (const [mode] of rows) talk.calls("GET a", mode);
    leave(talk);
    for (const chunk of [bytes.slice(0, cut), bytes.slice(cut)]) {
      if (talk.takes(chunk)) talk.session.resume();
    }
    assert.deepEqual(talk.settled.map(([, outcome]) => outcome), rows.map(([, , reply]) => ({ reply })), `at ${cut}`);
  }
});

test("halves: pushes come in their place among the replies", () => {
  const order: unknown[] = [];
  const talk = Conversation.ready({ onPush: ([kind]) => void order.push(kind) });
  const read = (reply: unknown) => order.push(reply);
  for (let i = 0; i < 40; i++) talk.calls(`N${i}`, 0, { allowed: 0, always: 0, read });
  leave(talk);
  const wire = Array.from({ length: 40 }, (_, i) => `>1\r\n+push ${i}\r\n:${i}\r\n`).join("");
  const expected = Array.from({ length: 40 }, (_, i) => [`push ${i}`, i]).flat();
  assert.equal(talk.takes(`${wire}>1\r\n+last\r\n`), true);
  assert.deepEqual(order, expected.slice(0, 40));
  talk.session.resume();
  assert.deepEqual(order, [...expected, "last"]);
});

test("halves: what comes before it is told to go on is settled behind the rest", () => {
  const talk = asked(40);
  assert.equal(talk.takes(answers(0, 30)), true);
  areSettled(talk, 20);
  assert.equal(talk.takes(answers(30, 40)), false);
  areSettled(talk, 40);
  talk.session.resume();
  areSettled(talk, 40);
});

test("halves: what comes before it is told to go on is split anew, with the calls that left meanwhile", () => {
  const talk = asked(40);
  assert.equal(talk.takes(answers(0, 40)), true);
  for (let i = 40; i < 80; i++) talk.calls(`N${i}`);
  leave(talk);
  assert.equal(talk.takes(answers(40, 80)), true);
  areSettled(talk, 60);
  talk.session.resume();
  areSettled(talk, 80);
});

test("halves: over many turns, calls that are made and leave between the halves keep the order", () => {
  const talk = asked(100);
  let made = 100;
  for (let answered = 0; answered < 5_000; answered += 100) {
    const half = talk.takes(answers(answered, answered + 100));
    assert.equal(half, true);
    for (let i = 0; i < 50; i++) talk.calls(`N${made++}`);
    leave(talk);
    talk.session.resume();
    for (let i = 0; i < 50; i++) talk.calls(`N${made++}`);
    leave(talk);
  }
  areSettled(talk, 5_000);
});

// ---- what ends it

const excesses = [":32\r\n", "+OK\r\n", "+O", "$5\r\nhel", "-ERR no\r\n"];

for (const excess of excesses) {
  test(`halves: replies to all and then ${JSON.stringify(excess)} end it, though a call leaves before the rest is read`, () => {
    const talk = asked(32);
    assert.equal(talk.takes(answers(0, 32) + excess), true);
    talk.calls("LATE");
    leave(talk);
    talk.calls("LATER");
    assert.throws(() => talk.session.resume(), { name: "ProtocolError", message: NOBODY });
    areSettled(talk, 32);
    talk.ends();
    assert.deepEqual(talk.settled.slice(32), [["LATE", { error: true }], ["LATER", { error: false }]]);
  });
}

test("halves: a reply too many ends it too when the next chunk is what has the rest read", () => {
  const talk = asked(32);
  assert.equal(talk.takes(answers(0, 33)), true);
  talk.calls("LATE");
  leave(talk);
  assert.throws(() => talk.takes("+late\r\n"), { name: "ProtocolError", message: NOBODY });
  areSettled(talk, 32);
});

for (const next of ["resume()", "receive()"]) {
  test(`halves: what is not RESP in the second half ends it at ${next}, and nothing later is given to anyone`, () => {
    const talk = asked(40);
    assert.equal(talk.takes(`${answers(0, 30)}nonsense\r\n${answers(30, 39)}`), true);
    areSettled(talk, 20);
    talk.calls("LATE");
    leave(talk);
    talk.calls("LATER");
    const goOn = (): unknown => next === "resume()" ? talk.session.resume() : talk.takes(answers(39, 41));
    assert.throws(goOn, { name: "ProtocolError" });
    areSettled(talk, 30);
    assert.throws(() => talk.takes(answers(30, 31)), { name: "ProtocolError" });
    talk.session.resume();
    areSettled(talk, 30);
    talk.ends();
    const failed = [...Array.from({ length: 10 }, (_, i) => `N${30 + i}`), "LATE"];
    const expected = failed.map((name): unknown => [name, { error: true }]);
    assert.deepEqual(talk.settled.slice(30), [...expected, ["LATER", { error: false }]]);
  });
}

test("halves: what is not RESP in the first half ends it at once", () => {
  const talk = asked(40);
  assert.throws(() => talk.takes(`${answers(0, 10)}nonsense\r\n`), { name: "ProtocolError" });
  areSettled(talk, 10);
  talk.session.resume();
  areSettled(talk, 10);
});

test("halves: at its end between the halves all the rest may have been applied, and nobody is given a reply any more", () => {
  const talk = asked(40);
  assert.equal(talk.takes(answers(0, 40)), true);
  talk.ends();
  const expected = Array.from({ length: 40 }, (_, i) => [`N${i}`, i < 20 ? { reply: i } : { error: true }]);
  assert.deepEqual(talk.settled, expected);
  assert.equal(talk.session.waiting, 0);
});

test("halves: replies that come in pieces are settled as they come", () => {
  for (const size of [1, 7, 100]) {
    const talk = asked(64);
    talk.receives(answers(0, 64), size);
    areSettled(talk, 64);
  }
});
