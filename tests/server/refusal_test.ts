/** Connections that do not come about: one clear error, in time, with host and port and without the password. */
import assert from "node:assert/strict";
import { connect as dial, type Socket } from "node:net";
import process from "node:process";
import { type Client, connect, type ConnectOptions, ReplyError, TimeoutError } from "../../mod.ts";
import { afterAll, beforeAll, type Context, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, created, failureOf } from "./opened.ts";
import { closedPort, startPeer, startScripted } from "./peers.ts";
import { refusalInTime, refusals, refusalsAtOnce, refusalsForGood, showsNone } from "./refusals.ts";

// Put together at run time: a runner that prints source beside an error must not be what shows it.
const PASSWORD = ["s3cret", "p@ss/word"].join("-");
const WRONG = ["wr0ng", "p@ss/word"].join("-");

const guarded = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of serverKinds) guarded.set(kind, await startServer({ kind, password: PASSWORD }));
});
afterAll(async () => {
  for (const server of guarded.values()) await server.stop();
});

const users = [{ password: WRONG }, { username: "nobody", password: WRONG }, { username: "default", password: "" }];

for (const kind of serverKinds) {
  for (const protocol of [3, 2] as const) {
    for (const user of users) {
      const name = user.username === undefined ? "a wrong password" : `the wrong user ${user.username}`;
      test(`refused by ${kind}, protocol ${protocol}: ${name}`, async (t) => {
        const { host, port } = guarded.get(kind)!;
        for (const error of await refusalsForGood(t, { host, port, protocol, clientName: "n", database: 1, ...user })) {
          assert.match(error.message, /: the server refused: WRONGPASS /);
          assert.ok(error.cause instanceof ReplyError);
          assert.equal(error.cause.code, "WRONGPASS");
        }
      });
    }
  }

  for (const protocol of [3, 2] as const) {
    for (const wishes of [{}, { clientName: "n", database: 1 }]) {
      const how = "database" in wishes ? ", though a name and a database are wished" : "";
      test(`refused by ${kind}, protocol ${protocol}: no password where one is wanted${how}`, async (t) => {
        const { host, port } = guarded.get(kind)!;
        for (const error of await refusalsForGood(t, { host, port, protocol, ...wishes })) {
          assert.match(error.message, /: the server wants a password: NOAUTH /);
          assert.ok(error.cause instanceof ReplyError);
          assert.equal(error.cause.code, "NOAUTH");
        }
      });
    }
  }

  test(`refused by ${kind}: a database that it does not have`, async (t) => {
    const { host, port } = guarded.get(kind)!;
    for (const error of await refusalsForGood(t, { host, port, password: PASSWORD, database: 9_999 })) {
      assert.match(error.message, /: the server refused: ERR .*out of range/);
    }
  });

  test(`refused by ${kind}: one client more than it takes`, async (t) => {
    const server = await startServer({ kind, args: ["--maxclients", "1"] });
    t.defer(() => server.stop());
    const first = await connected(t, server.url);
    // Often, as the server hangs up right after its refusal: which of the two is seen first must not matter.
    const { host, port } = server;
    const full = /: the server refused: ERR max number of clients reached$/;
    for (let round = 0; round < 20; round++) {
      for (const error of await refusalsAtOnce(t, { host, port })) assert.match(error.message, full);
    }
    assert.match((await refusalInTime(t, { host, port })).message, full);
    assert.equal(await first.ping(), "PONG");

    const waiting = created(t, { host, port });
    const call = waiting.ping();
    await new Promise((refused) => waiting.on("reconnecting", refused));
    await first.close();
    assert.equal(await call, "PONG");
  });
}

