/**
 * Where to connect and as whom: defects of other clients, done right.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createClient } from "../../mod.ts";
import { connected, failureOf } from "../server/opened.ts";
import { turn } from "../support/fake_clock.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { ScriptedPlatform } from "../support/scripted_platform.ts";
import { type Server, startServer } from "../support/server.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: "valkey9" });
});
afterAll(() => server.stop());

/** What is dialled for a URL. */
async function dialled(url: string) {
  const platform = new ScriptedPlatform();
  const redis = createClient({ url, platform });
  const call = redis.ping().catch(() => {});
  await turn();
  redis.destroy();
  await call;
  const { host, port, tls } = platform.last.target;
  return { host, port, tls };
}

// @db/redis 0.41.2 takes addresses apart at every colon, so that one of IPv6 is another host.
test("an IPv6 address is dialled as it is, without its brackets", async () => {
  assert.deepEqual(await dialled("redis://[2001:db8::7]:7000/1"), {
    host: "2001:db8::7",
    port: 7000,
    tls: undefined,
  });
});

// node-redis 6.3.1 takes no options from a URL's query, so that a deployment's URL cannot say a timeout.
test("the query of a URL gives options, groups by dotted names; a wrong one is refused without the URL", async (t) => {
  const redis = await connected(t, `${server.url}?database=3&clientName=query&retry.attempts=2&pool.max=1`);
  const { name, db } = await redis.clientInfo();
  assert.deepEqual([name, db], ["query", "3"]);
  const error = await failureOf(connected(t, "redis://ann:secret@localhost?retry.atempts=2"));
  assert.ok(error instanceof TypeError);
  assert.match(error.message, /retry\.atempts/);
  assert.doesNotMatch(error.message, /secret/);
});

// @db/redis 0.41.2 and valkey-glide 2.5.2 cannot ask for another name than the host's, so that a server which is
// reached by its address, or through a tunnel, cannot be verified.
test("TLS asks for the server name that is given, and keeps to the host without one", async () => {
  const { host, tls } = await dialled("rediss://10.0.0.1?tls.serverName=cache.example");
  assert.deepEqual([host, tls], ["10.0.0.1", { serverName: "cache.example" }]);
});
