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

/** It changes, or takes over, its connection: only one that somebody has leased may carry it. */
export interface Exclusive {
  /** Which way it is. */
  readonly kind: "exclusive";
}

/** It makes its connection wait, so it goes over one that it has for itself. */
export interface Blocking {
  /** Which way it is. */
  readonly kind: "blocking";
  /** Milliseconds after which the server gives up; 0 when never. */
  readonly blockMs: number;
}

/** It waits for what was sent before over the same connection, so it can go over no other. */
export interface Following {
  /** Which way it is. */
  readonly kind: "following";
  /** Milliseconds after which the server gives up; 0 when never. */
  readonly blockMs: number;
}

/** It sets something of its connection that is to hold on every connection that callers share, and after a loss. */
export interface Standing {
  /** Which way it is. */
  readonly kind: "standing";
  /** What it sets; a later one of that name takes its place. */
  readonly sets: string;
  /** Whether it sets that back to what every new connection has. */
  readonly undone: boolean;
}

/** Why a command does not simply go over a connection that callers share. */
export type SpecialWay = Exclusive | Blocking | Following | Standing;

/** A command and the type of its reply. */
export interface Command<out Reply> {
  /** The words as they go on the wire, the name first. */
  readonly words: readonly Word[];
  /** How to read the reply. */
  readonly reader: ReplyReader<Reply>;
  /** What is special about its way to the server, if anything. */
  readonly special?: Blocking | Following | Standing | undefined;
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
  /** No shared connection carries it. */
  readonly special: Exclusive;
}

/** A command of either sort. */
export type AnyCommand<Reply = unknown> = Command<Reply> | ExclusiveCommand<Reply>;

// A class, so that every command has one shape for the engine.
class WordsAndReader<Reply, Way extends SpecialWay | undefined> {
  readonly words: readonly Word[];
  readonly reader: ReplyReader<Reply>;
  readonly special: Way;
  constructor(words: readonly Word[], reader: ReplyReader<Reply>, special: Way) {
    this.words = words;
    this.reader = reader;
    this.special = special;
  }
}

/** Makes a command from its words, the name first, and the reader of its reply. */
export function command<Reply>(words: readonly Word[], reader: ReplyReader<Reply>): Command<Reply> {
  return new WordsAndReader(words, reader, undefined);
}

/** Makes a command that has, or may have, a way of its own to the server. */
export function specialCommand<Reply>(
  words: readonly Word[],
  reader: ReplyReader<Reply>,
  special: Blocking | Following | Standing | undefined,
): Command<Reply> {
  return new WordsAndReader(words, reader, special);
}

const EXCLUSIVE: Exclusive = { kind: "exclusive" };

/** Makes a command that only a connection of one's own may carry. */
export function exclusiveCommand<Reply>(words: readonly Word[], reader: ReplyReader<Reply>): ExclusiveCommand<Reply> {
  return new WordsAndReader(words, reader, EXCLUSIVE);
}

/** The same command with another reader. */
export function withReader<Reply>(command: AnyCommand, reader: ReplyReader<Reply>): AnyCommand<Reply> {
  return new WordsAndReader(command.words, reader, command.special) as AnyCommand<Reply>;
}

/** How the reply of a command is decoded for a caller who wants it in a mode. */
export function modeOf(command: AnyCommand, wanted: DecodeMode): DecodeMode {
  return (wanted & command.reader.allowed) | command.reader.always;
}
