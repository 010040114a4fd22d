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
