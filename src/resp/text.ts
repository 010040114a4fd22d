/**
 * UTF-8 by the web's own coders: right on every runtime, the fastest on none.
 *
 * An adapter hands in a faster {@linkcode TextCodec}; this one serves where there is no adapter.
 *
 * @module
 */

/** UTF-8 in both directions; the same shape as `TextCodec` of the runtime seam. */
export interface Text {
  /** The text of `bytes[start, end)`; malformed input becomes U+FFFD, a byte order mark is kept. */
  decode(bytes: Uint8Array, start: number, end: number): string;
  /** Writes `text` at `offset`, where there is room for 3 bytes a character; gives the count of bytes. */
  encodeInto(text: string, target: Uint8Array, offset: number): number;
}

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

/** The codec of `TextDecoder` and `TextEncoder`. */
export const webText: Text = {
  decode(bytes, start, end) {
    return decoder.decode(bytes.subarray(start, end));
  },
  encodeInto(text, target, offset) {
    return encoder.encodeInto(text, target.subarray(offset)).written;
  },
};
