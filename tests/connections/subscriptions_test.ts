/** What is published, to whom: each wish for itself, what a refusal takes along, and what a loss does. */
import assert from "node:assert/strict";
import type { Client, Message } from "../../mod.ts";
import { failureOf } from "../server/opened.ts";
import { test } from "../support/harness.ts";
import { startServer } from "../support/server.ts";
import { client, next, plainWay, serversOfEachKind } from "./scene.ts";

const serverOf = serversOfEachKind();
const plain = () => serverOf(plainWay.kind);

/** Publishes, and waits until `redis`, to which all is sent in order, has been told. */
async function publish(admin: Client, redis: Client, channel: string, message: string): Promise<number> {
  const count = await admin.publish(channel, message);
  await redis.ping();
  return count;
}

async function kill(admin: Client, redis: Client): Promise<void> {
  const back = next(redis, "reconnect");
  await admin.clientKill({ id: await redis.clientId() });
  await back;
}

test("subscribe: two wishes for one channel at once are both told of its refusal, and of nothing else", async (t) => {
  const admin = await client(t, plain());
  await admin.call("ACL", "SETUSER", "narrow", "on", ">p", "resetchannels", "&open", "+@all");
  t.defer(() => admin.call("ACL", "DELUSER", "narrow"));
  const redis = await client(t, plain(), { username: "narrow", password: "p" });
  const messages: string[] = [];
  const listener = ({ message }: Message): void => void messages.push(message);
  await redis.subscribe("open", listener);
  const wishes = [redis.subscribe("secret", listener), redis.subscribe(["open", "secret"], listener)];
  for (const error of await Promise.all(wishes.map(failureOf))) assert.match(error.message, /^NOPERM/);
  assert.equal(await publish(admin, redis, "open", "hello"), 1);
  assert.deepEqual(messages, ["hello"]);
  await kill(admin, redis);
  assert.equal(await publish(admin, redis, "open", "again"), 1);
  assert.deepEqual(messages, ["hello", "again"]);
});

test("subscribe: the same listener twice is told twice, and each leaves for itself, once", async (t) => {
  const [admin, redis] = [await client(t, plain()), await client(t, plain())];
  const messages: string[] = [];
  const listener = ({ message }: Message): void => void messages.push(message);
  const leave = [await redis.subscribe("twice", listener), await redis.subscribe(["twice", "twice"], listener)];
  assert.equal(await publish(admin, redis, "twice", "both"), 1);
  await Promise.all([leave[0](), leave[0]()]);
  assert.equal(await publish(admin, redis, "twice", "one"), 1);
  await leave[1]();
  assert.equal(await publish(admin, redis, "twice", "none"), 0);
  assert.deepEqual(messages, ["both", "both", "one"]);
});

test("subscribe: leaving and subscribing again in one turn leaves it subscribed", async (t) => {
  const [admin, redis] = [await client(t, plain()), await client(t, plain())];
  const messages: string[] = [];
  const first = await redis.subscribe("again", () => {});
  const [, last] = await Promise.all([first(), redis.subscribe("again", ({ message }) => void messages.push(message))]);
  assert.equal(await publish(admin, redis, "again", "hello"), 1);
  await last();
  assert.deepEqual(messages, ["hello"]);
});

test("subscribe: a wish that was given up is taken back at the server too", async (t) => {
  const [admin, redis] = [await client(t, plain()), await client(t, plain())];
  const abort = new AbortController();
  const wish = failureOf((redis.with({ signal: abort.signal }) as Client).subscribe("given up", () => {}));
  abort.abort();
  assert.equal((await wish).name, "AbortError");
  await redis.ping();
  assert.equal(await admin.publish("given up", "hello"), 0);
});

test("subscribe: leaving while there is no connection waits for none, and after close() neither", async (t) => {
  const server = await startServer({ kind: plainWay.kind });
  const redis = await client(t, server, { reconnect: { baseMs: 60_000, capMs: 60_000, jitter: 0 } });
  const [first, second] = [await redis.subscribe("a", () => {}), await redis.subscribe("b", () => {})];
  const lost = next(redis, "disconnect");
  await server.stop();
  await lost;
  await first();
  redis.destroy();
  await second();
});

test("subscribe: what a listener throws, or a promise of it that is rejected, hurts nobody", async (t) => {
  const [admin, redis] = [await client(t, plain()), await client(t, plain())];
  const messages: string[] = [];
  await redis.subscribe("thrown", () => {
    throw new Error("a listener's");
  });
  await redis.subscribe("thrown", () => Promise.reject(new Error("a listener's")) as unknown as void);
  await redis.subscribe("thrown", ({ message }) => void messages.push(message));
  await publish(admin, redis, "thrown", "hello");
  assert.deepEqual(messages, ["hello"]);
});

test("subscribe: a user who may not PING is subscribed, and is so again when the connection is back", async (t) => {
  const admin = await client(t, plain());
  await admin.call("ACL", "SETUSER", "mute", "on", ">p", "allchannels", "+@all", "-ping");
  t.defer(() => admin.call("ACL", "DELUSER", "mute"));
  const redis = await client(t, plain(), { username: "mute", password: "p" });
  const messages: string[] = [];
  await redis.psubscribe("mu*", ({ message, channel }) => void messages.push(channel, message));
  await kill(admin, redis);
  assert.equal(await admin.publish("mute", "hello"), 1);
  await redis.clientId();
  assert.deepEqual(messages, ["mute", "hello"]);
});

test("subscribe: shard channels of several slots are all there again when the connection is back", async (t) => {
  const server = await startServer({ kind: "redis8", args: ["--cluster-enabled", "yes"] });
  t.defer(() => server.stop());
  const [admin, redis] = [await client(t, server), await client(t, server)];
  await admin.call("CLUSTER", "ADDSLOTSRANGE", 0, 16_383);
  const messages: string[] = [];
  for (const channel of ["a", "b", "c"]) await redis.ssubscribe(channel, ({ message }) => void messages.push(message));
  await kill(admin, redis);
  for (const channel of ["a", "b", "c"]) assert.equal(await admin.spublish(channel, `to ${channel}`), 1);
  await redis.ping();
  assert.deepEqual(messages, ["to a", "to b", "to c"]);
});
