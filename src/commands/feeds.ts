/**
 * Commands that make a connection a feed: messages of channels, what others say, what a replica must know.
 *
 * Each is answered by one frame or more, and the server sends further ones later, so neither a client nor a lease sends
 * them as they are: `monitor()`, `subscribe()` and their kin of a client do what they are for. What a reader here reads
 * is one frame of the answer; under RESP3 that is a push for the commands on subscriptions.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import { type ExclusiveCommand, exclusiveCommand, type Key, type ReplyReader, type Word } from "./command.ts";
import { ok, reader, type Status, status, textOf, toInteger } from "./readers.ts";
import { wantOne } from "./words.ts";

/** That a connection is subscribed to a channel or a pattern: one frame for each. */
export interface Subscribed<Text = string, Integer = number> {
  /** What it is subscribed to: a channel, a pattern, or a shard channel. */
  kind: "subscribe" | "psubscribe" | "ssubscribe";
  /** The channel, or the pattern. */
  channel: Text;
  /** How many channels and patterns there are now; shard channels are counted apart. */
  count: Integer;
}

/** That a connection is no longer subscribed to a channel or a pattern: one frame for each. */
export interface Unsubscribed<Text = string, Integer = number> {
  /** What it is no longer subscribed to: a channel, a pattern, or a shard channel. */
  kind: "unsubscribe" | "punsubscribe" | "sunsubscribe";
  /** The channel, or the pattern; null when there was none. */
  channel: Text | null;
  /** How many channels and patterns are left; shard channels are counted apart. */
  count: Integer;
}

// 3 is BYTES and BIGINTS, written out as in readers.ts.
const subscribed: ReplyReader<Subscribed> = /* @__PURE__ */ reader(3, (value, mode) => {
  const [kind, channel, count] = value as [Value, string, Value];
  return { kind: textOf(kind) as Subscribed["kind"], channel, count: toInteger(count, mode) };
});

const unsubscribed: ReplyReader<Unsubscribed> = /* @__PURE__ */ reader(3, (value, mode) => {
  const [kind, channel, count] = value as [Value, string | null, Value];
  return { kind: textOf(kind) as Unsubscribed["kind"], channel, count: toInteger(count, mode) };
});

// What is no frame cannot be read.
const nothing: ReplyReader<never> = /* @__PURE__ */ reader(PLAIN, (value) => value as never);

/**
 * Has the server send every command that it executes, as one line of text each, after an `"OK"`.
 *
 * Complexity: O(1), and O(n) in the count of those who monitor for every command then. Since 1.0.0.
 *
 * @see `monitor()` of a client, over which one can loop.
 */
export function monitor(): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["MONITOR"], ok);
}

/**
 * Subscribes the connection to all channels whose names match one of the glob-style patterns.
 *
 * Complexity: O(n) in the count of patterns. Since 2.0.0.
 *
 * @see `psubscribe()` of a client, with a listener, which comes back after a loss.
 */
export function psubscribe(...patterns: Key[]): ExclusiveCommand<Subscribed<string, number>> {
  wantOne("PSUBSCRIBE", "pattern", patterns);
  return exclusiveCommand(["PSUBSCRIBE", ...patterns], subscribed);
}

/**
 * Makes the connection that of a replica, which the server sends what it misses and then every write.
 *
 * Gives `CONTINUE` when the server can go on from the offset, or else `FULLRESYNC` with a replication id and an
 * offset, after which all of the data comes in a form that is no frame. Complexity: O(n) in what is missed.
 * Since 2.8.0.
 *
 * @param replicationId The id of the history that one has a part of; `"?"` for none.
 * @param offset The first byte of that history that one misses; -1 for none.
 */
export function psync(replicationId: string, offset: number | bigint): ExclusiveCommand<Status> {
  return exclusiveCommand(["PSYNC", replicationId, offset], status);
}

/**
 * Ends subscriptions to patterns; to all of them when none is named.
 *
 * When there is none to end, a frame with null for a channel comes; on Valkey 8.0 an error with the code `NOSUB`.
 * Complexity: O(n) in the count of patterns. Since 2.0.0.
 *
 * @see The function that `psubscribe()` of a client gives.
 */
export function punsubscribe(...patterns: Key[]): ExclusiveCommand<Unsubscribed<string, number>> {
  return exclusiveCommand(["PUNSUBSCRIBE", ...patterns], unsubscribed);
}

/**
 * Tells the server of a replica what this side is or has: its port, what it can do, how far it is.
 *
 * What begins with `ACK` or `GETACK` is answered with nothing. Complexity: O(1). Since 3.0.0.
 */
export function replconf(...settings: Word[]): ExclusiveCommand<"OK"> {
  return exclusiveCommand(["REPLCONF", ...settings], ok);
}

/**
 * Subscribes the connection to shard channels, whose messages stay within one shard of a cluster.
 *
 * Complexity: O(n) in the count of channels. Since 7.0.0.
 *
 * @see `ssubscribe()` of a client, with a listener, which comes back after a loss.
 */
export function ssubscribe(...channels: Key[]): ExclusiveCommand<Subscribed<string, number>> {
  wantOne("SSUBSCRIBE", "channel", channels);
  return exclusiveCommand(["SSUBSCRIBE", ...channels], subscribed);
}

/**
 * Subscribes the connection to channels.
 *
 * Complexity: O(n) in the count of channels. Since 2.0.0.
 *
 * @see `subscribe()` of a client, with a listener, which comes back after a loss.
 */
export function subscribe(...channels: Key[]): ExclusiveCommand<Subscribed<string, number>> {
  wantOne("SUBSCRIBE", "channel", channels);
  return exclusiveCommand(["SUBSCRIBE", ...channels], subscribed);
}

/**
 * Ends subscriptions to shard channels; to all of them when none is named.
 *
 * When there is none to end, a frame with null for a channel comes; on Valkey 8.0 an error with the code `NOSUB`.
 * Complexity: O(n) in the count of channels. Since 7.0.0.
 *
 * @see The function that `ssubscribe()` of a client gives.
 */
export function sunsubscribe(...channels: Key[]): ExclusiveCommand<Unsubscribed<string, number>> {
  return exclusiveCommand(["SUNSUBSCRIBE", ...channels], unsubscribed);
}

/**
 * Makes the connection that of a replica of before 2.8: the server sends all of its data, then every write.
 *
 * The data come as the head and the bytes of a string without the line end behind, so no reader reads them.
 * Complexity: O(n) in the size of the data. Since 1.0.0.
 *
 * @see {@linkcode psync}, which can go on where it was.
 */
export function sync(): ExclusiveCommand<never> {
  return exclusiveCommand(["SYNC"], nothing);
}

/**
 * Ends subscriptions to channels; to all of them when none is named.
 *
 * When there is none to end, a frame with null for a channel comes; on Valkey 8.0 an error with the code `NOSUB`.
 * Complexity: O(n) in the count of channels. Since 2.0.0.
 *
 * @see The function that `subscribe()` of a client gives.
 */
export function unsubscribe(...channels: Key[]): ExclusiveCommand<Unsubscribed<string, number>> {
  return exclusiveCommand(["UNSUBSCRIBE", ...channels], unsubscribed);
}
