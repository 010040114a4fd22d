/**
 * A connection of one's own, for commands that no shared connection carries: SUBSCRIBE, MONITOR, CLIENT REPLY.
 *
 * It is a socket, an encoder and a decoder, with no session between: what is sent is written at once, and what
 * comes is given frame by frame, pushes and replies alike, so a test sees exactly what the server says.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { type AnyCommand, command, modeOf, type Word } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { Decoder, INCOMPLETE, PUSH } from "../../src/resp/decoder.ts";
import { Encoder } from "../../src/resp/encoder.ts";
import { type DecodeMode, PLAIN, type Value } from "../../src/resp/value.ts";

/** A link to a server. */
export class Link {
  #socket: Socket;
  #decoder = new Decoder();
  #chunks: Uint8Array[] = [];
  #feeding = false;
  #ended = false;
  #wake: () => void = () => {};

  /** The words of the commands that were written. */
  readonly sent: (readonly Word[])[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => {
      this.#chunks.push(new Uint8Array(chunk));
      this.#wake();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Connects, and says HELLO with the protocol. */
  static async open(where: { host: string; port: number }, protocol: 2 | 3): Promise<Link> {
    const socket = connect(where);
    await new Promise<void>((done, refuse) => {
      socket.once("connect", done);
      socket.once("error", refuse);
    });
    const link = new Link(socket);
    await link.send(command(["HELLO", protocol], raw));
    return link;
  }

  /** Writes a command and leaves its reply to {@linkcode next}. */
  write(command: AnyCommand): void {
    this.sent.push(command.words);
    const encoder = new Encoder();
    encoder.write(command.words);
    this.#socket.write(encoder.take());
  }

  /** Writes a command and gives the next frame as its reader reads it; an error is thrown. */
  async send<Reply>(command: AnyCommand<Reply>, wanted: DecodeMode = PLAIN): Promise<Reply> {
    this.write(command);
    const mode = modeOf(command, wanted);
    const value = await this.next(mode);
    if (value instanceof Error) throw value;
    return command.reader.read(value, mode);
  }

  /** Gives the next frame, a push as the list that it is. */
  async next(mode: DecodeMode = PLAIN): Promise<Value> {
    for (;;) {
      if (!this.#feeding) {
        const chunk = this.#chunks.shift();
        if (chunk === undefined) {
          if (this.#ended) throw new Error("Cannot read a frame: the server has ended the connection");
          await new Promise<void>((wake) => this.#wake = wake);
          continue;
        }
        this.#decoder.feed(chunk);
        this.#feeding = true;
      }
      const value = this.#decoder.next(mode);
      if (value === PUSH) return this.#decoder.push;
      if (value !== INCOMPLETE) return value;
      this.#feeding = false;
    }
  }

  /** Waits until the server has ended the connection, and gives true. */
  async ended(): Promise<boolean> {
    while (!this.#ended) await new Promise<void>((wake) => this.#wake = wake);
    return true;
  }

  /** Ends the connection and waits for that. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise((done) => this.#socket.once("close", done));
    this.#socket.destroy();
    await closed;
  }
}
