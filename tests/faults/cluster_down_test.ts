/** CLUSTERDOWN and TRYAGAIN of real nodes of a cluster pass: calls wait for it, and each happens once. */
import assert from "node:assert/strict";
import { ReplyError } from "../../mod.ts";
import { connected, failureOf } from "../server/opened.ts";
import { test } from "../support/harness.ts";
import { serveAllSlots } from "../support/lone_cluster.ts";
import { startServer } from "../support/server.ts";
import { until } from "./conditions.ts";
import { beside } from "./servers.ts";

for (const kind of ["redis7", "valkey9"] as const) {
  test(`${kind}, a node of a cluster that is down: calls wait until it is up, and happen once`, async (t) => {
    const node = await startServer({ kind, cluster: true });
    t.defer(() => node.stop());
    const redis = await connected(t, { url: node.url, timeoutMs: 9_000, retry: { attempts: 1_000, capMs: 100 } });
    const admin = await beside(t, node.port);
    const hasty = await failureOf(redis.with({ retry: { attempts: 1 } }).incr("n"));
    assert.ok(hasty instanceof ReplyError && hasty.code === "CLUSTERDOWN", String(hasty));
    const calls = [redis.incr("n"), redis.get("other"), redis.pipeline().incr("n").strlen("n").exec()];
    const refused = async () => {
      const { refused, failed } = await admin.calls("incr");
      return refused + failed >= 3;
    };
    await until("they are refused", refused);
    await serveAllSlots(node);
    const [first, other, both] = await Promise.all(calls) as [number, null, [number, number]];
    assert.equal(other, null);
    assert.deepEqual([first, ...both].sort(), [1, 1, 2]);
    assert.equal(await redis.get("n"), "2");
  });
}

test("a slot that is being moved away: TRYAGAIN is waited for, and the write happens once", async (t) => {
  const node = await startServer({ cluster: true });
  t.defer(() => node.stop());
  const other = await startServer({ cluster: true });
  t.defer(() => other.stop());
  await serveAllSlots(node);
  const redis = await connected(t, { url: node.url, retry: { attempts: 1_000, capMs: 50 } });
  await redis.set("{n}a", "1");
  await redis.clusterMeet(other.host, other.port, other.busPort);
  const admin = await beside(t, node.port);
  const id = String(await (await beside(t, other.port)).say("CLUSTER", "MYID"));
  await until("the nodes have met", async () => String(await admin.say("CLUSTER", "NODES")).includes(id));
  const slot = await redis.clusterKeyslot("{n}a");
  await admin.say("CLUSTER", "SETSLOT", slot, "MIGRATING", id);
  // Of two keys one is there and one is not: the server can serve neither.
  const write = redis.mset({ "{n}a": "2", "{n}b": "2" });
  await until("it is refused", async () => {
    const { refused, failed } = await admin.calls("mset");
    return refused + failed >= 2;
  });
  await admin.say("CLUSTER", "SETSLOT", slot, "STABLE");
  assert.equal(await write, "OK");
  assert.deepEqual(await redis.mget("{n}a", "{n}b"), ["2", "2"]);
});
