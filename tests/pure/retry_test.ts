/** What may be sent again after it was written and not answered: every command of the table under every ceiling. */
import assert from "node:assert/strict";
import { type AnyCommand, command, type Word } from "../../src/commands/command.ts";
import * as c from "../../src/commands/mod.ts";
import { raw } from "../../src/commands/readers.ts";
import { REPEATABLE_WRITES } from "../../src/connection/repeatable_writes.ts";
import { mayRepeat } from "../../src/connection/retry.ts";
import { allFacts, factsOf } from "../../src/routing/command_facts.ts";
import type { RetryCeiling } from "../../src/sender.ts";
import { bytes } from "../commands/rows.ts";
import { tables } from "../commands/tables.ts";
import { test } from "../support/harness.ts";

const CEILINGS: readonly RetryCeiling[] = ["none", "readOnly", "idempotent", "any"];

function of(...words: Word[]): AnyCommand {
  return command(words, raw);
}

/** Reads to the table that do something all the same. */
const MOVING = ["CF.COMPACT", "FT.CURSOR DEL", "FT.CURSOR GC", "FT.CURSOR READ"];

/** Asks something of the server, which the table does not call a read as it touches no data. */
const ASKING = [
  "ACL WHOAMI",
  "ASKING",
  "CLIENT GETNAME",
  "CLIENT ID",
  "CLIENT INFO",
  "CLIENT LIST",
  "CLIENT TRACKINGINFO",
  "CLUSTER INFO",
  "CLUSTER MYID",
  "CLUSTER NODES",
  "CLUSTER SHARDS",
  "CLUSTER SLOTS",
  "COMMAND",
  "COMMAND COUNT",
  "COMMAND DOCS",
  "COMMAND GETKEYS",
  "COMMAND INFO",
  "COMMAND LIST",
  "CONFIG GET",
  "ECHO",
  // Alone they do nothing; what stands between them is judged for itself.
  "EXEC",
  "FUNCTION LIST",
  "FUNCTION STATS",
  "INFO",
  "LASTSAVE",
  "LATENCY HISTORY",
  "LATENCY LATEST",
  "MEMORY STATS",
  "MODULE LIST",
  "MULTI",
  "PING",
  "PUBSUB CHANNELS",
  "PUBSUB NUMPAT",
  "PUBSUB NUMSUB",
  "PUBSUB SHARDCHANNELS",
  "PUBSUB SHARDNUMSUB",
  "ROLE",
  "SCRIPT EXISTS",
  "SLOWLOG GET",
  "SLOWLOG LEN",
  "TIME",
];

test("retry: under readOnly exactly the reads of the table, and what only asks, are sent again", () => {
  const repeated = allFacts().filter(({ name }) => mayRepeat([of(...name.split(" "))], "readOnly"));
  const reads = allFacts().filter(({ readonly, name }) => readonly && !MOVING.includes(name)).map(({ name }) => name);
  assert.deepEqual(repeated.map(({ name }) => name).sort(), [...reads, ...ASKING].sort());
  for (const { name, write, mayReplicate } of repeated) {
    assert.equal(write, false, name);
    // PFCOUNT keeps what it counted, which a second count does not change.
    assert.ok(!mayReplicate || name === "PFCOUNT", name);
  }
});

test("retry: no write and no script that may write is sent again under readOnly, however it is spelled", () => {
  const risky = allFacts().filter(({ write, mayReplicate, name }) => write || (mayReplicate && name !== "PFCOUNT"));
  assert.ok(risky.length > 200);
  for (const name of ["EVAL", "EVALSHA", "FCALL", "PUBLISH", "SPUBLISH", "INCR", "SORT", "GETEX", "BITFIELD"]) {
    assert.ok(risky.some((facts) => facts.name === name), name);
  }
  for (const { name } of risky) {
    for (const spelled of [name, name.toLowerCase()]) {
      const words = spelled.split(" ");
      assert.equal(mayRepeat([of(...words)], "readOnly"), false, spelled);
      assert.equal(mayRepeat([of(...words, "GET", "MULTI", "PING")], "readOnly"), false, spelled);
      assert.equal(mayRepeat([of("GET", "k"), of(...words)], "readOnly"), false, spelled);
    }
  }
});

test("retry: reads are known in any case", () => {
  for (const words of [["get", "k"], ["Json.Get", "k"], ["memory", "usage", "k"], ["config", "get", "x"], ["ping"]]) {
    assert.equal(mayRepeat([of(...words)], "readOnly"), true, words.join(" "));
  }
});

test("retry: none is nothing, any is everything", () => {
  for (const { name } of allFacts()) {
    const one = of(...name.split(" "));
    assert.equal(mayRepeat([one], "none"), false, name);
    assert.equal(mayRepeat([one], "any"), true, name);
  }
  assert.equal(mayRepeat([c.blpop("k", 0)], "any"), true);
  assert.equal(mayRepeat([c.multi()], "any"), true);
});

