/**
 * Commands without keys that are for more than one node of a cluster: which nodes, and how their replies become one.
 *
 * Servers say it of most such commands by a request and a response policy, which are followed; the response policy
 * `special`, and none at all, leave it to the client what the reply is. For these, and for commands of which servers
 * say nothing though one node's reply is wrong for a cluster, {@linkcode RULES} says it:
 *
 * - What somebody is subscribed to is known to the node that he is connected to, so PUBSUB asks all, replicas too.
 * - Lists and logs are put together; latencies of one event or command become one record.
 * - Texts for people, and INFO, say which part is of which node.
 * - What CLIENT sets of the connections that callers share is set on those to every node.
 * - CLIENT PAUSE, ACL LOAD and FT.CONFIG SET are meant for the cluster: a part of it would be of no use to anybody.
 *
 * One node of a cluster is enough for what is the same on all (CONFIG GET, FUNCTION LIST, FUNCTION DUMP, SCRIPT SHOW,
 * COMMAND, ACL LIST), and for what is only told of one (LASTSAVE, TIME, ROLE, CLIENT ID, MODULE LIST): these are not
 * here and go to any primary.
 *
 * Limits: a command whose replies have no sensible whole is refused, see `refused.ts`.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import type { Value } from "../resp/value.ts";
import type { CommandFacts, ResponsePolicy } from "./command_facts.ts";
import {
  anyPresent,
  concatenation,
  first,
  firstSuccess,
  largest,
  type Merge,
  type NodeReply,
  smallest,
  sum,
  sumByName,
  union,
} from "./merge.ts";
import { histogramsByCommand, latestByEvent, latestLogged, samplesByTime, slotStats } from "./merge_records.ts";
import { graphOfEach, infoOfEach, linesOfAll, reportOfEach } from "./merge_reports.ts";

export type { NodeReply } from "./merge.ts";

/** Which nodes a command goes to: all of them, or those that take writes. */
export type FanOutNodes = "nodes" | "primaries";

/** What becomes of a command that is for several nodes. */
export interface FanOut {
  /** Which nodes it goes to. */
  readonly to: FanOutNodes;
  /** Whether `merge` takes errors as replies; otherwise one that fails is the failure of all. */
  readonly tolerant: boolean;
  /**
   * Makes one reply of those of the nodes, of which there is at least one, for the reader of the command.
   *
   * Chance, as numbers from 0 up to 1, picks where any of the replies will do.
   *
   * @throws {RedisError} When a node answers in another shape than the others, or, if it is tolerant, when too much
   * failed.
   */
  merge(replies: readonly NodeReply[], random: () => number): Value;
}

interface Rule {
  /** Which nodes, where servers do not say it. */
  readonly to?: FanOutNodes;
  readonly merge: Merge;
}

/** How replies become one where servers do not say it, or not all of it. */
const RULES: ReadonlyMap<string, Rule> = /* @__PURE__ */ new Map<string, Rule>([
  ["ACL DELUSER", { merge: largest }],
  ["ACL LOAD", { to: "nodes", merge: first }],
  ["ACL LOG", { to: "nodes", merge: logsOrFirst }],
  ["CLIENT LIST", { to: "nodes", merge: linesOfAll }],
  ["CLIENT NO-EVICT", { to: "nodes", merge: first }],
  ["CLIENT NO-TOUCH", { to: "nodes", merge: first }],
  ["CLIENT PAUSE", { to: "nodes", merge: first }],
  ["CLIENT TRACKING", { to: "nodes", merge: first }],
  ["CLIENT UNPAUSE", { to: "nodes", merge: first }],
  ["CLUSTER GETSLOTMIGRATIONS", { to: "primaries", merge: concatenation }],
  ["CLUSTER SLOT-STATS", { merge: slotStats }],
  ["COMMANDLOG GET", { merge: latestLogged }],
  ["FT.CONFIG SET", { to: "nodes", merge: first }],
  ["INFO", { merge: infoOfEach }],
  ["LATENCY DOCTOR", { merge: reportOfEach }],
  ["LATENCY GRAPH", { merge: graphOfEach }],
  ["LATENCY HISTOGRAM", { merge: histogramsByCommand }],
  ["LATENCY HISTORY", { merge: samplesByTime }],
  ["LATENCY LATEST", { merge: latestByEvent }],
  ["MEMORY DOCTOR", { merge: reportOfEach }],
  ["MEMORY MALLOC-STATS", { merge: reportOfEach }],
  ["PUBSUB CHANNELS", { to: "nodes", merge: union }],
  ["PUBSUB NUMPAT", { to: "nodes", merge: sum }],
  ["PUBSUB NUMSUB", { to: "nodes", merge: sumByName }],
  ["PUBSUB SHARDCHANNELS", { to: "nodes", merge: union }],
  ["PUBSUB SHARDNUMSUB", { to: "nodes", merge: sumByName }],
  ["RANDOMKEY", { merge: anyPresent }],
  ["SLOWLOG GET", { merge: latestLogged }],
]);

const BY_POLICY: Readonly<Record<Exclude<ResponsePolicy, "special">, Merge>> = {
  agg_logical_and: smallest,
  agg_logical_or: largest,
  agg_max: largest,
  agg_min: smallest,
  agg_sum: sum,
  all_succeeded: first,
  one_succeeded: firstSuccess,
};

/** What becomes of a command without keys that is for several nodes; undefined when it is not, or cannot be. */
export function fanOutOf(facts: CommandFacts, words: readonly Word[]): FanOut | undefined {
  const rule = RULES.get(facts.name);
  const to = rule?.to ?? nodesOf(facts);
  const merge = rule?.merge ?? mergeOf(facts);
  if (to === undefined || merge === undefined) return undefined;
  return {
    to,
    tolerant: merge === firstSuccess || merge === graphOfEach,
    merge: (replies, random) => merge(replies, words, random),
  };
}

/** Which nodes the server says that a command is for, if it is for several; undefined where it is not. */
export function nodesOf(facts: CommandFacts): FanOutNodes | undefined {
  switch (facts.requestPolicy) {
    case "all_nodes":
      return "nodes";
    case "all_shards":
      return "primaries";
    default:
      return undefined;
  }
}

function mergeOf({ responsePolicy }: CommandFacts): Merge | undefined {
  if (responsePolicy === undefined) return concatenation;
  return responsePolicy === "special" ? undefined : BY_POLICY[responsePolicy];
}

/** What ACL LOG gives: its entries, node after node, or the word that says that they are gone. */
function logsOrFirst(replies: readonly NodeReply[], words: readonly Word[], random: () => number): Value {
  return Array.isArray(replies[0]!.value) ? concatenation(replies, words, random) : first(replies, words, random);
}
