/** What real servers reply to the commands that are for several nodes can be put together, and read. */
import assert from "node:assert/strict";
import { aclDeluser, aclLoad, aclLog, aclSave, aclSetuser } from "../../src/commands/acl.ts";
import { wait, waitaof } from "../../src/commands/blocking.ts";
import {
  clientList,
  clientNoEvict,
  clientNoTouch,
  clientPause,
  clientSetinfo,
  clientSetname,
  clientUnpause,
} from "../../src/commands/clients.ts";
import {
  clusterAddslotsrange,
  clusterGetslotmigrations,
  clusterSlotStats,
  type ClusterSlotStatsOptions,
} from "../../src/commands/cluster_slots.ts";
import { clusterInfo } from "../../src/commands/cluster.ts";
import { type Command, command, modeOf } from "../../src/commands/command.ts";
import { ping } from "../../src/commands/connection.ts";
import {
  functionDelete,
  functionDump,
  functionFlush,
  functionKill,
  functionLoad,
  functionRestore,
} from "../../src/commands/functions.ts";
import { keys, randomkey } from "../../src/commands/keys.ts";
import {
  latencyDoctor,
  latencyGraph,
  latencyHistogram,
  latencyHistory,
  latencyLatest,
  latencyReset,
  type LatestLatency,
} from "../../src/commands/latency.ts";
import {
  commandlogGet,
  commandlogLen,
  commandlogReset,
  slowlogGet,
  slowlogLen,
  slowlogReset,
} from "../../src/commands/logs.ts";
import { memoryDoctor, memoryMallocStats, memoryPurge } from "../../src/commands/memory.ts";
import { psubscribe, ssubscribe, subscribe } from "../../src/commands/feeds.ts";
import {
  pubsubChannels,
  pubsubNumpat,
  pubsubNumsub,
  pubsubShardchannels,
  pubsubShardnumsub,
} from "../../src/commands/pubsub.ts";
import { ok, raw, textOf } from "../../src/commands/readers.ts";
import { scriptExists, scriptFlush, scriptKill, scriptLoad } from "../../src/commands/scripting.ts";
import { ftConfigSet } from "../../src/commands/search.ts";
import {
  configResetstat,
  configRewrite,
  configSet,
  dbsize,
  flushall,
  flushdb,
  info,
} from "../../src/commands/server.ts";
import { mset } from "../../src/commands/strings.ts";
import { ReplyError } from "../../src/errors.ts";
import { BIGINTS, BYTES, PLAIN, type Value } from "../../src/resp/value.ts";
import { allFacts, factsOf } from "../../src/routing/command_facts.ts";
import { routeOf } from "../../src/routing/route.ts";
import { test } from "../support/harness.ts";
import { Link } from "../support/link.ts";
import { serverKinds, startServer } from "../support/server.ts";

const LIBRARY = "#!lua name=numbers\nredis.register_function('one', function() return 1 end)";
const SHA = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
const SLOTS: ClusterSlotStatsOptions = { slotsRange: [0, 16_383] };

type Check = (merged: unknown, single: unknown) => void;

function twice(merged: unknown, single: unknown): void {
  assert.ok(Number(single) > 0);
  assert.equal(merged, typeof single === "bigint" ? 2n * single : 2 * Number(single));
}

function asLong(times: number): Check {
  return (merged, single) => {
    assert.ok((single as unknown[]).length > 0);
    assert.equal((merged as unknown[]).length, times * (single as unknown[]).length);
  };
}

function same(merged: unknown, single: unknown): void {
  assert.deepEqual(merged, single);
}

function twiceTheText(merged: unknown, single: unknown): void {
  const node = /# \S*n1:1\n/.exec(merged as string);
  assert.ok(node !== null && (merged as string).length >= 2 * (single as string).length);
}

