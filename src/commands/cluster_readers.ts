/**
 * Readers of what a cluster says of itself: its state, nodes, shards and links.
 *
 * Some of it comes as lines of text, the rest as maps or lists; all of it becomes records. Addresses are given as
 * the server has them: an endpoint that it is told not to name is null or `""`, a hostname that it does not know is
 * `"?"`, and which host these stand for is for the caller to say.
 *
 * @module
 */
import { type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { rangePairs, type SlotRange, toRange } from "./cluster_slot_readers.ts";
import { camelCase, fieldsPart, listOfFields, listPart, textOrNullPart } from "./field_readers.ts";
import { integerOf, reader, setField, type Status, textOf, toInteger } from "./readers.ts";
import { settings } from "./record_readers.ts";

/** A slot that is on its way, with the other node that takes part. */
export interface SlotMove {
  /** The slot. */
  slot: number;
  /** The id of the node that it goes to, or that it comes from. */
  node: Status;
}

/** How a node sees the whole cluster. */
export interface ClusterInfo {
  /** `"ok"` when the node serves queries, else `"fail"`. */
  clusterState: Status;
  /** How many slots have a node. */
  clusterSlotsAssigned: number;
  /** How many slots have a node that works. */
  clusterSlotsOk: number;
  /** How many slots have a node that may have failed. */
  clusterSlotsPfail: number;
  /** How many slots have a node that has failed. */
  clusterSlotsFail: number;
  /** How many nodes this one knows of, itself included. */
  clusterKnownNodes: number;
  /** How many primaries have slots. */
  clusterSize: number;
  /** The newest epoch that the node knows of. */
  clusterCurrentEpoch: number;
  /** The epoch of the node's own configuration. */
  clusterMyEpoch: number;
  /** How many messages it has sent. */
  clusterStatsMessagesSent: number;
  /** How many messages it has received. */
  clusterStatsMessagesReceived: number;
  /** What else it says, such as `clusterStatsMessagesPingSent`. */
  [field: string]: Status | number;
}

/** A node, as another one sees it. */
export interface ClusterNode {
  /** Its id. */
  id: Status;
  /** Its address; `""` where the node that was asked does not know its own. */
  host: Status;
  /** Its port for clients. */
  port: number;
  /** Its port for other nodes; null where the server does not say. */
  busPort: number | null;
  /** Its hostname; null when it has none. */
  hostname: Status | null;
  /** What newer servers say beside the address, such as `shard-id`. */
  extra: Record<Status, Status>;
  /** Words such as `"myself"`, `"master"`, `"slave"`, `"fail?"`, `"fail"`, `"handshake"`; none is an empty list. */
  flags: Status[];
  /** The id of the primary that it is a replica of; null for a primary. */
  primary: Status | null;
  /** When the ping that awaits an answer was sent, in milliseconds since the Unix epoch; 0 when there is none. */
  pingSent: number;
  /** When the last answer to a ping came, in milliseconds since the Unix epoch. */
  pongReceived: number;
  /** The epoch of its configuration, or of its primary's. */
  configEpoch: number;
  /** `"connected"` or `"disconnected"`. */
  linkState: Status;
  /** The slots that it serves. */
  slots: SlotRange[];
  /** The slots that leave it; only the node that was asked says so of itself. */
  migrating: SlotMove[];
  /** The slots that come to it; only the node that was asked says so of itself. */
  importing: SlotMove[];
}

/** A node that serves slots. */
export interface SlotNode {
  /** Its preferred endpoint; null where that is unknown, `"?"` where it has no hostname, `""` where no address. */
  host: Status | null;
  /** Its port, for TLS when the connection uses TLS. */
  port: number;
  /** Its id; `""` where it is not told. */
  id: Status;
  /** Its other names, such as `ip`, `hostname` and `availability-zone`. */
  metadata: Record<Status, Status>;
}

/** Slots with the nodes that serve them. */
export interface SlotsOwners extends SlotRange {
  /** The node that takes writes. */
  primary: SlotNode;
  /** Its replicas, without those that have failed. */
  replicas: SlotNode[];
}

/** A node of a shard. */
export interface ShardNode {
  /** Its id. */
  id: Status;
  /** Its plain port, if it has one. */
  port?: number;
  /** Its TLS port, if it has one. */
  tlsPort?: number;
  /** Its address; `""` where the node that was asked does not know its own. */
  ip: Status;
  /** Its preferred endpoint; `""` or null where that is unknown, `"?"` where it has no hostname. */
  endpoint: Status | null;
  /** Its hostname, if it has one. */
  hostname?: Status;
  /** `"master"` or `"replica"`. */
  role: Status;
  /** How much of the primary's writes it has. */
  replicationOffset: number;
  /** `"online"`, `"loading"` or `"fail"`. */
  health: Status;
  /** Where it runs, as it was told; since Valkey 9.1. */
  availabilityZone?: Status;
}

/** A primary with its replicas. */
export interface Shard {
  /** The slots that it serves, maybe none. */
  slots: SlotRange[];
  /** The nodes, in no order. */
  nodes: ShardNode[];
  /** The shard's id; since Valkey 9.1. */
  id?: Status;
}

/** A connection between two nodes. */
export interface ClusterLink {
  /** `"to"` or `"from"` the other node. */
  direction: Status;
  /** The id of the other node. */
  node: Status;
  /** When it was opened, in milliseconds since the Unix epoch. */
  createTime: number;
  /** The events that it waits for, `"r"` and `"w"`. */
  events: Status;
  /** The size of the buffer for what is to be sent, in bytes. */
  sendBufferAllocated: number;
  /** How much of that is in use, in bytes. */
  sendBufferUsed: number;
}

/** What became of a node's epoch. */
export interface BumpedEpoch {
  /** Whether it is a new one; false when the node's was the newest already. */
  bumped: boolean;
  /** The epoch. */
  epoch: number;
}

/** The lines of a text, without those that are empty. */
function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

/** What a node says of the cluster, from a line each. */
export const clusterInfoReader: ReplyReader<ClusterInfo> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const info: Record<string, Status | number> = {};
  for (const line of linesOf(textOf(value))) {
    const colon = line.indexOf(":");
    const said = line.slice(colon + 1);
    setField(info, camelCase(line.slice(0, colon)), /^\d+$/.test(said) ? integerOf(said, PLAIN) : said);
  }
  return info as ClusterInfo;
});

