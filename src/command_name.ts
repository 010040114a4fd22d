/**
 * What a command is called in messages: its name without arguments, which may be secrets.
 *
 * @module
 */
import type { Word } from "./commands/command.ts";

// Commands whose second word is part of their name.
const CONTAINERS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  [
    "ACL",
    "CLIENT",
    "CLUSTER",
    "COMMAND",
    "COMMANDLOG",
    "CONFIG",
    "FT.CONFIG",
    "FT.CURSOR",
    "FUNCTION",
    "JSON.DEBUG",
    "LATENCY",
    "MEMORY",
    "MODULE",
    "OBJECT",
    "PUBSUB",
    "SCRIPT",
    "SENTINEL",
    "SLOWLOG",
    "XGROUP",
    "XINFO",
  ],
);

/** The name of a command for messages: its first word, with the second for those that have subcommands. */
export function commandName(words: readonly Word[]): string {
  const first = String(words[0]).toUpperCase();
  return CONTAINERS.has(first) && typeof words[1] === "string" ? `${first} ${words[1].toUpperCase()}` : first;
}

/** The text of a word, which is bytes where it was given as bytes; enough of it to tell names and options. */
export function wordText(word: Word | undefined): string {
  return word instanceof Uint8Array ? String.fromCharCode(...word.subarray(0, 64)) : String(word ?? "");
}
