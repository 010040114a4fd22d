/** The state machine of one connection: who is given which reply, and what ends it. */
import assert from "node:assert/strict";
import { IntegerRangeError, ReplyError } from "../../src/errors.ts";
import { type Command, command } from "../../src/commands/command.ts";
import { integer } from "../../src/commands/readers.ts";
import { BIGINTS, BYTES } from "../../src/resp/value.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { Batch, Part } from "../../src/session/batch.ts";
import { Call } from "../../src/session/call.ts";
import { test } from "../support/harness.ts";
import { Conversation, HELLO, WELCOMED, words } from "../support/conversation.ts";
import { commandText, utf8 } from "../support/wire.ts";

function unwanted(outcome: unknown): void {
  assert.fail(`Cannot be settled: ${outcome}`);
}

test("session: replies go to calls in the order of these, however they are cut", () => {
  for (const size of [Infinity, 1, 2, 3]) {
    const talk = Conversation.ready();
    talk.calls("GET a");
    talk.calls("GET b");
    talk.gives(commandText("GET", "a") + commandText("GET", "b"));
    talk.calls("INCR n");
    talk.gives(commandText("INCR", "n"));
    assert.equal(talk.session.waiting, 3);
    talk.receives("$1\r\nA\r\n-WRONGTYPE no\r\n:7\r\n", size);
    assert.equal(talk.session.waiting, 0);
    assert.deepEqual(talk.settled, [
      ["GET a", { reply: "A" }],
      ["GET b", { error: new ReplyError("WRONGTYPE no", { command: "GET", node: "host:6379" }) }],
      ["INCR n", { reply: 7 }],
    ]);
  }
});

test("session: every call has its own mode", () => {
  const talk = Conversation.ready();
  talk.calls("GET a", BYTES);
  talk.calls("GET b");
  talk.calls("INCR n", BIGINTS);
  talk.batches(["GET a", "INCR n"], BYTES | BIGINTS);
  talk.session.written((talk.session.output(), true));
  talk.receives("$1\r\nA\r\n$1\r\nB\r\n:1\r\n$1\r\nA\r\n:2\r\n", 1);
  assert.deepEqual(talk.settled, [
    ["GET a", { reply: utf8("A") }],
    ["GET b", { reply: "B" }],
    ["INCR n", { reply: 1n }],
    ["GET a, INCR n", { reply: [utf8("A"), 2n] }],
  ]);
});

test("session: a batch is settled as one, in order, with errors as entries", () => {
  for (const size of [Infinity, 1]) {
    const talk = Conversation.ready();
    talk.calls("GET a");
    talk.batches(["GET b", "INCR n", "CLIENT ID"]);
    talk.calls("GET c");
    talk.gives(
      ["GET a", "GET b", "INCR n", "CLIENT ID", "GET c"].map((all) => commandText(...all.split(" "))).join(""),
    );
    assert.equal(talk.session.waiting, 3);
    talk.receives("+a\r\n+b\r\n-ERR no\r\n", size);
    assert.deepEqual(talk.settled, [["GET a", { reply: "a" }]]);
    assert.equal(talk.session.waiting, 2);
    talk.receives("-ERR id\r\n+c\r\n", size);
    const at = (command: string): object => ({ command, node: "host:6379" });
    assert.deepEqual(talk.settled.slice(1), [
      ["GET b, INCR n, CLIENT ID", {
        reply: ["b", new ReplyError("ERR no", at("INCR")), new ReplyError("ERR id", at("CLIENT ID"))],
      }],
      ["GET c", { reply: "c" }],
    ]);
  }
});

test("session: a batch whose list is changed by its owner answers the commands that were sent", () => {
  const changes: [change: string, apply: (commands: Command<unknown>[]) => void][] = [
    ["lengthened", (commands) => void commands.push(words("X"), words("Y"))],
    ["shortened", (commands) => void (commands.length = 1)],
    ["emptied", (commands) => void (commands.length = 0)],
    ["reordered", (commands) => void commands.reverse()],
    ["replaced", (commands) => void commands.splice(0, 3, command(["X"], integer), words("Y"), words("Z"))],
  ];
  for (const [change, apply] of changes) {
    for (const size of [Infinity, 1]) {
      const talk = Conversation.ready();
      const commands = [words("A"), words("B"), words("C")];
      let replies: unknown;
      talk.session.send(
        new Batch(commands, { ...PLAIN_CALL, mode: BYTES }, (all) => replies = all, unwanted),
      );
      talk.calls("D");
      talk.gives(commandText("A") + commandText("B") + commandText("C") + commandText("D"));
      apply(commands);
      talk.receives("$1\r\na\r\n-ERR no\r\n$1\r\nc\r\n+d\r\n", size);
      const error = new ReplyError("ERR no", { command: "B", node: "host:6379" });
      assert.deepEqual(replies, [utf8("a"), error, utf8("c")], change);
      assert.deepEqual(talk.settled, [["D", { reply: "d" }]]);
    }
  }
});

