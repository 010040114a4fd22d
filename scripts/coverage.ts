/**
 * Counts the commands that the servers of the tests know, and those of them that have a function and tests.
 *
 * A command is covered on a server when it has a function, a row of words, and a row that runs on that server; that the
 * rows pass is for the tests to say. Subcommands count one by one, sentinels are servers too.
 *
 * Usage: `deno task coverage`; prints the counts and exits 1 below 100 %.
 *
 * @module
 */
import process from "node:process";
import { join } from "node:path";
import { commandFunctions, coveredOn, functionsOf } from "../tests/commands/coverage.ts";
import { tables } from "../tests/commands/tables.ts";
import { functionsOfCommand, readKnownCommands, SERVERS } from "./known_commands.ts";

process.chdir(join(import.meta.dirname!, ".."));
const known = readKnownCommands();
const functions = new Set(commandFunctions);
const inWords = new Set([...tables.values()].flatMap(({ words }) => words.flatMap(([name]) => functionsOf(name))));
const rows = [...tables.values()].flatMap((table) => table.server);
const missing = new Set<string>();

for (const [kind, { title, redis, valkey }] of SERVERS) {
  const onServer = coveredOn({ redis, valkey }, rows);
  for (const [what, commands] of [["", known.servers], [", as sentinel", known.sentinels]] as const) {
    const names = Object.keys(commands).filter((name) => commands[name]!.includes(kind));
    const covered = names.filter((name) =>
      functionsOfCommand(name).every((own) => functions.has(own) && inWords.has(own) && onServer.has(own))
    );
    for (const name of names) if (!covered.includes(name)) missing.add(`${name} on ${title}${what}`);
    console.log(`${title}${what}: ${covered.length} of ${names.length} commands and subcommands`);
  }
}
const untested = commandFunctions.filter((name) => !inWords.has(name));
for (const name of untested) missing.add(`${name}, which has no row of words`);
console.log(`${functions.size} functions, ${inWords.size} with rows of words`);
for (const name of missing) console.log(`missing: ${name}`);
if (missing.size > 0) process.exitCode = 1;
