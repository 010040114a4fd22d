/**
 * Commands by the node that they go to.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import type { Member } from "./member.ts";

/** In place of a slot: any node will do. */
export const ANY_NODE = -1;
/** In place of a slot: this node and no other. */
export const THIS_NODE = -2;

/** Commands for one node; undefined for those whose node is not known. */
export interface Group {
  readonly member: Member | undefined;
  readonly commands: AnyCommand[];
  /** For each its slot, or one of the two numbers in place of it. */
  readonly slots: number[];
  /** For each the place of its reply. */
  readonly cells: number[];
}

/** One group for each node. */
export class Groups {
  readonly #groups = new Map<Member | undefined, Group>();
  // Commands come in runs for one node more often than not.
  #last: Group | undefined;

  /** Adds a command. */
  add(member: Member | undefined, slot: number, command: AnyCommand, cell: number): void {
    let group = this.#last;
    if (group === undefined || group.member !== member) group = this.#last = this.#of(member);
    group.commands.push(command);
    group.slots.push(slot);
    group.cells.push(cell);
  }

  #of(member: Member | undefined): Group {
    let group = this.#groups.get(member);
    if (group === undefined) {
      group = { member, commands: [], slots: [], cells: [] };
      this.#groups.set(member, group);
    }
    return group;
  }

  /** The groups. */
  all(): Group[] {
    return [...this.#groups.values()];
  }
}
