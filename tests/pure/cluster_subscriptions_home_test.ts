/** Plain channels of a cluster's client, all on one node, and keyspace notifications, on every primary. */
import assert from "node:assert/strict";
import { ConnectionError, ReplyError } from "../../src/errors.ts";
import type { ChannelKind } from "../../src/sender.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { stateOf } from "../support/outcome.ts";
import { listening, ScriptedNode, SubscriberScene } from "../support/subscriber_scene.ts";

const WAIT = (): "wait" => "wait";

/** What each of the three nodes has. */
function subscribed({ a, b, c }: SubscriberScene): string[][] {
  return [a.subscribed, b.subscribed, c.subscribed];
}

// ---- plain channels and patterns

test("home: all channels and patterns are on one node, and stay while it does, whichever is ready besides", async () => {
  const all = new SubscriberScene();
  all.a.ready = false;
  await all.subscriptions.subscribe("channel", ["x"], () => {});
  all.a.ready = true;
  await all.subscriptions.subscribe("pattern", ["y*", "*"], () => {});
  await all.subscriptions.subscribe("channel", ["z"], () => {});
  all.subscriptions.topologyChanged();
  all.lose(all.c);
  assert.deepEqual(subscribed(all), [[], ["x", "y*", "*", "z"], []]);
});

test("home: when its connection is lost all go to a node that is ready, and nothing of the old one counts", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("channel", ["x"], listener);
  await all.subscriptions.subscribe("pattern", ["*"], listener);
  all.b.answer = WAIT;
  const old = [...all.a.asked];
  all.lose(all.a);
  await turn();
  assert.deepEqual(all.a.subscribed, [], "it would be subscribed again when it is back");
  for (const asked of old) asked.listener({ channel: "x", pattern: undefined, message: "late" });
  for (const asked of all.b.open()) asked.confirm();
  all.b.tell("x", "1");
  all.b.tell("x", "2", "*");
  assert.deepEqual(told, ["1", "2"]);
  all.a.ready = true;
  all.subscriptions.topologyChanged();
  await all.clock.advance(10_000);
  assert.deepEqual(subscribed(all), [[], ["x", "*"], []]);
  assert.equal(all.clock.pending, 0);
});

test("home: where no node is ready it stays, and all go to whichever is ready first", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("channel", ["x"], () => {});
  all.b.ready = all.c.ready = false;
  all.lose(all.a);
  await all.clock.advance(50);
  assert.deepEqual(subscribed(all), [["x"], [], []]);
  all.c.ready = true;
  await all.clock.advance(50);
  assert.deepEqual(subscribed(all), [[], [], ["x"]]);
  assert.equal(all.clock.pending, 0);
});

test("home: where it is back before another is ready it stays, as its connection was made anew with all of it", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("channel", ["x"], () => {});
  all.b.ready = all.c.ready = false;
  all.lose(all.a);
  await all.clock.advance(50);
  all.a.ready = true;
  await all.clock.advance(10_000);
  assert.deepEqual([all.a.asked.length, subscribed(all)], [1, [["x"], [], []]]);
  assert.equal(all.clock.pending, 0);
});

test("home: when it leaves the cluster all go to another, also to one that is not ready yet", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("channel", ["x"], () => {});
  all.b.ready = all.c.ready = false;
  all.nodes = [all.b, all.c];
  all.subscriptions.topologyChanged();
  await turn();
  assert.deepEqual(subscribed(all), [[], ["x"], []]);
  all.b.ready = true;
  await all.clock.advance(10_000);
  assert.deepEqual(subscribed(all), [[], ["x"], []]);
  assert.equal(all.clock.pending, 0);
});

test("home: when it was replaced by another of its name all go there", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("channel", ["x"], () => {});
  const renewed = new ScriptedNode("a");
  all.nodes = [renewed, all.b, all.c];
  all.subscriptions.nodeLost("a");
  await turn();
  assert.deepEqual([all.a.subscribed, renewed.subscribed], [[], ["x"]]);
});

test("home: a node that cannot be asked at first is left for one that is ready", async () => {
  const all = new SubscriberScene();
  for (const node of all.nodes) node.ready = false;
  all.a.answer = WAIT;
  const call = all.subscriptions.subscribe("channel", ["x"], () => {});
  all.b.ready = true;
  all.a.open()[0].refuse(new ConnectionError("nobody listens"));
  await call;
  assert.deepEqual(subscribed(all), [[], ["x"], []]);
});

test("home: a node that is loading is left for another, with all that is there", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("channel", ["x"], () => {});
  all.a.answer = () => new ReplyError("LOADING the data");
  all.nodes = [all.b, all.a, all.c];
  await all.subscriptions.subscribe("channel", ["y"], () => {});
  assert.deepEqual(subscribed(all), [[], ["x", "y"], []]);
});

