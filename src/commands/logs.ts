/**
 * Commands on the logs of commands that took long or were large.
 *
 * The settings `slowlog-log-slower-than`, and in Valkey 8.1 those that begin with `commandlog-`, say what is logged.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import { type Command, command, type ReplyReader, type Word } from "./command.ts";
import { integer, ok, reader, type Status, statuses, toInteger } from "./readers.ts";

/** One of the logs: of commands that took long, had a large request, or a large reply. */
export type CommandlogType = "slow" | "large-request" | "large-reply";

/** A command in a log. */
export interface LoggedCommand {
  /** Its number in the log, which no other has while the server runs. */
  id: number;
  /** When it ran, in seconds since the Unix epoch. */
  timestamp: number;
  /** Its words; the server leaves out what is too long or too much, and some secrets. */
  arguments: Status[];
  /** The address of the client, as `host:port`. */
  clientAddress: Status;
  /** The name of the client; empty when it had none. */
  clientName: Status;
}

/** A command that took long. */
export interface SlowCommand extends LoggedCommand {
  /** How long it ran, in microseconds. */
  durationMicroseconds: number;
}

/** A command with a large request or reply. */
export interface LargeCommand extends LoggedCommand {
  /** The size of the request or of the reply, in bytes. */
  sizeBytes: number;
}

type LogParts = [id: Value, timestamp: Value, measure: Value, args: Status[], address: Status, name: Status];

function toLogged([id, timestamp, , args, clientAddress, clientName]: LogParts): LoggedCommand {
  const moment = { id: toInteger(id, PLAIN), timestamp: toInteger(timestamp, PLAIN) };
  return { ...moment, arguments: args, clientAddress, clientName };
}

function toSlow(parts: LogParts): SlowCommand {
  return { ...toLogged(parts), durationMicroseconds: toInteger(parts[2], PLAIN) };
}

function toLarge(parts: LogParts): LargeCommand {
  return { ...toLogged(parts), sizeBytes: toInteger(parts[2], PLAIN) };
}

const slow: ReplyReader<SlowCommand[]> = /* @__PURE__ */ reader(PLAIN, (value) => (value as LogParts[]).map(toSlow));
const large: ReplyReader<LargeCommand[]> = /* @__PURE__ */ reader(PLAIN, (value) => (value as LogParts[]).map(toLarge));

/**
 * Gives the latest commands that took long, the last one first.
 *
 * Complexity: O(n) in the count of commands given. Since Valkey 8.1.0.
 *
 * @param count How many at most; -1 for all.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * for (const { arguments: words, sizeBytes } of await redis.commandlogGet(10, "large-reply")) {
 *   console.log(words[0], sizeBytes);
 * }
 * await redis.close();
 * ```
 */
export function commandlogGet(count: number, type: "slow"): Command<SlowCommand[]>;
/** Gives the latest commands with a large request or a large reply. */
export function commandlogGet(count: number, type: "large-request" | "large-reply"): Command<LargeCommand[]>;
/** Gives the latest commands of a log that is known only when it runs. */
export function commandlogGet(count: number, type: CommandlogType): Command<SlowCommand[] | LargeCommand[]>;
export function commandlogGet(count: number, type: CommandlogType): Command<unknown> {
  return command<unknown>(["COMMANDLOG", "GET", count, type], type === "slow" ? slow : large);
}

/**
 * Gives lines, for people, on the subcommands of COMMANDLOG.
 *
 * Complexity: O(1). Since Valkey 8.1.0.
 */
export function commandlogHelp(): Command<Status[]> {
  return command(["COMMANDLOG", "HELP"], statuses);
}

/**
 * Gives how many commands a log has.
 *
 * Complexity: O(1). Since Valkey 8.1.0.
 */
export function commandlogLen(type: CommandlogType): Command<number> {
  return command(["COMMANDLOG", "LEN", type], integer);
}

/**
 * Empties a log.
 *
 * Complexity: O(n) in the count of commands in it. Since Valkey 8.1.0.
 */
export function commandlogReset(type: CommandlogType): Command<"OK"> {
  return command(["COMMANDLOG", "RESET", type], ok);
}

/**
 * Gives the latest commands that took long, the last one first.
 *
 * Complexity: O(n) in the count of commands given. Since 2.2.12.
 *
 * @param count How many at most; 10 when absent, -1 for all.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * for (const { arguments: words, durationMicroseconds } of await redis.slowlogGet()) {
 *   console.log(words[0], durationMicroseconds);
 * }
 * await redis.close();
 * ```
 */
export function slowlogGet(count?: number): Command<SlowCommand[]> {
  const words: Word[] = ["SLOWLOG", "GET"];
  if (count !== undefined) words.push(count);
  return command(words, slow);
}

/**
 * Gives lines, for people, on the subcommands of SLOWLOG.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function slowlogHelp(): Command<Status[]> {
  return command(["SLOWLOG", "HELP"], statuses);
}

/**
 * Gives how many commands the log of slow ones has.
 *
 * Complexity: O(1). Since 2.2.12.
 */
export function slowlogLen(): Command<number> {
  return command(["SLOWLOG", "LEN"], integer);
}

/**
 * Empties the log of slow commands.
 *
 * Complexity: O(n) in the count of commands in it. Since 2.2.12.
 */
export function slowlogReset(): Command<"OK"> {
  return command(["SLOWLOG", "RESET"], ok);
}
