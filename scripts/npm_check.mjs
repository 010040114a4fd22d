/**
 * Checks the built npm package as its users will meet it; the last line is `N passed, N failed`.
 *
 * publint and attw judge the tarball, and no entry but ./profile may import a package; then a consumer in a folder of
 * its own installs it without the network, type-checks a program that imports every entry under several compiler
 * settings, without skipLibCheck, and runs it on every Node and on Bun: first without the package that ./profile needs,
 * then with it. A check that fails shows its output and the others still run.
 */
import * as esbuild from "esbuild";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { must, npmBin, root, run, runtime } from "./processes.mjs";

const RUNTIMES = ["node20", "node22", "node24", "node26", "bun"];

// Each row: module resolution, and where the types of web globals such as AbortSignal come from.
const COMPILERS = [
  { module: "nodenext", lib: ["es2022", "dom"], types: [] },
  { module: "nodenext", lib: ["es2022"], types: ["node"] },
  { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], types: [] },
  { module: "esnext", moduleResolution: "bundler", lib: ["es2022"], types: ["node"] },
];

const tsc = npmBin("typescript", "bin", "tsc");

/** Runs all checks and sets the exit code. */
export async function check() {
  const tarball = join(root, "npm", readdirSync(join(root, "npm")).find((name) => name.endsWith(".tgz")));
  const manifest = JSON.parse(readFileSync(join(root, "npm", "package", "package.json"), "utf8"));
  const consumer = mkdtempSync(join(tmpdir(), "respwire-consumer-"));
  let passed = 0;
  let failed = 0;
  async function step(name, body) {
    try {
      await body();
      passed++;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}\n${error.message}`);
    }
  }

  try {
    await step("publint", () => must(process.execPath, [npmBin("publint", "src", "cli.js"), tarball, "--strict"]));
    await step("attw --profile esm-only", () =>
      must(process.execPath, [
        npmBin("@arethetypeswrong", "cli", "dist", "index.js"),
        ...[tarball, "--profile", "esm-only"],
      ]));
    await step("no dependency, but what ./profile needs when it is used", () => checkDependencies(manifest));
    await step("maps point to files of the package", () => checkMaps(join(root, "npm", "package")));
    await step("a consumer installs the tarball offline", () => install(consumer, tarball));
    writePrograms(consumer, manifest);
    for (const options of COMPILERS) {
      const name = [options.moduleResolution ?? options.module, ...options.lib, ...options.types].join(" ");
      await step(`a consumer type-checks under ${name}`, () => typeCheck(consumer, options));
    }
    for (const name of RUNTIMES) {
      await step(`a consumer imports every entry on ${name}`, () => runProgram(consumer, name, "program.mjs"));
    }
    for (const name of Object.keys(manifest.peerDependencies)) {
      cpSync(join(root, "node_modules", name), join(consumer, "node_modules", name), { recursive: true });
    }
    for (const name of RUNTIMES) {
      await step(`a consumer reads a profile on ${name}`, () => runProgram(consumer, name, "profile.mjs"));
    }
  } finally {
    rmSync(consumer, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed) process.exitCode = 1;
}

/** Packages are imported by ./profile alone, and nobody has to install them. */
async function checkDependencies({ exports, peerDependencies, peerDependenciesMeta, ...manifest }) {
  for (const field of ["dependencies", "optionalDependencies"]) {
    if (manifest[field]) throw new Error(`Cannot publish: package.json has ${field}`);
  }
  const peers = Object.keys(peerDependencies).sort();
  const forced = peers.filter((name) => !peerDependenciesMeta[name]?.optional);
  if (forced.length) throw new Error(`Cannot publish: everybody would have to install ${forced.join(", ")}`);
  for (const [entry, targets] of Object.entries(exports)) {
    const files = Object.values(targets).filter((file) => file.endsWith?.(".js"));
    const wanted = entry === "./profile" ? peers : [];
    for (const file of files) {
      const found = await packagesOf(join(root, "npm", "package", file));
      if (found.join() !== wanted.join()) {
        throw new Error(`Cannot publish: ${entry} imports ${found.join(", ") || "no package"} in ${file}`);
      }
    }
  }
}

/** The packages that a built file imports, by way of others and later too. */
async function packagesOf(file) {
  const { metafile } = await esbuild.build({
    entryPoints: [file],
    bundle: true,
    platform: "neutral",
    format: "esm",
    packages: "external",
    external: ["node:*", "cloudflare:*"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const names = imports.filter(({ external, path }) => external && !path.includes(":")).map(({ path }) => path);
  return [...new Set(names)].sort();
}

function checkMaps(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".map")) continue;
    const { sources } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    for (const source of sources) readFileSync(join(folder, name, "..", source));
  }
}

async function install(consumer, tarball) {
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await must("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: consumer });
}

/** Writes a program that imports every entry, once with types and once to be run. */
function writePrograms(consumer, { name, exports }) {
  const specifiers = Object.keys(exports).filter((entry) => entry !== "./package.json").map((entry) =>
    name + entry.slice(1)
  );
  const imports = specifiers.map((specifier, i) => `import * as entry${i} from "${specifier}";`).join("\n");
  const entries = specifiers.map((_, i) => `entry${i}`).join(", ");
  writeFileSync(
    join(consumer, "program.ts"),
    `${imports}
import { connect } from "${name}";
export const entries: object[] = [${entries}];
export async function use(): Promise<string | null> {
  await using redis = await connect("redis://127.0.0.1:6379");
  await redis.set("k", "v");
  const value: string | null = await redis.get("k");
  // @ts-expect-error: a string is not a number, so the declarations were read.
  const wrong: number = value;
  return wrong === 1 ? null : value;
}
`,
  );
  writeFileSync(
    join(consumer, "program.mjs"),
    `${imports}
for (const entry of [${entries}]) if (Object.keys(entry).length === 0) throw new Error("an entry exports nothing");
if (typeof entry0.connect !== "function") throw new Error("the main entry exports no connect");
const { readProfile } = await import("${name}/profile");
const error = await readProfile({ file: "redis.yaml" }).catch((error) => error);
if (!error.message?.includes("npm install yaml")) throw new Error("what is to be installed is not said", { cause: error });
`,
  );
  writeFileSync(join(consumer, "redis.yaml"), "default: p\nprofiles: { p: { connectTimeoutMs: 5s } }\n");
  writeFileSync(
    join(consumer, "profile.mjs"),
    `import { readProfile } from "${name}/profile";
const { connectTimeoutMs } = await readProfile({ file: "redis.yaml" });
if (connectTimeoutMs !== 5000) throw new Error("the profile was not read");
`,
  );
}

async function typeCheck(consumer, options) {
  const compilerOptions = {
    target: "es2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    typeRoots: [join(root, "node_modules", "@types")],
    ...options,
  };
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  await must(process.execPath, [tsc, "-p", consumer]);
}

async function runProgram(consumer, name, program) {
  const { code, output } = await run(runtime(name), [program], { cwd: consumer, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(output);
}
