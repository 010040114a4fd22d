/**
 * What decoding costs: time in proportion to the bytes, one copy of a value, no memory for promises.
 *
 * Times are the least of several runs, and are compared with each other alone, with room: the machine may
 * be busy, and what is to be found is a cost that grows with the square, which is 8 times as much here.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { BYTES, type DecodeMode, PLAIN, type Value } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";

const MIB = 1_048_576;
const FACTOR = 4;

/** Feeds the same chunk again and again between a head and an end, and gives the one reply. */
function decodeRepeated(head: string, chunk: Uint8Array, times: number, end: string, mode: DecodeMode): Value {
  const decoder = new Decoder();
  const feed = (bytes: Uint8Array): Value | typeof INCOMPLETE => {
    decoder.feed(bytes);
    return decoder.next(mode) as Value | typeof INCOMPLETE;
  };
  let value = feed(utf8(head));
  for (let i = 0; i < times; i++) {
    if (value !== INCOMPLETE) assert.fail("the reply was given before its end");
    value = feed(chunk);
  }
  if (end !== "") value = feed(utf8(end));
  assert.notEqual(value, INCOMPLETE);
  return value as Value;
}

function decodeString(size: number, mode: DecodeMode, chunkSize = 16_384): Value {
  return decodeRepeated(`$${size}\r\n`, new Uint8Array(chunkSize).fill(97), size / chunkSize, "\r\n", mode);
}

function leastMs(runs: number, run: () => void): number {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function isLinear(runs: number, small: number, large: number, run: (size: number) => void): void {
  run(small);
  const each = leastMs(runs, () => run(small)) / small;
  const eachOfLarge = leastMs(runs, () => run(large)) / large;
  assert.ok(eachOfLarge < FACTOR * each, `${eachOfLarge} ms for each of ${large}, ${each} ms for each of ${small}`);
}

test("growth: a string of 64 MiB in chunks of 16 KiB is copied once, into an array of its own size", () => {
  const bytes = decodeString(64 * MIB, BYTES) as Uint8Array;
  assert.equal(bytes.length, 64 * MIB);
  assert.equal(bytes.byteOffset, 0);
  assert.equal(bytes.buffer.byteLength, 64 * MIB);
  assert.ok(bytes[0] === 97 && bytes[bytes.length - 1] === 97);
});

test("growth: a string of 64 MiB costs as much a byte as one of 8 MiB", { timeoutMs: 60_000 }, () => {
  // Chunks so small that the work on them, and not whether the system's memory is fresh, is what takes the time.
  isLinear(3, 8 * MIB, 64 * MIB, (size) => void decodeString(size, BYTES, 256));
});

test("growth: text of 32 MiB is whole", () => {
  const text = decodeString(32 * MIB, PLAIN) as string;
  assert.equal(text.length, 32 * MIB);
  assert.ok(text.startsWith("aaa") && text.endsWith("aaa"));
});

test("growth: a list of 1,000,000 elements costs as much an element as one of 125,000", { timeoutMs: 60_000 }, () => {
  // 1,024 bytes a chunk: 256 elements, cut where they end.
  const chunk = utf8(":7\r\n".repeat(256));
  isLinear(3, 125_184, 1_000_192, (size) => {
    const list = decodeRepeated(`*${size}\r\n`, chunk, size / 256, "", PLAIN) as Value[];
    assert.equal(list.length, size);
  });
});

test("growth: a list of 1,000,000 elements cut inside of them is whole", { timeoutMs: 60_000 }, () => {
  // 1,000 bytes a chunk, and elements of 9: most chunks end inside of one.
  const element = "$3\r\nabc\r\n";
  const chunk = utf8(element.repeat(1_000));
  const decoder = new Decoder();
  decoder.feed(utf8("*1000000\r\n"));
  let value = decoder.next(PLAIN);
  for (let round = 0; round < 1_000; round++) {
    for (let at = 0; at < chunk.length; at += 1_000) {
      assert.equal(value, INCOMPLETE);
      decoder.feed(chunk.subarray(at, at + 1_000));
      value = decoder.next(PLAIN);
    }
  }
  assert.equal((value as Value[]).length, 1_000_000);
  assert.ok((value as Value[]).every((item) => item === "abc"));
});

test("growth: a line of the greatest length in single bytes costs as much a byte as a short one", () => {
  const ones = new Uint8Array([49]);
  isLinear(5, 6_000, 60_000, (size) => void decodeRepeated("+", ones, size, "\r\n", PLAIN));
});

test("growth: a streamed string of many parts costs as much a part as one of few", { timeoutMs: 60_000 }, () => {
  const parts = utf8(";1\r\nx\r\n".repeat(100));
  isLinear(3, 1_000, 8_000, (times) => {
    assert.equal((decodeRepeated("$?\r\n", parts, times, ";0\r\n", PLAIN) as string).length, 100 * times);
  });
});

for (const mode of [PLAIN, BYTES]) {
  test(
    `growth: a streamed string of 1,000,000 parts of one byte, in ${
      mode === BYTES ? "bytes" : "text"
    }, takes no array a part`,
    { timeoutMs: 30_000 },
    () => {
      const parts = utf8(";1\r\nx\r\n".repeat(1_000));
      const decoder = new Decoder();
      decoder.feed(utf8("$?\r\n"));
      assert.equal(decoder.next(mode), INCOMPLETE);
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 1_000; i++) {
        decoder.feed(parts);
        assert.equal(decoder.next(mode), INCOMPLETE);
      }
      const growth = process.memoryUsage().rss - before;
      assert.ok(growth < 64 * MIB, `${Math.round(growth / MIB)} MiB`);
      decoder.feed(utf8(";0\r\n"));
      const whole = decoder.next(mode) as string | Uint8Array;
      assert.equal(whole.length, 1_000_000);
      if (typeof whole === "string") assert.ok(/^x+$/.test(whole));
      else {
        assert.ok(whole.every((byte) => byte === 120));
        // The caller's alone, without the room that was set aside for more.
        assert.equal(whole.buffer.byteLength, 1_000_000);
      }
    },
  );
}

