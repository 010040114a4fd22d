/**
 * The table of options in docs/connecting.md names each option that there is, and no other, with its default.
 *
 * What there is, is read from the source of the interfaces, which the table of checks in src/options.ts has to cover to
 * compile; the defaults come from what an empty record of options is made into.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { clusterSettingsOf } from "../../src/options.ts";
import { test } from "../support/harness.ts";

const OPTIONS = "src/connect_options.ts";
const CLUSTER_OPTIONS = "src/cluster_options.ts";

/** The fields of an interface in a source file, in their order. */
function fieldsOf(file: string, name: string): string[] {
  const found = new RegExp(`^export interface ${name}(?: extends (\\w+))? \\{\\n(.*?)^\\}`, "ms").exec(
    readFileSync(file, "utf8"),
  );
  assert.ok(found !== null, `there is no ${name} in ${file}`);
  const own = [...found[2].matchAll(/^ {2}(\w+)\??:/gm)].map((field) => field[1]);
  if (found[1] === undefined) return own;
  return [...fieldsOf(found[1] === "ClusterOptions" ? CLUSTER_OPTIONS : file, found[1]), ...own];
}

const groups: Readonly<Record<string, () => string[]>> = {
  tls: () => fieldsOf("src/stream.ts", "TlsOptions"),
  retry: () => fieldsOf(OPTIONS, "RetryOptions"),
  reconnect: () => fieldsOf(OPTIONS, "ReconnectOptions"),
  pool: () => fieldsOf(OPTIONS, "PoolOptions"),
  limits: () => fieldsOf("src/resp/value.ts", "Limits"),
};

/** The rows of the table: the options that each is about, and what is said of their absence. */
function rowsOf(text: string): [names: string[], absent: string][] {
  const table = text.slice(text.indexOf("## Options")).split("\n\n").find((part) => part.startsWith("| option"))!;
  return table.split("\n").slice(2).map((line) => {
    const [names, , absent] = line.split(/(?<!\\)\|/).slice(1).map((cell) => cell.trim());
    return [[...names.matchAll(/`([\w.]+)`/g)].map((name) => name[1]), absent];
  });
}

const rows = rowsOf(readFileSync("docs/connecting.md", "utf8"));

test("docs/connecting.md has every option in its table, and no other", () => {
  const wanted = fieldsOf(OPTIONS, "ConnectOptions").flatMap((name) => {
    const fields = groups[name]?.().map((field) => `${name}.${field}`) ?? [];
    // The fields of these groups are all there is to say; the others have a form without fields, too.
    return ["retry", "pool", "limits"].includes(name) ? fields : [name, ...fields];
  });
  const named = rows.flatMap(([names]) => names);
  assert.deepEqual([...named].sort(), [...wanted].sort());
});

test("docs/connecting.md gives the defaults that hold", () => {
  const { cluster, ...each } = clusterSettingsOf({});
  const settings: Record<string, unknown> = { ...cluster, ...each };
  const wrong: string[] = [];
  for (const [names, absent] of rows) {
    if (names.length !== 1) continue;
    const [group, field] = names[0].split(".");
    const value = field === undefined
      ? settings[group]
      : (settings[group] as Record<string, unknown> | undefined)?.[field];
    // What is no number, text or flag is said in words.
    const text = typeof value === "number" && value !== Infinity
      ? value.toLocaleString("en-US")
      : typeof value === "string"
      ? `\`${value}\``
      : typeof value === "boolean"
      ? String(value)
      : undefined;
    if (text !== undefined && absent.replaceAll("`", "") !== text.replaceAll("`", "")) {
      wrong.push(`${names[0]}: ${text}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("docs/errors.md has every error class in its table", () => {
  const table = readFileSync("docs/errors.md", "utf8");
  const classes = [...readFileSync("src/errors.ts", "utf8").matchAll(/^export class (\w+)/gm)].map((found) => found[1]);
  for (const name of classes) {
    if (name !== "RedisError") assert.match(table, new RegExp(`^\\| \`${name}\` `, "m"), name);
  }
});

test("docs/connecting.md has every event in its table", () => {
  const text = readFileSync("docs/connecting.md", "utf8");
  for (const name of fieldsOf("src/events.ts", "ClientEvents")) {
    assert.match(text, new RegExp(`^\\| \`${name}\` `, "m"), name);
  }
});
