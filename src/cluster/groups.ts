/**
 * Commands by the node that they go to.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import type { Member } from "./member.ts";

/** Commands for one node; undefined for those whose node is not known. */
export interface Group {
  readonly member: Member | undefined;
  readonly commands: AnyCommand[];
  /** For each the place of its reply. */
  readonly cells: number[];
  /** The cells of those that are for this node and no other, or for the primary of a slot, whichever node that is. */
  pinned: Map<number, number | undefined> | undefined;
}

/** From this many groups on they are found by a table. */
const MANY = 16;

/** One group for each node. */
export class Groups {
  readonly #groups: Group[] = [];
  // Only where there are so many that looking through them would take longer.
  #byMember: Map<Member | undefined, Group> | undefined;
  // Commands come in runs for one node more often than not.
  #last: Group | undefined;

  /** Adds a command, and where its reply goes. */
  add(member: Member | undefined, command: AnyCommand, cell: number): void {
    let group = this.#last;
    if (group === undefined || group.member !== member) group = this.#last = this.#of(member);
    group.commands.push(command);
    group.cells.push(cell);
  }

  /** Adds a command that is for this node and no other, or for it as the primary of a slot. */
  pin(member: Member | undefined, command: AnyCommand, cell: number, slot?: number): void {
    this.add(member, command, cell);
    (this.#last!.pinned ??= new Map()).set(cell, slot);
  }

  #of(member: Member | undefined): Group {
    const groups = this.#groups;
    if (this.#byMember === undefined) {
      for (let i = 0; i < groups.length; i++) if (groups[i].member === member) return groups[i];
    } else {
      const found = this.#byMember.get(member);
      if (found !== undefined) return found;
    }
    const group: Group = { member, commands: [], cells: [], pinned: undefined };
    groups.push(group);
    if (groups.length > MANY) this.#byMember ??= new Map(groups.map((each) => [each.member, each]));
    this.#byMember?.set(member, group);
    return group;
  }

  /** The groups. */
  all(): readonly Group[] {
    return this.#groups;
  }
}
