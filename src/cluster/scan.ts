/**
 * All keys of a cluster: every key that is there all the while is given at least once, also when slots move, primaries
 * fail over and nodes restart meanwhile.
 *
 * Strategy: one bit for each slot that is not done. Nodes that own such slots are scanned from end to end, several at a
 * time where wanted; each is asked before and after how it sees itself, and `scan_progress.ts` judges by that which
 * slots are done. Of each node only keys of slots are given that its pass may complete, so keys come twice only where a
 * pass has to be made again, or its server gives them twice.
 *
 * Rounds: in each round a node is scanned at most once; then the map of slots is refreshed, and nodes that own what is
 * left have their turn. A node that fails ends its pass, not the scan. A round in which no slot came to be done, although
 * the cluster did not change under it, is fruitless: the next waits longer, and after ten in a row the scan fails with
 * the slots that are left. Since each other round takes a slot off or a change of the cluster, a scan ends when the
 * changes do.
 *
 * A pattern such as `{user:7}:*` matches only keys with that hash tag, so only their slot is gone through.
 *
 * Limits: memory is that of the bits, of one page a node, and of a record for each slot that is leaving its node. A loop
 * that is left early waits for nothing: replies that are due are dropped when they come.
 *
 * @module
 */
import type { Command } from "../commands/command.ts";
import { type KeyScanOptions, scan } from "../commands/keys.ts";
import { AbortError, ClosedError, ConnectionError, RedisError } from "../errors.ts";
import { SLOT_COUNT, slotOf } from "../routing/slots.ts";
import { passes } from "../session/refusals.ts";
import { PageQueue } from "./page_queue.ts";
import { ScanProgress } from "./scan_progress.ts";
import { type ScanTarget, type ScanView, viewOf } from "./scan_view.ts";
import { SlotSet } from "./slot_set.ts";

/** Which keys of a cluster are given, and how they are fetched. */
export interface ClusterScanOptions extends KeyScanOptions {
  /** How many primaries are scanned side by side; 1 when absent. */
  parallel?: number;
  /** The name of the one node whose keys are given, whatever becomes of its slots; all primaries' when absent. */
  node?: string;
}

/** A cluster, as a scan needs it. */
export interface ScanNodes {
  /** The name of the primary that has a slot; undefined where none is known. */
  ownerOf(slot: number): string | undefined;
  /** The name of a node that another speaks of, by its id, else as a redirect there would be followed. */
  nameOf(node: ScanTarget): string | undefined;
  /** Sends a command to a node and gives its reply, in the form that the caller's view asks for. */
  send<Reply>(node: string, command: Command<Reply>): Promise<Reply>;
  /** Learns anew who has which slots; its `ClosedError` ends the scan. */
  refresh(): Promise<void>;
  /** Waits before a round that follows so many, from 1, that led to nothing. */
  backoff(attempt: number): Promise<void>;
}

/** After how many rounds in a row that led to nothing a scan fails. */
export const FRUITLESS_ROUNDS = 10;

// How many ranges of slots the message of a scan that failed names.
const NAMED_RANGES = 8;

/**
 * Gives the keys of a cluster, or of one of its nodes, one at a time; as bytes where `send` gives them so.
 *
 * @throws {TypeError} When `parallel` is not a whole number from 1.
 * @throws {RedisError} From the iterator, when slots have no node that answers, or a node refuses the command.
 */
export function scanCluster(nodes: ScanNodes, options: ClusterScanOptions = {}): AsyncIterableIterator<string> {
  const { parallel = 1, node } = options;
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw new TypeError("Cannot scan the cluster: parallel is to be a whole number from 1");
  }
  return node === undefined ? new ClusterScan(nodes, options, parallel).keys() : keysOf(nodes, node, options);
}

async function* keysOf(nodes: ScanNodes, node: string, options: KeyScanOptions): AsyncIterableIterator<string> {
  let cursor = "0";
  do {
    const page = await nodes.send(node, scan(cursor, options));
    for (const key of page.keys) yield key;
    cursor = page.cursor;
  } while (cursor !== "0");
}

