/**
 * Every command against real servers: four of them, each under RESP2 and RESP3, the same rows with the same replies.
 *
 * A row that a server is too old for is left out, by the version that the server says it has.
 */
import assert from "node:assert/strict";
import { type Client, connect } from "../../mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import type { Since } from "./rows.ts";
import { tables } from "./tables.ts";

const servers = new Map<ServerKind, Server>();
beforeAll(async () => {
  for (const kind of serverKinds) servers.set(kind, await startServer({ kind }));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** The version of a server, by its family: Valkey also says which Redis it is like, which does not count. */
async function versionOf(redis: Client): Promise<Since> {
  const text = await redis.info("server");
  const valkey = /^valkey_version:(\S+)/m.exec(text)?.[1];
  return valkey === undefined ? { redis: /^redis_version:(\S+)/m.exec(text)![1]! } : { valkey };
}

function knows(version: Since, since: Since | undefined): boolean {
  if (since === undefined) return true;
  const family = version.valkey === undefined ? "redis" : "valkey";
  const first = since[family];
  return first !== undefined && version[family]!.localeCompare(first, "en", { numeric: true }) >= 0;
}

for (const kind of serverKinds) {
  for (const protocol of [2, 3] as const) {
    for (const [group, { server: rows }] of tables) {
      test(`${kind} under RESP${protocol} answers the commands on ${group}`, { timeoutMs: 30_000 }, async (t) => {
        const { host, port } = servers.get(kind)!;
        const redis = await connect({ host, port, protocol });
        t.defer(() => redis.close());
        const version = await versionOf(redis);
        const failures: string[] = [];
        for (const { name, since, run, expect } of rows) {
          if (!knows(version, since)) continue;
          await redis.flushall();
          try {
            assert.deepEqual(await run(redis), expect);
          } catch (error) {
            failures.push(`${name}: ${error}`);
          }
        }
        assert.equal(failures.join("\n"), "");
      });
    }
  }
}
