/**
 * UTF-8 by the web's own coders: right on every runtime, the fastest on none.
 *
 * An adapter hands in a faster {@linkcode TextCodec}; this one serves where there is no adapter.
 *
 * @module
 */
import { RedisError } from "../errors.ts";
import type { TextCodec } from "../stream.ts";

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

/** The codec of `TextDecoder` and `TextEncoder`. */
export const webText: TextCodec = {
  decode(bytes, start, end) {
    return decoder.decode(bytes.subarray(start, end));
  },
  encodeInto(text, target, offset) {
    return encoder.encodeInto(text, target.subarray(offset)).written;
  },
};

/** From this many bytes on, text may be longer than the engine's strings can be. */
export const LONG_TEXT = 134_217_728;

/** The text of `bytes`, or an error in its place where it is longer than a string can be. */
export function decodeWhole(text: TextCodec, bytes: Uint8Array): string | RedisError {
  try {
    return text.decode(bytes, 0, bytes.length);
  } catch (cause) {
    if (bytes.length < LONG_TEXT) throw cause;
    // The peer did nothing wrong, so the connection lives, and the one who asked is told.
    return new RedisError("Cannot give the reply as text: it is longer than a string can be, read it as bytes", {
      cause,
    });
  }
}
