/**
 * The shapes of the tables in this folder.
 *
 * Each group of commands has a file with three tables: `words`, what a function puts on the wire;
 * `refusals`, what it refuses before anything is sent; and `server`, what a real server answers. A row's
 * name starts with the command's, so that a test can tell which command has none.
 *
 * @module
 */
import type { Client } from "../../mod.ts";
import type { Command, Word } from "../../src/commands/mod.ts";

/** What a call of a function is to put on the wire. */
export type WordsRow = readonly [name: string, make: () => Command<unknown>, words: readonly Word[]];

/** A call that is to throw a TypeError, with its message. */
export type RefusalRow = readonly [name: string, make: () => unknown, message: string];

/** The first versions that know what a row does; a family that is absent has none. */
export interface Since {
  readonly redis?: string;
  readonly valkey?: string;
}

/** What a server is to answer. It is empty when a row starts, and answers the same under RESP2 and RESP3. */
export interface ServerRow {
  readonly name: string;
  readonly since?: Since;
  readonly run: (redis: Client) => Promise<unknown>;
  readonly expect: unknown;
}

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
