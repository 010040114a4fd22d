/** What scripts/api.ts makes of command functions. */
import assert from "node:assert/strict";
import { generate } from "../../scripts/api.ts";
import { interfaceNameOf } from "../../scripts/api_source.ts";
import { test } from "../support/harness.ts";

const COMMAND = `export type Key = string;
export interface Command<Reply> { read(): Reply }
export function command(): Command<string> { return null as never; }
`;
const READERS = `import type { Value } from "../resp/value.ts";
export type Status = string;
export interface Scored<Text = string> { member: Text }
export type Page<Item, Text = string> = [Text, Item];
export type Raw = Value;
`;
const IMPORTS = `import { type Command, command, type Key } from "./command.ts";
import type { Page, Raw, Scored, Status } from "./readers.ts";
`;

/** The lines of a generated file, without its opening docblock. */
function linesOf(source: string, file: string, more: Record<string, string> = {}): string[] {
  const sources = new Map(Object.entries({
    "src/errors.ts": "export class RedisError extends Error {}\n",
    "src/resp/value.ts": "export type Value = string | null;\n",
    "src/commands/command.ts": COMMAND,
    "src/commands/readers.ts": READERS,
    "src/commands/methods.ts": 'export * from "./hashes.ts";\n',
    "src/commands/hashes.ts": IMPORTS + source,
    ...more,
  }));
  const text = generate(sources).get(file);
  assert.ok(text, `${file} is generated`);
  return text.slice(text.indexOf("*/") + 3).split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

/** The methods that come out of the functions in `source`. */
function methodsOf(source: string): string[] {
  return linesOf(source, "src/api/hashes.ts").filter((line) => line.includes("): Promise<"));
}

const NAMES = [
  ["strings", "StringCommands"],
  ["keys", "KeyCommands"],
  ["hashes", "HashCommands"],
  ["lists", "ListCommands"],
  ["sets", "SetCommands"],
  ["sorted_sets", "SortedSetCommands"],
  ["server", "ServerCommands"],
  ["connection", "ConnectionCommands"],
  ["raw", "RawCommands"],
  ["geo_radius", "GeoRadiusCommands"],
  ["time_series", "TimeSeriesCommands"],
  ["time_series_ranges", "TimeSeriesRangeCommands"],
] as const;
for (const [group, expected] of NAMES) {
  test(`the interface of ${group} is ${expected}`, () => assert.equal(interfaceNameOf(group), expected));
}

const REPLIES: readonly [reply: string, viewed: string][] = [
  ["string", "Text"],
  ["number | null", "Integer | null"],
  ["[string, number][]", "[Text, Integer][]"],
  ['"string" | `${number}`', '"string" | `${number}`'],
  ["Scored<string>[]", "Scored<Text>[]"],
  ["Scored[]", "Scored<Text>[]"],
  ["Page<Scored, string>", "Page<Scored<Text>, Text>"],
  ["Record<Status, string>", "Record<Status, Text>"],
  ["Record<string, number>", "Record<string, Integer>"],
  ["{ [name: string]: string }", "{ [name: string]: Text }"],
  ["Map<string, Set<number>>", "Map<Text, Set<Integer>>"],
  ["Status | Raw | Uint8Array", "Status | Raw | Uint8Array"],
];
for (const [reply, viewed] of REPLIES) {
  test(`a view of the reply ${reply} is ${viewed}`, () => {
    assert.deepEqual(methodsOf(`export function hx(key: Key): Command<${reply}> {}`), [
      `hx(key: Key): Promise<${viewed}>;`,
    ]);
    const chain = linesOf(`export function hx(key: Key): Command<${reply}> {}`, "src/api/chain.ts");
    assert.ok(chain.includes(`hx(key: Key): Chain<[...Replies, ${viewed}], Text, Integer>;`), chain.join("\n"));
  });
}

const FUNCTIONS: readonly [what: string, source: string, methods: string[]][] = [
  ["parameters stay as they are", "export function hx(a: string, b?: number, ...c: string[]): Command<number> {}", [
    "hx(a: string, b?: number, ...c: string[]): Promise<Integer>;",
  ]],
  ["type parameters stay", "export function hx<T extends Key = Key>(a: T): Command<T[]> {}", [
    "hx<T extends Key = Key>(a: T): Promise<T[]>;",
  ]],
  ["a default is a question mark", "export function hx(count: number = 1): Command<null> {}", [
    "hx(count?: number): Promise<null>;",
  ]],
  [
    "each overload counts and the implementation does not",
    "export function hx(): Command<null>;\nexport function hx(a: Key): Command<string>;\n" +
    "export function hx(a?: Key): Command<string | null> {}",
    ["hx(): Promise<null>;", "hx(a: Key): Promise<Text>;"],
  ],
  ["other functions are left out", "export function hx(): string {}\nfunction hy(): Command<null> {}", []],
];
for (const [what, source, methods] of FUNCTIONS) {
  test(`of a function, ${what}`, () => {
    assert.deepEqual(methodsOf(`export function hz(): Command<null> {}\n${source}`), [
      "hz(): Promise<null>;",
      ...methods,
    ]);
  });
}

test("a docblock is copied, and an overload without one has the first one's up to its tags", () => {
  const doc = "/**\n * Does it.\n *\n * More of it.\n *\n * @example\n * ```ts\n * it();\n * ```\n */\n";
  const lines = linesOf(
    `${doc}export function hx(): Command<null>;\nexport function hx(a: Key): Command<null>;\nexport function hx() {}`,
    "src/api/hashes.ts",
  );
  const methods = lines.slice(
    lines.indexOf("export interface HashCommands<Text = string, Integer = number> {") + 1,
    -1,
  );
  assert.deepEqual(methods, [
    ...doc.trim().split("\n").map((line) => line.trim()),
    "hx(): Promise<null>;",
    ...["/**", "* Does it.", "*", "* More of it.", "*/"],
    "hx(a: Key): Promise<null>;",
  ]);
});

test("types are imported from where they are declared, and mod.ts gives all that are reached", () => {
  const source = "export interface HashOptions { status?: Status }\n" +
    "export function hx(key: Key, options?: HashOptions): Command<Raw> {}";
  const imports = linesOf(source, "src/api/hashes.ts").filter((line) => line.startsWith("import"));
  assert.deepEqual(imports, [
    'import type { Key } from "../commands/command.ts";',
    'import type { HashOptions } from "../commands/hashes.ts";',
    'import type { Raw } from "../commands/readers.ts";',
  ]);
  const exports = linesOf(source, "src/api/mod.ts").filter((line) => line.startsWith("export type"));
  assert.deepEqual(exports, [
    'export type { Chain } from "./chain.ts";',
    'export type { ChainCore, Entries } from "./chain_core.ts";',
    'export type { HashCommands } from "./hashes.ts";',
    'export type { Command, Key } from "../commands/command.ts";',
    'export type { HashOptions } from "../commands/hashes.ts";',
    'export type { Raw, Status } from "../commands/readers.ts";',
    'export type { RedisError } from "../errors.ts";',
    'export type { Value } from "../resp/value.ts";',
  ]);
});

test("only what mod.ts names is taken where it names functions", () => {
  const mod = {
    "src/commands/methods.ts": 'export { hy } from "./hashes.ts";\nexport type { Status } from "./readers.ts";\n',
  };
  const source = "export function hx(): Command<null> {}\nexport function hy(): Command<null> {}";
  const lines = linesOf(source, "src/api/hashes.ts", mod);
  assert.deepEqual(lines.filter((line) => line.includes("(")), ["hy(): Promise<null>;"]);
});

const OTHER = "src/commands/lists.ts";
const BOTH = { "src/commands/methods.ts": 'export * from "./hashes.ts";\nexport * from "./lists.ts";\n' };
const REFUSED: readonly [what: string, source: string, more: Record<string, string>, message: RegExp][] = [
  ["a name in two groups", "export function hx(): Command<null> {}", {
    ...BOTH,
    [OTHER]: `${IMPORTS}export function hx(): Command<null> {}`,
  }, /Cannot generate hx: both hashes and lists have it/],
  [
    "a name of the chain itself",
    "export function exec(): Command<null> {}",
    {},
    /both the chain itself and hashes have it/,
  ],
  ["a type in two files", "export interface O {}\nexport function hx(o: O): Command<null> {}", {
    ...BOTH,
    [OTHER]: `${IMPORTS}export interface O {}\nexport function lx(o: O): Command<null> {}`,
  }, /both src\/commands\/hashes.ts and src\/commands\/lists.ts declare a type O/],
  [
    "a type that is not exported",
    "interface O {}\nexport function hx(o: O): Command<null> {}",
    {},
    /does not export O/,
  ],
  [
    "a default without a type",
    "export function hx(count = 1): Command<null> {}",
    {},
    /count has a default and no type/,
  ],
  [
    "a group that is not there",
    "",
    { "src/commands/methods.ts": 'export * from "./gone.ts";' },
    /gone.ts is not there/,
  ],
];
for (const [what, source, more, message] of REFUSED) {
  test(`this is refused: ${what}`, () => {
    assert.throws(() => linesOf(source, "src/api/mod.ts", more), message);
  });
}

const LIMITS: readonly [source: string, limits: string][] = [
  ["export function hx(): Command<string> {}", "0-"],
  ["export function hx(key: Key, field?: string): Command<string> {}", "2-"],
  ["export function hx(key: Key, options?: { a: 1 }): Command<string> {}", "22"],
  ["export function hx(...keys: Key[]): Command<string> {}", "--"],
  [
    "export function hx(options: { a: 1 }): Command<string>;\nexport function hx(key: Key, to: Key): Command<string>;\n" +
    "export function hx(): Command<unknown> {}",
    "2-",
  ],
  [
    "export function hx(key: Key): Command<string>;\nexport function hx(key: Key, options: { a: 1 }): Command<string>;\n" +
    "export function hx(): Command<unknown> {}",
    "22",
  ],
];
for (const [source, limits] of LIMITS) {
  test(`what ${source.replaceAll("\n", " ")} takes is ${limits}`, () => {
    const lines = linesOf(source, "src/client/command_functions.ts");
    assert.ok(lines.includes(`return "${limits}";`), lines.join("\n"));
  });
}
