/**
 * Runs `demo_program.mjs` on several runtimes, on a server that it starts on a free port and stops by its process id.
 *
 *   deno run -A scripts/demo.ts [RUNTIME…]     deno, bun and node when none is named
 *
 * Deno takes the library from this checkout's sources; Bun and Node take the npm package, built when it is missing or
 * older than the sources. Prints in colour on a terminal, plain elsewhere and where NO_COLOR is set. The exit
 * code is 1 when a runtime failed.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Server, startServer } from "../tests/support/server.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const program = join(root, "scripts", "demo_program.mjs");

process.exitCode = await main(process.argv.slice(2));

async function main(named: string[]): Promise<number> {
  const runtimes = named.length ? named : ["deno", "bun", "node"];
  process.chdir(root);
  if (runtimes.some((name) => name !== "deno") && !packageIsFresh()) {
    console.log("Building the npm package for Bun and Node ...");
    const { status } = spawnSync("node20", ["scripts/npm.mjs"], { stdio: "inherit" });
    if (status !== 0) return 1;
  }
  const server = await startServer();
  const project = installedPackage();
  try {
    console.log(`Started a server of its own: ${firstLine("redis-server", server)} on port ${server.port}`);
    const failed = runtimes.filter((name) => !runs(name, project, server.url));
    if (failed.length) {
      console.log(color(31, `\nIt failed on ${failed.join(" and ")}.`));
      return 1;
    }
    console.log(color(32, `\n${named.length ? "It" : "All three: it"} worked on ${runtimes.join(", ")}.`));
    return 0;
  } finally {
    await server.stop();
    rmSync(project, { recursive: true, force: true });
  }
}
