/**
 * Calls that no node has: those whose slot nobody is known to serve, and those that were refused and wait.
 *
 * They are placed again when the topology has changed, or when a refused one's delay is over. Until then they are held
 * like those of a lost connection, within the same bounds and to their own deadlines.
 *
 * @module
 */
import { Aborts } from "../connection/aborts.ts";
import type { ConnectionSettings } from "../connection/connection_settings.ts";
import { Deadlines, type Timed } from "../connection/deadlines.ts";
import { closedError, type Failure, fullError, offlineError } from "../connection/failure.ts";
import { WaitingCalls } from "../connection/waiting_calls.ts";
import type { AnyCommand } from "../commands/command.ts";
import type { CallOptions } from "../sender.ts";
import type { RedisError } from "../errors.ts";
import { Call, type PendingCall } from "../session/call.ts";

/** What a {@linkcode Lobby} is made from. */
export interface LobbySettings extends
  Pick<
    ConnectionSettings,
    "maxQueued" | "maxQueuedBytes" | "retry" | "random" | "clock" | "timeoutMs" | "enableOfflineQueue"
  > {
  /** What the cluster is called in messages. */
  name: string;
  /** When the client was made, in milliseconds of its clock. */
  since: number;
}

/** The calls that no node has. */
export class Lobby implements Timed {
  readonly #settings: LobbySettings;
  readonly #place: (call: PendingCall) => void;
  readonly #deadlines: Deadlines;
  readonly #aborts: Aborts;
  readonly #waiting: WaitingCalls;
  #closed = false;

  /** Takes how calls wait, and who finds a node for one; that may hand it back to {@linkcode hold}. */
  constructor(settings: LobbySettings, place: (call: PendingCall) => void) {
    this.#settings = settings;
    this.#place = place;
    this.#deadlines = new Deadlines(settings.clock, settings.since);
    this.#aborts = new Aborts(settings.name, () => this.#deadlines.want(this.#deadlines.read()));
    this.#waiting = new WaitingCalls({ ...settings, link: { node: settings.name } });
  }

  /** How many wait that nobody has given up. */
  get size(): number {
    return this.#waiting.live;
  }

  /** Why no node could be asked the last time, for the errors of those that wait in vain. */
  set lastFailure(error: Error | undefined) {
    this.#waiting.lastFailure = error;
  }

  /** Makes a call that waits from the beginning. */
  send<Reply>(command: AnyCommand<Reply>, options: CallOptions): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      const call = new Call(command, options, resolve as (reply: unknown) => void, reject);
      const { timeoutMs = this.#settings.timeoutMs, signal } = options;
      if (signal !== undefined) this.#aborts.watch(signal, call);
      if (timeoutMs !== 0) call.deadline = this.#deadlines.read() + timeoutMs;
      this.hold(call);
    });
  }

  /** Holds a call until the topology has changed. */
  hold(call: PendingCall): void {
    const { name, enableOfflineQueue } = this.#settings;
    const { lastFailure } = this.#waiting;
    if (call.done) return;
    if (this.#closed) return call.lost(closedError(call.name, call.doubtful));
    call.waitedFor = "connection";
    try {
      if (!enableOfflineQueue) call.lost(offlineError(call.name, name, lastFailure, call.doubtful));
      else if (!this.#waiting.holdOffline(call)) {
        call.lost(fullError(call.name, name, lastFailure, call.doubtful));
      }
    } catch (error) {
      call.fail(error);
    }
    this.#wake(call.deadline);
  }

  /** Holds a call for a delay that grows with its tries, and why; false when those, or its time, are over. */
  later(call: PendingCall, why: RedisError): boolean {
    if (this.#closed) return false;
    const at = this.#waiting.takeRefused(call, why, this.#deadlines.read());
    this.#wake(at);
    return at !== 0;
  }

  #wake(at: number): void {
    // Also where there is no deadline: a signal may end the wait.
    this.#deadlines.add(this);
    if (at === 0) return;
    this.#deadlines.read();
    this.#deadlines.want(at);
  }

  /** Ends what is due, and places those whose delay is over. */
  expire(now: number): number {
    for (const call of this.#waiting.takeRefusedBy(now)) this.#place(call);
    const next = this.#waiting.expire(now, true);
    if (this.#waiting.size === 0) this.#deadlines.remove(this);
    return next;
  }

  /** Finds nodes for all: what refused some may be over with the topology that it belonged to. */
  placeAll(): void {
    for (const call of this.#waiting.takeAll()) this.#place(call);
  }

  /** Ends all of them. */
  failAll(failure: Failure): void {
    this.#waiting.failAll(failure);
    this.#deadlines.remove(this);
  }

  /** Takes no more, and ends all. */
  close(failure: Failure): void {
    this.#closed = true;
    this.failAll(failure);
  }
}
