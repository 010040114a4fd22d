/**
 * Streams over `node:net` and `node:tls`, on Node, Deno and Bun alike.
 *
 * Strategy: the socket reads into one reused buffer (`onread`), so that large replies cost no allocation. A
 * plain write is taken when nothing of it is left in the socket; a TLS write is taken when none was under way,
 * since the bytes were encrypted into the engine's own memory. Both were verified on every runtime by changing
 * the array afterwards, and `tests/adapters` does so again.
 *
 * Limits: under Deno 2.9 a paused TLS socket goes on reading into memory, so the peer is not held back.
 *
 * @module
 */
import { createPrivateKey } from "node:crypto";
import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from "node:tls";
import type { ByteSink, ByteStream, Platform, Target, TextCodec } from "../src/stream.ts";
import { Delivery } from "./delivery.ts";
import { nativeText } from "./text.ts";

const READ_SIZE = 64 * 1024;

function tlsOptions(target: Target): ConnectionOptions {
  const { ca, cert, key, serverName, minVersion, insecureSkipVerify } = target.tls!;
  const name = serverName ?? target.host;
  // Deno goes on without a certificate when the key is none; here all throw.
  if (key !== undefined) createPrivateKey(key);
  return {
    ca: typeof ca === "object" ? [...ca] : ca,
    cert,
    key,
    minVersion,
    // An address must not be sent as a server name (RFC 6066); the certificate is still checked against it.
    servername: isIP(name) ? "" : name,
    rejectUnauthorized: !insecureSkipVerify,
    checkServerIdentity: insecureSkipVerify ? () => undefined : (_, peer) => checkServerIdentity(name, peer),
  };
}

function connectTo(target: Target, onread: OnReadOpts): Socket {
  const { host, port, path, tls } = target;
  const where = path === undefined ? { host, port, onread } : { host, path, onread };
  return tls ? connectTls({ ...where, ...tlsOptions(target) }) : connectPlain(where as { path: string });
}

class NodeStream implements ByteStream {
  readonly socket: Socket;
  readonly #delivery = new Delivery();
  readonly #secure: boolean;
  #pending = 0;
  #held = false;
  #error: Error | undefined;
  // One for all writes, so that a write makes no closure.
  readonly #written = (error?: Error | null): void => {
    if (--this.#pending > 0 || !this.#held) return;
    this.#held = false;
    if (!error) this.#delivery.drained();
  };

  constructor(target: Target) {
    const buffer = new Uint8Array(READ_SIZE);
    const callback = (count: number): boolean => {
      this.#delivery.received(count === READ_SIZE ? buffer : buffer.subarray(0, count));
      // False stops the reading: pause() alone does not when a resume() came before it in the same tick.
      return this.#delivery.wanted;
    };
    this.#secure = target.tls !== undefined;
    this.socket = connectTo(target, { buffer, callback });
    this.socket.on("error", (error) => this.#error ??= error);
    // The peer's end is the link's end: nothing that is still unsent could be answered.
    this.socket.on("end", () => this.socket.destroy());
    this.socket.on("close", () => this.#delivery.end(this.#error));
  }

  /** Sets the options of a connected socket and holds it until `open()`. */
  ready(target: Target): void {
    this.socket.pause();
    if (target.path !== undefined) return;
    this.socket.setNoDelay(true);
    if (target.keepAliveMs) this.socket.setKeepAlive(true, target.keepAliveMs);
  }

  open(sink: ByteSink): void {
    this.#delivery.open(sink);
    this.socket.resume();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#delivery.over) return true;
    const idle = this.#pending === 0;
    this.#pending++;
    this.socket.write(bytes, this.#written);
    if (this.socket.writableLength === 0 || (this.#secure && idle)) return true;
    this.#held = true;
    return false;
  }

  pause(): void {
    this.#delivery.pause();
    this.socket.pause();
  }

  resume(): void {
    this.#delivery.resume();
    this.socket.resume();
  }

  close(): void {
    this.#delivery.discard();
    this.socket.destroy();
  }
}

/** Opens a stream over `node:net` or `node:tls`. */
export function dial(target: Target, signal?: AbortSignal): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stream = new NodeStream(target), socket = stream.socket;
    const connected = target.tls ? "secureConnect" : "connect";
    function settle(): void {
      socket.off(connected, onConnected).off("error", onError).off("close", onClose);
      signal?.removeEventListener("abort", onAbort);
    }
    function onConnected(): void {
      settle();
      stream.ready(target);
      resolve(stream);
    }
    function onError(error: Error): void {
      settle();
      socket.destroy();
      reject(error);
    }
    function onClose(): void {
      onError(Object.assign(new Error("Cannot connect: the peer closed the link first"), { code: "ECONNRESET" }));
    }
    function onAbort(): void {
      settle();
      stream.close();
      reject(signal!.reason);
    }
    socket.on(connected, onConnected).on("error", onError).on("close", onClose);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The fastest text codec of this runtime. */
export const text: TextCodec = nativeText();

/** Dialling over `node:net` and `node:tls`. */
export const nodePlatform: Platform = { name: "node:net", dial, text };
