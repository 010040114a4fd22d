/** Back-pressure: what a connection does while its stream holds bytes back. */
import assert from "node:assert/strict";
import { connected, scene } from "../support/connected.ts";
import { HELLO, WELCOMED, words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { errorOf } from "../support/outcome.ts";
import { commandText } from "../support/wire.ts";

const GET_A = commandText("GET", "a");
const GET_B = commandText("GET", "b");

test("connection: while the stream holds bytes back calls gather, and leave in one write once they have left", async () => {
  const { connection, stream } = await connected();
  stream.takes = false;
  const replies = [connection.send(words("GET", "a"))];
  await turn();
  assert.deepEqual(stream.writes.splice(0), [GET_A]);
  for (let tick = 0; tick < 3; tick++) {
    replies.push(connection.send(words("GET", "b")));
    await turn();
  }
  assert.deepEqual(stream.writes, []);
  stream.send(":0\r\n");
  assert.equal(await replies[0], 0);
  assert.deepEqual(stream.writes, []);
  stream.drain();
  await turn();
  assert.deepEqual(stream.writes.splice(0), [GET_B + GET_B + GET_B]);
  stream.send(":1\r\n:2\r\n:3\r\n");
  assert.deepEqual(await Promise.all(replies), [0, 1, 2, 3]);
  replies.push(connection.send(words("GET", "a")));
  await turn();
  assert.deepEqual(stream.writes, [GET_A]);
});

test("connection: bytes that are held back are not changed, turn after turn", async () => {
  const { connection, stream } = await connected();
  for (let round = 0; round < 20; round++) {
    stream.takes = round % 3 === 0;
    const reply = connection.send(words("SET", `key ${round}`, "x".repeat(round * 700)));
    await turn();
    const gathered = connection.send(words("GET", `${round}`));
    await turn();
    stream.drain();
    await turn();
    stream.send(":1\r\n:2\r\n");
    assert.deepEqual(await Promise.all([reply, gathered]), [1, 2]);
  }
});

test("connection: memory that was held back is used again once it has left", async () => {
  const { connection, stream } = await connected();
  stream.memory.splice(0);
  for (let round = 0; round < 3; round++) {
    stream.takes = false;
    const reply = connection.send(words("GET", "a"));
    await turn();
    stream.drain();
    stream.send(":1\r\n");
    assert.equal(await reply, 1);
  }
  assert.equal(stream.memory.length, 3);
  assert.notEqual(stream.memory[0], stream.memory[1]);
  assert.equal(stream.memory[0], stream.memory[2]);
});

test("connection: calls that are held back were not applied when the connection is lost", async () => {
  const { connection, stream } = await connected();
  stream.takes = false;
  const held = connection.send(words("SET", "a"));
  await turn();
  const gathered = connection.send(words("SET", "b"));
  await turn();
  stream.end();
  assert.equal((await errorOf(held)).maybeApplied, true);
  assert.equal((await errorOf(gathered)).maybeApplied, false);
});

test("connection: a handshake that is held back is followed by the calls once it has left", async () => {
  const all = scene();
  const reply = all.connection.send(words("GET", "a"));
  await turn();
  const { stream, accept } = all.platform.last;
  stream.takes = false;
  accept();
  await turn();
  assert.deepEqual(stream.writes, [HELLO]);
  stream.drain();
  stream.send(WELCOMED);
  await turn();
  assert.deepEqual(stream.writes, [HELLO, GET_A]);
  stream.send(":1\r\n");
  assert.equal(await reply, 1);
});
