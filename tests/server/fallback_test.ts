/** Servers that refuse HELLO 3: the same login in RESP2's words, and nothing of it lost. */
import assert from "node:assert/strict";
import { ReplyError } from "../../mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, created, failureOf, freshKey, watchedPlatform } from "./opened.ts";
import { startScripted } from "./peers.ts";
import { refusals, refusalsForGood } from "./refusals.ts";

const PASSWORD = "a secret";
const login = { username: "app", password: PASSWORD, clientName: "worker-1", database: 3 };

const helloRefusals = [
  "-ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'app' \r\n",
  "-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, \r\n",
  "-NOPROTO unsupported protocol version\r\n",
  "-NOPERM this user has no permissions to run the 'hello' command\r\n",
];

for (const refusal of helloRefusals) {
  test(`fall-back: after "${refusal.slice(0, 24)}…" user, password, name and database are said in RESP2's words`, async (t) => {
    let isIn = false;
    const server = await startScripted(t, (words) => {
      if (words[0] === "HELLO") return refusal;
      if (words[0] === "AUTH") isIn = true;
      if (!isIn) return "-NOAUTH Authentication required.\r\n";
      return words[0] === "ECHO" ? `$${words[1].length}\r\n${words[1]}\r\n` : undefined;
    });
    const redis = await connected(t, { host: server.host, port: server.port, ...login });
    assert.equal(await redis.echo("hello"), "hello");
    const from = server.commands.findIndex(([name]) => name === "AUTH");
    const said = server.commands.slice(from);
    assert.deepEqual(said[0], ["AUTH", "app", PASSWORD]);
    assert.deepEqual(said[1], ["CLIENT", "SETNAME", "worker-1"]);
    assert.deepEqual(said.slice(-3), [["SELECT", "3"], ["PING"], ["ECHO", "hello"]]);
    assert.deepEqual(server.commands[0], ["HELLO", "3", "AUTH", "app", PASSWORD, "SETNAME", "worker-1"]);
  });
}

test("fall-back: a password without a user is said as servers before 6.0 know it", async (t) => {
  const server = await startScripted(t, ([name]) => name === "HELLO" ? helloRefusals[0] : undefined);
  await connected(t, { host: server.host, port: server.port, password: PASSWORD });
  assert.deepEqual(server.commands.filter(([name]) => name === "AUTH"), [["AUTH", PASSWORD]]);
});

test("fall-back: protocol 2 never says HELLO", async (t) => {
  const server = await startScripted(t, () => undefined);
  await connected(t, { host: server.host, port: server.port, protocol: 2, ...login });
  assert.deepEqual(server.commands[0], ["AUTH", "app", PASSWORD]);
  assert.equal(server.commands.some(([name]) => name === "HELLO"), false);
  assert.deepEqual(server.commands.at(-1), ["PING"]);
});

test("fall-back: after it, and with protocol 2, all is said in one write", async (t) => {
  for (const [protocol, count] of [[2, 1], [3, 2]] as const) {
    const { platform, writes } = await watchedPlatform();
    const server = await startScripted(t, ([name]) => name === "HELLO" ? helloRefusals[0] : undefined);
    await connected(t, { host: server.host, port: server.port, protocol, platform, ...login });
    assert.equal(writes.length, count);
  }
});

for (const protocol of [2, 3] as const) {
  test(`fall-back: one who refuses HELLO and says +OK to everything else is no server, protocol ${protocol}`, async (t) => {
    const server = await startScripted(t, ([name]) => name === "HELLO" ? helloRefusals[0] : "+OK\r\n");
    const where = { host: server.host, port: server.port, protocol, ...login };
    for (const error of await refusals(t, where)) {
      const why = "its answer to PING is not that of a Redis or Valkey server";
      assert.equal(error.message, `Cannot connect to "${server.host}:${server.port}": ${why}`);
    }
    await failureOf(created(t, { ...where, timeoutMs: 100 }).echo("hello"));
    assert.equal(server.commands.some(([name]) => name === "ECHO"), false);
  });

  test(`fall-back: a server that refuses PING is one, protocol ${protocol}`, async (t) => {
    const server = await startScripted(t, ([name, text]) => {
      if (name === "HELLO") return helloRefusals[0];
      if (name === "PING") return "-NOPERM this user has no permissions to run the 'ping' command\r\n";
      return name === "ECHO" ? `+${text}\r\n` : undefined;
    });
    const redis = await connected(t, { host: server.host, port: server.port, protocol });
    assert.equal(await redis.echo("hello"), "hello");
  });
}

test("fall-back: a wrong password is refused after the fall-back too", async (t) => {
  const server = await startScripted(t, ([name]) => {
    if (name === "HELLO") return helloRefusals[0];
    return name === "AUTH" ? "-WRONGPASS invalid username-password pair\r\n" : undefined;
  });
  const redis = created(t, { host: server.host, port: server.port, ...login });
  const error = await failureOf(redis.echo("hello"));
  assert.equal(error.name, "ConnectionError");
  assert.match(error.message, new RegExp(`"127.0.0.1:${server.port}": the server refused: WRONGPASS`));
});

const servers = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of serverKinds) {
    servers.set(kind, await startServer({ kind, args: ["--rename-command", "HELLO", ""] }));
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

for (const kind of serverKinds) {
  test(`fall-back on ${kind} without HELLO: user, password, name and database are applied`, async (t) => {
    const { url, host, port } = servers.get(kind)!;
    const admin = await connected(t, url);
    await admin.call("ACL", "SETUSER", "app", "reset", "on", `>${PASSWORD}`, "~*", "+@all");
    const redis = await connected(t, { host, port, ...login });
    const { name, db, user, resp } = await redis.clientInfo();
    // Redis 7.0 does not say which protocol a connection speaks.
    assert.deepEqual({ name, db, user, resp: resp ?? "2" }, { name: "worker-1", db: "3", user: "app", resp: "2" });

    const key = freshKey();
    await redis.hset(key, { a: "1", b: "2" });
    assert.deepEqual(await redis.hgetall(key), { a: "1", b: "2" });
    assert.equal(await admin.exists(key), 0);
  });

  test(`fall-back on ${kind} without HELLO: the default user's password is applied`, async (t) => {
    const { url, host, port } = servers.get(kind)!;
    const admin = await connected(t, url);
    await admin.configSet({ requirepass: PASSWORD });
    const redis = await connected(t, { host, port, password: PASSWORD });
    t.defer(() => redis.configSet({ requirepass: "" }));
    assert.equal(await redis.ping(), "PONG");
    for (const protocol of [3, 2] as const) {
      const where = { host, port, protocol };
      for (const error of await refusalsForGood(t, where)) {
        assert.match(error.message, /: the server wants a password: NOAUTH /);
        assert.ok(error.cause instanceof ReplyError);
        assert.equal(error.cause.code, "NOAUTH");
      }
    }
  });
}
