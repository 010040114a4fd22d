/**
 * Holds the bounds on size: lines of a file, bytes of the bundle, bytes that a command brings with it.
 *
 * Strategy: esbuild bundles mod.ts as an application would get it, adapters in chunks of their own since
 * mod.ts imports them when it connects; sizes are those of gzip at its highest level.
 *
 * Usage: `deno run -A scripts/sizes.ts`; prints what it measured and exits 1 where a bound is passed.
 *
 * @module
 */
import * as esbuild from "esbuild";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";

const MAX_LINES = 400;
const MAX_BUNDLE_BYTES = 66_000;
const MAX_CLUSTER_BYTES = 30_000;
// With what it shares, chunk by chunk, with the code for clusters, which it never loads; 952 where nothing is split.
const MAX_COMMAND_BYTES = 2_000;
const FOLDERS = ["src", "adapters", "entries", "scripts"];
const GENERATED = ["src/api/", "src/client/command_functions.ts", "src/routing/table.ts"];
const NODE_ADAPTER = "adapters/node.ts";
const CLUSTER = "src/cluster/cluster.ts";

const TWO_COMMANDS = `
import { connectSender } from "./mod.ts";
import { get, set } from "./src/commands/mod.ts";
const sender = await connectSender("redis://localhost");
await sender.send(set("k", "v"));
console.log(await sender.send(get("k")));
`;

interface Bundle {
  outputs: esbuild.Metafile["outputs"];
  /** Gzipped bytes by path of the chunk. */
  gzipped: Map<string, number>;
  /** The chunk of the entry point. */
  entry: string;
}

let failed = false;

function report(what: string, value: number, max?: number): void {
  const passed = max !== undefined && value >= max;
  failed ||= passed;
  console.log(`${what}: ${value}${max === undefined ? "" : `, must be under ${max}`}${passed ? " - FAILED" : ""}`);
}

function checkLines(): void {
  const paths = existsSync("mod.ts") ? ["mod.ts"] : [];
  for (const folder of FOLDERS) {
    const inside = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`);
    paths.push(...inside.filter((path) => path.endsWith(".ts") && !GENERATED.some((start) => path.startsWith(start))));
  }
  const counts = paths.map((path) => ({ path, lines: readFileSync(path, "utf8").trimEnd().split("\n").length }));
  counts.sort((a, b) => b.lines - a.lines);
  const [longest] = counts;
  for (const { path, lines } of counts) if (lines >= MAX_LINES) report(`lines of ${path}`, lines, MAX_LINES);
  console.log(`${counts.length} files written by hand, the longest ${longest!.path} with ${longest!.lines} lines`);
}

async function bundle(input: Pick<esbuild.BuildOptions, "entryPoints" | "stdin">): Promise<Bundle> {
  const result = await esbuild.build({
    ...input,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    splitting: true,
    outdir: "out",
    external: ["node:*", "cloudflare:*"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const { outputs } = result.metafile;
  const gzipped = new Map<string, number>();
  for (const path of Object.keys(outputs)) {
    const file = result.outputFiles.find((output) => output.path === join(process.cwd(), path))!;
    gzipped.set(path, gzipSync(file.contents, { level: 9 }).length);
  }
  const wanted = input.stdin === undefined ? (input.entryPoints as string[])[0] : "<stdin>";
  // Chunks of dynamic imports are entry points too.
  const entry = Object.keys(outputs).find((path) => outputs[path]!.entryPoint === wanted)!;
  return { outputs, gzipped, entry };
}

/** The chunks that are loaded with these: all they import, but for what they import later. */
function loadedWith(chunks: readonly string[], { outputs }: Bundle): Set<string> {
  const loaded = new Set(chunks);
  for (const chunk of loaded) {
    for (const { path, kind } of outputs[chunk]!.imports) {
      if (kind === "import-statement" && path in outputs) loaded.add(path);
    }
  }
  return loaded;
}

function gzippedBytes(chunks: Iterable<string>, { gzipped }: Bundle): number {
  let sum = 0;
  for (const chunk of chunks) sum += gzipped.get(chunk)!;
  return sum;
}

/** Minified bytes in these chunks that come from files of a folder. */
function bytesFrom(folder: string, chunks: Iterable<string>, { outputs }: Bundle): number {
  let sum = 0;
  for (const chunk of chunks) {
    for (const [path, { bytesInOutput }] of Object.entries(outputs[chunk]!.inputs)) {
      if (path.includes(folder)) sum += bytesInOutput;
    }
  }
  return sum;
}

async function checkBundle(): Promise<void> {
  const whole = await bundle({ entryPoints: ["mod.ts"] });
  const start = loadedWith([whole.entry], whole);
  report("gzipped bytes of mod.ts, adapters apart", gzippedBytes(start, whole), MAX_BUNDLE_BYTES);
  const adapter = Object.keys(whole.outputs).find((path) => whole.outputs[path]!.inputs[NODE_ADAPTER] !== undefined);
  if (adapter === undefined) throw new Error(`Cannot find ${NODE_ADAPTER} in the bundle: mod.ts does not import it`);
  const withNode = loadedWith([whole.entry, adapter], whole);
  report("gzipped bytes of mod.ts with the adapter of Node", gzippedBytes(withNode, whole));
  const cluster = Object.keys(whole.outputs).find((path) => whole.outputs[path]!.entryPoint === CLUSTER);
  if (cluster === undefined) throw new Error(`Cannot find ${CLUSTER} in the bundle: mod.ts does not import it`);
  const later = gzippedBytes(loadedWith([whole.entry, cluster], whole), whole) - gzippedBytes(start, whole);
  report("gzipped bytes that connecting to a cluster loads beside", later, MAX_CLUSTER_BYTES);
  report("minified bytes of packages in it", bytesFrom("node_modules/", Object.keys(whole.outputs), whole), 1);
}

async function checkTwoCommands(): Promise<void> {
  const program = await bundle({ stdin: { contents: TWO_COMMANDS, resolveDir: process.cwd(), loader: "ts" } });
  const start = loadedWith([program.entry], program);
  report("gzipped bytes of a program with a sender, get and set", gzippedBytes(start, program));
  report("minified bytes of src/commands/ in it", bytesFrom("src/commands/", start, program), MAX_COMMAND_BYTES);
  report("minified bytes of src/client/ in it", bytesFrom("src/client/", start, program), 1);
}

if (import.meta.main) {
  process.chdir(join(import.meta.dirname!, ".."));
  checkLines();
  try {
    await checkBundle();
    await checkTwoCommands();
  } catch (error) {
    failed = true;
    console.log((error as Error).message);
  } finally {
    await esbuild.stop();
  }
  if (failed) process.exitCode = 1;
}
