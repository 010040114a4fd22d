/**
 * Which one of several nodes that are equally fit serves a read.
 *
 * A selector is given the candidates as the first `count` entries of a list that is used again for the next choice, so
 * that choosing allocates nothing; only a function of the user's is given a list of its own. What such a function
 * throws, and a node that it was not given, count as no answer: the node whose turn it is serves then.
 *
 * @module
 */
import type { ClusterNode, Selector } from "../cluster_options.ts";
import type { NodeHealth } from "../routing/topology.ts";
import type { Random } from "../stream.ts";

/** A node that reads can go to. */
export interface Readable {
  /** Its name, `host:port`. */
  readonly name: string;
  /** How the cluster says that it is. */
  readonly health: NodeHealth;
  /** How much of the stream of writes it has, in bytes; undefined where it was not told. */
  readonly offset: number | undefined;
  /** The availability zone that it runs in; undefined where it was not told. */
  readonly zone: string | undefined;
  /** How long its replies take, in milliseconds; undefined where that was not measured yet. */
  readonly latencyMs: number | undefined;
  /** Its connection: there now; not tried yet or being made for the first time; lost or refused. */
  readonly state: "ready" | "unknown" | "down";
  /** What users see of it. */
  readonly node: ClusterNode;
}

/** The nodes of some slots. */
export interface ReadShard<N extends Readable> {
  /** The node that takes writes; undefined where there is none. */
  readonly primary: N | undefined;
  /** The nodes that copy it. */
  readonly replicas: readonly N[];
  /**
   * How often one of them was chosen in turn; counted up here, from 0. Each shard has its own: with one count for all,
   * calls that go to two shards by turns would find each at the same replica always.
   */
  turn: number;
}

/** Gives one of the first `count` candidates, of which there is at least one; the primary, if it is one, is the last. */
export type Select<N extends Readable> = (
  candidates: readonly N[],
  count: number,
  shard: ReadShard<N>,
  slot: number,
) => N;

/** What a user's selector does. */
export function selectOf<N extends Readable>(selector: Selector, random: Random): Select<N> {
  if (selector === "random") return (candidates, count) => candidates[Math.floor(random() * count)]!;
  if (selector === "roundRobin") return inTurn;
  if (selector === "lowestLatency") return (candidates, count) => quickest(candidates, count, random);
  if (typeof selector === "function") {
    return (candidates, count, shard, slot) => {
      // A list of its own, as the function may read, and so choose, again.
      const own = candidates.slice(0, count);
      return ofUser(selector, own, slot) ?? inTurn(own, count, shard);
    };
  }
  return (candidates, count, shard) => ofZone(selector.zone, candidates, count, shard);
}

/** The one whose turn it is. */
export function inTurn<N extends Readable>(candidates: readonly N[], count: number, shard: ReadShard<N>): N {
  return candidates[nextTurn(shard) % count]!;
}

function nextTurn(shard: ReadShard<Readable>): number {
  const { turn } = shard;
  // It stays a small integer, which engines keep in place.
  shard.turn = (turn + 1) & 0x3fff_ffff;
  return turn;
}

/** One of those with the lowest latency, by chance; one that was not measured yet counts as quicker than any. */
function quickest<N extends Readable>(candidates: readonly N[], count: number, random: Random): N {
  let best = candidates[0]!, equals = 1;
  let lowest = best.latencyMs ?? -1;
  for (let at = 1; at < count; at++) {
    const candidate = candidates[at]!;
    const latency = candidate.latencyMs ?? -1;
    if (latency > lowest) continue;
    // Each of n equals is kept with chance 1 in n when it is met, so all of them are as likely in the end.
    equals = latency === lowest ? equals + 1 : 1;
    lowest = latency;
    if (equals === 1 || random() * equals < 1) best = candidate;
  }
  return best;
}

/** A replica of the zone in turn, else the primary if it is there, else any in turn. */
function ofZone<N extends Readable>(zone: string, candidates: readonly N[], count: number, shard: ReadShard<N>): N {
  const { primary } = shard;
  let near = 0, nearPrimary = false;
  for (let at = 0; at < count; at++) {
    if (candidates[at]!.zone !== zone) continue;
    if (candidates[at] === primary) nearPrimary = true;
    else near++;
  }
  if (near === 0) return nearPrimary ? primary! : inTurn(candidates, count, shard);
  let before = nextTurn(shard) % near;
  for (let at = 0;; at++) {
    const candidate = candidates[at]!;
    if (candidate.zone === zone && before-- === 0) return candidate;
  }
}

/** What the user's function gives, if that is one of the candidates. */
function ofUser<N extends Readable>(
  selector: Extract<Selector, (...args: never[]) => unknown>,
  candidates: readonly N[],
  slot: number,
): N | undefined {
  try {
    const chosen = selector(candidates.map(({ node }) => node), slot);
    if (chosen instanceof Promise) chosen.catch(ignore);
    return candidates.find(({ name }) => name === chosen?.name);
  } catch {
    // A read is not to fail for it, and there is nobody to tell: a function that never answers shows in who is read.
    return undefined;
  }
}

function ignore(): void {}
