/**
 * When the nodes of a cluster are asked what it looks like: at signs of change, and from time to time.
 *
 * One asking at a time, and never two without a pause between them. After a MOVED, which has patched the map already,
 * the pause is long and grows with the cluster. Where calls wait for a node, it begins short and grows as long as
 * nothing comes of it. All pauses are random in part, so that the clients of a node that dies do not ask together.
 *
 * @module
 */
import type { Clock, Random } from "../stream.ts";

/** Who asks, and knows whether there is need. */
export interface RefreshOwner {
  /** Asks: a few nodes whether anything has changed, or many. Rejects when nobody answers. */
  refresh(thorough: boolean): Promise<void>;
  /** Whether calls wait for a node, whether nodes are lost that none waits for, or neither. */
  readonly trouble: "waiting" | "lost" | "none";
  /** How many nodes there are. */
  readonly size: number;
}

/** How often to ask. */
export interface RefreshSettings {
  /** Milliseconds between two askings when nothing happens, more or less; 0 for none. */
  topologyRefreshMs: number;
  /** Time. */
  clock: Clock;
  /** Chance. */
  random: Random;
}

/** Milliseconds within which the first asking after a loss begins. */
const FIRST_MS = 50;
/** Milliseconds of the first pause while calls wait, and how it grows. */
const BASE_MS = 100;
const FACTOR = 1.5;
/** The longest pause while calls wait, and while nodes are only known to be lost. */
const WAITING_CAP_MS = 250;
const LOST_CAP_MS = 5_000;
/** Milliseconds within which a MOVED is followed by an asking, for a small cluster, and for a very large one. */
const MOVED_MS = 1_000;
const MOVED_CAP_MS = 30_000;
/** From this many nodes on, pauses grow with their number. */
const LARGE = 100;

/** Decides when to ask. */
export class Refresh {
  readonly #settings: RefreshSettings;
  readonly #owner: RefreshOwner;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  // When it is to be asked next, when it was last, and how often in a row that brought nothing.
  #at = Infinity;
  #lastAt = -Infinity;
  #fruitless = 0;
  #stopped = false;
  // Whether the map was patched while it was being asked.
  #again = false;

  /** Takes how often, and who asks. */
  constructor(settings: RefreshSettings, owner: RefreshOwner) {
    this.#settings = settings;
    this.#owner = owner;
  }

  /** Calls wait, or may soon. */
  urgent(): void {
    const { clock, random } = this.#settings;
    // Nothing is known yet, and everything waits.
    if (this.#lastAt === -Infinity) return this.#plan(0);
    const now = clock.now();
    const firstMs = FIRST_MS * this.#scale();
    // A draw for each of many that wait would leave nothing to chance.
    if (this.#at <= Math.max(now + firstMs, this.#lastAt + this.#boundMs(WAITING_CAP_MS))) return;
    this.#plan(Math.max(this.#lastAt + this.#pauseMs(WAITING_CAP_MS) - now, random() * firstMs));
  }

  /** The map was patched. */
  soon(): void {
    const { clock, random } = this.#settings;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    const windowMs = Math.min(MOVED_CAP_MS, MOVED_MS * this.#scale());
    if (this.#at <= clock.now() + 2 * windowMs) return;
    this.#plan(Math.max(this.#lastAt + windowMs - clock.now(), 0) + random() * windowMs);
  }

  /** What was asked has changed something, so that pauses begin short again. */
  changed(): void {
    this.#fruitless = 0;
  }

  /** Asks many nodes now, or when the asking that is under way is over; all who want it meanwhile share the next one. */
  now(): Promise<void> {
    if (this.#running === undefined) return this.#run(true);
    return this.#next ??= this.#afterThis();
  }

  async #afterThis(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(ignore);
    this.#next = undefined;
    await this.#run(true);
  }

  /** Asks no more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #scale(): number {
    return Math.max(1, this.#owner.size / LARGE);
  }

  /** The longest pause after the last asking, within a cap. */
  #boundMs(capMs: number): number {
    return Math.min(capMs, BASE_MS * FACTOR ** Math.min(this.#fruitless, 20)) * this.#scale();
  }

  #pauseMs(capMs: number): number {
    return this.#boundMs(capMs) * (0.5 + 0.5 * this.#settings.random());
  }

  #plan(delayMs: number): void {
    const { clock } = this.#settings;
    const at = clock.now() + delayMs;
    if (this.#stopped || this.#running !== undefined || at >= this.#at) return;
    this.#cancel?.();
    this.#at = at;
    this.#cancel = clock.after(Math.max(0, Math.ceil(delayMs)), () => {
      this.#run(false).catch(ignore);
    });
  }

  #run(asked: boolean): Promise<void> {
    const { clock, topologyRefreshMs } = this.#settings;
    this.#cancel?.();
    this.#at = Infinity;
    // The one that comes from time to time looks thoroughly: nothing has hinted at where to look.
    const rested = topologyRefreshMs > 0 && clock.now() - this.#lastAt >= topologyRefreshMs / 2;
    const thorough = asked || rested;
    const ended = (): void => {
      this.#running = undefined;
      this.#lastAt = clock.now();
      this.#planNext();
    };
    this.#running = this.#owner.refresh(thorough).then(ended, (error) => {
      ended();
      throw error;
    });
    return this.#running;
  }

  #planNext(): void {
    const { topologyRefreshMs, random } = this.#settings;
    if (this.#owner.trouble !== "none") {
      this.#fruitless++;
      this.#plan(this.#pauseMs(this.#owner.trouble === "waiting" ? WAITING_CAP_MS : LOST_CAP_MS));
    } else {
      this.#fruitless = 0;
      if (topologyRefreshMs > 0) this.#plan(topologyRefreshMs * (0.8 + 0.4 * random()));
    }
    if (!this.#again) return;
    this.#again = false;
    this.soon();
  }
}

function ignore(): void {}
