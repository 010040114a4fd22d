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
import { fanOutOf } from "../../src/routing/fan_out.ts";
import { routeOf } from "../../src/routing/route.ts";
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

test("docs/cluster.md has every command that goes to several nodes in its table, and no other", () => {
  const told = rowsOf("command").flatMap(([names, to]) => names.split(", ").map((name) => `${name}: ${to}`));
  const wanted = allFacts().filter(({ keySpecs }) => keySpecs.length === 0).flatMap((facts) => {
    const fan = fanOutOf(facts, facts.name.split(" "));
    return fan === undefined ? [] : [`${facts.name}: all ${fan.to}`];
  });
  assert.deepEqual(told.sort(), [...wanted].sort());
});

test("docs/cluster.md names every command that is split", () => {
  const named = new Set(textOf("Several keys").match(/\b[A-Z][A-Z.]+\b/g));
  const isSplit = (name: string): boolean => {
    const words = name === "MSETEX"
      ? [name, "2", "a", "1", "b", "2"]
      : name === "JSON.MSET"
      ? [name, "a", "$", "1", "b", "$", "2"]
      : name.startsWith("JSON.")
      ? [name, "a", "b", "$"]
      : /^MSET/.test(name)
      ? [name, "a", "1", "b", "2"]
      : [name, "a", "b"];
    try {
      return routeOf(command(words, status)).kind === "split";
    } catch {
      return false;
    }
  };
  const split = allFacts().map(({ name }) => name).filter((name) => !name.includes(" ") && isSplit(name));
  assert.ok(split.length >= 9, split.join());
  assert.deepEqual(split.filter((name) => !named.has(name)), []);
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
