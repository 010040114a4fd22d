/** Entry points: each works on its own runtime, and `./node` on all three. */
import assert from "node:assert/strict";
import * as bunEntry from "../../entries/bun.ts";
import * as denoEntry from "../../entries/deno.ts";
import * as nodeEntry from "../../entries/node.ts";
import * as mainEntry from "../../mod.ts";
import { echo, get, set } from "../../src/commands/mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { failureOf, freshKey } from "./opened.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: "valkey9" });
});
afterAll(() => server.stop());

/** The entries, where each runs by its own name; elsewhere the one for all runtimes stands in for it. */
const entries:
  readonly (readonly [string, typeof nodeEntry | typeof denoEntry | typeof bunEntry | typeof mainEntry])[] = [
    ["main", mainEntry],
    ["./node", nodeEntry],
    ["./deno", "Deno" in globalThis ? denoEntry : nodeEntry],
    ["./bun", "Bun" in globalThis ? bunEntry : nodeEntry],
  ];

for (const [name, { connect, connectSender, createClient, ConnectionError }] of entries) {
  test(`entry ${name}: connect() serves calls, pipelines and transactions`, async (t) => {
    const redis = await connect(server.url);
    t.defer(() => redis.close());
    const key = freshKey();
    const value = new Uint8Array(200_000).fill(7);
    assert.deepEqual(await Promise.all([redis.set(key, value), redis.bytes.get(key)]), ["OK", value]);
    assert.deepEqual(await redis.pipeline([echo("a"), echo("b")]), ["a", "b"]);
    assert.deepEqual(await redis.transaction().set(key, "v").get(key).exec(), ["OK", "v"]);
  });

  test(`entry ${name}: createClient() connects at the first call`, async (t) => {
    const redis = createClient({ url: server.url, database: 1 });
    t.defer(() => redis.close());
    assert.equal((await redis.clientInfo()).db, "1");
  });

  test(`entry ${name}: connectSender() sends command values`, async (t) => {
    const sender = await connectSender(server.url);
    t.defer(() => sender.close());
    const key = freshKey();
    assert.deepEqual(await sender.sendAll([set(key, "v"), get(key)]), ["OK", "v"]);
  });

  test(`entry ${name}: its errors are its own classes`, async () => {
    const error = await failureOf(connect({ host: "127.0.0.1", port: 1 }));
    assert.ok(error instanceof ConnectionError);
    assert.match(error.message, /^Cannot connect to "127\.0\.0\.1:1": nobody listens there/);
  });
}

test("entries name the platforms that they use", () => {
  assert.equal(nodeEntry.nodePlatform.name, "node:net");
  assert.equal(denoEntry.denoPlatform.name, "Deno.connect");
  assert.equal(bunEntry.bunPlatform.name, "Bun.connect");
});
