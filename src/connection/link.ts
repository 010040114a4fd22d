/**
 * One connection's life: dial, handshake, bytes between a session and a stream, the end. It is never dialled twice.
 *
 * All calls of one tick leave in one write: the first of them schedules the flush as a microtask. While the stream
 * holds bytes back the link takes no calls; whoever gives it calls keeps them until it is told that it does again.
 * When many calls are answered at once, they are settled in two halves with a turn between them: what the first half
 * calls next is with the server while the second is settled, so that client and server work at the same time.
 * Whatever the server sends that cannot be understood ends the link. Limit: it decides nothing about calls; those
 * that wait at its end are handed to its owner.
 *
 * @module
 */
import type { Login } from "../session/handshake.ts";
import type { CallKeeper, PendingCall } from "../session/call.ts";
import { Session, type SessionOptions } from "../session/session.ts";
import type { ReplyError } from "../errors.ts";
import type { Value } from "../resp/value.ts";
import type { ByteStream, Clock, Platform, Target } from "../stream.ts";
import { GONE_MS } from "./deadlines.ts";
import { closedFailure, connectFailure, connectTimeout, type Failure, lostFailure } from "./failure.ts";

/** What a {@linkcode Link} is made from. */
export interface LinkOptions {
  /** Where to. */
  target: Target;
  /** The node's address for messages. */
  node: string;
  /** Gives who to be and where to start; asked at every dial. */
  login: () => Login | Promise<Login>;
  /** What bounds the server's replies, and who is given its pushes. */
  session: Pick<SessionOptions, "limits" | "onPush">;
  /** Gives the runtime's sockets and text codec. */
  platform: () => Promise<Platform>;
  /** Milliseconds for the dial and the handshake together. */
  connectTimeoutMs: number;
  /** Time. */
  clock: Clock;
}

/** The calls that waited when a link ended, in their order. */
export interface LostCalls {
  /** Those whose bytes had left: the server may have executed them. */
  sent: PendingCall[];
  /** Those whose bytes had not. */
  unsent: PendingCall[];
}

/** Who is told what becomes of a link. Each is called outside of any write. */
export interface LinkOwner extends CallKeeper {
  /** The socket is there. */
  linkConnected(link: Link): void;
  /** The handshake is over: it takes calls. */
  linkReady(link: Link): void;
  /** It takes calls again. */
  linkDrained(link: Link): void;
  /** What was gathered is about to be written. */
  linkFlushing(link: Link): void;
  /** Bytes have come since it is ready. */
  linkHeard(link: Link): void;
  /** It has ended: nothing will come of these calls. */
  linkEnded(link: Link, failure: Failure, lost: LostCalls): void;
  /** Its socket is gone too, or its dial given up. Comes once, after `linkEnded`. */
  linkGone(link: Link): void;
}

type State = "connecting" | "ready" | "ended";

/** One connection, from its dial to its end. */
export class Link {
  /** Whether it takes calls now: it is ready, and its stream holds nothing back. */
  takes = false;
  /** Whether bytes have come since this was last set to false. */
  heard = false;
  /** Whether bytes have come since it was ready. */
  answered = false;
  readonly #options: LinkOptions;
  readonly #owner: LinkOwner;
  readonly #dialling = new AbortController();
  readonly #since: number;
  #state: State = "connecting";
  #wasReady = false;
  #session: Session<PendingCall, CallKeeper> | undefined;
  #stream: ByteStream | undefined;
  #cancelDeadline: () => void;
  #flushScheduled = false;
  // The stream has bytes of ours that have not left.
  #held = false;

  /** Dials at once. */
  constructor(options: LinkOptions, owner: LinkOwner) {
    this.#options = options;
    this.#owner = owner;
    const { clock, connectTimeoutMs, node } = options;
    this.#since = clock.now();
    this.#cancelDeadline = clock.after(connectTimeoutMs, () => this.end(connectTimeout(node, connectTimeoutMs)));
    void this.#dial();
  }

