/** Commands for a connection of one's own: by no way does one get onto a connection that callers share. */
import assert from "node:assert/strict";
import { clientOf } from "../../src/client/client.ts";
import * as c from "../../src/commands/mod.ts";
import * as own from "../../src/commands/own_connection.ts";
import { raw } from "../../src/commands/readers.ts";
import { endpointScene, welcome } from "../support/connected.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { functionsOf } from "./coverage.ts";
import { words as ownRows } from "./own_connection_rows.ts";
import { bytes } from "./rows.ts";
import { tables } from "./tables.ts";

/** What a command is called: its first word, with the second where that is part of the name. */
function nameOf(words: readonly c.Word[]): string {
  return ["CLIENT", "CLUSTER", "SCRIPT"].includes(String(words[0])) ? `${words[0]} ${words[1]}` : String(words[0]);
}

const commands = ownRows.map(([, make]) => make());

test("exactly the commands of own_connection.ts say that they are exclusive", () => {
  const names = new Set(Object.keys(own));
  for (const { words } of tables.values()) {
    for (const [row, make] of words) {
      assert.equal(make().special?.kind === "exclusive", functionsOf(row).some((name) => names.has(name)), row);
    }
  }
});

test("exactly the commands of own_connection.ts are refused by name", () => {
  const refusal = /^Cannot send (.+) as a raw command: it would change a connection that all callers share(, use .+)?$/;
  for (const { words: rows } of tables.values()) {
    for (const [row, make] of rows) {
      const { words, special } = make();
      if (special?.kind !== "exclusive") c.command(words, raw);
      else {
        const [name, ...rest] = words as [string, ...c.Word[]];
        for (const build of [() => c.command(words, raw), () => c.call(name.toLowerCase(), ...rest)]) {
          assert.throws(build, (error: Error) => {
            assert.equal(error.name, "TypeError", row);
            assert.equal(refusal.exec(error.message)?.[1], nameOf(words), row);
            return true;
          });
        }
      }
    }
  }
});

test("a client sends none of them, and nothing of what was to go with one", async () => {
  const { endpoint, platform } = endpointScene();
  const client = clientOf(endpoint);
  const ready = endpoint.connect();
  const stream = await welcome({ platform });
  await ready;
  for (const command of commands) {
    const exclusive = command as c.Command<unknown>;
    const ping = c.ping();
    const calls: [string, () => Promise<unknown>][] = [
      ["send", () => client.send(exclusive)],
      ["send of a view", () => client.with({ idempotent: true }).send(exclusive)],
      ["pipeline", () => client.pipeline([ping, exclusive])],
      ["transaction", () => client.transaction([ping, exclusive])],
      ["pipeline chain", () => client.pipeline().ping().add(exclusive).exec()],
      ["transaction chain", () => client.transaction().ping().add(exclusive).exec()],
      ["chain of a view", () => client.bytes.pipeline().ping().add(exclusive).exec()],
      ["transaction chain of a view", () => client.bigints.transaction().ping().add(exclusive).exec()],
    ];
    const message = `Cannot send ${nameOf(command.words)}: it would change a connection that all callers share`;
    for (const [way, call] of calls) await assert.rejects(call, { name: "TypeError", message }, way);
  }
  await turn();
  assert.deepEqual(stream.writes, []);
  client.destroy();
});

test("the types keep them from a client, too", () => {
  const client = clientOf(undefined as never);
  // @ts-expect-error: exclusive
  const send = () => client.send(c.select(1));
  // @ts-expect-error: exclusive
  const pipeline = () => client.pipeline([c.select(1)]);
  // @ts-expect-error: exclusive
  const transaction = () => client.transaction([c.get("k"), c.multi()]);
  // @ts-expect-error: exclusive
  const add = () => client.pipeline().add(c.watch("k"));
  assert.equal([send, pipeline, transaction, add].length, 4);
  // What a client has by these names goes over a connection of its own, and a chain's exec() sends the chain.
  const names = Object.keys(own).sort();
  const ofClient = ["monitor", "psubscribe", "ssubscribe", "subscribe", "watch"];
  assert.deepEqual(names.filter((name) => name in client), ofClient);
  for (const chain of [client.pipeline(), client.transaction()]) {
    assert.deepEqual(names.filter((name) => name in chain), ["exec"]);
  }
});

test("what changes a subscription is read in every view", () => {
  for (const command of [c.subscribe("a"), c.psubscribe("a"), c.ssubscribe("a")]) {
    const kind = String(command.words[0]).toLowerCase();
    assert.deepEqual(command.reader.read([kind, "a", 1], 0), { kind, channel: "a", count: 1 });
    assert.deepEqual(command.reader.read([bytes(kind), bytes("a"), 1n], 3), { kind, channel: bytes("a"), count: 1n });
  }
  for (const command of [c.unsubscribe(), c.punsubscribe(), c.sunsubscribe()]) {
    const kind = String(command.words[0]).toLowerCase();
    assert.deepEqual(command.reader.read([kind, null, 0], 0), { kind, channel: null, count: 0 });
    assert.deepEqual(command.reader.read([bytes(kind), bytes("a"), 0n], 3), { kind, channel: bytes("a"), count: 0n });
  }
});
