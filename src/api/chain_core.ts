/**
 * What a chain of commands can do besides taking commands.
 *
 * Apart from the generated chain, so that nothing written by hand is in a generated file.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";

/** The replies of a chain, where the error of one command is that entry's value. */
export type Entries<Replies extends readonly unknown[]> = { -readonly [I in keyof Replies]: Replies[I] | RedisError };

/** Commands that were gathered and can be sent; `Replies` is the tuple of their replies. */
export interface ChainCore<Replies extends readonly unknown[]> {
  /** How many commands have been added. */
  readonly length: number;
  /**
   * Sends the commands and gives an entry for each, in order; the error of one command is its entry.
   *
   * A chain that was filled in a loop, so that its type knows of no command, gives a list of unknowns.
   */
  exec(): Promise<Replies extends readonly [] ? unknown[] : Entries<Replies>>;
  /** Sends the commands and gives their replies, in order; rejects with the first error among them. */
  exec(options: { throwErrors: true }): Promise<Replies extends readonly [] ? unknown[] : Replies>;
}
