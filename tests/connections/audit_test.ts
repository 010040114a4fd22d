/**
 * What is easily forgotten of how connections live: options, events and ways in that stand in half a sentence.
 *
 * Each is held against a real server. What has a place of its own is tested there; see the other files of this folder
 * and tests/faults.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type {
  Client,
  ClientEvents,
  ConnectOptions,
  Credentials,
  DisconnectEvent,
  ReconnectEvent,
  RedisError,
  WarningEvent,
} from "../../mod.ts";
import { createClient } from "../../mod.ts";
import { connectProfile, readProfile } from "../../entries/profile.ts";
import { settingsOf } from "../../src/options.ts";
import { behindProxy, straightTo } from "../faults/behind_proxy.ts";
import { watchedPlatform } from "../server/opened.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { blocked, client, next, until } from "./scene.ts";

const PASSWORD = "a-secret";

let certificates: Certificates;
let server: Server;
let guarded: Server;

beforeAll(async () => {
  certificates = makeCertificates();
  const name = join(certificates.folder, "wrongHost");
  const tls = { cert: `${name}.crt`, key: `${name}.key`, ca: join(certificates.folder, "ca.crt") };
  [server, guarded] = await Promise.all([startServer({ tls }), startServer({ kind: "valkey9", password: PASSWORD })]);
});
afterAll(async () => {
  await Promise.all([server.stop(), guarded.stop()]);
  certificates.remove();
});

/** A folder that is gone after the test. */
function freshFolder(t: Context): string {
  const folder = mkdtempSync(join(tmpdir(), "respwire-audit-"));
  t.defer(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Has the server end a client's connection, and waits until it is back. */
async function killed(redis: Client, admin: Client): Promise<void> {
  const back = next(redis, "reconnect");
  await admin.clientKill({ id: await redis.clientId() });
  await back;
}

test("events: the options onConnect, onDisconnect and onReconnect are told what listeners are, and may throw", async (t) => {
  const told: [name: string, event: unknown][] = [];
  const throws = (name: string) => (event: unknown) => {
    told.push([name, event]);
    throw new Error("its own");
  };
  const redis = await client(t, server, {
    onConnect: throws("connect"),
    onDisconnect: throws("disconnect"),
    onReconnect: throws("reconnect"),
  });
  const heard: unknown[] = [["connect", { node: `127.0.0.1:${server.port}`, role: "shared" }]];
  for (const name of ["connect", "disconnect", "reconnect"] as const) {
    redis.on(name, (event: unknown) => heard.push([name, event]));
  }
  await killed(redis, await client(t, server));
  assert.deepEqual(told, heard);
  assert.deepEqual(told.map(([name]) => name), ["connect", "disconnect", "connect", "reconnect"]);
  assert.equal(await redis.ping(), "PONG");
});

test("events: a login that a shared connection is refused is told as one of a shared connection", async (t) => {
  const admin = await client(t, server);
  await admin.aclSetuser("renewed", "on", ">first", "+@all", "~*");
  let renew = (): void => {};
  const renewed = new Promise<void>((done) => renew = done);
  async function* credentials(): AsyncGenerator<Credentials> {
    yield { username: "renewed", password: "first" };
    await renewed;
    yield { username: "renewed", password: "another" };
  }
  const redis = await client(t, server, { credentials: credentials() });
  const told = next(redis, "error");
  renew();
  const { role, node, error } = await told;
  assert.match(error.message, /^WRONGPASS/);
  assert.deepEqual({ role, node }, { role: "shared", node: `127.0.0.1:${server.port}` });
});

// For the type checker, which reads this file in `deno task ok`.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
function holds<_ extends true>(): void {}

test("events: each has a payload of its own type", () => {
  holds<Same<ClientEvents["disconnect"]["reason"], RedisError>>();
  holds<Same<ClientEvents["reconnecting"]["attempt" | "delayMs"], number>>();
  holds<Same<ClientEvents["reconnect"]["attempts" | "downMs"], number>>();
  holds<Same<ClientEvents["error"]["error"], Error>>();
  holds<Same<ClientEvents["poolexhausted"]["total" | "waiting"], number>>();
  holds<Same<ClientEvents["topology"]["added" | "removed"], readonly string[]>>();
  holds<Same<ClientEvents["warning"]["code"], "insecureTls" | "leakedLease">>();
  holds<Same<ClientEvents["connect" | "ready"]["role"], "shared" | "pooled">>();
  // Never called.
  const listens = (redis: Client): void => {
    redis.on("disconnect", (event) => holds<Same<typeof event, DisconnectEvent>>());
    redis.on("reconnect", (event) => holds<Same<typeof event, ReconnectEvent>>());
    // @ts-expect-error: there is no such event
    redis.on("reconnected", () => {});
  };
  assert.equal(typeof listens, "function");
});

test("reconnect: login, name, database, protocol, tracking, subscriptions and the rest come back in one write", async (t) => {
  const { platform, writes } = await watchedPlatform();
  const options = { platform, database: 3, clientName: "whole", protocol: 3 } as const;
  const redis = await client(t, guarded, options);
  const admin = await client(t, guarded);
  const messages: string[] = [];
  await redis.subscribe("news", ({ message }) => messages.push(message));
  await redis.psubscribe("n*", ({ message }) => messages.push(`by pattern: ${message}`));
  await redis.clientTracking("on", { noLoop: true });
  await redis.clientNoEvict("on");
  const before = await redis.clientInfo();
  const id = await redis.clientId();
  const count = writes.length;
  const back = next(redis, "reconnect");
  await admin.clientKill({ id });
  await back;
  assert.equal(writes.length, count + 1);
  const after = await redis.clientInfo();
  for (const field of ["user", "name", "db", "resp", "sub", "psub", "flags"]) {
    assert.equal(after[field], before[field], field);
  }
  assert.deepEqual([after.db, after.name, after.resp, after.sub, after.psub], ["3", "whole", "3", "1", "1"]);
  await admin.publish("news", "hello");
  await until(() => messages.length === 2);
  assert.deepEqual(messages.sort(), ["by pattern: hello", "hello"]);
});

test("signal: that of a whole client ends what waits for a connection of the pool", async (t) => {
  const controller = new AbortController();
  const reason = new Error("shutting down");
  const redis = await client(t, server, { signal: controller.signal, pool: { max: 1, acquireTimeoutMs: 3_000 } });
  const lease = await redis.lease();
  const waiting = [redis.lease(), redis.watch("k", () => 1), redis.monitor(), redis.blpop("nothing", 0)];
  const outcomes = Promise.all(waiting.map((each) => each.then(() => "done", nameAndCause)));
  await until(() => redis.poolStats().waiting === waiting.length);
  controller.abort(reason);
  const ended = ["AbortError", reason];
  assert.deepEqual(await outcomes, [ended, ended, ended, ended]);
  const later = [redis.lease(), redis.monitor(), redis.subscribe("news", () => {}), redis.get("k")];
  assert.deepEqual(await Promise.all(later.map((each) => each.then(() => "done", nameAndCause))), [
    ended,
    ended,
    ended,
    ended,
  ]);
  await lease.release();
});

function nameAndCause(error: unknown): unknown {
  return error instanceof Error ? [error.name, error.cause] : error;
}

test("monitor: on a link from which nothing comes it ends in its time", async (t) => {
  const { proxy, redis } = await behindProxy(t, server, { timeoutMs: 150, pool: { min: 1 } });
  proxy.stall({ direction: "toClient" });
  const late = setTimeout(() => redis.destroy(), 3_000);
  t.defer(() => clearTimeout(late));
  const error = await redis.monitor().then(() => assert.fail("it began"), (error: unknown) => error);
  assert.deepEqual(nameAndCause(error), ["TimeoutError", undefined]);
});

test("half-open: a WAIT that takes longer than the watchdog allows is no silence", async (t) => {
  const redis = await client(t, server, { watchdogMs: 100 });
  let lost = 0;
  redis.on("disconnect", () => lost++);
  const behind = redis.wait(1, 400).then(() => redis.echo("a"));
  assert.deepEqual(await Promise.all([redis.wait(1, 400), behind, redis.echo("b")]), [0, "a", "b"]);
  assert.equal(lost, 0);
});

test("TLS: insecureSkipVerify in a profile is one warning and no error, and is that client's alone", async (t) => {
  const file = join(freshFolder(t), "redis.json");
  const place = { host: "127.0.0.1", port: server.tlsPort };
  const profiles = { careless: { ...place, insecureSkipVerify: true }, careful: { ...place, tls: true } };
  writeFileSync(file, JSON.stringify({ profiles }));
  const redis = await connectProfile("careless", { file });
  t.defer(() => redis.close());
  const warnings: WarningEvent[] = [];
  redis.on("warning", (warning) => warnings.push(warning));
  const errors: Error[] = [];
  redis.on("error", ({ error }) => errors.push(error));
  await assert.rejects(connectProfile("careful", { file }), { name: "ConnectionError" });
  await killed(redis, await straightTo(t, server));
  assert.deepEqual(warnings.map(({ code }) => code), ["insecureTls"]);
  assert.deepEqual(errors, []);
  assert.equal(process.env.NODE_TLS_REJECT_UNAUTHORIZED, undefined);
});

test("errors: a call that came to nothing is told its command and its node, never a value or a password", async (t) => {
  const { proxy, redis: plain } = await behindProxy(t, guarded, { password: PASSWORD });
  const node = `"127.0.0.1:${proxy.port}"`;
  const messages: string[] = [];
  const set = (redis: Pick<Client, "set">): Promise<void> =>
    redis.set("hidden-key", "hidden-value").then(() => assert.fail("it was done"), ({ message }) => {
      messages.push(message);
    });
  proxy.swallow({ command: "SET", thenCut: true });
  await set(plain);
  proxy.stall();
  await set(plain.with({ timeoutMs: 20 }));
  await set(plain.with({ signal: AbortSignal.abort() }));
  await proxy.refuse();
  const offline = { url: proxy.url, password: PASSWORD };
  for (const options of [{ enableOfflineQueue: false }, { maxQueued: 0 }]) {
    const redis = createClient({ ...offline, ...options });
    t.defer(() => redis.destroy());
    await set(redis);
  }
  const destroyed = createClient(offline);
  const waits = set(destroyed);
  destroyed.destroy();
  await waits;
  assert.equal(messages.length, 6);
  for (const message of messages) {
    assert.match(message, /\bSET\b/);
    assert.ok(message.includes(node), message);
    assert.doesNotMatch(message, /hidden|a-secret/);
  }
});

/** Each option that text can say, with a value that is not its default. */
const SAID: Record<string, string | number | boolean> = {
  host: "h",
  port: 1,
  path: "/s",
  username: "u",
  password: "p",
  database: 1,
  clientName: "c",
  protocol: 2,
  "tls.ca": "a",
  "tls.cert": "b",
  "tls.key": "k",
  "tls.serverName": "n",
  "tls.minVersion": "TLSv1.3",
  "tls.insecureSkipVerify": true,
  connectTimeoutMs: 1,
  closeTimeoutMs: 1,
  timeoutMs: 1,
  "retry.baseMs": 1,
  "retry.factor": 3,
  "retry.capMs": 1,
  "retry.jitter": 0.5,
  "retry.attempts": 1,
  "retry.ceiling": "any",
  "reconnect.baseMs": 1,
  "reconnect.factor": 3,
  "reconnect.capMs": 1,
  "reconnect.jitter": 0.5,
  "reconnect.attempts": 1,
  enableOfflineQueue: false,
  maxQueued: 1,
  maxQueuedBytes: 1,
  connections: 2,
  "pool.min": 1,
  "pool.max": 1,
  "pool.acquireTimeoutMs": 1,
  "pool.idleTimeoutMs": 1,
  "pool.maxLifetimeMs": 1,
  "pool.validateAfterMs": 1,
  "pool.leakAfterMs": 1,
  watchdogMs: 1,
  pingIntervalMs: 1,
  keepAliveMs: 1,
  "limits.depth": 1,
  "limits.bulkLength": 1,
  "limits.aggregateLength": 1,
  "limits.lineLength": 1,
  "limits.replyLength": 1,
  followRedirects: true,
};

/** Those that are more than text: where they stand, or code. */
const UNSAID = ["url", "tls", "reconnect", "reconnect.delayMs", "credentials", "signal", "onPush", "onConnect"]
  .concat("onDisconnect", "onReconnect", "platform", "clock", "random");

/** Those of a cluster alone, of which tests/pure/cluster_options_test.ts says the same. */
const OF_A_CLUSTER = ["seeds", "readFrom", "selector", "selector.zone", "maxReplicaLagBytes", "topologyRefreshMs"]
  .concat("addressMap", "maxRedirects", "connectAllNodes");

test("options: each that text can say means the same in code, in a URL and in a profile", async (t) => {
  const table = readFileSync("docs/connecting.md", "utf8").split("## Options")[1].split("## Reconnecting")[0];
  const rows = table.split("\n").filter((line) => line.startsWith("| `")).map((line) => line.split("|")[1]);
  const names = rows.flatMap((cell) => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name))
    .filter((name) => !OF_A_CLUSTER.includes(name));
  assert.deepEqual(names.filter((name) => !UNSAID.includes(name)).sort(), Object.keys(SAID).sort());

  const file = join(freshFolder(t), "redis.json");
  const nested = (name: string): ConnectOptions => {
    const [group, field] = name.split(".");
    return { [group]: field === undefined ? SAID[name] : { [field]: SAID[name] } };
  };
  writeFileSync(file, JSON.stringify({ profiles: Object.fromEntries(names.map((name) => [name, nested(name)])) }));
  for (const name of Object.keys(SAID)) {
    const wanted = settingsOf(nested(name));
    assert.notDeepEqual(wanted, settingsOf(), name);
    assert.deepEqual(settingsOf(`redis://?${name}=${encodeURIComponent(SAID[name])}`), wanted, `${name} in a URL`);
    assert.deepEqual(settingsOf(await readProfile(name, { file })), wanted, `${name} in a profile`);
  }
});

// Its own text, since Node 20 has to parse this file.
const USES = `export async function use(url) {
  const redis = await connect(url);
  const seen = [];
  {
    await using client = redis;
    {
      await using lease = await client.lease();
      await lease.send(select(3));
      await using monitor = await client.monitor();
      seen.push(client.poolStats().leased, typeof monitor.dropped);
    }
    const { leased, idle } = client.poolStats();
    seen.push(leased, idle);
    await client.lease().then(async (lease) => {
      await using again = lease;
      seen.push((await again.clientInfo()).db);
    });
  }
  return [...seen, await redis.ping().catch((error) => error.name)];
}
`;

test("await using: a lease, a monitor and a client end with their blocks, where the runtime knows the words", async (t) => {
  const file = join(freshFolder(t), "using.mjs");
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const entry = (name: string): string => JSON.stringify(new URL(`../../${name}.${extension}`, import.meta.url).href);
  const imports = `import { connect } from ${entry("mod")};\nimport { select } from ${entry("src/commands/mod")};\n`;
  writeFileSync(file, imports + USES);
  let use: (url: string) => Promise<unknown>;
  try {
    ({ use } = await import(pathToFileURL(file).href));
  } catch (error) {
    // Node alone, up to 22.
    if (!(error instanceof SyntaxError) || Number(process.versions.node.split(".")[0]) >= 24) throw error;
    return;
  }
  assert.deepEqual(await use(server.url), [2, "number", 0, 1, "0", "ClosedError"]);
});

test("entries: nothing that the main entry loads is of YAML or of profiles, now or later", () => {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, wanted] of readFileSync(file, "utf8").matchAll(/^(?!\s*\*).*?\b(?:from|import\()\s*"([^"]+)"/gm)) {
      if (!wanted.startsWith(".")) loaded.add(wanted);
      else if (existsSync(join(dirname(file), wanted))) load(normalize(join(dirname(file), wanted)));
    }
  };
  load("mod.ts");
  assert.ok(loaded.has("src/connection/pool.ts") && loaded.has("adapters/node.ts"), [...loaded].join(" "));
  assert.deepEqual([...loaded].filter((name) => /yaml|profile/.test(name)), []);
});

test("health: healthy() and ping() tell while the pool is at its end and calls block", async (t) => {
  const redis = await client(t, server, { pool: { max: 1 } });
  const admin = await client(t, server);
  const popped = redis.blpop("wanted", 0);
  await blocked(admin, 1);
  assert.deepEqual([await redis.healthy({ timeoutMs: 500 }), await redis.ping()], [true, "PONG"]);
  await redis.rpush("wanted", "v");
  await popped;
});
