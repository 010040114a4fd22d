/** Every row of the codec's table, whole and cut, alone and inside of others, decoded and encoded. */
import assert from "node:assert/strict";
import { encodeReply } from "../../src/resp/reply_encoder.ts";
import type { Value } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { chunksOf, decodeAll, type Event, joined, textOf, utf8 } from "../support/wire.ts";
import { type CodecRow, codecRows } from "./codec_rows.ts";

const TAIL = "+tail\r\n";

/** What stands around a row's bytes, and what its value is then. */
const places: { name: string; before: string; after: string; value: (value: Value) => Value }[] = [
  { name: "alone", before: "", after: "", value: (value) => value },
  { name: "in an array", before: "*3\r\n+a\r\n", after: "+b\r\n", value: (value) => ["a", value, "b"] },
  { name: "last in nested arrays", before: "*1\r\n*2\r\n+a\r\n*1\r\n", after: "", value: (value) => [["a", [value]]] },
  { name: "in a streamed array", before: "*?\r\n", after: ".\r\n", value: (value) => [value] },
  { name: "behind an attribute", before: "|1\r\n+a\r\n+b\r\n", after: "", value: (value) => value },
  { name: "in an attribute", before: "|1\r\n+a\r\n", after: "+c\r\n", value: () => "c" },
];

for (const row of codecRows) {
  test(`codec: ${row.name} is decoded, however its bytes are cut`, () => {
    for (const place of places) {
      const bytes = joined(place.before, row.wire, place.after, TAIL);
      const expected: Event[] = [
        ...(row.pushes ?? []).map((push) => ({ push })),
        { reply: place.value(row.value) },
        { reply: "tail" },
      ];
      for (const size of [bytes.length, 1, 2, 3, 7]) {
        assert.deepEqual(decodeAll(chunksOf(bytes, size), row.mode), expected, `${place.name}, in chunks of ${size}`);
      }
    }
  });
}

for (const row of codecRows.filter(isEncodable)) {
  test(`codec: ${row.name} is encoded`, () => {
    const bytes = encodeReply(row.encode!, row.protocol);
    assert.equal(textOf(bytes), textOf(utf8(row.wire)));
    assert.deepEqual(bytes, utf8(row.wire));
  });
}

function isEncodable(row: CodecRow): boolean {
  return row.encode !== undefined;
}

test("codec: the names of the rows are unique", () => {
  assert.equal(new Set(codecRows.map(({ name }) => name)).size, codecRows.length);
});

test("codec: every reply cut in two at any place is the same", () => {
  const bytes = joined(...codecRows.filter(({ mode }) => mode === undefined).map((row) => row.wire));
  const expected = decodeAll([bytes.slice()]);
  for (let at = 1; at < bytes.length; at++) {
    const events = decodeAll([bytes.slice(0, at), bytes.slice(at)]);
    assert.equal(events.length, expected.length, `cut at ${at}`);
    const last = Math.max(0, events.length - 1);
    assert.deepEqual(events[last], expected[last], `cut at ${at}`);
  }
  assert.deepEqual(decodeAll(chunksOf(bytes, 1)), expected);
});
