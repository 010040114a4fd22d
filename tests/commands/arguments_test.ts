/**
 * Every argument that a server documents can be given: each word that COMMAND DOCS says an option begins with, or is,
 * stands in a row of words of that command.
 */
import assert from "node:assert/strict";
import { type CommandArgument, type CommandDocs, connect } from "../../mod.ts";
import { test } from "../support/harness.ts";
import { serverKinds, startServer } from "../support/server.ts";
import { tables } from "./tables.ts";

// Words that are documented and not needed, by command; each with the reason.
const LEFT_OUT: ReadonlyMap<string, readonly string[]> = new Map([]);

/** The words that each command's rows send, in capitals, by its name of one part and of two. */
const sent = new Map<string, Set<string>>();
for (const { words: rows } of tables.values()) {
  for (const [, make] of rows) {
    const words = make().words.map((word) => String(word).toUpperCase());
    for (const name of [words[0]!, `${words[0]} ${words[1]}`]) {
      const known = sent.get(name) ?? new Set();
      for (const word of words) known.add(word);
      sent.set(name, known);
    }
  }
}

function tokensOf(list: readonly CommandArgument[] = []): string[] {
  return list.flatMap(({ token, arguments: inner }) => [...token === undefined ? [] : [token], ...tokensOf(inner)]);
}

function missing(docs: Readonly<Record<string, CommandDocs>>): string[] {
  return Object.entries(docs).flatMap(([name, { arguments: list, subcommands }]) => {
    const command = name.replace("|", " ").toUpperCase();
    const tokens = tokensOf(list).filter((token) =>
      token !== "" && !sent.get(command)?.has(token.toUpperCase()) && !LEFT_OUT.get(command)?.includes(token)
    );
    return [...tokens.map((token) => `${command} ${token}`), ...missing(subcommands ?? {})];
  });
}

for (const kind of serverKinds) {
  test(`rows of words hold every word that ${kind} documents`, async (t) => {
    const server = await startServer({ kind });
    t.defer(() => server.stop());
    const redis = await connect(server.url);
    t.defer(() => redis.close());
    const docs = await redis.commandDocs();
    assert.ok(Object.keys(docs).length > 200);
    assert.deepEqual(missing(docs), []);
  });
}
