/**
 * Reads the command functions of src/commands/ for scripts/api.ts: what each is called, takes and gives.
 *
 * Strategy: the TypeScript parser alone, no type checker. Text is copied from the source, and in the
 * reply type `string` becomes `Text` and `number` becomes `Integer`, so that views are type arguments.
 * Hence a type that a signature names must be declared in the group's file or imported there by name.
 *
 * @module
 */
import { posix } from "node:path";
import ts from "typescript";

const COMMANDS = "src/commands";
/** The file of the `Command` type. */
export const NOUN: string = `${COMMANDS}/command.ts`;
/** The file that exports what is to be a method. */
const METHODS = `${COMMANDS}/methods.ts`;
/** The files of the commands for a connection of one's own. */
const EXCLUSIVE = ["own_connection", "feeds", "cluster_syncslots"].map((name) => `${COMMANDS}/${name}.ts`);

/** Words that end in s and are no plurals, or are their own. */
const SINGULAR: ReadonlySet<string> = new Set(["radius", "series"]);

type Parsed = ReadonlyMap<string, ts.SourceFile>;

/** One signature of a command. */
export interface Method {
  /** The function's name. */
  name: string;
  /** The docblock, at column 0. */
  doc: string;
  /** Type parameters and parameters, parentheses included. */
  head: string;
  /** The reply's type, with `Text` and `Integer` in it. */
  reply: string;
  /** The names of its parameters. */
  parameters: string[];
  /** Whether the last of them stands for any number of arguments. */
  variadic: boolean;
}

/** The commands of one file. */
export interface Group {
  /** The file's name, without its extension. */
  name: string;
  /** The name of the interface that has the commands as methods. */
  interfaceName: string;
  /** The signatures, in the order of the file. */
  methods: Method[];
  /** Names of the types that the signatures name, with the file each is declared in. */
  types: Map<string, string>;
}

/** All commands, with what they are made of. */
export interface Commands {
  /** The groups, in the order of src/commands/methods.ts. */
  groups: Group[];
  /** Every type that is reached from a signature, with the file it is declared in. */
  types: Map<string, string>;
}

/** The interface's name for a group's file: `sorted_sets` gives `SortedSetCommands`. */
export function interfaceNameOf(group: string): string {
  const parts = group.split("_");
  const last = parts.pop()!;
  const singular = SINGULAR.has(last) ? last : /(sh|ch|x)es$/.test(last) ? last.slice(0, -2) : last.replace(/s$/, "");
  return [...parts, singular].map((part) => part[0]!.toUpperCase() + part.slice(1)).join("") + "Commands";
}

/** Reads what src/commands/methods.ts exports. `sources` are files by path, those of the types included. */
export function readCommands(sources: ReadonlyMap<string, string>): Commands {
  const parsed = parse(sources);
  const groups: Group[] = [];
  for (const [path, wanted] of reexports(parsed)) {
    const group = readGroup(path, wanted, parsed);
    if (group.methods.length > 0) groups.push(group);
  }
  const types = new Map([["Command", NOUN], ["RedisError", "src/errors.ts"]]);
  for (const group of groups) for (const [name, path] of group.types) addType(types, name, path);
  // A map gives what is added while it is gone through, so this reaches the types of types too.
  for (const [name, path] of types) {
    const declaration = declarationOf(name, path, parsed);
    if (declaration === undefined) throw new Error(`Cannot generate: ${path} does not declare ${name}`);
    for (const [inner, origin] of originsOf([declaration], declaration.typeParameters, path, parsed)) {
      addType(types, inner, origin);
    }
  }
  return { groups, types };
}

/** Reads the commands that are no methods, as one group. */
export function readExclusive(sources: ReadonlyMap<string, string>): Group {
  const parsed = parse(sources);
  const groups = EXCLUSIVE.map((path) => readGroup(path, undefined, parsed, "ExclusiveCommand"));
  const methods = groups.flatMap((group) => group.methods).sort((a, b) => a.name < b.name ? -1 : 1);
  return { ...groups[0]!, methods };
}

