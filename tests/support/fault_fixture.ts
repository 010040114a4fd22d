/**
 * What tests of the fault proxy share: a proxy and links that end with their test, a bare socket, short commands.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { command } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from "./fault_proxy.ts";
import type { Context } from "./harness.ts";
import { Link } from "./link.ts";

/** Where chance starts in these tests. */
export const SEED = 20_260_401;
/** Bytes. */
export const MIB = 1_048_576;

/** Where something listens. */
export interface Place {
  host: string;
  port: number;
}

/** A proxy before a server. */
export async function proxied(t: Context, { port }: Pick<FaultProxyOptions, "port">): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ port, seed: SEED });
  t.defer(() => proxy.stop());
  return proxy;
}

/** A link that has said HELLO. */
export async function linked(t: Context, { host, port }: Place, protocol: 2 | 3 = 3): Promise<Link> {
  const link = await Link.open({ host, port }, protocol);
  t.defer(() => link.close());
  return link;
}

/** Sends a command and gives its reply. */
export function send(link: Link, ...words: string[]): Promise<unknown> {
  return link.send(command(words, raw));
}

/** Writes a command whose reply is read later. */
export function write(link: Link, ...words: string[]): void {
  link.write(command(words, raw));
}

/** A socket that keeps what comes and tells how it ended. */
export class Wire {
  /** The socket itself. */
  readonly socket: Socket;
  /** What was read, read by read. */
  readonly chunks: string[] = [];
  /** How the other side ended it. */
  readonly ended: Promise<"end" | "reset">;
  #wake = (): void => {};

  /** Connects, and ends with the test. */
  constructor(t: Context, where: Place) {
    this.socket = connect({ host: where.host, port: where.port });
    this.socket.setNoDelay(true).setEncoding("latin1");
    this.socket.on("data", (text) => {
      this.chunks.push(String(text));
      this.#wake();
    });
    this.ended = new Promise((done) => {
      this.socket.once("end", () => done("end"));
      this.socket.once("error", () => done("reset"));
    });
    const closed = new Promise((done) => this.socket.once("close", done));
    t.defer(() => {
      this.socket.destroy();
      return closed;
    });
  }

  /** All that has come. */
  get text(): string {
    return this.chunks.join("");
  }

  /** Waits until so many characters have come. */
  async has(length: number): Promise<string> {
    while (this.text.length < length) await new Promise<void>((wake) => this.#wake = wake);
    return this.text;
  }
}

let keys = 0;

/** A key that no other test has. */
export function freshKey(): string {
  return `k${++keys}`;
}

/** Lets some turns of the event loop pass, for what must not happen. */
export async function turns(): Promise<void> {
  for (let count = 0; count < 20; count++) await new Promise((done) => setTimeout(done, 1));
}
