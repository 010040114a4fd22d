/** How real clusters are reached: TLS, host names, no names, NAT, IPv6, logins, databases, protocols. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type ClusterClient, connect, connectCluster, type ConnectOptions } from "../../mod.ts";
import { get, incr, set } from "../../src/commands/mod.ts";
import { makeCertificates } from "../support/certificates.ts";
import { slotOfKey } from "../support/crc16.ts";
import { type Context, test } from "../support/harness.ts";
import { type ClusterOptions, type RealCluster, startCluster } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import type { ServerKind } from "../support/server.ts";
import { moveSlots } from "../support/slot_moves.ts";
import { until } from "../support/until.ts";
import { Load } from "./load.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 15_000;
const KEYS: readonly string[] = Array.from({ length: 40 }, (_, index) => `key:${index}`);

/** Primaries alone: nothing fails over here. */
async function clusterOf(t: Context, kind: ServerKind, options: ClusterOptions = {}): Promise<RealCluster> {
  const cluster = await startCluster({ replicas: 0, ...options, kind });
  t.defer(() => cluster.stop());
  return cluster;
}

async function clientOf(t: Context, options: ConnectOptions): Promise<ClusterClient> {
  const redis = await connectCluster(options);
  t.defer(() => redis.destroy());
  return redis;
}

/** The nodes as `host:port`, which says nothing of logins. */
function seedsOf({ nodes }: RealCluster): string[] {
  return nodes.map(({ name }) => name);
}

/** Does everything that a client does in a way of its own, with keys of all nodes, and wants nothing to be left. */
async function useAll(redis: ClusterClient, { subscribes = true } = {}): Promise<void> {
  await Promise.all(KEYS.map((key) => redis.set(key, `of ${key}`)));
  assert.deepEqual(await redis.mget(...KEYS), KEYS.map((key) => `of ${key}`));
  assert.deepEqual(await redis.pipeline(KEYS.map((key) => get(key))), KEYS.map((key) => `of ${key}`));
  const scanned: string[] = [];
  for await (const key of redis.scanIterator({ match: "key:*" })) scanned.push(key);
  assert.deepEqual(scanned.sort(), KEYS.toSorted());
  assert.equal(await redis.dbsize(), KEYS.length);
  for (const tag of ["a", "b", "c", "d"]) {
    const [one, list] = [`{${tag}}:one`, `{${tag}}:list`];
    assert.deepEqual(await redis.transaction([incr(one), set(`${one}:too`, "v")]), [1, "OK"]);
    assert.deepEqual(
      await redis.watch(one, async (lease) => {
        const now = Number(await lease.get(one));
        return await lease.transaction().set(one, now + 1).exec();
      }),
      ["OK"],
    );
    const popped = redis.blpop(list, 10);
    await redis.rpush(list, "element");
    assert.deepEqual(await popped, { key: list, element: "element" });
    assert.equal(await redis.getdel(one), "2");
    assert.equal(await redis.del(`${one}:too`), 1);
    if (!subscribes) continue;
    let heard = "";
    const leave = await redis.ssubscribe(tag, ({ message }) => heard = message);
    await redis.spublish(tag, "told");
    await until(() => Promise.resolve(heard === "told" ? undefined : `${tag} is not told`), LIMIT_MS);
    await leave();
  }
  assert.equal(await redis.unlink(...KEYS), KEYS.length);
  assert.equal(await redis.dbsize(), 0);
}

/** Moves the slot of a key to another node, of which the client learns by MOVED alone. */
async function moveKey(cluster: RealCluster, key: string, databases?: number): Promise<void> {
  await cluster.untilSettled();
  const slot = slotOfKey(key);
  const from = await cluster.primaryOf(slot);
  const to = cluster.nodes.find((node) => node !== from)!;
  await moveSlots(cluster, [slot], from, to, { databases });
}

/** Moves the slot of a key, where there is another node, and has a client go there. */
async function followMove(cluster: RealCluster, redis: ClusterClient, databases?: number): Promise<void> {
  await redis.set("bar", "here");
  await moveKey(cluster, "bar", databases);
  assert.equal(await redis.get("bar"), "here");
  assert.equal(await redis.del("bar"), 1);
}

// ---- TLS

