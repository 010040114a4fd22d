/** A lost connection is made again: when, how often, what is told meanwhile, and what is final. */
import assert from "node:assert/strict";
import { ClosedError, type ConnectionError } from "../../src/errors.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { connected, type Scene, scene, type Told, welcome } from "../support/connected.ts";
import { words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf, stateOf } from "../support/outcome.ts";
import { commandText } from "../support/wire.ts";

const NO_ROUTE = 'Cannot connect to "host:6379": no route';

/** The newest dial fails. */
async function refuse({ platform }: Scene): Promise<void> {
  await turn();
  platform.last.refuse(new Error("no route"));
  await turn();
}

/** The newest dial succeeds, and the server says this in place of a welcome. */
async function greet({ platform }: Scene, says: string): Promise<void> {
  await turn();
  platform.last.accept();
  await turn();
  platform.last.stream.send(says);
  await turn();
}

/** Each try that was told: its number and the delay before it. */
function tries(told: readonly Told[]): [attempt: number, delayMs: number][] {
  return told.flatMap(([name, event]) => {
    const { attempt, delayMs } = event as { attempt: number; delayMs: number };
    return name === "reconnecting" ? [[attempt, delayMs]] : [];
  });
}

function names(told: readonly Told[]): string[] {
  return told.map(([name]) => name);
}

