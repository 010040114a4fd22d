/**
 * The state machine of one connection: bytes in and out on one side, calls and their replies on the other.
 *
 * It is pure: it holds no socket, timer or promise. Calls are encoded when they are made, also before the
 * handshake is over, and their bytes are given out after it. Replies belong to calls by order alone, so
 * whatever could break the order (bytes that are not RESP, a reply that nobody waits for) ends the session:
 * `receive()` throws, and no later reply is given to anyone.
 *
 * @module
 */
import { ProtocolError, ReplyError } from "../errors.ts";
import { Decoder, INCOMPLETE, PUSH } from "../resp/decoder.ts";
import { Encoder } from "../resp/encoder.ts";
import { type Limits, PLAIN, type Value } from "../resp/value.ts";
import type { TextCodec } from "../stream.ts";
import { Handshake, type Login } from "./handshake.ts";
import { InFlight, type Waiter } from "./in_flight.ts";

/** What a {@linkcode Session} is made from. */
export interface SessionOptions {
  /** Who to be and where to start. */
  login: Login;
  /** The node's address for messages. */
  node: string;
  /** The runtime's text codec; that of the web when absent. */
  text?: TextCodec;
  /** Bounds on what the server may send. */
  limits?: Partial<Limits>;
  /** Is given each push: its kind first, then what it carries. */
  onPush?: (push: Value[]) => void;
}

/** From this many calls on, the replies that have come are settled in two halves. */
const SPLIT = 32;

/** One connection's conversation. */
export class Session<Caller extends Waiter<Keeper> = Waiter, Keeper = unknown> {
  #encoder: Encoder;
  #decoder: Decoder;
  readonly #keeper: Keeper;
  #inFlight = new InFlight<Caller>();
  // Waiters whose bytes have not been given out.
  #unsent = 0;
  #handshake: Handshake | undefined;
  #onPush: ((push: Value[]) => void) | undefined;
  #feed: ((value: Value) => void) | undefined;
  #hello: Value = null;
  #refusals: readonly ReplyError[] = [];
  // Calls that the bytes at hand can answer, and whether resume() is to read on in them.
  #answerable = 0;
  #paused = false;

  /** Starts with the handshake's first words to be given out; the keeper is who waiters are given with their replies. */
  constructor(options: SessionOptions, keeper: Keeper) {
    const { text, limits, node } = options;
    this.#encoder = new Encoder(text);
    this.#handshake = new Handshake(options.login, text);
    this.#onPush = options.onPush;
    this.#keeper = keeper;
    const makeError = (message: string): ReplyError =>
      new ReplyError(message, { node, command: this.#handshake ? undefined : this.#inFlight.first?.name });
    this.#decoder = new Decoder({ text, limits, makeError });
  }

  /** True once the handshake is over. */
  get ready(): boolean {
    return this.#handshake === undefined;
  }

  /** The server's answer to HELLO, as a flat list of names and values; null under RESP2. */
  get hello(): Value {
    return this.#hello;
  }

  /** What the server refused in the handshake without harm: settings that are not there now. */
  get refusals(): readonly ReplyError[] {
    return this.#refusals;
  }

  /** How many calls wait for replies; a batch counts as one. */
  get waiting(): number {
    return this.#inFlight.size;
  }

  /** Codes text with the runtime's codec from now on. */
  useText(text: TextCodec): void {
    this.#encoder.useText(text);
    this.#decoder.useText(text);
  }

  /** Takes a call. Throws a `TypeError`, and takes nothing, when a word cannot be sent. */
  send(caller: Caller): void {
    caller.encode(this.#encoder);
    this.#inFlight.push(caller);
    this.#unsent++;
  }

  /** The call that so many are before in the order of the replies. */
  at(index: number): Caller | undefined {
    return this.#inFlight.at(index);
  }

  /** Gives whatever nobody waits for to `listener` from now on, as after MONITOR; it is no error then. */
  feed(listener: (value: Value) => void): void {
    this.#feed = listener;
  }

  /** Gives what is to be written now, empty when there is nothing; {@linkcode written} must follow. */
  output(): Uint8Array {
    // From here on, and not from written() on: a stream may end over the write, with part of it sent.
    if (this.#handshake === undefined) this.#unsent = 0;
    return this.#current().take();
  }

  /** Says that the output has left; `reusable` tells whether its array may be written to again. */
  written(reusable: boolean): void {
    this.#current().release(reusable);
  }

  /** Says that output which was not reusable has left. */
  drained(): void {
    this.#encoder.reclaim();
  }

  #current(): Encoder {
    return this.#handshake?.encoder ?? this.#encoder;
  }

  /**
   * Takes bytes from the server and settles the calls that they answer.
   *
   * @returns True when {@linkcode resume} is to settle more of them. The array is the caller's again all the same.
   * @throws {RedisError} When the connection must end: a `ProtocolError` for what is not understood, a
   * `ReplyError` for a handshake that the server refused.
   */
  receive(bytes: Uint8Array): boolean {
    this.resume();
    this.#decoder.feed(bytes);
    // A call that has not left, as none has before the handshake is over, cannot be answered: a reply that comes now
    // belongs to nobody.
    this.#answerable = this.#inFlight.size - this.#unsent;
    return this.#settle(this.#answerable < SPLIT ? Infinity : this.#answerable >> 1);
  }

  /** Settles the calls that `receive()` left, if any; it throws as that does. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#settle(Infinity);
  }

  /** Settles up to so many calls, or all that the bytes at hand answer. */
  #settle(most: number): boolean {
    const decoder = this.#decoder;
    const inFlight = this.#inFlight;
    for (;;) {
      const waiter = this.#answerable > 0 ? inFlight.first : undefined;
      const value = decoder.next(waiter === undefined ? PLAIN : waiter.mode);
      if (value === INCOMPLETE) {
        // Here already, or a call that leaves before the rest comes would be given it.
        if (waiter === undefined && this.#handshake === undefined && decoder.insideReply && !this.#feed) {
          throw nobodyWaits();
        }
        return false;
      }
      if (value === PUSH) {
        if (this.#handshake?.confirm(decoder.push)) this.#endHandshake(this.#handshake);
        if (waiter?.confirm !== undefined && waiter.confirm(decoder.push)) {
          inFlight.shift();
          this.#answerable--;
        }
        this.#onPush?.(decoder.push);
      } else if (waiter !== undefined) {
        if (waiter.settle(value, this.#keeper)) {
          inFlight.shift();
          this.#answerable--;
          if (--most === 0 && decoder.keepRest()) return this.#paused = true;
        }
      } else if (this.#handshake !== undefined) {
        if (this.#handshake.receive(value)) this.#endHandshake(this.#handshake);
      } else if (this.#feed !== undefined) this.#feed(value);
      else throw nobodyWaits();
    }
  }

  #endHandshake({ hello, refusals }: Handshake): void {
    this.#hello = hello;
    this.#refusals = refusals;
    this.#handshake = undefined;
  }

  /** Gives up every call that waits, in order, each with whether its bytes were given out: it may have been applied. */
  end(take: (caller: Caller, sent: boolean) => void): void {
    let sent = this.#inFlight.size - this.#unsent;
    this.#unsent = 0;
    for (let caller = this.#inFlight.shift(); caller !== undefined; caller = this.#inFlight.shift()) {
      take(caller, sent-- > 0);
    }
  }
}

function nobodyWaits(): ProtocolError {
  return new ProtocolError("Cannot understand what the server sent: nobody waits for a reply");
}