test("session: parts of one list are answered at the places of their commands, and say whether any was refused", () => {
  const rows: [name: string, first: string, second: string, refused: [boolean, boolean], replies: unknown[]][] = [
    ["all are answered", ":1\r\n:3\r\n:4\r\n", ":0\r\n:2\r\n", [false, false], [0, 1, 2, 3, 4]],
    [
      "one is refused",
      ":1\r\n-ERR no\r\n:4\r\n",
      ":0\r\n:2\r\n",
      [true, false],
      [0, 1, 2, new ReplyError("ERR no", { command: "D", node: "host:6379" }), 4],
    ],
    [
      "one cannot be read",
      ":1\r\n:3\r\n:4\r\n",
      ":0\r\n:9007199254740993\r\n",
      [false, false],
      [0, 1, new IntegerRangeError(9007199254740993n), 3, 4],
    ],
  ];
  for (const [name, first, second, refused, expected] of rows) {
    for (const size of [Infinity, 1]) {
      const commands = ["A", "B", "C", "D", "E"].map((word) => command([word], integer));
      const list = { commands, replies: new Array(5), following: [2, 3, -1, 4, -1] };
      const told: unknown[] = [];
      const [one, other] = [Conversation.ready(), Conversation.ready()];
      one.session.send(new Part({ ...list, first: 1, count: 3 }, PLAIN_CALL, (it) => told.push(it), unwanted));
      other.session.send(new Part({ ...list, first: 0, count: 2 }, PLAIN_CALL, (it) => told.push(it), unwanted));
      one.gives(commandText("B") + commandText("D") + commandText("E"));
      other.gives(commandText("A") + commandText("C"));
      one.receives(first, size);
      assert.deepEqual(told, [refused[0]], name);
      other.receives(second, size);
      assert.deepEqual([told, list.replies], [refused, expected], name);
    }
  }
});

test("session: a part that is given up leaves the places alone, and keeps the order of the replies", () => {
  const talk = Conversation.ready();
  const commands = ["A", "B", "C"].map((word) => command([word], integer));
  const replies: unknown[] = [];
  const following = [2, -1, -1];
  const told: unknown[] = [];
  const part = new Part(
    { commands, replies, following, first: 0, count: 2 },
    PLAIN_CALL,
    unwanted,
    (it) => told.push(it),
  );
  talk.session.send(part);
  talk.calls("D");
  talk.gives(commandText("A") + commandText("C") + commandText("D"));
  talk.receives(":1\r\n");
  const late = new Error("too late");
  part.fail(late);
  replies.fill("another's");
  following.fill(7);
  talk.receives(":3\r\n+d\r\n");
  assert.deepEqual([told, replies, talk.settled], [[late], ["another's"], [["D", { reply: "d" }]]]);
});

test("session: a part whose connection is lost keeps what was answered", () => {
  const talk = Conversation.ready();
  const commands = ["A", "B", "C"].map((word) => command([word], integer));
  const replies = new Array(3);
  const told: unknown[] = [];
  const part = new Part(
    { commands, replies, following: [1, 2, -1], first: 0, count: 3 },
    PLAIN_CALL,
    (it) => told.push(it),
    unwanted,
  );
  talk.session.send(part);
  talk.gives(commandText("A") + commandText("B") + commandText("C"));
  talk.receives(":1\r\n");
  assert.deepEqual(part.unanswered(), commands.slice(1));
  const lost = new Error("lost");
  part.lost(lost);
  assert.deepEqual([told, replies], [[false], [1, lost, lost]]);
});

test("session: pushes are routed aside, between replies, inside of them and when nobody waits", () => {
  const talk = Conversation.ready();
  talk.receives(">2\r\n+invalidate\r\n*1\r\n$1\r\na\r\n");
  talk.calls("LRANGE l", BYTES);
  talk.gives(commandText("LRANGE", "l"));
  talk.receives(">1\r\n+one\r\n*2\r\n$1\r\na\r\n>2\r\n+two\r\n$1\r\nx\r\n$1\r\nb\r\n>1\r\n+three\r\n", 1);
  assert.deepEqual(talk.settled, [["LRANGE l", { reply: [utf8("a"), utf8("b")] }]]);
  assert.deepEqual(talk.pushes, [["invalidate", ["a"]], ["one"], ["two", "x"], ["three"]]);
});

test("session: pushes without a listener are dropped", () => {
  const talk = Conversation.ready({ onPush: undefined });
  talk.calls("GET a");
  talk.gives(commandText("GET", "a"));
  talk.receives(">1\r\n+one\r\n:1\r\n");
  assert.deepEqual(talk.settled, [["GET a", { reply: 1 }]]);
});

