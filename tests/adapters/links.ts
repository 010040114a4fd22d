/** The links of the contract suite: each a way to get a stream and the scripted peer at its other end. */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions as ServerTlsOptions } from "node:tls";
import { join } from "node:path";
import { memoryPlatform, type MemoryStream } from "../../adapters/memory.ts";
import { nodePlatform } from "../../adapters/node.ts";
import { detectPlatform } from "../../adapters/auto.ts";
import { workersPlatform } from "../../adapters/workers.ts";
import type { ByteSink, ByteStream, Platform, Target } from "../../src/stream.ts";
import type { Certificates } from "../support/certificates.ts";
import { webSockets } from "./web_sockets.ts";

/** The runtime that runs the tests. */
export const runtime: "deno" | "bun" | "node" = "Deno" in globalThis ? "deno" : "Bun" in globalThis ? "bun" : "node";

/** The adapter over the runtime's own sockets; on Node that is `node:net`. */
export async function ownPlatform(): Promise<Platform> {
  if (runtime === "deno") return (await import("../../adapters/deno.ts")).denoPlatform;
  if (runtime === "bun") return (await import("../../adapters/bun.ts")).bunPlatform;
  return nodePlatform;
}

/** How the adapters are named in tests, and what stands behind the name here. */
export const roles: [role: string, platform: () => Promise<Platform>][] = [
  ["own socket", ownPlatform],
  ["node:net", () => Promise.resolve(nodePlatform)],
  ["picked", detectPlatform],
];

/** The other end of a stream, in the hand of the test. */
export interface Peer {
  /** Sends bytes; false while the link is full. */
  send(bytes: Uint8Array): boolean;
  /** Ends the link in order. */
  finish(): void;
  /** Breaks the link. */
  reset(): void;
  /** Stops reading, and goes on. */
  pause(): void;
  resume(): void;
}

/** What a peer does: called when it is connected, gives who is told of its bytes. */
export type Script = (peer: Peer) => Partial<ByteSink> | void;

/** A scripted server. */
export interface Place {
  platform: Platform;
  target: Target;
  /** Ends the server and all its connections. */
  close(): Promise<void>;
}

/** One row of the contract table. */
export interface Link {
  name: string;
  /** MiB that the tests of bulk send through it. */
  bulkMiB: number;
  /** False where a paused stream goes on reading into memory: a bug of the runtime. */
  holdsPeer: boolean;
  /** False where the scripted peer does so. */
  peerHolds: boolean;
  serve(script: Script): Promise<Place>;
}

/** Starts a socket server; `target` gives where it is. */
export async function serveSockets(script: Script, tls?: ServerTlsOptions, path?: string): Promise<Place> {
  const sockets = new Set<Socket>();
  function accept(socket: Socket): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    const sink = script({
      send: (bytes) => socket.write(bytes),
      finish: () => void socket.end(),
      // Node can reset plain TCP alone.
      reset: () => void (tls || path ? socket.destroy() : socket.resetAndDestroy()),
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
    });
    socket.on("data", (bytes: Uint8Array) => sink?.received?.(bytes)).on("drain", () => sink?.drained?.());
    socket.on("close", () => sink?.closed?.());
  }
  // Peers whose handshake fails are connections too, and would keep a server from closing.
  const server: Server = tls ? createTlsServer(tls, accept).on("tlsClientError", () => {}) : createServer(accept);
  const raw = new Set<Socket>();
  server.on("connection", (socket) => void raw.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => {
    if (path) server.listen(path, resolve);
    else server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address(), port = typeof address === "object" && address ? address.port : 0;
  return {
    platform: nodePlatform,
    target: { host: "localhost", port, path },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of [...sockets, ...raw]) socket.destroy();
      }),
  };
}

/** Lets a peer of a memory pair look like a socket's. */
function memoryPeer(stream: MemoryStream, script: Script): void {
  const sink = script({
    send: (bytes) => stream.write(bytes),
    finish: () => stream.close(),
    reset: () => stream.fail(Object.assign(new Error("Cannot go on: reset"), { code: "ECONNRESET" })),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
  });
  stream.open({ received: () => {}, drained: () => {}, closed: () => {}, ...sink });
}

