/**
 * The shape of a socket of two web streams, as `connect()` of `cloudflare:sockets` gives it.
 *
 * Types only, and only of what is used, so that sockets of other makers fit without a cast.
 *
 * @module
 */

/** What is asked of a {@linkcode SocketConnect}: where to. */
export interface SocketAddress {
  /** A host name or an address, IPv6 in brackets. */
  hostname: string;
  /** The TCP port. */
  port: number;
}

/** What is asked of a {@linkcode SocketConnect}: how. */
export interface SocketOptions {
  /** Whether TLS is spoken: at once, after `startTls()`, or not. */
  secureTransport: "on" | "starttls" | "off";
  /** Always false: the peer's end is the link's end. */
  allowHalfOpen: boolean;
}

/** The reading side of a {@linkcode StreamSocket}, as far as it is used. */
export interface SocketReader {
  /** Reads into `view` where the stream can, else gives an array of its own; the view is lost in either case. */
  read(view: Uint8Array<ArrayBuffer>): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> }>;
  /** Ends the reading. */
  cancel(): Promise<unknown>;
}

/** The writing side of a {@linkcode StreamSocket}, as far as it is used. */
export interface SocketWriter {
  /** Writes the bytes; resolves when they have left. */
  write(bytes: Uint8Array): Promise<unknown>;
  /** Ends the writing when all that was written has left. */
  close(): Promise<unknown>;
}

/** A socket of two web streams: what `connect()` of `cloudflare:sockets` gives, as far as it is used. */
export interface StreamSocket {
  /** Bytes from the peer. */
  readonly readable: { getReader(options?: { mode: "byob" }): unknown };
  /** Bytes to the peer. */
  readonly writable: { getWriter(): unknown };
  /** Resolves when the socket is connected, its TLS included; rejects when it cannot be. */
  readonly opened: Promise<unknown>;
  /** Settles when the socket has ended. */
  readonly closed: Promise<unknown>;
  /** Ends the socket. */
  close(): Promise<unknown>;
  /** Goes on in TLS, with a certificate for `expectedServerHostname`; the socket is to be used no more. */
  startTls(options: { expectedServerHostname: string }): StreamSocket;
}

/** Opens a socket of web streams, as `connect` of `cloudflare:sockets` does. */
export type SocketConnect = (address: SocketAddress, options: SocketOptions) => StreamSocket;
