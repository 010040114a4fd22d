/**
 * Arbitrary replies for property tests, and what each is to its reader: a model of the decoder by values
 * alone, without bytes.
 *
 * @module
 */
import fc from "fast-check";
import { ReplyError } from "../../src/errors.ts";
import { wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { BIGINTS, BYTES, COLLECTIONS, type DecodeMode, type Value } from "../../src/resp/value.ts";
import { textOf, utf8 } from "./wire.ts";

/** What a reply is in a mode, under a protocol. */
type Seen = (mode: DecodeMode, resp3: boolean) => Value;

/** A reply to encode, with what it is to be decoded to. */
export interface Reply {
  /** What is encoded. */
  wire: WireValue;
  /** What it is then. */
  seen: Seen;
}

function blob(bytes: Uint8Array): Seen {
  return (mode) => (mode & BYTES) !== 0 ? bytes : textOf(bytes);
}

function integer(value: bigint): Seen {
  return (mode) => {
    if ((mode & BIGINTS) !== 0) return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  };
}

function double(value: number): Seen {
  const text = Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "inf").replace("NaN", "nan");
  return (mode, resp3) => resp3 ? value : blob(utf8(text))(mode, resp3);
}

function list(items: Reply[]): Seen {
  return (mode, resp3) => items.map(({ seen }) => seen(mode, resp3));
}

function set(items: Reply[]): Seen {
  return (mode, resp3) => {
    const flat = list(items)(mode, resp3) as Value[];
    return resp3 && (mode & COLLECTIONS) !== 0 ? new Set(flat) : flat;
  };
}

function map(pairs: [Reply, Reply][]): Seen {
  return (mode, resp3) => {
    const entries = pairs.map(([key, value]): [Value, Value] => [key.seen(mode, resp3), value.seen(mode, resp3)]);
    return resp3 && (mode & COLLECTIONS) !== 0 ? new Map(entries) : entries.flat(1);
  };
}

function isNotPaired(text: string): boolean {
  return textOf(utf8(text)) === text;
}

const anyText = fc.string({ unit: fc.constantFrom(..."abc:$*\r\n0é€😀\ufeff\0") }).filter(isNotPaired);
const anyLine = anyText.map((text) => text.replace(/[\r\n]/g, "-"));
const anyInteger = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -20n, max: 20n }),
  fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 1n - 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)),
);
const anyDouble = fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 0.1, 1e21, 1.5));

const leaf: fc.Arbitrary<Reply> = fc.oneof(
  anyText.map((text) => ({ wire: text, seen: blob(utf8(text)) })),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ wire: bytes, seen: blob(bytes) })),
  fc.string({ minLength: 20, maxLength: 300, unit: "grapheme" }).map((text) => ({
    wire: text,
    seen: blob(utf8(text)),
  })),
  anyLine.map((text) => ({ wire: wire.simple(text), seen: () => text })),
  anyLine.map((text) => ({ wire: new ReplyError(text), seen: () => new ReplyError(text) })),
  anyText.map((text) => ({
    wire: wire.blobError(text),
    seen: (_: DecodeMode, resp3: boolean) => new ReplyError(resp3 ? text : text.replace(/[\r\n]+/g, " ")),
  })),
  anyText.map((text) => ({ wire: wire.verbatim(text), seen: blob(utf8(text)) })),
  fc.array(anyText, { maxLength: 4 }).map((parts) => ({
    wire: wire.streamedString(parts),
    seen: blob(utf8(parts.join(""))),
  })),
  anyInteger.map((value) => ({ wire: value, seen: integer(value) })),
  fc.maxSafeInteger().map((value) => ({ wire: value, seen: integer(BigInt(value)) })),
  anyDouble.map((value) => ({ wire: wire.double(value), seen: double(value) })),
  fc.bigInt().map((value) => ({
    wire: wire.bigNumber(value),
    seen: (mode: DecodeMode, resp3: boolean) => resp3 ? value : blob(utf8(String(value)))(mode, resp3),
  })),
  fc.boolean().map((value) => ({
    wire: value,
    seen: (mode: DecodeMode, resp3: boolean) => resp3 ? value : integer(value ? 1n : 0n)(mode, resp3),
  })),
  fc.constantFrom<Reply>(
    { wire: null, seen: () => null },
    { wire: wire.nullArray(), seen: () => null },
    { wire: wire.nullBlob(), seen: () => null },
  ),
);

/** Any reply. */
export const anyReply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => {
  const items = fc.array(tie("reply"), { maxLength: 5 });
  const pairs = fc.array(fc.tuple(tie("reply"), tie("reply")), { maxLength: 4 });
  // The wire form of a map or set is made of distinct objects or of primitives that may come twice: once only then.
  const distinct = (replies: Reply[]) => replies.filter((reply, at) => replies.findIndex(sameWire(reply)) === at);
  return {
    reply: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      items.map((all) => ({ wire: all.map((item) => item.wire), seen: list(all) })),
      items.map((all) => ({ wire: wire.streamed(all.map((item) => item.wire)), seen: list(all) })),
      items.map(distinct).map((all) => ({ wire: new Set(all.map((item) => item.wire)), seen: set(all) })),
      pairs.map((all) => all.filter(([key], at) => all.findIndex(([other]) => sameWire(key)(other)) === at))
        .chain((all) =>
          fc.boolean().map((streamed) => {
            const entries = new Map(all.map(([key, value]) => [key.wire, value.wire]));
            return { wire: streamed ? wire.streamed(entries) : entries, seen: map(all) };
          })
        ),
      fc.tuple(tie("reply"), tie("reply")).map(([attribute, { wire: value, seen }]) => ({
        wire: wire.attributed(new Map([[attribute.wire, value]]), value),
        seen,
      })),
    ),
  };
}).reply;

function sameWire(reply: Reply): (other: Reply) => boolean {
  // As Map and Set compare: NaN with itself, 0 with -0.
  return (other) => new Set([reply.wire, other.wire]).size === 1;
}

/** Cuts bytes at the places that the numbers say, each from 0 to 1. */
export function cutAt(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const cuts = [...places.map((place) => Math.floor(place * bytes.length)), bytes.length].sort((a, b) => a - b);
  return cuts.map((cut, i) => bytes.slice(i === 0 ? 0 : cuts[i - 1], cut));
}
