/**
 * What callers wrote and what must be there: by every key the writes that were acknowledged and those that may have
 * been applied.
 *
 * A key has one writer, which writes ever greater numbers one after the other. A text key holds `<key>=<number>`; a
 * counter holds how often it was incremented.
 *
 * @module
 */

/** What an end of the load finds wrong at a key. */
export interface Difference {
  readonly key: string;
  readonly shard: string;
  readonly what: "lost" | "late" | "never written" | "applied too often";
  /** What the server holds: the number of a text, or of a counter. */
  readonly found: number;
  /** The number of the last write that was acknowledged, or how many increments were. */
  readonly acknowledged: number;
  /** When the last write was acknowledged, or of a counter that fell back the last before that. */
  readonly acknowledgedMs: number;
  /** How many writes since then, or increments at all, may have been applied. */
  readonly maybe: number;
}

/** A key with one writer. */
export class TextKey {
  readonly key: string;
  readonly shard: string;
  /** The number of the last write that was begun. */
  tried = 0;
  /** The number of the last write that was acknowledged. */
  acknowledged = 0;
  acknowledgedMs = 0;
  // Also those before the last that was acknowledged: they may be applied late, by a server that was frozen.
  readonly #maybe: number[] = [];

  constructor(key: string, shard: string) {
    this.key = key;
    this.shard = shard;
  }

  /** The next text to write. */
  next(): string {
    return `${this.key}=${++this.tried}`;
  }

  /** The last write was acknowledged. */
  acknowledge(atMs: number): void {
    this.acknowledged = this.tried;
    this.acknowledgedMs = atMs;
  }

  /** The last write may have been applied. */
  doubt(): void {
    this.#maybe.push(this.tried);
  }

  /** Whether the text is one of this key and no newer than what was written. */
  owns(text: string | null): boolean {
    if (text === null) return false;
    const [key, number] = text.split("=");
    return key === this.key && Number(number) <= this.tried;
  }

  /** What is wrong when this is what the server holds at the end; undefined when nothing is. */
  check(text: string | null): Difference | undefined {
    const found = text === null ? 0 : Number(text.split("=")[1]);
    if (found === this.acknowledged) return undefined;
    const doubted = this.#maybe.includes(found);
    if (found > this.acknowledged && doubted) return undefined;
    const what = found > this.acknowledged ? "never written" : doubted ? "late" : "lost";
    const maybe = this.#maybe.filter((number) => number > this.acknowledged).length;
    const { key, shard, acknowledged, acknowledgedMs } = this;
    return { key, shard, what, found, acknowledged, acknowledgedMs, maybe };
  }
}

/** A counter with one writer. */
export class CounterKey {
  readonly key: string;
  readonly shard: string;
  /** How many increments were acknowledged. */
  acknowledged = 0;
  /** How many increments may have been applied. */
  maybe = 0;
  #count = 0;
  #lastMs = 0;
  #lostMs: number | undefined;

  constructor(key: string, shard: string) {
    this.key = key;
    this.shard = shard;
  }

  /** An increment was acknowledged with this count, which is less than there should be when one was lost. */
  acknowledge(count: number, atMs: number): void {
    if (count <= this.#count) this.#lostMs ??= this.#lastMs;
    this.acknowledged++;
    this.#count = count;
    this.#lastMs = atMs;
  }

  /** An increment may have been applied. */
  doubt(): void {
    this.maybe++;
  }

  /** What is wrong when this is what the server holds at the end; undefined when nothing is. */
  check(text: string | null): Difference | undefined {
    const found = Number(text ?? 0);
    const { key, shard, acknowledged, maybe } = this;
    if (found >= acknowledged && found <= acknowledged + maybe) return undefined;
    const what = found < acknowledged ? "lost" : "applied too often";
    return { key, shard, what, found, acknowledged, acknowledgedMs: this.#lostMs ?? this.#lastMs, maybe };
  }
}
