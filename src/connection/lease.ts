/**
 * A connection of the pool in the hands of one borrower.
 *
 * Limits: its calls are not sent again, neither after a refusal nor after a loss: what the borrower did before over
 * the same connection would be missing.
 *
 * @module
 */
import { PoolError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import type { AnyCommand } from "../commands/command.ts";
import type { CallOptions, FeedListener, OwnSender } from "../sender.ts";
import type { PooledLink } from "./pooled_link.ts";

/** A connection that nobody else uses. */
export class Lease implements OwnSender {
  readonly #link: PooledLink;
  readonly #database: number;
  readonly #giveBack: (fit: boolean) => void;
  #returned: Promise<void> | undefined;

  /** Takes the connection, the database it is to go back with, and where it goes back to. */
  constructor(link: PooledLink, database: number, giveBack: (fit: boolean) => void) {
    this.#link = link;
    this.#database = database;
    this.#giveBack = giveBack;
  }

  /** Sends a command and gives its reply. */
  send<Reply>(command: AnyCommand<Reply>, options?: CallOptions): Promise<Reply> {
    if (this.#returned !== undefined) return Promise.reject(returnedError(command));
    return this.#link.send(command, options);
  }

  /** Sends several commands in one write and gives their replies in order. */
  sendAll(commands: readonly AnyCommand<unknown>[], options?: CallOptions): Promise<unknown[]> {
    if (commands.length === 0) return Promise.resolve([]);
    if (this.#returned !== undefined) return Promise.reject(returnedError(commands[0]));
    return this.#link.sendAll(commands, options);
  }

  /** Sends a command after which the server tells things unasked, all of which the listener is given. */
  feed(command: AnyCommand<unknown>, listener: FeedListener): Promise<unknown> {
    if (this.#returned !== undefined) return Promise.reject(returnedError(command));
    return this.#link.feed(command, listener);
  }

  /** Gives the connection back, as it came; where that is not possible, it is ended. */
  close(): Promise<void> {
    return this.#returned ??= this.#goBack();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#returned ??= Promise.resolve(this.#giveBack(false));
  }

  async #goBack(): Promise<void> {
    this.#giveBack(await this.#link.mend(this.#database));
  }
}

function returnedError({ words }: AnyCommand): PoolError {
  return new PoolError(`Cannot send ${commandName(words)}: the lease was returned`);
}
