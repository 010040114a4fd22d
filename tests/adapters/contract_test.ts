/** One contract for every stream: each sentence runs over every link, on every runtime. */
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import {
  freePort,
  type Link,
  links,
  open,
  type Peer,
  Recorder,
  roles,
  type Script,
  serveSockets,
  turns,
  until,
} from "./links.ts";

let certificates: Certificates;
beforeAll(() => void (certificates = makeCertificates()));
afterAll(() => certificates.remove());

const BLOCK = 64 * 1024;
const MIB = 1024 * 1024;
// More than any kernel here keeps for one link.
const FULL = 14 * MIB;

const echo: Script = (peer) => ({ received: (bytes) => void peer.send(bytes.slice()) });

type Sentence = [name: string, check: (link: Link, defer: (fn: () => unknown) => void) => Promise<void>];

/** Serves and opens; all of it ends with the test. */
async function start(link: Link, defer: (fn: () => unknown) => void, script: Script) {
  const place = await link.serve(script);
  defer(place.close);
  const { stream, seen } = await open(place);
  defer(() => stream.close());
  return { stream, seen, place };
}

/** Serves a peer that counts what comes, and sees that every byte is `value`. */
function counting(
  value: number,
): { script: Script; peer: () => Peer; state: { count: number; wrong: number; ended: boolean } } {
  const state = { count: 0, wrong: 0, ended: false };
  let peer: Peer;
  const script: Script = (connected) => {
    peer = connected;
    return {
      received(bytes) {
        state.count += bytes.length;
        for (let i = 0; i < bytes.length; i++) if (bytes[i] !== value) state.wrong++;
      },
      closed: () => void (state.ended = true),
    };
  };
  return { script, peer: () => peer, state };
}

