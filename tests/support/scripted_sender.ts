/**
 * A sender without a connection: a real session whose server is a function from words to a reply.
 *
 * @module
 */
import type { AnyCommand } from "../../src/commands/command.ts";
import { Events } from "../../src/events.ts";
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { encodeReply, type WireValue } from "../../src/resp/reply_encoder.ts";
import { PLAIN } from "../../src/resp/value.ts";
import { type CallOptions, type ClientSender, type OwnSender, PLAIN_CALL, type PoolStats } from "../../src/sender.ts";
import { Batch } from "../../src/session/batch.ts";
import { Call, type PendingCall, type Reject, type Resolve } from "../../src/session/call.ts";
import { Conversation } from "./conversation.ts";

/** What a server says to a command; a throw fails all that was sent with it. */
export type Answer = (words: string[]) => WireValue;

/** Sends commands to an {@linkcode Answer}; what it leases is another of its kind. */
export class ScriptedSender implements ClientSender, OwnSender {
  readonly events: Events = new Events();
  /** The words of each command, by what left in one write. */
  readonly sent: string[][][] = [];
  /** How each was to be made, by what left in one write. */
  readonly options: CallOptions[] = [];
  /** Whether it was closed or destroyed. */
  ended: "closed" | "destroyed" | undefined;
  /** All that were leased. */
  readonly leases: ScriptedSender[] = [];
  /** The tries that were waited before. */
  readonly backoffs: number[] = [];
  #answer: Answer;
  #protocol: 2 | 3;
  #talk: Conversation = Conversation.ready();

  constructor(answer: Answer, protocol: 2 | 3 = 3) {
    this.#answer = answer;
    this.#protocol = protocol;
  }

  send<Reply>(command: AnyCommand<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    return this.#exchange(options, (...tell) => new Call(command, options, ...tell)) as Promise<Reply>;
  }

  sendAll(commands: readonly AnyCommand<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    if (commands.length === 0) return Promise.resolve([]);
    return this.#exchange(options, (...tell) => new Batch(commands, options, ...tell)) as Promise<
      unknown[]
    >;
  }

  feed(command: AnyCommand<unknown>): Promise<unknown> {
    return this.send(command);
  }

  lease(): Promise<OwnSender> {
    const lease = new ScriptedSender(this.#answer, this.#protocol);
    this.leases.push(lease);
    return Promise.resolve(lease);
  }

  backoff(attempt: number): Promise<void> {
    this.backoffs.push(attempt);
    return Promise.resolve();
  }

  subscribe(): Promise<() => Promise<void>> {
    return Promise.reject(new Error("there are no channels"));
  }

  elsewhere(): boolean {
    return false;
  }

  poolStats(): PoolStats {
    throw new Error("there is no pool");
  }

  close(): Promise<void> {
    this.ended = "closed";
    return Promise.resolve();
  }

  destroy(): void {
    this.ended = "destroyed";
  }

  #exchange(options: CallOptions, make: (resolve: Resolve, reject: Reject) => PendingCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { session } = this.#talk;
      session.send(make(resolve, reject));
      const output = session.output().slice();
      session.written(true);
      this.options.push(options);
      this.#answerAll(output);
    });
  }

  #answerAll(output: Uint8Array): void {
    const { session } = this.#talk;
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
      session.end((call) => call.lost(error));
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
