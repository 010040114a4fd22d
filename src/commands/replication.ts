/**
 * Commands on who copies whom: masters, their replicas, and how they change places.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import { type Command, command, type ReplyReader, type Word } from "./command.ts";
import { countPart } from "./field_readers.ts";
import { ok, reader, type Report, report, type Status } from "./readers.ts";
import { exclude, flag, option } from "./words.ts";

/** The replica that is to take over in a {@linkcode failover}. */
export interface FailoverTarget {
  /** Its host, as {@linkcode role} gives it. */
  host: string;
  /** Its port. */
  port: number;
  /** Makes it the master even when it has not caught up in time; wants a `timeout`. */
  force?: boolean;
}

/** How a {@linkcode failover} goes. */
export interface FailoverOptions {
  /** The replica to take over; whichever catches up first when absent. */
  to?: FailoverTarget;
  /** Milliseconds to wait for it to catch up; no limit when absent. */
  timeout?: number;
  /** Stops the failover that is under way instead. */
  abort?: boolean;
}

/** A replica, as its master knows it. */
export interface ReplicaInfo {
  /** Its host. */
  host: Status;
  /** Its port. */
  port: number;
  /** How far it has confirmed that it read the stream of changes. */
  offset: number;
}

/** The {@linkcode role} of a server that others copy, or could copy. */
export interface MasterRole {
  /** That it is one. */
  role: "master";
  /** How far its stream of changes is. */
  offset: number;
  /** The replicas that are connected. */
  replicas: ReplicaInfo[];
}

/** The {@linkcode role} of a server that copies another. */
export interface ReplicaRole {
  /** That it is one. */
  role: "slave";
  /** The host of its master. */
  host: Status;
  /** The port of its master. */
  port: number;
  /** How it stands with its master: `connect`, `connecting`, `handshake`, `sync` or `connected`. */
  state: Status;
  /** How far it has read the stream of changes; -1 before it has. */
  offset: number;
}

/** The {@linkcode role} of a sentinel. */
export interface SentinelRole {
  /** That it is one. */
  role: "sentinel";
  /** The names of the masters that it watches. */
  primaryNames: Status[];
}

/** What a {@linkcode role} gives. */
export type Role = MasterRole | ReplicaRole | SentinelRole;

function toReplica(value: Value): ReplicaInfo {
  const [host, port, offset] = value as [Status, Value, Value];
  return { host, port: countPart(port, PLAIN), offset: countPart(offset, PLAIN) };
}

function toRole(value: Value): Role {
  const [role, ...rest] = value as [Role["role"], ...Value[]];
  if (role === "sentinel") return { role, primaryNames: rest[0] as Status[] };
  if (role === "master") {
    return { role, offset: countPart(rest[0]!, PLAIN), replicas: (rest[1] as Value[]).map(toReplica) };
  }
  const [host, port, state, offset] = rest as [Status, Value, Status, Value];
  return { role, host, port: countPart(port, PLAIN), state, offset: countPart(offset, PLAIN) };
}

const roleReader: ReplyReader<Role> = /* @__PURE__ */ reader(PLAIN, toRole);

/**
 * Starts to let a replica take the place of this master, and gives `"OK"` before that is done.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function failover(options?: FailoverOptions): Command<"OK"> {
  const words: Word[] = ["FAILOVER"];
  if (options !== undefined) {
    const { to, timeout, abort } = options;
    exclude("FAILOVER", options, ["abort", "to"]);
    exclude("FAILOVER", options, ["abort", "timeout"]);
    if (to !== undefined) {
      words.push("TO", to.host, to.port);
      flag(words, "FORCE", to.force);
    }
    flag(words, "ABORT", abort);
    option(words, "TIMEOUT", timeout);
  }
  return command(words, ok);
}

/**
 * Makes the server a replica of the one at `host` and `port`: its data gives way to a copy of that one's.
 *
 * The reply begins with `OK`, and says more when it is a replica of that one already.
 * Complexity: O(1). Since 5.0.0.
 */
export function replicaof(host: string, port: number): Command<Report>;
/** Makes the server a master, which keeps the data that it has. */
export function replicaof(no: "NO", one: "ONE"): Command<Report>;
export function replicaof(host: string, port: number | "ONE"): Command<Report> {
  return command(["REPLICAOF", host, port], report);
}

/**
 * Gives whether the server is a master, a replica or a sentinel, and of whom.
 *
 * Complexity: O(1). Since 2.8.12.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const role = await redis.role();
 * if (role.role === "master") console.log(role.replicas.length);
 * await redis.close();
 * ```
 */
export function role(): Command<Role> {
  return command(["ROLE"], roleReader);
}

/**
 * Does what {@linkcode replicaof} does, by its name before Redis 5.
 *
 * Complexity: O(1). Since 1.0.0; deprecated since 5.0.0.
 */
export function slaveof(host: string, port: number): Command<Report>;
/** Makes the server a master, which keeps the data that it has. */
export function slaveof(no: "NO", one: "ONE"): Command<Report>;
export function slaveof(host: string, port: number | "ONE"): Command<Report> {
  return command(["SLAVEOF", host, port], report);
}
