/** The fault proxy: each fault does to a real server's links what it says, and nothing is left of it. */
import assert from "node:assert/strict";
import { freshKey, linked, MIB, proxied, SEED, send, turns, Wire, write } from "./fault_fixture.ts";
import { afterAll, beforeAll, type Context, test } from "./harness.ts";
import { Link } from "./link.ts";
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

const OK = "+OK\r\n";

test("fault proxy: without a fault it carries what both sides say, and counts it", async (t) => {
  const proxy = await proxied(t, server);
  assert.equal(proxy.url, `redis://127.0.0.1:${proxy.port}`);
  const link = await linked(t, proxy);
  const key = freshKey();
  assert.equal(await send(link, "set", key, "x".repeat(1000)), "OK");
  assert.equal(await send(link, "INCR", freshKey()), 1);
  assert.deepEqual(proxy.requests, ["HELLO", "SET", "INCR"]);
  assert.deepEqual([proxy.seen("set"), proxy.seen("INCR"), proxy.seen("GET")], [1, 1, 0]);
  assert.deepEqual([proxy.accepted, proxy.connections], [1, 1]);
  assert.deepEqual(proxy.links[0].requests, proxy.requests);
  assert.ok(proxy.bytes.toServer > 1000 && proxy.bytes.toClient > 50 && proxy.bytes.toClient < 1000);
  await link.close();
  await proxy.until(() => proxy.connections === 0);
  await linked(t, proxy);
  assert.deepEqual([proxy.accepted, proxy.connections], [2, 1]);
});

test("fault proxy: connected() waits for as many links as it says", async (t) => {
  const proxy = await proxied(t, server);
  let there = false;
  const both = proxy.connected(2).then(() => there = true);
  await linked(t, proxy);
  await turns();
  assert.equal(there, false);
  await linked(t, proxy);
  await both;
});

for (const how of ["reset", "end"] as const) {
  test(`fault proxy: cut by ${how} ends every link so, and a new one lives`, async (t) => {
    const proxy = await proxied(t, server);
    const wires = [new Wire(t, proxy), new Wire(t, proxy)];
    for (const wire of wires) wire.socket.write(commandText("PING"));
    await Promise.all(wires.map((wire) => wire.has(7)));
    proxy.cut({ how });
    assert.equal(proxy.connections, 0);
    assert.deepEqual(await Promise.all(wires.map(({ ended }) => ended)), [how, how]);
    assert.equal(await send(await linked(t, proxy), "PING"), "PONG");
  });
}

for (const how of ["reset", "end"] as const) {
  test(`fault proxy: cut by ${how} does not wait for a client that does not read`, async (t) => {
    const proxy = await proxied(t, server);
    const wire = new Wire(t, proxy), key = freshKey();
    await directly(t, "SET", key, "x".repeat(64 * MIB));
    wire.socket.pause();
    wire.socket.write(commandText("GET", key));
    await proxy.until(() => proxy.bytes.toClient > MIB);
    await turns();
    const [link] = proxy.links;
    proxy.cut({ how });
    if (how === "reset") await link.gone;
    wire.socket.resume();
    await wire.ended;
    assert.ok(wire.text.length < 32 * MIB, `${wire.text.length} bytes`);
  });
}

test("fault proxy: one link can be cut, and others live on", async (t) => {
  const proxy = await proxied(t, server);
  const wires = [new Wire(t, proxy), new Wire(t, proxy)];
  await proxy.connected(2);
  const [first] = proxy.links;
  first.cut("reset");
  assert.equal(await Promise.race(wires.map(({ ended }) => ended)), "reset");
  await first.gone;
  assert.deepEqual([first.live, proxy.links.map(({ id }) => id)], [false, [2]]);
  proxy.inject("+HERE\r\n");
  assert.equal(await Promise.race(wires.map((wire) => wire.has(7))), "+HERE\r\n");
});

test("fault proxy: what was forwarded when the link is cut is executed, however much it is", async (t) => {
  const proxy = await proxied(t, server);
  const wire = new Wire(t, proxy), key = freshKey();
  wire.socket.write(commandText("SET", key, "x".repeat(16 * MIB)));
  await proxy.until(() => proxy.seen("SET") === 1);
  proxy.cut();
  await wire.ended;
  const direct = await linked(t, server);
  while (await send(direct, "STRLEN", key) !== 16 * MIB);
});

