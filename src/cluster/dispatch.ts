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
import { Groups } from "./groups.ts";
import type { Member } from "./member.ts";
import { sendTransaction, sendTransactionTo } from "./transaction.ts";

/** Commands on their way. */
export class Dispatch {
  readonly #nodes: DispatchNodes;
  readonly #options: CallOptions;
  readonly #budget: Budget;
  readonly #exchange: Exchange;
  readonly #cells: unknown[];
  readonly #gatherings: Gathering[] = [];
  readonly #groups = new Groups();

  /** Takes the nodes, the commands that are to be sent, and how the call is to be made. */
  constructor(nodes: DispatchNodes, commands: readonly AnyCommand[], options: CallOptions) {
    this.#nodes = nodes;
    this.#options = options;
    this.#cells = new Array(commands.length);
    this.#budget = new Budget(
      nodes,
      options,
      timeFor(commands, options, options.timeoutMs ?? nodes.defaults.timeoutMs),
    );
    this.#exchange = new Exchange(nodes, options, this.#budget, this.#cells);
  }

  /** Sends one command, and gives its reply. */
  async one(command: AnyCommand): Promise<unknown> {
    await this.#run([command]);
    const [reply] = this.#cells;
    if (reply instanceof Error) throw reply;
    return reply;
  }

  /** Sends commands, and gives a reply or an error for each; rejects when none was answered. */
  async all(commands: readonly AnyCommand[]): Promise<unknown[]> {
    const refused = await this.#run(commands);
    if (!refused && !this.#exchange.answered) throw this.#cells[0];
    this.#cells.length = commands.length;
    return this.#cells;
  }

  /** Sends a transaction, MULTI first and EXEC last, and gives the replies of all. */
  async together(commands: readonly AnyCommand[]): Promise<unknown[]> {
    const { node } = this.#options;
    if (node !== undefined) return await sendTransactionTo(this.#nodes.named(node), node, commands, this.#options);
    const slot = slotOfAll(commands, "a transaction");
    return await sendTransaction(this.#nodes, this.#budget, commands, slot, this.#options);
  }

  /** Sends them; gives whether the routing refused any. */
  async #run(commands: readonly AnyCommand[]): Promise<boolean> {
    let refused = false;
    const options = this.#options;
    const nodes = this.#nodes;
    // Before anything of it is sent, as where all goes to one server.
    for (const { words } of commands) wantWords(words);
    while (!nodes.known) await this.#budget.waitForNode(commands[0]);
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i];
      try {
        const slot = command.special === undefined && options.node === undefined ? singleSlotOf(command.words) : -1;
        if (slot >= 0) this.#groups.add(nodes.nodeFor(slot, command, options), command, i);
        else this.#deal(command, i);
      } catch (error) {
        refused = true;
        this.#cells[i] = error;
      }
    }
    await this.#exchange.sendAll(this.#groups);
    for (const gathering of this.#gatherings) {
      this.#cells[gathering.cell] = gathered(gathering, this.#cells, this.#options.mode, this.#nodes.random);
    }
    return refused;
  }

  /** Finds the node, or the nodes, of a command that has not one key alone. */
  #deal(command: AnyCommand, cell: number): void {
    const { node } = this.#options;
    if (node !== undefined) return this.#groups.pin(this.#nodes.named(node), command, cell);
    if (command.special?.kind === "standing") {
      return this.#spread(command, cell, this.#nodes.connected(), ANY_REPLY);
    }
    const route = routeOf(command);
    switch (route.kind) {
      case "slot":
        return this.#add(route.slot, command, cell);
      case "any":
        return this.#groups.add(this.#nodes.any(), command, cell);
      case "everywhere":
        return this.#spread(command, cell, this.#nodes.everywhere(route.fan.to), route.fan);
      case "split":
        return this.#divide(command, cell, route.split);
    }
  }

  #add(slot: number, command: AnyCommand, cell: number): void {
    this.#groups.add(this.#nodes.nodeFor(slot, command, this.#options), command, cell);
  }

  /** Each part to the node of its slot. */
  #divide(command: AnyCommand, cell: number, split: Split): void {
    const first = this.#cells.length;
    for (const part of split.parts) this.#add(part.slot, part.command, this.#cells.push(undefined) - 1);
    this.#gatherings.push({ cell, first, command, split });
  }

  /** The same to several nodes. */
  #spread(command: AnyCommand, cell: number, members: readonly Member[], fan: FanOut): void {
    // Nobody is known yet. Whoever is known first will do: all are told when there are any.
    if (members.length === 0) return this.#groups.add(undefined, command, cell);
    const first = this.#cells.length;
    const part = withReader(command, { ...command.reader, read: untouched });
    for (const member of members) {
      const slot = fan.to === "primaries" ? this.#nodes.firstSlotOf(member) : undefined;
      this.#groups.pin(member, part, this.#cells.push(undefined) - 1, slot);
    }
    this.#gatherings.push({ cell, first, command, fan, nodes: members.map(({ name }) => name) });
  }
}

const ANY_REPLY: FanOut = { to: "nodes", tolerant: false, merge: (replies) => replies[0].value };

function untouched(value: Value): Value {
  return value;
}
