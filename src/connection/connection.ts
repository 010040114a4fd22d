/**
 * One connection: moves bytes between a session and a stream, and is dialled when it is first needed.
 *
 * All calls of one tick leave in one write: the first of them schedules the flush as a microtask. While
 * the stream holds bytes back, calls gather in the session's buffer and leave together. When many calls are
 * answered at once, they are settled in two halves with a turn between them: what the first half calls next
 * is with the server while the second is settled, so that client and server work at the same time. A
 * connection that is lost fails the calls that wait, and the next call dials anew. Whatever the server sends that cannot
 * be understood ends the connection. Limit: it neither dials again by itself nor repeats a call.
 *
 * @module
 */
import { ClosedError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import type { Command } from "../commands/command.ts";
import { type CallOptions, PLAIN_CALL, type Sender } from "../sender.ts";
import type { Reject, Resolve } from "../session/in_flight.ts";
import { type Failure, Session, type SessionOptions } from "../session/session.ts";
import type { ByteStream, Clock, Platform, Target } from "../stream.ts";
import { closedFailure, connectFailure, connectTimeout, exclusiveError, lostFailure } from "./failure.ts";

/** What a {@linkcode Connection} is made from. */
export interface ConnectionOptions {
  /** Where to. */
  target: Target;
  /** What to say first, and the bounds on what comes back. */
  session: SessionOptions;
  /** Gives the runtime's sockets and text codec. */
  platform: () => Promise<Platform>;
  /** Milliseconds for the dial and the handshake together. */
  connectTimeoutMs: number;
  /** Milliseconds that `close()` waits for replies. */
  closeTimeoutMs: number;
  /** Time. */
  clock: Clock;
}

// One executor for all calls: one that is a closure would cost every call an allocation.
let resolveCall: Resolve;
let rejectCall: Reject;
function executor(resolve: Resolve, reject: Reject): void {
  resolveCall = resolve;
  rejectCall = reject;
}

/** A connection to one server. */
export class Connection implements Sender {
  #options: ConnectionOptions;
  #node: string;
  #platform: Platform | undefined;
  #session: Session | undefined;
  #stream: ByteStream | undefined;
  #closed = false;

  // The stream has bytes of ours that have not left.
  #held = false;
  #flushScheduled = false;
  #flush: () => void;
  #resume: () => void;

  // Of the connection that is being made.
  #ready: Promise<void> | undefined;
  #becomeReady: () => void = nothing;
  #becomeRefused: (error: unknown) => void = nothing;
  #cancelDeadline: () => void = nothing;
  #dialling: AbortController | undefined;

  // Dials and streams that have not ended, and who waits for that.
  #open = 0;
  #onEnded: (() => void)[] = [];

  /** Takes where to connect; it connects when the first call comes. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#node = options.session.node;
    this.#flush = () => {
      this.#flushScheduled = false;
      this.#write();
    };
    this.#resume = () => {
      if (this.#session !== undefined) this.#received(this.#session);
    };
  }

  /** Connects when there is no connection, and waits until it can be used. */
  connect(): Promise<void> {
    if (this.#closed) return Promise.reject(new ClosedError(`Cannot connect to "${this.#node}": the client is closed`));
    if (this.#session === undefined) this.#start();
    return this.#ready!;
  }

  /** Sends a command and gives its reply. */
  send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    if (command.exclusive) return Promise.reject(exclusiveError(command));
    if (this.#closed) return Promise.reject(closedError(command));
    const session = this.#session ?? this.#start();
    const promise = new Promise<unknown>(executor) as Promise<Reply>;
    try {
      session.call(command, options.mode, resolveCall, rejectCall);
    } catch (error) {
      rejectCall(error);
    }
    if (!this.#flushScheduled) this.#schedule();
    return promise;
  }

  /** Sends several commands in one write and gives their replies in order. */
  sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    if (commands.length === 0) return Promise.resolve([]);
    for (const command of commands) if (command.exclusive) return Promise.reject(exclusiveError(command));
    if (this.#closed) return Promise.reject(closedError(commands[0]));
    const session = this.#session ?? this.#start();
    const promise = new Promise<unknown>(executor) as Promise<unknown[]>;
    try {
      session.batch(commands, options.mode, resolveCall, rejectCall);
    } catch (error) {
      rejectCall(error);
    }
    if (!this.#flushScheduled) this.#schedule();
    return promise;
  }

  /** Takes no more calls, waits for the replies that are due, at most `closeTimeoutMs`, and ends the connection. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#open <= 0) return Promise.resolve();
    const ended = new Promise<void>((resolve) => this.#onEnded.push(resolve));
    const { clock, closeTimeoutMs } = this.#options;
    this.#onEnded.push(clock.after(closeTimeoutMs, () => this.#giveUpClosing()));
    this.#endWhenDrained();
    return ended;
  }

  #giveUpClosing(): void {
    // An adapter that does not heed the signal may dial for ever: that is not waited for, the stream's end is.
    this.#open = this.#stream === undefined ? 0 : 1;
    if (this.#session !== undefined) this.#end(this.#session, closedFailure(this.#node));
    if (this.#open === 0) this.#tellEnded();
  }

  /** Ends the connection at once; every call that waits fails with a `ClosedError`. */
  destroy(): void {
    this.#closed = true;
    if (this.#session !== undefined) this.#end(this.#session, closedFailure(this.#node));
  }

  // ---- bytes out

  #schedule(): void {
    this.#flushScheduled = true;
    queueMicrotask(this.#flush);
  }

  #write(): void {
    const session = this.#session;
    const stream = this.#stream;
    if (session === undefined || stream === undefined || this.#held) return;
    const bytes = session.output();
    if (bytes.length === 0) return;
    const taken = stream.write(bytes);
    if (this.#stream !== stream) return; // it ended over this
    session.written(taken);
    this.#held = !taken;
  }

  // ---- bytes in

  /** Hands bytes to the session, or has it go on in those that it has. */
  #received(session: Session, bytes?: Uint8Array): void {
    if (this.#session !== session) return;
    const wasReady = session.ready;
    try {
      if (bytes === undefined) session.resume();
      else if (session.receive(bytes)) queueMicrotask(this.#resume);
    } catch (error) {
      this.#end(session, wasReady ? lostFailure(this.#node, error) : connectFailure(this.#node, error));
      return;
    }
    if (!wasReady) {
      if (session.ready) {
        this.#cancelDeadline();
        this.#becomeReady();
      }
      this.#write();
    }
    if (this.#closed) this.#endWhenDrained();
  }

  #endWhenDrained(): void {
    const session = this.#session;
    if (session === undefined || !session.ready || session.waiting > 0) return;
    this.#end(session, closedFailure(this.#node));
  }

  // ---- its life

  #start(): Session {
    const { clock, connectTimeoutMs, session: options } = this.#options;
    const session = new Session({ ...options, text: this.#platform?.text });
    this.#session = session;
    this.#ready = new Promise<void>((resolve, reject) => {
      this.#becomeReady = resolve;
      this.#becomeRefused = reject;
    });
    // The calls that wait are told of a failure; that nobody waits for the connection itself is no error.
    this.#ready.catch(nothing);
    this.#cancelDeadline = clock.after(
      connectTimeoutMs,
      () => this.#end(session, connectTimeout(this.#node, connectTimeoutMs)),
    );
    this.#dialling = new AbortController();
    this.#open++;
    void this.#dial(session, this.#dialling.signal);
    return session;
  }

  async #dial(session: Session, signal: AbortSignal): Promise<void> {
    let stream: ByteStream;
    try {
      this.#platform ??= await this.#options.platform();
      if (this.#session !== session) return this.#oneEnded();
      session.useText(this.#platform.text);
      stream = await this.#platform.dial(this.#options.target, signal);
    } catch (cause) {
      this.#end(session, connectFailure(this.#node, cause));
      return this.#oneEnded();
    }
    const current = this.#session === session;
    if (current) this.#stream = stream;
    stream.open({
      received: (bytes) => this.#received(session, bytes),
      drained: () => {
        if (this.#session !== session) return;
        this.#held = false;
        session.drained();
        this.#write();
      },
      closed: (error) => {
        this.#received(session);
        const failure = session.ready ? lostFailure : connectFailure;
        this.#end(session, failure(this.#node, error));
        this.#oneEnded();
      },
    });
    if (current) this.#write();
    else stream.close();
  }

  #end(session: Session, failure: Failure): void {
    if (this.#session !== session) return;
    const stream = this.#stream;
    this.#session = undefined;
    this.#stream = undefined;
    this.#held = false;
    this.#cancelDeadline();
    session.end(failure);
    // Also when the handshake is over: it may be so with bytes that end the connection right behind it.
    this.#becomeRefused(failure(false));
    if (stream !== undefined) stream.close();
    else this.#dialling?.abort();
  }

  #oneEnded(): void {
    if (--this.#open <= 0 && this.#closed) this.#tellEnded();
  }

  #tellEnded(): void {
    for (const tell of this.#onEnded.splice(0)) tell();
  }
}

function nothing(): void {}

function closedError(command: Command<unknown>): ClosedError {
  return new ClosedError(`Cannot send ${commandName(command.words)}: the client is closed`);
}
