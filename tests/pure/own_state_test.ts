/** The state of a leased connection: what commands leave behind, and which ones no lease carries. */
import assert from "node:assert/strict";
import { commandName } from "../../src/command_name.ts";
import * as c from "../../src/commands/mod.ts";
import * as own from "../../src/commands/own_connection.ts";
import { type AnyCommand, command } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { OwnState } from "../../src/connection/own_state.ts";
import { functionsOf } from "../commands/coverage.ts";
import { tables } from "../commands/tables.ts";
import { test } from "../support/harness.ts";

type Outcome = "clean" | "mendable" | "spoiled";

function outcomeOf(state: OwnState): Outcome {
  return state.clean ? "clean" : state.mendable ? "mendable" : "spoiled";
}

const { multi, exec, discard, watch, unwatch, select } = own;

/** As transaction() says it. */
const transaction = [["MULTI"], ["GET", "k"], ["EXEC"]].map((words) => command(words, raw));

const rows: [name: string, commands: AnyCommand[], outcome: Outcome][] = [
  ["nothing", [], "clean"],
  ["data", [c.get("k"), c.set("k", "v"), c.blpop("k", 1), c.wait(0, 1)], "clean"],
  ["a watch", [watch("k")], "mendable"],
  ["a watch that was taken back", [watch("k"), unwatch()], "clean"],
  ["unwatching only", [unwatch()], "clean"],
  ["a transaction", [multi(), c.get("k"), exec()], "clean"],
  ["a transaction that is open", [multi(), c.get("k")], "spoiled"],
  ["a transaction that was dropped", [multi(), discard()], "clean"],
  ["a watch and its transaction", [watch("k"), multi(), exec()], "clean"],
  ["a watch and its dropped transaction", [watch("k"), multi(), discard()], "clean"],
  ["a watch and an open transaction", [watch("k"), multi()], "spoiled"],
  ["a watch after a transaction", [multi(), exec(), watch("k")], "mendable"],
  ["a watch and EXEC without MULTI, which is refused,", [watch("k"), exec()], "mendable"],
  ["a watch and DISCARD without MULTI, which is refused,", [watch("k"), discard()], "mendable"],
  ["a transaction() in an open MULTI, which executes both,", [multi(), ...transaction], "clean"],
  ["a watch behind that, and EXEC, which is refused,", [multi(), ...transaction, watch("k"), exec()], "mendable"],
  ["another database", [select(1)], "mendable"],
  ["another database and back", [select(1), select(0)], "mendable"],
  ["another database in a transaction", [multi(), select(1), exec()], "mendable"],
  ["another database and a watch", [select(1), watch("k")], "mendable"],
  ["another user", [own.auth("p")], "spoiled"],
  ["READONLY", [own.readonly()], "spoiled"],
  ["READONLY and back", [own.readonly(), own.readwrite()], "spoiled"],
  ["ASKING", [own.asking()], "spoiled"],
  ["CLIENT CACHING", [own.clientCaching("yes")], "spoiled"],
  ["CLIENT CAPA", [own.clientCapa("redirect")], "spoiled"],
  ["CLIENT IMPORT-SOURCE", [own.clientImportSource("on")], "spoiled"],
  ["a name of its own", [c.clientSetname("n")], "spoiled"],
  ["tracking", [c.clientTracking("on")], "spoiled"],
  ["what is raw and stands", [c.call("client", "no-evict", "on")], "spoiled"],
  ["a change and a dropped transaction", [own.auth("p"), multi(), discard()], "spoiled"],
];

for (const [name, commands, outcome] of rows) {
  test(`own state: ${name} leaves a lease ${outcome}`, () => {
    const state = new OwnState();
    for (const command of commands) state.note(command);
    assert.equal(outcomeOf(state), outcome);
  });
}

test("own state: it says what is to be undone", () => {
  const state = new OwnState();
  state.note(watch("k"));
  assert.deepEqual([state.watching, state.moved, state.multi, state.changed], [true, false, false, false]);
  state.note(select(3));
  state.note(multi());
  assert.deepEqual([state.watching, state.moved, state.multi, state.changed], [true, true, true, false]);
  state.note(exec());
  assert.deepEqual([state.watching, state.moved, state.multi, state.changed], [false, true, false, false]);
});

/** The functions whose commands a lease carries; all others of own_connection.ts are refused. */
const CARRIED: readonly string[] = [
  "asking",
  "auth",
  "clientCaching",
  "clientCapa",
  "clientImportSource",
  "discard",
  "exec",
  "multi",
  "readonly",
  "readwrite",
  "select",
  "unwatch",
  "watch",
];

test("own state: what would end a lease's connection, begin it anew or not answer once is refused", () => {
  const seen = new Set<string>();
  for (const { words } of tables.values()) {
    for (const [row, make] of words) {
      const [name] = functionsOf(row).filter((each) => each in own);
      if (name === undefined) continue;
      seen.add(name);
      const state = new OwnState();
      const command = make();
      const check = () => state.check(command);
      if (CARRIED.includes(name)) check();
      else {
        assert.throws(check, {
          name: "TypeError",
          message: `Cannot send ${commandName(command.words)}: it would end a lease's connection or begin it anew, ` +
            "or has not one reply",
        }, row);
      }
    }
  }
  assert.deepEqual([...seen].sort(), Object.keys(own).sort());
});
