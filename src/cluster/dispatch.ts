/**
 * Commands that are sent together: each to the node of its slot, one write a node, side by side.
 *
 * Every command has a cell for its reply. One that is split, or goes to several nodes, has more cells for its parts,
 * and its own is filled from those at the end (`gathering.ts`). What belongs to one node is a group; the groups go
 * their own ways (`exchange.ts`).
 *
 * @module
 */
import { type AnyCommand, withReader } from "../commands/command.ts";
import { timeFor } from "../connection/call_time.ts";
import { exclusiveError } from "../connection/failure.ts";
import { wantWords } from "../resp/encoder.ts";
import type { Value } from "../resp/value.ts";
import type { FanOut } from "../routing/fan_out.ts";
import { routeOf, singleSlotOf, slotOfAll } from "../routing/route.ts";
import type { Split } from "../routing/split.ts";
import type { CallOptions } from "../sender.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";
import { Budget } from "./budget.ts";
import { Exchange } from "./exchange.ts";
import { gathered, type Gathering } from "./gathering.ts";
import type { Groups } from "./groups.ts";
import type { Member } from "./member.ts";
import { sendTransaction, sendTransactionTo } from "./transaction.ts";

/** Commands on their way. */
export class Dispatch {
  readonly #nodes: DispatchNodes;
  readonly #options: CallOptions;
  readonly #budget: Budget;
  readonly #exchange: Exchange;
  // The commands, and behind them the parts of those that are split or go to several nodes; for each the cell of its reply.
  readonly #commands: AnyCommand[];
  readonly #cells: unknown[];
  readonly #gatherings: Gathering[] = [];
  readonly #groups: Groups;

  /** Takes the nodes, the commands that are to be sent, and how the call is to be made. */
  constructor(nodes: DispatchNodes, commands: readonly AnyCommand[], options: CallOptions) {
    this.#nodes = nodes;
    this.#options = options;
    this.#commands = commands.slice();
    this.#cells = new Array(commands.length);
    this.#budget = new Budget(
      nodes,
      options,
      timeFor(commands, options, nodes.defaults.timeoutMs),
    );
    this.#exchange = new Exchange(nodes, options, this.#budget, this.#commands, this.#cells);
    this.#groups = this.#exchange.groups();
  }

  /** Sends the one command that there is, and gives its reply. */
  async one(): Promise<unknown> {
    await this.#run();
    const [reply] = this.#cells;
    if (reply instanceof Error) throw reply;
    return reply;
  }

  /** Sends all, and gives a reply or an error for each; rejects when none was answered. */
  async all(): Promise<unknown[]> {
    const { length } = this.#commands;
    const refused = await this.#run();
    if (!refused && !this.#exchange.answered) throw this.#cells[0];
    this.#cells.length = length;
    return this.#cells;
  }

  /** Sends all as a transaction, MULTI first and EXEC last, and gives the replies of all. */
  async together(): Promise<unknown[]> {
    const { node } = this.#options;
    const commands = this.#commands;
    for (const { special, words } of commands) if (special?.kind === "exclusive") throw exclusiveError(words);
    if (node !== undefined) return await sendTransactionTo(this.#nodes.named(node), node, commands, this.#options);
    const slot = slotOfAll(commands, "a transaction");
    return await sendTransaction(this.#nodes, this.#budget, commands, slot, this.#options);
  }

  /** Sends them; gives whether the routing refused any. */
  async #run(): Promise<boolean> {
    if (!this.#nodes.known) await this.#waitUntilKnown();
    const refused = this.#deal();
    await this.#exchange.sendAll(this.#groups);
    for (const gathering of this.#gatherings) {
      this.#cells[gathering.cell] = gathered(gathering, this.#cells, this.#options.mode, this.#nodes.random);
    }
    return refused;
  }

  async #waitUntilKnown(): Promise<void> {
    // What can never be sent does not wait.
    for (const { words } of this.#commands) wantWords(words);
    while (!this.#nodes.known) await this.#budget.waitForNode(this.#commands[0]);
  }

  /** Finds the nodes of all, in one walk: each takes its time where there are many. Gives whether any was refused. */
  #deal(): boolean {
    const nodes = this.#nodes;
    const options = this.#options;
    const commands = this.#commands;
    const groups = this.#groups;
    const { length } = commands;
    let refused = false;
    for (let i = 0; i < length; i++) {
      const command = commands[i];
      const { words, special } = command;
      // A wrong word has nothing of all sent, as where all goes to one server.
      wantWords(words);
      const slot = special === undefined && options.node === undefined ? singleSlotOf(words) : -1;
      if (slot >= 0) groups.add(nodes.nodeFor(slot, command, options), i, command);
      else if (!this.#dealRare(command, i)) refused = true;
    }
    return refused;
  }

  /** Finds the node, or the nodes, of a command that has not one key alone; false when the routing refused it. */
  #dealRare(command: AnyCommand, cell: number): boolean {
    if (command.special?.kind === "exclusive") throw exclusiveError(command.words);
    try {
      this.#route(command, cell);
      return true;
    } catch (error) {
      this.#cells[cell] = error;
      return false;
    }
  }

  #route(command: AnyCommand, cell: number): void {
    const { node } = this.#options;
    if (node !== undefined) return this.#groups.pin(this.#nodes.named(node), cell, command);
    if (command.special?.kind === "standing") {
      return this.#spread(command, cell, this.#nodes.connected(), ANY_REPLY);
    }
    const route = routeOf(command);
    switch (route.kind) {
      case "slot":
        return this.#groups.add(this.#nodes.nodeFor(route.slot, command, this.#options), cell, command);
      case "any":
        return this.#groups.add(this.#nodes.any(), cell, command);
      case "everywhere":
        return this.#spread(command, cell, this.#nodes.everywhere(route.fan.to), route.fan);
      case "split":
        return this.#divide(command, cell, route.split);
    }
  }

  /** Each part to the node of its slot. */
  #divide(command: AnyCommand, cell: number, split: Split): void {
    const first = this.#cells.length;
    for (const part of split.parts) {
      const member = this.#nodes.nodeFor(part.slot, part.command, this.#options);
      this.#groups.add(member, this.#addPart(part.command), part.command);
    }
    this.#gatherings.push({ cell, first, command, split });
  }

  /** The same to several nodes. */
  #spread(command: AnyCommand, cell: number, members: readonly Member[], fan: FanOut): void {
    // Nobody is known yet. Whoever is known first will do: all are told when there are any.
    if (members.length === 0) return this.#groups.add(undefined, cell, command);
    const first = this.#cells.length;
    const part = withReader(command, { ...command.reader, read: untouched });
    for (const member of members) {
      const slot = fan.to === "primaries" ? this.#nodes.firstSlotOf(member) : undefined;
      this.#groups.pin(member, this.#addPart(part), part, slot);
    }
    this.#gatherings.push({ cell, first, command, fan, nodes: members.map(({ name }) => name) });
  }

  /** Adds a part, and gives its cell. */
  #addPart(command: AnyCommand): number {
    this.#commands.push(command);
    return this.#cells.push(undefined) - 1;
  }
}

const ANY_REPLY: FanOut = { to: "nodes", tolerant: false, merge: (replies) => replies[0].value };

function untouched(value: Value): Value {
  return value;
}
