/**
 * Commands on commands: which ones a server has, what they are for, and which keys they use.
 *
 * @module
 */
import { BYTES, PLAIN, type Value } from "../resp/value.ts";
import { type Command, command, type Data, type ReplyReader, type Word } from "./command.ts";
import { type Parts, toFields } from "./field_readers.ts";
import { integer, pairsOf, reader, setField, type Status, statuses, strings, textOf } from "./readers.ts";
import { oneOf } from "./words.ts";

/** Where the keys of a command begin. */
export type KeySearch =
  | { type: "index"; spec: { index: number } }
  | { type: "keyword"; spec: { keyword: Status; startfrom: number } }
  | { type: "unknown"; spec: Record<never, never> };

/** Which words from there on are keys. */
export type KeyFinding =
  | { type: "range"; spec: { lastkey: number; keystep: number; limit: number } }
  | { type: "keynum"; spec: { keynumidx: number; firstkey: number; keystep: number } }
  | { type: "unknown"; spec: Record<never, never> };

/** How to find some of the keys of a command. */
export interface KeySpec {
  /** What the command does with them, such as `RO`, `RW`, `access` and `update`. */
  flags: Status[];
  /** What there is to know beyond that. */
  notes?: Status;
  /** Where they begin. */
  beginSearch: KeySearch;
  /** How to go on from there. */
  findKeys: KeyFinding;
}

/** What a server knows of one of its commands. */
export interface CommandInfo {
  /** Its name, in lower case; that of a subcommand is `config|get`. */
  name: Status;
  /** How many words it has, the name included; negative when it may have more. */
  arity: number;
  /** Such as `readonly`, `write` and `blocking`. */
  flags: Status[];
  /** The place of the first key; 0 when there is none. */
  firstKey: number;
  /** The place of the last key; negative when counted from the end. */
  lastKey: number;
  /** From one key to the next. */
  step: number;
  /** The categories that rules of users speak of, such as `@read`. */
  aclCategories: Status[];
  /** What clients and proxies should know, such as `nondeterministic_output`. */
  tips: Status[];
  /** How to find its keys. */
  keySpecs: KeySpec[];
  /** Its subcommands. */
  subcommands: CommandInfo[];
}

/** A change of a command. */
export interface CommandChange {
  /** The version of the server that brought it. */
  version: Status;
  /** What has changed. */
  change: Status;
}

/** An argument of a command. */
export interface CommandArgument {
  /** Its name. */
  name: Status;
  /** Such as `string`, `integer` and `key`; `oneof` and `block` have arguments of their own. */
  type: Status;
  /** How to show it. */
  displayText?: Status;
  /** Which of the `keySpecs` of {@linkcode CommandInfo} finds it. */
  keySpecIndex?: number;
  /** The word that goes before it, or that it is. */
  token?: Status;
  /** What it is for. */
  summary?: Status;
  /** The version that brought it. */
  since?: Status;
  /** The version since which it should not be used. */
  deprecatedSince?: Status;
  /** Such as `optional`, `multiple` and `multiple_token`. */
  flags?: Status[];
  /** What it is made of. */
  arguments?: CommandArgument[];
}

/** What a server's documentation says of a command; that of a module may lack most of it. */
export interface CommandDocs {
  /** What it does, in a sentence. */
  summary?: Status;
  /** The version that brought it. */
  since?: Status;
  /** The group it is of, such as `string`. */
  group: Status;
  /** How the time that it takes grows. */
  complexity?: Status;
  /** The module that it is of. */
  module?: Status;
  /** Such as `deprecated` and `syscmd`. */
  docFlags?: Status[];
  /** The version since which it should not be used. */
  deprecatedSince?: Status;
  /** What to use instead. */
  replacedBy?: Status;
  /** What has changed since it came. */
  history?: CommandChange[];
  /** Its arguments. */
  arguments?: CommandArgument[];
  /** Its subcommands, by names such as `config|get`. */
  subcommands?: Record<Status, CommandDocs>;
}

/** A key of a command. */
export interface KeyWithFlags<Text = string> {
  /** The key. */
  key: Text;
  /** What the command does with it, such as `RO`, `OW` and `access`. */
  flags: Status[];
}

/** The commands that a {@linkcode commandList} gives: those that meet one of these. */
export interface CommandFilter {
  /** Those of this module. */
  module?: string;
  /** Those of this category, without its `@`. */
  aclCat?: string;
  /** Those whose names match this glob-style pattern. */
  pattern?: string;
}

/** Which commands a {@linkcode commandList} gives. */
export interface CommandListOptions {
  /** Only those that meet this. */
  filterBy?: CommandFilter;
}

const SEARCH: Parts = { spec: (value, mode) => toFields(value, mode, {}) };
const KEY_SPEC: Parts = {
  beginSearch: (value, mode) => toFields(value, mode, SEARCH),
  findKeys: (value, mode) => toFields(value, mode, SEARCH),
};

