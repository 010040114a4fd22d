/**
 * Running other programs from the scripts: where the pinned runtimes are, and one way to run a command.
 *
 * Plain JavaScript on `node:*` modules, so that any Node runs it without a build.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The path of a pinned runtime (deno, bun, node20 …), which `scripts/setup` has put there. */
export function runtime(name) {
  const path = join(root, ".tools", "bin", name);
  if (!existsSync(path)) throw new Error(`Cannot find ${name}: run scripts/setup test first`);
  return path;
}

/** The script of an npm package's command, to be run by a Node. */
export function npmBin(...path) {
  return join(root, "node_modules", ...path);
}

/**
 * Runs a command to its end and gives its exit code and all its output, both streams in order of arrival.
 * A command that takes longer than `timeoutMs` is ended with all that it started, and has no exit code.
 */
export function run(command, args, { cwd = root, env = {}, timeoutMs = 600_000 } = {}) {
  return new Promise((done) => {
    const started = performance.now();
    let output = "";
    // In a process group of its own, so that what it started ends with it.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const end = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      output += `\nEnded after ${timeoutMs / 1000} s: it had not finished\n`;
      end();
    }, timeoutMs);
    process.once("exit", end);
    child.stdout.setEncoding("utf8").on("data", (text) => output += text);
    child.stderr.setEncoding("utf8").on("data", (text) => output += text);
    const finish = (code) => {
      clearTimeout(timer);
      process.removeListener("exit", end);
      done({ code, output, seconds: (performance.now() - started) / 1000 });
    };
    child.once("error", (error) => {
      output += `${error.message}\n`;
      finish(null);
    });
    child.once("close", finish);
  });
}

/** Runs a command that has to succeed: its output, or an error that holds it. */
export async function must(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`Cannot finish ${command} ${args.join(" ")}: exit code ${code}\n${output}`);
  return output;
}
