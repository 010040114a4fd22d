/** What a cluster's client is subscribed to: where, kept through what, and each message told once. */
import assert from "node:assert/strict";
import { AbortError, ClosedError, ConnectionError, ReplyError, TimeoutError } from "../../src/errors.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { BACKOFF, listening, moved, ScriptedNode, SubscriberScene, TIMEOUT_MS } from "../support/subscriber_scene.ts";

/** The error of a promise that is rejected some time. */
function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => assert.fail("it was not rejected"), (error) => error);
}

const WAIT = (): "wait" => "wait";
const NOPERM = new ReplyError("NOPERM no");

// ---- a call

const PASSING: [name: string, error: Error][] = [
  ["TRYAGAIN", new ReplyError("TRYAGAIN soon")],
  ["CLUSTERDOWN", new ReplyError("CLUSTERDOWN Hash slot not served")],
  ["LOADING", new ReplyError("LOADING the data")],
  ["a lost connection", new ConnectionError("lost")],
  ["a node that does not answer", new TimeoutError("no answer")],
  ["a node that is taken away", new ClosedError("closed")],
];

for (const [name, error] of PASSING) {
  test(`subscribe: after ${name} it is tried again, within the call's time`, async () => {
    const all = new SubscriberScene();
    all.a.answer = () => error;
    const call = all.subscriptions.subscribe("shard", ["x"], () => {});
    await all.clock.advance(99);
    assert.equal(all.a.asked.length, 1);
    await all.clock.advance(1);
    assert.equal(all.a.asked.length, 2);
    assert.ok(all.wanted > 0);
    all.a.answer = () => undefined;
    await all.clock.advance(200);
    await call;
    assert.deepEqual(all.a.subscribed, ["x"]);
    assert.equal(all.clock.pending, 0);
  });
}

test("subscribe: a refusal that stays is the caller's, and nothing is kept", async () => {
  const all = new SubscriberScene();
  all.a.answer = (channel) => channel === "secret" ? NOPERM : undefined;
  assert.equal(await errorOf(all.subscriptions.subscribe("shard", ["open", "secret"], () => {})), NOPERM);
  await turn();
  assert.deepEqual(all.a.subscribed, []);
  assert.deepEqual(all.failures, []);
  assert.equal(all.clock.pending, 0);
});

test("subscribe: with a time that is over, it says why, and nothing is kept", async () => {
  const all = new SubscriberScene();
  all.a.answer = () => new ReplyError("TRYAGAIN soon");
  const failure = failureOf(all.subscriptions.subscribe("shard", ["x"], () => {}, { ...PLAIN_CALL, timeoutMs: 250 }));
  await all.clock.advance(250);
  const error = await failure;
  assert.ok(error instanceof TimeoutError, String(error));
  assert.match(error.message, /^Cannot finish SSUBSCRIBE in its time: 1 of its channels is not confirmed\. TRYAGAIN/);
  await turn();
  assert.equal(all.clock.pending, 0);
});

test("subscribe: a call without a time of its own has the client's, and one with 0 has none", async () => {
  const all = new SubscriberScene();
  all.a.answer = WAIT;
  const timed = failureOf(all.subscriptions.subscribe("channel", ["x"], () => {}));
  const forever = all.subscriptions.subscribe("channel", ["y"], () => {}, { ...PLAIN_CALL, timeoutMs: 0 });
  await all.clock.advance(TIMEOUT_MS);
  assert.ok(await timed instanceof TimeoutError);
  await all.clock.advance(100 * TIMEOUT_MS);
  assert.equal(await stateOf(forever), "waiting");
  all.a.open("y")[0].confirm();
  await forever;
});

