/** Calls without a connection: they wait in their order, within bounds, or not at all. */
import assert from "node:assert/strict";
import { ConnectionError } from "../../src/errors.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { connected, type Scene, scene, type SceneOptions, welcome } from "../support/connected.ts";
import { words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { commandText } from "../support/wire.ts";

const GET_A = commandText("GET", "a");
const GET_B = commandText("GET", "b");
const WRONG = words("GET", undefined as unknown as string);
const FULL = 'Cannot send GET: there is no connection to "host:6379", and maxQueued or maxQueuedBytes is reached';
const OFFLINE = 'Cannot send GET: there is no connection to "host:6379", and calls do not wait for one';

/** A connection that was lost and waits to be dialled again. */
async function offline(options: SceneOptions = {}): Promise<Scene> {
  const all = await connected({ reconnect: {}, ...options });
  all.stream.end(new Error("cut"));
  await turn();
  return all;
}

test("backlog: calls wait without dialling earlier, and leave in their order in one write", async () => {
  const all = await offline();
  const { connection, clock, platform } = all;
  const replies: Promise<unknown>[] = [];
  for (let tick = 0; tick < 3; tick++) {
    replies.push(connection.send(words("GET", "a")), connection.sendAll([words("GET", "b"), words("GET", "a")]));
    await turn();
  }
  await clock.advance(49);
  assert.equal(platform.dials.length, 1);
  await clock.advance(1);
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, [(GET_A + GET_B + GET_A).repeat(3)]);
  stream.send(Array.from({ length: 9 }, (_, i) => `:${i}\r\n`).join(""));
  assert.deepEqual(await Promise.all(replies), [0, [1, 2], 3, [4, 5], 6, [7, 8]]);
  connection.destroy();
});

test("backlog: calls of the dial and of the handshake leave behind it, in one write", async () => {
  const all = scene();
  const replies = [all.connection.send(words("GET", "a"))];
  await turn();
  replies.push(all.connection.send(words("GET", "b")));
  all.platform.last.accept();
  await turn();
  replies.push(all.connection.send(words("GET", "a")));
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, [GET_A + GET_B + GET_A]);
  stream.send(":1\r\n:2\r\n:3\r\n");
  assert.deepEqual(await Promise.all(replies), [1, 2, 3]);
});

const bounds: [name: string, options: SceneOptions][] = [
  ["maxQueued", { maxQueued: 2 }],
  ["maxQueuedBytes", { maxQueuedBytes: 2 * GET_A.length }],
];

for (const [name, options] of bounds) {
  test(`backlog: a call beyond ${name} fails at once, and those before it are answered`, async () => {
    const all = await offline(options);
    const replies = [all.connection.send(words("GET", "a")), all.connection.sendAll([words("GET", "b")])];
    const refused = [all.connection.send(words("GET", "c")), all.connection.sendAll([words("GET", "c")])];
    for (const promise of refused) {
      const error = await errorOf(promise);
      assert.equal(error.constructor, ConnectionError);
      assert.equal(error.message, FULL);
      assert.equal(error.maybeApplied, false);
      assert.equal((error.cause as Error).message, 'Lost the connection to "host:6379": cut');
    }
    await all.clock.advance(50);
    const stream = await welcome(all);
    assert.deepEqual(stream.writes, [GET_A + GET_B]);
    stream.send(":1\r\n:2\r\n");
    assert.deepEqual(await Promise.all(replies), [1, [2]]);
    all.connection.destroy();
  });

  test(`backlog: room within ${name} is there again after calls have left, and after one was given up`, async () => {
    const all = await offline(options);
    for (let round = 0; round < 3; round++) {
      const { signal, abort } = aborter();
      const waiting = [
        all.connection.send(words("GET", "a"), { ...PLAIN_CALL, signal }),
        all.connection.send(words("GET", "b")),
      ];
      assert.equal((await errorOf(all.connection.send(words("GET", "c")))).message, FULL);
      abort();
      assert.equal((await errorOf(waiting[0])).name, "AbortError");
      const late = all.connection.send(words("GET", "a"));
      assert.equal(await stateOf(late), "waiting");
      await all.clock.advance(50);
      const stream = await welcome(all);
      assert.deepEqual(stream.writes, [GET_B + GET_A]);
      stream.send(":1\r\n:2\r\n");
      assert.deepEqual(await Promise.all([waiting[1], late]), [1, 2]);
      await all.clock.advance(60_000);
      stream.end(new Error("cut"));
      await turn();
    }
    all.connection.destroy();
  });
}

