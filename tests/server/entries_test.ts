/** Entry points: each works on its own runtime, and `./node`, `./workers` with sockets that it is given, and `./profile` on all. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as bunEntry from "../../entries/bun.ts";
import * as denoEntry from "../../entries/deno.ts";
import * as nodeEntry from "../../entries/node.ts";
import * as profileEntry from "../../entries/profile.ts";
import * as workersEntry from "../../entries/workers.ts";
import * as mainEntry from "../../mod.ts";
import { echo, get, set } from "../../src/commands/mod.ts";
import { webSockets } from "../adapters/web_sockets.ts";
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

test("entry ./workers: serves over sockets of web streams that it is given", async (t) => {
  const platform = workersEntry.workersPlatform(webSockets({ bytes: true }));
  const key = freshKey();
  const redis = await workersEntry.connect({ url: server.url, platform });
  t.defer(() => redis.close());
  const value = new Uint8Array(200_000).fill(7);
  assert.deepEqual(await Promise.all([redis.set(key, value), redis.bytes.get(key)]), ["OK", value]);
  const late = workersEntry.createClient({ url: server.url, platform, database: 1 });
  t.defer(() => late.close());
  assert.equal((await late.clientInfo()).db, "1");
  const sender = await workersEntry.connectSender({ url: server.url, platform });
  t.defer(() => sender.close());
  assert.equal((await sender.send(get(key)))?.length, value.length);
});

test("entry ./workers: says what is missing where there are no sockets of its own", async () => {
  const error = await failureOf(workersEntry.connect(server.url));
  assert.ok(error instanceof workersEntry.ConnectionError);
  assert.match(error.message, /^Cannot connect to "127\.0\.0\.1:\d+": .*cloudflare:/);
});

test("entry ./profile: connects by a file, and its options are those of every entry", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "respwire-entries-"));
  t.defer(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "redis.yaml");
  const { host, port } = server;
  writeFileSync(file, `profiles:\n  here: { host: ${host}, port: ${port}, database: 5, timeoutMs: 2s }\n`);
  const redis = await profileEntry.connectProfile("here", { file });
  t.defer(() => redis.close());
  assert.equal((await redis.clientInfo()).db, "5");
  const options = await profileEntry.readProfile("here", { file });
  for (const [, { createClient }] of entries) {
    const other = createClient(options);
    t.defer(() => other.close());
    assert.equal((await other.clientInfo()).db, "5");
  }
  const error = await failureOf(profileEntry.connectProfile("there", { file }));
  assert.ok(error instanceof profileEntry.ProfileError);
});

test("entries that are clients have the same names and errors, and ./profile has nothing of a client", () => {
  const names = Object.keys(mainEntry);
  for (const entry of [nodeEntry, denoEntry, bunEntry, workersEntry]) {
    const own = Object.keys(entry).filter((name) => !names.includes(name));
    assert.equal(own.length, 1);
    assert.match(own[0], /^(?:node|deno|bun|workers)Platform$/);
    for (const name of names) {
      if (/^(?:connect|create)(?:Client|Cluster|Sender)?$/.test(name)) continue;
      assert.equal((entry as Record<string, unknown>)[name], (mainEntry as Record<string, unknown>)[name], name);
    }
  }
  assert.deepEqual(Object.keys(profileEntry).sort(), ["ProfileError", "connectProfile", "readProfile", "readProfiles"]);
});
