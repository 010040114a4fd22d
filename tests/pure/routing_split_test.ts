/** Commands with keys of several slots, as a command for each slot, and their replies as one. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type AnyCommand, type Command, command, modeOf, type Word } from "../../src/commands/command.ts";
import { jsonMget, jsonMset } from "../../src/commands/json.ts";
import { del, exists, touch, unlink } from "../../src/commands/keys.ts";
import { integer, raw, stringsOrNulls } from "../../src/commands/readers.ts";
import { mget, mset, msetex } from "../../src/commands/strings.ts";
import { IntegerRangeError, RedisError } from "../../src/errors.ts";
import { BIGINTS, BYTES, COLLECTIONS, PLAIN, type Value } from "../../src/resp/value.ts";
import { routeOf } from "../../src/routing/route.ts";
import { slotOf } from "../../src/routing/slots.ts";
import type { Split } from "../../src/routing/split.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";

function splitOf(command: AnyCommand): Split {
  const route = routeOf(command);
  assert.equal(route.kind, "split");
  return route.split;
}

const rows: [command: Command<unknown>, parts: Word[][]][] = [
  [mget("a", "b", "{a}1"), [["MGET", "a", "{a}1"], ["MGET", "b"]]],
  [mget("b", "a", "b"), [["MGET", "b", "b"], ["MGET", "a"]]],
  [mset([["a", 1], ["b", "two"], ["{a}1", 3n], ["a", 4]]), [["MSET", "a", 1, "{a}1", 3n, "a", 4], [
    "MSET",
    "b",
    "two",
  ]]],
  [del("a", "b"), [["DEL", "a"], ["DEL", "b"]]],
  [unlink("a", "b", "c"), [["UNLINK", "a"], ["UNLINK", "b"], ["UNLINK", "c"]]],
  [exists("a", "a", "b"), [["EXISTS", "a", "a"], ["EXISTS", "b"]]],
  [touch("a", "b"), [["TOUCH", "a"], ["TOUCH", "b"]]],
  [jsonMget(["a", "b", "{b}1"], "$.x"), [["JSON.MGET", "a", "$.x"], ["JSON.MGET", "b", "{b}1", "$.x"]]],
  [
    jsonMset([{ key: "a", path: "$", value: 1 }, { key: "b", path: "$", value: 2 }, {
      key: "a",
      path: "$.x",
      value: 3,
    }]),
    [["JSON.MSET", "a", "$", "1", "a", "$.x", "3"], ["JSON.MSET", "b", "$", "2"]],
  ],
  [msetex([["a", 1], ["b", 2], ["{b}1", 3]]), [["MSETEX", 1, "a", 1], ["MSETEX", 2, "b", 2, "{b}1", 3]]],
  [
    msetex([["a", 1], ["b", 2]], { ex: 60 }),
    [["MSETEX", 1, "a", 1, "EX", 60], ["MSETEX", 1, "b", 2, "EX", 60]],
  ],
  [msetex([["NX", 1], ["b", 2]]), [["MSETEX", 1, "NX", 1], ["MSETEX", 1, "b", 2]]],
  [command(["mget", "a", "b"], raw), [["mget", "a"], ["mget", "b"]]],
];

for (const [whole, parts] of rows) {
  test(`split: ${whole.words.join(" ")}`, () => {
    const split = splitOf(whole);
    assert.deepEqual(split.parts.map((part) => part.command.words), parts);
    for (const { command, keys, slot } of split.parts) {
      assert.ok(keys.length > 0 && keys.every((key) => slotOf(key) === slot && command.words.includes(key)));
    }
  });
}

test("split: a part's reply is given as it was decoded, in the mode of the whole", () => {
  for (const reader of [raw, integer, stringsOrNulls]) {
    for (const { command: part } of splitOf(command(["MGET", "a", "b"], reader)).parts) {
      for (const wanted of [PLAIN, BYTES | BIGINTS, COLLECTIONS]) {
        assert.equal(modeOf(part, wanted), modeOf({ words: [], reader } as never, wanted));
      }
      const reply = ["x", null];
      assert.equal(part.reader.read(reply, PLAIN), reply);
      assert.equal(part.special, undefined);
    }
  }
});

const merged: [what: string, command: Command<unknown>, replies: Value[], reply: Value][] = [
  ["values in the order asked", mget("a", "b", "{a}1"), [["A", null], ["B"]], ["A", "B", null]],
  ["bytes in the order asked", mget("a", "b"), [[utf8("A")], [utf8("B")]], [utf8("A"), utf8("B")]],
  ["a key asked twice", mget("b", "a", "b"), [["B", "B"], ["A"]], ["B", "A", "B"]],
  ["documents in the order asked", jsonMget(["a", "b", "{a}1"], "$"), [["[1]", "[2]"], ["[3]"]], ["[1]", "[3]", "[2]"]],
  ["numbers", del("a", "b", "c"), [1, 0, 1], 2],
  ["bigints", exists("a", "b"), [1n, 2n], 3n],
  ["a sum beyond what a number can be", touch("a", "b"), [Number.MAX_SAFE_INTEGER, 2], 9_007_199_254_740_993n],
  ["what all say", mset([["a", 1], ["b", 2]]), ["OK", "OK"], "OK"],
  ["a part that was not done", jsonMset([{ key: "a", path: "$", value: 1 }, { key: "b", path: "$.x", value: 2 }]), [
    "OK",
    null,
  ], null],
  ["1 for all", msetex([["a", 1], ["b", 2]]), [1, 1], 1],
];

for (const [what, whole, replies, reply] of merged) {
  test(`split: the replies to parts of ${whole.words[0]} become one: ${what}`, () => {
    assert.deepEqual(splitOf(whole).merge(replies), reply);
  });
}

test("split: a merged reply is for the reader of the whole", () => {
  const values = mget("a", "b");
  assert.deepEqual(values.reader.read(splitOf(values).merge([["A"], [null]]), PLAIN), ["A", null]);
  const documents = jsonMget(["a", "b"], "$");
  assert.deepEqual(documents.reader.read(splitOf(documents).merge([["[1]"], [null]]), PLAIN), [[1], null]);
  const gone = del("a", "b");
  assert.throws(() => gone.reader.read(splitOf(gone).merge([Number.MAX_SAFE_INTEGER, 2]), PLAIN), IntegerRangeError);
});

test("split: a node that answers in another shape is told", () => {
  const lies: [Command<unknown>, Value[]][] = [
    [mget("a", "b"), [["A"], ["B", "C"]]],
    [mget("a", "b"), [["A"], []]],
    [mget("a", "b"), [["A"], "OK"]],
    [del("a", "b"), [1, "OK"]],
    [del("a", "b"), [null, 1]],
  ];
  for (const [whole, replies] of lies) {
    assert.throws(() => splitOf(whole).merge(replies), (error) => {
      assert.ok(error instanceof RedisError);
      assert.match(error.message, /^Cannot put the replies of the nodes together: one is not /);
      return true;
    });
  }
});

const anyKeys = fc.array(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 8 })), { minLength: 2, maxLength: 50 });

test("split: whatever the keys, each has its own value, in the order asked", () => {
  fc.assert(fc.property(anyKeys, (keys) => {
    const whole = mget(...keys);
    const route = routeOf(whole);
    const valueOf = (key: Word) => `value of ${key}`;
    if (route.kind === "slot") return keys.every((key) => slotOf(key) === route.slot);
    assert.equal(route.kind, "split");
    const { parts, merge } = route.split;
    assert.equal(new Set(parts.map(({ slot }) => slot)).size, parts.length);
    assert.deepEqual(merge(parts.map((part) => part.keys.map(valueOf))), keys.map(valueOf));
    return true;
  }));
});