function aborter(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test("backlog: a batch counts as one call, and as all its bytes", async () => {
  const three = [words("GET", "a"), words("GET", "b"), words("GET", "c")];
  const one = await offline({ maxQueued: 1 });
  assert.equal(await stateOf(one.connection.sendAll(three)), "waiting");
  const other = await offline({ maxQueuedBytes: 3 * GET_A.length - 1 });
  const refused = other.connection.sendAll(three);
  assert.equal((await errorOf(refused)).message, FULL);
  assert.equal(await stateOf(other.connection.sendAll(three.slice(1))), "waiting");
  for (const { connection } of [one, other]) connection.destroy();
});

test("backlog: with no room at all every call fails at once, and the connection comes back for later ones", async () => {
  const all = scene({ reconnect: {}, maxQueued: 0 });
  assert.equal((await errorOf(all.connection.send(words("GET", "a")))).message, FULL);
  await welcome(all);
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  all.platform.last.stream.send(":1\r\n");
  assert.equal(await reply, 1);
  all.connection.destroy();
});

test("backlog: the bounds are not for calls that a connection holds back", async () => {
  const { connection, stream } = await connected({ maxQueued: 1, maxQueuedBytes: 1, enableOfflineQueue: false });
  stream.takes = false;
  const replies = [connection.send(words("GET", "a"))];
  await turn();
  for (let i = 0; i < 5; i++) replies.push(connection.send(words("GET", "b")));
  await turn();
  stream.drain();
  await turn();
  assert.deepEqual(stream.writes, [GET_A, GET_B.repeat(5)]);
  stream.send(":1\r\n".repeat(6));
  assert.deepEqual(await Promise.all(replies), [1, 1, 1, 1, 1, 1]);
});

test("backlog: when calls are not to wait they fail at once with the last failure, and it dials all the same", async () => {
  const all = scene({ reconnect: {}, enableOfflineQueue: false });
  const first = await errorOf(all.connection.send(words("GET", "a")));
  assert.equal(first.constructor, ConnectionError);
  assert.equal(first.message, OFFLINE);
  assert.equal(first.maybeApplied, false);
  assert.equal(all.platform.dials.length, 1);
  assert.equal((await errorOf(all.connection.sendAll([words("GET", "a"), words("SET", "b")]))).message, OFFLINE);
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, []);
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  stream.end(new Error("cut"));
  const error = await errorOf(all.connection.send(words("GET", "a")));
  assert.equal((error.cause as Error).message, 'Lost the connection to "host:6379": cut');
  all.connection.destroy();
});

test("backlog: a wrong word is a TypeError at once, and what waits beside it is not touched", async () => {
  for (const options of [{}, { maxQueuedBytes: 2 * GET_A.length }]) {
    const all = await offline(options);
    const before = all.connection.send(words("GET", "a"));
    const wrong = [all.connection.send(WRONG), all.connection.sendAll([words("GET", "x"), WRONG, words("GET", "y")])];
    for (const promise of wrong) assert.ok(await errorOf(promise) instanceof TypeError);
    const after = all.connection.send(words("GET", "b"));
    await all.clock.advance(50);
    const stream = await welcome(all);
    assert.deepEqual(stream.writes, [GET_A + GET_B]);
    stream.send(":1\r\n:2\r\n");
    assert.deepEqual(await Promise.all([before, after]), [1, 2]);
    all.connection.destroy();
  }
});

test("backlog: a call whose time is over is not sent, and the last failure is why", async () => {
  const all = await offline({ timeoutMs: 60 });
  const early = all.connection.send(words("GET", "a"));
  await all.clock.advance(30);
  const late = all.connection.send(words("GET", "b"));
  await all.clock.advance(20);
  all.platform.last.refuse(new Error("no route"));
  await all.clock.advance(10);
  const error = await errorOf(early);
  assert.equal(error.name, "TimeoutError");
  assert.equal((error.cause as Error).message, 'Cannot connect to "host:6379": no route');
  assert.equal(await stateOf(late), "waiting");
  all.connection.destroy();
  assert.equal((await errorOf(late)).name, "ClosedError");
});

test("backlog: calls that were given up leave nothing behind that is sent", async () => {
  const all = await offline({ timeoutMs: 40 });
  const given = [all.connection.send(words("SET", "a")), all.connection.sendAll([words("SET", "b")])];
  await all.clock.advance(40);
  for (const promise of given) assert.equal((await errorOf(promise)).name, "TimeoutError");
  assert.equal(all.connection.waiting, 0);
  await all.clock.advance(10);
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, []);
  all.connection.destroy();
});

test("backlog: 20,000 calls wait and are answered in their order", { timeoutMs: 30_000 }, async () => {
  const all = await offline();
  const replies = Array.from({ length: 20_000 }, (_, i) => all.connection.send(words("ECHO", `${i}`)));
  await all.clock.advance(50);
  const stream = await welcome(all);
  assert.equal(stream.writes.length, 1);
  stream.send(replies.map((_, i) => `:${i}\r\n`).join(""));
  assert.deepEqual(await Promise.all(replies), replies.map((_, i) => i));
  all.connection.destroy();
});
