/** Commands to bytes: words of every kind and length, and wrong ones that leave nothing behind. */
import assert from "node:assert/strict";
import { type EncodableWord, Encoder } from "../../src/resp/encoder.ts";
import { webText } from "../../src/resp/text.ts";
import { test } from "../support/harness.ts";
import { joined, latin1, textOf, utf8 } from "../support/wire.ts";

const written = (...words: EncodableWord[]): Uint8Array => {
  const encoder = new Encoder();
  encoder.write(words);
  return encoder.take().slice();
};

const rows: [name: string, word: EncodableWord, sent: string | Uint8Array][] = [
  ["an empty string", "", ""],
  ["a string of one character", "a", "a"],
  ["a string with line ends", "a\r\nb", "a\r\nb"],
  ["a string of a zero character", "\0", "\0"],
  ["a string of the last ASCII character", "\x7f", "\x7f"],
  ["a string of the first character beyond ASCII", "\x80", "\x80"],
  ["a string of every width", "aé€😀z", "aé€😀z"],
  ["a string that ends beyond ASCII", "abcdé", "abcdé"],
  ["a byte order mark", "\ufeffa", "\ufeffa"],
  ["the first half of a pair alone", "a\ud83db", "a\ufffdb"],
  ["the second half of a pair alone", "\ude00", "\ufffd"],
  ["two halves in the wrong order", "\ude00\ud83d", "\ufffd\ufffd"],
  ["the first half of a pair at the end of 30 characters", "x".repeat(29) + "\ud83d", "x".repeat(29) + "\ufffd"],
  ["the number 0", 0, "0"],
  ["the number 9", 9, "9"],
  ["the number 10", 10, "10"],
  ["the number 99", 99, "99"],
  ["the number 100", 100, "100"],
  ["the number 999,999,999", 999_999_999, "999999999"],
  ["the number 1,000,000,000", 1_000_000_000, "1000000000"],
  ["the number 1,000,000,001", 1_000_000_001, "1000000001"],
  ["the number -0", -0, "0"],
  ["the number -1", -1, "-1"],
  ["the number 0.1", 0.1, "0.1"],
  ["the number -1.5", -1.5, "-1.5"],
  ["the number 2^53", 2 ** 53, "9007199254740992"],
  ["the number -(2^53)", -(2 ** 53), "-9007199254740992"],
  ["the number 2^53 + 2", 2 ** 53 + 2, "9007199254740994"],
  ["the number 2^60", 2 ** 60, "1152921504606846976"],
  ["the number -(2^60)", -(2 ** 60), "-1152921504606846976"],
  ["the number 2^63", 2 ** 63, "9223372036854775808"],
  ["the number -(2^63)", -(2 ** 63), "-9223372036854775808"],
  ["the number nearest to 123456789012345678901", 123456789012345680000, "123456789012345683968"],
  ["the number 1e20", 1e20, "100000000000000000000"],
  ["the number 1e21, without an exponent", 1e21, "1000000000000000000000"],
  ["the number -1e21, without an exponent", -1e21, "-1000000000000000000000"],
  ["the number 1.5e300, without an exponent", 1.5e300, BigInt(1.5e300).toString()],
  ["the number 2^51 + 0.5", 2 ** 51 + 0.5, "2251799813685248.5"],
  ["the number 1e-7", 1e-7, "1e-7"],
  ["the greatest number", Number.MAX_VALUE, BigInt(Number.MAX_VALUE).toString()],
  ["the least number", Number.MIN_VALUE, "5e-324"],
  ["the bigint 0", 0n, "0"],
  ["a negative bigint", -7n, "-7"],
  ["a bigint beyond 64 bits", 2n ** 70n, "1180591620717411303424"],
  ["an empty array of bytes", new Uint8Array(0), ""],
  ["bytes that are not UTF-8", latin1("\x00\xff\r\n\x80"), latin1("\x00\xff\r\n\x80")],
  ["a part of an array of bytes", utf8("abcdef").subarray(2, 4), "cd"],
];

for (const [name, word, sent] of rows) {
  test(`encoder: ${name} is sent as it is to be read`, () => {
    const bytes = utf8(sent);
    assert.deepEqual(written("SET", word), joined(`*2\r\n$3\r\nSET\r\n$${bytes.length}\r\n`, bytes, "\r\n"));
  });
}

