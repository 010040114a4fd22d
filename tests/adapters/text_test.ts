/** The text codec of every adapter does as the web's TextDecoder and TextEncoder do. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { memoryPlatform } from "../../adapters/memory.ts";
import { workersPlatform } from "../../adapters/workers.ts";
import { test } from "../support/harness.ts";
import { roles } from "./links.ts";
import type { Platform } from "../../src/stream.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true }), encoder = new TextEncoder();
const platforms: [string, () => Promise<Platform>][] = [
  ...roles,
  ["memory", () => Promise.resolve(memoryPlatform(() => {}))],
  ["workers", () => Promise.resolve(workersPlatform())],
];

// Around every length at which a codec changes its way.
const lengths = [...Array.from({ length: 70 }, (_, i) => i), 126, 127, 128, 129, 1000, 65535, 65536, 65537, 1 << 20];
const texts: [what: string, of: (length: number) => string][] = [
  ["ASCII", (n) => "abcdefghij".repeat(n / 10 + 1).slice(0, n)],
  ["2-byte characters", (n) => "é".repeat(n)],
  ["3-byte characters", (n) => "€".repeat(n)],
  ["4-byte characters", (n) => "😀".repeat(n)],
  ["ASCII with one late character", (n) => "x".repeat(n) + "ü"],
  ["ASCII with one early character", (n) => "ü" + "x".repeat(n)],
  ["a byte order mark first", (n) => "\ufeff" + "x".repeat(n)],
  ["a byte order mark last", (n) => "x".repeat(n) + "\ufeff"],
  ["zero bytes", (n) => "\0".repeat(n)],
  ["a lone high surrogate", (n) => "x".repeat(n) + "\ud83d"],
  ["a lone low surrogate first", (n) => "\ude00" + "x".repeat(n)],
];
const malformed: [what: string, bytes: number[]][] = [
  ["a continuation alone", [0x80]],
  ["an overlong zero", [0xc0, 0x80]],
  ["a cut 2-byte character", [0xc3]],
  ["a cut 3-byte character", [0xe2, 0x82]],
  ["a cut 4-byte character", [0xf0, 0x9f, 0x98]],
  ["a cut character before ASCII", [0xf0, 0x9f, 0x41]],
  ["an encoded surrogate", [0xed, 0xa0, 0x80]],
  ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ["bytes that never occur", [0xfe, 0xff, 0xf8]],
];

for (const [role, platform] of platforms) {
  for (const [what, of] of texts) {
    test(`text: ${role}: codes ${what} as the web's codecs do`, { timeoutMs: 30_000 }, async () => {
      const { text: codec } = await platform();
      for (const length of lengths) {
        const text = of(length), expected = encoder.encode(text);
        const target = new Uint8Array(text.length * 3 + 8).fill(1);
        const count = codec.encodeInto(text, target, 5);
        assert.equal(count, expected.length, `${length}`);
        assert.ok(sameBytes(target.subarray(5, 5 + count), expected), `${length}`);
        assert.deepEqual([...target.subarray(0, 5)], [1, 1, 1, 1, 1]);
        assert.ok(codec.decode(target, 5, 5 + count) === decoder.decode(expected), `${length}`);
      }
    });
  }
  for (const [what, bytes] of malformed) {
    test(`text: ${role}: replaces ${what}`, async () => {
      const { text: codec } = await platform();
      for (const length of lengths) {
        const array = new Uint8Array(length * 2 + bytes.length).fill(97);
        array.set(bytes, length);
        assert.ok(codec.decode(array, 0, array.length) === decoder.decode(array), `${length} around`);
        const end = length + bytes.length;
        assert.ok(codec.decode(array, length, end) === decoder.decode(array.subarray(length, end)), `${length} before`);
      }
    });
  }
  test(`text: ${role}: decodes any bytes as the web's decoder does`, async () => {
    const { text: codec } = await platform();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, skip) => {
        const start = Math.min(skip, bytes.length);
        return codec.decode(bytes, start, bytes.length) === decoder.decode(bytes.subarray(start));
      }),
      { numRuns: 2000 },
    );
  });
  test(`text: ${role}: encodes any text as the web's encoder does`, async () => {
    const { text: codec } = await platform(), units = fc.array(fc.nat(0xffff), { maxLength: 60 });
    fc.assert(
      fc.property(units, (codes) => {
        const text = String.fromCharCode(...codes), target = new Uint8Array(text.length * 3);
        return sameBytes(target.subarray(0, codec.encodeInto(text, target, 0)), encoder.encode(text));
      }),
      { numRuns: 2000 },
    );
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
