/** The replies of several nodes as one: in every view, under both protocols, and in the order that a server gives. */
import assert from "node:assert/strict";
import { type Command, command, modeOf, type Word } from "../../src/commands/command.ts";
import { info } from "../../src/commands/server.ts";
import { latencyHistogram, latencyLatest } from "../../src/commands/latency.ts";
import { pubsubNumsub } from "../../src/commands/pubsub.ts";
import { raw } from "../../src/commands/readers.ts";
import { slowlogGet } from "../../src/commands/logs.ts";
import { RedisError, ReplyError } from "../../src/errors.ts";
import { BIGINTS, PLAIN, type Value } from "../../src/resp/value.ts";
import { routeOf } from "../../src/routing/route.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";

const NODES = ["10.0.0.1:6379", "10.0.0.2:6379", "[::1]:6379"];

function merge(name: string, replies: readonly Value[], random = () => 0): Value {
  return mergeOf(command(name.split(" "), raw), replies, random);
}

function mergeOf(command: Command<unknown>, replies: readonly Value[], random = () => 0): Value {
  const route = routeOf(command);
  assert.equal(route.kind, "everywhere");
  return route.fan.merge(replies.map((value, i) => ({ node: NODES[i]!, value })), random);
}

const entry = (...items: Value[]): Value => items;
const map = (...pairs: [Value, Value][]): Value => new Map(pairs);
const BIG = Number.MAX_SAFE_INTEGER;

