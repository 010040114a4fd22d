/** Views of one cluster by several nodes: which one counts, and what differs between two. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { SLOT_COUNT } from "../../src/routing/slots.ts";
import type { Topology } from "../../src/routing/topology.ts";
import { changesOf, chooseView, sameView } from "../../src/routing/views.ts";
import { test } from "../support/harness.ts";
import { primaryNode, replicaNode, shard, topology } from "../support/topology_scene.ts";

/** All slots on two shards. */
const BEFORE = topology(shard([[0, 8_191]], "a", "A"), shard([[8_192, 16_383]], "b", "B"));
/** The replica of the first has taken over. */
const FAILED_OVER = topology(shard([[0, 8_191]], "A", "a"), shard([[8_192, 16_383]], "b", "B"));
/** One slot has moved. */
const MIGRATED = topology(shard([[0, 8_190]], "a", "A"), shard([[8_191, 16_383]], "b", "B"));
/** As it is after a slot was lost. */
const HOLE = topology(shard([[0, 8_190]], "a", "A"), shard([[8_192, 16_383]], "b", "B"));
const NOTHING = topology();

/** Views in which nodes agree, though each says it in its own way. */
const ALIKE: readonly (readonly [why: string, view: Topology])[] = [
  ["the same once more", topology(...BEFORE.shards)],
  ["shards in another order", topology(BEFORE.shards[1]!, BEFORE.shards[0]!)],
  ["a range in two parts", topology(shard([[0, 7], [8, 8_191]], "a", "A"), BEFORE.shards[1]!)],
  ["ranges in another order", topology(shard([[8, 8_191], [0, 7]], "a", "A"), BEFORE.shards[1]!)],
  [
    "other offsets and health",
    topology({
      slots: [{ start: 0, end: 8_191 }],
      primary: primaryNode("a", { offset: 5, zone: "z", aliases: ["x:1"] }),
      replicas: [replicaNode("A", { health: "loading", offset: 4 })],
    }, BEFORE.shards[1]!),
  ],
];

test("views are alike when they say the same of slots and nodes", () => {
  for (const [why, view] of ALIKE) {
    assert.ok(sameView(BEFORE, view) && sameView(view, BEFORE), why);
    assert.deepEqual(changesOf(BEFORE, view), { added: [], removed: [], promoted: [], movedSlots: 0 }, why);
  }
  assert.ok(sameView(topology(shard([[0, 9], [3, 5]], "a")), topology(shard([[0, 9]], "a"))), "a range in another");
  const two = topology(shard([[0, 9]], "a", "A", "B"));
  assert.ok(sameView(two, topology(shard([[0, 9]], "a", "B", "A"))), "replicas in another order");
  for (const other of [FAILED_OVER, MIGRATED, HOLE, NOTHING]) assert.ok(!sameView(BEFORE, other));
});

test("views differ where a node has another address, or a shard without slots came or went", () => {
  const elsewhere = (port: number, name = `a:${port}`) =>
    topology({ slots: [], primary: primaryNode("a", { name, port }), replicas: [] });
  assert.ok(sameView(elsewhere(1), elsewhere(1)));
  assert.ok(!sameView(elsewhere(1), elsewhere(2)));
  assert.ok(!sameView(elsewhere(1, "x"), elsewhere(1, "y")));
  assert.ok(!sameView(BEFORE, topology(...BEFORE.shards, shard([], "c"))));
  assert.ok(!sameView(topology(shard([], "a", "A")), topology(shard([], "A", "a"))));
});

test("the view that most nodes share is chosen, then the one that covers more, then the first", () => {
  const rows: [why: string, views: Topology[], chosen: number | undefined][] = [
    ["none", [], undefined],
    ["one", [NOTHING], 0],
    ["most, and of those the first", [FAILED_OVER, BEFORE, BEFORE], 1],
    ["most, though they cover less", [BEFORE, HOLE, HOLE], 1],
    ["more slots, where as many say so", [HOLE, BEFORE], 1],
    ["more slots, of three views", [NOTHING, HOLE, BEFORE, FAILED_OVER], 2],
    ["the first, where nothing tells them apart", [FAILED_OVER, BEFORE], 0],
    ["each in its own words", [FAILED_OVER, FAILED_OVER, ...ALIKE.map(([, view]) => view)], 2],
  ];
  for (const [why, views, chosen] of rows) {
    assert.equal(chooseView(views), chosen === undefined ? undefined : views[chosen], why);
  }
});

