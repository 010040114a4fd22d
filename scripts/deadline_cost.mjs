/**
 * Holds the cost of deadlines under 5 % of the throughput, on every runtime; the last line is `N passed, N failed`.
 *
 *   node scripts/deadline_cost.mjs [--entry FILE] [RUNTIME…]
 *
 * On each RUNTIME, all that are tested when none is named, scripts/deadline_cost_program.mjs measures the package that
 * was built, or the main entry FILE of another build, against a real server. What costs more is measured again, up to
 * three times in all, since times on a busy machine scatter; a cost that is real is there each time. Expects
 * `npm/package`, and a Node that strips types, since the server is that of tests/support.
 */
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startServer } from "../tests/support/server.ts";
import { must, root, runtime } from "./processes.mjs";

const LEAST = 0.95;
const ROUNDS = 45;
const TRIES = 3;
const RUNTIMES = ["deno", "bun", "node20", "node26"];
const ARGUMENTS = { deno: ["run", "-A", "--no-lock"] };

const { values, positionals } = parseArgs({ options: { entry: { type: "string" } }, allowPositionals: true });
const entry = pathToFileURL(resolve(values.entry ?? join(root, "npm", "package", "mod.js"))).href;
const program = join(root, "scripts", "deadline_cost_program.mjs");
const server = await startServer();
let passed = 0;
let failed = 0;
try {
  for (const name of positionals.length > 0 ? positionals : RUNTIMES) {
    const over = new Set();
    for (let attempt = 1; attempt === 1 || (attempt <= TRIES && over.size > 0); attempt++) {
      for (const result of await measure(name)) {
        if (attempt > 1 && !over.has(result.name)) continue;
        report(name, result);
        if (result.ratio >= LEAST) {
          over.delete(result.name);
          passed++;
        } else over.add(result.name);
      }
    }
    failed += over.size;
  }
} finally {
  await server.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function measure(name) {
  const output = await must(runtime(name), [...ARGUMENTS[name] ?? [], program, entry, server.url, String(ROUNDS)]);
  return JSON.parse(output);
}

function report(runtime, { name, perSecond, ratio }) {
  const figure = `${(100 * ratio).toFixed(1)} % of ${perSecond} calls/s are left with deadlines`;
  console.log(`${runtime}, ${name}: ${figure}, must be ${100 * LEAST} %${ratio >= LEAST ? "" : " - too few"}`);
}
