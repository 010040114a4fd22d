/**
 * Short ASCII by hand, for runtimes where a native call costs more than a loop.
 *
 * Limits: it gives up at the first byte or character that is not ASCII; its caller then codes the whole natively.
 *
 * @module
 */
import type { TextCodec } from "../src/stream.ts";

const fromCodes = String.fromCharCode;

/** Decodes ASCII; undefined when a byte is not. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "", at = start;
  for (; end - at >= 8; at += 8) {
    const a = bytes[at], b = bytes[at + 1], c = bytes[at + 2], d = bytes[at + 3];
    const e = bytes[at + 4], f = bytes[at + 5], g = bytes[at + 6], h = bytes[at + 7];
    if ((a | b | c | d | e | f | g | h) > 127) return undefined;
    text += fromCodes(a, b, c, d, e, f, g, h);
  }
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte > 127) return undefined;
    text += fromCodes(byte);
  }
  return text;
}

/** Gives an encoder that is by hand for ASCII up to `handLimit` characters, else `native`. */
export function asciiFirst(handLimit: number, native: TextCodec["encodeInto"]): TextCodec["encodeInto"] {
  return function encodeInto(text: string, target: Uint8Array, offset: number): number {
    const length = text.length;
    if (length > handLimit) return native(text, target, offset);
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return native(text, target, offset);
      target[offset + i] = code;
    }
    return length;
  };
}
