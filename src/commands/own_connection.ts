/**
 * Commands that change the connection they go over, for a connection of one's own.
 *
 * A client refuses them, since many callers share its connections: the `@see` of each says what to use there. A lease
 * takes them by `send()`, but for those that end its connection or begin it anew, or have not one reply: CLIENT REPLY,
 * CLUSTER SYNCSLOTS, HELLO, QUIT, RESET, SCRIPT DEBUG. Those that make a connection a feed of messages are in
 * `feeds.ts`.
 *
 * @module
 */
import { COLLECTIONS, PLAIN } from "../resp/value.ts";
import { type ExclusiveCommand, exclusiveCommand, type Key, type ReplyReader, type Word } from "./command.ts";
import { fields, fieldsPart, listPart, textPart } from "./field_readers.ts";
import { ok, type Raw, reader, type Status } from "./readers.ts";
import { option, wantOne } from "./words.ts";

export * from "./cluster_syncslots.ts";
export * from "./feeds.ts";

/** What a {@linkcode hello} asks for besides the protocol. */
export interface HelloOptions {
  /** Logs in. */
  auth?: {
    /** The ACL user. */
    username: string;
    /** Its password. */
    password: string;
  };
  /** Names the connection. */
  setName?: string;
}

/** What a server says of itself and of the connection. */
export interface HelloReply {
  /** The server's kind, such as `redis`. */
  server: Status;
  /** Its version. */
  version: Status;
  /** The protocol from now on. */
  proto: 2 | 3;
  /** The id of the connection. */
  id: number;
  /** How it runs: `standalone`, `cluster` or `sentinel`. */
  mode: Status;
  /** What it is: `master` or `replica`. */
  role: Status;
  /** The modules that it has loaded. */
  modules: HelloModule[];
  /** The zone that it runs in, where it was told; since Valkey 8.1. */
  availabilityZone?: Status;
}

/** A module as a {@linkcode HelloReply} has it. */
export interface HelloModule {
  /** Its name. */
  name: Status;
  /** Its version. */
  ver: number;
  /** The file it was loaded from, empty for one that is built in. */
  path: Status;
  /** What it was loaded with. */
  args: Status[];
}

/** What a {@linkcode scriptDebug} is about. */
export interface ScriptDebugOptions {
  /** The engine whose scripts are meant, `lua` when absent; since Valkey 9.1. */
  engine?: string;
}

const wasReset: ReplyReader<"RESET"> = /* @__PURE__ */ reader(PLAIN, (value) => value as "RESET");

const greeting: ReplyReader<HelloReply> = /* @__PURE__ */ fields({
  modules: /* @__PURE__ */ listPart(/* @__PURE__ */ fieldsPart({ args: /* @__PURE__ */ listPart(textPart) })),
});

// The replies of commands that nobody knows here: each as it came. 3 is BYTES and BIGINTS, as in readers.ts.
const replies: ReplyReader<Raw[] | null> = /* @__PURE__ */ reader(3, (value) => value as Raw[] | null, COLLECTIONS);

/**
 * Lets the next command reach a slot that this node of a cluster takes over.
 *
 * Complexity: O(1). Since 3.0.0.
 *
 * @see `lease()` of a client, whose connection takes it.
 */
export function asking(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["ASKING"], ok);
}

/**
 * Logs the connection in as the user `default`.
 *
 * Complexity: O(n) in the count of the user's passwords. Since 1.0.0; a user since 6.0.0.
 *
 * @see The options `username`, `password` and `credentials` of `connect()`.
 */
export function auth(password: string): ExclusiveCommand<"OK">;
/** Logs the connection in. */
export function auth(username: string, password: string): ExclusiveCommand<"OK">;
export function auth(...login: string[]): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["AUTH", ...login], ok);
}

/**
 * Says whether to track the keys that the next command reads, where {@linkcode clientTracking} is opt-in or opt-out.
 *
 * Complexity: O(1). Since 6.0.0.
 *
 * @see `lease()` of a client, whose connection takes it.
 */
export function clientCaching(mode: "yes" | "no"): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["CLIENT", "CACHING", mode], ok);
}

/**
 * Says what this side can do, such as `redirect`: to go where the server sends it when its role changes.
 *
 * Complexity: O(1). Since Valkey 8.0.0.
 *
 * @see `lease()` of a client, whose connection takes it.
 */
export function clientCapa(...capabilities: string[]): ExclusiveCommand<"OK"> {
  wantOne("CLIENT CAPA", "capability", capabilities);
  return exclusiveCommand(["CLIENT", "CAPA", ...capabilities], ok);
}

/**
 * Lets the connection see expired keys, or no longer, on a server that is in import mode.
 *
 * Complexity: O(1). Since Valkey 8.1.0.
 *
 * @see `lease()` of a client, whose connection takes it.
 */
export function clientImportSource(mode: "on" | "off"): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["CLIENT", "IMPORT-SOURCE", mode], ok);
}

/**
 * Has the server answer again.
 *
 * Complexity: O(1). Since 3.2.0.
 */
