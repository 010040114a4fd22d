/**
 * What a cluster looks like now, from what its nodes say.
 *
 * Several nodes are asked side by side, over connections that are there, and the view that most of them share counts.
 * Where one is asked to see whether anything has changed, another is asked too when the first does not answer quickly:
 * a node that hangs costs a moment and not the time of a call. Seeds are dialled anew, so that host names are looked up
 * again.
 *
 * @module
 */
import { ConnectionError, ReplyError, TimeoutError } from "../errors.ts";
import { clusterShards, clusterSlots } from "../commands/cluster.ts";
import type { NodeAddress, Topology } from "../routing/topology.ts";
import { type ReadingContext, topologyOfShards, topologyOfSlots } from "../routing/topology_reply.ts";
import { chooseView } from "../routing/views.ts";
import { type CallOptions, PLAIN_CALL } from "../sender.ts";
import type { Clock, Random } from "../stream.ts";
import type { Member } from "./member.ts";

/** How to ask. */
export interface DiscoverySettings {
  /** Whether nodes are dialled by TLS, which has a port of its own. */
  tls: boolean;
  /** Where addresses that servers tell are to be dialled. */
  addressMap: (address: NodeAddress) => NodeAddress;
  /** Time. */
  clock: Clock;
  /** Chance. */
  random: Random;
}

/** Most nodes that are asked at once: enough for a majority to mean something, and few for a large cluster. */
const MOST_ASKED = 10;
/** Milliseconds that a node has to say what it knows. */
const ANSWER_MS = 2_000;
/** Milliseconds after which another node is asked too. */
const HEDGE_MS = 200;
/** Milliseconds that the others have once one has answered. */
const GRACE_MS = 300;

/** Asks nodes for the topology. */
export class Discovery {
  readonly #settings: DiscoverySettings;
  // Servers before 7.0 know no SHARDS.
  #shards = true;
  // Ends what is being asked.
  #end = (): void => {};

  /** Takes how to ask. */
  constructor(settings: DiscoverySettings) {
    this.#settings = settings;
  }

  /** Waits for no more answers. */
  stop(): void {
    this.#end();
  }

  /** The view of the first of these nodes that answers. */
  async first(members: readonly Member[]): Promise<Topology> {
    return (await this.#gather(shuffled(members, this.#settings.random), 1, HEDGE_MS, 0))[0];
  }

  /** The view that most of these nodes share; up to so many are asked. */
  async majority(members: readonly Member[]): Promise<Topology> {
    const asked = shuffled(members, this.#settings.random).slice(0, MOST_ASKED);
    return chooseView(await this.#gather(asked, asked.length, ANSWER_MS, GRACE_MS))!;
  }

  /**
   * Asks `atOnce` of them, another one whenever one fails or `hedgeMs` have gone by, and gives the views that have come
   * `graceMs` after the first.
   */
  #gather(members: readonly Member[], atOnce: number, hedgeMs: number, graceMs: number): Promise<Topology[]> {
    const { clock } = this.#settings;
    const queue = [...members];
    const views: Topology[] = [];
    const failures: unknown[] = [];
    let asked = 0;
    return new Promise((resolve, reject) => {
      let cancel = (): void => {};
      let over = false;
      const end = this.#end = (): void => {
        if (over) return;
        over = true;
        cancel();
        if (views.length > 0) resolve(views);
        else reject(nobodyAnswered(members, failures));
      };
      const settled = (): void => {
        asked--;
        if (over) return;
        if (views.length > 0 && (graceMs === 0 || asked === 0)) return end();
        if (views.length === 0 && queue.length > 0) return next();
        if (asked === 0) end();
      };
      const next = (): void => {
        const member = queue.shift();
        if (member === undefined || over) return;
        asked++;
        this.#ask(member).then((view) => {
          views.push(view);
          if (views.length === 1 && graceMs > 0 && !over) {
            cancel();
            cancel = clock.after(graceMs, end);
          }
          settled();
        }, (error) => {
          failures.push(error);
          settled();
        });
      };
      const hedge = (): void => {
        if (over || views.length > 0 || queue.length === 0) return;
        next();
        cancel = clock.after(hedgeMs, hedge);
      };
      for (let i = 0; i < atOnce; i++) next();
      if (asked === 0) end();
      else if (queue.length > 0) cancel = clock.after(hedgeMs, hedge);
    });
  }

  /** Waits until a node can be asked, no longer than it has to answer. */
  async #connected({ name, endpoint }: Member): Promise<void> {
    let cancel = (): void => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#settings.clock.after(ANSWER_MS, () => {
        reject(new TimeoutError(`Cannot connect to "${name}": no answer within ${ANSWER_MS} ms`));
      });
    });
    try {
      await Promise.race([endpoint.connect(), late]);
    } finally {
      cancel();
    }
  }

  /** What one node says. */
  async #ask(member: Member): Promise<Topology> {
    const { tls, addressMap } = this.#settings;
    const { host, port } = member.told;
    const context: ReadingContext = { dialled: { host, port }, tls, map: addressMap };
    if (!member.endpoint.ready) await this.#connected(member);
    const how: CallOptions = { ...PLAIN_CALL, timeoutMs: ANSWER_MS, attempts: 1, node: member.name };
    if (this.#shards) {
      try {
        return withSlots(topologyOfShards(await member.endpoint.send(clusterShards(), how), context), member);
      } catch (error) {
        if (!(error instanceof ReplyError) || !/unknown (sub)?command|NOPERM/i.test(error.reply)) throw error;
        this.#shards = /NOPERM/.test(error.reply);
      }
    }
    return withSlots(topologyOfSlots(await member.endpoint.send(clusterSlots(), how), context), member);
  }
}

/** The same in an order by chance. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** A node that knows of no slots has been reset, or has just been started: what it says is no view of the cluster. */
function withSlots(view: Topology, member: Member): Topology {
  if (view.covered > 0) return view;
  throw new ConnectionError(`Cannot learn of the cluster from "${member.name}": it knows of no slots`);
}

function nobodyAnswered(members: readonly Member[], failures: readonly unknown[]): ConnectionError {
  const names = members.slice(0, 5).map(({ name }) => `"${name}"`).join(", ");
  const rest = members.length > 5 ? ` and ${members.length - 5} more` : "";
  const [first] = failures;
  const why = first instanceof Error ? `: ${first.message}` : "";
  return new ConnectionError(`Cannot learn of the cluster from ${names || "any node"}${rest}${why}`, { cause: first });
}
