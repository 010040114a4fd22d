/** The harness: what fails must fail on every runtime, and clean-up runs in order. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "./harness.ts";

const isDeno = "Deno" in globalThis;
const isBun = "Bun" in globalThis;

const rows: { name: string; passes?: boolean }[] = [
  { name: "none", passes: true },
  { name: "throws" },
  { name: "rejects" },
  { name: "throws outside" },
  { name: "throws in a timer" },
  { name: "throws in a clean-up" },
  { name: "throws in beforeAll" },
  { name: "throws in afterAll" },
  { name: "never ends" },
  // Only Node waits for handles, and only Deno has sanitizers; a timer of a minute is a handle.
  { name: "leaves a listener open", passes: isDeno || isBun },
  { name: "leaks a timer", passes: isBun },
];

for (const { name, passes = false } of rows) {
  test(`harness: a file whose case is "${name}" ends as it should`, { timeoutMs: 60_000 }, () => {
    const { status, output } = runCase(name);
    assert.equal(status === 0, passes, `exit code ${status}\n${output}`);
    if (name.startsWith("throws")) assert.match(output, /planted/);
    if (name === "never ends") assert.match(output, /no result in 50 ms/);
  });
}

const order: string[] = [];

test("harness: clean-up is registered", (t) => {
  t.defer(() => order.push("first given"));
  t.defer(async () => {
    await Promise.resolve();
    order.push("second given");
  });
});

test("harness: clean-up of the test before ran, last given first", () => {
  assert.deepEqual(order, ["second given", "first given"]);
});

/** Runs the case's file under this runtime's own runner, with the flags that scripts/run_tests.mjs gives. */
function runCase(name: string): { status: number | null; output: string } {
  const file = fileURLToPath(import.meta.url).replace(/harness_test(?=\.\w+$)/, "failing_cases");
  const args = isDeno
    ? ["test", "-A", "--no-check", "--sanitize-ops", "--sanitize-resources", file]
    : isBun
    ? ["test", file]
    : ["--test", file];
  const env: Record<string, string | undefined> = { ...process.env, FAILING_CASE: name };
  // Set by node --test in what it runs, where it keeps a nested runner from running anything.
  delete env.NODE_TEST_CONTEXT;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8", timeout: 50_000 });
  return { status, output: stdout + stderr };
}
