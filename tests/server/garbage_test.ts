/** Bytes that are no reply, or that nobody waits for: that connection is dead, nobody gets a later reply, and the client is back. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { detectPlatform } from "../../adapters/auto.ts";
import { type Client, type Platform, ProtocolError } from "../../mod.ts";
import { test } from "../support/harness.ts";
import { failureOf } from "./opened.ts";
import { openEcho, PLAIN, turn, type Waiting } from "./waiting_peer.ts";

/** What comes in place of the second of five replies, and what the error says of it; more follows it that is well formed. */
const garbage: readonly (readonly [string, string, RegExp])[] = [
  ["a type that there is not", "?what\r\n", /a reply starts with a byte that no type has/],
  ["another protocol", "HTTP/1.1 200 OK\r\n\r\n", /a reply starts with a byte that no type has/],
  ["an integer that is none", ":12x\r\n", /an integer is not one/],
  ["a length that is none", "$x\r\n", /a length is not one/],
  ["a negative length", "*-2\r\n", /a length is not one/],
  ["a string that is longer than it says", "$3\r\nabcdef\r\n", /a string does not end where it should/],
  ["a line without CR", "+OK\n", /a line does not end with CR and LF/],
  ["a map that ends early", "%?\r\n+a\r\n.\r\n", /a map lacks a value/],
  ["nesting without end", "*1\r\n".repeat(100_000), /nested deeper than the limit/],
  ["a length beyond the limit", "$99999999999\r\n", /a string is longer than the limit/],
  ["a list beyond the limit", "*99999999999\r\n", /an aggregate is longer than the limit/],
];

for (const [name, text, why] of garbage) {
  for (const way of ["at once", "byte by byte"] as const) {
    if (way === "byte by byte" && text.length > 100) continue;
    test(`garbage, ${name}, ${way}: whoever waits gets a ProtocolError, and nobody a later reply`, async (t) => {
      const { server, redis } = await openEcho(t, { retry: { ceiling: "none" } });
      const calls = ["a", "b", "c", "d"].map((word) => redis.echo(word).catch((error: unknown) => error));
      const socket = await server.all(4);
      await send(socket, `+a\r\n${text}+c\r\n+d\r\n+late\r\n`, way);
      const [first, ...others] = await Promise.all(calls);
      assert.equal(first, "a");
      for (const error of others) {
        assert.ok(error instanceof ProtocolError);
        assert.match(error.message, why);
        assert.equal(error.maybeApplied, true);
      }
      const next = redis.echo("next");
      (await server.all(1)).write("+next\r\n");
      assert.equal(await next, "next");
      assert.equal(server.sockets.length, 2);
    });
  }
}

test("garbage: the call that it came for fails, and what only reads behind it is answered over the next connection", async (t) => {
  const { server, redis } = await openEcho(t);
  const calls = ["a", "b", "c", "d"].map((word) => redis.echo(word).catch((error: unknown) => error));
  const set = failureOf(redis.call("APPEND", "k", "v"));
  (await server.all(4)).write("+a\r\n:12x\r\n+c\r\n+d\r\n");
  (await server.all(2)).write("+c again\r\n+d again\r\n");
  const [a, b, c, d] = await Promise.all(calls);
  assert.deepEqual([a, c, d], ["a", "c again", "d again"]);
  for (const error of [b, await set]) {
    assert.ok(error instanceof ProtocolError);
    assert.equal(error.maybeApplied, true);
  }
});

test("a reply that nobody waits for ends the connection, and the next call dials anew", async (t) => {
  const { server, redis } = await openEcho(t);
  const first = redis.echo("a");
  const socket = await server.all(1);
  const ended = new Promise((done) => socket.once("close", done));
  socket.write("+a\r\n+unasked\r\n");
  assert.equal(await first, "a");
  await ended;
  const next = redis.echo("b");
  (await server.all(1)).write("+b\r\n");
  assert.equal(await next, "b");
  assert.equal(server.sockets.length, 2);
});

test("a reply that comes while nobody has called ends the connection", async (t) => {
  const { server, redis } = await openEcho(t);
  const [socket] = server.sockets;
  const ended = new Promise((done) => socket.once("close", done));
  socket.write("+early\r\n");
  await ended;
  const next = redis.echo("b");
  (await server.all(1)).write("+b\r\n");
  assert.equal(await next, "b");
});

test("a reply that comes for a call that has not left is given to nobody, and the call goes over the next connection", async (t) => {
  const { server, redis } = await openEcho(t, { platform: await withheldPlatform() });
  const { second, error } = await earlyReply(server, redis);
  assert.match(error.message, /nobody waits for a reply/);
  (await server.all(1)).write("+b\r\n");
  assert.equal(await second, "b");
});

test("a reply that comes for a call that has not left is given to nobody, nor the call where nothing dials again", async (t) => {
  const { server, redis } = await openEcho(t, { platform: await withheldPlatform(), ...PLAIN });
  const { second, error } = await earlyReply(server, redis);
  const failure = await failureOf(second);
  assert.equal(failure.message, `${error.message} (ECHO)`);
  assert.ok(failure instanceof ProtocolError);
  assert.equal(failure.maybeApplied, false);
  const next = redis.echo("c");
  (await server.all(1)).write("+c\r\n");
  assert.equal(await next, "c");
});

/** Answers a call, and another whose bytes have not left; gives that and why the connection has ended. */
async function earlyReply(server: Waiting, redis: Client): Promise<{ second: Promise<string>; error: Error }> {
  const ended = new Promise<Error>((done) => redis.on("disconnect", ({ reason }) => done(reason)));
  const first = redis.echo("a");
  const socket = await server.all(1);
  // The stream still holds the first write, so that this one waits.
  const second = redis.echo("b");
  second.catch(() => {});
  socket.write("+a\r\n+early\r\n");
  assert.equal(await first, "a");
  return { second, error: await ended };
}

/** A platform whose streams send each write, but say of all after the handshake that they still hold it. */
async function withheldPlatform(): Promise<Platform> {
  const { name, dial, text } = await detectPlatform();
  return {
    name,
    text,
    async dial(target, signal) {
      const stream = await dial(target, signal);
      let writes = 0;
      return {
        open: (sink) => stream.open(sink),
        write: (bytes) => stream.write(bytes.slice()) && writes++ === 0,
        pause: () => stream.pause(),
        resume: () => stream.resume(),
        close: () => stream.close(),
      };
    },
  };
}

async function send(socket: Socket, text: string, way: "at once" | "byte by byte"): Promise<void> {
  if (way === "at once") return void socket.write(text, "latin1");
  for (const character of text) {
    await new Promise<void>((done) => socket.write(character, "latin1", () => done()));
    await turn();
  }
}
