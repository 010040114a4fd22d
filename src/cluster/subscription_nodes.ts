/**
 * The nodes of a cluster as those who tell messages.
 *
 * @module
 */
import type { Events } from "../events.ts";
import type { ClusterSenderSettings } from "./cluster_sender_settings.ts";
import type { Router } from "./router.ts";
import type { SubscriptionNodes } from "./subscriber_nodes.ts";
import { ClusterSubscriptions } from "./subscriptions.ts";

/** What subscriptions see of the router; `wantTopology` is called where what it knows seems to be old. */
function subscriptionNodesOf(router: Router, wantTopology: () => void): SubscriptionNodes {
  return {
    has: (node) => router.members.named(node.name)?.subscriber === node,
    primaryOf: (slot) => router.map.shardOf(slot)?.primary?.subscriber,
    primaries: () =>
      router.map.shards().flatMap(({ primary, slotCount }) =>
        primary !== undefined && slotCount > 0 ? [primary.subscriber] : []
      ),
    any: () => {
      const primary = router.any();
      if (primary?.state === "ready") return primary.subscriber;
      return (router.connected()[0] ?? primary)?.subscriber;
    },
    movedTo: (error, { name }) => {
      const from = router.members.named(name);
      return from && router.redirected(error, from)?.subscriber;
    },
    wantTopology,
  };
}

/** The subscriptions of a cluster; what is refused for good is told as an error. */
export function subscriptionsOf(
  router: Router,
  { timeoutMs, retry, clock, random }: ClusterSenderSettings,
  events: Events,
  wantTopology: () => void,
): ClusterSubscriptions {
  return new ClusterSubscriptions(subscriptionNodesOf(router, wantTopology), {
    timeoutMs,
    backoff: retry,
    clock,
    random,
    failed: (error, { name }) => events.emit("error", { node: name, role: "shared", error }),
  });
}