for (const kind of ["redis7", "valkey8", "valkey9"] as const) {
  test(`${kind}: over TLS, by a URL or with the checks turned off, redirects included`, TIME, async (t) => {
    const files = makeCertificates();
    t.defer(() => files.remove());
    const file = (name: string): string => join(files.folder, name);
    const tls = { cert: file("server.crt"), key: file("server.key"), ca: file("ca.crt") };
    // Redis 7.0 tells no TLS ports unless its bus is over TLS too.
    const busTls = kind === "redis7" ? { cert: file("client.crt"), key: file("client.key") } : undefined;
    const cluster = await clusterOf(t, kind, { tls, busTls });
    const hosts = cluster.nodes.map(({ server }) => `${server.host}:${server.tlsPort}`);
    const redis = await clientOf(t, { url: `rediss+cluster://${hosts.join(",")}`, tls: { ca: files.ca } });
    await useAll(redis);
    await followMove(cluster, redis);
    assert.deepEqual(redis.nodes().map(({ name }) => name).sort(), hosts.toSorted());
    const byHost = `rediss+cluster://localhost:${cluster.nodes[0].server.tlsPort}?ca=${encodeURIComponent(files.ca)}`;
    await useAll(await clientOf(t, { url: byHost }));
    const trusting = await clientOf(t, { seeds: cluster.tlsSeeds, tls: { insecureSkipVerify: true } });
    await useAll(trusting);
    const warnings: string[] = [];
    trusting.on("warning", ({ code }) => warnings.push(code));
    await until(() => Promise.resolve(warnings.length > 0 ? undefined : "nothing warns"), LIMIT_MS);
    assert.deepEqual(warnings, ["insecureTls"]);
    const wrong = connectCluster({ seeds: cluster.tlsSeeds, tls: { ca: files.otherCa }, timeoutMs: 2_000 });
    await assert.rejects(wrong, /Cannot connect to "127\.0\.0\.1:\d+": .*certificate|[Cc]ertificate|issuer/);
  });
}

// ---- names

type Setting = readonly [name: string, value: string];
const HOSTNAME = "cluster-announce-hostname", PREFERS = "cluster-preferred-endpoint-type";

/** How nodes may speak of each other, one after the other over the same connections, and how they are named then. */
const PRESENTED: readonly (readonly [what: string, settings: readonly Setting[], host: string])[] = [
  ["host names, which are preferred", [[HOSTNAME, "localhost"], [PREFERS, "hostname"]], "localhost"],
  // Each is where the others are asked then.
  ["no endpoint at all", [[PREFERS, "unknown-endpoint"]], "localhost"],
  ["IP addresses with host names beside them", [[PREFERS, "ip"]], "127.0.0.1"],
  ["host names that are preferred and not known", [[HOSTNAME, ""], [PREFERS, "hostname"]], "127.0.0.1"],
  ["IP addresses alone", [[PREFERS, "ip"]], "127.0.0.1"],
];

for (const kind of ["redis7", "valkey8", "redis8", "valkey9"] as const) {
  test(
    `${kind}: callers notice nothing while nodes come to be named in other ways, and slots move`,
    TIME,
    async (t) => {
      const cluster = await clusterOf(t, kind);
      const redis = await clientOf(t, { seeds: seedsOf(cluster) });
      const load = await Load.start(redis, { callers: 20, keys: 300, pauseMs: 1 });
      for (const [what, settings, host] of PRESENTED) {
        for (const [name, value] of settings) await cluster.everywhere("CONFIG", "SET", name, value);
        // The others are told of a host name by gossip.
        await until(async () => {
          await redis.refreshTopology();
          const names = redis.nodes().map(({ name }) => name).sort();
          const wanted = cluster.nodes.map(({ port }) => `${host}:${port}`).sort();
          return String(names) === String(wanted) ? undefined : `${what}: the nodes are ${names}`;
        }, LIMIT_MS);
        // Of a slot that moves back while not all know of its first move, two nodes may say for ever that the other has it.
        await cluster.untilSettled();
        for (const key of ["load:text:1", "load:text:2", "load:text:3"]) await moveKey(cluster, key);
        const fresh = await clientOf(t, { seeds: seedsOf(cluster) });
        await followMove(cluster, fresh);
        fresh.destroy();
      }
      const { errors, wrong, differences } = await load.stop();
      assert.deepEqual([errors.map(({ error }) => error.message), wrong, differences], [[], [], []]);
    },
  );
}

test("a seed by a host name leads to nodes by their addresses", TIME, async (t) => {
  const cluster = await clusterOf(t, "redis7");
  for (const url of [`redis+cluster://localhost:${cluster.nodes[1].port}`, undefined]) {
    const redis = await clientOf(t, url ? { url } : { seeds: [{ host: "localhost", port: cluster.nodes[1].port }] });
    await useAll(redis);
    assert.deepEqual(redis.nodes().map(({ name }) => name).sort(), seedsOf(cluster).sort());
  }
});

// ---- NAT

const FAR = 20_000;

