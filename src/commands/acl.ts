/**
 * Commands on users: who may log in, and which commands, keys and channels each of them may use.
 *
 * @module
 */
import { PLAIN } from "../resp/value.ts";
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { doublePart, fieldsPart, listOfFields, listPart, orNullPart, type Part } from "./field_readers.ts";
import { type Double, integer, ok, reader, type Report, report, type Status, status, statuses } from "./readers.ts";
import { clientRecord } from "./record_readers.ts";
import { wantOne } from "./words.ts";

/** What a user may do: rules as in {@linkcode aclSetuser}, with spaces between. */
export interface AclPermissions {
  /** The commands, such as `-@all +get`. */
  commands: Status;
  /** The keys, such as `~cache:* %R~shared:*`; empty for none. */
  keys: Status;
  /** The channels, such as `&news:*`; empty for none. */
  channels: Status;
  /** The databases, such as `alldbs` or `db=0,1`; Valkey 9.1. */
  databases?: Status;
}

/** A user. */
export interface AclUser extends AclPermissions {
  /** Such as `on`, `off`, `nopass` and `sanitize-payload`. */
  flags: Status[];
  /** The SHA-256 of each password, in hexadecimal. */
  passwords: Status[];
  /** What else the user may do: a command needs to be allowed by one of these, or by the user's own rules. */
  selectors: AclPermissions[];
}

/** Something that was refused. */
export interface AclLogEntry {
  /** How often it was refused within a minute or so. */
  count: number;
  /** What was not allowed: `auth`, `command`, `key`, `channel`, `database`. */
  reason: Status;
  /** Where it was sent: `toplevel`, `multi`, `lua`, `module`. */
  context: Status;
  /** The command, key or channel that was refused. */
  object: Status;
  /** The user. */
  username: Status;
  /** How many seconds ago it was refused last. */
  ageSeconds: Double;
  /** What the server knew of the connection, as in `clientInfo`. */
  clientInfo: Record<Status, Status>;
  /** The number of the entry; Redis 7.2. */
  entryId?: number;
  /** When it was refused first, in milliseconds since the Unix epoch; Redis 7.2. */
  timestampCreated?: number;
  /** When it was refused last, in milliseconds since the Unix epoch; Redis 7.2. */
  timestampLastUpdated?: number;
}

const userOrNull: ReplyReader<AclUser | null> = /* @__PURE__ */ reader(
  PLAIN,
  /* @__PURE__ */ orNullPart<AclUser>(
    /* @__PURE__ */ fieldsPart({ selectors: /* @__PURE__ */ listPart(/* @__PURE__ */ fieldsPart()) }),
  ),
);

const clientInfo: Part = (value) => clientRecord.read(value, PLAIN);

const logEntries: ReplyReader<AclLogEntry[]> = /* @__PURE__ */ listOfFields<AclLogEntry>({
  ageSeconds: doublePart,
  clientInfo,
});

/**
 * Gives the categories of commands, or the commands of one of them.
 *
 * Complexity: O(1). Since 6.0.0.
 */
export function aclCat(category?: string): Command<Status[]> {
  const words: Word[] = ["ACL", "CAT"];
  if (category !== undefined) words.push(category);
  return command(words, statuses);
}

/**
 * Deletes users, ends their connections, and gives how many users there were.
 *
 * Complexity: O(n) in the count of users. Since 6.0.0.
 */
export function aclDeluser(...usernames: string[]): Command<number> {
  wantOne("ACL DELUSER", "user", usernames);
  return command(["ACL", "DELUSER", ...usernames], integer);
}

/**
 * Gives `"OK"` when a user may send a command, or else the reason why not; the command is not run.
 *
 * Complexity: O(1). Since 7.0.0.
 *
 * @param name The command.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.aclSetuser("reader", "on", "~cache:*", "+@read");
 * console.log(await redis.aclDryrun("reader", "GET", "cache:1")); // "OK"
 * console.log(await redis.aclDryrun("reader", "SET", "cache:1", 0)); // says that the command is not allowed
 * await redis.aclDeluser("reader");
 * await redis.close();
 * ```
 */
