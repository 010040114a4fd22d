/**
 * UTF-8 at each runtime's best speed.
 *
 * Strategy: the native call with the least overhead, and short ASCII by hand where a native call costs more
 * than the loop. What is fastest differs by runtime and by length; the limits below were measured, in ns a
 * call, on Node 20 and 26, Deno 2.9 and Bun 1.4.
 *
 * Limits: needs `node:buffer`, so it is for Node, Deno and Bun only.
 *
 * @module
 */
import { Buffer, isAscii } from "node:buffer";
import type { TextCodec } from "../src/stream.ts";
import { asciiFirst, decodeAscii } from "./ascii.ts";

type Decode = TextCodec["decode"];
type Encode = TextCodec["encodeInto"];

// The methods behind Buffer's toString and write; they take any Uint8Array as `this`.
interface RawBuffer {
  utf8Slice(start: number, end: number): string;
  asciiSlice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
}

const raw = Buffer.prototype as unknown as RawBuffer;

// Up to here V8 decodes by hand faster than any native call: 12-40 ns against 40.
const HAND_DECODE = 12;
// From here Deno's TextDecoder wins over its utf8Slice: 97 ns against 325 at 1000 bytes.
const DENO_DECODER = 128;
// From here Node's check for ASCII pays: 45 us against 290 a MiB.
const NODE_ASCII = 64 * 1024;
// Up to here ASCII is encoded by hand: on Node 20 a native call costs 38 ns, on Deno 71, on Bun 11.
const HAND_ENCODE = { node: 16, deno: 48, bun: 10 };

function decodeOnNode(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length <= HAND_DECODE) {
    const text = decodeAscii(bytes, start, end);
    if (text !== undefined) return text;
  } else if (length >= NODE_ASCII && isAscii(bytes.subarray(start, end))) {
    return raw.asciiSlice.call(bytes, start, end);
  }
  return raw.utf8Slice.call(bytes, start, end);
}

function decoderForDeno(): Decode {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return function decodeOnDeno(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length >= DENO_DECODER) return decoder.decode(bytes.subarray(start, end));
    if (length <= HAND_DECODE) {
      const text = decodeAscii(bytes, start, end);
      if (text !== undefined) return text;
    }
    return raw.utf8Slice.call(bytes, start, end);
  };
}

function decodeOnBun(bytes: Uint8Array, start: number, end: number): string {
  return raw.utf8Slice.call(bytes, start, end);
}

function utf8Write(text: string, target: Uint8Array, offset: number): number {
  return raw.utf8Write.call(target, text, offset);
}

// Deno's utf8Write goes through this too, with a layer on top: a few percent of a pipeline of 1,000 SETs.
function textEncoder(): Encode {
  const encoder = new TextEncoder();
  return function encodeInto(text: string, target: Uint8Array, offset: number): number {
    return encoder.encodeInto(text, target.subarray(offset)).written;
  };
}

/** Makes the codec that is fastest on the runtime at hand. */
export function nativeText(): TextCodec {
  if ("Bun" in globalThis) return { decode: decodeOnBun, encodeInto: asciiFirst(HAND_ENCODE.bun, utf8Write) };
  if ("Deno" in globalThis) {
    return { decode: decoderForDeno(), encodeInto: asciiFirst(HAND_ENCODE.deno, textEncoder()) };
  }
  return { decode: decodeOnNode, encodeInto: asciiFirst(HAND_ENCODE.node, utf8Write) };
}