function toInfo(value: Value): CommandInfo {
  const [name, arity, flags, firstKey, lastKey, step, aclCategories, tips, specs, subcommands] = value as [
    ...[name: Status, arity: number, flags: Status[], firstKey: number, lastKey: number, step: number],
    ...[categories: Status[], tips: Status[], specs: Value[], subcommands: Value[]],
  ];
  return {
    ...{ name, arity, flags, firstKey, lastKey, step, aclCategories, tips },
    keySpecs: specs.map((spec) => toFields<KeySpec>(spec, PLAIN, KEY_SPEC)),
    subcommands: subcommands.map(toInfo),
  };
}

const infos: ReplyReader<CommandInfo[]> = /* @__PURE__ */ reader(PLAIN, (value) => (value as Value[]).map(toInfo));
const infosOrNulls: ReplyReader<(CommandInfo | null)[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (value as Value[]).map((item) => item === null ? null : toInfo(item)),
);

const ARGUMENT: Parts = { arguments: toArguments };
const DOCS: Parts = { arguments: toArguments, history: toHistory, subcommands: toDocs };

function toArguments(value: Value): CommandArgument[] {
  return (value as Value[]).map((item) => toFields(item, PLAIN, ARGUMENT));
}

function toHistory(value: Value): CommandChange[] {
  return pairsOf(value).map(([version, change]) => ({ version: textOf(version), change: textOf(change) }));
}

function toDocs(value: Value): Record<Status, CommandDocs> {
  const byName: Record<Status, CommandDocs> = {};
  for (const [name, docs] of pairsOf(value)) setField(byName, textOf(name), toFields<CommandDocs>(docs, PLAIN, DOCS));
  return byName;
}

const docsReader: ReplyReader<Record<Status, CommandDocs>> = /* @__PURE__ */ reader(PLAIN, toDocs);

const keysWithFlags: ReplyReader<KeyWithFlags[]> = /* @__PURE__ */ reader(
  BYTES,
  (value) => (value as [string, Value[]][]).map(([key, flags]) => ({ key, flags: flags.map(textOf) })),
);

/**
 * Gives what the server knows of all its commands.
 *
 * Complexity: O(n) in the count of commands. Since 2.8.13.
 */
export function commandAll(): Command<CommandInfo[]> {
  return command(["COMMAND"], infos);
}

/**
 * Gives how many commands the server has.
 *
 * Complexity: O(1). Since 2.8.13.
 */
export function commandCount(): Command<number> {
  return command(["COMMAND", "COUNT"], integer);
}

/**
 * Gives the documentation of commands, by their names; of all when none is named, and none of those unknown.
 *
 * Complexity: O(n) in the count of commands. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const { get } = await redis.commandDocs("get");
 * console.log(get?.summary, get?.arguments?.[0]?.name); // …, "key"
 * await redis.close();
 * ```
 */
export function commandDocs(...names: string[]): Command<Record<Status, CommandDocs>> {
  return command(["COMMAND", "DOCS", ...names], docsReader);
}

/**
 * Gives the keys in a command with its arguments, which is not run.
 *
 * Complexity: O(n) in the count of arguments. Since 2.8.13.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const keys = await redis.commandGetkeys("MSET", "a", 1, "b", 2); // ["a", "b"]
 * console.log(keys);
 * await redis.close();
 * ```
 */
export function commandGetkeys(name: string, ...args: Data[]): Command<string[]> {
  return command(["COMMAND", "GETKEYS", name, ...args], strings);
}

/**
 * Gives the keys in a command with its arguments, which is not run, and what it would do with each.
 *
 * Complexity: O(n) in the count of arguments. Since 7.0.0.
 */
export function commandGetkeysandflags(name: string, ...args: Data[]): Command<KeyWithFlags<string>[]> {
  return command(["COMMAND", "GETKEYSANDFLAGS", name, ...args], keysWithFlags);
}

/**
 * Gives lines, for people, on the subcommands of COMMAND.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function commandHelp(): Command<Status[]> {
  return command(["COMMAND", "HELP"], statuses);
}

/**
 * Gives what the server knows of all its commands, as {@linkcode commandAll} does.
 *
 * Complexity: O(n) in the count of commands. Since 2.8.13; without a name since 7.0.0.
 */
export function commandInfo(): Command<CommandInfo[]>;
/** Gives what the server knows of commands, in the order of their names, null for each that it does not have. */
export function commandInfo<Names extends readonly string[]>(
  ...names: Names
): Command<{ -readonly [I in keyof Names]: CommandInfo | null }>;
export function commandInfo(...names: string[]): Command<unknown> {
  return command(["COMMAND", "INFO", ...names], infosOrNulls);
}

/**
 * Gives the names of the server's commands.
 *
 * Complexity: O(n) in the count of commands. Since 7.0.0.
 */
export function commandList(options?: CommandListOptions): Command<Status[]> {
  const words: Word[] = ["COMMAND", "LIST"];
  const filter = options?.filterBy;
  if (filter !== undefined) {
    const by: Word[] = [];
    oneOf("COMMAND LIST", by, filter, ["module", "aclCat", "pattern"]);
    if (by.length > 0) words.push("FILTERBY", ...by);
  }
  return command(words, statuses);
}
