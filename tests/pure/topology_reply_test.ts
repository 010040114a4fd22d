/** From replies of CLUSTER SHARDS and CLUSTER SLOTS to a topology: each form that a node or a shard can have. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { shardsReader, slotsReader } from "../../src/commands/cluster_readers.ts";
import { PLAIN, type Value } from "../../src/resp/value.ts";
import { SlotMap } from "../../src/routing/slot_map.ts";
import { SLOT_COUNT } from "../../src/routing/slots.ts";
import { nodeNameOf, type Topology, type TopologyNode } from "../../src/routing/topology.ts";
import { type ReadingContext, topologyOfShards, topologyOfSlots } from "../../src/routing/topology_reply.ts";
import { changesOf, chooseView } from "../../src/routing/views.ts";
import { test } from "../support/harness.ts";

/** The parts of a node in a reply of CLUSTER SHARDS, by their names on the wire. */
type Parts = Readonly<Record<string, Value>>;

const PLAINLY: ReadingContext = { dialled: { host: "seed", port: 7000 }, tls: false, map: (address) => address };
const OVER_TLS: ReadingContext = { ...PLAINLY, tls: true };
/** What each node of a shard has where a test says nothing else. */
const NODE: Parts = {
  id: "a1",
  port: 7001,
  ip: "10.0.0.1",
  endpoint: "10.0.0.1",
  role: "master",
  "replication-offset": 42,
  health: "online",
};

function shardOf(slots: number[], ...nodes: Parts[]): Value {
  const lists = nodes.map((node) => Object.entries({ ...NODE, ...node }).flat());
  return ["slots", slots, "nodes", lists];
}

function ofShards(shards: Value[], context = PLAINLY): Topology {
  return topologyOfShards(shardsReader.read(shards, PLAIN), context);
}

function ofSlots(owners: Value[], context = PLAINLY): Topology {
  return topologyOfSlots(slotsReader.read(owners, PLAIN), context);
}

/** The one node of a cluster whose shard says this of it. */
function nodeOfShards(parts: Parts, context = PLAINLY): TopologyNode | undefined {
  return ofShards([shardOf([0, 16_383], parts)], context).shards[0]!.primary;
}

/** The one node of a cluster whose slots say this of it. */
function nodeOfSlots(node: Value[], context = PLAINLY): TopologyNode | undefined {
  return ofSlots([[0, 16_383, node]], context).shards[0]!.primary;
}

/** A topology in a line for each shard: its slots, its primary, its replicas, `!` behind those that are not well. */
function told({ shards, covered }: Topology): string[] {
  const named = (node: TopologyNode) => node.name + (node.health === "online" ? "" : `!${node.health}`);
  const lines = shards.map(({ slots, primary, replicas }) =>
    [
      slots.map(({ start, end }) => `${start}-${end}`).join(",") || "none",
      primary === undefined ? "nobody" : named(primary),
      ...replicas.map(named),
    ].join(" ")
  );
  return [...lines, String(covered)];
}

test("a node of CLUSTER SHARDS comes with all that is told of it", () => {
  const parts = { hostname: "a.example", "availability-zone": "zone-1", "new-field": 7 };
  assert.deepEqual(nodeOfShards(parts), {
    id: "a1",
    name: "10.0.0.1:7001",
    host: "10.0.0.1",
    port: 7001,
    aliases: ["a.example:7001"],
    role: "primary",
    health: "online",
    offset: 42,
    zone: "zone-1",
  });
  for (const [name, zone] of [["availability_zone", "z"], ["availability-zone", ""]] as const) {
    assert.equal(nodeOfShards({ [name]: zone })?.zone, zone || undefined);
  }
});

test("a node of CLUSTER SLOTS comes with all that is told of it", () => {
  const metadata = ["ip", "10.0.0.1", "availability-zone", "zone-1", "new-field", "7"];
  assert.deepEqual(nodeOfSlots(["a.example", 7001, "a1", metadata]), {
    id: "a1",
    name: "a.example:7001",
    host: "a.example",
    port: 7001,
    aliases: ["10.0.0.1:7001"],
    role: "primary",
    health: "online",
    offset: undefined,
    zone: "zone-1",
  });
  assert.equal(nodeOfSlots(["h", 1, "a1", ["availability_zone", "z"]])?.zone, "z");
  assert.equal(nodeOfSlots(["h", 1, "a1", ["availability-zone", ""]])?.zone, undefined);
});

