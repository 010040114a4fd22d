/**
 * Commands that ask whether a server is there.
 *
 * @module
 */
import { type Command, command, type Data } from "./command.ts";
import { status, string } from "./readers.ts";

/**
 * Gives back what it is given, by way of the server.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function echo(message: Data): Command<string> {
  return command(["ECHO", message], string);
}

/**
 * Asks whether the server answers: gives `"PONG"`, or the message it was given.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function ping(): Command<"PONG">;
/** Gives back the message. */
export function ping(message: Data): Command<string>;
export function ping(message?: Data): Command<unknown> {
  return message === undefined ? command(["PING"], status) : command(["PING", message], string);
}
