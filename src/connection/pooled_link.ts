/**
 * A connection of the pool: one life, one borrower at a time.
 *
 * Its calls are neither sent again nor moved to another connection, since what came before them over this one may
 * matter to them. It knows whether it is fit to be lent again.
 *
 * @module
 */
import { RedisError, TimeoutError } from "../errors.ts";
import { type AnyCommand, command as makeCommand } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import { type CallOptions, type FeedListener, PLAIN_CALL } from "../sender.ts";
import { Batch } from "../session/batch.ts";
import { Call, type PendingCall } from "../session/call.ts";
import { Backlog } from "./backlog.ts";
import { timeFor } from "./call_time.ts";
import type { ConnectionContext, ConnectionSettings } from "./connection_settings.ts";
import type { Timed } from "./deadlines.ts";
import { closedFailure, failedNodeFailure, type Failure, returnedFailure, silenceFailure } from "./failure.ts";
import { Link, type LinkOwner, type LostCalls } from "./link.ts";
import { OwnState } from "./own_state.ts";
import type { Poolable } from "./pool_options.ts";
import { Silence } from "./silence.ts";
import { earlier, isDue } from "./waiting_calls.ts";

/** Milliseconds for a sign of life where calls have no limit. */
const CHECK_MS = 5_000;

/** A connection of one life. */
export class PooledLink implements Poolable, Timed, LinkOwner {
  onEnd: (() => void) | undefined;
  /** Whether somebody has it; set by who lends it. */
  lent = false;
  readonly #settings: ConnectionSettings;
  readonly #context: ConnectionContext;
  readonly #link: Link;
  readonly #backlog: Backlog;
  readonly #silence: Silence;
  #state = new OwnState();
  // Why nothing can be sent any more.
  #failure: Failure;
  #opened: { resolve: (link: PooledLink) => void; reject: (error: unknown) => void } | undefined;
  #feed: FeedListener | undefined;
  #wanted = true;
  #gone = false;
  #onGone: (() => void)[] = [];

  private constructor(settings: ConnectionSettings, context: ConnectionContext) {
    this.#settings = settings;
    this.#context = context;
    this.#backlog = new Backlog(settings);
    this.#silence = new Silence(settings.watchdogMs, 0);
    this.#failure = closedFailure(settings.link.node);
    this.#link = new Link(settings.link, this);
  }

