/**
 * Runs every check and the whole suite on every runtime; the last line is `N passed, N failed`, over all of them.
 *
 *   node scripts/run_tests.mjs [--only NAME,NAME…] [PATTERN…]
 *
 * Stages: ok (`deno task ok` without its tests), npm (the package, built and checked), table (is the table of commands
 * what the servers say?), examples (those of docblocks, by `deno test --doc`), weight (what the package costs its users),
 * deadlines (what these cost in throughput), deno and bun (the sources), node20 and node26 (the packed package, with the
 * tests compiled beside it), deno-clusters, bun-clusters and node26-clusters (the tests over real clusters),
 * cluster-support (what starts these), workerd (the packed package in the real workerd, with scenarios of its own), demo
 * (scripts/demo), node22 and node24 (the demo's program against the packed package). --only names the stages to run; a
 * PATTERN keeps the test files whose path holds it, and leaves the stages without test files out. As CI has two cores,
 * two stages run at a time, with small ones and those that mostly wait beside them, and what measures time runs alone.
 * All output is kept in .tools/logs.
 *
 * Beside its tests, a runtime is failed by a runner that ends badly, and by a server that it leaves behind; and all
 * runtimes must have run the same tests. Expects `scripts/setup test` to have run: scripts/test does both.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { differences } from "./junit.mjs";
import { must, npmBin, root, run, runtime } from "./processes.mjs";
import { endLeftServers, runSuite, suites } from "./suites.mjs";

const STAGE_MS = 10 * 60_000;
/** The tests over real clusters, which mostly wait for elections, and so run beside the others. */
const CLUSTERS = /^tests\/cluster\//;
/** What those stand on, which one runtime is enough for. */
const SUPPORT = /\/real_cluster_test/;

const { values, positionals: patterns } = parseArgs({ options: { only: { type: "string" } }, allowPositionals: true });
const stages = {
  ok: () => counted("deno task ok", runtime("deno"), ["task", "ok", "--no-tests"]),
  npm: () => counted("npm package and its checks", process.execPath, ["scripts/npm.mjs", "--check"]),
  table: () => single("table of commands against the servers", runtime("deno"), ["task", "table", "--check"]),
  examples: () => single("examples by deno test --doc", runtime("deno"), ["task", "doc-tests"]),
  deadlines: (folder) =>
    counted("cost of deadlines", process.execPath, ["scripts/deadline_cost.mjs"], { TMPDIR: folder }),
  weight: () => counted("weight of the package", process.execPath, ["scripts/weight.mjs"]),
  deno: suite("deno"),
  bun: suite("bun"),
  node20: suite("node20"),
  node26: suite("node26"),
  "deno-clusters": suite("deno", CLUSTERS),
  "bun-clusters": suite("bun", CLUSTERS),
  "node26-clusters": suite("node26", CLUSTERS),
  "cluster-support": suite("deno", SUPPORT),
  workerd: (folder) => counted("workerd", process.execPath, ["scripts/workerd.mjs"], { TMPDIR: folder }),
  demo: () => single("scripts/demo", join(root, "scripts", "demo"), []),
  node22: () => single("demo program on Node 22", runtime("deno"), ["run", "-A", "scripts/demo.ts", "node22"]),
  node24: () => single("demo program on Node 24", runtime("deno"), ["run", "-A", "scripts/demo.ts", "node24"]),
};
// Who asks for some files wants them where he says, whatever they are.
const apart = !patterns.length;
const wanted = values.only?.split(",") ?? (apart ? Object.keys(stages) : Object.keys(suites));
const unknown = wanted.filter((name) => !(name in stages));
if (unknown.length) {
  console.error(`Cannot run ${unknown.join(", ")}: the stages are ${Object.keys(stages).join(", ")}`);
  process.exit(2);
}

// A runner that is ended from outside ends what it started: run() listens for the exit.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

const temporary = mkdtempSync(join(tmpdir(), "respwire-run-"));
const files = readdirSync(join(root, "tests"), { recursive: true }).map((file) => `tests/${file}`)
  .filter((file) => file.endsWith("_test.ts") && (!patterns.length || patterns.some((part) => file.includes(part))))
  .sort();