const rows: [command: string, what: string, replies: Value[], reply: Value][] = [
  ["FLUSHALL", "what all say", ["OK", "OK"], "OK"],
  ["SCRIPT LOAD", "what all say, as bytes", [utf8("sha"), utf8("sha")], utf8("sha")],
  ["PING", "what all say", ["PONG"], "PONG"],
  ["ACL DELUSER", "where most were deleted", [0, 2, 1], 2],
  ["DBSIZE", "the sum of numbers", [1, 2, 3], 6],
  ["DBSIZE", "the sum of bigints", [1n, 2n], 3n],
  ["DBSIZE", "the one number", [7], 7],
  ["DBSIZE", "the exact sum beyond what a number can be", [BIG, 2], 9_007_199_254_740_993n],
  ["SLOWLOG LEN", "the sum", [128, 2], 130],
  ["LATENCY RESET", "the sum", [1, 1], 2],
  ["PUBSUB NUMPAT", "the sum", [0n, 2n], 2n],
  ["WAIT 1 0", "the fewest", [2, 1, 3], 1],
  ["WAIT 1 0", "the fewest bigints", [2n, 1n], 1n],
  ["WAITAOF 1 1 0", "the fewest of each", [[1, 2], [0, 3]], [0, 2]],
  ["WAITAOF 1 1 0", "the fewest bigints of each", [[1n, 2n], [0n, 3n]], [0n, 2n]],
  ["SCRIPT EXISTS a b", "those that all have", [[1, 0], [1, 1]], [1, 0]],
  ["SCRIPT EXISTS a b", "those that all have, as bigints", [[1n, 1n], [0n, 1n]], [0n, 1n]],
  ["KEYS *", "all", [["a"], [], ["b", "c"]], ["a", "b", "c"]],
  ["KEYS *", "all, as bytes", [[utf8("a")], [utf8("b")]], [utf8("a"), utf8("b")]],
  ["PUBSUB CHANNELS", "each once", [["a", "b"], ["b", "c"]], ["a", "b", "c"]],
  ["PUBSUB CHANNELS", "each once, as bytes", [[utf8("a")], [utf8("a"), utf8("b")]], [utf8("a"), utf8("b")]],
  ["PUBSUB SHARDCHANNELS", "each once", [["a"], ["a"]], ["a"]],
  ["PUBSUB CHANNELS", "each once, of sets", [new Set(["a"]), new Set(["a", "b"])], new Set(["a", "b"])],
  ["PUBSUB NUMSUB a b", "the sum of each", [["a", 1, "b", 0], ["a", 2, "b", 3]], ["a", 3, "b", 3]],
  ["PUBSUB NUMSUB a", "the sum of each, as bigints", [["a", 1n], ["a", 2n]], ["a", 3n]],
  ["PUBSUB NUMSUB a", "the sum of each, named by bytes", [[utf8("a"), 1], [utf8("a"), 2]], [utf8("a"), 3]],
  ["PUBSUB NUMSUB a", "the sum of each, in maps", [map(["a", 1]), map(["a", 2])], map(["a", 3])],
  ["PUBSUB SHARDNUMSUB", "nothing asked", [[], []], []],
  ["RANDOMKEY", "the one that is there", [null, "b", null], "b"],
  ["RANDOMKEY", "none where there is none", [null, null], null],
  ["CLIENT LIST", "all lines", ["id=1\n", "id=1", ""], "id=1\nid=1\n"],
  ["CLIENT LIST", "all lines, as bytes", [utf8("id=1 name=é\n"), utf8("id=2\n")], utf8("id=1 name=é\nid=2\n")],
  ["MEMORY DOCTOR", "the text of each", ["fine", "bad\n"], "# 10.0.0.1:6379\nfine\n# 10.0.0.2:6379\nbad\n"],
  ["MEMORY MALLOC-STATS", "the text of each", ["", "x"], "# 10.0.0.1:6379\n# 10.0.0.2:6379\nx\n"],
  ["LATENCY DOCTOR", "as bytes", [utf8("x")], utf8("# 10.0.0.1:6379\nx\n")],
  ["ACL LOG", "all", [[["count", 1]], [["count", 2]]], [["count", 1], ["count", 2]]],
  ["ACL LOG RESET", "what all say", ["OK", "OK"], "OK"],
  ["CLUSTER GETSLOTMIGRATIONS", "all", [[["name", "x"]], []], [["name", "x"]]],
  [
    "SLOWLOG GET",
    "the latest first",
    [[entry(2, 30, "b"), entry(1, 10, "a")], [entry(1, 20, "c")]],
    [entry(2, 30, "b"), entry(1, 20, "c"), entry(1, 10, "a")],
  ],
  [
    "SLOWLOG GET",
    "ten where no count is asked for",
    [Array.from({ length: 10 }, (_, i) => entry(i, 100 - i)), [entry(0, 200)]],
    [entry(0, 200), ...Array.from({ length: 9 }, (_, i) => entry(i, 100 - i))],
  ],
  ["SLOWLOG GET 1", "as many as are asked for", [[entry(1, 10n)], [entry(1, 20n)]], [entry(1, 20n)]],
  ["SLOWLOG GET 0", "as many as are asked for", [[], []], []],
  ["COMMANDLOG GET -1 slow", "all of them", [[entry(1, 10)], [entry(1, 20)]], [entry(1, 20), entry(1, 10)]],
  ["LATENCY HISTORY fork", "by time", [[[10, 1], [30, 1]], [[20, 2]], []], [[10, 1], [20, 2], [30, 1]]],
  [
    "LATENCY LATEST",
    "one for each event",
    [[entry("fork", 10, 1, 9), entry("aof", 1, 1, 1)], [entry("fork", 20, 2, 5)]],
    [entry("fork", 20, 2, 9), entry("aof", 1, 1, 1)],
  ],
  [
    "LATENCY LATEST",
    "with the totals of Valkey, named by bytes",
    [[entry(utf8("fork"), 20n, 1n, 5n, 7n, 2n)], [entry(utf8("fork"), 10n, 2n, 9n, 9n, 1n)]],
    [entry(utf8("fork"), 20n, 1n, 9n, 16n, 3n)],
  ],
  [
    "LATENCY HISTOGRAM",
    "one for each command",
    [
      ["get", ["calls", 5, "histogram_usec", [1, 2, 4, 5]], "set", ["calls", 1, "histogram_usec", [8, 1]]],
      ["get", ["calls", 4, "histogram_usec", [2, 3, 8, 4]]],
    ],
    ["get", ["calls", 9, "histogram_usec", [1, 2, 2, 5, 4, 8, 8, 9]], "set", ["calls", 1, "histogram_usec", [8, 1]]],
  ],
  [
    "LATENCY HISTOGRAM",
    "in maps, as bigints",
    [
      map(["get", map(["calls", 5n], ["histogram_usec", map([1n, 2n], [4n, 5n])])]),
      map(["get", map(["calls", 1n], ["histogram_usec", map([2n, 1n])])]),
    ],
    map(["get", map(["calls", 6n], ["histogram_usec", map([1n, 2n], [2n, 3n], [4n, 6n])])]),
  ],
  ["LATENCY HISTOGRAM get", "none", [[], []], []],
  [
    "CLUSTER SLOT-STATS SLOTSRANGE 0 9",
    "by slot",
    [[[2, ["key-count", 1]], [9, ["key-count", 1]]], [[5, ["key-count", 7]]]],
    [[2, ["key-count", 1]], [5, ["key-count", 7]], [9, ["key-count", 1]]],
  ],
  [
    "CLUSTER SLOT-STATS ORDERBY key-count",
    "the most first, and by slot where there are as many",
    [[[9, ["key-count", 7]], [2, ["key-count", 1]]], [[5, ["key-count", 7]]]],
    [[5, ["key-count", 7]], [9, ["key-count", 7]], [2, ["key-count", 1]]],
  ],
  [
    "CLUSTER SLOT-STATS ORDERBY cpu-usec LIMIT 1 ASC",
    "the least first, as many as are asked for",
    [[[9, map(["key-count", 1], ["cpu-usec", 7n])]], [[5, map(["key-count", 2], ["cpu-usec", 3n])]]],
    [[5, map(["key-count", 2], ["cpu-usec", 3n])]],
  ],
];