test("refused: a wrong password in a URL shows in no error", async () => {
  const { host, port } = guarded.get("redis7")!;
  const error = await failureOf(connect(`redis://nobody:${encodeURIComponent(WRONG)}@${host}:${port}/1`));
  assert.match(error.message, new RegExp(`^Cannot connect to "${host}:${port}": the server refused: WRONGPASS `));
  showsNone(error, [WRONG]);
  const bad = await failureOf(connect(`redis://nobody:${encodeURIComponent(WRONG)}@${host}:${port}port`));
  assert.equal(bad.name, "TypeError");
  showsNone(bad, [WRONG]);
});

test("refused: a client tries again at its next call, and is let in when it can be", async (t) => {
  const { host, port } = guarded.get("redis7")!;
  const admin = await connected(t, { host, port, password: PASSWORD });
  await admin.call("ACL", "DELUSER", "late");
  const redis = created(t, { host, port, username: "late", password: WRONG });
  assert.match((await failureOf(redis.ping())).message, /WRONGPASS/);
  await admin.call("ACL", "SETUSER", "late", "on", `>${WRONG}`, "~*", "+@all");
  assert.equal(await redis.ping(), "PONG");
});

test("unreachable: nobody listens on the port", async (t) => {
  const port = await closedPort(t);
  for (const error of await refusals(t, { host: "127.0.0.1", port })) {
    assert.match(error.message, /: nobody listens there \(ECONNREFUSED\)$/);
    assert.equal(error instanceof TimeoutError, false);
  }
});

test("unreachable: there is no such unix socket", async (t) => {
  const path = "/tmp/respwire-no-such.sock";
  for (const error of await refusals(t, { path })) assert.match(error.message, /ENOENT/);
});

test("unreachable: there is no such host", async (t) => {
  const where = { host: "no-such-host.invalid", port: 6379, connectTimeoutMs: 1_500, timeoutMs: 2_000 };
  await refusals(t, where);
});

const SHORT_MS = 150;

/** All errors are timeouts of the connecting, and came no sooner and not much later than they should. */
async function timeouts(t: Context, where: ConnectOptions): Promise<void> {
  const start = performance.now();
  for (const error of await refusals(t, { ...where, connectTimeoutMs: SHORT_MS })) {
    assert.ok(error instanceof TimeoutError);
    assert.match(error.message, new RegExp(`: no answer within ${SHORT_MS} ms$`));
  }
  const took = performance.now() - start;
  assert.ok(took > SHORT_MS - 10 && took < SHORT_MS + 1_000, `it took ${took} ms`);
}

test("no answer: a peer that takes the connection and says nothing", async (t) => {
  const peer = await startPeer(t, (socket) => socket.resume());
  await timeouts(t, { host: peer.host, port: peer.port });
});

test("no answer: a peer that takes TLS' first words and says nothing", async (t) => {
  const peer = await startPeer(t, (socket) => socket.resume());
  await timeouts(t, { host: peer.host, port: peer.port, tls: true });
});

test("no answer: a peer that says the first half of a greeting", async (t) => {
  const peer = await startPeer(t, (socket) => socket.write("%7\r\n$6\r\nserver\r\n"));
  await timeouts(t, { host: peer.host, port: peer.port });
});

test("no answer: a host that does not even take the connection", async (t) => {
  const server = await startServer({ args: ["--tcp-backlog", "1"] });
  t.defer(() => server.stop());
  process.kill(server.pid, "SIGSTOP");
  // A stopped process takes none, and when its queue is full the system drops those that come.
  for (let taken = true; taken;) taken = await fill(t, server.port);
  await timeouts(t, { host: server.host, port: server.port });
});

/** Opens a connection and keeps it; false when it was not taken for a while. */
function fill(t: Context, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket: Socket = dial({ host: "127.0.0.1", port });
    const timer = setTimeout(() => done(false), 300);
    socket.once("connect", () => {
      clearTimeout(timer);
      done(true);
    });
    socket.on("error", () => {});
    t.defer(() => socket.destroy());
  });
}

const NO_SERVER = /no Redis or Valkey server|is not that of a Redis or Valkey server/;