function parse(sources: ReadonlyMap<string, string>): Parsed {
  const parsed = new Map<string, ts.SourceFile>();
  for (const [path, text] of sources) {
    parsed.set(path, ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  }
  return parsed;
}

function addType(types: Map<string, string>, name: string, path: string): void {
  const other = types.get(name) ?? path;
  if (other !== path) throw new Error(`Cannot generate: both ${other} and ${path} declare a type ${name}`);
  types.set(name, path);
}

/** The files that methods.ts re-exports from, with the names, or undefined for all of them. */
function reexports(parsed: Parsed): Map<string, Set<string> | undefined> {
  const found = new Map<string, Set<string> | undefined>();
  for (const statement of fileOf(parsed, METHODS).statements) {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly || !statement.moduleSpecifier) continue;
    const path = resolve(METHODS, statement.moduleSpecifier);
    const clause = statement.exportClause;
    if (clause === undefined) found.set(path, undefined);
    else if (ts.isNamedExports(clause) && !(found.has(path) && found.get(path) === undefined)) {
      const names = found.get(path) ?? new Set();
      for (const element of clause.elements) if (!element.isTypeOnly) names.add(element.name.text);
      found.set(path, names);
    }
  }
  return found;
}

function readGroup(
  path: string,
  wanted: Set<string> | undefined,
  parsed: Parsed,
  noun = "Command",
): Group {
  const file = fileOf(parsed, path);
  const name = posix.basename(path, ".ts");
  const group: Group = { name, interfaceName: interfaceNameOf(name), methods: [], types: new Map() };
  const renamed = renamedIn(file);
  const functions = file.statements.filter(ts.isFunctionDeclaration).filter((declaration) => {
    const name = declaration.name?.text ?? "";
    return (isExported(declaration) || renamed.has(name)) && (wanted?.has(renamed.get(name) ?? name) ?? true);
  });
  const overloaded = new Set(functions.filter((f) => f.body === undefined).map((f) => f.name!.text));
  for (const declaration of functions) {
    if (declaration.body !== undefined && overloaded.has(declaration.name!.text)) continue;
    const reply = replyOf(declaration, noun);
    if (reply === undefined) continue;
    const nodes = [...declaration.typeParameters ?? [], ...declaration.parameters, reply];
    for (const [type, origin] of originsOf(nodes, declaration.typeParameters, path, parsed)) {
      group.types.set(type, origin);
    }
    const name = renamed.get(declaration.name!.text) ?? declaration.name!.text;
    group.methods.push({
      name,
      doc: docOf(declaration) || withoutTags(group.methods.find((method) => method.name === name)?.doc ?? ""),
      head: headOf(declaration),
      reply: viewed(reply, path, parsed),
      parameters: declaration.parameters.map((parameter) => parameter.name.getText()),
      variadic: declaration.parameters.some((parameter) => parameter.dotDotDotToken !== undefined),
    });
  }
  return group;
}

/** The names under which a file exports functions that it could not declare so, such as `eval`. */
function renamedIn(file: ts.SourceFile): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) continue;
    if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) continue;
    for (const { name, propertyName } of statement.exportClause.elements) {
      if (propertyName !== undefined) renamed.set(propertyName.text, name.text);
    }
  }
  return renamed;
}

/** The argument of the `Command<…>` that a function gives; undefined when it gives something else. */
function replyOf(declaration: ts.FunctionDeclaration, noun: string): ts.TypeNode | undefined {
  const type = declaration.type;
  if (type === undefined || !ts.isTypeReferenceNode(type) || type.typeName.getText() !== noun) return undefined;
  return type.typeArguments?.[0];
}

function headOf(declaration: ts.FunctionDeclaration): string {
  const types = declaration.typeParameters?.map((parameter) => parameter.getText()).join(", ");
  const parameters = declaration.parameters.map((parameter) => {
    if (parameter.initializer === undefined) return parameter.getText();
    const name = parameter.name.getText();
    // A signature cannot have a default value, only the question mark that it amounts to.
    if (parameter.type !== undefined) return `${name}?: ${parameter.type.getText()}`;
    throw new Error(`Cannot generate ${declaration.name!.text}: its parameter ${name} has a default and no type`);
  });
  return `${types === undefined ? "" : `<${types}>`}(${parameters.join(", ")})`;
}

function docOf(declaration: ts.FunctionDeclaration): string {
  const blocks = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc);
  return blocks.at(-1)?.getText() ?? "";
}

/** What the first overload says, for one that says nothing: its docblock up to the tags. */
function withoutTags(doc: string): string {
  return doc.replace(/(\n \*)*\n \* @.*$/s, "\n */");
}

