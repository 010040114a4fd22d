/**
 * Commands that publish messages, and that tell who would get them.
 *
 * A message goes to those who are subscribed at that moment, and is kept for nobody. To subscribe takes a
 * connection of one's own.
 *
 * @module
 */
import { BIGINTS } from "../resp/value.ts";
import { type Command, command, type Data, type Key, type ReplyReader } from "./command.ts";
import { integer, pairsOf, reader, type Report, setField, type Status } from "./readers.ts";
import { statuses, strings, textOf, toInteger } from "./readers.ts";

const counts: ReplyReader<Record<Status, number>> = /* @__PURE__ */ reader(BIGINTS, (value, mode) => {
  const record: Record<Status, number> = {};
  for (const [channel, count] of pairsOf(value)) setField(record, textOf(channel), toInteger(count, mode));
  return record;
});

/**
 * Sends a message to all who are subscribed to a channel, and gives how many on this node got it.
 *
 * Complexity: O(n + m) in the count of subscribers and of all patterns. Since 2.0.0.
 */
export function publish(channel: Key, message: Data): Command<number> {
  return command(["PUBLISH", channel, message], integer);
}

/**
 * Gives the channels that somebody is subscribed to, patterns not counted.
 *
 * Complexity: O(n) in the count of channels. Since 2.8.0.
 *
 * @param pattern Only the channels that match this glob-style pattern.
 */
export function pubsubChannels(pattern?: Key): Command<string[]> {
  return command(pattern === undefined ? ["PUBSUB", "CHANNELS"] : ["PUBSUB", "CHANNELS", pattern], strings);
}

/**
 * Gives the server's help on the commands whose first word is PUBSUB.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function pubsubHelp(): Command<Report[]> {
  return command(["PUBSUB", "HELP"], statuses);
}

/**
 * Gives how many patterns there are that somebody is subscribed to.
 *
 * Complexity: O(1). Since 2.8.0.
 */
export function pubsubNumpat(): Command<number> {
  return command(["PUBSUB", "NUMPAT"], integer);
}

/**
 * Gives for each channel how many are subscribed to it, patterns not counted.
 *
 * Names of channels are text in every view. Complexity: O(n) in the count of channels. Since 2.8.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const { news, sport } = await redis.pubsubNumsub("news", "sport");
 * console.log(news, sport); // 0 0
 * await redis.close();
 * ```
 */
export function pubsubNumsub(...channels: Key[]): Command<Record<Status, number>> {
  return command(["PUBSUB", "NUMSUB", ...channels], counts);
}

/**
 * Gives the shard channels that somebody is subscribed to.
 *
 * Complexity: O(n) in the count of shard channels. Since 7.0.0.
 *
 * @param pattern Only the channels that match this glob-style pattern.
 */
export function pubsubShardchannels(pattern?: Key): Command<string[]> {
  return command(pattern === undefined ? ["PUBSUB", "SHARDCHANNELS"] : ["PUBSUB", "SHARDCHANNELS", pattern], strings);
}

/**
 * Gives for each shard channel how many are subscribed to it.
 *
 * Names of channels are text in every view. Complexity: O(n) in the count of channels. Since 7.0.0.
 */
export function pubsubShardnumsub(...channels: Key[]): Command<Record<Status, number>> {
  return command(["PUBSUB", "SHARDNUMSUB", ...channels], counts);
}

/**
 * Sends a message to all who are subscribed to a shard channel, and gives how many on this node got it.
 *
 * A shard channel belongs to a slot of a cluster as a key does, so its messages stay within one shard.
 * Complexity: O(n) in the count of subscribers. Since 7.0.0.
 */
export function spublish(channel: Key, message: Data): Command<number> {
  return command(["SPUBLISH", channel, message], integer);
}
