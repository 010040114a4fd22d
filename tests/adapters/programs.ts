/** Programs of the adapters' tests: the system's authorities can only be chosen before a process starts. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runtime } from "./links.ts";

const LONGEST_MS = 15_000;

/** Runs a program of this folder where the system trusts the authorities of a file, and gives what it says. */
export async function runTrusting(file: string, program: string, args: readonly string[]): Promise<string> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const script = fileURLToPath(new URL(`${program}.${extension}`, import.meta.url));
  const words = [...(runtime === "deno" ? ["run", "-A", "--no-check"] : []), script, ...args];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: file, DENO_CERT: file };
  const [error, output] = await new Promise<[unknown, string]>((resolve) => {
    execFile(
      process.execPath,
      words,
      { env, timeout: LONGEST_MS },
      (error, stdout, stderr) => resolve([error, error ? stderr : stdout]),
    );
  });
  assert.equal(error, null, output);
  return output.trim();
}
