/**
 * The rules of scripts/layers.ts, as a pure function from texts to what breaks them.
 *
 * Strategy: the table of docs/architecture.md says what each folder may import; the TypeScript parser
 * gives the imports and the identifiers of each file. Names are judged as they stand, without scopes: in
 * src/ a local variable must not be called like a runtime's global either. What follows a dot, and the
 * names of members, are free.
 *
 * @module
 */
import { posix } from "node:path";
import ts from "typescript";

/** One place where a rule is broken. */
export interface Violation {
  /** The file. */
  path: string;
  /** The line, from 1. */
  line: number;
  /** What is wrong there. */
  what: string;
}

interface Layer {
  /** A file, or a folder with a slash at its end. */
  path: string;
  /** How other rows call it. */
  name: string;
  /** The names of what it may import; true where types are all it may import. */
  imports: Map<string, boolean>;
  line: number;
}

interface Import {
  specifier: string;
  /** Whether the whole statement is erased. */
  typeOnly: boolean;
  line: number;
}

const TABLE_PATH = "docs/architecture.md";
const TABLE_HEAD = /^\| *folder *\| *its one job *\| *may import *\|/;
const PURE = ["src/resp/", "src/commands/", "src/routing/", "src/session/", "src/cache/"];
// Through globalThis every other one could be reached without being named.
const RUNTIME_NAMES = new Set(
  ("Deno Bun process Buffer require setImmediate clearImmediate __dirname __filename global globalThis window")
    .split(" "),
);
const IMPURE_NAMES = new Set(
  ("Promise setTimeout clearTimeout setInterval clearInterval queueMicrotask Date performance crypto").split(" "),
);

/** Everything in `files`, sources by path, that breaks a rule of the table in the text `architecture`. */
export function violations(architecture: string, files: ReadonlyMap<string, string>): Violation[] {
  const { layers, found } = readTable(architecture);
  for (const { path, line } of layers) {
    if (![...files.keys()].some((file) => covers(path, file))) {
      found.push({ path: TABLE_PATH, line, what: `the row of ${path} covers no file` });
    }
  }
  const edges = new Map<string, Map<string, number>>();
  for (const [path, text] of files) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const layer = layerOf(path, layers);
    if (layer === undefined) found.push({ path, line: 1, what: `no row of ${TABLE_PATH} covers this file` });
    const targets = new Map<string, number>();
    edges.set(path, targets);
    for (const { specifier, typeOnly, line } of importsOf(file)) {
      const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
      if (target !== undefined && files.has(target)) targets.set(target, line);
      const what = target === undefined
        ? path.startsWith("src/") ? `imports ${specifier}: src/ imports no runtime and no package` : undefined
        : importFault(layer, target, layers, { there: files.has(target), typeOnly });
      if (what !== undefined) found.push({ path, line, what });
    }
    found.push(...namesOf(file));
  }
  return [...found, ...rings(edges)];
}