const LENGTHS = [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 23, 24, 25, 33, 34, 49, 50, 99, 100, 101, 127, 128, 333, 334, 499, 500]
  .concat([999, 1_000, 1_001, 3_333, 3_334, 5_461, 5_462, 9_999, 10_000, 16_383, 16_384, 16_385, 33_334, 100_000]);

test("encoder: strings and bytes of every length around a boundary have the right length in front", () => {
  for (const length of LENGTHS) {
    for (const character of ["x", "é", "€", "😀"]) {
      for (const word of [character.repeat(length), "x".repeat(length) + character, character + "x".repeat(length)]) {
        const bytes = utf8(word);
        const expected = joined(`*2\r\n$1\r\nA\r\n$${bytes.length}\r\n`, bytes, "\r\n");
        assert.deepEqual(written("A", word), expected, `${character} at length ${length}`);
        assert.deepEqual(written("A", bytes), expected, `${character} at length ${length}, as bytes`);
      }
    }
  }
});

test("encoder: numbers around every power of ten have the right length in front", () => {
  for (let power = 1; power <= 2 ** 53; power *= 10) {
    for (const number of [power - 1, power, power + 1]) {
      const text = `${number}`;
      assert.equal(textOf(written(number, -number)), `*2\r\n$${text.length}\r\n${text}\r\n${minus(number)}`);
    }
  }
});

function minus(number: number): string {
  const text = number === 0 ? "0" : `-${number}`;
  return `$${text.length}\r\n${text}\r\n`;
}

test("encoder: a command of many words has their count in front", () => {
  for (const count of [1, 9, 10, 11, 99, 100, 1_000, 10_000]) {
    assert.equal(textOf(written(...new Array(count).fill("a"))), `*${count}\r\n${"$1\r\na\r\n".repeat(count)}`);
  }
});

test("encoder: the buffer grows and keeps what is in it", () => {
  const encoder = new Encoder();
  const expected: (string | Uint8Array)[] = [];
  for (let length = 1; length < 3_000_000; length = length * 3 + 1) {
    const bytes = new Uint8Array(length).fill(length % 256);
    encoder.write(["SET", "é".repeat(length % 1_000), bytes]);
    const key = "é".repeat(length % 1_000);
    expected.push(`*3\r\n$3\r\nSET\r\n$${2 * key.length}\r\n${key}\r\n$${length}\r\n`, bytes, "\r\n");
  }
  const whole = joined(...expected);
  assert.equal(encoder.length, whole.length);
  assert.deepEqual(encoder.take(), whole);
});

test("encoder: many small commands fill the buffer past its size", () => {
  const encoder = new Encoder();
  for (let i = 0; i < 20_000; i++) encoder.write(["INCRBY", "k", i]);
  const text = textOf(encoder.take());
  assert.ok(text.startsWith("*3\r\n$6\r\nINCRBY\r\n$1\r\nk\r\n$1\r\n0\r\n*3\r\n"));
  assert.ok(text.endsWith("$5\r\n19999\r\n"));
  assert.equal(text.split("*3\r\n").length - 1, 20_000);
});

test("encoder: after release it starts anew, in the same array only when that may be reused", () => {
  for (const reusable of [true, false]) {
    const encoder = new Encoder();
    encoder.write(["FIRST"]);
    const first = encoder.take();
    encoder.release(reusable);
    assert.equal(encoder.length, 0);
    encoder.write(["OTHER"]);
    assert.equal(textOf(encoder.take()), "*1\r\n$5\r\nOTHER\r\n");
    assert.equal(textOf(first), reusable ? "*1\r\n$5\r\nOTHER\r\n" : "*1\r\n$5\r\nFIRST\r\n");
  }
});

test("encoder: an array that is still read is not written to before it is given back", () => {
  const encoder = new Encoder();
  const lent: Uint8Array[] = [];
  for (const round of ["A", "B", "C"]) {
    encoder.write([round]);
    lent.push(encoder.take());
    encoder.release(false);
  }
  encoder.write(["D"]);
  assert.deepEqual(lent.map(textOf), ["A", "B", "C"].map((word) => `*1\r\n$1\r\n${word}\r\n`));
  encoder.reclaim();
  encoder.release(false);
  encoder.write(["E"]);
  assert.equal(textOf(encoder.take()), "*1\r\n$1\r\nE\r\n");
});

test("encoder: the array of a large value is let go after use", () => {
  const encoder = new Encoder();
  encoder.write(["SET", new Uint8Array(20_000_000)]);
  encoder.release(true);
  encoder.write(["GET"]);
  assert.ok(encoder.take().buffer.byteLength < 20_000_000);
});

