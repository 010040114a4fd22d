/**
 * Real clusters for tests: three primaries and three replicas, or other counts, on loopback ports.
 *
 * A cluster is whole when `startCluster` gives it: every node knows all others, serves, and lists every replica with an
 * offset. Nearly all of the time that takes is the two seconds for which a primary that has just started refuses to
 * serve; the nodes meet and replicas copy meanwhile. What is asked of the nodes goes over connections of the tests' own.
 *
 * Limits: who kills, freezes or fails over nodes starts a cluster of its own, as others of the file would meet what is
 * left. A primary without `persistent` that is started again before a replica took over is empty, and so is its shard.
 * From when a primary counts as failed until it has an heir the other shards refuse too, as servers do by themselves,
 * unless `args` has `--cluster-require-full-coverage no`.
 *
 * @module
 */
import { afterAll, beforeAll } from "./harness.ts";
import { RealNode } from "./real_node.ts";
import type { ServerKind, ServerOptions } from "./server.ts";
import { until } from "./until.ts";

/** How to start a cluster. */
export interface ClusterOptions extends Pick<ServerOptions, "kind" | "args" | "tls" | "password"> {
  /** How many nodes have slots, shared evenly; 3 when absent. */
  primaries?: number;
  /** How many nodes copy them, one primary after the other; as many as primaries when absent. */
  replicas?: number;
  /** Milliseconds without an answer after which a node counts as failed; 1,000 when absent. */
  nodeTimeoutMs?: number;
  /** How many databases there are, for Valkey 9; one when absent. */
  databases?: number;
  /** Keeps data over restarts. */
  persistent?: boolean;
  /**
   * The certificate that nodes show each other, with its key: paths of PEM files. Their bus, replication and migrations
   * are over TLS then, without which Redis 7.0 tells no TLS ports.
   */
  busTls?: { cert: string; key: string };
}

/** How many slots a cluster has. */
export const SLOTS = 16_384;

const SETTLE_MS = 20_000;
// A replica stands for election however old its data are, and none moves to another shard by itself; one has an offset,
// without which it is not listed, as soon as it may.
const ARGUMENTS = [
  ...["--cluster-replica-validity-factor", "0", "--cluster-allow-replica-migration", "no"],
  ...["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", "--repl-timeout", "5"],
];

/** A cluster. */
export class RealCluster {
  /** All its nodes, in the order in which they were started, primaries first. */
  readonly nodes: readonly RealNode[];

  constructor(nodes: readonly RealNode[]) {
    this.nodes = nodes;
  }

  /** The URLs of all nodes as they are now. */
  get seeds(): string[] {
    return this.nodes.map(({ server }) => server.url);
  }

  /** The URLs of their TLS ports. */
  get tlsSeeds(): string[] {
    return this.nodes.map(({ server: { url, port, tlsPort } }) =>
      url.replace(/^redis:/, "rediss:").replace(`:${port}`, `:${tlsPort}`)
    );
  }

  /** The nodes whose processes can answer. */
  get running(): RealNode[] {
    return this.nodes.filter(({ state }) => state === "running");
  }

  /** The running nodes that have slots, as they say themselves. */
  async primaries(): Promise<RealNode[]> {
    const selves = await this.#selves();
    return selves.filter(([, self]) => self.primaryId === undefined && self.slots.length > 0).map(([node]) => node);
  }

  /** The running nodes that copy others, as they say themselves. */
  async replicas(): Promise<RealNode[]> {
    return (await this.#selves()).filter(([, self]) => self.primaryId !== undefined).map(([node]) => node);
  }

  /** The running node that has a slot; of two who claim it the one with the greater epoch. */
  async primaryOf(slot: number): Promise<RealNode> {
    const owners = (await this.#selves()).filter(([, self]) =>
      self.primaryId === undefined && self.slots.some(([first, last]) => first <= slot && slot <= last)
    );
    if (owners.length === 0) throw new Error(`Cannot find a primary of slot ${slot}: no running node has it`);
    return owners.reduce((best, next) => next[1].epoch > best[1].epoch ? next : best)[0];
  }

  /** A running replica of a node, which itself need not run. */
  async replicaOf(primary: RealNode): Promise<RealNode> {
    const found = (await this.#selves()).find(([, self]) => self.primaryId === primary.id);
    if (found === undefined) throw new Error(`Cannot find a replica of ${primary.name}: no running node is one`);
    return found[0];
  }

  /** The slot of a key, by the servers' own word. */
  async slotOf(key: string): Promise<number> {
    return await this.running[0].command("CLUSTER", "KEYSLOT", key) as number;
  }

  /** Sends a command to every running node. */
  async everywhere(...words: (string | number)[]): Promise<void> {
    await Promise.all(this.running.map((node) => node.command(...words)));
  }

  /** Asks a replica to take over: together with its primary, without it (FORCE), or without a vote (TAKEOVER). */
  async failover(replica: RealNode, mode?: "FORCE" | "TAKEOVER"): Promise<void> {
    await replica.command("CLUSTER", "FAILOVER", ...(mode ? [mode] : []));
  }

  /** Waits until a node takes itself for a primary with slots and serves. */
  async untilPrimary(node: RealNode): Promise<void> {
    await until(async () => {
      const self = await node.self();
      if (self.primaryId !== undefined || self.slots.length === 0) return `${node.name} is no primary`;
      const state = await node.field("cluster_state", "CLUSTER", "INFO");
      return state === "ok" ? undefined : `${node.name} does not serve`;
    }, SETTLE_MS);
  }

  /** Waits until all running nodes serve and say the same: who is there, who has which slots, who copies whom. */
  async untilSettled(): Promise<void> {
    await until(() => this.#unsettled(), SETTLE_MS);
  }

  /** Starts a node again, also on new ports, which the others are told, and waits until all agree. */
  async restart(node: RealNode, options?: { newPorts?: boolean }): Promise<void> {
    await node.restart(options);
    await this.#meet([node]);
    await this.untilSettled();
  }

  /** Ends all nodes at once, starts all again, and waits until all agree. */
  async restartAll(options?: { newPorts?: boolean }): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await Promise.all(this.nodes.map((node) => node.restart(options)));
    await this.#meet(this.nodes);
    await this.untilSettled();
  }

  /** Ends all nodes, also those that are frozen; safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** Has nodes that are in no cluster become one. */
  async form(primaries: number): Promise<void> {
    await Promise.all(this.nodes.map((node, index) => node.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1)));
    const share = SLOTS / primaries;
    await Promise.all(
      this.nodes.slice(0, primaries).map((node, index) => {
        const [first, next] = [Math.round(index * share), Math.round((index + 1) * share)];
        return node.command("CLUSTER", "ADDSLOTSRANGE", first, next - 1);
      }),
    );
    await this.#meet(this.nodes);
    await Promise.all(
      this.nodes.slice(primaries).map((replica, index) => {
        const primary = this.nodes[index % primaries];
        return until(async () => {
          const known = (await replica.knows()).find(({ id }) => id === primary.id);
          if (known === undefined) return `${replica.name} does not know ${primary.name}`;
          await replica.command("CLUSTER", "REPLICATE", primary.id);
        }, SETTLE_MS);
      }),
    );
    await this.untilSettled();
  }

  /** Has every running node meet each of these at its address of now. */
  async #meet(nodes: readonly RealNode[]): Promise<void> {
    await Promise.all(nodes.map(async (met) => {
      for (const node of this.running) {
        if (node !== met) await node.command("CLUSTER", "MEET", met.host, met.port, met.server.busPort!);
      }
    }));
  }

