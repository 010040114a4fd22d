/**
 * How long a call may take.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import type { CallOptions } from "../sender.ts";

/**
 * Milliseconds that calls of these commands may take together; 0 for no limit.
 *
 * What the caller says counts. Otherwise commands that wait on the server have their own timeouts, and the client's
 * on top for the way there and back.
 */
export function timeFor(commands: readonly AnyCommand[], { timeoutMs }: CallOptions, clientMs: number): number {
  if (timeoutMs !== undefined || clientMs === 0) return timeoutMs ?? 0;
  let sum = clientMs;
  for (const { special } of commands) {
    if (special?.kind !== "blocking" && special?.kind !== "following") continue;
    if (special.blockMs === 0) return 0;
    sum += special.blockMs;
  }
  return sum;
}
