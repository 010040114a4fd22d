/**
 * From bytes to values: RESP2 and RESP3, whole.
 *
 * Strategy: bytes are fed in chunks of any size; `next()` gives one reply after another and says when
 * more bytes are needed. It is iterative (open aggregates are frames on a stack of its own) and it
 * resumes: no byte is looked at twice as what it was. A line cut by the end of a chunk is kept back; a
 * string cut by it is copied straight into an array of its final size, so a value costs one copy. Text,
 * bytes, numbers or bigints are made from the chunk in place, as the caller's mode says.
 *
 * Attributes are read and dropped. Pushes are handed out as soon as they are whole, also from inside a
 * reply. Whatever is not RESP, or is beyond the limits, throws a `ProtocolError`; the decoder is then
 * dead for good. It throws nothing else.
 *
 * @module
 */
import { ProtocolError, ReplyError } from "../errors.ts";
import { Frame, NO_LIST, toMap } from "./frame.ts";
import { parseBigNumber, parseDouble, parseInteger } from "./number.ts";
import { PartialLine, PartialString } from "./partial.ts";
import type { TextCodec } from "../stream.ts";
import { decodeWhole, LONG_TEXT, webText } from "./text.ts";
import {
  ARRAY,
  ATTRIBUTE,
  BIG_NUMBER,
  BLOB,
  BLOB_ERROR,
  BOOLEAN,
  CR,
  DOUBLE,
  END,
  ERROR,
  INTEGER,
  LF,
  MAP,
  NULL,
  PART,
  PUSHED,
  SET,
  SIMPLE,
  STREAMED,
  VERBATIM,
} from "./type_byte.ts";
import { BIGINTS, BYTES, COLLECTIONS, type DecodeMode, type Limits, limitsOf, PLAIN, type Value } from "./value.ts";

/** What `next()` gives when the reply at hand needs more bytes. */
export const INCOMPLETE: unique symbol = Symbol("incomplete");
/** What `next()` gives when a push has come; it is in {@linkcode Decoder.push}. */
export const PUSH: unique symbol = Symbol("push");
// An aggregate was opened, or an attribute dropped: there is no element yet.
const NOTHING: unique symbol = Symbol("nothing");
type Step = Value | typeof NOTHING | typeof PUSH;

/** What a {@linkcode Decoder} may be given. */
export interface DecoderOptions {
  /** The runtime's text codec; that of the web when absent. */
  text?: TextCodec;
  /** Bounds that replace the default ones. */
  limits?: Partial<Limits>;
  /** Makes the error for a server's refusal; a bare `ReplyError` when absent. */
  makeError?: (message: string) => ReplyError;
}

const NO_BYTES = new Uint8Array(0);
/** Array slots that may be set aside ahead of the elements within one reply: half a megabyte. */
const PRESIZED_SLOTS = 65_536;

/** Decodes the replies of one connection. */
export class Decoder {
  /** The push that `next()` announced: its kind first, as the server sent it. */
  push: Value[] = [];

  #text: TextCodec;
  #limits: Limits;
  #makeError: (message: string) => ReplyError;

  #chunk: Uint8Array = NO_BYTES;
  #at = 0;
  #end = 0;
  #replyBytes = 0;

  // A line whose end has not come.
  #line = new PartialLine();
  // A string whose end has not come, and its type (0: there is none).
  #bulkType = 0;
  #bulk = new PartialString();
  // What has come of a streamed string, when one is open.
  #parts: PartialLine | undefined;

  #mode: DecodeMode = PLAIN;
  #frames: Frame[] = [];
  #depth = 0;
  #presized = 0;
  #failure: ProtocolError | undefined;

  /** Starts with no bytes. */
  constructor(options: DecoderOptions = {}) {
    this.#text = options.text ?? webText;
    this.#limits = limitsOf(options.limits);
    this.#makeError = options.makeError ?? ((message) => new ReplyError(message));
  }

  /** Codes text with another codec from now on. */
  useText(text: TextCodec): void {
    this.#text = text;
  }

