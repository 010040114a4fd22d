/** The keys of commands: where they stand in each form that commands have, and in words that no command has. */
import assert from "node:assert/strict";
import type { Word } from "../../src/commands/command.ts";
import { firstSlotPosition, keysOf, slotPositions } from "../../src/routing/keys.ts";
import { findKeys, parseKeySpec } from "../../src/routing/key_specs.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";
import { handRows, type KeyRow, otherRows, specRows, wordsOfRow } from "./routing_key_rows.ts";

const rows: readonly KeyRow[] = [...specRows, ...handRows, ...otherRows];

function positionsOf(words: readonly Word[]): number[] {
  return keysOf(words).map(({ position }) => position);
}

function found(spec: string, words: string): number[] | undefined {
  const positions: number[] = [];
  const fits = findKeys(words.split(" "), parseKeySpec(spec), (position) => positions.push(position));
  return fits ? positions : undefined;
}

test("keys are found where they stand, in the order of the words", () => {
  for (const row of rows) assert.deepEqual(positionsOf(wordsOfRow(row)), row[1], row[0]);
});

test("keys are found in words of bytes, in lower case and with numbers, as in text", () => {
  for (const row of rows) {
    const words = wordsOfRow(row);
    const numbers = words.map((word) => /^[0-9]{1,6}$/.test(word) ? Number(word) : word);
    const bigints = words.map((word) => /^[0-9]{1,6}$/.test(word) ? BigInt(word) : word);
    assert.deepEqual(positionsOf(words.map((word) => utf8(word))), row[1], `bytes: ${row[0]}`);
    assert.deepEqual(positionsOf(words.map((word) => word.toLowerCase())), row[1], `lower case: ${row[0]}`);
    assert.deepEqual(positionsOf(numbers), row[1], `numbers: ${row[0]}`);
    assert.deepEqual(positionsOf(bigints), row[1], `bigints: ${row[0]}`);
  }
});

test("a key is given as it is, with what becomes of it", () => {
  const key = utf8("b");
  assert.deepEqual(keysOf(["BITOP", "NOT", 5, key]), [
    { position: 2, key: 5, access: "OW" },
    { position: 3, key, access: "RO" },
  ]);
  assert.deepEqual(keysOf(["DEL", "a"]), [{ position: 1, key: "a", access: "RM" }]);
  assert.deepEqual(keysOf(["SORT", "a", "STORE", "b"]).map(({ access }) => access), ["RO", "OW"]);
  assert.deepEqual(keysOf(["MIGRATE", "h", 1, "k", 0, 1]).map(({ access }) => access), ["RW"]);
});

test("shard channels have a slot and are no keys", () => {
  for (const words of [["SPUBLISH", "c", "m"], ["SSUBSCRIBE", "c"], ["SUNSUBSCRIBE", "c"], ["CLUSTERSCAN", "0"]]) {
    assert.deepEqual(keysOf(words), []);
    assert.deepEqual(slotPositions(words), [1]);
    assert.equal(firstSlotPosition(words), 1);
  }
  assert.deepEqual(slotPositions(["SSUBSCRIBE", "a", "b"]), [1, 2]);
  assert.deepEqual(slotPositions(["SUNSUBSCRIBE"]), []);
  assert.deepEqual(slotPositions(["PUBLISH", "c", "m"]), []);
});

test("the first word with a slot is the first of all that have one", () => {
  for (const row of rows) {
    const words = wordsOfRow(row);
    const [first] = slotPositions(words);
    // A place that is fixed is told without a look at the words that do not fit.
    if (first !== undefined) assert.equal(firstSlotPosition(words), first, row[0]);
  }
  assert.equal(firstSlotPosition(["GET"]), 0);
  assert.equal(firstSlotPosition(["PING"]), 0);
  assert.equal(firstSlotPosition(["NOSUCH", "k"]), 0);
  assert.equal(firstSlotPosition(["EVAL", "s", 0]), 0);
  assert.equal(firstSlotPosition(["EVAL", "s", 1, "k"]), 3);
  assert.equal(firstSlotPosition(["MIGRATE", "h", 1, "", 0, 1, "KEYS", "a"]), 7);
});

