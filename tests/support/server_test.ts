/** The server starter: every kind starts, answers, and leaves nothing behind. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import { test } from "./harness.ts";
import { freePort, freePorts } from "./ports.ts";
import { serverKinds, startServer } from "./server.ts";

const VERSIONS = {
  redis7: "redis_version:7.0.",
  redis8: "redis_version:8.",
  valkey8: "valkey_version:8.",
  valkey9: "valkey_version:9.",
};

for (const kind of serverKinds) {
  test(`startServer: ${kind} answers as its version on TCP and on a unix socket, and is gone after stop`, {
    timeoutMs: 40_000,
  }, async (t) => {
    const server = await startServer({ kind, unixSocket: true });
    t.defer(() => server.stop());
    assert.equal(server.url, `redis://127.0.0.1:${server.port}`);
    for (const target of [{ host: server.host, port: server.port }, { path: server.path! }]) {
      assert.ok((await exchange(target, "INFO server\r\n")).includes(VERSIONS[kind]));
    }
    await server.stop();
    assert.throws(() => process.kill(server.pid, 0), { code: "ESRCH" });
    assert.equal(existsSync(server.path!), false);
  });
}

test("startServer: a password is asked for, and escaped in the URL", { timeoutMs: 40_000 }, async (t) => {
  const server = await startServer({ password: "p@ss/word" });
  t.defer(() => server.stop());
  assert.match(await exchange(server, "PING\r\n"), /^-NOAUTH/);
  assert.match(await exchange(server, "AUTH p@ss/word\r\nPING\r\n"), /^\+OK\r\n\+PONG/);
  assert.equal(decodeURIComponent(new URL(server.url).password), "p@ss/word");
});

test("startServer: a refused argument is an error with the server's own words", { timeoutMs: 40_000 }, async () => {
  await assert.rejects(
    startServer({ args: ["--maxmemory", "lots"] }),
    /Cannot start redis7: it ended at once[^]*maxmemory/,
  );
});

test("ports: one that was given is given again only after many others, also while nobody listens on it", async () => {
  const [one, two, three] = [await freePorts(20), await freePorts(20), [await freePort()]];
  const all = [...one, ...two, ...three];
  assert.equal(new Set(all).size, 41);
  for (const port of all) assert.ok(port >= 10_000 && port < 30_000, String(port));
  // All of one block, which no other process takes ports of.
  assert.ok(Math.max(...all) - Math.min(...all) < 100, String(all));
});

test("startServer: two at once get ports of their own", { timeoutMs: 40_000 }, async (t) => {
  const servers = await Promise.all([startServer(), startServer()]);
  for (const server of servers) t.defer(() => server.stop());
  assert.notEqual(servers[0].port, servers[1].port);
});

/** Sends inline commands with a QUIT after them and gives all that came back. */
function exchange(target: { host: string; port: number } | { path: string }, lines: string): Promise<string> {
  return new Promise((done, refuse) => {
    let said = "";
    const socket = connect(
      "path" in target && target.path ? { path: target.path } : target as { host: string; port: number },
    );
    socket.setEncoding("utf8");
    socket.on("data", (text) => said += text);
    socket.once("error", refuse);
    socket.once("close", () => done(said));
    socket.write(lines + "QUIT\r\n");
  });
}
