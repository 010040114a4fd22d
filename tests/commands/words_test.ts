/** What the command functions put on the wire, what they refuse, and that no command is without rows. */
import assert from "node:assert/strict";
import * as commands from "../../src/commands/mod.ts";
import { test } from "../support/harness.ts";
import { type Tables, tables } from "./tables.ts";

for (const [group, { words, refusals }] of tables) {
  if (words.length === 0) continue;
  test(`commands on ${group}: each call gives exactly these words`, () => {
    for (const [name, make, expected] of words) assert.deepEqual(make().words, expected, name);
  });

  test(`commands on ${group}: each misuse is a TypeError that says what is wrong`, () => {
    for (const [name, make, message] of refusals) assert.throws(make, { name: "TypeError", message }, name);
  });
}

/** The commands that rows are about: the first word of each name. */
function covered(names: (table: Tables) => readonly string[]): Set<string> {
  return new Set([...tables.values()].flatMap(names).map((name) => /^\w+/.exec(name)![0]));
}

const names = Object.keys(commands).filter((name) => name !== "command");

test("every command has rows of words and of replies", () => {
  const inWords = covered((table) => table.words.map(([name]) => name));
  const onServer = covered((table) => table.server.map(({ name }) => name));
  assert.deepEqual(names.filter((name) => !inWords.has(name)), [], "rows of words");
  assert.deepEqual(names.filter((name) => !onServer.has(name)), [], "rows of replies");
});

test("a command can be made twice and shares nothing that changes", () => {
  for (const { words } of tables.values()) {
    for (const [name, make] of words) {
      const first = make(), second = make();
      assert.notEqual(first.words, second.words, name);
      assert.equal(first.reader, second.reader, name);
    }
  }
});
