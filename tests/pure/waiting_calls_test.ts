/** Calls that wait to be sent: the backlog, those that were refused, and those that end with a signal. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { command } from "../../src/commands/command.ts";
import { status } from "../../src/commands/readers.ts";
import { Aborts } from "../../src/connection/aborts.ts";
import { Backlog } from "../../src/connection/backlog.ts";
import type { RetrySettings } from "../../src/connection/connection_settings.ts";
import { Refused } from "../../src/connection/refused.ts";
import { WaitingCalls } from "../../src/connection/waiting_calls.ts";
import { AbortError, ReplyError } from "../../src/errors.ts";
import { PLAIN_CALL } from "../../src/sender.ts";
import { Batch } from "../../src/session/batch.ts";
import { Call, type PendingCall } from "../../src/session/call.ts";
import { test } from "../support/harness.ts";

const UNBOUNDED = { maxQueued: Infinity, maxQueuedBytes: Infinity };
/** The bytes of a command with one word of one letter. */
const ONE = "*1\r\n$1\r\na\r\n".length;

/** A call and what its caller was told. */
interface Told {
  call: PendingCall;
  told: unknown[];
}

function called(words: readonly string[] = ["a"], options: Partial<typeof PLAIN_CALL> = {}): Told {
  const told: unknown[] = [];
  const tell = (outcome: unknown) => void told.push(outcome);
  return { call: new Call(command(words, status), { ...PLAIN_CALL, ...options }, tell, tell), told };
}

function calls(count: number): PendingCall[] {
  return Array.from({ length: count }, () => called().call);
}

function rest(backlog: Backlog): PendingCall[] {
  const left: PendingCall[] = [];
  for (let call = backlog.shift(); call !== undefined; call = backlog.shift()) left.push(call);
  return left;
}

test("backlog: calls leave in the order in which they came", () => {
  const backlog = new Backlog(UNBOUNDED);
  const [a, b, c, d] = calls(4);
  backlog.push(a);
  assert.equal(backlog.pushBounded(b), true);
  backlog.push(c);
  assert.equal(backlog.pushBounded(d), true);
  assert.equal(backlog.size, 4);
  assert.deepEqual([backlog.at(0), backlog.at(3), backlog.at(4)], [a, d, undefined]);
  assert.deepEqual(rest(backlog), [a, b, c, d]);
  assert.deepEqual([backlog.size, backlog.shift()], [0, undefined]);
});

test("backlog: calls that are put back go before the others, in their order", () => {
  const backlog = new Backlog(UNBOUNDED);
  const [a, b, c, d, e] = calls(5);
  backlog.push(d);
  backlog.putBack([b, c]);
  backlog.putBack([]);
  backlog.putBack([a]);
  backlog.push(e);
  assert.deepEqual(rest(backlog), [a, b, c, d, e]);
  const many = calls(300);
  backlog.putBack(many);
  assert.deepEqual(rest(backlog), many);
});

test("backlog: its count is bounded, and a place that is left can be taken again", () => {
  const backlog = new Backlog({ ...UNBOUNDED, maxQueued: 2 });
  const [a, b, c, d] = calls(4);
  assert.deepEqual([a, b, c].map((call) => backlog.pushBounded(call)), [true, true, false]);
  assert.equal(backlog.size, 2);
  assert.equal(backlog.shift(), a);
  assert.equal(backlog.pushBounded(d), true);
  assert.deepEqual(rest(backlog), [b, d]);
  assert.equal(new Backlog({ ...UNBOUNDED, maxQueued: 0 }).pushBounded(a), false);
});

test("backlog: its bytes are bounded as they go on the wire, and given back", () => {
  const backlog = new Backlog({ ...UNBOUNDED, maxQueuedBytes: 3 * ONE });
  const [a, b, c, d] = calls(4);
  assert.deepEqual([a, b, c, d].map((call) => backlog.pushBounded(call)), [true, true, true, false]);
  assert.equal(backlog.shift(), a);
  assert.equal(backlog.pushBounded(called(["bb"]).call), false);
  assert.equal(backlog.pushBounded(d), true);
  assert.deepEqual(rest(backlog), [b, c, d]);
  // As much as before fits again, and one that fills it all.
  const exact = called(["x".repeat(3 * ONE - ONE - 1)]).call;
  assert.equal(backlog.pushBounded(exact), true);
  assert.equal(backlog.pushBounded(a), false);
});

