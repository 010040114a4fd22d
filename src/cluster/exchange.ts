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
  readonly #cells: unknown[];

  /** Takes the nodes, how the call is to be made, what it may spend, and where replies go. */
  constructor(nodes: DispatchNodes, options: CallOptions, budget: Budget, cells: unknown[]) {
    this.#nodes = nodes;
    this.#options = options;
    this.#budget = budget;
    this.#cells = cells;
  }

  /** Sends groups side by side. */
  async sendAll(groups: Groups, way: Way = START): Promise<void> {
    await Promise.all(groups.all().map((group) => this.#send(group, way)));
  }

  async #send(group: Group, way: Way): Promise<void> {
    if (group.member === undefined) return await this.#waitForNode(group, way);
    let replies: readonly unknown[];
    try {
      replies = await this.#replies(group, group.member, way);
    } catch (error) {
      this.#fail(group, error);
      if (isElsewhere(error, this.#nodes.closed)) await this.#again(group, way);
      return;
    }
    this.answered = true;
    await this.#judge(group, group.member, replies, way);
  }

  /** The replies of a group, one for each command. */
  async #replies(group: Group, { endpoint, name }: Member, { asking }: Way): Promise<readonly unknown[]> {
    const { commands, pinned } = group;
    const left = this.#budget.options;
    const options = pinned === undefined ? left : { ...left, node: name, whilePrimary: !isForNode(group) };
    if (commands.length === 1 && !asking) {
      try {
        return [await endpoint.send(commands[0] as Command<unknown>, options)];
      } catch (error) {
        if (error instanceof RedisError && !(error instanceof ConnectionError)) return [error];
        throw error;
      }
    }
    if (!asking) return await endpoint.sendAll(commands as Command<unknown>[], options);
    const asked = commands.flatMap((command) => [ASKING, command]) as Command<unknown>[];
    return (await endpoint.sendAll(asked, options)).filter((_, i) => i % 2 === 1);
  }

  /** Takes the replies, and sends those commands again that were not executed. */
  async #judge(group: Group, from: Member, replies: readonly unknown[], way: Way): Promise<void> {
    const { commands, cells, pinned } = group;
    let moved: Groups | undefined;
    let asked: Groups | undefined;
    let refused: Groups | undefined;
    for (let i = 0; i < commands.length; i++) {
      const reply = replies[i];
      const cell = cells[i];
      this.#cells[cell] = reply;
      if (!(reply instanceof ReplyError)) continue;
      const isPinned = pinned !== undefined && pinned.has(cell);
      if (isRedirect(reply) && !isPinned) {
        const to = this.#nodes.redirected(reply, from);
        const groups = reply.code === "ASK" && to !== undefined ? asked ??= new Groups() : moved ??= new Groups();
        groups.add(to, commands[i], cell);
      } else if (isRefusedNow(commands[i], reply)) {
        this.#nodes.unserved(reply, from);
        refused ??= new Groups();
        if (isPinned) refused.pin(from, commands[i], cell, pinned.get(cell));
        else refused.add(from, commands[i], cell);
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
      for (const [i, { words }] of group.commands.entries()) {
        const cause = this.#cells[group.cells[i]];
        this.#cells[group.cells[i]] = new RedirectError(commandName(words), way.path, { cause });
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
  #giveUp({ commands, cells }: Group): void {
    for (const [i, command] of commands.entries()) {
      const error = this.#budget.over(command, this.#cells[cells[i]]);
      if (error !== undefined) this.#cells[cells[i]] = error;
    }
  }

  async #waitForNode(group: Group, { tries }: Way): Promise<void> {
    const [command] = group.commands;
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

  async #dealAnew({ member, commands, cells, pinned }: Group, tries: number): Promise<void> {
    const groups = new Groups();
    for (const [i, command] of commands.entries()) {
      const slot = pinned?.get(cells[i]);
      if (slot !== undefined) {
        groups.pin(this.#nodes.nodeFor(slot, WRITE, this.#options), command, cells[i], slot);
      } else if (pinned?.has(cells[i])) groups.pin(member, command, cells[i]);
      else groups.add(nodeOf(this.#nodes, command, this.#options), command, cells[i]);
    }
    await this.sendAll(groups, { ...START, tries });
  }

  #fail({ cells }: Group, error: unknown): void {
    for (const cell of cells) this.#cells[cell] = error;
  }
}

/** The node of a command that is for one alone. */
function nodeOf(nodes: DispatchNodes, command: AnyCommand, options: CallOptions): Member | undefined {
  const route = routeOf(command);
  return route.kind === "slot" ? nodes.nodeFor(route.slot, command, options) : nodes.any();
}

/** Whether all are for that node and no other: those beside them, and those of primaries, may come to be another's. */
function isForNode({ commands, pinned }: Group): boolean {
  if (pinned === undefined || pinned.size < commands.length) return false;
  return [...pinned.values()].every((slot) => slot === undefined);
}

/** Whether a command was refused for a reason that passes. One that waited is told when its node is no primary any more. */
function isRefusedNow(command: AnyCommand, error: ReplyError): boolean {
  return isRefusal(command, error) || (command.special?.kind === "blocking" && error.code === "UNBLOCKED");
}