test("the preferred endpoint is dialled, and one that is not named is the host that was dialled", () => {
  const rows: [endpoint: string | null, ip: string, hostname: string | undefined, name?: string, aliases?: string[]][] =
    [
      ["10.0.0.1", "10.0.0.1", undefined, "10.0.0.1:7001", []],
      ["10.0.0.1", "10.0.0.1", "", "10.0.0.1:7001", []],
      ["10.0.0.1", "10.0.0.1", "a.example", "10.0.0.1:7001", ["a.example:7001"]],
      ["a.example", "10.0.0.1", "a.example", "a.example:7001", ["10.0.0.1:7001"]],
      ["2001:db8::5", "2001:db8::5", undefined, "[2001:db8::5]:7001", []],
      ["a.example", "::1", "a.example", "a.example:7001", ["[::1]:7001"]],
      // The node does not name itself: it was told not to, or does not know its own address.
      ["", "10.0.0.1", "a.example", "seed:7001", ["10.0.0.1:7001", "a.example:7001"]],
      [null, "10.0.0.1", undefined, "seed:7001", ["10.0.0.1:7001"]],
      ["", "", undefined, "seed:7001", []],
      // It has no host name.
      ["?", "10.0.0.1", "", "10.0.0.1:7001", []],
      ["?", "10.0.0.1", "?", "10.0.0.1:7001", []],
      ["?", "", ""],
      ["?", "?", undefined],
    ];
  for (const [endpoint, ip, hostname, name, aliases] of rows) {
    const why = JSON.stringify([endpoint, ip, hostname]);
    const node = nodeOfShards({ endpoint, ip, ...(hostname === undefined ? {} : { hostname }) });
    assert.deepEqual([node?.name, node?.aliases], [name, aliases], why);
    const metadata = ["ip", ip, ...(hostname === undefined ? [] : ["hostname", hostname])];
    const same = nodeOfSlots([endpoint, 7001, "a1", metadata]);
    assert.deepEqual([same?.name, same?.aliases], [name, aliases], why);
  }
});

test("servers that tell less of a node are understood", () => {
  const reply = [["slots", [0, 1], "nodes", [["id", "a1", "ip", "10.0.0.1", "port", 7001, "role", "master"]]]];
  assert.deepEqual(ofShards(reply).shards[0]!.primary, {
    id: "a1",
    name: "10.0.0.1:7001",
    host: "10.0.0.1",
    port: 7001,
    aliases: [],
    role: "primary",
    health: "online",
    offset: undefined,
    zone: undefined,
  });
  assert.deepEqual(told(ofShards([["slots", [0, 1], "nodes", [["id", "a1", "port", 7001, "role", "master"]]]])), [
    "0-1 seed:7001",
    "2",
  ]);
  assert.deepEqual(told(ofSlots([[0, 1, ["h", 7001], ["h", 7002]], [4, 5, ["h", 7001]]])), [
    "0-1,4-5 h:7001 h:7002",
    "4",
  ]);
  assert.equal(nodeOfSlots(["?", 7001, "a1"]), undefined);
});

test("over TLS a node has its TLS port, and no node is dialled without a port", () => {
  const both = { port: 7001, "tls-port": 7101 };
  assert.equal(nodeOfShards(both)?.name, "10.0.0.1:7001");
  assert.equal(nodeOfShards(both, OVER_TLS)?.name, "10.0.0.1:7101");
  const shards = (parts: Parts) => [["slots", [0, 9], "nodes", [Object.entries(parts).flat()]]];
  const { port: _, ...portless } = NODE;
  assert.deepEqual(told(ofShards(shards({ ...portless, "tls-port": 7101 }))), ["0-9 nobody", "0"]);
  assert.deepEqual(told(ofShards(shards({ ...portless, "tls-port": 7101 }), OVER_TLS)), ["0-9 10.0.0.1:7101", "10"]);
  // Something in front of the node may speak TLS for it.
  assert.deepEqual(told(ofShards(shards(NODE), OVER_TLS)), ["0-9 10.0.0.1:7001", "10"]);
  assert.deepEqual(told(ofShards(shards({ ...NODE, "tls-port": 0 }), OVER_TLS)), ["0-9 10.0.0.1:7001", "10"]);
  assert.deepEqual(told(ofShards(shards(portless))), ["0-9 nobody", "0"]);
  assert.equal(nodeOfShards({ port: 0 }), undefined);
  assert.equal(nodeOfSlots(["h", 0, "a1"]), undefined);
});

test("the address map comes last, and what it was given is an alias", () => {
  const map: ReadingContext["map"] = ({ host, port }) =>
    host === "10.0.0.1"
      ? { host: "outside", port: port + 100 }
      : host === "seed"
      ? { host: "::1", port }
      : { host, port };
  const context = { ...PLAINLY, map };
  const rows: [parts: Parts, name: string, aliases: string[]][] = [
    [{}, "outside:7101", ["10.0.0.1:7001"]],
    [{ hostname: "a.example" }, "outside:7101", ["10.0.0.1:7001", "a.example:7001"]],
    [{ endpoint: "a.example", hostname: "a.example" }, "a.example:7001", ["10.0.0.1:7001"]],
    [{ endpoint: "" }, "[::1]:7001", ["seed:7001", "10.0.0.1:7001"]],
    [{ endpoint: "?" }, "outside:7101", ["10.0.0.1:7001"]],
  ];
  for (const [parts, name, aliases] of rows) {
    const node = nodeOfShards(parts, context)!;
    assert.deepEqual([node.name, node.aliases], [name, aliases]);
    assert.equal(nodeNameOf(node), name);
  }
  assert.equal(nodeOfSlots(["10.0.0.1", 7001, "a1"], context)?.name, "outside:7101");
});

