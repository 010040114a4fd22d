/** Properties of the session, with fixed seeds: whatever is called, leaves, comes and is gone on with when, order is kept. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../support/harness.ts";
import { Conversation } from "../support/conversation.ts";
import { utf8 } from "../support/wire.ts";

/** What happens next: so many calls, a batch of so many, a write, so much of what is due comes, or the session goes on. */
type Step = { call: number } | { batch: number } | { comes: number } | "leave" | "resume";

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 60 }).map((call) => ({ call })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map((batch) => ({ batch })) },
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((comes) => ({ comes })) },
  { weight: 4, arbitrary: fc.constant("leave" as const) },
  { weight: 3, arbitrary: fc.constant("resume" as const) },
);

/** A session and its server, which answers each command with its number. */
class Dialogue {
  readonly talk: Conversation = Conversation.ready();
  /** What is to become of the calls, in order. */
  readonly expected: [name: string, outcome: object][] = [];
  #numbers = 0;
  // Replies to what has not left, and the bytes of those that are on their way.
  #unsent = "";
  #due: Uint8Array = new Uint8Array(0);

  take(step: Step): void {
    if (step === "leave") this.leave();
    else if (step === "resume") this.talk.session.resume();
    else if ("comes" in step) this.comes(Math.ceil(step.comes * this.#due.length));
    else if ("batch" in step) {
      const replies = Array.from({ length: step.batch }, () => this.#reply());
      const names = replies.map((reply) => `B${reply}`);
      this.talk.batches(names);
      this.expected.push([names.join(", "), { reply: replies }]);
    } else {
      for (let i = 0; i < step.call; i++) {
        const reply = this.#reply();
        this.talk.calls(`N${reply}`);
        this.expected.push([`N${reply}`, { reply }]);
      }
    }
  }

  /** All that waits leaves, all that is due comes. */
  end(): void {
    this.leave();
    this.comes(this.#due.length);
    this.talk.session.resume();
  }

  leave(): void {
    this.talk.session.output();
    this.talk.session.written(true);
    this.#due = new Uint8Array([...this.#due, ...utf8(this.#unsent)]);
    this.#unsent = "";
  }

  comes(length: number): void {
    if (length === 0) return;
    const waiting = this.talk.session.waiting;
    const isHalf = this.talk.takes(this.#due.subarray(0, length));
    this.#due = this.#due.slice(length);
    if (isHalf) assert.ok(waiting >= 32 && this.talk.session.waiting > 0);
  }

  #reply(): number {
    this.#unsent += `:${this.#numbers}\r\n`;
    return this.#numbers++;
  }
}

test("properties: calls are settled in their order with their own replies, whatever happens between the halves", {
  timeoutMs: 60_000,
}, () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40, size: "max" }), (steps) => {
      const dialogue = new Dialogue();
      for (const step of steps) {
        dialogue.take(step);
        const { settled } = dialogue.talk;
        assert.deepEqual(settled, dialogue.expected.slice(0, settled.length));
      }
      dialogue.end();
      assert.deepEqual(dialogue.talk.settled, dialogue.expected);
      assert.equal(dialogue.talk.session.waiting, 0);
    }),
    { seed: 20_260_180, numRuns: 300 },
  );
});
