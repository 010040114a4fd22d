/**
 * Commands on connections: is the server there, which clients does it have.
 *
 * Those that speak of "this connection" concern whichever one the command went over.
 *
 * @module
 */
import { type Command, command, type Data, type Word } from "./command.ts";
import { integer, ok, type Status, status, statusOrNull, string } from "./readers.ts";
import { clientRecord, clientRecords } from "./record_readers.ts";
import { listOf, option, wantOne } from "./words.ts";

/** A kind of client, as a server tells them apart. */
export type ClientType = "normal" | "master" | "replica" | "pubsub";

/** Which clients a {@linkcode clientList} gives; servers before Valkey 8.1 take one of the two. */
export interface ClientListOptions {
  /** Only those of this kind. */
  type?: ClientType;
  /** Only those with one of these ids. */
  id?: number | bigint | readonly (number | bigint)[];
}

/** Which clients a {@linkcode clientKill} ends: those that meet every one of these. */
export interface ClientKillOptions {
  /** The id, as {@linkcode clientId} gives it. */
  id?: number | bigint;
  /** The kind. */
  type?: ClientType;
  /** The user that it authenticated as. */
  user?: string;
  /** Its own address, as `host:port`. */
  addr?: string;
  /** The server's address that it connected to, as `host:port`. */
  laddr?: string;
  /** Whether to spare the connection that the command goes over; `"yes"` when absent. */
  skipMe?: "yes" | "no";
  /** Seconds that it must have been connected; since Redis 7.4 and Valkey 8.0. */
  maxAge?: number;
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
 * Gives the id of this connection, which the server never gives again.
 *
 * Complexity: O(1). Since 5.0.0.
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
 * Complexity: O(n) in the count of connections. Since 2.4.0, in this form since 2.8.12; `laddr` since 6.2.0.
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
export function clientKill(options: ClientKillOptions): Command<number> {
  const words: Word[] = ["CLIENT", "KILL"];
  option(words, "ID", options.id);
  option(words, "TYPE", options.type);
  option(words, "USER", options.user);
  option(words, "ADDR", options.addr);
  option(words, "LADDR", options.laddr);
  option(words, "SKIPME", options.skipMe);
  option(words, "MAXAGE", options.maxAge);
  wantOne("CLIENT KILL", "option", words.slice(2));
  return command(words, integer);
}

/**
 * Gives what the server knows of its connections, as {@linkcode clientInfo} does for one.
 *
 * Complexity: O(n) in the count of connections. Since 2.4.0; `type` since 5.0.0, `id` since 6.2.0.
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
export function clientList(options?: ClientListOptions): Command<Record<Status, Status>[]> {
  const words: Word[] = ["CLIENT", "LIST"];
  if (options !== undefined) {
    option(words, "TYPE", options.type);
    if (options.id !== undefined) {
      const ids = listOf(options.id);
      wantOne("CLIENT LIST", "id", ids);
      words.push("ID", ...ids);
    }
  }
  return command(words, clientRecords);
}

/**
 * Keeps this connection from being ended, or no longer keeps it, when connections take too much memory.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function clientNoEvict(mode: "on" | "off"): Command<"OK"> {
  return command(["CLIENT", "NO-EVICT", mode], ok);
}

/**
 * Lets the commands of this connection count, or not count, as uses of the keys they read.
 *
 * Complexity: O(1). Since 7.2.0.
 *
 * @param mode `"on"` when they are not to count.
 */
export function clientNoTouch(mode: "on" | "off"): Command<"OK"> {
  return command(["CLIENT", "NO-TOUCH", mode], ok);
}

/**
 * Names this connection for {@linkcode clientList}; the option `clientName` names every connection of a client.
 *
 * Complexity: O(1). Since 2.6.9.
 */
export function clientSetname(name: string): Command<"OK"> {
  return command(["CLIENT", "SETNAME", name], ok);
}

/**
 * Gives back what it is given, by way of the server.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function echo(message: Data): Command<string> {
  return command(["ECHO", message], string);
}

/**
 * Asks whether the server answers: gives `"PONG"`, or the message it was given.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function ping(): Command<"PONG">;
/** Gives back the message. */
export function ping(message: Data): Command<string>;
export function ping(message?: Data): Command<unknown> {
  return message === undefined ? command(["PING"], status) : command(["PING", message], string);
}
