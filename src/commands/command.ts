/**
 * The one noun: a command is its words and the way to read its reply.
 *
 * Commands are plain values. They say nothing of where or when they are sent, so one value can go to a
 * connection, a pipeline or a transaction, and can be sent again.
 *
 * @module
 */
import type { DecodeMode, Value } from "../resp/value.ts";

/** A key: text, or bytes where it is not UTF-8. */
export type Key = string | Uint8Array;

/** A value to store. Numbers and bigints are sent in decimal. */
export type Data = string | number | bigint | Uint8Array;

/** One word of a command on the wire. The first is the command's name. */
export type Word = string | number | bigint | Uint8Array;

/** Turns a decoded reply into what the caller is given. */
export interface ReplyReader<Reply> {
  /** The {@linkcode DecodeMode} bits of the caller's view that apply to this reply. */
  readonly allowed: DecodeMode;
  /** The bits that always apply. */
  readonly always: DecodeMode;
  /** Gives the reply, or throws a `RedisError` when it has a shape the command never gives. */
  readonly read: (value: Value, mode: DecodeMode) => Reply;
}

/** A command and the type of its reply. */
export interface Command<out Reply> {
  /** The words as they go on the wire, the name first. */
  readonly words: readonly Word[];
  /** How to read the reply. */
  readonly reader: ReplyReader<Reply>;
  /** Not true: any connection may carry it. */
  readonly exclusive?: false;
}

/**
 * A command that changes, or takes over, the connection it goes over, so that only a connection of one's own
 * may carry it: a client refuses it, since others share its connection.
 */
export interface ExclusiveCommand<out Reply> {
  /** The words as they go on the wire, the name first. */
  readonly words: readonly Word[];
  /** How to read the reply. */
  readonly reader: ReplyReader<Reply>;
  /** True: no shared connection carries it. */
  readonly exclusive: true;
}

/** A command of either sort. */
export type AnyCommand<Reply = unknown> = Command<Reply> | ExclusiveCommand<Reply>;

// A class, so that every command has one shape for the engine.
class WordsAndReader<Reply, Exclusive extends boolean> {
  readonly words: readonly Word[];
  readonly reader: ReplyReader<Reply>;
  readonly exclusive: Exclusive;
  constructor(words: readonly Word[], reader: ReplyReader<Reply>, exclusive: Exclusive) {
    this.words = words;
    this.reader = reader;
    this.exclusive = exclusive;
  }
}

/** Makes a command from its words, the name first, and the reader of its reply. */
export function command<Reply>(words: readonly Word[], reader: ReplyReader<Reply>): Command<Reply> {
  return new WordsAndReader(words, reader, false);
}

/** Makes a command that only a connection of one's own may carry. */
export function exclusiveCommand<Reply>(words: readonly Word[], reader: ReplyReader<Reply>): ExclusiveCommand<Reply> {
  return new WordsAndReader(words, reader, true);
}

/** How the reply of a command is decoded for a caller who wants it in a mode. */
export function modeOf(command: AnyCommand, wanted: DecodeMode): DecodeMode {
  return (wanted & command.reader.allowed) | command.reader.always;
}
