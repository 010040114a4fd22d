/** The slot of a key: the vectors that are known, and a plain model over bytes for everything else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { SLOT_COUNT, slotOf } from "../../src/routing/slots.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";

const OPENING = 0x7b, CLOSING = 0x7d;

/** CRC16 of the polynomial 0x1021, bit by bit. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const out = (sum >> 15) ^ ((byte >> bit) & 1);
      sum = ((sum << 1) & 0xffff) ^ (out * 0x1021);
    }
  }
  return sum;
}

/** The slot by the words of the specification. */
function slotByModel(key: Uint8Array): number {
  const opening = key.indexOf(OPENING);
  const closing = opening < 0 ? -1 : key.indexOf(CLOSING, opening);
  const tagged = closing > opening + 1;
  return checksum(tagged ? key.subarray(opening + 1, closing) : key) % SLOT_COUNT;
}

test("the slots of keys with and without a hash tag", () => {
  const rows: [key: string, hashed: string][] = [
    ["123456789", "123456789"],
    ["", ""],
    ["{user1000}.following", "user1000"],
    ["{user1000}.followers", "user1000"],
    ["a{user1000}", "user1000"],
    // An empty tag is none, and what stands behind it is not looked at.
    ["foo{}{bar}", "foo{}{bar}"],
    ["{}", "{}"],
    ["foo{{bar}}zap", "{bar"],
    ["foo{bar}{zap}", "bar"],
    ["foo}bar{zap}", "zap"],
    ["foo{bar", "foo{bar"],
    ["foo}bar{", "foo}bar{"],
    ["{é}x", "é"],
    ["é{x}é", "x"],
  ];
  for (const [key, hashed] of rows) assert.equal(slotOf(key), checksum(utf8(hashed)) % SLOT_COUNT, key);
  assert.equal(checksum(utf8("123456789")), 0x31c3);
  assert.equal(slotOf("123456789"), 12_739);
  assert.equal(slotOf(""), 0);
  assert.equal(slotOf("foo"), 12_182);
  assert.equal(slotOf("{user1000}.following"), 3_443);
});

test("numbers and bigints have the slot of the decimal that is sent for them", () => {
  const rows: [key: number | bigint, text: string][] = [
    [0, "0"],
    [-0, "0"],
    [7, "7"],
    [-12, "-12"],
    [1.5, "1.5"],
    [123_456_789, "123456789"],
    [1e21, "1000000000000000000000"],
    [2 ** 64, "18446744073709551616"],
    [-(2 ** 70), "-1180591620717411303424"],
    [1e-7, "1e-7"],
    [123_456_789n, "123456789"],
    [-(2n ** 64n), "-18446744073709551616"],
  ];
  for (const [key, text] of rows) assert.equal(slotOf(key), slotByModel(utf8(text)), text);
});

test("what is no word is left to the encoder to refuse", () => {
  for (const key of [undefined, null, NaN, Infinity, true, {}, [], Symbol("s")]) {
    const slot = slotOf(key as string);
    assert.ok(slot >= 0 && slot < SLOT_COUNT, typeof key);
  }
});

test("half of a surrogate pair is hashed as it is sent, as U+FFFD", () => {
  const rows: [key: string, sent: string][] = [
    ["\ud83d", "\ufffd"],
    ["\ude00", "\ufffd"],
    ["\ud83dx", "\ufffdx"],
    ["\ude00\ud83d", "\ufffd\ufffd"],
    ["\ud83d\ud83d\ude00", "\ufffd\u{1f600}"],
    ["a{\ud83d}\ude00", "a{\ufffd}\ufffd"],
  ];
  for (const [key, sent] of rows) assert.equal(slotOf(key), slotByModel(utf8(sent)), JSON.stringify(key));
});

const anyCharacter = fc.oneof(
  fc.constantFrom("{", "}", "a", "\0", "\x7f", "\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff"),
  fc.constantFrom("\u{10000}", "\u{10ffff}", "\ud800", "\udbff", "\udc00", "\udfff"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);

test("text has the slot of its UTF-8, whatever is in it", () => {
  fc.assert(
    fc.property(fc.array(anyCharacter, { maxLength: 30 }), (characters) => {
      const key = characters.join("");
      assert.equal(slotOf(key), slotByModel(utf8(key)));
    }),
    { numRuns: 2_000 },
  );
});

test("bytes have the slot that the specification gives them", () => {
  const anyByte = fc.oneof(fc.constantFrom(OPENING, CLOSING, 0, 255), fc.nat(255));
  fc.assert(
    fc.property(fc.array(anyByte, { maxLength: 40 }), (bytes) => {
      const key = Uint8Array.from(bytes);
      assert.equal(slotOf(key), slotByModel(key));
      // Also where they are a part of something longer.
      assert.equal(slotOf(Uint8Array.from([OPENING, ...bytes, CLOSING]).subarray(1, -1)), slotByModel(key));
    }),
    { numRuns: 2_000 },
  );
});
