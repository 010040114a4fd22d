/** Chains: what they gather, how they are sent, and what they leave behind. */
import assert from "node:assert/strict";
import { ConnectionError, IntegerRangeError, ReplyError } from "../../src/errors.ts";
import { type Client, clientOf } from "../../src/client/client.ts";
import { call, type Command, get, incr, lrange, set } from "../../src/commands/mod.ts";
import type { WireValue } from "../../src/resp/reply_encoder.ts";
import { test } from "../support/harness.ts";
import { type Answer, ScriptedSender, transactional } from "../support/scripted_sender.ts";
import { utf8 } from "../support/wire.ts";

const BEYOND = 9007199254740993n;
const REPLIES: Record<string, WireValue> = {
  GET: "value",
  INCR: 7,
  DECR: BEYOND,
  LLEN: new ReplyError("WRONGTYPE no"),
};

function answer(words: string[]): WireValue {
  return REPLIES[words[0]] ?? "OK";
}

function clientWith(say: Answer = answer): { client: Client; sender: ScriptedSender } {
  const sender = new ScriptedSender(transactional(say));
  return { client: clientOf(sender), sender };
}

const kinds = ["pipeline", "transaction"] as const;
const framed = (kind: string, ...words: string[][]): string[][] =>
  kind === "pipeline" ? words : [["MULTI"], ...words, ["EXEC"]];

for (const kind of kinds) {
  test(`chain: a ${kind} gathers commands, counts them, and sends them in one write`, async () => {
    const { client, sender } = clientWith();
    const chain = client[kind]().set("a", "1").incr("n").get("a");
    assert.equal(chain.length, 3);
    assert.deepEqual(sender.sent, []);
    assert.deepEqual(await chain.exec(), ["OK", 7, "value"]);
    assert.deepEqual(sender.sent, [framed(kind, ["SET", "a", "1"], ["INCR", "n"], ["GET", "a"])]);
  });

  test(`chain: a ${kind} is empty after exec() and can be filled again`, async () => {
    const { client, sender } = clientWith();
    const chain = client[kind]();
    chain.get("a");
    assert.deepEqual(await chain.exec(), ["value"]);
    assert.equal(chain.length, 0);
    chain.incr("n");
    assert.equal(chain.length, 1);
    assert.deepEqual(await chain.exec(), [7]);
    assert.deepEqual(sender.sent, [framed(kind, ["GET", "a"]), framed(kind, ["INCR", "n"])]);
  });

  test(`chain: what is added to a ${kind} after exec() was called is not sent with it`, async () => {
    const { client, sender } = clientWith();
    const chain = client[kind]();
    chain.get("a");
    const first = chain.exec();
    chain.incr("n");
    assert.deepEqual(await first, ["value"]);
    assert.equal(chain.length, 1);
    assert.deepEqual(sender.sent, [framed(kind, ["GET", "a"])]);
  });

  test(`chain: a ${kind} without commands gives no replies and sends nothing`, async () => {
    const { client, sender } = clientWith();
    assert.deepEqual(await client[kind]().exec(), []);
    assert.deepEqual(await client[kind]().exec({ throwErrors: true }), []);
    assert.deepEqual(await client[kind]([]), []);
    assert.deepEqual(sender.sent, []);
  });

  test(`chain: the error of one command of a ${kind} is its entry`, async () => {
    const { client } = clientWith();
    const replies = await client[kind]().get("a").llen("a").decr("n").incr("n").exec();
    const refused = new ReplyError("WRONGTYPE no", { command: "LLEN", node: "host:6379" });
    assert.deepEqual(replies, ["value", refused, new IntegerRangeError(BEYOND), 7]);
  });

  test(`chain: with throwErrors a ${kind} throws its first error`, async () => {
    const { client, sender } = clientWith();
    const chain = client[kind]().get("a").llen("a").decr("n");
    await assert.rejects(chain.exec({ throwErrors: true }), { name: "ReplyError", code: "WRONGTYPE" });
    assert.equal(sender.sent.length, 1);
    assert.deepEqual(await client[kind]().get("a").exec({ throwErrors: true }), ["value"]);
  });

  test(`chain: a ${kind} of a view gives what the view gives`, async () => {
    const { client } = clientWith();
    assert.deepEqual(await client.bytes[kind]().get("a").incr("n").exec(), [utf8("value"), 7]);
    assert.deepEqual(await client.bigints[kind]().get("a").incr("n").decr("n").exec(), ["value", 7n, BEYOND]);
    assert.deepEqual(await client.bytes.bigints[kind]().get("a").incr("n").exec(), [utf8("value"), 7n]);
  });

  test(`chain: a command value added to a ${kind} of a view gives what its type says`, async () => {
    const { client } = clientWith();
    const chain = client.bytes.bigints[kind]().add(get("a")).add(incr("n")).get("a").incr("n");
    assert.equal(chain.length, 4);
    assert.deepEqual(await chain.exec(), ["value", 7, utf8("value"), 7n]);
  });

  test(`chain: any command added to a ${kind} of a view is raw and plain, inside of maps and sets too`, async () => {
    const { client } = clientWith(() => [new Map([["k", new Set<WireValue>(["x", 1])]]), "y", 2]);
    const expected = [new Map([["k", new Set<unknown>(["x", 1])]]), "y", 2];
    assert.deepEqual(await client.bytes.bigints[kind]().add(call("X")).exec(), [expected]);
    assert.deepEqual(await client[kind]().add(call("X")).exec(), [expected]);
  });

  test(`chain: a list of command values is a ${kind}`, async () => {
    const { client, sender } = clientWith();
    const list = [set("a", "1"), incr("n")] as const;
    const replies = client[kind](list);
    assert.deepEqual(await replies, ["OK", 7]);
    assert.deepEqual(sender.sent, [framed(kind, ["SET", "a", "1"], ["INCR", "n"])]);
  });

  test(`chain: a list of command values that is changed afterwards is sent as it was`, async () => {
    const { client } = clientWith(({ 0: name }) => name === "LRANGE" ? ["a"] : answer([name]));
    const list = [get("a"), lrange("l", 0, -1), incr("n")];
    const replies = client[kind](list);
    list.length = 0;
    assert.deepEqual(await replies, ["value", ["a"], 7]);
  });

  test(`chain: a wrong argument is thrown where it is given, and the ${kind} stays as it was`, async () => {
    const { client } = clientWith();
    const chain = client[kind]().get("a");
    assert.throws(() => chain.configSet("a" as never), TypeError);
    assert.equal(chain.length, 1);
    assert.deepEqual(await chain.exec(), ["value"]);
  });

  test(`chain: a wrong word rejects all of a ${kind}, and nothing is sent`, async () => {
    const { client, sender } = clientWith();
    const wrong = call("X", undefined as unknown as string);
    await assert.rejects(client[kind]().get("a").add(wrong).exec(), TypeError);
    assert.deepEqual(sender.sent, []);
    assert.equal(await client.get("a"), "value");
  });

  test(`chain: a connection that is lost rejects all of a ${kind}`, async () => {
    const { client } = clientWith(() => {
      throw new ConnectionError("Lost the connection", { maybeApplied: true });
    });
    await assert.rejects(client[kind]().get("a").get("b").exec(), { name: "ConnectionError", maybeApplied: true });
  });
}

