/** What is not RESP, or is more than the limits allow: always a ProtocolError, and the decoder is dead. */
import assert from "node:assert/strict";
import { ProtocolError } from "../../src/errors.ts";
import { Decoder, INCOMPLETE, PUSH } from "../../src/resp/decoder.ts";
import { BIGINTS, BYTES, COLLECTIONS, type DecodeMode, PLAIN } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { chunksOf, latin1, utf8 } from "../support/wire.ts";
import { malformedRows } from "./malformed_rows.ts";

/** Feeds all and gives what was thrown. */
function thrownBy(decoder: Decoder, chunks: Iterable<Uint8Array>, mode: DecodeMode): unknown {
  try {
    for (const chunk of chunks) {
      decoder.feed(chunk);
      while (decoder.next(mode) !== INCOMPLETE);
    }
  } catch (error) {
    return error;
  }
  return undefined;
}

function isCause(error: unknown, why: string | undefined): asserts error is ProtocolError {
  assert.ok(error instanceof ProtocolError, String(error));
  assert.equal(error.name, "ProtocolError");
  assert.match(error.message, /^Cannot understand what the server sent: [^\n]+[^.\n]$/);
  if (why !== undefined) assert.equal(error.message, `Cannot understand what the server sent: ${why}`);
}

function assertDead(decoder: Decoder, error: ProtocolError): void {
  for (const wire of ["+OK\r\n", ":1\r\n", "x", ""]) {
    assert.throws(() => decoder.feed(utf8(wire)), (again) => again === error);
    assert.throws(() => decoder.next(PLAIN), (again) => again === error);
  }
}

for (const { name, wire, limits, why } of malformedRows) {
  test(`malformed: ${name} ends the decoder with a ProtocolError`, () => {
    const bytes = wire.includes("\xff") || wire.includes("\x80") ? latin1(wire) : utf8(wire);
    const places = limits === undefined ? ["", "+OK\r\n:1\r\n", "*3\r\n:1\r\n", "|1\r\n+a\r\n"] : ["", "+OK\r\n"];
    for (const before of places) {
      const whole = new Uint8Array([...utf8(before), ...bytes]);
      for (const size of [whole.length, 1, 3]) {
        for (const mode of [PLAIN, BYTES | BIGINTS | COLLECTIONS]) {
          const decoder = new Decoder({ limits });
          const error = thrownBy(decoder, chunksOf(whole, size), mode);
          isCause(error, why);
          assertDead(decoder, error);
        }
      }
    }
  });
}

test("malformed: the names of the rows are unique", () => {
  assert.equal(new Set(malformedRows.map(({ name }) => name)).size, malformedRows.length);
});

test("malformed: what came whole before the nonsense is given", () => {
  const decoder = new Decoder();
  decoder.feed(utf8(":1\r\n>1\r\n:2\r\n+a\r\nx\r\n:3\r\n"));
  assert.equal(decoder.next(PLAIN), 1);
  assert.equal(decoder.next(PLAIN), PUSH);
  assert.deepEqual(decoder.push, [2]);
  assert.equal(decoder.next(PLAIN), "a");
  assert.throws(() => decoder.next(PLAIN), ProtocolError);
});

test("malformed: a reply that goes on past the limit ends the decoder at the next chunk", () => {
  const decoder = new Decoder({ limits: { replyLength: 1_000 } });
  const error = thrownBy(decoder, chunksOf(utf8(`*1000\r\n${":1\r\n".repeat(999)}`), 100), PLAIN);
  isCause(error, "a reply is longer than the limit");
  assertDead(decoder, error);
});

test("malformed: attributes and pushes without end inside of a reply are held to its limit", () => {
  for (const filler of ["|1\r\n+a\r\n+b\r\n", ">1\r\n+a\r\n"]) {
    const decoder = new Decoder({ limits: { replyLength: 1_000 } });
    const error = thrownBy(decoder, chunksOf(utf8(`*2\r\n${filler.repeat(200)}`), 100), PLAIN);
    isCause(error, "a reply is longer than the limit");
  }
});

test("malformed: many replies and pushes are each within the limit, however long they are together", () => {
  const decoder = new Decoder({ limits: { replyLength: 100 } });
  const bytes = utf8(`*2\r\n$20\r\n${"x".repeat(20)}\r\n:1\r\n>1\r\n+a\r\n`.repeat(200));
  assert.equal(thrownBy(decoder, chunksOf(bytes, 64), PLAIN), undefined);
});

test("malformed: what is exactly at its limit is given", () => {
  const rows: [wire: string, limits: object][] = [
    ["+1234567\r\n", { lineLength: 10 }],
    ["$10\r\n1234567890\r\n", { bulkLength: 10 }],
    ["$?\r\n;6\r\nabcdef\r\n;4\r\nghij\r\n;0\r\n", { bulkLength: 10 }],
    [`$?\r\n${";1\r\nx\r\n".repeat(10)};0\r\n`, { bulkLength: 10 }],
    [`*10\r\n${":1\r\n".repeat(10)}`, { aggregateLength: 10 }],
    [`*?\r\n${":1\r\n".repeat(10)}.\r\n`, { aggregateLength: 10 }],
    [`%5\r\n${":1\r\n".repeat(10)}`, { aggregateLength: 10 }],
    [`${"*1\r\n".repeat(10)}:1\r\n`, { depth: 10 }],
    [`${"*1\r\n".repeat(511)}*0\r\n`, {}],
    [`+${"x".repeat(65_533)}\r\n`, {}],
  ];
  for (const [wire, limits] of rows) {
    for (const size of [wire.length, 1]) {
      const decoder = new Decoder({ limits });
      assert.equal(thrownBy(decoder, chunksOf(utf8(`${wire}:1\r\n`), size), PLAIN), undefined, wire.slice(0, 20));
    }
  }
});

test("malformed: a limit of undefined is the default one", () => {
  const decoder = new Decoder({ limits: { depth: undefined, bulkLength: undefined, lineLength: undefined } });
  isCause(thrownBy(decoder, [utf8("*1\r\n".repeat(513))], PLAIN), "aggregates are nested deeper than the limit");
});
