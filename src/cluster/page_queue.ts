/**
 * Pages from several sources, one after the other to one taker.
 *
 * A source gives a page and waits until it is used up, so that each has at most one page waiting and nothing is fetched
 * that nobody may want. A taker that stops taking leaves the sources waiting; nothing else holds them, so they are freed
 * with the queue.
 *
 * @module
 */

/** A page, for its taker. */
export interface Page<Item> {
  /** What is in it. */
  readonly items: readonly Item[];
  /** Lets its source go on. */
  readonly done: () => void;
}

/** Where sources leave pages and a taker finds them. */
export class PageQueue<Item> {
  readonly #pages: (Page<Item> | undefined)[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** Leaves a page; settles when it is used up. */
  put(items: readonly Item[]): Promise<void> {
    return new Promise((done) => {
      this.#pages.push({ items, done });
      this.#wake?.();
    });
  }

  /** Tells the taker that a source has no more. */
  end(): void {
    this.#pages.push(undefined);
    this.#wake?.();
  }

  /** Has the taker fail before it takes anything more. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  /** The next page; undefined when a source has ended. Only one may wait for it at a time. */
  async take(): Promise<Page<Item> | undefined> {
    while (this.#failure === undefined && this.#pages.length === 0) {
      await new Promise<void>((wake) => this.#wake = wake);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#pages.shift();
  }
}
