/**
 * Streams over a `connect()` that gives web streams: that of `cloudflare:sockets`, or one of the same shape.
 *
 * Strategy: a loop reads into one buffer that travels to the runtime and back, and pushes to the sink; it does not ask
 * for more while paused, so the peer is held back. Each write is handed on at once, and the stream is drained when the
 * last of them has left.
 *
 * Measured in workerd 1.20261117: 64 KiB buffers read 1.2 GB/s, reads without a buffer of ours 0.18 GB/s, since those
 * give 4 KiB at most. A native text call costs 130 ns there, so that short ASCII is coded by hand.
 *
 * Limits: the runtime's TLS can neither skip verification nor be told of authorities, a client certificate or a lowest
 * version, and it has no unix sockets; a dial that wants such a thing is refused. Keep-alive is the runtime's own. A
 * dial that is given up in the middle of a TLS handshake, and a stream that is closed while its peer takes nothing, stay
 * open until the request ends.
 *
 * @module
 */
import type { ByteSink, ByteStream, Platform, Target, TextCodec } from "../src/stream.ts";
import { asciiFirst, decodeAscii } from "./ascii.ts";
import { Delivery } from "./delivery.ts";
import type { SocketConnect, SocketReader, SocketWriter, StreamSocket } from "./stream_socket.ts";

const READ_SIZE = 64 * 1024;
// Up to here coding by hand is faster than a native call.
const HAND_TEXT = 48;

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

/** The fastest text codec of this runtime. */
export const text: TextCodec = {
  decode(bytes, start, end) {
    const ascii = end - start <= HAND_TEXT ? decodeAscii(bytes, start, end) : undefined;
    return ascii ?? decoder.decode(bytes.subarray(start, end));
  },
  encodeInto: /* @__PURE__ */ asciiFirst(
    HAND_TEXT,
    (text, target, offset) => encoder.encodeInto(text, target.subarray(offset)).written,
  ),
};

function ignore(): void {}

function readerOf({ readable }: StreamSocket): SocketReader {
  try {
    return readable.getReader({ mode: "byob" }) as SocketReader;
  } catch {
    // No stream of bytes but of chunks, whose reader makes nothing of the view that it is given.
    return readable.getReader() as SocketReader;
  }
}

/**
 * Ends by closing the writer, which lets what is under way leave. The peer's answer ends a read that waits: were that
 * cancelled, workerd would tell of a rejection that nobody handled, and were the writer aborted, it would keep the
 * connection open.
 */
class WorkersStream implements ByteStream {
  readonly #reader: SocketReader;
  readonly #writer: SocketWriter;
  readonly #delivery = new Delivery();
  #pending = 0;
  #reading = false;
  #ended = false;
  #wake: (() => void) | undefined;
  // One of each for all writes, so that a write makes no closure.
  readonly #written = (): void => {
    if (--this.#pending === 0) this.#delivery.drained();
  };
  readonly #failed = (error: unknown): void => this.#end(error as Error);

  constructor(socket: StreamSocket) {
    this.#reader = readerOf(socket);
    this.#writer = socket.writable.getWriter() as SocketWriter;
  }

  open(sink: ByteSink): void {
    this.#delivery.open(sink);
    void this.#readAll();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#delivery.over) return true;
    this.#pending++;
    this.#writer.write(bytes).then(this.#written, this.#failed);
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

  async #readAll(): Promise<void> {
    let buffer = new ArrayBuffer(READ_SIZE);
    try {
      for (;;) {
        if (!this.#delivery.wanted) await new Promise<void>((resolve) => this.#wake = resolve);
        if (this.#ended) return this.#stopReading();
        this.#reading = true;
        const { done, value } = await this.#reader.read(new Uint8Array(buffer));
        this.#reading = false;
        if (done) return this.#end();
        this.#delivery.received(value!);
        // The buffer that was handed in is detached when the reader took it; it comes back under the bytes.
        if (buffer.byteLength === 0) buffer = value!.buffer;
      }
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #stopReading(): void {
    this.#reader.cancel().catch(ignore);
  }

  #end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake?.();
    this.#writer.close().catch(ignore);
    if (error !== undefined || !this.#reading) this.#stopReading();
    this.#delivery.end(error);
  }
}

/** Says what of a target the runtime's own sockets cannot do; undefined when they can do all. */
function lacking({ path, tls }: Target): string | undefined {
  if (path !== undefined) return "has no unix sockets: name a host and a port, or hand in a connect() that reaches it";
  if (tls?.insecureSkipVerify) {
    return "cannot turn off the checks of TLS: have it trust the server's authority (docs/edge.md says how)";
  }
  const option = tls && (["ca", "cert", "key", "minVersion"] as const).find((name) => tls[name] !== undefined);
  return option &&
    `cannot be given tls.${option}: it belongs in the runtime's own configuration (docs/edge.md says how)`;
}

/** Waits until a socket is open; ends it when it cannot be, or when `signal` aborts first. */
function opened(socket: StreamSocket, signal: AbortSignal | undefined): Promise<void> {
  socket.closed.catch(ignore);
  return new Promise((resolve, reject) => {
    function fail(error: unknown): void {
      signal?.removeEventListener("abort", onAbort);
      socket.close().catch(ignore);
      reject(error);
    }
    const onAbort = (): void => fail(signal!.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.opened.then(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, fail);
  });
}

async function dialOver(connect: SocketConnect, target: Target, signal?: AbortSignal): Promise<ByteStream> {
  const lack = lacking(target);
  if (lack !== undefined) throw new TypeError(`Cannot dial: this runtime ${lack}`);
  signal?.throwIfAborted();
  const { host, port, tls } = target;
  const hostname = host.includes(":") ? `[${host}]` : host;
  const name = tls?.serverName === host ? undefined : tls?.serverName;
  const secureTransport = tls === undefined ? "off" : name === undefined ? "on" : "starttls";
  const socket = connect({ hostname, port }, { secureTransport, allowHalfOpen: false });
  await opened(socket, signal);
  if (name === undefined) return new WorkersStream(socket);
  const secured = socket.startTls({ expectedServerHostname: name });
  await opened(secured, signal);
  return new WorkersStream(secured);
}

async function dialOwn(target: Target, signal?: AbortSignal): Promise<ByteStream> {
  // @ts-ignore: only the runtime that it belongs to has this module.
  const { connect } = await import("cloudflare:sockets") as { connect: SocketConnect };
  return await dialOver(connect, target, signal);
}

/**
 * Makes the platform of Workers-like runtimes.
 *
 * @param connect What opens sockets, such as the `connect()` of a service binding; that of `cloudflare:sockets` when
 * absent.
 */
export function workersPlatform(connect?: SocketConnect): Platform {
  if (connect === undefined) return { name: "cloudflare:sockets", dial: dialOwn, text };
  return { name: "web streams", dial: (target, signal) => dialOver(connect, target, signal), text };
}
