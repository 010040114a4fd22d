/** Commands without keys over real clusters: each goes to the nodes that it is for, and their replies become one. */
import assert from "node:assert/strict";
import { type ClusterClient, connectCluster } from "../../mod.ts";
import { test } from "../support/harness.ts";
import { type RealCluster, sharedCluster } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import type { ServerKind } from "../support/server.ts";
import { until } from "../support/until.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 5_000;
const KEYS = Array.from({ length: 200 }, (_, index) => `key:${index}`);
const SCRIPT = "return ARGV[1]";
const LIBRARY =
  "#!lua name=lib\nredis.register_function{function_name='give', callback=function(keys, args) return args[1] end, flags={'no-writes'}}";

interface Scene {
  readonly cluster: RealCluster;
  readonly redis: ClusterClient;
  readonly primaries: readonly RealNode[];
}

interface Row {
  /** The command, as servers count it. */
  readonly name: string;
  readonly to: "primaries" | "nodes" | "one";
  call(redis: ClusterClient): Promise<unknown>;
  reply(reply: unknown, scene: Scene): void | Promise<void>;
}

const ok = (reply: unknown): void => assert.equal(reply, "OK");

/** In the order in which they are called; each may build on those before. */
const ROWS: readonly Row[] = [
  {
    name: "dbsize",
    to: "primaries",
    call: (redis) => redis.dbsize(),
    reply: (size) => assert.equal(size, KEYS.length),
  },
  {
    name: "keys",
    to: "primaries",
    call: (redis) => redis.keys("key:*"),
    reply: (keys) => assert.deepEqual((keys as string[]).sort(), KEYS.toSorted()),
  },
  { name: "ping", to: "primaries", call: (redis) => redis.ping(), reply: (reply) => assert.equal(reply, "PONG") },
  {
    name: "randomkey",
    to: "primaries",
    call: (redis) => redis.randomkey(),
    reply: (key) => assert.ok(KEYS.includes(key as string)),
  },
  {
    name: "script|load",
    to: "primaries",
    call: (redis) => redis.scriptLoad(SCRIPT),
    async reply(sha1, { redis }) {
      for (const key of KEYS.slice(0, 30)) {
        assert.equal(await redis.evalsha(sha1 as string, { keys: [key], arguments: [key] }), key);
      }
      assert.deepEqual(await redis.scriptExists(sha1 as string), [1]);
    },
  },
  {
    name: "function|load",
    to: "primaries",
    call: (redis) => redis.functionLoad(LIBRARY),
    async reply(name, { redis }) {
      assert.equal(name, "lib");
      for (const key of KEYS.slice(0, 30)) {
        assert.equal(await redis.fcall("give", { keys: [key], arguments: [key] }), key);
      }
    },
  },
  {
    name: "config|set",
    to: "nodes",
    call: (redis) => redis.configSet({ "slowlog-max-len": "77" }),
    async reply(reply, { cluster }) {
      ok(reply);
      for (const node of cluster.nodes) {
        assert.deepEqual(await node.command("CONFIG", "GET", "slowlog-max-len"), ["slowlog-max-len", "77"]);
      }
    },
  },
  {
    name: "info",
    to: "primaries",
    call: (redis) => redis.info("server"),
    reply(text, { primaries }) {
      for (const { server } of primaries) assert.ok(String(text).includes(`tcp_port:${server.port}`));
    },
  },
  {
    name: "wait",
    to: "primaries",
    call: (redis) => redis.wait(1, 1_000),
    reply: (count) => assert.equal(count, 1),
  },
  { name: "config|resetstat", to: "nodes", call: (redis) => redis.configResetstat(), reply: ok },
  { name: "function|delete", to: "primaries", call: (redis) => redis.functionDelete("lib"), reply: ok },
  { name: "script|flush", to: "primaries", call: (redis) => redis.scriptFlush(), reply: ok },
  {
    name: "flushall",
    to: "primaries",
    call: (redis) => redis.flushall(),
    async reply(reply, { redis }) {
      ok(reply);
      assert.equal(await redis.dbsize(), 0);
    },
  },
  { name: "echo", to: "one", call: (redis) => redis.echo("said"), reply: (text) => assert.equal(text, "said") },
  { name: "time", to: "one", call: (redis) => redis.time(), reply: (time) => assert.ok(time) },
];

async function calls(node: RealNode, name: string): Promise<number> {
  const stats = await node.command("INFO", "commandstats") as string;
  return Number(new RegExp(`^cmdstat_${name.replace("|", "\\|")}:calls=(\\d+)`, "m").exec(stats)?.[1] ?? 0);
}

for (const kind of ["redis7", "valkey8"] as ServerKind[]) {
  const shared = sharedCluster(kind);

  test(`${kind}: commands go to all nodes, all primaries or any one of them, and give one reply`, TIME, async (t) => {
    const cluster = shared();
    const redis = await connectCluster({ seeds: cluster.seeds });
    t.defer(() => redis.destroy());
    const primaries = await cluster.primaries();
    const scene = { cluster, redis, primaries };
    await redis.mset(Object.fromEntries(KEYS.map((key) => [key, "v"])));
    for (const { name, to, call, reply } of ROWS) {
      const before = await Promise.all(cluster.nodes.map((node) => calls(node, name)));
      const outcome = await call(redis);
      const after = await Promise.all(cluster.nodes.map((node) => calls(node, name)));
      const asked = cluster.nodes.filter((_, i) => after[i] > before[i]);
      // The tests' own questions, and what primaries hand on to replicas, are counted too.
      const missing = (to === "nodes" ? cluster.nodes : to === "primaries" ? primaries : [])
        .filter((node) => !asked.includes(node) && name !== "config|resetstat");
      assert.deepEqual(missing.map((node) => node.name), [], name);
      if (to === "one") assert.equal(asked.length, 1, name);
      await reply(outcome, scene);
    }
  });

  test(`${kind}: slots, nodes and one node alone are as the servers have them`, TIME, async (t) => {
    const cluster = shared();
    const redis = await connectCluster({ seeds: cluster.seeds.slice(0, 1) });
    t.defer(() => redis.destroy());
    const replicas = await cluster.replicas();
    assert.deepEqual(redis.nodes().map(({ name }) => name).sort(), cluster.nodes.map(({ name }) => name).sort());
    assert.deepEqual(
      redis.nodes().filter(({ role }) => role === "replica").map(({ name }) => name).sort(),
      replicas.map(({ name }) => name).sort(),
    );
    for (const key of ["a", "{tag}b", "", "{}x", "été", ...KEYS.slice(0, 10)]) {
      assert.equal(redis.slotOf(key), await cluster.slotOf(key), key);
      const { name, id } = redis.nodeOf(key)!;
      const owner = await cluster.primaryOf(redis.slotOf(key));
      assert.deepEqual([name, id], [owner.name, owner.id], key);
    }
    const [first] = await cluster.primaries();
    await until(async () => {
      const own = await redis.node(first.name).info("server");
      return String(own).includes(`tcp_port:${first.port}`) ? undefined : "another node answered";
    }, LIMIT_MS);
    assert.equal(await redis.node(first.name).dbsize(), await first.command("DBSIZE"));
  });
}
