/** 256 shard channels, a thousand messages a second, and reads over the same connections, while slots and primaries move. */
import assert from "node:assert/strict";
import { type ClusterClient, connectCluster } from "../../mod.ts";
import { test } from "../support/harness.ts";
import { type RealCluster, startCluster } from "../support/real_cluster.ts";
import type { ServerKind } from "../support/server.ts";
import { moveSlots } from "../support/slot_moves.ts";
import { until } from "../support/until.ts";
import { ChannelPublisher } from "./channel_publisher.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 10_000;
const CHANNELS: readonly string[] = Array.from({ length: 256 }, (_, index) => `channel:${index}`);
const READERS = 8;
// A channel has its turn every 256 ms: one message that is missed is a gap of so long. Two may be; a machine with much
// to do may add as much again.
const MOST_MISSED_MS = 4 * CHANNELS.length;

/** A key of a channel's slot, with its value. */
const keyOf = (channel: string): string => `{${channel}}:key`;
const valueOf = (channel: string): string => `value of ${channel}`;

/** Who reads keys of all channels' slots, over the connections on which messages come. */
class Readers {
  /** What was read and is not what was written. */
  readonly wrong: string[] = [];
  /** How many reads there were. */
  reads = 0;
  readonly #work: Promise<unknown>;
  #running = true;

  constructor(client: ClusterClient) {
    this.#work = Promise.all(Array.from({ length: READERS }, (_, reader) => this.#read(client, reader)));
  }

  async #read(client: ClusterClient, reader: number): Promise<void> {
    for (let at = reader; this.#running; at++) {
      const channel = CHANNELS[at % CHANNELS.length];
      const value = await client.get(keyOf(channel)).catch(String);
      if (value !== valueOf(channel)) this.wrong.push(`${channel}: ${value}`);
      this.reads++;
      if (at % 20 === 0) await new Promise((done) => setTimeout(done, 5));
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#work;
  }
}

/** Waits until every channel is subscribed at one primary, that of its slot. */
async function untilAtHome(cluster: RealCluster, redis: ClusterClient): Promise<void> {
  await until(async () => {
    for (const node of await cluster.primaries()) {
      const own = CHANNELS.filter((channel) => redis.nodeOf(channel)?.name === node.name);
      const told = await node.command("PUBSUB", "SHARDNUMSUB", ...own) as (string | number)[];
      const missing = told.findIndex((count, at) => at % 2 === 1 && count !== 1);
      if (missing >= 0) return `${told[missing - 1]} has ${told[missing]} subscribers at ${node.name}`;
    }
  }, LIMIT_MS);
}

for (const kind of ["redis7", "valkey8"] as ServerKind[]) {
  test(
    `${kind}: 256 channels go with their slots and their primary, each message is told once, and no reply is shifted`,
    TIME,
    async (t) => {
      const cluster = await startCluster({ kind });
      t.defer(() => cluster.stop());
      const redis = await connectCluster({ seeds: cluster.seeds });
      const other = await connectCluster({ seeds: cluster.seeds });
      t.defer(() => redis.destroy());
      t.defer(() => other.destroy());
      await redis.mset(Object.fromEntries(CHANNELS.map((channel) => [keyOf(channel), valueOf(channel)])));
      const [first, second] = await cluster.primaries();
      const slots = [...new Set(CHANNELS.map((channel) => redis.slotOf(channel)))];
      const moving = CHANNELS.filter((channel) => redis.nodeOf(channel)?.name === first.name);
      assert.ok(moving.length > 50);
      let publisher: ChannelPublisher | undefined = undefined;
      await redis.ssubscribe(CHANNELS, (message) => publisher?.listener(message));
      const readers = new Readers(redis);
      t.defer(() => readers.stop());
      const publishing = publisher = new ChannelPublisher(other, CHANNELS);
      t.defer(() => publishing.stop());

      /** Waits until each channel is told something that was published from now on. */
      const followed = (what: string): Promise<void> => {
        const { count } = publishing;
        return until(() => {
          const silent = publishing.silentSince(count);
          return Promise.resolve(
            silent.length > 0 ? `${what} ${silent.length} are told nothing: ${silent[0]}` : undefined,
          );
        }, LIMIT_MS);
      };
      await followed("at first");
      const ofFirst = slots.filter((slot) => moving.some((channel) => redis.slotOf(channel) === slot));
      await moveSlots(cluster, ofFirst, first, second);
      await followed("after the migration");
      await cluster.untilSettled();
      const heir = await cluster.replicaOf(second);
      await cluster.failover(heir);
      await cluster.untilPrimary(heir);
      await followed("after the fail-over");
      const endMs = performance.now();
      // What was on its way then has come, or it is a gap.
      await followed("at the end");
      await untilAtHome(cluster, redis);
      for (const channel of moving) assert.equal(redis.nodeOf(channel)?.name, heir.name);
      await publishing.stop();
      await readers.stop();
      assert.deepEqual([publishing.errors.map(String), readers.wrong], [[], []]);
      assert.deepEqual([publishing.repeated(), publishing.late()], [[], []]);
      const { perSecond, count } = publishing;
      assert.ok(perSecond > 900 && readers.reads > 1_000, `${perSecond} messages a second, ${readers.reads} reads`);
      const gaps = publishing.gaps().filter(({ fromMs }) => fromMs < endMs);
      const missed = gaps.reduce((sum, { messages }) => sum + messages, 0);
      const longest = gaps.find(({ fromMs, toMs }) => toMs - fromMs > MOST_MISSED_MS);
      assert.equal(longest, undefined);
      // What is published while a channel is nowhere is gone, as of any subscription: a turn of all, at most.
      assert.ok(missed <= CHANNELS.length, `${missed} of ${count} messages were missed`);
    },
  );
}
