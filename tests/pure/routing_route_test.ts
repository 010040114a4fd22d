/** Where a command of a cluster goes: by its keys, by what servers say of it, or nowhere unless a node is named. */
import assert from "node:assert/strict";
import { command, type Word } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { CrossSlotError, RedisError } from "../../src/errors.ts";
import { allFacts } from "../../src/routing/command_facts.ts";
import { type Route, routeOf, singleSlotOf, slotOfAll } from "../../src/routing/route.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";

// The slots that servers give these keys.
const A = 15_495, B = 3_300, C = 7_365;

function routeOfWords(...words: Word[]): Route {
  return routeOf(command(words, raw));
}

function refusal(...words: Word[]): Error {
  try {
    routeOfWords(...words);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${words.join(" ")} has a route`);
}

const toSlot: [words: Word[], slot: number][] = [
  [["GET", "a"], A],
  [["get", utf8("a")], A],
  [[utf8("SET"), "b", "value"], B],
  [["GET", 7], 1_716],
  [["INCR", 7n], 1_716],
  [["GET", "{b}a"], B],
  [["MGET", "a"], A],
  [["MGET", "{a}1", "{a}2", "a"], A],
  [["MSET", "{b}1", "x", "{b}2", "x"], B],
  [["MSETNX", "{b}1", "x", "{b}2", "x"], B],
  [["JSON.MGET", "a", "{a}1", "$"], A],
  [["OBJECT", "ENCODING", "a"], A],
  [["XREAD", "COUNT", 1, "STREAMS", "a", "{a}1", 0, 0], A],
  [["EVAL", "return 1", 2, "b", "{b}1", "argument"], B],
  [["BITOP", "AND", "{b}out", "b", "{b}1"], B],
  [["SPUBLISH", "a", "message"], A],
  [["SSUBSCRIBE", "a"], A],
  [["SSUBSCRIBE", "a", "{a}1"], A],
  [["WATCH", "a", "{a}1"], A],
  [["MIGRATE", "host", 1, "", 0, 1, "KEYS", "a", "{a}1"], A],
  [["CLUSTERSCAN", "0-{b}-0"], B],
  [["CLUSTER", "COUNTKEYSINSLOT", 77], 77],
  [["cluster", "getkeysinslot", "16383", 10], 16_383],
  [["CLUSTER", "FLUSHSLOT", 0], 0],
];

for (const [words, slot] of toSlot) {
  test(`route: ${words.map(String).join(" ")} goes to slot ${slot}`, () => {
    assert.deepEqual(routeOfWords(...words), { kind: "slot", slot });
  });
}

const toAny: Word[][] = [
  ["EVAL", "return 1", 0, "argument"],
  ["EVALSHA", "sha", 0],
  ["FCALL", "name", 0],
  ["PUBLISH", "a", "message"],
  ["CONFIG", "GET", "port"],
  ["FUNCTION", "LIST"],
  ["FUNCTION", "DUMP"],
  ["TIME"],
  ["LASTSAVE"],
  ["CLUSTER", "SHARDS"],
  ["CLUSTER", "KEYSLOT", "a"],
  ["COMMAND"],
  ["FT.SEARCH", "index", "*"],
  ["ECHO", "a"],
  // Not in the table.
  ["NOSUCH", "a", "b"],
  ["CLIENT", "NOSUCH"],
  [],
  // The server refuses these.
  ["GET"],
  ["MGET"],
  ["EVAL", "return 1", "many", "a"],
  ["CLUSTER", "COUNTKEYSINSLOT"],
  ["CLUSTER", "COUNTKEYSINSLOT", 16_384],
  ["CLUSTER", "COUNTKEYSINSLOT", "a"],
];

for (const words of toAny) {
  test(`route: "${words.join(" ")}" goes to any primary`, () => {
    assert.deepEqual(routeOfWords(...words), { kind: "any" });
  });
}

const everywhere: [to: "nodes" | "primaries", ...words: Word[]][] = [
  ["nodes", "CONFIG", "SET", "maxmemory", "0"],
  ["nodes", "SCRIPT", "LOAD", "return 1"],
  ["nodes", "SLOWLOG", "LEN"],
  ["nodes", "LATENCY", "LATEST"],
  ["nodes", "ACL", "SETUSER", "ada"],
  ["nodes", "CLIENT", "SETNAME", "ada"],
  ["nodes", "PUBSUB", "CHANNELS"],
  ["nodes", "PUBSUB", "SHARDNUMSUB", "a"],
  ["nodes", "CLIENT", "LIST"],
  ["primaries", "DBSIZE"],
  ["primaries", "dbsize"],
  ["primaries", "KEYS", "*"],
  ["primaries", "FLUSHALL"],
  ["primaries", "INFO"],
  ["primaries", "PING"],
  ["primaries", "WAIT", 1, 0],
  ["primaries", "FUNCTION", "LOAD", "code"],
  ["primaries", "SCRIPT", "EXISTS", "sha"],
  ["primaries", "RANDOMKEY"],
  ["primaries", "CLUSTER", "GETSLOTMIGRATIONS"],
];

for (const [to, ...words] of everywhere) {
  test(`route: ${words.join(" ")} goes to all ${to}`, () => {
    const route = routeOfWords(...words);
    assert.equal(route.kind, "everywhere");
    assert.equal(route.fan.to, to);
  });
}

test("route: an error is a reply for those commands alone that can do without some nodes", () => {
  const tolerant = allFacts().filter(({ name, keySpecs }) => {
    if (keySpecs.length > 0) return false;
    try {
      const route = routeOfWords(...name.split(" "));
      return route.kind === "everywhere" && route.fan.tolerant;
    } catch {
      return false;
    }
  });
  assert.deepEqual(tolerant.map(({ name }) => name).sort(), ["FUNCTION KILL", "LATENCY GRAPH", "SCRIPT KILL"]);
});

const refused: [reason: string, ...words: Word[]][] = [
  ["it is for one node, use node(name)", "SHUTDOWN"],
  ["it is for one node, use node(name)", "replicaof", "host", 1],
  ["it is for one node, use node(name)", "CLUSTER", "RESET", "HARD"],
  ["it is for one node, use node(name)", "CLUSTER", "SETSLOT", 1, "STABLE"],
  ["it is for one node, use node(name)", "CLIENT", "KILL", "ID", 1],
  ["it is for one node, use node(name)", "DEBUG", "JMAP"],
  ["it is for one node, use node(name)", "HOTKEYS", "START"],
  ["a cursor belongs to one node, use scanIterator(), or node(name).scan()", "SCAN", 0],
  ["a cursor belongs to one node, use node(name) from FT.AGGREGATE on", "FT.CURSOR", "READ", "index", 1],
  ["what it keeps belongs to one connection, use lease({ key })", "HIMPORT", "PREPARE", "set", "field"],
  ["the replies of several nodes cannot be put together, use node(name)", "MEMORY", "STATS"],
  ["the replies of several nodes cannot be put together, use node(name)", "FUNCTION", "STATS"],
];

for (const [reason, ...words] of refused) {
  test(`route: ${words.join(" ")} is refused: ${reason}`, () => {
    const error = refusal(...words);
    assert.ok(error instanceof RedisError);
    const name = words.slice(0, factsNameLength(words)).join(" ").toUpperCase();
    assert.equal(error.message, `Cannot send ${name} to a cluster: ${reason}`);
  });
}

function factsNameLength([name]: readonly Word[]): number {
  return ["CLUSTER", "CLIENT", "HOTKEYS", "FT.CURSOR", "HIMPORT", "MEMORY", "FUNCTION"].includes(String(name)) ? 2 : 1;
}

const crossing: [words: Word[], keys: string[], slots: number[]][] = [
  [["MSETNX", "a", 1, "b", 2], ["a", "b"], [A, B]],
  [["msetnx", utf8("a"), 1, new Uint8Array([255]), 2], ["a", "\ufffd"], [A, 7_920]],
  [["EVAL", "return 1", 3, "a", "b", "c"], ["a", "b", "c"], [A, B, C]],
  [["RENAME", "a", "b"], ["a", "b"], [A, B]],
  [["SUNION", "{a}1", "a", "b"], ["{a}1", "a", "b"], [A, A, B]],
  [["SSUBSCRIBE", "a", "b"], ["a", "b"], [A, B]],
  [["MSETEX", 2, "a", 1, "b", 2, "NX"], ["a", "b"], [A, B]],
  [["MSETEX", 2, "a", 1, "b", 2, "EX", 9, "xx"], ["a", "b"], [A, B]],
  // A value is missing, and the part that has all of its own must not be done.
  [["MSET", "a", 1, "b"], ["a", "b"], [A, B]],
  [["JSON.MSET", "a", "$", "1", "b", "$"], ["a", "b"], [A, B]],
];

for (const [words, keys, slots] of crossing) {
  test(`route: ${words.map(String).join(" ")} cannot go to several slots`, () => {
    const error = refusal(...words);
    assert.ok(error instanceof CrossSlotError, String(error));
    assert.deepEqual([error.keys, error.slots], [keys, slots]);
    assert.match(error.message, new RegExp(`^Cannot send ${String(words[0]).toUpperCase()}: `));
  });
}

// What the commands with keys that servers tell clients to split look like with keys of two slots.
const multiShard: Record<string, Word[]> = {
  "JSON.MGET": ["a", "b", "$"],
  "MSET": ["a", 1, "b", 2],
  "MSETEX": [2, "a", 1, "b", 2],
};

test("route: every command that servers tell clients to split, or to send to several nodes, is", () => {
  const fates = new Map<string, string[]>();
  for (const { name, requestPolicy } of allFacts()) {
    if (requestPolicy === undefined) continue;
    const words = [...name.split(" "), ...multiShard[name] ?? (requestPolicy === "multi_shard" ? ["a", "b"] : [])];
    let fate: string;
    try {
      const route = routeOfWords(...words);
      fate = route.kind === "everywhere" ? route.fan.to : route.kind;
    } catch (error) {
      assert.ok(error instanceof RedisError && error.message.includes("to a cluster: "), String(error));
      fate = "refused";
    }
    const key = `${requestPolicy}: ${fate}`;
    fates.set(key, [...fates.get(key) ?? [], name]);
  }
  assert.deepEqual([...fates.keys()].sort(), [
    "all_nodes: nodes",
    "all_shards: primaries",
    "all_shards: refused",
    "multi_shard: split",
    // CLUSTERSCAN without its cursor.
    "special: any",
    "special: refused",
  ]);
  assert.deepEqual(fates.get("special: any"), ["CLUSTERSCAN"]);
  assert.deepEqual(fates.get("all_shards: refused")!.sort(), [
    "FUNCTION STATS",
    "HIMPORT DISCARD",
    "HIMPORT DISCARDALL",
    "HIMPORT PREPARE",
    "MEMORY STATS",
  ]);
});

test("route: the slot of a command with one key is had without more ado", () => {
  assert.equal(singleSlotOf(["GET", "a"]), A);
  assert.equal(singleSlotOf([utf8("get"), utf8("b")]), B);
  for (const words of [["MGET", "a"], ["GET"], ["PING"], ["NOSUCH", "a"], []]) assert.equal(singleSlotOf(words), -1);
});

test("route: commands that belong together have one slot, none, or are refused", () => {
  const all = (...list: Word[][]) => slotOfAll(list.map((words) => command(words, raw)), "a transaction");
  assert.equal(all(), undefined);
  assert.equal(all(["PING"], ["DBSIZE"]), undefined);
  assert.equal(all(["GET", "a"], ["PING"], ["MGET", "{a}1", "{a}2"]), A);
  assert.throws(() => all(["GET", "a"], ["SET", "b", 1], ["GET", "{a}1"]), (error) => {
    assert.ok(error instanceof CrossSlotError);
    assert.deepEqual([error.keys, error.slots], [["a", "b", "{a}1"], [A, B, A]]);
    assert.match(error.message, /^Cannot send a transaction: its keys belong to several slots \(key "a": slot 15495/);
    return true;
  });
  // What could be split alone cannot be here.
  assert.throws(() => all(["MGET", "a", "b"]), CrossSlotError);
});
