/**
 * The one verb: whatever can carry a command to a server and bring back its reply.
 *
 * A connection is a sender, and so are the pool, the cluster and the sentinel that come on top of it; the
 * client needs to know no more of them.
 *
 * @module
 */
import type { Command } from "./commands/command.ts";
import type { DecodeMode } from "./resp/value.ts";

/** How a call is to be made. */
export interface CallOptions {
  /** How replies are decoded, a sum of the `DecodeMode` bits; a command's reader takes what applies to it. */
  readonly mode: DecodeMode;
}

/** Text and numbers, the way without a wish. */
export const PLAIN_CALL: CallOptions = { mode: 0 };

/** Carries commands to a server. */
export interface Sender {
  /**
   * Sends a command and gives its reply.
   *
   * @throws {TypeError} When a word of the command cannot be sent; nothing is written then.
   * @throws {ReplyError} When the server refuses.
   * @throws {ConnectionError} When the connection cannot be made or is lost; `maybeApplied` says more.
   */
  send<Reply>(command: Command<Reply>, options?: CallOptions): Promise<Reply>;
  /**
   * Sends several commands in one write and gives their replies in order. The error of one command stands
   * in its place; all are refused together only when none was sent or the connection was lost.
   */
  sendAll(commands: readonly Command<unknown>[], options?: CallOptions): Promise<unknown[]>;
  /** Takes no more calls, waits for the replies that are due, and ends the connection. */
  close(): Promise<void>;
  /** Ends the connection at once; every call that waits is refused. */
  destroy(): void;
}
