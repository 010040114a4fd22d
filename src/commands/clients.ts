/**
 * Commands on the connections that a server has.
 *
 * Those that speak of "this connection" concern whichever one the command went over. But what a client sets of it holds
 * on every connection that callers share, also on one that was lost and made anew. What would change the replies of
 * others who share it is in `own_connection.ts`.
 *
 * @module
 */
import { type Command, command, specialCommand, type Word } from "./command.ts";
import { specialOf } from "./special.ts";
import { integer, ok, type Report, type Status, statuses, statusOrNull } from "./readers.ts";
import { clientRecord, clientRecords } from "./record_readers.ts";
import { listOf, option, wantOne } from "./words.ts";

/** A kind of client; `primary` is Valkey's word for `master`, and `slave` an older one for `replica`. */
export type ClientType = "normal" | "master" | "primary" | "replica" | "slave" | "pubsub";

/** Which connections are meant: those that meet every one of these. */
export interface ClientFilter {
  /** The id, as {@linkcode clientId} gives it; several since Valkey 8.1 for {@linkcode clientKill}. */
  id?: number | bigint | readonly (number | bigint)[];
  /** The kind. */
  type?: ClientType;
  /** The user that it authenticated as. */
  user?: string;
  /** Its own address, as `host:port`. */
  addr?: string;
  /** The server's address that it connected to, as `host:port`. */
  laddr?: string;
  /** Seconds that it must have been connected, 1 or more; since Redis 7.4 and Valkey 8.0. */
  maxAge?: number;
  /** Its name; this and all that follows since Valkey 9.0. */
  name?: string;
  /** Seconds that it must have said nothing, 1 or more. */
  idle?: number;
  /** Letters that its `flags` must have, as {@linkcode clientInfo} gives them. */
  flags?: string;
  /** The name of its library. */
  libName?: string;
  /** The version of its library. */
  libVer?: string;
  /** The number of its database. */
  db?: number;
  /** Letters of the capabilities that it must have. */
  capa?: string;
  /** Its own address without the port. */
  ip?: string;
  /** Not one of these ids. */
  notId?: number | bigint | readonly (number | bigint)[];
  /** Not this kind. */
  notType?: ClientType;
  /** Not this user. */
  notUser?: string;
  /** Not this address of its own. */
  notAddr?: string;
  /** Not this address of the server. */
  notLaddr?: string;
  /** Not this name. */
  notName?: string;
  /** None of these flags. */
  notFlags?: string;
  /** Not this library. */
  notLibName?: string;
  /** Not this version of its library. */
  notLibVer?: string;
  /** Not this database. */
  notDb?: number;
  /** None of these capabilities. */
  notCapa?: string;
  /** Not this address without the port. */
  notIp?: string;
}

/** Which clients a {@linkcode clientList} gives; Redis, and Valkey before 8.1, take `type` or `id` alone. */
export interface ClientListOptions extends ClientFilter {
  /** Whether to leave out the connection that the command goes over; `"no"` when absent. */
  skipMe?: "yes" | "no";
}

/** Which clients a {@linkcode clientKill} ends. */
export interface ClientKillOptions extends ClientFilter {
  /** Whether to spare the connection that the command goes over; `"yes"` when absent. */
  skipMe?: "yes" | "no";
}

/** Whom a {@linkcode clientPause} keeps waiting. */
export interface ClientPauseOptions {
  /** `"write"` for commands that may write; `"all"`, as when absent, for all. */
  mode?: "all" | "write";
}

/** How a {@linkcode clientUnblock} ends the wait. */
export interface ClientUnblockOptions {
  /** `"timeout"`, as when absent, as if its time were over; `"error"` with an error of the code `UNBLOCKED`. */
  reason?: "timeout" | "error";
}

/**
 * Gives the name of this connection, or null when it has none.
 *
 * Complexity: O(1). Since 2.6.9.
 */
export function clientGetname(): Command<Status | null> {
  return command(["CLIENT", "GETNAME"], statusOrNull);
}

/**
 * Gives the server's help on the commands whose first word is CLIENT.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function clientHelp(): Command<Report[]> {
  return command(["CLIENT", "HELP"], statuses);
}

/**
 * Gives the id of this connection, which the server never gives again.
 *
 * A connection that was lost and made anew has another. Complexity: O(1). Since 5.0.0.
 */
export function clientId(): Command<number> {
  return command(["CLIENT", "ID"], integer);
}

/**
 * Gives what the server knows of this connection, such as `id`, `addr` and `resp`.
 *
 * Complexity: O(1). Since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const { addr, age } = await redis.clientInfo();
 * console.log(addr, age);
 * await redis.close();
 * ```
 */
export function clientInfo(): Command<Record<Status, Status>> {
  return command(["CLIENT", "INFO"], clientRecord);
}

/**
 * Ends the connections that meet every one of the options, and gives how many these were.
 *
 * Complexity: O(n) in the count of connections. Since 2.4.0, in this form since 2.8.12; `laddr` since 6.2.0,
 * `maxAge` since 7.4.0 and Valkey 8.0.0, several ids since Valkey 8.1.0, the filters from `name` on since
 * Valkey 9.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.clientKill({ type: "pubsub", user: "default" });
 * await redis.close();
 * ```
 */
export function clientKill(options: ClientKillOptions): Command<number>;
/** Ends the one connection with this address, `host:port`; an error when there is none. */
export function clientKill(addr: string): Command<"OK">;
/** Ends one connection or those that meet the options, as is known only when it runs. */
export function clientKill(filter: string | ClientKillOptions): Command<"OK" | number>;
export function clientKill(filter: string | ClientKillOptions): Command<unknown> {
  if (typeof filter === "string") return command(["CLIENT", "KILL", filter], ok);
  const words = filtered("KILL", filter);
  wantOne("CLIENT KILL", "option", words.slice(2));
  return command(words, integer);
}