if (patterns.length && !files.length) {
  console.error(`Cannot run ${patterns.join(", ")}: no test file has that in its path`);
  process.exit(2);
}
const results = [];
const logs = join(root, ".tools", "logs");
mkdirSync(logs, { recursive: true });
try {
  await pair("ok", "npm");
  if (wanted.some((name) => name.startsWith("node"))) await compileTests(wanted.includes("npm"));
  else if (wanted.includes("workerd") && !wanted.includes("npm")) await must(process.execPath, ["scripts/npm.mjs"]);
  await pair("examples", "table", "workerd");
  await pair("weight");
  await pair("deadlines");
  await Promise.all([
    inTurn("deno", "node20"),
    inTurn("bun", "node26"),
    inTurn("deno-clusters", "node26-clusters"),
    inTurn("bun-clusters", "cluster-support"),
  ]);
  await pair("demo", "node22", "node24");
  compareSuites();
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
summarize();

/** Runs those of the stages that are wanted, at the same time. */
async function pair(...names) {
  await Promise.all(names.filter((name) => wanted.includes(name)).map(runStage));
}

/** Runs those of the stages that are wanted, one after the other. */
async function inTurn(...names) {
  for (const name of names) if (wanted.includes(name)) await runStage(name);
}

async function runStage(name) {
  console.log(`running ${name} ...`);
  // Servers and files of a stage stay apart from another's, and are looked for here when it has ended.
  const folder = join(temporary, name);
  mkdirSync(folder);
  let result;
  try {
    result = await stages[name](folder);
  } catch (error) {
    result = { title: name, passed: 0, failures: [{ name, detail: error.message }], output: error.stack };
  }
  for (const pid of await endLeftServers(folder)) {
    result.failures.push({ name: `${name} leaves no server behind`, detail: `process ${pid} was still running` });
  }
  results.push({ skipped: 0, seconds: 0, ...result, stage: name });
  writeFileSync(join(logs, `${name}.log`), result.output);
  // The failures of a suite are all listed at the end; those of other stages are only in their output.
  const told = result.names && !result.runnerFailed;
  if (result.failures.length && !told) console.log(`\n===== ${name}: its output =====\n${result.output}`);
  console.log(`${name}: ${result.passed} passed, ${result.failures.length} failed`);
}

/** A program that counts for itself: its last line is `N passed, N failed`. */
async function counted(title, command, args, env = {}) {
  const { code, output, seconds } = await run(command, args, { env, timeoutMs: STAGE_MS });
  const [, passed, failed] = /(?:^|\n)(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
  const failures = Array.from({ length: Number(failed ?? 0) }, () => ({ name: title, detail: "see its output above" }));
  if (passed === undefined) failures.push({ name: title, detail: "it ended without a count" });
  if (code !== 0 && !failures.length) failures.push({ name: title, detail: `exit code ${code}` });
  return { title, passed: Number(passed ?? 0), failures, output, seconds };
}

/** A program that is one test: it passes when its exit code is 0. */
async function single(title, command, args) {
  const { code, output, seconds } = await run(command, args, { timeoutMs: STAGE_MS });
  const failures = code === 0 ? [] : [{ name: title, detail: `exit code ${code}` }];
  return { title, passed: failures.length ? 0 : 1, failures, output, seconds };
}

function suite(name, only) {
  return async (folder) => {
    const own = files.filter((file) => !apart || (only?.test(file) ?? !(CLUSTERS.test(file) || SUPPORT.test(file))));
    const result = await runSuite(name, own, { folder, timeoutMs: STAGE_MS });
    if (only === undefined) return result;
    const what = only === CLUSTERS ? "real clusters" : "support of those";
    return { ...result, title: `${result.title}, ${what}`, family: what };
  };
}

/** Unpacks the tarball and compiles the tests into it, so that what they import is the packed code. */
async function compileTests(built) {
  if (!built) await must(process.execPath, ["scripts/npm.mjs"]);
  const folder = join(root, "npm", "test");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tarball = readdirSync(join(root, "npm")).find((name) => name.endsWith(".tgz"));
  await must("tar", ["-xzf", join(root, "npm", tarball), "-C", folder]);
  // What tests import beside the entry points, out of the same chunks.
  cpSync(join(root, "npm", "insides"), join(folder, "package"), { recursive: true });
  await must(process.execPath, [npmBin("typescript", "bin", "tsc"), "-p", "tsconfig.tests.json"]);
  console.log(`compiled the tests into ${relative(root, folder)}`);
}

/** Every runtime must have the same tests, by name and number; a test that one lacks counts as failed. */
function compareSuites() {
  const failures = [];
  let compared = 0;
  for (const wanted of [undefined, "real clusters"]) {
    const [first, ...others] = results.filter(({ names, family }) => names && family === wanted);
    compared += others.length;
    for (const { stage, names } of others) {
      for (const { name, count } of differences(first.names, names)) {
        const [has, lacks] = count > 0 ? [first.stage, stage] : [stage, first.stage];
        failures.push({ name, detail: `on ${has} but not on ${lacks}` });
      }
    }
  }
  if (!compared) return;
  const title = "the same tests on every runtime";
  results.push({ stage: "same", title, passed: failures.length ? 0 : 1, failures, skipped: 0, seconds: 0 });
}

function summarize() {
  const order = [...Object.keys(stages), "same"];
  results.sort((a, b) => order.indexOf(a.stage) - order.indexOf(b.stage));
  const failures = results.flatMap(({ title, failures }) => failures.map((failure) => ({ ...failure, title })));
  if (failures.length) console.log("\nFailed:");
  for (const { title, name, detail } of failures) {
    console.log(`\n- ${title}: ${name}\n${detail.replace(/^/gm, "    ")}`);
  }

  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  console.log(
    `\n${"".padEnd(34)}${["passed", "failed", "skipped", "seconds"].map((word) => word.padStart(9)).join("")}`,
  );
  for (const { title, passed, failures, skipped, seconds } of results) {
    const cells = [passed, failures.length, skipped, seconds.toFixed(1)];
    console.log(`${title.padEnd(34)}${cells.map((cell) => String(cell).padStart(9)).join("")}`);
  }
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length || passed === 0 ? 1 : 0;
}
