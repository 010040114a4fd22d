/** All keys of real clusters: every key that is there all the while is given, whatever the cluster does meanwhile. */
import assert from "node:assert/strict";
import { type ClusterClient, connectCluster, type ScanIteratorOptions } from "../../mod.ts";
import { hset, set } from "../../src/commands/mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type RealCluster, sharedCluster, startCluster } from "../support/real_cluster.ts";
import type { ServerKind } from "../support/server.ts";
import {
  finishMigrating,
  firstSlotsOf,
  migrateKeys,
  moveSlots,
  moveSlotsAtomically,
  startMigrating,
} from "../support/slot_moves.ts";

const TIME = { timeoutMs: 60_000 };
const KEYS: readonly string[] = Array.from({ length: 10_000 }, (_, index) => `key:${index}`);
const MOVES = 12;
const WAYS: readonly ScanIteratorOptions[] = [{}, { parallel: 3 }];

async function clientOf(t: Context, cluster: RealCluster): Promise<ClusterClient> {
  const redis = await connectCluster({ seeds: cluster.seeds });
  t.defer(() => redis.destroy());
  return redis;
}

/** A client of a cluster with ten thousand keys and no others, which the replicas have too. */
async function filled(t: Context, cluster: RealCluster): Promise<ClusterClient> {
  await cluster.untilSettled();
  const redis = await clientOf(t, cluster);
  await redis.flushall();
  for (let at = 0; at < KEYS.length; at += 1_000) {
    await redis.pipeline(KEYS.slice(at, at + 1_000).map((key) => set(key, "v")));
  }
  await Promise.all((await cluster.primaries()).map((node) => node.command("WAIT", 1, 5_000)));
  return redis;
}

function nameOf({ parallel }: ScanIteratorOptions): string {
  return parallel === undefined ? "one node after the other" : `${parallel} nodes side by side`;
}

/** Scans, does something whenever so many more keys have come, and gives how often each key came. */
async function scanned(
  redis: ClusterClient,
  options: ScanIteratorOptions,
  { every = Infinity, act = () => {} }: { every?: number; act?: (keys: number) => unknown } = {},
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let keys = 0;
  for await (const key of redis.scanIterator(options)) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (++keys % every === 0) await act(keys);
  }
  return counts;
}

/** None of the keys that were there all the while is missing, and none came that never was. */
function assertAll(counts: ReadonlyMap<string, number>, extra = /^$/): void {
  const missing = KEYS.filter((key) => !counts.has(key));
  assert.equal(missing.length, 0, `${missing.length} keys are missing, such as ${missing.slice(0, 5)}`);
  const known = new Set(KEYS);
  const others = [...counts.keys()].filter((key) => !known.has(key) && !extra.test(key));
  assert.deepEqual(others, []);
}