test("session: a call made by a push's listener waits for its own reply", () => {
  const talk = Conversation.ready({ onPush: () => talk.calls("GET late") });
  talk.calls("GET a");
  talk.gives(commandText("GET", "a"));
  talk.receives(">1\r\n+one\r\n:1\r\n");
  assert.deepEqual(talk.settled, [["GET a", { reply: 1 }]]);
  talk.gives(commandText("GET", "late"));
  talk.receives(":2\r\n");
  assert.deepEqual(talk.settled[1], ["GET late", { reply: 2 }]);
});

test("session: a reply when nobody waits ends it", () => {
  for (const wire of ["+OK\r\n", "-ERR no\r\n", "_\r\n", "*0\r\n"]) {
    const talk = Conversation.ready();
    const error = talk.refuses(wire);
    assert.equal(error.name, "ProtocolError");
    assert.equal(error.message, "Cannot understand what the server sent: nobody waits for a reply");
  }
});

test("session: the first part of a reply when nobody waits ends it, before a call could be given the rest", () => {
  const wholes = [
    "+OK\r\n",
    "-ERR no\r\n",
    "$5\r\nhello\r\n",
    "*2\r\n:1\r\n$1\r\na\r\n",
    "$?\r\n;1\r\na\r\n;0\r\n",
    "%?\r\n.\r\n",
  ];
  for (const wire of wholes) {
    for (let cut = 1; cut < wire.length; cut++) {
      const talk = Conversation.ready();
      const error = talk.refuses(wire.slice(0, cut));
      assert.equal(error.message, "Cannot understand what the server sent: nobody waits for a reply");
    }
  }
});

test("session: the first part of a push when nobody waits leaves the next call its own reply", () => {
  const wire = "|1\r\n+a\r\n*1\r\n:1\r\n>2\r\n+message\r\n*1\r\n$?\r\n;5\r\nhello\r\n;0\r\n";
  for (let cut = 1; cut < wire.length; cut++) {
    const talk = Conversation.ready();
    talk.receives(wire.slice(0, cut));
    talk.calls("GET a", BYTES);
    talk.gives(commandText("GET", "a"));
    talk.receives(`${wire.slice(cut)}$1\r\nA\r\n`);
    assert.deepEqual(talk.pushes, [["message", ["hello"]]]);
    assert.deepEqual(talk.settled, [["GET a", { reply: utf8("A") }]], `cut at ${cut}`);
  }
});

test("session: an array that has left is used again", () => {
  const talk = Conversation.ready();
  const arrays: unknown[] = [];
  for (let round = 0; round < 3; round++) {
    talk.calls("GET a");
    arrays.push(talk.session.output().buffer);
    talk.session.written(false);
    talk.session.drained();
  }
  assert.notEqual(arrays[0], arrays[1]);
  assert.equal(arrays[0], arrays[2]);
});

test("session: a reply too many behind those that are due ends it, and these are given", () => {
  const talk = Conversation.ready();
  talk.calls("GET a");
  talk.gives(commandText("GET", "a"));
  assert.equal(talk.refuses(":1\r\n:2\r\n").name, "ProtocolError");
  assert.deepEqual(talk.settled, [["GET a", { reply: 1 }]]);
});

test("session: a reply when only calls wait that have not left ends it, and they were not applied", () => {
  const talk = Conversation.ready();
  talk.calls("GET a");
  talk.gives(commandText("GET", "a"));
  talk.calls("GET b");
  assert.equal(talk.refuses(":1\r\n:2\r\n").name, "ProtocolError");
  talk.ends();
  assert.deepEqual(talk.settled, [["GET a", { reply: 1 }], ["GET b", { error: false }]]);
});

test("session: what is not RESP ends it, and nothing later is given to anyone", () => {
  const talk = Conversation.ready();
  talk.calls("GET a");
  talk.calls("GET b");
  talk.gives(commandText("GET", "a") + commandText("GET", "b"));
  const error = talk.refuses("+a\r\nnonsense\r\n+b\r\n");
  assert.equal(error.name, "ProtocolError");
  assert.throws(() => talk.receives("+b\r\n"), (again) => again === error);
  assert.deepEqual(talk.settled, [["GET a", { reply: "a" }]]);
});

test("session: limits are those of its options", () => {
  const talk = Conversation.ready({ limits: { bulkLength: 100 } });
  assert.equal(talk.refuses("$101\r\n").name, "ProtocolError");
});

test("session: at its end those may have been applied that were given out, also when the write did not return", () => {
  const talk = Conversation.ready();
  talk.calls("SET a");
  talk.gives(commandText("SET", "a"), false);
  talk.batches(["SET b", "SET c"]);
  assert.equal(talk.session.output().length > 0, true);
  talk.ends();
  assert.deepEqual(talk.settled, [["SET a", { error: true }], ["SET b, SET c", { error: true }]]);
  assert.equal(talk.session.waiting, 0);
});

