/**
 * Credentials that change: defects of other clients, done right.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Client, Credentials } from "../../mod.ts";
import { connected } from "../server/opened.ts";
import { type Context, test } from "../support/harness.ts";
import { startServer } from "../support/server.ts";

/** A server whose user "app" has the password "old", and its administrator. */
async function served(t: Context) {
  const server = await startServer({ kind: "redis8" });
  t.defer(() => server.stop());
  const admin = await connected(t, server.url);
  await admin.call("ACL", "SETUSER", "app", "on", ">old", "~*", "+@all");
  return { url: server.url, admin };
}

/** Ends the connection of a client, and waits until it has another. */
async function reconnected(redis: Client, admin: Client): Promise<void> {
  const back = new Promise((done) => redis.on("reconnect", done));
  await admin.clientKill({ id: await redis.clientId() });
  await back;
}

// ioredis 6.0.0, @db/redis 0.41.2 and Bun 1.4.5 keep the password that they were made with (ioredis #1738, #1985).
test("credentials are asked for at every connect, so that a new password is used after a loss", async (t) => {
  const { url, admin } = await served(t);
  let password = "old";
  const redis = await connected(t, { url, credentials: () => ({ username: "app", password }) });
  assert.equal(await redis.aclWhoami(), "app");
  await admin.call("ACL", "SETUSER", "app", "<old", ">new");
  password = "new";
  await reconnected(redis, admin);
  assert.equal(await redis.aclWhoami(), "app");
});

// The same clients must be made anew for a token that ends while the connection lives.
test("a stream of credentials logs live connections in anew, and later ones with the newest", async (t) => {
  const { url, admin } = await served(t);
  await admin.call("ACL", "SETUSER", "next", "on", ">token", "~*", "+@all");
  let renew!: (credentials: Credentials) => void;
  const renewed = new Promise<Credentials>((done) => renew = done);
  const redis = await connected(t, {
    url,
    credentials: async function* () {
      yield { username: "app", password: "old" };
      yield await renewed;
    }(),
  });
  assert.equal(await redis.aclWhoami(), "app");
  const id = await redis.clientId();
  renew({ username: "next", password: "token" });
  while (await redis.aclWhoami() !== "next");
  assert.equal(await redis.clientId(), id);
  await reconnected(redis, admin);
  assert.equal(await redis.aclWhoami(), "next");
});
