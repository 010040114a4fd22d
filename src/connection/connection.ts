/**
 * A connection that callers share and that stays: made at the first call, made anew whenever it is lost.
 *
 * Every call is settled: by its reply, by its deadline, or by an error that says whether it may have been applied.
 * While there is no connection, calls wait in a bounded backlog. Calls of a lost connection go into the next one when
 * they were never written, or when a second execution does no harm; those that the server refused before executing
 * them are sent again after a delay that grows. A link on which replies are due and nothing is heard is given up.
 *
 * Limits: nothing is promised about the order of calls that were not awaited once one of them is sent again.
 *
 * @module
 */
import { ProtocolError, type RedisError, ReplyError } from "../errors.ts";
import { type AnyCommand, command as makeCommand } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import type { ConnectionRole } from "../events.ts";
import { type CallOptions, PLAIN_CALL } from "../sender.ts";
import { Batch, Call, type PendingCall, type Reject, type Resolve } from "../session/call.ts";
import { passes } from "../session/refusals.ts";
import { Backlog } from "./backlog.ts";
import type { ConnectionContext, ConnectionSettings } from "./connection_settings.ts";
import type { Deadlines, Timed } from "./deadlines.ts";
import {
  closedError,
  closedFailure,
  deadlineError,
  type Failure,
  fullError,
  offlineError,
  silenceFailure,
} from "./failure.ts";
import { Link, type LinkOwner, type LostCalls } from "./link.ts";
import { Redial } from "./redial.ts";
import { Refused } from "./refused.ts";
import { mayRepeat } from "./retry.ts";
import { Silence } from "./silence.ts";

const ROLE: ConnectionRole = "shared";

// One executor for all calls: one that is a closure would cost every call an allocation.
let resolveCall: Resolve;
let rejectCall: Reject;
function executor(resolve: Resolve, reject: Reject): void {
  resolveCall = resolve;
  rejectCall = reject;
}

/** A connection to one server. */
export class Connection implements Timed, LinkOwner {
  readonly #settings: ConnectionSettings;
  readonly #context: ConnectionContext;
  readonly #deadlines: Deadlines;
  readonly #node: string;
  readonly #backlog: Backlog;
  readonly #refused: Refused;
  readonly #redial: Redial;
  readonly #silence: Silence;
  #link: Link | undefined;
  // Links and dials that have not ended.
  #open = 0;
  #closed = false;
  #finished = false;
  #onGone: (() => void)[] = [];

  #lostAt: number | undefined;
  #lastFailure: RedisError | undefined;
  #connecting: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  /** Takes how to behave; it connects when the first call comes. */
  constructor(settings: ConnectionSettings, context: ConnectionContext) {
    this.#settings = settings;
    this.#context = context;
    this.#deadlines = context.deadlines;
    this.#node = settings.link.node;
    this.#backlog = new Backlog(settings);
    this.#refused = new Refused(settings.retry, settings.random);
    this.#redial = new Redial(settings.reconnect, settings.clock, settings.random);
    this.#silence = new Silence(settings.watchdogMs, settings.pingIntervalMs);
    this.#deadlines.add(this);
  }

  /** Whether it can be used now. */
  get ready(): boolean {
    return this.#link?.ready ?? false;
  }

  /** Whether calls of this turn are gathered that have not been written. */
  get gathering(): boolean {
    return this.#link?.gathering ?? false;
  }

