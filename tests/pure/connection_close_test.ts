/** The end of a connection: what is waited for, how long, and what is told to those who still wait. */
import assert from "node:assert/strict";
import { ClosedError, TimeoutError } from "../../src/errors.ts";
import { CLOSE_MS, CONNECT_MS, connected, type Scene, scene, welcome } from "../support/connected.ts";
import { words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf, withoutName } from "../support/outcome.ts";

const CLOSED = 'Lost the connection to "host:6379": the client was closed before the reply came';

test("close: a connection that never dialled is closed at once", async () => {
  const { connection, platform, clock } = scene();
  await connection.close();
  await connection.close();
  assert.equal(platform.dials.length, 0);
  assert.equal(clock.pending, 0);
});

test("close: a connection without calls ends at once", async () => {
  const { connection, stream, clock } = await connected();
  const closing = connection.close();
  assert.equal(stream.closed, true);
  await closing;
  assert.equal(clock.pending, 0);
});

test("close: it waits for the replies that are due, and takes no more calls", async () => {
  const { connection, stream, clock } = await connected();
  const replies = [connection.send(words("GET", "a")), connection.sendAll([words("GET", "b"), words("GET", "c")])];
  const closing = connection.close();
  const refused = [connection.send(words("GET", "d")), connection.sendAll([words("CONFIG", "GET", "x")])];
  assert.equal((await errorOf(refused[0])).message, "Cannot send GET: the client is closed");
  assert.equal((await errorOf(refused[1])).message, "Cannot send CONFIG GET: the client is closed");
  assert.ok(await errorOf(refused[0]) instanceof ClosedError);
  assert.equal((await errorOf(refused[0])).maybeApplied, false);
  stream.send(":1\r\n:2\r\n");
  assert.equal(await stateOf(closing), "waiting");
  assert.equal(stream.closed, false);
  stream.send(":3\r\n");
  assert.deepEqual(await Promise.all(replies), [1, [2, 3]]);
  await closing;
  assert.equal(stream.closed, true);
  assert.equal(clock.pending, 0);
});

test("close: calls of the same tick still leave and are answered", async () => {
  const { connection, stream } = await connected();
  const reply = connection.send(words("GET", "a"));
  const closing = connection.close();
  await turn();
  assert.equal(stream.writes.length, 1);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  await closing;
});

test("close: at its limit those who wait are told, and the connection ends", async () => {
  const { connection, stream, clock } = await connected();
  const reply = connection.send(words("SET", "a"));
  const closing = connection.close();
  await clock.advance(CLOSE_MS - 1);
  assert.equal(await stateOf(reply), "waiting");
  await clock.advance(1);
  const error = await errorOf(reply);
  assert.ok(error instanceof ClosedError);
  assert.equal(withoutName(error), CLOSED);
  assert.equal(error.maybeApplied, true);
  await closing;
  assert.equal(stream.closed, true);
  assert.equal(clock.pending, 0);
});

test("close: it waits until the stream has ended, also at its limit", async () => {
  for (const waits of [false, true]) {
    const { connection, stream, clock } = await connected();
    stream.endsAtOnce = false;
    const told = waits ? assert.rejects(connection.send(words("SET", "a")), ClosedError) : undefined;
    const closing = connection.close();
    await clock.advance(waits ? CLOSE_MS : CLOSE_MS - 1);
    assert.equal(stream.closed, true);
    assert.equal(await stateOf(closing), "waiting");
    stream.end();
    await closing;
    await told;
    assert.equal(clock.pending, 0);
  }
});

test("close: twice is once, and both wait for the end", async () => {
  const { connection, stream, clock } = await connected();
  const reply = connection.send(words("GET", "a"));
  const closings = [connection.close(), connection.close()];
  await turn();
  assert.deepEqual(await Promise.all(closings.map(stateOf)), ["waiting", "waiting"]);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  await Promise.all(closings);
  await connection.close();
  assert.equal(clock.pending, 0);
});

test("close: while it connects it waits for the calls that were made", async () => {
  const all = scene();
  const reply = all.connection.send(words("GET", "a"));
  const closing = all.connection.close();
  const stream = await welcome(all);
  assert.equal(await stateOf(closing), "waiting");
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  await closing;
  assert.equal(all.clock.pending, 0);
});

