/**
 * Properties of the codec, with fixed seeds: what fails is printed by fast-check with its seed and its
 * least form.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ProtocolError } from "../../src/errors.ts";
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { type EncodableWord, Encoder } from "../../src/resp/encoder.ts";
import { encodeReply, wire } from "../../src/resp/reply_encoder.ts";
import { BYTES, COLLECTIONS, type DecodeMode } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";
import { decodeAll, type Event, joined, ordered, textOf, utf8 } from "../support/wire.ts";
import { anyReply, cutAt } from "../support/wire_model.ts";

const SLOW = { timeoutMs: 60_000 };
const anyMode: fc.Arbitrary<DecodeMode> = fc.integer({ min: 0, max: 7 });
const anyCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

for (const protocol of [2, 3] as const) {
  test(`properties: any reply in RESP${protocol}, however it is cut, is decoded to itself`, SLOW, () => {
    fc.assert(
      fc.property(anyReply, anyMode, anyCuts, (reply, mode, cuts) => {
        const bytes = encodeReply(reply.wire, protocol);
        const expected = [{ reply: reply.seen(mode, protocol === 3) }];
        assert.deepEqual(ordered(decodeAll(cutAt(bytes, cuts), mode)), ordered(expected));
      }),
      { seed: 20_260_101 + protocol, numRuns: 1_500 },
    );
  });
}

test("properties: any reply as collections in single bytes is decoded to itself", SLOW, () => {
  fc.assert(
    fc.property(anyReply, (reply) => {
      const bytes = encodeReply(reply.wire);
      const chunks = Array.from(bytes, (byte) => new Uint8Array([byte]));
      assert.deepEqual(ordered(decodeAll(chunks, COLLECTIONS)), ordered([{ reply: reply.seen(COLLECTIONS, true) }]));
    }),
    { seed: 20_260_110, numRuns: 700 },
  );
});

test("properties: any replies and pushes, however they are cut, come in their order", SLOW, () => {
  const anyEvent = fc.record({ isPush: fc.boolean(), reply: anyReply });
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 6 }), anyMode, anyCuts, (sent, mode, cuts) => {
      const bytes = joined(
        ...sent.map(({ isPush, reply }) =>
          encodeReply(isPush ? wire.push([wire.simple("kind"), reply.wire]) : reply.wire)
        ),
      );
      const expected = sent.map(({ isPush, reply }): Event =>
        isPush ? { push: ["kind", reply.seen(0, true)] } : { reply: reply.seen(mode, true) }
      );
      assert.deepEqual(ordered(decodeAll(cutAt(bytes, cuts), mode)), ordered(expected));
    }),
    { seed: 20_260_120, numRuns: 700 },
  );
});

/** A finite number, often an integer beyond 2^53. */
const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(Number),
);

/** A word, with its bytes by another way than the encoder's. */
const anyWord: fc.Arbitrary<{ word: EncodableWord; bytes: Uint8Array }> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }).map((word) => ({ word, bytes: utf8(word) })),
  fc.string({ unit: "grapheme-ascii", maxLength: 200 }).map((word) => ({ word, bytes: utf8(word) })),
  // Halves of pairs too, which become U+FFFD.
  fc.array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 40 }).map((units) => {
    const word = String.fromCharCode(...units);
    return { word, bytes: utf8(word) };
  }),
  fc.uint8Array({ maxLength: 200 }).map((word) => ({ word, bytes: word })),
  fc.maxSafeInteger().map((word) => ({ word, bytes: utf8(`${word}`) })),
  fc.nat().map((word) => ({ word, bytes: utf8(`${word}`) })),
  anyNumber.map((word) => ({ word, bytes: utf8(Number.isInteger(word) ? `${BigInt(word)}` : `${word}`) })),
  fc.bigInt().map((word) => ({ word, bytes: utf8(`${word}`) })),
);
const anyCommand = fc.array(anyWord, { minLength: 1, maxLength: 12 });

test("properties: any commands, encoded one after another, are decoded to their words", SLOW, () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 5 }), anyCuts, (commands, cuts) => {
      const encoder = new Encoder();
      for (const words of commands) encoder.write(words.map(({ word }) => word));
      const expected = commands.map((words) => ({ reply: words.map(({ bytes }) => bytes) }));
      assert.deepEqual(decodeAll(cutAt(encoder.take(), cuts), BYTES), expected);
    }),
    { seed: 20_260_130, numRuns: 1_500 },
  );
});

test("properties: any finite number is sent in a form that reads back as itself", SLOW, () => {
  fc.assert(
    fc.property(anyNumber, (word) => {
      const encoder = new Encoder();
      encoder.write([word]);
      const [, , sent] = textOf(encoder.take()).split("\r\n");
      assert.equal(Number(sent), word === 0 ? 0 : word);
      if (Number.isInteger(word)) assert.equal(BigInt(sent), BigInt(word));
    }),
    { seed: 20_260_140, numRuns: 2_000 },
  );
});

// Small, since what a hostile peer makes of the default ones is announced and not sent.
const limits = { bulkLength: 100_000, aggregateLength: 100_000 };

/** Decodes what may be anything: all that may be thrown is a ProtocolError, and it must come to an end. */
function survives(chunks: Uint8Array[], mode: DecodeMode): void {
  const decoder = new Decoder({ limits });
  let left = 0;
  try {
    for (const chunk of chunks) {
      decoder.feed(chunk);
      left += chunk.length;
      // Every reply and push takes three bytes or more.
      while (decoder.next(mode) !== INCOMPLETE) assert.ok((left -= 3) >= 0, "more replies than bytes for them");
    }
  } catch (error) {
    assert.ok(error instanceof ProtocolError, error instanceof Error ? error.stack ?? error.message : String(error));
  }
}

test("properties: any bytes are decoded or refused, and no more", SLOW, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), anyMode, anyCuts, (bytes, mode, cuts) => {
      survives(cutAt(bytes, cuts), mode);
    }),
    { seed: 20_260_150, numRuns: 2_000 },
  );
});

test("properties: any text of RESP's own characters is decoded or refused, and no more", SLOW, () => {
  const pieces = [
    "\r\n",
    "\r",
    "\n",
    ..."+-:$*_,#!=(%~|>;.?0123456789tfax",
    "$-1\r\n",
    "*2\r\n",
    "%1\r\n",
    "*?\r\n",
    "$?\r\n",
  ];
  const anyText = fc.array(fc.constantFrom(...pieces, ":1\r\n", "+a\r\n", ">1\r\n", "|1\r\n", ";1\r\na\r\n", ".\r\n"));
  fc.assert(
    fc.property(anyText, anyMode, anyCuts, (text, mode, cuts) => survives(cutAt(utf8(text.join("")), cuts), mode)),
    { seed: 20_260_160, numRuns: 4_000 },
  );
});

test("properties: any reply with bytes changed, lost or added is decoded or refused, and no more", SLOW, () => {
  const anyChange = fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    lost: fc.integer({ min: 0, max: 3 }),
    added: fc.uint8Array({ maxLength: 3 }),
  });
  const anyChanges = fc.array(anyChange, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(anyReply, anyChanges, anyMode, anyCuts, (reply, changes, mode, cuts) => {
      let bytes = encodeReply([reply.wire, reply.wire]);
      for (const { place, lost, added } of changes) {
        const at = Math.floor(place * bytes.length);
        bytes = joined(bytes.slice(0, at), added, bytes.slice(at + lost));
      }
      survives(cutAt(bytes, cuts), mode);
    }),
    { seed: 20_260_170, numRuns: 1_500 },
  );
});
