/** The rules of scripts/layers.ts catch each kind of violation, and let clean code be. */
import assert from "node:assert/strict";
import { violations } from "../../scripts/layers_rules.ts";
import { test } from "../support/harness.ts";

const TABLE = `# Some page

| folder | its one job | may import |
|---|---|---|
| \`src/errors.ts\`, \`src/stream.ts\` | errors; the seam | nothing |
| \`src/resp/\` | bytes | errors |
| \`src/commands/\` | words | errors, resp (types) |
| \`src/client/\` | surface | errors, commands |
| \`adapters/\` | sockets | stream |
| \`mod.ts\` | all | everything above |

After it.
`;

const CLEAN: Readonly<Record<string, string>> = {
  "src/errors.ts": "export class RedisError extends Error {}\n",
  "src/stream.ts": 'import { RedisError } from "./errors.ts";\nexport interface Stream { process(): RedisError }\n',
  "src/resp/value.ts": 'import { RedisError } from "../errors.ts";\nexport type Value = RedisError;\n',
  "src/commands/strings.ts":
    'import type { Value } from "../resp/value.ts";\nexport type Reader = (v: Value) => void;\n',
  "src/client/client.ts": [
    'import type { Reader } from "../commands/strings.ts";',
    "// Deno, process and Buffer are only spoken of.",
    'export const text: string = "Deno.connect, node:net";',
    "export async function later(clock: { Date: number; performance: number }): Promise<number> {",
    "  return await Promise.resolve(clock.Date + clock.performance);",
    "}",
    "export type { Reader };",
  ].join("\n"),
  "adapters/node.ts": 'import { connect } from "node:net";\nimport type { Stream } from "../src/stream.ts";\n' +
    "export const dial: (s: Stream) => unknown = () => connect(process.env.PORT);\n",
  "mod.ts":
    'export { later } from "./src/client/client.ts";\nexport const node = () => import("./adapters/node.ts");\n',
};

function found(files: Record<string, string>, table: string = TABLE): string[] {
  const sources = new Map(Object.entries({ ...CLEAN, ...files }));
  return violations(table, sources).map(({ path, line, what }) => `${path}:${line}: ${what}`);
}

test("clean code has no violation", () => {
  assert.deepEqual(found({}), []);
});

const PURE_FILE = "src/resp/decoder.ts";
const ROWS: readonly [what: string, files: Record<string, string>, expected: string[]][] = [
  ["an upward import", {
    "src/resp/up.ts": '\nimport { get } from "../commands/strings.ts";\n',
  }, ["src/resp/up.ts:2: imports src/commands/strings.ts, and src/resp/ may not import src/commands/"]],
  ["an upward import of a type", {
    "src/resp/up.ts": 'import type { Reader } from "../commands/strings.ts";\n',
  }, ["src/resp/up.ts:1: imports src/commands/strings.ts, and src/resp/ may not import src/commands/"]],
  ["an upward type in place", {
    "src/resp/up.ts": 'export type R = import("../commands/strings.ts").Reader;\n',
  }, ["src/resp/up.ts:1: imports src/commands/strings.ts, and src/resp/ may not import src/commands/"]],
  ["an upward re-export", {
    "src/stream_types.ts": "",
    "src/resp/up.ts": 'export * from "../client/client.ts";\n',
  }, [
    "src/stream_types.ts:1: no row of docs/architecture.md covers this file",
    "src/resp/up.ts:1: imports src/client/client.ts, and src/resp/ may not import src/client/",
  ]],
  ["a sideways import at run time", {
    "adapters/deep.ts": 'export const load = () => import("../src/resp/value.ts");\n',
  }, ["adapters/deep.ts:1: imports src/resp/value.ts, and adapters/ may not import src/resp/"]],
  ["a value where types alone are allowed", {
    "src/commands/keys.ts": 'import { type Value } from "../resp/value.ts";\nexport type V = Value;\n',
  }, [
    "src/commands/keys.ts:1: imports src/resp/value.ts as a value, and src/commands/ may import types alone from there",
  ]],
  ["a file that is not there", {
    "src/resp/lost.ts": 'import { a } from "./gone.ts";\n',
  }, ["src/resp/lost.ts:1: imports src/resp/gone.ts, which is not there"]],
  ["a ring of two", {
    "src/resp/a.ts": 'import { b } from "./b.ts";\n',
    "src/resp/b.ts": 'export const x = 1;\nimport { a } from "./a.ts";\n',
  }, ["src/resp/a.ts:1: import ring: src/resp/a.ts -> src/resp/b.ts -> src/resp/a.ts"]],
  ["a ring of three", {
    "adapters/a.ts": 'import { b } from "./b.ts";\n',
    "adapters/b.ts": 'export { c } from "./c.ts";\n',
    "adapters/c.ts": 'export const a = () => import("./a.ts");\n',
  }, ["adapters/a.ts:1: import ring: adapters/a.ts -> adapters/b.ts -> adapters/c.ts -> adapters/a.ts"]],
  ["a ring of types alone", {
    "src/resp/a.ts": 'import type { B } from "./b.ts";\nexport interface A { b: B }\n',
    "src/resp/b.ts": 'import type { A } from "./a.ts";\nexport interface B { a: A }\n',
  }, ["src/resp/a.ts:1: import ring: src/resp/a.ts -> src/resp/b.ts -> src/resp/a.ts"]],
  ["a file that imports itself", {
    "src/resp/a.ts": 'import type { A } from "./a.ts";\n',
  }, ["src/resp/a.ts:1: import ring: src/resp/a.ts -> src/resp/a.ts"]],
  ["a file beside a ring is not said to be in it", {
    "adapters/a.ts": 'import "./b.ts";\n',
    "adapters/b.ts": 'import "./c.ts";\n',
    "adapters/c.ts": 'import "./b.ts";\n',
  }, ["adapters/b.ts:1: import ring: adapters/b.ts -> adapters/c.ts -> adapters/b.ts"]],
  ["a runtime's module in src", {
    "src/client/net.ts": 'import { connect } from "node:net";\n',
  }, ["src/client/net.ts:1: imports node:net: src/ imports no runtime and no package"]],
  ["a package in src", {
    "src/client/net.ts": 'export type T = import("typescript").Node;\n',
  }, ["src/client/net.ts:1: imports typescript: src/ imports no runtime and no package"]],
  ["a computed import in src", {
    "src/client/net.ts": "export const load = (name: string) => import(name);\n",
  }, ["src/client/net.ts:1: imports what is computed: src/ imports no runtime and no package"]],
];
for (const [what, files, expected] of ROWS) {
  test(`this is caught: ${what}`, () => assert.deepEqual(found(files), expected));
}

