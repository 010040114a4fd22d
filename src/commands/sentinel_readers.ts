/**
 * Readers of what a sentinel says of the servers that it watches and of other sentinels.
 *
 * It gives all numbers of a state as text, and its flags with commas between them; they become numbers and lists.
 * Times are in milliseconds, and those that say how long ago something was are from the moment of the reply.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { countPart, fields, listOfFields, listPart, type Parts, textPart, yesNoPart } from "./field_readers.ts";
import { integerOf, pairsOf, reader, type Report, setField, type Status, textOf, toInteger } from "./readers.ts";

/** Where a server listens. */
export interface ServerAddress {
  /** Its address, or its hostname where the sentinel is told to give those. */
  host: Status;
  /** Its port. */
  port: number;
}

/** What a sentinel says of anyone that it watches. */
export interface SentinelInstance {
  /** Its name: of a primary the one that it is watched by, of a replica `host:port`, of a sentinel its id. */
  name: Status;
  /** Its address. */
  ip: Status;
  /** Its port. */
  port: number;
  /** The id of its run; `""` while the sentinel has not heard it. */
  runid: Status;
  /** Words such as `"master"`, `"slave"`, `"sentinel"`, `"s_down"`, `"o_down"`, `"disconnected"`. */
  flags: Status[];
  /** How many commands it has not answered yet. */
  linkPendingCommands: number;
  /** How many of those that are watched share this connection. */
  linkRefcount: number;
  /** How a failover goes, while there is one. */
  failoverState?: Status;
  /** How long ago the ping that awaits an answer was sent; 0 when there is none. */
  lastPingSent: number;
  /** How long ago it last gave a good answer to a ping. */
  lastOkPingReply: number;
  /** How long ago it last answered a ping at all. */
  lastPingReply: number;
  /** How long this sentinel has held it to be down, while it does. */
  sDownTime?: number;
  /** How long enough sentinels have held it to be down, while they do. */
  oDownTime?: number;
  /** After how long without a good answer it counts as down. */
  downAfterMilliseconds: number;
}

/** What a sentinel says of a server that holds data. */
export interface SentinelServer extends SentinelInstance {
  /** How long ago it gave its INFO; 0 when it never did. */
  infoRefresh: number;
  /** The role that it last said it has. */
  roleReported: Status;
  /** How long it has had that role. */
  roleReportedTime: number;
}

/** What a sentinel says of a primary. */
export interface SentinelPrimary extends SentinelServer {
  /** The epoch of its configuration. */
  configEpoch: number;
  /** How many replicas it has. */
  numSlaves: number;
  /** How many other sentinels watch it. */
  numOtherSentinels: number;
  /** How many sentinels must hold it to be down. */
  quorum: number;
  /** How long a failover may take. */
  failoverTimeout: number;
  /** How many replicas turn to the new primary at a time. */
  parallelSyncs: number;
  /** The script that is told of events, if there is one. */
  notificationScript?: Status;
  /** The script that is told of a new primary, if there is one. */
  clientReconfigScript?: Status;
}

/** What a sentinel says of a replica. */
export interface SentinelReplica extends SentinelServer {
  /** How long it has been without its primary; -1000 when it never had it. */
  masterLinkDownTime: number;
  /** `"ok"`, or `"err"` while it is without its primary. */
  masterLinkStatus: Status;
  /** The address of its primary; `"?"` while that is unknown. */
  masterHost: Status;
  /** The port of its primary. */
  masterPort: number;
  /** The lower, the sooner it is made the primary; 0 is never. */
  slavePriority: number;
  /** How much of the primary's writes it has. */
  slaveReplOffset: number;
  /** Whether sentinels may speak of it. */
  replicaAnnounced: boolean;
}

/** What a sentinel says of another one. */
export interface SentinelPeer extends SentinelInstance {
  /** How long ago it said hello. */
  lastHelloMessage: number;
  /** The id of the sentinel that it voted for; `"?"` when there is none. */
  votedLeader: Status;
  /** The epoch of that vote. */
  votedLeaderEpoch: number;
}

/** What a sentinel answers another that asks whether a primary is down. */
export interface SentinelVote {
  /** Whether it holds the primary to be down. */
  down: boolean;
  /** The id of the sentinel that it votes for; `"*"` when it was not asked to vote. */
  leader: Status;
  /** The epoch of that vote; 0 when there is none. */
  leaderEpoch: number;
}

