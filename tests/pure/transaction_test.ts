/** Transactions: each reply is what the command gives alone, and each way to fail is told apart. */
import assert from "node:assert/strict";
import { type RedisError, ReplyError, WatchError } from "../../src/errors.ts";
import { type Client, clientOf, type View } from "../../src/client/client.ts";
import type { Command } from "../../src/commands/command.ts";
import * as commands from "../../src/commands/mod.ts";
import { wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { test } from "../support/harness.ts";
import { type Answer, ScriptedSender, transactional } from "../support/scripted_sender.ts";
import { latin1, ordered } from "../support/wire.ts";

const BINARY = latin1("\x00\xff\xfe\r\n");
const BEYOND = 9007199254740993n;

/** Commands of every kind of reader, with what a server says to them. */
const rows: readonly [name: string, command: Command<unknown>, reply: WireValue][] = [
  ["a status", commands.set("k", "v"), wire.simple("OK")],
  ["a status or null", commands.set("k", "v", { nx: true }), null],
  ["a string", commands.get("k"), "value"],
  ["a string of UTF-8", commands.get("k"), "aé€😀\ufeff"],
  ["null", commands.get("k"), null],
  ["bytes that are not UTF-8", commands.get("k"), BINARY],
  ["bytes whatever the view", commands.dump("k"), BINARY],
  ["an integer", commands.incr("n"), 7],
  ["an integer beyond 2^53", commands.incr("n"), BEYOND],
  ["an integer or null", commands.lpos("l", "a"), null],
  ["strings", commands.lrange("l", 0, -1), ["a", "b"]],
  ["strings and nulls", commands.mget("a", "b"), ["a", null]],
  ["integers", commands.smismember("s", "a", "b"), [1, 0]],
  ["a map as a record", commands.hgetall("h"), new Map([["a", "1"], ["__proto__", "2"]])],
  ["an empty map as a record", commands.hgetall("h"), new Map()],
  ["a map as a record of reports", commands.configGet("max*"), new Map([["maxmemory", "0"]])],
  ["a set as a list", commands.smembers("s"), new Set(["a", "b"])],
  ["a double", commands.zscore("z", "a"), wire.double(1.5)],
  ["an integral double", commands.zscore("z", "a"), wire.double(3)],
  ["infinity", commands.zscore("z", "a"), wire.double(-Infinity)],
  ["doubles and nulls", commands.zmscore("z", "a", "b"), [wire.double(1.5), null]],
  ["a report", commands.info(), wire.verbatim("# Server\r\nredis_version:7.2.0\r\n")],
  ["a word", commands.type("k"), wire.simple("string")],
  ["a page", commands.scan("0"), ["0", ["a", "b"]]],
  ["a time", commands.time(), ["1700000000", "123456"]],
  ["any reply: a string", commands.call("X"), "x"],
  ["any reply: bytes", commands.call("X"), BINARY],
  ["any reply: an integer", commands.call("X"), 7],
  ["any reply: collections", commands.call("X"), new Map<WireValue, WireValue>([["a", new Set<WireValue>(["b", 1])]])],
  ["any reply: nested", commands.call("X"), [["a", [1, new Map([["b", BINARY]])]], true, wire.double(1.5), null]],
  ["an error", commands.get("k"), new ReplyError("WRONGTYPE Operation against a key")],
  ["an error of a subcommand", commands.configSet({ a: "b" }), new ReplyError("ERR no such option")],
];

const views: [name: string, view: (client: Client) => View<unknown, unknown>][] = [
  ["plain", (client) => client],
  ["bytes", (client) => client.bytes],
  ["bigints", (client) => client.bigints],
  ["bytes and bigints", (client) => client.bytes.bigints],
];

/** Sends commands by a chain whose methods apply the view to them, which `add()` does not. */
function gathered(
  chain: { gather?: (command: Command<unknown>) => unknown; exec(): Promise<unknown> },
): Promise<unknown> {
  for (const [, command] of rows) chain.gather!(command);
  return chain.exec();
}

for (const protocol of [2, 3] as const) {
  for (const [name, view] of views) {
    test(`transaction: every kind of reply, ${name} in RESP${protocol}, is as without a transaction`, async () => {
      const answers = (): Answer => {
        let next = 0;
        return () => rows[next++][2];
      };
      const apart = view(clientOf(new ScriptedSender(answers(), protocol)));
      const together = view(clientOf(new ScriptedSender(transactional(answers()), protocol)));
      const expected = await gathered(apart.pipeline() as never) as unknown[];
      const found = await gathered(together.transaction() as never) as unknown[];
      assert.equal(found.length, rows.length);
      rows.forEach(([kind], i) => assert.deepEqual(ordered(found[i]), ordered(expected[i]), kind));
    });
  }
}

test("transaction: bytes and text of one transaction are each what their command gives", async () => {
  const client = clientOf(new ScriptedSender(transactional(([name]) => name === "DUMP" ? BINARY : "text")));
  assert.deepEqual(await client.transaction().get("a").dump("a").exec(), ["text", BINARY]);
});

function failing(answer: Answer): { client: Client; sender: ScriptedSender } {
  const sender = new ScriptedSender(answer);
  return { client: clientOf(sender), sender };
}

async function rejection(promise: Promise<unknown>): Promise<RedisError> {
  try {
    await promise;
  } catch (error) {
    return error as RedisError;
  }
  return assert.fail("Cannot find an error: the promise was fulfilled");
}

test("transaction: a command that is not queued makes all fail, and is the cause", async () => {
  const replies: Record<string, WireValue> = {
    MULTI: wire.simple("OK"),
    GET: wire.simple("QUEUED"),
    INCRBY: new ReplyError("ERR wrong number of arguments for 'incrby' command"),
    LPUSH: new ReplyError("OOM command not allowed"),
    EXEC: new ReplyError("EXECABORT Transaction discarded because of previous errors."),
  };
  const { client } = failing(([name]) => replies[name]);
  const error = await rejection(client.transaction().get("a").incrby("n", 1).lpush("l", "a").exec()) as ReplyError;
  assert.ok(error instanceof ReplyError);
  assert.equal(error.code, "EXECABORT");
  assert.equal(error.command, "EXEC");
  assert.equal(error.node, "host:6379");
  assert.deepEqual(
    error.cause,
    new ReplyError("ERR wrong number of arguments for 'incrby' command", { command: "INCRBY", node: "host:6379" }),
  );
});

test("transaction: an abort without a refused command has no cause", async () => {
  const { client } = failing(([name]) => name === "EXEC" ? new ReplyError("EXECABORT no") : "QUEUED");
  const error = await rejection(client.transaction().get("a").exec()) as ReplyError;
  assert.equal(error.code, "EXECABORT");
  assert.equal(error.cause, undefined);
});

test("transaction: a MULTI that is refused makes all fail, and is the cause", async () => {
  const refused = "NOPERM this user has no permissions to run the 'multi' command";
  const replies: Record<string, WireValue> = {
    MULTI: new ReplyError(refused),
    GET: "value",
    EXEC: new ReplyError("ERR EXEC without MULTI"),
  };
  const { client } = failing(([name]) => replies[name]);
  const error = await rejection(client.transaction().get("a").exec()) as ReplyError;
  assert.equal(error.reply, "ERR EXEC without MULTI");
  assert.deepEqual(error.cause, new ReplyError(refused, { command: "MULTI", node: "host:6379" }));
});

for (const [name, reply] of [["null", null], ["RESP2's null array", wire.nullArray()]] as const) {
  test(`transaction: ${name} in answer to EXEC is a WatchError`, async () => {
    const { client } = failing(([command]) => command === "EXEC" ? reply : "QUEUED");
    const error = await rejection(client.transaction().get("a").exec());
    assert.ok(error instanceof WatchError);
    assert.equal(error.message, "Cannot execute the transaction: a watched key was changed");
  });
}

test("transaction: what EXEC gives behind another MULTI is not taken for its replies", async () => {
  const replies: Record<string, WireValue> = {
    MULTI: new ReplyError("ERR MULTI calls can not be nested"),
    GET: "QUEUED",
    EXEC: ["OK", "value"],
  };
  const { client } = failing(([name]) => replies[name]);
  const error = await rejection(client.transaction().get("a").exec());
  assert.equal(
    error.message,
    "Cannot tell the replies of the transaction: EXEC gave 2 for 1 commands, since MULTI had been sent before",
  );
});

test("transaction: with throwErrors the first error inside of EXEC is thrown", async () => {
  const { client } = failing(transactional(([name]) => name === "GET" ? new ReplyError("WRONGTYPE no") : 1));
  const error = await rejection(client.transaction().incr("n").get("a").exec({ throwErrors: true })) as ReplyError;
  assert.deepEqual([error.code, error.command, error.node], ["WRONGTYPE", "GET", "host:6379"]);
});
