/** The errors: what each is, what it holds, and what it never tells. */
import assert from "node:assert/strict";
import * as errors from "../../src/errors.ts";
import {
  AbortError,
  ClosedError,
  ConnectionError,
  CrossSlotError,
  IntegerRangeError,
  PartialError,
  PoolError,
  ProtocolError,
  RedirectError,
  RedisError,
  ReplyError,
  TimeoutError,
  WatchError,
} from "../../src/errors.ts";
import {
  closedError,
  connectFailure,
  connectTimeout,
  fullError,
  lostFailure,
  nodeName,
  offlineError,
  silenceFailure,
} from "../../src/connection/failure.ts";
import { test } from "../support/harness.ts";

const all: [error: RedisError, parents: (new (...args: never[]) => Error)[]][] = [
  [new RedisError("m"), []],
  [new ReplyError("m"), []],
  [new ConnectionError("m"), []],
  [new ProtocolError("m"), [ConnectionError]],
  [new TimeoutError("m"), [ConnectionError]],
  [new AbortError("m"), [ConnectionError]],
  [new PoolError("m"), [ConnectionError]],
  [new ClosedError("m"), [ConnectionError]],
  [new WatchError("m"), []],
  [new IntegerRangeError(1n), []],
  [new CrossSlotError("MSETNX", ["a", "b"], [15495, 3300]), []],
  [new RedirectError("GET", ["a:1"]), []],
  [new PartialError("MGET", [], { total: 1 }), []],
];

test("errors: each has its class's name, and is a RedisError and an Error", () => {
  for (const [error, parents] of all) {
    assert.equal(error.name, error.constructor.name);
    for (const parent of [RedisError, Error, ...parents]) assert.ok(error instanceof parent, error.name);
    assert.equal(String(error), `${error.name}: ${error.message}`);
    assert.equal("cause" in error, false);
  }
  assert.deepEqual(all.map(([error]) => error.name).sort(), Object.keys(errors).sort());
});

const replies: [reply: string, context: object, code: string, message: string][] = [
  ["ERR no", {}, "ERR", "ERR no"],
  ["NOAUTH", {}, "NOAUTH", "NOAUTH"],
  ["", {}, "", ""],
  ["WRONGTYPE no", { command: "GET" }, "WRONGTYPE", "WRONGTYPE no (GET)"],
  ["WRONGTYPE no", { command: "GET", node: "h:1" }, "WRONGTYPE", "WRONGTYPE no (GET at h:1)"],
  ["ERR no", { node: "h:1" }, "ERR", "ERR no"],
  [
    "ERR unknown command 'X', with args beginning with: 'secret' ",
    { command: "X" },
    "ERR",
    "ERR unknown command 'X' (X)",
  ],
  ["ERR unknown command `X`, with args beginning with: `secret`\n`secret`, ", {}, "ERR", "ERR unknown command `X`"],
  ["ERR a\r\nb", {}, "ERR", "ERR a\r\nb"],
];

for (const [reply, context, code, message] of replies) {
  test(`errors: the server's ${JSON.stringify(reply)} with ${JSON.stringify(context)} says "${code}"`, () => {
    const error = new ReplyError(reply, context);
    assert.deepEqual([error.code, error.message], [code, message]);
    assert.doesNotMatch(error.reply + error.stack, /secret/);
    const { command, node } = context as { command?: string; node?: string };
    assert.deepEqual([error.command, error.node], [command, node]);
  });
}

test("errors: a cause is kept, and only then there is one", () => {
  const cause = new Error("deep");
  assert.equal(new ReplyError("EXECABORT", { cause }).cause, cause);
  assert.equal(new ConnectionError("m", { cause }).cause, cause);
  assert.equal("cause" in new ConnectionError("m", {}), false);
  assert.equal("cause" in new ConnectionError("m", { cause: undefined }), false);
});

test("errors: a call may have been applied only when that is said", () => {
  for (const Type of [ConnectionError, ProtocolError, TimeoutError, AbortError, PoolError, ClosedError]) {
    assert.equal(new Type("m").maybeApplied, false);
    assert.equal(new Type("m", { maybeApplied: true }).maybeApplied, true);
  }
});

test("errors: what was given up says what it waited for, and a timeout how many were before it", () => {
  const bare = new TimeoutError("m");
  assert.deepEqual([bare.waitedFor, bare.ahead], ["connection", 0]);
  assert.equal(new AbortError("m").waitedFor, "connection");
  for (const waitedFor of ["connection", "write", "reply", "retry", "lease"] as const) {
    const late = new TimeoutError("m", { waitedFor, ahead: 7, maybeApplied: waitedFor === "reply" });
    assert.deepEqual([late.waitedFor, late.ahead, late.maybeApplied], [waitedFor, 7, waitedFor === "reply"]);
    assert.equal(new AbortError("m", { waitedFor }).waitedFor, waitedFor);
  }
});

test("errors: an integer out of range keeps its exact value", () => {
  const error = new IntegerRangeError(9007199254740993n);
  assert.equal(error.value, 9007199254740993n);
  assert.doesNotMatch(error.message, /9007199254740993/);
});

test("errors: a node's name is what a user would write", () => {
  assert.equal(nodeName({ host: "host", port: 1 }), "host:1");
  assert.equal(nodeName({ host: "::1", port: 1 }), "[::1]:1");
  assert.equal(nodeName({ host: "host", port: 1, path: "/run/a.sock" }), "/run/a.sock");
});

