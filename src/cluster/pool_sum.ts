/**
 * What the pools of several nodes have and have done, as if they were one.
 *
 * Limit: the percentiles of waiting are those of the pool where they are longest.
 *
 * @module
 */
import type { PoolStats } from "../sender.ts";

/** The sum of what pools have and have done. */
export function statsOfAll(pools: readonly PoolStats[]): PoolStats {
  const sum = (name: Exclude<keyof PoolStats, "waitMs">): number => pools.reduce((all, pool) => all + pool[name], 0);
  const longest = (name: keyof PoolStats["waitMs"]): number =>
    pools.reduce((all, { waitMs }) => Math.max(all, waitMs[name]), 0);
  return {
    total: sum("total"),
    idle: sum("idle"),
    leased: sum("leased"),
    opening: sum("opening"),
    waiting: sum("waiting"),
    created: sum("created"),
    closed: sum("closed"),
    timeouts: sum("timeouts"),
    waitMs: { p50: longest("p50"), p90: longest("p90"), p99: longest("p99"), max: longest("max") },
  };
}
