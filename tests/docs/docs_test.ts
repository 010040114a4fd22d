/**
 * The code in README.md and docs/ runs as it stands there, and prints what its comments say.
 *
 * Each ```ts block is a program of its own, run against a real server in place of localhost:6379. What a
 * `console.log` prints is held against the `// =>` comment on its line.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";

// Beside the sources on Deno and Bun, beside the built package on Node.
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const root = new URL("../../", import.meta.url);
const exportsOf: Record<string, string> = JSON.parse(readFileSync("deno.json", "utf8")).exports;

let server: Server;
const folder = mkdtempSync(join(tmpdir(), "respwire-docs-"));

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Block {
  name: string;
  code: string;
}

function blocksOf(file: string): Block[] {
  const text = readFileSync(file, "utf8");
  const blocks: Block[] = [];
  for (const found of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    const line = text.slice(0, found.index).split("\n").length;
    blocks.push({ name: `${file} line ${line}`, code: found[1] });
  }
  return blocks;
}

/** The code with its imports and its server replaced by those at hand. */
function runnable(code: string): string {
  return code
    .replace(/"@respwire\/client(\/[a-z]+)?"/g, (_, entry: string | undefined) => {
      const file = exportsOf[entry === undefined ? "." : `.${entry}`].replace(/\.ts$/, extension);
      return JSON.stringify(new URL(file, root).href);
    })
    .replaceAll("redis://localhost:6379", server.url);
}

function format(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `Uint8Array [${[...value].join(", ")}]`;
  if (value instanceof Error) return `${value.name}: ${value.message.replaceAll(`:${server.port}`, ":6379")}`;
  if (Array.isArray(value)) return `[${value.map(format).join(", ")}]`;
  if (value instanceof Map) return `Map { ${[...value].map(([k, v]) => `${format(k)} => ${format(v)}`).join(", ")} }`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value).map(([name, each]) => `${name}: ${format(each)}`).join(", ")} }`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

async function printedBy(block: Block): Promise<string[]> {
  const file = join(folder, `${block.name.replace(/\W+/g, "_")}.mjs`);
  writeFileSync(file, runnable(block.code));
  const printed: string[] = [];
  const log = console.log;
  console.log = (...values: unknown[]) => printed.push(values.map(format).join(" "));
  try {
    await import(pathToFileURL(file).href);
  } finally {
    console.log = log;
  }
  return printed;
}

const files = [
  "README.md",
  ...readdirSync("docs").filter((name) => name.endsWith(".md")).sort().map((name) => `docs/${name}`),
];
for (const block of files.flatMap(blocksOf)) {
  test(`the code at ${block.name} runs and prints what it says`, { timeoutMs: 20_000 }, async () => {
    const expected = [...block.code.matchAll(/\/\/ => (.*)$/gm)].map((found) => found[1]);
    assert.deepEqual(await printedBy(block), expected);
  });
}
