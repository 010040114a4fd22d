/**
 * Code of the documentation as programs: taken out of its page, with imports and servers replaced by those at hand.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Server } from "../support/server.ts";

// Beside the sources on Deno and Bun, beside the built package on Node.
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const root = new URL("../../", import.meta.url);
const exportsOf: Record<string, string> = JSON.parse(readFileSync("deno.json", "utf8")).exports;

/** Runs programs and tells what they print. */
export class Programs {
  #folder = mkdtempSync(join(tmpdir(), "respwire-docs-"));

  /** Runs a program against a server in place of localhost:6379, and gives the lines that it printed. */
  async run(name: string, code: string, server: Server): Promise<string[]> {
    const file = join(this.#folder, `${name.replace(/\W+/g, "_")}.mjs`);
    writeFileSync(file, runnable(code, server));
    const printed: string[] = [];
    const log = console.log;
    console.log = (...values: unknown[]) => printed.push(values.map((value) => format(value, server)).join(" "));
    try {
      await import(pathToFileURL(file).href);
    } finally {
      console.log = log;
    }
    return printed;
  }

  /** Removes what was written. */
  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function runnable(code: string, server: Server): string {
  return code
    .replace(/"@respwire\/client(\/[a-z]+)?"/g, (_, entry: string | undefined) => {
      const file = exportsOf[entry === undefined ? "." : `.${entry}`].replace(/\.ts$/, extension);
      return JSON.stringify(new URL(file, root).href);
    })
    .replaceAll(/\b(connect|connectSender|createClient)\(\)/g, `$1("${server.url}")`)
    .replaceAll(/redis:\/\/localhost(:6379)?/g, server.url);
}

function format(value: unknown, server: Server): string {
  const inner = (each: unknown): string => format(each, server);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `Uint8Array [${[...value].join(", ")}]`;
  if (value instanceof Error) return `${value.name}: ${value.message.replaceAll(`:${server.port}`, ":6379")}`;
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (value instanceof Map) return `Map { ${[...value].map(([k, v]) => `${inner(k)} => ${inner(v)}`).join(", ")} }`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value).map(([name, each]) => `${name}: ${inner(each)}`).join(", ")} }`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
