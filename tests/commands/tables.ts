/** The tables of all groups. */
import * as acl from "./acl_rows.ts";
import * as admin from "./admin_rows.ts";
import * as bitmaps from "./bitmaps_rows.ts";
import * as blocking from "./blocking_rows.ts";
import * as bloom from "./bloom_rows.ts";
import * as clients from "./clients_rows.ts";
import * as clusterNodes from "./cluster_nodes_rows.ts";
import * as choices from "./choices_rows.ts";
import * as cluster from "./cluster_rows.ts";
import * as clusterSlots from "./cluster_slots_rows.ts";
import * as commandInfo from "./command_info_rows.ts";
import * as countMinSketches from "./count_min_sketches_rows.ts";
import * as cuckoo from "./cuckoo_rows.ts";
import * as debug from "./debug_rows.ts";
import * as expiry from "./expiry_rows.ts";
import * as functions from "./functions_rows.ts";
import * as geo from "./geo_rows.ts";
import * as hashExpiry from "./hash_expiry_rows.ts";
import * as hashes from "./hashes_rows.ts";
import * as hyperloglogs from "./hyperloglogs_rows.ts";
import * as jsonArrays from "./json_arrays_rows.ts";
import * as json from "./json_rows.ts";
import * as jsonValues from "./json_values_rows.ts";
import * as keys from "./keys_rows.ts";
import * as latency from "./latency_rows.ts";
import * as lists from "./lists_rows.ts";
import * as logs from "./logs_rows.ts";
import * as memory from "./memory_rows.ts";
import * as modules from "./modules_rows.ts";
import * as ownConnection from "./own_connection_rows.ts";
import * as persistence from "./persistence_rows.ts";
import * as pubsub from "./pubsub_rows.ts";
import * as replication from "./replication_rows.ts";
import * as scripting from "./scripting_rows.ts";
import * as searchQuery from "./search_query_rows.ts";
import * as search from "./search_rows.ts";
import * as searchTerms from "./search_terms_rows.ts";
import * as sentinelAdmin from "./sentinel_admin_rows.ts";
import * as sentinel from "./sentinel_rows.ts";
import * as sets from "./sets_rows.ts";
import * as sort from "./sort_rows.ts";
import * as sortedSetAlgebra from "./sorted_set_algebra_rows.ts";
import * as sortedSetRanges from "./sorted_set_ranges_rows.ts";
import * as sortedSets from "./sorted_sets_rows.ts";
import * as streamGroups from "./stream_groups_rows.ts";
import * as streamInfo from "./stream_info_rows.ts";
import * as streams from "./streams_rows.ts";
import * as strings from "./strings_rows.ts";
import * as tDigest from "./t_digest_rows.ts";
import * as timeSeriesRanges from "./time_series_ranges_rows.ts";
import * as timeSeries from "./time_series_rows.ts";
import * as topK from "./top_k_rows.ts";
import * as tracking from "./tracking_rows.ts";
import * as vectorSearch from "./vector_search_rows.ts";
import * as vectorSets from "./vector_sets_rows.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

/** The three tables of one group. */
export interface Tables {
  readonly words: readonly WordsRow[];
  readonly refusals: readonly RefusalRow[];
  readonly server: readonly ServerRow[];
}

/** The tables by group. */
export const tables: ReadonlyMap<string, Tables> = new Map<string, Tables>([
  ["strings", strings],
  ["bitmaps", bitmaps],
  ["hyperloglogs", hyperloglogs],
  ["keys", keys],
  ["sort", sort],
  ["expiry", expiry],
  ["hashes", hashes],
  ["hash expiry", hashExpiry],
  ["lists", lists],
  ["blocking", blocking],
  ["sets", sets],
  ["sorted sets", sortedSets],
  ["ranges of sorted sets", sortedSetRanges],
  ["algebra of sorted sets", sortedSetAlgebra],
  ["geo", geo],
  ["streams", streams],
  ["stream groups", streamGroups],
  ["stream info", streamInfo],
  ["scripting", scripting],
  ["functions", functions],
  ["pubsub", pubsub],
  ["vector sets", vectorSets],
  ["vector search", vectorSearch],
  ["json", json],
  ["json arrays", jsonArrays],
  ["json values", jsonValues],
  ["search", search],
  ["search query", searchQuery],
  ["search terms", searchTerms],
  ["time series", timeSeries],
  ["time series ranges", timeSeriesRanges],
  ["bloom", bloom],
  ["cuckoo", cuckoo],
  ["count min sketches", countMinSketches],
  ["top k", topK],
  ["t digest", tDigest],
  ["persistence", persistence],
  ["replication", replication],
  ["debug", debug],
  ["clients", clients],
  ["tracking", tracking],
  ["acl", acl],
  ["command info", commandInfo],
  ["latency", latency],
  ["memory", memory],
  ["modules", modules],
  ["logs", logs],
  ["cluster", cluster],
  ["cluster slots", clusterSlots],
  ["cluster nodes", clusterNodes],
  ["sentinel", sentinel],
  ["sentinel admin", sentinelAdmin],
  ["own connection", ownConnection],
  ["server, connections and raw commands", admin],
  ["choices of words", choices],
]);
