/** What the overloads promise to the type checker: `deno check` judges each `true`; nothing is left at run time. */
import assert from "node:assert/strict";
import * as c from "../../src/commands/mod.ts";
import type { Command, Key, Ranked, Scored, SetOptions, ZrangeOptions } from "../../src/commands/mod.ts";
import { test } from "../support/harness.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles only when the command has exactly this reply. */
function gives<Expected>(): <Reply>(command: Command<Reply>, same: Same<Reply, Expected>) => void {
  return (command) => assert.ok(command.words.length > 0);
}

test("an option that changes the reply changes its type", () => {
  const setOptions: SetOptions = {}, rangeOptions: ZrangeOptions = {};
  gives<"OK">()(c.set("k", "v"), true);
  gives<"OK" | null>()(c.set("k", "v", { nx: true }), true);
  gives<string | null>()(c.set("k", "v", { get: true }), true);
  gives<string | null>()(c.set("k", "v", setOptions), true);
  gives<string | null>()(c.lpop("k"), true);
  gives<string[] | null>()(c.lpop("k", 2), true);
  gives<number | null>()(c.lpos("k", "e", { rank: 1 }), true);
  gives<number[]>()(c.lpos("k", "e", { count: 0 }), true);
  gives<string[]>()(c.spop("k", 2), true);
  gives<[string, string][]>()(c.hrandfield("k", 2, { withValues: true }), true);
  gives<string[]>()(c.zrange("k", 0, -1, { rev: true }), true);
  gives<Scored[]>()(c.zrange("k", 0, -1, { withScores: true }), true);
  gives<string[] | Scored[]>()(c.zrange("k", 0, -1, rangeOptions), true);
  gives<number>()(c.zadd("k", { a: 1 }, { ch: true }), true);
  gives<number | null>()(c.zadd("k", { a: 1 }, { incr: true }), true);
  gives<number | null>()(c.zrank("k", "m"), true);
  gives<Ranked | null>()(c.zrank("k", "m", { withScore: true }), true);
  gives<Scored | null>()(c.zpopmin("k"), true);
  gives<Scored[]>()(c.zpopmin("k", 1), true);
  gives<"PONG">()(c.ping(), true);
  const count = 2 as number | undefined;
  gives<string | string[] | null>()(c.lpop("k", count), true);
  gives<Scored | Scored[] | null>()(c.zpopmin("k", count), true);
  gives<string | string[] | [string, string][] | null>()(c.hrandfield("k", count), true);
});

test("an option of strings, sorting and streams that changes the reply changes its type", () => {
  const lcsOptions: c.LcsOptions = {}, sortOptions: c.SortOptions = {};
  gives<c.LcsMatches>()(c.lcs("a", "b", { idx: true, minMatchLen: 2 }), true);
  gives<c.LcsMeasuredMatches>()(c.lcs("a", "b", { idx: true, withMatchLen: true }), true);
  gives<number>()(c.lcs("a", "b", { len: true }), true);
  gives<string | number | c.LcsMatches | c.LcsMeasuredMatches>()(c.lcs("a", "b", lcsOptions), true);
  gives<string[]>()(c.sort("k", { order: "desc" }), true);
  gives<(string | null)[]>()(c.sort("k", { get: "#" }), true);
  gives<number>()(c.sort("k", { get: ["#", "v_*"], store: "d" }), true);
  gives<(string | null)[] | number>()(c.sort("k", sortOptions), true);
  gives<"sparse" | "dense">()(c.pfdebug("encoding", "k"), true);
  gives<"OK" | "NOKEY">()(c.migrate("h", 1, ["k"], 0, 1), true);
  gives<string>()(c.xadd("k", "*", { f: 1 }, { maxLen: 5 }), true);
  gives<string | null>()(c.xadd("k", "*", { f: 1 }, { noMkStream: true }), true);
  gives<c.StreamEntries[] | null>()(c.xreadgroup("g", "c", { a: ">" }, { count: 1 }), true);
  gives<c.ClaimedEntries[] | null>()(c.xreadgroup("g", "c", { a: ">" }, { claim: 0 }), true);
  gives<c.DeliveredEntries[] | null>()(c.xreadgroup("g", "c", { a: ">", b: "0" }), true);
  gives<c.PendingEntry[]>()(c.xpending("k", "g", { start: "-", end: "+", count: 1 }), true);
  gives<string[]>()(c.xclaim("k", "g", "c", 0, ["1-1"], { justId: true }), true);
  gives<c.FullStreamInfo>()(c.xinfoStream("k", { full: true }), true);
});

