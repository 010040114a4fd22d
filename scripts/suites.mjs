/**
 * The test suite on one runtime: the command of its runner, and its report turned into names and outcomes.
 *
 * Outcomes come from each runner's machine-readable report and are held against its exit code. A report that is missing, and a
 * bad exit without a failed test, count as one failed test. Deno runs with its leak sanitizers; Node runs the
 * compiled tests in npm/test/package, a process a file.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { testCases } from "./junit.mjs";
import { run, runtime } from "./processes.mjs";

// Past the harness's own limits: only for what it cannot see, such as a hook that never ends.
const RUNNER_LIMIT_MS = 300_000;

const LEAVING_MS = 1_000;

/** How each runtime runs test files, and writes a report to a path. */
export const suites = {
  deno: {
    title: "Deno",
    args: (files, report) => [
      ...["test", "-A", "--no-check", "--sanitize-ops", "--sanitize-resources", `--junit-path=${report}`],
      ...files,
    ],
  },
  bun: {
    title: "Bun",
    args: (files, report) => [
      ...["test", `--timeout=${RUNNER_LIMIT_MS}`, "--reporter=junit", `--reporter-outfile=${report}`],
      ...files.map((file) => `./${file}`),
    ],
  },
  node20: { title: "Node 20, packed package", args: nodeArguments },
  node26: { title: "Node 26, packed package", args: nodeArguments },
};

function nodeArguments(files, report) {
  return [
    ...["--enable-source-maps", "--test", "--test-concurrency=1"],
    ...[`--test-timeout=${RUNNER_LIMIT_MS}`, "--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...["--test-reporter=./scripts/node_reporter.mjs", `--test-reporter-destination=${report}`],
    ...files.map((file) => `npm/test/package/${file.replace(/\.ts$/, ".js")}`),
  ];
}

/** Runs the files on one runtime, with `folder` for its temporary files. */
export async function runSuite(name, files, { folder, timeoutMs }) {
  const { title, args } = suites[name];
  const report = join(folder, "report");
  const { code, output, seconds } = await run(runtime(name), args(files, report), {
    env: { TMPDIR: folder },
    timeoutMs,
  });
  const cases = existsSync(report) ? readReport(readFileSync(report, "utf8")) : [];
  const failures = cases.filter(({ outcome }) => outcome === "failed");
  const runnerFailed = !cases.length || (code !== 0 && !failures.length);
  if (!cases.length) failures.push({ name: "the runner reports its tests", detail: "there was no report" });
  else if (runnerFailed) {
    failures.push({ name: "the runner ends well", detail: `exit code ${code}, but no failed test` });
  }
  return {
    title,
    passed: cases.filter(({ outcome }) => outcome === "passed").length,
    skipped: cases.filter(({ outcome }) => outcome === "skipped").length,
    failures,
    runnerFailed,
    names: cases.map(({ name }) => name),
    output,
    seconds,
  };
}

function readReport(text) {
  if (text.startsWith("<")) return testCases(text);
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/**
 * Ends the servers that were started from a temporary folder and still run, and gives their process ids.
 * A process id alone could be another process's by now: it is one of ours when it works in its own folder there.
 */
export async function endLeftServers(folder) {
  const ended = [];
  for (const name of readdirSync(folder)) {
    const home = resolve(folder, name);
    const file = join(home, "server.pid");
    if (!existsSync(file)) continue;
    const pid = Number(readFileSync(file, "utf8"));
    // One that has just been killed may take a moment.
    for (let wait = 1; worksIn(pid, home); wait *= 2) {
      if (wait > LEAVING_MS) {
        process.kill(pid, "SIGKILL");
        ended.push(pid);
        break;
      }
      await new Promise((done) => setTimeout(done, wait));
    }
  }
  return ended;
}

function worksIn(pid, folder) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return false;
  }
}