test("session: at its end those were not applied that were not given out", () => {
  const talk = Conversation.ready();
  talk.calls("SET a");
  talk.batches(["SET b", "SET c"]);
  talk.gives(commandText("SET", "a") + commandText("SET", "b") + commandText("SET", "c"));
  talk.receives("+OK\r\n+OK\r\n");
  talk.calls("SET d");
  talk.batches(["SET e"]);
  talk.ends();
  assert.deepEqual(talk.settled, [
    ["SET a", { reply: "OK" }],
    ["SET b, SET c", { error: true }],
    ["SET d", { error: false }],
    ["SET e", { error: false }],
  ]);
});

test("session: at its end before the handshake is over nothing was applied", () => {
  const talk = new Conversation();
  talk.calls("SET a");
  talk.gives(HELLO);
  talk.calls("SET b");
  talk.ends();
  assert.deepEqual(talk.settled, [["SET a", { error: false }], ["SET b", { error: false }]]);
});

test("session: a wrong word takes nothing, alone or in the middle of a batch", () => {
  const talk = Conversation.ready();
  talk.calls("GET a");
  const wrong = words("SET", "k", undefined as unknown as string);
  const message = /^Cannot send SET: argument 2 must be [^\n]+, got undefined$/;
  const isWrong = (error: unknown): boolean => error instanceof TypeError && message.test(error.message);
  const call = new Call(wrong, PLAIN_CALL, unwanted, unwanted);
  assert.throws(() => talk.session.send(call), isWrong);
  const commands = [words("GET", "x"), words("SET", "y".repeat(50_000), 1), wrong, words("GET", "z")];
  const batch = new Batch(commands, PLAIN_CALL, unwanted, unwanted);
  assert.throws(() => talk.session.send(batch), isWrong);
  assert.equal(talk.session.waiting, 1);
  talk.gives(commandText("GET", "a"));
  talk.receives(":1\r\n");
  assert.deepEqual(talk.settled, [["GET a", { reply: 1 }]]);
});

test("session: a reader that throws rejects its own call alone", () => {
  const talk = Conversation.ready();
  talk.calls("INCR a", 0, integer);
  talk.batches(["INCR b", "INCR c"], 0, integer);
  talk.calls("INCR d", BIGINTS, integer);
  talk.session.written((talk.session.output(), true));
  talk.receives(":9007199254740993\r\n:1\r\n:-9007199254740993\r\n:9007199254740993\r\n");
  const beyond = new IntegerRangeError(9007199254740993n);
  assert.deepEqual(talk.settled, [
    ["INCR a", { error: beyond }],
    ["INCR b, INCR c", { reply: [1, new IntegerRangeError(-9007199254740993n)] }],
    ["INCR d", { reply: 9007199254740993n }],
  ]);
});

test("session: 100,000 calls are answered in their order, however many wait", () => {
  const talk = Conversation.ready();
  const expected: unknown[] = [];
  let sent = 0;
  for (const count of [1, 100_000, 5, 300]) {
    let replies = "";
    for (let i = 0; i < count; i++) {
      talk.calls("INCR n");
      replies += `:${sent}\r\n`;
      expected.push(["INCR n", { reply: sent++ }]);
    }
    talk.session.written((talk.session.output(), false));
    assert.equal(talk.session.waiting, count);
    talk.receives(replies, 10_000);
    assert.equal(talk.session.waiting, 0);
  }
  assert.deepEqual(talk.settled.length, expected.length);
  assert.ok(talk.settled.every(([, outcome], i) => outcome.reply === i));
});

test("session: an error inside of a reply stands in its place", () => {
  const talk = Conversation.ready();
  talk.calls("EXEC");
  talk.gives(commandText("EXEC"));
  talk.receives("*2\r\n:1\r\n-WRONGTYPE no\r\n");
  const inner = new ReplyError("WRONGTYPE no", { command: "EXEC", node: "host:6379" });
  assert.deepEqual(talk.settled, [["EXEC", { reply: [1, inner] }]]);
});

test("session: output is empty when there is nothing, and once it was given", () => {
  const talk = new Conversation();
  talk.gives(HELLO);
  talk.gives("");
  talk.receives(WELCOMED);
  talk.gives("");
  talk.calls("PING");
  talk.gives(commandText("PING"));
  talk.gives("");
});

test("session: what it gave out stays as it is while it is not said to be reusable", () => {
  const talk = Conversation.ready();
  talk.calls("GET a");
  const first = talk.session.output();
  talk.session.written(false);
  talk.calls("GET b");
  const second = talk.session.output();
  assert.deepEqual([first, second], [utf8(commandText("GET", "a")), utf8(commandText("GET", "b"))]);
});
