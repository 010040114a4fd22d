/**
 * Every command against real servers: four of them, each under RESP2 and RESP3, the same rows with the same replies.
 *
 * A row that a server is too old for is left out, by the version that the server says it has.
 */
import assert from "node:assert/strict";
import { type Client, connect } from "../../mod.ts";
import { functionOf, functionsOfCommand } from "../../scripts/known_commands.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { commandEntries } from "../support/command_entries.ts";
import { Link } from "../support/link.ts";
import { serveAllSlots } from "../support/lone_cluster.ts";
import { type Server, type ServerKind, serverKinds, type ServerOptions, startServer } from "../support/server.ts";
import { coveredOn, functionsOf, knows } from "./coverage.ts";
import { observed } from "./observed.ts";
import type { RowMode, ServerRow, Since } from "./rows.ts";
import { tables } from "./tables.ts";

// DEBUG and MODULE LOAD are off by default, and a cluster of one node is to serve all slots.
const OPEN = ["--enable-debug-command", "yes", "--enable-module-command", "yes"];
const MODES: Readonly<Record<RowMode, ServerOptions>> = {
  standalone: { args: OPEN },
  fresh: { args: OPEN },
  cluster: { args: OPEN, cluster: true },
  sentinel: { sentinel: true },
};

const servers = new Map<string, Server>();
beforeAll(async () => {
  for (const kind of serverKinds) {
    for (const mode of ["standalone", "cluster", "sentinel"] as const) {
      servers.set(`${kind} ${mode}`, await startServer({ kind, ...MODES[mode] }));
    }
  }
  // A cluster of one node takes two seconds, so all of them take these together.
  await Promise.all(serverKinds.map((kind) => serveAllSlots(servers.get(`${kind} cluster`)!)));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** The version of a server, by its family: Valkey also says which Redis it is like, which does not count. */
async function versionOf({ host, port }: Server): Promise<Since> {
  const redis = await connect({ host, port });
  try {
    const text = await redis.info("server");
    const valkey = /^valkey_version:(\S+)/m.exec(text)?.[1];
    return valkey === undefined ? { redis: /^redis_version:(\S+)/m.exec(text)![1]! } : { valkey };
  } finally {
    await redis.close();
  }
}

/** Runs one row; what it opens it closes. */
async function answerOf(row: ServerRow, server: Server, protocol: 2 | 3, redis: Client): Promise<unknown> {
  if (row.on !== "sentinel") await redis.flushall();
  const called = new Set<string>();
  let answer: unknown;
  if ("run" in row) answer = await row.run(observed(redis, called), server);
  else {
    const link = await Link.open(server, protocol);
    try {
      answer = await row.link(link, protocol, server);
      for (const words of link.sent) {
        called.add(functionOf(String(words[0]))).add(functionOf(`${words[0]} ${words[1]}`));
      }
    } finally {
      await link.close();
    }
  }
  for (const name of functionsOf(row.name)) assert.ok(called.has(name), `the row never calls ${name}`);
  return answer;
}

/** Runs a row on a server of its own. */
async function freshAnswerOf(row: ServerRow, kind: ServerKind, protocol: 2 | 3): Promise<unknown> {
  const server = await startServer({ kind, ...MODES.fresh });
  try {
    const redis = await connect({ host: server.host, port: server.port, protocol });
    try {
      return await answerOf(row, server, protocol, redis);
    } finally {
      redis.destroy();
    }
  } finally {
    await server.stop();
  }
}

for (const kind of serverKinds) {
  for (const mode of ["standalone", "sentinel"] as const) {
    test(`every command of ${kind} as ${mode} has rows that run on it`, async () => {
      const version = await versionOf(servers.get(`${kind} standalone`)!);
      const rows = [...tables.values()].flatMap((table) => table.server);
      const covered = coveredOn(version, rows);
      const entries = await commandEntries(servers.get(`${kind} ${mode}`)!);
      const commands = entries.filter(({ container }) => !container).map(({ name }) => name);
      assert.ok(commands.length > 20);
      assert.deepEqual(commands.filter((name) => !functionsOfCommand(name).every((own) => covered.has(own))), []);
    });
  }

  for (const protocol of [2, 3] as const) {
    for (const [group, { server: rows }] of tables) {
      if (rows.length === 0) continue;
      test(`${kind} under RESP${protocol} answers the commands on ${group}`, { timeoutMs: 60_000 }, async (t) => {
        const version = await versionOf(servers.get(`${kind} standalone`)!);
        const clients = new Map<RowMode, Client>();
        const failures: string[] = [];
        for (const row of rows) {
          if (!knows(version, row.since)) continue;
          const mode = row.on ?? "standalone";
          try {
            let answer: unknown;
            if (mode === "fresh") answer = await freshAnswerOf(row, kind, protocol);
            else {
              const server = servers.get(`${kind} ${mode}`)!;
              let redis = clients.get(mode);
              if (redis === undefined) {
                redis = await connect({ host: server.host, port: server.port, protocol });
                t.defer(redis.close.bind(redis));
                clients.set(mode, redis);
              }
              answer = await answerOf(row, server, protocol, redis);
            }
            assert.deepEqual(answer, row.expect);
          } catch (error) {
            failures.push(`${row.name}: ${error}`);
          }
        }
        assert.equal(failures.join("\n"), "");
      });
    }
  }
}
