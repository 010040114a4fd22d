/**
 * Every error class of respwire.
 *
 * All share the base {@linkcode RedisError}, set `name` and carry `cause` where there is one. Messages
 * name the command and the node, never a value or a password. Misuse (a wrong argument, a bad option)
 * is the built-in `TypeError`.
 *
 * @module
 */

/** The base of every error that respwire makes. */
export class RedisError extends Error {
  /** Always `"RedisError"`. */
  override name = "RedisError";
}

/** Where a server's refusal happened. */
export interface ReplyErrorContext {
  /** The command's name, without its arguments. */
  command?: string;
  /** The node, as `host:port` or as the path of its socket. */
  node?: string;
  /** What led to this error, such as the refused command behind an EXECABORT. */
  cause?: unknown;
}

// The server repeats arguments in these two messages, of which the second may hold a password: they are cut out.
const REPEATED_ARGUMENTS = /,? with args beginning with:.*$|(?<=ACL SETUSER modifier) '.*'/s;

/** The server refused a command. */
export class ReplyError extends RedisError {
  /** Always `"ReplyError"`. */
  override name = "ReplyError";
  /** The first word of the server's message, such as `WRONGTYPE` or `NOSCRIPT`. */
  readonly code: string;
  /** The server's message, its code included, without arguments that it repeats. */
  readonly reply: string;
  /** The command's name, where it is known. */
  readonly command: string | undefined;
  /** The node that refused, where it is known. */
  readonly node: string | undefined;

  /** Takes the server's message as it came, and where it came from. */
  constructor(reply: string, context: ReplyErrorContext = {}) {
    const text = reply.replace(REPEATED_ARGUMENTS, "");
    const { command, node, cause } = context;
    const where = command && node ? ` (${command} at ${node})` : command ? ` (${command})` : "";
    super(text + where, cause === undefined ? undefined : { cause });
    this.reply = text;
    this.code = /^\S*/.exec(text)![0];
    this.command = command;
    this.node = node;
  }
}

/** What is known of a call that a connection did not answer. */
export interface ConnectionErrorOptions extends ErrorOptions {
  /** Whether the server may have executed the command; false when absent. */
  maybeApplied?: boolean;
}

/** A connection could not be made, or ended before the reply came. */
export class ConnectionError extends RedisError {
  /** Always `"ConnectionError"`. */
  override name = "ConnectionError";
  /** True when the command had left and may have been executed; false when it surely was not. */
  readonly maybeApplied: boolean;

  /** Takes the message, the cause, and whether the command may have been applied. */
  constructor(message: string, options: ConnectionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.maybeApplied = options.maybeApplied ?? false;
  }
}

/** The peer sent what is not RESP, or more than the limits allow; that connection is dead. */
export class ProtocolError extends ConnectionError {
  /** Always `"ProtocolError"`. */
  override name = "ProtocolError";
}

/**
 * What a call that was given up waited for: `connection`, to be connected; `write`, for the peer to take the bytes
 * that were before it; `reply`, for its answer; `retry`, to be sent again after a refusal; `lease`, for a connection
 * of the pool.
 */
export type WaitedFor = "connection" | "write" | "reply" | "retry" | "lease";

/** What is known of a call that was given up. */
export interface GivenUpOptions extends ConnectionErrorOptions {
  /** What it waited for when it was given up. */
  waitedFor?: WaitedFor;
  /** How many calls were before it in that wait. */
  ahead?: number;
}

/** Something did not happen in its time. */
export class TimeoutError extends ConnectionError {
  /** Always `"TimeoutError"`. */
  override name = "TimeoutError";
  /** What it waited for; `connection` when absent. */
  readonly waitedFor: WaitedFor;
  /** How many were before it in that wait. */
  readonly ahead: number;

  /** Takes the message and what is known of the call. */
  constructor(message: string, options: GivenUpOptions = {}) {
    super(message, options);
    this.waitedFor = options.waitedFor ?? "connection";
    this.ahead = options.ahead ?? 0;
  }
}

/** The caller's `AbortSignal` ended the call; its reason is the cause. */
export class AbortError extends ConnectionError {
  /** Always `"AbortError"`, as of the platform's own. */
  override name = "AbortError";
  /** What it waited for when it was given up. */
  readonly waitedFor: WaitedFor;

  /** Takes the message and what is known of the call. */
  constructor(message: string, options: GivenUpOptions = {}) {
    super(message, options);
    this.waitedFor = options.waitedFor ?? "connection";
  }
}

/** The pool cannot give a connection, or a lease is used after it was returned. */
export class PoolError extends ConnectionError {
  /** Always `"PoolError"`. */
  override name = "PoolError";
}

