/**
 * Any command, from its words as they go on the wire.
 *
 * What changes the connection it goes over is refused, as others share that connection: one SELECT here
 * would send the next write of another caller to the wrong database.
 *
 * @module
 */
import { type Command, command, type Word } from "./command.ts";
import { type Raw, raw, textOf } from "./readers.ts";

const TRANSACTION = ", use transaction()";

// The names refused, with what to use instead where there is something.
const REFUSED: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["CLIENT REPLY", ""],
  ["DISCARD", TRANSACTION],
  ["EXEC", TRANSACTION],
  ["HELLO", ", use the options of connect()"],
  ["MONITOR", ""],
  ["MULTI", TRANSACTION],
  ["PSUBSCRIBE", ""],
  ["PSYNC", ""],
  ["PUNSUBSCRIBE", ""],
  ["QUIT", ", use close()"],
  ["RESET", ""],
  ["SELECT", ", use the option database"],
  ["SSUBSCRIBE", ""],
  ["SUBSCRIBE", ""],
  ["SUNSUBSCRIBE", ""],
  ["SYNC", ""],
  ["UNSUBSCRIBE", ""],
  ["UNWATCH", ""],
  ["WATCH", ""],
]);

/**
 * Sends any command, such as one of a module, and gives its reply as it came.
 *
 * @throws {TypeError} When the name is no text, or the command would change a connection that callers share.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.set("greeting", "hello");
 * const text = await redis.call("GETRANGE", "greeting", 0, 3); // "hell"
 * console.log(text);
 * await redis.close();
 * ```
 */
export function call(name: string, ...args: Word[]): Command<Raw> {
  if (typeof name !== "string" || name === "") {
    throw new TypeError("Cannot send a command through call(): its name is to be text that is not empty");
  }
  const first = name.toUpperCase();
  const full = first === "CLIENT" && args.length > 0 ? `${first} ${textOf(args[0]!).toUpperCase()}` : first;
  const instead = REFUSED.get(full);
  if (instead !== undefined) {
    throw new TypeError(
      `Cannot send ${full} through call(): it would change a connection that all callers share${instead}`,
    );
  }
  return command([name, ...args], raw);
}
