/** The schedules of the memory streams: chunk sizes, delays on a clock, failure, and what is dialled. */
import assert from "node:assert/strict";
import { type MemoryOptions, memoryPair, memoryPlatform, type MemoryStream } from "../../adapters/memory.ts";
import type { Clock, Target } from "../../src/stream.ts";
import { test } from "../support/harness.ts";
import { Recorder } from "./links.ts";

/** A clock that moves when it is told. */
function handClock(): Clock & { advance(ms: number): Promise<void> } {
  let time = 0;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    now: () => time,
    after(delayMs, callback) {
      const timer = { at: time + delayMs, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    async advance(ms) {
      for (const end = time + ms;;) {
        await settled();
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        time = next?.at ?? end;
        if (!next) return;
        timers.splice(timers.indexOf(next), 1);
        next.callback();
      }
    },
  };
}

/** Lets all microtasks pass that wait. */
async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}

function opened(options?: MemoryOptions): { near: MemoryStream; far: MemoryStream; seen: Recorder; atFar: Recorder } {
  const [near, far] = memoryPair(options), seen = new Recorder(), atFar = new Recorder();
  near.open(seen);
  far.open(atFar);
  return { near, far, seen, atFar };
}

const sizes = (recorder: Recorder): number[] => recorder.chunks.map((chunk) => chunk.length);

const schedules: [what: string, make: () => MemoryOptions["chunkSizes"], expected: number[]][] = [
  ["all that waits when there is none", () => undefined, [10]],
  ["a function's", () => () => 4, [4, 4, 2]],
  ["byte by byte", () => () => 1, Array(10).fill(1)],
  ["an iterator's, then all", () => [1, 2, 3].values(), [1, 2, 3, 4]],
  ["at least one byte", () => [0, -5, 0.5].values(), [1, 1, 1, 7]],
];
for (const [what, make, expected] of schedules) {
  test(`memory: chunk sizes are ${what}`, async () => {
    const { near, atFar } = opened({ chunkSizes: make() });
    near.write(Uint8Array.of(0, 1, 2, 3, 4));
    near.write(Uint8Array.of(5, 6, 7, 8, 9));
    await settled();
    assert.deepEqual(sizes(atFar), expected);
    assert.deepEqual([...atFar.bytes], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
}

test("memory: bytes arrive when the clock says so, each chunk after its delay", async () => {
  const clock = handClock(), delays = [100, 50, 10];
  const { near, atFar } = opened({ clock, delayMs: () => delays.shift() ?? 0, chunkSizes: () => 2 });
  near.write(new Uint8Array(6));
  const seen: number[] = [];
  for (const ms of [99, 1, 49, 1, 9, 1]) {
    await clock.advance(ms);
    seen.push(atFar.count);
  }
  assert.deepEqual(seen, [0, 2, 2, 4, 4, 6]);
});

test("memory: the end of the stream comes behind delayed bytes", async () => {
  const clock = handClock(), { near, atFar, seen } = opened({ clock, delayMs: 10 });
  near.write(new Uint8Array(3));
  near.close();
  await clock.advance(10);
  assert.deepEqual([atFar.count, atFar.ends, seen.ends], [3, [], [undefined]]);
  await clock.advance(10);
  assert.deepEqual(atFar.ends, [undefined]);
});

test("memory: a delay without a clock is a TypeError", () => {
  assert.throws(() => memoryPair({ delayMs: 5 }), TypeError);
});

test("memory: write says false above the high-water mark, and drained comes once", async () => {
  const { near, far, seen, atFar } = opened({ highWaterMark: 10 });
  far.pause();
  const answers = [4, 6, 1, 1].map((length) => near.write(new Uint8Array(length)));
  await settled();
  assert.deepEqual([answers, seen.drains, atFar.count], [[true, true, false, false], 0, 0]);
  far.resume();
  await settled();
  assert.deepEqual([seen.drains, atFar.count, near.write(new Uint8Array(1))], [1, 12, true]);
});

test("memory: a failure is told to both ends at once, and nothing after it", async () => {
  const { near, far, seen, atFar } = opened(), error = new Error("cable cut");
  near.write(new Uint8Array(5));
  near.fail(error);
  assert.deepEqual([seen.ends, atFar.ends], [[error], [error]]);
  far.write(new Uint8Array(5));
  near.close();
  await settled();
  assert.deepEqual([seen.ends.length, seen.late, seen.count, atFar.count], [1, 0, 0, 0]);
});

test("memory: a dial hands over the other end and what was dialled", async () => {
  const dialled: Target[] = [], seen = new Recorder();
  const platform = memoryPlatform((stream, target) => {
    dialled.push(target);
    stream.open({ received: (bytes) => void stream.write(bytes), drained() {}, closed() {} });
  });
  const stream = await platform.dial({ host: "a", port: 7 });
  stream.open(seen);
  stream.write(Uint8Array.of(1, 2, 3));
  await settled();
  assert.deepEqual([dialled, [...seen.bytes]], [[{ host: "a", port: 7 }], [1, 2, 3]]);
});

test("memory: a dial rejects with what accept throws", async () => {
  const error = new Error("no room");
  const platform = memoryPlatform(() => {
    throw error;
  });
  await assert.rejects(platform.dial({ host: "a", port: 7 }), (caught) => caught === error);
});
