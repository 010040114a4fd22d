/**
 * Which request a frame of the server answers.
 *
 * Replies come in the order of their requests. What breaks that simple rule is known here: pushes, the confirmations of
 * SUBSCRIBE and its kin (one a channel, pushes in RESP3 and arrays in RESP2), messages of RESP2, and CLIENT REPLY.
 *
 * Limits: the lines that follow MONITOR or SYNC would be taken for replies if more requests were sent on their link, and
 * subscriptions inside of MULTI count wrong.
 *
 * @module
 */
import { ARRAY, PUSHED } from "../../src/resp/type_byte.ts";
import type { Frame } from "./frames.ts";

/** A request as it went by. */
export interface Request {
  /** The command's name in upper case: its first word. */
  readonly name: string;
  /** Its first words, the name too: at most 8 of them, and 128 bytes of each. */
  readonly words: readonly string[];
  /** How many words it has. */
  readonly length: number;
  /** The number of its link, counted from 1. */
  readonly link: number;
}

/** What a frame answers. */
export interface Answer {
  readonly request: Request;
  /** False while more frames answer the same request. */
  readonly last: boolean;
}

type Kind = "channels" | "patterns" | "shards";

const SUBSCRIBING: ReadonlyMap<string, Kind> = new Map([
  ["SUBSCRIBE", "channels"],
  ["UNSUBSCRIBE", "channels"],
  ["PSUBSCRIBE", "patterns"],
  ["PUNSUBSCRIBE", "patterns"],
  ["SSUBSCRIBE", "shards"],
  ["SUNSUBSCRIBE", "shards"],
]);
const MESSAGES: readonly string[] = ["message", "pmessage", "smessage"];

/** The requests of one link that wait for their replies. */
export class ReplyOrder {
  #waiting: Request[] = [];
  // Confirmations that the oldest request still waits for; undefined before its first.
  #confirmations: number | undefined;
  #silent: "no" | "next" | "off" = "no";
  #subscribed: Record<Kind, number> = { channels: 0, patterns: 0, shards: 0 };
  // Whether messages come as arrays.
  #messages = false;

  /** Notes a request that has left for the server. */
  sent(request: Request): void {
    const [, verb, mode] = request.words.map((word) => word.toUpperCase());
    if (request.name === "CLIENT" && verb === "REPLY") {
      if (mode === "ON") this.#silent = "no";
      if (mode === "OFF") this.#silent = "off";
      if (mode === "SKIP" && this.#silent !== "off") {
        this.#silent = "next";
        return;
      }
    }
    if (this.#silent === "no") this.#waiting.push(request);
    else if (this.#silent === "next") this.#silent = "no";
  }

  /** Tells what a frame of the server answers; undefined when it is a push, a message or no reply at all. */
  answered(frame: Frame): Answer | undefined {
    const request = this.#waiting[0];
    if (request === undefined) return undefined;
    const kind = frame.words[0] ?? "";
    const family = SUBSCRIBING.get(request.name);
    const isList = frame.type === ARRAY || frame.type === PUSHED;
    if (family !== undefined && isList && kind.toUpperCase() === request.name) {
      this.#confirmations ??= this.#expected(request, family);
      this.#messages = frame.type === ARRAY;
      this.#count(family, Number(frame.words.at(-1)));
      if (--this.#confirmations > 0) return { request, last: false };
    } else if (frame.type === PUSHED) return undefined;
    else if (this.#messages && frame.type === ARRAY && MESSAGES.includes(kind)) return undefined;
    this.#confirmations = undefined;
    this.#waiting.shift();
    if (request.name === "RESET") {
      this.#subscribed = { channels: 0, patterns: 0, shards: 0 };
      this.#messages = false;
    }
    return { request, last: true };
  }

  /** One a channel that is named; else one for each that there is, or one that says there is none. */
  #expected(request: Request, family: Kind): number {
    return request.length > 1 ? request.length - 1 : Math.max(1, this.#subscribed[family]);
  }

  /** Confirmations end with how many there are: channels and patterns together, shard channels alone. */
  #count(family: Kind, total: number): void {
    const { channels, patterns } = this.#subscribed;
    const others = family === "channels" ? patterns : family === "patterns" ? channels : 0;
    this.#subscribed[family] = total - others;
  }
}
