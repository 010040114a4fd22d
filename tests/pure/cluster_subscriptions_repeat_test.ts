/** Messages that two nodes tell while a channel goes from one to the other: who listens is told once. */
import assert from "node:assert/strict";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { listening, SubscriberScene } from "../support/subscriber_scene.ts";

const CHANNEL = "news";

/** A channel at `a`, which was its primary, has ended it, and tells it as a replica now. */
async function replicaTells() {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", [CHANNEL], listener);
  all.a.end(CHANNEL);
  all.subscriptions.unsubscribed("a", "shard", [CHANNEL]);
  await turn();
  assert.deepEqual(all.a.subscribed, [CHANNEL]);
  return { all, told };
}

/** The channel leaves the old primary, and a message that this told just before comes from the new one too. */
async function leaves({ all, told }: Awaited<ReturnType<typeof replicaTells>>): Promise<void> {
  all.a.tell(CHANNEL, "1");
  await all.clock.advance(30);
  all.giveTo(all.b);
  await turn();
  // Over the bus it comes to the new primary later than to who listens.
  all.b.tell(CHANNEL, "1");
  all.b.tell(CHANNEL, "2");
  assert.deepEqual(told, ["1", "2"]);
}

test("a message that an old primary told as a replica is not told again by the new one", async () => {
  await leaves(await replicaTells());
});

test("a channel that stays at an old primary for long may be told a message twice when it leaves, and is told it once", async () => {
  const scene = await replicaTells();
  await scene.all.clock.advance(3_000);
  scene.all.subscriptions.topologyChanged();
  await leaves(scene);
});

test("a node that has ended a channel, and is still said to be its primary long after, tells it as any other", async () => {
  const { all, told } = await replicaTells();
  await all.clock.advance(5_001);
  all.subscriptions.topologyChanged();
  await all.clock.advance(1_000);
  all.a.tell(CHANNEL, "tick");
  all.giveTo(all.b);
  await turn();
  all.b.tell(CHANNEL, "tick");
  assert.deepEqual(told, ["tick", "tick"]);
});

test("two nodes may tell in different orders", async () => {
  const { all, told } = await replicaTells();
  for (const message of ["1", "2", "3"]) all.a.tell(CHANNEL, message);
  all.giveTo(all.b);
  await turn();
  for (const message of ["3", "4", "1", "5", "2"]) all.b.tell(CHANNEL, message);
  assert.deepEqual(told, ["1", "2", "3", "4", "5"]);
});

test("messages that are alike are told as often as one node tells them", async () => {
  const { all, told } = await replicaTells();
  for (let time = 0; time < 3; time++) all.a.tell(CHANNEL, "tick");
  assert.equal(told.length, 3);
  all.giveTo(all.b);
  await turn();
  await all.clock.advance(1_000);
  for (let time = 0; time < 3; time++) all.b.tell(CHANNEL, "tick");
  assert.equal(told.length, 6);
});

test("a message that comes over two subscriptions at one node, one of which takes the other's place, is told once", async () => {
  const all = new SubscriberScene();
  const [first, second] = [listening(), listening()];
  await all.subscriptions.subscribe("shard", [CHANNEL], first.listener);
  all.a.ready = false;
  all.a.answer = () => "wait";
  const subscribed = all.subscriptions.subscribe("shard", [CHANNEL], second.listener);
  await turn();
  all.a.ready = true;
  all.a.open(CHANNEL)[0].confirm();
  all.a.tell(CHANNEL, "1");
  await subscribed;
  all.a.tell(CHANNEL, "2");
  assert.deepEqual([first.told, second.told], [["1", "2"], ["1", "2"]]);
});
