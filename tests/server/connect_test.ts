/** The ways to a server: URL, options, unix socket, users and passwords, database, names; now or at the first call. */
import assert from "node:assert/strict";
import { connect, type ConnectOptions, connectSender, createClient } from "../../mod.ts";
import { echo, get, set } from "../../src/commands/mod.ts";
import { VERSION } from "../../src/version.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, created, freshKey } from "./opened.ts";
import { startPeer, startScripted } from "./peers.ts";

const PASSWORD = "p@ss:w/rd?#% ü+&=";
const USER = "us:er@/?#%ü";
const USER_PASSWORD = "other:@/?#[]% ü";

const servers = new Map<ServerKind, Server>();
let guarded: Server;

beforeAll(async () => {
  for (const kind of serverKinds) servers.set(kind, await startServer({ kind, unixSocket: true }));
  guarded = await startServer({ kind: "valkey8", password: PASSWORD });
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  await guarded.stop();
});

/** How to connect to a server, and what is then known of the connection. */
const ways: readonly (readonly [string, (server: Server) => string | URL | ConnectOptions, Record<string, string>?])[] =
  [
    ["a URL", ({ port }) => `redis://127.0.0.1:${port}`],
    ["a URL of valkey", ({ port }) => `valkey://127.0.0.1:${port}/`],
    ["a URL object", ({ port }) => new URL(`redis://127.0.0.1:${port}`)],
    ["a URL with a host name", ({ port }) => `redis://localhost:${port}`],
    ["a URL with a database", ({ port }) => `redis://127.0.0.1:${port}/5`, { db: "5" }],
    ["a URL with a query", ({ port }) => `redis://127.0.0.1:${port}?database=6&clientName=a-b&protocol=2`, {
      db: "6",
      name: "a-b",
    }],
    ["options", ({ host, port }) => ({ host, port })],
    ["the port alone", ({ port }) => ({ port })],
    [
      "all options",
      ({ host, port }) => ({ host, port, database: 7, clientName: "n", username: "default", password: "" }),
      {
        db: "7",
        name: "n",
        user: "default",
      },
    ],
    ["a URL and options that win", ({ port }) => ({ url: `redis://127.0.0.1:${port}/1?clientName=a`, database: 2 }), {
      db: "2",
      name: "a",
    }],
    ["protocol 2", ({ port }) => ({ port, protocol: 2, database: 3, clientName: "two" }), { db: "3", name: "two" }],
    ["a unix socket", ({ path }) => ({ path, database: 4 }), { db: "4" }],
    ["a URL of a unix socket", ({ path }) => `redis+unix://${path}?database=8`, { db: "8" }],
    ["a URL of a unix socket of valkey", ({ path }) => `valkey+unix://${path}`],
  ];

for (const [name, where, wanted] of ways) {
  test(`connect: by ${name}`, async (t) => {
    const server = servers.get("redis7")!;
    const redis = await connected(t, where(server));
    const key = freshKey();
    assert.equal(await redis.set(key, name), "OK");
    assert.equal(await redis.get(key), name);
    const info = await redis.clientInfo();
    for (const [field, value] of Object.entries({ db: "0", name: "", ...wanted })) {
      assert.equal(info[field], value, field);
    }
  });
}

for (const kind of serverKinds) {
  for (const protocol of [3, 2] as const) {
    test(`connect: ${kind} lists the connection with its name and library, protocol ${protocol}`, async (t) => {
      const server = servers.get(kind)!;
      const clientName = `name-${kind}-${protocol}`;
      const redis = await connected(t, { port: server.port, protocol, clientName, database: 9 });
      assert.equal(await redis.clientGetname(), clientName);
      const other = await connected(t, server.url);
      const mine = (await other.clientList()).filter((client) => client.name === clientName);
      assert.equal(mine.length, 1);
      const [{ db, resp, "lib-name": libName, "lib-ver": libVersion }] = mine;
      assert.equal(db, "9");
      // Redis 7.0 knows neither of libraries nor says the protocol.
      if (kind === "redis7") return assert.equal(libName, undefined);
      assert.deepEqual({ resp, libName, libVersion }, {
        resp: String(protocol),
        libName: "respwire",
        libVersion: VERSION,
      });
    });
  }
}

const encoded = encodeURIComponent(PASSWORD);

/** Logins that the guarded server lets in, and as whom. */
const logins: readonly (readonly [string, (port: number) => string | ConnectOptions, string])[] = [
  ["the default user's password in options", (port) => ({ port, password: PASSWORD }), "default"],
  ["the default user by name", (port) => ({ port, username: "default", password: PASSWORD }), "default"],
  ["the default user's password in a URL", (port) => `redis://:${encoded}@127.0.0.1:${port}`, "default"],
  ["the default user in a URL", (port) => `redis://default:${encoded}@127.0.0.1:${port}`, "default"],
  ["the password in a URL's query", (port) => `redis://127.0.0.1:${port}?password=${encoded}`, "default"],
  ["an ACL user in options", (port) => ({ port, username: USER, password: USER_PASSWORD }), USER],
  [
    "an ACL user in a URL",
    (port) => `redis://${encodeURIComponent(USER)}:${encodeURIComponent(USER_PASSWORD)}@127.0.0.1:${port}`,
    USER,
  ],
];