/**
 * Gives what the server knows of its connections, as {@linkcode clientInfo} does for one.
 *
 * Complexity: O(n) in the count of connections. Since 2.4.0; `type` since 5.0.0, `id` since 6.2.0, more than
 * one filter and those up to `maxAge` since Valkey 8.1.0, the others since Valkey 9.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * for (const client of await redis.clientList({ type: "normal" })) console.log(client.id, client.addr);
 * await redis.close();
 * ```
 */
export function clientList(options: ClientListOptions = {}): Command<Record<Status, Status>[]> {
  return command(filtered("LIST", options), clientRecords);
}

/** The words of CLIENT KILL and CLIENT LIST, which take the same filters. */
function filtered(name: "KILL" | "LIST", filter: ClientKillOptions | ClientListOptions): Word[] {
  const words: Word[] = ["CLIENT", name];
  ids(words, "ID", filter.id);
  option(words, "TYPE", filter.type);
  option(words, "USER", filter.user);
  option(words, "ADDR", filter.addr);
  option(words, "LADDR", filter.laddr);
  option(words, "SKIPME", filter.skipMe);
  option(words, "MAXAGE", filter.maxAge);
  option(words, "NAME", filter.name);
  option(words, "IDLE", filter.idle);
  option(words, "FLAGS", filter.flags);
  option(words, "LIB-NAME", filter.libName);
  option(words, "LIB-VER", filter.libVer);
  option(words, "DB", filter.db);
  option(words, "CAPA", filter.capa);
  option(words, "IP", filter.ip);
  ids(words, "NOT-ID", filter.notId);
  option(words, "NOT-TYPE", filter.notType);
  option(words, "NOT-USER", filter.notUser);
  option(words, "NOT-ADDR", filter.notAddr);
  option(words, "NOT-LADDR", filter.notLaddr);
  option(words, "NOT-NAME", filter.notName);
  option(words, "NOT-FLAGS", filter.notFlags);
  option(words, "NOT-LIB-NAME", filter.notLibName);
  option(words, "NOT-LIB-VER", filter.notLibVer);
  option(words, "NOT-DB", filter.notDb);
  option(words, "NOT-CAPA", filter.notCapa);
  option(words, "NOT-IP", filter.notIp);
  return words;
}

function ids(words: Word[], name: string, given: ClientFilter["id"]): void {
  if (given === undefined) return;
  const list = listOf(given);
  wantOne(`CLIENT ${words[1]}`, "id", list);
  words.push(name, ...list);
}

/**
 * Keeps this connection from being ended, or no longer keeps it, when connections take too much memory.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function clientNoEvict(mode: "on" | "off"): Command<"OK"> {
  return standingCommand(["CLIENT", "NO-EVICT", mode]);
}

/**
 * Lets the commands of this connection count, or not count, as uses of the keys they read.
 *
 * Complexity: O(1). Since 7.2.0.
 *
 * @param mode `"on"` when they are not to count.
 */
export function clientNoTouch(mode: "on" | "off"): Command<"OK"> {
  return standingCommand(["CLIENT", "NO-TOUCH", mode]);
}

/**
 * Keeps the commands of all clients waiting for so many milliseconds, or until {@linkcode clientUnpause}.
 *
 * While all commands wait, so does that which would end it: only `"write"` can be ended early.
 * Complexity: O(1). Since 3.0.0; `mode` since 6.2.0.
 */
export function clientPause(milliseconds: number, options?: ClientPauseOptions): Command<"OK"> {
  const words: Word[] = ["CLIENT", "PAUSE", milliseconds];
  if (options?.mode !== undefined) words.push(options.mode);
  return command(words, ok);
}

/**
 * Says which library, or which version of it, speaks over this connection, for {@linkcode clientList}.
 *
 * A client of this library has said so when it connected. Complexity: O(1). Since 7.2.0.
 */
export function clientSetinfo(attribute: "lib-name" | "lib-ver", value: string): Command<"OK"> {
  return standingCommand(["CLIENT", "SETINFO", attribute, value]);
}

/**
 * Names this connection for {@linkcode clientList}; the option `clientName` names those of the pool as well.
 *
 * Complexity: O(1). Since 2.6.9.
 */
export function clientSetname(name: string): Command<"OK"> {
  return standingCommand(["CLIENT", "SETNAME", name]);
}

/**
 * Ends the wait of a connection that a blocking command holds, and gives 1, or 0 when it did not wait.
 *
 * A client sends it by itself for a blocking call that is given up, as by its `signal`. Complexity: O(log n) in the
 * count of connections. Since 5.0.0.
 *
 * @param id The id of that connection, as {@linkcode clientId} gives it there.
 */
export function clientUnblock(id: number | bigint, options?: ClientUnblockOptions): Command<number> {
  const words: Word[] = ["CLIENT", "UNBLOCK", id];
  if (options?.reason !== undefined) words.push(options.reason);
  return command(words, integer);
}

/**
 * Ends a {@linkcode clientPause}, so that the commands that wait are executed.
 *
 * Complexity: O(n) in the count of clients that wait. Since 6.2.0.
 */
export function clientUnpause(): Command<"OK"> {
  return command(["CLIENT", "UNPAUSE"], ok);
}

function standingCommand(words: readonly Word[]): Command<"OK"> {
  return specialCommand(words, ok, specialOf(words));
}