const RUNTIME_ROWS: readonly [code: string, name: string][] = [
  ["export const a = Deno.args;", "Deno"],
  ["export const a = typeof Bun;", "Bun"],
  ["export const a = process.env;", "process"],
  ["export const a: Buffer = f();", "Buffer"],
  ['export const a = require("net");', "require"],
  ["setImmediate(f);", "setImmediate"],
  ["export const a = globalThis.Deno;", "globalThis"],
  ["export const a = (globalThis as { Bun?: unknown }).Bun;", "globalThis"],
  ["export const { Deno: a } = globalThis;", "globalThis"],
  ["export const a = { process };", "process"],
];
for (const [code, name] of RUNTIME_ROWS) {
  test(`src/ must not say ${code}`, () => {
    const path = "src/client/extra.ts";
    assert.deepEqual(found({ [path]: `\n${code}\n` }), [`${path}:2: names ${name}: src/ knows no runtime`]);
  });
}

const PURE_ROWS: readonly [code: string, ...whats: string[]][] = [
  ["export async function f() {}", "has async"],
  ["export const f = async () => {};", "has async"],
  ["export const a = await f();", "has await"],
  ["for await (const x of y) x();", "has await"],
  ["export type T = Promise<void>;", "names Promise"],
  ["export const a = new Promise(f);", "names Promise"],
  ["f().then(g);", "has .then()"],
  ["setTimeout(f, 1);", "names setTimeout"],
  ["setInterval(f, 1);", "names setInterval"],
  ["queueMicrotask(f);", "names queueMicrotask"],
  ["export const a = Date.now();", "names Date"],
  ["export const a = new Date();", "names Date"],
  ["export const a = performance.now();", "names performance"],
  ["export const a = Math.random();", "has Math.random"],
  ["export const a = crypto.randomUUID();", "names crypto"],
];
for (const [code, ...whats] of PURE_ROWS) {
  test(`a pure folder must not say ${code}, and others may`, () => {
    assert.deepEqual(
      found({ [PURE_FILE]: `${code}\n` }),
      whats.map((what) => `${PURE_FILE}:1: ${what} in a pure folder`),
    );
    assert.deepEqual(found({ "src/client/extra.ts": `${code}\n` }), []);
  });
}

test("what follows a dot or names a member is free in a pure folder", () => {
  const code = "export interface I { then: number; Date(): void; process: [crypto: string] }\n" +
    "export const f = (i: I) => i.process + i.then + Math.floor(1.5) + (i as any).performance;\n";
  assert.deepEqual(found({ [PURE_FILE]: code }), []);
});

const TABLE_ROWS: readonly [what: string, table: string, expected: string[]][] = [
  ["a row that covers no file", TABLE.replace("| `mod.ts`", "| `src/none.ts` | none | nothing |\n| `mod.ts`"), [
    "docs/architecture.md:10: the row of src/none.ts covers no file",
  ]],
  ["a row that allows a row below it", TABLE.replace("| bytes | errors |", "| bytes | errors, commands |"), [
    "docs/architecture.md:6: commands is not the name of a row above this one",
  ]],
  ["no table", "# Nothing\n", [
    "docs/architecture.md:1: it has no table of layers",
    ...Object.keys(CLEAN).map((path) => `${path}:1: no row of docs/architecture.md covers this file`),
  ]],
];
for (const [what, table, expected] of TABLE_ROWS) {
  test(`this is caught in the page: ${what}`, () => assert.deepEqual(found({}, table), expected));
}
