/** What tests can have the nodes of a scripted cluster do. */
import assert from "node:assert/strict";
import { ReplyError } from "../../src/errors.ts";
import { slotOfKey, SLOTS } from "./crc16.ts";
import { turn } from "./fake_clock.ts";
import { type Context, test } from "./harness.ts";
import { RawTalk } from "./raw_talk.ts";
import { CLOSE, CLOSE_AFTER, DROP, HOLD, scriptedCluster, type ScriptedNode } from "./scripted_cluster.ts";

/** A connection to the first node of a scripted cluster, and what was heard on it so far. */
async function firstNode(
  t: Context,
): Promise<ReturnType<typeof scriptedCluster> & { node: ScriptedNode; talk: RawTalk }> {
  const scene = scriptedCluster(t);
  const [node] = scene.cluster.nodes;
  const talk = await RawTalk.open(scene.platform, { host: node.ip, port: node.port });
  return { ...scene, node, talk };
}

test("hooks answer before the node does, as often as they are told to", async (t) => {
  const { node, talk } = await firstNode(t);
  node.refuse("LOADING still reading", 2);
  node.reply("CLUSTER MYID", "somebody else", 1);
  const away = node.on((words) => words[0] === "ECHO" ? new ReplyError("ERR no echo") : undefined);
  const said: [command: string, heard: string][] = [
    ["GET bar", "-LOADING still reading\r\n"],
    ["PING", "+PONG\r\n"],
    ["MGET bar foo", "-LOADING still reading\r\n"],
    ["GET bar", "$-1\r\n"],
    ["cluster myid", "$13\r\nsomebody else\r\n"],
    ["CLUSTER MYID", `$40\r\n${node.id}\r\n`],
    ["ECHO word", "-ERR no echo\r\n"],
  ];
  for (const [command, heard] of said) {
    talk.say(...command.split(" "));
    assert.equal(await talk.hear(1), heard, command);
  }
  away();
  talk.say("ECHO", "word");
  assert.equal(await talk.hear(1), "$4\r\nword\r\n");
});

test("a hook that refuses inside of MULTI spoils the transaction, or ends it when it refuses EXEC", async (t) => {
  const { node, talk } = await firstNode(t);
  node.refuse("TRYAGAIN wait");
  for (const command of ["MULTI", "SET bar 1", "EXEC", "MULTI", "SET bar 1"]) talk.say(...command.split(" "));
  const aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";
  assert.equal(await talk.hear(5), `+OK\r\n-TRYAGAIN wait\r\n${aborted}+OK\r\n+QUEUED\r\n`);
  node.reply("EXEC", new ReplyError("MOVED 5061 elsewhere:1"), 1);
  talk.say("EXEC");
  talk.say("EXEC");
  assert.equal(await talk.hear(2), "-MOVED 5061 elsewhere:1\r\n-ERR EXEC without MULTI\r\n");
  assert.equal(node.store.has(0, "bar"), false);
});

const ENDS = [
  { way: "drops a command", hooked: DROP, heard: "+PONG\r\n", executed: false },
  { way: "closes before it executes", hooked: CLOSE, heard: "<end>", executed: false },
  { way: "closes after it has executed", hooked: CLOSE_AFTER, heard: "<end>", executed: true },
] as const;

for (const { way, hooked, heard, executed } of ENDS) {
  test(`a hook ${way}`, async (t) => {
    const { node, talk } = await firstNode(t);
    node.reply("SET", hooked, 1);
    talk.say("SET", "bar", "1");
    talk.say("PING");
    assert.equal(await talk.hear(1), heard);
    assert.equal(node.store.has(0, "bar"), executed);
    assert.equal(node.links.size, heard === "<end>" ? 0 : 1);
  });
}

test("held replies come in order once they are released", async (t) => {
  const { node, talk } = await firstNode(t);
  node.reply("INCR", HOLD, 1);
  for (const command of ["PING", "INCR bar", "PING"]) talk.say(...command.split(" "));
  assert.equal(await talk.hear(1), "+PONG\r\n");
  await turn();
  assert.equal(node.store.get(0, "bar"), "1");
  const rest = talk.hear(2);
  let heard = false;
  void rest.then(() => heard = true);
  await turn();
  assert.equal(heard, false);
  node.release();
  assert.equal(await rest, ":1\r\n+PONG\r\n");
});

test("a node that is down ends its connections and refuses dials until it is up", async (t) => {
  const { node, talk, platform, cluster } = await firstNode(t);
  const address = { host: node.ip, port: node.port };
  node.down();
  assert.equal(await talk.hear(1), "<end>");
  await assert.rejects(RawTalk.open(platform, address), /ECONNREFUSED/);
  node.up();
  const again = await RawTalk.open(platform, address);
  again.say("PING");
  assert.equal(await again.hear(1), "+PONG\r\n");
  assert.deepEqual([node.connectionsMade, node.links.size, cluster.dials.length], [2, 1, 3]);
});

test("a frozen node accepts and says nothing, and answers all once it is thawed", async (t) => {
  const { node, talk, platform } = await firstNode(t);
  node.freeze();
  const late = await RawTalk.open(platform, { host: node.ip, port: node.port });
  for (const one of [talk, late]) one.say("PING");
  await turn();
  assert.equal(node.log.length, 0);
  node.thaw();
  assert.deepEqual([await talk.hear(1), await late.hear(1)], ["+PONG\r\n", "+PONG\r\n"]);
});

