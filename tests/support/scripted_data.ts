/**
 * The commands on data that the nodes of a scripted cluster know: where their keys are and what they do.
 *
 * Limits: texts only; of SET's words NX, XX and GET, of SCAN's MATCH and COUNT; EVAL knows scripts that return a
 * number, a key or an argument. For all else there are hooks.
 *
 * @module
 */
import { ReplyError } from "../../src/errors.ts";
import { wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import type { ScriptedStore } from "./scripted_store.ts";

/** What a command works on. */
export interface Data {
  readonly store: ScriptedStore;
  readonly database: number;
}

/** What is known of a command. */
export interface DataCommand {
  /** How many words it has, the name too; at least so many where it is negative. */
  readonly arity: number;
  /** Whether it may write. */
  readonly isWrite: boolean;
  /** Its keys. */
  keysOf(words: readonly string[]): readonly string[];
  /** Executes it; throws what it refuses with. */
  run(data: Data, words: readonly string[]): WireValue;
}

type Keys = "none" | "first" | "all" | "pairs" | "counted";

const OK = /* @__PURE__ */ wire.simple("OK");
const NOT_AN_INTEGER = "ERR value is not an integer or out of range";

const KEYS_OF: Record<Keys, (words: readonly string[]) => readonly string[]> = {
  none: () => [],
  first: (words) => words.slice(1, 2),
  all: (words) => words.slice(1),
  pairs: (words) => words.filter((_, index) => index % 2 === 1),
  counted: (words) => words.slice(3, 3 + Number(words[2])),
};

function row(arity: number, access: "read" | "write", keys: Keys, run: DataCommand["run"]): DataCommand {
  return { arity, isWrite: access === "write", keysOf: KEYS_OF[keys], run };
}

function add({ store, database }: Data, key: string, by: string): WireValue {
  const old = store.get(database, key) ?? "0";
  if (!/^-?\d+$/.test(old) || !/^-?\d+$/.test(by)) throw new ReplyError(NOT_AN_INTEGER);
  const sum = BigInt(old) + BigInt(by);
  store.set(database, key, String(sum));
  return sum;
}

function set({ store, database }: Data, [, key, value, ...options]: readonly string[]): WireValue {
  const old = store.get(database, key);
  const wants = (word: string): boolean => options.some((option) => option.toUpperCase() === word);
  const sets = !(wants("NX") && old !== undefined) && !(wants("XX") && old === undefined);
  if (sets) store.set(database, key, value);
  if (wants("GET")) return old ?? null;
  return sets ? OK : null;
}

function setAll({ store, database }: Data, words: readonly string[]): void {
  if (words.length % 2 === 0) {
    throw new ReplyError(`ERR wrong number of arguments for '${words[0].toLowerCase()}' command`);
  }
  for (let at = 1; at < words.length; at += 2) store.set(database, words[at], words[at + 1]);
}

function remove({ store, database }: Data, [, ...keys]: readonly string[]): WireValue {
  return keys.filter((key) => store.delete(database, key)).length;
}

function count({ store, database }: Data, [, ...keys]: readonly string[]): WireValue {
  return keys.filter((key) => store.has(database, key)).length;
}

/** Whether a text fits a pattern of `*` and `?`. */
export function fits(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s").test(text);
}

function scan({ store, database }: Data, words: readonly string[]): WireValue {
  const option = (name: string): string | undefined => {
    const at = words.findIndex((word) => word.toUpperCase() === name);
    return at < 0 ? undefined : words[at + 1];
  };
  const { cursor, keys } = store.scan(database, Number(words[1]), Number(option("COUNT") ?? 10));
  return [String(cursor), keys.filter((key) => fits(key, option("MATCH") ?? "*"))];
}

function evaluate(_data: Data, words: readonly string[]): WireValue {
  const number = Number(words[2]);
  if (!Number.isInteger(number)) throw new ReplyError(NOT_AN_INTEGER);
  if (number > words.length - 3) throw new ReplyError("ERR Number of keys can't be greater than number of args");
  const [, integer, list, index] = /^return (?:(-?\d+)|(KEYS|ARGV)\[(\d+)\])$/.exec(words[1]) ?? [];
  if (integer !== undefined) return Number(integer);
  if (list === undefined) return null;
  return words[2 + Number(index) + (list === "ARGV" ? number : 0)] ?? null;
}

const NAMES: ReadonlyMap<string, DataCommand> = new Map([
  ["GET", row(2, "read", "first", ({ store, database }, [, key]) => store.get(database, key) ?? null)],
  ["SET", row(-3, "write", "first", set)],
  ["INCR", row(2, "write", "first", (data, [, key]) => add(data, key, "1"))],
  ["INCRBY", row(3, "write", "first", (data, [, key, by]) => add(data, key, by))],
  ["STRLEN", row(2, "read", "first", ({ store, database }, [, key]) => (store.get(database, key) ?? "").length)],
  ["DEL", row(-2, "write", "all", remove)],
  ["UNLINK", row(-2, "write", "all", remove)],
  ["EXISTS", row(-2, "read", "all", count)],
  ["TOUCH", row(-2, "read", "all", count)],
  [
    "MGET",
    row(-2, "read", "all", ({ store, database }, [, ...keys]) => keys.map((key) => store.get(database, key) ?? null)),
  ],
  ["MSET", row(-3, "write", "pairs", (data, words) => (setAll(data, words), OK))],
  [
    "MSETNX",
    row(-3, "write", "pairs", (data, words) => {
      if (KEYS_OF.pairs(words).some((key) => data.store.has(data.database, key))) return 0;
      setAll(data, words);
      return 1;
    }),
  ],
  ["EVAL", row(-3, "read", "counted", evaluate)],
  ["EVAL_RO", row(-3, "read", "counted", evaluate)],
  ["SCAN", row(-2, "read", "none", scan)],
  ["DBSIZE", row(1, "read", "none", ({ store, database }) => store.size(database))],
  [
    "KEYS",
    row(
      2,
      "read",
      "none",
      ({ store, database }, [, pattern]) => store.keys(database).filter((key) => fits(key, pattern)),
    ),
  ],
  ["RANDOMKEY", row(1, "read", "none", ({ store, database }) => store.keys(database)[0] ?? null)],
  ["FLUSHALL", row(-1, "write", "none", ({ store }) => (store.clear(), OK))],
  ["FLUSHDB", row(-1, "write", "none", ({ store, database }) => (store.clear(database), OK))],
]);

/** What is known of the command of this name, which is in upper case. */
export function dataCommand(name: string): DataCommand | undefined {
  return NAMES.get(name);
}