  /** How many calls wait, for replies or to be written. */
  get waiting(): number {
    return (this.#link?.waiting ?? 0) + this.#backlog.size + this.#refused.size;
  }

  /** Connects, and waits until it can be used. The first failure is final here. */
  connect(): Promise<void> {
    if (this.ready) return Promise.resolve();
    const connected = new Promise<void>((resolve, reject) => this.#connecting = { resolve, reject });
    if (this.#link === undefined && !this.#redial.waiting) this.#dial();
    return connected;
  }

  /** Sends a command and gives its reply. */
  send<Reply>(command: AnyCommand<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    const promise = new Promise<unknown>(executor) as Promise<Reply>;
    this.#take(new Call(command, options, resolveCall, rejectCall));
    return promise;
  }

  /** Sends one command or more in one write and gives their replies in order. */
  sendAll(commands: readonly AnyCommand<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    const promise = new Promise<unknown>(executor) as Promise<unknown[]>;
    this.#take(new Batch(commands, options, resolveCall, rejectCall));
    return promise;
  }

  #take(call: PendingCall): void {
    if (this.#closed) return call.fail(closedError(call.name));
    const { timeoutMs = this.#settings.timeoutMs, signal } = call.options;
    const link = this.#link;
    const deadlines = this.#deadlines;
    if (timeoutMs !== 0) {
      const now = link !== undefined && link.gathering ? deadlines.now : deadlines.read();
      call.deadline = now + timeoutMs;
      deadlines.want(call.deadline);
    }
    if (signal !== undefined) {
      this.#context.aborts.watch(signal, call);
      if (call.done) return;
    }
    if (link !== undefined && link.takes && this.#backlog.size === 0) link.send(call);
    else this.#wait(call, link);
  }

  #wait(call: PendingCall, link: Link | undefined): void {
    if (link !== undefined && link.ready) {
      call.waitedFor = "write";
      this.#backlog.push(call);
      return;
    }
    try {
      if (!this.#settings.enableOfflineQueue) call.fail(offlineError(call.name, this.#node, this.#lastFailure));
      else if (!this.#backlog.pushBounded(call)) call.fail(fullError(call.name, this.#node, this.#lastFailure));
    } catch (error) {
      call.fail(error);
    }
    if (link === undefined && !this.#redial.waiting) this.#dial();
  }

  // ---- what becomes of calls

  /** Takes back a call that the server did not execute, to send it again later; false when its tries are over. */
  refused(call: PendingCall): boolean {
    if (this.#link === undefined || !this.#refused.take(call, this.#deadlines.read())) return false;
    this.#deadlines.want(this.#refused.at);
    return true;
  }

  #goAgain(calls: readonly PendingCall[]): void {
    for (const call of calls) call.waitedFor = this.ready ? "write" : "connection";
    this.#backlog.putBack(calls);
  }

  #sendBacklog(): void {
    const link = this.#link;
    while (link !== undefined && link.takes) {
      const call = this.#backlog.shift();
      if (call === undefined) return;
      link.send(call);
    }
  }

  /** The calls of a lost link that go into the next; the others are told of the loss. */
  #savedFrom({ sent, unsent }: LostCalls, failure: Failure): PendingCall[] {
    const { retry } = this.#settings;
    const error = failure(true);
    const saved: PendingCall[] = [];
    for (const [index, call] of sent.entries()) {
      const { attempts = retry.attempts, ceiling = retry.ceiling } = call.options;
      // The reply that could not be understood was the first one's: it would be so again.
      const culprit = index === 0 && error instanceof ProtocolError;
      const again = !culprit && call.attempts < attempts && mayRepeat(call.unanswered(), ceiling);
      if (call.done) continue;
      if (!again) call.lost(error);
      else saved.push(call);
      call.rare.doubtful = true;
    }
    for (const call of unsent) {
      call.attempts--;
      if (!call.done) saved.push(call);
    }
    return saved;
  }

  /** Ends every call that is not with a server. */
  #failWaiting(failure: Failure): void {
    const calls = this.#refused.takeAll();
    for (let call = this.#backlog.shift(); call !== undefined; call = this.#backlog.shift()) calls.push(call);
    for (const call of calls) call.lost(failure(call.doubtful));
  }

  /** Gives up what is due, sends refused calls again, and looks after a link on which nothing is heard. */
  expire(now: number): number {
    if (this.#refused.at !== 0 && this.#refused.at <= now) {
      this.#goAgain(this.#refused.takeAll());
      this.#sendBacklog();
    }
    let next = this.#expireWaiting(now);
    const link = this.#link;
    if (link === undefined || !link.ready) return next;
    for (let i = 0, call = link.at(0); call !== undefined; call = link.at(++i)) {
      if (!this.#isDue(call, now, i)) next = earlier(next, call.deadline);
    }
    const silentMs = this.#silence.check(link, now);
    if (silentMs > 0) link.end(silenceFailure(this.#node, silentMs));
    else if (silentMs < 0 && link.takes) this.#ping(link);
    return earlier(next, this.#silence.next(now));
  }

  #expireWaiting(now: number): number {
    let next = 0;
    for (let i = 0, call = this.#backlog.at(0); call !== undefined; call = this.#backlog.at(++i)) {
      if (!this.#isDue(call, now, i)) next = earlier(next, call.deadline);
    }
    this.#backlog.removeDone();
    for (const [i, call] of this.#refused.calls.entries()) {
      if (!this.#isDue(call, now, i)) next = earlier(next, call.deadline);
    }
    this.#refused.removeDone();
    return earlier(next, this.#refused.at);
  }

  /** Whether a call is over, which it is now when its time is. */
  #isDue(call: PendingCall, now: number, ahead: number): boolean {
    if (call.done) return true;
    if (call.deadline === 0 || call.deadline > now) return false;
    call.fail(deadlineError(call, this.#node, ahead, call.waitedFor === "connection" ? this.#lastFailure : undefined));
    return true;
  }

  #ping(link: Link): void {
    link.send(new Call(makeCommand(["PING"], status), PLAIN_CALL, ignore, ignore));
  }

  /** Says a command over the connection as it is now, for what is to hold on every connection; true when it is there. */
  say(command: AnyCommand, resolve: Resolve, reject: Reject): boolean {
    const link = this.#link;
    if (link === undefined || !link.takes) return false;
    link.send(new Call(command, PLAIN_CALL, resolve, reject));
    return true;
  }

  // ---- its links

  #dial(): void {
    this.#open++;
    this.#link = new Link(this.#settings.link, this);
  }

  linkConnected(): void {
    this.#context.events.emit("connect", { node: this.#node, role: ROLE });
  }

  linkReady(link: Link): void {
    const { events } = this.#context;
    const attempts = this.#redial.attempt;
    this.#redial.ready();
    this.#lastFailure = undefined;
    this.#silence.start(this.#deadlines.read());
    const check = this.#silence.next(this.#deadlines.now);
    if (check !== 0) this.#deadlines.want(check);
    this.#connecting?.resolve();
    this.#connecting = undefined;
    this.#sendBacklog();
    const at = { node: this.#node, role: ROLE };
    for (const error of link.refusals) events.emit("error", { ...at, error });
    events.emit("ready", at);
    if (this.#lostAt === undefined) return;
    const downMs = this.#settings.clock.now() - this.#lostAt;
    this.#lostAt = undefined;
    events.emit("reconnect", { ...at, attempts, downMs });
  }

  linkDrained(): void {
    this.#sendBacklog();
  }

  linkHeard(): void {
    if (this.#closed) this.#endWhenDrained();
  }

  linkEnded(link: Link, failure: Failure, lost: LostCalls): void {
    const wasReady = link.wasReady;
    this.#link = undefined;
    const reason = failure(false);
    this.#lastFailure = reason;
    const at = { node: this.#node, role: ROLE };
    const saved = this.#savedFrom(lost, failure);
    this.#goAgain(saved);
    const waits = this.#connecting;
    this.#connecting = undefined;
    const again = this.#wantsLink(wasReady, reason, waits !== undefined);
    if (wasReady) this.#lostAt ??= this.#settings.clock.now();
    const delayMs = again ? this.#redial.schedule(() => this.#dial()) : undefined;
    if (wasReady) this.#context.events.emit("disconnect", { ...at, reason, reconnects: delayMs !== undefined });
    else if (waits === undefined && !this.#closed) this.#context.events.emit("error", { ...at, error: reason });
    if (delayMs === undefined || this.#isFinal(reason)) this.#failWaiting(failure);
    waits?.reject(reason);
    if (delayMs !== undefined) {
      this.#context.events.emit("reconnecting", { ...at, attempt: this.#redial.attempt, delayMs, reason });
    }
  }

  /** Whether a link is to be made again by itself. */
  #wantsLink(wasReady: boolean, reason: RedisError, connecting: boolean): boolean {
    const pending = this.#backlog.size > 0 || this.#refused.size > 0;
    if (this.#closed) return pending && !this.#finished;
    if (connecting) return false;
    return wasReady || this.#lostAt !== undefined || (pending && !this.#isFinal(reason));
  }

  /** Whether trying again would not help: the server refused for a reason that stays, or the dial was asked the impossible. */
  #isFinal({ cause }: RedisError): boolean {
    if (cause instanceof TypeError) return true;
    return cause instanceof ReplyError && !passes(cause) && !/max number of clients/i.test(cause.reply);
  }

  linkGone(): void {
    if (--this.#open <= 0 && this.#closed && !this.#redial.waiting) this.#tellGone();
  }

  // ---- its end

  /** Takes no more calls, waits for those that wait, at most `closeTimeoutMs`, and ends the connection. */
  close(): Promise<void> {
    const { clock, closeTimeoutMs } = this.#settings;
    this.#closed = true;
    if (this.#open <= 0 && !this.#redial.waiting) {
      this.#finish();
      return Promise.resolve();
    }
    const gone = new Promise<void>((resolve) => this.#onGone.push(resolve));
    this.#onGone.push(clock.after(closeTimeoutMs, () => this.#giveUpClosing()));
    this.#endWhenDrained();
    return gone;
  }

  /** Ends the connection at once; every call that waits fails with a `ClosedError`. */
  destroy(): void {
    this.#closed = true;
    this.#finish();
  }

  #endWhenDrained(): void {
    const link = this.#link;
    if (this.waiting > 0 || (link !== undefined && !link.ready)) return;
    this.#finish();
  }

  #giveUpClosing(): void {
    const stream = this.#link?.connected ?? false;
    this.#finish();
    // An adapter that does not heed the signal may dial for ever: that is not waited for, a stream's end is.
    if (!stream) this.#tellGone();
  }

  #finish(): void {
    const failure = closedFailure(this.#node);
    this.#finished = true;
    this.#redial.stop();
    this.#deadlines.remove(this);
    this.#link?.end(failure);
    this.#failWaiting(failure);
    if (this.#open <= 0) this.#tellGone();
  }

  #tellGone(): void {
    for (const tell of this.#onGone.splice(0)) tell();
  }
}

/** The earlier of two moments; 0 is none. */
function earlier(one: number, other: number): number {
  return one === 0 || (other !== 0 && other < one) ? other : one;
}

function ignore(): void {}
