/** Writes that may be executed twice: a real server's data are the same after one execution as after two. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Command, Word } from "../../src/commands/command.ts";
import { command } from "../../src/commands/custom.ts";
import { raw } from "../../src/commands/readers.ts";
import { REPEATABLE_WRITES } from "../../src/connection/repeatable_writes.ts";
import { mayRepeat } from "../../src/connection/retry.ts";
import { type Client, connect } from "../../mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";

let server: Server;
/** The clients of two databases. */
let databases: Client[];
/** What DUMP gives of a string. */
let dumped: Uint8Array;

beforeAll(async () => {
  server = await startServer({ kind: "redis8", args: ["--enable-debug-command", "yes"] });
  databases = [await connect(`${server.url}/0`), await connect(`${server.url}/1`)];
  await databases[0].set("k", "dumped");
  dumped = (await databases[0].bytes.dump("k"))!;
});

afterAll(async () => {
  for (const client of databases) await client.close();
  await server.stop();
});

// In milliseconds, and beyond what is said from now on.
const LATER = 10 ** 13;

/** What is there at the start of each row. */
const START: Word[][] = [
  ["SET", "string", "hello"],
  ["SET", "expiring", "bye", "PXAT", LATER],
  ["HSET", "hash", "f", "1", "g", "2"],
  ["RPUSH", "list", "a", "b", "c", "b"],
  ["SADD", "set", "a", "b", "c"],
  ["SADD", "other", "b", "c", "d"],
  ["SADD", "one", "a"],
  ["ZADD", "zset", 1, "a", 2, "b", 3, "c"],
  ["ZADD", "lex", 0, "a", 0, "b", 0, "c"],
  ["GEOADD", "geo", 13.4, 52.5, "berlin"],
  ["PFADD", "hll", "a", "b"],
  ["PFADD", "hll2", "b", "c"],
  ["XADD", "stream", "1-1", "f", "v"],
  ["XADD", "stream", "2-1", "f", "v"],
  ["XGROUP", "CREATE", "stream", "group", "0"],
  ["XREADGROUP", "GROUP", "group", "me", "STREAMS", "stream", ">"],
];

