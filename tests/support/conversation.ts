/**
 * A session and the one who speaks with it: what it gives out and takes in, and what became of its calls.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Command, command, type ReplyReader, type Word } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { type DecodeMode, PLAIN, type Value } from "../../src/resp/value.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { Batch } from "../../src/session/batch.ts";
import { Call, type CallKeeper, type PendingCall, type Reject, type Resolve } from "../../src/session/call.ts";
import { Session, type SessionOptions } from "../../src/session/session.ts";
import { VERSION } from "../../src/version.ts";
import { chunksOf, commandText, textOf, utf8 } from "./wire.ts";

/** The library's two words for itself, as they are on the wire. */
export const LIBRARY: string = commandText("CLIENT", "SETINFO", "LIB-NAME", "respwire") +
  commandText("CLIENT", "SETINFO", "LIB-VER", VERSION);
/** A handshake without a wish. */
export const HELLO: string = commandText("HELLO", "3") + LIBRARY;
/** A handshake in RESP2 without a wish. */
export const RESP2_HELLO: string = LIBRARY + commandText("PING");
/** A server's answer to HELLO 3. */
export const WELCOME: string =
  "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.2.0\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:5\r\n" +
  "$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";
/** A server's answer to {@linkcode HELLO}. */
export const WELCOMED: string = `${WELCOME}+OK\r\n+OK\r\n`;

/** A command of words whose reply is given as it came. */
export function words(...all: Word[]): Command<Value> {
  return command(all, raw);
}

/** Sends no call again. */
const NEVER_AGAIN: CallKeeper = { refused: () => false };

/** What became of a call. */
export interface Outcome {
  reply?: unknown;
  error?: unknown;
}

/** A session in the hand of a test. */
export class Conversation {
  readonly session: Session<PendingCall, CallKeeper>;
  /** What has become of each call, in the order in which that was settled. */
  readonly settled: [name: string, outcome: Outcome][] = [];
  /** The pushes so far. */
  readonly pushes: Value[][] = [];

  constructor(options: Partial<SessionOptions> = {}) {
    this.session = new Session<PendingCall, CallKeeper>({
      login: { protocol: 3 },
      node: "host:6379",
      onPush: (push) => void this.pushes.push(push),
      ...options,
    }, NEVER_AGAIN);
  }

  /** A conversation whose handshake is over. */
  static ready(options: Partial<SessionOptions> = {}): Conversation {
    const talk = new Conversation(options);
    talk.gives(HELLO);
    talk.receives(WELCOMED);
    assert.equal(talk.session.ready, true);
    return talk;
  }

  /** What is given out now is exactly this. */
  gives(text: string, reusable = true): void {
    assert.equal(textOf(this.session.output()), text);
    this.session.written(reusable);
  }

  /** The server says this, in chunks of `size`; all that they answer is settled. */
  receives(wire: string | Uint8Array, size: number = Infinity): void {
    const bytes = utf8(wire);
    for (const chunk of chunksOf(bytes, Math.min(size, bytes.length))) {
      if (this.takes(chunk)) this.session.resume();
    }
  }

  /** The server says this in one chunk, which is overwritten then, as a socket's is; true when half of it is left. */
  takes(wire: string | Uint8Array): boolean {
    const chunk = utf8(wire).slice();
    const isHalf = this.session.receive(chunk);
    chunk.fill(0x2b);
    return isHalf;
  }

  /** The server says this, and the session has to end over it. */
  refuses(wire: string): Error {
    try {
      this.receives(wire);
    } catch (error) {
      return error as Error;
    }
    return assert.fail(`Cannot find an error: ${JSON.stringify(wire)} was taken`);
  }

  /** Makes a call, which is named by its words. */
  calls(name: string, mode: DecodeMode = PLAIN, reader: ReplyReader<unknown> = raw): void {
    const one = command(name.split(" "), reader);
    this.session.send(new Call(one, { ...PLAIN_CALL, mode }, ...this.#settle(name)));
  }

  /** Makes one call of several commands. */
  batches(names: string[], mode: DecodeMode = PLAIN, reader: ReplyReader<unknown> = raw): void {
    const all = names.map((name) => command(name.split(" "), reader));
    this.session.send(new Batch(all, { ...PLAIN_CALL, mode }, ...this.#settle(names.join(", "))));
  }

  /** Ends the session; each error is whether its call may have been applied. */
  ends(): void {
    this.session.end((call, sent) => call.fail(sent));
  }

  #settle(name: string): [Resolve, Reject] {
    return [
      (reply) => void this.settled.push([name, { reply }]),
      (error) => void this.settled.push([name, { error }]),
    ];
  }
}
