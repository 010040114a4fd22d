/**
 * The examples of the command functions run, each on a server that knows its command.
 *
 * An example stands in the docblock of its function. It runs on Redis 8, or on Valkey 9 where only that knows the
 * command; as a cluster of one node, or as a sentinel, where the command wants that. Those of commands that no server
 * here knows, such as the modules', are type-checked by `deno task ok` and not run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "../../mod.ts";
import { functionsOfCommand, type KnownCommands, readKnownCommands } from "../../scripts/known_commands.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { serveAllSlots } from "../support/lone_cluster.ts";
import { type Server, startServer } from "../support/server.ts";
import { Programs } from "./programs.ts";

const FOLDER = "src/commands";

const known = readKnownCommands();
const byFunction = (commands: KnownCommands["servers"]): Map<string, readonly string[]> =>
  new Map(
    Object.entries(commands).flatMap(([command, kinds]) => functionsOfCommand(command).map((name) => [name, kinds])),
  );
const onServers = byFunction(known.servers);
const onSentinels = byFunction(known.sentinels);

interface Example {
  /** The function that it is an example of. */
  name: string;
  code: string;
}

/** The examples of a file. */
function examplesOf(file: string): Example[] {
  const examples: Example[] = [];
  const text = readFileSync(`${FOLDER}/${file}`, "utf8");
  for (const [, doc, name] of text.matchAll(/^\/\*\*\n((?: \*.*\n)+?) \*\/\n(?:export )?function (\w+)/gm)) {
    const code = /^ \* ```ts\n((?: \*.*\n)*?) \* ```$/m.exec(doc!)?.[1];
    if (code !== undefined) examples.push({ name: name!, code: code.replace(/^ \* ?/gm, "") });
  }
  return examples;
}

/** The name of the server that an example is for; undefined when none here knows its command. */
function serverFor({ name, code }: Example): string | undefined {
  const exported = name === "evalScript" ? "eval" : name;
  const sentinel = onServers.get(exported) === undefined;
  const kinds = exported === "call" ? ["redis8"] : onServers.get(exported) ?? onSentinels.get(exported);
  const kind = kinds?.find((each) => each === "redis8") ?? kinds?.find((each) => each === "valkey9");
  if (kind === undefined) return undefined;
  const mode = exported !== "call" && sentinel ? "sentinel" : /\.cluster\w*\(/.test(code) ? "cluster" : "standalone";
  return `${kind} ${mode}`;
}

const servers = new Map<string, Server>();
const programs = new Programs();

beforeAll(async () => {
  for (const kind of ["redis8", "valkey9"] as const) {
    servers.set(`${kind} standalone`, await startServer({ kind }));
    servers.set(`${kind} cluster`, await startServer({ kind, cluster: true }));
    servers.set(`${kind} sentinel`, await startServer({ kind, sentinel: true }));
  }
  // Both take two seconds, so they take these together.
  await Promise.all(["redis8", "valkey9"].map((kind) => serveAllSlots(servers.get(`${kind} cluster`)!)));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  programs.remove();
});

async function empty(server: Server): Promise<void> {
  const redis = await connect({ host: server.host, port: server.port });
  await redis.flushall();
  await redis.close();
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".ts")).sort()) {
  const examples = examplesOf(file).filter((example) => serverFor(example) !== undefined);
  if (examples.length === 0) continue;
  test(`the examples of ${file} run`, { timeoutMs: 30_000 }, async () => {
    const failures: string[] = [];
    for (const example of examples) {
      const where = serverFor(example)!;
      const server = servers.get(where)!;
      if (!where.endsWith("sentinel")) await empty(server);
      const expected = [...example.code.matchAll(/\/\/ => (.*)$/gm)].map((found) => found[1]);
      try {
        const printed = await programs.run(`${file} ${example.name}`, example.code, server);
        if (expected.length > 0) assert.deepEqual(printed, expected);
      } catch (error) {
        failures.push(`${example.name} on ${where}: ${error}`);
      }
    }
    assert.equal(failures.join("\n"), "");
  });
}
