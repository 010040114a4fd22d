/**
 * Where in a cluster a command goes: to the node of its slot, in parts to several, to all, or to any.
 *
 * Strategy: the keys decide, as servers route by them; where there are none, what servers say of the command
 * (`fan_out.ts`), and what only makes sense for a node that is named is refused (`refused.ts`). The common case, one
 * key in a fixed place, is decided without looking at the other words.
 *
 * Limits: a command that is not in the table, such as one of a module that is not known, may have keys anywhere or
 * none, so it goes to any primary; where that is not the one of its key, the server says so by MOVED, and the command
 * follows. So does one whose words are not what it takes: the server refuses it, wherever it goes. Where a server does
 * not look at the slot, no MOVED corrects a map that is out of date: so are CLUSTER COUNTKEYSINSLOT and GETKEYSINSLOT,
 * which tell of no keys, and, on Valkey 9.1, MSETEX, which sets the keys where it came to.
 *
 * @module
 */
import type { AnyCommand, Word } from "../commands/command.ts";
import { CrossSlotError } from "../errors.ts";
import { type CommandFacts, factsOf } from "./command_facts.ts";
import { type FanOut, fanOutOf, nodesOf } from "./fan_out.ts";
import { countOf } from "./key_specs.ts";
import { keyTexts } from "./key_text.ts";
import { slotPositions } from "./keys.ts";
import { refusalOf, unmergedError } from "./refused.ts";
import { SLOT_COUNT, slotOf } from "./slots.ts";
import { type Split, splitOf } from "./split.ts";

/** To the node of a slot. */
export interface SlotRoute {
  /** Tells it from the others. */
  readonly kind: "slot";
  /** The slot. */
  readonly slot: number;
}

/** In parts, each to the node of its slot. */
export interface SplitRoute {
  /** Tells it from the others. */
  readonly kind: "split";
  /** The parts, and how their replies become one. */
  readonly split: Split;
}

/** To all nodes, or to all primaries. */
export interface EverywhereRoute {
  /** Tells it from the others. */
  readonly kind: "everywhere";
  /** Which nodes, and how their replies become one. */
  readonly fan: FanOut;
}

/** To any primary. */
export interface AnyRoute {
  /** Tells it from the others. */
  readonly kind: "any";
}

/** Where a command goes. */
export type Route = SlotRoute | SplitRoute | EverywhereRoute | AnyRoute;

const ANY: AnyRoute = { kind: "any" };

/** Commands whose second argument is a slot, which the node that has it can tell of. */
const NAMES_A_SLOT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "CLUSTER COUNTKEYSINSLOT",
  "CLUSTER FLUSHSLOT",
  "CLUSTER GETKEYSINSLOT",
]);

/**
 * Where a command goes.
 *
 * @throws {CrossSlotError} When its keys have several slots and it is not one that can be split.
 * @throws {RedisError} When it makes sense only for a node that is named.
 */
export function routeOf(command: AnyCommand): Route {
  const { words } = command;
  const facts = factsOf(words);
  if (facts === undefined) return ANY;
  const { firstAt } = facts;
  if (facts.single && firstAt < words.length) return { kind: "slot", slot: slotOf(words[firstAt]!) };
  if (facts.keySpecs.length === 0) return keylessRoute(facts, words);

  const positions = slotPositions(words, facts);
  if (positions.length === 0) return ANY;
  const slots = positions.map((position) => slotOf(words[position]!));
  if (slots.every(isFirst)) return { kind: "slot", slot: slots[0]! };
  const split = splitOf(command, facts.name, positions, slots);
  if (split !== undefined) return { kind: "split", split };
  throw new CrossSlotError(facts.name, keyTexts(positions.map((position) => words[position]!)), slots);
}

/**
 * The slot of a command with one key in a fixed place, as nearly every one is; -1 for others.
 *
 * Allocates nothing, for callers who need no more than that.
 */
export function singleSlotOf(words: readonly Word[]): number {
  const facts = factsOf(words);
  return facts !== undefined && facts.single && facts.firstAt < words.length ? slotOf(words[facts.firstAt]!) : -1;
}

/**
 * The one slot of all keys of several commands, such as those of a transaction; undefined when they have none.
 *
 * @param what What they are to be called in an error.
 * @throws {CrossSlotError} When the keys have several slots.
 */
export function slotOfAll(commands: readonly AnyCommand[], what: string): number | undefined {
  const keys: Word[] = [], slots: number[] = [];
  for (const { words } of commands) {
    for (const position of slotPositions(words)) {
      keys.push(words[position]!);
      slots.push(slotOf(words[position]!));
    }
  }
  if (!slots.every(isFirst)) throw new CrossSlotError(what, keyTexts(keys), slots);
  return slots[0];
}

function isFirst(slot: number, _index: number, slots: readonly number[]): boolean {
  return slot === slots[0];
}

function keylessRoute(facts: CommandFacts, words: readonly Word[]): Route {
  const refusal = refusalOf(facts);
  if (refusal !== undefined) throw refusal;
  const fan = fanOutOf(facts, words);
  if (fan !== undefined) return { kind: "everywhere", fan };
  if (nodesOf(facts) !== undefined) throw unmergedError(facts.name);
  const slot = NAMES_A_SLOT.has(facts.name) ? countOf(words[2]) : -1;
  return slot >= 0 && slot < SLOT_COUNT ? { kind: "slot", slot } : ANY;
}
