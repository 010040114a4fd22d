/**
 * Commands that save the data to disk.
 *
 * @module
 */
import { type Command, command, type Word } from "./command.ts";
import { integer, ok, type Report, report } from "./readers.ts";
import { oneOf } from "./words.ts";

/** What a {@linkcode bgsave} does while another process writes to disk. */
export interface BgsaveOptions {
  /** Saves as soon as a rewrite of the append only file that is under way has ended. */
  schedule?: boolean;
  /** Ends the save that is under way, or drops the one that is scheduled; Valkey 8.1. */
  cancel?: boolean;
}

/**
 * Starts to write the append only file anew, as short as it can be, and says so.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function bgrewriteaof(): Command<Report> {
  return command(["BGREWRITEAOF"], report);
}

/**
 * Starts to save the data to disk in the background, and says so.
 *
 * Complexity: O(1). Since 1.0.0; `schedule` since 3.2.2, `cancel` since Valkey 8.1.0.
 */
export function bgsave(options?: BgsaveOptions): Command<Report> {
  const words: Word[] = ["BGSAVE"];
  if (options !== undefined) oneOf("BGSAVE", words, options, ["schedule", "cancel"]);
  return command(words, report);
}

/**
 * Gives the Unix time, in seconds, of the last save to disk that worked.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function lastsave(): Command<number> {
  return command(["LASTSAVE"], integer);
}

/**
 * Saves the data to disk before it answers; no client is served meanwhile.
 *
 * Complexity: O(n) in the count of keys. Since 1.0.0.
 */
export function save(): Command<"OK"> {
  return command(["SAVE"], ok);
}
