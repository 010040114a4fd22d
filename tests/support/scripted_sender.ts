/**
 * A sender without a connection: a real session whose server is a function from words to a reply.
 *
 * @module
 */
import type { Command } from "../../src/commands/command.ts";
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { encodeReply, type WireValue } from "../../src/resp/reply_encoder.ts";
import { PLAIN } from "../../src/resp/value.ts";
import { type CallOptions, PLAIN_CALL, type Sender } from "../../src/sender.ts";
import { Conversation } from "./conversation.ts";

/** What a server says to a command; a throw fails all that was sent with it. */
export type Answer = (words: string[]) => WireValue;

/** Sends commands to an {@linkcode Answer}. */
export class ScriptedSender implements Sender {
  /** The words of each command, by what left in one write. */
  readonly sent: string[][][] = [];
  /** Whether it was closed or destroyed. */
  ended: "closed" | "destroyed" | undefined;
  #answer: Answer;
  #protocol: 2 | 3;
  #talk: Conversation = Conversation.ready();

  constructor(answer: Answer, protocol: 2 | 3 = 3) {
    this.#answer = answer;
    this.#protocol = protocol;
  }

  async send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    const { session } = this.#talk;
    const reply = new Promise<unknown>((resolve, reject) => session.call(command, options.mode, resolve, reject));
    this.#exchange();
    return await reply as Reply;
  }

  async sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    if (commands.length === 0) return [];
    const { session } = this.#talk;
    const replies = new Promise<unknown>((resolve, reject) => session.batch(commands, options.mode, resolve, reject));
    this.#exchange();
    return await replies as unknown[];
  }

  close(): Promise<void> {
    this.ended = "closed";
    return Promise.resolve();
  }

  destroy(): void {
    this.ended = "destroyed";
  }

  #exchange(): void {
    const { session } = this.#talk;
    const output = session.output().slice();
    session.written(true);
    if (output.length === 0) return;
    const decoder = new Decoder();
    decoder.feed(output);
    const write: string[][] = [];
    for (let words = decoder.next(PLAIN); words !== INCOMPLETE; words = decoder.next(PLAIN)) {
      write.push(words as string[]);
    }
    this.sent.push(write);
    try {
      for (const words of write) session.receive(encodeReply(this.#answer(words), this.#protocol));
    } catch (error) {
      session.end(() => error);
    }
  }
}

/** A server of transactions: commands are queued after MULTI, and EXEC gives what `answer` says to each. */
export function transactional(answer: Answer): Answer {
  let queue: string[][] | undefined;
  return (words) => {
    if (words[0] === "MULTI") {
      queue = [];
      return "OK";
    }
    if (words[0] === "EXEC") {
      const queued = queue ?? [];
      queue = undefined;
      return queued.map(answer);
    }
    if (queue === undefined) return answer(words);
    queue.push(words);
    return "QUEUED";
  };
}
