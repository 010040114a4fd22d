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
import type { RedisError } from "../errors.ts";
import type { AnyCommand } from "../commands/command.ts";
import type { ConnectionRole } from "../events.ts";
import { type CallOptions, PLAIN_CALL } from "../sender.ts";
import { Batch, Part, type PartOfList } from "../session/batch.ts";
import { Call, type PendingCall, type Reject, type Resolve } from "../session/call.ts";
import { isRedirect } from "../session/refusals.ts";
import { SubscribeCall } from "../session/subscribe_call.ts";
import { Connecting } from "./connecting.ts";
import type { ConnectionContext, ConnectionSettings } from "./connection_settings.ts";
import type { Deadlines, Timed } from "./deadlines.ts";
import {
  closedError,
  closedFailure,
  connectClosedError,
  type Failure,
  fullError,
  isFinal,
  offlineError,
  silenceFailure,
} from "./failure.ts";
import { Link, type LinkOwner, type LostCalls } from "./link.ts";
import { Redial } from "./redial.ts";
import { savedCalls } from "./lost_calls.ts";
import { ping, Silence } from "./silence.ts";
import { Turn } from "./turn.ts";
import { earlier, WaitingCalls } from "./waiting_calls.ts";

const ROLE: ConnectionRole = "shared";
/** Milliseconds of silence, while replies are due, after which a node's cluster is asked what has become of it. */
const SUSPECT_MS = 500;

// One executor for all calls: one that is a closure would cost every call an allocation.
let resolveCall: Resolve;
let rejectCall: Reject;
function executor(resolve: Resolve, reject: Reject): void {
  resolveCall = resolve;
  rejectCall = reject;
}

/** A connection to one server. */
export class Connection implements Timed, LinkOwner {
  /** Whether the server speaks RESP3 over it; undefined before that is known. */
  speaksResp3: boolean | undefined;
  readonly #settings: ConnectionSettings;
  readonly #context: ConnectionContext;
  readonly #deadlines: Deadlines;
  readonly #node: string;
  readonly #waiting: WaitingCalls;
  readonly #redial: Redial;
  readonly #silence: Silence;
  readonly #turn = new Turn();
  #link: Link | undefined;
  // Dials and sockets that have not ended, and the sockets alone.
  #open = 0;
  #sockets = 0;
  #closed = false;
  #finished = false;
  #onGone: (() => void)[] = [];

  #lostAt: number | undefined;
  #connecting: Connecting | undefined;

  /** Takes how to behave; it connects when the first call comes. */
  constructor(settings: ConnectionSettings, context: ConnectionContext) {
    this.#settings = settings;
    this.#context = context;
    this.#deadlines = context.deadlines;
    this.#node = settings.link.node;
    this.#waiting = new WaitingCalls(settings);
    this.#redial = new Redial(settings.reconnect, settings.clock, settings.random);
    const suspectMs = settings.router === undefined ? 0 : SUSPECT_MS;
    this.#silence = new Silence(settings.watchdogMs, settings.pingIntervalMs, suspectMs);
  }

  /** Whether it can be used now. */
  get ready(): boolean {
    return this.#link?.ready ?? false;
  }

  /** Whether it was lost, or could not be made, and has not been made since. */
  get failed(): boolean {
    return !this.ready && this.#waiting.lastFailure !== undefined;
  }

  /** Whether it is being made. */
  get dialling(): boolean {
    return this.#link !== undefined && !this.ready;
  }

  /** Whether calls wait that nobody has given up. */
  get busy(): boolean {
    return this.#waiting.live > 0 || (this.#link?.busy ?? false);
  }

