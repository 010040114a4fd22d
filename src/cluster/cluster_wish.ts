/**
 * What one call of SUBSCRIBE wants: to be told of channels, and first of all that they are subscribed.
 *
 * @module
 */
import { AbortError, ClosedError, TimeoutError } from "../errors.ts";
import type { CallOptions, MessageListener } from "../sender.ts";
import type { Clock } from "../stream.ts";

/** A channel that is waited for. */
interface Awaited {
  /** Why it is not there yet. */
  readonly lastError: Error | undefined;
}

/** A listener and the channels that its caller still waits for. */
export class ClusterWish {
  /** Who is told. */
  readonly listener: MessageListener;
  /** Resolves when all channels are subscribed. */
  readonly settled: Promise<void>;
  readonly #command: string;
  readonly #missing = new Set<Awaited>();
  readonly #signal: AbortSignal | undefined;
  #cancelTimer: (() => void) | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  /** Takes the name of the command, who is told, how long the call may take (0 for ever), and its signal. */
  constructor(
    command: string,
    listener: MessageListener,
    { timeoutMs = 0, signal }: Pick<CallOptions, "timeoutMs" | "signal">,
    clock: Clock,
  ) {
    this.#command = command;
    this.listener = listener;
    this.settled = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#signal = signal;
    if (signal?.aborted) this.#aborted();
    else signal?.addEventListener("abort", this.#aborted);
    if (timeoutMs > 0 && !signal?.aborted) this.#cancelTimer = clock.after(timeoutMs, () => this.#expired());
  }

  /** Waits for these; done when there are none. */
  wait(channels: Iterable<Awaited>): void {
    for (const channel of channels) this.#missing.add(channel);
    if (this.#missing.size === 0) this.#end(this.#resolve);
  }

  /** A channel is subscribed. */
  confirmed(channel: Awaited): void {
    if (this.#missing.delete(channel) && this.#missing.size === 0) this.#end(this.#resolve);
  }

  /** A channel is refused for good: fails if that was waited for, and tells so. */
  refused(channel: Awaited, error: Error): boolean {
    if (!this.#missing.has(channel)) return false;
    this.#fail(error);
    return true;
  }

  /** The client is closed, which does no harm to one that is settled. */
  close(): void {
    this.#fail(new ClosedError(`Cannot finish ${this.#command}: the client was closed`));
  }

  readonly #aborted = (): void => {
    const message = `Cannot finish ${this.#command}: its signal aborted`;
    this.#fail(new AbortError(message, { cause: this.#signal!.reason, waitedFor: "reply" }));
  };

  #expired(): void {
    const [channel] = this.#missing;
    const count = this.#missing.size;
    const cause = channel?.lastError;
    const message = `Cannot finish ${this.#command} in its time: ${count} of its channels ${
      count === 1 ? "is" : "are"
    } not confirmed${cause === undefined ? "" : `. ${cause.message}`}`;
    this.#fail(new TimeoutError(message, { cause, waitedFor: "reply" }));
  }

  #fail(error: Error): void {
    this.#end(() => this.#reject(error));
  }

  #end(settle: () => void): void {
    this.#missing.clear();
    this.#cancelTimer?.();
    this.#signal?.removeEventListener("abort", this.#aborted);
    settle();
  }
}
