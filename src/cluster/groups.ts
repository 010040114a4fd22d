/**
 * Commands by the node that they go to. Each is known by its cell, which is its place among all that are sent together.
 *
 * Strategy: no group has a list of its cells. For each cell one shared list says which is the next of its group, so that
 * nothing has to grow while thousands of commands are dealt out, in turn to this node and that.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import type { Member } from "./member.ts";

/** Commands for one node; undefined for those whose node is not known. */
export interface Group {
  readonly member: Member | undefined;
  /** The first cell, the last one, and how many there are. */
  first: number;
  last: number;
  count: number;
  /** Whether any is not sent over a connection that callers share just as it is. */
  special: boolean;
  /** The cells of those that are for this node and no other, or for the primary of a slot, whichever node that is. */
  pinned: Map<number, number | undefined> | undefined;
}

/** From this many groups on they are found by a table. */
const MANY = 16;

/** One group for each node. */
export class Groups {
  readonly #groups: Group[] = [];
  readonly #following: number[];
  // Only where there are so many that looking through them would take longer.
  #byMember: Map<Member | undefined, Group> | undefined;
  // Commands come in runs for one node more often than not.
  #last: Group | undefined;

  /** Takes the list that has for each cell the next one of its group, whichever groups it is in. */
  constructor(following: number[]) {
    this.#following = following;
  }

  /** Adds a command. */
  add(member: Member | undefined, cell: number, { special }: AnyCommand): void {
    let group = this.#last;
    if (group === undefined || group.member !== member) group = this.#last = this.#of(member, cell);
    if (group.count++ > 0) this.#following[group.last] = cell;
    group.last = cell;
    if (special !== undefined) group.special = true;
  }

  /** Adds a command that is for this node and no other, or for it as the primary of a slot. */
  pin(member: Member | undefined, cell: number, command: AnyCommand, slot?: number): void {
    this.add(member, cell, command);
    (this.#last!.pinned ??= new Map()).set(cell, slot);
  }

  #of(member: Member | undefined, cell: number): Group {
    const groups = this.#groups;
    if (this.#byMember === undefined) {
      for (let i = 0; i < groups.length; i++) if (groups[i].member === member) return groups[i];
    } else {
      const found = this.#byMember.get(member);
      if (found !== undefined) return found;
    }
    const group: Group = { member, first: cell, last: cell, count: 0, special: false, pinned: undefined };
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
