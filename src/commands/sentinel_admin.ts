/**
 * Commands that tell a sentinel what to watch, how, and when to fail over.
 *
 * Only a sentinel knows them. It writes most changes to its file at once.
 *
 * @module
 */
import { type Command, command, type Data, type Word } from "./command.ts";
import { integer, ok, type Report, type Status, statuses } from "./readers.ts";
import { settings } from "./record_readers.ts";
import { wholeSettings } from "./sentinel_readers.ts";
import { entriesOf, flag, type RecordOrEntries, wantOne } from "./words.ts";

/** How a {@linkcode sentinelFailover} goes about it. */
export interface SentinelFailoverOptions {
  /** Has the primary hand over without losing writes; since Valkey 9.0. */
  coordinated?: boolean;
}

/** The value of a setting, or both names of a `rename-command`. */
export type SentinelSetting = Data | readonly [command: string, name: string];

/** The times by which a sentinel works, most in milliseconds, by their names. */
export interface SentinelTimes {
  /** A time, such as `INFO-PERIOD`. */
  [name: string]: number;
}

/** A moment at which a sentinel can be told to crash. */
export type SentinelFailure = "crash-after-election" | "crash-after-promotion";

/**
 * Gives the settings of the sentinel whose names match one of the patterns.
 *
 * Complexity: O(n) in the count of patterns. Since 6.2.0; more than one pattern since 7.2.0.
 */
export function sentinelConfigGet(...patterns: string[]): Command<Record<Status, Status>> {
  wantOne("SENTINEL CONFIG GET", "pattern", patterns);
  return command(["SENTINEL", "CONFIG", "GET", ...patterns], settings);
}

/**
 * Changes settings of the sentinel, such as `announce-ip`.
 *
 * Complexity: O(n) in the count of settings. Since 6.2.0; more than one setting since 7.2.0.
 */
export function sentinelConfigSet(settings: RecordOrEntries<string, Data>): Command<"OK"> {
  return command(["SENTINEL", "CONFIG", "SET", ...entriesOf("SENTINEL CONFIG SET", settings)], ok);
}

/**
 * Gives the times by which the sentinel works, most in milliseconds, such as `INFO-PERIOD`.
 *
 * Complexity: O(n) in the count of times. Since 7.0.0.
 */
export function sentinelDebug(): Command<SentinelTimes>;
/** Changes times by which the sentinel works. */
export function sentinelDebug(times: RecordOrEntries<string, number>): Command<"OK">;
export function sentinelDebug(times?: RecordOrEntries<string, number>): Command<unknown> {
  if (times === undefined) return command(["SENTINEL", "DEBUG"], wholeSettings);
  return command(["SENTINEL", "DEBUG", ...entriesOf("SENTINEL DEBUG", times)], ok);
}

/**
 * Begins to put a replica in the place of a primary, without asking other sentinels.
 *
 * Complexity: O(n) in the count of replicas. Since 2.8.4; `coordinated` since Valkey 9.0.0.
 */
export function sentinelFailover(name: string, options?: SentinelFailoverOptions): Command<"OK"> {
  const words: Word[] = ["SENTINEL", "FAILOVER", name];
  flag(words, "COORDINATED", options?.coordinated);
  return command(words, ok);
}

/**
 * Writes the sentinel's settings and state to its file now.
 *
 * Complexity: O(1). Since 2.8.4.
 */
export function sentinelFlushconfig(): Command<"OK"> {
  return command(["SENTINEL", "FLUSHCONFIG"], ok);
}

/**
 * Begins to watch a primary by a name.
 *
 * Complexity: O(1). Since 2.8.4.
 *
 * @param ip The primary's address; a hostname only where the sentinel is told to resolve those.
 * @param quorum How many sentinels must hold it to be down.
 */
export function sentinelMonitor(name: string, ip: string, port: number, quorum: number): Command<"OK"> {
  return command(["SENTINEL", "MONITOR", name, ip, port, quorum], ok);
}

/**
 * Ends the watch over a primary.
 *
 * Complexity: O(1). Since 2.8.4.
 */
export function sentinelRemove(name: string): Command<"OK"> {
  return command(["SENTINEL", "REMOVE", name], ok);
}

/**
 * Forgets what is known of the primaries whose names match a glob-style pattern, and gives how many these are.
 *
 * Their replicas and other sentinels are found anew, and a failover that goes on ends.
 * Complexity: O(n) in the count of primaries. Since 2.8.4.
 */
export function sentinelReset(pattern: string): Command<number> {
  return command(["SENTINEL", "RESET", pattern], integer);
}

/**
 * Changes how a primary is watched, such as `quorum` or `down-after-milliseconds`.
 *
 * Complexity: O(1). Since 2.8.4.
 *
 * @param settings The settings by their names, as a record or as entries.
 */
export function sentinelSet(
  name: string,
  settings: RecordOrEntries<string, SentinelSetting>,
): Command<"OK"> {
  // A rename-command has two values, which stay together as one until here.
  const words: (Word | readonly Word[])[] = entriesOf("SENTINEL SET", settings as Record<string, Data>);
  return command(["SENTINEL", "SET", name, ...words.flat()], ok);
}

/**
 * Makes the sentinel crash at one of these moments of the next failover.
 *
 * Complexity: O(1). Since 3.2.0.
 */
export function sentinelSimulateFailure(...failures: SentinelFailure[]): Command<"OK">;
/** Gives the failures that there are. */
export function sentinelSimulateFailure(failure: "help"): Command<Report[]>;
export function sentinelSimulateFailure(...failures: string[]): Command<unknown> {
  wantOne("SENTINEL SIMULATE-FAILURE", "failure", failures);
  return command<unknown>(["SENTINEL", "SIMULATE-FAILURE", ...failures], failures[0] === "help" ? statuses : ok);
}