  /** Dials and shakes hands; stops when `signal` aborts. */
  static open(settings: ConnectionSettings, context: ConnectionContext, signal: AbortSignal): Promise<PooledLink> {
    return new Promise((resolve, reject) => {
      const pooled = new PooledLink(settings, context);
      const abort = (): void => pooled.destroy();
      signal.addEventListener("abort", abort);
      const settled = (): void => signal.removeEventListener("abort", abort);
      pooled.#opened = {
        resolve: (link) => (settled(), resolve(link)),
        reject: (error) => (settled(), reject(error)),
      };
    });
  }

  /** Whether commands can still go over it. */
  get usable(): boolean {
    return this.#link.ready;
  }

  /** Whether it is as it was when it was lent, with nothing under way. */
  get clean(): boolean {
    return this.usable && this.#state.clean && this.#link.waiting === 0 && this.#backlog.size === 0;
  }

  /** The number by which the server knows it; undefined under RESP2. */
  get id(): number | undefined {
    const { hello } = this.#link;
    if (!Array.isArray(hello)) return undefined;
    const id = hello[hello.indexOf("id") + 1];
    return typeof id === "number" ? id : undefined;
  }

  /** Sends a command and gives its reply. */
  send<Reply>(command: AnyCommand<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    return new Promise<unknown>((resolve, reject) => {
      this.#take([command], options, new Call(command, options, resolve, reject));
    }) as Promise<Reply>;
  }

  /** Sends one command or more in one write and gives their replies in order. */
  sendAll(commands: readonly AnyCommand<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    return new Promise<unknown>((resolve, reject) => {
      this.#take(commands, options, new Batch(commands, options, resolve, reject));
    }) as Promise<unknown[]>;
  }

  #take(commands: readonly AnyCommand[], options: CallOptions, call: PendingCall): void {
    const { deadlines, aborts } = this.#context;
    try {
      for (const command of commands) this.#state.check(command);
    } catch (error) {
      return call.fail(error);
    }
    if (!this.usable) return call.fail(this.#failure(false));
    const timeoutMs = timeFor(commands, options, this.#settings.timeoutMs);
    if (timeoutMs !== 0) {
      call.deadline = deadlines.read() + timeoutMs;
      deadlines.want(call.deadline);
    }
    if (options.signal !== undefined) aborts.watch(options.signal, call);
    if (call.done) return;
    const look = this.#silence.next(deadlines.read());
    if (look !== 0) deadlines.want(look);
    if (this.#link.takes && this.#backlog.size === 0) return this.#send(call);
    call.waitedFor = "write";
    this.#backlog.push(call);
  }

  /** Hands a call to the link; what it does to the connection counts from then on. */
  #send(call: PendingCall): void {
    const commands = call.unanswered();
    this.#link.send(call);
    // One that could not be written is done.
    if (!call.done) { for (const command of commands) this.#state.note(command); }
  }

  /** Sends a command, and gives what nobody waits for to the listener from now on. It is then not lent again. */
  feed(command: AnyCommand<unknown>, listener: FeedListener): Promise<unknown> {
    if (!this.#link.takes) return Promise.reject(this.#failure(false));
    this.#state.changed = true;
    this.#feed = listener;
    this.#link.feed((value) => listener.told(value));
    return new Promise((resolve, reject) => {
      this.#take([], PLAIN_CALL, new Call(command, PLAIN_CALL, resolve, reject));
    });
  }

  /** Sends who to be from now on, where that can be said now; otherwise it is not lent again. */
  logIn(command: AnyCommand<unknown>, refused: (error: unknown) => void): void {
    // What a monitor hears is no reply.
    if (this.#feed !== undefined) return;
    if (this.#state.multi || this.#link.waiting > 0 || !this.#link.takes) this.#state.changed = true;
    else {
      this.#link.send(
        new Call(command, PLAIN_CALL, ignore, (error) => {
          // A borrower keeps what it has, as long as the server lets it.
          this.#state.changed = true;
          if (!this.lent) this.#link.close();
          refused(error);
        }),
      );
    }
  }

  /** Undoes what its borrower did to it; false when it cannot be lent again. */
  async mend(database: number): Promise<boolean> {
    if (this.clean) return true;
    const state = this.#state;
    if (!this.usable || !state.mendable || this.#link.waiting > 0 || this.#backlog.size > 0) return false;
    const commands: AnyCommand[] = [];
    if (state.watching) commands.push(makeCommand(["UNWATCH"], status));
    if (state.moved) commands.push(makeCommand(["SELECT", database], status));
    this.#state = new OwnState();
    try {
      const replies = await this.sendAll(commands);
      return this.clean && !replies.some((reply) => reply instanceof RedisError);
    } catch {
      return false;
    }
  }

  // ---- what the pool asks for

  async check(): Promise<void> {
    const { timeoutMs, link } = this.#settings;
    const limit = timeoutMs || CHECK_MS;
    try {
      await this.send(makeCommand(["PING"], status), { ...PLAIN_CALL, timeoutMs: limit });
    } catch (error) {
      if (error instanceof TimeoutError) this.#link.end(silenceFailure(link.node, limit));
      if (!(error instanceof RedisError) || !this.usable) throw error;
    }
  }

  /** Ends it since its borrower gave it back with calls under way, or in a state that is not undone. */
  discard(): void {
    this.#wanted = false;
    this.#link.end(returnedFailure(this.#settings.link.node));
  }

  /** Ends it if a reply is waited for. */
  endWaiting(): void {
    if (this.#link.waiting > 0) this.#link.end(failedNodeFailure(this.#settings.link.node));
  }

  destroy(): void {
    this.#wanted = false;
    this.#link.close();
  }

  close(): Promise<void> {
    this.destroy();
    if (this.#gone) return Promise.resolve();
    return new Promise((resolve) => this.#onGone.push(resolve));
  }

  // ---- what becomes of calls

  refused(): boolean {
    return false;
  }

  expire(now: number): number {
    const { node } = this.#settings.link;
    const silentMs = this.#silence.check(this.#link, now);
    if (silentMs > 0) this.#link.end(silenceFailure(node, silentMs));
    let next = this.#link.due ? this.#silence.next(now) : 0;
    for (const calls of [this.#backlog, this.#link]) {
      for (let i = 0, call = calls.at(0); call !== undefined; call = calls.at(++i)) {
        if (!isDue(call, now, i, node)) next = earlier(next, call.deadline);
      }
    }
    return next;
  }

  // ---- what its link tells

  linkConnected(): void {
    this.#context.events.emit("connect", this.#at);
  }

  linkReady(): void {
    this.#context.deadlines.add(this);
    this.#context.events.emit("ready", this.#at);
    this.#opened?.resolve(this);
    this.#opened = undefined;
  }

  linkDrained(): void {
    while (this.#link.takes) {
      const call = this.#backlog.shift();
      if (call === undefined) return;
      this.#send(call);
    }
  }

  linkFlushing(): void {}

  linkHeard(): void {}

  linkEnded(link: Link, failure: Failure, { sent, unsent }: LostCalls): void {
    this.#failure = failure;
    this.#context.deadlines.remove(this);
    for (const call of sent) call.lost(failure(true, call.name));
    for (let call = this.#backlog.shift(); call !== undefined; call = this.#backlog.shift()) unsent.push(call);
    for (const call of unsent) call.lost(failure(false, call.name));
    this.#opened?.reject(failure(false));
    this.#opened = undefined;
    this.#feed?.ended(failure(false));
    if (link.wasReady) {
      this.#context.events.emit("disconnect", { ...this.#at, reason: failure(false), reconnects: false });
    }
    if (this.#wanted) this.onEnd?.();
  }

  linkGone(): void {
    this.#gone = true;
    for (const tell of this.#onGone.splice(0)) tell();
  }

  get #at(): { node: string; role: "pooled" } {
    return { node: this.#settings.link.node, role: "pooled" };
  }
}

function ignore(): void {}