for (const [name, what, replies, reply] of rows) {
  test(`merge: ${name}: ${what}`, () => {
    const before = structuredClone(replies);
    assert.deepEqual(merge(name, replies), reply);
    assert.deepEqual(replies, before, "the replies stay as they were");
  });
}

test("merge: RANDOMKEY is any of the keys, by chance", () => {
  const replies = ["a", null, "b", "c"].map((key) => key);
  const picked = (random: number) => {
    const route = routeOf(command(["RANDOMKEY"], raw));
    assert.equal(route.kind, "everywhere");
    return route.fan.merge(replies.map((value) => ({ node: "n", value })), () => random);
  };
  assert.deepEqual([0, 0.34, 0.67, 0.999].map(picked), ["a", "b", "c", "c"]);
});

test("merge: INFO says of each section which node it is of", () => {
  const first = "# Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nused_memory:1\r\n";
  const second = "# Server\r\nredis_version:8.0.2\r\n\r\n# Memory\r\nused_memory:2";
  const text = mergeOf(info(), [first, second]);
  assert.equal(
    text,
    "# Server 10.0.0.1:6379\r\nredis_version:7.0.15\r\n\r\n# Memory 10.0.0.1:6379\r\nused_memory:1\r\n" +
      "# Server 10.0.0.2:6379\r\nredis_version:8.0.2\r\n\r\n# Memory 10.0.0.2:6379\r\nused_memory:2\r\n",
  );
  assert.deepEqual(mergeOf(info(), [utf8(first), utf8(second)]), utf8(text as string));
  const parsed = info({ parse: true });
  assert.deepEqual(parsed.reader.read(mergeOf(parsed, [first, second]), PLAIN), {
    "server 10.0.0.1:6379": { redis_version: "7.0.15" },
    "memory 10.0.0.1:6379": { used_memory: "1" },
    "server 10.0.0.2:6379": { redis_version: "8.0.2" },
    "memory 10.0.0.2:6379": { used_memory: "2" },
  });
  assert.deepEqual(parsed.reader.read(mergeOf(parsed, ["a:1\r\n# B\r\nc:2\r\n", ""]), PLAIN), {
    "10.0.0.1:6379": { a: "1" },
    "b 10.0.0.1:6379": { c: "2" },
  });
});

