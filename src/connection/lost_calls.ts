/**
 * What becomes of the calls of a lost connection.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type { PendingCall } from "../session/call.ts";
import type { RetrySettings } from "./connection_settings.ts";
import type { Failure } from "./failure.ts";
import type { LostCalls } from "./link.ts";
import { mayRepeat } from "./retry.ts";

/** The calls that go into the next connection, in their order; the others are told of the loss. */
export function savedCalls({ sent, unsent }: LostCalls, failure: Failure, retry: RetrySettings): PendingCall[] {
  const garbled = failure(true) instanceof ProtocolError;
  const saved: PendingCall[] = [];
  for (const [index, call] of sent.entries()) {
    if (call.done) continue;
    const { attempts = retry.attempts, ceiling = retry.ceiling } = call.options;
    // The reply that could not be understood was the first one's: it would be so again.
    const culprit = index === 0 && garbled;
    const again = !culprit && call.attempts < attempts && mayRepeat(call.unanswered(), ceiling);
    call.rare.doubtful = true;
    if (again) saved.push(call);
    else call.lost(failure(true, call.name));
  }
  for (const call of unsent) {
    call.unsent();
    if (!call.done) saved.push(call);
  }
  return saved;
}
