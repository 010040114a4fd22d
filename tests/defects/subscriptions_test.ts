/**
 * What is subscribed, when the connection is lost: defects of other clients, done right.
 *
 * @module
 */
import assert from "node:assert/strict";
import { connected } from "../server/opened.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: "valkey8" });
});
afterAll(() => server.stop());

// Bun 1.4.5: after its connection was killed the client says that it is connected, and nothing subscribes anew (#29925,
// #33450).
test("what is subscribed is so again when a lost connection is back", async (t) => {
  const [redis, other] = [await connected(t, server.url), await connected(t, server.url)];
  const messages: string[] = [];
  let told = (): void => {};
  await redis.subscribe("news", ({ message }) => {
    messages.push(String(message));
    told();
  });
  const back = new Promise((done) => redis.on("reconnect", done));
  await other.clientKill({ id: await redis.clientId() });
  await back;
  const came = new Promise<void>((done) => told = done);
  assert.equal(await other.publish("news", "after"), 1);
  await came;
  assert.deepEqual(messages, ["after"]);
});

// @db/redis 0.41.2 and Bun 1.4.5: a client that subscribes sends no other commands; one of RESP2 cannot.
test("a client that subscribes goes on with all other calls", async (t) => {
  const redis = await connected(t, server.url);
  const came = new Promise((done) => redis.subscribe("self", ({ message }) => done(message)));
  assert.equal(await redis.set("key", "value"), "OK");
  assert.deepEqual(await redis.transaction().get("key").publish("self", "hello").exec(), ["value", 1]);
  assert.equal(await came, "hello");
});