/** The client was closed by its owner. */
export class ClosedError extends ConnectionError {
  /** Always `"ClosedError"`. */
  override name = "ClosedError";
}

/** A watched key changed, so the transaction was not executed. */
export class WatchError extends RedisError {
  /** Always `"WatchError"`. */
  override name = "WatchError";
}

/** An integer reply does not fit a JavaScript number; nothing was rounded. */
export class IntegerRangeError extends RedisError {
  /** Always `"IntegerRangeError"`. */
  override name = "IntegerRangeError";
  /** The exact integer. */
  readonly value: bigint;

  /** Takes the exact integer. */
  constructor(value: bigint) {
    super("Cannot give the integer as a number: it is beyond 2^53, read it from value or through bigints");
    this.value = value;
  }
}

// A message shows so many keys, so many nodes, and so much of each key.
const SHOWN_KEYS = 5;
const SHOWN_NODES = 8;
const SHOWN_LENGTH = 64;

/** The first of some names in a list, and a mark where there are more of them. */
function listOf(shown: readonly string[], count: number): string {
  return count > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}

function quoted(key: string): string {
  return `"${key.length > SHOWN_LENGTH ? `${key.slice(0, SHOWN_LENGTH)}…` : key}"`;
}

/** The keys of a command, or of a transaction, belong to several slots of a cluster; nothing was sent. */
export class CrossSlotError extends RedisError {
  /** Always `"CrossSlotError"`. */
  override name = "CrossSlotError";
  /** The keys as text, where bytes that are no UTF-8 show as U+FFFD. */
  readonly keys: readonly string[];
  /** The slot of each of the keys. */
  readonly slots: readonly number[];

  /** Takes the name of what could not be sent, its keys, and the slot of each. */
  constructor(command: string, keys: readonly string[], slots: readonly number[]) {
    const shown = keys.slice(0, SHOWN_KEYS).map((key, i) => `key ${quoted(key)}: slot ${slots[i]}`);
    super(
      `Cannot send ${command}: its keys belong to several slots (${listOf(shown, keys.length)}); ` +
        "put the same {tag} into keys that belong together",
    );
    this.keys = keys;
    this.slots = slots;
  }
}

/** Servers, such as the nodes of a cluster, sent a command on to each other too often; none of them executed it. */
export class RedirectError extends RedisError {
  /** Always `"RedirectError"`. */
  override name = "RedirectError";
  /** The nodes that were asked, in this order. */
  readonly path: readonly string[];
  /** Always false: a node that redirects a command has not executed it. */
  readonly maybeApplied = false;

  /** Takes the command's name, and the nodes that were asked. */
  constructor(command: string, path: readonly string[], options: { cause?: unknown } = {}) {
    const shown = path.slice(0, SHOWN_NODES).map((node) => `"${node}"`);
    const times = path.length === 1 ? "once" : `${path.length} times`;
    super(
      `Cannot send ${command}: redirected ${times}, by way of ${listOf(shown, path.length)}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.path = path;
  }
}

/** A part of a command that was split which failed. */
export interface FailedPart {
  /** The keys of this part as text, where bytes that are no UTF-8 show as U+FFFD. */
  readonly keys: readonly string[];
  /** Why it failed. */
  readonly error: Error;
}

/** What is known of the parts of a command beside those that failed. */
export interface PartialErrorOptions {
  /** How many parts the command had. */
  total: number;
  /** Whether anything of the command was, or may have been, applied; false when absent. */
  maybeApplied?: boolean;
}

/** Some parts of a command that was split over the slots of a cluster failed; the first failure is the cause. */
export class PartialError extends RedisError {
  /** Always `"PartialError"`. */
  override name = "PartialError";
  /** The parts that failed. */
  readonly parts: readonly FailedPart[];
  /** Whether anything of the command was, or may have been, applied, by any of its parts. */
  readonly maybeApplied: boolean;

  /** Takes the command's name, the parts that failed, and what is known of the others. */
  constructor(command: string, parts: readonly FailedPart[], options: PartialErrorOptions) {
    const keys = parts.flatMap((part) => part.keys);
    const shown = keys.slice(0, SHOWN_KEYS).map(quoted);
    const whose = shown.length === 0 ? "" : ` (${keys.length === 1 ? "key" : "keys"} ${listOf(shown, keys.length)})`;
    const first = parts[0]?.error;
    super(
      `Cannot complete ${command}: ${parts.length} of ${options.total} parts failed${whose}` +
        (first === undefined ? "" : `: ${first.message}`),
      first === undefined ? undefined : { cause: first },
    );
    this.parts = parts;
    this.maybeApplied = options.maybeApplied ?? false;
  }
}
