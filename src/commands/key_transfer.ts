/**
 * Commands that carry values from one key, or one server, to another in the server's own format.
 *
 * @module
 */
import { type Command, command, type Key, type ReplyReader, type Word } from "./command.ts";
import { bytesOrNull, ok, status } from "./readers.ts";
import { flag, listOf, oneOf, option, wantOne } from "./words.ts";

/** How a {@linkcode migrate} treats the keys, and who it is on the other server. */
export interface MigrateOptions {
  /** Keeps the keys here. */
  copy?: boolean;
  /** Replaces the keys that exist there. */
  replace?: boolean;
  /** The user to authenticate as; the default user when absent. */
  username?: string;
  /** The password to authenticate with. */
  password?: string;
}

/** How a {@linkcode restore} treats the key. */
export interface RestoreOptions {
  /** Replaces the key when it exists. */
  replace?: boolean;
  /** Takes the time to live as a Unix time in milliseconds. */
  absTtl?: boolean;
  /** Seconds for which the key counts as unused. */
  idleTime?: number;
  /** How often the key counts as used, 0 to 255. */
  freq?: number;
}

/**
 * Gives the value of a key in the server's own format, as bytes for {@linkcode restore}, or null.
 *
 * Complexity: O(n) in the size of the value. Since 2.6.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.set("plan", "a");
 * const saved = await redis.dump("plan");
 * if (saved !== null) await redis.restore("plan:copy", 0, saved, { replace: true });
 * await redis.close();
 * ```
 */
export function dump(key: Key): Command<Uint8Array | null> {
  return command(["DUMP", key], bytesOrNull);
}

/**
 * Moves keys to another server and gives `"OK"`, or `"NOKEY"` when none of them exists here.
 *
 * Both servers do nothing else meanwhile. Complexity: O(n) in the size of the values. Since 2.6.0; `copy` and
 * `replace` since 3.0.0, several keys since 3.0.6, `password` since 4.0.7, `username` since 6.0.0.
 *
 * @param db The number of the database there.
 * @param timeoutMs Milliseconds for which the other server may be silent.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.migrate("10.0.0.7", 6379, ["user:7", "user:8"], 0, 5000, { replace: true }); // "NOKEY"
 * await redis.close();
 * ```
 */
export function migrate(
  host: string,
  port: number,
  keys: Key | readonly Key[],
  db: number,
  timeoutMs: number,
  options?: MigrateOptions,
): Command<"OK" | "NOKEY"> {
  const list = listOf(keys);
  wantOne("MIGRATE", "key", list);
  // In the place of a key, an empty one says that the keys are at the end.
  const alone = list.length === 1 && list[0]!.length > 0;
  const words: Word[] = ["MIGRATE", host, port, alone ? list[0]! : "", db, timeoutMs];
  if (options !== undefined) {
    flag(words, "COPY", options.copy);
    flag(words, "REPLACE", options.replace);
    login(words, options);
  }
  if (!alone) words.push("KEYS", ...list);
  return command(words, status as ReplyReader<"OK" | "NOKEY">);
}

function login(words: Word[], { username, password }: MigrateOptions): void {
  if (username === undefined) option(words, "AUTH", password);
  else if (password === undefined) throw new TypeError("Cannot send MIGRATE: the option username wants a password");
  else words.push("AUTH2", username, password);
}

/**
 * Makes a key from what {@linkcode dump} gave.
 *
 * Complexity: O(n) in the size of the value, O(n log n) for a sorted set. Since 2.6.0; `replace` since
 * 3.0.0, the other options since 5.0.0.
 *
 * @param ttlMs Milliseconds to live, 0 for ever.
 */
export function restore(key: Key, ttlMs: number, serialized: Uint8Array, options?: RestoreOptions): Command<"OK"> {
  return restoration("RESTORE", key, ttlMs, serialized, options);
}

/**
 * Makes a key as {@linkcode restore} does, also on a node of a cluster that is only about to get the key's slot.
 *
 * Complexity: O(n) in the size of the value, O(n log n) for a sorted set. Since 3.0.0; all options but `replace`
 * since 5.0.0.
 *
 * @param ttlMs Milliseconds to live, 0 for ever.
 */
export function restoreAsking(
  key: Key,
  ttlMs: number,
  serialized: Uint8Array,
  options?: RestoreOptions,
): Command<"OK"> {
  return restoration("RESTORE-ASKING", key, ttlMs, serialized, options);
}

function restoration(
  name: string,
  key: Key,
  ttlMs: number,
  serialized: Uint8Array,
  options: RestoreOptions | undefined,
): Command<"OK"> {
  const words: Word[] = [name, key, ttlMs, serialized];
  if (options !== undefined) {
    flag(words, "REPLACE", options.replace);
    flag(words, "ABSTTL", options.absTtl);
    oneOf(name, words, options, ["idleTime", "freq"]);
  }
  return command(words, ok);
}