/** Every link of the suite; `certificates` is asked when a server starts. */
export function links(certificates: () => Certificates): Link[] {
  let paths = 0;
  const rows: Link[] = [];
  for (const [role, platform] of roles.slice(0, 2)) {
    for (const kind of ["TCP", "TLS", "a unix socket"]) {
      // Deno's node:tls reads on while paused; its own TLS would not, but takes no authority of the test's.
      const holds = kind !== "TLS" || runtime !== "deno";
      rows.push({
        name: `${role} over ${kind}`,
        bulkMiB: kind === "TCP" ? 64 : 16,
        holdsPeer: holds,
        peerHolds: holds,
        async serve(script) {
          const secure = kind === "TLS" ? certificates().server : undefined;
          const path = kind === "a unix socket" ? join(certificates().folder, `s${paths++}`) : undefined;
          const place = await serveSockets(script, secure, path);
          const tls = secure ? { ca: certificates().ca } : undefined;
          return { ...place, platform: await platform(), target: { ...place.target, tls } };
        },
      });
    }
  }
  for (const [kind, bytes] of [["TCP", true], ["TCP", false], ["TLS", true]] as const) {
    const holds = kind !== "TLS" || runtime !== "deno";
    rows.push({
      name: `web ${bytes ? "byte " : ""}streams over ${kind}`,
      bulkMiB: kind === "TCP" ? 64 : 16,
      holdsPeer: holds,
      peerHolds: holds,
      async serve(script) {
        const secure = kind === "TLS" ? certificates() : undefined;
        const place = await serveSockets(script, secure?.server);
        const platform = workersPlatform(webSockets({ bytes, ca: secure?.ca }));
        return { ...place, platform, target: { ...place.target, tls: secure && {} } };
      },
    });
  }
  let seed = 1;
  const randomSize = (): number => 1 + ((seed = (seed * 48271) % 2147483647) % 4000);
  for (const [name, chunkSizes, bulkMiB] of [["whole", undefined, 64], ["in random chunks", randomSize, 4]] as const) {
    rows.push({
      name: `memory ${name}`,
      bulkMiB,
      holdsPeer: true,
      peerHolds: true,
      serve(script) {
        const platform = memoryPlatform((stream) => memoryPeer(stream, script), { chunkSizes });
        return Promise.resolve({ platform, target: { host: "memory", port: 1 }, close: () => Promise.resolve() });
      },
    });
  }
  return rows;
}

/** Keeps all that a stream tells. */
export class Recorder implements ByteSink {
  /** Every byte that came, unless `keep` is false. */
  chunks: Uint8Array[] = [];
  /** How many came. */
  count = 0;
  /** How often all had left. */
  drains = 0;
  /** Each end, with its error. */
  ends: (Error | undefined)[] = [];
  /** What came after an end. */
  late = 0;
  /** Is told of each chunk in place of keeping it. */
  onBytes: ((bytes: Uint8Array) => void) | undefined;

  received(bytes: Uint8Array): void {
    if (this.ends.length > 0) this.late++;
    this.count += bytes.length;
    if (this.onBytes) this.onBytes(bytes);
    else this.chunks.push(bytes.slice());
  }

  drained(): void {
    if (this.ends.length > 0) this.late++;
    this.drains++;
  }

  closed(error?: Error): void {
    this.ends.push(error);
  }

  /** All bytes as one array. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

/** Waits, turn by turn, until something holds; the test's own timeout bounds it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Lets some turns of the event loop pass, for what must not happen. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Dials and opens in one go. */
export async function open(place: Place): Promise<{ stream: ByteStream; seen: Recorder }> {
  const stream = await place.platform.dial(place.target), seen = new Recorder();
  stream.open(seen);
  return { stream, seen };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const place = await serveSockets(() => {});
  await place.close();
  return place.target.port;
}
