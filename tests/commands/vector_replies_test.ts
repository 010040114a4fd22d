/** Replies of vector sets that no server of the tests gives yet, in the form of either protocol. */
import assert from "node:assert/strict";
import * as c from "../../src/commands/mod.ts";
import { PLAIN, type Value } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";

test("elements with attributes read the same from a flat list as from a map", () => {
  const { reader } = c.vsim("k", [1], { withAttribs: true });
  assert.deepEqual(reader.read(["a", "{}", "b", null], PLAIN), [
    { member: "a", attributes: "{}" },
    { member: "b", attributes: null },
  ]);
  assert.deepEqual(reader.read([], PLAIN), []);
});

test("elements with scores and attributes read the same from a flat list as from a map of pairs", () => {
  const { reader } = c.vsim("k", [1], { withScores: true, withAttribs: true });
  const expected = [{ member: "a", score: 1, attributes: "{}" }, { member: "b", score: 0.5, attributes: null }];
  const flat: Value = ["a", "1", "{}", "b", "0.5", null];
  const map: Value = ["a", [1, "{}"], "b", [0.5, null]];
  assert.deepEqual(reader.read(flat, PLAIN), expected);
  assert.deepEqual(reader.read(map, PLAIN), expected);
  assert.deepEqual(reader.read([], PLAIN), []);
});
