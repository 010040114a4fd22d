/** One connection: what is dialled and written when, who is told of a loss, and what follows it. */
import assert from "node:assert/strict";
import { ConnectionError, ProtocolError, type ReplyError, TimeoutError } from "../../src/errors.ts";
import { CONNECT_MS, connected, endpointScene, scene, welcome } from "../support/connected.ts";
import { HELLO, RESP2_HELLO, WELCOME, WELCOMED, words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf, withoutName } from "../support/outcome.ts";
import { commandText } from "../support/wire.ts";

const GET_A = commandText("GET", "a");
const GET_B = commandText("GET", "b");
const WRONG = words("GET", undefined as unknown as string);

test("connection: nothing is dialled before the first call", async () => {
  const { platform, clock } = scene();
  await turn();
  assert.equal(platform.dials.length, 0);
  assert.equal(clock.pending, 0);
});

test("connection: the first call dials, says the handshake, and leaves after it", async () => {
  const all = scene();
  const reply = all.connection.send(words("GET", "a"));
  const stream = await welcome(all);
  assert.deepEqual(all.platform.last.target, { host: "host", port: 6379 });
  assert.deepEqual(stream.writes, [GET_A]);
  stream.send("$1\r\nA\r\n");
  assert.equal(await reply, "A");
  assert.equal(all.clock.pending, 0);
});

test("connection: all calls of one tick leave in one write", async () => {
  const { connection, stream } = await connected();
  const replies = [connection.send(words("GET", "a")), connection.send(words("GET", "b"))];
  const list = connection.sendAll([words("GET", "a"), words("GET", "b")]);
  assert.deepEqual(stream.writes, []);
  await turn();
  assert.deepEqual(stream.writes, [GET_A + GET_B + GET_A + GET_B]);
  stream.send(":1\r\n:2\r\n:3\r\n:4\r\n");
  assert.deepEqual(await Promise.all([...replies, list]), [1, 2, [3, 4]]);
  const later = connection.send(words("GET", "a"));
  await turn();
  assert.deepEqual(stream.writes.slice(1), [GET_A]);
  stream.send(":5\r\n");
  assert.equal(await later, 5);
});

test("connection: a list without commands gives no replies and does not dial", async () => {
  const { endpoint, platform } = endpointScene();
  assert.deepEqual(await endpoint.sendAll([]), []);
  assert.equal(platform.dials.length, 0);
});

test("connection: a list of commands may be changed as soon as the call has returned", async () => {
  for (const change of [[], [words("X")], [words("X"), words("Y"), words("Z")]]) {
    const { connection, stream } = await connected();
    const list = [words("GET", "a"), words("GET", "b")];
    const replies = connection.sendAll(list);
    const next = connection.send(words("GET", "a"));
    list.splice(0, 2, ...change);
    await turn();
    assert.deepEqual(stream.writes, [GET_A + GET_B + GET_A]);
    stream.send(":1\r\n:2\r\n:3\r\n");
    assert.deepEqual(await Promise.all([replies, next]), [[1, 2], 3]);
  }
});

test("connection: a wrong word rejects its call alone", async () => {
  const { connection, stream } = await connected();
  const before = connection.send(words("GET", "a"));
  const wrong = errorOf(connection.send(WRONG));
  const list = errorOf(connection.sendAll([words("GET", "x"), WRONG, words("GET", "y")]));
  const after = connection.send(words("GET", "b"));
  assert.ok(await wrong instanceof TypeError);
  assert.ok(await list instanceof TypeError);
  assert.deepEqual(stream.writes, [GET_A + GET_B]);
  stream.send(":1\r\n:2\r\n");
  assert.deepEqual(await Promise.all([before, after]), [1, 2]);
});

test("connection: connect() twice shares one dial, and so do calls", async () => {
  const all = scene();
  const first = all.connection.connect();
  const second = all.connection.connect();
  const reply = all.connection.send(words("GET", "a"));
  const stream = await welcome(all);
  await Promise.all([first, second, all.connection.connect()]);
  assert.equal(all.platform.dials.length, 1);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
});

test("connection: the handshake that falls back leaves in a second write, before any call", async () => {
  const all = scene();
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  const { stream, accept } = all.platform.last;
  accept();
  await turn();
  stream.send("-ERR unknown command 'HELLO'\r\n-ERR no\r\n-ERR no\r\n");
  await turn();
  assert.deepEqual(stream.writes, [HELLO, RESP2_HELLO]);
  stream.send("-ERR no\r\n-ERR no\r\n+PONG\r\n");
  await turn();
  assert.deepEqual(stream.writes.slice(2), [GET_A]);
  stream.send("$1\r\nA\r\n");
  assert.equal(await reply, "A");
});

// ---- the limit on connecting

const stages: [name: string, reach: (all: ReturnType<typeof scene>) => Promise<void>][] = [
  ["the dial", () => turn()],
  ["the handshake", async ({ platform }) => {
    await turn();
    platform.last.accept();
    await turn();
    platform.last.stream.send(WELCOME);
  }],
];

