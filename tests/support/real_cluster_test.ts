/** The clusters of the tests: they start whole, move slots, survive what is done to them, and leave nothing behind. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { makeCertificates } from "./certificates.ts";
import { type Context, test } from "./harness.ts";
import { type ClusterOptions, type RealCluster, sharedCluster, SLOTS, startCluster } from "./real_cluster.ts";
import type { ServerKind } from "./server.ts";
import {
  finishMigrating,
  migrateKeys,
  moveSlots,
  moveSlotsAtomically,
  slotsOf,
  startMigrating,
  stopMigrating,
} from "./slot_moves.ts";

const CLUSTER = { timeoutMs: 60_000 };
// By CLUSTER KEYSLOT, as the first test checks.
const TAG = "{user:1000}";
const TAG_SLOT = 1649;

async function ownCluster(t: Context, options: ClusterOptions): Promise<RealCluster> {
  const cluster = await startCluster(options);
  t.defer(() => cluster.stop());
  return cluster;
}

for (const kind of ["redis7", "valkey8"] as ServerKind[]) {
  const shared = sharedCluster(kind);

  test(`a cluster of ${kind}: every node lists three primaries with a third of the slots and a replica each`, async () => {
    const cluster = shared();
    assert.equal(await cluster.slotOf(TAG), TAG_SLOT);
    assert.deepEqual([(await cluster.primaries()).length, (await cluster.replicas()).length], [3, 3]);
    for (const node of cluster.nodes) {
      const ranges = await node.command("CLUSTER", "SLOTS") as [number, number, ...[string, number, string][]][];
      assert.deepEqual(ranges.map(([first, last]) => [first, last]).sort(([a], [b]) => a - b), [
        [0, 5460],
        [5461, 10922],
        [10923, SLOTS - 1],
      ]);
      for (const [first, , [host, port, id], [, , replicaId]] of ranges) {
        const primary = await cluster.primaryOf(first);
        assert.deepEqual([`${host}:${port}`, id], [primary.name, primary.id]);
        assert.equal(replicaId, (await cluster.replicaOf(primary)).id);
      }
    }
  });

  test(`a cluster of ${kind}: slots move with their keys, and all nodes know the new owner`, CLUSTER, async () => {
    const cluster = shared();
    const from = await cluster.primaryOf(TAG_SLOT);
    const to = await cluster.primaryOf(SLOTS - 1);
    for (let key = 0; key < 25; key++) await from.command("SET", `${TAG}${key}`, key);
    const slots = slotsOf(TAG_SLOT - 5, TAG_SLOT + 5);
    const seen: [number, unknown][] = [];
    await moveSlots(cluster, slots, from, to, {
      beforeFinish: async (slot) => seen.push([slot, await from.command("CLUSTER", "COUNTKEYSINSLOT", slot)]),
    });
    assert.deepEqual(seen, slots.map((slot) => [slot, 0]));
    assert.equal(await cluster.primaryOf(TAG_SLOT), to);
    assert.equal(await to.command("GET", `${TAG}24`), "24");
    await assert.rejects(from.command("GET", `${TAG}24`), { message: `MOVED ${TAG_SLOT} ${to.name}` });
    await cluster.untilSettled();
    await moveSlots(cluster, slots, to, from);
    await cluster.untilSettled();
    assert.equal(await cluster.primaryOf(TAG_SLOT), from);
    await from.command("FLUSHALL");
  });

  test(`a cluster of ${kind}: a slot that is half-way answers ASK and TRYAGAIN`, CLUSTER, async () => {
    const cluster = shared();
    const from = await cluster.primaryOf(TAG_SLOT);
    const to = await cluster.primaryOf(SLOTS - 1);
    for (const key of ["gone", "here"]) await from.command("SET", TAG + key, key);
    await startMigrating(TAG_SLOT, from, to);
    await migrateKeys([`${TAG}gone`], from, to);
    assert.equal(await from.command("GET", `${TAG}here`), "here");
    await assert.rejects(from.command("GET", `${TAG}gone`), { message: `ASK ${TAG_SLOT} ${to.name}` });
    await assert.rejects(from.command("MGET", `${TAG}here`, `${TAG}gone`), { message: /^TRYAGAIN / });
    const target = await to.connect();
    const [asking, asked] = await Promise.all([target.command("ASKING"), target.command("GET", `${TAG}gone`)]);
    assert.deepEqual([asking, asked], ["OK", "gone"]);
    await target.close();
    await finishMigrating(cluster, TAG_SLOT, from, to);
    assert.deepEqual(await to.command("MGET", `${TAG}here`, `${TAG}gone`), ["here", "gone"]);
    await startMigrating(TAG_SLOT, to, from);
    await stopMigrating(TAG_SLOT, to, from);
    assert.equal(await to.command("GET", `${TAG}none`), null);
    await moveSlots(cluster, [TAG_SLOT], to, from);
    await from.command("FLUSHALL");
    await cluster.untilSettled();
  });

  test(
    `a cluster of ${kind}: fails over by hand, by force and when its primaries die or stand still`,
    CLUSTER,
    async (t) => {
      const cluster = await ownCluster(t, { kind });
      const [first, second, third] = await cluster.primaries();

      for (const [primary, mode] of [[first, undefined], [second, "FORCE"], [third, "TAKEOVER"]] as const) {
        const replica = await cluster.replicaOf(primary);
        await cluster.failover(replica, mode);
        await cluster.untilPrimary(replica);
        await cluster.untilSettled();
        assert.deepEqual([await primary.role(), await replica.role()], ["replica", "primary"]);
      }

      const killed = await cluster.primaryOf(TAG_SLOT);
      await killed.command("SET", TAG, "kept");
      await killed.command("WAIT", 1, 5_000);
      const heir = await cluster.replicaOf(killed);
      const { pid } = killed.server;
      await killed.kill();
      assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
      await cluster.untilPrimary(heir);
      await cluster.untilSettled();
      assert.equal(await heir.command("GET", TAG), "kept");
      const { id, name } = killed;
      await cluster.restart(killed);
      assert.deepEqual([await killed.command("CLUSTER", "MYID"), killed.name, await killed.role()], [
        id,
        name,
        "replica",
      ]);
      assert.equal(await cluster.replicaOf(heir), killed);

      heir.freeze();
      await cluster.untilPrimary(killed);
      heir.thaw();
      await cluster.untilSettled();
      assert.equal(await heir.role(), "replica");
    },
  );

  test(
    `a cluster of ${kind}: comes back with its data when all nodes end, on the same ports and on others`,
    CLUSTER,
    async (t) => {
      const cluster = await ownCluster(t, { kind, persistent: true });
      const names = cluster.nodes.map(({ name }) => name);
      const ids = cluster.nodes.map(({ id }) => id);
      await (await cluster.primaryOf(TAG_SLOT)).command("SET", TAG, "kept");
      for (const newPorts of [false, true]) {
        await cluster.restartAll({ newPorts });
        assert.equal(await (await cluster.primaryOf(TAG_SLOT)).command("GET", TAG), "kept");
        assert.deepEqual(await Promise.all(cluster.nodes.map((node) => node.command("CLUSTER", "MYID"))), ids);
        for (const [index, node] of cluster.nodes.entries()) assert.equal(node.name !== names[index], newPorts);
      }
      await cluster.restart(cluster.nodes[0], { newPorts: true });
      assert.equal(await (await cluster.primaryOf(TAG_SLOT)).command("GET", TAG), "kept");
    },
  );
}

for (const [kind, bus] of [["redis7", "TLS"], ["valkey8", "plain"]] as [ServerKind, string][]) {
  test(
    `a cluster of ${kind} with a password, TLS ports and a ${bus} bus: who asks over TLS is told of TLS ports`,
    CLUSTER,
    async (t) => {
      const certificates = makeCertificates();
      t.defer(() => certificates.remove());
      const pair = (name: string) => ({
        cert: join(certificates.folder, `${name}.crt`),
        key: join(certificates.folder, `${name}.key`),
      });
      const tls = { ...pair("server"), ca: join(certificates.folder, "ca.crt") };
      const password = "p@ss/word";
      const cluster = await ownCluster(t, { kind, password, tls, busTls: bus === "TLS" ? pair("client") : undefined });
      const [from, to] = await cluster.primaries();
      const client = await from.connect(certificates.ca);
      t.defer(() => client.close());
      const ranges = await client.command("CLUSTER", "SLOTS") as [number, number, ...[string, number][]][];
      const ports = ranges.flatMap(([, , ...nodes]) => nodes.map(([, port]) => port));
      assert.deepEqual(ports.sort(), cluster.nodes.map(({ server }) => server.tlsPort).sort());
      assert.equal(cluster.tlsSeeds[0], `rediss://:p%40ss%2Fword@127.0.0.1:${from.server.tlsPort}`);
      await from.command("SET", TAG, "moved");
      await moveSlots(cluster, [TAG_SLOT], from, to);
      await assert.rejects(client.command("GET", TAG), { message: `MOVED ${TAG_SLOT} 127.0.0.1:${to.server.tlsPort}` });
      assert.equal(await to.command("GET", TAG), "moved");
    },
  );
}

test("a cluster that prefers host names says so, from when it is told to", CLUSTER, async (t) => {
  const cluster = await ownCluster(t, {
    kind: "redis7",
    replicas: 0,
    args: ["--cluster-announce-hostname", "localhost"],
  });
  const [node] = cluster.nodes;
  const endpoints = async () => {
    const ranges = await node.command("CLUSTER", "SLOTS") as [number, number, [string | null]][];
    return [...new Set(ranges.map(([, , [endpoint]]) => endpoint))];
  };
  assert.deepEqual(await endpoints(), ["127.0.0.1"]);
  for (const [type, endpoint] of [["hostname", "localhost"], ["unknown-endpoint", null]] as const) {
    await cluster.everywhere("CONFIG", "SET", "cluster-preferred-endpoint-type", type);
    assert.deepEqual(await endpoints(), [endpoint]);
  }
});

test(
  "a cluster of valkey9 with several databases: slots move with the keys of all of them, key by key or at once",
  CLUSTER,
  async (t) => {
    const cluster = await ownCluster(t, { kind: "valkey9", databases: 4 });
    const [from, to] = await Promise.all([cluster.primaryOf(TAG_SLOT), cluster.primaryOf(SLOTS - 1)]);
    const select = async (node: typeof from, database: number, ...words: string[]) => {
      const client = await node.connect();
      await client.command("SELECT", database);
      return client.command(...words).finally(() => client.close());
    };
    for (const database of [0, 3]) await select(from, database, "SET", TAG, String(database));
    await moveSlots(cluster, [TAG_SLOT], from, to, { databases: 4 });
    for (const database of [0, 3]) assert.equal(await select(to, database, "GET", TAG), String(database));
    await cluster.untilSettled();
    await moveSlotsAtomically([TAG_SLOT], to, from);
    for (const database of [0, 3]) assert.equal(await select(from, database, "GET", TAG), String(database));
  },
);

test("a cluster of redis8 with other counts and args starts", CLUSTER, async (t) => {
  const cluster = await ownCluster(t, {
    kind: "redis8",
    primaries: 1,
    replicas: 2,
    args: ["--cluster-require-full-coverage", "no"],
  });
  assert.deepEqual([(await cluster.primaries()).length, (await cluster.replicas()).length], [1, 2]);
  const setting = await cluster.nodes[0].command("CONFIG", "GET", "cluster-require-full-coverage");
  assert.deepEqual(setting, ["cluster-require-full-coverage", "no"]);
});

test(
  "a cluster that cannot start says why and leaves no process and no folder, as one does that is stopped",
  CLUSTER,
  async (t) => {
    await assert.rejects(startCluster({ args: ["--maxmemory", "lots"] }), /Cannot start redis7[^]*maxmemory/);
    const cluster = await ownCluster(t, { replicas: 0 });
    const [node] = cluster.nodes;
    const folder = (await node.command("CONFIG", "GET", "dir") as string[])[1];
    node.freeze();
    await cluster.stop();
    await cluster.stop();
    assert.equal(existsSync(folder), false);
    assert.throws(() => process.kill(node.server.pid, 0), { code: "ESRCH" });
  },
);
