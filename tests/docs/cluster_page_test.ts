/**
 * The tables of docs/cluster.md say what the code does: where commands without keys go, which ones are split, which
 * modes of reading and which selectors there are.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { command } from "../../src/commands/command.ts";
import { status } from "../../src/commands/readers.ts";
import { allFacts } from "../../src/routing/command_facts.ts";
import { type Route, routeOf } from "../../src/routing/route.ts";
import { test } from "../support/harness.ts";

const page = readFileSync("docs/cluster.md", "utf8");

/** The cells of a table's rows, of which the head begins with a word. */
function rowsOf(head: string): string[][] {
  const table = page.split("\n\n").find((part) => part.startsWith(`| ${head}`));
  assert.ok(table !== undefined, `there is no table of ${head}`);
  return table.trim().split("\n").slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

function textOf(heading: string): string {
  const from = page.indexOf(`## ${heading}\n`);
  return page.slice(from, page.indexOf("\n## ", from + 1));
}

/** Where a command goes; undefined when it is refused. */
function routeFor(...words: string[]): Route | undefined {
  try {
    return routeOf(command(words, status));
  } catch {
    return undefined;
  }
}

test("docs/cluster.md has every command that goes to several nodes in its table, and no other", () => {
  const told = rowsOf("command").flatMap(([names, to]) => names.split(", ").map((name) => `${name}: ${to}`));
  const wanted = [...allFacts()].flatMap(({ name }) => {
    const route = routeFor(...name.split(" "));
    return route?.kind === "everywhere" ? [`${name}: all ${route.fan.to}`] : [];
  });
  assert.deepEqual(told.sort(), wanted.sort());
});

test("docs/cluster.md names every command that is split, and no other", () => {
  const text = textOf("Several keys");
  const named = new Set(text.slice(0, text.indexOf("They are split")).match(/\b[A-Z][A-Z.]+\b/g));
  // Whatever the words of a command are, one of these forms is theirs.
  const forms = [["a", "b"], ["a", "1", "b", "2"], ["2", "a", "1", "b", "2"], ["a", "$", "1", "b", "$", "2"]];
  const split = [...allFacts()].map(({ name }) => name).filter((name) =>
    !name.includes(" ") && forms.some((words) => routeFor(name, ...words)?.kind === "split")
  );
  assert.deepEqual(split.sort(), [...named].filter((name) => name !== "NX" && name !== "XX").sort());
});

test("docs/cluster.md has every mode of reading and every selector in its tables", () => {
  const options = readFileSync("src/cluster_options.ts", "utf8");
  const wordsOf = (type: string) =>
    [
      ...new RegExp(`^export type ${type} =(.*?);$`, "ms").exec(options)![1].matchAll(/"(\w+)"/g),
    ].map((found) => found[1]);
  const told = (head: string) => rowsOf(head).map(([name]) => name.replaceAll("`", ""));
  assert.deepEqual(told("`readFrom`").sort(), wordsOf("ReadFrom").sort());
  const selectors = told("`selector`");
  for (const word of wordsOf("Selector")) assert.ok(selectors.includes(word), word);
  assert.equal(selectors.length, wordsOf("Selector").length + 2);
});
