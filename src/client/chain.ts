/**
 * A chain: commands gathered one after another, and sent together by `exec()`.
 *
 * A pipeline and a transaction are the same to gather and differ in how they are sent, so that is handed
 * in. `exec()` leaves the chain empty: it can be filled and sent again.
 *
 * @module
 */
import { type Command, withReader } from "../commands/command.ts";
import type { DecodeMode } from "../resp/value.ts";

/** Sends what a chain gathered. */
export type SendChain = (commands: readonly Command<unknown>[]) => Promise<unknown[]>;

/**
 * Refuses what is no command value, such as a name with arguments, before anything of it is sent.
 *
 * @throws {TypeError} When it is none.
 */
export function wantCommand(value: unknown): void {
  if (Array.isArray((value as Partial<Command<unknown>> | null | undefined)?.words)) return;
  const got = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
  throw new TypeError(`Cannot send a command: one that a function such as get("key") made is wanted, got ${got}`);
}

/** The part of a chain that is the same whatever commands there are. */
export class CommandChain {
  #commands: Command<unknown>[] = [];
  #mode: DecodeMode;
  #send: SendChain;

  /** Takes the mode of the view it belongs to, and how it is to be sent. */
  constructor(mode: DecodeMode, send: SendChain) {
    this.#mode = mode;
    this.#send = send;
  }

  /** How many commands are gathered. */
  get length(): number {
    return this.#commands.length;
  }

  /** Adds what one of the chain's methods built. */
  gather(command: Command<unknown>): this {
    this.#commands.push(command);
    return this;
  }

  /** Adds a command value. Its type says what it gives, so the view does not apply to it. */
  add(value: Command<unknown>): this {
    wantCommand(value);
    return this.gather(
      this.#mode === 0 ? value : withReader(value, { ...value.reader, allowed: 0 }) as Command<unknown>,
    );
  }

  /** Sends all, and gives a list with a reply or an error for each. */
  async exec(options?: { throwErrors?: boolean }): Promise<unknown[]> {
    const commands = this.#commands;
    this.#commands = [];
    const replies = await this.#send(commands);
    if (options?.throwErrors) {
      const error = replies.find((reply) => reply instanceof Error);
      if (error !== undefined) throw error;
    }
    return replies;
  }
}
