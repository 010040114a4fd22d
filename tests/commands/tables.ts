/** The tables of all groups. */
import * as admin from "./admin_rows.ts";
import * as expiry from "./expiry_rows.ts";
import * as hashes from "./hashes_rows.ts";
import * as keys from "./keys_rows.ts";
import * as lists from "./lists_rows.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";
import * as sets from "./sets_rows.ts";
import * as algebra from "./sorted_set_algebra_rows.ts";
import * as ranges from "./sorted_set_ranges_rows.ts";
import * as sortedSets from "./sorted_sets_rows.ts";
import * as strings from "./strings_rows.ts";

/** The three tables of one group. */
export interface Tables {
  readonly words: readonly WordsRow[];
  readonly refusals: readonly RefusalRow[];
  readonly server: readonly ServerRow[];
}

/** The tables by group. */
export const tables: ReadonlyMap<string, Tables> = new Map<string, Tables>([
  ["strings", strings],
  ["keys", keys],
  ["expiry", expiry],
  ["hashes", hashes],
  ["lists", lists],
  ["sets", sets],
  ["sorted sets", sortedSets],
  ["ranges of sorted sets", ranges],
  ["algebra of sorted sets", algebra],
  ["server, connections and raw commands", admin],
]);
