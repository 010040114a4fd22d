/**
 * The code in README.md and docs/ runs as it stands there, and prints what its comments say.
 *
 * Each ```ts block is a program of its own, run against a real server in place of localhost:6379, or the nodes of a real
 * cluster in place of localhost:7000 to 7005: three primaries, each with the replica three ports further. What a
 * `console.log` prints is held against the `// =>` comment on its line.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "../../mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type RealCluster, startCluster } from "../support/real_cluster.ts";
import { type Server, startServer } from "../support/server.ts";
import { Programs, wantsCluster } from "./programs.ts";

let server: Server;
let cluster: RealCluster;
const programs = new Programs();

beforeAll(async () => {
  [server, cluster] = await Promise.all([startServer(), startCluster()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), cluster.stop()]);
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

async function emptyServer(): Promise<void> {
  const redis = await connect(server.url);
  await redis.flushall();
  await redis.close();
}

async function emptyCluster(): Promise<void> {
  // The program before may have changed who is a primary.
  await cluster.untilSettled();
  for (const node of await cluster.primaries()) await node.command("FLUSHALL");
}

const files = [
  "README.md",
  ...readdirSync("docs").filter((name) => name.endsWith(".md")).sort().map((name) => `docs/${name}`),
];
for (const block of files.flatMap(blocksOf)) {
  test(`the code at ${block.name} runs and prints what it says`, { timeoutMs: 40_000 }, async () => {
    await (wantsCluster(block.code) ? emptyCluster() : emptyServer());
    const expected = [...block.code.matchAll(/\/\/ => (.*)$/gm)].map((found) => found[1]);
    assert.deepEqual(await programs.run(block.name, block.code, server, cluster), expected);
  });
}
