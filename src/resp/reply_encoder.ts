/**
 * From values to the bytes of a reply: what a server writes, for servers in tests and proxies.
 *
 * JavaScript values stand for themselves where they can (a string is a blob, an integral number an
 * integer, a `Map` a map …); {@linkcode wire} makes the rest. Under RESP2 each type falls back to what
 * Redis itself sends in its place. Not for hot paths: it builds its output from parts.
 *
 * @module
 */
import { RedisError, ReplyError } from "../errors.ts";

/** A reply to encode. */
export type WireValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | ReplyError
  | readonly WireValue[]
  | ReadonlyMap<WireValue, WireValue>
  | ReadonlySet<WireValue>
  | Special;

/** A reply whose type no JavaScript value has; {@linkcode wire} makes them. */
export class Special {
  /** The type. */
  readonly kind: string;
  /** What it holds. */
  readonly content: WireValue;
  /** What it holds besides: the format of a verbatim string, the attribute of a reply. */
  readonly extra: WireValue;
  /** Takes the type and what it holds. */
  constructor(kind: string, content: WireValue, extra: WireValue = null) {
    this.kind = kind;
    this.content = content;
    this.extra = extra;
  }
}

/** Makes replies of the types that JavaScript values cannot tell apart. */
export const wire = {
  /** A simple string, such as OK. */
  simple: (text: string): WireValue => new Special("simple", text),
  /** An error that may hold line ends. */
  blobError: (text: string): WireValue => new Special("blobError", text),
  /** A string with a format of three letters. */
  verbatim: (text: string, format = "txt"): WireValue => new Special("verbatim", text, format),
  /** A floating point number, also where it is integral. */
  double: (value: number): WireValue => new Special("double", value),
  /** A big number, also where it is small. */
  bigNumber: (value: bigint): WireValue => new Special("bigNumber", value),
  /** RESP2's null in place of an array. */
  nullArray: (): WireValue => new Special("nullArray", null),
  /** RESP2's null in place of a string. */
  nullBlob: (): WireValue => new Special("nullBlob", null),
  /** A push; nothing under RESP2. */
  push: (items: readonly WireValue[]): WireValue => new Special("push", items),
  /** A reply with an attribute before it. */
  attributed: (attribute: ReadonlyMap<WireValue, WireValue>, value: WireValue): WireValue =>
    new Special("attributed", value, attribute),
  /** A string in parts, or an array, map or set without a length. */
  streamed: (value: readonly WireValue[] | ReadonlyMap<WireValue, WireValue> | ReadonlySet<WireValue>): WireValue =>
    new Special("streamed", value),
  /** A streamed string, part by part. */
  streamedString: (parts: readonly string[]): WireValue => new Special("streamedString", parts),
};

const encoder = /* @__PURE__ */ new TextEncoder();

/** Encodes a reply as a server that speaks `protocol` would. */
export function encodeReply(value: WireValue, protocol: 2 | 3 = 3): Uint8Array {
  const parts: Uint8Array[] = [];
  add(parts, value, protocol === 3);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function line(parts: Uint8Array[], text: string): void {
  parts.push(encoder.encode(`${text}\r\n`));
}

function blob(parts: Uint8Array[], type: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  line(parts, type + bytes.length);
  parts.push(bytes);
  line(parts, "");
}

function list(parts: Uint8Array[], head: string, items: Iterable<WireValue>, resp3: boolean): void {
  line(parts, head);
  for (const item of items) add(parts, item, resp3);
}

/** A push may stand among the elements of an array, and is none of them. */
function isPush(value: WireValue): boolean {
  return value instanceof Special && value.kind === "push";
}

function doubleText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return Number.isNaN(value) ? "nan" : Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf";
}

function add(parts: Uint8Array[], value: WireValue, resp3: boolean): void {
  if (typeof value === "string" || value instanceof Uint8Array) blob(parts, "$", value);
  else if (value === null) line(parts, resp3 ? "_" : "$-1");
  else if (typeof value === "boolean") line(parts, resp3 ? (value ? "#t" : "#f") : (value ? ":1" : ":0"));
  else if (typeof value === "number") {
    add(parts, Number.isSafeInteger(value) ? BigInt(value) : wire.double(value), resp3);
  } else if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) === value) line(parts, `:${value}`);
    else add(parts, wire.bigNumber(value), resp3);
  } else if (value instanceof ReplyError) {
    if (/[\r\n]/.test(value.reply)) add(parts, wire.blobError(value.reply), resp3);
    else line(parts, `-${value.reply}`);
  } else if (value instanceof Special) special(parts, value, resp3);
  else if (value instanceof Map) {
    const flat = [...value].flat(1);
    list(parts, resp3 ? `%${value.size}` : `*${flat.length}`, flat, resp3);
  } else if (value instanceof Set) list(parts, (resp3 ? "~" : "*") + value.size, value, resp3);
  else if (Array.isArray(value)) list(parts, `*${value.length - value.filter(isPush).length}`, value, resp3);
  else throw new RedisError("Cannot encode a reply: RESP has no type for it");
}

function special(parts: Uint8Array[], { kind, content, extra }: Special, resp3: boolean): void {
  switch (kind) {
    case "simple":
      return line(parts, `+${content}`);
    case "nullArray":
      return line(parts, "*-1");
    case "nullBlob":
      return line(parts, "$-1");
    case "blobError":
      return resp3
        ? blob(parts, "!", content as string)
        : line(parts, `-${(content as string).replace(/[\r\n]+/g, " ")}`);
    case "verbatim":
      return resp3 ? blob(parts, "=", `${extra}:${content}`) : add(parts, content, resp3);
    case "double":
      return resp3 ? line(parts, `,${doubleText(content as number)}`) : blob(parts, "$", doubleText(content as number));
    case "bigNumber":
      return resp3 ? line(parts, `(${content}`) : blob(parts, "$", String(content));
    case "push":
      return resp3 ? list(parts, `>${(content as WireValue[]).length}`, content as WireValue[], resp3) : undefined;
    case "attributed": {
      const attribute = extra as ReadonlyMap<WireValue, WireValue>;
      if (resp3) list(parts, `|${attribute.size}`, [...attribute].flat(1), resp3);
      return add(parts, content, resp3);
    }
    case "streamedString":
      if (!resp3) return add(parts, (content as string[]).join(""), resp3);
      line(parts, "$?");
      for (const part of content as string[]) streamedPart(parts, part);
      return line(parts, ";0");
    case "streamed":
      return resp3 ? streamed(parts, content) : add(parts, content, resp3);
  }
}

/** A part of a streamed string; one of no length would end it. */
function streamedPart(parts: Uint8Array[], part: string): void {
  if (part !== "") blob(parts, ";", part);
}

function streamed(parts: Uint8Array[], content: WireValue): void {
  if (content instanceof Map) list(parts, "%?", [...content].flat(1), true);
  else if (content instanceof Set) list(parts, "~?", content, true);
  else list(parts, "*?", content as WireValue[], true);
  line(parts, ".");
}
