/** Rows of the commands that say what a cluster looks like. */
import * as c from "../../src/commands/mod.ts";
import { join, until, withNodes } from "./cluster_servers.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["clusterHelp", () => c.clusterHelp(), ["CLUSTER", "HELP"]],
  ["clusterInfo", () => c.clusterInfo(), ["CLUSTER", "INFO"]],
  ["clusterLinks", () => c.clusterLinks(), ["CLUSTER", "LINKS"]],
  ["clusterMyid", () => c.clusterMyid(), ["CLUSTER", "MYID"]],
  ["clusterMyshardid", () => c.clusterMyshardid(), ["CLUSTER", "MYSHARDID"]],
  ["clusterNodes", () => c.clusterNodes(), ["CLUSTER", "NODES"]],
  ["clusterReplicas", () => c.clusterReplicas("id"), ["CLUSTER", "REPLICAS", "id"]],
  ["clusterShards", () => c.clusterShards(), ["CLUSTER", "SHARDS"]],
  ["clusterSlaves", () => c.clusterSlaves("id"), ["CLUSTER", "SLAVES", "id"]],
  ["clusterSlots", () => c.clusterSlots(), ["CLUSTER", "SLOTS"]],
];

export const refusals: readonly RefusalRow[] = [];

const ID = /^[0-9a-f]{40}$/;