for (const [name, reach] of stages) {
  test(`connection: a limit that passes during ${name} is a TimeoutError that names the node`, async () => {
    const all = scene();
    const ready = all.connection.connect();
    const reply = all.connection.send(words("SET", "a"));
    await all.clock.advance(CONNECT_MS / 2);
    await reach(all);
    await all.clock.advance(CONNECT_MS / 2 - 1);
    assert.equal(await stateOf(ready), "waiting");
    await all.clock.advance(1);
    for (const promise of [ready, reply]) {
      const error = await errorOf(promise);
      assert.ok(error instanceof TimeoutError);
      assert.equal(error.message, `Cannot connect to "host:6379": no answer within ${CONNECT_MS} ms`);
      assert.equal(error.maybeApplied, false);
    }
    assert.equal(all.platform.last.signal?.aborted || all.platform.last.stream.closed, true);
    assert.equal(all.clock.pending, 0);
  });
}

test("connection: a stream that comes after the limit is closed, and the next call dials anew", async () => {
  const all = scene();
  all.platform.heeds = false;
  const late = all.connection.connect();
  await turn();
  await all.clock.advance(CONNECT_MS);
  assert.ok(await errorOf(late) instanceof TimeoutError);
  const reply = all.connection.send(words("GET", "a"));
  all.platform.dials[0].accept();
  await turn();
  assert.equal(all.platform.dials[0].stream.closed, true);
  assert.deepEqual(all.platform.dials[0].stream.writes, []);
  assert.equal(all.platform.dials.length, 2);
  const stream = await welcome(all);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
});

test("connection: a limit that passes after the handshake does nothing", async () => {
  const { connection, clock, stream } = await connected();
  const reply = connection.send(words("GET", "a"));
  await clock.advance(10 * CONNECT_MS);
  assert.equal(await stateOf(reply), "waiting");
  assert.equal(stream.closed, false);
});

// ---- refusals

test("connection: a dial that is refused fails what waits, and the next call dials anew", async () => {
  const all = scene();
  const ready = all.connection.connect();
  const replies = [all.connection.send(words("SET", "a")), all.connection.sendAll([words("SET", "b")])];
  await turn();
  const cause = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });
  all.platform.last.refuse(cause);
  for (const promise of [ready, ...replies]) {
    const error = await errorOf(promise);
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.message, 'Cannot connect to "host:6379": nobody listens there (ECONNREFUSED)');
    assert.equal(error.maybeApplied, false);
    assert.equal(error.cause, cause);
  }
  assert.equal(all.clock.pending, 0);
  const again = all.connection.connect();
  await welcome(all);
  await again;
  assert.equal(all.platform.dials.length, 2);
});

test("connection: a platform that cannot be loaded fails what waits", async () => {
  const { connection, clock } = scene({ load: () => Promise.reject(new Error("no sockets here")) });
  assert.equal((await errorOf(connection.connect())).message, 'Cannot connect to "host:6379": no sockets here');
  await connection.close();
  assert.equal(clock.pending, 0);
});

const refusals: [name: string, says: string, message: RegExp, type: typeof ConnectionError][] = [
  ["a wrong password", "-WRONGPASS invalid\r\n", /the server refused: WRONGPASS invalid$/, ConnectionError],
  ["a password that is wanted", "-NOAUTH HELLO\r\n", /the server wants a password: NOAUTH HELLO$/, ConnectionError],
  [
    "too many clients",
    "-ERR max number of clients reached\r\n",
    /: ERR max number of clients reached$/,
    ConnectionError,
  ],
  ["no Redis", "HTTP/1.1 400 Bad Request\r\n", /what answers is no Redis or Valkey server$/, ProtocolError],
  ["another server", "+OK\r\n", /its answer to HELLO is not that of a Redis or Valkey server$/, ConnectionError],
];

for (const [name, says, message, type] of refusals) {
  test(`connection: a handshake that ends over ${name} fails what waits and closes the stream`, async () => {
    const all = scene();
    const ready = all.connection.connect();
    const reply = all.connection.send(words("SET", "a"));
    await turn();
    const { stream, accept } = all.platform.last;
    accept();
    await turn();
    stream.send(says);
    stream.end();
    for (const promise of [ready, reply]) {
      const error = await errorOf(promise);
      assert.equal(error.constructor, type);
      assert.match(error.message, /^Cannot connect to "host:6379": /);
      assert.match(error.message, message);
      assert.equal(error.maybeApplied, false);
    }
    assert.equal(stream.closed, true);
    assert.deepEqual(stream.writes, [HELLO]);
  });
}

for (const more of ["+OK\r\n", "+O", "nonsense\r\n"]) {
  test(`connection: a handshake that is over and goes on with ${JSON.stringify(more)} fails what waits`, async () => {
    const all = scene();
    const ready = all.connection.connect();
    const reply = all.connection.send(words("SET", "a"));
    await turn();
    const { stream, accept } = all.platform.last;
    accept();
    await turn();
    stream.send(WELCOMED + more);
    for (const promise of [ready, reply]) {
      const error = await errorOf(promise);
      assert.ok(error instanceof ProtocolError);
      assert.equal(
        error.message,
        'Cannot connect to "host:6379": what answers is no Redis or Valkey server',
      );
      assert.equal(error.maybeApplied, false);
    }
    assert.equal(stream.closed, true);
    assert.deepEqual(stream.writes, [HELLO]);
    assert.equal(all.clock.pending, 0);
  });
}