const REPLICA: Parts = { id: "b2", role: "replica", port: 7002 };

test("a shard has its primary, its replicas in whatever order they come, and the health of each", () => {
  const rows: [why: string, nodes: Parts[], expected: string[]][] = [
    ["the primary last", [REPLICA, {}], ["0-9 10.0.0.1:7001 10.0.0.1:7002", "10"]],
    ["a replica that reads its data", [{}, { ...REPLICA, health: "loading" }], [
      "0-9 10.0.0.1:7001 10.0.0.1:7002!loading",
      "10",
    ]],
    ["a replica that has failed", [{}, { ...REPLICA, health: "fail" }], [
      "0-9 10.0.0.1:7001 10.0.0.1:7002!fail",
      "10",
    ]],
    ["a primary that has failed and has no successor yet", [{ health: "fail" }, REPLICA], [
      "0-9 10.0.0.1:7001!fail 10.0.0.1:7002",
      "10",
    ]],
    ["a failed primary with its successor", [{ health: "fail" }, { ...REPLICA, role: "master" }], [
      "0-9 10.0.0.1:7002",
      "none 10.0.0.1:7001!fail",
      "10",
    ]],
    ["a primary that reads its data, with its successor", [{ health: "loading" }, { ...REPLICA, role: "master" }], [
      "0-9 10.0.0.1:7002",
      "none 10.0.0.1:7001!loading",
      "10",
    ]],
    ["a failed primary and one that reads its data", [{ health: "fail" }, {
      ...REPLICA,
      role: "master",
      health: "loading",
    }], [
      "0-9 10.0.0.1:7002!loading",
      "none 10.0.0.1:7001!fail",
      "10",
    ]],
    ["two failed primaries", [{ health: "fail" }, { ...REPLICA, role: "master", health: "fail" }], [
      "0-9 10.0.0.1:7001!fail",
      "none 10.0.0.1:7002!fail",
      "10",
    ]],
    ["no primary", [REPLICA], ["0-9 nobody 10.0.0.1:7002", "0"]],
    ["a primary that cannot be dialled", [{ port: 0 }, REPLICA], ["0-9 nobody 10.0.0.1:7002", "0"]],
    ["a replica that cannot be dialled", [{}, { ...REPLICA, port: 0 }], ["0-9 10.0.0.1:7001", "10"]],
    ["words of tomorrow", [{ role: "primary", health: "fine" }, { ...REPLICA, role: "witness" }], [
      "0-9 10.0.0.1:7001 10.0.0.1:7002",
      "10",
    ]],
    ["a node that is told twice", [{}, REPLICA, REPLICA, { role: "replica" }], [
      "0-9 10.0.0.1:7001 10.0.0.1:7002",
      "10",
    ]],
    ["no nodes", [], ["0-9 nobody", "0"]],
  ];
  for (const [why, nodes, expected] of rows) {
    assert.deepEqual(told(ofShards([shardOf([0, 9], ...nodes)])), expected, why);
  }
});

test("slots are counted once, whatever ranges they come in, and only where they have a primary", () => {
  const b = { port: 7002 };
  const rows: [why: string, shards: Value[], expected: string[]][] = [
    ["nothing", [], ["0"]],
    ["all", [shardOf([0, 16_383], {})], ["0-16383 10.0.0.1:7001", String(SLOT_COUNT)]],
    ["holes", [shardOf([0, 9, 20, 29, 16_383, 16_383], {})], ["0-9,20-29,16383-16383 10.0.0.1:7001", "21"]],
    ["a shard without slots", [shardOf([], {}), shardOf([0, 9], b)], ["none 10.0.0.1:7001", "0-9 10.0.0.1:7002", "10"]],
    ["shards that overlap", [shardOf([0, 9], {}), shardOf([5, 14], b)], [
      "0-9 10.0.0.1:7001",
      "5-14 10.0.0.1:7002",
      "15",
    ]],
    ["ranges that overlap", [shardOf([0, 9, 5, 14], {})], ["0-9,5-14 10.0.0.1:7001", "15"]],
    ["what is taken by a shard without a primary", [shardOf([0, 9], {}), shardOf([5, 9])], [
      "0-9 10.0.0.1:7001",
      "5-9 nobody",
      "5",
    ]],
    ["ranges that are none", [shardOf([-1, 5, 9, 8, 16_380, 16_384, 3, 3], {})], ["3-3 10.0.0.1:7001", "1"]],
  ];
  for (const [why, shards, expected] of rows) assert.deepEqual(told(ofShards(shards)), expected, why);
});

