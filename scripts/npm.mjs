/**
 * Builds the npm package from the sources that JSR gets: `node scripts/npm.mjs [--check]`.
 *
 * Leaves the package in npm/package (entry npm/package/mod.js) and one tarball of it in npm/. `tsc` checks the sources
 * and writes a declaration file for each, `scripts/npm_bundle.mjs` the JavaScript. package.json is written from
 * deno.json. The sources go along in npm/package/source, apart from the declarations so that nobody's compiler takes
 * them for those, and all maps point there: going to a definition ends in the TypeScript. With --check it then runs
 * `scripts/npm_check.mjs`.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { bundle } from "./npm_bundle.mjs";
import { must, npmBin, root } from "./processes.mjs";

const DESCRIPTION = "A Redis and Valkey client for Deno, Bun, Node and Workers: typed, fast, without dependencies.";
const KEYWORDS = ["redis", "valkey", "client", "resp3", "pipeline", "typescript", "deno", "bun", "node", "workers"];
const DOCUMENTS = ["README.md", "LICENSE", "CHANGELOG.md"];

const packageFolder = join(root, "npm", "package");
const config = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));

await build();
if (process.argv.includes("--check")) {
  const { check } = await import("./npm_check.mjs");
  await check();
}

async function build() {
  for (const name of existsSync(join(root, "npm")) ? readdirSync(join(root, "npm")) : []) {
    if (name === "package" || name.endsWith(".tgz")) rmSync(join(root, "npm", name), { recursive: true });
  }
  await must(process.execPath, [npmBin("typescript", "bin", "tsc"), "-p", "tsconfig.npm.json"]);
  await bundle(Object.values(config.exports).map((path) => path.slice(2)), packageFolder, join(root, "npm", "insides"));

  for (const file of filesOf(packageFolder)) {
    if (file.endsWith(".map")) pointToSource(file);
    else if (file.endsWith(".d.ts")) askForDisposable(file);
  }
  const absent = DOCUMENTS.filter((name) => !existsSync(join(root, name)));
  for (const name of DOCUMENTS) if (!absent.includes(name)) cpSync(join(root, name), join(packageFolder, name));
  writeFileSync(join(packageFolder, "package.json"), JSON.stringify(manifest(), null, 2) + "\n");
  await must("npm", ["pack", packageFolder, "--pack-destination", join(root, "npm"), "--ignore-scripts"]);
  if (absent.length) throw new Error(`Cannot publish the npm package: it has no ${absent.join(", ")}`);
  console.log(`Built npm/package and npm/${tarballs().join(", ")}`);
}

/** Copies a map's source into the package and makes the map point there. */
function pointToSource(file) {
  const map = JSON.parse(readFileSync(file, "utf8"));
  map.sources = map.sources.map((source) => {
    const original = resolve(dirname(file), source);
    const copy = join(packageFolder, "source", relative(root, original));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(original, copy);
    return relative(dirname(file), copy);
  });
  writeFileSync(file, JSON.stringify(map));
}

/**
 * Declarations with disposal name its library, for consumers whose `lib` has none; it is added to
 * those whose source does not name it, and the map moves on by that one line.
 */
function askForDisposable(file) {
  const text = readFileSync(file, "utf8");
  if (text.includes('<reference lib="esnext.disposable"')) return;
  if (!/\bSymbol\.(asyncD|d)ispose\b|\b(Async)?Disposable\b/.test(text)) return;
  writeFileSync(file, `/// <reference lib="esnext.disposable" />\n${text}`);
  const mapFile = `${file}.map`;
  const map = JSON.parse(readFileSync(mapFile, "utf8"));
  writeFileSync(mapFile, JSON.stringify({ ...map, mappings: `;${map.mappings}` }));
}

function manifest() {
  const entries = Object.entries(config.exports).map(([name, source]) => {
    const stem = source.replace(/\.ts$/, "");
    for (const ending of [".js", ".d.ts"]) {
      if (!existsSync(join(packageFolder, stem + ending))) {
        throw new Error(`Cannot export ${name}: the build holds no ${stem}${ending}`);
      }
    }
    // In place of the main entry, so that a bundle for Workers holds no adapter that imports a module of Node.
    const workerd = name === "." ? { workerd: "./entries/workers.js" } : {};
    return [name, { types: `${stem}.d.ts`, ...workerd, default: `${stem}.js` }];
  });
  const packages = Object.fromEntries(
    Object.entries(config.imports).map(([name, specifier]) => [name, specifier.replace(`npm:${name}@`, "")]),
  );
  return {
    name: config.name,
    version: config.version,
    description: DESCRIPTION,
    keywords: KEYWORDS,
    license: config.license,
    type: "module",
    exports: { ...Object.fromEntries(entries), "./package.json": "./package.json" },
    files: readdirSync(packageFolder).filter((name) => name !== "package.json").sort(),
    engines: { node: ">=20" },
    // What one entry point needs and the others do not: whoever uses that one installs it.
    peerDependencies: packages,
    peerDependenciesMeta: Object.fromEntries(Object.keys(packages).map((name) => [name, { optional: true }])),
    sideEffects: false,
  };
}

function tarballs() {
  return readdirSync(join(root, "npm")).filter((name) => name.endsWith(".tgz"));
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}