const sentences: Sentence[] = [
  ["gives every byte value back", async (link, defer) => {
    const { stream, seen } = await start(link, defer, echo);
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    stream.write(all);
    await until(() => seen.count >= 256);
    assert.deepEqual(seen.bytes, all);
  }],
  ["keeps the order of many small writes", async (link, defer) => {
    const { stream, seen } = await start(link, defer, echo);
    const sent = new Uint8Array(3000);
    for (let i = 0; i < 3000; i += 3) {
      sent.set([i, i >> 8, 7], i);
      stream.write(sent.subarray(i, i + 3));
      if (i % 300 === 0) await Promise.resolve();
    }
    await until(() => seen.count >= sent.length);
    assert.deepEqual(seen.bytes, sent);
  }],
  ["loses nothing that the peer sent at once", async (link, defer) => {
    const place = await link.serve((peer) => void peer.send(new TextEncoder().encode("first")));
    defer(place.close);
    const stream = await place.platform.dial(place.target), seen = new Recorder();
    defer(() => stream.close());
    await turns(5);
    stream.open(seen);
    await until(() => seen.count >= 5);
    assert.equal(new TextDecoder().decode(seen.bytes), "first");
  }],
  ["delivers what the peer sent before it ended, then the end", async (link, defer) => {
    const place = await link.serve((peer) => {
      peer.send(new Uint8Array(100_000).fill(3));
      peer.finish();
    });
    defer(place.close);
    const stream = await place.platform.dial(place.target), seen = new Recorder();
    await turns(5);
    stream.open(seen);
    await until(() => seen.ends.length > 0);
    assert.deepEqual([seen.count, seen.late, seen.ends], [100_000, 0, [undefined]]);
  }],
  ["lets an array be reused after true, also under load", async (link, defer) => {
    const { script, peer, state } = counting(7);
    const { stream, seen } = await start(link, defer, script);
    const sizes = [10, 100, 5_000, 70_000, 300_000, 1_000_000];
    let total = 0, taken = 0;
    await until(() => peer() !== undefined);
    for (let i = 0; i < 60; i++) {
      const bytes = new Uint8Array(sizes[i % sizes.length]).fill(7), drains = seen.drains;
      if (i % 10 === 0) peer().pause();
      if (i % 10 === 3) peer().resume();
      total += bytes.length;
      if (stream.write(bytes)) {
        taken++;
        bytes.fill(9);
      } else if (i % 10 >= 3) {
        await until(() => seen.drains > drains);
        bytes.fill(9);
      }
    }
    peer().resume();
    await until(() => state.count >= total);
    assert.deepEqual([state.count, state.wrong], [total, 0]);
  }],
  ["says false to a writer whose peer is slow, and drained once all left", async (link, defer) => {
    const { script, peer, state } = counting(1);
    const { stream, seen } = await start(link, defer, script);
    await until(() => peer() !== undefined);
    peer().pause();
    const block = new Uint8Array(BLOCK).fill(1), total = link.bulkMiB * MIB;
    let sent = 0, stalled = 0;
    while (sent < total) {
      sent += BLOCK;
      const drains = seen.drains;
      if (stream.write(block)) continue;
      if (stalled === 0) {
        // Writes on some runtimes are always asynchronous: full is when nothing leaves for some turns.
        await turns(10);
        if (seen.drains > drains && sent < FULL) continue;
        stalled = sent;
        if (link.peerHolds) {
          assert.ok(state.count <= BLOCK && sent <= FULL, `${sent} sent to a peer that reads nothing`);
        }
        peer().resume();
      }
      await until(() => seen.drains > drains);
    }
    assert.ok(stalled > 0 || !link.peerHolds, "never said false");
    peer().resume();
    await until(() => state.count >= total);
    assert.deepEqual([state.count, state.wrong], [total, 0]);
  }],
  ["holds the peer back while paused, and goes on", async (link, defer) => {
    const total = link.bulkMiB * MIB, block = new Uint8Array(BLOCK).fill(5);
    let sent = 0, full = false;
    const script: Script = (peer) => {
      const fill = (): void => {
        full = false;
        while (sent < total && !full) {
          sent += BLOCK;
          full = !peer.send(block);
        }
      };
      return { received: fill, drained: fill };
    };
    const { stream, seen } = await start(link, defer, script);
    let wrong = 0;
    seen.onBytes = (bytes) => {
      for (let i = 0; i < bytes.length; i += 97) if (bytes[i] !== 5) wrong++;
    };
    stream.pause();
    stream.write(new Uint8Array(1));
    let before = -1;
    for (let still = 0; still < 20; still = before === sent && sent > 0 ? still + 1 : 0) {
      before = sent;
      await turns(1);
    }
    assert.ok(seen.count <= BLOCK, `${seen.count} came while paused`);
    if (link.holdsPeer) assert.ok(full && sent <= FULL, `${sent} sent to a paused stream`);
    stream.resume();
    await until(() => seen.count > MIB);
    stream.pause();
    const count = seen.count;
    await turns();
    assert.ok(seen.count - count <= BLOCK, `${seen.count - count} came while paused again`);
    stream.resume();
    await until(() => seen.count >= total);
    assert.deepEqual([seen.count, wrong], [total, 0]);
  }],
  ["tells of the peer's end without an error", async (link, defer) => {
    const { seen, stream } = await start(link, defer, (peer) => ({ received: () => peer.finish() }));
    stream.write(new Uint8Array(1));
    await until(() => seen.ends.length > 0);
    await turns();
    assert.deepEqual(seen.ends, [undefined]);
  }],
  ["tells of the peer's end though the peer reads nothing of what is still to leave", async (link, defer) => {
    const { script, peer } = counting(0);
    const { seen, stream } = await start(link, defer, script);
    await until(() => peer() !== undefined);
    peer().pause();
    for (let i = 0; i < 16; i++) stream.write(new Uint8Array(MIB));
    await turns(5);
    peer().finish();
    await until(() => seen.ends.length > 0);
    assert.equal(seen.ends.length, 1);
  }],
  ["tells of a reset once, an error with its code or a plain end", async (link, defer) => {
    const { seen, stream } = await start(link, defer, (peer) => ({ received: () => peer.reset() }));
    stream.write(new Uint8Array(1));
    await until(() => seen.ends.length > 0);
    await turns();
    assert.equal(seen.ends.length, 1);
    const error = seen.ends[0] as Error & { code?: string } | undefined;
    if (error) assert.match(`${error.code} ${error.message}`, /ECONNRESET|EPIPE|os error 104|UnexpectedEof|EPROTO/);
  }],
  ["closes once, however often it is asked, and tells the peer", async (link, defer) => {
    const { script, state } = counting(1);
    const { seen, stream } = await start(link, defer, script);
    stream.write(new Uint8Array(10).fill(1));
    await until(() => state.count === 10);
    stream.close();
    stream.close();
    await until(() => seen.ends.length > 0 && state.ended);
    stream.close();
    await turns();
    assert.deepEqual([seen.ends, seen.late], [[undefined], 0]);
  }],
  ["tells nothing after close, though more arrives", async (link, defer) => {
    const script: Script = (peer) => ({ received: () => void peer.send(new Uint8Array(BLOCK)) });
    const { seen, stream } = await start(link, defer, script);
    stream.write(new Uint8Array(10));
    stream.close();
    const count = seen.count;
    await until(() => seen.ends.length > 0);
    await turns();
    assert.deepEqual([seen.ends, seen.late, seen.count], [[undefined], 0, count]);
  }],
  ["takes writes, pause and resume after close without a throw", async (link, defer) => {
    const { seen, stream } = await start(link, defer, echo);
    stream.close();
    assert.equal(stream.write(new Uint8Array(5)), true);
    stream.pause();
    stream.resume();
    await until(() => seen.ends.length > 0);
    stream.pause();
    stream.resume();
    assert.deepEqual([seen.ends, seen.drains, seen.count], [[undefined], 0, 0]);
  }],
  ["closes while paused", async (link, defer) => {
    const { seen, stream } = await start(link, defer, (peer) => void peer.send(new Uint8Array(BLOCK)));
    stream.pause();
    await turns(5);
    stream.close();
    await until(() => seen.ends.length > 0);
    assert.deepEqual(seen.ends, [undefined]);
  }],
  ["closes with writes under way", async (link, defer) => {
    const { script, peer } = counting(0);
    const { seen, stream } = await start(link, defer, script);
    await until(() => peer() !== undefined);
    peer().pause();
    for (let i = 0; i < 8; i++) stream.write(new Uint8Array(MIB));
    stream.close();
    await until(() => seen.ends.length > 0);
    await turns();
    assert.deepEqual([seen.ends, seen.late], [[undefined], 0]);
  }],
  ["closes from within received", async (link, defer) => {
    const { seen, stream } = await start(link, defer, echo);
    seen.onBytes = () => stream.close();
    stream.write(new Uint8Array(10));
    await until(() => seen.ends.length > 0);
    assert.equal(seen.late, 0);
  }],
  ["does not dial once its signal has aborted", async (link, defer) => {
    let accepted = 0;
    const place = await link.serve(() => void accepted++);
    defer(place.close);
    const reason = new Error("not wanted");
    await assert.rejects(place.platform.dial(place.target, AbortSignal.abort(reason)), (error) => error === reason);
    await turns(5);
    assert.equal(accepted, 0);
  }],
  ["looks no more at its signal once it is connected", async (link, defer) => {
    const place = await link.serve(echo), controller = new AbortController();
    defer(place.close);
    const stream = await place.platform.dial(place.target, controller.signal), seen = new Recorder();
    defer(() => stream.close());
    controller.abort();
    stream.open(seen);
    stream.write(new Uint8Array(4));
    await until(() => seen.count === 4);
    assert.deepEqual(seen.ends, []);
  }],
];