test("the ranges of CLUSTER SLOTS are put together by their primary", () => {
  const a: Value[] = ["10.0.0.1", 7001, "a1", []], b: Value[] = ["10.0.0.2", 7001, "b2", []];
  const c: Value[] = ["10.0.0.3", 7001, "c3", []];
  const rows: [why: string, owners: Value[], expected: string[]][] = [
    ["nothing", [], ["0"]],
    ["ranges of two", [[0, 9, a, c], [10, 19, b], [20, 29, a, c]], [
      "0-9,20-29 10.0.0.1:7001 10.0.0.3:7001",
      "10-19 10.0.0.2:7001",
      "30",
    ]],
    ["replicas that are told with one range alone", [[0, 9, a], [20, 29, a, c]], [
      "0-9,20-29 10.0.0.1:7001 10.0.0.3:7001",
      "20",
    ]],
    ["a primary that cannot be dialled", [[0, 9, ["?", 7001, "a1", []], c], [20, 29, ["?", 7001, "a1", []], c], [
      10,
      19,
      b,
    ]], ["0-9,20-29 nobody 10.0.0.3:7001", "10-19 10.0.0.2:7001", "10"]],
    ["two primaries behind one address", [[0, 9, ["proxy", 1, "a1"]], [10, 19, ["proxy", 1, "b2"]]], [
      "0-9 proxy:1",
      "10-19 proxy:1",
      "20",
    ]],
    ["unknown primaries without ids", [[0, 9, ["", 7001]], [10, 19, ["", 7002]]], [
      "0-9 seed:7001",
      "10-19 seed:7002",
      "20",
    ]],
  ];
  for (const [why, owners, expected] of rows) assert.deepEqual(told(ofSlots(owners)), expected, why);
});

test("both replies tell the same topology, but for what CLUSTER SLOTS leaves out", () => {
  const nodes = [["10.0.0.1", 7001, "a1", []], ["10.0.0.1", 7002, "b2", []]];
  const slots = ofSlots([[0, 9, ...nodes], [20, 29, ...nodes]]);
  const shards = ofShards([shardOf([0, 9, 20, 29], REPLICA, {})]);
  assert.deepEqual(told(slots), told(shards));
});

const anyNode = fc.record({
  id: fc.constantFrom("a1", "b2", ""),
  port: fc.constantFrom(0, 7001, 7002),
  endpoint: fc.constantFrom("10.0.0.1", "", "?", null),
  ip: fc.constantFrom("10.0.0.1", ""),
  role: fc.constantFrom("master", "replica"),
  health: fc.constantFrom("online", "loading", "fail"),
});
const anySlot = fc.oneof(fc.integer({ min: -2, max: 30 }), fc.constantFrom(16_382, 16_383, 16_384));
const anyShard = fc.tuple(fc.array(fc.tuple(anySlot, anySlot), { maxLength: 4 }), fc.array(anyNode, { maxLength: 4 }));

test("whatever a node says, all that is made of it adds up", () => {
  fc.assert(
    fc.property(fc.array(anyShard, { maxLength: 4 }), (shards) => {
      const topology = ofShards(shards.map(([ranges, nodes]) => shardOf(ranges.flat(), ...nodes)));
      for (const { primary, replicas } of topology.shards) {
        const nodes = primary === undefined ? replicas : [primary, ...replicas];
        assert.equal(new Set(nodes.map(({ name }) => name)).size, nodes.length);
        for (const node of nodes) {
          assert.equal(node.role, node === primary ? "primary" : "replica");
          assert.equal(node.name, nodeNameOf(node));
          assert.ok(node.port > 0 && node.host !== "" && node.host !== "?");
          assert.ok(!node.aliases.includes(node.name));
        }
      }
      const map = new SlotMap<TopologyNode>();
      map.install(topology, (node) => node);
      assert.equal(map.uncovered, SLOT_COUNT - topology.covered);
      assert.equal(changesOf(undefined, topology).movedSlots, topology.covered);
      assert.deepEqual(changesOf(topology, topology), { added: [], removed: [], promoted: [], movedSlots: 0 });
      assert.equal(chooseView([topology]), topology);
    }),
  );
});

test("a node is named by host and port, IPv6 in brackets", () => {
  assert.equal(nodeNameOf({ host: "a.example", port: 7000 }), "a.example:7000");
  assert.equal(nodeNameOf({ host: "::1", port: 7000 }), "[::1]:7000");
});
