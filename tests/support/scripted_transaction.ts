/**
 * The transaction of one connection to a node of a scripted cluster: what is watched and what is queued.
 *
 * @module
 */
import { dataCommand } from "./scripted_data.ts";
import type { Keyed } from "./scripted_routing.ts";
import type { ScriptedStore } from "./scripted_store.ts";

interface Watched {
  readonly store: ScriptedStore;
  readonly database: number;
  readonly key: string;
  readonly version: number;
}

/** Executed at once, also in a transaction. */
const NEVER_QUEUED = ["MULTI", "EXEC", "DISCARD", "WATCH", "QUIT", "RESET"];

/** A transaction, open or not. */
export class ScriptedTransaction {
  /** Whether MULTI was said. */
  isOpen = false;
  /** Whether a command of it was refused. */
  isSpoilt = false;
  /** What EXEC is to execute. */
  queued: (readonly string[])[] = [];
  #watched: Watched[] = [];

  /** Whether a command is queued rather than executed. */
  queues(name: string): boolean {
    return this.isOpen && !NEVER_QUEUED.includes(name);
  }

  /** Queues a command, in vain after another was refused. */
  queue(words: readonly string[]): void {
    if (!this.isSpoilt) this.queued.push(words);
  }

  /** A command was refused: EXEC ends the transaction, another spoils it. */
  refused(name: string): void {
    if (!this.isOpen) return;
    if (name === "EXEC") this.end();
    else this.isSpoilt = true;
  }

  /** All keys of what is queued. */
  keyed(): Keyed {
    const all = this.queued.map((words) => ({ words, data: dataCommand(words[0].toUpperCase()) }));
    return {
      keys: all.flatMap(({ words, data }) => data?.keysOf(words) ?? []),
      isWrite: all.some(({ data }) => data?.isWrite),
    };
  }

  /** Watches a key from now on. */
  watch(store: ScriptedStore, database: number, key: string): void {
    this.#watched.push({ store, database, key, version: store.version(database, key) });
  }

  /** Watches nothing any more. */
  unwatch(): void {
    this.#watched = [];
  }

  /** Whether a watched key has changed, or this node has it no more. */
  get isStale(): boolean {
    return this.#watched.some(({ store, database, key, version }) => store.version(database, key) !== version);
  }

  /** It is over, and what was watched with it. */
  end(): void {
    this.isOpen = false;
    this.isSpoilt = false;
    this.queued = [];
    this.unwatch();
  }
}
