/**
 * A leased connection to one node of a cluster.
 *
 * Commands whose keys have several slots are refused before they are sent. What the node says of where a slot is now is
 * told to the cluster, so that the next lease is of the right node.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import { ReplyError } from "../errors.ts";
import { slotOfAll } from "../routing/route.ts";
import type { CallOptions, OwnSender } from "../sender.ts";
import { commandName } from "../command_name.ts";
import { ASKING } from "./exchange.ts";
import { TellingLease } from "./telling_lease.ts";

/** A leased connection to one node. */
export class ClusterLease extends TellingLease {
  readonly #asking: boolean;

  /** Takes the connection, whether ASKING goes before each command, and who is told of refusals. */
  constructor(lease: OwnSender, asking: boolean, refused: (error: ReplyError) => void) {
    super(lease, (reply) => {
      if (reply instanceof ReplyError) refused(reply);
    });
    this.#asking = asking;
  }

  /** Sends a command and gives its reply. */
  override async send<Reply>(command: AnyCommand<Reply>, options?: CallOptions): Promise<Reply> {
    slotOfAll([command], commandName(command.words));
    if (!this.#asking) return await super.send(command, options);
    const [, reply] = await this.lease.sendAll([ASKING, command], options);
    this.look(reply);
    if (reply instanceof Error) throw reply;
    return reply as Reply;
  }

  /** Sends several commands in one write and gives their replies in order. */
  override async sendAll(commands: readonly AnyCommand<unknown>[], options?: CallOptions): Promise<unknown[]> {
    const together = commands[0]?.words[0] === "MULTI";
    if (together) slotOfAll(commands, "a transaction");
    else for (const command of commands) slotOfAll([command], commandName(command.words));
    if (!this.#asking || commands.length === 0) return await super.sendAll(commands, options);
    const asked = together ? [ASKING, ...commands] : commands.flatMap((command) => [ASKING, command]);
    const all = await this.lease.sendAll(asked, options);
    const replies = together ? all.slice(1) : all.filter((_, i) => i % 2 === 1);
    for (const reply of replies) this.look(reply);
    return replies;
  }
}
