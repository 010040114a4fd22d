/**
 * Properties of a connection, with fixed seeds: whatever is called, lost, refused, held back, given up and late when,
 * every call is settled once and as itself, and no write is executed twice.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ConnectionError, ReplyError } from "../../src/errors.ts";
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { PLAIN } from "../../src/resp/value.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { type Scene, scene } from "../support/connected.ts";
import { WELCOME, words } from "../support/conversation.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import type { ScriptedDial, ScriptedStream } from "../support/scripted_platform.ts";
import { utf8 } from "../support/wire.ts";

/** What is called: so many commands that write or do not, with a signal or without. */
interface Making {
  does: "call" | "batch" | "transaction";
  write: boolean;
  count: number;
  signal: boolean;
}

/** What happens next. */
type Step =
  | Making
  | { does: "comes"; part: number }
  | { does: "passes"; ms: number }
  | { does: "dialled" | "refused" | "lost" | "loads" | "halfLoads" | "serves" | "holds" | "takes" | "aborts" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constantFrom("call" as const, "call" as const, "batch" as const, "transaction" as const),
      write: fc.boolean(),
      count: fc.integer({ min: 1, max: 5 }),
      signal: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.constantFrom(0.1, 0.5, 0.9, 1, 1, 1).map((part): Step => ({ does: "comes", part })) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 300 }).map((ms): Step => ({ does: "passes", ms })) },
  { weight: 6, arbitrary: fc.constant<Step>({ does: "dialled" }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ does: "loads" }, { does: "halfLoads" }) },
  {
    weight: 5,
    arbitrary: fc.constantFrom("refused", "lost", "serves", "holds", "takes", "aborts").map((does): Step => ({
      does: does as "lost",
    })),
  },
);

/** A call, and what has become of it. */
interface Made {
  /** The numbers of its commands. */
  ids: string[];
  write: boolean;
  together: boolean;
  outcomes: { reply?: unknown; error?: unknown }[];
}

/** A server's end of one stream. */
class Peer {
  readonly stream: ScriptedStream;
  readonly #decoder = new Decoder();
  readonly #answer: (words: string[], queued: boolean) => string;
  #queue: string[][] | undefined;
  #due: Uint8Array = new Uint8Array(0);

  constructor(stream: ScriptedStream, answer: (words: string[], queued: boolean) => string) {
    this.stream = stream;
    this.#answer = answer;
  }

  /** Reads what was written; a stream's writes are its own when they return. */
  reads(): void {
    for (const write of this.stream.writes.splice(0)) {
      this.#decoder.feed(utf8(write));
      for (let value = this.#decoder.next(PLAIN); value !== INCOMPLETE; value = this.#decoder.next(PLAIN)) {
        this.#due = new Uint8Array([...this.#due, ...utf8(this.#replyTo(value as string[]))]);
      }
    }
  }

  /** Sends so much of what is due. */
  sends(part: number): void {
    const length = Math.ceil(part * this.#due.length);
    if (length === 0) return;
    const chunk = this.#due.slice(0, length);
    this.#due = this.#due.slice(length);
    this.stream.send(chunk);
  }

  #replyTo(command: string[]): string {
    const queue = this.#queue;
    if (command[0] === "MULTI") {
      this.#queue = [];
      return "+OK\r\n";
    }
    if (command[0] === "EXEC" && queue !== undefined) {
      this.#queue = undefined;
      if (queue.length > 0 && queue.every((queued) => queued.length > 0)) {
        return `*${queue.length}\r\n${queue.map((queued) => this.#answer(queued, false)).join("")}`;
      }
      return "-EXECABORT Transaction discarded because of previous errors.\r\n";
    }
    if (queue === undefined) return this.#answer(command, false);
    const reply = this.#answer(command, true);
    queue.push(reply === "+QUEUED\r\n" ? command : []);
    return reply;
  }
}

class World {
  readonly all: Scene = scene({
    reconnect: {},
    retry: { attempts: 3 },
    timeoutMs: 1_000,
    watchdogMs: 2_000,
    pingIntervalMs: 700,
  });
  readonly made: Made[] = [];
  /** How often each write was executed. */
  readonly executed = new Map<string, number>();
  #peers = new Map<ScriptedDial, Peer>();
  #dials = new Set<ScriptedDial>();
  #signals: AbortController[] = [];
  // What the server does; half of the commands are refused while it half loads.
  #state: "loads" | "halfLoads" | "serves" = "serves";
  #ids = 0;

