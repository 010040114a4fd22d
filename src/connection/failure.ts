/**
 * The errors of a connection, in words that tell what happened, where, and what to do.
 *
 * @module
 */
import {
  AbortError,
  ClosedError,
  ConnectionError,
  ProtocolError,
  type RedisError,
  ReplyError,
  TimeoutError,
  type WaitedFor,
} from "../errors.ts";
import { commandName } from "../command_name.ts";
import type { Word } from "../commands/command.ts";
import type { PendingCall } from "../session/call.ts";
import { passes } from "../session/refusals.ts";
import type { Target } from "../stream.ts";

/** Why a connection ended, as the error of a call, by whether that may have been applied, and with its name. */
export type Failure = (maybeApplied: boolean, command?: string) => ConnectionError;

function named(message: string, command: string | undefined): string {
  return command === undefined ? message : `${message} (${command})`;
}

/** The address of a node for people: `host:port`, or the path of its socket. */
export function nodeName(target: Target): string {
  if (target.path !== undefined) return target.path;
  return target.host.includes(":") ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`;
}

const REASONS: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["ECONNREFUSED", "nobody listens there (ECONNREFUSED)"],
  ["ENOTFOUND", "the host name is not known (ENOTFOUND)"],
  ["EAI_AGAIN", "the host name could not be looked up (EAI_AGAIN)"],
  ["ENOENT", "there is no such socket (ENOENT)"],
  ["EACCES", "access was denied (EACCES)"],
  ["EHOSTUNREACH", "there is no route to the host (EHOSTUNREACH)"],
  ["ENETUNREACH", "there is no route to the network (ENETUNREACH)"],
  ["ECONNRESET", "the other side reset the connection (ECONNRESET)"],
  ["EPIPE", "the other side has closed the connection (EPIPE)"],
]);

function reasonOf(cause: unknown): string {
  if (cause === undefined) return "the other side closed it";
  if (cause instanceof ReplyError && cause.code === "NOAUTH") return `the server wants a password: ${cause.reply}`;
  if (cause instanceof ReplyError) return `the server refused: ${cause.reply}`;
  if (cause instanceof ProtocolError) return "what answers is no Redis or Valkey server";
  if (!(cause instanceof Error)) return String(cause);
  const code = (cause as { code?: unknown }).code;
  const known = typeof code === "string" ? REASONS.get(code) : undefined;
  if (known !== undefined) return known;
  const text = cause.message || cause.name;
  return typeof code === "string" && !text.includes(code) ? `${text} (${code})` : text;
}

/** No connection came about, so nothing was applied. */
export function connectFailure(node: string, cause: unknown): Failure {
  const message = `Cannot connect to "${node}": ${reasonOf(cause)}`;
  const error = cause instanceof ProtocolError
    ? new ProtocolError(message, { cause })
    : new ConnectionError(message, { cause });
  return () => error;
}

/** The dial and the handshake took too long, so nothing was applied. */
export function connectTimeout(node: string, timeoutMs: number): Failure {
  const error = new TimeoutError(`Cannot connect to "${node}": no answer within ${timeoutMs} ms`);
  return () => error;
}

/** The connection ended while calls waited. */
export function lostFailure(node: string, cause: unknown): Failure {
  if (cause instanceof ProtocolError) {
    const message = `Lost the connection to "${node}": ${cause.message}`;
    return (maybeApplied, command) => new ProtocolError(named(message, command), { cause, maybeApplied });
  }
  const message = `Lost the connection to "${node}": ${reasonOf(cause)}`;
  return (maybeApplied, command) => new ConnectionError(named(message, command), { cause, maybeApplied });
}

/** The owner ended the connection while calls waited. */
export function closedFailure(node: string): Failure {
  const message = `Lost the connection to "${node}": the client was closed before the reply came`;
  return (maybeApplied, command) => new ClosedError(named(message, command), { maybeApplied });
}

/** The borrower of the pool's connection gave it back while calls waited. */
export function returnedFailure(node: string): Failure {
  const message = `Lost the connection to "${node}": its lease was returned before the reply came`;
  return (maybeApplied, command) => new ClosedError(named(message, command), { maybeApplied });
}

/** A command that only a connection of one's own may carry was given to one that is shared. */
export function exclusiveError(words: readonly Word[]): TypeError {
  return new TypeError(`Cannot send ${commandName(words)}: it would change a connection that all callers share`);
}

/** A command that speaks of what was sent before it was given to several connections at once. */
export function followingError(words: readonly Word[]): TypeError {
  const name = commandName(words);
  return new TypeError(`Cannot send ${name}: it waits for the writes of one connection, so lease one for both`);
}

const WAITS: Readonly<Record<WaitedFor, string>> = {
  connection: "it waited to be connected, and was not written",
  write: "it waited for the server to take what was before it, and was not written",
  reply: "it was written and not answered",
  retry: "it was refused, and waited to be sent again",
  lease: "it waited for a connection of the pool, and was not written",
};

/** Whether trying again would not help: the server refused for a reason that stays, or the dial was asked the impossible. */
export function isFinal({ cause }: RedisError): boolean {
  if (cause instanceof TypeError) return true;
  return cause instanceof ReplyError && !passes(cause) && !/max number of clients/i.test(cause.reply);
}

/** What a call waited for. One whose connection was lost waits for the next, and had been written all the same. */
function waitOf({ waitedFor, doubtful }: PendingCall): string {
  const lost = doubtful && waitedFor !== "reply";
  return lost ? "it was written, its connection was lost, and it waited to be sent again" : WAITS[waitedFor];
}

/** A call's time is over; so many were before it in what it waited for. */
export function deadlineError(call: PendingCall, node: string, ahead: number, cause?: unknown): TimeoutError {
  const { waitedFor, name, doubtful } = call;
  const message = `Cannot finish ${name} at "${node}" in its time: ${waitOf(call)} (${ahead} before it)${
    cause instanceof Error ? `. ${cause.message}` : ""
  }`;
  return new TimeoutError(message, { waitedFor, ahead, cause, maybeApplied: doubtful });
}

/** The caller's signal ended the call. */
export function abortError(call: PendingCall, node: string, cause: unknown): AbortError {
  const { waitedFor, name, doubtful } = call;
  const message = `Cannot finish ${name} at "${node}": its signal aborted; ${waitOf(call)}`;
  return new AbortError(message, { waitedFor, cause, maybeApplied: doubtful });
}

/** No byte came for long while replies were due. */
export function silenceFailure(node: string, silentMs: number): Failure {
  const message = `Lost the connection to "${node}": no byte came for ${silentMs} ms while replies were due`;
  return (maybeApplied, command) => new ConnectionError(named(message, command), { maybeApplied });
}

/** The other nodes of its cluster hold the node for failed. */
export function failedNodeFailure(node: string): Failure {
  const message = `Lost the connection to "${node}": its cluster holds it for failed`;
  return (maybeApplied, command) => new ConnectionError(named(message, command), { maybeApplied });
}

/** There is no connection, and calls are not to wait for one. */
export function offlineError(name: string, node: string, cause: unknown, maybeApplied = false): ConnectionError {
  return new ConnectionError(
    `Cannot send ${name}: there is no connection to "${node}", and calls do not wait for one`,
    { cause, maybeApplied },
  );
}

/** Too much waits for a connection already. */
export function fullError(name: string, node: string, cause: unknown, maybeApplied = false): ConnectionError {
  return new ConnectionError(
    `Cannot send ${name}: there is no connection to "${node}", and maxQueued or maxQueuedBytes is reached`,
    { cause, maybeApplied },
  );
}

/** The client was closed before the call was made, or before it was made again. */
export function closedError(name: string, maybeApplied = false): ClosedError {
  return new ClosedError(`Cannot send ${name}: the client is closed`, { maybeApplied });
}

/** No node can be reached, for a reason that stays. */
export function unreachableFailure(error: ConnectionError): Failure {
  return (maybeApplied, command) =>
    maybeApplied ? new ConnectionError(named(error.message, command), { cause: error.cause, maybeApplied }) : error;
}

/** It is to be connected after it was closed. */
export function connectClosedError(node: string): ClosedError {
  return new ClosedError(`Cannot connect to "${node}": the client is closed`);
}
