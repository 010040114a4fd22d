/**
 * Bytes of the wire as tests write them, cut into chunks, decoded and told as events.
 *
 * @module
 */
import { Decoder, type DecoderOptions, INCOMPLETE, PUSH } from "../../src/resp/decoder.ts";
import { type DecodeMode, PLAIN, type Value } from "../../src/resp/value.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The UTF-8 of a text; bytes stay what they are. */
export function utf8(wire: string | Uint8Array): Uint8Array {
  return typeof wire === "string" ? encoder.encode(wire) : wire;
}

/** The text of UTF-8. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** One byte a character, for bytes that are not UTF-8. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** All parts in one array. */
export function joined(...parts: (string | Uint8Array)[]): Uint8Array {
  const arrays = parts.map(utf8);
  const whole = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}

/** Cuts bytes into chunks of `size`. Each chunk is an array of its own, so that reading past it shows. */
export function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** What a decoder gave, in order. */
export type Event = { reply: Value } | { push: Value[] };

/** Decodes chunks and tells what came of them. Chunks are overwritten after use, as a socket's buffer is. */
export function decodeAll(
  chunks: Iterable<Uint8Array>,
  mode: DecodeMode = PLAIN,
  options: DecoderOptions = {},
): Event[] {
  const resp = new Decoder(options);
  const events: Event[] = [];
  for (const chunk of chunks) {
    resp.feed(chunk);
    for (let value = resp.next(mode); value !== INCOMPLETE; value = resp.next(mode)) {
      events.push(value === PUSH ? { push: resp.push } : { reply: value });
    }
    chunk.fill(0x2b);
  }
  return events;
}

/** The words of a command on the wire. */
export function commandText(...words: string[]): string {
  return `*${words.length}\r\n` + words.map((word) => `$${utf8(word).length}\r\n${word}\r\n`).join("");
}

/**
 * The same with maps and sets as lists of their entries: this compares their order too, and not every runtime
 * compares maps whose keys are objects.
 */
export function ordered(value: unknown): unknown {
  if (value instanceof Map) return { map: [...value].map(ordered) };
  if (value instanceof Set) return { set: [...value].map(ordered) };
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  if ("reply" in value && !(value instanceof Error)) return { reply: ordered(value.reply) };
  if ("push" in value) return { push: ordered(value.push) };
  return value;
}