test("subscribe: a signal ends it, before and while it waits, and not when it is done", async () => {
  const all = new SubscriberScene();
  all.a.answer = WAIT;
  const abort = new AbortController();
  const options = { ...PLAIN_CALL, signal: abort.signal };
  const first = failureOf(all.subscriptions.subscribe("shard", ["x"], () => {}, options));
  const other = all.subscriptions.subscribe("shard", ["y"], () => {}, options);
  all.a.open("y")[0].confirm();
  await other;
  abort.abort();
  assert.ok(await first instanceof AbortError);
  assert.ok(await errorOf(all.subscriptions.subscribe("shard", ["z"], () => {}, options)) instanceof AbortError);
  await turn();
  assert.deepEqual(all.a.asked.map(({ channel, state }) => [channel, state]), [["x", "refused"], ["y", "confirmed"]]);
  assert.equal(all.clock.pending, 0);
});

test("subscribe: several listeners share one subscription, and the last to leave ends it", async () => {
  const all = new SubscriberScene();
  const [first, second] = [listening(), listening()];
  const leave = [
    await all.subscriptions.subscribe("channel", ["x", "y", "x"], first.listener),
    await all.subscriptions.subscribe("channel", ["x"], second.listener),
  ];
  assert.deepEqual(all.a.subscribed, ["x", "y"]);
  all.a.tell("x", "1");
  await leave[0]();
  await leave[0]();
  all.a.tell("x", "2");
  assert.deepEqual(all.a.subscribed, ["x"]);
  await leave[1]();
  assert.deepEqual(all.a.subscribed, []);
  assert.deepEqual([first.told, second.told], [["1"], ["1", "2"]]);
});

test("subscribe: what a listener throws hurts no other", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("channel", ["x"], () => {
    throw new Error("a listener's");
  });
  await all.subscriptions.subscribe("channel", ["x"], listener);
  all.a.tell("x", "1");
  assert.deepEqual(told, ["1"]);
});

test("leave: what the node says to it is told to who leaves", async () => {
  const all = new SubscriberScene();
  const leave = await all.subscriptions.subscribe("channel", ["x"], () => {});
  all.a.leaving = () => Promise.reject(NOPERM);
  assert.equal(await errorOf(leave()), NOPERM);
});

// ---- a shard channel

test("shard: a MOVED is followed at once, and taken to heart", async () => {
  const all = new SubscriberScene();
  all.a.answer = (channel) => moved(channel, all.b);
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", ["x"], listener);
  assert.deepEqual([all.a.subscribed, all.b.subscribed], [[], ["x"]]);
  all.b.tell("x", "1");
  assert.deepEqual(told, ["1"]);
});

test("shard: a MOVED that changes nothing that is known is followed all the same", async () => {
  const all = new SubscriberScene();
  all.patches = false;
  all.a.answer = (channel) => moved(channel, all.b);
  await all.subscriptions.subscribe("shard", ["x"], () => {});
  assert.deepEqual(all.b.subscribed, ["x"]);
  all.subscriptions.topologyChanged();
  await turn();
  assert.deepEqual(all.b.subscribed, ["x"], "it is where the MOVED would have it again");
  assert.equal(all.clock.pending, 0);
});

test("shard: nodes that send it round are asked 17 times, and then after a delay", async () => {
  const all = new SubscriberScene();
  [all.a.answer, all.b.answer] = [(channel) => moved(channel, all.b), (channel) => moved(channel, all.a)];
  const failure = failureOf(all.subscriptions.subscribe("shard", ["x"], () => {}));
  await turn();
  assert.equal(all.a.asked.length + all.b.asked.length, 17);
  await all.clock.advance(TIMEOUT_MS);
  assert.ok(await failure instanceof TimeoutError);
  assert.ok(all.a.asked.length + all.b.asked.length < 120);
});

test("shard: where nobody has the slot it waits, and goes where it comes to be", async () => {
  const all = new SubscriberScene();
  all.owner = () => undefined;
  const call = all.subscriptions.subscribe("shard", ["x"], () => {});
  await all.clock.advance(10);
  assert.equal(await stateOf(call), "waiting");
  assert.ok(all.wanted > 0);
  all.giveTo(all.c);
  await call;
  assert.deepEqual(all.c.subscribed, ["x"]);
  assert.equal(all.clock.pending, 0);
});

