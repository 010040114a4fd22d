/**
 * The index of defects names tests that there are, and every test of this folder.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "../support/harness.ts";
import { index } from "./index.ts";

const FOLDER = "tests/defects";

/** The names of a file's tests, as they stand in its source. */
function namesOf(text: string): string[] {
  return [...text.matchAll(/\btest\(\s*(["`])(.+?)\1,/gs)].map((found) => found[2]);
}

test("every test that the index of defects names is there, and its row", () => {
  const missing: string[] = [];
  for (const { file, rows } of index) {
    const text = readFileSync(file, "utf8");
    const names = namesOf(text);
    for (const [name, , row] of rows) {
      if (!names.some((each) => each.includes(name))) missing.push(`${file}: ${name}`);
      if (row !== undefined && !text.includes(row)) missing.push(`${file}: the row ${row}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("every test about a defect is in the index of defects", () => {
  const missing: string[] = [];
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith("_test.ts") && each !== "index_test.ts")) {
    const file = `${FOLDER}/${name}`;
    const rows = index.find((each) => each.file === file)?.rows ?? [];
    for (const title of namesOf(readFileSync(file, "utf8"))) {
      if (!rows.some(([begin]) => title.startsWith(begin))) missing.push(`${file}: ${title}`);
    }
  }
  assert.deepEqual(missing, []);
});