test("home: without any node it waits for one", async () => {
  const all = new SubscriberScene();
  const { nodes } = all;
  all.nodes = [];
  const call = all.subscriptions.subscribe("channel", ["x"], () => {});
  assert.equal(await stateOf(call), "waiting");
  all.nodes = nodes;
  all.subscriptions.topologyChanged();
  await call;
  assert.deepEqual(subscribed(all), [["x"], [], []]);
});

test("home: once nothing is subscribed, nobody looks for a node", async () => {
  const all = new SubscriberScene();
  const leave = await all.subscriptions.subscribe("channel", ["x"], () => {});
  for (const node of all.nodes) node.ready = false;
  all.subscriptions.nodeLost("a");
  await leave();
  await all.clock.advance(10_000);
  assert.equal(all.clock.pending, 0);
});

test("home: what it refuses when it is connected again is asked of it anew, and told when it is refused for good", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("channel", ["x", "y"], () => {});
  all.a.answer = () => new ReplyError("NOPERM no");
  all.a.end("x");
  all.subscriptions.unsubscribed("a", "channel", ["x"]);
  await turn();
  assert.deepEqual(all.failures, [["NOPERM no", "a"]]);
  assert.deepEqual(all.a.subscribed, ["y"]);
  all.a.answer = () => undefined;
  await all.clock.advance(1_000);
  assert.deepEqual(all.a.subscribed, ["y", "x"]);
});

// ---- keyspace notifications

const PLACES: [kind: ChannelKind, name: string, everywhere: boolean][] = [
  ["channel", "__keyspace@0__:k", true],
  ["channel", "__keyevent@0__:del", true],
  ["pattern", "__keyspace@0__:*", true],
  ["pattern", "__keyevent@*", true],
  ["pattern", "__key*__:*", true],
  ["pattern", "__keyspace[@]0*", true],
  ["pattern", "__ke*", false],
  ["pattern", "*", false],
  ["pattern", "__key", false],
  ["channel", "__key*__:*", false],
  ["channel", "news", false],
  ["shard", "__keyspace@0__:k", false],
];

for (const [kind, name, everywhere] of PLACES) {
  test(`places: ${kind} ${name} is on ${everywhere ? "every primary" : "one node"}`, async () => {
    const all = new SubscriberScene();
    await all.subscriptions.subscribe(kind, [name], () => {});
    assert.deepEqual(subscribed(all).flat(), everywhere ? [name, name, name] : [name]);
  });
}

const DEL = "__keyevent@0__:del";

test("keyspace: each primary tells its own; one that is new is asked too, and one that is gone is left", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  all.primariesNow = [all.a, all.b];
  await all.subscriptions.subscribe("channel", [DEL], listener);
  all.a.tell(DEL, "of a");
  all.b.tell(DEL, "of b");
  all.primariesNow = [all.b, all.c];
  all.subscriptions.topologyChanged();
  await turn();
  assert.deepEqual(subscribed(all), [[], [DEL], [DEL]]);
  all.c.tell(DEL, "of c");
  assert.deepEqual(told, ["of a", "of b", "of c"]);
  all.subscriptions.close();
});

test("keyspace: a call is done when every primary has confirmed, and does not wait for one that is gone", async () => {
  const all = new SubscriberScene();
  all.b.answer = all.c.answer = WAIT;
  const call = all.subscriptions.subscribe("channel", [DEL], () => {});
  all.b.open()[0].confirm();
  assert.equal(await stateOf(call), "waiting");
  all.primariesNow = [all.a, all.b];
  all.subscriptions.topologyChanged();
  const leave = await call;
  await leave();
  assert.deepEqual(subscribed(all), [[], [], []]);
  assert.equal(all.clock.pending, 0);
});

test("keyspace: without primaries a call waits for them", async () => {
  const all = new SubscriberScene();
  all.primariesNow = [];
  const call = all.subscriptions.subscribe("channel", [DEL], () => {});
  assert.equal(await stateOf(call), "waiting");
  assert.equal(all.wanted, 1);
  all.primariesNow = [all.b];
  all.subscriptions.topologyChanged();
  await call;
});

test("keyspace: a primary whose connection is lost keeps it, and one that ended it is asked again", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("channel", [DEL], () => {});
  all.lose(all.b);
  await turn();
  assert.deepEqual(subscribed(all), [[DEL], [DEL], [DEL]]);
  all.b.end(DEL);
  all.subscriptions.unsubscribed("b", "channel", [DEL]);
  assert.deepEqual([all.a.asked.length, all.b.asked.length, subscribed(all)], [1, 2, [[DEL], [DEL], [DEL]]]);
});

test("keyspace: what a pattern matches besides, which every node tells alike, is told once", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("pattern", ["__key*"], listener);
  const tellAll = (channel: string, message: (node: ScriptedNode) => string): void => {
    for (const node of all.nodes) node.tell(channel, message(node), "__key*");
  };
  tellAll("__keys", () => "a message");
  tellAll(DEL, ({ name }) => `of ${name}`);
  assert.deepEqual(told, ["a message", "of a", "of b", "of c"]);
});