  /** How many calls wait, for replies or to be written. */
  get waiting(): number {
    return (this.#link?.waiting ?? 0) + this.#waiting.size;
  }

  /** Connects, and waits until it can be used. The first failure is final here. */
  connect(): Promise<void> {
    if (this.#closed) return Promise.reject(connectClosedError(this.#node));
    if (this.ready) return Promise.resolve();
    const { promise } = this.#connecting ??= new Connecting();
    if (this.#link === undefined && !this.#redial.waiting) this.#dial();
    return promise;
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

  /** Sends some of a list of commands in one write, and gives whether any was refused; the replies go where they belong. */
  sendPart(part: PartOfList, options: CallOptions): Promise<boolean> {
    const promise = new Promise<unknown>(executor) as Promise<boolean>;
    this.#take(new Part(part, options, resolveCall, rejectCall));
    return promise;
  }

  /** Sends a command that is answered by pushes, one for each word behind its name. */
  subscribe(command: AnyCommand<unknown>, options: CallOptions = PLAIN_CALL): Promise<void> {
    const promise = new Promise<unknown>(executor) as Promise<void>;
    this.#take(new SubscribeCall(command, options, resolveCall, rejectCall));
    return promise;
  }

  #take(call: PendingCall): void {
    if (this.#closed) return call.fail(closedError(call.name));
    const { timeoutMs = this.#settings.timeoutMs, signal } = call.options;
    const link = this.#link;
    if (signal !== undefined) {
      this.#context.aborts.watch(signal, call);
      if (call.done) return;
    }
    if (link !== undefined && link.takes && this.#waiting.unwritten === 0) {
      if (timeoutMs !== 0) call.due = this.#turn.due(timeoutMs);
      link.send(call);
      return;
    }
    if (timeoutMs !== 0) {
      this.#deadlines.add(this);
      call.deadline = this.#deadlines.read() + timeoutMs;
      this.#deadlines.want(call.deadline);
    }
    this.#wait(call, link);
  }

  linkFlushing(): void {
    this.#turn.end(this.#deadlines);
    if (this.#settings.router !== undefined) this.#deadlines.want(this.#deadlines.now + SUSPECT_MS);
  }

  /** Ends a link on which nothing has been heard for a while, though replies are due. */
  endSilent(): void {
    if (this.ready && this.#silence.suspicious) this.#link!.end(silenceFailure(this.#node, this.#silence.silentMs));
  }

  /** Takes a call that was made elsewhere, with the time that it has left. */
  resend(call: PendingCall): void {
    if (call.done) return;
    if (this.#closed) return call.lost(closedError(call.name, call.doubtful));
    const link = this.#link;
    if (call.deadline !== 0) {
      this.#deadlines.add(this);
      this.#deadlines.read();
      this.#deadlines.want(call.deadline);
    }
    if (link !== undefined && link.takes && this.#waiting.unwritten === 0) return link.send(call);
    if (link === undefined || !link.ready) call.waitedFor = "connection";
    // It was taken before, when nobody knew that it would have to wait here.
    if (link !== undefined && link.ready || !this.#settings.enableOfflineQueue) this.#waiting.hold(call);
    else if (!this.#waiting.holdOffline(call)) this.#waiting.hold(call);
    this.#wantLink(link);
  }

  /** Gives the calls that have not been written, for another connection to take; none while they are about to be. */
  takeWaiting(): PendingCall[] {
    return this.ready ? [] : this.#waiting.takeAll();
  }

  #wait(call: PendingCall, link: Link | undefined): void {
    if (link !== undefined && link.ready) return this.#waiting.hold(call);
    const { lastFailure } = this.#waiting;
    if (this.#waiting.unwritten === 0) this.#settings.router?.waits();
    try {
      if (!this.#settings.enableOfflineQueue) call.fail(offlineError(call.name, this.#node, lastFailure));
      else if (!this.#waiting.holdOffline(call)) call.fail(fullError(call.name, this.#node, lastFailure));
    } catch (error) {
      call.fail(error);
    }
    this.#wantLink(link);
  }

  #wantLink(link: Link | undefined): void {
    if (link !== undefined && link.ready) return;
    const renewed = this.#deadlines.renew();
    if (link !== undefined) link.endOverdue();
    else if (!this.#redial.waiting) this.#dial();
    else if (renewed) this.#redial.renew(() => this.#dial());
  }

  // ---- what becomes of calls

  /** Takes back a call that the server did not execute, to send it again later; false when its tries are over. */
  refused(call: PendingCall, error: RedisError): boolean {
    const { router } = this.#settings;
    if (router !== undefined) return router.refused(call, error);
    if (isRedirect(error)) return false;
    const at = this.#link === undefined ? 0 : this.#waiting.takeRefused(call, error, this.#deadlines.read());
    if (at !== 0) this.#deadlines.want(at);
    return at !== 0;
  }

  /** Gives up what is due, sends refused calls again, and looks after a link on which nothing is heard. */
  expire(now: number): number {
    const waiting = this.#waiting;
    let next = waiting.expire(now, this.ready);
    waiting.sendOver(this.#link);
    const link = this.#link;
    if (this.#closed && waiting.size === 0) this.#endWhenDrained();
    if (link === undefined || !link.ready) return next;
    for (let i = 0, call = link.at(0); call !== undefined; call = link.at(++i)) {
      if (!waiting.isDue(call, now, i)) next = earlier(next, call.deadline);
    }
    const silentMs = this.#silence.check(link, now);
    if (silentMs > 0) link.end(silenceFailure(this.#node, silentMs));
    else if (silentMs < 0 && link.takes) ping(link);
    else if (this.#silence.suspicious) this.#settings.router?.silent();
    return earlier(next, this.#silence.next(now));
  }

  // ---- its links

  #dial(): void {
    this.#redial.stop();
    this.#deadlines.add(this);
    this.#open++;
    this.#link = new Link(this.#settings.link, this);
  }

  linkConnected(): void {
    this.#sockets++;
    this.#context.events.emit("connect", { node: this.#node, role: ROLE });
  }

  linkReady(link: Link): void {
    const { events } = this.#context;
    const attempts = this.#redial.attempt;
    this.speaksResp3 = link.hello !== null;
    this.#redial.ready();
    this.#waiting.lastFailure = undefined;
    this.#silence.start(this.#deadlines.read());
    const check = this.#silence.next(this.#deadlines.now);
    if (check !== 0) this.#deadlines.want(check);
    this.#connecting?.resolve();
    this.#connecting = undefined;
    this.#waiting.sendOver(this.#link);
    if (this.#closed) this.#endWhenDrained();
    const at = { node: this.#node, role: ROLE };
    for (const error of link.refusals) events.emit("error", { ...at, error });
    events.emit("ready", at);
    if (this.#lostAt === undefined || this.#finished) return;
    const downMs = this.#settings.clock.now() - this.#lostAt;
    this.#lostAt = undefined;
    events.emit("reconnect", { ...at, attempts, downMs });
  }

  linkDrained(): void {
    this.#waiting.sendOver(this.#link);
  }

  linkHeard(): void {
    if (this.#closed) this.#endWhenDrained();
  }

  linkEnded(link: Link, failure: Failure, lost: LostCalls): void {
    const wasReady = link.wasReady;
    const reason = failure(false);
    this.#waiting.lastFailure = reason;
    const at = { node: this.#node, role: ROLE };
    this.#turn.end(this.#deadlines);
    const { retry, router } = this.#settings;
    const found = savedCalls(lost, failure, retry);
    const waiting = (): PendingCall[] => this.#waiting.takeAll();
    const saved = router === undefined ? found : router.lost({ calls: found, waiting, ended: this.#closed });
    this.#deadlines.renew();
    if (this.#settings.enableOfflineQueue) this.#waiting.putBack(saved, false);
    else for (const call of saved) call.lost(failure(call.doubtful, call.name));
    // Not before: whoever places calls here meanwhile would have it dial twice.
    this.#link = undefined;
    this.#redial.answered = link.answered;
    const waits = this.#connecting;
    this.#connecting = undefined;
    const again = this.#wantsLink(wasReady, reason, waits !== undefined);
    if (wasReady) this.#lostAt ??= this.#settings.clock.now();
    const delayMs = again ? this.#redial.schedule(() => this.#dial()) : undefined;
    // Before anybody is told, who may call again.
    if (delayMs === undefined || isFinal(reason)) this.#waiting.failAll(failure);
    if (wasReady) this.#context.events.emit("disconnect", { ...at, reason, reconnects: delayMs !== undefined });
    else if (waits === undefined && !this.#closed) this.#context.events.emit("error", { ...at, error: reason });
    // With nothing left to wait for, the timer is not to keep the program alive.
    if (delayMs === undefined) this.#deadlines.remove(this);
    waits?.reject(reason);
    if (delayMs !== undefined && !this.#finished) {
      this.#context.events.emit("reconnecting", { ...at, attempt: this.#redial.attempt, delayMs, reason });
    }
  }

  /** Whether a link is to be made again by itself. */
  #wantsLink(wasReady: boolean, reason: RedisError, connecting: boolean): boolean {
    const pending = this.#waiting.size > 0;
    if (this.#closed) return pending && !this.#finished;
    // The first failure of connect() is final, unless there was a connection before, or others may take what waits.
    if (connecting && this.#lostAt === undefined && this.#settings.router === undefined) return false;
    return wasReady || this.#lostAt !== undefined || (pending && !isFinal(reason));
  }

  linkGone(link: Link): void {
    if (link.connected) this.#sockets--;
    if (--this.#open <= 0 && this.#closed && !this.#redial.waiting) this.#finish();
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
    if (this.#waiting.size > 0 || (link !== undefined && !link.ready)) return;
    if (link?.busy) return;
    this.#finish();
  }

  #giveUpClosing(): void {
    this.#finish();
    // An adapter that does not heed the signal may dial for ever: that is not waited for, a socket's end is.
    this.#open = this.#sockets;
    if (this.#open === 0) this.#tellGone();
  }

  #finish(): void {
    const failure = closedFailure(this.#node);
    this.#finished = true;
    this.#redial.stop();
    this.#deadlines.remove(this);
    this.#link?.end(failure);
    // Whoever waits for the next dial, which there will not be.
    this.#connecting?.reject(failure(false));
    this.#connecting = undefined;
    this.#waiting.failAll(failure);
    if (this.#open <= 0) this.#tellGone();
  }

  #tellGone(): void {
    for (const tell of this.#onGone.splice(0)) tell();
  }
}