test("chain: what is no command is refused before anything is sent, by a rejection as any other failure", async () => {
  const { client, sender } = clientWith();
  const rest = 'one that a function such as get("key") made is wanted, got ';
  const wrong: [unknown, string][] = [["GET", "string"], [["GET", "k"], "a list"], [undefined, "undefined"], [
    null,
    "null",
  ]];
  for (const [value, got] of wrong) {
    const refusal = { name: "TypeError", message: `Cannot send a command: ${rest}${got}` };
    await assert.rejects(client.send(value as Command<unknown>), refusal);
    await assert.rejects(client.pipeline([get("k"), value as Command<unknown>]), refusal);
    await assert.rejects(client.transaction([get("k"), value as Command<unknown>]), refusal);
    assert.throws(() => client.bytes.pipeline().add(value as Command<unknown>), refusal);
  }
  await assert.rejects(client.transaction(1 as unknown as []), { name: "TypeError" });
  assert.deepEqual(sender.sent, []);
});

test("chain: a client that is closed or destroyed passes that on to its sender", async () => {
  const { client, sender } = clientWith();
  client.destroy();
  assert.equal(sender.ended, "destroyed");
  await client.close();
  assert.equal(sender.ended, "closed");
});

test("chain: views are made once and share the sender", async () => {
  const { client, sender } = clientWith();
  assert.equal(client.bytes, client.bytes);
  assert.equal(client.bigints.bytes, client.bigints.bytes);
  assert.deepEqual(await client.bytes.get("a"), utf8("value"));
  assert.equal(await client.bigints.incr("n"), 7n);
  assert.equal(await client.send(get("a")), "value");
  assert.equal(sender.sent.length, 3);
});
