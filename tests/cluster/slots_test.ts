/** The slots of keys as a server has them: one key at least for each of the 16,384. */
import assert from "node:assert/strict";
import { connect } from "../../mod.ts";
import type { Key } from "../../src/commands/command.ts";
import { SLOT_COUNT, slotOf } from "../../src/routing/slots.ts";
import { test } from "../support/harness.ts";
import { startServer } from "../support/server.ts";

/** A key for each slot, in the order in which they were found. */
function keysOfAllSlots(): string[] {
  const keys = new Map<number, string>();
  for (let i = 0; keys.size < SLOT_COUNT; i++) {
    const key = `key:${i}`;
    const slot = slotOf(key);
    if (!keys.has(slot)) keys.set(slot, key);
  }
  return [...keys.values()];
}

/** Keys that are awkward: with tags, with every byte, with every length of UTF-8, and no text at all. */
function oddKeys(): Key[] {
  const tags = [
    "",
    "{",
    "}",
    "{}",
    "}{",
    "{a}",
    "x{a}",
    "{a}x",
    "{}{a}",
    "{{a}}",
    "{a}{b}",
    "{a",
    "a}",
    "}{a}",
    "{a{b}",
  ];
  const characters = [
    "é",
    "ß",
    "€",
    "漢",
    "\uffff",
    "😀",
    "\u{10ffff}",
    "\0",
    "\x7f",
    "\u0080",
    "\r\n",
    "\ud800",
    "\udc00",
  ];
  const text = [
    ...tags,
    ...characters.flatMap((one) => [one, `{${one}}`, `a${one}{${one}b}${one}`, `${one}{`, `${one}{}`]),
  ];
  const bytes = Array.from({ length: 256 }, (_, byte) => [
    Uint8Array.of(byte),
    Uint8Array.of(byte, 255 - byte, 0, byte),
    Uint8Array.of(0xff, 0x7b, byte, 0x7d, 0x00),
  ]);
  return [...text, ...bytes.flat()];
}

test("a server has the same slot for a key of each slot, and for every awkward key", async (t) => {
  const server = await startServer({ cluster: true });
  t.defer(() => server.stop());
  const redis = await connect({ host: server.host, port: server.port });
  t.defer(() => redis.close());
  const keys: Key[] = [...keysOfAllSlots(), ...oddKeys()];
  const slots = await Promise.all(keys.map((key) => redis.clusterKeyslot(key)));
  assert.deepEqual(keys.map(slotOf), slots);
  assert.equal(new Set(slots).size, SLOT_COUNT);
});
