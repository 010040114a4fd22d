/** Subscriptions that a server ends or refuses by itself: who is told, and that no reply goes to another caller. */
import assert from "node:assert/strict";
import type { Endpoint } from "../../src/connection/endpoint.ts";
import type { ChannelKind } from "../../src/sender.ts";
import { endpointScene, welcome, wire } from "../support/connected.ts";
import { HELLO, WELCOMED, words } from "../support/conversation.ts";
import { type FakeClock, turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { stateOf } from "../support/outcome.ts";
import type { ScriptedPlatform, ScriptedStream } from "../support/scripted_platform.ts";
import { commandText } from "../support/wire.ts";

interface Subscriber {
  endpoint: Endpoint;
  platform: ScriptedPlatform;
  clock: FakeClock;
  stream: ScriptedStream;
  /** What its owner was told. */
  told: [kind: ChannelKind, channels: readonly string[]][];
}

/** The connections to one server, which are ready; somebody keeps what the server ends, or nobody does. */
async function subscriber({ owned = true } = {}): Promise<Subscriber> {
  const told: [ChannelKind, readonly string[]][] = [];
  const onUnsubscribed = (kind: ChannelKind, channels: readonly string[]): void => void told.push([kind, channels]);
  const options = { reconnect: {}, ...(owned ? { onUnsubscribed } : {}) };
  const all = endpointScene(options);
  const connecting = all.endpoint.connect();
  const stream = await welcome(all);
  await connecting;
  stream.writes.splice(0);
  return { ...all, stream, told };
}

/** Loses the connection and makes it anew, where the handshake's subscriptions are answered so. */
async function reconnect(all: Subscriber, subscriptions: string, answers: string): Promise<ScriptedStream> {
  all.stream.end();
  await all.clock.advance(50);
  const { stream, accept } = all.platform.last;
  accept();
  await turn();
  assert.deepEqual(stream.writes.splice(0, 1), [HELLO + subscriptions]);
  stream.send(WELCOMED + answers);
  await turn();
  return stream;
}

function push(...words: (string | number)[]): string {
  const each = words.map((word) => typeof word === "number" ? `:${word}\r\n` : `$${word.length}\r\n${word}\r\n`);
  return `>${words.length}\r\n${each.join("")}`;
}

/** Subscribes, confirmed by the server; gives what it was told and what ends it. */
async function ssubscribe({ endpoint, stream }: Subscriber, channel: string) {
  const messages: string[] = [];
  const call = endpoint.subscribe("shard", [channel], ({ message }) => void messages.push(message));
  await turn();
  assert.deepEqual(stream.writes.splice(0), [wire(`SSUBSCRIBE ${channel}`)]);
  stream.send(push("ssubscribe", channel, 1));
  return { messages, leave: await call };
}

const MOVED = "-MOVED 1 host:1\r\n";
const [END_X, END_Y] = [push("sunsubscribe", "x", 1), push("sunsubscribe", "y", 0)];

// What the server says to SUNSUBSCRIBE x x, what is told of the leave, and which channels were ended.
const LEAVES: [name: string, says: string, outcome: "left" | RegExp, ended: string[]][] = [
  ["confirms it", END_X + END_X, "left", []],
  ["has handed it over before, and refuses", END_X + MOVED, "left", []],
  ["has handed it over before, and has nothing subscribed, as Valkey 8.0 says", END_X + "-NOSUB no\r\n", "left", []],
  ["has handed it over before, and confirms as a replica does", END_X + END_X + END_X, "left", []],
  ["hands over another channel first", END_Y + END_X + END_X, "left", ["y"]],
  ["hands over another channel in between", END_X + END_Y + END_X, "left", ["y"]],
  ["refuses since the slot was handed over long ago", MOVED, "left", []],
  ["refuses for another reason", "-NOPERM no\r\n", /^NOPERM/, []],
];

for (const [name, says, outcome, ended] of LEAVES) {
  test(`leave: a server that ${name} shifts no reply`, async () => {
    const all = await subscriber();
    const { leave } = await ssubscribe(all, "x");
    await ssubscribe(all, "y");
    const replies = [all.endpoint.send(words("GET", "1"))];
    const left = leave().then(() => "left", ({ message }) => message);
    replies.push(all.endpoint.send(words("GET", "2")), all.endpoint.send(words("GET", "3")));
    await turn();
    assert.deepEqual(all.stream.writes, [wire("GET 1", "SUNSUBSCRIBE x x", "GET 2", "GET 3")]);
    all.stream.send("+1\r\n" + says + "+2\r\n+3\r\n");
    assert.deepEqual(await Promise.all(replies), ["1", "2", "3"]);
    if (typeof outcome === "string") assert.equal(await left, outcome);
    else assert.match(await left, outcome);
    assert.deepEqual(all.told, ended.map((channel) => ["shard", [channel]]));
    all.endpoint.destroy();
  });
}

test("unsubscribed: among replies it is told to the owner, the channel is forgotten, and leaving it says nothing", async () => {
  const all = await subscriber();
  const { messages, leave } = await ssubscribe(all, "x");
  const replies = [all.endpoint.send(words("GET", "1")), all.endpoint.send(words("GET", "2"))];
  await turn();
  all.stream.writes.splice(0);
  all.stream.send(push("smessage", "x", "m") + "+1\r\n" + END_X + "+2\r\n" + push("smessage", "x", "late"));
  assert.deepEqual(await Promise.all(replies), ["1", "2"]);
  assert.deepEqual([messages, all.told], [["m"], [["shard", ["x"]]]]);
  await leave();
  assert.deepEqual(all.stream.writes, []);
  await reconnect(all, "", "");
  assert.equal(all.told.length, 1);
  all.endpoint.destroy();
});

test("unsubscribed: without an owner the channel is subscribed again with the next connection", async () => {
  const all = await subscriber({ owned: false });
  const { messages } = await ssubscribe(all, "x");
  all.stream.send(END_X);
  const stream = await reconnect(all, wire("SSUBSCRIBE x"), push("ssubscribe", "x", 1));
  stream.send(push("smessage", "x", "m"));
  assert.deepEqual(messages, ["m"]);
  all.endpoint.destroy();
});

test("unsubscribed: leaving and subscribing again in one turn is not taken for it", async () => {
  const all = await subscriber();
  const { leave } = await ssubscribe(all, "x");
  const left = leave();
  const again = all.endpoint.subscribe("shard", ["x"], () => {});
  await turn();
  all.stream.send(END_X + END_X + push("ssubscribe", "x", 1));
  await Promise.all([left, again]);
  assert.deepEqual(all.told, []);
  all.stream.send(END_X);
  assert.deepEqual(all.told, [["shard", ["x"]]]);
  all.endpoint.destroy();
});

test("unsubscribed: what a handshake was refused is told once it is over, and the rest is subscribed", async () => {
  const all = await subscriber();
  const [x, y] = [await ssubscribe(all, "x"), await ssubscribe(all, "y")];
  const said = wire("SSUBSCRIBE x", "SSUBSCRIBE y");
  const stream = await reconnect(all, said, MOVED + push("ssubscribe", "y", 1));
  assert.deepEqual(all.told, [["shard", ["x"]]]);
  stream.send(push("smessage", "y", "m"));
  assert.deepEqual([x.messages, y.messages], [[], ["m"]]);
  all.endpoint.destroy();
});

test("unsubscribed: what is wanted while the connection is being made is not taken for refused", async () => {
  const all = await subscriber();
  all.stream.end();
  const call = all.endpoint.subscribe("shard", ["x"], () => {});
  await all.clock.advance(50);
  all.platform.last.accept();
  await turn();
  const { stream } = all.platform.last;
  const late = all.endpoint.subscribe("shard", ["y"], () => {});
  stream.send(WELCOMED + push("ssubscribe", "x", 1));
  await turn();
  stream.send(push("ssubscribe", "x", 1) + push("ssubscribe", "y", 2));
  await Promise.all([call, late]);
  assert.deepEqual(all.told, []);
  all.endpoint.destroy();
});

test("subscribe: shard channels of several slots are said in a command for each, and left so", async () => {
  const all = await subscriber();
  const call = all.endpoint.subscribe("shard", ["{a}1", "b", "{a}2"], () => {});
  await turn();
  assert.deepEqual(all.stream.writes.splice(0), [wire("SSUBSCRIBE {a}1 {a}2", "SSUBSCRIBE b")]);
  all.stream.send(push("ssubscribe", "{a}1", 1) + push("ssubscribe", "{a}2", 2));
  assert.equal(await stateOf(call), "waiting");
  all.stream.send(push("ssubscribe", "b", 3));
  const left = (await call)();
  await turn();
  assert.deepEqual(all.stream.writes.splice(0), [wire("SUNSUBSCRIBE {a}1 {a}2 {a}2", "SUNSUBSCRIBE b b")]);
  all.stream.send(["{a}1", "{a}2", "{a}2", "b", "b"].map((name) => push("sunsubscribe", name, 0)).join(""));
  await left;
  all.endpoint.destroy();
});

test("subscribe: when one of several slots is refused the others are left", async () => {
  const all = await subscriber();
  const call = all.endpoint.subscribe("shard", ["a", "b"], () => {});
  await turn();
  all.stream.writes.splice(0);
  all.stream.send(push("ssubscribe", "a", 1) + MOVED);
  assert.match(String((await stateOf(call) as { error: Error }).error), /MOVED/);
  assert.deepEqual(all.stream.writes, [wire("SUNSUBSCRIBE a a", "SUNSUBSCRIBE b b")]);
  all.endpoint.destroy();
});

test("subscribe: half of a surrogate pair is U+FFFD in a channel, as it is on the wire", async () => {
  const all = await subscriber();
  const messages: string[] = [];
  const call = all.endpoint.subscribe("channel", ["\ud800x"], ({ message }) => void messages.push(message));
  await turn();
  assert.deepEqual(all.stream.writes, [commandText("SUBSCRIBE", "\ufffdx")]);
  all.stream.send(">3\r\n+subscribe\r\n+\ufffdx\r\n:1\r\n>3\r\n+message\r\n+\ufffdx\r\n+m\r\n");
  await call;
  assert.deepEqual(messages, ["m"]);
  all.endpoint.destroy();
});

test("subscribe: a reply that is no refusal ends the connection, and is no other caller's", async () => {
  const all = await subscriber();
  const calls = [all.endpoint.subscribe("channel", ["x"], () => {}), all.endpoint.send(words("INCR", "n"))];
  await turn();
  all.stream.send("+1\r\n");
  const states = await Promise.all(calls.map(stateOf)) as { error: Error }[];
  for (const { error } of states) assert.match(error.message, /a reply to SUBSCRIBE that is no refusal/);
  assert.equal(all.stream.closed, true);
  all.endpoint.destroy();
});
