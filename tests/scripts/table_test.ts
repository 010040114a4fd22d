/** How the table is made of what servers say. */
import assert from "node:assert/strict";
import { merge } from "../../scripts/table_merge.ts";
import type { CommandEntry } from "../support/command_entries.ts";
import { test } from "../support/harness.ts";

function entry(name: string, marks: string, specs = ""): CommandEntry {
  return { name, container: false, marks: marks.split(" "), specs: specs.split(" ").filter(Boolean) };
}

function tableOf(...servers: CommandEntry[][]): string {
  return merge(servers, [], new Map()).table;
}

test("table: a permission holds when all say so, a caution when one does", () => {
  const old = [entry("X", "readonly loading stale"), entry("Y", "write blocking")];
  const young = [entry("X", "loading denyoom"), entry("Y", "write no_multi")];
  assert.equal(tableOf(young, old), "denyoom loading; ; X\nwrite blocking no_multi; ; Y");
  assert.equal(tableOf(old, young), tableOf(young, old));
});

test("table: the newest that knows a command gives its key specs and policies", () => {
  const old = [entry("X", "request_policy:multi_shard response_policy:agg_min", "RW:1"), entry("Y", "write", "RW:1")];
  const young = [entry("X", "response_policy:agg_sum", "OW:1")];
  const { table, differences } = merge([young, old], [], new Map());
  assert.equal(table, "response_policy:agg_sum; OW:1; X\nwrite; RW:1; Y");
  assert.deepEqual(differences, [
    "X: policies: response_policy:agg_sum | request_policy:multi_shard response_policy:agg_min",
    "X: key specs: OW:1 | RW:1",
  ]);
});

test("table: what clients do not go by is left out, and commands with the same facts share a line", () => {
  const server = [entry("B C", "fast write", "RW:1"), entry("A", "write noscript", "RW:1"), entry("D", "write")];
  assert.equal(tableOf(server), "write; RW:1; A B|C\nwrite; ; D");
});

test("table: a container alone is no command", () => {
  assert.equal(tableOf([{ ...entry("A", "admin"), container: true }, entry("A B", "admin")]), "admin; ; A|B");
});

test("table: long lines are wrapped", () => {
  const names = Array.from({ length: 30 }, (_, i) => `NAME${10 + i}`);
  const lines = tableOf(names.map((name) => entry(name, "write"))).split("\n");
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 120));
  assert.ok(lines.slice(1).every((line) => line.startsWith("  NAME")));
});

test("table: rows by hand are for what no server knows, and further marks for what is there", () => {
  const server = [entry("A", "readonly")];
  const { table } = merge([server], ["write; RW:1; B C|D\n  E"], new Map([["A", "dont_cache"]]));
  assert.equal(table, "readonly dont_cache; ; A\nwrite; RW:1; B C|D E");
  assert.throws(() => merge([server], ["write; ; A"], new Map()), /Cannot merge A: it is by hand and known already/);
  assert.throws(() => merge([server], [], new Map([["B", "write"]])), /Cannot add write to B: there is no such/);
  assert.throws(() => merge([server], [], new Map([["A", "readonly"]])), /Cannot add readonly to A: it has that/);
  assert.throws(() => merge([server], ["unheard; ; B"], new Map()), /Cannot order the marks unheard/);
});