test("merge: what readers make of merged replies", () => {
  const read = <Reply>(command: Command<Reply>, wanted: number, replies: Value[]): Reply =>
    command.reader.read(mergeOf(command, replies), modeOf(command, wanted));
  assert.deepEqual(read(pubsubNumsub("a"), BIGINTS, [["a", 1n], ["a", 2n]]), { a: 3n });
  assert.deepEqual(read(latencyLatest(), PLAIN, [[["fork", 1, 2, 3]], []]), [
    { event: "fork", timestamp: 1, latencyMs: 2, maxMs: 3 },
  ]);
  const histogram = ["get", ["calls", 1, "histogram_usec", [2, 1]]];
  assert.deepEqual(read(latencyHistogram(), PLAIN, [histogram, histogram]), {
    get: { calls: 2, histogramUsec: { 2: 2 } },
  });
  const slow = (timestamp: number) => [[7, timestamp, 9, ["GET", "a"], "1.2.3.4:5", ""]];
  assert.deepEqual(read(slowlogGet(), PLAIN, [slow(1), slow(2)]).map(({ timestamp }) => timestamp), [2, 1]);
});

const notBusy = new ReplyError("NOTBUSY No scripts in execution right now.");
const unkillable = new ReplyError("UNKILLABLE Sorry the script already executed write commands");
const lost = new RedisError("Lost the connection");
const noSamples = new ReplyError("ERR No samples available for event 'fork'");

const tolerated: [command: string, replies: Value[], outcome: Value][] = [
  ["SCRIPT KILL", [notBusy, "OK", unkillable], "OK"],
  ["FUNCTION KILL", ["OK", "OK"], "OK"],
  ["FUNCTION KILL", [notBusy, notBusy], notBusy],
  ["FUNCTION KILL", [notBusy, unkillable], unkillable],
  ["SCRIPT KILL", [notBusy, lost], lost],
  ["LATENCY GRAPH fork", [noSamples, "graph"], "# 10.0.0.2:6379\ngraph\n"],
  ["LATENCY GRAPH fork", [noSamples, noSamples], noSamples],
  ["LATENCY GRAPH fork", [noSamples, "graph", lost], lost],
];

for (const [name, replies, outcome] of tolerated) {
  test(`merge: ${name} takes errors: ${replies.map((reply) => String(reply)).join("; ")}`, () => {
    if (!(outcome instanceof RedisError)) assert.equal(merge(name, replies), outcome);
    else assert.throws(() => merge(name, replies), (error) => error === outcome);
  });
}

const lies: [command: string, replies: Value[]][] = [
  ["DBSIZE", [1, "two"]],
  ["DBSIZE", [1, null]],
  ["WAITAOF 1 1 0", [[1, 2], [1]]],
  ["WAITAOF 1 1 0", [[1, 2], 1]],
  ["KEYS *", [["a"], "b"]],
  ["PUBSUB NUMSUB a", [["a", 1], ["a", "many"]]],
  ["INFO", ["# Server", 5]],
  ["SLOWLOG GET", [["entry"], []]],
];

for (const [name, replies] of lies) {
  test(`merge: ${name}: a node that answers ${JSON.stringify(replies[1])} in another shape is told`, () => {
    assert.throws(() => merge(name, replies), (error) => {
      assert.ok(error instanceof RedisError);
      assert.match(error.message, /^Cannot put the replies of the nodes together: one is not /);
      return true;
    });
  });
}

test("merge: a hundred thousand keys of each node are put together at once", () => {
  const keys: Word[] = Array.from({ length: 100_000 }, (_, i) => `key:${i}`);
  assert.equal((merge("KEYS *", [keys, keys, keys]) as Value[]).length, 300_000);
  assert.equal((merge("PUBSUB CHANNELS", [keys, keys, keys]) as Value[]).length, 100_000);
});