/** Each command that is for several nodes, in an order in which there is something to reply. */
const commands: [command: Command<unknown>, check?: Check][] = [
  [ping(), same],
  [dbsize(), twice],
  [keys("*"), asLong(2)],
  [randomkey(), (merged) => assert.match(textOf(merged as Value), /^\{a\}1?$/)],
  [info(), twiceTheInfo],
  [info({ sections: ["server", "memory"], parse: true }), (merged, single) => {
    const names = Object.keys(single as object).flatMap((name) => [`${name} n1:1`, `${name} n2:2`]);
    assert.deepEqual(Object.keys(merged as object).sort(), names.sort());
  }],
  [wait(0, 1), same],
  [waitaof(0, 0, 1), same],
  [clientSetname("ada"), same],
  [clientSetinfo("lib-name", "respwire"), same],
  [clientNoEvict("on"), same],
  [clientNoTouch("off"), same],
  [command(["CLIENT", "TRACKING", "OFF"], ok), same],
  [clientList(), asLong(2)],
  [clientPause(1, { mode: "write" }), same],
  [clientUnpause(), same],
  [pubsubChannels(), same],
  [pubsubNumpat(), twice],
  [pubsubNumsub("news", "sport"), (merged) => {
    const { news, sport } = merged as { news: number; sport: number };
    assert.deepEqual([Number(news), Number(sport)], [2, 0]);
  }],
  [pubsubShardchannels(), same],
  [pubsubShardnumsub("shard"), (merged) => assert.equal(Number((merged as { shard: number }).shard), 2)],
  [aclSetuser("ada", "on"), same],
  [aclDeluser("ada"), same],
  [aclLog(), asLong(2)],
  [aclLog("reset"), same],
  [aclSave()],
  [aclLoad()],
  [scriptLoad("return 1"), same],
  [scriptExists(SHA, "0".repeat(40)), (merged) => assert.deepEqual((merged as number[]).map(Number), [1, 0])],
  [scriptKill()],
  [scriptFlush(), same],
  [functionKill()],
  [functionLoad(LIBRARY, { replace: true }), same],
  [functionDelete("numbers"), same],
  [functionFlush(), same],
  [latencyLatest(), (merged, single) => {
    const [one, both] = [single, merged].map((list) => (list as LatestLatency[])[0]!);
    const totals = one!.count === undefined ? {} : { count: 2 * one!.count, sumMs: 2 * one!.sumMs! };
    assert.deepEqual(both, { ...one, ...totals });
  }],
  [latencyHistory("command"), asLong(2)],
  [latencyGraph("command"), twiceTheText],
  [latencyGraph("fork")],
  [latencyDoctor(), twiceTheText],
  [latencyHistogram("mset"), (merged, single) => {
    const of = (histograms: unknown) => (histograms as Record<string, { calls: number; histogramUsec: object }>).mset!;
    assert.equal(of(merged).calls, 2 * of(single).calls);
    const doubled = Object.entries(of(single).histogramUsec).map(([bound, count]) => [bound, 2 * count]);
    assert.deepEqual(Object.entries(of(merged).histogramUsec), doubled);
  }],
  [latencyReset("command")],
  [memoryDoctor(), twiceTheText],
  [memoryMallocStats(), twiceTheText],
  [memoryPurge(), same],
  [slowlogLen(), twice],
  [slowlogGet(3), asLong(1)],
  [slowlogGet(-1), asLong(2)],
  [commandlogLen("slow"), twice],
  [commandlogGet(3, "slow"), asLong(1)],
  [slowlogReset(), same],
  [commandlogReset("slow"), same],
  [clusterSlotStats(SLOTS), asLong(2)],
  [clusterSlotStats({ orderBy: "key-count", limit: 5 }), asLong(1)],
  [clusterGetslotmigrations(), same],
  [configSet({ "maxmemory": "0" }), same],
  [configResetstat(), same],
  [configRewrite()],
  [ftConfigSet("TIMEOUT", 500)],
  [flushdb(), same],
  [flushall(), same],
];

