/** The fault proxy: faults that go by commands meet their own replies and requests, whatever is around these. */
import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { freshKey, linked, MIB, proxied, send, Wire, write } from "./fault_fixture.ts";
import { afterAll, beforeAll, type Context, test } from "./harness.ts";
import { type Server, startServer } from "./server.ts";
import { commandText } from "./wire.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** What the server says with no proxy between. */
async function directly(t: Context, ...words: string[]): Promise<unknown> {
  return await send(await linked(t, server), ...words);
}

test("fault proxy: a swallowed reply never comes, the command was executed, and other replies come", async (t) => {
  const proxy = await proxied(t, server);
  const trap = proxy.swallow({ command: "incr" });
  const link = await linked(t, proxy), key = freshKey();
  for (const words of [["SET", key, "5"], ["INCR", key], ["GET", key], ["INCR", key]]) write(link, ...words);
  assert.deepEqual([await link.next(), await link.next(), await link.next()], ["OK", "6", 7]);
  assert.deepEqual([trap.hits, trap.set, proxy.seen("INCR")], [1, false, 2]);
});

for (const how of ["reset", "end"] as const) {
  test(`fault proxy: a lost INCR: executed once, no reply, the link cut by ${how}`, async (t) => {
    const proxy = await proxied(t, server);
    const trap = proxy.swallow({ command: "INCR", thenCut: true, how });
    const wire = new Wire(t, proxy), key = freshKey();
    wire.socket.write(commandText("HELLO", "2") + commandText("SET", key, "0"));
    while (!wire.text.endsWith("+OK\r\n")) await wire.has(wire.text.length + 1);
    const { length } = wire.text;
    wire.socket.write(commandText("INCR", key) + commandText("GET", key));
    assert.equal(await wire.ended, how);
    assert.equal(wire.text.length, length);
    assert.equal(trap.hits, 1);
    assert.equal(await directly(t, "GET", key), "1");
  });
}

test("fault proxy: swallow takes a number, a function, and large replies in many chunks", async (t) => {
  const proxy = await proxied(t, server);
  const link = await linked(t, proxy), key = freshKey();
  await send(link, "SET", key, "x".repeat(MIB));
  proxy.chunks({ min: 1000, max: 50_000 });
  proxy.swallow(2);
  for (const words of [["GET", key], ["STRLEN", key], ["ECHO", "third"]]) write(link, ...words);
  assert.equal(await link.next(), "third");
  const trap = proxy.swallow(({ words }) => words[1] === "lost");
  for (const word of ["lost", "kept", "lost"]) write(link, "ECHO", word);
  assert.equal(await link.next(), "kept");
  await proxy.until(() => trap.hits === 2);
  trap.off();
  assert.equal(await send(link, "ECHO", "lost"), "lost");
  assert.equal((await send(link, "GET", key) as string).length, MIB);
});

test("fault proxy: holdBefore cuts when the request comes, behind those before it", async (t) => {
  const proxy = await proxied(t, server);
  const trap = proxy.holdBefore({ command: "INCR", times: 5 });
  const link = await linked(t, proxy), key = freshKey();
  for (const words of [["SET", key, "5"], ["INCR", key], ["INCR", key]]) write(link, ...words);
  await link.ended();
  assert.deepEqual(proxy.requests, ["HELLO", "SET"]);
  assert.equal(trap.hits, 1);
  const direct = await linked(t, server);
  while (await send(direct, "GET", key) !== "5");
  trap.off();
  assert.equal(await send(await linked(t, proxy), "INCR", key), 6);
});

