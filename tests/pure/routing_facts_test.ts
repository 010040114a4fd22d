/** The facts of commands: found by any spelling of the name, whole, and free of contradictions. */
import assert from "node:assert/strict";
import { allFacts, factsOf } from "../../src/routing/command_facts.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";

test("facts are found by the name in any case, as text and as bytes", () => {
  for (const name of ["GET", "get", "gEt", utf8("GET"), utf8("get")]) assert.equal(factsOf([name, "k"])?.name, "GET");
  for (const sub of ["LIST", "list", utf8("List")]) assert.equal(factsOf(["client", sub])?.name, "CLIENT LIST");
  assert.equal(factsOf([utf8("json.get"), "k"])?.name, "JSON.GET");
});

test("a container has the facts of its subcommand, and COMMAND is a command too", () => {
  assert.equal(factsOf(["CLIENT"]), undefined);
  assert.equal(factsOf(["CLIENT", "NOSUCH"]), undefined);
  assert.equal(factsOf(["COMMAND"])?.name, "COMMAND");
  assert.equal(factsOf(["COMMAND", "COUNT"])?.name, "COMMAND COUNT");
  assert.equal(factsOf(["COMMAND", "NOSUCH"]), undefined);
  assert.equal(factsOf(["GET", "LIST"])?.name, "GET");
});

test("what is not in the table has no facts", () => {
  for (const words of [[], ["NOSUCH"], ["CLIENT LIST"], ["CLIENT|LIST"], [5], [5n], [""], ["valueOf"]]) {
    assert.equal(factsOf(words), undefined, String(words[0]));
  }
});

test("facts say what a client has to know", () => {
  const get = factsOf(["GET", "k"])!;
  assert.deepEqual([get.readonly, get.write, get.firstAt, get.single], [true, false, 1, true]);
  const set = factsOf(["SET", "k", "v"])!;
  assert.deepEqual([set.readonly, set.write, set.denyOom, set.firstAt, set.single], [false, true, true, 1, true]);
  const mget = factsOf(["MGET", "k"])!;
  assert.deepEqual([mget.requestPolicy, mget.responsePolicy, mget.single], ["multi_shard", undefined, false]);
  const size = factsOf(["DBSIZE"])!;
  assert.deepEqual([size.requestPolicy, size.responsePolicy, size.firstAt], ["all_shards", "agg_sum", 0]);
  // Atomic: the server that called it multi_shard has taken that back.
  assert.equal(factsOf(["MSETNX", "k", "v"])?.requestPolicy, undefined);
  const pfcount = factsOf(["PFCOUNT", "k"])!;
  assert.deepEqual([pfcount.readonly, pfcount.mayReplicate], [true, true]);
  const script = factsOf(["EVAL", "s", 0])!;
  assert.deepEqual([script.readonly, script.write, script.mayReplicate], [false, false, true]);
  assert.deepEqual([script.movableKeys, script.firstAt], [true, 0]);
  assert.equal(factsOf(["BLPOP", "k", 0])?.blocking, true);
  assert.equal(factsOf(["WAIT", 1, 0])?.blocking, true);
  assert.equal(factsOf(["SAVE"])?.noMulti, true);
  assert.equal(factsOf(["CLIENT", "KILL"])?.admin, true);
  assert.equal(factsOf(["SPUBLISH", "c", "m"])?.pubsub, true);
  assert.equal(factsOf(["TTL", "k"])?.nondeterministic, true);
  assert.equal(factsOf(["FT.SEARCH", "i", "*"])?.dontCache, true);
  assert.deepEqual([factsOf(["INFO"])?.loading, factsOf(["INFO"])?.stale], [true, true]);
  assert.equal(factsOf(["MIGRATE", "h", 1, "", 0, 1, "KEYS", "a"])?.firstAt, 0);
});

test("no command is both a read and a write, and none is in the table twice", () => {
  const all = allFacts();
  assert.ok(all.length > 550, `${all.length} commands`);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  for (const facts of all) {
    assert.ok(!(facts.readonly && facts.write), facts.name);
    assert.ok(!(facts.readonly && facts.denyOom), facts.name);
    assert.ok(!facts.single || facts.firstAt > 0, facts.name);
    assert.ok(facts.requestPolicy !== "multi_shard" || facts.keySpecs.length === 1, facts.name);
    assert.equal(factsOf(facts.name.split(" ")), facts);
  }
});
