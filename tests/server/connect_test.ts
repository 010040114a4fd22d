/** The ways to a server: URL, options, unix socket, users and passwords, database, names; now or at the first call. */
import assert from "node:assert/strict";
import { connect, connectSender, type ConnectOptions, createClient } from "../../mod.ts";
import { echo, get, set } from "../../src/commands/mod.ts";
import { VERSION } from "../../src/version.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, created, freshKey } from "./opened.ts";
import { startPeer, startScripted } from "./peers.ts";

const PASSWORD = "p@ss:w/rd?#% ü+&=";
const USER = "us:er@/?#% ü";
const USER_PASSWORD = "other:@/?#[]% ü";

const servers = new Map<ServerKind, Server>();
let guarded: Server;

beforeAll(async () => {
  for (const kind of serverKinds) servers.set(kind, await startServer({ kind, unixSocket: true }));
  const args = ["--user", "default", "on", `>${PASSWORD}`, "~*", "&*", "+@all"];
  guarded = await startServer({ password: PASSWORD, args: args.slice(0, 0) });
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
    ["all options", ({ host, port }) => ({ host, port, database: 7, clientName: "n", username: "default", password: "" }), {
      db: "7",
      name: "n",
      user: "default",
    }],
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
    for (const [field, value] of Object.entries({ db: "0", name: "", ...wanted })) assert.equal(info[field], value, field);
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
      assert.deepEqual({ resp, libName, libVersion }, { resp: String(protocol), libName: "respwire", libVersion: VERSION });
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
      const rights = ["reset", "on", `>${USER_PASSWORD}`, "~*", "+@all"];
      await admin.call("ACL", "SETUSER", aclName(USER), ...rights);
      const given = where(guarded.port);
      const options = typeof given === "string" ? { url: given } : given;
      const login = user === USER && typeof given !== "string" ? { username: aclName(USER) } : {};
      const redis = await connected(t, { ...options, ...login, protocol });
      assert.equal(await redis.call("ACL", "WHOAMI"), user === USER ? aclName(USER) : user);
      assert.equal(await redis.ping(), "PONG");
    });
  }
}
