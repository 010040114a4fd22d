/** Text that repeats is copied within the buffer: what is sent is the same as if it were encoded each time. */
import assert from "node:assert/strict";
import { Encoder } from "../../src/resp/encoder.ts";
import { test } from "../support/harness.ts";
import { textOf, utf8 } from "../support/wire.ts";

function sent(words: readonly string[]): string {
  return `*${words.length}\r\n` + words.map((word) => `$${utf8(word).length}\r\n${word}\r\n`).join("");
}

// Made at run time, so that equal texts are not one and the same string.
function copyOf(text: string): string {
  return textOf(utf8(text));
}

const LONG = "payload:".repeat(8);
const rows: [name: string, commands: string[][]][] = [
  ["the same text in one command", [["SET", LONG, LONG]]],
  ["the same text in several commands", [["SET", "a", LONG], ["SET", "b", LONG], ["SET", "c", LONG]]],
  ["an equal text that is another string", [["SET", "a", LONG], ["SET", "b", copyOf(LONG)]]],
  ["texts of one length that differ at their ends", [["SET", "a", `${LONG}1`], ["SET", "b", `${LONG}2`]]],
  ["two texts in turn", [["A", LONG], ["B", `${LONG}x`], ["C", LONG], ["D", `${LONG}x`]]],
  ["the same text beyond ASCII", [["SET", "a", `${LONG}é`], ["SET", "b", `${LONG}é`], ["SET", "c", LONG]]],
  ["a text of 47 characters", [["SET", "x".repeat(47), "x".repeat(47)]]],
  ["a text of 48 characters", [["SET", "x".repeat(48), "x".repeat(48)]]],
  ["a text of 4,095 characters", [["SET", "x".repeat(4_095), "x".repeat(4_095)]]],
  ["a text of 4,096 characters", [["SET", "x".repeat(4_096), "x".repeat(4_096)]]],
];

for (const [name, commands] of rows) {
  test(`encoder: ${name} is sent as it is`, () => {
    const encoder = new Encoder();
    for (const words of commands) encoder.write(words);
    assert.equal(textOf(encoder.take()), commands.map(sent).join(""));
  });
}

test("encoder: a text that repeats while the buffer grows is sent as it is", () => {
  const encoder = new Encoder();
  const commands = Array.from({ length: 2_000 }, (_, i) => ["SET", `key:${i}`, i % 7 === 0 ? `${LONG}${i}` : LONG]);
  for (const words of commands) encoder.write(words);
  assert.equal(textOf(encoder.take()), commands.map(sent).join(""));
});

for (const reusable of [true, false]) {
  test(`encoder: a text of the last output is encoded anew, in ${reusable ? "the same" : "another"} buffer`, () => {
    const encoder = new Encoder();
    encoder.write(["SET", "a", LONG]);
    encoder.take();
    encoder.release(reusable);
    encoder.write(["GET", "something that is written over it, something that is written over it"]);
    encoder.write(["SET", "b", LONG]);
    assert.equal(
      textOf(encoder.take()),
      sent(["GET", "something that is written over it, something that is written over it"]) + sent(["SET", "b", LONG]),
    );
  });
}

test("encoder: a text of what was dropped is encoded anew", () => {
  const encoder = new Encoder();
  encoder.write(["SET", "a", LONG]);
  encoder.truncate(0);
  encoder.write(["SET", "other", "y".repeat(64), LONG]);
  assert.equal(textOf(encoder.take()), sent(["SET", "other", "y".repeat(64), LONG]));
});

test("encoder: a text of a command that was refused is encoded anew", () => {
  const encoder = new Encoder();
  assert.throws(() => encoder.write(["SET", LONG, undefined as never]), TypeError);
  encoder.write(["SET", "other", "y".repeat(64), LONG]);
  assert.equal(textOf(encoder.take()), sent(["SET", "other", "y".repeat(64), LONG]));
});
