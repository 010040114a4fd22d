/**
 * Streams over Deno's own sockets.
 *
 * Strategy: a loop reads into one reused buffer and pushes to the sink; it does not ask for more while paused,
 * so the peer is held back. Writes go out one after another, never two at once. TLS begins on a plain socket that has
 * no-delay and keep-alive already, since `Deno.connectTls` gives one on which neither is set nor can be.
 *
 * Limits: Deno's TLS cannot skip verification, take another server name, a lowest version, a unix socket, nor trust
 * given authorities *in place of* the system's (it adds them), and on a socket that is there already it cannot show a
 * client certificate; for these this goes to `node:tls`.
 * Deno turns keep-alive on or off, its delay is the system's. Writes are always asynchronous: `write` gives false.
 *
 * @module
 */
import type { ByteSink, ByteStream, Platform, Target, TextCodec } from "../src/stream.ts";
import { Delivery } from "./delivery.ts";
import { nativeText } from "./text.ts";

const READ_SIZE = 64 * 1024;

interface DenoConn {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  setNoDelay?(on: boolean): void;
  setKeepAlive?(on: boolean): void;
  handshake?(): Promise<unknown>;
}
interface DenoSockets {
  connect(options: Record<string, unknown>): Promise<DenoConn>;
  startTls(conn: DenoConn, options: { hostname: string }): Promise<DenoConn>;
}

class DenoStream implements ByteStream {
  readonly #conn: DenoConn;
  readonly #delivery = new Delivery();
  #queue: Uint8Array[] = [];
  #writing = false;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(conn: DenoConn) {
    this.#conn = conn;
  }

  open(sink: ByteSink): void {
    this.#delivery.open(sink);
    void this.#readAll(new Uint8Array(READ_SIZE));
  }

  write(bytes: Uint8Array): boolean {
    if (this.#delivery.over) return true;
    this.#queue.push(bytes);
    if (!this.#writing) void this.#writeAll();
    return false;
  }

  pause(): void {
    this.#delivery.pause();
  }

  resume(): void {
    this.#delivery.resume();
    this.#wake?.();
  }

  close(): void {
    this.#delivery.discard();
    this.#end();
  }

  async #readAll(buffer: Uint8Array): Promise<void> {
    try {
      for (;;) {
        if (!this.#delivery.wanted) await new Promise<void>((resolve) => this.#wake = resolve);
        if (this.#closed) break;
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        this.#delivery.received(count === READ_SIZE ? buffer : buffer.subarray(0, count));
      }
      this.#end();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#queue.length > 0) {
        const bytes = this.#queue[0];
        for (let at = 0; at < bytes.length;) at += await this.#conn.write(at === 0 ? bytes : bytes.subarray(at));
        this.#queue.shift();
      }
      this.#writing = false;
      this.#delivery.drained();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #end(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
    this.#wake?.();
    this.#delivery.end(error);
  }
}

/** Whether Deno's own sockets can do all that is asked. */
function isOwn({ host, path, tls }: Target): boolean {
  if (tls === undefined) return true;
  const { ca, cert, key, minVersion, insecureSkipVerify, serverName = host } = tls;
  const asked = path ?? ca ?? cert ?? key ?? minVersion;
  return asked === undefined && !insecureSkipVerify && serverName === host;
}

/** Connects a socket and sets its options; under TLS the handshake is still to come. */
async function connectSocket({ host, port, path, tls, keepAliveMs }: Target): Promise<DenoConn> {
  const sockets = (globalThis as unknown as { Deno: DenoSockets }).Deno;
  if (path !== undefined) return await sockets.connect({ transport: "unix", path });
  const conn = await sockets.connect({ hostname: host, port });
  try {
    conn.setNoDelay?.(true);
    if (keepAliveMs) conn.setKeepAlive?.(true);
    return tls === undefined ? conn : await sockets.startTls(conn, { hostname: host });
  } catch (error) {
    conn.close();
    throw error;
  }
}

async function connectTo(target: Target, signal?: AbortSignal): Promise<DenoConn> {
  const conn = await connectSocket(target);
  if (signal?.aborted) {
    conn.close();
    throw signal.reason;
  }
  // Only this ends a handshake with a peer that says nothing. A second close would throw.
  const onAbort = (): void => conn.close();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    // Verification is part of the handshake, which would else wait for the first read.
    await conn.handshake?.();
    signal?.throwIfAborted();
  } catch (error) {
    if (!signal?.aborted) conn.close();
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
  return conn;
}

/** Opens a stream over Deno's own sockets, or over `node:tls` for what they cannot do. */
export async function dial(target: Target, signal?: AbortSignal): Promise<ByteStream> {
  if (!isOwn(target)) return await (await import("./node.ts")).dial(target, signal);
  signal?.throwIfAborted();
  return await new Promise((resolve, reject) => {
    // Deno.connect takes no signal, so a connection that comes too late is closed here.
    const onAbort = (): void => reject(signal!.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    connectTo(target, signal).then((conn) => {
      signal?.removeEventListener("abort", onAbort);
      if (signal?.aborted) conn.close();
      else resolve(new DenoStream(conn));
    }, (error) => {
      signal?.removeEventListener("abort", onAbort);
      reject(error);
    });
  });
}

/** The fastest text codec of this runtime. */
export const text: TextCodec = nativeText();

/** Dialling over Deno's own sockets. */
export const denoPlatform: Platform = { name: "Deno.connect", dial, text };