test("fault proxy: a trap is for frames that have not begun", async (t) => {
  const proxy = await proxied(t, server);
  const wire = new Wire(t, proxy), key = freshKey(), text = "x".repeat(8 * MIB);
  await directly(t, "SET", key, text);
  wire.socket.write(commandText("GET", key));
  await proxy.until(() => proxy.bytes.toClient > 1000);
  const swallows = proxy.swallow({ command: "GET" });
  await wire.has(8 * MIB + 12);
  const carried = proxy.bytes.toServer, request = commandText("STRLEN", key);
  wire.socket.write(request.slice(0, 20));
  await proxy.until(() => proxy.bytes.toServer === carried + 20);
  const holds = proxy.holdBefore({ command: "STRLEN" });
  wire.socket.write(request.slice(20));
  assert.equal((await wire.has(8 * MIB + 22)).slice(-10), ":8388608\r\n");
  assert.deepEqual([swallows.hits, holds.hits], [0, 0]);
  wire.socket.write(commandText("GET", key));
  await proxy.until(() => swallows.hits === 1);
  wire.socket.write(request);
  await wire.ended;
  assert.deepEqual([wire.text.length, holds.hits, proxy.requests], [8 * MIB + 22, 1, ["GET", "STRLEN", "GET"]]);
});

test("fault proxy: bytes that are no RESP pass, also where traps are set", async (t) => {
  const echo = createServer((socket) => void socket.on("error", () => {}).pipe(socket));
  await new Promise<void>((done) => echo.listen(0, server.host, done));
  t.defer(() => new Promise((done) => echo.close(done)));
  const proxy = await proxied(t, { port: (echo.address() as AddressInfo).port });
  proxy.swallow(1);
  proxy.holdBefore({});
  const wire = new Wire(t, proxy), bytes = "\x16\x03\x01\x00\n";
  for (let count = 1; count < 4; count++) {
    wire.socket.write(bytes);
    assert.equal(await wire.has(5 * count), bytes.repeat(count));
  }
  assert.deepEqual(proxy.requests, []);
  await proxy.stop();
});

for (const protocol of [2, 3] as const) {
  test(`fault proxy: messages and confirmations in RESP${protocol} leave replies with their requests`, async (t) => {
    const proxy = await proxied(t, server);
    const link = await linked(t, proxy, protocol), channel = freshKey(), ping = protocol === 2 ? ["pong", ""] : "PONG";
    write(link, "SUBSCRIBE", channel, "b");
    write(link, "PSUBSCRIBE", "p*");
    write(link, "UNSUBSCRIBE");
    write(link, "SUBSCRIBE", channel);
    for (const [kind, count] of [["subscribe", 1], ["subscribe", 2], ["psubscribe", 3]]) {
      assert.deepEqual(await link.next().then((frame) => [(frame as unknown[])[0], (frame as unknown[])[2]]), [
        kind,
        count,
      ]);
    }
    for (let count = 0; count < 3; count++) await link.next();
    proxy.swallow({ command: "PING", when: ({ words }) => words[1] === "lost" });
    proxy.stall({ direction: "toServer" });
    for (const words of [["PING"], ["PING", "lost"], ["PING"]]) write(link, ...words);
    await directly(t, "PUBLISH", channel, "m");
    assert.deepEqual(await link.next(), ["message", channel, "m"]);
    proxy.flow();
    assert.deepEqual([await link.next(), await link.next()], [ping, ping]);
    proxy.swallow({ command: "SUBSCRIBE" });
    write(link, "SUBSCRIBE", "c", "d", "e");
    assert.deepEqual(await send(link, "PING"), ping);
  });
}

test("fault proxy: what is injected comes as if the server had said it, between two replies", async (t) => {
  const proxy = await proxied(t, server);
  const wires = [new Wire(t, proxy), new Wire(t, proxy)], key = freshKey(), half = "x".repeat(4 * MIB);
  await directly(t, "SET", key, half + half);
  await proxy.connected(2);
  proxy.inject("+EXTRA\r\n");
  for (const wire of wires) assert.equal(await wire.has(8), "+EXTRA\r\n");
  wires[0].socket.write(commandText("GET", key) + commandText("PING"));
  await proxy.until(() => proxy.bytes.toClient > 1000);
  proxy.inject("garbage");
  const text = await wires[0].has(8 + 8 * MIB + 12 + 7 + 7);
  assert.equal(text.slice(8, 18) + text.slice(-23), "$8388608\r\nxxxxxxx\r\ngarbage+PONG\r\n");
});
