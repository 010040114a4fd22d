/**
 * What the nodes of a scripted cluster say of their topology: CLUSTER SLOTS, SHARDS, NODES and INFO, and redirects.
 *
 * In the forms of Redis 7.0 and Valkey 8; with the zones that Valkey 9 tells, where nodes have one.
 *
 * @module
 */
import { ReplyError } from "../../src/errors.ts";
import type { WireValue } from "../../src/resp/reply_encoder.ts";
import { wire } from "../../src/resp/reply_encoder.ts";
import { SLOTS } from "./crc16.ts";
import type { ScriptedNode } from "./scripted_node.ts";
import type { ScriptedView } from "./scripted_view.ts";

/** The port that a node is told to have, to who speaks TLS or does not. */
function portOf({ announced }: ScriptedNode, tls: boolean): number {
  return tls ? announced.tlsPort ?? 0 : announced.port;
}

/** MOVED or ASK, to a node. */
export function redirectTo(kind: "MOVED" | "ASK", slot: number, node: ScriptedNode, tls: boolean): ReplyError {
  return new ReplyError(`${kind} ${slot} ${node.announced.endpoint ?? ""}:${portOf(node, tls)}`);
}

/** The reply to CLUSTER SLOTS. */
export function slotsReply(view: ScriptedView, tls: boolean): WireValue {
  const reply: WireValue[] = [];
  for (let first = 0; first < SLOTS;) {
    const owner = view.ownerOf(first);
    let end = first + 1;
    while (end < SLOTS && view.ownerOf(end) === owner) end++;
    if (owner !== undefined) {
      // Replicas that are not there, or have nothing yet, are not told of.
      const replicas = view.replicasOf(owner).filter((replica) => view.healthOf(replica) === "online");
      reply.push([first, end - 1, ...[owner, ...replicas].map((node) => slotsNode(node, tls))]);
    }
    first = end;
  }
  return reply;
}

function slotsNode(node: ScriptedNode, tls: boolean): WireValue {
  const { ip, hostname, endpoint } = node.announced;
  const rest = new Map<WireValue, WireValue>();
  if (endpoint !== ip) rest.set("ip", ip);
  if (hostname !== undefined && endpoint !== hostname) rest.set("hostname", hostname);
  if (node.zone !== undefined) rest.set("availability-zone", node.zone);
  return [endpoint, portOf(node, tls), node.id, rest];
}

/** The reply to CLUSTER SHARDS. */
export function shardsReply(view: ScriptedView): WireValue {
  return view.members.filter((node) => view.primaryOf(node) === undefined).map((primary) => {
    const nodes = [primary, ...view.replicasOf(primary)];
    const told = new Map<WireValue, WireValue>([["slots", view.rangesOf(primary).flat()]]);
    told.set("nodes", nodes.map((node) => shardsNode(node, view)));
    if (primary.kind === "valkey9") told.set("id", primary.shardId);
    return told;
  });
}

function shardsNode(node: ScriptedNode, view: ScriptedView): WireValue {
  const { ip, hostname, endpoint, port, tlsPort } = node.announced;
  const health = view.healthOf(node);
  const told = new Map<WireValue, WireValue>([["id", node.id]]);
  if (port !== 0) told.set("port", port);
  if (tlsPort !== undefined) told.set("tls-port", tlsPort);
  // An endpoint that is unknown is empty here, and null in CLUSTER SLOTS.
  told.set("ip", ip).set("endpoint", endpoint ?? "");
  if (hostname !== undefined) told.set("hostname", hostname);
  told.set("role", view.primaryOf(node) === undefined ? "master" : "replica");
  told.set("replication-offset", health === "loading" ? 0 : node.offset).set("health", health);
  if (node.zone !== undefined) told.set("availability-zone", node.zone);
  return told;
}

/** The reply to CLUSTER NODES. */
export function nodesReply(view: ScriptedView, self: ScriptedNode): WireValue {
  const lines = view.members.map((node) => {
    const { ip, port, hostname } = node.announced;
    const primary = view.primaryOf(node);
    const health = view.healthOf(node);
    const flags = [primary === undefined ? "master" : "slave"];
    if (node === self) flags.unshift("myself");
    if (health === "fail") flags.push("fail");
    const address = `${ip}:${port}@${port + 10_000}${hostname === undefined ? "" : `,${hostname}`}`;
    const ranges = view.rangesOf(node).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
    const open = node === self ? openSlots(self) : [];
    const link = health === "fail" ? "disconnected" : "connected";
    return [node.id, address, flags.join(","), primary?.id ?? "-", 0, 0, 1, link, ...ranges, ...open].join(" ");
  });
  return wire.verbatim(lines.map((line) => `${line}\n`).join(""));
}

function openSlots({ migrating, importing }: ScriptedNode): string[] {
  return [
    ...[...migrating].map(([slot, { id }]) => `[${slot}->-${id}]`),
    ...[...importing].map(([slot, { id }]) => `[${slot}-<-${id}]`),
  ];
}

/** The reply to CLUSTER INFO. */
export function clusterInfoReply(view: ScriptedView): WireValue {
  const { members, isUp } = view;
  const served = members.map((node) => view.rangesOf(node)).filter(({ length }) => length > 0);
  const assigned = served.flat().reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const fields = {
    cluster_state: isUp ? "ok" : "fail",
    cluster_slots_assigned: assigned,
    cluster_slots_ok: assigned,
    cluster_slots_pfail: 0,
    cluster_slots_fail: 0,
    cluster_known_nodes: members.length,
    cluster_size: served.length,
    cluster_current_epoch: 1,
    cluster_my_epoch: 1,
  };
  return wire.verbatim(Object.entries(fields).map(([name, value]) => `${name}:${value}\r\n`).join(""));
}