/** Bytes that the process has taken from the system while a hostile peer's chunks were fed. */
function growthOver(chunks: Uint8Array[]): number {
  const before = process.memoryUsage().rss;
  const decoders = chunks.map((chunk) => {
    const decoder = new Decoder();
    decoder.feed(chunk);
    assert.equal(decoder.next(BYTES), INCOMPLETE);
    return decoder;
  });
  const growth = process.memoryUsage().rss - before;
  assert.equal(decoders.length, chunks.length);
  return growth;
}

// A string's array is made at once, of the announced size. Most systems give its memory page by page as it is
// filled; Bun sometimes clears it, and so takes all of it: the limit on strings is the bound then.
const STRING_MIB = 512;
const promises: { name: string; wire: string; times: number; stringMiB?: number }[] = [
  { name: "an array of 2,147,483,647", wire: "*2147483647\r\n", times: 50 },
  { name: "500 nested arrays of 2,147,483,647", wire: "*2147483647\r\n".repeat(500), times: 20 },
  { name: "500 nested maps of 1,000,000,000 pairs", wire: "%1000000000\r\n".repeat(500), times: 20 },
  { name: "500 arrays, each as long as the chunk", wire: "*5000\r\n".repeat(500) + "+x\r\n".repeat(4_000), times: 20 },
  { name: "500 arrays in a chunk of a megabyte", wire: "*60000\r\n".repeat(500) + "+\r\n".repeat(59_000), times: 5 },
  { name: "500 pushes, each as long as the chunk", wire: ">5000\r\n".repeat(500) + "+x\r\n".repeat(4_000), times: 20 },
  { name: "a string of the greatest length", wire: "$536870912\r\nx", times: 1, stringMiB: STRING_MIB },
  { name: "a part of the greatest length", wire: "$?\r\n;536870912\r\nx", times: 1, stringMiB: STRING_MIB },
];

for (const { name, wire, times, stringMiB = 0 } of promises) {
  test(`growth: ${name}, announced and not sent, takes less than ${64 + stringMiB} MiB`, () => {
    const growth = growthOver(Array.from({ length: times }, () => utf8(wire)));
    assert.ok(growth < (64 + stringMiB) * MIB, `${Math.round(growth / MIB)} MiB`);
  });
}
