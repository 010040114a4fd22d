/**
 * Nodes of a cluster for one row, started for it and stopped after it.
 *
 * @module
 */
import { type Client, connect } from "../../mod.ts";
import { type Server, startServer } from "../support/server.ts";

/** A node. */
export interface Node {
  readonly redis: Client;
  readonly server: Server;
  /** The port for other nodes. */
  readonly busPort: number;
}

/** Waits until something is so. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error(`Cannot wait any longer until ${condition}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** The protocol that a client speaks. */
export async function protocolOf(redis: Client): Promise<2 | 3> {
  return (await redis.clientInfo()).resp === "3" ? 3 : 2;
}

/** A client that tells the row's own of each command it is called for, as that one is asked what the row has called. */
export function told(redis: Client, row: Client): Client {
  return new Proxy(redis, {
    get(target, name) {
      void Reflect.get(row, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Runs `work` on nodes that have no slots and do not know each other, of the kind and protocol of the row. */
export async function withNodes<T>(
  count: number,
  redis: Client,
  { kind }: Server,
  work: (...nodes: Node[]) => Promise<T>,
): Promise<T> {
  const protocol = await protocolOf(redis);
  const nodes: Node[] = [];
  const servers: Server[] = [];
  try {
    for (let i = 0; i < count; i++) {
      // A replica is among the slots' nodes once it has got something, by default a ping after ten seconds.
      const args = ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"];
      const server = await startServer({ kind, cluster: true, args });
      servers.push(server);
      const own = await connect({ host: server.host, port: server.port, protocol });
      nodes.push({ redis: told(own, redis), server, busPort: server.busPort! });
    }
    return await work(...nodes);
  } finally {
    for (const node of nodes) node.redis.destroy();
    for (const server of servers) await server.stop();
  }
}

/** Makes two nodes know each other, the first with all slots, and gives their ids. */
export async function join(first: Node, second: Node): Promise<[string, string]> {
  await first.redis.clusterAddslotsrange({ start: 0, end: 8191 }, [8192, 16383]);
  await second.redis.clusterMeet(first.server.host, first.server.port, first.busPort);
  for (const { redis } of [first, second]) {
    await until(async () => {
      const nodes = await redis.clusterNodes();
      return nodes.length === 2 &&
        nodes.every(({ flags, slots, linkState }) =>
          linkState === "connected" && !flags.includes("handshake") && (slots.length > 0 || flags.length > 0)
        );
    });
  }
  // The second knows the slots of the first by its next message.
  await until(async () => (await second.redis.clusterInfo()).clusterState === "ok");
  return [await first.redis.clusterMyid(), await second.redis.clusterMyid()];
}