test("redial: a lost connection is dialled again by itself, after delays that double up to the cap", async () => {
  const all = await connected({ reconnect: {} });
  const { clock, platform, stream } = all;
  stream.end();
  for (const delayMs of [50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]) {
    const dials = platform.dials.length;
    await clock.advance(delayMs - 1);
    assert.equal(platform.dials.length, dials);
    await clock.advance(1);
    assert.equal(platform.dials.length, dials + 1);
    await refuse(all);
  }
  assert.deepEqual(tries(all.told).map(([attempt]) => attempt), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  all.connection.destroy();
});

test("redial: a call that is placed there while those of the lost connection are is no reason for a second dial", async () => {
  let connection: Scene["connection"] | undefined = undefined;
  const all = await connected({
    reconnect: {},
    router: {
      refused: () => false,
      silent() {},
      waits() {},
      lost({ calls }) {
        for (const call of calls) connection!.resend(call);
        return [];
      },
    },
  });
  connection = all.connection;
  const reply = connection.send(words("GET", "a"));
  await turn();
  all.stream.end();
  await all.clock.advance(49);
  assert.equal(all.platform.dials.length, 1);
  await all.clock.advance(1);
  const stream = await welcome(all);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  await all.clock.advance(10_000);
  assert.equal(all.platform.dials.length, 2);
  connection.destroy();
  assert.equal(all.clock.pending, 0);
});

test("redial: by chance a delay is shorter, by as much as jitter says", async () => {
  for (const [jitter, random, delays] of [[1, 0.5, [25, 50]], [1, 0, [50, 100]], [0.5, 0.5, [38, 75]]] as const) {
    const all = await connected({ reconnect: { jitter }, random: () => random });
    all.stream.end();
    await all.clock.advance(50);
    await refuse(all);
    assert.deepEqual(tries(all.told), [[1, delays[0]], [2, delays[1]]]);
    all.connection.destroy();
  }
});

test("redial: all that happens is told in order, with why and for how long", async () => {
  const all = await connected({ reconnect: {} });
  const cause = new Error("cut");
  all.stream.end(cause);
  await all.clock.advance(50);
  await refuse(all);
  await all.clock.advance(100);
  await all.clock.advance(7);
  const stream = await welcome(all);
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  const expected = ["connect", "ready", "disconnect", "reconnecting", "error", "reconnecting"];
  assert.deepEqual(names(all.told), [...expected, "connect", "ready", "reconnect"]);
  const [, , disconnect, first, error, second, , , reconnect] = all.told.map(([, event]) =>
    event as Record<string, unknown>
  );
  const lost = disconnect.reason as ConnectionError;
  assert.equal(lost.message, 'Lost the connection to "host:6379": cut');
  assert.equal(lost.cause, cause);
  assert.equal(disconnect.reconnects, true);
  assert.deepEqual([first.attempt, first.delayMs], [1, 50]);
  assert.equal((first.reason as Error).message, lost.message);
  assert.equal((error.error as Error).message, NO_ROUTE);
  assert.deepEqual([second.attempt, second.delayMs], [2, 100]);
  assert.equal(second.reason, error.error);
  assert.deepEqual(reconnect, { attempts: 2, downMs: 157 });
  all.connection.destroy();
  assert.deepEqual(names(all.told.slice(9)), ["disconnect"]);
  const [, end] = all.told[9] as [string, { reason: unknown; reconnects: boolean }];
  assert.ok(end.reason instanceof ClosedError);
  assert.equal(end.reconnects, false);
});

test("redial: after as many tries as are allowed those who wait are told, and the next call begins anew", async () => {
  const all = await connected({ reconnect: { attempts: 2 } });
  all.stream.end();
  await turn();
  const reply = all.connection.send(words("SET", "a"));
  await all.clock.advance(50);
  await refuse(all);
  assert.equal(await stateOf(reply), "waiting");
  await all.clock.advance(100);
  await refuse(all);
  const error = await errorOf(reply);
  assert.equal(error.message, NO_ROUTE);
  assert.equal(error.maybeApplied, false);
  assert.equal(all.clock.pending, 0);
  await all.clock.advance(60_000);
  assert.equal(all.platform.dials.length, 3);
  const next = all.connection.send(words("GET", "a"));
  await refuse(all);
  assert.deepEqual(tries(all.told), [[1, 50], [2, 100], [1, 50]]);
  await all.clock.advance(50);
  const stream = await welcome(all);
  stream.send(":1\r\n");
  assert.equal(await next, 1);
  assert.equal(all.platform.dials.length, 5);
  all.connection.destroy();
});

test("redial: an own function gives the delays, and undefined gives up", async () => {
  const asked: number[] = [];
  const delayMs = (attempt: number): number | undefined => {
    asked.push(attempt);
    return attempt > 3 ? undefined : attempt * 7;
  };
  const all = await connected({ reconnect: { delayMs } });
  all.stream.end();
  await turn();
  const reply = all.connection.send(words("GET", "a"));
  for (const ms of [7, 14, 21]) {
    await all.clock.advance(ms);
    await refuse(all);
  }
  assert.deepEqual(asked, [1, 2, 3, 4]);
  assert.equal((await errorOf(reply)).message, NO_ROUTE);
  assert.equal(all.clock.pending, 0);
});

const wrongDelays: [what: string, delay: () => number][] = [
  ["throws", () => assert.fail("own")],
  ["gives NaN", () => NaN],
  ["gives -1", () => -1],
  ["gives text", () => "5" as unknown as number],
];
for (const [what, delay] of wrongDelays) {
  test(`redial: an own function that ${what} leaves nobody waiting`, async () => {
    const all = await connected({ reconnect: { delayMs: delay }, timeoutMs: 5_000 });
    const { connection, stream, clock, platform } = all;
    const reply = connection.send(words("SET", "a"));
    await turn();
    try {
      stream.end();
    } catch {
      assert.fail("an own function's failure must not reach the adapter");
    }
    assert.equal((await errorOf(reply)).maybeApplied, true);
    await clock.advance(2_000);
    assert.ok(platform.dials.length <= 5, "it dials in a tight loop");
    connection.destroy();
    assert.equal(clock.pending, 0);
  });
}

test("redial: a connection that served for long has its next loss dialled as the first", async () => {
  const all = await connected({ reconnect: {} });
  let { stream } = all;
  for (let round = 0; round < 3; round++) {
    stream.end();
    await all.clock.advance(50);
    await refuse(all);
    await all.clock.advance(100);
    stream = await welcome(all);
    const reply = all.connection.send(words("GET", "a"));
    await turn();
    stream.send(":1\r\n");
    assert.equal(await reply, 1);
    await all.clock.advance(600_000);
  }
  assert.deepEqual(tries(all.told), [[1, 50], [2, 100], [1, 50], [2, 100], [1, 50], [2, 100]]);
  all.connection.destroy();
});

test("redial: a connection that is lost as soon as it is ready is dialled ever later", async () => {
  const all = await connected({ reconnect: {} });
  let { stream } = all;
  for (const delayMs of [50, 100, 200, 400, 800, 1_600, 2_000]) {
    stream.end();
    await all.clock.advance(delayMs);
    stream = await welcome(all);
  }
  assert.deepEqual(tries(all.told).map(([, delayMs]) => delayMs), [50, 100, 200, 400, 800, 1_600, 2_000]);
  all.connection.destroy();
});

test("redial: when it is off nothing is dialled until the next call", async () => {
  const all = await connected();
  all.stream.end();
  await all.clock.advance(60_000);
  assert.equal(all.platform.dials.length, 1);
  assert.equal(all.clock.pending, 0);
  assert.deepEqual(names(all.told), ["connect", "ready", "disconnect"]);
  assert.equal((all.told[2][1] as { reconnects: boolean }).reconnects, false);
  const reply = all.connection.send(words("GET", "a"));
  const stream = await welcome(all);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  assert.deepEqual(names(all.told.slice(3)), ["connect", "ready", "reconnect"]);
});

// ---- the first connection

test("redial: connect() fails at the first failure, with what waits, and nothing is dialled by itself", async () => {
  const all = scene({ reconnect: {} });
  const ready = all.connection.connect();
  const reply = all.connection.send(words("GET", "a"));
  await refuse(all);
  for (const promise of [ready, reply]) assert.equal((await errorOf(promise)).message, NO_ROUTE);
  await all.clock.advance(60_000);
  assert.equal(all.platform.dials.length, 1);
  assert.equal(all.clock.pending, 0);
  assert.deepEqual(all.told, []);
  const again = all.connection.connect();
  await welcome(all);
  await again;
  all.connection.destroy();
});

test("redial: the first call waits through failures, each of which is told, and is answered in the end", async () => {
  const all = scene({ reconnect: {} });
  const reply = all.connection.send(words("SET", "a"));
  for (const ms of [50, 100, 200]) {
    await refuse(all);
    await all.clock.advance(ms);
  }
  const stream = await welcome(all);
  assert.deepEqual(stream.writes, [commandText("SET", "a")]);
  stream.send("+OK\r\n");
  assert.equal(await reply, "OK");
  const failure = ["error", "reconnecting"];
  assert.deepEqual(names(all.told), [...failure, ...failure, ...failure, "connect", "ready"]);
  all.connection.destroy();
});

test("redial: a connection that never was is not dialled any more once nobody waits for it", async () => {
  const all = scene({ reconnect: {}, timeoutMs: 500 });
  const reply = all.connection.send(words("GET", "a"));
  for (let i = 0; i < 20; i++) {
    await refuse(all);
    await all.clock.advance(500);
  }
  assert.equal((await errorOf(reply)).name, "TimeoutError");
  const dials = all.platform.dials.length;
  assert.ok(dials < 10);
  assert.equal(all.clock.pending, 0);
});

// ---- what the handshake says

const finals = [
  "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
  "-NOAUTH HELLO must be called with the client already authenticated\r\n",
  "-DENIED Redis is running in protected mode\r\n",
];

for (const says of finals) {
  test(`redial: a first handshake that is refused for good is not tried again: ${says.slice(1, 9)}`, async () => {
    const all = scene({ reconnect: {} });
    const reply = all.connection.send(words("GET", "a"));
    await greet(all, says);
    const error = await errorOf(reply);
    assert.equal(error.name, "ConnectionError");
    assert.match(error.message, /^Cannot connect to "host:6379": the server /);
    await all.clock.advance(60_000);
    assert.equal(all.platform.dials.length, 1);
    assert.equal(all.clock.pending, 0);
    const next = all.connection.send(words("GET", "a"));
    const stream = await welcome(all);
    stream.send(":1\r\n");
    assert.equal(await next, 1);
    all.connection.destroy();
  });

  test(`redial: after a loss, calls fail at once over it, and dialling goes on: ${says.slice(1, 9)}`, async () => {
    const all = await connected({ reconnect: {} });
    all.stream.end();
    await turn();
    const reply = all.connection.send(words("GET", "a"));
    await all.clock.advance(50);
    await greet(all, says);
    assert.match((await errorOf(reply)).message, /^Cannot connect to "host:6379": the server /);
    await all.clock.advance(100);
    assert.equal(all.platform.dials.length, 3);
    await welcome(all);
    assert.equal(names(all.told).at(-1), "reconnect");
    all.connection.destroy();
  });
}

for (const says of ["-ERR max number of clients reached\r\n", "-LOADING Redis is loading the dataset in memory\r\n"]) {
  test(`redial: a first handshake that is refused for a reason that passes is tried again: ${says.slice(1, 9)}`, async () => {
    const all = scene({ reconnect: {} });
    const reply = all.connection.send(words("SET", "a"));
    await greet(all, says);
    assert.equal(await stateOf(reply), "waiting");
    await all.clock.advance(50);
    const stream = await welcome(all);
    stream.send("+OK\r\n");
    assert.equal(await reply, "OK");
    all.connection.destroy();
  });
}

test("redial: what can never be dialled fails at once", async () => {
  const { connection, clock } = scene({ reconnect: {}, load: () => Promise.reject(new TypeError("no TLS here")) });
  assert.equal(
    (await errorOf(connection.send(words("GET", "a")))).message,
    'Cannot connect to "host:6379": no TLS here',
  );
  assert.equal(clock.pending, 0);
});

// ---- its end

test("destroy: while it waits to dial again nothing is dialled any more, and who waits is told", async () => {
  const { connection, stream, clock, platform } = await connected({ reconnect: {} });
  stream.end();
  await turn();
  const reply = connection.send(words("GET", "a"));
  connection.destroy();
  assert.ok(await errorOf(reply) instanceof ClosedError);
  assert.equal(clock.pending, 0);
  await clock.advance(60_000);
  assert.equal(platform.dials.length, 1);
  await connection.close();
});

test("close: while it waits to dial again it is over at once when nobody waits", async () => {
  const { connection, stream, clock } = await connected({ reconnect: {} });
  stream.end();
  await turn();
  await connection.close();
  assert.equal(clock.pending, 0);
});

test("close: while it waits to dial again it waits for those who wait", async () => {
  const all = await connected({ reconnect: {} });
  all.stream.end();
  await turn();
  const reply = all.connection.send(words("GET", "a"));
  const closing = all.connection.close();
  await all.clock.advance(50);
  const stream = await welcome(all);
  assert.equal(await stateOf(closing), "waiting");
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
  await closing;
  assert.equal(all.clock.pending, 0);
});

test("close: while it waits to dial again it is over when the last who waits is given up", async () => {
  for (const timeoutMs of [40, 0]) {
    const all = await connected({ reconnect: { baseMs: 400 } });
    all.stream.end();
    await turn();
    const controller = new AbortController();
    const options = { ...PLAIN_CALL, timeoutMs, signal: controller.signal };
    const reply = all.connection.send(words("GET", "a"), options);
    const closing = all.connection.close();
    if (timeoutMs === 0) controller.abort();
    await all.clock.advance(timeoutMs);
    assert.equal((await errorOf(reply)).name, timeoutMs === 0 ? "AbortError" : "TimeoutError");
    assert.deepEqual(await stateOf(closing), { value: undefined });
    assert.equal(all.clock.pending, 0);
  }
});
