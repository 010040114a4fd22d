/**
 * A reply that was encoded before, for what many connections ask the same.
 *
 * @module
 */
import type { WireValue } from "../../src/resp/reply_encoder.ts";

/** A reply and its bytes. */
export class Encoded {
  readonly value: WireValue;
  readonly bytes: Uint8Array;

  constructor(value: WireValue, bytes: Uint8Array) {
    this.value = value;
    this.bytes = bytes;
  }
}
