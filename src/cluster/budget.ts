/**
 * What a call over several nodes may still spend: time, tries, redirects.
 *
 * @module
 */
import { AbortError, ClosedError, ConnectionError, TimeoutError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import type { AnyCommand } from "../commands/command.ts";
import { closedError, offlineError } from "../connection/failure.ts";
import type { CallOptions } from "../sender.ts";
import type { DispatchNodes } from "./dispatch_nodes.ts";

/** From this many redirects in a row on, each waits a little: two nodes may each say that the other one serves. */
export const PATIENCE = 4;
const FIRST_SLOW_MS = 10;
const MOST_SLOW_MS = 250;
/** The longest wait for a node before it is looked for again. */
const LOOK_MS = 250;

/** Time, tries and redirects of one call. */
export class Budget {
  readonly #nodes: DispatchNodes;
  readonly #options: CallOptions;
  readonly #start: number;
  readonly #end: number;

  /** Takes the nodes, how the call is to be made, and how many milliseconds it has; 0 for no limit. */
  constructor(nodes: DispatchNodes, options: CallOptions, timeMs: number) {
    this.#nodes = nodes;
    this.#options = options;
    this.#start = nodes.now();
    this.#end = timeMs === 0 ? Infinity : this.#start + timeMs;
  }

  /** How the call is to be made now: as it was asked at first, and with the time that is left when some has gone. */
  get options(): CallOptions {
    return this.#nodes.now() < this.#start + 1 ? this.#options : { ...this.#options, timeoutMs: this.#leftMs };
  }

  get #leftMs(): number {
    return this.#end === Infinity ? 0 : Math.max(1, this.#end - this.#nodes.now());
  }

  /** Waits before it is tried again; false when its tries, or its time, are over. */
  async pause(tries: number): Promise<boolean> {
    const { attempts = this.#nodes.defaults.attempts, signal } = this.#options;
    const delayMs = this.#nodes.delayMs(tries);
    if (tries >= attempts || this.#nodes.closed || this.#nodes.now() + delayMs >= this.#end) return false;
    await this.#nodes.changed(delayMs, signal);
    return !signal?.aborted && !this.#nodes.closed;
  }

  /** Whether one more redirect may be followed, after this many nodes; from some on it waits first. */
  async maySendOn(path: readonly string[]): Promise<boolean> {
    if (path.length > this.#nodes.defaults.maxRedirects || this.#nodes.closed) return false;
    if (path.length >= PATIENCE) {
      const slowMs = Math.min(MOST_SLOW_MS, FIRST_SLOW_MS * 2 ** (path.length - PATIENCE));
      await this.#nodes.changed(Math.min(slowMs, this.#leftMs || slowMs), this.#options.signal);
    }
    return !this.#options.signal?.aborted && this.#nodes.now() < this.#end;
  }

  /** Why a command is over that is neither answered nor out of tries; undefined where it is not. */
  over({ words }: AnyCommand, cause: unknown): ConnectionError | undefined {
    const name = commandName(words);
    const what = `Cannot finish ${name} at "${this.#nodes.name}"`;
    const why = "it was refused, or sent on, and waited to be sent again";
    const { signal } = this.#options;
    if (signal?.aborted) {
      return new AbortError(`${what}: its signal aborted; ${why}`, { waitedFor: "retry", cause: signal.reason });
    }
    if (this.#nodes.closed) return closedError(name);
    if (this.#nodes.now() < this.#end) return undefined;
    return new TimeoutError(`${what} in its time: ${why}`, { waitedFor: "retry", cause });
  }

  /**
   * Waits for a node to be known.
   *
   * @throws {ConnectionError} When its time is over, its signal has aborted, or the client is closed.
   */
  async waitForNode({ words }: AnyCommand): Promise<void> {
    const name = commandName(words);
    const { signal } = this.#options;
    if (this.#nodes.closed) throw closedError(name);
    if (!this.#nodes.defaults.enableOfflineQueue) throw offlineError(name, this.#nodes.name, this.#nodes.lastFailure);
    this.#nodes.troubled();
    await this.#nodes.changed(Math.min(this.#leftMs || LOOK_MS, LOOK_MS), signal);
    if (this.#nodes.hopeless !== undefined) throw this.#nodes.hopeless;
    const what = `Cannot finish ${name} at "${this.#nodes.name}"`;
    const cause = this.#nodes.lastFailure;
    if (signal?.aborted) {
      throw new AbortError(`${what}: its signal aborted; no node was known for it`, { cause: signal.reason });
    }
    if (this.#nodes.now() < this.#end) return;
    const why = cause === undefined ? "" : `. ${cause.message}`;
    throw new TimeoutError(`${what} in its time: no node is known that serves it${why}`, { cause });
  }
}

/** A call was for a node as the primary that it is not any more. If it was sent before, it may be again. */
export class SucceededError extends ClosedError {}

/** Whether the error says that others may do what a node, whose connections were given up, has not done. */
export function isElsewhere(error: unknown, closed: boolean): boolean {
  return !closed && error instanceof ClosedError && (!error.maybeApplied || error instanceof SucceededError);
}

/** The node that a command is for is not there. */
export function goneError(name: string, node: string, maybeApplied = false): ConnectionError {
  return new ConnectionError(`Cannot send ${name}: "${node}" is no node of the cluster`, { maybeApplied });
}

/** A node that something is for is not there. */
export function goneNode(node: string): ConnectionError {
  return new ConnectionError(`Cannot reach "${node}": it is no node of the cluster`);
}
