/**
 * Subscriptions at the nodes of a scripted cluster: channels, patterns and the channels of shards.
 *
 * @module
 */
import { ReplyError } from "../../src/errors.ts";
import type { WireValue } from "../../src/resp/reply_encoder.ts";
import { fits } from "./scripted_data.ts";
import type { ScriptedLink } from "./scripted_link.ts";

type Kind = keyof ScriptedLink["subscribed"];

/** How many subscriptions a confirmation tells of: those of shards are counted by themselves. */
function countOf({ subscribed }: ScriptedLink, kind: Kind): number {
  return kind === "SSUBSCRIBE" ? subscribed.SSUBSCRIBE.size : subscribed.SUBSCRIBE.size + subscribed.PSUBSCRIBE.size;
}

/** SUBSCRIBE and its kin: one confirmation a channel. */
export function subscribe(link: ScriptedLink, [name, ...channels]: readonly string[]): undefined {
  const kind = name.toUpperCase() as Kind;
  for (const channel of channels) {
    link.subscribed[kind].add(channel);
    link.push(kind.toLowerCase(), channel, countOf(link, kind));
  }
}

/** UNSUBSCRIBE and its kin: one confirmation a channel, all of its kind where none is named. */
export function unsubscribe(link: ScriptedLink, [name, ...named]: readonly string[]): undefined {
  const verb = name.toUpperCase();
  const kind = verb.replace("UNSUB", "SUB") as Kind;
  if (link.node.kind === "valkey8" && link.subscriptions === 0) {
    throw new ReplyError(`NOSUB '${verb.toLowerCase()}' command executed not in subscribed mode`);
  }
  const channels: (string | null)[] = named.length > 0 ? named : [...link.subscribed[kind]];
  for (const channel of channels.length > 0 ? channels : [null]) dropChannel(link, kind, channel);
}

/** Ends one subscription and says so, whoever wanted it. */
export function dropChannel(link: ScriptedLink, kind: Kind, channel: string | null): void {
  if (channel !== null) link.subscribed[kind].delete(channel);
  link.push(kind.toLowerCase().replace("sub", "unsub"), channel, countOf(link, kind));
}

/** PUBLISH, which goes to all nodes, and SPUBLISH, which goes to those of the shard; counts those that hear it here. */
export function publish({ node }: ScriptedLink, [name, channel, message]: readonly string[]): WireValue {
  const { view } = node;
  const toShard = name.toUpperCase() === "SPUBLISH";
  const primary = view.primaryOf(node) ?? node;
  const nodes = toShard ? [primary, ...view.replicasOf(primary)] : view.members;
  let heard = 0;
  for (const member of nodes) {
    if (!member.isUp) continue;
    for (const link of member.links) {
      const times = toShard ? deliverToShard(link, channel, message) : deliver(link, channel, message);
      if (member === node) heard += times;
    }
  }
  return heard;
}

function deliverToShard(link: ScriptedLink, channel: string, message: string): number {
  if (!link.subscribed.SSUBSCRIBE.has(channel)) return 0;
  link.push("smessage", channel, message);
  return 1;
}

function deliver(link: ScriptedLink, channel: string, message: string): number {
  let times = 0;
  if (link.subscribed.SUBSCRIBE.has(channel)) {
    link.push("message", channel, message);
    times++;
  }
  for (const pattern of link.subscribed.PSUBSCRIBE) {
    if (!fits(channel, pattern)) continue;
    link.push("pmessage", pattern, channel, message);
    times++;
  }
  return times;
}
