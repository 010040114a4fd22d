/**
 * Commands on keys of any type: what exists, its type and inside, and how it is renamed, copied, deleted.
 *
 * When keys expire is in `expiry.ts`, how their values get to another server in `key_transfer.ts`.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer, integerOrNull, ok, type Report, type Status, status, statusOrNull } from "./readers.ts";
import { statuses, stringOrNull, strings } from "./readers.ts";
import { type KeysPage, keysPage } from "./record_readers.ts";
import { flag, option, type ScanOptions, scanOptions, wantOne } from "./words.ts";

/** Where a {@linkcode copy} goes. */
export interface CopyOptions {
  /** The number of the database to copy to; the same when absent. */
  db?: number;
  /** Replaces the destination when it exists. */
  replace?: boolean;
}

/** Which keys one {@linkcode scan} looks at. */
export interface KeyScanOptions extends ScanOptions {
  /** Gives only keys of this type, as {@linkcode type} names it; Valkey refuses a type that it does not know. */
  type?: string;
}

/**
 * Copies the value of a key to another and gives 1, or gives 0 when it did not.
 *
 * Complexity: O(n) in the nested items of a collection, O(1) for a string. Since 6.2.0.
 */
export function copy(source: Key, destination: Key, options?: CopyOptions): Command<number> {
  const words: Word[] = ["COPY", source, destination];
  if (options !== undefined) {
    option(words, "DB", options.db);
    flag(words, "REPLACE", options.replace);
  }
  return command(words, integer);
}

/**
 * Deletes keys and gives how many of them existed.
 *
 * Complexity: O(n) in the count of keys, and of elements in those that are collections. Since 1.0.0.
 */
export function del(...keys: Key[]): Command<number> {
  wantOne("DEL", "key", keys);
  return command(["DEL", ...keys], integer);
}

/**
 * Gives how many of the keys exist; one that is named twice counts twice.
 *
 * Complexity: O(n) in the count of keys. Since 1.0.0.
 */
export function exists(...keys: Key[]): Command<number> {
  wantOne("EXISTS", "key", keys);
  return command(["EXISTS", ...keys], integer);
}

/**
 * Gives every key that matches a glob-style pattern, and blocks the server meanwhile: {@linkcode scan} does not.
 *
 * Complexity: O(n) in the keys of the database. Since 1.0.0.
 */
export function keys(pattern: Key): Command<string[]> {
  return command(["KEYS", pattern], strings);
}

/**
 * Moves a key to another database and gives 1, or gives 0 when it is missing here or exists there.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function move(key: Key, db: number): Command<number> {
  return command(["MOVE", key, db], integer);
}

/**
 * Gives the server's name for how the value of a key is kept in memory, or null when there is no such key.
 *
 * Complexity: O(1). Since 2.2.3.
 */
export function objectEncoding(key: Key): Command<Status | null> {
  return command(["OBJECT", "ENCODING", key], statusOrNull);
}

/**
 * Gives how often a key was used, on a logarithmic scale, or null; the server must evict by frequency.
 *
 * Complexity: O(1). Since 4.0.0.
 */
export function objectFreq(key: Key): Command<number | null> {
  return command(["OBJECT", "FREQ", key], integerOrNull);
}

/**
 * Gives lines of help on the OBJECT commands.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function objectHelp(): Command<Report[]> {
  return command(["OBJECT", "HELP"], statuses);
}

/**
 * Gives for how many seconds a key was not used, or null; the server must not evict by frequency.
 *
 * Complexity: O(1). Since 2.2.3.
 */
export function objectIdletime(key: Key): Command<number | null> {
  return command(["OBJECT", "IDLETIME", key], integerOrNull);
}

/**
 * Gives how many references the server holds to the value of a key, or null when there is no such key.
 *
 * Complexity: O(1). Since 2.2.3.
 */
export function objectRefcount(key: Key): Command<number | null> {
  return command(["OBJECT", "REFCOUNT", key], integerOrNull);
}

/**
 * Gives a key at random, or null when the database is empty.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function randomkey(): Command<string | null> {
  return command(["RANDOMKEY"], stringOrNull);
}

/**
 * Renames a key, and replaces the one that had the new name.
 *
 * Complexity: O(1), and what it costs to delete the replaced one. Since 1.0.0.
 */
export function rename(key: Key, newKey: Key): Command<"OK"> {
  return command(["RENAME", key, newKey], ok);
}

/**
 * Renames a key and gives 1, or gives 0 when the new name is taken.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function renamenx(key: Key, newKey: Key): Command<number> {
  return command(["RENAMENX", key, newKey], integer);
}

/**
 * Gives some of the keys and the cursor at which the next call goes on; `"0"` starts, and ends, a scan.
 *
 * A page may be empty before the end. Keys that exist all the while come at least once.
 * Complexity: O(1) a call, O(n) for a whole scan. Since 2.8.0; `type` since 6.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * let cursor = "0";
 * do {
 *   const page = await redis.scan(cursor, { match: "session:*", count: 100 });
 *   for (const key of page.keys) console.log(key);
 *   cursor = page.cursor;
 * } while (cursor !== "0");
 * await redis.close();
 * ```
 */
export function scan(cursor: string | number | bigint, options?: KeyScanOptions): Command<KeysPage<string>> {
  const words: Word[] = ["SCAN", cursor];
  if (options !== undefined) {
    scanOptions(words, options);
    option(words, "TYPE", options.type);
  }
  return command(words, keysPage);
}

/**
 * Marks keys as used just now and gives how many of them exist.
 *
 * Complexity: O(n) in the count of keys. Since 3.2.1.
 */
export function touch(...keys: Key[]): Command<number> {
  wantOne("TOUCH", "key", keys);
  return command(["TOUCH", ...keys], integer);
}

/**
 * Gives the type of a key's value, such as `"string"` or `"zset"`, and `"none"` when there is no such key.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function type(key: Key): Command<Status> {
  return command(["TYPE", key], status);
}

/**
 * Deletes keys, their memory freed in the background, and gives how many of them existed.
 *
 * Complexity: O(1) a key, and O(n) in the background. Since 4.0.0.
 */
export function unlink(...keys: Key[]): Command<number> {
  wantOne("UNLINK", "key", keys);
  return command(["UNLINK", ...keys], integer);
}
