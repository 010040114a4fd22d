/**
 * The data of a shard of a scripted cluster: texts under keys, in one or more databases.
 *
 * A primary and its replicas share one, until a test cuts a replica off. Limits: texts only, nothing expires.
 *
 * @module
 */
import { slotOfKey } from "./crc16.ts";

interface Entry {
  /** Grows with each key that is made: what SCAN's cursor counts. */
  readonly order: number;
  readonly value: string;
}

/** Keys and their values. */
export class ScriptedStore {
  #databases = new Map<number, Map<string, Entry>>();
  #versions = new Map<string, number>();
  #count = 0;

  /** The value of a key. */
  get(database: number, key: string): string | undefined {
    return this.#databases.get(database)?.get(key)?.value;
  }

  /** Whether there is a key. */
  has(database: number, key: string): boolean {
    return this.#database(database).has(key);
  }

  /** Sets a key. */
  set(database: number, key: string, value: string): void {
    const entries = this.#database(database);
    entries.set(key, { order: entries.get(key)?.order ?? ++this.#count, value });
    this.#touch(database, key);
  }

  /** Removes a key, if it is there. */
  delete(database: number, key: string): boolean {
    if (!this.#database(database).delete(key)) return false;
    this.#touch(database, key);
    return true;
  }

  /** A number that is another one after each change of the key. */
  version(database: number, key: string): number {
    return this.#versions.get(`${database}:${key}`) ?? 0;
  }

  /** All keys of a database, in the order they were made. */
  keys(database: number): string[] {
    return [...this.#database(database).keys()];
  }

  /** How many keys a database has. */
  size(database: number): number {
    return this.#database(database).size;
  }

  /** Removes all keys of one database, or of all. */
  clear(database?: number): void {
    for (const [number, entries] of this.#databases) {
      if (database !== undefined && number !== database) continue;
      for (const key of entries.keys()) this.#touch(number, key);
      entries.clear();
    }
  }

  /** Some keys after a cursor and the next cursor, which is 0 at the end. */
  scan(database: number, cursor: number, count: number): { cursor: number; keys: string[] } {
    const keys: string[] = [];
    let last = cursor;
    for (const [key, { order }] of this.#database(database)) {
      if (order <= cursor) continue;
      if (keys.length === count) return { cursor: last, keys };
      keys.push(key);
      last = order;
    }
    return { cursor: 0, keys };
  }

  /** Gives a key away, in every database. */
  moveKey(key: string, target: ScriptedStore): void {
    for (const [database, entries] of this.#databases) {
      const entry = entries.get(key);
      if (entry === undefined) continue;
      target.set(database, key, entry.value);
      this.delete(database, key);
    }
  }

  /** Gives all keys of some slots away. */
  moveSlots(first: number, last: number, target: ScriptedStore): void {
    for (const database of this.#databases.keys()) {
      for (const key of this.keys(database)) {
        const slot = slotOfKey(key);
        if (slot >= first && slot <= last) this.moveKey(key, target);
      }
    }
  }

  /** The same data, to go its own way. */
  copy(): ScriptedStore {
    const copy = new ScriptedStore();
    for (const [database, entries] of this.#databases) {
      for (const [key, { value }] of entries) copy.set(database, key, value);
    }
    return copy;
  }

  #database(number: number): Map<string, Entry> {
    let entries = this.#databases.get(number);
    if (entries === undefined) this.#databases.set(number, entries = new Map());
    return entries;
  }

  #touch(database: number, key: string): void {
    this.#versions.set(`${database}:${key}`, ++this.#count);
  }
}
