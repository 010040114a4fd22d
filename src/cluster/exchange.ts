/**
 * A group of commands and its node: what is sent, and what becomes of each command that the node does not execute.
 *
 * Those that the node sends on to another are sent there, those that it cannot serve now are sent again after a delay;
 * all other replies stay as they came. Where nobody is known to serve a slot, its commands wait for the topology to
 * change.
 *
 * Limits: within a slot, a command that is sent again comes after those behind it that were not.
 *
 * @module
 */
import { ConnectionError, RedirectError, RedisError, ReplyError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import { type AnyCommand, type Command, command as makeCommand } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import { routeOf } from "../routing/route.ts";
import type { CallOptions } from "../sender.ts";
import { isRedirect, isRefusal } from "../session/refusals.ts";
import { type Budget, goneError, isElsewhere } from "./budget.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";
import { type Group, Groups } from "./groups.ts";
import type { Member } from "./member.ts";

/** How a group came to its node. */
interface Way {
  /** The nodes that sent it on since it last waited. */
  readonly path: readonly string[];
  /** How often it has been sent, this time included. */
  readonly tries: number;
  /** Whether ASKING goes before each command. */
  readonly asking: boolean;
}

const START: Way = { path: [], tries: 1, asking: false };

/** Makes the next command one that a node takes for a slot which is on its way to it. */
export const ASKING: AnyCommand = /* @__PURE__ */ makeCommand(["ASKING"], status);

// What goes to primaries alone.
const WRITE: AnyCommand = /* @__PURE__ */ makeCommand(["MULTI"], status);

/** Sends the groups of one call. */
export class Exchange {
  /** Whether anything was answered. */
  answered = false;
  readonly #nodes: DispatchNodes;
  readonly #options: CallOptions;
  readonly #budget: Budget;
  readonly #commands: readonly AnyCommand[];
  readonly #cells: unknown[];
  readonly #following: number[];

  /** Takes the nodes, how the call is to be made, what it may spend, all commands, and where their replies go. */
  constructor(
    nodes: DispatchNodes,
    options: CallOptions,
    budget: Budget,
    commands: readonly AnyCommand[],
    cells: unknown[],
  ) {
    this.#nodes = nodes;
    this.#options = options;
    this.#budget = budget;
    this.#commands = commands;
    this.#cells = cells;
    this.#following = new Array(commands.length);
  }

  /** Groups without any command. */
  groups(): Groups {
    return new Groups(this.#following);
  }

  /** Sends groups side by side. */
  async sendAll(groups: Groups, way: Way = START): Promise<void> {
    await Promise.all(groups.all().map((group) => this.#send(group, way)));
  }

  async #send(group: Group, way: Way): Promise<void> {
    if (group.member === undefined) return await this.#waitForNode(group, way);
    let refused: boolean;
    try {
      refused = await this.#sendTo(group.member, group, way.asking);
    } catch (error) {
      this.#fail(group, error);
      if (isElsewhere(error, this.#nodes.closed)) await this.#again(group, way);
      return;
    }
    this.answered = true;
    if (refused) await this.#judge(group, group.member, way);
  }

  /** Fills the cells of a group with the replies; gives whether any may have been refused. */
  async #sendTo({ endpoint, name }: Member, group: Group, asking: boolean): Promise<boolean> {
    const { first, count, pinned } = group;
    const left = this.#budget.options;
    const options = pinned === undefined ? left : { ...left, node: name, whilePrimary: !isForNode(group) };
    const own = (cell: number): Command<unknown> => this.#commands[cell] as Command<unknown>;
    if (count === 1 && !asking) {
      try {
        this.#cells[first] = await endpoint.send(own(first), options);
        return false;
      } catch (error) {
        if (!(error instanceof RedisError) || error instanceof ConnectionError) throw error;
        this.#cells[first] = error;
        return true;
      }
    }
    if (!asking && !group.special) {
      const part = { commands: this.#commands, replies: this.#cells, first, count, following: this.#following };
      return await endpoint.sendPart(part, options);
    }
    const cells = this.#cellsOf(group);
    const commands = asking ? cells.flatMap((cell) => [ASKING as Command<unknown>, own(cell)]) : cells.map(own);
    const replies = await endpoint.sendAll(commands, options);
    for (const [i, cell] of cells.entries()) this.#cells[cell] = replies[asking ? 2 * i + 1 : i];
    return true;
  }

  /** Sends those of a group again that were not executed. */
  async #judge(group: Group, from: Member, way: Way): Promise<void> {
    const { pinned } = group;
    let moved: Groups | undefined;
    let asked: Groups | undefined;
    let refused: Groups | undefined;
    for (const cell of this.#cellsOf(group)) {
      const reply = this.#cells[cell];
      if (!(reply instanceof ReplyError)) continue;
      const command = this.#commands[cell];
      const isPinned = pinned !== undefined && pinned.has(cell);
      if (isRedirect(reply) && !isPinned) {
        const to = this.#nodes.redirected(reply, from);
        const groups = reply.code === "ASK" && to !== undefined ? asked ??= this.groups() : moved ??= this.groups();
        groups.add(to, cell, command);
      } else if (isRefusedNow(command, reply)) {
        this.#nodes.unserved(reply, from);
        refused ??= this.groups();
        if (isPinned) refused.pin(from, cell, command, pinned.get(cell));
        else refused.add(from, cell, command);
      }
    }
    if (moved === undefined && asked === undefined && refused === undefined) return;
    const path = [...way.path, from.name];
    await Promise.all([
      moved && this.#sendOn(moved, { path, tries: way.tries + 1, asking: false }),
      asked && this.#sendOn(asked, { path, tries: way.tries + 1, asking: true }),
      refused && Promise.all(refused.all().map((each) => this.#again(each, way))),
    ]);
  }

  /** Sends groups on, unless they have been sent on too often. */
  async #sendOn(groups: Groups, way: Way): Promise<void> {
    if (await this.#budget.maySendOn(way.path)) return await this.sendAll(groups, way);
    for (const group of groups.all()) {
      for (const cell of this.#cellsOf(group)) {
        const name = commandName(this.#commands[cell].words);
        this.#cells[cell] = new RedirectError(name, way.path, { cause: this.#cells[cell] });
      }
      this.#giveUp(group);
    }
  }

  /** Finds the nodes of a group anew after a delay; what its cells hold stays when its tries, or its time, are over. */
  async #again(group: Group, { tries }: Way): Promise<void> {
    if (await this.#budget.pause(tries)) return await this.#dealAnew(group, tries + 1);
    this.#giveUp(group);
  }

  /** Says of each whether it ended by its time or its signal; otherwise what its cell holds stays. */
  #giveUp(group: Group): void {
    for (const cell of this.#cellsOf(group)) {
      const error = this.#budget.over(this.#commands[cell], this.#cells[cell]);
      if (error !== undefined) this.#cells[cell] = error;
    }
  }

  async #waitForNode(group: Group, { tries }: Way): Promise<void> {
    const command = this.#commands[group.first];
    if (isForNode(group)) {
      return this.#fail(group, goneError(commandName(command.words), this.#options.node!));
    }
    try {
      await this.#budget.waitForNode(command);
    } catch (error) {
      return this.#fail(group, error);
    }
    await this.#dealAnew(group, tries);
  }

  async #dealAnew(group: Group, tries: number): Promise<void> {
    const { member, pinned } = group;
    const groups = this.groups();
    for (const cell of this.#cellsOf(group)) {
      const command = this.#commands[cell];
      const slot = pinned?.get(cell);
      if (slot !== undefined) {
        groups.pin(this.#nodes.nodeFor(slot, WRITE, this.#options), cell, command, slot);
      } else if (pinned?.has(cell)) groups.pin(member, cell, command);
      else groups.add(nodeOf(this.#nodes, command, this.#options), cell, command);
    }
    await this.sendAll(groups, { ...START, tries });
  }

  #fail(group: Group, error: unknown): void {
    for (const cell of this.#cellsOf(group)) this.#cells[cell] = error;
  }

  /** The cells of a group, as they are now: another that one of them is added to changes what follows it. */
  #cellsOf({ first, count }: Group): number[] {
    const cells: number[] = [];
    for (let cell = first; cells.length < count; cell = this.#following[cell]) cells.push(cell);
    return cells;
  }
}

/** The node of a command that is for one alone. */
function nodeOf(nodes: DispatchNodes, command: AnyCommand, options: CallOptions): Member | undefined {
  const route = routeOf(command);
  return route.kind === "slot" ? nodes.nodeFor(route.slot, command, options) : nodes.any();
}

/** Whether all are for that node and no other: those beside them, and those of primaries, may come to be another's. */
function isForNode({ count, pinned }: Group): boolean {
  if (pinned === undefined || pinned.size < count) return false;
  return [...pinned.values()].every((slot) => slot === undefined);
}

/** Whether a command was refused for a reason that passes. One that waited is told when its node is no primary any more. */
function isRefusedNow(command: AnyCommand, error: ReplyError): boolean {
  return isRefusal(command, error) || (command.special?.kind === "blocking" && error.code === "UNBLOCKED");
}