test("fault proxy: a stall to the client keeps the reply of what was executed, until it flows", async (t) => {
  const proxy = await proxied(t, server);
  const link = await linked(t, proxy), key = freshKey();
  proxy.stall({ direction: "toClient" });
  let replied = false;
  const reply = send(link, "INCR", key).finally(() => replied = true);
  await proxy.until(() => proxy.seen("INCR") === 1);
  const late = linked(t, proxy);
  await proxy.connected(2);
  await proxy.until(() => proxy.seen("HELLO") === 2);
  await turns();
  assert.equal(await directly(t, "GET", key), "1");
  assert.deepEqual([replied, proxy.connections], [false, 2]);
  proxy.flow();
  assert.equal(await reply, 1);
  assert.equal(await send(await late, "PING"), "PONG");
});

test("fault proxy: a stall to the server keeps the command from it, until it flows", async (t) => {
  const proxy = await proxied(t, server);
  const link = await linked(t, proxy), key = freshKey();
  proxy.stall({ direction: "toServer" });
  const reply = send(link, "INCR", key);
  await turns();
  assert.equal(proxy.seen("INCR"), 0);
  assert.equal(await directly(t, "GET", key), null);
  proxy.flow({ direction: "toClient" });
  await turns();
  assert.equal(proxy.seen("INCR"), 0);
  proxy.flow({ direction: "toServer" });
  assert.equal(await reply, 1);
});

test("fault proxy: a client that leaves a stalled link is gone, and what it sent comes late", async (t) => {
  const proxy = await proxied(t, server);
  const link = await linked(t, proxy), key = freshKey();
  proxy.stall();
  write(link, "INCR", key);
  await link.close();
  await proxy.until(() => proxy.connections === 0);
  proxy.flow();
  await proxy.until(() => proxy.seen("INCR") === 1);
  const direct = await linked(t, server);
  while (await send(direct, "GET", key) !== "1");
});

test("fault proxy: a stall that does not read fills the sender's buffers, and loses nothing", async (t) => {
  const proxy = await proxied(t, server);
  const wire = new Wire(t, proxy), key = freshKey();
  await proxy.connected(1);
  proxy.stall({ reads: false });
  wire.socket.write(commandText("SET", key, "x".repeat(32 * MIB)));
  await turns();
  assert.ok(wire.socket.writableLength > MIB);
  proxy.flow();
  assert.equal(await wire.has(OK.length), OK);
  assert.equal(await directly(t, "STRLEN", key), 32 * MIB);
});

test("fault proxy: a drip gives a few bytes at a time, and all of them", async (t) => {
  const proxy = await proxied(t, server);
  const wire = new Wire(t, proxy), key = freshKey(), text = "0123456789".repeat(10);
  proxy.drip({ bytes: 1 });
  wire.socket.write(commandText("SET", key, text) + commandText("GET", key));
  assert.equal(await wire.has(113), `${OK}$100\r\n${text}\r\n`);
  assert.ok(wire.chunks.length > 100, `${wire.chunks.length} chunks`);
  wire.chunks.length = 0;
  proxy.drip("off");
  wire.socket.write(commandText("GET", key));
  await wire.has(108);
  assert.equal(wire.chunks.length, 1);
  wire.chunks.length = 0;
  proxy.drip({ bytes: 27, everyMs: 5 }, { direction: "toClient" });
  wire.socket.write(commandText("GET", key));
  await wire.has(108);
  assert.ok(wire.chunks.every((chunk) => chunk.length % 27 === 0));
});

test(`fault proxy: random delays and chunks change no byte, and no order within a link (seed ${SEED})`, async (t) => {
  const proxy = await proxied(t, server);
  assert.equal(proxy.seed, SEED);
  proxy.delay({ minMs: 0, maxMs: 20 });
  proxy.chunks({ min: 1, max: 40 });
  const order: number[] = [];
  await Promise.all(Array.from({ length: 8 }, async (_, number) => {
    const link = await linked(t, proxy);
    for (let round = 0; round < 5; round++) {
      const texts = ["a", "b", "c"].map((letter) => `${number}:${round}:${letter.repeat(100)}`);
      for (const text of texts) write(link, "ECHO", text);
      for (const text of texts) assert.equal(await link.next(), text, `seed ${proxy.seed}`);
      order.push(number);
    }
  }));
  assert.notDeepEqual(order, order.toSorted((a, b) => a - b));
  proxy.chunks("off");
  proxy.delay({ minMs: 60, maxMs: 60 }, { direction: "toClient" });
  proxy.delay("off", { direction: "toServer" });
  const link = await linked(t, proxy), start = performance.now();
  for (let count = 0; count < 50; count++) write(link, "PING");
  for (let count = 0; count < 50; count++) await link.next();
  const took = performance.now() - start;
  // A delay is not paid once a reply.
  assert.ok(took >= 59 && took < 1500, `${took} ms`);
});