test("backlog: a batch counts as one call and with all its bytes", () => {
  const batch = () => {
    const words = [command(["a"], status), command(["a"], status)];
    return new Batch(words, PLAIN_CALL, () => {}, () => {});
  };
  const byCount = new Backlog({ ...UNBOUNDED, maxQueued: 1 });
  assert.equal(byCount.pushBounded(batch()), true);
  const byBytes = new Backlog({ ...UNBOUNDED, maxQueuedBytes: 4 * ONE - 1 });
  assert.deepEqual([byBytes.pushBounded(batch()), byBytes.pushBounded(batch())], [true, false]);
});

test("backlog: what holds for a connection that is there is not bounded and takes nothing from what is", () => {
  const backlog = new Backlog({ maxQueued: 2, maxQueuedBytes: 2 * ONE });
  const [a, b, c, d] = calls(4);
  backlog.push(a);
  backlog.putBack([b]);
  backlog.push(c);
  assert.equal(backlog.size, 3);
  assert.equal(backlog.shift(), b);
  assert.equal(backlog.shift(), a);
  assert.equal(backlog.pushBounded(d), true);
  assert.deepEqual(rest(backlog), [c, d]);
});

test("backlog: calls that were given up are passed over and give their place and their bytes back", () => {
  for (const bounds of [{ ...UNBOUNDED, maxQueued: 3 }, { ...UNBOUNDED, maxQueuedBytes: 3 * ONE }]) {
    const backlog = new Backlog(bounds);
    const [a, b, c, d, e] = calls(5);
    for (const call of [a, b, c]) assert.equal(backlog.pushBounded(call), true);
    assert.equal(backlog.pushBounded(d), false);
    a.fail(new Error("given up"));
    c.fail(new Error("given up"));
    // Nobody has looked through it yet: that is done when there is no room.
    assert.equal(backlog.size, 3);
    assert.equal(backlog.pushBounded(d), true);
    assert.equal(backlog.size, 2);
    assert.equal(backlog.pushBounded(e), true);
    e.fail(new Error("given up"));
    backlog.removeDone();
    assert.equal(backlog.size, 2);
    d.fail(new Error("given up"));
    assert.deepEqual(rest(backlog), [b]);
    const again = calls(4).map((call) => backlog.pushBounded(call));
    assert.deepEqual(again, [true, true, true, false]);
  }
});

test("backlog: a call that cannot be encoded is not taken and costs nothing", () => {
  const backlog = new Backlog({ ...UNBOUNDED, maxQueuedBytes: ONE });
  const wrong = called(["a", undefined as unknown as string]).call;
  assert.throws(() => backlog.pushBounded(wrong), TypeError);
  assert.equal(backlog.size, 0);
  const [a, b] = calls(2);
  assert.deepEqual([backlog.pushBounded(a), backlog.pushBounded(b)], [true, false]);
});

test("backlog: whatever comes and goes, the order and the bounds hold", () => {
  const anyStep = fc.oneof(
    fc.record({ kind: fc.constantFrom("bounded" as const, "give up" as const), nth: fc.nat(20) }),
    fc.record({
      kind: fc.constantFrom("push" as const, "shift" as const, "back" as const, "look" as const),
      nth: fc.nat(0),
    }),
  );
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const bounds = { maxQueued: 8, maxQueuedBytes: 200 };
      const backlog = new Backlog(bounds);
      let model: { call: PendingCall; bytes: number }[] = [];
      const taken: PendingCall[] = [];
      for (const step of steps) {
        if (step.kind === "bounded") {
          const { call } = called(["x".repeat(step.nth)]);
          const bytes = `*1\r\n$${step.nth}\r\n${"x".repeat(step.nth)}\r\n`.length;
          const fits = (of: typeof model) =>
            of.length < bounds.maxQueued &&
            of.reduce((sum, each) => sum + each.bytes, 0) + bytes <= bounds.maxQueuedBytes;
          if (!fits(model)) model = model.filter((each) => !each.call.done);
          assert.equal(backlog.pushBounded(call), fits(model));
          if (fits(model)) model.push({ call, bytes });
        } else if (step.kind === "push") {
          const { call } = called();
          backlog.push(call);
          model.push({ call, bytes: 0 });
        } else if (step.kind === "shift") {
          while (model[0]?.call.done) model.shift();
          const call = backlog.shift();
          assert.equal(call, model.shift()?.call);
          if (call !== undefined) taken.push(call);
        } else if (step.kind === "back") {
          const back = taken.splice(-2).filter((call) => !call.done);
          backlog.putBack(back);
          model.unshift(...back.map((call) => ({ call, bytes: 0 })));
        } else if (step.kind === "look") {
          backlog.removeDone();
          model = model.filter((each) => !each.call.done);
        } else model[step.nth]?.call.fail(new Error("given up"));
        assert.equal(backlog.size, model.length);
      }
      assert.deepEqual(rest(backlog), model.map(({ call }) => call).filter((call) => !call.done));
    }),
    { seed: 44, numRuns: 300 },
  );
});

