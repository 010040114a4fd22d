/**
 * The errors of a connection, in words that tell what happened, where, and what to do.
 *
 * @module
 */
import { ClosedError, ConnectionError, ProtocolError, ReplyError, TimeoutError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import type { AnyCommand } from "../commands/command.ts";
import type { Failure } from "../session/session.ts";
import type { Target } from "../stream.ts";

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
    return (maybeApplied) =>
      new ProtocolError(`Lost the connection to "${node}": ${cause.message}`, { cause, maybeApplied });
  }
  return (maybeApplied) =>
    new ConnectionError(`Lost the connection to "${node}": ${reasonOf(cause)}`, { cause, maybeApplied });
}

/** The owner ended the connection while calls waited. */
export function closedFailure(node: string): Failure {
  return (maybeApplied) =>
    new ClosedError(`Lost the connection to "${node}": the client was closed before the reply came`, { maybeApplied });
}

/** A command that only a connection of one's own may carry was given to one that is shared. */
export function exclusiveError(command: AnyCommand): TypeError {
  const name = commandName(command.words);
  return new TypeError(`Cannot send ${name}: it would change a connection that all callers share`);
}