test("each prefix of a command has keys within it, or none", () => {
  for (const row of rows) {
    const words = wordsOfRow(row);
    for (let length = 0; length <= words.length; length++) {
      const prefix = words.slice(0, length);
      assert.ok(keysOf(prefix).every(({ position }) => position > 0 && position < length), prefix.join(" "));
      assert.ok(firstSlotPosition(prefix) < Math.max(length, 1), prefix.join(" "));
    }
  }
});

test("a hostile count ends the search at once", () => {
  const counts: Word[] = [-1, 1.5, NaN, Infinity, 2 ** 53, 2 ** 31, -0, "", " 1", "1 ", "0x1", "1e3", "9".repeat(400)];
  counts.push(10n ** 30n, -1n, utf8("999999999"), utf8(""), new Uint8Array(1_000_000).fill(57), "9".repeat(1_000_000));
  // What is no word is refused when it is encoded, after the command was routed.
  for (const other of [undefined, null, true, {}, []]) counts.push(other as unknown as Word);
  for (const count of counts) {
    assert.deepEqual(keysOf(["ZUNION", count, "a", "b"]), [], String(count).slice(0, 20));
    assert.deepEqual(keysOf(["EVAL", "s", count, "a"]), [], String(count).slice(0, 20));
  }
  assert.deepEqual(positionsOf(["ZUNION", 2n, "a", "b"]), [2, 3]);
});

test("words of no sense are no keys and no fault", () => {
  const huge = new Uint8Array(1_000_000);
  assert.deepEqual(keysOf([]), []);
  for (const name of [huge, "x".repeat(1_000_000), "", 5, 5n, "constructor", "__proto__", utf8("\u{1f600}")]) {
    assert.deepEqual(keysOf([name, "k"]), []);
    assert.equal(firstSlotPosition([name, "k"]), 0);
    assert.deepEqual(keysOf(["OBJECT", name, "k"]), []);
    assert.deepEqual(positionsOf(["XREAD", name, "STREAMS", "k", "0"]), []);
  }
});

test("key specs find over ranges, by counts and behind keywords", () => {
  assert.deepEqual(found("RO:1", "X a b"), [1]);
  assert.deepEqual(found("RO:2", "X a"), []);
  assert.deepEqual(found("RO:1..1", "X a b c"), [1, 2]);
  assert.deepEqual(found("RO:1..-2", "X a b c"), [1, 2]);
  assert.deepEqual(found("RO:1..-1/3", "X a b c d e"), [1, 4]);
  assert.deepEqual(found("RO:1..-1%2", "X a b c d"), [1, 2]);
  assert.deepEqual(found("RO:1#0+1", "X 2 a b c"), [2, 3]);
  assert.deepEqual(found("RO:1#1+2/2", "X y 2 a 1 b 2"), [3, 5]);
  assert.deepEqual(found("RO:1#0+1", "X 2 a"), undefined);
  assert.deepEqual(found("RO:KEYS@1", "X keys KEYS b"), [2]);
  assert.deepEqual(found("RO:KEYS@-2..-1", "X KEYS a KEYS b"), [4]);
  assert.deepEqual(found("RO:KEYS@1..-1", "X a b"), []);
  assert.deepEqual(found("RO:KEYS@5", "X a"), []);
  assert.deepEqual(found("RO:?", "X a"), []);
});

test("a keyword is one in letters of either case alone", () => {
  assert.deepEqual(positionsOf(["XREAD", "Streams", "a", "0"]), [2]);
  // The letter is one that is an S in upper case.
  assert.deepEqual(positionsOf(["XREAD", "\u017ftreams", "a", "0"]), []);
  assert.deepEqual(positionsOf(["MIGRATE", "h", 1, "", 0, 1, "AUTH\x12", "KEYS", "a"]), [8]);
  assert.deepEqual(positionsOf(["MIGRATE", "h", 1, "", 0, 1, "AUTH2", "KEYS", "KEYS", "KEYS", "a"]), [10]);
});

test("what is no key spec is refused", () => {
  for (const text of ["", "1", "RX:1", "RO:", "RO:1..", "RO:1#0", "RO:keys@1", "RO:1%2", "RO:1/x"]) {
    assert.throws(() => parseKeySpec(text), { name: "TypeError", message: `Cannot read the key spec ${text}` });
  }
});