test(`fault proxy: a seed gives each link and direction its own chance, the same every time (seed ${SEED})`, async (t) => {
  const text = "x".repeat(400), sizes: number[][] = [];
  for (let round = 0; round < 2; round++) {
    const proxy = await proxied(t, server);
    proxy.chunks({ min: 1, max: 100 }, { direction: "toClient" });
    for (let count = 0; count < 2; count++) {
      const wire = new Wire(t, proxy);
      wire.socket.write(commandText("ECHO", text));
      await wire.has(408);
      sizes.push(wire.chunks.map((chunk) => chunk.length));
    }
  }
  const [first, second, firstAgain, secondAgain] = sizes;
  assert.deepEqual([firstAgain, secondAgain], [first, second]);
  assert.notDeepEqual(first, second);
});

test("fault proxy: refuse closes the port while links live on, and accept opens the same port", async (t) => {
  const proxy = await proxied(t, server);
  const { port } = proxy, link = await linked(t, proxy);
  for (let round = 0; round < 3; round++) {
    await proxy.refuse();
    await assert.rejects(Link.open({ host: proxy.host, port }, 3), { code: "ECONNREFUSED" });
    assert.equal(await send(link, "PING"), "PONG");
    await proxy.accept();
    assert.equal(proxy.port, port);
    assert.equal(await send(await linked(t, proxy), "PING"), "PONG");
  }
  assert.equal(proxy.accepted, 4);
});

test("fault proxy: a link refused by reset is broken off, by silence it stays open and hears nothing", async (t) => {
  const proxy = await proxied(t, server);
  await proxy.refuse({ how: "reset" });
  assert.equal(await new Wire(t, proxy).ended, "reset");
  await proxy.refuse({ how: "silent" });
  const wire = new Wire(t, proxy);
  wire.socket.write(commandText("PING"));
  await proxy.connected(2);
  await turns();
  assert.deepEqual([wire.text, proxy.connections, proxy.seen("PING")], ["", 1, 0]);
  await proxy.heal();
  assert.equal(await send(await linked(t, proxy), "PING"), "PONG");
  wire.socket.end();
  assert.equal(await wire.ended, "end");
});

test("fault proxy: a client that does not read holds the server back, and not this process's memory", async (t) => {
  const proxy = await proxied(t, server);
  const wire = new Wire(t, proxy), key = freshKey();
  await directly(t, "SET", key, "x".repeat(64 * MIB));
  wire.socket.write(commandText("PING"));
  await wire.has(7);
  wire.socket.pause();
  wire.socket.write(commandText("GET", key));
  await proxy.until(() => proxy.bytes.toClient > MIB);
  await turns();
  const clients = String(await directly(t, "CLIENT", "LIST")).split("\n");
  const unsent = clients.map((line) => Number(/ omem=(\d+) .* cmd=get /.exec(line)?.[1] ?? 0));
  assert.ok(Math.max(...unsent) > 32 * MIB, `${unsent} bytes`);
  wire.socket.resume();
  await proxy.until(() => proxy.bytes.toClient > 64 * MIB);
  await wire.has(7 + 11 + 64 * MIB + 2);
});

test("fault proxy: a server that ends takes the links with it, and one that is not there refuses them", async (t) => {
  const mortal = await startServer();
  t.defer(() => mortal.stop());
  const proxy = await proxied(t, mortal);
  const wire = new Wire(t, proxy);
  wire.socket.write(commandText("PING"));
  await wire.has(7);
  await mortal.stop();
  assert.equal(await wire.ended, "end");
  await proxy.until(() => proxy.connections === 0);
  assert.equal(await new Wire(t, proxy).ended, "reset");
});

test("fault proxy: stop ends links whatever fault they are under, and what still waits", async (t) => {
  const proxy = await proxied(t, server);
  proxy.delay({ minMs: 50_000, maxMs: 60_000 }, { direction: "toClient" });
  const wires = [new Wire(t, proxy), new Wire(t, proxy)];
  for (const wire of wires) wire.socket.write(commandText("PING"));
  await proxy.until(() => proxy.seen("PING") === 2);
  proxy.drip({ bytes: 1, everyMs: 50_000 });
  wires[0].socket.write(commandText("PING"));
  const never = assert.rejects(proxy.until(() => false), /the fault proxy was stopped/);
  await proxy.stop();
  await never;
  await Promise.all(wires.map(({ ended }) => ended));
  assert.equal(proxy.connections, 0);
  await assert.rejects(Link.open({ host: proxy.host, port: proxy.port }, 3), { code: "ECONNREFUSED" });
  await proxy.stop();
});
