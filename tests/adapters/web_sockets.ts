/** A `connect()` that gives web streams, over `node:net` and `node:tls`: what workerd has, on every runtime. */
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { SocketConnect, StreamSocket } from "../../adapters/stream_socket.ts";

/** What a runtime of such sockets would be configured with. */
export interface WebSocketsOptions {
  /** Whether reads may bring a buffer of their own. */
  bytes: boolean;
  /** The authority that TLS trusts. */
  ca?: string;
}

type Settle = { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void };

function settleable(): Settle {
  let resolve!: () => void, reject!: (error: Error) => void;
  const promise = new Promise<void>((done, refuse) => [resolve, reject] = [done, refuse]);
  promise.catch(() => {});
  return { promise, resolve, reject };
}

function readableOf(socket: Socket, bytes: boolean): ReadableStream<Uint8Array> {
  let over = false;
  const source = {
    start(controller: ReadableByteStreamController | ReadableStreamDefaultController): void {
      function end(error?: Error): void {
        if (over) return;
        over = true;
        if (error) return controller.error(error);
        controller.close();
        // A read that waits with its own buffer has to be given it back.
        if ("byobRequest" in controller) controller.byobRequest?.respond(0);
      }
      socket.on("data", (chunk: Uint8Array) => {
        if (over) return;
        // A copy: what is handed on is detached, and the socket's chunks share memory.
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) socket.pause();
      });
      socket.pause();
      socket.on("end", () => end()).on("error", end).on("close", () => end());
    },
    pull: () => void socket.resume(),
    cancel(): void {
      over = true;
      socket.destroy();
    },
  };
  return bytes
    ? new ReadableStream({ ...source, type: "bytes" }, { highWaterMark: 0 })
    : new ReadableStream(source, { highWaterMark: 0 }) as ReadableStream<Uint8Array>;
}

function writableOf(socket: Socket): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (chunk) =>
      new Promise((resolve, reject) => void socket.write(chunk, (error) => error ? reject(error) : resolve())),
    close: () => void socket.end(),
    abort: () => void socket.destroy(),
  });
}

/** Makes a `connect()`; `startTls()` is not among what its sockets can do. */
export function webSockets({ bytes, ca }: WebSocketsOptions): SocketConnect {
  return ({ hostname, port }, { secureTransport }): StreamSocket => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const secure = secureTransport === "on";
    const socket = secure ? connectTls({ host, port, ca, servername: host }) : connectPlain({ host, port });
    const opened = settleable(), closed = settleable();
    socket.on(secure ? "secureConnect" : "connect", opened.resolve);
    socket.on("error", (error) => (opened.reject(error), closed.reject(error)));
    socket.on("close", () => (opened.reject(new Error("Cannot connect: closed first")), closed.resolve()));
    return {
      readable: readableOf(socket, bytes),
      writable: writableOf(socket),
      opened: opened.promise,
      closed: closed.promise,
      close(): Promise<void> {
        socket.destroy();
        return closed.promise;
      },
      startTls() {
        throw new Error("Cannot start TLS: these sockets speak it from the beginning or not at all");
      },
    };
  };
}
