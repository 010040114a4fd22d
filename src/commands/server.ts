/**
 * Commands on the server itself: its databases, settings and clock, and its end.
 *
 * @module
 */
import { sections } from "./info_reader.ts";
import { type Command, command, type Data, type Word } from "./command.ts";
import { integer, ok, type Report, report, type Status, statuses } from "./readers.ts";
import { type ServerTime, serverTime, settings } from "./record_readers.ts";
import { entriesOf, exclude, flag, listOf, oneOf, option, type RecordOrEntries, wantOne } from "./words.ts";

/** How what deletes all of something, such as {@linkcode flushall}, frees memory; as the server is set up when absent. */
export interface FlushOptions {
  /** Frees it in the background. */
  async?: boolean;
  /** Frees it before the reply. */
  sync?: boolean;
}

/** How a {@linkcode info} gives what it gives. */
export interface InfoOptions {
  /** The sections, such as `server`; all usual ones when absent. */
  sections?: string | readonly string[];
  /** Gives records of the values in place of text. */
  parse: true;
}

/** Which picture a {@linkcode lolwut} gives. */
export interface LolwutOptions {
  /** That of this version of the server; that of the running one when absent. */
  version?: number;
  /** What it takes, such as its size; each picture has values of its own for those that are absent. */
  args?: readonly number[];
}

/** How a {@linkcode shutdown} goes. */
export interface ShutdownOptions {
  /** Does not save the data. */
  nosave?: boolean;
  /** Saves the data even where no points in time to save at are set. */
  save?: boolean;
  /** Does not wait for replicas that lag behind. */
  now?: boolean;
  /** Ends the server even when the data could not be saved. */
  force?: boolean;
  /** Refuses to end a master that serves slots of a cluster; Valkey 9.0. */
  safe?: boolean;
  /** Lets a replica of a cluster take over first; Valkey 9.0. */
  failover?: boolean;
  /** Stops the shutdown that is under way instead. */
  abort?: boolean;
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
 * Gives lines, for people, on the subcommands of CONFIG.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function configHelp(): Command<Status[]> {
  return command(["CONFIG", "HELP"], statuses);
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
export function configSet(settings: RecordOrEntries<string, Data>): Command<"OK"> {
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

function flushing(name: string, options: FlushOptions = {}): Command<"OK"> {
  const words: Word[] = [name];
  oneOf(name, words, options, ["async", "sync"]);
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
 * With `parse` it is a record of sections, by their names in lower case, each a record of values by their names. Where
 * a name comes more than once in its section, as `module` does, its values have line breaks between.
 * Complexity: O(1). Since 1.0.0; several sections since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const text = await redis.info("clients", "memory");
 * console.log(/^used_memory:(\d+)/m.exec(text)?.[1]);
 * const { server } = await redis.info({ sections: "server", parse: true });
 * console.log(server?.redis_version);
 * await redis.close();
 * ```
 */
export function info(...sections: string[]): Command<Report>;
/** Gives what the server says of itself, by section and name. */
export function info(options: InfoOptions): Command<Record<Status, Record<Status, Status>>>;
export function info(...given: string[] | [InfoOptions]): Command<unknown> {
  const [first] = given;
  if (typeof first !== "object") return command(["INFO", ...given as string[]], report);
  return command(["INFO", ...listOf(first.sections ?? [])], sections);
}

/**
 * Gives a picture made of characters, and the server's version.
 *
 * Complexity: as the picture. Since 5.0.0.
 */
export function lolwut(options?: LolwutOptions): Command<Report> {
  const words: Word[] = ["LOLWUT"];
  if (options !== undefined) {
    option(words, "VERSION", options.version);
    if (options.args !== undefined) words.push(...options.args);
  }
  return command(words, report);
}

/**
 * Ends the server; the connection then ends without a reply, so the call is refused with a `ConnectionError`.
 *
 * It saves the data first when points in time to save at are set. Only with `abort` is there a reply.
 * Complexity: O(n) in the count of keys when it saves, O(1) when not. Since 1.0.0; `now`, `force` and `abort` since
 * 7.0.0, `safe` and `failover` since Valkey 9.0.0.
 */
export function shutdown(options?: ShutdownOptions): Command<"OK"> {
  const words: Word[] = ["SHUTDOWN"];
  if (options !== undefined) {
    for (const other of ["nosave", "save", "now", "force", "safe", "failover"] as const) {
      exclude("SHUTDOWN", options, ["abort", other]);
    }
    oneOf("SHUTDOWN", words, options, ["nosave", "save"]);
    flag(words, "NOW", options.now);
    flag(words, "FORCE", options.force);
    flag(words, "SAFE", options.safe);
    flag(words, "FAILOVER", options.failover);
    flag(words, "ABORT", options.abort);
  }
  return command(words, ok);
}

/**
 * Swaps two databases for all clients: whoever uses one of them sees the keys of the other from then on.
 *
 * Complexity: O(n) in the count of clients that watch or wait for keys of the two. Since 4.0.0.
 */
export function swapdb(index1: number, index2: number): Command<"OK"> {
  return command(["SWAPDB", index1, index2], ok);
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
