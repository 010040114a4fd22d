/**
 * The seam between respwire and a runtime: bytes, dialling, text and time.
 *
 * Types only. An adapter implements {@linkcode Platform}; nothing here knows of RESP. Bytes are pushed
 * to a sink, not pulled: `docs/architecture.md` has the measurements behind that choice.
 *
 * @module
 */

/** Who is told of what happens on a stream. */
export interface ByteSink {
  /**
   * Bytes that arrived; never called from within `write`. The array is the stream's again when this returns: copy
   * what is kept.
   */
  received(bytes: Uint8Array): void;
  /** All that {@linkcode ByteStream.write} held back has left; never called from within `write`. */
  drained(): void;
  /** The stream has ended, with the error if it failed. Comes once, and nothing comes after it. */
  closed(error?: Error): void;
}

/** A connected, ordered, two-way flow of bytes. */
export interface ByteStream {
  /** Starts delivery to `sink`. To be called once, before anything else. */
  open(sink: ByteSink): void;
  /**
   * Sends bytes, in order.
   *
   * @returns True when the bytes have been taken and the array may be reused at once; false when the
   * stream still needs the array, until it calls `drained()`. More may be written meanwhile.
   */
  write(bytes: Uint8Array): boolean;
  /** Stops delivery of bytes, so that the peer is held back; at most one chunk may still come. */
  pause(): void;
  /** Starts delivery again. */
  resume(): void;
  /** Ends both directions at once; safe to call twice. `closed()` follows, without an error. */
  close(): void;
}

/** What TLS is to check and to present. */
export interface TlsOptions {
  /** Certificate authorities to trust, PEM, in place of the system's. */
  ca?: string | readonly string[];
  /** The client's certificate chain, PEM. */
  cert?: string;
  /** The private key of `cert`, PEM. */
  key?: string;
  /** The name to ask for and to verify, when it is not the host that is dialled. */
  serverName?: string;
  /** The lowest version to accept; the runtime's own choice when absent. */
  minVersion?: "TLSv1.2" | "TLSv1.3";
  /** Turns off the checks of authority, host name and validity dates. */
  insecureSkipVerify?: boolean;
}

/** What to connect to: a host and port, or the path of a unix socket. */
export interface Target {
  /** A host name or an address, IPv6 without brackets. */
  host: string;
  /** The TCP port. */
  port: number;
  /** The path of a unix socket; `host` and `port` are then not looked at. */
  path?: string;
  /** Speaks TLS, verified unless it says otherwise; plain when absent. */
  tls?: TlsOptions;
  /** Milliseconds of silence before the first TCP keep-alive probe; 0 turns probes off. */
  keepAliveMs?: number;
}

/** Opens a stream; rejects when the target cannot be reached or `signal` aborts. */
export type Dial = (target: Target, signal?: AbortSignal) => Promise<ByteStream>;

/** UTF-8 at the runtime's best speed. */
export interface TextCodec {
  /** The text of `bytes[start, end)`; malformed input becomes U+FFFD, a byte order mark is kept. */
  decode(bytes: Uint8Array, start: number, end: number): string;
  /** Writes `text` at `offset`, where the caller made room for 3 bytes a character; gives the count of bytes. */
  encodeInto(text: string, target: Uint8Array, offset: number): number;
}

/** What an adapter gives: one runtime's way to dial and to code text. */
export interface Platform {
  /** The runtime and socket, such as `node:net`. */
  readonly name: string;
  /** Opens streams. */
  readonly dial: Dial;
  /** Codes text. */
  readonly text: TextCodec;
}

/** Time, handed in so that tests can steer it. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `callback` once, `delayMs` from now. Gives the function that calls it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Chance, handed in for the same reason: a number from 0 up to, but not including, 1. */
export type Random = () => number;
