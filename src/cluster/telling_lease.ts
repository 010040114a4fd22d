/**
 * A leased connection whose refusals are told to whoever keeps the nodes.
 *
 * The borrower is told too: what was done over this connection cannot be continued over another.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import type { CallOptions, FeedListener, OwnSender } from "../sender.ts";

/** A leased connection to one node. */
export class TellingLease implements OwnSender {
  /** The connection. */
  protected readonly lease: OwnSender;
  /** Is shown what came back. */
  protected readonly look: (reply: unknown) => void;

  /** Takes the connection, and who is shown every error and the replies of every list. */
  constructor(lease: OwnSender, look: (reply: unknown) => void) {
    this.lease = lease;
    this.look = look;
  }

  /** Sends a command and gives its reply. */
  async send<Reply>(command: AnyCommand<Reply>, options?: CallOptions): Promise<Reply> {
    try {
      return await this.lease.send(command, options);
    } catch (error) {
      this.look(error);
      throw error;
    }
  }

  /** Sends several commands in one write and gives their replies in order. */
  async sendAll(commands: readonly AnyCommand<unknown>[], options?: CallOptions): Promise<unknown[]> {
    const replies = await this.lease.sendAll(commands, options);
    for (const reply of replies) this.look(reply);
    return replies;
  }

  /** Sends a command after which the server tells things unasked, all of which the listener is given. */
  feed(command: AnyCommand<unknown>, listener: FeedListener): Promise<unknown> {
    return this.lease.feed(command, listener);
  }

  /** Gives the connection back. */
  close(): Promise<void> {
    return this.lease.close();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.lease.destroy();
  }
}
