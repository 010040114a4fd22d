/** What the command functions put on the wire, what they refuse, and that no command is without rows. */
import assert from "node:assert/strict";
import { functionOf } from "../../scripts/known_commands.ts";
import { commandFunctions as commandFunctionsByName } from "../../src/client/command_functions.ts";
import * as methods from "../../src/commands/methods.ts";
import { test } from "../support/harness.ts";
import { commandFunctions, functionsOf } from "./coverage.ts";
import { tables } from "./tables.ts";

for (const [group, { words, refusals }] of tables) {
  if (words.length === 0) continue;
  test(`commands on ${group}: each call gives exactly these words`, () => {
    for (const [name, make, expected] of words) assert.deepEqual(make().words, expected, name);
  });

  test(`commands on ${group}: each misuse is a TypeError that says what is wrong`, () => {
    for (const [name, make, message] of refusals) assert.throws(make, { name: "TypeError", message }, name);
  });
}

test("every command has rows of words", () => {
  const covered = new Set([...tables.values()].flatMap(({ words }) => words.flatMap(([name]) => functionsOf(name))));
  assert.deepEqual(commandFunctions.filter((name) => !covered.has(name)), []);
});

test("nothing but commands is exported to be a method", () => {
  assert.deepEqual(Object.keys(commandFunctionsByName()).sort(), Object.keys(methods).sort());
});

test("every row is about a function that there is", () => {
  const names = [...tables.values()].flatMap((table) => [
    ...table.words.map(([name]) => name),
    ...table.refusals.map(([name]) => name),
    ...table.server.map(({ name }) => name),
  ]);
  assert.deepEqual(names.filter((name) => functionsOf(name).length === 0), []);
});

test("a function is called as its command, in lower case, its parts joined", () => {
  for (const { words: rows } of tables.values()) {
    for (const [row, make] of rows) {
      const [name] = functionsOf(row);
      if (name === undefined || name === "call") continue;
      const [first, second, third] = make().words;
      const possible = [`${first}`, `${first} ${second}`, `${first} ${second} ${third}`].map(functionOf);
      assert.ok(possible.includes(name), `${row}: ${first} ${second}`);
    }
  }
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