test("encoder: another text codec can be named on the way", () => {
  const encoder = new Encoder();
  encoder.write(["é".repeat(30)]);
  let calls = 0;
  encoder.useText({
    ...webText,
    encodeInto(text, target, offset) {
      calls++;
      return webText.encodeInto(text, target, offset);
    },
  });
  encoder.write(["é".repeat(30)]);
  const one = `*1\r\n$60\r\n${"é".repeat(30)}\r\n`;
  assert.equal(textOf(encoder.take()), one + one);
  assert.equal(calls, 1);
});

class Endless extends Uint8Array {
  override get length(): number {
    return Number.MAX_SAFE_INTEGER;
  }
}

const WANTED = "must be a string, a finite number, a bigint or a Uint8Array";
const wrongRows: [name: string, words: unknown[], message: string][] = [
  ["undefined", ["GET", undefined], `Cannot send GET: argument 1 ${WANTED}, got undefined`],
  ["null", ["GET", null], `Cannot send GET: argument 1 ${WANTED}, got null`],
  ["true", ["GET", true], `Cannot send GET: argument 1 ${WANTED}, got boolean`],
  ["NaN", ["GET", NaN], `Cannot send GET: argument 1 ${WANTED}, got NaN`],
  ["infinity", ["INCRBY", "k", Infinity], `Cannot send INCRBY: argument 2 ${WANTED}, got Infinity`],
  ["negative infinity", ["INCRBY", "k", -Infinity], `Cannot send INCRBY: argument 2 ${WANTED}, got -Infinity`],
  ["an object", ["SET", "k", { secret: 1 }], `Cannot send SET: argument 2 ${WANTED}, got object`],
  ["a list", ["DEL", ["a"]], `Cannot send DEL: argument 1 ${WANTED}, got object`],
  ["a date", ["SET", "k", new Date(0)], `Cannot send SET: argument 2 ${WANTED}, got object`],
  ["a symbol", ["SET", "k", Symbol("s")], `Cannot send SET: argument 2 ${WANTED}, got symbol`],
  ["a function", ["SET", "k", () => 1], `Cannot send SET: argument 2 ${WANTED}, got function`],
  ["an ArrayBuffer", ["SET", "k", new ArrayBuffer(2)], `Cannot send SET: argument 2 ${WANTED}, got object`],
  ["a view of 16 bits", ["SET", "k", new Uint16Array(2)], `Cannot send SET: argument 2 ${WANTED}, got object`],
  ["a String object", ["SET", "k", Object("v")], `Cannot send SET: argument 2 ${WANTED}, got object`],
  ["a hole", ["MSET", "k", , "v"], `Cannot send MSET: argument 2 ${WANTED}, got undefined`],
  [
    "undefined as the last of many",
    ["DEL", ..."abcdefghij", undefined],
    `Cannot send DEL: argument 11 ${WANTED}, got undefined`,
  ],
  ["no name", [undefined, "k"], "Cannot send a command: its name must be a string, got undefined"],
  ["a name of another kind", [{}, "k"], "Cannot send a command: its name must be a string, got object"],
  ["no words at all", [], "Cannot send a command: it has no words"],
];

for (const [name, words, message] of wrongRows) {
  test(`encoder: ${name} is a TypeError that says where, and leaves nothing behind`, () => {
    const encoder = new Encoder();
    encoder.write(["PING"]);
    const write = (): void => encoder.write(words as string[]);
    assert.throws(write, (error) => error instanceof TypeError && error.message === message);
    assert.throws(write, TypeError);
    encoder.write(["TIME"]);
    assert.equal(textOf(encoder.take()), "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nTIME\r\n");
  });
}

test("encoder: a word for which there is no memory leaves nothing behind", () => {
  const encoder = new Encoder();
  encoder.write(["PING"]);
  assert.throws(() => encoder.write(["SET", "k", new Endless(1)]), RangeError);
  assert.equal(textOf(encoder.take()), "*1\r\n$4\r\nPING\r\n");
});

test("encoder: a wrong word after the buffer grew leaves nothing behind", () => {
  const encoder = new Encoder();
  encoder.write(["PING"]);
  assert.throws(() => encoder.write(["SET", "x".repeat(100_000), undefined as unknown as string]), TypeError);
  assert.equal(textOf(encoder.take()), "*1\r\n$4\r\nPING\r\n");
});
