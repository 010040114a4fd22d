/**
 * Tells a link on which nothing is heard from one on which nothing is due.
 *
 * Neither costs a byte or a call anything: the link notes that it heard something, and this looks at the note four
 * times in the span that is allowed. Silence counts from the first look that finds replies due.
 *
 * Limits: so silence is noticed after one to one and a half times the span.
 *
 * @module
 */
import { command } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import { PLAIN_CALL } from "../sender.ts";
import { Call } from "../session/call.ts";
import type { Link } from "./link.ts";

/** What is looked at. */
export interface Heard {
  /** Whether bytes have come since this was last set to false. */
  heard: boolean;
  /** Whether replies are due. */
  readonly due: boolean;
}

/** How long a sign of life may take when there is no other bound. */
const PING_MS = 10_000;
const LOOKS = 4;

/** Asks for a sign of life. */
export function ping(link: Link): void {
  const call = new Call(command(["PING"], status), PLAIN_CALL, ignore, ignore);
  link.send(call);
  // Nobody waits for it: whatever comes is the sign of life.
  call.fail(undefined);
}

function ignore(): void {}

/** The silence of one connection. */
export class Silence {
  readonly #dueMs: number;
  readonly #idleMs: number;
  // Whether a sign of life has been asked for.
  #asked = false;
  #heardAt = 0;
  // The first look that found replies due and nothing heard; 0 when the last one did not.
  #dueSince = 0;
  #lookedAt = 0;
  readonly #suspectMs: number;

  /**
   * Takes the milliseconds of silence while replies are due, and while none are; 0 for no bound. From `suspectMs` on it
   * is suspicious while replies are due; 0 for never.
   */
  constructor(dueMs: number, idleMs: number, suspectMs: number = 0) {
    this.#dueMs = dueMs;
    this.#idleMs = idleMs;
    this.#suspectMs = suspectMs;
  }

  /** Whether it has been silent for so long, while replies are due, that others may know more of the server. */
  get suspicious(): boolean {
    return this.#suspectMs !== 0 && this.#dueSince !== 0 && this.#lookedAt - this.#dueSince >= this.#suspectMs;
  }

  /** The milliseconds for which replies have been due and nothing was heard, as of the last look. */
  get silentMs(): number {
    return this.#dueSince === 0 ? 0 : this.#lookedAt - this.#dueSince;
  }

  /** Looks after a link from now on. */
  start(now: number): void {
    this.#heardAt = now;
    this.#dueSince = 0;
    this.#asked = false;
  }

  /** When to look next; 0 for never. */
  next(now: number): number {
    const suspectMs = this.#dueSince === 0 ? 0 : this.#suspectMs;
    const spans = [this.#dueSpan(), this.#idleMs, suspectMs].filter((span) => span !== 0);
    return spans.length === 0 ? 0 : now + Math.ceil(Math.min(...spans) / LOOKS);
  }

  /** The milliseconds for which it has been silent too long; -1 when it is to be asked for a sign of life; otherwise 0. */
  check(link: Heard, now: number): number {
    const { due } = link;
    this.#lookedAt = now;
    if (link.heard) {
      link.heard = false;
      this.#asked = false;
      this.#heardAt = now;
      this.#dueSince = due ? now : 0;
      return 0;
    }
    if (due) {
      this.#dueSince ||= now;
      const span = this.#dueSpan();
      return span !== 0 && now - this.#dueSince >= span ? now - this.#dueSince : 0;
    }
    this.#dueSince = 0;
    if (this.#idleMs === 0 || now - this.#heardAt < this.#idleMs) return 0;
    this.#asked = true;
    this.#heardAt = now;
    return -1;
  }

  #dueSpan(): number {
    return this.#asked && this.#dueMs === 0 ? PING_MS : this.#dueMs;
  }
}
