/**
 * Which errors say that a command was not executed, for a reason that passes.
 *
 * A server checks these before it executes anything, so such a command may be sent again whatever it does. In a
 * script they may come from a command in its midst, after others that were executed, so a script's are not taken for
 * such a refusal, but for those of a cluster that only the keys it names can bring. Source: the order of checks in the servers' processing of a command.
 *
 * @module
 */
import { type RedisError, ReplyError } from "../errors.ts";
import type { AnyCommand } from "../commands/command.ts";

const CODES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "BUSY",
  "CLUSTERDOWN",
  "LOADING",
  "MASTERDOWN",
  "READONLY",
  "TRYAGAIN",
]);

const REDIRECTS: ReadonlySet<string> = /* @__PURE__ */ new Set(["ASK", "MOVED", "REDIRECT"]);

const SCRIPTS: ReadonlySet<string> = /* @__PURE__ */ new Set(["EVAL", "EVALSHA", "FCALL"]);

// What is said of the keys that a script names, before it is run; of those that it asks for itself other words are used.
const BEFORE_SCRIPTS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "CLUSTERDOWN Hash slot not served",
  "CLUSTERDOWN The cluster is down",
  "TRYAGAIN Multiple keys request during rehashing of slot",
]);

/** Whether the server refused the command before it executed anything of it, for a reason that passes. */
export function isRefusal(command: AnyCommand, error: unknown): boolean {
  if (!passes(error)) return false;
  return !SCRIPTS.has(String(command.words[0]).toUpperCase()) || BEFORE_SCRIPTS.has((error as ReplyError).reply);
}

/** Whether the server names another node that is to execute the command, which it has not executed itself. */
export function isRedirect(error: unknown): error is ReplyError {
  return error instanceof ReplyError && REDIRECTS.has(error.code);
}

/** Whether EXEC, or a command that was to be queued for it, was refused for a reason that passes. */
export function isAborted(first: RedisError, exec: RedisError): boolean {
  if (!(exec instanceof ReplyError) || exec.code !== "EXECABORT") return false;
  return passes(first) || CODES.has(/because of: ([A-Z]+)/.exec(exec.reply)?.[1] ?? "");
}

/** Whether the error's reason is one that passes. */
export function passes(error: unknown): boolean {
  return error instanceof ReplyError && CODES.has(error.code);
}