for (const kind of ["redis7", "valkey9"] as const) {
  test(`${kind}: nodes that tell ports which nobody listens on are reached by the address map`, TIME, async (t) => {
    const cluster = await clusterOf(t, kind);
    for (const node of cluster.nodes) await node.command("CONFIG", "SET", "cluster-announce-port", node.port + FAR);
    const told = ({ host, port }: RealNode): string => `${host}:${port + FAR}`;
    await untilTold(cluster, told);
    const record = Object.fromEntries(cluster.nodes.map((node) => [told(node), node.name]));
    const maps: readonly ConnectOptions["addressMap"][] = [
      record,
      ({ host, port }) => port > FAR + 10_000 ? { host, port: port - FAR } : undefined,
    ];
    for (const addressMap of maps) {
      const redis = await clientOf(t, { seeds: seedsOf(cluster), addressMap });
      await useAll(redis);
      await followMove(cluster, redis);
      assert.deepEqual(redis.nodes().map(({ name }) => name).sort(), seedsOf(cluster).sort());
    }
    const query = Object.entries(record).map(([from, to]) => `addressMap.${from}=${to}`).join("&");
    await useAll(await clientOf(t, { url: `redis+cluster://${seedsOf(cluster)}?${query}` }));
  });

  test(`${kind}: nodes that tell host names which nobody knows are reached by the address map`, TIME, async (t) => {
    const cluster = await clusterOf(t, kind);
    for (const node of cluster.nodes) await node.command("CONFIG", "SET", HOSTNAME, `n${node.port}.invalid`);
    await cluster.everywhere("CONFIG", "SET", PREFERS, "hostname");
    await untilTold(cluster, ({ port }) => `n${port}.invalid:${port}`);
    const maps: readonly ConnectOptions["addressMap"][] = [
      Object.fromEntries(cluster.nodes.map(({ port, host }) => [`n${port}.invalid`, host])),
      ({ host, port }) => host.endsWith(".invalid") ? { host: "127.0.0.1", port } : undefined,
    ];
    for (const addressMap of maps) {
      const redis = await clientOf(t, { seeds: seedsOf(cluster), addressMap });
      await useAll(redis);
      await followMove(cluster, redis);
    }
  });

  test(
    `${kind}: a node that tells an address to which there is no way is reached by the address map`,
    TIME,
    async (t) => {
      const cluster = await clusterOf(t, kind, { primaries: 1 });
      const [node] = cluster.nodes;
      await node.command("CONFIG", "SET", "cluster-announce-ip", "10.255.255.1");
      const addressMap = { "10.255.255.1": node.host };
      const redis = await clientOf(t, { seeds: seedsOf(cluster), addressMap });
      await useAll(redis);
      assert.deepEqual(redis.nodes().map(({ name }) => name), [node.name]);
      const lost = connectCluster({ seeds: seedsOf(cluster), connectAllNodes: true, connectTimeoutMs: 500 });
      await assert.rejects(lost, /Cannot connect to "10\.255\.255\.1:/);
    },
  );
}

/** Waits until all nodes say of all others what each says of itself. */
async function untilTold(cluster: RealCluster, name: (node: RealNode) => string): Promise<void> {
  await until(async () => {
    for (const node of cluster.nodes) {
      const ranges = await node.command("CLUSTER", "SLOTS") as [number, number, [string, number]][];
      const names = new Set(ranges.map(([, , [host, port]]) => `${host}:${port}`));
      for (const other of cluster.nodes) {
        if (!names.has(name(other))) return `${node.name} does not say ${name(other)}: ${[...names]}`;
      }
    }
  }, LIMIT_MS);
}

test("nodes of IPv6 addresses, told as such", TIME, async (t) => {
  for (const kind of ["redis7", "valkey8"] as const) {
    const cluster = await clusterOf(t, kind, { args: ["--bind", "127.0.0.1", "::1"] });
    await cluster.everywhere("CONFIG", "SET", "cluster-announce-ip", "::1");
    await untilTold(cluster, ({ port }) => `::1:${port}`);
    await cluster.untilSettled();
    const seeds = cluster.nodes.map(({ port }) => `[::1]:${port}`);
    const redis = await clientOf(t, { url: `redis+cluster://${seeds[0]}` });
    await useAll(redis);
    await followMove(cluster, redis);
    assert.deepEqual(redis.nodes().map(({ name }) => name).sort(), seeds.toSorted());
  }
});

// ---- logins

for (const kind of ["redis7", "valkey8"] as const) {
  test(`${kind}: by a password, an ACL user, or a source of both, at every node`, TIME, async (t) => {
    const password = "s€cret";
    const cluster = await clusterOf(t, kind, { password });
    await cluster.everywhere("ACL", "SETUSER", "app", "on", ">word", "~*", "&*", "+@all");
    const seeds = seedsOf(cluster);
    let asked = 0;
    const credentials = (): Promise<{ username: string; password: string }> => {
      asked++;
      return Promise.resolve({ username: "app", password: "word" });
    };
    await useAll(await clientOf(t, { seeds, password }));
    await useAll(await clientOf(t, { url: `redis+cluster://app:word@${seeds}` }));
    const redis = await clientOf(t, { seeds, credentials });
    await useAll(redis);
    assert.ok(asked >= 3, `credentials were asked for ${asked} times`);
    await followMove(cluster, redis);
    for (const node of redis.nodes()) assert.equal(await redis.node(node.name).aclWhoami(), "app");
    await assert.rejects(connectCluster({ seeds, password: "wrong", timeoutMs: 2_000 }), /WRONGPASS/);
    await assert.rejects(connectCluster({ seeds, timeoutMs: 2_000 }), /the server wants a password/);
  });
}

// ---- databases and protocols

test(
  "Valkey 9: what is done in a database stays there, redirects and connections of one's own included",
  TIME,
  async (t) => {
    const cluster = await clusterOf(t, "valkey9", { databases: 16 });
    const seeds = seedsOf(cluster);
    const none = await clientOf(t, { seeds });
    await none.mset({ "of the first": "v", "another": "v" });
    for (const options of [{ seeds, database: 3 }, { url: `redis+cluster://${seeds}/3` }]) {
      const redis = await clientOf(t, options);
      await useAll(redis);
      await followMove(cluster, redis, 4);
    }
    // One that knows one node is sent to nodes that it has never been connected to.
    const redis = await clientOf(t, { seeds, database: 3 });
    // One after the other, as an operator would: of two moves at a time each may take the other's word of a slot for old.
    for (const key of KEYS.slice(0, 6)) {
      await moveKey(cluster, key, 4);
      await redis.set(key, key);
    }
    assert.deepEqual(await redis.mget(...KEYS.slice(0, 6)), KEYS.slice(0, 6));
    assert.equal(await none.dbsize(), 2);
    assert.equal(await redis.dbsize(), 6);
  },
);

test("a database that a cluster does not have is refused by its name", TIME, async (t) => {
  for (const kind of ["redis7", "valkey8", "valkey9"] as const) {
    const cluster = await clusterOf(t, kind, { primaries: 1 });
    const connecting = connectCluster({ seeds: seedsOf(cluster), database: 1 });
    await assert.rejects(
      connecting,
      ({ name, message }: Error) =>
        name === "ConnectionError" &&
        /the server refused: ERR (SELECT is not allowed in cluster|DB index)/.test(message),
      kind,
    );
  }
});

for (const kind of ["redis7", "valkey9"] as const) {
  test(`${kind}: RESP2 serves all but subscriptions`, TIME, async (t) => {
    const cluster = await clusterOf(t, kind);
    const redis = await clientOf(t, { seeds: seedsOf(cluster), protocol: 2 });
    await useAll(redis, { subscribes: false });
    await followMove(cluster, redis);
    await assert.rejects(redis.subscribe("news", () => {}), /does not speak RESP3/);
  });

  test(`${kind}: what CLIENT sets holds on nodes that are connected to later`, TIME, async (t) => {
    const cluster = await clusterOf(t, kind);
    const redis = await clientOf(t, { seeds: [cluster.nodes[0].name] });
    await redis.clientSetname("worker");
    await redis.clientNoEvict("on");
    await redis.clientTracking("on", { bcast: true });
    await Promise.all(KEYS.map((key) => redis.set(key, "v")));
    const isSet = async (node: RealNode): Promise<boolean> => {
      const list = await node.command("CLIENT", "LIST", "TYPE", "NORMAL") as string;
      return list.split("\n").some((line) => / name=worker .* flags=\w*(e\w*t|t\w*e)/.test(line));
    };
    for (const node of cluster.nodes) assert.ok(await isSet(node), `${node.name} was not told`);
    await redis.clientTracking("off");
    assert.equal(await redis.clusterInfo().then(({ clusterState }) => clusterState), "ok");
    assert.equal((await redis.clusterShards()).length, 3);
    assert.equal(await redis.clusterKeyslot("bar"), slotOfKey("bar"));
  });
}

test("a client of one node is told plainly where a cluster's other nodes are", TIME, async (t) => {
  const cluster = await clusterOf(t, "valkey8");
  const slot = slotOfKey("bar");
  const node = cluster.nodes.find((other) => other !== cluster.nodes[Math.floor(slot / (16_384 / 3))])!;
  const redis = await connect({ url: node.server.url });
  t.defer(() => redis.destroy());
  await assert.rejects(redis.get("bar"), { name: "ReplyError", code: "MOVED" });
});