function toNode(line: string): ClusterNode {
  const [
    id = "",
    place = "",
    flags = "",
    primary,
    pingSent = "",
    pongReceived = "",
    configEpoch = "",
    linkState = "",
    ...slots
  ] = line.split(" ");
  const [address = "", hostname, ...extras] = place.split(",");
  const [endpoint = "", busPort] = address.split("@");
  // An IPv6 address has colons of its own.
  const colon = endpoint.lastIndexOf(":");
  const node: ClusterNode = {
    id,
    host: endpoint.slice(0, colon),
    port: Number(endpoint.slice(colon + 1)),
    busPort: busPort === undefined ? null : Number(busPort),
    hostname: hostname || null,
    extra: {},
    flags: flags === "noflags" ? [] : flags.split(","),
    primary: primary === "-" ? null : primary ?? null,
    pingSent: integerOf(pingSent, PLAIN),
    pongReceived: integerOf(pongReceived, PLAIN),
    configEpoch: integerOf(configEpoch, PLAIN),
    linkState,
    slots: [],
    migrating: [],
    importing: [],
  };
  for (const extra of extras) {
    const at = extra.indexOf("=");
    if (at > 0) setField(node.extra, extra.slice(0, at), extra.slice(at + 1));
  }
  for (const part of slots) {
    const move = /^\[(\d+)-([<>])-(.*)\]$/.exec(part);
    if (move === null) node.slots.push(toRange(part));
    else node[move[2] === ">" ? "migrating" : "importing"].push({ slot: Number(move[1]), node: move[3]! });
  }
  return node;
}

/** Nodes, from a text with a line each. */
export const clusterNodesReader: ReplyReader<ClusterNode[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => linesOf(textOf(value)).map(toNode),
);

/** Nodes, from a list of lines. */
export const replicasReader: ReplyReader<ClusterNode[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (value as Value[]).map((line) => toNode(textOf(line))),
);

function toSlotNode(value: Value, mode: DecodeMode): SlotNode {
  const [host, port, id, metadata] = value as [Value, Value, Value?, Value[]?];
  return {
    host: textOrNullPart(host),
    port: toInteger(port, mode),
    id: textOf(id ?? ""),
    metadata: settings.read(metadata ?? [], mode),
  };
}

/** Ranges of slots with their nodes, the primary first. */
export const slotsReader: ReplyReader<SlotsOwners[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value, mode) =>
    (value as Value[][]).map(([start, end, primary, ...replicas]) => ({
      start: toInteger(start!, mode),
      end: toInteger(end!, mode),
      primary: toSlotNode(primary!, mode),
      replicas: replicas.map((replica) => toSlotNode(replica, mode)),
    })),
);

/** Shards with their nodes. */
export const shardsReader: ReplyReader<Shard[]> = /* @__PURE__ */ listOfFields({
  slots: rangePairs,
  nodes: /* @__PURE__ */ listPart(/* @__PURE__ */ fieldsPart<ShardNode>()),
});

/** The connections of a node. */
export const linksReader: ReplyReader<ClusterLink[]> = /* @__PURE__ */ listOfFields();

/** `BUMPED 3` or `STILL 3`. */
export const bumpedEpochReader: ReplyReader<BumpedEpoch> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const [word, epoch = ""] = textOf(value).split(" ");
  return { bumped: word === "BUMPED", epoch: integerOf(epoch, PLAIN) };
});