for (const kind of ["redis7", "valkey8"] as ServerKind[]) {
  const shared = sharedCluster(kind);

  test(
    `${kind}: a scan of a cluster that is left alone gives each key once, of all nodes or of one`,
    TIME,
    async (t) => {
      const redis = await filled(t, shared());
      for (const way of WAYS) {
        const counts = await scanned(redis, { ...way, count: 500 });
        assertAll(counts);
        assert.deepEqual(new Set(counts.values()), new Set([1]), nameOf(way));
      }
      const shares = new Map<string, Map<string, number>>();
      for (const { name, role } of redis.nodes()) {
        if (role === "primary") shares.set(name, await scanned(redis, { node: name, count: 500 }));
      }
      for (const [name, counts] of shares) {
        assert.ok([...counts.keys()].every((key) => redis.nodeOf(key)?.name === name));
      }
      assertAll(new Map([...shares.values()].flatMap((counts) => [...counts])));
    },
  );

  test(
    `${kind}: a scan gives only what matches a pattern and a type, and bytes where they are wanted`,
    TIME,
    async (t) => {
      const redis = await filled(t, shared());
      await redis.pipeline(KEYS.slice(0, 50).map((key) => hset(`hash ${key}`, { field: 1 })));
      for (const way of WAYS) {
        const matched = await scanned(redis, { ...way, match: "key:99?", count: 1_000 });
        assert.deepEqual([...matched.keys()].sort(), KEYS.filter((key) => /^key:99.$/.test(key)).sort());
        const hashes = await scanned(redis, { ...way, type: "hash", count: 1_000 });
        assert.deepEqual([...hashes.keys()].sort(), KEYS.slice(0, 50).map((key) => `hash ${key}`).sort());
      }
      const names: string[] = [];
      for await (const key of redis.bytes.scanIterator({ match: "hash key:4*" })) {
        names.push(new TextDecoder().decode(key));
      }
      assert.equal(names.length, 11);
    },
  );

  test(
    `${kind}: scans give all keys of slots that are half-way all the while, or come to their end meanwhile`,
    TIME,
    async (t) => {
      const cluster = shared();
      const redis = await filled(t, cluster);
      const [from, to] = await cluster.primaries();
      const slots = await firstSlotsOf(from, 40);
      for (const slot of slots) {
        await startMigrating(slot, from, to);
        const keys = await from.command("CLUSTER", "GETKEYSINSLOT", slot, 100) as string[];
        const gone = keys.slice(0, Math.ceil(keys.length / 2));
        if (gone.length > 0) await migrateKeys(gone, from, to);
      }
      for (const way of WAYS) assertAll(await scanned(redis, { ...way, count: 100 }));
      const left = slots.values();
      const all = await Promise.all(WAYS.map((way) =>
        scanned(redis, { ...way, count: 20 }, {
          every: 250,
          act: async () => {
            const { value } = left.next();
            if (value !== undefined) await finishMigrating(cluster, value, from, to);
          },
        })
      ));
      for (const counts of all) assertAll(counts);
      for (const slot of left) await finishMigrating(cluster, slot, from, to);
    },
  );

  test(`${kind}: scans give all keys while slots move beside them`, TIME, async (t) => {
    const cluster = shared();
    const redis = await filled(t, cluster);
    const [, from, to] = await cluster.primaries();
    const slots = await firstSlotsOf(from, 300);
    let moving = true;
    const moved = moveSlots(cluster, slots, from, to, { sideBySide: 10, keysPerMigrate: 1 })
      .finally(() => moving = false);
    while (moving) await Promise.all(WAYS.map(async (way) => assertAll(await scanned(redis, { ...way, count: 50 }))));
    await moved;
  });

  for (const way of WAYS) {
    for (const back of [false, true]) {
      test(
        `${kind}: a scan, ${nameOf(way)}, gives all keys while slots move ${back ? "there and back" : "away"}`,
        TIME,
        async (t) => {
          const cluster = shared();
          const redis = await filled(t, cluster);
          const [one, other] = await cluster.primaries();
          let moves = 0;
          const counts = await scanned(redis, { ...way, count: 20 }, {
            every: 400,
            act: async (keys) => {
              // Such a key need not be given.
              await redis.set(`late ${keys}`, "v");
              if (moves === MOVES) return;
              const [from, to] = back && moves >= MOVES / 2 ? [other, one] : [one, other];
              // A node that takes a slot back before it has heard of the other's epoch would make one that is the same.
              if (back && moves === MOVES / 2) await cluster.untilSettled();
              moves++;
              await moveSlots(cluster, await firstSlotsOf(from, 30), from, to, { sideBySide: 15 });
            },
          });
          assertAll(counts, /^late /);
          assert.equal(moves, MOVES);
        },
      );
    }

    test(`${kind}: a scan, ${nameOf(way)}, gives all keys while primaries fail over`, TIME, async (t) => {
      // Its own: where servers end up that fail over in a row is not to be what others meet.
      const cluster = await startCluster({ kind });
      t.defer(() => cluster.stop());
      const redis = await filled(t, cluster);
      const left = await cluster.primaries();
      const counts = await scanned(redis, { ...way, count: 20 }, {
        every: 2_000,
        act: async () => {
          const primary = left.pop();
          if (primary === undefined) return;
          const replica = await cluster.replicaOf(primary);
          await cluster.failover(replica);
          await cluster.untilPrimary(replica);
          // One that takes over before it has heard of the others' epochs may be overruled.
          await cluster.untilSettled();
        },
      });
      assertAll(counts);
      assert.equal(left.length, 0);
    });
  }

  test(`${kind}: scans that are left early leave nothing behind, and the client goes on`, TIME, async (t) => {
    const redis = await filled(t, shared());
    for (const way of WAYS) {
      for (const keys of [1, 25, 4_000]) {
        let count = 0;
        for await (const _ of redis.scanIterator({ ...way, count: 20 })) if (++count === keys) break;
        assert.equal(count, keys);
      }
      const never = redis.scanIterator(way);
      await never.next();
    }
    assert.equal(await redis.get(KEYS[0]), "v");
    await redis.close();
  });

  test(`${kind}: scans give all keys when a primary is killed under them`, TIME, async (t) => {
    const cluster = await startCluster({ kind });
    t.defer(() => cluster.stop());
    const redis = await filled(t, cluster);
    const [victim] = await cluster.primaries();
    let killed: Promise<void> | undefined;
    const all = await Promise.all(
      WAYS.map((way) => scanned(redis, { ...way, count: 20 }, { every: 1_000, act: () => killed ??= victim.kill() })),
    );
    for (const counts of all) assertAll(counts);
  });
}

test("valkey9: scans give all keys while slots move at once beside them", TIME, async (t) => {
  const cluster = await startCluster({ kind: "valkey9" });
  t.defer(() => cluster.stop());
  const redis = await filled(t, cluster);
  const [one, other] = await cluster.primaries();
  for (const [from, to] of [[one, other], [other, one]]) {
    let moving = true;
    const moved = moveSlotsAtomically(await firstSlotsOf(from, 2_000), from, to).finally(() => moving = false);
    while (moving) await Promise.all(WAYS.map(async (way) => assertAll(await scanned(redis, { ...way, count: 20 }))));
    await moved;
    await cluster.untilSettled();
  }
});