for (const link of links(() => certificates)) {
  for (const [name, check] of sentences) {
    test(`adapters: ${link.name}: ${name}`, { timeoutMs: 30_000 }, (t) => check(link, (fn) => t.defer(fn)));
  }
}

for (const [role, platform] of roles) {
  for (const kind of ["TCP", "TLS", "a unix socket"]) {
    test(`adapters: ${role} over ${kind}: rejects with the signal's reason when it aborts during the dial`, async (t) => {
      const path = kind === "a unix socket" ? `${certificates.folder}/abort-${role.replace(":", "")}` : undefined;
      let live = 0;
      // Never speaks, so that a TLS dial waits for its handshake.
      const place = await serveSockets(() => (live++, { closed: () => void live-- }), undefined, path);
      t.defer(place.close);
      const { dial } = await platform(), controller = new AbortController(), reason = new Error("enough");
      const tls = kind === "TLS" ? { insecureSkipVerify: true } : undefined;
      const dialled = dial({ ...place.target, tls }, controller.signal);
      if (tls) await until(() => live === 1);
      controller.abort(reason);
      await assert.rejects(dialled, (error) => error === reason);
      // The connection may be accepted only now; it must not stay.
      await turns(5);
      await until(() => live === 0);
    });
  }

  const nowhere: [what: string, path: string | undefined, code: RegExp][] = [
    ["a port that refuses", undefined, /ECONNREFUSED/],
    ["a socket that is not there", "/tmp/respwire-no-such-socket", /ENOENT/],
  ];
  for (const [what, path, code] of nowhere) {
    test(`adapters: ${role}: rejects with the system's code at ${what}`, async () => {
      const { dial } = await platform(), port = await freePort();
      await assert.rejects(dial({ host: "127.0.0.1", port, path }), (error: Error & { code?: string }) => {
        assert.match(`${error.code}`, code);
        return error instanceof Error;
      });
    });
  }
}