test("retry: what is not known is taken to do anything", () => {
  for (const words of [["NOSUCH"], ["NOSUCH.READ", "k"], ["CLIENT", "NOSUCH"], ["CONFIG"], [""]]) {
    assert.equal(mayRepeat([of(...words)], "readOnly"), false, words.join(" "));
    assert.equal(mayRepeat([of(...words)], "idempotent"), false, words.join(" "));
  }
});

test("retry: each ceiling allows what the one below it does, of every command of the client", () => {
  for (const { words: rows } of tables.values()) {
    for (const [row, make] of rows) {
      const allowed = CEILINGS.map((ceiling) => mayRepeat([make()], ceiling));
      assert.deepEqual(allowed, [...allowed].sort(), row);
    }
  }
});

test("retry: idempotent adds nothing but writes of the list", () => {
  for (const { words: rows } of tables.values()) {
    for (const [row, make] of rows) {
      const made = make();
      if (mayRepeat([made], "readOnly") || !mayRepeat([made], "idempotent")) continue;
      assert.ok(REPEATABLE_WRITES.has(String(made.words[0])), row);
    }
  }
});

test("retry: every write of the list is in the table, and is a write", () => {
  for (const name of REPEATABLE_WRITES.keys()) {
    const facts = factsOf(name.split(" "));
    assert.equal(facts?.name, name);
    assert.equal(facts?.write, true, name);
    assert.ok(!facts?.blocking && !facts?.mayReplicate, name);
  }
});

test("retry: what counts, appends, pops, moves or depends on what was there is not in the list", () => {
  const never =
    "APPEND BITOP BITFIELD CF.ADD DECR DECRBY EVAL EVALSHA FCALL GETDEL GETEX GETSET HINCRBY HINCRBYFLOAT " +
    "HSETNX INCR INCRBY INCRBYFLOAT JSON.ARRAPPEND JSON.ARRINSERT JSON.ARRPOP JSON.CLEAR JSON.DEL JSON.FORGET " +
    "JSON.NUMINCRBY JSON.STRAPPEND JSON.TOGGLE LINSERT LMOVE LMPOP LPOP LPUSH LPUSHX LREM LTRIM MOVE MSETNX PUBLISH " +
    "RENAME RENAMENX RPOP RPOPLPUSH RPUSH RPUSHX SETNX SMOVE SORT SPOP SWAPDB TS.ADD XADD XAUTOCLAIM XCLAIM " +
    "XGROUP XREADGROUP XSETID XTRIM ZDIFFSTORE ZINCRBY ZINTERSTORE ZMPOP ZPOPMAX ZPOPMIN ZRANGESTORE ZREMRANGEBYRANK " +
    "ZUNIONSTORE";
  for (const name of never.split(" ")) {
    assert.equal(REPEATABLE_WRITES.has(name), false, name);
    assert.equal(mayRepeat([of(name, "k", 1, 2)], "idempotent"), false, name);
  }
});

const optional: [words: Word[], repeatable: boolean][] = [
  [["SET", "k", "v"], true],
  [["set", "k", "v"], true],
  [["SET", "k", "v", "EX", 5], true],
  [["SET", "k", "v", "KEEPTTL"], true],
  [["SET", "k", "NX"], true],
  [["SET", "NX", "GET"], true],
  [["SET", "k", "v", "NX"], false],
  [["SET", "k", "v", "nx"], false],
  [["SET", "k", "v", bytes("NX")], false],
  [["SET", "k", "v", "PX", 5, "XX"], false],
  [["SET", "k", "v", "GET"], false],
  ...["IFEQ", "IFNE", "IFDEQ", "IFDNE"].map((word): [Word[], boolean] => [["SET", "k", "v", word, "x"], false]),
  ...["EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT"].flatMap((name): [Word[], boolean][] => [
    [[name, "k", 5], true],
    [[name, "NX", 5], true],
    ...["NX", "XX", "GT", "LT"].map((word): [Word[], boolean] => [[name, "k", 5, word], false]),
  ]),
  [["ZADD", "k", 1, "m"], true],
  [["ZADD", "INCR", "CH", 1, "m"], true],
  ...["INCR", "NX", "XX", "GT", "LT"].map((word): [Word[], boolean] => [["ZADD", "k", word, 1, "m"], false]),
  [["GEOADD", "k", "CH", 1, 2, "m"], true],
  [["GEOADD", "k", "XX", 1, 2, "m"], false],
  [["COPY", "a", "b"], false],
  [["COPY", "REPLACE", "REPLACE"], false],
  [["COPY", "a", "b", "DB", 1, "replace"], true],
  [["RESTORE", "k", 0, "x"], false],
  [["RESTORE", "REPLACE", 0, bytes("REPLACE")], false],
  [["RESTORE", "k", 0, "x", "REPLACE", "ABSTTL"], true],
  [["SDIFFSTORE", "d", "a", "b"], true],
  [["SDIFFSTORE", "d", "d", "b"], true],
  [["SDIFFSTORE", "d", "a", "d"], false],
  [["SDIFFSTORE", "d", "a", bytes("d")], false],
  [["JSON.SET", "k", "$", "{}"], true],
  [["JSON.SET", "k", "$.a[-1]", "1"], true],
  [["JSON.SET", "k", "$", '"NX"', "FORMAT"], true],
  [["JSON.SET", "k", "$", "{}", "NX"], false],
  [["JSON.SET", "k", "$", "{}", "xx"], false],
  [["JSON.SET", "k", "$..a", "{}"], false],
  [["JSON.SET", "k", bytes("..a"), "{}"], false],
  [["JSON.SET", "k", "$[?(@.a>$.b)]", "1"], false],
  [["JSON.MSET", "k", "$", "1", "l", "$.a", '"a..b"'], true],
  [["JSON.MSET", "k..?", "$", "1"], true],
  [["JSON.MSET", "k", "$", "1", "l", "$..a", "2"], false],
  [["XADD", "s", "1-1", "f", "v"], false],
  [["FT.CURSOR", "READ", "i", 5], false],
  [["ft.cursor", "read", "i", 5], false],
];