/** The slots in which keys can match a pattern: one where it begins with a whole hash tag, else all. */
function slotsOf(match: KeyScanOptions["match"]): SlotSet {
  const prefix = typeof match === "string" ? /^[^*?[\\{]*\{[^*?[\\}]+\}/.exec(match)?.[0] : undefined;
  const slot = prefix === undefined ? undefined : slotOf(prefix);
  return new SlotSet([{ start: slot ?? 0, end: slot ?? SLOT_COUNT - 1 }]);
}

/** Whether another try, maybe of another node, may do. */
function isPassing(error: unknown): boolean {
  return passes(error) || error instanceof ConnectionError && !(error instanceof AbortError);
}

class ClusterScan {
  readonly #nodes: ScanNodes;
  readonly #options: ClusterScanOptions;
  readonly #parallel: number;
  readonly #progress: ScanProgress;
  readonly #pages: PageQueue<string> = new PageQueue();
  // In this round: the nodes that had their turn, and whether the cluster changed.
  readonly #tried: Set<string> = new Set();
  #changed = false;
  #running = 0;
  // What a node last failed with.
  #failure: unknown;
  // Whether nobody takes keys any more.
  #ended = false;

  constructor(nodes: ScanNodes, options: ClusterScanOptions, parallel: number) {
    this.#nodes = nodes;
    this.#options = options;
    this.#parallel = parallel;
    this.#progress = new ScanProgress(slotsOf(options.match));
  }

  // One generator, not one in the other: each key would cost several turns of the event loop's queue.
  async *keys(): AsyncIterableIterator<string> {
    const { left } = this.#progress;
    try {
      for (let fruitless = 0;;) {
        const before = left.size;
        while (this.#start()) {
          for (let page = await this.#pages.take(); page !== undefined; page = await this.#pages.take()) {
            for (const key of page.items) yield key;
            page.done();
          }
        }
        if (left.size === 0) return;
        if (left.size < before) fruitless = 0;
        else if (!this.#changed) fruitless++;
        if (fruitless === FRUITLESS_ROUNDS) throw this.#uncovered();
        await this.#nextRound();
        if (left.size === before) await this.#nodes.backoff(Math.max(1, fruitless));
      }
    } finally {
      this.#ended = true;
    }
  }

  /** Starts as many passes as may run; gives whether any does. */
  #start(): boolean {
    for (const node of this.#running < this.#parallel ? this.#wanted() : []) {
      if (this.#running === this.#parallel) break;
      if (this.#tried.has(node)) continue;
      this.#tried.add(node);
      this.#running++;
      void this.#pass(node);
    }
    return this.#running > 0;
  }

  async #nextRound(): Promise<void> {
    this.#tried.clear();
    this.#changed = false;
    try {
      await this.#nodes.refresh();
    } catch (error) {
      // Of a node it means that the node has left, but here that the client is closed.
      if (error instanceof ClosedError || !isPassing(error)) throw error;
      this.#failure = error;
    }
    const sources = new Set([...this.#progress.waiting.values()].map(({ source }) => source));
    for (const source of sources) this.#progress.confirm(source, await this.#viewOf(source));
  }

  /** The names of the nodes that may bring the scan forward. */
  #wanted(): Set<string> {
    const { left, waiting } = this.#progress;
    const names = new Set<string | undefined>();
    for (const slot of left) {
      const target = waiting.get(slot)?.target;
      names.add(target === undefined ? this.#nodes.ownerOf(slot) : this.#nodes.nameOf(target));
    }
    names.delete(undefined);
    return names as Set<string>;
  }

  /** Scans a node, as far as it goes; never rejects. */
  async #pass(node: string): Promise<void> {
    try {
      await this.#try(() => this.#scan(node));
      this.#running--;
      this.#pages.end();
    } catch (error) {
      this.#pages.fail(error);
    }
  }

  async #scan(node: string): Promise<void> {
    const send = <Reply>(command: Command<Reply>) => this.#nodes.send(node, command);
    const pass = this.#progress.begin(node, await viewOf(send));
    if (pass.slots.size === 0) return;
    let cursor = "0";
    do {
      if (this.#ended) return;
      const page = await send(scan(cursor, this.#options));
      const keys = page.keys.filter((key) => pass.slots.has(slotOf(key)));
      if (keys.length > 0) await this.#pages.put(keys);
      cursor = page.cursor;
    } while (cursor !== "0");
    const { changed, unsure } = this.#progress.end(pass, await viewOf(send));
    if (changed) this.#changed = true;
    for (const source of unsure) this.#progress.confirm(source, await this.#viewOf(source), pass.awaited);
  }

  async #viewOf(node: string): Promise<ScanView | undefined> {
    let view: ScanView | undefined;
    await this.#try(async () => {
      view = await viewOf((command) => this.#nodes.send(node, command));
    });
    return view;
  }

  /** Does what may fail for a reason that passes, which is kept for the message. */
  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#failure = error;
    }
  }

  #uncovered(): RedisError {
    const { left } = this.#progress;
    let ownerless = 0;
    for (const slot of left) if (this.#nodes.ownerOf(slot) === undefined) ownerless++;
    const ranges = left.ranges().map(({ start, end }) => start === end ? `${start}` : `${start}-${end}`);
    if (ranges.length > NAMED_RANGES) ranges.splice(NAMED_RANGES, Infinity, "…");
    return new RedisError(
      `Cannot scan the whole cluster: slots ${ranges.join(", ")} could not be completed, ${left.size} in all, ` +
        `${ownerless} of them without a node`,
      this.#failure === undefined ? undefined : { cause: this.#failure },
    );
  }
}
