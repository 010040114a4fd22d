/**
 * Code of the documentation as programs: taken out of its page, with imports and servers replaced by those at hand.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RealCluster } from "../support/real_cluster.ts";
import type { Server } from "../support/server.ts";

// Beside the sources on Deno and Bun, beside the built package on Node.
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const root = new URL("../../", import.meta.url);
const exportsOf: Record<string, string> = JSON.parse(readFileSync("deno.json", "utf8")).exports;

/** The first port of the cluster that the documentation speaks of; its nodes have this one and those that follow. */
const CLUSTER_PORT = 7_000;

/** Whether a program is for a cluster. */
export function wantsCluster(code: string): boolean {
  return code.includes(`localhost:${CLUSTER_PORT}`);
}

/** Runs programs and tells what they print. */
export class Programs {
  #folder = mkdtempSync(join(tmpdir(), "respwire-docs-"));

  /**
   * Runs a program against a server in place of localhost:6379, and the nodes of a cluster in place of localhost:7000 and
   * the ports that follow; gives the lines that it printed.
   */
  async run(name: string, code: string, server: Server, cluster?: RealCluster): Promise<string[]> {
    const file = join(this.#folder, `${name.replace(/\W+/g, "_")}.mjs`);
    writeFileSync(file, runnable(code, server, cluster));
    const printed: string[] = [];
    const log = console.log;
    const shown = shownFor(server, cluster);
    console.log = (...values: unknown[]) => printed.push(values.map((value) => format(value, shown)).join(" "));
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

function runnable(code: string, server: Server, cluster: RealCluster | undefined): string {
  const ofCluster = cluster?.nodes.reduce(
    (text, { name }, index) => text.replaceAll(`localhost:${CLUSTER_PORT + index}`, name),
    code,
  );
  return (ofCluster ?? code)
    .replace(/"@respwire\/client(\/[a-z]+)?"/g, (_, entry: string | undefined) => {
      const file = exportsOf[entry === undefined ? "." : `.${entry}`].replace(/\.ts$/, extension);
      return JSON.stringify(new URL(file, root).href);
    })
    .replaceAll(/\b(connect|connectSender|createClient)\(\)/g, `$1("${server.url}")`)
    .replaceAll(/redis:\/\/localhost(:6379)?/g, server.url);
}

/** Puts the ports that the documentation speaks of into texts, in place of those that there are. */
type Shown = (text: string) => string;

function shownFor(server: Server, cluster: RealCluster | undefined): Shown {
  const ports = new Map([[server.port, 6_379]]);
  for (const [index, { port }] of cluster?.nodes.entries() ?? []) ports.set(port, CLUSTER_PORT + index);
  return (text) => text.replace(/(?<=:)\d{4,5}\b/g, (port) => String(ports.get(Number(port)) ?? port));
}

function format(value: unknown, shown: Shown): string {
  const inner = (each: unknown): string => format(each, shown);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `Uint8Array [${[...value].join(", ")}]`;
  if (value instanceof Error) return `${value.name}: ${shown(value.message)}`;
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (value instanceof Map) return `Map { ${[...value].map(([k, v]) => `${inner(k)} => ${inner(v)}`).join(", ")} }`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value).map(([name, each]) => `${name}: ${inner(each)}`).join(", ")} }`;
  }
  return typeof value === "string" ? JSON.stringify(shown(value)) : String(value);
}
