/**
 * Which commands may be sent again after they were written and no reply came.
 *
 * Nobody knows whether such a command was executed, so what counts is what a second execution would do. By default
 * only what reads is sent again; a caller can allow more. Commands that were never written, or that the server refused
 * before executing them, are not judged here: they may always be sent again.
 *
 * Limits: what a command does is known from the table of `src/routing`; one that is not in it, such as one of an
 * unknown module, is taken to do anything.
 *
 * @module
 */
import type { AnyCommand, Word } from "../commands/command.ts";
import { isReadOnly } from "../routing/read_only.ts";
import { commandName, wordText } from "../command_name.ts";
import type { RetryCeiling } from "../sender.ts";
import { REPEATABLE_WRITES } from "./repeatable_writes.ts";

// They change nothing, though the table does not call them read-only since they touch no data.
const ASKING: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ACL WHOAMI",
  "ASKING",
  "CLIENT GETNAME",
  "CLIENT ID",
  "CLIENT INFO",
  "CLIENT LIST",
  "CLIENT TRACKINGINFO",
  "CLUSTER INFO",
  "CLUSTER MYID",
  "CLUSTER NODES",
  "CLUSTER SHARDS",
  "CLUSTER SLOTS",
  "COMMAND",
  "COMMAND COUNT",
  "COMMAND DOCS",
  "COMMAND GETKEYS",
  "COMMAND INFO",
  "COMMAND LIST",
  "CONFIG GET",
  "ECHO",
  "FUNCTION LIST",
  "FUNCTION STATS",
  "INFO",
  "LASTSAVE",
  "LATENCY HISTORY",
  "LATENCY LATEST",
  "MEMORY STATS",
  "MODULE LIST",
  "PING",
  "PUBSUB CHANNELS",
  "PUBSUB NUMPAT",
  "PUBSUB NUMSUB",
  "PUBSUB SHARDCHANNELS",
  "PUBSUB SHARDNUMSUB",
  "ROLE",
  "SCRIPT EXISTS",
  "SLOWLOG GET",
  "SLOWLOG LEN",
  "TIME",
]);

// What they read is gone when it has been read, or they are called reads since they change no key.
const ONCE: ReadonlySet<string> = /* @__PURE__ */ new Set(["CF.COMPACT", "FT.CURSOR"]);

// They write what they say whatever was there, so that a row of them does the same twice in a row.
const BLIND: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ ("DEL FLUSHALL FLUSHDB GEOADD HDEL HMSET HSET MSET PFADD PSETEX SADD SET SETBIT SETEX SREM UNLINK " +
    "ZADD ZREM MULTI EXEC").split(" "),
);

/** Whether all of these commands may be sent again, in their order, after they were written and not answered. */
export function mayRepeat(commands: readonly AnyCommand[], ceiling: RetryCeiling): boolean {
  if (ceiling === "any") return true;
  if (ceiling === "none" || !commands.every((command) => isHarmless(command, ceiling))) return false;
  // What stands behind a write may have been executed and is not what that write, or a read, would find then.
  return ceiling === "readOnly" || commands.length === 1 || commands.every(isBlind) ||
    commands.every((command) => isHarmless(command, "readOnly"));
}

function isBlind({ words }: AnyCommand): boolean {
  return BLIND.has(commandName(words)) && !words.some((word) => wordText(word).toUpperCase() === "KEEPTTL");
}

function isHarmless({ words, special }: AnyCommand, ceiling: RetryCeiling): boolean {
  if (special?.kind === "standing") return true;
  if (special !== undefined) return special.kind === "blocking" && isRereadable(words);
  if (isReadOnly(words)) return !ONCE.has(String(words[0]).toUpperCase());
  const name = commandName(words);
  if (name === "MULTI" || name === "EXEC" || ASKING.has(name)) return true;
  return ceiling === "idempotent" && REPEATABLE_WRITES.get(name)?.(words) === true;
}

/** A blocking read: but an id that means "from now on" would mean a later moment. */
function isRereadable(words: readonly Word[]): boolean {
  return isReadOnly(words) && !words.some((word) => /^[$+]$/.test(wordText(word)));
}