/** The INFO that a sentinel last had of a server. */
export interface CachedInfo {
  /** How long ago that was; 0 when it never was. */
  age: number;
  /** The text; null when there is none. */
  info: Report | null;
}

/** A script that a sentinel runs, or will. */
export interface PendingScript {
  /** Its path and its arguments. */
  argv: Status[];
  /** `"running"` or `"scheduled"`. */
  flags: Status;
  /** The id of its process; 0 when it does not run. */
  pid: number;
  /** How long it has run, when it does. */
  runTime?: number;
  /** How long until it runs, when it does not. */
  runDelay?: number;
  /** How often it was tried. */
  retryNum: number;
}

function toFlags(value: Value): Status[] {
  const text = textOf(value);
  return text === "" ? [] : text.split(",");
}

const STATE: Parts = {
  port: countPart,
  flags: toFlags,
  linkPendingCommands: countPart,
  linkRefcount: countPart,
  lastPingSent: countPart,
  lastOkPingReply: countPart,
  lastPingReply: countPart,
  sDownTime: countPart,
  oDownTime: countPart,
  downAfterMilliseconds: countPart,
  infoRefresh: countPart,
  roleReportedTime: countPart,
  configEpoch: countPart,
  numSlaves: countPart,
  numOtherSentinels: countPart,
  quorum: countPart,
  failoverTimeout: countPart,
  parallelSyncs: countPart,
  masterLinkDownTime: countPart,
  masterPort: countPart,
  slavePriority: countPart,
  slaveReplOffset: countPart,
  replicaAnnounced: yesNoPart,
  lastHelloMessage: countPart,
  votedLeaderEpoch: countPart,
};

/** A primary. */
export const primaryReader: ReplyReader<SentinelPrimary> = /* @__PURE__ */ fields(STATE);
/** Primaries. */
export const primariesReader: ReplyReader<SentinelPrimary[]> = /* @__PURE__ */ listOfFields(STATE);
/** Replicas. */
export const sentinelReplicasReader: ReplyReader<SentinelReplica[]> = /* @__PURE__ */ listOfFields(STATE);
/** Sentinels. */
export const peersReader: ReplyReader<SentinelPeer[]> = /* @__PURE__ */ listOfFields(STATE);

/** Scripts that run or will. */
export const pendingScriptsReader: ReplyReader<PendingScript[]> = /* @__PURE__ */ listOfFields({
  argv: /* @__PURE__ */ listPart(textPart),
  pid: countPart,
  runTime: countPart,
  runDelay: countPart,
  retryNum: countPart,
});

/** An address, or null where nobody is watched by that name. */
export const addressOrNull: ReplyReader<ServerAddress | null> = /* @__PURE__ */ reader(PLAIN, (value) => {
  if (value === null) return null;
  const [host, port] = value as [Value, Value];
  return { host: textOf(host), port: integerOf(port, PLAIN) };
});

/** Whether a primary is down, and a vote. */
export const voteReader: ReplyReader<SentinelVote> = /* @__PURE__ */ reader(PLAIN, (value, mode) => {
  const [down, leader, leaderEpoch] = value as [Value, Value, Value];
  return { down: yesNoPart(down), leader: textOf(leader), leaderEpoch: toInteger(leaderEpoch, mode) };
});

/** By the name of a primary what it said, then what each of its replicas said. */
export const infoCacheReader: ReplyReader<Record<Status, CachedInfo[]>> = /* @__PURE__ */ reader(
  PLAIN,
  (value, mode) => {
    const cache: Record<Status, CachedInfo[]> = {};
    for (const [name, said] of pairsOf(value)) {
      const infos = (said as [Value, Report | null][]).map(([age, info]) => ({ age: toInteger(age, mode), info }));
      setField(cache, textOf(name), infos);
    }
    return cache;
  },
);

/** Settings that are numbers, by their names. */
export const wholeSettings: ReplyReader<Record<Status, number>> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const settings: Record<Status, number> = {};
  for (const [name, setting] of pairsOf(value)) setField(settings, textOf(name), integerOf(setting, PLAIN));
  return settings;
});
