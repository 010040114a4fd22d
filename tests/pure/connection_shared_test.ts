/** Several connections that callers share: which of them a call goes over, and what is said on all of them. */
import assert from "node:assert/strict";
import type { Endpoint } from "../../src/connection/endpoint.ts";
import { command, specialCommand } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { specialOf } from "../../src/commands/special.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { endpointScene, type SceneOptions } from "../support/connected.ts";
import { HELLO, WELCOMED, words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf } from "../support/outcome.ts";
import type { ScriptedDial, ScriptedStream } from "../support/scripted_platform.ts";
import { commandText } from "../support/wire.ts";

const GET_A = commandText("GET", "a");
const SET_A = commandText("SET", "a");

/** Answers a dial and its handshake, which may say more than the usual. */
async function greet({ accept, stream }: ScriptedDial, more = ""): Promise<ScriptedStream> {
  accept();
  await turn();
  assert.deepEqual(stream.writes.splice(0), [HELLO + more]);
  stream.send(WELCOMED + (more === "" ? "" : "+OK\r\n"));
  await turn();
  return stream;
}

/** As many connections, all of which are ready. */
async function shared(connections: number, options: SceneOptions = {}) {
  const all = endpointScene({ connections, ...options });
  const connecting = all.endpoint.connect();
  await turn();
  const streams = await Promise.all(all.platform.dials.map((dial) => greet(dial)));
  await connecting;
  return { ...all, streams };
}

/** What was written over each since the last time. */
function writes(streams: readonly ScriptedStream[]): string[] {
  return streams.map((stream) => stream.writes.splice(0).join(""));
}

/** Two commands whose order matters, in one turn. */
function pair(endpoint: Endpoint): Promise<unknown>[] {
  return [endpoint.send(words("SET", "a")), endpoint.send(words("GET", "a"))];
}

test("shared: connect() connects as many as there are to be", async () => {
  const { endpoint, streams } = await shared(3);
  assert.equal(streams.length, 3);
  endpoint.destroy();
  for (const stream of streams) assert.equal(stream.closed, true);
});

test("shared: calls of one turn stay together in their order, those of the next go where fewest wait", async () => {
  const { endpoint, streams } = await shared(3);
  const used = new Set<number>();
  for (let i = 0; i < 3; i++) {
    const replies = pair(endpoint);
    const batch = endpoint.sendAll([words("GET", "a")]);
    await turn();
    const written = writes(streams);
    assert.deepEqual(written.filter((text) => text !== ""), [SET_A + GET_A + GET_A]);
    used.add(written.findIndex((text) => text !== ""));
    void Promise.allSettled([...replies, batch]);
  }
  assert.equal(used.size, 3);
  endpoint.destroy();
});

test("shared: calls of one turn stay together before any connection is there", async () => {
  const { endpoint, platform } = endpointScene({ connections: 2, reconnect: {} });
  const replies = [...pair(endpoint), ...pair(endpoint)];
  await turn();
  const streams = await Promise.all(platform.dials.map(async (dial) => {
    dial.accept();
    await turn();
    dial.stream.writes.splice(0);
    dial.stream.send(WELCOMED);
    await turn();
    return dial.stream;
  }));
  assert.deepEqual(writes(streams).filter((text) => text !== ""), [(SET_A + GET_A).repeat(2)]);
  void Promise.allSettled(replies);
  endpoint.destroy();
});

test("shared: calls of one turn stay together while every stream holds bytes back", async () => {
  const { endpoint, streams } = await shared(2);
  const replies: Promise<unknown>[] = [];
  for (const stream of streams) stream.takes = false;
  for (let i = 0; i < 2; i++) {
    replies.push(endpoint.send(words("PING")));
    await turn();
  }
  writes(streams);
  replies.push(...pair(endpoint), ...pair(endpoint));
  for (const stream of streams) stream.drain();
  await turn();
  assert.deepEqual(writes(streams).filter((text) => text !== ""), [(SET_A + GET_A).repeat(2)]);
  void Promise.allSettled(replies);
  endpoint.destroy();
});

