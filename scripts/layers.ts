/**
 * Checks that the code keeps to docs/architecture.md: who imports whom, no ring, no runtime in src/, no
 * promise, time or chance in the pure folders. The rules themselves are in scripts/layers_rules.ts.
 *
 * Usage: `deno run -A scripts/layers.ts`; prints each violation as `path:line: what` and exits 1.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { violations } from "./layers_rules.ts";

const FOLDERS = ["src", "adapters", "entries"];

function sources(): Map<string, string> {
  const paths = existsSync("mod.ts") ? ["mod.ts"] : [];
  for (const folder of FOLDERS) {
    if (!existsSync(folder)) continue;
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (path.endsWith(".ts")) paths.push(`${folder}/${path.replaceAll("\\", "/")}`);
    }
  }
  return new Map(paths.sort().map((path) => [path, readFileSync(path, "utf8")]));
}

if (import.meta.main) {
  process.chdir(join(import.meta.dirname!, ".."));
  const files = sources();
  const found = violations(readFileSync("docs/architecture.md", "utf8"), files);
  for (const { path, line, what } of found) console.log(`${path}:${line}: ${what}`);
  if (found.length > 0) process.exitCode = 1;
  else console.log(`The layers hold: ${files.size} files, no import against the table, no ring, no runtime in src/`);
}