const causes: [cause: unknown, reason: string][] = [
  [undefined, "the other side closed it"],
  [Object.assign(new Error("x"), { code: "ENOTFOUND" }), "the host name is not known (ENOTFOUND)"],
  [Object.assign(new Error("x"), { code: "EOTHER" }), "x (EOTHER)"],
  [Object.assign(new Error("x EOTHER"), { code: "EOTHER" }), "x EOTHER"],
  [new Error("x"), "x"],
  [new TypeError(""), "TypeError"],
  ["text", "text"],
  [new ReplyError("NOAUTH no"), "the server wants a password: NOAUTH no"],
  [new ReplyError("ERR no"), "the server refused: ERR no"],
];

test("errors: a failure says why, and keeps its cause", () => {
  for (const [cause, reason] of causes) {
    const connect = connectFailure("h:1", cause)(true) as ConnectionError;
    assert.equal(connect.message, `Cannot connect to "h:1": ${reason}`);
    assert.equal(connect.cause, cause);
    assert.equal(connect.maybeApplied, false);
    const lost = lostFailure("h:1", cause);
    assert.equal((lost(true) as ConnectionError).message, `Lost the connection to "h:1": ${reason}`);
    assert.deepEqual([true, false].map((applied) => (lost(applied) as ConnectionError).maybeApplied), [true, false]);
  }
  assert.equal((connectTimeout("h:1", 5)(true) as TimeoutError).maybeApplied, false);
  assert.ok(connectFailure("h:1", new ProtocolError("x"))(true) instanceof ProtocolError);
  assert.ok(lostFailure("h:1", new ProtocolError("x"))(true) instanceof ProtocolError);
});

test("errors: a call that is not taken was not applied, and says why, where and what came before", () => {
  const cause = new Error("no route");
  const rows: [error: ConnectionError, message: string, cause: unknown][] = [
    [closedError("GET"), "Cannot send GET: the client is closed", undefined],
    [
      offlineError("GET", "h:1", cause),
      'Cannot send GET: there is no connection to "h:1", and calls do not wait for one',
      cause,
    ],
    [
      fullError("GET", "h:1", cause),
      'Cannot send GET: there is no connection to "h:1", and maxQueued or maxQueuedBytes is reached',
      cause,
    ],
  ];
  for (const [error, message, from] of rows) {
    assert.equal(error.message, message);
    assert.equal(error.cause, from);
    assert.equal(error.maybeApplied, false);
  }
});

test("errors: a silent connection says for how long", () => {
  for (const maybeApplied of [true, false]) {
    const error = silenceFailure("h:1", 20_000)(maybeApplied);
    assert.equal(error.constructor, ConnectionError);
    assert.equal(
      error.message,
      'Lost the connection to "h:1": no byte came for 20000 ms while replies were due',
    );
    assert.equal(error.maybeApplied, maybeApplied);
  }
});

const ten = [..."abcdefghij"];

const clusterMessages: [error: RedisError, message: string][] = [
  [
    new CrossSlotError("MSETNX", ["a", "b"], [15495, 3300]),
    'Cannot send MSETNX: its keys belong to several slots (key "a": slot 15495, key "b": slot 3300); ' +
    "put the same {tag} into keys that belong together",
  ],
  [
    new CrossSlotError("MSETNX", ten, ten.map((_, i) => i)),
    'Cannot send MSETNX: its keys belong to several slots (key "a": slot 0, key "b": slot 1, key "c": slot 2, ' +
    'key "d": slot 3, key "e": slot 4, …); put the same {tag} into keys that belong together',
  ],
  [
    new CrossSlotError("X", ["k".repeat(65), "k".repeat(64)], [1, 2]),
    `Cannot send X: its keys belong to several slots (key "${"k".repeat(64)}…": slot 1, ` +
    `key "${"k".repeat(64)}": slot 2); put the same {tag} into keys that belong together`,
  ],
  [new RedirectError("GET", ["a:1"]), 'Cannot send GET: redirected once, by way of "a:1"'],
  [new RedirectError("GET", ["a:1", "b:2"]), 'Cannot send GET: redirected 2 times, by way of "a:1", "b:2"'],
  [
    new RedirectError("GET", ten),
    'Cannot send GET: redirected 10 times, by way of "a", "b", "c", "d", "e", "f", "g", "h", …',
  ],
  [
    new PartialError("MGET", [{ keys: ["a"], error: new Error("why") }], { total: 3 }),
    'Cannot complete MGET: 1 of 3 parts failed (key "a"): why',
  ],
  [
    new PartialError("DEL", [{ keys: ten, error: new Error("one") }, { keys: ["z"], error: new Error("two") }], {
      total: 2,
      maybeApplied: true,
    }),
    'Cannot complete DEL: 2 of 2 parts failed (keys "a", "b", "c", "d", "e", …): one',
  ],
];

for (const [error, message] of clusterMessages) {
  test(`errors: of a cluster: ${message}`, () => assert.equal(error.message, message));
}

test("errors: of a cluster say which keys, which nodes, and whether anything may have been applied", () => {
  const cross = new CrossSlotError("MSETNX", ten, ten.map((_, i) => i));
  assert.deepEqual([cross.keys.length, cross.slots.length], [10, 10]);
  const cause = new ReplyError("MOVED 1 a:1");
  const redirect = new RedirectError("GET", ten, { cause });
  assert.deepEqual([redirect.path, redirect.maybeApplied, redirect.cause], [ten, false, cause]);
  const error = new ReplyError("OOM no");
  const partial = new PartialError("MSET", [{ keys: ["a"], error }], { total: 2, maybeApplied: true });
  assert.deepEqual([partial.parts, partial.maybeApplied, partial.cause], [[{ keys: ["a"], error }], true, error]);
  assert.equal(new PartialError("MGET", [{ keys: ["a"], error }], { total: 2 }).maybeApplied, false);
});
