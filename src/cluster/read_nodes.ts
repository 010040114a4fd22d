/**
 * Which node of a shard a read goes to.
 *
 * A node is fit when the cluster says that it is online, its connection is not down, and it is not further behind its
 * primary than allowed; where an offset is not known, the node is taken to be up to date. What the mode makes of that:
 *
 * | mode               | first               | then               | else                        |
 * | ------------------ | ------------------- | ------------------ | --------------------------- |
 * | `primary`          | the primary         |                    |                             |
 * | `primaryPreferred` | the primary, if fit | a fit replica      | the primary, a replica      |
 * | `replica`          | a fit replica       |                    | the replica that is best    |
 * | `replicaPreferred` | a fit replica       |                    | the primary, a replica      |
 * | `any`              | a fit node          |                    | the primary, a replica      |
 *
 * The best of those that are not fit is one that is only behind, else one to be dialled again, else one that reads its
 * data, else one that failed. Undefined comes back only for a shard without any node that the mode allows.
 *
 * Connections: among fit nodes those that are connected serve, and the others are not given a read that would wait for
 * their dialling, or fail with it. So that they come to serve too, each choice that passes over such a node hands it to
 * `warm`, which is to open its connection and does nothing when that is on its way. Only where no fit node is
 * connected, as at the first read, is one chosen that has to be dialled.
 *
 * This runs for every read: it allocates nothing, except for a selector that is a function of the user's. Two lists
 * are used again for each choice; they keep the last candidates from being freed until the next.
 *
 * @module
 */
import type { ReadFrom, Selector } from "../cluster_options.ts";
import { type Command, specialCommand } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import type { Random } from "../stream.ts";
import { inTurn, type Readable, type ReadShard, type Select, selectOf } from "./selectors.ts";

export type { Readable, ReadShard } from "./selectors.ts";

/** Lets a replica serve reads over a connection, whichever connection that comes to be. */
export const READONLY: Command<string> = /* @__PURE__ */ specialCommand(["READONLY"], status, {
  kind: "standing",
  sets: "readonly",
  undone: false,
});

/** How nodes are chosen. */
export interface ReadNodesOptions<N extends Readable> {
  /** Which nodes of a shard serve reads. */
  readonly readFrom: ReadFrom;
  /** Which one of those that are fit. */
  readonly selector: Selector;
  /** How many bytes a replica may be behind its primary; undefined for any. */
  readonly maxReplicaLagBytes: number | undefined;
  /** Where chance comes from. */
  readonly random: Random;
  /** Opens the connection of a node that is fit and was passed over since it has none; called again until it is there. */
  readonly warm: (node: N) => void;
}

/** Chooses the nodes that reads go to. */
export class ReadNodes<N extends Readable> {
  readonly #readFrom: ReadFrom;
  readonly #maxLag: number;
  readonly #select: Select<N>;
  readonly #warm: (node: N) => void;
  // Fit nodes that are connected, and that are not yet; what is behind the counts is of choices before.
  readonly #ready: N[] = [];
  readonly #cold: N[] = [];
  #readyCount = 0;
  #coldCount = 0;

  constructor({ readFrom, selector, maxReplicaLagBytes, random, warm }: ReadNodesOptions<N>) {
    this.#readFrom = readFrom;
    this.#maxLag = maxReplicaLagBytes ?? Infinity;
    this.#select = selectOf(selector, random);
    this.#warm = warm;
  }

  /** The node for a read of a slot, by `readFrom` where that is given; undefined when the shard has none for it. */
  choose(shard: ReadShard<N>, slot: number, readFrom: ReadFrom = this.#readFrom): N | undefined {
    const { primary } = shard;
    if (readFrom === "primary") return primary;
    if (readFrom === "primaryPreferred" && primary !== undefined && isUp(primary)) return primary;
    this.#collect(shard, readFrom === "any");
    if (this.#readyCount > 0) {
      for (let at = 0; at < this.#coldCount; at++) this.#warm(this.#cold[at]!);
      return this.#select(this.#ready, this.#readyCount, shard, slot);
    }
    if (this.#coldCount > 0) return this.#select(this.#cold, this.#coldCount, shard, slot);
    return readFrom !== "replica" && primary !== undefined ? primary : this.#bestReplica(shard);
  }

  /** Finds the fit nodes, the primary last. */
  #collect({ primary, replicas }: ReadShard<N>, withPrimary: boolean): void {
    this.#readyCount = this.#coldCount = 0;
    // Not a number where that is not known: it is behind nothing and nothing is behind it.
    const newest = primary?.offset ?? NaN;
    for (let at = 0; at < replicas.length; at++) {
      const replica = replicas[at]!;
      if (isUp(replica) && !(newest - (replica.offset ?? NaN) > this.#maxLag)) this.#add(replica);
    }
    if (withPrimary && primary !== undefined && isUp(primary)) this.#add(primary);
  }

  #add(node: N): void {
    if (node.state === "ready") this.#ready[this.#readyCount++] = node;
    else this.#cold[this.#coldCount++] = node;
  }

  /** Of replicas none of which is fit, one of the best, in turn. */
  #bestReplica(shard: ReadShard<N>): N | undefined {
    const { replicas } = shard;
    let best = -1, count = 0;
    for (let at = 0; at < replicas.length; at++) {
      const worth = worthOf(replicas[at]!);
      if (worth < best) continue;
      if (worth > best) count = 0;
      best = worth;
      this.#cold[count++] = replicas[at]!;
    }
    return count === 0 ? undefined : inTurn(this.#cold, count, shard);
  }
}

function isUp({ health, state }: Readable): boolean {
  return health === "online" && state !== "down";
}

/** How much is to be hoped for from a node that is not fit; more is better. */
function worthOf({ health, state }: Readable): number {
  if (health === "fail") return 0;
  if (health === "loading") return 1;
  if (state === "down") return 2;
  return state === "unknown" ? 3 : 4;
}