test("connection: a stream that ends during the handshake fails what waits", async () => {
  const all = scene();
  const ready = all.connection.connect();
  await turn();
  all.platform.last.accept();
  await turn();
  all.platform.last.stream.end();
  assert.equal((await errorOf(ready)).message, 'Cannot connect to "host:6379": the other side closed it');
});

// ---- losses

test("connection: at a loss those calls may have been applied that had left, and the next call dials anew", async () => {
  const all = await connected();
  const { connection, stream } = all;
  const left = connection.send(words("SET", "a"));
  const list = connection.sendAll([words("SET", "b"), words("SET", "c")]);
  await turn();
  const kept = connection.send(words("SET", "d"));
  const cause = Object.assign(new Error("read failed"), { code: "ECONNRESET" });
  stream.end(cause);
  for (const [promise, maybeApplied] of [[left, true], [list, true], [kept, false]] as const) {
    const error = await errorOf(promise);
    assert.equal(error.constructor, ConnectionError);
    const why = "the other side reset the connection (ECONNRESET)";
    assert.equal(withoutName(error), `Lost the connection to "host:6379": ${why}`);
    assert.equal(error.maybeApplied, maybeApplied);
    assert.equal(error.cause, cause);
  }
  const next = connection.send(words("GET", "a"));
  const other = await welcome(all);
  assert.notEqual(other, stream);
  other.send(":1\r\n");
  assert.equal(await next, 1);
  assert.equal(all.platform.dials.length, 2);
});

test("connection: a stream that ends over a write may have sent it", async () => {
  const { connection, stream } = await connected();
  stream.onWrite = () => stream.end(new Error("broken"));
  const reply = connection.send(words("SET", "a"));
  assert.equal((await errorOf(reply)).maybeApplied, true);
});

test("connection: a stream whose write throws is lost, and the next call dials anew", async () => {
  const all = await connected();
  const planted = new Error("planted");
  all.stream.onWrite = () => {
    throw planted;
  };
  const error = await errorOf(all.connection.send(words("SET", "a")));
  assert.deepEqual([error.constructor, error.cause, error.maybeApplied], [ConnectionError, planted, true]);
  assert.equal(all.stream.closed, true);
  const next = all.connection.send(words("GET", "a"));
  const stream = await welcome(all);
  stream.send(":1\r\n");
  assert.equal(await next, 1);
});

test("connection: a call made by who is told of a loss goes over the connection that it makes", async () => {
  const told: Promise<unknown>[] = [];
  const all = await connected();
  const off = all.events.on("disconnect", () => {
    off();
    told.push(all.connection.send(words("GET", "a")));
  });
  all.stream.end();
  const stream = await welcome(all);
  stream.send(":1\r\n");
  assert.deepEqual(await Promise.all(told), [1]);
});

test("connection: what is not RESP kills the connection, and nothing later is given to anyone", async () => {
  for (const nonsense of ["nonsense\r\n", "$-2\r\n", ":1\r\n:2\r\n:3\r\n"]) {
    const { connection, stream } = await connected();
    const first = connection.send(words("GET", "a"));
    const second = connection.send(words("GET", "b"));
    await turn();
    stream.send("+first\r\n");
    assert.equal(await first, "first");
    stream.send(nonsense);
    stream.send("+late\r\n");
    const state = await stateOf(second) as { value?: unknown; error?: ProtocolError };
    if (nonsense.startsWith(":")) assert.equal(state.value, 1);
    else {
      assert.ok(state.error instanceof ProtocolError);
      assert.equal(state.error.maybeApplied, true);
      assert.match(
        state.error.message,
        /^Lost the connection to "host:6379": Cannot understand what the server sent: /,
      );
    }
    assert.equal(stream.closed, true);
  }
});

test("connection: the stream of before says nothing to the calls of now", async () => {
  const all = await connected();
  const { connection, stream } = all;
  const lost = connection.send(words("GET", "a"));
  await turn();
  stream.send("nonsense\r\n");
  const reply = connection.send(words("GET", "b"));
  stream.send("+late\r\n");
  assert.ok(await errorOf(lost) instanceof ProtocolError);
  const other = await welcome(all);
  stream.send("+late\r\n");
  stream.drain();
  assert.equal(await stateOf(reply), "waiting");
  other.send("+mine\r\n");
  assert.equal(await reply, "mine");
});

test("connection: an error of the server rejects its call, names it and its node, and the connection stays", async () => {
  const { connection, stream } = await connected();
  const refused = connection.send(words("CONFIG", "SET", "a", "b"));
  const next = connection.send(words("GET", "a"));
  await turn();
  stream.send("-ERR no such option\r\n:1\r\n");
  const error = await errorOf(refused) as ReplyError;
  assert.deepEqual([error.code, error.command, error.node], ["ERR", "CONFIG SET", "host:6379"]);
  assert.equal(await next, 1);
});
