/** Which node of a shard a read goes to: by the mode and how the nodes are, and by the selector among those that are fit. */
import assert from "node:assert/strict";
import type { ClusterNode, ReadFrom, Selector } from "../../src/cluster_options.ts";
import { type Readable, ReadNodes, type ReadNodesOptions, type ReadShard } from "../../src/cluster/read_nodes.ts";
import type { NodeHealth } from "../../src/routing/topology.ts";
import { test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";

/** How a node is: as its connection is, or unfit for another reason although that is there. */
type How = "ready" | "unknown" | "down" | "loading" | "fail" | "behind" | "behindUnknown" | "gone";

const MAX_LAG = 100;
const modes: readonly ReadFrom[] = ["primary", "primaryPreferred", "replica", "replicaPreferred", "any"];

interface Place {
  zone?: string | undefined;
  latencyMs?: number | undefined;
  offset?: number | undefined;
}

function nodeThatIs(name: string, how: Exclude<How, "gone">, place: Place = {}): Readable {
  const isBehind = how === "behind" || how === "behindUnknown";
  const health: NodeHealth = how === "loading" || how === "fail" ? how : "online";
  const state = how === "down" ? "down" : how === "unknown" || how === "behindUnknown" ? "unknown" : "ready";
  const offset = isBehind ? 1_000 - MAX_LAG - 1 : 1_000 - MAX_LAG;
  const facts = { name, health, state, offset, zone: undefined, latencyMs: undefined, ...place } as const;
  const node: ClusterNode = { ...facts, id: `id of ${name}`, host: "h", port: 1, role: "replica", slots: [] };
  return { ...facts, node };
}

function shardOf(primary: How, ...replicas: How[]): ReadShard<Readable> {
  return {
    primary: primary === "gone" ? undefined : nodeThatIs("p", primary, { offset: 1_000 }),
    replicas: replicas.flatMap((how, at) => how === "gone" ? [] : [nodeThatIs(`r${at + 1}`, how)]),
    turn: 0,
  };
}

function nodesBy(options: Partial<ReadNodesOptions<Readable>> = {}): ReadNodes<Readable> {
  return new ReadNodes({
    readFrom: "any",
    selector: "roundRobin",
    maxReplicaLagBytes: MAX_LAG,
    random: seededRandom(1),
    warm: () => {},
    ...options,
  });
}

/** Who serves several reads, in order. */
function served(nodes: ReadNodes<Readable>, shard: ReadShard<Readable>, reads: number, slot = 7): string {
  return Array.from({ length: reads }, () => nodes.choose(shard, slot)?.name ?? "none").join(" ");
}

/** Who serves the reads of one shard in turn, by the mode, in the order of `modes`. */
const rows: [primary: How, first: How, second: How, by: [string, string, string, string, string]][] = [
  // All is well, or nothing was tried yet.
  ["ready", "ready", "ready", ["p", "p", "r1 r2", "r1 r2", "r1 r2 p"]],
  ["unknown", "unknown", "unknown", ["p", "p", "r1 r2", "r1 r2", "r1 r2 p"]],
  // Who is connected goes before who is not yet; the primary counts only where it is as good as a replica.
  ["ready", "unknown", "unknown", ["p", "p", "r1 r2", "r1 r2", "p"]],
  ["ready", "ready", "unknown", ["p", "p", "r1", "r1", "r1 p"]],
  ["unknown", "ready", "unknown", ["p", "p", "r1", "r1", "r1"]],
  ["unknown", "unknown", "ready", ["p", "p", "r2", "r2", "r2"]],
  // The primary is not fit.
  ["down", "ready", "ready", ["p", "r1 r2", "r1 r2", "r1 r2", "r1 r2"]],
  ["fail", "ready", "ready", ["p", "r1 r2", "r1 r2", "r1 r2", "r1 r2"]],
  ["loading", "ready", "ready", ["p", "r1 r2", "r1 r2", "r1 r2", "r1 r2"]],
  ["gone", "ready", "ready", ["none", "r1 r2", "r1 r2", "r1 r2", "r1 r2"]],
  ["down", "unknown", "unknown", ["p", "r1 r2", "r1 r2", "r1 r2", "r1 r2"]],
  // A replica is not fit.
  ["ready", "down", "ready", ["p", "p", "r2", "r2", "r2 p"]],
  ["ready", "loading", "ready", ["p", "p", "r2", "r2", "r2 p"]],
  ["ready", "fail", "ready", ["p", "p", "r2", "r2", "r2 p"]],
  ["ready", "behind", "ready", ["p", "p", "r2", "r2", "r2 p"]],
  ["ready", "behindUnknown", "unknown", ["p", "p", "r2", "r2", "p"]],
  ["ready", "ready", "gone", ["p", "p", "r1", "r1", "r1 p"]],
  // No replica is fit.
  ["ready", "gone", "gone", ["p", "p", "none", "p", "p"]],
  ["ready", "down", "down", ["p", "p", "r1 r2", "p", "p"]],
  ["unknown", "down", "down", ["p", "p", "r1 r2", "p", "p"]],
  ["ready", "behind", "behind", ["p", "p", "r1 r2", "p", "p"]],
  ["ready", "behindUnknown", "behind", ["p", "p", "r2", "p", "p"]],
  ["ready", "down", "behindUnknown", ["p", "p", "r2", "p", "p"]],
  ["ready", "loading", "down", ["p", "p", "r2", "p", "p"]],
  ["ready", "loading", "fail", ["p", "p", "r1", "p", "p"]],
  ["ready", "fail", "fail", ["p", "p", "r1 r2", "p", "p"]],
  // Nobody is.
  ["down", "down", "down", ["p", "p", "r1 r2", "p", "p"]],
  ["down", "behind", "fail", ["p", "p", "r1", "p", "p"]],
  ["gone", "down", "fail", ["none", "r1", "r1", "r1", "r1"]],
  ["gone", "gone", "gone", ["none", "none", "none", "none", "none"]],
];

test("read nodes: who serves by the mode and how the nodes are, in turn", () => {
  for (const [primary, first, second, by] of rows) {
    for (const [at, readFrom] of modes.entries()) {
      const who = by[at]!.split(" ");
      // Whichever came first, two rounds of all of them.
      const twice = [...who, ...who].join(" ");
      const what = `${readFrom}: ${primary}, ${first}, ${second}`;
      assert.equal(served(nodesBy({ readFrom }), shardOf(primary, first, second), 2 * who.length), twice, what);
    }
  }
});

test("read nodes: a call's own mode goes before the client's", () => {
  const nodes = nodesBy({ readFrom: "primary" });
  const shard = shardOf("ready", "ready");
  assert.equal(nodes.choose(shard, 7)?.name, "p");
  assert.equal(nodes.choose(shard, 7, "replica")?.name, "r1");
});

test("read nodes: how far a replica is behind counts only where that is bounded and known", () => {
  const rows: [max: number | undefined, primary: number | undefined, replica: number | undefined, who: string][] = [
    [undefined, 1_000_000, 0, "r"],
    [100, 100, 0, "r"],
    [99, 100, 0, "p"],
    [0, 100, 100, "r"],
    [0, 100, 99, "p"],
    [0, 100, 101, "r"],
    [0, undefined, 0, "r"],
    [0, 100, undefined, "r"],
    [0, undefined, undefined, "r"],
  ];
  for (const [maxReplicaLagBytes, primary, replica, who] of rows) {
    const shard = {
      primary: nodeThatIs("p", "ready", { offset: primary }),
      replicas: [nodeThatIs("r", "ready", { offset: replica })],
      turn: 0,
    };
    const nodes = nodesBy({ readFrom: "replicaPreferred", maxReplicaLagBytes });
    assert.equal(nodes.choose(shard, 7)?.name, who, `${maxReplicaLagBytes}, ${primary}, ${replica}`);
  }
});

test("read nodes: fit nodes that were passed over for want of a connection are named, so that it is opened", () => {
  const rows: [readFrom: ReadFrom, shard: ReadShard<Readable>, warmed: string[]][] = [
    ["replica", shardOf("unknown", "ready", "unknown", "unknown"), ["r2", "r3"]],
    ["replicaPreferred", shardOf("unknown", "ready", "unknown", "down"), ["r2"]],
    ["any", shardOf("unknown", "ready", "unknown", "loading"), ["r2", "p"]],
    ["any", shardOf("ready", "unknown", "unknown", "behindUnknown"), ["r1", "r2"]],
    // The one that is chosen is dialled for the read itself, and then it is the others' turn.
    ["any", shardOf("unknown", "unknown"), []],
    ["replicaPreferred", shardOf("ready", "unknown"), []],
    ["primaryPreferred", shardOf("ready", "unknown"), []],
    ["primary", shardOf("ready", "unknown"), []],
  ];
  for (const [readFrom, shard, warmed] of rows) {
    const named: string[] = [];
    nodesBy({ readFrom, warm: ({ name }) => named.push(name) }).choose(shard, 7);
    assert.deepEqual(named, warmed, readFrom);
  }
});

test("read nodes: each shard has a turn of its own, so that reads of two by turns reach all nodes of both", () => {
  const nodes = nodesBy({ readFrom: "replica" });
  const shards = [shardOf("ready", "ready", "ready"), shardOf("ready", "ready", "ready")];
  const who = [[], []] as string[][];
  for (let read = 0; read < 8; read++) who[read % 2]!.push(nodes.choose(shards[read % 2]!, 7)!.name);
  assert.deepEqual(who, [["r1", "r2", "r1", "r2"], ["r1", "r2", "r1", "r2"]]);
});

test("read nodes: turns go on after a thousand million", () => {
  const shard = { ...shardOf("ready", "ready", "ready"), turn: 2 ** 30 - 1 };
  assert.equal(served(nodesBy({ readFrom: "replica" }), shard, 3), "r2 r1 r2");
  assert.equal(shard.turn, 2);
});

/** How often each node serves in 3,000 reads. */
function shares(nodes: ReadNodes<Readable>, shard: ReadShard<Readable>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let read = 0; read < 3_000; read++) {
    const { name } = nodes.choose(shard, 7)!;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Fails when a count is more than a tenth off its share; five standard deviations of 1,000 in 3,000 are 13 %. */
function assertAlike(counts: Record<string, number>, names: string[]): void {
  assert.deepEqual(Object.keys(counts).sort(), names);
  for (const count of Object.values(counts)) assert.ok(Math.abs(count / (3_000 / names.length) - 1) < 0.1, `${count}`);
}

test("read nodes: by chance, all fit nodes serve as often", () => {
  const random = nodesBy({ selector: "random" });
  assertAlike(shares(random, shardOf("ready", "ready", "ready")), ["p", "r1", "r2"]);
  assertAlike(shares(random, shardOf("ready", "ready", "down", "ready")), ["p", "r1", "r3"]);
  assertAlike(shares(random, shardOf("down", "down", "ready")), ["r2"]);
});

test("read nodes: by latency, the quickest serve, by chance where they are alike, and who was not measured first", () => {
  const rows: [latencies: (number | undefined)[], who: string[]][] = [
    [[5, 3, 4], ["r2"]],
    [[3, 5, 4], ["r1"]],
    [[5, 4, 3], ["r3"]],
    [[3, 5, 3], ["r1", "r3"]],
    [[5, 3, 3], ["r2", "r3"]],
    [[3, 3, 3], ["r1", "r2", "r3"]],
    [[0, undefined, 3], ["r2"]],
    [[undefined, 0, undefined], ["r1", "r3"]],
    [[0, 0.1, 0], ["r1", "r3"]],
    [[7], ["r1"]],
  ];
  for (const [latencies, who] of rows) {
    const replicas = latencies.map((latencyMs, at) => nodeThatIs(`r${at + 1}`, "ready", { latencyMs }));
    const shard = { primary: nodeThatIs("p", "ready", { latencyMs: 9, offset: 1_000 }), replicas, turn: 0 };
    assertAlike(shares(nodesBy({ selector: "lowestLatency" }), shard), who);
  }
});

test("read nodes: by zone, its replicas serve in turn, then its primary, then all that are fit", () => {
  const rows: [readFrom: ReadFrom, primary: string, replicas: string[], who: string][] = [
    ["any", "a", ["b", "a", "a"], "r2 r3 r2"],
    ["any", "b", ["b", "a", "b"], "r2 r2 r2"],
    ["any", "a", ["b", "b", "c"], "p p p"],
    ["any", "b", ["b", "b", "c"], "r1 r2 r3 p r1"],
    ["replica", "a", ["b", "b"], "r1 r2 r1"],
    ["replicaPreferred", "a", ["b", "a"], "r2 r2"],
    ["primaryPreferred", "b", ["a", "a"], "p p"],
    ["any", "", ["", ""], "r1 r2 p"],
  ];
  for (const [readFrom, zone, zones, who] of rows) {
    const replicas = zones.map((zone, at) => nodeThatIs(`r${at + 1}`, "ready", { zone: zone || undefined }));
    const primary = nodeThatIs("p", "ready", { zone: zone || undefined, offset: 1_000 });
    const nodes = nodesBy({ readFrom, selector: { zone: "a" } });
    const what = `${readFrom}: ${zone}, ${zones}`;
    assert.equal(served(nodes, { primary, replicas, turn: 0 }, who.split(" ").length), who, what);
  }
});

test("read nodes: by zone, a node elsewhere that is connected goes before one of the zone that is not", () => {
  const warmed: string[] = [];
  const nodes = nodesBy({ readFrom: "replica", selector: { zone: "a" }, warm: ({ name }) => warmed.push(name) });
  const replicas = [nodeThatIs("r1", "ready", { zone: "b" }), nodeThatIs("r2", "unknown", { zone: "a" })];
  assert.equal(nodes.choose({ primary: undefined, replicas, turn: 0 }, 7)?.name, "r1");
  assert.deepEqual(warmed, ["r2"]);
});

test("read nodes: a function is given the fit nodes and the slot, and what it gives serves", () => {
  const seen: unknown[] = [];
  const selector: Selector = (nodes, slot) => {
    seen.push([nodes.map(({ name }) => name), slot]);
    return nodes.at(-1);
  };
  const nodes = nodesBy({ selector });
  assert.equal(nodes.choose(shardOf("ready", "ready", "down", "unknown"), 9)?.name, "p");
  assert.equal(nodes.choose(shardOf("ready", "ready", "ready"), 10, "replica")?.name, "r2");
  assert.equal(nodes.choose(shardOf("gone", "unknown"), 11)?.name, "r1");
  assert.deepEqual(seen, [[["r1", "p"], 9], [["r1", "r2"], 10], [["r1"], 11]]);
  assert.equal(nodes.choose(shardOf("ready", "down"), 12, "primary")?.name, "p");
  assert.equal(nodes.choose(shardOf("ready", "down"), 12, "replica")?.name, "r1");
  assert.equal(seen.length, 3);
});

test("read nodes: where a function gives no node of its list, or throws, the next in turn serves", () => {
  const stranger = nodeThatIs("stranger", "ready").node;
  const selectors: Selector[] = [
    () => undefined,
    () => stranger,
    () => null as unknown as ClusterNode,
    () => "r1" as unknown as ClusterNode,
    () => {
      throw new Error("none");
    },
  ];
  for (const selector of selectors) {
    assert.equal(served(nodesBy({ selector }), shardOf("ready", "ready", "ready"), 4), "r1 r2 p r1");
  }
});

test("read nodes: a copy of a node that a function gives stands for it", () => {
  const nodes = nodesBy({ selector: (nodes) => ({ ...nodes[1]! }) });
  assert.equal(served(nodes, shardOf("ready", "ready", "ready"), 2), "r2 r2");
});

test("read nodes: a function may have reads made itself", () => {
  let isInside = false;
  const other = shardOf("ready", "ready");
  const nodes: ReadNodes<Readable> = nodesBy({
    selector: () => {
      if (isInside) return undefined;
      isInside = true;
      nodes.choose(other, 1);
      isInside = false;
      return undefined;
    },
  });
  const shard = shardOf("ready", "ready", "ready", "ready");
  assert.equal(served(nodes, shard, 4), "r1 r2 r3 p");
});
