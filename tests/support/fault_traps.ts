/**
 * Traps of the fault proxy: which request, or whose reply, a fault is for.
 *
 * @module
 */
import type { EndHow } from "./fault_pipe.ts";
import type { Request } from "./reply_order.ts";

/** What a trap is for; with nothing set, the next request. */
export interface TrapOptions {
  /** The command's name in any case, such as `INCR`. */
  command?: string;
  /** Whether a request is one; asked after `command`. */
  when?: (request: Request) => boolean;
  /** How many it is for; 1 when absent. */
  times?: number;
  /** How the link is cut where it is; "reset" when absent. */
  how?: EndHow;
}

/** A fault that waits for its request. */
export class Trap {
  /** How many it has met. */
  hits = 0;
  /** How the link is cut where it is. */
  readonly how: EndHow;
  /** Whether the link is cut. */
  readonly cuts: boolean;
  readonly #command: string | undefined;
  readonly #when: (request: Request) => boolean;
  #times: number;

  constructor(options: TrapOptions, cuts: boolean) {
    this.#command = options.command?.toUpperCase();
    this.#when = options.when ?? (() => true);
    this.#times = options.times ?? 1;
    this.how = options.how ?? "reset";
    this.cuts = cuts;
  }

  /** Whether it still waits. */
  get set(): boolean {
    return this.hits < this.#times;
  }

  /** Takes it away. */
  off(): void {
    this.#times = 0;
  }

  /** Whether a request is met by it, which counts. */
  meets(request: Request): boolean {
    if (!this.set || (this.#command ?? request.name) !== request.name || !this.#when(request)) return false;
    this.hits++;
    return true;
  }
}
