/**
 * The slot of a key, worked out bit by bit from its definition: a second opinion on the library's own.
 *
 * Source: the cluster specification, appendix A (CRC-16/XMODEM) and its rule of hash tags.
 *
 * @module
 */
import { utf8 } from "./wire.ts";

/** How many slots a cluster has. */
export const SLOTS = 16_384;

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return crc & 0xffff;
}

/** The slot of a key: that of its hash tag where it has one that is not empty. */
export function slotOfKey(key: string): number {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open);
  return crc16(utf8(close > open + 1 ? key.slice(open + 1, close) : key)) % SLOTS;
}
