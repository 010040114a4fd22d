/**
 * What a client has to know of each command before it sends it: what it does, where its keys are, which nodes of a
 * cluster it is for.
 *
 * The facts are those that servers give of themselves (`COMMAND`), merged by `scripts/table.ts` into one text,
 * which is read when the first command is looked up. Where servers differ the cautious side is taken: a command only
 * counts as read-only when all of them say so, and as a write when one does.
 *
 * Limits: a command that is not in the table has no facts, and what a subcommand does is known by the subcommand, so
 * an unknown one of a known container has none either.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import { type KeySpec, parseKeySpec } from "./key_specs.ts";
import { TABLE } from "./table.ts";

/** Which nodes of a cluster a command is for, where that does not follow from its keys. */
export type RequestPolicy = "all_nodes" | "all_shards" | "multi_shard" | "special";

/** How the replies of several nodes become one, where it is not a list of them in the order of the keys. */
export type ResponsePolicy =
  | "one_succeeded"
  | "all_succeeded"
  | "agg_logical_and"
  | "agg_logical_or"
  | "agg_min"
  | "agg_max"
  | "agg_sum"
  | "special";

/** What is known of one command, or of one subcommand. */
export interface CommandFacts {
  /** The name in upper case, with the subcommand: `CLIENT LIST`. */
  readonly name: string;
  /** Whether it may change data. */
  readonly write: boolean;
  /** Whether it only reads data. Neither this nor {@linkcode write} holds for scripts and what touches no data. */
  readonly readonly: boolean;
  /** Whether it may change data, or what replicas are sent, without being a write: scripts, PUBLISH, PFCOUNT. */
  readonly mayReplicate: boolean;
  /** Whether it is refused when the server is out of memory. */
  readonly denyOom: boolean;
  /** Whether it may make its connection wait: XREAD and XREADGROUP only do with BLOCK. */
  readonly blocking: boolean;
  /** Whether it is for administrators. */
  readonly admin: boolean;
  /** Whether it has to do with channels. */
  readonly pubsub: boolean;
  /** Whether it is refused inside of a transaction. */
  readonly noMulti: boolean;
  /** Whether it is answered while the server loads its data. */
  readonly loading: boolean;
  /** Whether it is answered by a replica that has lost its primary. */
  readonly stale: boolean;
  /** Whether its keys do not all stand in a fixed place. */
  readonly movableKeys: boolean;
  /** Whether the same words on the same data may bring another reply. */
  readonly nondeterministic: boolean;
  /** Whether its reply is not to be kept: it depends on more than its keys. */
  readonly dontCache: boolean;
  /** Which nodes of a cluster it is for; undefined: the one of its keys, or any where it has none. */
  readonly requestPolicy: RequestPolicy | undefined;
  /** How the replies of several nodes become one; undefined: they are put together. */
  readonly responsePolicy: ResponsePolicy | undefined;
  /** Where its keys are. */
  readonly keySpecs: readonly KeySpec[];
  /** The place of the first word that has a slot, where it is fixed; 0 where it has to be looked for, or is none. */
  readonly firstAt: number;
  /** Whether the word at {@linkcode firstAt} is the only one that has a slot. */
  readonly single: boolean;
}

interface Entry {
  facts: CommandFacts | undefined;
  /** The subcommands of a container. */
  readonly subcommands: Map<string, CommandFacts> | undefined;
}

// No name comes near it; a word that cannot be a name is not turned into text.
const MAX_NAME_LENGTH = 64;

let entries: ReadonlyMap<string, Entry> | undefined;
let lastName: Word | undefined;
let lastFacts: CommandFacts | undefined;

/**
 * The facts of a command from its words; undefined when the table does not know it.
 *
 * The name may be in any case, and be bytes. For a container such as CLIENT they are the facts of the subcommand.
 */
