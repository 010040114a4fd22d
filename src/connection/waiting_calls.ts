/**
 * The calls of one connection that are not with the server: those not yet written, and those it refused.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import type { PendingCall } from "../session/call.ts";
import { Backlog, type BacklogBounds } from "./backlog.ts";
import type { ConnectionSettings } from "./connection_settings.ts";
import { deadlineError, type Failure } from "./failure.ts";
import type { Link } from "./link.ts";
import { Refused } from "./refused.ts";

/** The earlier of two moments; 0 is none. */
export function earlier(one: number, other: number): number {
  return one === 0 || (other !== 0 && other < one) ? other : one;
}

/** Whether a call is over, which it is now when its time is: so many were before it; `offline` is why it was not connected. */
export function isDue(call: PendingCall, now: number, ahead: number, node: string, offline?: Error): boolean {
  if (call.done) return true;
  if (call.deadline === 0 || call.deadline > now) return false;
  if (call.waitedFor === "retry") call.refuse();
  else call.lost(deadlineError(call, node, ahead, call.waitedFor === "connection" ? offline : undefined));
  return true;
}

/** What {@linkcode WaitingCalls} are made from. */
export interface WaitingSettings extends BacklogBounds, Pick<ConnectionSettings, "retry" | "random"> {
  /** What the server is called in messages. */
  readonly link: { readonly node: string };
}

/** Calls in the order in which they are to be sent. */
export class WaitingCalls {
  /** Why there was no connection the last time. */
  lastFailure: Error | undefined;
  readonly #node: string;
  readonly #backlog: Backlog;
  readonly #refused: Refused;

  /** Takes the bounds of what waits, how refused calls are sent again, and what the server is called. */
  constructor(settings: WaitingSettings) {
    this.#node = settings.link.node;
    this.#backlog = new Backlog(settings);
    this.#refused = new Refused(settings.retry, settings.random);
  }

  /** How many there are. */
  get size(): number {
    return this.#backlog.size + this.#refused.size;
  }

  /** How many there are that nobody has given up. */
  get live(): number {
    this.#backlog.removeDone();
    this.#refused.removeDone();
    return this.size;
  }

  /** How many have not been written. */
  get unwritten(): number {
    return this.#backlog.size;
  }

  /** Takes a call that waits for the server to take what is before it. */
  hold(call: PendingCall): void {
    call.waitedFor = "write";
    this.#backlog.push(call);
  }

  /** Takes a call that waits for a connection; false where the bounds do not allow it. Throws where a word is wrong. */
  holdOffline(call: PendingCall): boolean {
    return this.#backlog.pushBounded(call);
  }

  /** Takes a call that the server refused; gives when it is sent again, 0 where it is not taken. */
  takeRefused(call: PendingCall, why: RedisError, now: number): number {
    return this.#refused.take(call, why, now) ? this.#refused.at : 0;
  }

  /** Puts calls in front, in their order. */
  putBack(calls: readonly PendingCall[], connected: boolean): void {
    for (const call of calls) call.waitedFor = connected ? "write" : "connection";
    this.#backlog.putBack(calls);
  }

  /** Sends what it takes over a link. */
  sendOver(link: Link | undefined): void {
    while (link !== undefined && link.takes) {
      const call = this.#backlog.shift();
      if (call === undefined) return;
      link.send(call);
    }
  }

  /** Gives up all of them, in their order. */
  takeAll(): PendingCall[] {
    return [...this.#refused.takeAll(), ...this.takeUnwritten()];
  }

  /** Gives up those that have not been written. */
  takeUnwritten(): PendingCall[] {
    return this.#backlog.takeAll();
  }

  /** Gives up refused calls when their moment has come; those whose time has passed meanwhile are told why. */
  takeRefusedBy(now: number): PendingCall[] {
    if (this.#refused.at === 0 || this.#refused.at > now) return [];
    return this.#refused.takeAll().filter((call) => !this.isDue(call, now, 0));
  }

  /** Ends all of them. */
  failAll(failure: Failure): void {
    for (const call of this.takeAll()) call.lost(failure(call.doubtful, call.name));
  }

  /** Puts refused calls in front whose moment has come; ends what is due; gives the next moment. */
  expire(now: number, connected: boolean): number {
    this.putBack(this.takeRefusedBy(now), connected);
    let next = 0;
    let over = 0;
    for (let i = 0, call = this.#backlog.at(0); call !== undefined; call = this.#backlog.at(++i)) {
      if (this.isDue(call, now, i)) over++;
      else next = earlier(next, call.deadline);
    }
    if (over > 0) this.#backlog.removeDone();
    for (const [i, call] of this.#refused.calls.entries()) {
      if (!this.isDue(call, now, i)) next = earlier(next, call.deadline);
    }
    this.#refused.removeDone();
    return earlier(next, this.#refused.at);
  }

  /** Whether a call is over, which it is now when its time is. */
  isDue(call: PendingCall, now: number, ahead: number): boolean {
    return isDue(call, now, ahead, this.#node, this.lastFailure);
  }
}
