/**
 * The command for those who work on the server itself.
 *
 * A server refuses it unless its setting `enable-debug-command` allows it.
 *
 * @module
 */
import { type Command, command, type Word } from "./command.ts";
import { type Raw, raw } from "./readers.ts";

/**
 * Sends a subcommand of DEBUG and gives its reply as it came; `"HELP"` lists those that the server has.
 *
 * They differ between servers and versions, and some of them block or crash the server.
 * Complexity: as the subcommand. Since 1.0.0.
 */
export function debug(subcommand: string, ...args: Word[]): Command<Raw> {
  return command(["DEBUG", subcommand, ...args], raw);
}
