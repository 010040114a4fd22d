/**
 * What a cluster's sender is made from.
 *
 * @module
 */
import type { ClusterSettings } from "../cluster_options.ts";
import type { EndpointSettings } from "../connection/endpoint_settings.ts";
import type { NodeAddress } from "../routing/topology.ts";

/** What a cluster is made from. */
export interface ClusterSenderSettings extends Omit<EndpointSettings, "link" | "router" | "shared" | "onUnsubscribed"> {
  /** How connections are made, but for where to. */
  linkTo: (address: NodeAddress, path?: string) => EndpointSettings["link"];
  /** Whether nodes are dialled by TLS. */
  tls: boolean;
  /** What is particular to a cluster. */
  cluster: ClusterSettings;
}
