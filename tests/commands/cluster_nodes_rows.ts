/** Rows of the commands that change the nodes of a cluster. */
import * as c from "../../src/commands/mod.ts";
import { join, until, withNodes } from "./cluster_servers.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["clusterBumpepoch", () => c.clusterBumpepoch(), ["CLUSTER", "BUMPEPOCH"]],
  ["clusterCountFailureReports", () => c.clusterCountFailureReports("id"), ["CLUSTER", "COUNT-FAILURE-REPORTS", "id"]],
  ["clusterFailover", () => c.clusterFailover(), ["CLUSTER", "FAILOVER"]],
  ["clusterFailover no option", () => c.clusterFailover({ force: false }), ["CLUSTER", "FAILOVER"]],
  ["clusterFailover force", () => c.clusterFailover({ force: true }), ["CLUSTER", "FAILOVER", "FORCE"]],
  ["clusterFailover takeover", () => c.clusterFailover({ takeover: true }), ["CLUSTER", "FAILOVER", "TAKEOVER"]],
  ["clusterForget", () => c.clusterForget("id"), ["CLUSTER", "FORGET", "id"]],
  ["clusterMeet", () => c.clusterMeet("::1", 7000), ["CLUSTER", "MEET", "::1", 7000]],
  ["clusterMeet busPort", () => c.clusterMeet("::1", 7000, 0), ["CLUSTER", "MEET", "::1", 7000, 0]],
  ["clusterReplicate", () => c.clusterReplicate("id"), ["CLUSTER", "REPLICATE", "id"]],
  ["clusterReplicate no one", () => c.clusterReplicate("NO", "ONE"), ["CLUSTER", "REPLICATE", "NO", "ONE"]],
  ["clusterReset", () => c.clusterReset(), ["CLUSTER", "RESET"]],
  ["clusterReset no option", () => c.clusterReset({}), ["CLUSTER", "RESET"]],
  ["clusterReset hard", () => c.clusterReset({ hard: true }), ["CLUSTER", "RESET", "HARD"]],
  ["clusterReset soft", () => c.clusterReset({ hard: false, soft: true }), ["CLUSTER", "RESET", "SOFT"]],
  ["clusterSaveconfig", () => c.clusterSaveconfig(), ["CLUSTER", "SAVECONFIG"]],
  ["clusterSetConfigEpoch", () => c.clusterSetConfigEpoch(0), ["CLUSTER", "SET-CONFIG-EPOCH", 0]],
  ["clusterSetConfigEpoch bigint", () => c.clusterSetConfigEpoch(1n), ["CLUSTER", "SET-CONFIG-EPOCH", 1n]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "clusterFailover force and takeover",
    () => c.clusterFailover({ force: true, takeover: true }),
    "Cannot send CLUSTER FAILOVER: the options force and takeover exclude each other",
  ],
  [
    "clusterReset hard and soft",
    () => c.clusterReset({ hard: true, soft: true }),
    "Cannot send CLUSTER RESET: the options hard and soft exclude each other",
  ],
];

const replyOf = (error: { reply: unknown }): unknown => error.reply;

export const server: readonly ServerRow[] = [
  {
    name: "clusterBumpepoch, clusterSetConfigEpoch, clusterSaveconfig, clusterReset of a node alone",
    on: "cluster",
    run: (r, server) =>
      withNodes(1, r, server, async ({ redis }) => {
        const id = await redis.clusterMyid();
        const replies = [
          await redis.clusterSetConfigEpoch(3n),
          await redis.clusterSetConfigEpoch(9).catch(replyOf),
          await redis.clusterSaveconfig(),
          await redis.clusterBumpepoch(),
          await redis.clusterReset(),
          await redis.clusterReset({ soft: true }),
          await redis.clusterMyid() === id,
          await redis.clusterReset({ hard: true }),
          await redis.clusterMyid() === id,
          await redis.bytes.clusterBumpepoch(),
        ];
        return replies;
      }),
    expect: [
      "OK",
      "ERR Node config epoch is already non-zero",
      "OK",
      { bumped: false, epoch: 3 },
      "OK",
      "OK",
      true,
      "OK",
      false,
      { bumped: true, epoch: 1 },
    ],
  },
  {
    name: "clusterCountFailureReports",
    on: "cluster",
    run: async (r) => {
      const id = await r.clusterMyid();
      return [await r.clusterCountFailureReports(id), await r.bigints.clusterCountFailureReports(id)];
    },
    expect: [0, 0n],
  },
  {
    name: "clusterFailover of a primary, which it refuses",
    on: "cluster",
    run: async (r) => [
      await r.clusterFailover().catch(replyOf),
      await r.clusterFailover({ force: true }).catch(replyOf),
      await r.clusterFailover({ takeover: true }).catch(replyOf),
    ],
    expect: Array(3).fill("ERR You should send CLUSTER FAILOVER to a replica"),
  },
  {
    name: "clusterForget of a node that is not known, and of the node itself",
    on: "cluster",
    run: async (r) => [
      await r.clusterForget("unknown").catch(replyOf),
      await r.clusterForget(await r.clusterMyid()).catch(() => "refused"),
    ],
    expect: ["ERR Unknown node unknown", "refused"],
  },
  {
    name: "clusterMeet, clusterReplicate, clusterFailover, clusterForget between two nodes",
    on: "cluster",
    run: (r, server) =>
      withNodes(2, r, server, async (first, second) => {
        const [one, other] = await join(first, second);
        const replies: unknown[] = [await second.redis.clusterReplicate(one)];
        await until(async () => (await first.redis.clusterReplicas(one)).length === 1);
        replies.push(await second.redis.clusterFailover({ takeover: true }));
        await until(async () => {
          const mine = (await first.redis.clusterNodes()).find(({ flags }) => flags.includes("myself"));
          return mine?.primary === other;
        });
        const [range] = await first.redis.clusterSlots();
        replies.push(range!.primary.id === other);
        replies.push(await second.redis.clusterForget(one), (await second.redis.clusterNodes()).length);
        return replies;
      }),
    expect: ["OK", "OK", true, "OK", 1],
  },
  {
    name: "clusterReplicate of itself and of a node that is not known",
    on: "cluster",
    run: async (r) => [
      await r.clusterReplicate(await r.clusterMyid()).catch(replyOf),
      await r.clusterReplicate("unknown").catch(replyOf),
    ],
    expect: ["ERR Can't replicate myself", "ERR Unknown node unknown"],
  },
  {
    name: "clusterReplicate no one",
    on: "cluster",
    since: { valkey: "9.0.0" },
    run: (r, server) => withNodes(1, r, server, ({ redis }) => redis.clusterReplicate("NO", "ONE")),
    expect: "OK",
  },
  {
    name: "clusterReset of a primary that has keys, which it refuses",
    on: "cluster",
    run: async (r) => {
      await r.set("clusterReset", 1);
      return await r.clusterReset().catch(() => "refused");
    },
    expect: "refused",
  },
  { name: "clusterSaveconfig", on: "cluster", run: (r) => r.clusterSaveconfig(), expect: "OK" },
  {
    name: "clusterSetConfigEpoch of a negative one, which is refused",
    on: "cluster",
    run: (r) => r.clusterSetConfigEpoch(-1).catch(replyOf),
    expect: "ERR Invalid config epoch specified: -1",
  },
];