  #selves(): Promise<(readonly [RealNode, Awaited<ReturnType<RealNode["self"]>>])[]> {
    return Promise.all(this.running.map(async (node) => [node, await node.self()] as const));
  }

  /** Why the running nodes do not agree; undefined when they do. */
  async #unsettled(): Promise<string | undefined> {
    const views = await Promise.all(this.running.map(async (node) => {
      const state = await node.field("cluster_state", "CLUSTER", "INFO");
      const lines = await node.knows();
      return { node, state, lines, served: servedBy(await node.command("CLUSTER", "SLOTS")) };
    }));
    for (const { node, state, lines, served } of views) {
      if (state !== "ok") return `${node.name} says that the cluster is ${state}`;
      for (const { node: other, lines: own } of views) {
        const line = lines.find(({ id }) => id === other.id);
        const self = own.find(({ id }) => id === other.id)!;
        if (line === undefined) return `${node.name} does not know ${other.name}`;
        if (!line.linked || line.flags.some((flag) => /^(fail\??|handshake|noaddr)$/.test(flag))) {
          return `${node.name} says that ${other.name} is ${line.flags} and ${line.linked ? "" : "not "}connected`;
        }
        if (line.primaryId !== self.primaryId) return `${node.name} does not know what ${other.name} is`;
        if (String(line.slots) !== String(self.slots)) return `${node.name} does not know the slots of ${other.name}`;
        // Who takes slots without having heard of the greatest epoch takes none of its own, and may be overruled.
        if (line.epoch !== self.epoch) {
          return `${node.name} knows an old epoch of ${other.name}`;
        }
        // A replica is listed once it has an offset.
        const serves = self.primaryId !== undefined || self.slots.length > 0;
        if (serves && !served.has(other.id)) return `${node.name} does not list ${other.name}`;
      }
    }
  }
}

/** The ids of those who are listed in a reply of CLUSTER SLOTS. */
function servedBy(reply: unknown): Set<string> {
  const ranges = reply as [number, number, ...[string, number, string][]][];
  return new Set(ranges.flatMap(([, , ...nodes]) => nodes.map(([, , id]) => id)));
}

/** Starts a cluster and waits until it is whole. */
export async function startCluster(options: ClusterOptions = {}): Promise<RealCluster> {
  const { primaries = 3, replicas = primaries, nodeTimeoutMs = 1_000, databases, persistent, busTls } = options;
  const words = [...ARGUMENTS, "--cluster-node-timeout", String(nodeTimeoutMs)];
  if (databases !== undefined) words.push("--cluster-databases", String(databases));
  if (options.password !== undefined) words.push("--masterauth", options.password);
  if (persistent) words.push("--appendonly", "yes");
  if (busTls) {
    words.push("--tls-cluster", "yes", "--tls-replication", "yes");
    words.push("--tls-client-cert-file", busTls.cert, "--tls-client-key-file", busTls.key);
  }
  const started = await Promise.allSettled(
    Array.from(
      { length: primaries + replicas },
      () => RealNode.start({ ...options, args: [...words, ...options.args ?? []] }, busTls !== undefined),
    ),
  );
  const nodes = started.flatMap((outcome) => outcome.status === "fulfilled" ? [outcome.value] : []);
  const cluster = new RealCluster(nodes);
  try {
    for (const outcome of started) if (outcome.status === "rejected") throw outcome.reason;
    await cluster.form(primaries);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** One cluster for all tests of a file, which none of them may damage. */
export function sharedCluster(kind: ServerKind, options: ClusterOptions = {}): () => RealCluster {
  let cluster: RealCluster | undefined;
  beforeAll(async () => {
    cluster = await startCluster({ ...options, kind });
  });
  afterAll(() => cluster?.stop());
  return () => cluster!;
}
