/**
 * Which rows are about which commands, and on which servers they run.
 *
 * @module
 */
import * as functions from "../../src/commands/mod.ts";
import type { ServerRow, Since } from "./rows.ts";

/** The functions that make commands, by name. */
export const commandFunctions: readonly string[] = Object.keys(functions).filter((name) => name !== "command");

const known: ReadonlySet<string> = new Set(commandFunctions);

/** The functions that a row is about: the names that its own begins with. */
export function functionsOf(row: string): string[] {
  const names = /^\w+(?:, \w+)*/.exec(row)?.[0].split(", ") ?? [];
  return names.filter((name) => known.has(name));
}

/** Whether a server of this version knows what a row is about. */
export function knows(version: Since, since: Since | undefined): boolean {
  if (since === undefined) return true;
  const family = version.valkey === undefined ? "redis" : "valkey";
  const first = since[family];
  return first !== undefined && version[family]!.localeCompare(first, "en", { numeric: true }) >= 0;
}

/** The functions that rows are about which run on a server of this version. */
export function coveredOn(version: Since, rows: Iterable<ServerRow>): Set<string> {
  const covered = new Set<string>();
  for (const row of rows) {
    if (knows(version, row.since)) { for (const name of functionsOf(row.name)) covered.add(name); }
  }
  return covered;
}