/** Forms of each command: usual ones, and those in which it meets itself. */
const forms: Record<string, (() => Word[])[]> = {
  COPY: [
    () => ["COPY", "string", "new", "REPLACE"],
    () => ["COPY", "expiring", "string", "REPLACE"],
    () => ["COPY", "hash", "list", "DB", 1, "REPLACE"],
    () => ["COPY", "string", "string", "REPLACE"],
    () => ["COPY", "absent", "string", "REPLACE"],
  ],
  DEL: [() => ["DEL", "string", "string", "absent", "list"]],
  EXPIRE: [() => ["EXPIRE", "string", -1], () => ["EXPIRE", "absent", 5]],
  EXPIREAT: [() => ["EXPIREAT", "string", LATER / 1_000], () => ["EXPIREAT", "expiring", 1]],
  FLUSHALL: [() => ["FLUSHALL"]],
  FLUSHDB: [() => ["FLUSHDB", "SYNC"]],
  GEOADD: [() => ["GEOADD", "geo", "CH", 2.35, 48.85, "berlin", 2.35, 48.85, "paris", 1, 1, "paris"]],
  HDEL: [() => ["HDEL", "hash", "f", "absent"], () => ["HDEL", "hash", "f", "g"]],
  HMSET: [() => ["HMSET", "hash", "f", "9", "new", "1"]],
  HSET: [() => ["HSET", "hash", "f", "9", "f", "8", "new", "1"], () => ["HSET", "new", "f", "1"]],
  LSET: [() => ["LSET", "list", -1, "z"], () => ["LSET", "list", 0, "z"], () => ["LSET", "list", -9, "z"]],
  MSET: [() => ["MSET", "string", "a", "new", "1", "string", "b"], () => ["MSET", "hash", "x"]],
  PERSIST: [() => ["PERSIST", "expiring"], () => ["PERSIST", "string"]],
  PEXPIRE: [() => ["PEXPIRE", "string", -5]],
  PEXPIREAT: [() => ["PEXPIREAT", "string", LATER], () => ["PEXPIREAT", "expiring", LATER + 5]],
  PFADD: [() => ["PFADD", "hll", "z", "a"], () => ["PFADD", "new"], () => ["PFADD", "new", "a"]],
  PFMERGE: [
    () => ["PFMERGE", "hll", "hll2"],
    () => ["PFMERGE", "hll", "hll", "hll2"],
    () => ["PFMERGE", "hll", "hll"],
    () => ["PFMERGE", "new", "hll2"],
    () => ["PFMERGE", "new"],
  ],
  PSETEX: [() => ["PSETEX", "string", 1_000_000, "v"]],
  RESTORE: [
    () => ["RESTORE", "string", LATER, dumped, "ABSTTL", "REPLACE"],
    () => ["RESTORE", "new", 0, dumped, "REPLACE"],
    () => ["RESTORE", "expiring", 1, dumped, "REPLACE", "ABSTTL"],
  ],
  SADD: [() => ["SADD", "set", "a", "new", "new"], () => ["SADD", "new", 1, 2]],
  SDIFFSTORE: [
    () => ["SDIFFSTORE", "set", "set", "other"],
    () => ["SDIFFSTORE", "new", "set", "other"],
    () => ["SDIFFSTORE", "string", "set", "other"],
    () => ["SDIFFSTORE", "new", "one", "set"],
  ],
  SET: [
    () => ["SET", "expiring", "v", "KEEPTTL"],
    () => ["SET", "expiring", "v"],
    () => ["SET", "list", "v", "PXAT", LATER],
    () => ["SET", "string", "v", "EXAT", 1],
  ],
  SETBIT: [() => ["SETBIT", "string", 100, 1], () => ["SETBIT", "new", 0, 0]],
  SETEX: [() => ["SETEX", "string", 1_000_000, "v"]],
  SETRANGE: [
    () => ["SETRANGE", "string", 2, "LONGER"],
    () => ["SETRANGE", "string", 9, ""],
    () => ["SETRANGE", "new", 9, "x"],
  ],
  SINTERSTORE: [
    () => ["SINTERSTORE", "set", "set", "other"],
    () => ["SINTERSTORE", "set", "other", "set"],
    () => ["SINTERSTORE", "one", "one", "other"],
    () => ["SINTERSTORE", "hash", "set", "other"],
  ],
  SREM: [() => ["SREM", "set", "a", "absent"], () => ["SREM", "one", "a"]],
  SUNIONSTORE: [
    () => ["SUNIONSTORE", "set", "other", "set"],
    () => ["SUNIONSTORE", "set", "other"],
    () => ["SUNIONSTORE", "set", "absent"],
  ],
  UNLINK: [() => ["UNLINK", "string", "hash"]],
  XACK: [() => ["XACK", "stream", "group", "1-1", "1-1", "9-9"]],
  XDEL: [() => ["XDEL", "stream", "1-1", "9-9"], () => ["XDEL", "stream", "1-1", "2-1"]],
  ZADD: [
    () => ["ZADD", "zset", 5, "a", 9, "a", 7, "new"],
    () => ["ZADD", "zset", "CH", "-inf", "b", "+inf", "c"],
    () => ["ZADD", "zset", 2, "a"],
  ],
  ZREM: [() => ["ZREM", "zset", "a", "absent"], () => ["ZREM", "zset", "a", "b", "c"]],
  ZREMRANGEBYLEX: [() => ["ZREMRANGEBYLEX", "lex", "[a", "(c"], () => ["ZREMRANGEBYLEX", "lex", "-", "+"]],
  ZREMRANGEBYSCORE: [() => ["ZREMRANGEBYSCORE", "zset", "(1", 2], () => ["ZREMRANGEBYSCORE", "zset", "-inf", "+inf"]],
  "BF.ADD": [() => ["BF.ADD", "bloom", "a"]],
  "BF.MADD": [() => ["BF.MADD", "bloom", "a", "b", "a"]],
  "JSON.MSET": [() => ["JSON.MSET", "json", "$", '{"a":{"b":1}}', "json", "$.a.c", "2", "json", "$.*", "[]"]],
  "JSON.SET": [
    () => ["JSON.SET", "json", "$", '{"a":[1,2,{"a":1}]}'],
    () => ["JSON.SET", "json", ".", "[1]"],
  ],
};

/** The server's data: of each key when it expires and what it holds. */
async function data(): Promise<unknown> {
  const found: unknown[] = [];
  for (const [database, client] of databases.entries()) {
    for (const key of (await client.keys("*")).sort()) {
      const at = await client.pexpiretime(key);
      // A time from now on is another a moment later.
      const expiry = at < 0 || at >= LATER ? at : "from now on";
      const digest = await client.call("DEBUG", "DIGEST-VALUE", key);
      // Of a stream the digest leaves out its groups. Of others DUMP tells how it is kept, too.
      const groups = (await client.type(key)) === "stream" ? await client.bytes.dump(key) : undefined;
      found.push([database, key, expiry, digest, groups]);
    }
  }
  return found;
}

async function begin(): Promise<void> {
  await databases[0].flushall();
  for (const reply of await databases[0].pipeline(START.map(of))) assert.ok(!(reply instanceof Error), String(reply));
}

function of(words: readonly Word[]): Command<unknown> {
  return command(words, raw);
}

