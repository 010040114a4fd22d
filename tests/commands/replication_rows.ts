/** Rows of the commands on replication. */
import { connect } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { Role } from "../../src/commands/mod.ts";
import { startServer } from "../support/server.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["failover", () => c.failover(), ["FAILOVER"]],
  ["failover with no option", () => c.failover({}), ["FAILOVER"]],
  ["failover to", () => c.failover({ to: { host: "h", port: 0 } }), ["FAILOVER", "TO", "h", 0]],
  [
    "failover to, force and timeout 0",
    () => c.failover({ to: { host: "h", port: 1, force: true }, timeout: 0 }),
    ["FAILOVER", "TO", "h", 1, "FORCE", "TIMEOUT", 0],
  ],
  ["failover timeout", () => c.failover({ timeout: 5, abort: false }), ["FAILOVER", "TIMEOUT", 5]],
  ["failover abort", () => c.failover({ abort: true }), ["FAILOVER", "ABORT"]],
  ["replicaof", () => c.replicaof("h", 1), ["REPLICAOF", "h", 1]],
  ["replicaof no one", () => c.replicaof("NO", "ONE"), ["REPLICAOF", "NO", "ONE"]],
  ["role", () => c.role(), ["ROLE"]],
  ["slaveof", () => c.slaveof("h", 1), ["SLAVEOF", "h", 1]],
  ["slaveof no one", () => c.slaveof("NO", "ONE"), ["SLAVEOF", "NO", "ONE"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "failover abort and to",
    () => c.failover({ abort: true, to: { host: "h", port: 1 } }),
    "Cannot send FAILOVER: the options abort and to exclude each other",
  ],
  [
    "failover abort and timeout",
    () => c.failover({ abort: true, timeout: 0 }),
    "Cannot send FAILOVER: the options abort and timeout exclude each other",
  ],
];

/** Waits until a server has a role that is as it should be, and gives it. */
async function roleWhen<Wanted extends Role>(
  redis: { role(): Promise<Role> },
  isIt: (role: Role) => role is Wanted,
): Promise<Wanted> {
  for (;;) {
    const role = await redis.role();
    if (isIt(role)) return role;
    await new Promise((done) => setTimeout(done, 10));
  }
}

function hasReplica(role: Role): role is c.MasterRole {
  return role.role === "master" && role.replicas.length > 0;
}

function isConnected(role: Role): role is c.ReplicaRole {
  return role.role === "slave" && role.state === "connected";
}

export const server: readonly ServerRow[] = [
  {
    name: "failover",
    on: "fresh",
    run: async (r, { kind, host, port }) => {
      const other = await startServer({ kind });
      const replica = await connect({ host: other.host, port: other.port });
      try {
        await r.configSet({ "repl-diskless-sync-delay": 0 });
        await replica.replicaof(host, port);
        await roleWhen(replica, isConnected);
        await roleWhen(r, hasReplica);
        const started = await r.failover({ to: { host: other.host, port: other.port, force: true }, timeout: 10_000 });
        const now = await roleWhen(r, isConnected);
        return [started, now.port === other.port, (await replica.role()).role];
      } finally {
        replica.destroy();
        await other.stop();
      }
    },
    expect: ["OK", true, "master"],
  },
  {
    name: "failover without a replica",
    run: (r) =>
      Promise.all([r.failover(), r.failover({ abort: true })].map((reply) => reply.catch((error) => error.reply))),
    expect: ["ERR FAILOVER requires connected replicas.", "ERR No failover in progress."],
  },
  {
    name: "replicaof, role",
    on: "fresh",
    run: async (r, { kind, port }) => {
      const other = await startServer({ kind });
      const master = await connect({ host: other.host, port: other.port });
      try {
        await master.configSet({ "repl-diskless-sync-delay": 0 });
        const became = [await r.replicaof(other.host, other.port), await r.replicaof(other.host, other.port)];
        const asReplica = await roleWhen(r, isConnected);
        const { replicas, offset } = await roleWhen(master, hasReplica);
        return [
          became.map((reply) => reply.startsWith("OK")),
          { ...asReplica, port: asReplica.port === other.port, offset: typeof asReplica.offset },
          replicas.map((replica) => ({ ...replica, port: replica.port === port, offset: typeof replica.offset })),
          typeof offset,
          await r.replicaof("NO", "ONE"),
          (await r.role()).role,
        ];
      } finally {
        master.destroy();
        await other.stop();
      }
    },
    expect: [
      [true, true],
      { role: "slave", host: "127.0.0.1", port: true, state: "connected", offset: "number" },
      [{ host: "127.0.0.1", port: true, offset: "number" }],
      "number",
      "OK",
      "master",
    ],
  },
  {
    name: "role of a master, under every view",
    run: async (r) =>
      (await Promise.all([r.role(), r.bytes.role(), r.bigints.role()])).map((role) =>
        role.role === "master" ? [typeof role.offset, role.replicas] : role
      ),
    expect: [["number", []], ["number", []], ["number", []]],
  },
  { name: "role of a sentinel", on: "sentinel", run: (r) => r.role(), expect: { role: "sentinel", primaryNames: [] } },
  {
    name: "slaveof",
    on: "fresh",
    run: async (r, { host }) => {
      const became = await r.slaveof(host, 1);
      const role = await r.role();
      return [became, role.role === "slave" && [role.host, role.port, role.offset], await r.slaveof("NO", "ONE")];
    },
    expect: ["OK", ["127.0.0.1", 1, -1], "OK"],
  },
];
