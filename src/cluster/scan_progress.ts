/**
 * Which slots of a cluster a scan has yet to go through, judged by what nodes said before and after they were scanned.
 *
 * A **pass** is a SCAN of one node from cursor 0 to 0. It misses no key that the node has all the while. So a slot is
 * done when its keys were all on that node all the while, which is sure when
 *
 * 1. the node was its primary before and after, in one life (run id): a cursor means nothing to another process;
 * 2. it was so in between as well: who takes over a slot gets a newer configuration epoch, so a slot that left and came
 *    back shows in the epoch of its node;
 * 3. the slot was not leaving key by key, before or after.
 *
 * A slot that was leaving, from S to T, **waits**. A key of it that the pass over S did not meet had gone to T before
 * that pass ended, and stays there: a node takes no key back of a slot that is leaving it (it answers ASK; tried on Redis
 * 7.0 and 8.0, Valkey 8.0 and 9.1). So the slot is done by a pass over T that begins later, when T then is its primary
 * (and 1 to 3 hold for T), or S still is and still gives it to T, with the epoch it had. If neither, it starts anew.
 *
 * Limits: a move that is called off and keys that go back, by hand, are noticed by the slot's state when that is asked
 * for, before and after each pass; both within one pass are not. After a fail-over of S, Redis 7 forgets that a slot was
 * leaving; keys that had gone to T are then on no node that serves them, and need not be given.
 *
 * @module
 */
import { isSame, type ScanTarget, type ScanView } from "./scan_view.ts";
import { SlotSet } from "./slot_set.ts";

/** A slot that was leaving its node when that was scanned. */
export interface Waiting {
  /** The name of the node that was scanned. */
  readonly source: string;
  /** The epoch that it had. */
  readonly epoch: number;
  /** Where the slot goes. */
  readonly target: ScanTarget;
}

/** What there was to find in one pass. */
export interface Pass {
  /** The name of the node. */
  readonly node: string;
  /** How it saw itself before. */
  readonly before: ScanView;
  /** The slots that the pass may complete: only their keys are to be given. */
  readonly slots: SlotSet;
  /** Those of them that waited for it to begin. */
  readonly awaited: ReadonlyMap<number, Waiting>;
}

/** What came of a pass. */
export interface PassEnd {
  /** Whether the cluster changed under it, or is changing: if not, and nothing was done, another may find no more. */
  readonly changed: boolean;
  /** The names of nodes that are to be asked whether slots still leave them, before those are done. */
  readonly unsure: ReadonlySet<string>;
}

/** What a scan has yet to do. */
export class ScanProgress {
  /** The slots that are not done. */
  readonly left: SlotSet;
  /** Those of them that wait for a pass over another node. */
  readonly waiting: Map<number, Waiting> = new Map();

  /** Takes the slots to go through. */
  constructor(slots: SlotSet) {
    this.left = slots;
  }

  /** The pass that begins on a node, which has just said how it sees itself. */
  begin(node: string, before: ScanView): Pass {
    const slots = new SlotSet();
    const awaited = new Map<number, Waiting>();
    if (before.primary) {
      for (const slot of this.left) if (before.slots.has(slot) && !this.waiting.has(slot)) slots.add(slot);
      for (const [slot, waiting] of this.waiting) {
        if (waiting.target.id !== before.id) continue;
        awaited.set(slot, waiting);
        slots.add(slot);
      }
    }
    return { node, before, slots, awaited };
  }

  /** Takes in a pass that has ended. */
  end({ node, before, slots, awaited }: Pass, after: ScanView): PassEnd {
    const unsure = new Set<string>();
    if (!isSame(before, after)) return { changed: true, unsure };
    let changed = false;
    for (const slot of slots) {
      const waited = awaited.get(slot);
      // Another pass may have come first, or what the slot waited for has changed.
      if (!this.left.has(slot) || this.waiting.get(slot) !== waited) continue;
      if (!after.slots.has(slot)) {
        if (waited === undefined) changed = true;
        else unsure.add(waited.source);
        continue;
      }
      const was = before.leaving.get(slot), target = after.leaving.get(slot);
      this.waiting.delete(slot);
      if (was === undefined && target === undefined) {
        this.left.delete(slot);
        continue;
      }
      changed = true;
      const oneWay = target !== undefined && (was === undefined || was.id === target.id);
      if (oneWay) this.waiting.set(slot, { source: node, epoch: after.epoch, target });
    }
    return { changed, unsure };
  }

  /**
   * Takes in how the source of slots that wait sees itself now, undefined when it did not answer: those that it still
   * gives away as before go on waiting, or are done when they are in `seen`; the others start anew.
   */
  confirm(source: string, view: ScanView | undefined, seen?: ReadonlyMap<number, Waiting>): void {
    for (const [slot, waiting] of this.waiting) {
      if (waiting.source !== source) continue;
      if (view !== undefined && isStillLeaving(slot, waiting, view)) {
        if (seen?.get(slot) !== waiting) continue;
        this.left.delete(slot);
      }
      this.waiting.delete(slot);
    }
  }
}

function isStillLeaving(slot: number, { epoch, target }: Waiting, view: ScanView): boolean {
  return view.primary && view.epoch === epoch && view.leaving.get(slot)?.id === target.id;
}
