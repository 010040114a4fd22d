/**
 * Programs of this folder, run by the runtime that runs the tests.
 *
 * Strategy: a program is a process of its own, so that what the runner has open neither keeps it alive nor is measured
 * with it. On Node it is the compiled one beside the packed package, as the tests are.
 *
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";

/** How a program ended, and what it said. */
export interface Ended {
  /** Its exit code; null when a signal ended it. */
  code: number | null;
  /** The signal that ended it. */
  signal: string | null;
  /** All that it printed, errors too. */
  output: string;
  /** Milliseconds from its last line until it had ended. */
  lastedMs: number;
}

/** How a program is to be run. */
export interface RunOptions {
  /** Milliseconds until it is killed; 10,000 when absent. */
  limitMs?: number;
  /** Variables of its environment, beside those of this process. */
  env?: Record<string, string>;
  /** Is told of each line as it is printed. */
  onLine?: (line: string) => void;
}

const LIMIT_MS = 10_000;

// With the collector exposed; Bun has it always.
const [before, extension] = "Deno" in globalThis
  ? [["run", "-A", "--no-check", "--v8-flags=--expose-gc"], "ts"]
  : "Bun" in globalThis
  ? [[], "ts"]
  : [["--expose-gc", "--enable-source-maps"], "js"];

/** Runs the program of a name; one that does not end by itself is killed. */
export function runProgram(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { limitMs = LIMIT_MS, env: more, onLine } = options;
  const file = new URL(`./${name}.${extension}`, import.meta.url).pathname;
  // Set by node --test in what it runs, and taken for its own reporting by what that runs in turn.
  const env: Record<string, string | undefined> = { ...process.env, NODE_TEST_CONTEXT: undefined, ...more };
  return new Promise((done, refuse) => {
    const child = spawn(process.execPath, [...before, file, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
    let output = "";
    let line = "";
    let saidAt = performance.now();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        saidAt = performance.now();
      });
    }
    child.stdout.on("data", (text: string) => {
      const lines = (line + text).split("\n");
      line = lines.pop()!;
      if (onLine !== undefined) lines.forEach(onLine);
    });
    child.once("error", refuse);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, output, lastedMs: performance.now() - saidAt });
    });
  });
}