test("an option of functions, users and reports that changes the reply changes its type", () => {
  const names: readonly string[] = ["get"];
  gives<number>()(c.clientKill({ id: 1 }), true);
  gives<"OK">()(c.clientKill("h:1"), true);
  gives<"OK" | number>()(c.clientKill("h:1" as string | c.ClientKillOptions), true);
  gives<c.FunctionLibraryWithCode[]>()(c.functionList({ withCode: true }), true);
  gives<c.FunctionLibrary[]>()(c.functionList({ libraryName: "a*" }), true);
  gives<string>()(c.info("server"), true);
  gives<Record<string, Record<string, string>>>()(c.info({ parse: true }), true);
  gives<c.AclLogEntry[]>()(c.aclLog(1), true);
  gives<"OK">()(c.aclLog("reset"), true);
  gives<c.CommandInfo[]>()(c.commandInfo(), true);
  gives<c.SlowCommand[]>()(c.commandlogGet(1, "slow"), true);
  gives<c.LargeCommand[]>()(c.commandlogGet(1, "large-reply"), true);
  gives<(c.CommandInfo | null)[]>()(c.commandInfo(...names), true);
});

test("an option of places, fields, vectors and nodes that changes the reply changes its type", () => {
  const geo: c.GeosearchOptions = {};
  const area = { from: { member: "m" }, by: { radius: 1, unit: "km" } } as const;
  gives<string[]>()(c.geosearch("k", area, { count: 1, withDist: false }), true);
  gives<string[] | c.GeoFound[]>()(c.geosearch("k", area, geo), true);
  gives<number>()(c.georadius("k", { longitude: 0, latitude: 0 }, area.by, { store: "d" }), true);
  gives<(string | null)[]>()(c.hgetdel("k", ["f"] as string[]), true);
  gives<Scored[]>()(c.vsim("k", [1], { withScores: true }), true);
  gives<c.SentinelTimes>()(c.sentinelDebug(), true);
  gives<"OK">()(c.sentinelDebug({ "info-period": 1 }), true);
  gives<"OK">()(c.sentinelSimulateFailure("crash-after-election"), true);
  gives<string[]>()(c.sentinelSimulateFailure("help"), true);
  gives<"OK">()(c.clusterReplicate("NO", "ONE"), true);
});

test("a path or an option of JSON and Search that changes the reply changes its type", () => {
  const path: string = ".";
  gives<number | null>()(c.jsonArrlen("k"), true);
  gives<(number | null)[] | null>()(c.jsonArrlen("k", "$.a"), true);
  gives<number | (number | null)[]>()(c.jsonArrappend("k", path, 1), true);
  gives<string | null>()(c.jsonGet("k", "$", { raw: true }), true);
  gives<[c.Json, c.Json]>()(c.jsonMget(["a", "b"], "$"), true);
  gives<c.SearchReply<c.SearchDocument>>()(c.ftSearch("i", "q"), true);
  gives<c.SearchReply<c.SearchHit>>()(c.ftSearch("i", "q", { noContent: true }), true);
  gives<c.AggregatePage>()(c.ftAggregate("i", "q", { withCursor: { count: 1 } }), true);
  gives<c.ScoredSuggestion[]>()(c.ftSugget("k", "a", { withScores: true }), true);
  gives<(number | c.RedisError)[]>()(c.cmsIncrby("k", { a: 1 }), true);
  gives<c.TsSample | null>()(c.tsGet("k"), true);
});

test("pairs are taken as a record, as entries, and as map() makes them", () => {
  const names = ["a", "b"];
  gives<"OK">()(c.mset(names.map((name, i) => [name, i])), true);
  gives<"OK">()(c.mset(new Map(names.map((name, i) => [name, i]))), true);
  gives<number>()(c.hset("k", names.map((name) => [name, name])), true);
  gives<number>()(c.hset("k", Object.entries({ a: 1 })), true);
  gives<number>()(c.zadd("k", names.map((name, i) => [name, i])), true);
  gives<number>()(c.zadd("k", names.map((member, score) => ({ member, score }))), true);
  gives<number>()(c.geoadd("k", names.map((name) => [name, { longitude: 1, latitude: 2 }])), true);
  gives<string>()(c.xadd("k", "*", names.map((name) => [name, 1])), true);
  gives<c.StreamEntries[] | null>()(c.xread(names.map((name) => [name, "$"])), true);
});

test("a reply is as long as what was asked for", () => {
  const keys: readonly Key[] = ["a"];
  gives<[string | null, string | null]>()(c.mget("a", "b"), true);
  gives<(string | null)[]>()(c.mget(...keys), true);
  gives<[string | null]>()(c.hmget("k", "f"), true);
  gives<[number, number]>()(c.smismember("k", "a", 1), true);
  gives<[number | null]>()(c.zmscore("k", "a"), true);
  gives<[number, number]>()(c.scriptExists("a", "b"), true);
  gives<[number, number]>()(c.hexpire("k", 1, ["f", "g"]), true);
  gives<[string | null]>()(c.hgetex("k", "f"), true);
  gives<[c.CommandInfo | null, c.CommandInfo | null]>()(c.commandInfo("get", "set"), true);
});
