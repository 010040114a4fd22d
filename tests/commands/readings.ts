/** What commands make of replies that no test server gives: tables of them, and how they are judged. */
import assert from "node:assert/strict";
import { type Command, modeOf } from "../../src/commands/command.ts";
import type { DecodeMode, Value } from "../../src/resp/value.ts";

/** What the decoder gives for a command under each protocol in a view, and what the command is to make of both. */
export type Reading = readonly [
  name: string,
  command: Command<unknown>,
  view: DecodeMode,
  resp2: Value,
  resp3: Value,
  expected: unknown,
];

/** Judges that the replies of both protocols come out as they are expected to. */
export function sameUnderBoth(readings: readonly Reading[]): void {
  for (const [name, command, view, resp2, resp3, expected] of readings) {
    const mode = modeOf(command, view);
    assert.deepEqual(command.reader.read(resp2, mode), expected, `${name} under RESP2`);
    assert.deepEqual(command.reader.read(resp3, mode), expected, `${name} under RESP3`);
  }
}

/** A RESP3 reply of a search query with these results, as the decoder gives it where maps are flat lists. */
export function found(total: Value, results: Value[], warning: Value[] = []): Value[] {
  return ["attributes", [], "warning", warning, "total_results", total, "format", "STRING", "results", results];
}
