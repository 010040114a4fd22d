/** Numbers from bytes: only the bytes that are theirs, strict and exact. */
import assert from "node:assert/strict";
import { parseBigNumber, parseDouble, parseInteger } from "../../src/resp/number.ts";
import { test } from "../support/harness.ts";
import { utf8 } from "../support/wire.ts";

/** Parses a text between digits that are not its own. */
function within<T>(parse: (bytes: Uint8Array, start: number, end: number) => T, text: string): T {
  return parse(utf8(`77${text}88`), 2, 2 + text.length);
}

test("numbers: integers around 2^53 stay exact", () => {
  for (let offset = -3n; offset <= 3n; offset++) {
    for (const sign of [1n, -1n]) {
      const exact = sign * (2n ** 53n + offset);
      const expected = offset < 0n ? Number(exact) : exact;
      assert.equal(within(parseInteger, `${exact}`), expected);
    }
  }
});

test("numbers: integers of every count of digits are exact, signed or not", () => {
  for (let digits = 1; digits <= 18; digits++) {
    for (const text of ["1".repeat(digits), "9".repeat(digits), "1" + "0".repeat(digits - 1)]) {
      for (const sign of ["", "+", "-"]) {
        const exact = BigInt(text) * (sign === "-" ? -1n : 1n);
        const value = within(parseInteger, sign + text)!;
        assert.equal(BigInt(value), exact);
        assert.equal(typeof value, Number.isSafeInteger(Number(exact)) ? "number" : "bigint");
        assert.equal(within(parseBigNumber, sign + text), exact);
      }
    }
  }
});

test("numbers: doubles read by hand are the ones that the engine reads", () => {
  for (let i = 0; i < 20_000; i++) {
    // Every count of digits up to 17, with the point anywhere.
    const digits = `${(i * 7_919 + 1) % 1_000_003}${(i * 104_729) % 1_000_003}${i}`.slice(0, 1 + i % 17);
    const point = i % (digits.length + 1);
    const text = `${i % 3 === 0 ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
    assert.equal(within(parseDouble, text), Number(text), text);
  }
});

test("numbers: nothing at all is no number, whatever stands beside it", () => {
  for (const parse of [parseInteger, parseBigNumber, parseDouble]) assert.equal(within<unknown>(parse, ""), undefined);
  for (const beside of ["-", "+", "5"]) assert.equal(parseDouble(utf8(beside), 0, 0), undefined);
});