/**
 * What answers in place of a server: at once, or to every line that it is sent. In RESP2 some refuse a login in a
 * server's own form.
 */
const others: readonly (readonly [string, { greets?: string; answers?: string; refuses?: RegExp }])[] = [
  ["an HTTP server", { answers: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" }],
  ["an SMTP server", { greets: "220 mail.example ESMTP ready\r\n", answers: "500 what\r\n" }],
  ["an SMTP server that says yes to everything", { answers: "250 OK\r\n" }],
  ["an SSH server", { greets: "SSH-2.0-OpenSSH_9.2p1\r\n" }],
  ["an IMAP server", { greets: "* OK [CAPABILITY IMAP4rev1] ready\r\n" }],
  ["a POP3 server", { greets: "+OK ready\r\n", answers: "-ERR what\r\n", refuses: /: the server refused: ERR what$/ }],
  ["a POP3 server that says yes to everything", { greets: "+OK ready\r\n", answers: "+OK\r\n" }],
  ["a peer that says +OK to everything", { answers: "+OK\r\n" }],
  ["a memcached server", { answers: "ERROR\r\nERROR\r\n" }],
  ["a peer that answers with what is no line", { answers: "\0\x01\x02\x03\r\n" }],
  ["a peer that answers with an endless line", { answers: "+" + "x".repeat(100_000) }],
];

for (const protocol of [3, 2] as const) {
  for (const [name, { greets, answers, refuses }] of others) {
    test(`not Redis, protocol ${protocol}: ${name}`, async (t) => {
      const peer = await startPeer(t, (socket) => {
        if (greets !== undefined) socket.write(greets, "latin1");
        socket.setEncoding("latin1");
        socket.on("data", (text: string) => {
          if (answers !== undefined) socket.write(answers.repeat(text.split("\r\n").length - 1), "latin1");
        });
      });
      const { host, port } = peer;
      async function isTold(wishes: ConnectOptions): Promise<void> {
        const isRefusal = protocol === 2 && refuses !== undefined && wishes.password !== undefined;
        const refuse = isRefusal ? refusalsForGood : refusals;
        for (const error of await refuse(t, { host, port, protocol, ...wishes })) {
          assert.equal(error instanceof TimeoutError, false);
          assert.match(error.message, isRefusal ? refuses : NO_SERVER);
        }
      }
      await Promise.all([{}, { password: PASSWORD, clientName: "n", database: 1 }].map(isTold));
    });
  }
}

test("not Redis: a peer that hangs up at once", async (t) => {
  const peer = await startPeer(t, (socket) => socket.end());
  await refusals(t, { host: peer.host, port: peer.port });
});

test("not Redis: a peer that resets the connection at once", async (t) => {
  const peer = await startPeer(t, (socket) => socket.destroy());
  await refusals(t, { host: peer.host, port: peer.port });
});

test("not Redis: a peer that hangs up in the middle of its greeting", async (t) => {
  const peer = await startPeer(t, (socket) => socket.end("%7\r\n$6\r\nserver\r\n"));
  await refusals(t, { host: peer.host, port: peer.port });
});

test("a plain port that is spoken to in TLS", async (t) => {
  const { host, port } = guarded.get("redis7")!;
  await refusals(t, { host, port, tls: true, connectTimeoutMs: SHORT_MS });
});

test("all calls that wait for a connection get the same refusal, and none is kept for later", async (t) => {
  const asked: string[][] = [];
  const server = await startScripted(t, (words) => {
    asked.push(words);
    return words[0] === "HELLO" ? "-WRONGPASS invalid username-password pair\r\n" : undefined;
  });
  const redis: Client = created(t, server.url);
  const calls = Array.from({ length: 100 }, (_, index) => failureOf(redis.echo(index)));
  for (const error of await Promise.all(calls)) assert.match(error.message, /WRONGPASS/);
  assert.equal(server.sockets.length, 1);
  assert.equal(asked.some(([name]) => name === "ECHO"), false);
});
