/**
 * The code in README.md and docs/ runs as it stands there, and prints what its comments say.
 *
 * Each ```ts block is a program of its own, run against a real server in place of localhost:6379. What a
 * `console.log` prints is held against the `// =>` comment on its line.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "../../mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { Programs } from "./programs.ts";

let server: Server;
const programs = new Programs();

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  programs.remove();
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

const files = [
  "README.md",
  ...readdirSync("docs").filter((name) => name.endsWith(".md")).sort().map((name) => `docs/${name}`),
];
for (const block of files.flatMap(blocksOf)) {
  test(`the code at ${block.name} runs and prints what it says`, { timeoutMs: 20_000 }, async () => {
    const redis = await connect(server.url);
    await redis.flushall();
    await redis.close();
    const expected = [...block.code.matchAll(/\/\/ => (.*)$/gm)].map((found) => found[1]);
    assert.deepEqual(await programs.run(block.name, block.code, server), expected);
  });
}