  /**
   * Takes the next chunk. To be called when `next()` has said INCOMPLETE; the chunk is the caller's again
   * when `next()` says so once more.
   */
  feed(chunk: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#replyBytes > this.#limits.replyLength) this.#fail("a reply is longer than the limit");
    this.#chunk = chunk;
    this.#at = 0;
    this.#end = chunk.length;
    this.#replyBytes += chunk.length;
  }

  /** Gives the next reply, decoded as `mode` says, or {@linkcode INCOMPLETE}, or {@linkcode PUSH}. */
  next(mode: DecodeMode): Value | typeof INCOMPLETE | typeof PUSH {
    if (this.#depth === 0 && this.#bulkType === 0 && this.#line.length === 0 && this.#parts === undefined) {
      this.#mode = mode;
      this.#presized = PRESIZED_SLOTS;
    }
    for (;;) {
      let value = this.#bulkType === 0 ? this.#element() : this.#continueBulk();
      if (value === NOTHING) continue;
      if (value === INCOMPLETE) {
        if (this.#failure !== undefined) throw this.#failure;
        this.#chunk = NO_BYTES;
        return value;
      }
      for (;;) {
        if (this.#depth === 0) this.#replyBytes = this.#end - this.#at;
        if (value === PUSH || this.#depth === 0) return value;
        const frame = this.#frames[this.#depth - 1];
        frame.list[frame.index++] = value as Value;
        if (frame.index < frame.total) break;
        if (frame.streamed) this.#fail("an aggregate is longer than the limit");
        value = this.#endAggregate(frame);
        if (value === NOTHING) break;
      }
    }
  }

  /** Copies what is left of the chunk, which is the caller's again then; false when nothing is left. */
  keepRest(): boolean {
    if (this.#at === this.#end) return false;
    this.#chunk = this.#chunk.slice(this.#at, this.#end);
    this.#end -= this.#at;
    this.#at = 0;
    return true;
  }

  /** Whether part of a reply has come: of what is neither a push nor an attribute, behind which one may follow. */
  get insideReply(): boolean {
    const type = this.#depth > 0 ? this.#frames[0].type : this.#parts ? BLOB : this.#bulkType || this.#line.type;
    return type !== 0 && type !== PUSHED && type !== ATTRIBUTE;
  }

  #fail(why: string): never {
    this.#failure = new ProtocolError(`Cannot understand what the server sent: ${why}`);
    // Without bytes and without a string, next() can only come to INCOMPLETE, where it throws this again.
    this.#chunk = NO_BYTES;
    this.#at = this.#end = this.#bulkType = 0;
    this.#bulk.clear();
    this.#frames = [];
    this.#parts = undefined;
    throw this.#failure;
  }

  /** Reads one element, or opens an aggregate or a string. The common types are read here, in place. */
  #element(): Step | typeof INCOMPLETE {
    const chunk = this.#chunk;
    const at = this.#at;
    const end = this.#end;
    if (at === end) return INCOMPLETE;
    if (this.#line.length === 0 && this.#parts === undefined) {
      const type = chunk[at];
      if (type === BLOB || type === INTEGER) {
        let p = at + 1;
        let n = 0;
        let byte = chunk[p];
        while (byte >= 48 && byte <= 57) {
          n = n * 10 + byte - 48;
          byte = chunk[++p];
        }
        // Longer numbers, signs and cut lines take the way of every other line, below.
        if (byte === CR && chunk[p + 1] === LF && p - at > 1 && p - at < 16) {
          p += 2;
          if (type === INTEGER) {
            this.#at = p;
            return (this.#mode & BIGINTS) === 0 ? n : BigInt(n);
          }
          const stop = p + n;
          if (stop + 2 <= end && n < LONG_TEXT && n <= this.#limits.bulkLength) {
            if (chunk[stop] !== CR || chunk[stop + 1] !== LF) this.#fail("a string does not end where it should");
            this.#at = stop + 2;
            return (this.#mode & BYTES) === 0 ? this.#text.decode(chunk, p, stop) : chunk.slice(p, stop);
          }
          this.#at = p;
          return this.#startBulk(BLOB, n);
        }
      } else if (
        type === SIMPLE && chunk[at + 1] === 79 /* O */ && chunk[at + 2] === 75 /* K */ && chunk[at + 3] === CR &&
        chunk[at + 4] === LF
      ) {
        this.#at = at + 5;
        return "OK";
      }
    }
    return this.#lineElement();
  }

  /** Reads to the end of a line, keeping it back when that has not come, and reads the element that it is or starts. */
  #lineElement(): Step | typeof INCOMPLETE {
    const newline = this.#chunk.indexOf(LF, this.#at);
    const stop = newline < 0 ? this.#end : newline + 1;
    const length = this.#line.length + stop - this.#at;
    if (length > this.#limits.lineLength) this.#fail("a line is longer than the limit");
    if (newline >= 0 && this.#line.length === 0) {
      const start = this.#at;
      this.#at = stop;
      return this.#readLine(this.#chunk, start, stop);
    }
    this.#line.add(this.#chunk.subarray(this.#at, stop));
    this.#at = stop;
    if (newline < 0) return INCOMPLETE;
    return this.#readLine(this.#line.take(), 0, length);
  }

  /** Reads the line `bytes[start, end)`, its CR and LF included. */
  #readLine(bytes: Uint8Array, start: number, end: number): Step {
    const stop = end - 2;
    if (stop <= start || bytes[stop] !== CR) this.#fail("a line does not end with CR and LF");
    const type = bytes[start];
    const first = start + 1;
    if (this.#parts !== undefined && type !== PART) this.#fail("a streamed string is cut by something else");
    switch (type) {
      case SIMPLE:
        return this.#text.decode(bytes, first, stop);
      case ERROR:
        return this.#makeError(this.#text.decode(bytes, first, stop));
      case INTEGER: {
        const value = parseInteger(bytes, first, stop) ?? this.#fail("an integer is not one");
        return (this.#mode & BIGINTS) === 0 ? value : BigInt(value);
      }
      case DOUBLE:
        return parseDouble(bytes, first, stop) ?? this.#fail("a double is not one");
      case BIG_NUMBER:
        return parseBigNumber(bytes, first, stop) ?? this.#fail("a big number is not one");
      case BOOLEAN:
        if (stop - first === 1 && (bytes[first] === 116 /* t */ || bytes[first] === 102 /* f */)) {
          return bytes[first] === 116;
        }
        return this.#fail("a boolean is neither t nor f");
      case NULL:
        return stop === first ? null : this.#fail("a null has content");
      case END:
        return stop === first ? this.#endStreamed() : this.#fail("an end has content");
      case BLOB:
      case VERBATIM:
      case BLOB_ERROR:
      case PART:
      case ARRAY:
      case SET:
      case MAP:
      case ATTRIBUTE:
      case PUSHED:
        return this.#readLength(type, bytes, first, stop);
    }
    return this.#fail("a reply starts with a byte that no type has");
  }

  #readLength(type: number, bytes: Uint8Array, first: number, stop: number): Step {
    if (stop - first === 1 && bytes[first] === STREAMED && type !== VERBATIM && type !== BLOB_ERROR && type !== PART) {
      if (type !== BLOB) return this.#openAggregate(type, this.#limits.aggregateLength + 1, true);
      this.#parts = new PartialLine();
      return NOTHING;
    }
    // RESP2's two nulls: $-1 and *-1.
    if ((type === BLOB || type === ARRAY) && stop - first === 2 && bytes[first] === 45 && bytes[first + 1] === 49) {
      return null;
    }
    const length = parseInteger(bytes, first, stop);
    if (typeof length !== "number" || bytes[first] < 48) this.#fail("a length is not one"); // 48: no sign either
    if (type === BLOB || type === VERBATIM || type === BLOB_ERROR || type === PART) {
      return this.#startBulk(type, length);
    }
    const total = type === MAP || type === ATTRIBUTE ? 2 * length : length;
    return this.#openAggregate(type, total, false);
  }

  // ---- strings

  #startBulk(type: number, length: number): Step {
    if (type === PART) {
      if (this.#parts === undefined) this.#fail("a part belongs to no streamed string");
      if (length === 0) return this.#endParts();
    }
    if (length + (this.#parts?.length ?? 0) > this.#limits.bulkLength) this.#fail("a string is longer than the limit");
    if (!this.#bulk.start(length, type !== PART && (this.#mode & BYTES) !== 0)) {
      this.#fail("a string is longer than there is room for");
    }
    this.#bulkType = type;
    return NOTHING;
  }

  /** Copies what has come of a string, and gives it when it is whole. */
  #continueBulk(): Step | typeof INCOMPLETE {
    const bulk = this.#bulk;
    this.#at = bulk.fill(this.#chunk, this.#at, this.#end);
    if (bulk.broken) this.#fail("a string does not end where it should");
    if (!bulk.whole) return INCOMPLETE;
    const bytes = bulk.bytes;
    const type = this.#bulkType;
    this.#bulkType = 0;
    bulk.clear();
    switch (type) {
      case PART:
        if (!this.#parts!.add(bytes)) this.#fail("a string is longer than there is room for");
        return NOTHING;
      case BLOB_ERROR:
        return this.#makeError(this.#text.decode(bytes, 0, bytes.length));
      case VERBATIM:
        if (bytes.length < 4 || bytes[3] !== 58 /* : */) this.#fail("a verbatim string names no format");
        return this.#string(bytes.subarray(4));
    }
    return this.#string(bytes);
  }

  #endParts(): Value {
    const bytes = this.#parts!.copy();
    this.#parts = undefined;
    return this.#string(bytes);
  }

  #string(bytes: Uint8Array): Value {
    if ((this.#mode & BYTES) !== 0) return bytes.byteOffset === 0 ? bytes : bytes.slice();
    return decodeWhole(this.#text, bytes);
  }

  // ---- aggregates

  #openAggregate(type: number, total: number, streamed: boolean): Step {
    if (total > this.#limits.aggregateLength && !streamed) this.#fail("an aggregate is longer than the limit");
    if (this.#depth === this.#limits.depth) this.#fail("aggregates are nested deeper than the limit");
    const frame = this.#frames[this.#depth] ??= new Frame();
    this.#depth++;
    frame.type = type;
    frame.index = 0;
    frame.total = total;
    frame.streamed = streamed;
    frame.outerMode = this.#mode;
    // Slots are set aside for what can be in hand already, and never many: an announced length alone costs the peer nothing.
    if (total > 0 && total <= this.#presized && total <= (this.#end - this.#at) / 3) {
      this.#presized -= total;
      frame.list = new Array(total);
    } else frame.list = [];
    // A push has its own readers, whatever the reply around it is wanted as.
    if (type === PUSHED || type === ATTRIBUTE) this.#mode = PLAIN;
    return total === 0 ? this.#endAggregate(frame) : NOTHING;
  }

  #endStreamed(): Step {
    const frame = this.#depth === 0 ? undefined : this.#frames[this.#depth - 1];
    if (frame === undefined || !frame.streamed) this.#fail("an end belongs to no streamed aggregate");
    if ((frame.type === MAP || frame.type === ATTRIBUTE) && frame.index % 2 !== 0) this.#fail("a map lacks a value");
    return this.#endAggregate(frame);
  }

  #endAggregate(frame: Frame): Step {
    const list = frame.list;
    this.#depth--;
    this.#mode = frame.outerMode;
    frame.list = NO_LIST; // or the frame, which is used again, would keep the values alive
    switch (frame.type) {
      case ATTRIBUTE:
        return NOTHING;
      case PUSHED:
        this.push = list;
        return PUSH;
      case MAP:
        return (this.#mode & COLLECTIONS) === 0 ? list : toMap(list);
      case SET:
        return (this.#mode & COLLECTIONS) === 0 ? list : new Set(list);
    }
    return list;
  }
}
