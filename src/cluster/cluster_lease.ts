/**
 * A leased connection to one node of a cluster.
 *
 * Commands whose keys have several slots are refused before they are sent. What the node says of where a slot is now is
 * told to the cluster, so that the next lease is of the right node; the borrower is told too, since what was done over
 * this connection cannot be continued over another.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import { ReplyError } from "../errors.ts";
import { slotOfAll } from "../routing/route.ts";
import type { CallOptions, FeedListener, OwnSender } from "../sender.ts";
import { commandName } from "../command_name.ts";
import { ASKING } from "./exchange.ts";

/** A leased connection to one node. */
export class ClusterLease implements OwnSender {
  readonly #lease: OwnSender;
  readonly #asking: boolean;
  readonly #refused: (error: ReplyError) => void;

  /** Takes the connection, whether ASKING goes before each command, and who is told of refusals. */
  constructor(lease: OwnSender, asking: boolean, refused: (error: ReplyError) => void) {
    this.#lease = lease;
    this.#asking = asking;
    this.#refused = refused;
  }

  /** Sends a command and gives its reply. */
  async send<Reply>(command: AnyCommand<Reply>, options?: CallOptions): Promise<Reply> {
    slotOfAll([command], commandName(command.words));
    if (!this.#asking) return await this.#told(this.#lease.send(command, options));
    const [, reply] = await this.#lease.sendAll([ASKING, command], options);
    this.#look(reply);
    if (reply instanceof Error) throw reply;
    return reply as Reply;
  }

  /** Sends several commands in one write and gives their replies in order. */
  async sendAll(commands: readonly AnyCommand<unknown>[], options?: CallOptions): Promise<unknown[]> {
    const together = commands[0]?.words[0] === "MULTI";
    if (together) slotOfAll(commands, "a transaction");
    else for (const command of commands) slotOfAll([command], commandName(command.words));
    const replies = await this.#told(this.#sendList(commands, together, options));
    for (const reply of replies) this.#look(reply);
    return replies;
  }

  async #sendList(
    commands: readonly AnyCommand<unknown>[],
    together: boolean,
    options: CallOptions | undefined,
  ): Promise<unknown[]> {
    if (!this.#asking || commands.length === 0) return await this.#lease.sendAll(commands, options);
    if (together) return (await this.#lease.sendAll([ASKING, ...commands], options)).slice(1);
    const asked = commands.flatMap((command) => [ASKING, command]);
    return (await this.#lease.sendAll(asked, options)).filter((_, i) => i % 2 === 1);
  }

  async #told<Reply>(reply: Promise<Reply>): Promise<Reply> {
    try {
      return await reply;
    } catch (error) {
      this.#look(error);
      throw error;
    }
  }

  #look(reply: unknown): void {
    if (reply instanceof ReplyError) this.#refused(reply);
  }

  /** Sends a command after which the server tells things unasked, all of which the listener is given. */
  feed(command: AnyCommand<unknown>, listener: FeedListener): Promise<unknown> {
    return this.#lease.feed(command, listener);
  }

  /** Gives the connection back. */
  close(): Promise<void> {
    return this.#lease.close();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#lease.destroy();
  }
}
