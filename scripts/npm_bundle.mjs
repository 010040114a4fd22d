/**
 * Bundles the JavaScript of the npm package: a file for each entry point, and the chunks that they share.
 *
 * A module of its own for each source file would be right too, but Node takes a third of a millisecond for each, and
 * there are a hundred. Nothing is minified or renamed, so that stack traces read well and other bundlers shake the tree
 * as they would shake the sources. Adapters stay chunks of their own, loaded when they are needed.
 *
 * The suite on Node tests these very files, and tests know the insides of the library. So there is one more entry, which
 * exports what every source file exports: it is left out of the package and stands beside the tests, with a file for
 * each source that hands on its part.
 */
import * as esbuild from "esbuild";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./processes.mjs";

const INSIDES = "insides";
const SOURCES = ["src", "adapters"];

const settings = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  external: ["node:*", "cloudflare:*"],
  // What ./profile needs stays an import.
  packages: "external",
  metafile: true,
  logLevel: "warning",
};

/** Bundles the entry points, sources by path, into a folder; what only tests need goes to `insides`. */
export async function bundle(entries, folder, insides) {
  const exported = await exportsOfSources();
  rmSync(insides, { recursive: true, force: true });
  mkdirSync(insides, { recursive: true });
  const all = join(insides, `${INSIDES}.ts`);
  writeFileSync(all, everything(exported, insides));
  await esbuild.build({
    ...settings,
    entryPoints: [...entries.map((path) => ({ in: path, out: path.replace(/\.ts$/, "") })), { in: all, out: INSIDES }],
    outdir: folder,
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: true,
    sourcesContent: false,
  });
  for (const ending of [".js", ".js.map"]) {
    cpSync(join(folder, INSIDES + ending), join(insides, INSIDES + ending));
    rmSync(join(folder, INSIDES + ending));
  }
  const public_ = new Set(entries);
  for (const [path, names] of exported) {
    if (public_.has(path)) continue;
    const file = join(insides, path.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(file), { recursive: true });
    const list = names.map((name) => `${alias(name, path)} as ${name}`).join(", ");
    const from = relative(dirname(file), join(insides, `${INSIDES}.js`));
    writeFileSync(file, `export { ${list} } from "${from.startsWith(".") ? from : `./${from}`}";\n`);
  }
}

/** The names that each source file exports, those it hands on included. */
async function exportsOfSources() {
  const paths = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).filter((name) => name.endsWith(".ts")).map((name) =>
      `${folder}/${name}`
    )
  );
  const { metafile } = await esbuild.build({
    ...settings,
    entryPoints: paths,
    outbase: root,
    outdir: "out",
    write: false,
  });
  const found = Object.values(metafile.outputs).filter(({ entryPoint }) => paths.includes(entryPoint));
  return new Map(found.map(({ entryPoint, exports }) => [entryPoint, exports]).filter(([, names]) => names.length > 0));
}

function everything(exported, folder) {
  let text = "";
  for (const [path, names] of exported) {
    const list = names.map((name) => `${name} as ${alias(name, path)}`).join(", ");
    text += `export { ${list} } from ${JSON.stringify(relative(folder, join(root, path)))};\n`;
  }
  return text;
}

/** A name for an export that no other file's has. */
function alias(name, path) {
  return `${name}$${path.replace(/\.ts$/, "").replace(/\W/g, "$")}`;
}
