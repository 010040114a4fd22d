/** Shard channels whose slots move at random: what the owner of a slot tells is told once, whatever else happens. */
import assert from "node:assert/strict";
import { ConnectionError, ReplyError } from "../../src/errors.ts";
import { slotOf } from "../../src/routing/slots.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { type Asked, listening, moved, type ScriptedNode, SubscriberScene } from "../support/subscriber_scene.ts";

const CHANNELS: readonly string[] = Array.from({ length: 256 }, (_, i) => `channel ${i}`);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const STEPS = 400;

/** A cluster in which each slot has an owner, which the client comes to know of late or not at all. */
class MovingSlots extends SubscriberScene {
  readonly #random: () => number;
  /** Who has which slot; what the scene says of that is what the client knows. */
  readonly owners = new Map<number, ScriptedNode>();

  constructor(seed: number) {
    const random = seededRandom(seed);
    super(random);
    this.#random = random;
    const known = new Map<number, ScriptedNode>();
    for (const channel of CHANNELS) {
      const node = this.pick(this.nodes);
      this.owners.set(slotOf(channel), node);
      known.set(slotOf(channel), node);
    }
    this.owner = (slot) => known.get(slot);
    for (const node of this.nodes) {
      node.answer = (channel) => {
        const owner = this.owners.get(slotOf(channel))!;
        if (owner === node) return this.chance(0.2) ? "wait" : this.chance(0.05) ? this.hiccup() : undefined;
        // Now and then a replica takes what its primary has.
        return this.chance(0.1) ? undefined : moved(channel, owner);
      };
    }
    this.learn = () => {
      for (const [slot, node] of this.owners) known.set(slot, node);
      this.subscriptions.topologyChanged();
    };
    this.movedTo = (error) => {
      const [, slot, name] = error.reply.split(" ");
      const node = this.nodes.find((each) => each.name === name)!;
      known.set(Number(slot), node);
      this.subscriptions.topologyChanged();
      return node;
    };
  }

  /** The client comes to know all. */
  readonly learn: () => void;

  chance(part: number): boolean {
    return this.#random() < part;
  }

  pick<Each>(list: readonly Each[]): Each {
    return list[Math.floor(this.#random() * list.length)];
  }

  hiccup(): Error {
    return this.chance(0.5) ? new ReplyError("TRYAGAIN soon") : new ConnectionError("lost");
  }

  get waiting(): Asked[] {
    return this.nodes.flatMap((node) => node.open());
  }

  /** Hands a slot over; its old owner says so, or still tells as a replica does. */
  hand(channel: string, to: ScriptedNode): void {
    const from = this.owners.get(slotOf(channel))!;
    if (from === to) return;
    this.owners.set(slotOf(channel), to);
    if (this.chance(0.3)) return;
    from.end(channel);
    for (const asked of from.open(channel)) asked.refuse(moved(channel, to));
    this.subscriptions.unsubscribed(from.name, "shard", [channel]);
  }
}

/** The nodes at which a channel is subscribed. */
function places(all: MovingSlots, channel: string): ScriptedNode[] {
  return all.nodes.filter((node) => node.subscribed.includes(channel));
}

for (const seed of SEEDS) {
  test(`256 shard channels of slots that move at random (${seed}): each message is told once at most`, async () => {
    const all = new MovingSlots(seed);
    const heard = new Map(CHANNELS.map((channel) => [channel, listening()]));
    const calls = CHANNELS.map((channel) =>
      all.subscriptions.subscribe("shard", [channel], heard.get(channel)!.listener)
    );
    // Messages that the client must have been told: the owner had it subscribed, and no other node did.
    const due = new Map<string, string[]>(CHANNELS.map((channel) => [channel, []]));
    for (let step = 0; step < STEPS; step++) {
      const channel = all.pick(CHANNELS);
      if (all.chance(0.4)) all.hand(channel, all.pick(all.nodes));
      if (all.chance(0.1)) all.learn();
      if (all.chance(0.5)) { for (const asked of all.waiting) if (all.chance(0.5)) asked.confirm(); }
      if (all.chance(0.3)) await all.clock.advance(50);
      else if (all.chance(0.5)) await turn();
      for (const [index, name] of [channel, all.pick(CHANNELS)].entries()) {
        const message = `${step}.${index} ${name}`;
        const owner = all.owners.get(slotOf(name))!;
        const at = places(all, name);
        if (at.length === 1 && at[0] === owner) due.get(name)!.push(message);
        // The owner first: who hears it from a replica before cannot know that the owner is about to tell it too.
        owner.tell(name, message);
        for (const node of at) if (node !== owner) node.tell(name, message);
      }
    }
    all.learn();
    for (let i = 0; i < 50; i++) {
      for (const asked of all.waiting) asked.confirm();
      await all.clock.advance(1_000);
    }
    await Promise.all(calls);
    for (const channel of CHANNELS) {
      const { told } = heard.get(channel)!;
      const owner = all.owners.get(slotOf(channel))!;
      assert.deepEqual(places(all, channel), [owner], "it is at its slot's owner alone in the end");
      assert.equal(owner.subscribed.filter((name) => name === channel).length, 1);
      assert.equal(new Set(told).size, told.length, "nothing was told twice");
      assert.deepEqual(due.get(channel)!.filter((message) => !told.includes(message)), [], "nothing was missed");
      owner.tell(channel, "last");
      assert.equal(told.at(-1), "last");
    }
    assert.equal(all.clock.pending, 0);
    all.subscriptions.close();
  });
}