function readTable(architecture: string): { layers: Layer[]; found: Violation[] } {
  const lines = architecture.split("\n");
  const head = lines.findIndex((line) => TABLE_HEAD.test(line));
  if (head < 0) return { layers: [], found: [{ path: TABLE_PATH, line: 1, what: "it has no table of layers" }] };
  const layers: Layer[] = [];
  const found: Violation[] = [];
  for (let i = head + 2; lines[i]?.startsWith("|"); i++) {
    const [, folder, , allowed] = lines[i]!.split("|").map((cell) => cell.trim());
    const above = layers.map((layer) => layer.name);
    const row = [...folder!.matchAll(/`([^`]+)`/g)].map(([, path]): Layer => (
      { path: path!, name: nameOf(path!), imports: new Map(), line: i + 1 }
    ));
    const known = new Set([...above, ...row.map((layer) => layer.name)]);
    const names = allowed === "nothing" ? [] : allowed === "everything above" ? above : allowed!.split(",");
    for (const entry of names) {
      const [, name, types] = /^ *(\S+?)( \(types\))? *$/.exec(entry) ?? [, entry.trim()];
      if (!known.has(name!)) {
        found.push({ path: TABLE_PATH, line: i + 1, what: `${name} is not the name of a row above this one` });
      }
      for (const layer of row) layer.imports.set(name!, types !== undefined);
    }
    for (const layer of row) for (const { name } of row) layer.imports.set(name, false);
    layers.push(...row);
  }
  return { layers, found };
}

function nameOf(path: string): string {
  return path.replace(/^src\//, "").replace(/\/$|\.ts$/, "");
}

function covers(layerPath: string, file: string): boolean {
  return layerPath.endsWith("/") ? file.startsWith(layerPath) : file === layerPath;
}

function layerOf(path: string, layers: readonly Layer[]): Layer | undefined {
  return layers.find((layer) => covers(layer.path, path));
}

function importFault(
  from: Layer | undefined,
  target: string,
  layers: readonly Layer[],
  { there, typeOnly }: { there: boolean; typeOnly: boolean },
): string | undefined {
  if (!there) return `imports ${target}, which is not there`;
  const to = layerOf(target, layers);
  // A file that no row covers is a violation of its own.
  if (from === undefined || to === undefined || from === to) return undefined;
  const typesOnly = from.imports.get(to.name);
  if (typesOnly === undefined) return `imports ${target}, and ${from.path} may not import ${to.path}`;
  if (typesOnly && !typeOnly) return `imports ${target} as a value, and ${from.path} may import types alone from there`;
  return undefined;
}

function importsOf(file: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    const text = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : "what is computed";
    found.push({ specifier: text, typeOnly, line: lineOf(file, node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      add(node, node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The names and words that a file of its folder must not use. */
function namesOf(file: ts.SourceFile): Violation[] {
  const path = file.fileName;
  if (!path.startsWith("src/")) return [];
  const pure = PURE.some((folder) => path.startsWith(folder));
  const found: Violation[] = [];
  const add = (node: ts.Node, what: string): void => {
    found.push({ path, line: lineOf(file, node), what });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isMemberName(node)) {
      if (RUNTIME_NAMES.has(node.text)) add(node, `names ${node.text}: src/ knows no runtime`);
      else if (pure && IMPURE_NAMES.has(node.text)) add(node, `names ${node.text} in a pure folder`);
    }
    if (pure) {
      const impure = impureWord(node);
      if (impure !== undefined) add(node, `has ${impure} in a pure folder`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function impureWord(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return "async";
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return "await";
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    if (node.expression.name.text === "then") return ".then()";
  }
  if (ts.isPropertyAccessExpression(node) && node.getText() === "Math.random") return "Math.random";
  return undefined;
}

/** Whether an identifier follows a dot or names a member, and so refers to nothing by itself. */
function isMemberName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent) || ts.isImportSpecifier(parent)) return parent.propertyName === node;
  return (ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent) ||
    ts.isNamedTupleMember(parent)) && parent.name === node;
}

/** A violation for each ring of imports: the shortest through the first of its files. */
function rings(edges: ReadonlyMap<string, ReadonlyMap<string, number>>): Violation[] {
  const found: Violation[] = [];
  const told = new Set<string>();
  for (const path of [...edges.keys()].sort()) {
    const ring = told.has(path) ? undefined : ringThrough(path, edges);
    if (ring === undefined) continue;
    for (const member of ring) told.add(member);
    found.push({
      path,
      line: edges.get(path)!.get(ring[1] ?? path)!,
      what: `import ring: ${[...ring, path].join(" -> ")}`,
    });
  }
  return found;
}

function ringThrough(start: string, edges: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const target of edges.get(path)?.keys() ?? []) {
      if (target === start) {
        const ring = [path];
        while (ring[0] !== start) ring.unshift(cameFrom.get(ring[0]!)!);
        return ring;
      }
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, path);
      queue.push(target);
    }
  }
  return undefined;
}

function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