function twiceTheInfo(merged: unknown, single: unknown): void {
  const headings = (text: unknown) => (text as string).match(/^# .*\r$/gm)!.map((line) => line.trim());
  assert.deepEqual(headings(merged), ["n1:1", "n2:2"].flatMap((n) => headings(single).map((line) => `${line} ${n}`)));
}

test("merge: every command that is for several nodes is in the table of these tests", () => {
  const listed = new Set([...commands.map(([{ words }]) => factsOf(words)!.name), "FUNCTION RESTORE"]);
  const missing = allFacts().filter(({ name, keySpecs }) => {
    if (keySpecs.length > 0 || listed.has(name)) return false;
    try {
      return routeOf(command(name.split(" "), raw)).kind === "everywhere";
    } catch {
      return false;
    }
  });
  assert.deepEqual(missing.map(({ name }) => name), []);
});

/** Makes a node serve all slots, as soon as it does. */
async function serve(link: Link): Promise<void> {
  await link.send(clusterAddslotsrange([0, 16_383]));
  while ((await link.send(clusterInfo())).clusterState !== "ok") await new Promise((done) => setTimeout(done, 5));
}

/** Gives the node something to tell: keys, slow and refused commands. */
async function fill(link: Link): Promise<void> {
  await link.send(configSet({ "latency-monitor-threshold": 1, "slowlog-log-slower-than": 0 }));
  await link.send(mset([["{a}", 1], ["{a}1", 2]]));
  await link.send(command(["DEBUG", "SLEEP", "0.003"], ok));
  await link.send(command(["AUTH", "nobody", "nothing"], ok)).catch(() => {});
}

/** The reply of a node, and what becomes of it when two nodes reply so; undefined when it is refused. */
async function repliesTo(
  link: Link,
  whole: Command<unknown>,
  mode: number,
  mayFail: boolean,
): Promise<{ single: Value; merged: Value } | undefined> {
  const route = routeOf(whole);
  assert.equal(route.kind, "everywhere", whole.words.join(" "));
  link.write(whole);
  const single = await link.next(mode);
  const merge = () => route.fan.merge([{ node: "n1:1", value: single }, { node: "n2:2", value: single }], () => 0);
  if (!(single instanceof ReplyError)) return { single, merged: merge() };
  if (route.fan.tolerant) assert.throws(merge, (error) => error === single);
  assert.ok(mayFail || /unknown (sub)?command/i.test(single.reply), `${whole.words.join(" ")}: ${single.reply}`);
  return undefined;
}

for (const kind of serverKinds) {
  test(`merge: what ${kind} replies can be put together, and read`, { timeoutMs: 60_000 }, async (t) => {
    const server = await startServer({ kind, cluster: true, args: ["--enable-debug-command", "yes"] });
    t.defer(() => server.stop());
    const subscriber = await Link.open(server, 3);
    t.defer(() => subscriber.close());
    await serve(subscriber);
    for (const feed of [subscribe("news"), psubscribe("*"), ssubscribe("shard")]) await subscriber.send(feed);

    for (const protocol of [2, 3] as const) {
      const link = await Link.open(server, protocol);
      t.defer(() => link.close());
      for (const wanted of [PLAIN, BYTES | BIGINTS]) {
        await fill(link);
        for (const [whole, check] of commands) {
          const mode = modeOf(whole, wanted);
          const replies = await repliesTo(link, whole, mode, check === undefined);
          if (replies === undefined) continue;
          const [merged, single] = [replies.merged, replies.single].map((value) => whole.reader.read(value, mode));
          check?.(merged, single);
        }
        await fill(link);
        for (const [{ words }, check] of commands) {
          const whole = command(words, raw);
          const replies = await repliesTo(link, whole, modeOf(whole, wanted), check === undefined);
          if (replies === undefined) continue;
          const { single, merged } = replies;
          assert.equal(Object.getPrototypeOf(merged), Object.getPrototypeOf(single), `the shape of ${words.join(" ")}`);
        }
      }
      await fill(link);
      await link.send(functionLoad(LIBRARY));
      const restore = functionRestore(await link.send(functionDump()), { policy: "replace" });
      assert.equal((await repliesTo(link, restore, PLAIN, false))!.merged, "OK");
      await link.send(functionFlush());
    }
  });
}
