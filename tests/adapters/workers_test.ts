/** What is the workers adapter's own: what it asks of `connect()`, what it refuses, and dials that fail. */
import assert from "node:assert/strict";
import { workersPlatform } from "../../adapters/workers.ts";
import type { SocketAddress, SocketOptions, StreamSocket } from "../../adapters/stream_socket.ts";
import type { Target, TlsOptions } from "../../src/stream.ts";
import { test } from "../support/harness.ts";
import { freePort, open, serveSockets, turns, until } from "./links.ts";
import { webSockets } from "./web_sockets.ts";

/** Sockets that do nothing by themselves: the test opens them, or lets them fail. */
class Sockets {
  /** What was asked, in order. */
  asked: unknown[] = [];
  /** How often a socket was told to end. */
  ended = 0;
  /** Settles `opened` of each socket in turn. */
  opening: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly connect = (address: SocketAddress, options: SocketOptions): StreamSocket => {
    this.asked.push([address.hostname, address.port, options.secureTransport, options.allowHalfOpen]);
    return this.#socket();
  };

  #socket(): StreamSocket {
    const opened = new Promise<void>((resolve, reject) => this.opening.push({ resolve, reject }));
    return {
      readable: new ReadableStream(),
      writable: new WritableStream(),
      opened,
      closed: new Promise(() => {}),
      close: () => {
        this.ended++;
        return Promise.resolve();
      },
      startTls: ({ expectedServerHostname }) => {
        this.asked.push(["startTls", expectedServerHostname]);
        return this.#socket();
      },
    };
  }
}

const HERE: Target = { host: "cache.example", port: 6380 };

const asks: [what: string, target: Target, asked: unknown[]][] = [
  ["a plain link", HERE, [["cache.example", 6380, "off", false]]],
  ["TLS", { ...HERE, tls: {} }, [["cache.example", 6380, "on", false]]],
  ["TLS that names the host itself", { ...HERE, tls: { serverName: "cache.example" } }, [
    ["cache.example", 6380, "on", false],
  ]],
  ["TLS with another server name", { ...HERE, tls: { serverName: "other.example" } }, [
    ["cache.example", 6380, "starttls", false],
    ["startTls", "other.example"],
  ]],
  ["TLS that does not skip verification", { ...HERE, tls: { insecureSkipVerify: false } }, [
    ["cache.example", 6380, "on", false],
  ]],
  ["an IPv6 address, in brackets", { host: "::1", port: 1 }, [["[::1]", 1, "off", false]]],
];
for (const [what, target, asked] of asks) {
  test(`adapters: workers: asks connect() for ${what}`, async () => {
    const sockets = new Sockets(), dialled = workersPlatform(sockets.connect).dial(target);
    for (let i = 0; i < asked.length; i++) {
      await until(() => sockets.opening.length > i);
      sockets.opening[i].resolve();
    }
    await dialled;
    assert.deepEqual(sockets.asked, asked);
  });
}

const refused: [what: string, target: Partial<Target>, message: RegExp][] = [
  ["a unix socket", { path: "/run/redis.sock" }, /has no unix sockets/],
  ...([
    ["ca", "PEM"],
    ["cert", "PEM"],
    ["key", "PEM"],
    ["minVersion", "TLSv1.3"],
  ] as const).map(([name, value]): [string, Partial<Target>, RegExp] => [
    `tls.${name}`,
    { tls: { [name]: value } as TlsOptions },
    new RegExp(`cannot be given tls\\.${name}: .*docs/edge\\.md`),
  ]),
  ["tls.insecureSkipVerify", { tls: { insecureSkipVerify: true } }, /cannot turn off the checks of TLS/],
];
for (const [what, target, message] of refused) {
  test(`adapters: workers: refuses ${what} before it dials, and says what to do`, async () => {
    const sockets = new Sockets();
    await assert.rejects(workersPlatform(sockets.connect).dial({ ...HERE, ...target }), (error: Error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^Cannot dial: this runtime /);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(sockets.asked, []);
  });
}

test("adapters: workers: rejects with the error of a socket that does not open, and ends the socket", async () => {
  const sockets = new Sockets(), failure = new Error("proxy request failed");
  const dialled = workersPlatform(sockets.connect).dial(HERE);
  sockets.opening[0].reject(failure);
  await assert.rejects(dialled, (error) => error === failure);
  assert.equal(sockets.ended, 1);
});

test("adapters: workers: rejects with what connect() throws", async () => {
  const failure = new TypeError("no such host");
  const { dial } = workersPlatform(() => {
    throw failure;
  });
  await assert.rejects(dial(HERE), (error) => error === failure);
});

for (const [when, opened] of [["the connection", 0], ["the start of TLS", 1]] as const) {
  test(`adapters: workers: rejects with the signal's reason when it aborts during ${when}`, async () => {
    const sockets = new Sockets(), controller = new AbortController(), reason = new Error("enough");
    const target = { ...HERE, tls: { serverName: "other.example" } };
    const dialled = workersPlatform(sockets.connect).dial(target, controller.signal);
    for (let i = 0; i < opened; i++) sockets.opening[i].resolve();
    await until(() => sockets.opening.length > opened);
    controller.abort(reason);
    await assert.rejects(dialled, (error) => error === reason);
    assert.equal(sockets.ended, 1);
    // What comes too late harms nobody.
    sockets.opening[opened].resolve();
    await turns(2);
  });
}

test("adapters: workers: leaves no connection behind when it aborts during the dial", async (t) => {
  let live = 0;
  const place = await serveSockets(() => (live++, { closed: () => void live-- }));
  t.defer(place.close);
  const { dial } = workersPlatform(webSockets({ bytes: true })), controller = new AbortController();
  const dialled = dial(place.target, controller.signal);
  controller.abort();
  await assert.rejects(dialled, { name: "AbortError" });
  await turns(5);
  await until(() => live === 0);
});

test("adapters: workers: rejects with the socket's own code at a port that refuses", async () => {
  const { dial } = workersPlatform(webSockets({ bytes: true })), port = await freePort();
  await assert.rejects(dial({ host: "127.0.0.1", port }), { code: "ECONNREFUSED" });
});

test("adapters: workers: hands an error of the link to the sink once", async (t) => {
  let failing: ReadableStreamDefaultController | undefined;
  const sockets = new Sockets(), failure = new Error("Network connection lost.");
  const platform = workersPlatform((address, options) => ({
    ...sockets.connect(address, options),
    readable: new ReadableStream({ start: (controller) => void (failing = controller) }),
  }));
  const opening = open({ platform, target: HERE, close: () => Promise.resolve() });
  sockets.opening[0].resolve();
  const { stream, seen } = await opening;
  t.defer(() => stream.close());
  await turns(2);
  failing!.error(failure);
  await until(() => seen.ends.length > 0);
  stream.close();
  await turns(2);
  assert.deepEqual(seen.ends, [failure]);
});
