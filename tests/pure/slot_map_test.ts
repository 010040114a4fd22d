/** The map of slots: what a topology makes of it, what each kind of MOVED does, and that it always adds up. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type MapShard, type Move, SlotMap } from "../../src/routing/slot_map.ts";
import { SLOT_COUNT } from "../../src/routing/slots.ts";
import type { TopologyNode } from "../../src/routing/topology.ts";
import { test } from "../support/harness.ts";
import { primaryNode, replicaNode, shard, topology } from "../support/topology_scene.ts";

interface Member {
  readonly name: string;
}

/** Three shards of two nodes: a and A, b and B, c and C; the last has two ranges. */
const THREE = topology(
  shard([[0, 5_460]], "a", "A"),
  shard([[5_461, 10_922]], "b", "B"),
  shard([[10_923, 12_000], [12_001, 16_383]], "c", "C"),
);

/** A map of a topology, and its members by name. */
function mapOf(of = THREE): { map: SlotMap<Member>; member: (name: string) => Member } {
  const map = new SlotMap<Member>();
  const members = new Map<string, Member>();
  const member = (name: string) => {
    if (!members.has(name)) members.set(name, { name });
    return members.get(name)!;
  };
  map.install(of, ({ name }) => member(name));
  return { map, member };
}

/** A shard in a word: its primary, its replicas in order, its slots. */
function told(shard: MapShard<Member> | undefined): string {
  if (shard === undefined) return "nobody";
  return [shard.primary?.name ?? "-", ...shard.replicas.map(({ name }) => name).sort(), shard.slotCount].join(" ");
}

function names(members: readonly Member[]): string {
  return members.map(({ name }) => name).join(" ");
}

test("before it is told anything a map covers nothing", () => {
  const map = new SlotMap<Member>();
  assert.equal(map.uncovered, SLOT_COUNT);
  assert.equal(map.shardOf(0), undefined);
  assert.deepEqual([map.primaries(), map.members(), map.shards()], [[], [], []]);
});

test("a topology gives each slot its shard", () => {
  const { map } = mapOf();
  assert.equal(map.uncovered, 0);
  const rows: [slot: number, expected: string][] = [
    [0, "a A 5461"],
    [5_460, "a A 5461"],
    [5_461, "b B 5462"],
    [10_922, "b B 5462"],
    [10_923, "c C 5461"],
    [12_001, "c C 5461"],
    [16_383, "c C 5461"],
  ];
  for (const [slot, expected] of rows) assert.equal(told(map.shardOf(slot)), expected, String(slot));
  assert.equal(map.shardOf(SLOT_COUNT), undefined);
  assert.equal(names(map.primaries()), "a b c");
  assert.equal(names(map.members()), "a A b B c C");
  assert.equal(map.shards().length, 3);
});

test("a topology replaces all that was there", () => {
  const { map, member } = mapOf();
  map.moved(3, member("new"));
  map.install(topology(shard([[0, 9]], "A", "a"), shard([], "z")), ({ name }) => member(name));
  assert.equal(map.uncovered, SLOT_COUNT - 10);
  assert.equal(told(map.shardOf(3)), "A a 10");
  assert.equal(map.shardOf(10), undefined);
  assert.equal(names(map.members()), "A a z");
});

test("a shard without a primary has its slots, which count as uncovered", () => {
  const { map, member } = mapOf(topology(shard([[0, 9]], undefined, "A"), shard([[10, 16_383]], "b")));
  assert.equal(map.uncovered, 10);
  assert.equal(told(map.shardOf(0)), "- A 10");
  assert.equal(names(map.primaries()), "b");
  assert.equal(map.moved(4, member("A")), "promoted");
  assert.equal(told(map.shardOf(0)), "A 10");
  assert.equal(map.uncovered, 0);
});

test("a primary without slots counts as one unless it had failed", () => {
  const idle = { slots: [], primary: primaryNode("i"), replicas: [] };
  const failed = { slots: [], primary: primaryNode("f", { health: "fail" }), replicas: [] };
  const failing = { slots: [{ start: 0, end: 5 }], primary: primaryNode("g", { health: "fail" }), replicas: [] };
  const { map, member } = mapOf(topology(idle, failed, failing));
  assert.equal(names(map.primaries()), "i g");
  assert.equal(names(map.members()), "i f g");
  assert.equal(map.moved(5, member("f")), "remapped");
  assert.equal(names(map.primaries()), "i f g");
  map.install(topology({ ...failed, primary: primaryNode("f") }), ({ name }) => member(name));
  assert.equal(names(map.primaries()), "f");
});