  async take(step: Step): Promise<void> {
    const { clock, platform } = this.all;
    const dial = platform.last;
    const peer = this.#peers.get(dial);
    switch (step.does) {
      case "call":
      case "batch":
      case "transaction":
        return this.#make(step);
      case "comes":
        peer?.sends(step.part);
        break;
      case "passes":
        await clock.advance(step.ms);
        break;
      case "dialled":
        this.#accept(dial);
        break;
      case "refused":
        if (dial !== undefined && !this.#dials.has(dial)) dial.refuse(new Error("refused"));
        if (dial !== undefined) this.#dials.add(dial);
        break;
      case "lost":
        peer?.stream.end(new Error("lost"));
        break;
      case "loads":
      case "halfLoads":
      case "serves":
        this.#state = step.does;
        break;
      case "holds":
        if (peer !== undefined) peer.stream.takes = false;
        break;
      case "takes":
        peer?.stream.drain();
        break;
      case "aborts":
        this.#signals.shift()?.abort();
        break;
    }
    // Sometimes more happens in the same turn, at others it goes on first.
    if (step.does !== "lost") await this.#goOn();
  }

  /** All becomes well, and time passes. */
  async end(): Promise<void> {
    this.#state = "serves";
    for (let i = 0; i < 40; i++) {
      await this.#goOn();
      this.#accept(this.all.platform.last);
      await this.#goOn();
      const peer = this.#peers.get(this.all.platform.last);
      peer?.stream.drain();
      await this.#goOn();
      await this.all.clock.advance(100);
      await this.#goOn();
      peer?.sends(1);
    }
  }

  async #goOn(): Promise<void> {
    await turn();
    for (const peer of this.#peers.values()) peer.reads();
    await turn();
  }

  #accept(dial: ScriptedDial | undefined): void {
    if (dial === undefined || this.#dials.has(dial)) return;
    this.#dials.add(dial);
    const peer = new Peer(dial.stream, (words, queued) => this.#answer(words, queued));
    this.#peers.set(dial, peer);
    dial.accept();
  }

  #answer([name, id]: string[], queued: boolean): string {
    if (name === "HELLO") return WELCOME;
    if (name === "CLIENT") return "+OK\r\n";
    const loads = this.#state === "loads" || (this.#state === "halfLoads" && /[13579]$/.test(id));
    if (loads) return "-LOADING Redis is loading the dataset in memory\r\n";
    if (queued) return "+QUEUED\r\n";
    if (name === "APPEND") this.executed.set(id, (this.executed.get(id) ?? 0) + 1);
    return `+${id}\r\n`;
  }

  #make({ does, write, count, signal }: Making): void {
    const { connection } = this.all;
    const ids = Array.from({ length: does === "call" ? 1 : count }, () => `id${this.#ids++}`);
    const made: Made = { ids, write, together: does === "transaction", outcomes: [] };
    this.made.push(made);
    const controller = new AbortController();
    if (signal) this.#signals.push(controller);
    const options = { ...PLAIN_CALL, signal: signal ? controller.signal : undefined };
    const commands = ids.map((id) => words(write ? "APPEND" : "GET", id));
    const promise: Promise<unknown> = does === "call"
      ? connection.send(commands[0], options)
      : connection.sendAll(made.together ? [words("MULTI"), ...commands, words("EXEC")] : commands, options);
    promise.then((reply) => made.outcomes.push({ reply }), (error) => made.outcomes.push({ error }));
  }
}

/** Each command of a call with what it was given. */
function* entries({ ids, together, outcomes: [{ reply, error }] }: Made): Generator<[id: string, outcome: unknown]> {
  const list = Array.isArray(reply) ? together ? reply.at(-1) : reply : error ?? reply;
  for (const [i, id] of ids.entries()) yield [id, Array.isArray(list) ? list[i] : list];
}

test("properties: every call is settled once and as itself, and no write is executed twice", {
  timeoutMs: 120_000,
}, async () => {
  const seen = { replies: 0, maybe: 0, never: 0, refusals: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60, size: "max" }), async (steps) => {
      const world = new World();
      for (const step of steps) await world.take(step);
      await world.end();
      for (const made of world.made) {
        assert.equal(made.outcomes.length, 1, `settled ${made.outcomes.length} times`);
        for (const [id, outcome] of entries(made)) {
          const times = world.executed.get(id) ?? 0;
          assert.ok(times <= 1, `${id} was executed ${times} times`);
          if (outcome instanceof ConnectionError) {
            seen[outcome.maybeApplied ? "maybe" : "never"]++;
            if (!outcome.maybeApplied) assert.equal(times, 0, outcome.message);
          } else if (outcome instanceof ReplyError) {
            seen.refusals++;
            assert.ok(outcome.code === "LOADING" || outcome.code === "EXECABORT", outcome.message);
            assert.equal(times, 0);
          } else {
            seen.replies++;
            assert.equal(outcome, id);
            if (made.write) assert.equal(times, 1);
          }
        }
      }
      assert.equal(world.all.connection.waiting, 0);
      world.all.connection.destroy();
      assert.equal(world.all.clock.pending, 0);
    }),
    { seed: 20_260_440, numRuns: 1_500 },
  );
  // What was tried is not what cannot fail.
  for (const [kind, count] of Object.entries(seen)) assert.ok(count > 50, `${kind}: ${count}`);
});