export const server: readonly ServerRow[] = [
  {
    name: "clusterHelp",
    on: "cluster",
    run: async (r) => (await r.clusterHelp()).some((line) => line.startsWith("KEYSLOT")),
    expect: true,
  },
  {
    name: "clusterInfo",
    on: "cluster",
    run: async (r) => {
      const { clusterStatsMessagesSent: sent, clusterStatsMessagesReceived: received, ...info } = await r.clusterInfo();
      const { clusterState, clusterSlotsAssigned, clusterSlotsOk, clusterSlotsPfail, clusterSlotsFail } = info;
      const { clusterKnownNodes, clusterSize, clusterCurrentEpoch, clusterMyEpoch } = await r.bytes.clusterInfo();
      return [
        [clusterState, clusterSlotsAssigned, clusterSlotsOk, clusterSlotsPfail, clusterSlotsFail],
        [clusterKnownNodes, clusterSize, clusterCurrentEpoch, clusterMyEpoch, sent, received],
        Object.keys(info).filter((name) => !/^[a-z]+([A-Z][a-z]+)+$/.test(name)),
      ];
    },
    expect: [["ok", 16384, 16384, 0, 0], [1, 1, 0, 0, 0, 0], []],
  },
  {
    name: "clusterLinks",
    on: "cluster",
    run: (r) => r.clusterLinks(),
    expect: [],
  },
  {
    name: "clusterMyid",
    on: "cluster",
    run: async (r) => [await r.clusterMyid(), await r.bytes.clusterMyid()].map((id) => ID.test(id)),
    expect: [true, true],
  },
  {
    name: "clusterMyshardid",
    on: "cluster",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => ID.test(await r.clusterMyshardid()),
    expect: true,
  },
  {
    name: "clusterNodes",
    on: "cluster",
    run: async (r, { port }) => {
      const [id, [node, ...others]] = [await r.clusterMyid(), await r.bytes.clusterNodes()];
      return [{ ...node, id: node!.id === id, port: node!.port === port, busPort: typeof node!.busPort }, others];
    },
    expect: [{
      id: true,
      host: "",
      port: true,
      busPort: "number",
      hostname: null,
      extra: {},
      flags: ["myself", "master"],
      primary: null,
      pingSent: 0,
      pongReceived: 0,
      configEpoch: 0,
      linkState: "connected",
      slots: [{ start: 0, end: 16383 }],
      migrating: [],
      importing: [],
    }, []],
  },
  {
    name: "clusterReplicas of a node that has none",
    on: "cluster",
    run: async (r) => await r.clusterReplicas(await r.clusterMyid()),
    expect: [],
  },
  {
    name: "clusterShards",
    on: "cluster",
    run: async (r, { port }) => {
      const [id, [shard, ...others]] = [await r.clusterMyid(), await r.bytes.clusterShards()];
      const [node, ...nodes] = shard!.nodes;
      return [shard!.slots, { ...node, id: node!.id === id, port: node!.port === port }, nodes, others];
    },
    expect: [
      [{ start: 0, end: 16383 }],
      { id: true, port: true, ip: "", endpoint: "", role: "master", replicationOffset: 0, health: "online" },
      [],
      [],
    ],
  },
  {
    name: "clusterSlaves of a node that has none",
    on: "cluster",
    run: async (r) => await r.clusterSlaves(await r.clusterMyid()),
    expect: [],
  },
  {
    name: "clusterSlots",
    on: "cluster",
    run: async (r, { port }) => {
      const [id, [range, ...others]] = [await r.clusterMyid(), await r.bytes.clusterSlots()];
      const { primary } = range!;
      return [{ ...range, primary: { ...primary, id: primary.id === id, port: primary.port === port } }, others];
    },
    expect: [{ start: 0, end: 16383, primary: { host: "", port: true, id: true, metadata: {} }, replicas: [] }, []],
  },
  {
    name: "clusterSlots with no endpoint and with hostnames",
    on: "cluster",
    run: async (r) => {
      const seen: unknown[] = [];
      const look = async (): Promise<void> => {
        const [[range], [shard]] = [await r.clusterSlots(), await r.clusterShards()];
        const { host, metadata } = range!.primary;
        seen.push([host, metadata, shard!.nodes[0]!.endpoint, shard!.nodes[0]!.hostname]);
      };
      await r.configSet({ "cluster-preferred-endpoint-type": "unknown-endpoint" });
      await look();
      await r.configSet({ "cluster-preferred-endpoint-type": "hostname" });
      await look();
      await r.configSet({ "cluster-announce-hostname": "a.example" });
      await look();
      await r.configSet({ "cluster-preferred-endpoint-type": "ip" });
      await look();
      const { hostname } = (await r.clusterNodes())[0]!;
      await r.configSet({ "cluster-announce-hostname": "" });
      return [...seen, hostname];
    },
    expect: [
      [null, { ip: "" }, "", undefined],
      ["?", { ip: "" }, "?", undefined],
      ["a.example", { ip: "" }, "a.example", "a.example"],
      ["", { hostname: "a.example" }, "", "a.example"],
      "a.example",
    ],
  },
  {
    name: "clusterNodes, clusterReplicas, clusterLinks, clusterShards and clusterSlots of a primary and its replica",
    on: "cluster",
    run: (r, server) =>
      withNodes(2, r, server, async (first, second) => {
        const [one, other] = await join(first, second);
        await second.redis.clusterReplicate(one);
        const { redis } = first;
        await until(async () => (await redis.clusterReplicas(one)).length === 1);
        await until(async () => (await redis.clusterSlots())[0]!.replicas.length === 1);
        const [replica] = await redis.clusterReplicas(one);
        const [same] = await redis.clusterSlaves(one);
        const links = await redis.clusterLinks();
        const [range] = await redis.clusterSlots();
        const [shard] = await redis.clusterShards();
        const mine = (node: { id: string; port?: number }): boolean =>
          node.id === other && node.port === second.server.port;
        await redis.configSet({ "cluster-node-timeout": 200 });
        await second.server.stop();
        // In Redis 7.0 a lone primary never comes to "fail", as nobody agrees with it.
        const failure = server.kind === "redis7" ? "fail?" : "fail";
        await until(async () => (await redis.clusterReplicas(one))[0]!.flags.includes(failure));
        const [failed] = await redis.clusterReplicas(one);
        const gone = failure === "fail";
        return [
          [mine(replica!), mine(same!), replica!.host, replica!.busPort === second.busPort, replica!.flags],
          [replica!.primary === one, replica!.pongReceived > 1e12, replica!.linkState, replica!.slots],
          links.map(({ direction }) => direction).sort(),
          links.map(({ node, createTime, events }) => [node === other, createTime > 1e12, events[0]]),
          links.map((link) => [typeof link.sendBufferAllocated, typeof link.sendBufferUsed]),
          [range!.replicas.map(mine), range!.replicas[0]!.host],
          shard!.nodes.map(({ role, health }) => [role, health]).sort(),
          [failed!.flags[0], failed!.pingSent > 1e12],
          [(await redis.clusterSlots())[0]!.replicas.length === (gone ? 0 : 1)],
          [(await redis.clusterShards())[0]!.nodes.find(mine)!.health === (gone ? "fail" : "online")],
        ];
      }),
    expect: [
      [true, true, "127.0.0.1", true, ["slave"]],
      [true, true, "connected", []],
      ["from", "to"],
      [[true, true, "r"], [true, true, "r"]],
      [["number", "number"], ["number", "number"]],
      [[true], "127.0.0.1"],
      [["master", "online"], ["replica", "online"]],
      ["slave", true],
      [true],
      [true],
    ],
  },
  {
    name: "clusterNodes of a node that is met and does not answer",
    on: "cluster",
    run: (r, server) =>
      withNodes(1, r, server, async ({ redis }) => {
        await redis.clusterMeet("127.0.0.1", 1, 2);
        const nodes = await redis.clusterNodes();
        // While the node tries to connect it says "connected".
        const { id, linkState: _, ...met } = nodes.find(({ port }) => port === 1)!;
        return [nodes.length, ID.test(id), met];
      }),
    expect: [2, true, {
      host: "127.0.0.1",
      port: 1,
      busPort: 2,
      hostname: null,
      extra: {},
      flags: ["handshake"],
      primary: null,
      pingSent: 0,
      pongReceived: 0,
      configEpoch: 0,
      slots: [],
      migrating: [],
      importing: [],
    }],
  },
];