for (const protocol of [3, 2] as const) {
  for (const [name, where, user] of logins) {
    test(`connect: ${name} lets in, protocol ${protocol}`, async (t) => {
      const admin = await connected(t, guarded.url);
      await admin.call("ACL", "SETUSER", USER, "reset", "on", `>${USER_PASSWORD}`, "~*", "+@all");
      const given = where(guarded.port);
      const redis = await connected(t, { ...(typeof given === "string" ? { url: given } : given), protocol });
      assert.equal(await redis.call("ACL", "WHOAMI"), user);
      assert.equal(await redis.ping(), "PONG");
    });
  }
}

test("createClient: connects at the first call, and once", async (t) => {
  const server = await startScripted(t, ([name, text]) => name === "ECHO" ? `+${text}\r\n` : undefined);
  const redis = created(t, server.url);
  const accepted = server.accepted();
  assert.equal(server.sockets.length, 0);
  assert.deepEqual(await Promise.all([redis.echo("a"), redis.echo("b"), redis.echo("c")]), ["a", "b", "c"]);
  await accepted;
  assert.equal(await redis.echo("d"), "d");
  assert.equal(server.sockets.length, 1);
});

test("createClient: pipelines, transactions and values wait for the connection too", async (t) => {
  const { url } = servers.get("valkey9")!;
  const key = freshKey();
  assert.deepEqual(await created(t, url).pipeline([echo("a"), echo("b")]), ["a", "b"]);
  assert.deepEqual(await created(t, url).transaction().set(key, "v").get(key).exec(), ["OK", "v"]);
  assert.equal(await created(t, url).send(get(key)), "v");
  const value = "x".repeat(1_000_000);
  const redis = created(t, url);
  const [, got] = await Promise.all([redis.set(key, value), redis.get(key)]);
  assert.ok(got === value);
});

test("createClient: one that is never used connects to nothing", async (t) => {
  const peer = await startPeer(t, () => {});
  const redis = createClient(peer.url);
  await redis.close();
  assert.equal(peer.sockets.length, 0);
});

test("connectSender: sends command values", async (t) => {
  const sender = await connectSender(servers.get("redis8")!.url);
  t.defer(() => sender.close());
  const key = freshKey();
  assert.equal(await sender.send(set(key, "v")), "OK");
  assert.deepEqual(await sender.sendAll([get(key), echo("e")]), ["v", "e"]);
});

/** What is wrong, and the option that the error names. */
const wrongOptions: readonly (readonly [unknown, RegExp])[] = [
  ["not a url", /^Cannot use the option url: it is not a URL/],
  ["http://127.0.0.1", /^Cannot use the option url: its scheme must be/],
  ["redis://127.0.0.1/zero", /^Cannot use the option url: its path must be the number/],
  ["redis://127.0.0.1?databse=1", /^Cannot use the option url: its query has a name that no option has/],
  ["redis://127.0.0.1?connectTimeoutMs=soon", /^Cannot use the option connectTimeoutMs: it must be a whole number/],
  [null, /^Cannot use the option url: /],
  [6379, /^Cannot use the option url: /],
  [{ port: "6379" }, /^Cannot use the option port: it must be a whole number/],
  [{ port: 0 }, /^Cannot use the option port: /],
  [{ hots: "a" }, /^Cannot use the option hots: there is none of that name/],
  [{ password: 5 }, /^Cannot use the option password: it must be a string/],
  [{ database: -1 }, /^Cannot use the option database: /],
  [{ clientName: "a b" }, /^Cannot use the option clientName: it must be printable ASCII without spaces/],
  [{ protocol: 4 }, /^Cannot use the option protocol: it must be 2 or 3/],
  [{ tls: "yes" }, /^Cannot use the option tls: /],
  [{ tls: { insecure: true } }, /^Cannot use the option tls\.insecure: there is none of that name/],
  [{ connectTimeoutMs: NaN }, /^Cannot use the option connectTimeoutMs: /],
  [{ onPush: "log" }, /^Cannot use the option onPush: it must be a function/],
];

for (const [given, message] of wrongOptions) {
  test(`connect: ${JSON.stringify(given)} is a TypeError that names the option`, async () => {
    // A promise is what connect() gives: its caller has one place for failures.
    await assert.rejects(connect(given as never), { name: "TypeError", message });
    assert.throws(() => createClient(given as never), { name: "TypeError", message });
  });
}