test("nodes that are reached under one name are one member", () => {
  const { map } = mapOf(topology(shard([[0, 9]], "proxy"), shard([[10, 19]], "proxy")));
  assert.equal(names(map.primaries()), "proxy");
  assert.equal(names(map.members()), "proxy");
  assert.equal(map.moved(3, map.members()[0]!), "same");
  assert.equal(map.moved(13, map.members()[0]!), "same");
});

test("a name that stands for nodes of several shards goes where it is the primary", () => {
  const { map, member } = mapOf(
    topology(shard([[0, 9]], "a"), shard([[10, 19]], "b", "a"), shard([[20, 29]], "c", "a")),
  );
  assert.equal(map.moved(40, member("a")), "remapped");
  assert.equal(told(map.shardOf(40)), "a 11");
  const again = mapOf(topology(shard([[0, 9]], "a", "A"), shard([[10, 19]], "b", "A")));
  assert.equal(again.map.moved(15, again.member("A")), "promoted");
  assert.equal(again.map.moved(40, again.member("A")), "remapped");
  assert.equal(told(again.map.shardOf(40)), "A b 11");
});

test("amidst a fail-over a MOVED to the replica that is a primary without slots takes the whole shard there", () => {
  const rows: [before: ReturnType<typeof shard>, amidst: ReturnType<typeof shard>[], move: Move, expected: string][] = [
    [shard([[0, 9]], "a", "A"), [shard([[0, 9]], "a"), shard([], "A")], "promoted", "A a 10"],
    [shard([[0, 9]], "A", "a"), [shard([[0, 9]], "a"), shard([], "A")], "promoted", "A a 10"],
    [shard([[0, 9]], "a", "A", "x"), [shard([[0, 9]], "a"), shard([], "A", "x")], "promoted", "A a x 10"],
    [shard([[0, 9]], "a", "A", "x"), [shard([[0, 9]], "a", "x"), shard([], "A")], "promoted", "A a x 10"],
    // The slot alone has moved to a node that was of no shard, or of another.
    [shard([[0, 9]], "a"), [shard([[0, 9]], "a"), shard([], "A")], "remapped", "A 1"],
    [shard([[0, 9]], "b", "A"), [shard([[0, 9]], "a"), shard([], "A")], "remapped", "A 1"],
    [shard([[0, 9]], "a", "A"), [shard([[0, 8]], "a"), shard([[9, 9]], "A")], "remapped", "A 2"],
  ];
  for (const [before, amidst, move, expected] of rows) {
    const { map, member } = mapOf(topology(before));
    map.install(topology(...amidst), ({ name }) => member(name));
    assert.equal(told(map.shardOf(3)), told(map.shardOf(0)));
    assert.equal(map.moved(3, member("A")), move);
    assert.equal(told(map.shardOf(3)), expected);
    if (move !== "promoted") continue;
    assert.deepEqual(map.shards().map(told), [expected]);
    assert.equal(names(map.primaries()), "A");
    assert.equal(map.moved(5, member("A")), "same");
    if (expected.includes("x")) assert.equal(map.moved(5, member("x")), "promoted");
  }
});

test("what a MOVED does to the map depends on what the node was", () => {
  const rows: [slot: number, member: string, move: Move, shards: string[], primaries: string, members: string][] = [
    [0, "a", "same", ["a A 5461", "b B 5462", "c C 5461"], "a b c", "a A b B c C"],
    // The whole shard has another primary, and its old one is a replica.
    [0, "A", "promoted", ["A a 5461", "b B 5462", "c C 5461"], "A b c", "a A b B c C"],
    // That slot alone has moved.
    [0, "b", "remapped", ["a A 5460", "b B 5463", "c C 5461"], "a b c", "a A b B c C"],
    [0, "B", "detached", ["a A 5460", "b 5462", "c C 5461", "B 1"], "a b c B", "a A b B c C"],
    [0, "n", "added", ["a A 5460", "b B 5462", "c C 5461", "n 1"], "a b c n", "a A b B c C n"],
  ];
  for (const [slot, name, move, shards, primaries, members] of rows) {
    const { map, member } = mapOf();
    assert.equal(map.moved(slot, member(name)), move, name);
    assert.equal(map.shardOf(slot)?.primary?.name, name);
    assert.deepEqual(map.shards().map(told), shards, name);
    assert.equal(names(map.primaries()), primaries, name);
    assert.equal(names(map.members()), members, name);
    assert.equal(map.uncovered, 0);
    assert.equal(map.moved(slot, member(name)), "same", name);
  }
});