export function clientReply(mode: "on"): ExclusiveCommand<"OK">;
/** Has the server answer nothing from now on, or nothing to the next command; to this one it answers nothing. */
export function clientReply(mode: "off" | "skip"): ExclusiveCommand<never>;
/** Says what the server is to answer: `"OK"` comes for `"on"` alone. */
export function clientReply(mode: "on" | "off" | "skip"): ExclusiveCommand<"OK">;
export function clientReply(mode: "on" | "off" | "skip"): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["CLIENT", "REPLY", mode], ok);
}

/**
 * Drops the commands queued since {@linkcode multi}, and watches no key any more.
 *
 * Complexity: O(n) in the count of commands. Since 2.0.0.
 *
 * @see `transaction()` of a client or a lease.
 */
export function discard(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["DISCARD"], ok);
}

/**
 * Executes the commands queued since {@linkcode multi}, and gives their replies as they came.
 *
 * The error of one command stands in its place. Gives null, with nothing executed, when a key that is watched was
 * changed. Complexity: that of the commands. Since 1.2.0.
 *
 * @see `transaction()` of a client or a lease, whose replies are typed.
 */
export function exec(): ExclusiveCommand<Raw[] | null> {
  return exclusiveCommand(["EXEC"], replies);
}

/**
 * Speaks another protocol from now on, or the same, and gives what the server says of itself.
 *
 * Complexity: O(1). Since 6.0.0; without a protocol since 6.2.0.
 *
 * @see The options `protocol`, `username`, `password` and `clientName` of `connect()`.
 */
export function hello(): ExclusiveCommand<HelloReply>;
/** Speaks this protocol from now on, and does what the options ask for. */
export function hello(protocol: 2 | 3, options?: HelloOptions): ExclusiveCommand<HelloReply>;
export function hello(protocol?: 2 | 3, options?: HelloOptions): ExclusiveCommand<HelloReply> {
  const words: Word[] = ["HELLO"];
  if (protocol !== undefined) words.push(protocol);
  if (options?.auth !== undefined) words.push("AUTH", options.auth.username, options.auth.password);
  option(words, "SETNAME", options?.setName);
  return exclusiveCommand(words, greeting);
}

/**
 * Has the server queue the commands that follow, each answered with `"QUEUED"`, until {@linkcode exec}.
 *
 * Complexity: O(1). Since 1.2.0.
 *
 * @see `transaction()` of a client or a lease.
 */
export function multi(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["MULTI"], ok);
}

/**
 * Has the server end the connection after all replies that are due.
 *
 * Complexity: O(1). Since 1.0.0.
 *
 * @see `close()` of a client.
 */
export function quit(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["QUIT"], ok);
}

/**
 * Lets the connection read from a replica of a cluster, whose data may be old.
 *
 * Complexity: O(1). Since 3.0.0.
 *
 * @see `lease()` of a client, whose connection takes it.
 */
export function readonly(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["READONLY"], ok);
}

/**
 * Has a replica of a cluster send the connection's reads to its master again, as at the start.
 *
 * Complexity: O(1). Since 3.0.0.
 *
 * @see `lease()` of a client, whose connection takes it.
 */
export function readwrite(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["READWRITE"], ok);
}

/**
 * Makes the connection what it was at the start: RESP2, database 0, logged out, with no name and no subscription.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function reset(): ExclusiveCommand<"RESET"> {
  return exclusiveCommand(["RESET"], wasReset);
}

/**
 * Has the next script of the connection run in the debugger, or no script any more.
 *
 * The debugger speaks over this connection then, and the server ends it after the script. Say `"no"` before a
 * connection ends that ran none: Valkey 9.1 has the next script of another connection run in the debugger else.
 * Complexity: O(1). Since 3.2.0; `engine` since Valkey 9.1.0.
 *
 * @param mode `"yes"` runs the script in a copy of the server and undoes what it writes; `"sync"` keeps the
 * server from all else meanwhile.
 */
export function scriptDebug(mode: "yes" | "sync" | "no", options?: ScriptDebugOptions): ExclusiveCommand<"OK"> {
  const words: Word[] = ["SCRIPT", "DEBUG", mode];
  if (options?.engine !== undefined) words.push(options.engine);
  return exclusiveCommand(words, ok);
}

/**
 * Makes another database that of the connection.
 *
 * Complexity: O(1). Since 1.0.0.
 *
 * @see The option `database` of `connect()`, and `lease()` of a client, whose connection takes it.
 */
export function select(database: number): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["SELECT", database], ok);
}

/**
 * Watches no key any more.
 *
 * Complexity: O(1). Since 2.2.0.
 *
 * @see `unwatch()` of a lease.
 */
export function unwatch(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["UNWATCH"], ok);
}

/**
 * Watches keys, so that the next {@linkcode exec} does nothing when one of them was changed in between.
 *
 * Complexity: O(n) in the count of keys. Since 2.2.0.
 *
 * @see `watch()` of a client, which tries again, and of a lease.
 */
export function watch(...keys: Key[]): ExclusiveCommand<"OK"> {
  wantOne("WATCH", "key", keys);
  return exclusiveCommand(["WATCH", ...keys], ok);
}
