/** Subscriptions of a cluster's client over real clusters: where they are after whatever happens, each message once. */
import assert from "node:assert/strict";
import { connectCluster } from "../../mod.ts";
import type { ClusterClient, Message } from "../../mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type RealCluster, startCluster } from "../support/real_cluster.ts";
import { moveSlots } from "../support/slot_moves.ts";
import { until } from "../support/until.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 15_000;
const CHANNELS: readonly string[] = Array.from({ length: 48 }, (_, i) => `channel ${i}`);
const EVENTS = "__keyevent@0__:set";

/** A cluster, a client that subscribes and one that publishes. */
async function scene(t: Context, kind: "redis7" | "valkey8") {
  const cluster = await startCluster({ kind });
  t.defer(() => cluster.stop());
  const options = { seeds: cluster.seeds };
  const [redis, other] = [await connectCluster(options), await connectCluster(options)];
  t.defer(() => redis.destroy());
  t.defer(() => other.destroy());
  return { cluster, redis, other };
}

/** What a listener was told, by channel. */
class Heard {
  readonly #messages = new Map<string, string[]>();

  readonly listener = ({ channel, message }: Message): void => {
    const others = this.#messages.get(channel);
    if (others === undefined) this.#messages.set(channel, [message]);
    else others.push(message);
  };

  of(channel: string): readonly string[] {
    return this.#messages.get(channel) ?? [];
  }

  /** Publishes to a channel again and again until it is told, as is to be while a channel is nowhere. */
  async follows(channel: string, what: string, publish: (message: string) => Promise<unknown>): Promise<void> {
    let count = 0;
    await until(async () => {
      await publish(`${what} ${count++}`).catch(() => {});
      return this.of(channel).some((message) => message.startsWith(what))
        ? undefined
        : `${channel} is not told ${what}`;
    }, LIMIT_MS);
  }

  once(): void {
    for (const [channel, messages] of this.#messages) {
      assert.equal(new Set(messages).size, messages.length, `${channel} was told something twice: ${messages}`);
    }
  }
}

async function allFollow(heard: Heard, what: string, other: ClusterClient): Promise<void> {
  await Promise.all(
    CHANNELS.map((channel) => heard.follows(channel, what, (message) => other.spublish(channel, message))),
  );
}

/** The running node where a channel is subscribed. */
async function nodeOfChannel(cluster: RealCluster, channel: string) {
  for (const node of cluster.running) {
    const [, count] = await node.command("PUBSUB", "NUMSUB", channel) as [string, number];
    if (Number(count) > 0) return node;
  }
}

for (const kind of ["redis7", "valkey8"] as const) {
  test(
    `${kind}: shard channels follow their slots, through migration, fail-over and a primary's death`,
    TIME,
    async (t) => {
      const { cluster, redis, other } = await scene(t, kind);
      const heard = new Heard();
      const leave = await redis.ssubscribe(CHANNELS, heard.listener);
      await allFollow(heard, "at first", other);
      const [first, second] = await cluster.primaries();
      const slots = new Set(CHANNELS.map((channel) => redis.slotOf(channel)));
      const ofFirst = [...slots].filter((slot) =>
        redis.nodeOf(CHANNELS.find((channel) => redis.slotOf(channel) === slot)!)?.name === first.name
      );
      assert.ok(ofFirst.length > 5);
      await moveSlots(cluster, ofFirst, first, second);
      await allFollow(heard, "after the migration", other);
      const replica = await cluster.replicaOf(second);
      await cluster.failover(replica);
      await allFollow(heard, "after the fail-over", other);
      await replica.kill();
      await allFollow(heard, "after the death", other);
      heard.once();
      await leave();
      for (const channel of CHANNELS) assert.equal(await other.spublish(channel, "nobody hears"), 0);
    },
  );

  test(
    `${kind}: plain channels are on one node, and on another when that dies; events of keys come from all primaries`,
    TIME,
    async (t) => {
      const { cluster, redis, other } = await scene(t, kind);
      await cluster.everywhere("CONFIG", "SET", "notify-keyspace-events", "KEA");
      const heard = new Heard();
      await redis.subscribe(["news", EVENTS], heard.listener);
      await heard.follows("news", "at first", (message) => other.publish("news", message));
      const keys = Array.from({ length: 60 }, (_, i) => `key ${i}`);
      for (const key of keys) await other.set(key, "v");
      await until(
        () => Promise.resolve(heard.of(EVENTS).length < keys.length ? "events are missing" : undefined),
        LIMIT_MS,
      );
      assert.deepEqual([...heard.of(EVENTS)].sort(), [...keys].sort());
      const home = (await nodeOfChannel(cluster, "news"))!;
      await home.kill();
      await heard.follows("news", "after the death", (message) => other.publish("news", message));
      for (const key of keys) await heard.follows(EVENTS, `${key}!`, (message) => other.set(message, "v"));
      heard.once();
    },
  );
}
