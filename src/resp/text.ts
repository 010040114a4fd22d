/**
 * UTF-8 by the web's own coders: right on every runtime, the fastest on none.
 *
 * An adapter hands in a faster {@linkcode TextCodec}; this one serves where there is no adapter.
 *
 * @module
 */
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
