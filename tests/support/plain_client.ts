/**
 * A client of the tests' own, for what tests do to servers and ask of them behind respwire's back.
 *
 * It speaks RESP2, over TLS if it is told whom to trust, reads by a parser of its own and gives replies as they are, so that what it
 * says of a server is a second opinion. Commands may be sent side by side; each has a time limit.
 *
 * Limits: text only; no pushes.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** A reply: an integer is a number, a status or a bulk text a string, nothing null. */
export type PlainReply = string | number | null | PlainReply[];

/** An error reply. */
export class Refusal extends Error {
  /** Always `"Refusal"`. */
  override name = "Refusal";
}

interface Waiting {
  readonly resolve: (reply: PlainReply) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

const COMMAND_MS = 15_000;

/** A connection to a server. */
export class PlainClient {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #closed: Promise<void>;
  readonly #waiting: Waiting[] = [];
  // Characters are bytes here: lengths are counted in bytes.
  #text = "";
  #ended = false;

  private constructor(socket: Socket, where: string) {
    this.#socket = socket;
    this.#where = where;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#take(text));
    socket.on("error", () => {});
    this.#closed = new Promise((done) => socket.once("close", () => done()));
    void this.#closed.then(() => this.#end());
  }

  /** Connects, over TLS when an authority is given, and logs in when a password is. */
  static async open(
    { host, port }: { host: string; port: number },
    { password, ca }: { password?: string; ca?: string } = {},
  ): Promise<PlainClient> {
    const socket = ca === undefined ? connect({ host, port }) : connectTls({ host, port, ca });
    await new Promise<void>((done, refuse) => {
      socket.once(ca === undefined ? "connect" : "secureConnect", done);
      socket.once("error", refuse);
    });
    const client = new PlainClient(socket, `${host}:${port}`);
    if (password !== undefined) await client.command("AUTH", password);
    return client;
  }

  /** Whether it is of no use any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends a command and gives its reply; an error reply is thrown as a {@linkcode Refusal}. */
  command(...words: (string | number)[]): Promise<PlainReply> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error(`Cannot send ${words[0]}: ${this.#where} has ended the connection`));
      const timer = setTimeout(() => {
        reject(
          new Error(`Cannot wait for ${words.slice(0, 2).join(" ")}: no reply of ${this.#where} in ${COMMAND_MS} ms`),
        );
        this.#socket.destroy();
      }, COMMAND_MS);
      this.#waiting.push({ resolve, reject, timer });
      this.#socket.write(encoded(words));
    });
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#socket.destroy();
    await this.#closed;
  }

  #take(text: string): void {
    this.#text += text;
    let at = 0;
    for (let found = parsed(this.#text, at); found !== undefined; found = parsed(this.#text, at)) {
      at = found.end;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) throw new Error(`Cannot take a reply of ${this.#where}: no command waits for it`);
      clearTimeout(waiting.timer);
      if (found.reply instanceof Refusal) waiting.reject(found.reply);
      else waiting.resolve(found.reply);
    }
    this.#text = this.#text.slice(at);
  }

  #end(): void {
    this.#ended = true;
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(new Error(`Cannot read a reply: ${this.#where} has ended the connection`));
    }
  }
}

function encoded(words: readonly (string | number)[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = words.map((word) => `$${encoder.encode(String(word)).length}\r\n${word}\r\n`);
  return encoder.encode(`*${words.length}\r\n${parts.join("")}`);
}

interface Parsed {
  readonly reply: PlainReply | Refusal;
  readonly end: number;
}

/** The reply that begins at `at`, and where it ends; undefined when it is not all there. */
function parsed(text: string, at: number): Parsed | undefined {
  const lineEnd = text.indexOf("\r\n", at);
  if (lineEnd < 0) return undefined;
  const line = text.slice(at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[at]) {
    case "+":
      return { reply: line, end };
    case "-":
      return { reply: new Refusal(line), end };
    case ":":
      return { reply: Number(line), end };
    case "$":
      return bulk(text, end, Number(line));
    case "*":
      return list(text, end, Number(line));
    default:
      throw new Error(`Cannot read a reply that begins with ${JSON.stringify(text[at])}`);
  }
}

function bulk(text: string, at: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: at };
  const end = at + length + 2;
  if (text.length < end) return undefined;
  const bytes = Uint8Array.from(text.slice(at, end - 2), (character) => character.charCodeAt(0));
  return { reply: new TextDecoder().decode(bytes), end };
}

function list(text: string, at: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: at };
  const replies: PlainReply[] = [];
  let end = at;
  for (let left = length; left > 0; left--) {
    const found = parsed(text, end);
    if (found === undefined) return undefined;
    // An error within EXEC's list: nothing here asks for one.
    if (found.reply instanceof Refusal) throw found.reply;
    replies.push(found.reply);
    end = found.end;
  }
  return { reply: replies, end };
}