test("shared: calls go over those that are ready, and over one that is back again", async () => {
  const { endpoint, streams, platform, clock } = await shared(2, { reconnect: {} });
  streams[0].end();
  await turn();
  for (let i = 0; i < 5; i++) {
    const reply = endpoint.send(words("GET", "a"));
    await turn();
    assert.deepEqual(writes(streams), ["", GET_A]);
    streams[1].send(":1\r\n");
    assert.equal(await reply, 1);
  }
  await clock.advance(50);
  streams[0] = await greet(platform.last);
  const replies = [];
  for (let i = 0; i < 2; i++) {
    replies.push(endpoint.send(words("GET", "a")));
    await turn();
  }
  assert.deepEqual(writes(streams), [GET_A, GET_A]);
  for (const stream of streams) stream.send(":1\r\n");
  assert.deepEqual(await Promise.all(replies), [1, 1]);
  endpoint.destroy();
});

test("shared: what CLIENT sets is set on every one, and on one that is made anew", async () => {
  const { endpoint, streams, platform, clock } = await shared(2, { reconnect: {} });
  const set = ["CLIENT", "SETNAME", "app"];
  const reply = endpoint.send(specialCommand(set, raw, specialOf(set) as never));
  await turn();
  assert.deepEqual(writes(streams), [commandText(...set), commandText(...set)]);
  for (const stream of streams) stream.send("+OK\r\n");
  assert.equal(await reply, "OK");
  streams[1].end();
  await clock.advance(50);
  await greet(platform.last, commandText(...set));
  endpoint.destroy();
});

test("shared: what waits for the writes of its connection is refused where there are several", async () => {
  for (const connections of [1, 2]) {
    const { endpoint, streams } = await shared(connections);
    const wait = ["WAIT", "1", "100"];
    const reply = endpoint.send(specialCommand(wait, raw, specialOf(wait) as never));
    await turn();
    if (connections === 1) {
      assert.deepEqual(writes(streams), [commandText(...wait)]);
      streams[0].send(":1\r\n");
      assert.equal(await reply, 1);
    } else {
      const error = await errorOf(reply);
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^Cannot send WAIT: /);
      assert.deepEqual(writes(streams), ["", ""]);
    }
    endpoint.destroy();
  }
});

test("shared: connect() fails when one of them cannot be made", async () => {
  const { endpoint, platform } = endpointScene({ connections: 2 });
  const connecting = endpoint.connect();
  await turn();
  platform.dials[0].accept();
  platform.dials[1].refuse(new Error("no route"));
  assert.equal((await errorOf(connecting)).message, 'Cannot connect to "host:6379": no route');
  endpoint.destroy();
  assert.equal((await errorOf(endpoint.send(command(["PING"], raw)))).name, "ClosedError");
});

test("shared: a blocking command that waits to be tried again ends with its signal", async () => {
  const { endpoint, platform, clock } = endpointScene();
  const abort = new AbortController();
  const pop = ["BLPOP", "k", 0];
  const call = endpoint.send(specialCommand(pop, raw, specialOf(pop)), { ...PLAIN_CALL, signal: abort.signal });
  await turn();
  const stream = await greet(platform.last);
  stream.send("-LOADING the data\r\n");
  await turn();
  const { pending } = clock;
  abort.abort();
  assert.equal((await errorOf(call)).name, "AbortError");
  assert.ok(clock.pending < pending);
  endpoint.destroy();
});

test("close: it waits for what is due on each of them", async () => {
  const { endpoint, streams, clock } = await shared(2);
  const replies = [];
  for (let i = 0; i < 2; i++) {
    replies.push(endpoint.send(words("GET", "a")));
    await turn();
  }
  let closed = false;
  const closing = endpoint.close().then(() => closed = true);
  streams[0].send(":1\r\n");
  await turn();
  assert.equal(closed, false);
  streams[1].send(":1\r\n");
  assert.deepEqual(await Promise.all(replies), [1, 1]);
  await closing;
  assert.equal(clock.pending, 0);
});
