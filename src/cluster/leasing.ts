/**
 * Leases of a cluster's connections: of the node of a key, wherever that is by then.
 *
 * @module
 */
import { command as makeCommand } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import type { ReplyError } from "../errors.ts";
import { slotOf } from "../routing/slots.ts";
import { type LeaseOptions, type OwnSender, PLAIN_CALL } from "../sender.ts";
import { isRedirect, passes } from "../session/refusals.ts";
import { Budget, isElsewhere } from "./budget.ts";
import { ClusterLease } from "./cluster_lease.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";
import type { Member } from "./member.ts";

// It stands for what will be sent: a lease for a key is for writing to it too.
const WATCH = /* @__PURE__ */ makeCommand(["WATCH"], status);

/** Lends a connection to the node of a key, or to any; `asked` holds where ASK has sent those of a slot. */
export async function leaseOf(
  nodes: DispatchNodes,
  asked: Map<number, Member>,
  options: LeaseOptions,
): Promise<OwnSender> {
  const { key, signal, timeoutMs } = options;
  const slot = key === undefined ? undefined : slotOf(key);
  const call = { ...PLAIN_CALL, signal, timeoutMs };
  const budget = new Budget(nodes, call, timeoutMs ?? nodes.defaults.timeoutMs);
  for (let tries = 1;; tries++) {
    const askedNode = slot === undefined ? undefined : asked.get(slot);
    if (slot !== undefined) asked.delete(slot);
    const member = askedNode ?? (slot === undefined ? nodes.any() : nodes.nodeFor(slot, WATCH, call));
    if (member === undefined) {
      await budget.waitForNode(WATCH);
      tries--;
      continue;
    }
    try {
      const lease = await member.endpoint.lease({ ...options, timeoutMs: budget.options.timeoutMs });
      return new ClusterLease(lease, askedNode !== undefined, (error) => refused(nodes, asked, error, member));
    } catch (error) {
      if (!isElsewhere(error, nodes.closed) || !await budget.pause(tries)) throw error;
    }
  }
}

/** What the node said of where a slot is now serves the next lease. */
function refused(nodes: DispatchNodes, asked: Map<number, Member>, error: ReplyError, from: Member): void {
  if (isRedirect(error)) {
    const to = nodes.redirected(error, from);
    const slot = /^ASK (\d+) /.exec(error.reply)?.[1];
    if (slot !== undefined && to !== undefined) asked.set(Number(slot), to);
  } else if (passes(error)) nodes.unserved(error, from);
}
