/**
 * A thousand messages a second to shard channels in turn, and what a listener was told of them.
 *
 * Each message is a number, greater than that of the one before. What a channel missed begins with the first message
 * that it was not told and ends with the next that it was told: that long it was nowhere, as far as can be seen.
 *
 * Times are those of `performance.now()`.
 *
 * @module
 */
import type { Client, Message } from "../../mod.ts";

/** What a channel missed. */
export interface Gap {
  readonly channel: string;
  /** When the first message of it was published. */
  readonly fromMs: number;
  /** When the next was published that was told; `Infinity` where none was. */
  readonly toMs: number;
  /** How many messages it has. */
  readonly messages: number;
}

interface Published {
  readonly number: number;
  readonly atMs: number;
}

const TICK_MS = 1;

/** Publishes until it is stopped. */
export class ChannelPublisher {
  readonly #client: Client;
  readonly #channels: readonly string[];
  readonly #published: Map<string, Published[]>;
  readonly #told: Map<string, number[]>;
  readonly #open = new Set<Promise<unknown>>();
  readonly #work: Promise<void>;
  readonly #startMs = performance.now();
  #running = true;
  #count = 0;
  /** What publishing was refused with, or failed with. */
  readonly errors: Error[] = [];

  /** Takes who publishes, and to which channels in turn. */
  constructor(client: Client, channels: readonly string[]) {
    this.#client = client;
    this.#channels = channels;
    this.#published = new Map(channels.map((channel) => [channel, []]));
    this.#told = new Map(channels.map((channel) => [channel, []]));
    this.#work = this.#publish();
  }

  /** What is to be told: a listener. */
  readonly listener = ({ channel, message }: Message): void => void this.#told.get(channel)!.push(Number(message));

  /** How many messages were published so far. */
  get count(): number {
    return this.#count;
  }

  /** How many messages were published a second. */
  get perSecond(): number {
    return 1_000 * this.#count / (performance.now() - this.#startMs);
  }

  /** The channels that were told nothing which was published after a message. */
  silentSince(number: number): string[] {
    return this.#channels.filter((channel) => (this.#told.get(channel)!.at(-1) ?? 0) <= number);
  }

  /** Publishes no more, and waits until all is said. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#work;
    await Promise.all(this.#open);
  }

  /** Messages that were told twice. */
  repeated(): string[] {
    return [...this.#told].flatMap(([channel, told]) =>
      told.filter((number, at) => told.indexOf(number) < at).map((number) => `${channel}: ${number}`)
    );
  }

  /** Messages that were told after a later one. */
  late(): string[] {
    return [...this.#told].flatMap(([channel, told]) =>
      told.filter((number, at) => at > 0 && number < told[at - 1]).map((number) => `${channel}: ${number}`)
    );
  }

  /** What was missed, by channel. */
  gaps(): Gap[] {
    return this.#channels.flatMap((channel) => {
      const told = new Set(this.#told.get(channel));
      const published = this.#published.get(channel)!;
      const gaps: Gap[] = [];
      for (let at = 0; at < published.length; at++) {
        if (told.has(published[at].number)) continue;
        const first = at;
        while (at < published.length && !told.has(published[at].number)) at++;
        const toMs = published[at]?.atMs ?? Infinity;
        gaps.push({ channel, fromMs: published[first].atMs, toMs, messages: at - first });
      }
      return gaps;
    });
  }

  async #publish(): Promise<void> {
    while (this.#running) {
      const due = Math.floor(performance.now() - this.#startMs);
      while (this.#count < due) this.#publishOne();
      await new Promise((done) => setTimeout(done, TICK_MS));
    }
  }

  #publishOne(): void {
    const channel = this.#channels[this.#count % this.#channels.length];
    const number = ++this.#count;
    this.#published.get(channel)!.push({ number, atMs: performance.now() });
    const sent = this.#client.spublish(channel, String(number)).catch((error: Error) => void this.errors.push(error))
      .finally(() => this.#open.delete(sent));
    this.#open.add(sent);
  }
}
