/**
 * What is special about a command's way to the server, from its words.
 *
 * Commands that wait for data go over a connection of their own, or whatever callers sent behind them over a shared
 * one would wait too. WAIT and WAITAOF wait as well, but for the writes of their very connection. What CLIENT sets of
 * a connection is said again when a connection is made anew. Typed functions and raw commands alike are judged here.
 *
 * Limits: a module's own blocking commands are not known; lease a connection for these.
 *
 * @module
 */
import type { Blocking, Following, Standing, Word } from "./command.ts";
import { textOf } from "./readers.ts";

/** Where a command's timeout stands: at a place from the start, or from the end when negative; in seconds or not. */
const TIMEOUT_AT: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["BLMOVE", -1],
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

/** What CLIENT sets of a connection by these subcommands. */
const SETS: ReadonlySet<string> = /* @__PURE__ */ new Set(["NO-EVICT", "NO-TOUCH", "SETINFO", "SETNAME", "TRACKING"]);

/** What is special about the command with these words; undefined when nothing is. */
export function specialOf(words: readonly Word[]): Blocking | Following | Standing | undefined {
  const name = String(words[0]).toUpperCase();
  if (name === "CLIENT") return standing(words);
  const at = name === "XREAD" || name === "XREADGROUP" ? blockAt(words) : TIMEOUT_AT.get(name);
  if (at === undefined) return undefined;
  const timeout = Number(wordAt(words, at < 0 ? words.length + at : at));
  // A timeout that is none is the server's to refuse, and it does so at once.
  const known = timeout > 0 ? timeout : 0;
  if (name.startsWith("WAIT")) return { kind: "following", blockMs: known };
  return { kind: "blocking", blockMs: Math.ceil(name.startsWith("X") ? known : known * 1_000) };
}

/** The place behind BLOCK, which stands before STREAMS; a group or a consumer may have that name. */
function blockAt(words: readonly Word[]): number | undefined {
  for (let i = wordAt(words, 1).toUpperCase() === "GROUP" ? 4 : 1; i < words.length; i++) {
    const word = wordAt(words, i).toUpperCase();
    if (word === "BLOCK") return i + 1;
    if (word === "STREAMS") return undefined;
    if (word === "COUNT" || word === "CLAIM" || word === "MAXCOUNT" || word === "MAXSIZE") i++;
  }
  return undefined;
}

function standing(words: readonly Word[]): Standing | undefined {
  const subcommand = wordAt(words, 1).toUpperCase();
  if (!SETS.has(subcommand)) return undefined;
  return {
    kind: "standing",
    sets: subcommand === "SETINFO" ? `SETINFO ${wordAt(words, 2).toUpperCase()}` : subcommand,
  };
}

function wordAt(words: readonly Word[], at: number): string {
  const word = words[at];
  return word === undefined ? "" : textOf(word);
}
