/**
 * What a cluster's sender is made from.
 *
 * @module
 */
import type { ClusterSettings } from "../cluster_options.ts";
import type { EndpointSettings } from "../connection/endpoint_settings.ts";
import type { NodeAddress } from "../routing/topology.ts";
import type { TopologySettings } from "./cluster_topology.ts";

/** What a cluster is made from. */
export interface ClusterSenderSettings extends Omit<EndpointSettings, "link" | "router" | "shared" | "onUnsubscribed"> {
  /** How connections are made, but for where to. */
  linkTo: (address: NodeAddress, path?: string) => EndpointSettings["link"];
  /** Whether nodes are dialled by TLS. */
  tls: boolean;
  /** What is particular to a cluster. */
  cluster: ClusterSettings;
}

/** Whether all nodes are to be connected: where calls cannot wait for a connection, there is to be one before the first. */
export function connectsAll({ cluster, enableOfflineQueue, maxQueued }: ClusterSenderSettings): boolean {
  return cluster.connectAllNodes || !enableOfflineQueue || maxQueued === 0;
}

/** How the topology is kept. */
export function topologySettingsOf(settings: ClusterSenderSettings): TopologySettings {
  const { cluster, tls, reconnect, clock, random } = settings;
  const connectAllNodes = connectsAll(settings);
  return { ...cluster, connectAllNodes, tls, reconnects: reconnect !== false, clock, random };
}
