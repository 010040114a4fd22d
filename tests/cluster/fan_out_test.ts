/** Commands to all primaries of real clusters: they go to those who are primaries when they can be executed. */
import assert from "node:assert/strict";
import { connectCluster } from "../../mod.ts";
import { test } from "../support/harness.ts";
import { type RealCluster, startCluster } from "../support/real_cluster.ts";
import type { RealNode } from "../support/real_node.ts";
import type { ServerKind } from "../support/server.ts";

const TIME = { timeoutMs: 60_000 };
const KEYS = Array.from({ length: 300 }, (_, index) => `key:${index}`);

/** What happens to a primary of which the client is not told. */
const CHANGES:
  readonly (readonly [name: string, change: (cluster: RealCluster, primary: RealNode) => Promise<void>])[] = [
    ["has become a replica", async (cluster, primary) => {
      const replica = await cluster.replicaOf(primary);
      await cluster.failover(replica);
      await cluster.untilPrimary(replica);
      await cluster.untilSettled();
    }],
    ["was killed", (_, primary) => primary.kill()],
  ];

for (const kind of ["redis7", "valkey8"] as ServerKind[]) {
  for (const [what, change] of CHANGES) {
    test(`${kind}: FLUSHALL, DBSIZE and KEYS go to the new primary when one ${what}`, TIME, async (t) => {
      const cluster = await startCluster({ kind });
      t.defer(() => cluster.stop());
      const redis = await connectCluster({ seeds: cluster.seeds });
      t.defer(() => redis.destroy());
      await redis.mset(Object.fromEntries(KEYS.map((key) => [key, "v"])));
      const [primary, ...others] = await cluster.primaries();
      for (const node of [primary, ...others]) await node.command("WAIT", 1, 5_000);
      await change(cluster, primary);
      const patient = redis.with({ timeoutMs: 10_000 });
      const [size, keys] = await Promise.all([patient.dbsize(), patient.keys("key:*")]);
      assert.deepEqual([size, keys.sort()], [KEYS.length, KEYS.toSorted()]);
      assert.equal(await patient.flushall(), "OK");
      assert.deepEqual(await redis.mget(...KEYS), KEYS.map(() => null));
    });
  }
}