export function factsOf(words: readonly Word[]): CommandFacts | undefined {
  const name = words[0];
  // Commands come in runs of one name more often than not.
  if (name === lastName && lastFacts !== undefined) return lastFacts;
  entries ??= read(TABLE);
  const entry = lookUp(entries, name);
  if (entry === undefined || entry.subcommands === undefined) {
    // Bytes may be others by the next time.
    if (typeof name === "string") [lastName, lastFacts] = [name, entry?.facts];
    return entry?.facts;
  }
  return words.length === 1 ? entry.facts : lookUp(entry.subcommands, words[1]);
}

/** The facts of all commands that the table knows. */
export function allFacts(): CommandFacts[] {
  entries ??= read(TABLE);
  const all: CommandFacts[] = [];
  for (const { facts, subcommands } of entries.values()) {
    if (facts !== undefined) all.push(facts);
    if (subcommands !== undefined) all.push(...subcommands.values());
  }
  return all;
}

function lookUp<T>(map: ReadonlyMap<string, T>, word: Word | undefined): T | undefined {
  if (typeof word === "string") {
    const entry = map.get(word);
    if (entry !== undefined || word.length > MAX_NAME_LENGTH) return entry;
    return map.get(word.toUpperCase());
  }
  if (word instanceof Uint8Array && word.length <= MAX_NAME_LENGTH) {
    return map.get(String.fromCharCode(...word).toUpperCase());
  }
  return undefined;
}

/** Reads the table: a line for each group of commands with the same facts, and the names that follow on in others. */
function read(table: string): ReadonlyMap<string, Entry> {
  const map = new Map<string, Entry>();
  for (const line of table.trim().split(/\n(?! )/)) {
    const [marks, specs, names] = line.split(";") as [string, string, string];
    const group = factsOfGroup(new Set(marks.split(" ")), wordsOf(specs).map(parseKeySpec));
    for (const name of wordsOf(names)) add(map, name.split("|"), group);
  }
  return map;
}

function add(map: Map<string, Entry>, [name, subcommand]: string[], group: Omit<CommandFacts, "name">): void {
  const present = map.get(name!);
  if (subcommand === undefined) {
    map.set(name!, { facts: { name: name!, ...group }, subcommands: present?.subcommands });
    return;
  }
  const subcommands = present?.subcommands ?? new Map<string, CommandFacts>();
  subcommands.set(subcommand, { name: `${name} ${subcommand}`, ...group });
  map.set(name!, { facts: present?.facts, subcommands });
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function factsOfGroup(marks: ReadonlySet<string>, keySpecs: readonly KeySpec[]): Omit<CommandFacts, "name"> {
  const [first] = keySpecs;
  // A place counts as fixed only when no other spec says that there may be more to it, as in MIGRATE.
  const fixed = first?.begin !== undefined && first.begin.keyword === undefined && first.find?.kind === "range" &&
    !keySpecs.some((spec) => spec.incomplete);
  return {
    write: marks.has("write"),
    readonly: marks.has("readonly"),
    mayReplicate: marks.has("may_replicate"),
    denyOom: marks.has("denyoom"),
    blocking: marks.has("blocking"),
    admin: marks.has("admin"),
    pubsub: marks.has("pubsub"),
    noMulti: marks.has("no_multi"),
    loading: marks.has("loading"),
    stale: marks.has("stale"),
    movableKeys: marks.has("movablekeys"),
    nondeterministic: marks.has("nondeterministic_output"),
    dontCache: marks.has("dont_cache"),
    requestPolicy: policyOf<RequestPolicy>(marks, "request_policy:"),
    responsePolicy: policyOf<ResponsePolicy>(marks, "response_policy:"),
    keySpecs,
    firstAt: fixed ? first.begin.at : 0,
    single: fixed && keySpecs.length === 1 && first.find.kind === "range" && first.find.last === 0,
  };
}

function policyOf<Policy extends string>(marks: ReadonlySet<string>, prefix: string): Policy | undefined {
  for (const mark of marks) if (mark.startsWith(prefix)) return mark.slice(prefix.length) as Policy;
  return undefined;
}
