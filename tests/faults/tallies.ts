/**
 * What a program has open, counted: its heap after a collection, its sockets, the timers and the listeners of clients.
 *
 * Strategy: sockets are read from `/proc/self/fd`, which is the system's own word; timers by a clock that is handed to
 * clients, and listeners by a signal that counts, so that they are the same on every runtime.
 *
 * Limits: Linux only. The heap needs a runtime that was started with its collector exposed (`--expose-gc`), save Bun.
 *
 * @module
 */
import { readdirSync, readlinkSync } from "node:fs";
import process from "node:process";
import { type Client, connect, type Credentials } from "../../mod.ts";
import { systemClock } from "../../src/connection/clock.ts";
import type { Clock } from "../../src/stream.ts";

/** What a program has open, an entry for each measurement. */
export interface Figures {
  /** The rounds before it. */
  rounds: number[];
  /** Bytes in use after a collection, in the heap and in buffers beside it. */
  bytes: number[];
  /** Sockets of the process. */
  sockets: number[];
  /** Timers of clients that have neither rung nor been called off. */
  timers: number[];
  /** Listeners of the signal that clients share. */
  listeners: number[];
  /** Streams of credentials that were begun and not ended. */
  streams: number[];
  /** Connections that the server has, save the one that asks. */
  clients: number[];
  /** What nobody caught, up to the last measurement. */
  unhandled: string[];
}

/** Measures what the clients of a program leave behind that are given its clock, its signal and its credentials. */
export class Ledger {
  /** The system's clock, which counts timers. */
  readonly clock: TallyClock = new TallyClock();
  /** A signal that never aborts and counts its listeners. */
  readonly signal: AbortSignal = new AbortController().signal;
  /** Speaks to the server beside the clients that are measured. */
  readonly admin: Client;
  readonly #listeners: () => number;
  readonly #figures: Figures = {
    rounds: [],
    bytes: [],
    sockets: [],
    timers: [],
    listeners: [],
    streams: [],
    clients: [],
    unhandled: [],
  };
  #streams = 0;

  private constructor(admin: Client) {
    this.admin = admin;
    this.#listeners = tally(this.signal);
    process.on("unhandledRejection", (error) => this.#figures.unhandled.push(String(error)));
  }

  /** Begins, with a server at hand that has the user of {@linkcode Ledger.credentials}. */
  static async open(url: string): Promise<Ledger> {
    const admin = await connect(url);
    await admin.aclSetuser("worker", "on", ">secret", "~*", "+@all");
    return new Ledger(admin);
  }

  /** Credentials that come once; then they are waited for until somebody ends that. */
  credentials(): AsyncIterable<Credentials> {
    return { [Symbol.asyncIterator]: () => this.#stream() };
  }

  #stream(): AsyncIterator<Credentials> {
    const over = { done: true as const, value: undefined };
    let given = false;
    let end: (result: typeof over) => void = () => {};
    this.#streams++;
    return {
      next: () => {
        if (given) return new Promise((resolve) => end = resolve);
        given = true;
        return Promise.resolve({ done: false, value: { username: "worker", password: "secret" } });
      },
      return: () => {
        this.#streams--;
        end(over);
        return Promise.resolve(over);
      },
    };
  }

  /** Measures, when the server has `clients` connections beside its own, or has not for a second. */
  async measure(round: number, clients: number = 0): Promise<void> {
    let there: number;
    // The server learns of an end after it.
    for (let tries = 0; (there = (await this.admin.clientList()).length - 1) !== clients && tries < 100; tries++) {
      await turns();
    }
    const figures = this.#figures;
    figures.rounds.push(round);
    figures.bytes.push(await liveBytes());
    figures.sockets.push(openSockets());
    figures.timers.push(this.clock.pending);
    figures.listeners.push(this.#listeners());
    figures.streams.push(this.#streams);
    figures.clients.push(there);
  }

  /** Ends, and prints the figures as a line of JSON. */
  async close(): Promise<void> {
    await this.admin.close();
    console.log(JSON.stringify(this.#figures));
  }
}

/** The system's clock, with a count of the timers that have neither rung nor been called off. */
export class TallyClock implements Clock {
  /** Those timers. */
  pending = 0;

  now(): number {
    return systemClock.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    let open = true;
    const settle = (): void => {
      if (open) this.pending--;
      open = false;
    };
    this.pending++;
    const cancel = systemClock.after(delayMs, () => {
      settle();
      callback();
    });
    return () => {
      settle();
      cancel();
    };
  }
}

/** Has a signal count its listeners; gives how many it has. */
export function tally(signal: AbortSignal): () => number {
  const there = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  Object.assign(signal, {
    addEventListener(...words: Parameters<typeof addEventListener>): void {
      there.add(words[1]);
      addEventListener.apply(signal, words);
    },
    removeEventListener(...words: Parameters<typeof removeEventListener>): void {
      there.delete(words[1]);
      removeEventListener.apply(signal, words);
    },
  });
  return () => there.size;
}

/** Lets some turns of the event loop pass. */
export async function turns(count: number = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((done) => setTimeout(done, 1));
}

interface Collectors {
  gc?: () => void;
  Bun?: { gc(now: boolean): void };
}

/** Collects all that is garbage, also what a finalizer or a later turn lets go of. */
export async function collect(): Promise<void> {
  const { gc, Bun } = globalThis as Collectors;
  for (let round = 0; round < 5; round++) {
    await turns(2);
    if (Bun !== undefined) Bun.gc(true);
    else gc!();
  }
}

/** Bytes in use after a collection, in the heap and in buffers beside it. */
export async function liveBytes(): Promise<number> {
  await collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function openSockets(): number {
  let count = 0;
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:")) count++;
    } catch {
      // Gone since: reading the folder had itself one open.
    }
  }
  return count;
}