test("close: while it connects without calls it ends at the latest when the handshake is over", async () => {
  const all = scene();
  const ready = all.connection.connect();
  const closing = all.connection.close();
  const stream = await welcome(all);
  assert.equal(stream.closed, true);
  await Promise.all([closing, ready]);
  assert.equal(all.clock.pending, 0);
});

test("close: while it dials its limit holds too", async () => {
  const all = scene();
  const reply = all.connection.send(words("SET", "a"));
  const closing = all.connection.close();
  await turn();
  await all.clock.advance(CLOSE_MS);
  const error = await errorOf(reply);
  assert.ok(error instanceof ClosedError);
  assert.equal(error.maybeApplied, false);
  assert.equal(all.platform.last.signal?.aborted, true);
  await closing;
  assert.equal(all.clock.pending, 0);
});

test("close: a dial that is refused meanwhile ends it", async () => {
  const all = scene();
  const reply = all.connection.send(words("SET", "a"));
  const closing = all.connection.close();
  await turn();
  all.platform.last.refuse(new Error("no route"));
  assert.equal((await errorOf(reply)).message, 'Cannot connect to "host:6379": no route');
  await closing;
  assert.equal(all.clock.pending, 0);
});

test("close: a connection that is lost meanwhile ends it, and those who wait are told", async () => {
  const { connection, stream, clock } = await connected();
  const reply = connection.send(words("SET", "a"));
  const closing = connection.close();
  await turn();
  stream.end();
  assert.equal(withoutName(await errorOf(reply)), 'Lost the connection to "host:6379": the other side closed it');
  await closing;
  assert.equal(clock.pending, 0);
});

test("close: after a loss it is closed at once", async () => {
  const { connection, stream, clock } = await connected();
  stream.end();
  await connection.close();
  assert.equal(clock.pending, 0);
});

test("close: it waits for a stream of before that has not ended", async () => {
  const all = scene();
  all.platform.heeds = false;
  const late = all.connection.connect();
  await turn();
  await all.clock.advance(CONNECT_MS);
  assert.ok(await errorOf(late) instanceof TimeoutError);
  const closing = all.connection.close();
  assert.equal(await stateOf(closing), "waiting");
  all.platform.last.accept();
  await closing;
  assert.equal(all.platform.last.stream.closed, true);
});

// ---- an adapter that does not heed its signal

/** Dials that are never settled, and what close() then waits for. */
const hung: [name: string, reach: (all: Scene) => Promise<unknown>][] = [
  ["that still goes on", async ({ connection }) => {
    void connection.connect().catch(() => {});
    await turn();
  }],
  ["that the limit on connecting has ended", async ({ connection, clock }) => {
    const late = connection.connect();
    await clock.advance(CONNECT_MS);
    assert.ok(await errorOf(late) instanceof TimeoutError);
  }],
  ["that the limit has ended, and a second one, on which a call waits", async ({ connection, clock }) => {
    const late = connection.connect();
    await clock.advance(CONNECT_MS);
    assert.ok(await errorOf(late) instanceof TimeoutError);
    void connection.send(words("GET", "a")).catch(() => {});
    await turn();
  }],
  ["that the limit has ended, and a connection since without calls", async (all) => {
    const late = all.connection.connect();
    await all.clock.advance(CONNECT_MS);
    assert.ok(await errorOf(late) instanceof TimeoutError);
    const ready = all.connection.connect();
    await welcome(all);
    await ready;
  }],
  ["that the limit has ended, and a connection since on which a call waits", async (all) => {
    const late = all.connection.connect();
    await all.clock.advance(CONNECT_MS);
    assert.ok(await errorOf(late) instanceof TimeoutError);
    void all.connection.send(words("GET", "a")).catch(() => {});
    await welcome(all);
  }],
  ["that was destroyed", async ({ connection }) => {
    const ready = connection.connect();
    await turn();
    connection.destroy();
    assert.ok(await errorOf(ready) instanceof ClosedError);
  }],
];

