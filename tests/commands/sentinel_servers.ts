/**
 * Servers for one row that a sentinel watches, started for it and stopped after it.
 *
 * @module
 */
import { type Client, connect } from "../../mod.ts";
import { type Server, startServer } from "../support/server.ts";
import { protocolOf, told, until } from "./cluster_servers.ts";

/** Who is watched, and by whom else. */
export interface Watched {
  /** The name of the primary. */
  readonly name: string;
  readonly primary: Server;
  readonly replica: Server;
  /** A second sentinel that watches them. */
  readonly other: Client;
}

// The defaults of ten and two seconds are longer than a test is to take.
const OFTEN = { "info-period": 100, "publish-period": 100, "ask-period": 100 };

/** Has the row's sentinel, and another, watch a primary with a replica, and runs `work` when they know all. */
export async function watching<T>(
  sentinel: Client,
  { kind }: Server,
  work: (watched: Watched) => Promise<T>,
): Promise<T> {
  const protocol = await protocolOf(sentinel);
  const servers: Server[] = [];
  const clients: Client[] = [];
  const start = async (...args: string[]): Promise<Server> => {
    const server = await startServer({ kind, args });
    servers.push(server);
    return server;
  };
  const reach = async ({ host, port }: Server): Promise<Client> => {
    const client = await connect({ host, port, protocol });
    clients.push(client);
    return client;
  };
  const name = "watched";
  try {
    const primary = await start("--repl-diskless-sync-delay", "0");
    const replica = await start("--replicaof", primary.host, String(primary.port));
    const data = await reach(primary);
    await until(async () => /^slave0:.*state=online/m.test(await data.info("replication")));
    const second = await startServer({ kind, sentinel: true });
    servers.push(second);
    const other = told(await reach(second), sentinel);
    for (const each of [sentinel, other]) {
      await each.sentinelDebug(OFTEN);
      await each.sentinelMonitor(name, primary.host, primary.port, 2);
    }
    await until(async () => {
      const [[seen], [peer]] = [await sentinel.sentinelReplicas(name), await sentinel.sentinelSentinels(name)];
      return seen?.masterLinkStatus === "ok" && seen.flags.length === 1 && peer?.flags.length === 1;
    });
    return await work({ name, primary, replica, other });
  } finally {
    await sentinel.sentinelRemove(name).catch(() => {});
    await sentinel.sentinelDebug({ "info-period": 10_000, "publish-period": 2_000, "ask-period": 1_000 });
    for (const client of clients) client.destroy();
    for (const server of servers) await server.stop();
  }
}