test("nodes agree on a node whose address they tell differently, unless it has moved", () => {
  const seen = (name: string, port = 7_000, id = "1") =>
    topology({ slots: [{ start: 0, end: 9 }], primary: primaryNode("a", { id, name, port }), replicas: [] });
  const first = seen("own.example:7000");
  assert.equal(chooseView([seen("x:7000", 7_000, "2"), first, seen("10.0.0.1:7000")]), first);
  const moved = [seen("10.0.0.1:7000"), seen("10.0.0.1:7001", 7_001), seen("10.0.0.1:7001", 7_001)];
  assert.equal(chooseView(moved), moved[1]);
  // Where no ids are told, the names are all there is.
  const nameless = [seen("x:1", 1, ""), seen("y:1", 1, ""), seen("y:1", 1, "")];
  assert.equal(chooseView(nameless), nameless[1]);
});

test("shards without slots do not count for the choice, as not every reply has them", () => {
  const shards = topology(...BEFORE.shards, shard([], "c"));
  assert.equal(chooseView([FAILED_OVER, BEFORE, shards]), BEFORE);
});

test("what has changed is told by names and a count of slots", () => {
  const rows: [why: string, before: Topology | undefined, after: Topology, ...expected: unknown[]][] = [
    ["at first", undefined, BEFORE, ["a", "A", "b", "B"], [], [], SLOT_COUNT],
    ["a fail-over", BEFORE, FAILED_OVER, [], [], ["A"], 8_192],
    ["a slot that moved", BEFORE, MIGRATED, [], [], [], 1],
    ["a slot that was lost", BEFORE, HOLE, [], [], [], 1],
    ["a slot that came back", HOLE, BEFORE, [], [], [], 1],
    ["the end", BEFORE, NOTHING, [], ["a", "A", "b", "B"], [], SLOT_COUNT],
    ["a new replica", BEFORE, topology(shard([[0, 8_191]], "a", "A", "N"), BEFORE.shards[1]!), ["N"], [], [], 0],
    [
      "a new shard that has taken slots",
      BEFORE,
      topology(BEFORE.shards[0]!, shard([[8_192, 16_000]], "b"), shard([[16_001, 16_383]], "n")),
      ["n"],
      ["B"],
      [],
      383,
    ],
    [
      "a name that is a primary in one shard and a replica in another",
      topology(shard([[0, 9]], "a", "p"), shard([[10, 19]], "b")),
      topology(shard([[0, 9]], "p"), shard([[10, 19]], "b", "p")),
      [],
      ["a"],
      ["p"],
      10,
    ],
    ["a replica that has gone its own way", BEFORE, topology(...HOLE.shards, shard([[8_191, 8_191]], "A")), [], [], [
      "A",
    ], 1],
  ];
  for (const [why, before, after, added, removed, promoted, movedSlots] of rows) {
    assert.deepEqual(changesOf(before, after), { added, removed, promoted, movedSlots }, why);
  }
});

test("nothing is chosen that nobody said, and no view had more votes", () => {
  const all = [BEFORE, FAILED_OVER, MIGRATED, HOLE, NOTHING];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 12 }), (views) => {
      const votes = (of: Topology) => views.filter((view) => view === of).length;
      const chosen = chooseView(views)!;
      const most = Math.max(...views.map(votes));
      assert.equal(votes(chosen), most);
      const rivals = views.filter((view) => votes(view) === most);
      assert.equal(chosen.covered, Math.max(...rivals.map(({ covered }) => covered)));
      assert.equal(chosen, rivals.find(({ covered }) => covered === chosen.covered));
    }),
  );
});
