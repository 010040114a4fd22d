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
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { startServer } from "../tests/support/server.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "npm", "package");
const TITLES: Record<string, string> = { deno: "Deno", bun: "Bun" };

process.exitCode = await main(process.argv.slice(2));

async function main(named: readonly string[]): Promise<number> {
  const runtimes = named.length ? named : ["deno", "bun", "node"];
  process.chdir(root);
  if (runtimes.some((name) => name !== "deno") && !packageIsFresh()) {
    console.log("Building the npm package, for Bun and Node ...");
    if (spawnSync("node24", ["scripts/npm.mjs"], { stdio: ["ignore", "ignore", "inherit"] }).status !== 0) return 1;
  }
  const server = await startServer();
  const project = userProject();
  try {
    const version = /version=([\d.]+)/.exec(server.output())?.[1] ?? "of an unknown version";
    console.log(`Started a Redis server ${version} on port ${server.port}`);
    const failed = runtimes.filter((name) => !works(name, project, server.url));
    if (failed.length) {
      console.log("\n" + color(31, `Failed on ${failed.map(titleOf).join(", ")}`));
      return 1;
    }
    const all = { 1: "It", 2: "Both", 3: "All three" }[runtimes.length] ?? "All";
    console.log("\n" + color(32, `${all} worked: ${runtimes.map(titleOf).join(", ")}`));
    return 0;
  } finally {
    await server.stop();
    rmSync(project, { recursive: true, force: true });
  }
}

/** Whether the npm package was built after the last change of a source. */
function packageIsFresh(): boolean {
  const stamp = join(built, "package.json");
  if (!existsSync(stamp)) return false;
  const { publish } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8")) as { publish: { include: string[] } };
  return publish.include.every((name) => changedAt(join(root, name)) <= statSync(stamp).mtimeMs);
}

function changedAt(path: string): number {
  if (!existsSync(path)) return 0;
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))));
}

/** A folder like a user's: the program, with the npm package installed. */
function userProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "respwire-demo-"));
  copyFileSync(join(root, "scripts", "demo_program.mjs"), join(folder, "demo_program.mjs"));
  mkdirSync(join(folder, "node_modules", "@respwire"), { recursive: true });
  symlinkSync(built, join(folder, "node_modules", "@respwire", "client"));
  return folder;
}

/** Runs the program on one runtime, with its output on this terminal. */
function works(name: string, project: string, url: string): boolean {
  const command = name === "node" ? suitableNode() : name;
  const [version] = /\d+\.\d+\.\d+/.exec(spawnSync(command, ["--version"], { encoding: "utf8" }).stdout ?? "") ?? [];
  console.log("\n" + color(1, `${titleOf(name).split(" ")[0]} ${version ?? ""}`));
  // Deno runs the sources, by the name that deno.json gives them; it needs the network permission alone.
  const args = name === "deno"
    ? ["run", "--no-lock", "--allow-net", join(root, "scripts", "demo_program.mjs"), url]
    : ["demo_program.mjs", url];
  const cwd = name === "deno" ? root : project;
  return spawnSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"], timeout: 60_000 }).status === 0;
}

/** The machine's own Node, or a pinned one where that is too old. */
function suitableNode(): string {
  const { stdout } = spawnSync("node", ["--version"], { encoding: "utf8" });
  return Number(/\d+/.exec(stdout ?? "")?.[0] ?? 0) >= 20 ? "node" : "node24";
}

function titleOf(name: string): string {
  return TITLES[name] ?? name.replace(/^node/, "Node ").trimEnd();
}

function color(code: number, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
}
