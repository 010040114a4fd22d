/**
 * Commands that make, change and delete groups of consumers, who share the entries of a stream.
 *
 * How consumers read is in `stream_consumers.ts`, what a server knows of a group is in `stream_info.ts`.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer, ok, type Report, statuses } from "./readers.ts";
import { flag, option } from "./words.ts";

/** How a {@linkcode xgroupCreate} makes a group. */
export interface XgroupCreateOptions {
  /** Makes an empty stream when there is none. */
  mkStream?: boolean;
  /** How many entries the group is to count as having read. */
  entriesRead?: number | bigint;
}

/** What a {@linkcode xgroupSetid} sets besides. */
export interface XgroupSetidOptions {
  /** How many entries the group is to count as having read. */
  entriesRead?: number | bigint;
}

/**
 * Makes a group of consumers that reads a stream from an id on.
 *
 * Complexity: O(1). Since 5.0.0; `entriesRead` since 7.0.0.
 *
 * @param id The id after which the group reads: `"0"` for all entries, `"$"` for those that come from now on.
 */
export function xgroupCreate(key: Key, group: Key, id: string, options?: XgroupCreateOptions): Command<"OK"> {
  const words: Word[] = ["XGROUP", "CREATE", key, group, id];
  if (options !== undefined) {
    flag(words, "MKSTREAM", options.mkStream);
    option(words, "ENTRIESREAD", options.entriesRead);
  }
  return command(words, ok);
}

/**
 * Makes a consumer in a group and gives 1, or gives 0 when there is one of that name; reading makes it too.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function xgroupCreateconsumer(key: Key, group: Key, consumer: Key): Command<number> {
  return command(["XGROUP", "CREATECONSUMER", key, group, consumer], integer);
}

/**
 * Deletes a consumer with what is pending for it, which nobody can claim any more, and gives how much that was.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function xgroupDelconsumer(key: Key, group: Key, consumer: Key): Command<number> {
  return command(["XGROUP", "DELCONSUMER", key, group, consumer], integer);
}

/**
 * Deletes a group with its consumers and gives 1, or gives 0 when there is no such group.
 *
 * Complexity: O(n) in the entries pending. Since 5.0.0.
 */
export function xgroupDestroy(key: Key, group: Key): Command<number> {
  return command(["XGROUP", "DESTROY", key, group], integer);
}

/**
 * Gives the server's help on its commands for groups, line by line.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function xgroupHelp(): Command<Report[]> {
  return command(["XGROUP", "HELP"], statuses);
}

/**
 * Sets the id after which a group reads on; what is pending stays so.
 *
 * Complexity: O(1). Since 5.0.0; `entriesRead` since 7.0.0.
 *
 * @param id `"0"` for all entries once more, `"$"` for those that come from now on.
 */
export function xgroupSetid(key: Key, group: Key, id: string, options?: XgroupSetidOptions): Command<"OK"> {
  const words: Word[] = ["XGROUP", "SETID", key, group, id];
  if (options !== undefined) option(words, "ENTRIESREAD", options.entriesRead);
  return command(words, ok);
}
