/**
 * Commands on the server itself: its databases, settings, clock and memory.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { integer, integerOrNull, ok, type Report, report, type Status } from "./readers.ts";
import { type ServerTime, serverTime, settings } from "./record_readers.ts";
import { entriesOf, exclude, flag, option, wantOne } from "./words.ts";

/** How a {@linkcode flushall} or {@linkcode flushdb} frees memory; as the server is set up when absent. */
export interface FlushOptions {
  /** Frees it in the background. */
  async?: boolean;
  /** Frees it before the reply. */
  sync?: boolean;
}

/** How thoroughly a {@linkcode memoryUsage} looks. */
export interface MemoryUsageOptions {
  /** How many nested items to look at; 5 when absent, 0 for all. */
  samples?: number;
}

/**
 * Gives the settings whose names match any of the glob-style patterns.
 *
 * Complexity: O(n) in the count of settings. Since 2.0.0; several patterns since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const settings = await redis.configGet("maxmemory*", "port");
 * console.log(settings["maxmemory-policy"]); // "noeviction"
 * await redis.close();
 * ```
 */
export function configGet(...patterns: string[]): Command<Record<Status, Status>> {
  wantOne("CONFIG GET", "pattern", patterns);
  return command(["CONFIG", "GET", ...patterns], settings);
}

/**
 * Sets the server's counters, such as those of {@linkcode info}, back to 0.
 *
 * Complexity: O(1). Since 2.0.0.
 */
export function configResetstat(): Command<"OK"> {
  return command(["CONFIG", "RESETSTAT"], ok);
}

/**
 * Writes the settings in force to the file that the server was started with.
 *
 * Complexity: O(1). Since 2.8.0.
 */
export function configRewrite(): Command<"OK"> {
  return command(["CONFIG", "REWRITE"], ok);
}

/**
 * Changes settings of the running server, all of them or none.
 *
 * Complexity: O(n) in the count of settings. Since 2.0.0; more than one setting since 7.0.0.
 *
 * @param settings The names with their values, as a record or as entries.
 */
export function configSet(settings: Record<string, Data> | Iterable<readonly [string, Data]>): Command<"OK"> {
  return command(["CONFIG", "SET", ...entriesOf("CONFIG SET", settings)], ok);
}

/**
 * Gives how many keys the database has.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function dbsize(): Command<number> {
  return command(["DBSIZE"], integer);
}

function flushing(name: string, options: FlushOptions | undefined): Command<"OK"> {
  const words: Word[] = [name];
  if (options !== undefined) {
    exclude(name, options, ["async", "sync"]);
    flag(words, "ASYNC", options.async);
    flag(words, "SYNC", options.sync);
  }
  return command(words, ok);
}

/**
 * Deletes all keys of all databases.
 *
 * Complexity: O(n) in the count of keys. Since 1.0.0; `async` since 4.0.0, `sync` since 6.2.0.
 */
export function flushall(options?: FlushOptions): Command<"OK"> {
  return flushing("FLUSHALL", options);
}

/**
 * Deletes all keys of the database.
 *
 * Complexity: O(n) in the count of keys. Since 1.0.0; `async` since 4.0.0, `sync` since 6.2.0.
 */
export function flushdb(options?: FlushOptions): Command<"OK"> {
  return flushing("FLUSHDB", options);
}

/**
 * Gives what the server says of itself, as text of `name:value` lines; all usual sections when none is named.
 *
 * Complexity: O(1). Since 1.0.0; several sections since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const text = await redis.info("server");
 * console.log(/^redis_version:(.*)$/m.exec(text)?.[1]);
 * await redis.close();
 * ```
 */
export function info(...sections: string[]): Command<Report> {
  return command(["INFO", ...sections], report);
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
 * Gives about how many bytes of memory a key takes, or null when there is no such key.
 *
 * Complexity: O(n) in the count of samples. Since 4.0.0.
 */
export function memoryUsage(key: Key, options?: MemoryUsageOptions): Command<number | null> {
  const words: Word[] = ["MEMORY", "USAGE", key];
  if (options !== undefined) option(words, "SAMPLES", options.samples);
  return command(words, integerOrNull);
}

/**
 * Gives the time by the server's clock.
 *
 * Complexity: O(1). Since 2.6.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const { seconds, microseconds } = await redis.time();
 * console.log(new Date(seconds * 1000 + microseconds / 1000));
 * await redis.close();
 * ```
 */
export function time(): Command<ServerTime<number>> {
  return command(["TIME"], serverTime);
}
