/**
 * Streams over Bun's own sockets.
 *
 * Strategy: `Bun.connect` with a handler object per stream. A write that the kernel takes whole is done; of any
 * other the rest is kept and goes on at `drain`. Under TLS the dial waits for the handshake's verdict.
 *
 * Limits: Bun speaks plain text where it is given `tls: {}`, so that `rejectUnauthorized` is always given, and it
 * checks no name on a unix socket unless told, so that `serverName` is always given. With verification off it
 * still fails some handshakes over the name, so that those go to `node:tls`.
 *
 * @module
 */
import type { ByteSink, ByteStream, Platform, Target, TextCodec, TlsOptions } from "../src/stream.ts";
import { Delivery } from "./delivery.ts";
import { nativeText } from "./text.ts";

interface BunSocket {
  write(bytes: Uint8Array, offset: number, length: number): number;
  end(): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  setNoDelay(on: boolean): void;
  setKeepAlive(on: boolean, delayMs: number): void;
}
interface BunHandlers {
  binaryType: "uint8array";
  open(socket: BunSocket): void;
  data(socket: BunSocket, bytes: Uint8Array): void;
  drain(socket: BunSocket): void;
  handshake(socket: BunSocket, success: boolean, error: Error | null): void;
  end(socket: BunSocket): void;
  close(socket: BunSocket, error?: Error): void;
  error(socket: BunSocket, error: Error): void;
  connectError(socket: BunSocket, error: Error): void;
}
interface BunSockets {
  connect(options: Record<string, unknown> & { socket: BunHandlers }): Promise<BunSocket>;
}

// Bun takes the protocol's own numbers here.
const VERSIONS = { "TLSv1.2": 0x303, "TLSv1.3": 0x304 };

function tlsOptions({ ca, cert, key, serverName, minVersion }: TlsOptions, host: string): object {
  return {
    rejectUnauthorized: true,
    serverName: serverName ?? host,
    ...(ca === undefined ? undefined : { ca }),
    ...(cert === undefined ? undefined : { cert }),
    ...(key === undefined ? undefined : { key }),
    ...(minVersion === undefined ? undefined : { minVersion: VERSIONS[minVersion] }),
  };
}

class BunStream implements ByteStream {
  #socket: BunSocket | undefined;
  readonly #delivery = new Delivery();
  #queue: Uint8Array[] = [];
  // How much of the first array in the queue has left.
  #sent = 0;
  #error: Error | undefined;

  connect({ host, port, path, tls, keepAliveMs }: Target, done: (error?: Error) => void): void {
    const sockets = (globalThis as unknown as { Bun: BunSockets }).Bun;
    const fail = (error: Error): void => {
      this.#error ??= error;
      done(this.#error);
    };
    const handlers: BunHandlers = {
      binaryType: "uint8array",
      open: (socket) => {
        this.#socket = socket;
        // Closed during the dial.
        if (this.#delivery.over) return socket.terminate();
        if (path === undefined) {
          socket.setNoDelay(true);
          if (keepAliveMs) socket.setKeepAlive(true, keepAliveMs);
        }
        if (tls === undefined) done();
      },
      handshake: (socket, success, error) => {
        if (success) return done();
        fail(error ?? new Error("Cannot connect: the TLS handshake failed"));
        socket.terminate();
      },
      data: (_, bytes) => this.#delivery.received(bytes),
      drain: () => this.#flush(),
      // The peer's end is the link's end: nothing that is still unsent could be answered.
      end: () => this.#endSocket(),
      error: (_, error) => fail(error),
      connectError: (_, error) => fail(error),
      close: (_, error) => {
        this.#queue = [];
        this.#delivery.end(error ?? this.#error);
        fail(
          error ?? Object.assign(new Error("Cannot connect: the peer closed the link first"), { code: "ECONNRESET" }),
        );
      },
    };
    const where = path === undefined ? { hostname: host, port } : { unix: path };
    const secured = tls ? { tls: tlsOptions(tls, host) } : undefined;
    sockets.connect({ ...where, ...secured, socket: handlers }).catch(fail);
  }

  open(sink: ByteSink): void {
    this.#delivery.open(sink);
  }

  write(bytes: Uint8Array): boolean {
    if (this.#delivery.over) return true;
    if (this.#queue.length === 0) {
      const count = this.#socket!.write(bytes, 0, bytes.length);
      if (count === bytes.length) return true;
      this.#sent = Math.max(count, 0);
    }
    this.#queue.push(bytes);
    return false;
  }

  pause(): void {
    this.#delivery.pause();
    if (!this.#delivery.over) this.#socket!.pause();
  }

  resume(): void {
    this.#delivery.resume();
    if (!this.#delivery.over) this.#socket!.resume();
  }

  close(): void {
    this.#delivery.discard();
    this.#endSocket();
  }

  // Not terminate(): that resets the link, and what the kernel took would be lost.
  #endSocket(): void {
    this.#socket?.end();
  }

  #flush(): void {
    while (this.#queue.length > 0) {
      const bytes = this.#queue[0];
      const count = this.#socket!.write(bytes, this.#sent, bytes.length - this.#sent);
      if (count > 0) this.#sent += count;
      if (this.#sent < bytes.length) return;
      this.#sent = 0;
      this.#queue.shift();
      if (this.#queue.length === 0) this.#delivery.drained();
    }
  }
}

/** Opens a stream over Bun's own sockets, or over `node:tls` for what they cannot do. */
export async function dial(target: Target, signal?: AbortSignal): Promise<ByteStream> {
  if (target.tls?.insecureSkipVerify) return await (await import("./node.ts")).dial(target, signal);
  signal?.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const stream = new BunStream();
    // Bun.connect takes no signal, so that a connection that comes too late closes itself.
    function onAbort(): void {
      reject(signal!.reason);
      stream.close();
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    stream.connect(target, (error) => {
      signal?.removeEventListener("abort", onAbort);
      if (error) reject(error);
      else resolve(stream);
    });
  });
}

/** The fastest text codec of this runtime. */
export const text: TextCodec = nativeText();

/** Dialling over Bun's own sockets. */
export const bunPlatform: Platform = { name: "Bun.connect", dial, text };