test("a node that has vanished leaves dials waiting until they are given up", async (t) => {
  const { node, platform } = await firstNode(t);
  node.vanish();
  const giveUp = new AbortController();
  const dial = platform.dial({ host: node.ip, port: node.port }, giveUp.signal);
  giveUp.abort(new Error("too long"));
  await assert.rejects(dial, /too long/);
});

test("latency is time of the clock, and keeps the order", async (t) => {
  const { node, talk, clock } = await firstNode(t);
  node.latencyMs = 20;
  talk.say("PING");
  const heard: number[] = [];
  void talk.hear(1).then(() => heard.push(clock.now()));
  await clock.advance(50);
  assert.deepEqual(heard, [20]);
});

test("names lead where they are told to, until they are told otherwise", async (t) => {
  const { cluster, platform } = scriptedCluster(t);
  const ids: string[] = [];
  for (const node of [cluster.node("n1"), cluster.node("10.0.0.2:7002")]) {
    cluster.addresses.set("seed.example:6379", node);
    const talk = await RawTalk.open(platform, { host: "seed.example", port: 6379 });
    talk.say("CLUSTER", "MYID");
    ids.push((await talk.hear(1)).slice(-42, -2));
  }
  assert.deepEqual(ids, [cluster.node("n1").id, cluster.node("n2").id]);
  cluster.node("n3").listen({ ip: "::1", port: 9_000 });
  assert.equal(cluster.node("n3").address, "[::1]:9000");
  await RawTalk.open(platform, { host: "::1", port: 9_000 });
});

test("views differ as they are told to: a node serves and redirects by its own", async (t) => {
  const { cluster, node, talk } = await firstNode(t);
  const [, second, third] = cluster.nodes;
  node.view = cluster.view.copy().assign(5061, 5061, third);
  talk.say("GET", "bar");
  assert.equal(await talk.hear(1), `-MOVED 5061 ${third.address}\r\n`);
  const other = await RawTalk.open(cluster.platform, { host: second.ip, port: second.port });
  other.say("GET", "bar");
  assert.equal(await other.hear(1), `-MOVED 5061 ${node.address}\r\n`);
});

test("a promoted replica has the data and the slots, and the others follow it", (t) => {
  const { cluster } = scriptedCluster(t, { primaries: 1, replicas: 2 });
  const [old, replica, other] = cluster.nodes;
  old.store.set(0, "bar", "1");
  replica.stopReplication();
  old.store.set(0, "bar", "2");
  cluster.promote(replica);
  assert.deepEqual(cluster.view.replicasOf(replica), [old, other]);
  assert.deepEqual(cluster.view.rangesOf(replica), [[0, SLOTS - 1]]);
  assert.deepEqual([old, replica, other].map(({ store }) => store.get(0, "bar")), ["1", "1", "1"]);
});

test("slots move with their keys, and keys one by one while a slot migrates", (t) => {
  const { cluster } = scriptedCluster(t, { replicas: 0 });
  const [first, second] = cluster.nodes;
  for (const key of ["{bar}1", "{bar}2", "b"]) first.store.set(0, key, key);
  cluster.startMigrating(slotOfKey("bar"), second);
  cluster.migrateKey("{bar}2");
  assert.deepEqual([first.store.keys(0), second.store.keys(0)], [["{bar}1", "b"], ["{bar}2"]]);
  cluster.moveSlot(slotOfKey("bar"), second);
  assert.deepEqual([first.store.keys(0), second.store.keys(0)], [["b"], ["{bar}2", "{bar}1"]]);
  assert.deepEqual([first.migrating.size, second.importing.size], [0, 0]);
  assert.equal(cluster.primaryOf("bar"), second);
});

test("a scan sees every key that is there all the time", async (t) => {
  const { node, talk } = await firstNode(t);
  for (let index = 0; index < 25; index++) node.store.set(0, `{bar}${index}`, "");
  const seen: string[] = [];
  for (let cursor = "0", round = 0; round === 0 || cursor !== "0"; round++) {
    talk.say("SCAN", cursor, "COUNT", "7");
    const words = (await talk.hear(1)).split("\r\n").filter((part) => !/^[*$]/.test(part));
    cursor = words[0];
    seen.push(...words.slice(1, -1));
    node.store.delete(0, `{bar}${round}`);
    node.store.set(0, `{bar}${round + 10}`, "changed");
  }
  for (let index = 4; index < 25; index++) assert.equal(seen.filter((key) => key === `{bar}${index}`).length, 1);
});

test("the busiest second is found", async (t) => {
  const { cluster, node, talk, clock } = await firstNode(t);
  for (const ms of [600, 600, 300, 100, 2_000]) {
    talk.say("CLUSTER", "SLOTS");
    talk.say("PING");
    await clock.advance(ms);
  }
  assert.equal(cluster.requestsPerSecond(node, "CLUSTER SLOTS"), 3);
  assert.equal(cluster.requestsPerSecond(node), 6);
  assert.equal(cluster.requestsPerSecond(node, "GET"), 0);
});

test("a hundred nodes take two hundred connections each", { timeoutMs: 30_000 }, async (t) => {
  const { cluster, platform } = scriptedCluster(t, { primaries: 100, replicas: 0 });
  for (const { ip, port } of cluster.nodes) {
    for (let client = 0; client < 200; client++) {
      const talk = await RawTalk.open(platform, { host: ip, port });
      talk.say("PING");
    }
  }
  await turn();
  assert.ok(cluster.nodes.every(({ links, log }) => links.size === 200 && log.length === 200));
});
