/**
 * Optimistic locking: keys are watched, read, and changed in a transaction that only counts when nobody else has
 * changed them meanwhile.
 *
 * All of it goes over one leased connection. When somebody was faster it begins anew, after a delay that grows; where a
 * cluster's keys are at another node by now, over a connection to that.
 *
 * @module
 */
import { WatchError } from "../errors.ts";
import type { Key } from "../commands/command.ts";
import { unwatch, watch } from "../commands/own_connection.ts";
import type { ClientSender, OwnSender } from "../sender.ts";
import { wantWhole } from "./with.ts";

/** How often to try. */
export interface WatchOptions {
  /** How often what is watched may be tried, the first time included; 10 when absent. */
  attempts?: number;
  /** Ends the wait for a connection when it aborts. */
  signal?: AbortSignal;
}

/**
 * Watches keys, and does something with them over a connection of its own, again whenever they were changed.
 *
 * @throws {WatchError} When they were changed each time.
 */
export async function watching<Outcome>(
  sender: ClientSender,
  keys: readonly Key[],
  run: (lease: OwnSender) => Promise<Outcome> | Outcome,
  { attempts = 10, signal }: WatchOptions = {},
): Promise<Outcome> {
  wantWhole("attempts", attempts, 1);
  const [key] = keys;
  let lease = await sender.lease({ signal, key });
  try {
    for (let attempt = 1;; attempt++) {
      let elsewhere: boolean;
      try {
        await lease.send(watch(...keys));
        return await run(lease);
      } catch (error) {
        elsewhere = sender.elsewhere(error);
        if (!elsewhere && !(error instanceof WatchError) || attempt >= attempts) throw error;
      }
      // What ran before may not have come to its transaction.
      if (!elsewhere) await lease.send(unwatch());
      await sender.backoff(attempt);
      if (!elsewhere) continue;
      await lease.close();
      lease = await sender.lease({ signal, key });
    }
  } finally {
    await lease.close();
  }
}
