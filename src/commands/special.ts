/**
 * What is special about a command's way to the server, from its words.
 *
 * Commands that wait for data go over a connection of their own, or whatever callers sent behind them over a shared
 * one would wait too. WAIT and WAITAOF wait as well, but for the writes of their very connection. What CLIENT sets of
 * a connection is said again when a connection is made anew. Typed functions and raw commands alike are judged here.
 *
 * Limits: a module's own blocking commands are not known, nor what other commands keep on their connection (HIMPORT,
 * Redis 8.10); lease a connection for these.
 *
 * @module
 */
import type { Blocking, Following, Standing, Word } from "./command.ts";
import { textOf } from "./readers.ts";

/** Where a command's timeout stands: at a place from the start, or from the end when negative. */
const TIMEOUT_AT: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["BLMOVE", -1],
  ["BLMOVEM", 5],
  ["BLMPOP", 1],
  ["BLPOP", -1],
  ["BRPOP", -1],
  ["BRPOPLPUSH", -1],
  ["BZMPOP", 1],
  ["BZPOPMAX", -1],
  ["BZPOPMIN", -1],
  ["WAIT", -1],
  ["WAITAOF", -1],
]);

/** Commands that wait only with the option BLOCK, and the first place where it may stand. */
const BLOCK_FROM: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["TS.READ", 3],
  ["XREAD", 1],
  ["XREADGROUP", 1],
]);

/** Options that may stand before BLOCK, and how many words belong to each. */
const BEFORE_BLOCK: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["CLAIM", 1],
  ["COUNT", 1],
  ["GROUP", 2],
  ["MAXCOUNT", 1],
  ["MAXSIZE", 1],
  ["MAX_COUNT", 1],
]);

/** What CLIENT sets of a connection by these subcommands. */
const SETS: ReadonlySet<string> = /* @__PURE__ */ new Set(["NO-EVICT", "NO-TOUCH", "SETINFO", "SETNAME", "TRACKING"]);

/** What is special about the command with these words; undefined when nothing is. */
export function specialOf(words: readonly Word[]): Blocking | Following | Standing | undefined {
  const name = String(words[0]).toUpperCase();
  if (name === "CLIENT") return standing(words);
  const from = BLOCK_FROM.get(name);
  const at = from === undefined ? TIMEOUT_AT.get(name) : blockAt(words, from);
  if (at === undefined) return undefined;
  const timeout = Number(wordAt(words, at < 0 ? words.length + at : at));
  // A timeout that is none is the server's to refuse, and it does so at once.
  const known = timeout > 0 ? timeout : 0;
  if (name.startsWith("WAIT")) return { kind: "following", blockMs: known };
  return { kind: "blocking", blockMs: Math.ceil(from === undefined ? known * 1_000 : known) };
}

/** The place behind BLOCK, which stands before STREAMS; a group or a consumer may have that name. */
function blockAt(words: readonly Word[], from: number): number | undefined {
  for (let i = from; i < words.length; i++) {
    const word = wordAt(words, i).toUpperCase();
    if (word === "BLOCK") return i + 1;
    if (word === "STREAMS") return undefined;
    i += BEFORE_BLOCK.get(word) ?? 0;
  }
  return undefined;
}

function standing(words: readonly Word[]): Standing | undefined {
  const subcommand = wordAt(words, 1).toUpperCase();
  if (!SETS.has(subcommand)) return undefined;
  const value = wordAt(words, 2);
  if (subcommand === "SETINFO") return { kind: "standing", sets: `SETINFO ${value.toUpperCase()}`, undone: false };
  const undone = subcommand === "SETNAME" ? value === "" : value.toUpperCase() === "OFF";
  return { kind: "standing", sets: subcommand, undone };
}

function wordAt(words: readonly Word[], at: number): string {
  const word = words[at];
  return word === undefined ? "" : textOf(word);
}
