/**
 * What the servers of the tests know, and how the function of a command is called.
 *
 * `known_commands.json` is written by `scripts/table.ts` from the running servers.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** A server of the tests, and the version of it that `scripts/servers` unpacks. */
export const SERVERS: ReadonlyMap<
  string,
  { readonly title: string; readonly redis?: string; readonly valkey?: string }
> = new Map([
  ["redis7", { title: "Redis 7.0", redis: "7.0.15" }],
  ["redis8", { title: "Redis 8.0", redis: "8.0.2" }],
  ["valkey8", { title: "Valkey 8.0", valkey: "8.0.1" }],
  ["valkey9", { title: "Valkey 9.1", valkey: "9.1.2" }],
]);

/** Which servers know each command, by its name in capitals, containers left out. */
export interface KnownCommands {
  /** What an ordinary server knows. */
  readonly servers: Readonly<Record<string, readonly string[]>>;
  /** What a sentinel knows. */
  readonly sentinels: Readonly<Record<string, readonly string[]>>;
}

/** Reads the list. */
export function readKnownCommands(): KnownCommands {
  return JSON.parse(readFileSync("scripts/known_commands.json", "utf8"));
}

/** The name of a command's function: `CLIENT NO-EVICT` is `clientNoEvict`, `FT._LIST` is `ftList`. */
export function functionOf(wire: string): string {
  // The function `command` makes any command.
  if (wire.toUpperCase() === "COMMAND") return "commandAll";
  const [first, ...rest] = wire.toLowerCase().split(/[ .|_-]+/);
  return first + rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
}

// What a third word tells apart, servers count as one command.
const PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["CLUSTER MIGRATION", ["IMPORT", "CANCEL", "STATUS"]],
  ["SENTINEL CONFIG", ["GET", "SET"]],
]);

/** The names of all functions of a command. */
export function functionsOfCommand(wire: string): string[] {
  const parts = PARTS.get(wire.toUpperCase());
  return parts === undefined ? [functionOf(wire)] : parts.map((part) => functionOf(`${wire} ${part}`));
}
