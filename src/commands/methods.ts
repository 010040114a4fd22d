/**
 * The commands that are methods of a client and of a chain, in the order of the documentation.
 *
 * All but those that change or take over a connection, which are in `own_connection.ts`.
 *
 * @module
 */
export * from "./strings.ts";
export * from "./string_comparison.ts";
export * from "./bitmaps.ts";
export * from "./hyperloglogs.ts";
export * from "./keys.ts";
export * from "./key_transfer.ts";
export * from "./sort.ts";
export * from "./expiry.ts";
export * from "./hashes.ts";
export * from "./hash_expiry.ts";
export * from "./lists.ts";
export * from "./blocking.ts";
export * from "./sets.ts";
export * from "./sorted_sets.ts";
export * from "./sorted_set_ranges.ts";
export * from "./sorted_set_algebra.ts";
export * from "./geo.ts";
export * from "./geo_radius.ts";
export * from "./streams.ts";
export * from "./stream_groups.ts";
export * from "./stream_consumers.ts";
export * from "./stream_info.ts";
export * from "./scripting.ts";
export * from "./functions.ts";
export * from "./pubsub.ts";
export * from "./vector_sets.ts";
export * from "./vector_search.ts";
export * from "./json.ts";
export * from "./json_arrays.ts";
export * from "./json_values.ts";
export * from "./search.ts";
export * from "./search_query.ts";
export * from "./search_aggregate.ts";
export * from "./search_hybrid.ts";
export * from "./search_terms.ts";
export * from "./time_series.ts";
export * from "./time_series_ranges.ts";
export * from "./bloom.ts";
export * from "./cuckoo.ts";
export * from "./count_min_sketches.ts";
export * from "./top_k.ts";
export * from "./t_digest.ts";
export * from "./server.ts";
export * from "./persistence.ts";
export * from "./replication.ts";
export * from "./debug.ts";
export * from "./clients.ts";
export * from "./connection.ts";
export * from "./tracking.ts";
export * from "./acl.ts";
export * from "./command_info.ts";
export * from "./latency.ts";
export * from "./memory.ts";
export * from "./modules.ts";
export * from "./logs.ts";
export * from "./cluster.ts";
export * from "./cluster_slots.ts";
export * from "./cluster_nodes.ts";
export * from "./sentinel.ts";
export * from "./sentinel_admin.ts";
export * from "./raw.ts";
