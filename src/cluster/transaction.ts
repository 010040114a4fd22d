/**
 * MULTI … EXEC at the node of its slot, wherever that comes to be: it is sent on, and sent again, as a whole.
 *
 * @module
 */
import { RedirectError, RedisError, type ReplyError } from "../errors.ts";
import type { AnyCommand, Command } from "../commands/command.ts";
import type { CallOptions } from "../sender.ts";
import { isAborted, isRedirect, passes } from "../session/refusals.ts";
import { type Budget, goneError, isElsewhere } from "./budget.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";
import { ASKING } from "./exchange.ts";
import type { Member } from "./member.ts";

/** Sends a transaction, MULTI first and EXEC last, to the node of a slot, or any; gives the replies of all. */
export async function sendTransaction(
  nodes: DispatchNodes,
  budget: Budget,
  commands: readonly AnyCommand[],
  slot: number | undefined,
  options: CallOptions,
): Promise<unknown[]> {
  let path: readonly string[] = [];
  let sentOnTo: Member | undefined;
  let asking = false;
  for (let tries = 1;; tries++) {
    const member = sentOnTo ?? (slot === undefined ? nodes.any() : nodes.nodeFor(slot, commands[0], options));
    sentOnTo = undefined;
    if (member === undefined) {
      await budget.waitForNode(commands[0]);
      // Waiting for a node is no try.
      tries--;
      continue;
    }
    let replies: unknown[];
    try {
      const list = asking ? [ASKING, ...commands] : commands;
      replies = await member.endpoint.sendAll(list as Command<unknown>[], budget.options);
    } catch (error) {
      if (!isElsewhere(error, nodes.closed) || !await budget.pause(tries)) throw error;
      [path, asking] = [[], false];
      continue;
    }
    if (asking) replies.shift();
    const error = refusalOf(replies);
    if (error === undefined) return replies;
    if (isRedirect(error)) {
      path = [...path, member.name];
      sentOnTo = nodes.redirected(error, member);
      asking = error.code === "ASK" && sentOnTo !== undefined;
      if (!await budget.maySendOn(path)) {
        throw budget.over(commands[0], error) ?? new RedirectError("EXEC", path, { cause: error });
      }
    } else {
      nodes.unserved(error, member);
      if (!await budget.pause(tries)) {
        const over = budget.over(commands[0], error);
        if (over !== undefined) throw over;
        return replies;
      }
      [path, asking] = [[], false];
    }
  }
}

/** Sends a transaction to one node and no other. */
export async function sendTransactionTo(
  member: Member | undefined,
  name: string,
  commands: readonly AnyCommand[],
  options: CallOptions,
): Promise<unknown[]> {
  if (member === undefined) throw goneError("EXEC", name);
  return await member.endpoint.sendAll(commands as Command<unknown>[], options);
}

/** Why none of a transaction was executed, where that is a redirect or passes; undefined otherwise. */
function refusalOf(replies: readonly unknown[]): ReplyError | undefined {
  const last = replies[replies.length - 1];
  if (!(last instanceof RedisError)) return undefined;
  // EXEC itself is refused, or sent on, where a slot moved, or began to, after all was queued.
  if (isRedirect(last) || passes(last)) return last as ReplyError;
  const first = replies.find((reply) => reply instanceof RedisError) as ReplyError;
  if (isRedirect(first) || (passes(first) && isAborted(first, last))) return first;
  return isAborted(first, last) ? last as ReplyError : undefined;
}