export function aclDryrun(username: string, name: string, ...args: Data[]): Command<Report> {
  return command(["ACL", "DRYRUN", username, name, ...args], report);
}

/**
 * Gives a password at random, in hexadecimal.
 *
 * Complexity: O(1). Since 6.0.0.
 *
 * @param bits How many bits it has; 256 when absent.
 */
export function aclGenpass(bits?: number): Command<Status> {
  const words: Word[] = ["ACL", "GENPASS"];
  if (bits !== undefined) words.push(bits);
  return command(words, status);
}

/**
 * Gives what a user may do, or null when there is no such user.
 *
 * Complexity: O(n) in the count of the user's rules. Since 6.0.0; `selectors` since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const user = await redis.aclGetuser("default");
 * console.log(user?.flags, user?.commands, user?.keys);
 * await redis.close();
 * ```
 */
export function aclGetuser(username: string): Command<AclUser | null> {
  return command(["ACL", "GETUSER", username], userOrNull);
}

/**
 * Gives lines, for people, on the subcommands of ACL.
 *
 * Complexity: O(1). Since 6.0.0.
 */
export function aclHelp(): Command<Status[]> {
  return command(["ACL", "HELP"], statuses);
}

/**
 * Gives the rules of all users, in the form that a file of users has.
 *
 * Complexity: O(n) in the count of users. Since 6.0.0.
 */
export function aclList(): Command<Status[]> {
  return command(["ACL", "LIST"], statuses);
}

/**
 * Reads the file of users again: all of it is in force, or with an error nothing of it.
 *
 * Complexity: O(n) in the count of users. Since 6.0.0.
 */
export function aclLoad(): Command<"OK"> {
  return command(["ACL", "LOAD"], ok);
}

/**
 * Gives what users were refused, the latest first.
 *
 * Complexity: O(n) in the count of entries given. Since 6.0.0.
 *
 * @param count How many at most; 10 when absent.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * for (const { username, reason, object, clientInfo } of await redis.aclLog(5)) {
 *   console.log(username, reason, object, clientInfo.addr);
 * }
 * await redis.close();
 * ```
 */
export function aclLog(count?: number): Command<AclLogEntry[]>;
/** Forgets what users were refused. */
export function aclLog(reset: "reset"): Command<"OK">;
export function aclLog(what?: number | "reset"): Command<unknown> {
  const words: Word[] = ["ACL", "LOG"];
  if (what !== undefined) words.push(what);
  return command<unknown>(words, what === "reset" ? ok : logEntries);
}

/**
 * Writes all users to the file of users.
 *
 * Complexity: O(n) in the count of users. Since 6.0.0.
 */
export function aclSave(): Command<"OK"> {
  return command(["ACL", "SAVE"], ok);
}

/**
 * Makes a user that can do nothing, unless there is one of that name, and applies rules to it in their order.
 *
 * Complexity: O(n) in the count of rules. Since 6.0.0; channels since 6.2.0, key permissions and
 * selectors since 7.0.0, databases since Valkey 9.1.0.
 *
 * @param rules Such as `on`, `>password`, `~key:*`, `&channel:*`, `+command`, `-@category`,
 * `(selector)` and `reset`.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.aclSetuser("worker", "on", ">secret", "~jobs:*", "+@list", "-@dangerous");
 * await redis.aclDeluser("worker");
 * await redis.close();
 * ```
 */
export function aclSetuser(username: string, ...rules: Key[]): Command<"OK"> {
  return command(["ACL", "SETUSER", username, ...rules], ok);
}

/**
 * Gives the names of all users.
 *
 * Complexity: O(n) in the count of users. Since 6.0.0.
 */
export function aclUsers(): Command<Status[]> {
  return command(["ACL", "USERS"], statuses);
}

/**
 * Gives the name of the user that this connection is logged in as.
 *
 * Complexity: O(1). Since 6.0.0.
 */
export function aclWhoami(): Command<Status> {
  return command(["ACL", "WHOAMI"], status);
}