  /** Ends it when it should have been ready long since: its timer is gone, as a Worker's is with the request that set it. */
  endOverdue(): void {
    const { clock, connectTimeoutMs, node } = this.#options;
    if (this.#state !== "connecting" || clock.now() < this.#since + connectTimeoutMs + GONE_MS) return;
    this.end(connectTimeout(node, connectTimeoutMs));
  }

  /** Whether the handshake is over and the link has not ended. */
  get ready(): boolean {
    return this.#state === "ready";
  }

  /** Whether it was ever ready. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** Whether its socket is there. */
  get connected(): boolean {
    return this.#stream !== undefined;
  }

  /** Whether nothing will come of it any more. */
  get ended(): boolean {
    return this.#state === "ended";
  }

  /** Whether calls wait for replies that nobody has given up; those that were keep their places. */
  get busy(): boolean {
    for (let i = 0, call = this.at(0); call !== undefined; call = this.at(++i)) if (!call.done) return true;
    return false;
  }

  /** How many calls wait for replies; a batch counts as one. */
  get waiting(): number {
    return this.#session?.waiting ?? 0;
  }

  /** The server's answer to HELLO, as a flat list; null under RESP2. */
  get hello(): Value {
    return this.#session?.hello ?? null;
  }

  /** Settings of the handshake that the server refused. */
  get refusals(): readonly ReplyError[] {
    return this.#session?.refusals ?? [];
  }

  /** Whether a reply is due now: that of a command which waits on the server may take any time. */
  get due(): boolean {
    const special = this.at(0)?.unanswered()[0].special;
    return this.waiting > 0 && special?.kind !== "blocking" && special?.kind !== "following";
  }

  /** The call that so many are before in the order of the replies. */
  at(index: number): PendingCall | undefined {
    return this.#session?.at(index);
  }

  /** Takes a call; only while {@linkcode takes}. A word that cannot be sent fails it, and nothing of it is written. */
  send(call: PendingCall): void {
    try {
      this.#session!.send(call);
    } catch (error) {
      call.fail(error);
      return;
    }
    call.sent();
    if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      queueMicrotask(this.#flush);
    }
  }

  /** Gives what nobody waits for to `listener` from now on. */
  feed(listener: (value: Value) => void): void {
    this.#session!.feed(listener);
  }

  /** Ends it at once. */
  end(failure: Failure): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.takes = false;
    this.#cancelDeadline();
    const lost: LostCalls = { sent: [], unsent: [] };
    this.#session?.end((call, sent) => (sent ? lost.sent : lost.unsent).push(call));
    if (this.#stream !== undefined) this.#stream.close();
    else this.#dialling.abort();
    this.#owner.linkEnded(this, failure, lost);
  }

  /** Ends it since the other side, or the stream, has. */
  #lose(cause: unknown): void {
    const { node } = this.#options;
    this.end(this.#state === "ready" ? lostFailure(node, cause) : connectFailure(node, cause));
  }

  /** Ends it as its owner's own wish. */
  close(): void {
    this.end(closedFailure(this.#options.node));
  }

  // ---- bytes out

  readonly #flush = (): void => {
    this.#flushScheduled = false;
    if (this.ended) return;
    this.#owner.linkFlushing(this);
    this.#write();
  };

  #write(): void {
    const session = this.#session;
    const stream = this.#stream;
    if (session === undefined || stream === undefined || this.ended || this.#held) return;
    const bytes = session.output();
    if (bytes.length === 0) return;
    let taken: boolean;
    try {
      taken = stream.write(bytes);
    } catch (error) {
      return this.#lose(error);
    }
    if (this.ended) return; // over this
    session.written(taken);
    this.#held = !taken;
    if (!taken) this.takes = false;
  }

  #drained(): void {
    if (this.#state === "ended") return;
    this.#held = false;
    this.#session!.drained();
    this.#write();
    if (!this.ready || this.#held) return;
    this.takes = true;
    this.#owner.linkDrained(this);
  }

  // ---- bytes in

  readonly #resume = (): void => this.#received(undefined);

  /** Hands bytes to the session, or has it go on in those that it has. */
  #received(bytes: Uint8Array | undefined): void {
    if (this.#state === "ended") return;
    const session = this.#session!;
    if (bytes !== undefined) {
      this.heard = true;
      this.answered ||= this.#state === "ready";
    }
    try {
      if (bytes === undefined) session.resume();
      else if (session.receive(bytes)) queueMicrotask(this.#resume);
    } catch (error) {
      return this.#lose(error);
    }
    if (this.#state === "connecting") {
      this.#write(); // what the handshake says next
      if (session.ready) this.#becomeReady();
    } else this.#owner.linkHeard(this);
  }

  #becomeReady(): void {
    this.#state = "ready";
    this.#wasReady = true;
    this.takes = !this.#held;
    this.#cancelDeadline();
    this.#owner.linkReady(this);
  }

  // ---- its beginning and its end

  async #dial(): Promise<void> {
    const { platform: load, target, node, login, session } = this.#options;
    let stream: ByteStream;
    try {
      const platform = await load();
      if (this.ended) return this.#owner.linkGone(this);
      const who = await login();
      if (this.ended) return this.#owner.linkGone(this);
      this.#session = new Session({ ...session, login: who, node, text: platform.text }, this.#owner);
      stream = await platform.dial(target, this.#dialling.signal);
    } catch (cause) {
      this.end(connectFailure(node, cause));
      return this.#owner.linkGone(this);
    }
    if (!this.ended) this.#stream = stream;
    this.#open(stream);
    if (this.ended) return stream.close();
    this.#owner.linkConnected(this);
    this.#write();
  }

  #open(stream: ByteStream): void {
    stream.open({
      received: (bytes) => this.#received(bytes),
      drained: () => this.#drained(),
      closed: (error) => {
        // What has come is settled before the rest is told of the end.
        this.#received(undefined);
        this.#lose(error);
        this.#owner.linkGone(this);
      },
    });
  }
}