test("retry: options that make a write depend on what was there, or tell of it, are found", () => {
  for (const [words, repeatable] of optional) {
    assert.equal(mayRepeat([of(...words)], "idempotent"), repeatable, words.map(String).join(" "));
  }
});

test("retry: a command with a way of its own is sent again only where that does no harm", () => {
  const rows: [made: AnyCommand, repeatable: boolean][] = [
    [c.xread({ s: "0" }), true],
    [c.xread({ s: "$" }), true],
    [c.xread({ s: "0-1" }, { block: 5 }), true],
    [c.xread({ s: "$" }, { block: 5 }), false],
    [c.xread([["s", "0"], [bytes("t"), "+"]], { block: 5 }), false],
    [c.call("xread", "BLOCK", 5, "STREAMS", "s", bytes("$")), false],
    [c.xreadgroup("g", "c", { s: ">" }), false],
    [c.xreadgroup("g", "c", { s: ">" }, { block: 5 }), false],
    [c.blpop("k", 1), false],
    [c.blmove("a", "b", "left", "left", 1), false],
    [c.wait(1, 5), false],
    [c.waitaof(1, 0, 5), false],
    [c.multi(), false],
    [c.select(1), false],
    [c.subscribe("c"), false],
    [c.clientSetname("n"), true],
    [c.clientNoEvict("on"), true],
  ];
  for (const [made, repeatable] of rows) {
    const name = made.words.map(String).join(" ");
    assert.equal(mayRepeat([made], "readOnly"), repeatable, name);
    assert.equal(mayRepeat([made], "idempotent"), repeatable, name);
  }
});

test("retry: a batch is sent again when all of it may be", () => {
  const multi = of("MULTI");
  const exec = of("EXEC");
  const rows: [name: string, batch: AnyCommand[], readOnly: boolean, idempotent: boolean][] = [
    ["reads", [c.get("a"), c.lrange("l", 0, -1), c.ping()], true, true],
    ["reads together", [multi, c.get("a"), c.get("b"), exec], true, true],
    ["a count among reads", [c.get("a"), c.incr("b"), c.get("a")], false, false],
    ["a count together", [multi, c.get("a"), c.incr("b"), exec], false, false],
    ["a script among reads", [c.get("a"), c.call("EVAL", "s", 0)], false, false],
    ["writes of whole values", [c.set("a", "x"), c.del("b"), c.mset({ c: "1" })], false, true],
    ["these together", [multi, c.set("a", "x"), c.del("b"), exec], false, true],
  ];
  for (const [name, batch, readOnly, idempotent] of rows) {
    assert.equal(mayRepeat(batch, "readOnly"), readOnly, name);
    assert.equal(mayRepeat(batch, "idempotent"), idempotent, name);
  }
});

test("retry: writes that are idempotent one by one and not together are not sent again together", () => {
  const rows: [name: string, batch: AnyCommand[]][] = [
    ["what is copied is written afterwards", [of("COPY", "a", "b", "REPLACE"), c.set("a", "x")]],
    ["what is joined is deleted afterwards", [of("SUNIONSTORE", "d", "a"), c.del("a")]],
    ["what expires comes afterwards", [c.expire("k", 10), c.sadd("k", "m")]],
    ["what keeps its time had none at first", [of("SETEX", "a", 5, "x"), of("SET", "a", "y", bytes("keepttl"))]],
    ["what is read is written afterwards", [c.get("a"), c.set("a", "x")]],
  ];
  for (const [name, batch] of rows) {
    assert.equal(mayRepeat(batch, "idempotent"), false, name);
    assert.equal(mayRepeat([of("MULTI"), ...batch, of("EXEC")], "idempotent"), false, name);
  }
});
