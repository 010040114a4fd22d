/**
 * Commands on tracking: the server remembers which keys a connection reads, and tells when they change.
 *
 * What it tells comes as pushes, to `onPush`. What {@linkcode clientTracking} sets holds on every connection that callers
 * share, and again on one that was lost and made anew. That one is told of what it reads from then on: what was read
 * before may have changed unnoticed, so drop it at a `disconnect`. The others speak of the connection that they go
 * over. What speaks of the next command alone is in `own_connection.ts`.
 *
 * @module
 */
import { type Command, command, type Key, type ReplyReader, specialCommand, type Word } from "./command.ts";
import { fields, listPart, textPart } from "./field_readers.ts";
import { integer, ok, type Status } from "./readers.ts";
import { specialOf } from "./special.ts";
import { exclude, flag, listOf, option, wantOne } from "./words.ts";

/** Of which keys a {@linkcode clientTracking} has the server tell, and whom. */
export interface ClientTrackingOptions {
  /** The id of the connection to tell; this one when absent, which takes RESP3. */
  redirect?: number | bigint;
  /** Tells of every key, read or not, whose name begins with one of these; all keys when absent. Takes `bcast`. */
  prefix?: Key | readonly Key[];
  /** Tells of every key that matches, read or not. */
  bcast?: boolean;
  /** Tracks only what is read right after a {@linkcode clientCaching} of `"yes"`. */
  optIn?: boolean;
  /** Tracks all but what is read right after a {@linkcode clientCaching} of `"no"`. */
  optOut?: boolean;
  /** Does not tell of changes by this connection itself. */
  noLoop?: boolean;
}

/** How the server tracks the keys that a connection reads. */
export interface TrackingInfo {
  /** What is on, such as `on`, `bcast` or `optin`; `off` alone when keys are not tracked. */
  flags: Status[];
  /** The id of the connection that is told, 0 for this one, -1 when keys are not tracked. */
  redirect: number;
  /** The prefixes of the keys that are tracked under `bcast`. */
  prefixes: Status[];
}

const trackingInfo: ReplyReader<TrackingInfo> = /* @__PURE__ */ fields({
  flags: /* @__PURE__ */ listPart(textPart),
  prefixes: /* @__PURE__ */ listPart(textPart),
});

/**
 * Gives the id of the connection that is told of changed keys, 0 for this one, -1 when keys are not tracked.
 *
 * Complexity: O(1). Since 6.0.0.
 */
export function clientGetredir(): Command<number> {
  return command(["CLIENT", "GETREDIR"], integer);
}

/**
 * Has the server track the keys that this connection reads and tell when they change, or track them no longer.
 *
 * A client has this hold on every connection that callers share, also on one that is made anew. Complexity: O(1).
 * Since 6.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect({ url: "redis://localhost", onPush: ([kind, keys]) => console.log(kind, keys) });
 * await redis.clientTracking("on");
 * await redis.get("greeting"); // when this changes: "invalidate" ["greeting"]
 * await redis.close();
 * ```
 *
 * @throws {TypeError} When two of `bcast`, `optIn` and `optOut` are given.
 */
export function clientTracking(mode: "on" | "off", options: ClientTrackingOptions = {}): Command<"OK"> {
  exclude("CLIENT TRACKING", options, ["bcast", "optIn", "optOut"]);
  const words: Word[] = ["CLIENT", "TRACKING", mode];
  option(words, "REDIRECT", options.redirect);
  if (options.prefix !== undefined) {
    const prefixes = listOf(options.prefix);
    wantOne("CLIENT TRACKING", "prefix", prefixes);
    for (const prefix of prefixes) words.push("PREFIX", prefix);
  }
  flag(words, "BCAST", options.bcast);
  flag(words, "OPTIN", options.optIn);
  flag(words, "OPTOUT", options.optOut);
  flag(words, "NOLOOP", options.noLoop);
  return specialCommand(words, ok, specialOf(words));
}

/**
 * Gives how the server tracks the keys that this connection reads.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function clientTrackinginfo(): Command<TrackingInfo> {
  return command(["CLIENT", "TRACKINGINFO"], trackingInfo);
}
