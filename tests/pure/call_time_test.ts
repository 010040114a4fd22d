/** How long calls may take. */
import assert from "node:assert/strict";
import type { AnyCommand } from "../../src/commands/command.ts";
import * as c from "../../src/commands/mod.ts";
import { timeFor } from "../../src/connection/call_time.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { test } from "../support/harness.ts";

const NEVER = 0;

const rows: [name: string, commands: AnyCommand[], callMs: number | undefined, clientMs: number, timeMs: number][] = [
  ["what does not wait has the client's time", [c.get("k")], undefined, 5_000, 5_000],
  ["several together as well", [c.get("k"), c.get("l")], undefined, 5_000, 5_000],
  ["the call's own time counts", [c.get("k")], 70, 5_000, 70],
  ["and where the client has none", [c.get("k")], 70, NEVER, 70],
  ["a call without a limit", [c.get("k")], NEVER, 5_000, NEVER],
  ["a client without a limit", [c.get("k")], undefined, NEVER, NEVER],
  ["what blocks has its own on top", [c.blpop("k", 2)], undefined, 5_000, 7_000],
  ["of less than a millisecond, too", [c.blpop("k", 0.0001)], undefined, 5_000, 5_001],
  ["a stream's is milliseconds", [c.xread({ s: "0" }, { block: 20 })], undefined, 5_000, 5_020],
  ["without BLOCK it does not wait", [c.xread({ s: "0" })], undefined, 5_000, 5_000],
  ["what follows has its own on top", [c.wait(1, 300)], undefined, 5_000, 5_300],
  ["all that wait are added up", [c.get("k"), c.wait(1, 300), c.waitaof(1, 0, 50)], undefined, 5_000, 5_350],
  ["one that waits for ever makes all do", [c.blpop("k", 2), c.blpop("k", 0)], undefined, 5_000, NEVER],
  ["and one alone", [c.wait(1, 0)], undefined, 5_000, NEVER],
  ["the call's own time counts for what waits", [c.blpop("k", 0)], 70, 5_000, 70],
  ["and is not added to", [c.blpop("k", 9)], 70, 5_000, 70],
  ["and may be none", [c.blpop("k", 9)], NEVER, 5_000, NEVER],
  ["a client without a limit has none for what waits", [c.blpop("k", 9)], undefined, NEVER, NEVER],
  ["what stands does not wait", [c.clientSetname("n")], undefined, 5_000, 5_000],
  ["nothing at all", [], undefined, 5_000, 5_000],
];

for (const [name, commands, timeoutMs, clientMs, timeMs] of rows) {
  test(`call time: ${name}`, () => {
    assert.equal(timeFor(commands, { ...PLAIN_CALL, timeoutMs }, clientMs), timeMs);
  });
}
