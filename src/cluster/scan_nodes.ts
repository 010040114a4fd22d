/**
 * The nodes of a cluster as a scan needs them.
 *
 * @module
 */
import { type Backoff, delayBefore } from "../connection/backoff.ts";
import type { Random } from "../stream.ts";
import type { ClusterTopology } from "./cluster_topology.ts";
import { nodesOf } from "./node_view.ts";
import type { Router } from "./router.ts";
import type { ScanNodes } from "./scan.ts";

/** Ten rounds in vain are to outlast a fail-over, which takes a cluster some fifteen seconds as it comes. */
const PATIENT: Backoff = { baseMs: 200, factor: 2, capMs: 5_000, jitter: 0.5 };

/** What a scan sees of the router; it asks for the topology of its own only from the second time on. */
export function scanNodesOf(
  router: Router,
  topology: ClusterTopology,
  random: Random,
  send: ScanNodes["send"],
): ScanNodes {
  let refreshed = false;
  return {
    send,
    backoff: (attempt) => topology.changed(delayBefore(PATIENT, attempt, random), undefined),
    ownerOf: (slot) => router.map.shardOf(slot)?.primary?.name,
    nameOf: ({ id, host, port }) => {
      const known = nodesOf(router.map).find((node) => id !== "" && node.id === id);
      return known?.name ?? (host === "" ? undefined : router.members.told({ host, port }).name);
    },
    refresh: async () => {
      if (refreshed || !topology.known) await topology.now();
      refreshed = true;
    },
  };
}
