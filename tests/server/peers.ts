/**
 * Peers that a test makes up itself: a listener that does anything, and a server that follows a script.
 *
 * Strategy: `node:net`, which all runtimes have. A peer ends with its test, its sockets with it. Text is latin1
 * throughout, so that any byte can be written down.
 *
 * @module
 */
import { createServer, type Socket } from "node:net";
import type { Context } from "../support/harness.ts";

/** A listener on a free loopback port. */
export interface Peer {
  /** Its address. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Its address and port as a URL of plain Redis. */
  readonly url: string;
  /** Every connection that it took, in order. */
  readonly sockets: readonly Socket[];
  /** Gives the next connection that is taken. */
  accepted(): Promise<Socket>;
  /** Stops listening; the test's end does so too. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Listens until the test ends; each connection is handed to `onSocket`. */
export async function startPeer(t: Context, onSocket: (socket: Socket) => void): Promise<Peer> {
  const sockets: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const listener = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    onSocket(socket);
    for (const tell of waiting.splice(0)) tell(socket);
  });
  const port = await new Promise<number>((done, refuse) => {
    listener.once("error", refuse);
    listener.listen(0, HOST, () => {
      const address = listener.address();
      if (address !== null && typeof address === "object") done(address.port);
    });
  });
  let closed: Promise<void> | undefined;
  function close(): Promise<void> {
    return closed ??= new Promise((done) => {
      listener.close(() => done());
      for (const socket of sockets) socket.destroy();
    });
  }
  t.defer(close);
  return {
    host: HOST,
    port,
    url: `redis://${HOST}:${port}`,
    sockets,
    accepted: () => new Promise((done) => waiting.push(done)),
    close,
  };
}

/** Gives a port of the loopback address that nobody listens on. */
export async function closedPort(t: Context): Promise<number> {
  const peer = await startPeer(t, () => {});
  await peer.close();
  return peer.port;
}

/** What a server says of itself in answer to HELLO 3. */
export const HELLO_REPLY = "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n";

/** A server that follows a script. */
export interface Scripted extends Peer {
  /** All commands that it got, those of the handshake too. */
  readonly commands: readonly string[][];
}

/**
 * Answers each command by what `answer` gives for its words, in the bytes of RESP; nothing is sent for
 * undefined. What `answer` leaves undefined of the handshake is answered as a server does that has nothing
 * against it.
 */
export async function startScripted(
  t: Context,
  answer: (words: string[], socket: Socket) => string | undefined,
): Promise<Scripted> {
  const commands: string[][] = [];
  const peer = await startPeer(t, (socket) => {
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      text += chunk;
      for (let found = firstCommand(text); found !== undefined; found = firstCommand(text)) {
        text = text.slice(found.length);
        commands.push(found.words);
        const reply = answer(found.words, socket) ?? handshakeReply(found.words);
        if (reply !== undefined) socket.write(reply, "latin1");
      }
    });
  });
  return { ...peer, commands };
}

function handshakeReply(words: string[]): string | undefined {
  if (words[0] === "HELLO") return HELLO_REPLY;
  if (words[0] === "PING") return "+PONG\r\n";
  const isStep = words[0] === "AUTH" || words[0] === "SELECT" || (words[0] === "CLIENT" && words[1].startsWith("SET"));
  return isStep ? "+OK\r\n" : undefined;
}

/** The words of the first whole command in `text`, and how long it is there. */
function firstCommand(text: string): { words: string[]; length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return undefined;
  const words: string[] = [];
  let at = head[0].length;
  for (let left = Number(head[1]); left > 0; left--) {
    const line = text.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const start = line + 2;
    const end = start + Number(text.slice(at + 1, line));
    if (text.length < end + 2) return undefined;
    words.push(text.slice(start, end));
    at = end + 2;
  }
  return { words, length: at };
}
