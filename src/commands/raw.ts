/**
 * Any command, from its words as they go on the wire.
 *
 * @module
 */
import type { Command, Word } from "./command.ts";
import { command } from "./custom.ts";
import { type Raw, raw } from "./readers.ts";

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
  return command([name, ...args], raw);
}
