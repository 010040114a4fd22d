/** What methods refuse before a command is built: too many arguments, and options that are none. */
import assert from "node:assert/strict";
import { type Client, clientOf } from "../../src/client/client.ts";
import type { WireValue } from "../../src/resp/reply_encoder.ts";
import { test } from "../support/harness.ts";
import { ScriptedSender } from "../support/scripted_sender.ts";

/** Calls that no typed program makes, and the refusal. */
const refused: readonly [method: keyof Client & string, args: readonly unknown[], message: string][] = [
  ["set", ["k", "v", "EX", 60], "Cannot call set: it takes at most 3 arguments, got 4"],
  ["set", ["k", "v", "NX"], "Cannot call set: its options are to be an object, got string"],
  ["set", ["k", "v", null], "Cannot call set: its options are to be an object, got null"],
  ["set", ["k", "v", ["EX", 60]], "Cannot call set: its options are to be an object, got a list"],
  ["get", ["k", 1], "Cannot call get: it takes at most 1 argument, got 2"],
  ["getex", ["k", 60], "Cannot call getex: its options are to be an object, got number"],
  ["zrange", ["k", 0, -1, "WITHSCORES"], "Cannot call zrange: its options are to be an object, got string"],
  ["eval", ["return 1", 1, "k"], "Cannot call eval: it takes at most 2 arguments, got 3"],
  ["clientList", ["TYPE"], "Cannot call clientList: its options are to be an object, got string"],
  ["dbsize", [1], "Cannot call dbsize: it takes at most 0 arguments, got 1"],
];

/** Calls that look like those and are right. */
const taken: readonly [method: keyof Client & string, args: readonly unknown[]][] = [
  ["set", ["k", "v", undefined]],
  ["set", ["k", "v", { ex: 60 }]],
  ["mget", ["a", "b", "c", "d", "e"]],
  ["clientKill", ["127.0.0.1:1"]],
  ["info", ["server", "memory", "clients"]],
  ["call", ["SET", "k", "v", "EX", 60]],
  ["ping", ["x"]],
  ["lpop", ["k", undefined]],
];

const REPLIES: Record<string, WireValue> = { MGET: [], CLIENT: "OK", INFO: "", PING: "x" };

type Calls = Record<string, (...args: readonly unknown[]) => unknown>;

for (const [method, args, message] of refused) {
  test(`${method}(${args.map((arg) => JSON.stringify(arg)).join(", ")}) is refused, on a client and on a chain`, async () => {
    const sender = new ScriptedSender(() => assert.fail("nothing is to be sent"));
    const client = clientOf(sender);
    await assert.rejects(async () => await (client as unknown as Calls)[method]!(...args), {
      name: "TypeError",
      message,
    });
    const chain = client.pipeline();
    assert.throws(() => (chain as unknown as Calls)[method]!(...args), { name: "TypeError", message });
    assert.equal(chain.length, 0);
    assert.deepEqual(sender.sent, []);
  });
}

test("a call that is right is sent", async () => {
  const sender = new ScriptedSender(([name]) => REPLIES[name] ?? null);
  const client = clientOf(sender) as unknown as Calls;
  for (const [method, args] of taken) await client[method]!(...args);
  assert.equal(sender.sent.length, taken.length);
});