const REFUSAL = new ReplyError("LOADING Redis is loading the dataset in memory", {});
const RETRY: RetrySettings = { baseMs: 50, factor: 2, capMs: 1_000, jitter: 0, attempts: 4, ceiling: "readOnly" };

/** A call that has been sent so often. */
function sent(attempts: number, options: Partial<typeof PLAIN_CALL> = {}, deadline = 0): PendingCall {
  const { call } = called(["a"], options);
  for (let sent = 0; sent < attempts; sent++) call.sent();
  call.deadline = deadline;
  call.waitedFor = "reply";
  return call;
}

test("refused: a call waits longer with each try", () => {
  for (const [attempts, at] of [[1, 1_050], [2, 1_100], [3, 1_200]]) {
    const refused = new Refused(RETRY, () => 0);
    const call = sent(attempts);
    assert.equal(refused.take(call, REFUSAL, 1_000), true);
    assert.deepEqual([refused.at, refused.size, refused.calls], [at, 1, [call]]);
    assert.equal(call.waitedFor, "retry");
  }
});

test("refused: it waits a moment even where chance says none", () => {
  const refused = new Refused({ ...RETRY, jitter: 1 }, () => 1 - 2 ** -32);
  assert.equal(refused.take(sent(1), REFUSAL, 1_000), true);
  assert.equal(refused.at, 1_001);
});

test("refused: those that come later go with the first, in their order", () => {
  const refused = new Refused(RETRY, () => 0);
  const waiting = [sent(1), sent(3), sent(2)];
  waiting.forEach((call, i) => assert.equal(refused.take(call, REFUSAL, 1_000 + 40 * i), true));
  assert.equal(refused.at, 1_050);
  assert.deepEqual(refused.takeAll(), waiting);
  assert.deepEqual([refused.at, refused.size, refused.takeAll()], [0, 0, []]);
  assert.equal(refused.take(sent(2), REFUSAL, 5_000), true);
  assert.equal(refused.at, 5_100);
});

test("refused: a call whose tries are over, or whose time would be, is not taken and left as it was", () => {
  const rows: [name: string, call: PendingCall, taken: boolean][] = [
    ["its last try", sent(4), false],
    ["more than that", sent(5), false],
    ["fewer tries of its own", sent(2, { attempts: 2 }), false],
    ["one try of its own", sent(1, { attempts: 1 }), false],
    ["more tries of its own", sent(4, { attempts: 5 }), true],
    ["a deadline before", sent(1, {}, 1_049), false],
    ["a deadline at that very moment", sent(1, {}, 1_050), false],
    ["a deadline behind", sent(1, {}, 1_051), true],
  ];
  for (const [name, call, taken] of rows) {
    const refused = new Refused(RETRY, () => 0);
    assert.equal(refused.take(call, REFUSAL, 1_000), taken, name);
    assert.deepEqual(
      [refused.size, refused.at !== 0, call.waitedFor],
      taken ? [1, true, "retry"] : [0, false, "reply"],
    );
  }
});