test("shard: while it moves the old node counts, then the new one, and the old one is left", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", ["x"], listener);
  all.b.answer = WAIT;
  all.a.leaving = () => Promise.reject(moved("x", all.b));
  all.giveTo(all.b);
  all.a.tell("x", "old");
  all.b.open()[0].confirm();
  await turn();
  assert.deepEqual([all.a.subscribed, all.b.subscribed], [[], ["x"]]);
  all.a.asked[0].listener({ channel: "x", pattern: undefined, message: "late" });
  all.b.tell("x", "new");
  assert.deepEqual(told, ["old", "new"]);
});

test("shard: a message that is read with its confirmation is told, and makes the switch", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", ["x"], listener);
  all.b.answer = WAIT;
  all.giveTo(all.b);
  all.b.open()[0].confirm();
  all.b.tell("x", "new");
  all.a.tell("x", "old");
  await turn();
  assert.deepEqual(told, ["new"]);
  assert.deepEqual([all.a.subscribed, all.b.subscribed], [[], ["x"]]);
});

test("shard: a trial at a node that no longer has the slot is given up for its new owner", async () => {
  const all = new SubscriberScene();
  all.a.answer = all.b.answer = WAIT;
  const call = all.subscriptions.subscribe("shard", ["x"], () => {});
  all.giveTo(all.b);
  assert.deepEqual(all.a.open(), []);
  all.giveTo(all.b);
  assert.equal(all.b.open().length, 1);
  all.b.open()[0].confirm();
  await call;
});

test("shard: a node that just failed is not asked before its time, however often the topology changes", async () => {
  const all = new SubscriberScene();
  all.a.answer = () => new ReplyError("CLUSTERDOWN down");
  all.subscriptions.subscribe("shard", ["x"], () => {}).catch(() => {});
  await turn();
  for (let i = 0; i < 10; i++) all.subscriptions.topologyChanged();
  assert.equal(all.a.asked.length, 1);
  all.giveTo(all.b);
  assert.deepEqual(all.b.subscribed, ["x"]);
});

test("shard: a node that ended it is asked where to go", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", ["x"], listener);
  all.a.answer = (channel) => moved(channel, all.b);
  all.a.end("x");
  all.subscriptions.unsubscribed("a", "shard", ["x", "unknown"]);
  await turn();
  assert.deepEqual([all.a.asked.length, all.b.subscribed], [2, ["x"]]);
  all.b.tell("x", "1");
  assert.deepEqual(told, ["1"]);
});

test("shard: a node that ended it, and is known not to have the slot, is not asked", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("shard", ["x"], () => {});
  all.owner = () => all.b;
  all.a.end("x");
  all.subscriptions.unsubscribed("a", "shard", ["x"]);
  assert.deepEqual([all.a.asked.length, all.b.subscribed], [1, ["x"]]);
});

test("shard: an old primary that takes it as a replica tells it until the new one is known", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", ["x"], listener);
  all.a.end("x");
  all.subscriptions.unsubscribed("a", "shard", ["x"]);
  await turn();
  all.a.tell("x", "1");
  all.giveTo(all.b);
  await turn();
  all.a.tell("x", "2");
  all.b.tell("x", "2");
  assert.deepEqual(told, ["1", "2"]);
  assert.deepEqual([all.a.subscribed, all.b.subscribed], [[], ["x"]]);
});

test("shard: what a node ends while it moves to another changes nothing; at the same node it is tried anew", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("shard", ["x"], () => {});
  all.b.answer = WAIT;
  all.giveTo(all.b);
  all.subscriptions.unsubscribed("a", "shard", ["x"]);
  assert.deepEqual([all.a.asked.length, all.b.open().length], [1, 1]);
  const [first] = all.b.open();
  first.confirm();
  all.subscriptions.unsubscribed("b", "shard", ["x"]);
  all.b.open()[0].confirm();
  await turn();
  assert.deepEqual(all.b.asked.map(({ state }) => state), ["left", "confirmed"]);
});

