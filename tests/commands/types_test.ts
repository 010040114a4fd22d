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
});

test("a reply is as long as what was asked for", () => {
  const keys: readonly Key[] = ["a"];
  gives<[string | null, string | null]>()(c.mget("a", "b"), true);
  gives<(string | null)[]>()(c.mget(...keys), true);
  gives<[string | null]>()(c.hmget("k", "f"), true);
  gives<[number, number]>()(c.smismember("k", "a", 1), true);
  gives<[number | null]>()(c.zmscore("k", "a"), true);
});