test("refused: whoever wakes too late for the next try, and for the deadline, tells why it was refused", () => {
  const commands = ["a", "b", "c"].map((word) => command([word], status));
  const rows: [name: string, make: (tell: (outcome: unknown) => void) => PendingCall, told: unknown][] = [
    ["one command", (tell) => new Call(commands[0], PLAIN_CALL, tell, tell), REFUSAL],
    ["a batch of which one was answered", (tell) => {
      const batch = new Batch(commands, PLAIN_CALL, tell, tell);
      batch.settle("OK", { refused: unwanted });
      return batch;
    }, ["OK", REFUSAL, REFUSAL]],
  ];
  for (const [name, make, expected] of rows) {
    for (const late of ["takeRefusedBy", "expire"] as const) {
      const waiting = new WaitingCalls({ ...UNBOUNDED, retry: RETRY, random: () => 0, link: { node: "n" } });
      const told: unknown[] = [];
      const call = make((outcome) => told.push(outcome));
      call.sent();
      call.deadline = 1_060;
      assert.equal(waiting.takeRefused(call, REFUSAL, 1_000), 1_050, name);
      waiting[late](1_100, true);
      assert.deepEqual([told, waiting.size], [[expected], 0], `${name}, ${late}`);
    }
  }
});

test("refused: those that were given up are not sent again, and without any there is no moment", () => {
  const refused = new Refused(RETRY, () => 0);
  const [a, b, c] = [sent(1), sent(1), sent(1)];
  for (const call of [a, b, c]) refused.take(call, REFUSAL, 1_000);
  b.fail(new Error("given up"));
  refused.removeDone();
  assert.deepEqual([refused.calls, refused.at], [[a, c], 1_050]);
  c.fail(new Error("given up"));
  assert.deepEqual(refused.takeAll(), [a]);
  refused.take(b, REFUSAL, 1_000);
  refused.removeDone();
  assert.deepEqual([refused.size, refused.at], [0, 0]);
});

function unwanted(): never {
  throw new Error("must not be called");
}

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}

test("aborts: a signal that has aborted ends the call at once", () => {
  const reason = new Error("enough");
  const { call, told } = called(["GET", "secret"]);
  new Aborts("host:6379", () => {}).watch(AbortSignal.abort(reason), call);
  assert.equal(call.done, true);
  const [error] = told;
  assert.ok(error instanceof AbortError);
  assert.equal(
    error.message,
    'Cannot finish GET at "host:6379": its signal aborted; it waited to be connected, and was not written',
  );
  assert.deepEqual([error.cause, error.waitedFor, error.maybeApplied], [reason, "connection", false]);
});

test("aborts: one listener a signal, however many calls, and all of them end with it", () => {
  const aborts = new Aborts("host:6379", () => {});
  const controller = new AbortController();
  const other = new AbortController();
  const made = Array.from({ length: 1_000 }, () => called());
  for (const { call } of made) aborts.watch(controller.signal, call);
  const spared = called();
  aborts.watch(other.signal, spared.call);
  assert.deepEqual([listeners(controller.signal), listeners(other.signal)], [1, 1]);
  made[1].call.waitedFor = "reply";
  controller.abort();
  for (const { told } of made) assert.ok(told.length === 1 && told[0] instanceof AbortError);
  assert.deepEqual(made.slice(0, 2).map(({ told: [error] }) => (error as AbortError).maybeApplied), [false, true]);
  assert.deepEqual([listeners(controller.signal), listeners(other.signal)], [0, 1]);
  assert.deepEqual(spared.told, []);
  spared.call.fail(new Error("over"));
  assert.equal(listeners(other.signal), 0);
});

test("aborts: a signal that lives long keeps nothing of calls that are settled", () => {
  const aborts = new Aborts("host:6379", () => {});
  const { signal } = new AbortController();
  for (let i = 0; i < 3; i++) {
    const first = called();
    const second = called();
    aborts.watch(signal, first.call);
    aborts.watch(signal, second.call);
    assert.equal(listeners(signal), 1);
    first.call.settle("OK", { refused: () => false });
    assert.equal(listeners(signal), 1);
    second.call.fail(new Error("given up"));
    assert.equal(listeners(signal), 0);
    assert.deepEqual(first.told, ["OK"]);
  }
});

test("aborts: a call that is settled is not told of a later abort", () => {
  const aborts = new Aborts("host:6379", () => {});
  const controller = new AbortController();
  const settled = called();
  const waits = called();
  aborts.watch(controller.signal, settled.call);
  aborts.watch(controller.signal, waits.call);
  settled.call.settle("OK", { refused: () => false });
  controller.abort();
  assert.deepEqual(settled.told, ["OK"]);
  assert.equal(waits.told.length, 1);
});