test("shard: a node that takes it and ends it again and again is asked 16 times, and then after a delay", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("shard", ["x"], () => {});
  for (let i = 0; i < 100; i++) {
    all.subscriptions.unsubscribed("a", "shard", ["x"]);
    await turn();
  }
  assert.equal(all.a.asked.length, 17);
  await all.clock.advance(100);
  assert.deepEqual(all.a.subscribed, ["x"]);
});

test("shard: its node stays when only its connection was lost, which is made anew with it", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("shard", ["x"], () => {});
  all.lose(all.a);
  await all.clock.advance(10_000);
  assert.deepEqual([all.a.subscribed, all.b.asked.length], [["x"], 0]);
});

test("shard: when its node was replaced by another of its name it goes there", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("shard", ["x"], () => {});
  const renewed = new ScriptedNode("a");
  all.owner = () => renewed;
  all.subscriptions.nodeLost("a");
  await turn();
  assert.deepEqual([all.a.subscribed, renewed.subscribed], [[], ["x"]]);
});

test("shard: who wants it too while its node is not connected waits for its word", async () => {
  const all = new SubscriberScene();
  await all.subscriptions.subscribe("shard", ["x"], () => {});
  all.lose(all.a);
  all.a.answer = WAIT;
  const second = all.subscriptions.subscribe("shard", ["x"], () => {});
  assert.equal(await stateOf(second), "waiting");
  all.a.ready = true;
  all.a.open()[0].confirm();
  await second;
  assert.deepEqual(all.a.subscribed, ["x"]);
});

test("shard: a refusal that stays is told for what was subscribed, and it is tried again at the longest delay", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", ["x"], listener);
  all.a.answer = () => NOPERM;
  all.a.end("x");
  all.subscriptions.unsubscribed("a", "shard", ["x"]);
  await turn();
  assert.deepEqual(all.failures, [["NOPERM no", "a"]]);
  assert.equal(await errorOf(all.subscriptions.subscribe("shard", ["x"], () => {})), NOPERM);
  await all.clock.advance(BACKOFF.capMs - 1);
  assert.equal(all.a.asked.length, 3);
  all.a.answer = () => undefined;
  await all.clock.advance(1);
  all.a.tell("x", "1");
  assert.deepEqual(told, ["1"]);
});

test("leave: while it moves, both nodes are left, also one that confirms afterwards", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  const leave = await all.subscriptions.subscribe("shard", ["x"], listener);
  all.b.answer = WAIT;
  all.giveTo(all.b);
  const [trial] = all.b.open();
  trial.confirm();
  await leave();
  await turn();
  assert.deepEqual([all.a.subscribed, all.b.subscribed], [[], []]);
  trial.listener({ channel: "x", pattern: undefined, message: "late" });
  assert.deepEqual(told, []);
  assert.equal(all.clock.pending, 0);
});

test("close: while it moves, calls that wait fail, nothing is told, and no timer is left", async () => {
  const all = new SubscriberScene();
  const { listener, told } = listening();
  await all.subscriptions.subscribe("shard", ["x"], listener);
  all.b.answer = WAIT;
  all.giveTo(all.b);
  const waiting = failureOf(all.subscriptions.subscribe("shard", ["y"], listener));
  all.subscriptions.close();
  assert.ok(await waiting instanceof ClosedError);
  all.a.tell("x", "late");
  all.subscriptions.topologyChanged();
  all.subscriptions.nodeLost("a");
  all.subscriptions.unsubscribed("a", "shard", ["x"]);
  assert.ok(await errorOf(all.subscriptions.subscribe("shard", ["x"], listener)) instanceof ClosedError);
  await all.clock.advance(10_000);
  assert.deepEqual([told, all.b.open(), all.clock.pending], [[], [], 0]);
});
