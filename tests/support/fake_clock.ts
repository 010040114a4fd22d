/**
 * A clock that a test moves, and the way to let promises run meanwhile.
 *
 * @module
 */
import type { Clock } from "../../src/stream.ts";

/** Lets everything run that waits for promises alone; no time passes. */
export async function turn(): Promise<void> {
  // One round of microtasks may make another: a dial that resolves, a handshake, a flush, a reply.
  for (let round = 0; round < 50; round++) await Promise.resolve();
}

interface Alarm {
  at: number;
  callback: () => void;
}

/** Time that passes only in {@linkcode FakeClock.advance}. */
export class FakeClock implements Clock {
  #now = 0;
  #alarms: Alarm[] = [];

  /** Alarms that have neither rung nor been called off. */
  get pending(): number {
    return this.#alarms.length;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm = { at: this.#now + delayMs, callback };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Lets `ms` pass in which nothing rings, as when the process is busy: what fell due does so in the next advance. */
  stall(ms: number): void {
    this.#now += ms;
  }

  /** Lets `ms` pass: each alarm that falls due rings at its own time, those of one time in the order they were set. */
  async advance(ms: number): Promise<void> {
    // What runs now may set alarms.
    await turn();
    const end = this.#now + ms;
    for (;;) {
      let next: Alarm | undefined;
      for (const alarm of this.#alarms) {
        if (alarm.at <= end && (next === undefined || alarm.at < next.at)) next = alarm;
      }
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      this.#alarms = this.#alarms.filter((other) => other !== next);
      next.callback();
      await turn();
    }
    this.#now = end;
    await turn();
  }
}
