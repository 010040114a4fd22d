/**
 * The table of `src/routing/` against real servers: the keys that it finds are those of `COMMAND GETKEYS` for every
 * command of the tests, and no server says of a command what would make the table's facts unsafe.
 */
import assert from "node:assert/strict";
import { ReplyError } from "../../src/errors.ts";
import { command, type Word } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { BYTES } from "../../src/resp/value.ts";
import { allFacts, type CommandFacts, factsOf } from "../../src/routing/command_facts.ts";
import { parseKeySpec } from "../../src/routing/key_specs.ts";
import { keysOf } from "../../src/routing/keys.ts";
import { commandEntries, type CommandEntry } from "../support/command_entries.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { Link } from "../support/link.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { handRows, specRows, wordsOfRow } from "../pure/routing_key_rows.ts";
import { tables } from "./tables.ts";

const NO_KEYS = /The command has no key arguments|Invalid arguments specified for command/;
const NOT_THERE_YET = /Invalid number of arguments specified for command/;

/** Rows whose keys `COMMAND GETKEYS` does not find, with the reason. */
const SERVER_IS_WRONG: ReadonlyMap<string, string> = new Map([
  // In a cluster it is routed by its target all the same.
  ["pfmerge of nothing", "the spec of the sources finds none, which counts as an error, and takes the target with it"],
]);

const servers = new Map<ServerKind, Server>();
const entries = new Map<ServerKind, readonly CommandEntry[]>();
beforeAll(async () => {
  for (const kind of serverKinds) {
    const server = await startServer({ kind });
    servers.set(kind, server);
    entries.set(kind, await commandEntries(server));
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

const rows = [...tables.values()].flatMap(({ words }) => words);

/** What servers are asked: the commands of the tests, and those where keys are hard to find. */
const asked: readonly (readonly [name: string, words: readonly Word[]])[] = [
  ...rows.map(([name, , words]) => [name, words] as const),
  ...[...specRows, ...handRows].filter(([, , differs]) => differs === undefined)
    .map((row) => [row[0], wordsOfRow(row)] as const),
];

/** The keys that a server finds, as bytes; undefined when it takes no such words. */
async function keysByServer(link: Link, words: readonly Word[]): Promise<string[] | undefined> {
  // Redis 7.0 wants a word behind the name.
  if (words.length === 1) return [];
  try {
    const keys = await link.send(command(["COMMAND", "GETKEYS", ...words], raw), BYTES) as Uint8Array[];
    return keys.map(hex);
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    if (NO_KEYS.test(error.message)) return [];
    if (NOT_THERE_YET.test(error.message)) return undefined;
    throw error;
  }
}

function hex(word: Word): string {
  const bytes = word instanceof Uint8Array ? word : new TextEncoder().encode(String(word));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

test("the table knows each command that the functions send", () => {
  // A raw call may send what no server knows.
  const unknown = rows.filter(([name, , words]) => !/^call\b/.test(name) && factsOf(words) === undefined);
  assert.deepEqual(unknown.map(([name]) => name), []);
});

for (const kind of serverKinds) {
  test(
    `${kind} finds the keys that the table finds, in each command of the tests`,
    { timeoutMs: 60_000 },
    async (t) => {
      const known = new Set(entries.get(kind)!.map(({ name }) => name));
      const link = await Link.open(servers.get(kind)!, 3);
      t.defer(link.close.bind(link));
      const failures: string[] = [];
      let compared = 0;
      for (const [name, words] of asked) {
        const facts = factsOf(words);
        if (facts === undefined || !known.has(facts.name) || SERVER_IS_WRONG.has(name)) continue;
        const wanted = await keysByServer(link, words);
        if (wanted === undefined) continue;
        compared++;
        const found = keysOf(words).map(({ key }) => hex(key));
        if (found.join() !== wanted.join()) failures.push(`${name}: ${found.join()} is not ${wanted.join()}`);
      }
      assert.deepEqual(failures, []);
      assert.ok(compared > 200, `${compared} commands were compared`);
    },
  );

  test(`${kind} says nothing of its commands that the table takes for safer`, () => {
    for (const entry of entries.get(kind)!) {
      if (entry.container) continue;
      const facts = factsOf(entry.name.split(" "));
      assert.equal(facts?.name, entry.name);
      assert.deepEqual(risksOf(entry, facts!), [], entry.name);
    }
  });
}

/** The ways in which the facts of the table would let a client do what this server does not allow for. */
function risksOf({ marks, specs }: CommandEntry, facts: CommandFacts): string[] {
  const said = (mark: string): boolean => marks.includes(mark);
  const risks: [string, boolean][] = [
    ["readonly", facts.readonly && !said("readonly")],
    ["write", said("write") && !facts.write],
    ["blocking", said("blocking") && !facts.blocking],
    ["admin", said("admin") && !facts.admin],
    ["pubsub", said("pubsub") && !facts.pubsub],
    ["no_multi", said("no_multi") && !facts.noMulti],
    ["denyoom", said("denyoom") && !facts.denyOom],
    ["loading", facts.loading && !said("loading")],
    ["stale", facts.stale && !said("stale")],
    ["movablekeys", said("movablekeys") !== facts.movableKeys],
    ["nondeterministic_output", said("nondeterministic_output") && !facts.nondeterministic],
    ["key specs", !samePlaces(specs, facts)],
  ];
  return risks.filter(([, risk]) => risk).map(([what]) => what);
}

/** Whether the keys are in the same places; what becomes of them, servers judge differently. */
function samePlaces(specs: readonly string[], facts: CommandFacts): boolean {
  const places = specs.map((spec) => ({ ...parseKeySpec(spec), access: undefined }));
  try {
    assert.deepEqual(facts.keySpecs.map((spec) => ({ ...spec, access: undefined })), places);
    return true;
  } catch {
    return false;
  }
}

test("the policies of the table are those that a server tells of", () => {
  const told = new Set([...entries.values()].flat().map(({ name }) => name));
  const policies = allFacts().filter(({ requestPolicy, responsePolicy }) => requestPolicy ?? responsePolicy);
  for (const { name, requestPolicy, responsePolicy } of policies.filter(({ name }) => told.has(name))) {
    const marks = [...entries.values()].flat().filter((entry) => entry.name === name).flatMap(({ marks }) => marks);
    if (requestPolicy !== undefined) assert.ok(marks.includes(`request_policy:${requestPolicy}`), name);
    if (responsePolicy !== undefined) assert.ok(marks.includes(`response_policy:${responsePolicy}`), name);
  }
});
