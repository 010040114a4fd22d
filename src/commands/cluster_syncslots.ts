/**
 * What the nodes of a cluster say to each other while slots move.
 *
 * @module
 */
import { type Data, type ExclusiveCommand, exclusiveCommand } from "./command.ts";
import { type Raw, raw } from "./readers.ts";
import { wantOne } from "./words.ts";

/**
 * Sends a word of the protocol between nodes, of which some make the connection one for slots, and some have no reply.
 *
 * Complexity: depends on the word. Since 8.4.0; Valkey since 9.0.0.
 *
 * @param words The word, such as `"SYNC"` or, in Valkey, `"ESTABLISH"`, with its arguments.
 */
export function clusterSyncslots(...words: Data[]): ExclusiveCommand<Raw> {
  wantOne("CLUSTER SYNCSLOTS", "word", words);
  return exclusiveCommand(["CLUSTER", "SYNCSLOTS", ...words], raw);
}
