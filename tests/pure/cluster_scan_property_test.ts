/** A property of the cluster's scan, with fixed seeds: whatever moves, fails over, restarts and fails, no key is missed. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { scanCluster } from "../../src/cluster/scan.ts";
import { slotOf } from "../../src/routing/slots.ts";
import { test } from "../support/harness.ts";
import { type ModelShard, ScanModel } from "../support/scan_model.ts";

const TAGS = 8;
const slots = Array.from({ length: TAGS }, (_, tag) => slotOf(`{${tag}}`));
const lasting = Array.from({ length: 48 }, (_, at) => `{${at % TAGS}}lasting${at}`);
const passing = Array.from({ length: 8 }, (_, at) => `{${at % TAGS}}passing${at}`);

/** A node that is away comes back after so many steps, well before the scan gives up. */
const AWAY_STEPS = 6;
const REST_STEPS = 30;

const kinds = ["leave", "carry", "carry", "arrive", "arriveUnheard", "hear", "failOver", "restart", "kill", "load"];
const others = ["pass", "stale"];

interface Event {
  readonly kind: string;
  /** Steps since the last event. */
  readonly after: number;
  readonly slot: number;
  readonly shard: number;
  readonly count: number;
}

const anyEvent: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom(...kinds, ...others),
  after: fc.integer({ min: 0, max: 4 }),
  // Mostly the same few slots, so that moves of one follow each other.
  slot: fc.constantFrom(...slots, slots[0]!, slots[0]!, slots[1]!),
  shard: fc.integer({ min: 0, max: 3 }),
  count: fc.integer({ min: 1, max: 4 }),
});

function happens(model: ScanModel, { kind, slot, shard: at, count }: Event): void {
  const shard: ModelShard = model.shards[at]!;
  if (kind === "leave") model.leave(slot, shard);
  else if (kind === "carry") model.carry(slot, count);
  else if (kind === "arrive") model.arrive(slot, true);
  else if (kind === "arriveUnheard") model.arrive(slot, false);
  else if (kind === "hear") model.hear(slot);
  else if (kind === "failOver") model.failOver(shard);
  else if (kind === "restart") model.restart(shard.nodes[count % 2]!);
  else if (kind === "stale") model.learn();
  else if (kind === "pass") {
    const key = passing[count]!;
    if (model.shards.some(({ keys }) => keys.has(key))) model.remove(key);
    else model.store(key);
  } else {
    const node = shard.primary;
    if (node.awayUntil + REST_STEPS > model.steps && node.awayUntil > 0) return;
    node.awayUntil = model.steps + AWAY_STEPS;
    node.loading = kind === "load";
    if (kind === "kill") model.restart(node);
  }
}

test("properties: a scan of a cluster gives every key that lasts, whatever happens meanwhile, and ends", {
  timeoutMs: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEvent, { maxLength: 60, size: "max" }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (events, parallel, count, renames) => {
        const model = new ScanModel(3);
        model.renames = renames;
        model.store(...lasting);
        let step = 0;
        for (const event of events) {
          step += event.after;
          const before = model.plan.get(step + 1);
          model.plan.set(step + 1, () => {
            before?.();
            happens(model, event);
          });
        }
        const given = new Set<string>();
        for await (const key of scanCluster(model, { parallel, count })) given.add(key);
        assert.deepEqual(lasting.filter((key) => !given.has(key)), []);
        assert.deepEqual([...given].filter((key) => !lasting.includes(key) && !passing.includes(key)), []);
      },
    ),
    { seed: 20_261_121, numRuns: 200 },
  );
});