/** A reply's type as seen through a view: `string` is `Text` and `number` is `Integer`. */
function viewed(type: ts.TypeNode, path: string, parsed: Parsed): string {
  const start = type.getStart();
  const edits: { start: number; end: number; text: string }[] = [];
  const edit = (node: ts.Node, from: number, text: string): void => {
    edits.push({ start: from - start, end: node.getEnd() - start, text });
  };
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.StringKeyword) edit(node, node.getStart(), "Text");
    else if (node.kind === ts.SyntaxKind.NumberKeyword) edit(node, node.getStart(), "Integer");
    else if (ts.isTypeReferenceNode(node)) {
      if (node.typeArguments === undefined) {
        edit(node, node.getEnd(), defaults(node.typeName.getText(), path, parsed));
      } else {
        // A property's name cannot be bytes, so the key of a record is never seen through a view.
        const first = node.typeName.getText() === "Record" ? 1 : 0;
        node.typeArguments.slice(first).forEach(visit);
      }
    } else if (!ts.isTemplateLiteralTypeNode(node) && !isIndexParameter(node)) ts.forEachChild(node, visit);
  };
  visit(type);
  let text = type.getText();
  for (const { start, end, text: by } of edits.reverse()) text = text.slice(0, start) + by + text.slice(end);
  return text;
}

/** The type arguments for a name that stands without: its `Text` and `Integer` would fall back to their defaults. */
function defaults(name: string, path: string, parsed: Parsed): string {
  const origin = originOf(name, path, parsed);
  const declaration = origin === undefined ? undefined : declarationOf(name, origin, parsed);
  const parameters = declaration?.typeParameters ?? [];
  if (!parameters.some((parameter) => isViewed(parameter.name.text))) return "";
  return `<${
    parameters.map(({ name, default: by }) => isViewed(name.text) ? name.text : by?.getText() ?? "unknown").join(", ")
  }>`;
}

function isViewed(parameter: string): boolean {
  return parameter === "Text" || parameter === "Integer";
}

function isIndexParameter(node: ts.Node): boolean {
  return ts.isParameter(node) && ts.isIndexSignatureDeclaration(node.parent);
}

function isExported(node: ts.HasModifiers): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** The types that nodes of one file name, with the file each is declared in; not its type parameters, not global ones. */
function originsOf(
  nodes: readonly ts.Node[],
  typeParameters: readonly ts.TypeParameterDeclaration[] | undefined,
  path: string,
  parsed: Parsed,
): Map<string, string> {
  const local = new Set(typeParameters?.map((parameter) => parameter.name.text));
  const origins = new Map<string, string>();
  const found = (name: string): void => {
    const origin = local.has(name) ? undefined : originOf(name, path, parsed);
    if (origin !== undefined) origins.set(name, origin);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || (ts.isClassElement(node) && node.name && ts.isPrivateIdentifier(node.name))) return;
    if (ts.isTypeReferenceNode(node)) found(node.typeName.getText().split(".")[0]!);
    if (ts.isExpressionWithTypeArguments(node)) found(node.expression.getText());
    ts.forEachChild(node, visit);
  };
  nodes.forEach(visit);
  return origins;
}

/** The file that declares a type that the file at `path` names; undefined for a global one such as `Record`. */
function originOf(name: string, path: string, parsed: Parsed): string | undefined {
  const own = declarationOf(name, path, parsed);
  if (own !== undefined) {
    if (isExported(own)) return path;
    throw new Error(`Cannot generate from ${path}: it does not export ${name}`);
  }
  for (const statement of fileOf(parsed, path).statements) {
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    if (bindings.elements.some((element) => element.name.text === name)) {
      return resolve(path, (statement as ts.ImportDeclaration).moduleSpecifier);
    }
  }
  return undefined;
}

type TypeDeclaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration;

function declarationOf(name: string, path: string, parsed: Parsed): TypeDeclaration | undefined {
  return fileOf(parsed, path).statements.find((statement): statement is TypeDeclaration =>
    (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement)) && statement.name?.text === name
  );
}

function fileOf(parsed: Parsed, path: string): ts.SourceFile {
  const file = parsed.get(path);
  if (file === undefined) throw new Error(`Cannot generate: ${path} is not there`);
  return file;
}

function resolve(from: string, specifier: ts.Expression): string {
  return posix.join(posix.dirname(from), (specifier as ts.StringLiteral).text);
}