/** Executes commands, some of which may be refused. */
async function run(...batch: readonly Word[][]): Promise<void> {
  await databases[0].pipeline(batch.map(of));
}

async function isKnown(name: string): Promise<boolean> {
  return (await databases[0].call("COMMAND", "INFO", name) as unknown[])[0] !== null;
}

function shown(words: readonly Word[]): string {
  return words.map((word) => word instanceof Uint8Array ? "…" : String(word)).join(" ");
}

test("repeatable writes: each of the list has forms that are tried here", () => {
  assert.deepEqual(Object.keys(forms).sort(), [...REPEATABLE_WRITES.keys()].sort());
});

for (const [name, makes] of Object.entries(forms)) {
  test(`repeatable writes: ${name} leaves the same data when it is executed twice`, async () => {
    for (const make of makes) assert.equal(mayRepeat([of(make())], "idempotent"), true, shown(make()));
    // Not every server has its module.
    if (!await isKnown(name)) return;
    for (const make of makes) {
      const words = make();
      await begin();
      await run(words);
      const once = await data();
      await run(words);
      assert.deepEqual(await data(), once, shown(words));
    }
  });
}

/** What is left out of the list, or of its forms, for good reason: the second execution changes the data. */
const others: Word[][] = [
  ["SDIFFSTORE", "set", "other", "set"],
  ["BITOP", "XOR", "string", "string", "expiring"],
  ["BITOP", "NOT", "string", "string"],
  ["ZUNIONSTORE", "zset", 2, "zset", "zset"],
  ["ZINTERSTORE", "zset", 2, "zset", "zset"],
  ["ZDIFFSTORE", "zset", 2, "lex", "zset"],
  ["ZRANGESTORE", "zset", "zset", 1, -1],
  ["ZREMRANGEBYRANK", "zset", 0, 0],
  ["LREM", "list", 1, "b"],
  ["LTRIM", "list", 1, -1],
  ["LINSERT", "list", "BEFORE", "a", "z"],
  ["ZADD", "zset", "INCR", 1, "a"],
  ["APPEND", "string", "x"],
  ["INCR", "new"],
  ["RPUSH", "list", "z"],
  ["SPOP", "set"],
  ["XADD", "stream", "*", "f", "v"],
];

test("repeatable writes: what is left out does change the data when it is executed twice", async () => {
  for (const words of others) {
    assert.equal(mayRepeat([of(words)], "idempotent"), false, shown(words));
    await begin();
    await run(words);
    const once = await data();
    await run(words);
    assert.notDeepEqual(await data(), once, shown(words));
  }
});

/** Writes to keys of their own kind, and whole values over all. */
const anyWrite: fc.Arbitrary<Word[]> = fc.oneof(
  ...([
    ["DEL", "string"],
    ["DEL", "set", "hash"],
    ["UNLINK", "zset", "expiring"],
    ["SET", "set", "v"],
    ["SET", "expiring", "v"],
    ["SET", "expiring", "v", "KEEPTTL"],
    ["MSET", "string", "a", "hash", "b"],
    ["SETEX", "string", 1_000_000, "v"],
    ["SETBIT", "string", 3, 1],
    ["SETBIT", "expiring", 100, 0],
    ["SETRANGE", "string", 2, "xyz"],
    ["HSET", "hash", "f", "9", "new", "1"],
    ["HDEL", "hash", "f", "g"],
    ["HDEL", "hash", "new"],
    ["SADD", "set", "a", "new"],
    ["SADD", "one", "b"],
    ["SREM", "one", "a", "b"],
    ["SREM", "set", "a"],
    ["ZADD", "zset", 7, "a", 8, "new"],
    ["ZREM", "zset", "a", "b", "c"],
    ["PFADD", "hll", "x"],
    ["GEOADD", "geo", 1, 1, "here"],
    ["COPY", "string", "expiring", "REPLACE"],
    ["SUNIONSTORE", "one", "set", "other"],
    ["SINTERSTORE", "set", "set", "one"],
    ["PFMERGE", "hll", "hll2"],
    ["EXPIRE", "one", 1_000_000],
    ["PERSIST", "expiring"],
    ["LSET", "list", 0, "z"],
  ] satisfies Word[][]).map((words) => fc.constant<Word[]>(words)),
);

test("repeatable writes: a batch that may be repeated leaves the same data when it is executed twice", {
  timeoutMs: 60_000,
}, async () => {
  let repeated = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrite, { minLength: 2, maxLength: 4 }), async (batch) => {
      fc.pre(mayRepeat(batch.map(of), "idempotent"));
      repeated++;
      await begin();
      await run(...batch);
      const once = await data();
      await run(...batch);
      assert.deepEqual(await data(), once);
    }),
    { seed: 46, numRuns: 100 },
  );
  assert.ok(repeated >= 100, `${repeated}`);
});
