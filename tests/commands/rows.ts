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
import type { AnyCommand, Word } from "../../src/commands/mod.ts";
import type { Link } from "../support/link.ts";
import type { Server } from "../support/server.ts";

/** What a call of a function is to put on the wire. */
export type WordsRow = readonly [name: string, make: () => AnyCommand, words: readonly Word[]];

/** A call that is to throw a TypeError, with its message. */
export type RefusalRow = readonly [name: string, make: () => unknown, message: string];

/** The first versions that know what a row does; a family that is absent has none. */
export interface Since {
  readonly redis?: string;
  readonly valkey?: string;
}

/**
 * The server that a row runs on: one that is empty when the row starts; one node that is a whole cluster, empty
 * too; a sentinel that watches nobody; or one that is started for this row alone, which may damage or end it.
 */
export type RowMode = "standalone" | "cluster" | "sentinel" | "fresh";

interface RowOfServer {
  readonly name: string;
  readonly since?: Since;
  /** `standalone` when absent. */
  readonly on?: RowMode;
  readonly expect: unknown;
}

/** What a server is to answer, the same under RESP2 and RESP3, through a client. */
export interface ClientRow extends RowOfServer {
  readonly run: (redis: Client, server: Server) => Promise<unknown>;
}

/** The same through a link, for a command that no client carries. */
export interface LinkRow extends RowOfServer {
  readonly link: (link: Link, protocol: 2 | 3, server: Server) => Promise<unknown>;
}

/** A row of either sort. */
export type ServerRow = ClientRow | LinkRow;

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