for (const [name, reach] of hung) {
  for (const times of [1, 2]) {
    const how = times === 1 ? "" : ", also by one who calls twice";
    test(`close: a dial that never ends, ${name}, is waited for as long as the limit says${how}`, async () => {
      const all = scene();
      all.platform.heeds = false;
      await reach(all);
      const closings = Array.from({ length: times }, () => all.connection.close());
      const states = (): Promise<unknown[]> => Promise.all(closings.map(stateOf));
      await all.clock.advance(CLOSE_MS - 1);
      assert.deepEqual(await states(), closings.map(() => "waiting"));
      await all.clock.advance(1);
      assert.deepEqual(await states(), closings.map(() => ({ value: undefined })));
      assert.equal(all.clock.pending, 0);
      // A stream that it gives after all is closed.
      for (const { accept } of all.platform.dials) accept();
      await turn();
      assert.deepEqual(all.platform.dials.map(({ stream }) => stream.closed), all.platform.dials.map(() => true));
      assert.equal(all.clock.pending, 0);
    });
  }
}

test("close: a platform that is never loaded is waited for as long as the limit says", async () => {
  const { connection, clock } = scene({ load: () => new Promise(() => {}) });
  const reply = connection.send(words("GET", "a"));
  const closing = connection.close();
  await clock.advance(CLOSE_MS);
  assert.ok(await errorOf(reply) instanceof ClosedError);
  assert.deepEqual(await stateOf(closing), { value: undefined });
  assert.equal(clock.pending, 0);
});

test("close: connect() after it is refused", async () => {
  const { connection } = await connected();
  await connection.close();
  const error = await errorOf(connection.connect());
  assert.ok(error instanceof ClosedError);
  assert.equal(error.message, 'Cannot connect to "host:6379": the client is closed');
});

for (const how of ["close", "destroy"] as const) {
  test(`${how}: who waits for the next dial is told that there will be none`, async () => {
    const all = await connected({ reconnect: {} });
    all.stream.end();
    await turn();
    const waiting = all.connection.connect();
    waiting.catch(() => {});
    await all.connection[how]();
    assert.ok(await errorOf(waiting) instanceof ClosedError);
    assert.deepEqual([all.platform.dials.length, all.clock.pending], [1, 0]);
  });
}

test("destroy: all who wait are told at once, whether or not their calls had left", async () => {
  const { connection, stream, clock } = await connected();
  const left = connection.send(words("SET", "a"));
  const list = connection.sendAll([words("SET", "b")]);
  await turn();
  const kept = connection.send(words("SET", "c"));
  connection.destroy();
  connection.destroy();
  assert.equal(stream.closed, true);
  for (const [promise, maybeApplied] of [[left, true], [list, true], [kept, false]] as const) {
    const error = await errorOf(promise);
    assert.ok(error instanceof ClosedError);
    assert.equal(withoutName(error), CLOSED);
    assert.equal(error.maybeApplied, maybeApplied);
  }
  assert.ok(await errorOf(connection.send(words("GET", "a"))) instanceof ClosedError);
  await connection.close();
  assert.equal(clock.pending, 0);
});

test("destroy: while it dials, all who wait are told, and the dial is called off", async () => {
  const all = scene();
  const ready = all.connection.connect();
  const reply = all.connection.send(words("SET", "a"));
  await turn();
  all.connection.destroy();
  for (const promise of [ready, reply]) {
    const error = await errorOf(promise);
    assert.ok(error instanceof ClosedError);
    assert.equal(error.maybeApplied, false);
  }
  assert.equal(all.platform.last.signal?.aborted, true);
  await all.connection.close();
  assert.equal(all.clock.pending, 0);
});

test("destroy: while it closes, all who wait are told, and close() is over", async () => {
  const { connection, clock } = await connected();
  const reply = connection.send(words("SET", "a"));
  const closing = connection.close();
  await turn();
  connection.destroy();
  assert.equal((await errorOf(reply)).maybeApplied, true);
  await closing;
  assert.equal(clock.pending, 0);
});

test("destroy: before the platform is loaded nothing is dialled", async () => {
  const all = scene();
  const reply = all.connection.send(words("SET", "a"));
  all.connection.destroy();
  assert.ok(await errorOf(reply) instanceof ClosedError);
  assert.equal(all.platform.dials.length, 0);
  await all.connection.close();
});
