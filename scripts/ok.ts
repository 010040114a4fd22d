/**
 * Runs every check that needs no server, all of them, with a line for each and the output of what failed.
 *
 * Usage: `deno task ok [--no-tests]`; exits 1 where one failed. With `--no-tests` the pure tests are left out, as
 * scripts/test does, which runs them on every runtime. Checks run one after the other, so that output and
 * load stay readable; the deno that runs this runs them.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Test files right in these folders need no server. */
const PURE_TESTS = ["tests/pure", "tests/session", "tests/scripts"];
const PURE_TEST_FILES = ["tests/types_test.ts", "tests/commands/words_test.ts"];

interface Check {
  name: string;
  /** Arguments of deno. */
  args: string[];
}

function checks(): Check[] {
  const code = existing(["mod.ts", "entries", "src", "adapters"]);
  const pages = [...existing(["README.md"]), ...filesIn("docs", ".md")];
  const pureTests = [...existing(PURE_TEST_FILES), ...PURE_TESTS.flatMap((folder) => filesIn(folder, "_test.ts"))];
  const entryPoints: string[] = Object.values(JSON.parse(readFileSync("deno.json", "utf8")).exports);
  return [
    { name: "format", args: ["fmt", "--check"] },
    { name: "lint", args: ["lint", "--quiet"] },
    { name: "types", args: ["check", "--quiet", ...code, ...existing(["tests", "scripts"])] },
    { name: "layers", args: ["run", "-A", "scripts/layers.ts"] },
    { name: "generated methods", args: ["run", "-A", "scripts/api.ts", "--check"] },
    { name: "coverage of commands", args: ["run", "-A", "scripts/coverage.ts"] },
    { name: "documentation", args: ["doc", "--lint", "--quiet", ...entryPoints] },
    { name: "examples", args: ["check", "--quiet", "--doc", ...code, ...pages] },
    { name: "publishing", args: ["publish", "--dry-run", "--allow-dirty", "--quiet"] },
    { name: "sizes", args: ["run", "-A", "scripts/sizes.ts"] },
    ...(Deno.args.includes("--no-tests")
      ? []
      : [{ name: "pure tests", args: ["test", "-A", "--no-check", "--quiet", ...pureTests] }]),
  ];
}

function existing(paths: readonly string[]): string[] {
  return paths.filter((path) => existsSync(path));
}

function filesIn(folder: string, end: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(end)).sort().map((name) => `${folder}/${name}`);
}

async function run({ name, args }: Check): Promise<boolean> {
  const start = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${success ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (!success) {
    console.log(`       deno ${args.join(" ")}`);
    await Deno.stdout.write(stdout);
    await Deno.stdout.write(stderr);
  }
  return success;
}

if (import.meta.main) {
  Deno.chdir(join(import.meta.dirname!, ".."));
  const all = checks();
  let passed = 0;
  for (const check of all) if (await run(check)) passed++;
  console.log(`${passed} passed, ${all.length - passed} failed`);
  if (passed < all.length) Deno.exitCode = 1;
}
