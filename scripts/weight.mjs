/**
 * Holds the package's weight for its users under its bounds: what a type check and an import of it cost.
 *
 *   node scripts/weight.mjs
 *
 * The type check: a program with one client and a pipeline against the built package, beside an empty program with the
 * same settings (no skipLibCheck), by tsc's own figures. The import: the built main entry in a fresh Node process each.
 * The bundle: a program with two commands, which must not bring the others along. Rounds alternate and medians count, since times on a busy machine scatter. Expects `npm/package`; the last line is
 * `N passed, N failed`.
 */
import * as esbuild from "esbuild";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { must, npmBin, root, runtime } from "./processes.mjs";

const ROUNDS = 5;
const MAX_CHECK_MB = 60;
const MAX_CHECK_SECONDS = 1;
const MAX_IMPORT_MS = 30;
const MAX_BUNDLE_BYTES = 36_000;

const PROGRAM = `import { connect } from "@respwire/client";

const redis = await connect("redis://localhost:6379");
await redis.set("k", "v", { ex: 60 });
const [value, count] = await redis.pipeline().get("k").incr("n").exec();
console.log(value, count);
await redis.close();
`;

const TWO_COMMANDS = `import { connectSender } from "@respwire/client";
import { get, set } from "@respwire/client/commands";

const sender = await connectSender("redis://localhost");
await sender.send(set("k", "v"));
console.log(await sender.send(get("k")));
`;

const folder = mkdtempSync(join(tmpdir(), "respwire-weight-"));
try {
  const passed = [...await checkTypes(), ...await checkImport(), await checkBundle()];
  const failed = passed.filter((fine) => !fine).length;
  console.log(`${passed.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function checkTypes() {
  mkdirSync(join(folder, "node_modules", "@respwire"), { recursive: true });
  symlinkSync(join(root, "npm", "package"), join(folder, "node_modules", "@respwire", "client"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  writeFileSync(join(folder, "empty.ts"), "export {};\n");
  const more = { megabytes: [], seconds: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const empty = await typeCheck("empty.ts");
    const program = await typeCheck("program.ts");
    more.megabytes.push(program.megabytes - empty.megabytes);
    more.seconds.push(program.seconds - empty.seconds);
  }
  return [
    report("MB that tsc takes more for a program with one client", median(more.megabytes), MAX_CHECK_MB),
    report("seconds that tsc takes longer for it", median(more.seconds), MAX_CHECK_SECONDS),
  ];
}

async function typeCheck(file) {
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    lib: ["es2022", "dom"],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    preserveSymlinks: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = npmBin("typescript", "bin", "tsc");
  // With its garbage collected, as tsc does where it can, since what is left of that by chance is no cost.
  const output = await must(process.execPath, ["--expose-gc", tsc, "-p", folder, "--extendedDiagnostics"]);
  const [, kilobytes] = /Memory used:\s+(\d+)K/.exec(output);
  const [, seconds] = /Total time:\s+([\d.]+)s/.exec(output);
  return { megabytes: Number(kilobytes) / 1000, seconds: Number(seconds) };
}

async function checkImport() {
  const entry = pathToFileURL(join(root, "npm", "package", "mod.js")).href;
  const code = `const start = performance.now(); await import("${entry}"); console.log(performance.now() - start);`;
  const passed = [];
  for (const name of ["node20", "node26"]) {
    let least = Infinity;
    // A machine that is busy for a moment is measured again; an import that is too heavy is so each time.
    for (let attempt = 1; attempt <= 3 && least >= MAX_IMPORT_MS; attempt++) {
      const times = [];
      for (let round = 0; round < 2 * ROUNDS + 1; round++) {
        times.push(Number(await must(runtime(name), ["--input-type=module", "--eval", code])));
      }
      least = Math.min(least, median(times));
    }
    passed.push(report(`milliseconds of importing the main entry on ${name}`, least, MAX_IMPORT_MS));
  }
  return passed;
}

async function checkBundle() {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: TWO_COMMANDS, resolveDir: folder, loader: "ts" },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    outdir: "out",
    external: ["node:*", "cloudflare:*"],
    write: false,
    logLevel: "error",
  });
  const { length } = gzipSync(outputFiles[0].contents, { level: 9 });
  return report("gzipped bytes of a program with two commands, adapters apart", length, MAX_BUNDLE_BYTES);
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function report(what, value, max) {
  const fine = value < max;
  console.log(`${what}: ${value.toFixed(2)}, must be under ${max}${fine ? "" : " - FAILED"}`);
  return fine;
}
