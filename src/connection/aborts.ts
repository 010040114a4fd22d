/**
 * Calls that end with a caller's signal.
 *
 * One listener a signal, however many calls have it, and none once they are settled: a signal that lives as long as
 * the process gathers nothing.
 *
 * @module
 */
import type { Attachment, PendingCall } from "../session/call.ts";
import { abortError } from "./failure.ts";

/** Watches the signals of one node's calls. */
export class Aborts {
  readonly #node: string;
  readonly #ended: () => void;
  readonly #watches = new Map<AbortSignal, Watch>();

  /** Takes the node, for messages, and what is told when calls have ended this way. */
  constructor(node: string, ended: () => void) {
    this.#node = node;
    this.#ended = ended;
  }

  /** Fails the call when its signal aborts; at once when it has. */
  watch(signal: AbortSignal, call: PendingCall): void {
    if (signal.aborted) return call.fail(abortError(call, this.#node, signal.reason));
    let watch = this.#watches.get(signal);
    if (watch === undefined) {
      watch = new Watch(signal, this.#node, this.#ended, () => this.#watches.delete(signal));
      this.#watches.set(signal, watch);
    }
    watch.add(call);
  }
}

class Watch implements Attachment {
  readonly #signal: AbortSignal;
  readonly #node: string;
  readonly #ended: () => void;
  readonly #end: () => void;
  readonly #calls = new Set<PendingCall>();

  constructor(signal: AbortSignal, node: string, ended: () => void, end: () => void) {
    this.#signal = signal;
    this.#node = node;
    this.#ended = ended;
    this.#end = end;
    signal.addEventListener("abort", this.#aborted);
  }

  add(call: PendingCall): void {
    this.#calls.add(call);
    call.rare.attachment = this;
  }

  release(call: PendingCall): void {
    this.#calls.delete(call);
    if (this.#calls.size > 0) return;
    this.#signal.removeEventListener("abort", this.#aborted);
    this.#end();
  }

  readonly #aborted = (): void => {
    for (const call of [...this.#calls]) call.lost(abortError(call, this.#node, this.#signal.reason));
    this.#ended();
  };
}
