/**
 * Whole scans as async iterables: one item at a time, a page fetched when the one before is used up.
 *
 * The server keeps nothing for a scan, and neither does this: a loop that is left early has nothing to give
 * back, and no page is fetched ahead that nobody may want. As the server's scans do, these give what is there
 * all the while at least once, and may give an item twice.
 *
 * @module
 */
import type { Command, Key } from "../commands/command.ts";
import { hscan, type HscanOptions } from "../commands/hashes.ts";
import { type KeyScanOptions, scan } from "../commands/keys.ts";
import type { Scored } from "../commands/readers.ts";
import { sscan } from "../commands/sets.ts";
import { zscan } from "../commands/sorted_sets.ts";
import type { ScanOptions } from "../commands/words.ts";
import { wantWhole } from "./with.ts";

/** Which keys a whole scan gives, and in a cluster from where. */
export interface ScanIteratorOptions extends KeyScanOptions {
  /** How many nodes of a cluster are scanned side by side; 1 when absent. One server is scanned as ever. */
  parallel?: number;
  /** The name of the one node of a cluster to scan; all primaries when absent. Refused where there is no cluster. */
  node?: string;
}

/** Scans from beginning to end; string items are `Text`. */
export interface ScanIterators<Text = string> {
  /**
   * Gives the keys of the database one at a time.
   *
   * A key that exists all the while comes at least once; one may come twice. Complexity: O(n) in the keys of
   * the database, a call to the server for about every `count` of them.
   *
   * @example
   * ```ts
   * import { connect } from "@respwire/client";
   *
   * const redis = await connect();
   * await redis.mset({ "user:1": "ada", "user:2": "joan" });
   * for await (const key of redis.scanIterator({ match: "user:*", count: 100 })) console.log(key);
   * await redis.close();
   * ```
   */
  scanIterator(options?: ScanIteratorOptions): AsyncIterableIterator<Text>;
  /** Gives the names of a hash's fields one at a time. */
  hscanIterator(key: Key, options: HscanOptions & { noValues: true }): AsyncIterableIterator<Text>;
  /**
   * Gives the fields of a hash with their values one at a time.
   *
   * Complexity: O(n) in the size of the hash.
   *
   * @example
   * ```ts
   * import { connect } from "@respwire/client";
   *
   * const redis = await connect();
   * await redis.hset("user:7", { name: "ada", year: 1815 });
   * for await (const [field, value] of redis.hscanIterator("user:7")) console.log(field, value);
   * await redis.close();
   * ```
   */
  hscanIterator(key: Key, options?: HscanOptions & { noValues?: false }): AsyncIterableIterator<[Text, Text]>;
  /** Gives the members of a set one at a time. */
  sscanIterator(key: Key, options?: ScanOptions): AsyncIterableIterator<Text>;
  /** Gives the members of a sorted set with their scores one at a time. */
  zscanIterator(key: Key, options?: ScanOptions): AsyncIterableIterator<Scored<Text>>;
}

interface Page {
  cursor: string;
}

/** Sends a command as the client's view wishes. */
export type Send = <Reply>(command: Command<Reply>) => Promise<Reply>;

async function* scanned<P extends Page, Item>(
  send: Send,
  commandAt: (cursor: string) => Command<P>,
  itemsOf: (page: P) => readonly Item[],
): AsyncIterableIterator<Item> {
  let cursor = "0";
  do {
    const page = await send(commandAt(cursor));
    for (const item of itemsOf(page)) yield item;
    cursor = page.cursor;
  } while (cursor !== "0");
}

/**
 * The keys of a database of one server.
 *
 * @throws {TypeError} From the first step, when the options name a node, or are wrong.
 */
export function scanKeys(send: Send, options: ScanIteratorOptions = {}): AsyncIterableIterator<string> {
  const commandAt = (cursor: string) => {
    wantWhole("parallel", options.parallel, 1);
    if (options.node !== undefined) {
      throw new TypeError("Cannot use the option node: the client is of one server, not of a cluster");
    }
    return scan(cursor, options);
  };
  return scanned(send, commandAt, (page) => page.keys);
}

/** The fields of a hash, with their values or without. */
export function scanFields(send: Send, key: Key, options?: HscanOptions): AsyncIterableIterator<unknown> {
  return scanned(
    send,
    (cursor) => hscan(key, cursor, options),
    (page): readonly unknown[] => "fields" in page ? page.fields : page.entries,
  );
}

/** The members of a set. */
export function scanMembers(send: Send, key: Key, options?: ScanOptions): AsyncIterableIterator<string> {
  return scanned(send, (cursor) => sscan(key, cursor, options), (page) => page.members);
}

/** The members of a sorted set. */
export function scanScored(send: Send, key: Key, options?: ScanOptions): AsyncIterableIterator<Scored> {
  return scanned(send, (cursor) => zscan(key, cursor, options), (page) => page.members);
}
