/**
 * How texts for people and programs of several nodes become one, so that each part says whose it is.
 *
 * A merged INFO is that of each node, one after the other, with the node in the heading of each section: `# Server`
 * becomes `# Server 10.0.0.1:6379`. So nothing is lost or mixed up: a program that looks for a line finds that of the
 * first node first, and `info({ parse: true })` gives a section `server 10.0.0.1:6379` for each node.
 *
 * Limits: replies may be text or bytes; the outcome is what the first of them is.
 *
 * @module
 */
import { webText } from "../resp/text.ts";
import type { Value } from "../resp/value.ts";
import { RedisError, ReplyError } from "../errors.ts";
import { type Merge, mismatch, type NodeReply } from "./merge.ts";

/** INFO: the node is in the heading of each section. */
export const infoOfEach: Merge = (replies) =>
  joined(replies, (text, node) => {
    const named = text.replace(/^# .*?(?=\r?$)/gm, `$& ${node}`);
    // A module may open with lines of its own, before any section.
    return ended(named === "" || named.startsWith("# ") ? named : `# ${node}\r\n${named}`, "\r\n");
  });

/** Texts for people, each behind a line with its node. */
export const reportOfEach: Merge = (replies) => joined(replies, (text, node) => `# ${node}\n${ended(text, "\n")}`);

/** Lines that say themselves which node they are of. */
export const linesOfAll: Merge = (replies) => joined(replies, (text) => ended(text, "\n"));

/**
 * LATENCY GRAPH, where a node without samples of the event says so by an error; takes errors.
 *
 * @throws {RedisError} Where no node has samples; and where a node failed otherwise.
 */
export const graphOfEach: Merge = (replies, words, random) => {
  const graphs = replies.filter(({ value }) => !isWithoutSamples(value));
  const failed = graphs.find(({ value }) => value instanceof RedisError) ??
    (graphs.length === 0 ? replies[0] : undefined);
  if (failed !== undefined) throw failed.value;
  return reportOfEach(graphs, words, random);
};

function isWithoutSamples(value: Value): boolean {
  return value instanceof ReplyError && /^ERR No samples available/.test(value.reply);
}

function joined(replies: readonly NodeReply[], textFor: (text: string, node: string) => string): Value {
  const text = replies.map(({ node, value }) => textFor(textIn(value), node)).join("");
  return replies[0]!.value instanceof Uint8Array ? bytesOf(text) : text;
}

function textIn(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return webText.decode(value, 0, value.length);
  throw mismatch("text");
}

/** The UTF-8 of a text, which takes at most three bytes for each of its units. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, webText.encodeInto(text, bytes, 0));
}

function ended(text: string, end: string): string {
  return text === "" || text.endsWith("\n") ? text : text + end;
}
