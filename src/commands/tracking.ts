/**
 * Commands that tell whether the server tracks the keys that this connection reads.
 *
 * To have them tracked changes the connection, so that is in `own_connection.ts`.
 *
 * @module
 */
import { type Command, command, type ReplyReader } from "./command.ts";
import { fields, listPart, textPart } from "./field_readers.ts";
import { integer, type Status } from "./readers.ts";

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
 * Gives how the server tracks the keys that this connection reads.
 *
 * Complexity: O(1). Since 6.2.0.
 */
export function clientTrackinginfo(): Command<TrackingInfo> {
  return command(["CLIENT", "TRACKINGINFO"], trackingInfo);
}