test("a slot that nobody had goes to the node of the MOVED", () => {
  for (const [name, move] of [["a", "remapped"], ["A", "detached"], ["n", "added"]] as const) {
    const { map, member } = mapOf(topology(shard([[0, 9]], "a", "A")));
    assert.equal(map.uncovered, SLOT_COUNT - 10);
    assert.equal(map.moved(77, member(name)), move);
    assert.equal(map.uncovered, SLOT_COUNT - 11);
    assert.equal(map.shardOf(77)?.primary?.name, name);
    assert.equal(map.shardOf(0)?.primary?.name, "a");
  }
});

test("the second slot that goes to a new node joins the first", () => {
  const { map, member } = mapOf();
  assert.deepEqual([0, 1, 2].map((slot) => map.moved(slot, member("n"))), ["added", "remapped", "remapped"]);
  assert.equal(map.shards().length, 4);
  assert.equal(told(map.shardOf(2)), "n 3");
});

test("a promotion changes the shard, and not the list of replicas that somebody still reads", () => {
  const { map, member } = mapOf();
  const held = map.shardOf(0)!;
  const replicas = held.replicas;
  map.moved(5, member("A"));
  assert.equal(map.shardOf(0), held);
  assert.equal(names(replicas), "A");
  assert.equal(names(held.replicas), "a");
});

test("after any MOVEDs the slot is where it was said to be, and everything adds up", () => {
  const anyMove = fc.tuple(fc.constantFrom(0, 1, 2, 11, 12, 21, 40), fc.constantFrom(..."aAbBcCxy"));
  const start = topology(shard([[0, 9]], "a", "A"), shard([[10, 19]], "b", "B"), shard([[20, 29]], "c", "C"));
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 30 }), (moves) => {
      const { map, member } = mapOf(start);
      const owners = Array.from({ length: 50 }, (_, slot) => map.shardOf(slot)?.primary?.name);
      for (const [slot, name] of moves) {
        const before = map.shardOf(slot);
        const wasReplica = before?.replicas.some((replica) => replica.name === name) === true;
        const affected = owners.map((_, at) => at === slot || (wasReplica && map.shardOf(at) === before));
        assert.equal(map.moved(slot, member(name)) === "promoted", wasReplica);
        affected.forEach((is, at) => is && (owners[at] = name));
        assert.deepEqual(owners.map((_, at) => map.shardOf(at)?.primary?.name), owners);
      }
      const roles = map.shards().flatMap(({ primary, replicas }) => [primary!, ...replicas]);
      assert.equal(new Set(roles).size, roles.length, "no node is in two shards");
      assert.deepEqual(names(map.members()).split(" ").sort(), names(roles).split(" ").sort());
      const counts = map.shards().map((of) => {
        let count = 0;
        for (let slot = 0; slot < SLOT_COUNT; slot++) if (map.shardOf(slot) === of) count++;
        return count;
      });
      assert.deepEqual(counts, map.shards().map(({ slotCount }) => slotCount));
      assert.equal(map.uncovered, SLOT_COUNT - counts.reduce((sum, count) => sum + count, 0));
    }),
    { numRuns: 150 },
  );
});

test("what stands for a node is asked for once per node of the topology", () => {
  const asked: TopologyNode[] = [];
  const map = new SlotMap<Member>();
  map.install(THREE, (node) => (asked.push(node), node));
  assert.deepEqual(asked.map(({ name }) => name), ["a", "A", "b", "B", "c", "C"]);
  assert.deepEqual(replicaNode("A"), asked[1]);
});
